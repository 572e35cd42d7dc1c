"""Everything this Telegram knows, and how a change of it reaches the bot and the pages."""

from collections import deque
from dataclasses import dataclass

from bot.local_telegram.clock import Clock, Signal
from bot.local_telegram.errors import Json
from bot.local_telegram.markup.rendering import render_html
from bot.local_telegram.state.callback_queries import Queries
from bot.local_telegram.state.event_feed import Feed
from bot.local_telegram.state.faults import Faults
from bot.local_telegram.state.files import Files
from bot.local_telegram.state.limits import Limits
from bot.local_telegram.state.messages import Content, Message, Messages
from bot.local_telegram.state.people import People
from bot.local_telegram.state.profile import Profile
from bot.local_telegram.state.updates import UpdateQueue
from bot.local_telegram.state.webhook_info import Webhook

_KEPT_CALLS = 50_000


@dataclass(frozen=True)
class Rules:
    """How strict to be: sending limits, seconds to answer a press, first pause before a webhook retry."""

    strict_limits: bool = True
    answer_within: float = 30.0
    webhook_retry: float = 1.0


class World:
    """The state of one bot's Telegram; lives on one event loop."""

    def __init__(self, token: str, bot_username: str, rules: Rules, clock: Clock) -> None:
        self.token = token
        self.rules = rules
        self.clock = clock
        self.profile = Profile(int(token.partition(":")[0]), bot_username)
        self.people = People()
        self.messages = Messages()
        self.pinned: dict[int, list[int]] = {}
        """The pinned messages of each chat, the newest last."""
        self.updates = UpdateQueue(clock)
        self.queries = Queries(clock, rules.answer_within)
        self.limits = Limits(clock, is_strict=rules.strict_limits)
        self.files = Files()
        self.faults = Faults()
        self.feed = Feed()
        self.webhook = Webhook()
        self.calls: deque[Json] = deque(maxlen=_KEPT_CALLS)
        self.changed = Signal()
        self.is_closing = False

    def deliver(self, kind: str, payload: Json, sender: int) -> int | None:
        """Queue an update for the bot; None when it asked not to get this kind."""
        update_id = self.updates.put(kind, payload, sender)
        self.changed.fire()
        return update_id

    def tell(self, kind: str, chat_id: int, body: Json) -> None:
        """Tell the pages that watch a chat (0: all of them)."""
        self.feed.publish(kind, chat_id, body)
        self.changed.fire()

    def post(self, message: Message) -> Message:
        """Put a new message into its chat."""
        self.messages.add(message)
        self.tell("message", message.chat_id, self.view(message))
        return message

    def edit(self, message: Message, content: Content) -> None:
        """Change what a message says."""
        message.change(content, self.clock.now())
        self.tell("message", message.chat_id, self.view(message))

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self.messages.delete(message)
        self.tell("delete", message.chat_id, {"message_id": message.id})

    def wire(self, message: Message, *, with_reply: bool = True) -> Json:
        """Telegram's Message object."""
        is_bot = message.sender_id is None
        body: Json = {
            "message_id": message.id,
            "from": self.profile.user() if is_bot else self.people.user(message.sender_id or 0).wire(),
            "chat": self.people.chat_wire(message.chat_id),
            "date": int(message.date),
            **message.extras,
            **message.content.wire(),
        }
        if message.edit_date is not None:
            body["edit_date"] = int(message.edit_date)
        original = self.messages.find(message.chat_id, message.reply_to or 0)
        if with_reply and original:
            body["reply_to_message"] = self.wire(original, with_reply=False)
        return body

    def view(self, message: Message) -> Json:
        """The message as tests and the page see it: text and caption alike, any markup, all versions."""
        content = message.content
        body = self.wire(message)
        edited = None if message.edit_date is None else {"edit_date": message.edit_date}
        return {
            **body,
            "chat_id": message.chat_id,
            "date": message.date,
            **(edited or {}),
            "is_bot": message.sender_id is None,
            "is_silent": message.is_silent,
            "text": content.text,
            "entities": list(content.entities),
            "html": render_html(content.text, list(content.entities)),
            "reply_markup": content.markup,
            "history": [_version(at, version) for at, version in message.versions],
        }


def _version(at: float, content: Content) -> Json:
    return {
        "at": at,
        "text": content.text,
        "html": render_html(content.text, list(content.entities)),
        "reply_markup": content.markup,
    }
