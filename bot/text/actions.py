"""The sentences of what a client does themselves: closing, cancelling, changing."""

from bot.text.language.translation import translate_here

# ---------------------------------------------------------------- positions

POSITIONS_TITLE = "📊 <b>Positions</b>"
NOTHING_OPEN = "No positions. When a strategy's order is filled, it stands here."
POSITION_PROFIT = "Profit today: <b>{profit}</b>"
NO_LAST_PRICE = "no price"
AVERAGE_AND_LAST = "avg {average}, last {last}"
TODAY = " today"
PRICES_MADE_UP = "Prices are made up: {by}."
CLOSE_ONE = "Close {what}"
HALF = "½ {what}"
CLOSE_EVERYTHING = "Close all…"
PREVIOUS_PAGE = "◀"
NEXT_PAGE = "▶"
PAGE_OF = "Page {page} of {pages}"
CAN_ONLY_LOOK = "You can look, not trade."

# ---------------------------------------------------------------- questions

CLOSE_QUESTION = "<b>Close {what}?</b>"
CLOSE_SEVERAL = "<b>Close {count}?</b>"
OF_HELD = "of {held}"
ABOUT = "About <b>{value}</b>"
AT_LAST = " at {price}"
VALUE_UNKNOWN = "Value: not known, no price"
PROFIT_ON_IT = "Profit on it: <b>{profit}</b>"
WOULD_CLOSE_TOO = (
    "⚠️ {orders} would close it too: {example}. If it fills after this, you hold the opposite. "
    "Cancel it first: /cancel"
)
LEFT_OUT = "⚠️ {things} more do not fit here and stay. Ask again for those."
CANCEL_QUESTION = "<b>Cancel this order?</b>"
CANCEL_SEVERAL = "<b>Cancel {count}?</b>"
FOREIGN_STAY = (
    "Not touched: {orders} that did not come from Countersign. /orderbook has the mark, "
    "/cancel with the broker's number cancels one."
)
TRIGGERS_STAY = "{triggers} (GTT) stay. Cancel one with /cancel."
CHANGE_QUESTION = "<b>Change this order?</b>"
WHAT_TO_CHANGE = "<b>What do you want to change?</b>"
NOW = "Now: {terms}"
BECOMES = "New: <b>{terms}</b>"
FILLED_OF_IT = "Filled already: {filled}"
GTT_MARK = "⏰ GTT"
YES_CLOSE = "✅ Yes, close {what}"
YES_CANCEL = "✅ Yes, cancel {what}"
YES_CHANGE = "✅ Yes, change {what}"
KEEP_IT = "No, leave it as it is"
QUESTION_NOTE = "Works once, for two minutes."
EVERY = "all {count}"
THESE = "these {count}"
SO_MUCH_FILLED = " ({filled} filled)"
AND = " and "
CHANGED_TO = "{name} to {value}"
CHANGED_NUMBERS = {
    "quantity": "quantity",
    "price": "price",
    "trigger": "trigger",
    "target": "target",
    "targetprice": "targetprice",
}
TYPE_IT = "{name} {value}…"
NAMES = {
    "quantity": "Quantity",
    "price": "Price",
    "trigger": "Trigger",
    "target": "Target",
    "targetprice": "Target price",
}
ASK_NUMBER = (
    "✍️ <b>Which {name}?</b>\nAnswer this message with a number, for example {example}.\n\n<i>Ref {reference}</i>"
)
NUMBER_HINT = "A number"
ANSWER_BELOW = "Please answer the message below."
NOT_BOUND = "I cannot tell which order that is about. Please send /modify again."

# ---------------------------------------------------------------- outcomes

SENT = "📤 On its way: order {number}."
CLOSE_DONE = "Order {number}. Its card has the details."
CLOSED_LESS = "⚠️ The position had become smaller: {what} was left of what you confirmed."
NOT_DONE = "⚠️ <b>Not done</b>\n{why}"
KEPT = "Nothing was changed. Nothing was sent."
GONE = "This question was already answered or is too old. /positions and /orderbook show how things stand."
CANCELLED = "🚫 <b>Cancelled</b>: {what}"
NOT_CANCELLED = "⚠️ <b>Not cancelled</b>: {what}. {why}"
CHANGED = "✅ <b>Changed</b>: {what}"
NOT_CHANGED = "⚠️ <b>Not changed</b>: {why}"
UNCONFIRMED = (
    "⚠️ <b>Not confirmed</b>: {what}. The broker's answer did not arrive; it may have been done. Look: /orderbook"
)
WORKING = "Working…"

# ---------------------------------------------------------------- choosing

NO_SUCH_POSITION = "No open position in {symbol}. /positions shows what there is."
WHICH_POSITION = "<b>Which one?</b>"
WHICH_ACCOUNT = "<b>In which account?</b>"
NOTHING_TO_CLOSE = "Nothing is open, so there is nothing to close."
CLOSE_USAGE = "Send for example: /close SBIN, /close SBIN 10 or /close SBIN half"
WHICH = {"c": "<b>Which order shall be cancelled?</b>", "m": "<b>Which order shall be changed?</b>"}
NOTHING_WAITS = "No open orders at the broker. Orders that wait for your decision are in /pending."
NOBODY_DECIDES = "You can look at this account, but not trade on it."
LIST_CHANGED = "That is not there any more. Please look at the fresh list."
EVERY_ORDER = "Cancel all…"
NOT_READ = "⚠️ {account} could not be read: {why}"


translate_here(__name__)
