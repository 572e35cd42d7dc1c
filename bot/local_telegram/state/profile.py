"""How the bot presents itself: names, descriptions, command menus and the menu button."""

import json
from dataclasses import dataclass, field

from bot.local_telegram.errors import Json

_CHAT_SCOPES = {True: "all_private_chats", False: "all_group_chats"}


@dataclass
class Profile:
    """The bot's own user and what setMy… calls have changed; texts and commands are kept per language."""

    id: int
    username: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The bot's display name."""
        return self.text("name") or self.username.removesuffix("_bot").replace("_", " ").title()

    def user(self) -> Json:
        """Telegram's User object for the bot."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def text(self, which: str, language: str = "") -> str:
        """A text in a language, else in the language of everybody else, else nothing."""
        return self.texts.get((which, language)) or self.texts.get((which, ""), "")

    def commands_for(self, chat_id: int, user_id: int, language: str) -> list[Json]:
        """The menu a person sees in a chat: the narrowest scope wins, then their language."""
        is_private = chat_id == user_id
        scopes: list[Json] = [{"type": "chat", "chat_id": chat_id}]
        if not is_private:
            scopes.insert(0, {"type": "chat_member", "chat_id": chat_id, "user_id": user_id})
        scopes += [{"type": _CHAT_SCOPES[is_private]}, {"type": "default"}]
        for scope in scopes:
            for wanted in (language, ""):
                if found := self.commands.get((scope_key(scope), wanted)):
                    return found
        return []


def scope_key(scope: Json) -> str:
    """One spelling per scope."""
    return json.dumps(scope, sort_keys=True)
