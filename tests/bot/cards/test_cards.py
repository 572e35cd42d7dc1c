"""What a card shows, line by line, and what it offers to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards.card import View, fingerprint, render_card
from core.accounts import Role, TradingMode
from core.ids import UserId
from core.orders.states import BrokerStatus
from tests.bot.orders import (
    ACCOUNT,
    LIMIT,
    MARKET,
    NOW,
    READER,
    STOP,
    STOP_MARKET,
    at_broker,
    draw,
    labels,
    lines,
    make_leg,
    make_order,
    quotes,
    rejected,
)


def test_every_term_stands_on_its_own_line() -> None:
    assert lines(make_order()) == [
        "🔵 LIVE (PAPER)",
        "🟢 BUY",
        "Quantity: 10",
        "Symbol: RELIANCE",
        "Exchange: NSE",
        "Order type: LIMIT",
        "Price: ₹2,450.00",
        "Product: MIS",
        "Order value: ₹24,500.00",
        "Order: #42",
        "Strategy: momentum",
        "Received: 14:32:05 IST",
        "",
        "Last price: ₹2,460.00",
        "↳ 0.41% above the limit",
        "Price as of 14:32:05 IST",
        "Time left: 15 min, to 14:47 IST",
        "",
        "⏳ Order #42 waits for you",
    ]


def test_no_line_is_too_wide_for_a_phone() -> None:
    assert max(len(line) for line in lines(make_order(make_leg(terms=STOP)))) <= 34


@pytest.mark.parametrize(
    ("broker", "mode", "mark"),
    [
        ("zerodha", TradingMode.LIVE, "🔴 LIVE"),
        ("paper", TradingMode.LIVE, "🔵 LIVE (PAPER)"),
        ("zerodha", TradingMode.SANDBOX, "🧪 SANDBOX"),
        ("paper", TradingMode.SANDBOX, "🧪 SANDBOX"),
    ],
)
def test_the_first_line_says_how_real_it_is(broker: str, mode: TradingMode, mark: str) -> None:
    card = lines(make_order(trading_mode=mode), account=replace(ACCOUNT, broker=broker))

    assert card[0] == mark


def test_a_market_order_is_worth_about_its_last_price() -> None:
    card = lines(make_order(make_leg(terms=MARKET)))

    assert "🔻 SELL" in card
    assert "Price: at market" in card
    assert "Order value: about ₹24,600.00" in card
    assert not any("↳" in line for line in card)


def test_without_a_price_nothing_is_guessed() -> None:
    card = lines(make_order(make_leg(terms=MARKET)), ltp=None)

    assert "Order value: not known, no price" in card
    assert "Last price: not available" in card


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (60, "Last price: ₹2,460.00"),
        (61, "Last price: ₹2,460.00 (1 min old)"),
        (7300, "Last price: ₹2,460.00 (2 h 1 min old)"),
    ],
)
def test_an_old_price_says_how_old_it_is(seconds: int, line: str) -> None:
    view = View(make_order(), ACCOUNT, READER, Role.APPROVER, False)
    card = render_card(view, quotes(at=NOW - timedelta(seconds=seconds)), NOW)

    assert line in card.plain.splitlines()


def test_a_stop_shows_both_prices_and_both_distances() -> None:
    card = lines(make_order(make_leg(terms=STOP)))

    assert "Trigger price: ₹2,440.05" in card
    assert [line for line in card if "↳" in line] == ["↳ 0.41% above the limit", "↳ 0.82% above the trigger"]


def test_a_stop_at_market_is_measured_from_its_trigger() -> None:
    card = lines(make_order(make_leg(terms=STOP_MARKET)))

    assert "Order value: about ₹24,400.50" in card
    assert [line for line in card if "↳" in line] == ["↳ 0.82% above the trigger"]


def test_the_account_is_named_only_to_people_with_several() -> None:
    assert "Account: main" in lines(make_order(), many=True)
    assert "Account: main" not in lines(make_order())


def test_a_disclosed_quantity_is_a_term_too() -> None:
    assert "Disclosed: 5" in lines(make_order(make_leg(terms=replace(LIMIT, disclosed_quantity=5))))


def test_the_decision_is_offered_to_those_who_decide() -> None:
    assert labels(draw(make_order())) == ["✅ Approve", "❌ Reject"]
    assert labels(draw(make_order(), role=Role.OWNER)) == ["✅ Approve", "❌ Reject"]
    assert labels(draw(make_order(), role=Role.VIEWER)) == []
    assert "You can look, not decide." in lines(make_order(), role=Role.VIEWER)


def test_somebody_no_longer_linked_sees_no_order() -> None:
    card = draw(make_order(), role=None)

    assert card.plain == "🔒 Order #42: you are no longer linked to its account."
    assert labels(card) == []


def test_buttons_are_bound_to_the_version_shown() -> None:
    card = draw(make_order(version=9))

    assert {button.press.version for row in card.rows for button in row} == {9}


def test_an_outage_is_told() -> None:
    card = draw(make_order(outage="14:02–14:07")).plain

    assert "The bot was offline 14:02–14:07 IST; taps in that time may not have been received." in card
    assert "Please tap again." in card


def test_a_person_who_rejected_is_asked_why_and_nobody_else() -> None:
    mine, others = draw(rejected()), draw(replace(rejected(), rejected_by_id=UserId(1)))

    assert labels(mine) == ["Price moved", "Too large", "Not now", "Other…", "No reason"]
    assert labels(others) == []


def test_a_given_reason_ends_the_question() -> None:
    card = draw(rejected(rejected_reason="Too large"))

    assert "Reason: Too large" in card.plain
    assert labels(card) == []


def test_a_fingerprint_moves_with_what_the_card_says() -> None:
    order = make_order()
    changed = [
        replace(order, version=4),
        replace(order, outage="14:02–14:07"),
        at_broker(BrokerStatus.OPEN),
        rejected(),
    ]
    prints = {fingerprint(View(one, ACCOUNT, READER, Role.APPROVER, False), NOW) for one in [order, *changed]}

    assert len(prints) == len(changed) + 1


def test_a_fingerprint_does_not_move_by_itself_within_its_minute() -> None:
    view = View(make_order(), ACCOUNT, READER, Role.APPROVER, False)

    assert fingerprint(view, NOW) == fingerprint(view, NOW.replace(second=59))
    assert fingerprint(view, NOW) != fingerprint(view, NOW.replace(minute=3))
