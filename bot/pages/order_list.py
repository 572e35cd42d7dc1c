"""Orders as a list of short lines, each with a button that opens it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import NO_ORDER, Act, Press
from bot.cards.legs import group_legs
from bot.cards.terms import Quotes, mode_mark, number, order_value
from bot.text import amounts, card_face, list_texts
from bot.text import messages as texts
from bot.text.escaping import one_line, shown
from core.accounts import Account, TradingMode
from core.clock import render_ist_time
from core.ids import AccountId, OrderId
from core.insight.order_filter import OrderFilter
from core.orders.order import LegTerms, Order
from core.orders.states import QueueStatus
from core.ports import OrderPage
from core.services.insight.personal_lists import PersonalList

QuotesOf = Callable[[Account, TradingMode], Quotes]
_NAME_LIMIT = 40
_SYMBOL_LIMIT = 40
_MOST_LEGS = 3
"""Of an order with many legs so many are named in a list."""


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Which list, and behind which order its page begins."""

    shown: OrderFilter
    cursor: OrderId | None = None


def render_list(place: ListPlace, listed: PersonalList, quotes: QuotesOf, now: datetime) -> str:
    """A page of orders, each with what it is, what it is worth and how it stands."""
    accounts = listed.accounts
    blocks = ["\n".join(_brief(order, accounts, quotes, now)) for order in listed.page.orders]
    if not blocks:
        blocks = [_nothing(place, listed)]
    elif listed.hides:
        blocks.append(list_texts.SOME_HIDDEN)
    updated = texts.UPDATED.format(time=render_ist_time(now))
    return "\n\n".join([list_texts.TITLES[place.shown], *blocks, f"<i>{updated}</i>"])


def list_buttons(place: ListPlace, page: OrderPage) -> Rows:
    """A button for each order, how to turn the page, the other lists, and one to refresh."""
    turns = []
    if place.cursor is not None:
        turns.append(Button(list_texts.FIRST, _press(ListPlace(place.shown))))
    if page.next_before is not None:
        turns.append(Button(list_texts.NEXT, _press(ListPlace(place.shown, page.next_before))))
    # Two in a row: four are cut off on a phone.
    filters = [_filter_button(one, place.shown) for one in list_texts.FILTERS]
    refresh = [Button(texts.REFRESH, _press(place))]
    return [*order_buttons(page.orders), *([turns] if turns else []), filters[:2], filters[2:], refresh]


def place_of(press: Press) -> ListPlace:
    """The page that a button asks for. Raises ValueError for a list that there is not."""
    usual = OrderFilter.PENDING if press.act is Act.PENDING_PAGE else OrderFilter.NEWEST
    return ListPlace(OrderFilter(press.argument or usual), press.order_id or None)


def _press(place: ListPlace) -> Press:
    return Press(Act.ORDERS_PAGE, place.cursor or NO_ORDER, argument=place.shown.value)


def _filter_button(one: OrderFilter, chosen: OrderFilter) -> Button:
    label = list_texts.FILTERS[one]
    return Button(list_texts.CHOSEN.format(label=label) if one is chosen else label, _press(ListPlace(one)))


def _nothing(place: ListPlace, listed: PersonalList) -> str:
    if place.cursor is not None:
        return list_texts.NOTHING_BEHIND
    return list_texts.NOTHING_UNHIDDEN if listed.hides else list_texts.EMPTY[place.shown]


def order_buttons(orders: Sequence[Order]) -> list[list[Button]]:
    """One button for each order, two in a row."""
    buttons = [Button(_label(order), Press(Act.OPEN, order.id)) for order in orders]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _label(order: Order) -> str:
    leg = order.legs[0]
    return f"{number(order)} {leg.terms.action} {one_line(leg.terms.symbol, 20)}"


def _brief(order: Order, accounts: Mapping[AccountId, Account], quotes: QuotesOf, now: datetime) -> list[str]:
    account = accounts[order.account_id]
    name = [shown(account.name, _NAME_LIMIT)] if len(accounts) > 1 else []
    return [
        " · ".join([mode_mark(account, order.trading_mode), *name]),
        f"{number(order)} {what_it_is(order)}",
        f"{order_value(order, quotes(account, order.trading_mode))} · {standing(order, now)}",
    ]


def what_it_is(order: Order) -> str:
    """The order in one line: `BUY 5 SBIN`, or `Basket of 2: BUY 5 SBIN, BUY 2 TCS`."""
    groups = group_legs(order)
    shown_legs = [_leg_in_words(group.terms) for group in groups[:_MOST_LEGS]]
    if len(groups) == 1:
        return shown_legs[0]
    more = [list_texts.MORE_LEGS.format(count=len(groups) - _MOST_LEGS)] if len(groups) > _MOST_LEGS else []
    kind = texts.LIST_KINDS.get(order.api_type.value, texts.CLOSES_POSITIONS)
    head = card_face.LIST_OF.format(kind=kind, count=len(groups))
    return f"{head}: {', '.join([*shown_legs, *more])}"


def _leg_in_words(terms: LegTerms) -> str:
    symbol = shown(terms.symbol, _SYMBOL_LIMIT)
    return f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {symbol}"


def standing(order: Order, now: datetime) -> str:
    """How an order stands, in a word or two."""
    if order.status is QueueStatus.PENDING:
        return list_texts.STILL_WAITS.format(left=amounts.duration(order.expires_at - now))
    if order.status is not QueueStatus.APPROVED:
        return list_texts.DECIDED[order.status]
    if order.broker_status is None:
        return list_texts.SENDING
    return list_texts.AT_BROKER.get(order.broker_status, list_texts.SENDING)
