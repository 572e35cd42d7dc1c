"""The sentences of /stats and /pnl, as Telegram HTML."""

from bot.text.language.translation import translate_here
from core.orders.states import QueueStatus

TITLE = "📈 <b>Your orders, last {days}</b>"
NO_ORDERS = "No orders in this time. A longer time may have some; /orders lists what there is."
STATUSES = {
    QueueStatus.PENDING: "⏳ {count} waiting",
    QueueStatus.APPROVED: "✅ {count} approved",
    QueueStatus.REJECTED: "❌ {count} rejected",
    QueueStatus.EXPIRED: "⌛ {count} expired",
    QueueStatus.WITHDRAWN: "↩️ {count} withdrawn",
    QueueStatus.DENIED: "⛔ {count} denied",
}
TOTAL = "<b>{orders}</b>: {statuses}"
SIDES = "🟢 {buys} · 🔻 {sells}{mixed}"
MIXED = " · {count} of both"
STRATEGY = "• {name}: {orders}, <b>{rate}%</b> of {decided} approved, decided in {median} (median)"
UNDECIDED_STRATEGY = "• {name}: {orders}, none decided by a person"
BY_CLIENTS = "• Given in Telegram by a client: {orders}"
MISSED = "<b>Missed signals</b> (rejected or expired): {count}"
MISSED_PROFIT = (
    "Had you approved them, they would stand at <b>{profit}</b> now: {gains} up, {losses} down, of {known} known"
)
NO_ENTRY = "{count} cannot be known: there was no limit, and the price at the signal was not kept"
NO_PRICE = "{count} cannot be known: no price now"
HOW_MISSED = "<i>Taken as filled at the limit, or at the price at the signal; without charges.</i>"
USAGE = "Send a number of days from 1 to 365, for example <code>/stats 30</code>"
DAYS = (1, 7, 30, 90)

# ---------------------------------------------------------------- profit

TODAY = "Today: <b>{profit}</b>"
THAT_DAY = "That day: <b>{profit}</b>"
REALISED = "Realised: {amount}"
UNREALISED = "Unrealised: {amount}"
CHARGES = "Charges: {amount}"
EQUITY = "Equity: <b>{amount}</b>"
SINCE_START = "Since the start: {profit}"
OF_DAYS = "{days} days: {profit}"
NO_FIGURES = "There are no figures yet. They are written down on days of trading, from a minute after the start on."
NOT_READ = "⚠️ Could not be read just now: {why}"
STILL_DRAWING = "Still drawing the last one."
RANGES = {7: "7 days", 30: "30 days", 365: "1 year"}
"""How many calendar days a picture shows, and the button for it."""


translate_here(__name__)
