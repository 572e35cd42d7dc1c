"""What a card shows, line by line, and what it offers to whom."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.cards.card import View, fingerprint
from core.accounts import Role, TradingMode
from core.ids import UserId
from core.orders.order import LegTerms
from core.orders.states import BrokerStatus
from core.review.check import Check
from tests.bot.orders import (
    ACCOUNT,
    CHECK,
    LIMIT,
    MARKET,
    NOW,
    READER,
    STOP,
    STOP_MARKET,
    approved,
    at_broker,
    draw,
    labels,
    lines,
    make_leg,
    make_order,
    rejected,
)


def test_a_waiting_order_line_by_line() -> None:
    assert lines(make_order(note="Gap up held for 15 minutes"), check=CHECK) == [
        "🔵 LIVE (PAPER) · BUY 10 RELIANCE · LIMIT ₹2,450.00",
        "₹24,500.00 · NSE · MIS",
        "",
        "Strategy: momentum · #42",
        "Gap up held for 15 minutes",
        "",
        "Checked by Countersign",
        "Last price ₹2,460.00, 3 s old, simulated",
        "↳ 0.41% above the limit",
        "Since the signal +0.41% (then ₹2,450.00)",
        "Position 0 → 10",
        "Margin ₹4,900.00, leaves ₹9,95,100.00",
        "Charges about ₹12.34",
        "⚠️ NSE is closed: Christmas.",
        "",
        "⏳ This order waits for you: 15 min left, until 14:47 IST",
    ]


def test_the_hour_is_marked_so_that_each_phone_shows_its_own() -> None:
    unix = int(make_order().expires_at.timestamp())

    assert f'<tg-time unix="{unix}" format="t">14:47 IST</tg-time>' in draw(make_order()).html


def test_a_note_is_a_quotation() -> None:
    assert "<blockquote>Gap up</blockquote>" in draw(make_order(note="Gap up")).html
    assert "<blockquote><code>see t.me/x</code></blockquote>" in draw(make_order(note="see t.me/x")).html


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

    assert card[0].split(" · ")[0] == mark


@pytest.mark.parametrize(
    ("terms", "how"),
    [
        (LIMIT, "BUY 10 RELIANCE · LIMIT ₹2,450.00"),
        (MARKET, "SELL 10 RELIANCE · MARKET"),
        (STOP, "BUY 10 RELIANCE · SL ₹2,450.00, trigger ₹2,440.05"),
        (STOP_MARKET, "BUY 10 RELIANCE · SL-M trigger ₹2,440.05"),
    ],
)
def test_the_first_line_says_what_would_happen(terms: LegTerms, how: str) -> None:
    assert lines(make_order(make_leg(terms=terms)))[0] == f"🔵 LIVE (PAPER) · {how}"


def test_a_lock_screen_shows_mode_account_side_quantity_and_symbol() -> None:
    option = replace(MARKET, symbol="NIFTY30DEC2526000CE", quantity=Decimal(75))
    order = make_order(make_leg(terms=option), note="x" * 280)

    first = draw(order, account=replace(ACCOUNT, name="Mother's long-term money"), many=True).plain[:60]

    assert first == "🔵 LIVE (PAPER) · Mother's lo… · SELL 75 NIFTY30DEC2526000CE "


def test_the_account_is_named_only_to_people_with_several() -> None:
    assert lines(make_order(), many=True)[0] == "🔵 LIVE (PAPER) · main · BUY 10 RELIANCE · LIMIT ₹2,450.00"
    assert "main" not in draw(make_order()).plain


def test_a_market_order_is_worth_about_its_last_price() -> None:
    card = lines(make_order(make_leg(terms=MARKET)))

    assert card[1] == "about ₹24,600.00 · NSE · MIS"


def test_without_a_price_nothing_is_guessed() -> None:
    card = lines(make_order(make_leg(terms=MARKET)), ltp=None, check=Check(NOW))

    assert card[1] == "value not known, no price · NSE · MIS"
    assert "Last price not available" in card


@pytest.mark.parametrize(("seconds", "age"), [(0, "0 s"), (59, "59 s"), (61, "1 min"), (7300, "2 h 1 min")])
def test_a_price_says_how_old_it_is(seconds: int, age: str) -> None:
    card = lines(make_order(), check=replace(CHECK, seen_at=NOW - timedelta(seconds=seconds), made_by=""))

    assert f"Last price ₹2,460.00, {age} old" in card


def test_a_stop_is_measured_from_both_of_its_prices() -> None:
    card = lines(make_order(make_leg(terms=STOP)), check=CHECK)

    assert [line for line in card if "↳" in line] == ["↳ 0.41% above the limit", "↳ 0.82% above the trigger"]


def test_a_stop_at_market_is_measured_from_its_trigger() -> None:
    card = lines(make_order(make_leg(terms=STOP_MARKET)), check=CHECK)

    assert card[1] == "about ₹24,400.50 · NSE · MIS"
    assert [line for line in card if "↳" in line] == ["↳ 0.82% above the trigger"]


@pytest.mark.parametrize(
    ("signal", "line"),
    [
        ("2450", "Since the signal +0.41% (then ₹2,450.00)"),
        ("2500", "Since the signal -1.60% (then ₹2,500.00)"),
        ("2459.95", "Since the signal +less than 0.01% (then ₹2,459.95)"),
        ("2460", "Unmoved since the signal"),
    ],
)
def test_the_move_since_the_signal(signal: str, line: str) -> None:
    assert line in lines(make_order(), check=replace(CHECK, signal=Decimal(signal)))


def test_what_is_not_known_is_said_or_left_out() -> None:
    card = lines(
        make_order(),
        check=replace(CHECK, held=None, margin=None, left=None, charges=None, signal=None, unknown="no answer"),
    )

    assert "Position, margin and charges not known: no answer" in card
    assert not any(line.startswith(("Position 0", "Margin", "Charges", "Since")) for line in card)


def test_margin_without_the_money_in_hand_stands_alone() -> None:
    assert "Margin ₹4,900.00" in lines(make_order(), check=replace(CHECK, left=None))


def test_a_decided_card_keeps_every_line_and_what_was_found_out() -> None:
    waiting = lines(make_order(note="Gap up"), check=CHECK)
    decided = lines(replace(approved(note="Gap up"), checked=CHECK.dump()), ltp="9.00")

    assert decided[: len(waiting) - 1] == waiting[:-1]
    assert decided[len(waiting) - 1] == "✅ Approved by Asha at 14:32:07 IST"


@pytest.mark.parametrize("broken", ["", "{}", "[]", "no json", '{"at": 5}', '{"at": "x", "last": "y"}'])
def test_a_kept_check_that_cannot_be_read_costs_only_its_lines(broken: str) -> None:
    card = lines(replace(approved(), checked=broken))

    assert "Checked by Countersign" not in card
    assert card[0].startswith("🔵 LIVE (PAPER)")


def test_a_disclosed_quantity_is_a_term_too() -> None:
    assert "Disclosed: 5" in lines(make_order(make_leg(terms=replace(LIMIT, disclosed_quantity=5))))


def test_the_decision_is_offered_to_those_who_decide() -> None:
    assert labels(draw(make_order())) == ["✅ Approve", "❌ Reject", "Part…"]
    assert labels(draw(make_order(), role=Role.OWNER)) == ["✅ Approve", "❌ Reject", "Part…"]
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
