"""API keys: made once, stored as a keyed hash, recognised on every request."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.accounts import Account, ApiKey, Caller
from core.audit import Actor, Event, Kind, canonical_time
from core.clock import Clock, render_ist
from core.errors import Disabled, Invalid, NotFound, Unauthorized
from core.ids import AccountId, ApiKeyId
from core.ports import Database, Transaction
from core.services.access.key_use import KeyUse

KEY_PREFIX = "cs_"
KNOWN_AT_ONCE = 1000
SHORTEST_IMPORT, LONGEST_IMPORT = 32, 256
_IMPORTABLE = re.compile(rf"[!-~]{{{SHORTEST_IMPORT},{LONGEST_IMPORT}}}")
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Ending:
    """A key that is to end, and how long it still works."""

    key_id: ApiKeyId
    grace: timedelta = AT_ONCE


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key; its secret cannot be read again later."""

    stored: ApiKey
    secret: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A key that was made elsewhere."""

    label: str
    secret: str = field(repr=False)


class Keys:
    """Makes, revokes and recognises API keys."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._pepper = pepper
        self.use = KeyUse(database, clock)
        self._known: dict[bytes, Caller] = {}
        self._salt = secrets.token_bytes(32)

    def hash(self, secret: str) -> str:
        """The keyed hash of a key, as it is stored."""
        return hmac.digest(self._pepper, secret.encode(errors="surrogatepass"), hashlib.sha256).hex()

    async def authenticate(self, secret: str) -> Caller:
        """The caller of this key, with the account as it stands now. Raises Unauthorized, Disabled, Unready."""
        async with self._database.read() as tx:
            caller = require_enabled(await tx.accounts.find_caller(self.hash(secret), self._clock.now()))
        self.use.note(caller.api_key_id)
        return caller

    async def recognise(self, secret: str) -> Caller:
        """Like `authenticate`, but possibly as the account stood a while ago.

        Only for taking orders in: there the database compares again when it writes.
        """
        mark = self._mark(secret)
        known = self._known.get(mark)
        if known is None:
            known = await self.authenticate(secret)
            if len(self._known) >= KNOWN_AT_ONCE:
                self._known.clear()
            self._known[mark] = known
        self.use.note(known.api_key_id)
        return known

    async def look_again(self, caller: Caller) -> Caller:
        """The caller as it stands now. Raises Unauthorized when its key is no longer good, Disabled."""
        self._known = {mark: one for mark, one in self._known.items() if one != caller}
        async with self._database.read() as tx:
            fresh = await tx.accounts.find_caller_by_key_id(caller.api_key_id, self._clock.now())
        return require_enabled(fresh)

    def _mark(self, secret: str) -> bytes:
        """The hash under which a key is cached in this process: quicker to make than the stored one."""
        return hashlib.blake2b(secret.encode(errors="surrogatepass"), key=self._salt).digest()

    async def create(self, account_id: AccountId, label: str, actor: Actor) -> NewKey:
        """A new key for this account. Raises NotFound."""
        return await self._make(account_id, label, actor)

    async def take_over(self, account_id: AccountId, label: str, secret: str, actor: Actor) -> ApiKey:
        """Let a key made elsewhere speak for this account. Raises NotFound, Invalid, which never repeats the key."""
        async with self._database.begin() as tx:
            stored = await self.take_over_in(tx, await tx.accounts.get(account_id), Newcomer(label, secret), actor)
            await tx.commit()
        return stored

    async def take_over_in(self, tx: Transaction, account: Account, key: Newcomer, actor: Actor) -> ApiKey:
        """The same in the caller's transaction. Raises Invalid, which never repeats the key."""
        if not _IMPORTABLE.fullmatch(key.secret):
            raise Invalid(
                f"A key is {SHORTEST_IMPORT} to {LONGEST_IMPORT} letters, digits and signs without a space. "
                "Nothing was stored."
            )
        hashed, now = self.hash(key.secret), self._clock.now()
        if await tx.accounts.has_key(hashed):
            raise Invalid("This key is known here already, perhaps as a revoked one. Nothing was stored.")
        stored = await tx.accounts.add_key(account.id, key.label, hashed, now)
        facts = {"key": stored.id, "label": key.label, "imported": True}
        await tx.audit.append(Event(account.id, Kind.KEY_CREATED, actor, now, facts=facts))
        return stored

    async def revoke(self, account_id: AccountId, key_id: ApiKeyId, actor: Actor) -> None:
        """Revoke a key at once. Raises NotFound when this account has no such key in use."""
        async with self._database.begin() as tx:
            await self._end(tx, account_id, _Ending(key_id), actor)
            await tx.commit()

    async def rotate(
        self, account_id: AccountId, key_id: ApiKeyId, actor: Actor, grace: timedelta = AT_ONCE
    ) -> NewKey:
        """A new key with the old one's label; the old one works for `grace` longer. Raises NotFound, Invalid."""
        async with self._database.read() as tx:
            old = next((key for key in await tx.accounts.list_keys(account_id) if key.id == key_id), None)
        if old is not None and old.works_until is not None:
            raise Invalid(f"Key {key_id} was replaced already; it works until {render_ist(old.works_until)}.")
        return await self._make(account_id, old.label if old else "", actor, _Ending(key_id, grace))

    async def list(self, account_id: AccountId) -> Sequence[ApiKey]:
        """The account's keys, revoked ones included."""
        async with self._database.read() as tx:
            return await tx.accounts.list_keys(account_id)

    async def _make(
        self, account_id: AccountId, label: str, actor: Actor, instead_of: _Ending | None = None
    ) -> NewKey:
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        async with self._database.begin() as tx:
            await tx.accounts.get(account_id)
            if instead_of is not None:
                if await tx.alert_addresses.strategy_of(instead_of.key_id) is not None:
                    raise Invalid("A webhook's path cannot be rotated: make a new one, then revoke this one.")
                await self._end(tx, account_id, instead_of, actor)
            now = self._clock.now()
            stored = await tx.accounts.add_key(account_id, label, self.hash(secret), now)
            facts = {"key": stored.id, "label": label}
            await tx.audit.append(Event(account_id, Kind.KEY_CREATED, actor, now, facts=facts))
            await tx.commit()
        return NewKey(stored, secret)

    async def _end(self, tx: Transaction, account_id: AccountId, ending: _Ending, actor: Actor) -> None:
        now, key_id = self._clock.now(), ending.key_id
        keys = [key for key in await tx.accounts.list_keys(account_id) if key.id == key_id]
        until = now + ending.grace
        if not keys or not await _end_key(tx, key_id, now, until):
            raise NotFound(f"This account has no key {key_id} in use.")
        facts: dict[str, object] = {"key": key_id}
        if until > now:
            facts["works_until"] = canonical_time(until)
        await tx.audit.append(Event(account_id, Kind.KEY_REVOKED, actor, now, facts=facts))


def require_enabled(caller: Caller | None) -> Caller:
    """Whose key it is. Raises Unauthorized for nobody's, and Disabled, which only a right key ever hears of."""
    if caller is None:
        raise Unauthorized("Invalid openalgo apikey")
    if not caller.account.enabled:
        raise Disabled()
    return caller


async def _end_key(tx: Transaction, key_id: ApiKeyId, now: datetime, until: datetime) -> bool:
    if until > now:
        return await tx.accounts.end_key(key_id, until)
    return await tx.accounts.revoke_key(key_id, now)
