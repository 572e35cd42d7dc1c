"""The sentences of /people and /unlink, as Telegram HTML."""

from bot.text.language.translation import translate_here
from core.services.access.people import PersonChange

TITLE = "👥 <b>People</b>"
PERSON = "{name} · <b>{role}</b>, linked {when}"
UNREACHABLE = "⚠️ Telegram does not reach them: {why}"
YOU = "you"
PERSON_BUTTON = "{name}{account}…"
INVITE = "➕ Invite{account}…"
OF_ACCOUNT = " · {account}"
ONLY_OWNERS = (
    "Only an account's owner sees and changes who is linked. /unlink ends your own link; /mode shows your accounts."
)
HOW = "Tap a person to change their role or remove them."
ONE = "👤 <b>{name}</b>, {role} of {account}"
ROLE_NAMES = {"viewer": "viewer", "approver": "approver", "owner": "owner"}
ROLES = {
    "viewer": "viewer: looks, decides nothing",
    "approver": "approver: decides orders, closes, cancels, pauses",
    "owner": "owner: also modes, limits, resume and people",
}
BECOMES = {"viewer": "Make viewer", "approver": "Make approver", "owner": "Make owner"}
REMOVE = "Remove…"
BACK = "◀ Back"
GONE = "That person is not linked any more."
WHICH_ROLE = "➕ <b>Invite to {account} as what?</b>"
INVITATION = (
    "🤝 <b>For {account}, as {role}</b>\nForward this to the one person it is for. It works once, for 15 minutes:\n"
    "{link}\nor: <code>/start {code}</code>"
)
QUESTIONS = {
    PersonChange.REMOVE: "⚠️ <b>Remove {name} from {account}?</b>\n"
    "Its orders no longer come to them, and their buttons do nothing any more.",
    PersonChange.VIEWER: "⚠️ <b>Make {name} viewer of {account}?</b>\nThey will decide nothing any more.",
    PersonChange.APPROVER: "⚠️ <b>Make {name} approver of {account}?</b>\n"
    "They decide orders then, close, cancel and pause, but change no modes, limits or people.",
    PersonChange.OWNER: "⚠️ <b>Make {name} owner of {account}?</b>\n"
    "They can do everything that you can, and remove you.",
}
LEAVE = "⚠️ <b>End your own link to {account}?</b>\nIts orders no longer come to you, and you can do nothing there."
LAST_OWNER = (
    "\n🛑 <b>Nobody would own {account} any more</b>: modes, limits, a pause and people could then only be changed "
    "on the command line."
)
YES = {
    PersonChange.REMOVE: "✅ Yes, remove {name}",
    PersonChange.VIEWER: "✅ Yes, make viewer",
    PersonChange.APPROVER: "✅ Yes, make approver",
    PersonChange.OWNER: "✅ Yes, make owner",
}
YES_LEAVE = "✅ Yes, end my link"
NO = "No, leave it as it is"
DONE = {
    PersonChange.REMOVE: "👋 {name} was removed from <b>{account}</b>.",
    PersonChange.VIEWER: "✅ {name} is now viewer of <b>{account}</b>.",
    PersonChange.APPROVER: "✅ {name} is now approver of <b>{account}</b>.",
    PersonChange.OWNER: "✅ {name} is now owner of <b>{account}</b>.",
}
LEFT = "👋 You are no longer linked to <b>{account}</b>."
LEAVE_WHICH = "👋 <b>End your link to which account?</b>"
NO_SUCH_ACCOUNT = "You have no account of that name. Send /unlink alone to choose one."
KEPT = "Nothing was changed."


translate_here(__name__)
