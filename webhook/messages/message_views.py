"""Takes messages of strategies to the owners of their account."""

from typing_extensions import TypedDict

from core.services.insight.strategy_words import Words
from webhook.messages.message_schemas import Notify
from webhook.request.endpoint import Call, without_mode


class Noted(TypedDict):
    """A sentence that says that the message is on its way."""

    message: str


@without_mode
async def notify(call: Call[Notify]) -> Noted:
    """POST /api/v1/telegram/notify: it is on disk, and sent until Telegram takes it."""
    await call.services.insight.words.say(call.caller, Words(call.body.message, call.body.priority))
    return {"message": "Notification queued for delivery"}
