"""Every sentence about standing approvals, as Telegram HTML; toasts are plain text."""

from bot.text.language.translation import translate_here

TITLE = "🖋 <b>Standing approvals</b>"
NONE_OWNER = "None. To approve orders in advance, tap ➕, or send one line of your own like these."
ANOTHER = "➕ gives another, step by step. /standing add does the same."
NONE_APPROVER = "None. Only the owner can approve orders in advance."
UNREADABLE = "⚠️ Standing approvals cannot be read, so none of them lets anything through."
ENTRY = "<b>{number}</b> · {mode} · strategy {strategy}\n{orders}\n{bounds}\nUntil the end of {until} · by {giver}"
USED = "<b>{used}</b>"
VOID = "⚠️ Lets nothing through: {why}"
PAUSED = "nothing is sent while trading is paused"
IN_AUTO = "this account is in auto mode, where nothing waits"
BACK = "◀ Back"
BOUND = "• {bound}"
STOP = "⏹ Stop {number}"
STOP_THIS = "⏹ Stop this standing approval"
HOW = (
    "Examples:\n"
    "<code>/standing add momentum buy SBIN,INFY order=₹20000 day=₹50000 until=31-12</code>\n"
    "<code>/standing add momentum exits all until=today</code>\n"
    "<i>Amounts: ₹20000, 200shares or 2lots. Exits only ever reduce a position, and may go without amounts. "
    "On any doubt an order waits for your tap as always.</i>"
)
ADD = "➕ Approve in advance…"
ADD_FOR = "➕ Approve in advance: {account}…"
CHOICE = "🖋 <b>Approve in advance</b>\n{account} · {mode}{chosen}\n\n<b>{question}</b>\n\n<i>{note}</i>"
CHOICE_NOTE = "Nothing is approved yet: the last step asks about the whole."
QUESTIONS = {
    "strategy": "Whose orders?",
    "symbols": "For which instruments? Tap each one, then go on.",
    "side": "Which of its orders?",
    "per order": "How much may one order be, at most?",
    "per day": "And all orders of a day together?",
    "until": "Until the end of which day?",
}
CHOSEN_STRATEGY = "• strategy {strategy}"
CHOSEN_TICKERS = "• {tickers}"
CHOSEN_ANYTHING = "• of anything"
SIDES = {"b": "only BUY", "s": "only SELL", "x": "exits only: they reduce a position"}
CHOSEN_SIDE = "• {side}"
CHOSEN_ORDER = "• an order: at most {bound}"
CHOSEN_DAY = "• a day: at most {bound} in all"
CHOSEN_UNBOUNDED = "• at most what closes the position"
PICKED = "✓ {name}"
GO_ON = "Go on ▶"
EXITS_OF_ANYTHING = "Exits only, of anything"
SIDE_BUTTONS = {"b": "BUY", "s": "SELL", "x": "Exits only"}
WHAT_CLOSES = "What closes the position"
NOT_UNDERSTOOD = "That is not understood."
USAGE = "{why}\n\nNothing was approved. {how}"
WHICH_ACCOUNT = "You have several accounts: add <code>account=NAME</code>."
ONLY_OWNER = "Only the account's owner may approve in advance."
QUESTION = (
    "🖋 <b>Approve in advance?</b>\n{account}{mode}\nStrategy {strategy}\n{orders}\n{bounds}\n"
    "• until the end of <b>{until}</b>\n\n"
    "Such orders are then sent <b>at once, without asking you</b>. Everybody who decides can stop it."
    "{beside}{auto}\n\n<i>{note}</i>"
)
BESIDE = "\nApproval {numbers} speaks of some of the same orders: what one of them refuses waits."
AUTO_NOW = "\nThis account is in auto mode now, where nothing waits for anybody."
YES = "✅ Yes, approve in advance"
NO = "No"
GIVEN = (
    "✅ <b>Standing approval {number} is in force</b>\nStrategy {strategy}: {orders}\n/standing shows and stops it."
)
STOPPED = "⏹ Standing approval {number} is stopped. Orders wait for a tap again."
STOP_USAGE = "Send the number that /standing shows, such as <code>/standing stop 3</code>. Nothing was stopped."


translate_here(__name__)
