"""The people and chats of this Telegram."""

from dataclasses import dataclass, field

from bot.local_telegram.errors import Json, bad_request, forbidden


@dataclass
class User:
    """A person; `has_started` once they wrote to the bot, `has_blocked` while they want no messages."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "en"
    has_started: bool = False
    has_blocked: bool = False

    def wire(self) -> Json:
        """Telegram's User object."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}


@dataclass
class Group:
    """A group or, when its id begins with -100, a supergroup."""

    id: int
    title: str
    members: set[int] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """Telegram's chat type."""
        return "supergroup" if str(self.id).startswith("-100") else "group"


@dataclass
class People:
    """Everyone this Telegram knows."""

    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)

    def user(self, user_id: int) -> User:
        """The person; raises LookupError for a stranger."""
        if user_id not in self.users:
            raise LookupError(f"no user {user_id}: add_user first")
        return self.users[user_id]

    def require_in_chat(self, user_id: int, chat_id: int) -> User:
        """The person, who must be able to see the chat; raises LookupError otherwise."""
        user = self.user(user_id)
        if chat_id != user_id and user_id not in self.group(chat_id).members:
            raise LookupError(f"user {user_id} is not in chat {chat_id}")
        return user

    def group(self, chat_id: int) -> Group:
        """The group; raises LookupError when there is none."""
        if chat_id not in self.groups:
            raise LookupError(f"no group {chat_id}: add_group first")
        return self.groups[chat_id]

    def chats_of(self, user_id: int) -> list[int]:
        """The chats a person sees: their own with the bot, then their groups."""
        return [user_id, *(group.id for group in self.groups.values() if user_id in group.members)]

    def chat_wire(self, chat_id: int) -> Json:
        """Telegram's Chat object."""
        if chat_id in self.groups:
            group = self.groups[chat_id]
            return {"id": chat_id, "title": group.title, "type": group.kind}
        user = self.user(chat_id)
        named = {"username": user.username} if user.username else {}
        return {"id": chat_id, "first_name": user.first_name, **named, "type": "private"}

    def writable_chat(self, raw: str) -> int:
        """The chat the bot may write to; raises ApiError as Telegram does."""
        chat_id = self.known_chat(raw)
        user = self.users.get(chat_id)
        if user and user.has_blocked:
            raise forbidden("bot was blocked by the user")
        if user and not user.has_started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat_id

    def known_chat(self, raw: str) -> int:
        """The chat the bot named; raises ApiError when there is none."""
        if not raw:
            raise bad_request("chat_id is empty")
        try:
            chat_id = int(raw)
        except ValueError as error:
            raise bad_request("chat not found") from error
        if chat_id not in self.users and chat_id not in self.groups:
            raise bad_request("chat not found")
        return chat_id
