"""Limits how often one key and one address may ask, and how often with a wrong key."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv6Address
from math import ceil
from time import monotonic
from typing import TypeVar

from core.errors import Disabled, TooMany, Unauthorized
from webhook.request.token_buckets import Buckets, Limit

T = TypeVar("T")
KNOWN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Requests let through; 0 is no limit."""

    orders_per_second: float = 0
    requests_per_second: float = 0
    address_requests_per_second: float = 0
    failed_keys_per_minute: float = 0


class RateLimits:
    """Counts in memory: a restart forgets, and only the newest keys and addresses are remembered."""

    def __init__(self, limits: HttpLimits, now: Callable[[], float] = monotonic) -> None:
        self._limits = limits
        self._now = now
        self._orders = Buckets(Limit.per_second(limits.orders_per_second))
        self._requests = Buckets(Limit.per_second(limits.requests_per_second))
        self._addresses = Buckets(Limit.per_second(limits.address_requests_per_second))
        self._failures = Buckets(Limit.per_minute(limits.failed_keys_per_minute))
        self._good: OrderedDict[bytes, None] = OrderedDict()
        # Keys are only ever held here as digests that mean nothing outside this process.
        self._salt = secrets.token_bytes(16)

    def admit_address(self, address: str | None) -> None:
        """Count one request of this address. Raises TooMany when it has asked too often."""
        if wait := self._addresses.take(network(address), self._now()):
            rate = self._limits.address_requests_per_second
            raise _too_many(f"requests: at most {rate:g} a second from one address", wait)

    async def admit_key(
        self, authenticate: Callable[[str], Awaitable[T]], key: str, address: str | None, *, is_order: bool
    ) -> T:
        """Authenticate who asks. Raises TooMany when this key asks too often, or its address was wrong too often.

        A key that was good before is not held up by others' wrong ones from the same address.
        """
        digest, now = self._digest(key), self._now()
        if digest not in self._good and (wait := self._failures.wait(network(address), now)):
            raise _too_many("wrong keys from this address", wait)
        self._count_request(digest, now, is_order)
        try:
            found = await authenticate(key)
        except Disabled:
            # A right key: nobody is guessing.
            raise
        except Unauthorized:
            self._good.pop(digest, None)
            self._failures.take(network(address), now)
            raise
        self._remember(digest)
        return found

    def _count_request(self, digest: bytes, now: float, is_order: bool) -> None:
        limits, bucket = self._limits, self._orders if is_order else self._requests
        if wait := bucket.take(digest, now):
            rate, what = (limits.orders_per_second, "order") if is_order else (limits.requests_per_second, "request")
            plural = "" if rate == 1 else "s"
            raise _too_many(f"requests: at most {rate:g} {what}{plural} a second with one key", wait)

    def _remember(self, digest: bytes) -> None:
        self._good[digest] = None
        self._good.move_to_end(digest)
        if len(self._good) > KNOWN_AT_ONCE:
            self._good.popitem(last=False)

    def _digest(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode(), key=self._salt, digest_size=16).digest()


def network(address: str | None) -> str:
    """What is counted as one sender: an IPv4 address, or the /64 of an IPv6 one, all of which its owner has."""
    if address is None or ":" not in address:
        return address or ""
    try:
        found = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or int(found) >> 64)


def _too_many(of_what: str, wait: float) -> TooMany:
    return TooMany(f"Too many {of_what}. Try again in {max(1, ceil(wait))} s.", wait)
