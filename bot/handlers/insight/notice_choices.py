"""/settings: which notices a person wants, how loud, and their quiet hours."""

from functools import partial
from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.insight.language_choice import LANGUAGE, LanguageChoice, language_buttons
from bot.handlers.orders import words_behind
from bot.text import messages as texts
from bot.text import notice_texts
from core.ids import UserId
from core.insight.notice_settings import Loudness, NoticeKind, NoticeSettings, QuietHours

_NO_QUIET = "off"
_QUIET = "quiet"


class NoticeChoices:
    """Shows a person's choices and changes them; a button says what will hold, so that two taps are one."""

    def __init__(self, handler_context: HandlerContext, languages: LanguageChoice) -> None:
        self._handler_context = handler_context
        self._notices = handler_context.services.insight.notices
        self._languages = languages

    async def show(self, update: Update, context: Any) -> None:
        """Send the choices, or take the quiet hours that were typed behind the command."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, (word, _, hours) = UserId(message.from_user.id), words_behind(message).partition(" ")
        if word.lower() != _QUIET:
            page = _page(await self._notices.settings_of(user_id))
        else:
            try:
                change = partial(_with_quiet, quiet=_read_quiet(hours.strip()))
            except ValueError:
                await self._handler_context.reply(message, notice_texts.QUIET_USAGE)
                return
            page = _page(await self._notices.change(user_id, change))
        await self._handler_context.reply(message, *page)

    async def choose(self, tap: ButtonPress) -> None:
        """Make the choice of a button."""
        what, _, value = tap.press.argument.partition("-")
        try:
            if what == LANGUAGE:
                await self._languages.choose(tap, value)
                return
            if what == _QUIET:
                change = partial(_with_quiet, quiet=_read_quiet(value))
            else:
                change = partial(_with_loudness, kind=NoticeKind(what), loudness=Loudness(value))
        except ValueError:
            await tap.answer(texts.BAD_BUTTON, alert=True)
            return
        after = await self._notices.change(tap.presser.user_id, change)
        await tap.answer()
        await tap.edit(*_page(after))


def _with_quiet(settings: NoticeSettings, quiet: QuietHours | None) -> NoticeSettings:
    return NoticeSettings(settings.choices, quiet)


def _with_loudness(settings: NoticeSettings, kind: NoticeKind, loudness: Loudness) -> NoticeSettings:
    return settings.choosing(kind, loudness)


def _read_quiet(text: str) -> QuietHours | None:
    """The hours; None for `off`. Raises ValueError."""
    return None if text.lower() == _NO_QUIET else QuietHours.read(text)


def _page(settings: NoticeSettings) -> tuple[str, Rows]:
    lines = [
        notice_texts.SETTING.format(kind=name, how=notice_texts.LOUDNESS[settings.of(kind)])
        for kind, name in notice_texts.KINDS.items()
    ]
    quiet = notice_texts.QUIET.format(hours=settings.quiet) if settings.quiet else notice_texts.NO_QUIET
    text = "\n".join([notice_texts.SETTINGS_TITLE, "", *lines, "", quiet, "", notice_texts.ABOUT_SETTINGS])
    return text, [*[[_button(kind, settings)] for kind in NoticeKind], _quiet_buttons(), language_buttons()]


def _button(kind: NoticeKind, settings: NoticeSettings) -> Button:
    then = settings.of(kind).next
    label = notice_texts.SETTING_BUTTON.format(kind=notice_texts.KINDS[kind], how=notice_texts.LOUDNESS[then])
    return Button(label, Press(Act.SETTINGS, argument=f"{kind}-{then}"))


def _quiet_buttons() -> list[Button]:
    hours = [
        Button(notice_texts.QUIET_BUTTON.format(hours=one), _quiet_press(one.replace(":", "")))
        for one in notice_texts.QUIET_CHOICES
    ]
    return [*hours, Button(notice_texts.NO_QUIET_BUTTON, _quiet_press(_NO_QUIET))]


def _quiet_press(value: str) -> Press:
    return Press(Act.SETTINGS, argument=f"{_QUIET}-{value}")
