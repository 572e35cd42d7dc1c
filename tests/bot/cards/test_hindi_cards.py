"""A card is Hindi to its last word, however its order stands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cards.decision_toasts import toast
from bot.text.language.translation import speaking
from core.accounts import Language, Pause, Role
from core.orders.bounds import Bounds, Span
from core.orders.decisions import Answer, Verdict
from core.orders.order import ApiType, Order
from core.orders.states import BrokerStatus, QueueStatus
from core.services.approval.surroundings import Opening
from tests.bot.cards.test_composite_cards import basket
from tests.bot.cards.test_gtt_cards import MARKET as GTT_AT_MARKET
from tests.bot.cards.test_gtt_cards import OCO, SINGLE, asked
from tests.bot.hindi import english_in
from tests.bot.orders import (
    ACCOUNT,
    BROKER_ID,
    CHECK,
    MARKET,
    NOW,
    READER,
    STOP,
    approved,
    at_broker,
    draw,
    labels,
    make_leg,
    make_order,
    rejected,
)

WARNINGS = (
    "Prices here are made up (simulated), and this order is real.",
    "The limit is 6.2% below the last price.",
)
THOROUGH = replace(CHECK, unknown="the broker did not answer", warnings=WARNINGS, used="₹2,000 of ₹5,000 used today")
IN_ADVANCE: dict[str, Any] = {
    "checked": THOROUGH.dump(),
    "approved_by": "standing approval 3",
    "approved_by_id": None,
}
PAUSED = replace(ACCOUNT, pause=Pause("the command line", NOW - timedelta(days=2)))


def orders() -> Iterator[Order]:
    """Orders in every state."""
    filled: dict[str, Any] = {"filled_quantity": Decimal(4), "average_price": Decimal("2450.05"), "updated_at": NOW}
    loss = "daily loss: ₹5,000.00 lost today, and the limit is ₹4,000"
    held = f"14:30:05 IST: Over the limits of this account ({loss})."
    underlying = {"underlying": "NIFTY", "underlying_ltp": "1"}
    yield make_order(notice="position 0 → 40; BUY 10 SBIN → BUY 6 SBIN", outage="14:20–14:25")
    yield make_order(make_leg(terms=STOP), stopped=held, bounds=Bounds(Span(Decimal(1), Decimal(9)), None))
    yield make_order(make_leg(terms=replace(MARKET, disclosed_quantity=5)), api_type=ApiType.SMARTORDER)
    yield make_order(facts={"lot": "5", "target": "40", "position": "0", **underlying})
    yield rejected()
    yield rejected(rejected_reason="Too large")
    for status in (QueueStatus.WITHDRAWN, QueueStatus.DENIED, QueueStatus.EXPIRED):
        yield make_order(status=status, closed_at=NOW)
        yield make_order(status=status, closed_at=NOW, notice="Positions Already Matched. No Action needed.")
    yield replace(approved(), status=QueueStatus.EXPIRED)
    for broker in BrokerStatus:
        yield at_broker(broker, message="Contract expired", broker_order_id=BROKER_ID, sent_at=NOW)
        yield at_broker(broker, message="Intraday trading is over", **filled)
        yield replace(at_broker(broker, asked_at=NOW, candidates=("1", "2")), **IN_ADVANCE)
    for broker in (one for one in BrokerStatus if one is not BrokerStatus.PARTIAL):
        other = make_leg(2, broker_status=broker, message="Auto square-off")
        whole = basket(make_leg(1, broker_status=broker, **filled), other)
        yield replace(whole, status=QueueStatus.APPROVED, approved_by="Asha", broker_status=broker)
    yield basket(*(make_leg(number) for number in range(1, 101)))
    yield from (asked(gtt) for gtt in (SINGLE, OCO, GTT_AT_MARKET))


@pytest.mark.parametrize("order", [*orders()])
def test_nothing_on_a_card_is_english(order: Order) -> None:
    said = []
    with speaking(Language.HINDI):
        for role in (Role.OWNER, Role.VIEWER, None):
            for account in (ACCOUNT, PAUSED):
                card = draw(order, role=role, account=account, many=True, check=THOROUGH)
                said += [card.plain, *labels(card)]

    assert english_in("\n".join(said)) == set()


@pytest.mark.parametrize("answer", [*Answer])
def test_no_toast_is_english_and_all_fit(answer: Answer) -> None:
    opening = Opening("NSE", "Mon 23 Nov 09:15", True)
    decided = (rejected(), replace(approved(), approved_by_id=None), make_order(status=QueueStatus.WITHDRAWN))

    with speaking(Language.HINDI):
        said = [toast(Verdict(answer, order), READER, NOW, opening) for order in (None, *decided)]
        said.append(toast(Verdict(answer, make_order(), "The market is closed."), READER, NOW))

    assert english_in(" ".join(said[:-1])) == set()
    assert all(len(one) <= 200 for one in said)
