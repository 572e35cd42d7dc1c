"""An OpenAlgo installation as it was read: its users, and what belongs to each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.openalgo.contract_list import ContractList
from core.openalgo.rows import Row


@dataclass(frozen=True, slots=True)
class TelegramPerson:
    """Somebody who linked their Telegram to a user."""

    telegram_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SandboxRows:
    """A user's sandbox as its tables have it; each trigger with its legs."""

    funds: Row | None
    positions: Sequence[Row] = ()
    holdings: Sequence[Row] = ()
    orders: Sequence[Row] = ()
    gtts: Sequence[tuple[Row, Sequence[Row]]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the user is in it."""
        return self.funds is None and not (self.positions or self.holdings or self.orders or self.gtts)


@dataclass(frozen=True, slots=True)
class SourceUser:
    """A user with an API key."""

    name: str
    key: str = field(repr=False)
    order_mode: str
    """Empty in databases of before there was one."""
    broker: str
    """Empty for who never logged in at one."""
    people: Sequence[TelegramPerson]
    orders: Sequence[Row]
    """The rows of the Action Center."""
    sandbox: SandboxRows


@dataclass(frozen=True, slots=True)
class Installation:
    """What is brought over from."""

    users: Sequence[SourceUser]
    analyze_mode: bool | None
    """Whether all of it trades in the sandbox; None when it does not say."""
    strategies: Sequence[str]
    """The names of what has an address for webhooks there."""
    has_sandbox: bool
    """Whether its sandbox database was found."""
    contracts: ContractList
    """What its broker lists; empty when it never took a list."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that does not come over."""

    kind: str
    name: str
    why: str
