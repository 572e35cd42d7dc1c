"""Every open WebSocket of this process, and how many one key and one stranger may have."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from core.errors import TooMany
from core.ids import ApiKeyId
from webhook.request.rate_limits import network

IN_ALL = 500
STRANGERS_PER_ADDRESS = 20


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """How much one key may have open, and how long a reader may take."""

    connections_per_key: int = 5
    subscriptions_per_key: int = 1000
    """Instruments, counted once for each mode."""
    heartbeat: float = 5.0
    """Seconds after which a key is checked again."""
    patience: float = 10.0
    """Seconds in which a reader must say who it is."""
    largest_message: int = 64 * 1024


class Readers:
    """Counts readers, and ends all of them when the service stops."""

    def __init__(self, limits: LiveLimits) -> None:
        self.limits = limits
        self.strangers: Counter[str] = Counter()
        self.connections: Counter[ApiKeyId] = Counter()
        self.subscriptions: Counter[ApiKeyId] = Counter()
        self._open: dict[object, Callable[[], None]] = {}

    def arrive(self, address: str | None, end: Callable[[], None]) -> "Place":
        """Count one more reader; `end` is called when the service stops. Raises TooMany."""
        sender = network(address)
        if len(self._open) >= IN_ALL:
            raise TooMany("Too many readers are connected. Try again later.", self.limits.patience)
        if self.strangers[sender] >= STRANGERS_PER_ADDRESS:
            raise TooMany("Too many connections from this address without a key.", self.limits.patience)
        place = Place(self, sender)
        self.strangers[sender] += 1
        self._open[place] = end
        return place

    def leave(self, place: "Place") -> None:
        """Count one reader less."""
        self._open.pop(place)

    @property
    def count(self) -> int:
        """How many are connected."""
        return len(self._open)

    async def close(self, _: web.Application) -> None:
        """End every connection, because the service stops; readers connect again."""
        for end in tuple(self._open.values()):
            end()


@dataclass(eq=False, slots=True)
class Place:
    """One reader among all."""

    readers: Readers
    sender: str
    key_id: ApiKeyId | None = field(default=None, init=False)
    subscriptions: int = field(default=0, init=False)

    def admit(self, key_id: ApiKeyId) -> None:
        """The reader has shown this key. Raises TooMany."""
        most = self.readers.limits.connections_per_key
        if self.readers.connections[key_id] >= most:
            raise TooMany(f"At most {most} connections with one key. Close one first.")
        self._forget_stranger()
        self.readers.connections[key_id] += 1
        self.key_id = key_id

    def subscribe(self) -> None:
        """Count one more subscription of the key. Raises TooMany."""
        assert self.key_id is not None
        most = self.readers.limits.subscriptions_per_key
        if self.readers.subscriptions[self.key_id] >= most:
            raise TooMany(f"At most {most} subscriptions with one key.")
        self._count_subscriptions(1)

    def unsubscribe(self, count: int = 1) -> None:
        """Count so many subscriptions less."""
        self._count_subscriptions(-count)

    def leave(self) -> None:
        """The reader has gone."""
        self.readers.leave(self)
        if self.key_id is None:
            self._forget_stranger()
            return
        self.unsubscribe(self.subscriptions)
        self.readers.connections[self.key_id] -= 1
        self.readers.connections += Counter()  # forgets keys without readers

    def _count_subscriptions(self, change: int) -> None:
        assert self.key_id is not None
        self.subscriptions += change
        self.readers.subscriptions[self.key_id] += change
        if not self.readers.subscriptions[self.key_id]:
            del self.readers.subscriptions[self.key_id]

    def _forget_stranger(self) -> None:
        self.readers.strangers[self.sender] -= 1
        if not self.readers.strangers[self.sender]:
            del self.readers.strangers[self.sender]
