"""The words of an order's life, as Telegram HTML."""

from collections.abc import Mapping

from bot.text.language.translation import translate_here
from core.audit import Kind

TITLE = "📜 <b>The life of order {number}</b>"
EVENTS: Mapping[str, str] = {
    Kind.ORDER_RECEIVED: "asked for it",
    Kind.ORDER_DENIED: "refused it: {why}",
    Kind.ORDER_REVISED: "changed it: {why}",
    Kind.ORDER_SHOWN: "showed it to {reader}",
    Kind.ORDER_APPROVED: "<b>approved</b> it",
    Kind.ORDER_REJECTED: "<b>rejected</b> it",
    Kind.ORDER_REASON_GIVEN: "gave the reason: {reason}",
    Kind.ORDER_EXPIRED: "<b>expired</b> it: {clock}",
    Kind.ORDER_WITHDRAWN: "<b>withdrew</b> it",
    Kind.DECISION_REFUSED: "tapped, and was refused: {why}",
    Kind.LEG_SENDING: "began to send{leg}",
    Kind.LEG_NOT_SENT: "did not get it to the broker{leg}; it tries again",
    Kind.LEG_LAPSED: "gave up sending{leg}: {message}",
    Kind.LEG_UNKNOWN: "got no clear answer{leg}: {message}",
    Kind.LEG_ABSENT: "found that the broker never got it{leg}",
    Kind.LEG_ASKED: "could not find out whether the broker has it{leg}, and asked",
    Kind.LEG_SENT_AGAIN: "had it <b>sent again</b>{leg}",
    Kind.LEG_DROPPED: "<b>dropped</b> it{leg}",
    Kind.LEG_FOUND_LATE: "<b>found it at the broker after all</b>{leg}",
    Kind.LEG_ACKNOWLEDGED: "saw it open at the broker{leg}{filled}",
    Kind.LEG_FILLED: "saw it <b>filled</b>{leg}{filled}",
    Kind.LEG_REJECTED: "saw the broker <b>reject</b> it{leg}: {message}",
    Kind.LEG_CANCELLED: "saw it <b>cancelled</b>{leg}{filled}",
    Kind.CANCEL_REQUESTED: "asked the broker to <b>cancel</b> it",
    Kind.MODIFY_REQUESTED: "asked the broker to <b>change</b> it",
    Kind.BROKER_ANSWERED: "got the broker's answer: {answer}",
}
OTHER_EVENT = "recorded {kind}"
LINE = "<code>{time}</code> {who} {what}"
DAY = "<b>{day}</b>"
LEG = " (leg {leg})"
FILLED = ": {quantity} at {price}"
SOMEBODY = "somebody"
STRATEGY = "Strategy {name}"
PROGRAM = "Countersign"
COMMAND_LINE = "The command line"
STANDING = "Standing approval {number}"
CLOCKS = {"approval": "nobody decided in time", "execution": "it could not be sent in time"}
NOT_SAID = "not said"
PROVED = "✔ sealed, verified: {events} from this order on are as they were written."
BROKEN = (
    "⛔ <b>THE RECORD IS NOT AS IT WAS WRITTEN.</b> Do not rely on the lines above. "
    "Stop trading and have <code>countersign audit verify</code> run.\n{what}"
)
MORE_BREAKS = "… and {count} more"
CHOOSE = "📜 <b>The life of which order?</b>\nTap one, or send its number: <code>/audit 42</code>"
USAGE = "Send the order's number, for example <code>/audit 42</code>"
EXPORT = {"csv": "⬇️ Export CSV", "json": "⬇️ Export JSON"}
EXPORTED = "📜 Order {number}: {events}. {proof}"
EXPORT_PROVED = "✔ sealed, verified"
EXPORT_BROKEN = "⛔ THE RECORD IS NOT AS IT WAS WRITTEN"


translate_here(__name__)
