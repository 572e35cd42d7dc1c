"""What the tests of standing approvals share: giving one as its owner would."""

from decimal import Decimal
from typing import Any

from core.ids import UserId
from core.orders.order import LegTerms, Order
from core.services.limits.standing_book import AskedTerms
from core.standing.approvals import StandingApproval
from tests.factories import ASHA
from tests.runtime import Spine

BUYS = "momentum buy SBIN order=₹20000 day=₹50000 until=31-12"
EXITS = "momentum exits SBIN until=31-12"


async def ask(spine: Spine, text: str = BUYS, by: UserId = ASHA) -> AskedTerms:
    """What the owner is asked after typing this."""
    return await spine.services.standing_book.ask(spine.account.id, by, spine.services.standing_book.read(text))


async def give(spine: Spine, text: str = BUYS, by: UserId = ASHA) -> StandingApproval:
    """The owner types it, and confirms."""
    return await spine.services.standing_book.confirm((await ask(spine, text, by)).token, by)


async def came(spine: Spine, *legs: LegTerms, **other: Any) -> Order:
    """An order as it stands once its strategy has the answer."""
    order_id = await spine.queue(*legs, **other)
    await spine.services.intake.parts.in_advance.settle()
    return await spine.order(order_id)


async def used(spine: Spine) -> list[Decimal]:
    """What of each approval in force was used today, in rupees."""
    return [one.used.rupees for one in await spine.services.standing_book.list(spine.account)]


async def breaks(spine: Spine) -> list[str]:
    """What is wrong with the trail, and with orders that are not what it leads to."""
    return [one.what for one in (await spine.runtime.audit.verify()).breaks]
