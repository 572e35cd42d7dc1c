"""The daily login at Kite: its page, what comes back from it, and when it ends."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

from core.clock import IST, utc_text

LOGIN_PAGE = "https://kite.zerodha.com/connect/login"
_FLUSH_BEGINS, _FLUSH_ENDS = time(6), time(7, 30)
"""Kite ends every session at 06:00 by its documentation, and by 07:30 at the latest by what its staff say."""


@dataclass(frozen=True, slots=True)
class KiteLogin:
    """One client's credentials; what is secret is in no representation of it."""

    api_key: str
    api_secret: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    made_at: datetime | None = None
    user_id: str = ""

    @classmethod
    def read(cls, credentials: Mapping[str, str]) -> Self:
        """From what is stored; a time that cannot be read is not known."""
        return cls(
            credentials["api_key"],
            credentials["api_secret"],
            credentials.get("access_token", ""),
            _read_moment(credentials.get("access_token_at", "")),
            credentials.get("user_id", ""),
        )

    def stored(self) -> Mapping[str, str]:
        """What is to be stored from now on."""
        fields = {
            "api_key": self.api_key,
            "api_secret": self.api_secret,
            "access_token": self.access_token,
            "access_token_at": utc_text(self.made_at) if self.made_at else "",
            "user_id": self.user_id,
        }
        return {name: value for name, value in fields.items() if value}

    def secrets(self) -> tuple[str, ...]:
        """What no message may hold."""
        return tuple(secret for secret in (self.access_token, self.api_secret, self.api_key) if secret)


def _read_moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def ends_at(made_at: datetime) -> datetime:
    """When a session that was made then is over at the latest that may be relied on."""
    made = made_at.astimezone(IST)
    if made.time() < _FLUSH_BEGINS:
        return datetime.combine(made.date(), _FLUSH_BEGINS, IST)
    if made.time() < _FLUSH_ENDS:
        return datetime.combine(made.date(), _FLUSH_ENDS, IST)
    return datetime.combine(made.date() + timedelta(days=1), _FLUSH_BEGINS, IST)


def login_url(credentials: Mapping[str, str]) -> str:
    """The page where the client logs in."""
    return f"{LOGIN_PAGE}?v=3&api_key={quote(credentials['api_key'], safe='')}"


def request_token_in(answer: str) -> str:
    """The request token that a person pasted: by itself, or in the address that Kite led them to. Empty if none."""
    said = answer.strip()
    if "request_token=" in said:
        query = urlsplit(said).query or said.partition("?")[2] or said
        return parse_qs(query).get("request_token", [""])[0].strip()
    return said if said.isalnum() else ""


def checksum(*parts: str) -> str:
    """SHA-256 over the parts, as Kite writes it."""
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def is_checksum(said: str, *parts: str) -> bool:
    """Whether that is the checksum of these parts, found out in the same time for every wrong one."""
    return hmac.compare_digest(said.encode(), checksum(*parts).encode())
