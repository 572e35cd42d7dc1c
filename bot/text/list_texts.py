"""The sentences of lists of orders."""

from bot.text.language.translation import translate_here
from core.insight.order_filter import OrderFilter
from core.orders.states import BrokerStatus, QueueStatus

TITLES = {
    OrderFilter.NEWEST: "🗂 <b>Newest orders</b>",
    OrderFilter.PENDING: "⏳ <b>Orders that wait</b>, soonest to expire first",
    OrderFilter.APPROVED: "✅ <b>Approved orders</b>, newest first",
    OrderFilter.REJECTED: "❌ <b>Rejected orders</b>, newest first",
    OrderFilter.ALL: "🗂 <b>All orders</b>, newest first",
}
EMPTY = {
    OrderFilter.NEWEST: "There are no orders yet. When a strategy sends one, it appears here by itself.",
    OrderFilter.PENDING: "☕ Nothing waits for you. A new order appears in this chat by itself; "
    "<b>All</b> shows what was decided.",
    OrderFilter.APPROVED: "No approved orders. <b>Pending</b> shows what waits for you.",
    OrderFilter.REJECTED: "No rejected orders. <b>Pending</b> shows what waits for you.",
    OrderFilter.ALL: "There are no orders yet. When a strategy sends one, it appears here by itself.",
}
NOTHING_BEHIND = "There is nothing further. <b>First</b> goes back to the beginning."
NOTHING_UNHIDDEN = "Everything here is hidden. <b>All</b> shows it."
SOME_HIDDEN = "<i>What you have hidden is only in <b>All</b>.</i>"
FILTERS = {
    OrderFilter.PENDING: "Pending",
    OrderFilter.APPROVED: "Approved",
    OrderFilter.REJECTED: "Rejected",
    OrderFilter.ALL: "All",
}
STILL_WAITS = "⏳ {left} left"
DECIDED = {
    QueueStatus.REJECTED: "❌ rejected",
    QueueStatus.EXPIRED: "⌛ expired",
    QueueStatus.WITHDRAWN: "↩️ withdrawn",
    QueueStatus.DENIED: "⛔ denied",
}
AT_BROKER = {
    BrokerStatus.OPEN: "📬 open at the broker",
    BrokerStatus.TRIGGER_PENDING: "⏰ trigger pending",
    BrokerStatus.COMPLETE: "✅ filled",
    BrokerStatus.REJECTED: "⛔ rejected by the broker",
    BrokerStatus.CANCELLED: "🚫 cancelled",
    BrokerStatus.UNKNOWN: "⚠️ not confirmed",
    BrokerStatus.PARTIAL: "⚠️ partly filled",
}
SENDING = "📤 sending"
MORE_LEGS = "and {count} more"
CHOSEN = "• {label}"
FIRST = "⏮ First"
NEXT = "Next ▶"
USAGE = (
    "I do not know that list. Send <code>/orders pending</code>, <code>approved</code>, <code>rejected</code> "
    "or <code>all</code>."
)

# ---------------------------------------------------------------- books of the broker

BOOK_TITLES = {
    "holdings": "💼 <b>Holdings</b>",
    "funds": "💰 <b>Funds</b>",
    "orderbook": "📒 <b>Orders at the broker</b>",
    "tradebook": "🧾 <b>Fills</b>",
}
IN_BOOK = {
    BrokerStatus.OPEN: "📬 open",
    BrokerStatus.TRIGGER_PENDING: "⏰ trigger pending",
    BrokerStatus.COMPLETE: "✅ filled",
    BrokerStatus.REJECTED: "⛔ rejected",
    BrokerStatus.CANCELLED: "🚫 cancelled",
}
HOLDING = "{quantity} at {average}, last {last}"
AVAILABLE = "Available: <b>{amount}</b>"
USED = "Used: {amount}"
COLLATERAL = "Collateral: {amount}"
REALISED_TODAY = "Realised today: {amount}"
UNREALISED = "Unrealised: {amount}"
CHARGES = "Charges: {today} today, {total} in all"
TRADE = "at {price}, {time}"
BROKER_TOO_SLOW = "the broker takes too long"

# ---------------------------------------------------------------- hiding

HID = (
    "🧹 Finished orders are hidden from your lists{where}. Nothing was deleted, and nobody else's lists change. "
    "<code>/orders all</code> still shows them."
)
NOTHING_TO_HIDE = "🧹 There is nothing to hide{where}: what waits or is still at work always stays in your lists."
OF_ACCOUNT = " of {account}"
SHOW_AGAIN = "↩️ Show them again"
SHOWN_AGAIN = "Your lists show every order again."
HIDE_WHERE = "🧹 <b>Hide finished orders of which account?</b>\nOnly your own lists change; nothing is deleted."
EVERY_ACCOUNT = "All accounts"
NO_SUCH_ACCOUNT = "You have no account of that name. Send /hide alone to choose one."


translate_here(__name__)
