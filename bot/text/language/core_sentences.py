"""What the core and the brokers' adapters say in English, because strategies and the trail are told it too.

`retold` in `bot/text/language/retelling.py` finds a sentence here by its words and tells it in the reader's language.
What its placeholders take is said there too.
"""

from bot.text.language.translation import translate_here
from core.orders.decisions import Answer
from core.orders.states import BrokerStatus

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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
    "{amount_of} to {amount_to}",
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
    "Auto square-off",
    "Expiry settlement",
    (
        "Cannot sell {symbol} in CNC. No position or holding is there to be delivered; "
        "MIS allows selling short within the day."
    ),
    "Cannot sell {quantity} {symbol} in CNC: {owned} owned, {selling} of them in open sell orders.",
    "Cannot place {kind} order for {symbol}: {exchange} has no fresh price for it",
    "Cannot place {kind} order for {symbol}: {exchange} has no price for it",
    "Order {number} not found",
    "Order {number} is not waiting any more",
    "Quantity must be more than the {filled} filled already",
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
STANDING = (
    "There is no such standing approval.",
    "Standing approval {number} was stopped already, by {name}.",
    "{name} is not listed at {broker}. Write it as in an order, such as NSE:SBIN.",
    "{name} is listed at {exchanges}: write {example}.",
    "No strategy has sent an order in this mode yet.",
    "Choose at least one instrument.",
    "That is not among the choices.",
    "No more than {most} standing approvals of an account; stop one first.",
    "The account was changed since this was asked. Nothing was approved.",
    "A standing approval cannot be read, so none of them lets anything through.",
    "That is no strategy.",
    "Name the strategy, then buy, sell or exits.",
    "{text} is not buy, sell or exits. A strategy's name with spaces stands in quotes.",
    "Name the symbols, such as SBIN,INFY; for exits it may be all.",
    "Name the symbols, or all of them, not both.",
    "Name the symbols. Only exits may be of all.",
    "No more than {most} symbols in one approval.",
    "Say how much an order may be, such as order=₹20000.",
    "Say how much a day may use, such as day=₹50000.",
    "{text} is not an amount such as ₹50000, 200shares or 2lots.",
    "Say what {text} is: {examples}.",
    "{text} is not an amount that can be approved.",
    "{text} is not an amount.",
    "Say until when: until=today, until=31-12 or until=2026-12-31.",
    "{text} is not a day such as today, 31-12 or 2026-12-31.",
    "{text} is over.",
    "An approval in advance ends after {most} days at the latest.",
    "A quotation mark is missing.",
    "{text} is not understood; there are order=, day=, until= and account=, once each.",
)
STANDING_WAITS = (
    "standing approval {number}: {why}",
    "standing approval {number}: {why}.",
    "standing approval {number} was stopped before it was sent",
    "it was stopped",
    "its last day is over",
    "{name} is no longer linked as the owner who gave it",
    "the account is disabled",
    "it was given for {mode}",
    "it was given for the broker {broker}",
    "the order cannot be read",
    "what is held of {symbol} is not known",
    "what the order is worth is not known",
    "its terms are not complete",
    "{size} is above {size_most} an order",
    "{size} is above {size_most} a day",
    "there is no fresh price for {symbol}",
    "the prices are not those of the market ({by})",
    "trading is paused",
    "the account's mode was changed",
    "worked out again it is another order",
)
STANDING_TERMS = (
    "strategy {name}: {orders}",
    "Exits only, of anything",
    "Exits only, by selling, of anything",
    "Exits only, by buying, of anything",
    "Exits only, of {symbols}",
    "Exits only, by selling, of {symbols}",
    "Exits only, by buying, of {symbols}",
    "{names} and {amount_of} more",
    "at most what closes the position",
    "an order: at most {size}",
    "a day: at most {size} in all",
    "{size} of {size_most} used today",
    "{size} used today",
    "{amount_of} share",
    "{amount_of} shares",
    "{amount_of} lot",
    "{amount_of} lots",
    "until the end of {day_of_year}",
)
PEOPLE = ("the command line", "Dropped by {name} without knowing what became of it")
ANSWERS = {answer: answer.value for answer in Answer}
STATUSES = {status: status.value for status in BrokerStatus}
"""As the trail has them."""


translate_here(__name__)
