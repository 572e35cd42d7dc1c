"""Good-till-triggered orders as pure rules: stored and read back, and seen as an order."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.gtt import trigger_rules as triggers
from core.errors import IllegalMove
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import BrokerGtt, Gtt, GttStatus, Side, TriggerType, as_broker_order
from core.orders.intents import dump_intent, gtt_of, parse_intent
from core.orders.order import Action, ApiType, PriceType, Product
from core.orders.states import BrokerStatus
from tests.factories import START, an_order

OCO = Gtt(
    "NSE",
    "SBIN",
    Action.SELL,
    Decimal(10),
    Product.CNC,
    PriceType.LIMIT,
    (Side(Decimal("790.05"), Decimal(789)), Side(Decimal(850), Decimal(851))),
    START + timedelta(days=30),
)
SINGLE = replace(OCO, sides=OCO.sides[:1], expires_at=None)
MARKET = replace(SINGLE, pricetype=PriceType.MARKET, sides=(Side(Decimal(790)),))
LEFT = BrokerGtt(BrokerOrderId("GTT-261123-0a1b2c3d"), None, OCO, GttStatus.ACTIVE, Decimal(800), START, START)


@pytest.mark.parametrize("gtt", [SINGLE, OCO, MARKET])
def test_what_is_stored_is_what_is_read(gtt: Gtt) -> None:
    assert parse_intent(dump_intent(gtt)) == gtt


def test_one_side_is_single_and_two_are_an_oco() -> None:
    assert (SINGLE.trigger_type, OCO.trigger_type) == (TriggerType.SINGLE, TriggerType.OCO)


def test_as_a_leg_it_is_a_stop_order_on_its_first_side() -> None:
    limit, market = OCO.terms, MARKET.terms

    assert (limit.pricetype, limit.trigger_price, limit.price) == (PriceType.SL, Decimal("790.05"), Decimal(789))
    assert (market.pricetype, market.trigger_price, market.price) == (PriceType.SL_M, Decimal(790), Decimal(0))


def test_an_order_that_cannot_be_read_has_no_gtt() -> None:
    stored = dump_intent(SINGLE)

    assert gtt_of(an_order(api_type=ApiType.PLACEGTTORDER, intent=parse_intent(stored))) == SINGLE
    assert gtt_of(an_order(api_type=ApiType.PLACEORDER, intent=parse_intent(stored))) is None
    assert gtt_of(an_order(api_type=ApiType.PLACEGTTORDER)) is None
    for broken in ("", "{}", '{"kind":"Closing"}', stored.replace('"790.05"', '"x"')):
        assert gtt_of(an_order(api_type=ApiType.PLACEGTTORDER, intent=parse_intent(broken))) is None


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        (GttStatus.ACTIVE, BrokerStatus.OPEN),
        (GttStatus.TRIGGERING, BrokerStatus.OPEN),
        (GttStatus.TRIGGERED, BrokerStatus.OPEN),
        (GttStatus.CANCELLED, BrokerStatus.CANCELLED),
        (GttStatus.EXPIRED, BrokerStatus.CANCELLED),
        (GttStatus.REJECTED, BrokerStatus.REJECTED),
    ],
)
def test_without_its_order_a_trigger_is_open_until_it_ends(status: GttStatus, seen: BrokerStatus) -> None:
    assert as_broker_order(replace(LEFT, status=status)).status is seen


@pytest.mark.parametrize(
    "status", [BrokerStatus.OPEN, BrokerStatus.COMPLETE, BrokerStatus.REJECTED, BrokerStatus.CANCELLED]
)
def test_with_its_order_it_is_what_became_of_that(status: BrokerStatus) -> None:
    order = BrokerOrder(BrokerOrderId("1"), None, OCO.order_terms(OCO.sides[0]), status, START, START, Decimal(4))

    seen = as_broker_order(replace(LEFT, status=GttStatus.TRIGGERED, fired=0, order=order))

    assert (seen.status, seen.filled_quantity, seen.broker_order_id) == (status, Decimal(4), LEFT.trigger_id)
    assert seen.message == "Triggered: order 1"


@pytest.mark.parametrize(
    ("ltp", "side"), [("790.05", 0), (1, 0), ("790.10", None), ("849.95", None), (850, 1), (9000, 1), (0, None)]
)
def test_a_price_reaches_the_side_it_has_come_to(ltp: str | int, side: int | None) -> None:
    assert triggers.reached(LEFT, Decimal(ltp)) == side


@pytest.mark.parametrize("status", [status for status in GttStatus if status is not GttStatus.ACTIVE])
def test_what_does_not_wait_is_never_reached(status: GttStatus) -> None:
    assert triggers.reached(replace(LEFT, status=status), Decimal(1)) is None


@pytest.mark.parametrize("status", GttStatus)
def test_only_the_moves_of_the_table_can_be_made(status: GttStatus) -> None:
    found = replace(LEFT, status=status)

    def outcome(becomes: GttStatus) -> bool:
        moves = {
            GttStatus.TRIGGERING: lambda: triggers.claim(found, 0, START),
            GttStatus.TRIGGERED: lambda: triggers.placed(found, START),
            GttStatus.REJECTED: lambda: triggers.refused(found, "no", START),
            GttStatus.EXPIRED: lambda: triggers.expire(found, START),
        }
        try:
            after = moves[becomes]()
        except IllegalMove:
            return False
        assert (after.status, after.revision) == (becomes, found.revision + 1)
        return True

    tried = (GttStatus.TRIGGERING, GttStatus.TRIGGERED, GttStatus.REJECTED, GttStatus.EXPIRED)
    assert {becomes for becomes in tried if outcome(becomes)} == triggers.MOVES[status] & set(tried)


def test_the_orders_own_id_follows_from_the_trigger_and_fits_every_broker() -> None:
    ours = triggers.order_id_of(LEFT)

    assert ours == "GTT2611230a1b2c3d"
    assert ours.isalnum()
    assert len(ours) <= 20
