"""Decides for every update whether handlers may see it: only from linked people, in their own private chat."""

from datetime import timedelta

from telegram import CallbackQuery, Chat, Message, Update, User

from bot.access.person_throttle import Throttle
from bot.callbacks.answers import answer_query
from bot.text import messages as texts
from bot.text.escaping import visible
from core.ids import UserId
from core.services.access.client_view import ClientView
from core.services.access.languages import Languages
from core.services.approval.card_queue import CardQueue
from core.services.approval.decide import Decide
from core.services.trusted_clock import TrustedClock

_MINUTE = timedelta(minutes=1)
_STARTS_A_MINUTE = 5
_REMIND_GROUP_AFTER = timedelta(days=1)


class Gate:
    """Lets an update through or refuses it politely. Authority is `from.id`, looked up each time."""

    def __init__(
        self, client_view: ClientView, languages: Languages, decide: Decide, cards: CardQueue, clock: TrustedClock
    ) -> None:
        self._client_view = client_view
        self._languages = languages
        self._cards = cards
        self._decide = decide
        self._strangers = Throttle(1, _MINUTE, clock.now)
        self._forgers = Throttle(1, _MINUTE, clock.now)
        self._starts = Throttle(_STARTS_A_MINUTE, _MINUTE, clock.now)
        self._groups = Throttle(1, _REMIND_GROUP_AFTER, clock.now)

    async def admits(self, update: Update) -> bool:
        """Whether handlers may see this update. Raises Unready when that cannot be found out; refuse it then."""
        if update.callback_query is not None:
            return await self._admits_press(update.callback_query)
        if update.message is not None:
            return await self._admits_message(update.message)
        return False

    async def _admits_message(self, message: Message) -> bool:
        if message.chat.type != Chat.PRIVATE:
            if self._groups.lets(message.chat.id):
                await message.reply_text(texts.NOT_IN_GROUPS, do_quote=False)
            return False
        person = message.from_user
        if person is None or person.is_bot or message.sender_chat or message.chat.id != person.id:
            return False
        if await self._is_linked(person):
            return True
        if is_start(message.text, message.get_bot().username) and self._starts.lets(person.id):
            return True
        if self._strangers.lets(person.id):
            await self._note(person, "message")
            await message.reply_text(texts.STRANGER)
        return False

    async def _admits_press(self, query: CallbackQuery) -> bool:
        person, place = query.from_user, query.message
        if place is None or place.chat.type != Chat.PRIVATE or place.chat.id != person.id:
            await answer_query(query, texts.NOT_HERE_TOAST)
            if self._forgers.lets(person.id):
                await self._note(person, "press outside their private chat")
            return False
        if person.is_bot or not await self._is_linked(person):
            await answer_query(query, texts.STRANGER_TOAST)
            if self._forgers.lets(person.id):
                await self._note(person, "press")
            return False
        return True

    async def _is_linked(self, person: User) -> bool:
        links = await self._client_view.accounts_of(UserId(person.id))
        if any(link.unreachable_since is not None for _, link in links):
            await self._cards.record_reached(UserId(person.id))
        if links:
            await self._languages.meet(UserId(person.id), person.language_code)
        return bool(links)

    async def _note(self, person: User, what: str) -> None:
        await self._decide.note_stranger(UserId(person.id), visible(person.full_name, 64), what)


def is_start(text: str | None, bot_name: str) -> bool:
    """Whether this is /start or /start@OUR_NAME, with or without a code."""
    command, _, addressee = next(iter((text or "").split()), "").partition("@")
    return command == "/start" and addressee.lower() in ("", bot_name.lower())
