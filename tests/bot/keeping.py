"""Moving the card keeper by hand and looking at what came of it."""

from datetime import timedelta

from bot.transport.priorities import Priority
from bot.transport.send_queue import Lane, Place
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.services.approval.card_queue import DueCard
from tests.bot.rig import ASHA, Json, Rig


class Hours:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """The present second."""
        return self.at


def cards(rig: Rig, user_id: int) -> list[Json]:
    """What the bot has in a chat."""
    return [message for message in rig.telegram.messages(user_id) if message["is_bot"]]


def sent(rig: Rig) -> int:
    """How many messages were sent or edited."""
    return sum(call["method"] in {"sendMessage", "editMessageText"} for call in rig.telegram.calls)


async def decide(rig: Rig, order_id: OrderId, user_id: int = ASHA) -> None:
    """Approve without a tap."""
    order = await rig.read(order_id)
    presser = Presser(UserId(user_id), "Asha", ChatId(user_id), MessageId(1))
    await rig.runtime.services.decide.approve(order_id, order.version, presser)


async def show(rig: Rig, due: DueCard) -> None:
    """Show this card, whatever its chat shows."""
    async with rig.application.bot.limiter.turn(Place(due.card.chat_id, Lane.EDIT), Priority.MOVED) as turn:
        await rig.keeper._sender.show(due, turn)


async def mark_all_due(rig: Rig) -> None:
    """As if every shown card had become stale."""
    async with rig.runtime.database.begin() as tx:
        soon = rig.runtime.services.clock.now() + timedelta(minutes=5)
        await tx.cards.mark_due(await tx.cards.list_stale(soon, 10))
        await tx.commit()
