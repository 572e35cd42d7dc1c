"""Messages, all their versions, and the numbers Telegram gives them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.local_telegram.errors import Json

_KEPT_VERSIONS = 1000


@dataclass(frozen=True)
class Content:
    """What a message says: text (or caption), entities, markup, and perhaps a photo or document."""

    text: str
    entities: tuple[Json, ...] = ()
    markup: Json | None = None
    media: Json = field(default_factory=dict)

    def wire(self) -> Json:
        """The fields of Telegram's Message object that depend on the content."""
        names = ("caption", "caption_entities") if self.media else ("text", "entities")
        body = dict(self.media)
        if self.text:
            body[names[0]] = self.text
        if self.entities:
            body[names[1]] = list(self.entities)
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body


@dataclass
class Message:
    """One message; `sender_id` is None for the bot's own, times are Unix seconds."""

    id: int
    chat_id: int
    sender_id: int | None
    date: float
    content: Content
    reply_to: int | None = None
    extras: Json = field(default_factory=dict)
    is_silent: bool = False
    edit_date: float | None = None
    versions: deque[tuple[float, Content]] = field(default_factory=lambda: deque(maxlen=_KEPT_VERSIONS))

    def change(self, content: Content, at: float) -> None:
        """Replace the content and remember when."""
        self.content = content
        self.edit_date = at
        self.versions.append((at, content))


class Messages:
    """All messages by chat; supergroups number their own, everyone else shares one sequence."""

    def __init__(self) -> None:
        self._chats: dict[int, dict[int, Message]] = {}
        self._deleted: set[tuple[int, int]] = set()
        self._shared = count(1)
        self._own: dict[int, Iterator[int]] = {}

    def next_id(self, chat_id: int, kind: str) -> int:
        """A number that no message of this chat has had."""
        numbers = self._own.setdefault(chat_id, count(1)) if kind == "supergroup" else self._shared
        return next(numbers)

    def add(self, message: Message) -> None:
        """Keep a new message."""
        message.versions.append((message.date, message.content))
        self._chats.setdefault(message.chat_id, {})[message.id] = message

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """The message, if it exists and was not deleted."""
        return self._chats.get(chat_id, {}).get(message_id)

    def delete(self, message: Message) -> None:
        """Take the message away for everyone."""
        del self._chats[message.chat_id][message.id]
        self._deleted.add((message.chat_id, message.id))

    def was_deleted(self, chat_id: int, message_id: int) -> bool:
        """Did this message exist once?"""
        return (chat_id, message_id) in self._deleted

    def of_chat(self, chat_id: int) -> list[Message]:
        """The chat's messages, oldest first."""
        return list(self._chats.get(chat_id, {}).values())
