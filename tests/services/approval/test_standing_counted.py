"""What of a standing approval counts as used, what is given back, and that the trail agrees."""

import pytest

from core.errors import BrokerRefused
from core.orders.states import BrokerStatus, QueueStatus
from core.standing.approvals import StandingId
from tests.factories import ASHA, some_terms
from tests.runtime import Spine
from tests.services.approval.standing import breaks, came, give, used
from tests.services.conftest import Scripted


async def test_what_the_broker_refused_is_given_back(spine: Spine, scripted: Scripted) -> None:
    await give(spine)
    scripted.broker.before_placing.append(BrokerRefused("margin"))
    order = await came(spine)

    await scripted.executor.execute_due()

    assert (await spine.order(order.id)).legs[0].broker_status is BrokerStatus.REJECTED
    assert await used(spine) == [0]


async def test_what_could_not_be_sent_in_time_is_given_back(spine: Spine) -> None:
    await give(spine)
    order = await came(spine)
    spine.clock.advance(minutes=2)

    await spine.runtime.expiry.sweep()

    assert (await spine.order(order.id)).status is QueueStatus.EXPIRED
    assert await used(spine) == [0]
    assert await breaks(spine) == []


async def test_what_waits_at_the_broker_is_used_even_when_it_is_cancelled(spine: Spine) -> None:
    await give(spine)
    order = await came(spine, some_terms(limit=700))
    await spine.execute()
    open_id = (await spine.order(order.id)).legs[0].broker_order_id
    assert open_id is not None
    await spine.book().cancel(open_id)
    await spine.runtime.refresher.refresh()

    assert (await spine.order(order.id)).legs[0].broker_status is BrokerStatus.CANCELLED
    assert await used(spine) == [7000]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE standing_approvals SET terms = replace(terms, '50000', '90000')", "standing approval 1 is not what"),
        ("UPDATE standing_approvals SET stopped_at = NULL", "standing approval 1 is not what"),
        ("UPDATE standing_uses SET rupees = '1'", "use by order 1 is not what"),
        ("DELETE FROM standing_uses", "use by order 1 is missing"),
    ],
)
async def test_whoever_changes_terms_or_uses_past_us_is_found(spine: Spine, change: str, what: str) -> None:
    await give(spine)
    await came(spine)
    await spine.services.standing_book.stop(StandingId(1), ASHA)
    assert await breaks(spine) == []

    spine.sql(change)

    (found,) = await breaks(spine)
    assert found.startswith(what)
