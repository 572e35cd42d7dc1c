"""The sentences of notices and of /settings, as Telegram HTML."""

from bot.text import exit_texts
from bot.text.language.translation import translate_here
from bot.text.limits import PAUSE_MEANS
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind

LINES = {
    Topic.FILLED: "✅ {order} <b>filled</b>: {what} at {price}",
    Topic.PART_FILLED: "🟡 {order} <b>part filled</b>: {filled} of {what} at {price}",
    Topic.BROKER_REJECTED: "⛔ {order} <b>rejected by the broker</b>: {what}. It says: {message}",
    Topic.NOT_CONFIRMED: "⚠️ {order} <b>not confirmed</b>: {what} may or may not have reached the broker. "
    "It is not sent again; Countersign keeps asking.",
    Topic.CONFIRMED: "🔎 {order} <b>confirmed</b>: {what} is at the broker, as {number}.",
    Topic.NEVER_PLACED: "🔎 {order} <b>never reached the broker</b>: {what}. "
    "It is sent now, if its time to be sent is not over.",
    Topic.SENT_AGAIN: "🔁 {order} <b>sent again</b> by {who}: {what}. What became of the first try is not known.",
    Topic.DROPPED: "🗑 {order} <b>dropped</b> by {who}: {what}. If it turns up at the broker, you will be told.",
    Topic.IN_DOUBT: "❓ {order} <b>needs you</b>: {what} was sent and cannot be confirmed. "
    "Look into your broker's app, then open the order and say what you see.",
    Topic.FOUND_LATE: "🚨 {order} <b>is at the broker after all</b>: {what}, as {numbers}. "
    "It had been {left}, so look whether you have it twice. /orderbook",
    Topic.EXPIRED: "⌛ {order} <b>expired</b>: {what}. {why} Nothing was sent.",
    Topic.CANCELLED: "🚫 {order} <b>cancelled</b> at the broker: {what}{filled}",
    Topic.LAPSED: "⌛ {order} {what}. {message}.",
    Topic.ENDED: "{mark} {order} <b>{filled} of {legs} filled</b>: {what}",
    Topic.DENIED: "⛔ {order} <b>over a limit</b>, nothing was sent: {what}. {message}",
    Topic.CHANGED: "⚙️ <b>{account}</b>: {change}, by {who}",
    Topic.STANDING_GIVEN: "🖋 <b>{account}</b>: standing approval {standing} was given by {who}. {terms}. /standing",
    Topic.STANDING_STOPPED: "⏹ <b>{account}</b>: standing approval {standing} was stopped by {who}",
    Topic.LINKED: "🤝 <b>{account}</b>: {name} is linked as <b>{role}</b>",
    Topic.UNLINKED: "👋 <b>{account}</b>: {name} was removed by {who}",
    Topic.LEFT: "👋 <b>{account}</b>: {name} ended their own link",
    Topic.ROLE_CHANGED: "🎚 <b>{account}</b>: {name} is now <b>{role}</b> (was {was}), by {who}",
    Topic.REMOVED: "👋 You were removed from <b>{account}</b> by {who}. Its orders no longer come to you, "
    "and the buttons under its cards do nothing any more.",
    Topic.REFUSED: exit_texts.REFUSED,
    Topic.EXIT_REFUSED: exit_texts.EXIT_REFUSED,
    Topic.LIMITS_CHANGED: "🛡 <b>{account}</b>: limits{strategy} changed by {who}\n{bounds}",
    Topic.BOOK_RESET: "🧹 <b>{account}</b>: its {book} paper book begins anew, by {who}",
    Topic.DISABLED: "🛑 <b>{account}</b>: {change}, by {who}",
    Topic.PAUSED: "⏸ <b>{account} was paused</b> by {who}, at {time}.\n" + PAUSE_MEANS,
    Topic.RESUMED: "▶️ <b>{account} goes on</b>: {who} ended the pause.",
    Topic.LOGIN_NEEDED: "🔑 <b>{account}</b>: <b>login needed</b> at {broker}. {why}\n"
    "Until then nothing is sent there. {way}",
    Topic.BROKER_AWAY: "📡 <b>{broker} does not answer</b> since {since}. Nothing is lost: approved orders wait and "
    "are sent when it answers, until their time is over; then you are told. Exits are tried all the while. "
    "What you hold there is in your broker's own app.",
    Topic.BROKER_BACK: "📡 <b>{broker} answers again</b>, since {until}; before that it did not since {since}. "
    "Orders whose time is not over are on their way. /orders",
    Topic.LOSS_NEAR: "⚠️ <b>{account}{mode}: {lost} lost today</b>\n"
    "That is most of the daily loss limit of {limit}{strategy}.",
    Topic.LOSS_REACHED: "🛑 <b>{account}{mode}: daily loss limit reached</b>\n"
    "{lost} lost today, the limit is {limit}{strategy}. "
    "New orders are refused until tomorrow; what reduces a position is not.",
    Topic.STRATEGY_SAYS: "💬 <b>{account}</b>: a strategy{key} says, and Countersign only passes it on:\n{words}",
    Topic.SUMMARY: "📊 <b>{account}</b>: the result of the day",
}
LOGIN_LINK = (
    '<a href="{url}">👉 Log in</a>, then copy the address of the page that you land on (it may say that it cannot be '
    "shown) and send it here."
)
LOGGED_IN = "🔓 <b>{account}</b>: logged in ({who}){until}. Waiting orders are sent now if their time is not over."
LOGGED_IN_UNTIL = ", until {time}"
LOGIN_FAILED = (
    "🔑 <b>{account}</b>: the login did not work. {why}\n"
    "Nothing was changed; log in once more and send the new address."
)
NO_LOGIN_OF_YOURS = "That looks like a broker's login, but no account of which you are the owner waits for one."
LOGIN_COMMAND = "On the computer: <code>countersign broker login {account}</code>"
WITH_KEY = " with the key {label}"
OF_STRATEGY = " for strategy {strategy}"
IN_SANDBOX = " (sandbox)"
BOUND = "• {name}: {bound}"
NO_LIMITS_LEFT = "• all of them were removed"
NOBODY_DECIDED = "Nobody decided in time."
COULD_NOT_BE_SENT = "It was approved but could not be sent in time."
DECIDED_BY = " ({who} said that it is this one)"
CANCELLED_AFTER = "; {filled} filled before"
NO_REASON = "no reason"
ALL_FILLED = "✅"
NOT_ALL_FILLED = "⚠️"
LEFT = {"sent_again": "sent again", "dropped": "dropped"}
OPEN = "🔎 Open {order}"
CHANGES = {
    ("to", "auto"): "now <b>AUTO</b>, orders are sent without asking you",
    ("to", "semi_auto"): "now <b>SEMI-AUTO</b>, every order waits for approval",
    ("to", "live"): "now <b>{live}</b>",
    ("to", "sandbox"): "now <b>SANDBOX</b>, no real orders",
    ("enabled", "True"): "<b>enabled</b>",
    ("enabled", "False"): "<b>disabled</b>, nothing is sent",
}
OTHER_CHANGE = "{what} is now {value}"
SOMETHING_CHANGED = "its settings were changed"
WHO = {
    "telegram": "{name}",
    "cli": "the command line{as_name}",
    "key": "a strategy",
    "system": "Countersign",
}
BOOKS = {"live": "live", "sandbox": "sandbox"}
AS_NAME = " ({name})"
SOMEBODY = "somebody"
DIGEST = "🔔 <b>{count} notices</b>, oldest first"

SETTINGS_TITLE = "🔔 <b>Notices</b>"
KINDS = {
    NoticeKind.FILLS: "Fills",
    NoticeKind.TROUBLE: "Rejected, not confirmed, broker away",
    NoticeKind.ENDED: "Expired or cancelled",
    NoticeKind.LIMITS: "Orders over a limit",
    NoticeKind.CHANGES: "Changes of modes, limits and people",
    NoticeKind.REFUSED: "Refused exits and operations",
    NoticeKind.LOGINS: "Login needed at a broker",
    NoticeKind.WORDS: "What strategies say",
    NoticeKind.SUMMARY: "Result of the day, at 15:45 IST",
}
LOUDNESS = {Loudness.ON: "🔔 on", Loudness.SILENT: "🔕 silent", Loudness.OFF: "⚪️ off"}
SETTING = "{kind}: <b>{how}</b>"
SETTING_BUTTON = "{kind} → {how}"
QUIET = "Quiet hours: <b>{hours}</b> IST; what is on comes silently in them."
NO_QUIET = "Quiet hours: <b>none</b>"
QUIET_CHOICES = ("22:00-07:00", "23:00-08:00")
QUIET_BUTTON = "🌙 {hours}"
NO_QUIET_BUTTON = "☀️ No quiet hours"
ABOUT_SETTINGS = (
    "A tap changes one line, for you alone. Orders that wait for you always come with sound, "
    "and what stops trading is always told, with sound: a pause, a loss limit, a disabled account. "
    "Other quiet hours: <code>/settings quiet 21:30-06:45</code>"
)
QUIET_USAGE = (
    "I did not understand these hours. Send for example <code>/settings quiet 21:30-06:45</code>, "
    "or <code>/settings quiet off</code>."
)


translate_here(__name__)
