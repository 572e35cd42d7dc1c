"""What people do with this Telegram (write, press, block) and what a test may look at or break."""

import asyncio
from collections.abc import Callable
from typing import TypedDict, TypeVar, Unpack

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.markup.entities import tidy
from bot.local_telegram.markup.utf16 import cleaned
from bot.local_telegram.state.faults import Fault
from bot.local_telegram.state.messages import Content, Message
from bot.local_telegram.state.people import Group, User
from bot.local_telegram.state.world import World

T = TypeVar("T")
_DEFAULT_WAIT_S = 10.0


class FaultScope(TypedDict, total=False):
    """Telegram's error parameters, how many calls are hit, and in which chat only."""

    parameters: Json | None
    times: int
    chat_id: int | None


class Choice(TypedDict, total=False):
    """Which button: by its data (also data no button has), or by a part of its text."""

    data: str | None
    button_text: str | None


class Phone:
    """The people's side of a world. LookupError means that a person, chat, message or button is not there."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add_user(self, user_id: int, first_name: str, username: str | None = None, language_code: str = "en") -> None:
        """A person who has not written to the bot yet; adding them again changes their name only."""
        known = self.world.people.users.get(user_id)
        user = User(user_id, first_name, username, language_code)
        if known:
            user.has_started, user.has_blocked = known.has_started, known.has_blocked
        self.world.people.users[user_id] = user
        self.world.tell("people", 0, {})

    def add_group(self, chat_id: int, title: str, members: list[int]) -> None:
        """A group (a supergroup if its id begins with -100) of the bot and these people."""
        if chat_id >= 0:
            raise ValueError("a group's id is negative")
        for user_id in members:
            self.world.people.user(user_id)
        self.world.people.groups[chat_id] = Group(chat_id, title, set(members))
        self.world.tell("people", 0, {})

    def block(self, user_id: int) -> None:
        """Have the person block the bot."""
        self._set_blocked(user_id, is_blocked=True)

    def unblock(self, user_id: int) -> None:
        """Have the person unblock the bot."""
        self._set_blocked(user_id, is_blocked=False)

    def send_text(self, user_id: int, text: str, chat_id: int | None = None, reply_to: int | None = None) -> int:
        """The person writes `text` and the bot gets an update; returns the message id."""
        chat_id = chat_id or user_id
        user = self.world.people.require_in_chat(user_id, chat_id)
        body, entities = tidy(cleaned(text), [])
        if not body:
            raise ValueError("an empty text cannot be sent")
        if chat_id == user_id:
            self._open_chat(user)
        kind = self.world.people.chat_wire(chat_id)["type"]
        number = self.world.messages.next_id(chat_id, kind)
        content = Content(body, tuple(entities))
        message = Message(number, chat_id, user_id, self.world.clock.now(), content, reply_to)
        self.world.post(message)
        if chat_id == user_id or self._is_for_bot(message):
            self.world.deliver("message", self.world.wire(message), user_id)
        return message.id

    def press(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        data: str | None = None,
        button_text: str | None = None,
    ) -> str:
        """The person presses a button and the bot gets an update; returns the query id.

        `data` that is on no button is sent all the same, as a forged client could.
        """
        user = self.world.people.require_in_chat(user_id, chat_id)
        message = self.world.messages.find(chat_id, message_id)
        if data is None:
            data = _button_data(message, button_text)
        if message is None and not self.world.messages.was_deleted(chat_id, message_id):
            raise LookupError(f"no message {message_id} in chat {chat_id}")
        gone = {"chat": self.world.people.chat_wire(chat_id), "message_id": message_id, "date": 0}
        query = self.world.queries.open(user_id, chat_id, message_id)
        payload = {
            "id": query.id,
            "from": user.wire(),
            "message": self.world.wire(message) if message else gone,
            "chat_instance": str(abs(hash(chat_id))),
            "data": data,
        }
        self.world.deliver("callback_query", payload, user_id)
        return query.id

    async def press_and_wait(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        timeout: float = _DEFAULT_WAIT_S,  # noqa: ASYNC109 - part of the promised signature
        **choice: Unpack[Choice],
    ) -> Json:
        """Press and return the bot's answer {text, show_alert, url}; TimeoutError after `timeout` seconds."""
        query_id = self.press(user_id, chat_id, message_id, **choice)
        return await self.answer_of(query_id, timeout)

    async def answer_of(self, query_id: str, seconds: float) -> Json:
        """The bot's answer to a press; TimeoutError if none comes in time."""
        query = self.world.queries.get(query_id)
        return await self.wait_for(lambda: query.answer, seconds)

    def messages(self, chat_id: int) -> list[Json]:
        """The chat's messages, oldest first, each with all its versions under `history`."""
        return [self.world.view(message) for message in self.world.messages.of_chat(chat_id)]

    async def wait_for(
        self,
        predicate: Callable[[], T | None],
        timeout: float = _DEFAULT_WAIT_S,  # noqa: ASYNC109 - part of the promised signature
    ) -> T:
        """The first truthy value of `predicate`, asked after every change; TimeoutError after `timeout` s."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self.world.changed.wait()
            return value

    @property
    def calls(self) -> list[Json]:
        """The last Bot API calls: method, params, at, status (0: no answer reached the bot), description."""
        return list(self.world.calls)

    def advance(self, seconds: float) -> None:
        """Let `seconds` of this Telegram's time pass at once."""
        self.world.clock.advance(seconds)
        self.world.changed.fire()

    def fail_next(self, method: str, error_code: int, description: str, **scope: Unpack[FaultScope]) -> None:
        """Refuse the next call of `method` ("*": any) without effect."""
        error = ApiError(error_code, description, scope.get("parameters"))
        times, chat_id = scope.get("times", 1), scope.get("chat_id")
        self.world.faults.add(Fault(method, error, times=times, chat_id=chat_id))

    def drop_connection_next(self, method: str, after_effect: bool) -> None:
        """Cut the connection of the next call, before or after it has taken effect."""
        self.world.faults.add(Fault(method, cut="after" if after_effect else "before"))

    def hang_next(self, method: str, seconds: float) -> None:
        """Let the next call wait before it takes effect."""
        self.world.faults.add(Fault(method, hang=seconds))

    def page_next(self, method: str, status: int, times: int = 1) -> None:
        """Let something in between answer the next call with an HTML page, without effect."""
        self.world.faults.add(Fault(method, page=status, times=times))

    def outage(self, is_out: bool = True) -> None:
        """Refuse every call with 502, waiting polls included, until called with False."""
        self.world.faults.is_out = is_out
        self.world.updates.wake()
        self.world.tell("outage", 0, {"is_out": is_out})

    def _open_chat(self, user: User) -> None:
        if user.has_blocked:
            self._set_blocked(user.id, is_blocked=False)
        user.has_started = True

    def _is_for_bot(self, message: Message) -> bool:
        """Privacy mode: in groups a bot sees commands, replies to it, and its own name."""
        original = self.world.messages.find(message.chat_id, message.reply_to or 0)
        is_reply = original is not None and original.sender_id is None
        is_named = f"@{self.world.profile.username}" in message.content.text
        return message.content.text.startswith("/") or is_reply or is_named

    def _set_blocked(self, user_id: int, *, is_blocked: bool) -> None:
        user = self.world.people.user(user_id)
        if user.has_blocked == is_blocked:
            return
        user.has_blocked = is_blocked
        now = int(self.world.clock.now())
        bot = self.world.profile.user()
        member, kicked = {"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}
        old, new = (member, kicked) if is_blocked else (kicked, member)
        chat = self.world.people.chat_wire(user_id)
        change = {"chat": chat, "from": user.wire(), "date": now, "old_chat_member": old}
        self.world.deliver("my_chat_member", {**change, "new_chat_member": new}, user_id)


def _button_data(message: Message | None, button_text: str | None) -> str:
    """The data of the button whose text contains `button_text`."""
    markup = (message.content.markup if message else None) or {}
    for button in (one for row in markup.get("inline_keyboard", []) for one in row):
        if button_text and button_text in button["text"] and "callback_data" in button:
            return str(button["callback_data"])
    raise LookupError(f"no button with {button_text!r} to press")
