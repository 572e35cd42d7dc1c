"""Changing and cancelling triggers that the broker holds."""

import pytest

from core.accounts import OrderMode
from core.errors import Invalid, NotAllowed, NotFound
from core.ids import BrokerOrderId
from core.orders.gtt import GttStatus
from core.orders.order import Order
from core.orders.states import BrokerStatus
from core.services.intake.intake import Sent
from tests.runtime import Spine
from tests.services.trading.gtts import ASKED, at_broker, gtt, left


async def auto(spine: Spine) -> Order:
    """A waiting trigger of an account that its strategy may act on."""
    await spine.switch(order_mode=OrderMode.AUTO)
    sent = await spine.submit(intent=gtt(), **ASKED)
    assert isinstance(sent, Sent)
    return sent.order


async def test_a_cancelled_trigger_is_told_on_its_order_and_in_the_trail(spine: Spine) -> None:
    order = await auto(spine)
    trigger_id = order.legs[0].broker_order_id
    assert trigger_id is not None

    await spine.services.gtts.cancel(await spine.caller(), trigger_id)

    assert (await spine.order(order.id)).broker_status is BrokerStatus.CANCELLED
    kinds = [link.kind for link in await spine.audit_of()]
    asked, answered = kinds.index("cancel.requested"), kinds.index("broker.answered")
    assert asked < answered
    assert (await at_broker(spine)).status is GttStatus.CANCELLED


async def test_a_changed_trigger_says_so_on_its_order(spine: Spine) -> None:
    order = await auto(spine)
    trigger_id = order.legs[0].broker_order_id
    assert trigger_id is not None

    await spine.services.gtts.modify(await spine.caller(), trigger_id, gtt((780, 781)))

    (leg,) = (await spine.order(order.id)).legs
    assert (leg.broker_status, leg.message) == (BrokerStatus.OPEN, "Changed: BUY 10 at 780 → 781")
    assert "modify.requested" in [link.kind for link in await spine.audit_of()]


async def test_only_the_client_changes_triggers_in_semi_auto_live(spine: Spine) -> None:
    order = await left(spine)
    caller, trigger_id = await spine.caller(), order.legs[0].broker_order_id
    assert trigger_id is not None

    with pytest.raises(NotAllowed, match="Operation cancelgttorder is not allowed in Semi-Auto mode"):
        await spine.services.gtts.cancel(caller, trigger_id)
    with pytest.raises(NotAllowed, match="Operation modifygttorder is not allowed in Semi-Auto mode"):
        await spine.services.gtts.modify(caller, trigger_id, gtt((780, 781)))

    assert (await at_broker(spine)).gtt.sides == gtt().sides
    assert (await at_broker(spine)).status is GttStatus.ACTIVE
    assert [link.kind for link in await spine.audit_of()].count("operation.refused") == 2


async def test_another_accounts_trigger_is_not_found(spine: Spine) -> None:
    await auto(spine)

    with pytest.raises(NotFound):
        await spine.services.gtts.cancel(await spine.caller(), BrokerOrderId("GTT-261123-ffffffff"))


async def test_new_terms_that_could_never_be_placed_change_nothing(spine: Spine) -> None:
    order = await auto(spine)
    trigger_id = order.legs[0].broker_order_id
    assert trigger_id is not None

    with pytest.raises(Invalid, match="LIMIT orders require price"):
        await spine.services.gtts.modify(await spine.caller(), trigger_id, gtt((780, 0)))

    assert (await at_broker(spine)).gtt.sides == gtt().sides
