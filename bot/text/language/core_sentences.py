"""What the core and the brokers' adapters say in English, because strategies and the trail are told it too.

`retold` in `bot/text/language/retelling.py` finds a sentence here by its words and tells it in the reader's language.
A placeholder takes whatever stands there; in those named in `PARTS` a sentence or reason is looked for again.
"""

from bot.text.language.translation import translate_here
from core.limits.bound_text import title
from core.limits.limits import UNITS

PARTS = frozenset({"why", "pause", "limit", "number_name"})
LISTS = {"reasons": "; ", "number_names": ", "}
"""Placeholders that take several, and what stands between them."""
DATES = frozenset({"when", "day", "length"})
"""Placeholders that take dates and lengths of time."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONLY = {"limit": [title(name) for name in UNITS], "day": [*WEEKDAYS]}
"""Placeholders that take one of these words; others take anything."""

QUESTIONS = (
    "This question was already answered or is too old.",
    "This question cannot be read any more.",
    "This question is about something else.",
    "This has changed in the meantime; the message shows how it stands now. Nothing was done.",
    "There is no order {number}.",
    "There is no such order.",
    "There is no account named {name}.",
)
AUTHORITY = (
    "You are not linked to this account. Nothing was done.",
    "You may look at this account, but not trade on it. Nothing was done.",
    "You may look at this account, not pause it.",
    "You may look at limits, not change them.",
    "You may look at standing approvals, not stop them.",
    "This account is disabled. Nothing was done.",
    "Only the account's owner may switch modes.",
    "Only the account's owner may change who is linked to it. Nothing was done.",
    "Only the account's owner may loosen a limit. Nothing was changed.",
    "Only the account's owner may resume.",
    "Only the account's owner may approve in advance.",
    "Nobody with the Telegram id {number} is linked to this account.",
    "This link is not valid any more.",
)
ACCOUNTS = (
    "The account was changed at the same moment. Please look again.",
    "The account was changed at the same moment; try again.",
    "The account changed its mode in the meantime. Nothing was sent; please look again.",
    "The account's mode has changed since it was approved. Nothing was sent.",
    "The people of this account were changed meanwhile. Nothing was done; look again.",
    "This account's mode is not readable, so nothing was sent.",
    "This account's mode is not readable, so {operation} was not carried out.",
    "This account's trading mode is not readable.",
    "The account's trading mode cannot be read.",
    "Trading is paused by {name} since {time}.",
    "{pause} Nothing was changed.",
    "{pause} Nothing was sent.",
    "{pause} Nothing was sent; the order still waits.",
    "Account {name} has no credentials; run `countersign broker set` first.",
    "The broker could not be opened.",
)
DECISIONS = (
    "Nothing was sent. {why}",
    "{time} IST: {why}",
    "Nothing of that waits for you. /pending shows what does.",
    "What waits has more legs than a card can show, so it cannot be approved here. /pending shows it.",
    "This order cannot be sent now: {why}",
    "The order could not be worked out again: {why}",
    "This order cannot be read any more; it can only be rejected.",
    "This order cannot be read any more; nothing was sent.",
    "That is what the card says already.",
    (
        "Another order for {symbol} is on its way to the broker, so the position is not certain. "
        "Nothing was sent; try again in a moment."
    ),
    (
        "An order with the same terms was sent and is not confirmed yet. "
        "This one waits, because the broker could not tell them apart."
    ),
    "Not sent: the position has become smaller, or was closed already",
    "Not sent: the time to execute ran out",
    "The time to execute it was over before it could be sent",
    "Positions Already Matched. No Action needed.",
    "No OpenPosition Found. Not placing Exit order.",
    "Positions Already Matched.",
    "No open positions to close",
    (
        "This computer's clock says {now}, but the database has records of {then}. "
        "Nothing is executed until the clock is right."
    ),
    "This computer's clock is {length} ahead of Telegram's. Nothing is executed until the clock is right.",
    "This computer's clock is {length} behind Telegram's. Nothing is executed until the clock is right.",
)
MOVED = (
    "position {was} → {now}",
    "underlying price {was} → {now}",
)
CHANGES = (
    "The terms of this order cannot be changed here.",
    "The quantity must be above 0.",
    "The strategy allows a quantity of {span}.",
    "The strategy asked for {quantity}; it can only be made smaller.",
    "The strategy does not let its price be changed.",
    "The strategy allows a limit of {low} to {high}.",
    "This order has no {number_name}.",
    "This order has no {number_name}. It can be changed in: {number_names}.",
    "Nothing is changed yet. Choose what to change first.",
    "The order was changed in the meantime. Nothing was sent; please look again.",
    "This order has several parts at the broker; change one by the broker's own number.",
    "{filled} are filled already, so the quantity must be above that.",
    "That is not a number. Write for example 112.50",
    "The {number_name} must be a positive number.",
    "I do not understand {word}. Write for example: price=112.50 quantity=50",
    "{number_name} is there twice.",
)
POSITIONS = (
    "There is nothing to close.",
    "The quantity to close must be a positive number.",
    "Only {held} is held, so {quantity} cannot be closed.",
    "The quantity must be in multiples of lot size {lot}, or all of it.",
    "{held} cannot be halved: it trades in lots of {lot}. Close all of it.",
    "There is nothing left to close: it was closed in the meantime. Nothing was sent.",
    "That position is not open any more. Nothing was sent.",
    (
        "No open order here came from Countersign, and others are not cancelled together. "
        "/cancel with the broker's number cancels one."
    ),
    "That order is not open any more: it was filled or cancelled. Nothing was sent.",
    "This order has too many parts for one question. Use /cancelall.",
    "Too late: {why}. Nothing was changed.",
    "Order {number} does not wait at the broker: {why}.",
    "it is filled",
    "it is cancelled",
    "the broker rejected it",
    "it waits for a decision; reject it on its card",
    "it was rejected",
    "it was expired",
    "it was withdrawn",
    "it was denied",
    "it is on its way to the broker",
)
BROKERS = (
    "The broker takes too long to answer. Nothing was sent.",
    "The broker takes too long.",
    "the broker did not answer",
    "The broker could not be asked: {why}",
    "The broker's order book did not show it at {time}. It is looked for every minute.",
    "That order has other terms than this one. Nothing was done.",
    "It cannot be sent now: {why}",
    "{broker} has not answered since {since}; it is tried again at {then}",
    "{broker} has not answered since {since}.",
    "{broker} cannot be reached ({fault}); nothing was sent",
    "Insufficient funds. Required: {required}, Available: {available}, Shortage: {shortage}",
    "Day order: not filled by the close",
    "Intraday trading is over for today: MIS orders may only reduce a position",
    "Intraday trading is over",
    "Contract expired",
    "simulated",
)
EXCHANGES = (
    "{exchange} is closed: {why}. It opens {when}.",
    "it has not opened yet",
    "it closed at {time}",
    "it is {day}",
    "Symbol {symbol} not found on {exchange}",
    "{symbol} on {exchange} is an index and cannot be traded",
    "Quantity must be in multiples of lot size {lot}",
    "Quantity must be a positive number",
    "Quantity is above the freeze quantity {quantity}; split the order",
    "Price {price} is not a multiple of the tick size {tick}",
    "Trigger price {price} is not a multiple of the tick size {tick}",
    "Price {price} is outside of today's price band of {symbol} on {exchange}: {low} to {high}",
)
WARNINGS = (
    "Not enough money: {amount} short.",
    "The limit is {percent} above the last price.",
    "The limit is {percent} below the last price.",
    "Larger than usual: this strategy's orders for it are mostly of {usual}.",
    "Prices here are made up ({by}), and this order is real.",
    "Hardly traded: bid {bid}, ask {ask}.",
    "Hardly traded: {volume} changed hands today.",
    "The same order was approved {length} ago, as {number}.",
)
LIMITS = (
    "Over the limits of this account ({reasons}).",
    "Over the limits of strategy {name} ({reasons}).",
    "Over the limits of this account ({reasons}). Nothing was changed.",
    "Over the limits of strategy {name} ({reasons}). Nothing was changed.",
    "The limits of this account cannot be read; nothing was executed.",
    "Limits were changed just now. Nothing was sent; please tap again.",
    "There is no limit {name}; there is {names}.",
    "{text} is not a {limit} such as {example}.",
    "Trading hours must begin before they end, such as 09:15-15:15.",
    "A strategy's name has at most {most} printable characters.",
    "No more than {most} strategies of an account can have limits.",
    "{limit}: it is {time} IST, outside of {bound}",
    "{limit}: {amount} with this order is above {bound}",
    "{limit}: there is no price for {symbols} now, so {bound} cannot be judged",
    "{limit}: what an order of today is worth is not known, so {bound} cannot be judged",
    "{limit}: {price} is {percent} from the last price {last} of {symbol}, more than {bound}",
    "{limit}: this would be number {count}, and the limit is {bound}",
    "{limit}: this would make {count}, and the limit is {bound}",
    "{limit}: the broker does not say what is held, so the limit of {bound} cannot be judged",
    "{limit}: the broker does not say what today came to, so {bound} cannot be judged",
    "{limit}: {amount} lost today, and the limit is {bound}",
    "{limit}: {word} is forbidden",
    "{limit}: {word} is not among {names}",
    "{limit}: {amount} is above {bound}",
)


translate_here(__name__)
