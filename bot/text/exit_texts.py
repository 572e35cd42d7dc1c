"""The sentences about what a strategy wanted to do to what is held, and was refused; as Telegram HTML."""

from collections.abc import Mapping

from bot.text.language.translation import translate_here

REFUSED = "🛑 <b>{account}</b>: a strategy wants to <b>{operation}</b>{terms}. {outcome}{times}"
BY_MODE = "Refused, nothing was done: in semi-auto mode only you do that."
NOT_DONE = "Refused, nothing was done: {why}"
MAY_BE_DONE = "It may or may not have been done: {why}"
NEW_TERMS = ", to {terms}"
WHAT_IT_DOES: Mapping[str, str] = {
    "reduces": " It leaves what you hold.",
    "protects": " It protects what you hold.",
    "unknown": " It may be a way out: the broker did not say what you hold.",
}
ADVICE_REFUSED = "\nDo it here, or have the strategy ask again."
ADVICE_DOUBT = "\nLook what the broker has before anything else."
OPERATIONS: Mapping[str, str] = {
    "closeposition": "close every position",
    "cancelorder": "cancel {what}",
    "cancelallorder": "cancel every open order",
    "modifyorder": "change {what}",
    "modifygttorder": "change {what}",
    "cancelgttorder": "cancel {what}",
    "analyzer/toggle": "switch between live and sandbox",
}
OTHER_OPERATION = "use {operation}"
THE_ORDER = "order {id}"
THE_TRIGGER = "trigger {id}"
SEVERAL = "several orders"
SOME_ORDER = "an order"
TIMES = " Asked {times} times by now."

EXIT_REFUSED = "🛑 <b>{account}</b>: {what}, asked by {strategy}, was <b>refused</b>. {how}{why}\n{advice}{times}"
CLOSE_EVERYTHING = "closing every position"
HOW: Mapping[str, str] = {
    "reduces": "It was to reduce what you hold. ",
    "protects": "It was to protect what you hold. ",
    "closes": "",
    "unknown": "It may have been an exit: the broker did not say what you hold. ",
}
NOTHING_SENT = "Nothing was sent: {why}"
NO_TRIGGERS = (
    "Nothing was sent: Countersign leaves triggers (GTT) with the paper broker only, not at {broker}. "
    "Set one in the broker's own app, or have the strategy use a stop order (SL)."
)
ADVICE = "You still hold it. Close it here, or have the strategy ask again."
ADVICE_UNKNOWN = "Look at your positions, and close there what you want closed."
A_STRATEGY = "a strategy"

CLOSE = "Close {symbol}…"
CLOSE_ALL = "Close all…"
CANCEL_ONE = "Cancel it…"
CANCEL = "Cancel…"
CANCEL_ALL = "Cancel all…"
CHANGE_ONE = "Change it…"
CHANGE = "Change…"
POSITIONS = "📊 Positions"


translate_here(__name__)
