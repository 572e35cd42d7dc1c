"""The sentences of lists that are decided together, and of the message that stands for many orders."""

from bot.text.language.translation import translate_here
from core.client.bulk import Verb

QUESTIONS = {Verb.APPROVE: "✅ <b>Approve {orders}?</b>", Verb.REJECT: "❌ <b>Reject {orders}?</b>"}
BUTTONS = {Verb.APPROVE: "✅ Approve {orders}", Verb.REJECT: "❌ Reject {orders}"}
DONE = {Verb.APPROVE: "✅ <b>{done} of {orders} approved</b>", Verb.REJECT: "❌ <b>{done} of {orders} rejected</b>"}
NOT_DONE = {Verb.APPROVE: "not approved", Verb.REJECT: "not rejected"}
BOOK = "{mode} · {account}: {count}, {value}"
STRATEGIES = "Strategies: {names}"
STRATEGY = "{name} {count}"
NET = "Together: {symbols}"
SYMBOL = "{symbol} <b>{net}</b>"
VALUE = "at most <b>{value}</b>"
VALUE_NOT_KNOWN = "value not known, no price"
LINE = "{number} {what} · {left}"
AND_MORE = "and {count} more"
MORE_ORDERS = "… and {orders}"
UNFIT = "⚠️ {orders} with more legs than a card can show cannot be approved here, and stay."
TOO_MANY = "⚠️ {orders} do not fit into one question, and stay. Ask again for those."
NOTE = "Works once, for two minutes, for exactly these orders. What changes or expires meanwhile is left out."
STEPPED = "⚠️ Together that is more than {limit}, so each order is shown and confirmed by itself."
STEPPED_UNKNOWN = "⚠️ What that comes to is not known, so each order is shown and confirmed by itself."
BEGIN = "▶ Show me the first of {count}"
STEP_APPROVE = "✅ Approve {place} of {count}"
SKIP = "Skip"
STOP = "Stop here"
LEAVE_THEM = "No, leave them"
LEFT = "Nothing was decided. Nothing was sent."
STOPPED = "⏹ <b>Stopped</b>"
STANDING = "📋 <b>How these {orders} stand</b>"
LEFT_OUT_LINE = "⚠️ {why}"
CHANGED = "Order #{number} has changed since it was listed, and was left out."
NOT_YOURS = "Order #{number} was left out: you cannot decide it any more."
WENT_WRONG = "Order #{number}: {why}"
STILL_WAITING = "⏳ Still waiting: {orders}. /pending shows what waits."
GONE = "This question was already answered or is too old."
GONE_WITH_REST = f"{GONE} Still waiting of its list: {{orders}}. Ask again for those."
WORKING = "Working…"
PREVIOUS_PAGE = "◀"
NEXT_PAGE = "▶"
PAGE_OF = "Page {page} of {pages}"

# ---------------------------------------------------------------- digests

WAITING = {True: "📚 <b>{orders} waits for you</b>", False: "📚 <b>{orders} wait for you</b>"}
WAITING_TO_SEE = {True: "📚 <b>{orders} waits for approval</b>", False: "📚 <b>{orders} wait for approval</b>"}
"""Whether it is one order."""
SOONEST = "The soonest expires in {left}, at {until}."
BOOK_COUNT = "{mode} · {account}: {count}"
SYMBOLS = "Symbols: {names}"
NAMED = "{name} {count}"
THESE = {Verb.APPROVE: "✅ Approve these {count}", Verb.REJECT: "❌ Reject these {count}"}
OPEN = "Open {number} {what}"
ALL_GONE = "📚 Nothing of this list waits any more."
RELEASED = "📚 What is left of this list, {orders}, is shown as cards below."
OVER = "This list is over."
LIST_OVER = "📚 This list is over. /pending shows what waits."
SENT_BY_ITSELF = "⚙️ <b>{orders} sent in auto mode</b>"
OUTCOMES = {
    "complete": "✅ {count} filled",
    "open": "📬 {count} open at the broker",
    "trigger pending": "⏰ {count} trigger pending",
    "partial": "⚠️ {count} partly filled",
    "rejected": "⛔ {count} rejected by the broker",
    "cancelled": "🚫 {count} cancelled",
    "unknown": "⚠️ {count} not confirmed",
}
ON_THEIR_WAY = "📤 {count} on their way"
ALL_ORDERS = "/orders lists them."


translate_here(__name__)
