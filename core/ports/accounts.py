"""The stores of accounts, keys and people, and of alert addresses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.accounts import Account, ApiKey, Approver, Caller, Role
from core.ids import AccountId, ApiKeyId, ApproverId, OrderId, UserId
from core.orders.decisions import Presser


@dataclass(frozen=True, slots=True)
class Standing:
    """What it depends on whether an order may be decided or sent, apart from the order itself."""

    version: int
    """The order's: one that was read at this version has not moved since."""
    account: Account
    approver: Approver | None
    """The presser's link to the account, if it stands."""
    shows: OrderId | None
    """The order whose recorded card the pressed message is."""


class AccountReads(Protocol):
    """Reading accounts, keys and approvers."""

    async def get(self, account_id: AccountId) -> Account:
        """The account with this id. Raises NotFound."""
        ...

    async def find_by_name(self, name: str) -> Account | None:
        """The account with this name, or None."""
        ...

    async def list(self) -> Sequence[Account]:
        """Every account, oldest first."""
        ...

    async def find_caller(self, key_hash: str, now: datetime) -> Caller | None:
        """The caller whose key has this hash and is good now, or None; the account may be disabled."""
        ...

    async def find_caller_by_key_id(self, api_key_id: ApiKeyId, now: datetime) -> Caller | None:
        """The caller whose key has this id and is good now, or None; the account may be disabled."""
        ...

    async def has_key(self, key_hash: str) -> bool:
        """Whether any account has, or had, the key with this hash."""

    async def heads_of_keys(self, keys: Collection[ApiKeyId]) -> Mapping[ApiKeyId, int]:
        """The last number in the audit trail of each of these keys' accounts; without keys that end or have ended."""
        ...

    async def list_keys(self, account_id: AccountId) -> Sequence[ApiKey]:
        """Keys, revoked ones included."""
        ...

    async def find_approver(self, account_id: AccountId, user_id: UserId) -> Approver | None:
        """The link between this person and this account, if it stands."""
        ...

    async def find_standing(self, order_id: OrderId, presser: Presser | None = None) -> Standing | None:
        """What deciding or sending this order depends on; None when there is no such order."""
        ...

    async def list_approvers(self, account_id: AccountId) -> Sequence[Approver]:
        """Everybody linked to the account."""
        ...

    async def list_links_of(self, user_id: UserId) -> Sequence[Approver]:
        """Every account this person is linked to."""
        ...

    async def list_accounts_of(self, user_id: UserId) -> Sequence[tuple[Account, Approver]]:
        """Every account this person is linked to, with the link."""
        ...


class Accounts(AccountReads, Protocol):
    """Reading and changing accounts, keys and approvers."""

    async def add(self, account: Account) -> Account:
        """A new account (its id is ignored). Raises Invalid when the name is taken."""
        ...

    async def change(self, was: Account, becomes: Account) -> bool:
        """Replace modes, broker, enabled and pause, if the row still says what `was` says."""
        ...

    async def add_key(self, account_id: AccountId, label: str, key_hash: str, at: datetime) -> ApiKey:
        """Add an API key, by its hash; returns its id."""
        ...

    async def revoke_key(self, key_id: ApiKeyId, at: datetime) -> bool:
        """Revoke the key; returns whether there was one to revoke."""
        ...

    async def end_key(self, key_id: ApiKeyId, works_until: datetime) -> bool:
        """Let the key work until then; returns whether there was one whose end was not known yet."""
        ...

    async def record_key_use(self, used: Mapping[ApiKeyId, datetime]) -> None:
        """Record when these keys were used last."""
        ...

    async def add_link_code(self, code_hash: str, account_id: AccountId, role: Role, expires_at: datetime) -> None:
        """Add a one-time link code, by its hash."""
        ...

    async def redeem_link_code(self, code_hash: str, now: datetime, user_id: UserId) -> tuple[AccountId, Role] | None:
        """Use the code up; None when it is unknown, used or too old."""
        ...

    async def link(self, approver: Approver) -> Approver:
        """Link a person (the id is ignored); a link that stands already gets the new role and chat."""
        ...

    async def record_unreachable(self, user_id: UserId, at: datetime, why: str) -> None:
        """Telegram refuses to show this person anything; since when is kept from the first time."""
        ...

    async def record_reached(self, user_id: UserId) -> None:
        """This person was heard of again."""
        ...

    async def unlink(self, approver_id: ApproverId, at: datetime) -> bool:
        """End the link; returns whether there was one. The person's cards lose their buttons."""
        ...


class AlertAddressReads(Protocol):
    """Reading alert addresses: keys that are part of a URL."""

    async def strategy_of(self, api_key_id: ApiKeyId) -> str | None:
        """The default strategy of this key's alerts, `""` for none; None when the key is no alert address."""
        ...

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every alert address of the account, with its strategy."""
        ...


class AlertAddresses(AlertAddressReads, Protocol):
    """Reading and changing alert addresses."""

    async def add(self, api_key_id: ApiKeyId, strategy: str) -> None:
        """Make this key an alert address."""
        ...

    async def first_sent(self, api_key_id: ApiKeyId, fingerprint: str, now: datetime, window: timedelta) -> datetime:
        """When this body was first sent, if that is less than `window` ago; else it is now, and is kept."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete bodies that were first sent before this moment; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class SealedLogin:
    """An account's credentials at its broker, encrypted."""

    account_id: AccountId
    broker: str
    sealed: str
    changed_at: datetime


class BrokerLoginReads(Protocol):
    """Reading logins at brokers."""

    async def find(self, account_id: AccountId) -> SealedLogin | None:
        """The account's login; None when none is kept."""
        ...

    async def list(self) -> Sequence[SealedLogin]:
        """Every login, by account."""
        ...


class BrokerLogins(BrokerLoginReads, Protocol):
    """Reading and keeping logins at brokers."""

    async def keep(self, login: SealedLogin) -> None:
        """Keep this login instead of the account's present one."""
        ...

    async def forget(self, account_id: AccountId) -> bool:
        """Remove the account's login; whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class ChartRoom:
    """How much one account may keep of its charts: so many names, so many letters of names and JSON."""

    names: int
    letters: int


class ChartStore(Protocol):
    """What charting programs keep for an account. Every method raises Unready."""

    async def read(self, account_id: AccountId) -> Mapping[str, str]:
        """Everything that is kept for the account, as JSON, by name."""
        ...

    async def keep(self, account_id: AccountId, new: Mapping[str, str], at: datetime, room: ChartRoom) -> None:
        """Store these, each in place of what has its name. Raises Invalid, storing none, without room."""
        ...


class Seal(Protocol):
    """Encrypts credentials; every method raises ConfigError when its keys cannot be used."""

    def seal(self, credentials: Mapping[str, str]) -> str:
        """The credentials, encrypted."""
        ...

    def open(self, sealed: str) -> Mapping[str, str]:
        """The credentials."""
        ...
