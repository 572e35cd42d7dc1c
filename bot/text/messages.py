"""Every sentence the bot writes, as Telegram HTML; toasts are plain text of at most 200 characters."""

from collections.abc import Mapping

from bot.text.language.translation import translate_here
from core.accounts import Language
from core.orders.decisions import Answer
from core.orders.states import BrokerStatus

# ---------------------------------------------------------------- cards

APPROVE = "✅ Approve"
REJECT = "❌ Reject"
READY_REASONS = ("Price moved", "Too large", "Not now")
OTHER_REASON = "Other…"
NO_REASON = "No reason"
NO_REASON_GIVEN = "none given"

MODE_MARKS = {
    "live": "🔴 <b>LIVE</b>",
    "paper": "🔵 <b>LIVE (PAPER)</b>",
    "sandbox": "🧪 <b>SANDBOX</b>",
}
CLOSES_POSITION = "Closes a position"
CLOSES_POSITIONS = "Closes positions"
TOO_MANY_TO_LIST = "More than a card can list."
GTT_ONLY_ONE = "⏰ One trigger cancels the other"
GTT_NO_END = "Valid: up to a year"
GTT_UNREADABLE = "⚠️ What this order waits for cannot be read. Nothing can be sent; you can reject it."
GTT_WAITING = "⏰ <b>WAITING</b> for its trigger at the broker"
VALUE_NOT_KNOWN = "value not known, no price"
IN_PARTS = "In {count} parts: {parts}"
PARTS_DONE = "✅ {done} of {count} parts filled"
LEG_WAITING = "📤 sending"
LEG_OPEN = "📬 open at the broker"
LEG_TRIGGER_PENDING = "⏰ trigger pending"
LEG_FILLED = "✅ filled {quantity} at {price}"
LEG_REJECTED = "⛔ rejected by the broker"
LEG_CANCELLED = "🚫 cancelled"
LEG_UNKNOWN = "⚠️ not confirmed"
ALL_FILLED = "✅ <b>FILLED</b>: all {count}"
PARTLY_FILLED = "⚠️ <b>PARTLY DONE</b>: {done} of {count} filled"
ALL_AT_BROKER = "📬 <b>OPEN</b> at the broker: {done} of {count} filled so far"
NONE_FILLED = "⛔ <b>NOT DONE</b>: none of {count} was filled"
LEG_WORDS = {
    BrokerStatus.READY: LEG_WAITING,
    BrokerStatus.SENDING: LEG_WAITING,
    BrokerStatus.OPEN: LEG_OPEN,
    BrokerStatus.TRIGGER_PENDING: LEG_TRIGGER_PENDING,
    BrokerStatus.REJECTED: LEG_REJECTED,
    BrokerStatus.CANCELLED: LEG_CANCELLED,
    BrokerStatus.UNKNOWN: LEG_UNKNOWN,
}
KINDS = {
    "smartorder": "Smart order",
    "basketorder": "Basket",
    "splitorder": "Split order",
    "optionsorder": "Option",
    "optionsmultiorder": "Options, several legs",
}
LIST_KINDS = {**KINDS, "optionsorder": "Options", "optionsmultiorder": "Options"}
UNDERLYING = "{name} then: <b>{price}</b>"
LOTS = "{lots} lots of {lot}"
ONE_LOT = "1 lot of {lot}"
CHANGED_SINCE = "⚠️ <b>CHANGED</b> since you last saw it: {what}. Please decide again."
NOTHING_LEFT = "⌛ <b>NOTHING LEFT TO DO</b> at {time}: {why}"
TOO_MANY_LEGS = "⚠️ This order has more legs than a card can show. It cannot be approved here; you can reject it."

WAITS_FOR_YOU = "⏳ <b>This order waits for you</b>: {left}"
WAITS = "⏳ <b>This order waits for approval</b>: {left}"
ONLY_LOOKING = "You can look, not decide."
OUTAGE = "⚠️ The bot was offline {outage} IST; taps in that time may not have been received. Please tap again."
APPROVED_BY = "✅ Approved by {name} at {time}"
USE_NOT_KNOWN = "its use today is not known"
SENT_IN_ADVANCE = "🖋 Sent at {time} under your standing approval {standing}, {used}"
GIVEN_BY = "👤 Given by {name} at {time}"
SENT_BY_ITSELF = "⚙️ It was sent automatically: this account is in auto mode."
SENDING = "📤 <b>Sending…</b>"
AT_BROKER = "📬 <b>OPEN</b> at the broker"
TRIGGER_PENDING = "⏰ <b>TRIGGER PENDING</b> at the broker"
FILLED = "✅ <b>FILLED</b>: {quantity} at {price} on average"
FILLED_WITHOUT_FIGURES = "✅ <b>FILLED</b>"
BROKER_REJECTED = "⛔ <b>REJECTED BY THE BROKER</b>"
CANCELLED = "🚫 <b>CANCELLED</b>"
NOT_CONFIRMED = (
    "⚠️ <b>NOT CONFIRMED</b>: it may or may not have reached the broker. "
    "Countersign does not send it again by itself and keeps asking."
)
SUMMARIES = {
    BrokerStatus.COMPLETE: ALL_FILLED,
    BrokerStatus.PARTIAL: PARTLY_FILLED,
    BrokerStatus.OPEN: ALL_AT_BROKER,
    BrokerStatus.TRIGGER_PENDING: ALL_AT_BROKER,
    BrokerStatus.REJECTED: NONE_FILLED,
    BrokerStatus.CANCELLED: NONE_FILLED,
    BrokerStatus.UNKNOWN: NOT_CONFIRMED,
}
"""Of an order with several legs."""
FILLED_SO_FAR = "Filled so far: {quantity} at {price}"
NOTHING_EXECUTED = "Nothing was executed."
NOTHING_SENT = "Nothing was sent."
BROKER_ORDER_ID = "Broker order id: {id}"
BROKER_REASON = "Reason: {message}"
BROKER_SAYS = "Broker says: {message}"
LAST_TRY = "Last try: {message}"
TRYING_UNTIL = "Trying until {time}."
TOOK = "Took {length} from approval to fill."
TOOK_UNASKED = "Took {length} from receipt to fill."
UNDER_A_SECOND = "under 1 s"
REASON = "Reason: {reason}"
WHY = "Why? Your answer goes into the record."
REJECTED_BY = "❌ <b>REJECTED</b> by {name} at {time}"
EXPIRED_UNDECIDED = "⌛ <b>EXPIRED</b> at {time}: nobody decided in time."
EXPIRED_UNSENT = "⌛ <b>EXPIRED</b>: {name} approved it, but it could not be sent before {time}."
EXPIRED_STOPPED = "⏹ <b>NOT SENT</b>: {why}."
EXPIRED_UNSENT_AUTO = "⌛ <b>EXPIRED</b>: it could not be sent before {time}."
WITHDRAWN = "↩️ <b>WITHDRAWN</b> by the strategy at {time}."
DENIED = "⛔ <b>DENIED</b> by your limits."
NOT_YOURS_ANY_MORE = "🔒 Order {number}: you are no longer linked to its account."

# ---------------------------------------------------------------- toasts

TOASTS: Mapping[Answer, str] = {
    Answer.APPROVED: "✅ Approved order {number}. Sending it now.",
    Answer.REJECTED: "❌ Rejected order {number}. Nothing was sent.",
    Answer.REASON_GIVEN: "Noted.",
    Answer.NOT_LINKED: "You are not linked to this account.",
    Answer.ONLY_LOOKS: "You may look at this order, but not decide it.",
    Answer.ACCOUNT_DISABLED: "This account is disabled. Nothing was done.",
    Answer.ALREADY_DECIDED: "Order {number} is already decided. Nothing was changed.",
    Answer.EXPIRED: "Too late: order {number} has expired. Nothing was sent.",
    Answer.CHANGED: "This card has changed. Please read it again, then tap.",
    Answer.REVISED: "The market moved: order {number} is now another order. Nothing was sent. Please read it again.",
    Answer.TERMS_CHANGED: "✏️ Order {number} is changed. Nothing is sent until you approve the new card.",
    Answer.NOT_CHANGED: "Order {number} was not changed. Nothing was sent.",
    Answer.NOTHING_TO_DO: "Order {number} has nothing left to do. Nothing was sent.",
    Answer.MODE_CHANGED: "This is a LIVE order and the account is in sandbox now. Nothing was sent.",
    Answer.FORGED: "This button is not valid.",
    Answer.PAUSED: "Trading is paused. Nothing was sent; order {number} still waits.",
    Answer.OVER_LIMIT: "Order {number} would go over your limits. Nothing was sent; it still waits.",
    Answer.UNREADY: "Countersign cannot safely act right now. Nothing was done.",
}
APPROVED_WAITS = "✅ Approved order {number}. It will be sent when {exchange} opens {when}."
APPROVED_CLOSED = "✅ Approved order {number}. {exchange} is closed until {when}: the broker may refuse it."
ALREADY = "Order {number} was already {word} by {name} at {time}."
ALREADY_WORDS = {
    "approved": "approved",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "denied": "denied",
}
BY_STRATEGY = "the strategy"
BY_YOU = "you"
BY_PROGRAM = "Countersign"
WORKING = "Working…"
BAD_BUTTON = "This button is not valid. Send /pending for fresh ones."
TAP_FAILED = "Something went wrong. Please look at the card before you tap again. Reference {reference}"
STRANGER_TOAST = "This bot does not know you."
NOT_HERE_TOAST = "Only in your private chat with this bot."

# ---------------------------------------------------------------- people and groups

STRANGER = "Hello. This bot works for invited people only."
NOT_IN_GROUPS = "I only work in private chats. Please write to me directly."
LINKED = (
    "🤝 You are linked to <b>account</b> {account} as <b>{role}</b>.\n\n"
    "{what}\n\nIt is now: {modes}\n\n"
    "Tip: switch on Telegram's two-step verification. Whoever holds this Telegram account can do what you can."
)
ROLE_MEANS = {
    "viewer": "Orders appear here; you can look at them.",
    "approver": "Orders appear here; nothing in semi-auto mode is sent until you tap ✅ Approve.",
    "owner": "Orders appear here; nothing in semi-auto mode is sent until you tap ✅ Approve. "
    "You can change the account's modes with /mode.",
}
CODE_NOT_VALID = "This link is not valid: it was used already, or is older than 15 minutes. Ask for a new one."
WELCOME_BACK = "You are linked to {accounts}.\n\nSend /pending to see what waits for you, or /help."
HELP = (
    "<b>Countersign</b> shows you what a strategy wants to do. Nothing in semi-auto mode reaches your broker "
    "until you tap ✅ Approve."
)
COMMANDS = {
    "pending": "orders that wait for you",
    "approveall": "approve all that waits, or one strategy or symbol",
    "rejectall": "reject all that waits, or one strategy or symbol",
    "orders": "orders: pending, approved, rejected or all",
    "hide": "leave finished orders out of my lists",
    "order": "one order, by its number",
    "pnl": "profit day by day, as a picture",
    "positions": "what you hold, profit, and closing (short: /p)",
    "close": "close a position: /close SBIN half",
    "closeall": "close everything (short: /x)",
    "cancel": "cancel an order at the broker",
    "cancelall": "cancel every open order from here (short: /ca)",
    "modify": "another price, quantity or trigger",
    "holdings": "delivered shares",
    "funds": "money in the account",
    "orderbook": "orders at the broker",
    "tradebook": "fills at the broker",
    "pause": "stop everything new, at once",
    "resume": "end a pause",
    "limits": "what orders may not go over",
    "standing": "approve orders in advance, and stop it",
    "stats": "figures of my orders, and missed signals",
    "audit": "the life of an order, proved; as a file",
    "settings": "which notices I get, and quiet hours",
    "language": "English or हिन्दी",
    "mode": "semi-auto or auto, live or sandbox",
    "people": "who is linked, roles, invitations (owners)",
    "unlink": "end my own link",
    "help": "what I can do",
}
FOR_DECIDERS = frozenset({"approveall", "rejectall", "close", "closeall", "cancel", "cancelall", "modify", "pause"})
FOR_OWNERS = frozenset({"resume", "people"})
"""Commands that /help leaves out for people who may not use them on any account."""
BOT_DESCRIPTION = "Strategies propose orders. You approve or reject them here. For invited people only."
BOT_SHORT_DESCRIPTION = "Approve or reject your strategies' orders."
LANGUAGE_IS = "🌐 Language: <b>{name}</b>"
LANGUAGE_BUTTON = "🌐 {name}"
LANGUAGES = {Language.ENGLISH: "English", Language.HINDI: "हिन्दी"}
LANGUAGE_CHOSEN = (
    "🌐 I write to you in English from now on. Messages that are in the chat already follow when they next change."
)
LANGUAGE_USAGE = "There is no such language. Choose one of these:"
UNKNOWN_COMMAND = "I do not know that command. /help lists what I can do."
UNKNOWN_TEXT = "I only understand buttons and commands. /help lists them."
KEY_PASTED = (
    "🔑 That looked like an API key, so I removed your message. Never send keys in a chat; "
    "please replace it: <code>countersign key rotate</code>"
)
FAILED = "⚠️ Something went wrong. Nothing was executed by this message. Reference <code>{reference}</code>"

# ---------------------------------------------------------------- lists

NO_ORDERS = "There are no orders yet. When a strategy sends one, it appears here by itself."
CHOOSE_ORDER = "🗂 <b>Which order?</b>\nTap one, or send its number: <code>/order 42</code>"
NO_SUCH_ORDER = "There is no such order."
ORDER_USAGE = "Send the order's number, for example <code>/order 42</code>"
REFRESH = "🔄 Refresh"
UPDATED = "Updated {time}"
LIST_GONE = "This list looks different now. Send /{command}."
NO_HOLDINGS = "No holdings."
FOREIGN = " · not from Countersign"
FOREIGN_ORDERS = (
    "<i>{mark}: placed in the broker's app or elsewhere, without your approval here. "
    "Countersign only shows it; /cancelall leaves it alone.</i>"
)
FOREIGN_POSITIONS = (
    "<i>{mark}: no order from here traded in it{today}. Closing it here, with /closeall too, is up to you.</i>"
)
NO_BROKER_ORDERS = "No orders today."
NO_TRADES = "No fills today."
AND_MORE = "… and {count} more"
MORE_LINES = "… and {lines}"
PRICES_MISSING = "no price"
BOOK_NOT_READ = "⚠️ Could not be read: {why}"

# ---------------------------------------------------------------- reasons

ASK_REASON = (
    "✍️ <b>Why did you reject order {number}?</b>\n"
    "Answer this message, with at most 300 characters.\n\n"
    "<i>Ref {reference}</i>"
)
REASON_HINT = "Your reason"
REASON_NOTED = "Noted for order {number}."
REASON_TOO_LATE = "Order {number} has its reason already, or was not rejected by you."
REASON_TOO_LONG = "That is longer than 300 characters. Please answer again, shorter."
REASON_NOT_BOUND = "I cannot tell which order that is about. Please use the card's buttons."
REASON_TAKEN = "<i>You rejected it less than a minute ago, so your words count as the reason.</i>"
ANSWER_AS_REPLY = "To answer the question above, reply to it: hold it, then <b>Reply</b>. Nothing was changed."
REASON_ASKED = "Please answer the message below."

# ---------------------------------------------------------------- modes

MODES_TITLE = "⚙️ <b>Modes</b>"
ORDER_MODES = {"auto": "AUTO: orders are sent at once", "semi_auto": "SEMI-AUTO: you approve every order"}
OTHERS_APPROVE = "SEMI-AUTO: others approve every order"
TRADING_MODES = {"live": "LIVE", "sandbox": "SANDBOX: practice, no real orders"}
PAPER_LIVE = "LIVE (PAPER): no real broker"
UNREADABLE_MODE = "not readable, so nothing is sent"
ONLY_OWNER = "Only the owner can change this."
SWITCH_TO = {
    "auto": "Switch to AUTO…",
    "semi_auto": "Switch to SEMI-AUTO",
    "live": "Go LIVE…",
    "sandbox": "Switch to SANDBOX",
}
CONFIRM = {
    "auto": "⚠️ <b>Switch {account} to AUTO?</b>\nIts strategies' orders will then be sent <b>without asking you</b>.",
    "live": "⚠️ <b>Switch {account} to LIVE?</b>\nNew orders will then go to the <b>real broker</b>. "
    "Orders already queued in the sandbox stay there.",
    "paper": "⚠️ <b>Switch {account} to LIVE (PAPER)?</b>\nNew orders will then go to the live paper book. "
    "Orders already queued in the sandbox stay there.",
}
SWITCHED = "{account}: done."
MODE_UNREADABLE = "⚠️ mode {why}"
YES = {"auto": "Yes, send without asking", "live": "Yes, go LIVE"}
KEEP = "No, keep it as it is"
CONFIRM_NOTE = "This question works once, for two minutes."
KEPT = "Nothing was changed."
QUESTION_GONE = "This question was already answered or is too old."


translate_here(__name__)
