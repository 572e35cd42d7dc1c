"""Where updates are pushed, and how the last attempts went."""

from dataclasses import dataclass

from bot.local_telegram.errors import Json


@dataclass
class Webhook:
    """The webhook in force; an empty `url` means that the bot polls."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: int = 0
    last_error: str = ""

    def wire(self, pending: int, allowed: list[str]) -> Json:
        """Telegram's WebhookInfo object."""
        info: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.last_error_at:
            info |= {"last_error_date": self.last_error_at, "last_error_message": self.last_error}
        if self.url:
            info["max_connections"] = self.max_connections
        if allowed:
            info["allowed_updates"] = allowed
        return info
