"""Standing approvals as they are typed."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from core.orders.order import Action
from core.standing.approvals import Unit
from core.standing.grammar import parse_draft

TODAY = date(2026, 11, 23)


def test_what_is_typed_is_read() -> None:
    draft = parse_draft(
        "“My strategy” Exits Sell sbin,NSE:INFY day=2lots order=Rs.5,000 until=1/1 account=main", TODAY
    )

    assert (draft.strategy, draft.exits_only, draft.action) == ("My strategy", True, Action.SELL)
    assert (draft.symbols, draft.account, draft.until) == (("SBIN", "NSE:INFY"), "main", date(2027, 1, 1))
    assert draft.per_day is not None
    assert draft.per_order is not None
    assert (draft.per_day.unit, draft.per_day.most) == (Unit.LOTS, Decimal(2))
    assert (draft.per_order.unit, draft.per_order.most) == (Unit.RUPEES, Decimal(5000))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Name the strategy"),
        ("momentum", "Name the strategy"),
        ("momentum hold SBIN", "not buy, sell or exits"),
        ("momentum buy order=₹1 day=₹1 until=today", "Name the symbols"),
        ("momentum exits until=today", "it may be all"),
        ("momentum buy all order=₹1 day=₹1 until=today", "Only exits"),
        ("momentum exits all,SBIN until=today", "not both"),
        ("momentum buy SBIN day=₹1 until=today", "how much an order"),
        ("momentum buy SBIN order=₹1 until=today", "how much a day"),
        ("momentum buy SBIN order=20000 day=₹1 until=today", "Say what 20000 is"),
        ("momentum buy SBIN order=-5shares day=₹1 until=today", "not an amount"),
        ("momentum buy SBIN order=0shares day=₹1 until=today", "cannot be|can be"),
        ("momentum buy SBIN order=1.5lots day=₹1 until=today", "can be"),
        ("momentum buy SBIN order=₹1 day=₹1", "until when"),
        ("momentum buy SBIN order=₹1 day=₹1 until=31-02", "not a day"),
        ("momentum buy SBIN order=₹1 day=₹1 until=2026-11-22", "over"),
        ("momentum buy SBIN order=₹1 day=₹1 until=2027-11-22", "92 days"),
        ("momentum buy SBIN order=₹1 order=₹2 day=₹1 until=today", "once each"),
        ("momentum buy SBIN price=₹1 until=today", "not understood"),
        ('"momentum buy SBIN', "quotation mark"),
    ],
)
def test_what_is_not_clear_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        parse_draft(text, TODAY)
