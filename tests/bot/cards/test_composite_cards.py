"""Cards of orders with several legs, or with legs that were worked out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.text import messages as texts
from bot.text.language.translation import speaking
from core.accounts import Language
from core.orders.order import ApiType, Leg, Order, Product
from core.orders.states import BrokerStatus, QueueStatus
from tests.bot.orders import CHECK, MARKET, NOW, approved, draw, labels, lines, make_leg, make_order


def basket(*legs: Leg) -> Order:
    return replace(make_order(*(replace(leg, part=leg.number) for leg in legs)), api_type=ApiType.BASKETORDER)


def test_several_legs_are_listed_with_their_own_standing() -> None:
    legs = make_leg(1, broker_status=BrokerStatus.OPEN), make_leg(2, MARKET, broker_status=BrokerStatus.UNKNOWN)
    order = basket(*legs)
    card = lines(replace(approved(), legs=order.legs, api_type=order.api_type, broker_status=BrokerStatus.UNKNOWN))

    assert card[:6] == [
        "🔵 LIVE (PAPER) · Basket of 2: BUY 1, SELL 1",
        "about ₹49,100.00 · NSE · MIS",
        "1. BUY 10 RELIANCE · LIMIT ₹2,450.00",
        "    📬 open at the broker",
        "2. SELL 10 RELIANCE · MARKET",
        "    ⚠️ not confirmed",
    ]
    assert any(line.startswith("⚠️ NOT CONFIRMED") for line in card)


def test_a_basket_that_is_partly_done_never_looks_done() -> None:
    filled = make_leg(1, broker_status=BrokerStatus.COMPLETE, filled_quantity=Decimal(10), average_price=Decimal(5))
    refused = make_leg(2, MARKET, broker_status=BrokerStatus.REJECTED, message="no funds")
    order = basket(filled, refused)
    card = lines(replace(approved(), legs=order.legs, api_type=order.api_type, broker_status=BrokerStatus.PARTIAL))

    assert "⚠️ PARTLY DONE: 1 of 2 filled" in card
    assert "    ⛔ rejected by the broker: no funds" in card
    assert not any("FILLED: all" in line for line in card)


def test_a_split_order_is_one_thing_with_its_parts() -> None:
    children = (make_leg(1), make_leg(2), replace(make_leg(3), terms=replace(make_leg(3).terms, quantity=Decimal(5))))
    card = lines(replace(make_order(*children), api_type=ApiType.SPLITORDER))

    assert card[:3] == [
        "🔵 LIVE (PAPER) · BUY 25 RELIANCE · LIMIT ₹2,450.00",
        "₹61,250.00 · NSE · MIS",
        "In 3 parts: 2 × 10 + 1 × 5",
    ]


def test_legs_say_what_they_do_not_share() -> None:
    other = replace(MARKET, exchange="NFO", product=Product.NRML)
    card = lines(basket(make_leg(1), make_leg(2, other)))

    assert card[1:4] == [
        "about ₹49,100.00 · NSE, NFO · MIS, NRML",
        "1. BUY 10 RELIANCE · LIMIT ₹2,450.00 · NSE · MIS",
        "2. SELL 10 RELIANCE · MARKET · NFO · NRML",
    ]


def test_a_basket_shows_its_money_and_warnings_and_no_price_of_one_leg() -> None:
    card = lines(basket(make_leg(1), make_leg(2, MARKET)), check=replace(CHECK, last=None, held_after=None))

    block = card[card.index("Checked by Countersign") : -2]
    assert block[1:] == [
        "Prices: simulated",
        "Margin ₹4,900.00, leaves ₹9,95,100.00",
        "Charges about ₹12.34",
        "⚠️ NSE is closed: Christmas.",
    ]


def test_closing_several_positions_says_how_many() -> None:
    card = lines(replace(basket(make_leg(1), make_leg(2, MARKET)), api_type=ApiType.CLOSEPOSITION))

    assert card[0] == "🔵 LIVE (PAPER) · Closes 2 positions: BUY 1, SELL 1"


def test_a_card_says_which_price_was_brought_to_the_tick() -> None:
    assert "Brought to the tick: 790.03 → 790" in lines(replace(make_order(), facts={"off_tick": "790.03 → 790"}))


def test_a_smart_order_shows_where_it_comes_from_and_where_it_goes() -> None:
    facts = {"target": "100", "position": "90"}
    card = lines(replace(make_order(), api_type=ApiType.SMARTORDER, facts=facts))

    assert "Smart order: position 90 → 100" in card


def test_an_option_shows_its_lots_and_its_underlying() -> None:
    facts = {"underlying": "NIFTY", "underlying_ltp": "26055.5", "lot": "5"}
    card = lines(replace(make_order(), api_type=ApiType.OPTIONSORDER, facts=facts))

    assert "2 lots of 5" in card
    assert "NIFTY then: ₹26,055.50" in card


def test_what_changed_since_it_was_shown_is_marked_and_can_be_decided_again() -> None:
    card = draw(replace(make_order(), notice="position 0 → 40; BUY 100 SBIN → BUY 60 SBIN"))

    assert "⚠️ CHANGED since you last saw it: position 0 → 40; BUY 100 SBIN → BUY 60 SBIN." in card.plain
    assert labels(card) == ["✅ Approve", "❌ Reject", "Part…"]


def test_an_order_with_nothing_left_to_do_says_so() -> None:
    order = replace(make_order(), status=QueueStatus.EXPIRED, closed_at=NOW, notice="Positions Already Matched.")
    card = draw(order)

    assert "NOTHING LEFT TO DO" in card.plain
    assert "Nothing was sent." in card.plain
    assert labels(card) == []


def test_what_cannot_be_shown_whole_cannot_be_approved() -> None:
    card = draw(basket(*(make_leg(number) for number in range(1, 101))))

    assert "More than a card can list." in card.plain
    assert labels(card) == ["❌ Reject"]


@pytest.mark.parametrize("language", [*Language])
def test_thirty_legs_fit_beside_the_longest_note_and_can_be_approved(language: Language) -> None:
    order = basket(*(make_leg(number, MARKET) for number in range(1, 31)))
    with speaking(language):
        card = draw(replace(order, note="x" * 280), check=replace(CHECK, last=None, warnings=("w" * 200,) * 2))
        words = [texts.APPROVE, texts.REJECT]

    assert "30. SELL 10 RELIANCE · MARKET" in card.plain
    assert len(card.plain.encode("utf-16-le")) // 2 <= 4096
    assert labels(card) == words
