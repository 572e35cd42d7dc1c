"""/pause stops everything new with one tap; /resume is the owner's, and asks first."""

from collections.abc import Sequence
from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.text import amounts, messages
from bot.text import limits as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold
from core.accounts import Account, Approver, Role
from core.errors import NotFound
from core.ids import AccountId, UserId

Page = tuple[str, Rows]
Links = Sequence[tuple[Account, Approver]]
ALL = "all"


class PauseSwitch:
    """Pauses and resumes a person's accounts."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._services = handler_context.services

    async def pause(self, update: Update, context: Any) -> None:
        """Pause the one account there is, or the one that is named; else offer them."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, wanted = UserId(message.from_user.id), _argument(message.text)
        running = [(account, link) for account, link in await self._links(user_id) if account.pause is None]
        if wanted:
            running = [pair for pair in running if wanted in (ALL, pair[0].name)]
        page = _offer_pause(running, wanted)
        if page is None:
            page = await self._pause_all(user_id, [account.id for account, _ in running])
        await self._handler_context.reply(message, *page)

    async def resume(self, update: Update, context: Any) -> None:
        """Ask whether to go on: for the one account that is paused, or offer them."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, wanted = UserId(message.from_user.id), _argument(message.text)
        paused = [pair for pair in await self._links(user_id) if pair[0].pause and wanted in ("", pair[0].name)]
        mine = [account for account, link in paused if link.role is Role.OWNER]
        if not mine:
            text = texts.ONLY_OWNER if paused else texts.NOT_PAUSED
            await self._handler_context.reply(message, text)
        elif len(mine) > 1:
            rows = [[Button(_named(texts.RESUME, one), _press(f"r-{one.id}"))] for one in mine]
            await self._handler_context.reply(message, texts.RESUME_WHICH, rows)
        else:
            await self._handler_context.reply(message, *await self._question(user_id, mine[0]))

    async def press(self, tap: ButtonPress) -> None:
        """`p-3` pauses account 3, `a` all, `r-3` asks to resume it, `y-TOKEN` resumes, `k` stays paused."""
        verb, _, rest = tap.press.argument.partition("-")
        user_id = tap.presser.user_id
        if verb == "k":
            await tap.answer(texts.STILL_PAUSED)
            await tap.edit(texts.STILL_PAUSED)
        elif verb == "y":
            await self._confirm(tap, rest)
        elif verb == "r":
            account = next(account for account, _ in await self._links(user_id) if account.id == int(rest))
            await tap.edit(*await self._question(user_id, account))
        else:
            running = [pair for pair in await self._links(user_id) if pair[0].pause is None]
            wanted = [account.id for account, link in running if link.role.decides] if verb == "a" else [int(rest)]
            text, rows = await self._pause_all(user_id, [AccountId(one) for one in wanted])
            await tap.answer()
            await tap.say(text, rows)

    async def _pause_all(self, user_id: UserId, account_ids: Sequence[AccountId]) -> Page:
        now, lines = self._services.clock.now(), list[str]()
        for account_id in account_ids:
            account = await self._services.pausing.pause(account_id, user_id)
            assert account.pause is not None
            who, since = shown(retold(account.pause.by)), amounts.moment(account.pause.at, now)
            lines.append(texts.PAUSED.format(account=shown(account.name), name=who, time=since, what="").rstrip())
        return "\n".join([*lines, texts.PAUSE_MEANS] if lines else [texts.NOTHING_TO_PAUSE]), ()

    async def _question(self, user_id: UserId, account: Account) -> Page:
        if account.pause is None:
            return texts.NOT_PAUSED, ()
        token = await self._services.pausing.ask_to_resume(account.id, user_id)
        text = texts.ASK_RESUME.format(
            account=shown(account.name),
            name=shown(retold(account.pause.by)),
            time=amounts.moment(account.pause.at, self._services.clock.now()),
            note=messages.CONFIRM_NOTE,
        )
        yes = Button(texts.YES_RESUME, _press(f"y-{token}"))
        return text, [[yes], [Button(texts.STAY_PAUSED, _press("k"))]]

    async def _confirm(self, tap: ButtonPress, token: str) -> None:
        try:
            account = await self._services.pausing.confirm(token, tap.presser.user_id)
        except NotFound:
            await tap.answer(messages.QUESTION_GONE, alert=True)
            return
        await tap.edit(texts.RESUMED.format(account=shown(account.name)))

    async def _links(self, user_id: UserId) -> Links:
        return await self._services.client_view.accounts_of(user_id)


def _offer_pause(running: Links, wanted: str) -> Page | None:
    """What is to be chosen or said; None when it is clear what to pause."""
    mine = [account for account, link in running if link.role.decides]
    if not mine:
        return (texts.ONLY_LOOKING if running else texts.NO_SUCH_ACCOUNT if wanted else texts.NOTHING_TO_PAUSE), ()
    if len(mine) == len(running) and (wanted or len(mine) == 1):
        return None
    rows = [[Button(_named(texts.PAUSE, one), _press(f"p-{one.id}"))] for one in mine]
    return texts.CHOOSE_PAUSE, [*rows, [Button(texts.PAUSE_ALL.format(count=len(mine)), _press("a"))]]


def _named(label: str, account: Account) -> str:
    return label.format(account=one_line(account.name, 24))


def _press(argument: str) -> Press:
    return Press(Act.PAUSE, argument=argument)


def _argument(text: str | None) -> str:
    return (text or "").partition(" ")[2].strip()
