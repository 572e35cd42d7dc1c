"""Accounts, the people linked to them, and their API keys."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.clock import render_ist
from core.ids import AccountId, ApiKeyId, ApproverId, ChatId, UserId

PAPER = "paper"
"""The broker that is built in."""


class OrderMode(StrEnum):
    """Whether a strategy's order waits for the client."""

    AUTO = "auto"
    SEMI_AUTO = "semi_auto"


class TradingMode(StrEnum):
    """Whether orders reach the account's broker or the sandbox."""

    LIVE = "live"
    SANDBOX = "sandbox"

    @property
    def wire(self) -> str:
        """The word OpenAlgo's wire format uses."""
        return "analyze" if self is TradingMode.SANDBOX else "live"


class Role(StrEnum):
    """What a linked person may do: viewer looks, approver also decides, owner also changes the account's modes."""

    VIEWER = "viewer"
    APPROVER = "approver"
    OWNER = "owner"

    @property
    def decides(self) -> bool:
        """Whether this role may approve and reject orders."""
        return self is not Role.VIEWER


class Language(StrEnum):
    """What the bot writes to a person in. What is stored, and what strategies are told, is English."""

    ENGLISH = "en"
    HINDI = "hi"

    @classmethod
    def of(cls, code: str | None) -> "Language":
        """The language for a person whose Telegram is set to this one, such as `hi` or `en-GB`."""
        return cls.HINDI if (code or "").lower().partition("-")[0] == cls.HINDI else cls.ENGLISH


@dataclass(frozen=True, slots=True)
class Pause:
    """Who stopped everything new, and when."""

    by: str
    at: datetime

    def __str__(self) -> str:
        return f"Trading is paused by {self.by} since {render_ist(self.at)}."


@dataclass(frozen=True, slots=True)
class Account:
    """One client at one broker. Modes stay text: an unreadable one must refuse, not fail to load."""

    id: AccountId
    name: str
    broker: str
    order_mode: OrderMode | str
    trading_mode: TradingMode | str
    enabled: bool
    created_at: datetime
    limited: bool = False
    """Whether limits are set for it or for one of its strategies."""
    pause: Pause | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether orders go to the sandbox."""
        return self.trading_mode == TradingMode.SANDBOX

    @property
    def has_paper_broker(self) -> bool:
        """Whether even its live orders go to a paper book."""
        return self.broker == PAPER

    @property
    def trades_at_a_broker(self) -> bool:
        """Whether its orders go to a broker outside of this program."""
        return self.enabled and not self.is_on_paper(self.trading_mode)

    def is_on_paper(self, trading_mode: TradingMode | str) -> bool:
        """Whether orders of this mode go to a paper book, where nothing is lost by a price that is made up."""
        return self.has_paper_broker or trading_mode == TradingMode.SANDBOX


@dataclass(frozen=True, slots=True)
class Approver:
    """A Telegram user linked to an account."""

    id: ApproverId
    account_id: AccountId
    user_id: UserId
    chat_id: ChatId
    name: str
    role: Role
    linked_at: datetime
    unreachable_since: datetime | None = None
    """Since when Telegram refuses to show them anything; None while it does not."""
    unreachable_why: str = ""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A strategy's key, as stored: never the key itself."""

    id: ApiKeyId
    account_id: AccountId
    label: str
    created_at: datetime
    revoked_at: datetime | None = None
    works_until: datetime | None = None
    """Set when it was replaced."""
    last_used_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens its account at this moment."""
        return self.revoked_at is None and (self.works_until is None or self.works_until > now)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and key that a request was authenticated for, as they stood then."""

    api_key_id: ApiKeyId
    account: Account
