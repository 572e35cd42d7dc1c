"""An account's hook: where its events are sent, and with which secret they are signed."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import NotFound
from core.hooks import signing
from core.hooks.allowed_urls import require_hook_url
from core.ids import AccountId
from core.orders.order_view import iso
from core.ports import Database, Transaction
from core.ports.hooks import Delivery, DeliveryStatus, Hook, HookSender

REMOVED = "removed"
BOTH_SIGN = timedelta(hours=24)
"""How long the secret before the present one still signs too."""


@dataclass(frozen=True, slots=True)
class NewHook:
    """A hook, with its secret when that is new; it cannot be read again later."""

    hook: Hook
    secret: str | None


@dataclass(frozen=True, slots=True)
class HookStanding:
    """A hook, and how many of its deliveries have each status."""

    hook: Hook
    counts: Mapping[DeliveryStatus, int]


class HookKeys:
    """Signing keys, made from the installation's secret: none of them is stored."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    def current(self, hook: Hook) -> bytes:
        """The key that signs."""
        return self._key(hook, hook.rotation)

    def signing(self, hook: Hook, now: datetime) -> list[bytes]:
        """Every key that signs now, the present one first."""
        keys = [self.current(hook)]
        if hook.rotation > 1 and now - hook.rotated_at < BOTH_SIGN:
            keys.append(self._key(hook, hook.rotation - 1))
        return keys

    def _key(self, hook: Hook, rotation: int) -> bytes:
        return hmac.new(self._master, f"{hook.account_id}/{rotation}".encode(), hashlib.sha256).digest()


class HookPost:
    """Signs messages, and posts them."""

    def __init__(self, keys: HookKeys, sender: HookSender) -> None:
        self._keys = keys
        self._sender = sender

    def secret_of(self, hook: Hook) -> str:
        """The secret with which the hook's receiver verifies signatures."""
        return signing.render_secret(self._keys.current(hook))

    async def send(self, hook: Hook, message_id: str, body: bytes, now: datetime) -> int:
        """Post once; the receiver's HTTP status. Raises Undeliverable."""
        signed = signing.headers(self._keys.signing(hook, now), message_id, now, body)
        headers = {"Content-Type": "application/json", "User-Agent": "Countersign", **signed}
        return (await self._sender.send(hook.url, headers, body)).status


class HookBook:
    """Sets, shows, tests and removes hooks."""

    def __init__(self, database: Database, clock: Clock, post: HookPost, *, allow_private: bool) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._allow_private = allow_private

    async def set(self, account_id: AccountId, url: str, actor: Actor, *, new_secret: bool = False) -> NewHook:
        """Send the account's events here from now on. Raises Invalid, NotFound, Unready."""
        host = require_hook_url(url, allow_private=self._allow_private)
        now = self._clock.now()
        async with self._database.begin() as tx:
            await tx.accounts.get(account_id)
            was = await tx.hooks.find(account_id)
            position = (await tx.audit.head(account_id))[0]
            is_new = was is None or new_secret or was.stopped_why == REMOVED
            if was is None:
                hook = Hook(account_id, url, 1, now, position)
            elif is_new:
                hook = replace(was, url=url, rotation=was.rotation + 1, rotated_at=now)
            else:
                hook = replace(was, url=url)
            # A hook that was stopped begins anew: what it missed was given up, and is in the order list.
            if was is not None and was.stopped_at is not None:
                hook = replace(hook, position=position, stopped_at=None, stopped_why="")
            await tx.hooks.put(hook)
            facts = {"host": host, "secret": hook.rotation}
            await tx.audit.append(Event(account_id, Kind.HOOK_SET, actor, now, facts=facts))
            await tx.commit()
        return NewHook(hook, self._post.secret_of(hook) if is_new else None)

    async def show(self, account_id: AccountId) -> HookStanding:
        """The hook, and how many of its deliveries have each status. Raises NotFound."""
        async with self._database.read() as tx:
            hook = _require(await tx.hooks.find(account_id))
            return HookStanding(hook, await tx.hooks.count(account_id))

    async def deliveries(self, account_id: AccountId, limit: int) -> Sequence[Delivery]:
        """The newest deliveries first."""
        async with self._database.read() as tx:
            return await tx.hooks.newest(account_id, limit)

    async def remove(self, account_id: AccountId, actor: Actor) -> int:
        """End the hook at once; returns how many deliveries were given up. Raises NotFound."""
        async with self._database.begin() as tx:
            hook = _require(await tx.hooks.find(account_id))
            given_up = await stop_hook(tx, hook, REMOVED, actor, self._clock.now())
            await tx.commit()
        return given_up

    async def test(self, account_id: AccountId) -> int:
        """Send a signed event named `test` now; the receiver's status. Raises NotFound, Undeliverable."""
        hook = (await self.show(account_id)).hook
        now = self._clock.now()
        message: dict[str, object] = {"event": "test", "occurred_at": iso(now), "data": {}}
        body = json.dumps(message, separators=(",", ":")).encode()
        return await self._post.send(hook, f"test_{secrets.token_hex(8)}", body, now)


async def stop_hook(tx: Transaction, hook: Hook, why: str, actor: Actor, now: datetime) -> int:
    """Stop a hook in the caller's transaction; returns how many deliveries were given up."""
    given_up = await tx.hooks.stop(hook.account_id, now, why)
    # A hook that had stopped by itself can still be removed.
    await tx.hooks.put(replace(hook, stopped_at=now, stopped_why=why))
    kind = Kind.HOOK_REMOVED if why == REMOVED else Kind.HOOK_STOPPED
    await tx.audit.append(Event(hook.account_id, kind, actor, now, facts={"why": why, "given_up": given_up}))
    return given_up


def _require(hook: Hook | None) -> Hook:
    if hook is None or hook.stopped_why == REMOVED:
        raise NotFound("This account has no hook.")
    return hook
