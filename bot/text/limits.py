"""Every sentence about limits and pauses, as Telegram HTML; toasts are plain text."""

from bot.text.language.translation import translate_here
from core.limits.bound_text import title
from core.limits.limits import UNITS

TITLE = "🛡 <b>Limits</b>"
LIMIT_NAMES = {name: title(name) for name in UNITS}
WHOLE_ACCOUNT = "The whole account"
STRATEGY = "Strategy {strategy}"
NONE_SET = "No limits yet. Tap <i>Change</i> to set the first one."
NONE_SET_VIEWER = "No limits."
UNREADABLE = "⚠️ The limits cannot be read, so no new order is taken. Whoever runs Countersign can clear them."
HOW = "A new order that would go over a limit is refused. What only reduces a position is never held back."
CHANGE = "✏️ Change {whose}"
CHOOSE = "✏️ <b>{whose}</b>\nWhich limit?"
BACK = "◀ Back"
ONE = "✏️ <b>{whose}</b>\n{name}: <b>{bound}</b>"
NOT_SET = "not set"
HALVE = "½  {bound}"
TYPE = "⌨️ Type a value…"
REMOVE = "Remove…"
ASK_VALUE = (
    "⌨️ <b>{whose}</b>: {name}\nNow: {bound}\n\n"
    "Answer this message with the new value, such as <code>{example}</code>.\n\n<i>Ref {reference}</i>"
)
VALUE_HINT = "New value"
ANSWER_BELOW = "Please answer the message below."
TIGHTENED = "✅ {whose}: {name} is now <b>{bound}</b>."
UNCHANGED = "Nothing was changed: {why}"
LOOSEN = "⚠️ <b>Loosen a limit of {whose}?</b>\n{name}: <b>{was}</b> → <b>{becomes}</b>\n\n<i>{note}</i>"
YES_LOOSEN = "✅ Yes, loosen it"
KEEP = "No, keep it"
LOOSENED = "✅ {whose}: {name} is now <b>{bound}</b>."
NO_LIMIT = "no limit"
USAGE = (
    "Send <code>/limits value_per_order=50000</code>; add <code>strategy=NAME</code> for one strategy, "
    "<code>account=NAME</code> if you have several. <code>=none</code> removes a limit."
)
WHICH_ACCOUNT = "You have several accounts: add <code>account=NAME</code>."
NOT_CHOSEN = "That is gone. Send /limits again."

CARD_PAUSED = "⏸ <b>PAUSED</b> by {name} since {time}: nothing can be approved until /resume. The time left runs on."
CARD_UNSENT = "⏸ <b>PAUSED</b> by {name} since {time}: not sent, unless the pause ends in time."
CARD_STOPPED = "⛔ <b>NOT SENT</b> at {why}\nThe order still waits."

PAUSED = "⏸ <b>{account} is paused</b> by {name} since {time}.\n{what}"
PAUSE_MEANS = (
    "Nothing new is executed: new orders are refused, and those that wait cannot be approved. "
    "You can still close and cancel. The owner goes on with /resume."
)
PAUSED_TOAST = "⏸ {account} is paused."
CHOOSE_PAUSE = "⏸ <b>Pause which account?</b>\nNothing new is executed until its owner sends /resume."
NOTHING_TO_PAUSE = "Every account of yours is paused already. The owner goes on with /resume."
ONLY_LOOKING = "You may look at this account, not pause it."
PAUSE = "⏸ Pause {account}"
PAUSE_ALL = "⏸ Pause all {count}"
NOT_PAUSED = "▶️ Nothing is paused."
ONLY_OWNER = "Only the account's owner may resume."
RESUME_WHICH = "▶️ <b>Resume which account?</b>"
RESUME = "▶️ Resume {account}…"
ASK_RESUME = (
    "▶️ <b>Resume {account}?</b>\nPaused by {name} since {time}.\n"
    "New orders are taken again, and those that wait can be approved. "
    "What was approved before and is still in time is sent <b>at once</b>.\n\n<i>{note}</i>"
)
YES_RESUME = "✅ Yes, resume"
STAY_PAUSED = "No, stay paused"
RESUMED = "▶️ <b>{account}</b> goes on."
STILL_PAUSED = "Still paused."
NO_SUCH_ACCOUNT = "You have no account of that name."


translate_here(__name__)
