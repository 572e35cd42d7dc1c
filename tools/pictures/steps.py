"""What a scene is made of: what the strategy and the client do, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Order:
    """The strategy posts to an endpoint, and a message that contains `sees` comes or changes."""

    changes: Mapping[str, object] = field(default_factory=dict)
    sees: str = "waits for you"
    endpoint: str = "placeorder"


@dataclass(frozen=True)
class Says:
    """The client writes, as an answer to a message that contains `to` if there is one; `sees` is in the bot's.

    `{order}` is the number of the last order that they were asked about.
    """

    text: str
    sees: str
    to: str = ""


@dataclass(frozen=True)
class Taps:
    """The client taps a button of the newest message that contains `on`; then one comes or changes.

    It contains `sees`, and `gone` no longer.
    """

    button: str
    on: str
    sees: str
    gone: str = "\0"


@dataclass(frozen=True)
class Later:
    """Time passes, and prices with it."""

    length: timedelta


@dataclass(frozen=True)
class Price:
    """An instrument at NSE costs this from now on."""

    symbol: str
    ltp: Decimal


Step = Order | Says | Taps | Later | Price


@dataclass(frozen=True)
class Scene:
    """One picture: of all that is written, answered or changed in `steps`, not in `before`."""

    name: str
    steps: tuple[Step, ...]
    before: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Scenes one after the other in the chat of one client, who owns an account; `past` is from days before."""

    client: str
    account: str
    scenes: tuple[Scene, ...]
    past: tuple[Step, ...] = ()
