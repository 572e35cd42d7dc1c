"""How an adapter is opened for one account, and what it says about itself before that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from brokers.common.http_client import Address
from core.clock import Clock
from core.ports import LiveBroker


@dataclass(frozen=True, slots=True)
class Opening:
    """What a broker is opened with: one account's credentials, and where and how to reach it."""

    credentials: Mapping[str, str]
    address: Address
    clock: Clock
    folder: Path
    """Where its symbol master is kept; brokers of the same name share it."""
    orders_per_second: int | None = None
    """Fewer than the broker allows, when the settings say so."""
    stream_url: str = ""
    """Where it pushes order updates; empty for the place that goes with the address."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One broker's row in the catalogue. `credentials` are the accepted sets of fields, secret ones and others."""

    name: str
    title: str
    """As its clients write it: `Zerodha Kite`."""
    base_url: str
    credentials: tuple[frozenset[str], ...]
    open: Callable[[Opening], LiveBroker]
    optional: frozenset[str] = frozenset()
    login_url: Callable[[Mapping[str, str]], str] | None = None
    """The page where the person logs in, made from the credentials; None for brokers without one."""
