"""Senders: addresses to post orders to, for those who cannot send headers or keep a secret in a body."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.accounts import ApiKey, Caller
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import Unauthorized
from core.ids import AccountId, ApiKeyId
from core.ports import Database, IdempotentKey

TOKEN_PREFIX = "csw_"  # noqa: S105 - what every token begins with
PATH = "/webhook/"
REPEATS_WITHIN = timedelta(seconds=60)
"""The same body again within this time is the same order: such senders repeat what was answered late."""


@dataclass(frozen=True, slots=True)
class NewAlertAddress:
    """A sender at the only moment its path can be read."""

    stored: ApiKey
    strategy: str
    path: str


@dataclass(frozen=True, slots=True)
class AlertAddress:
    """Who posted: whose account, and the strategy an order belongs to that names none."""

    caller: Caller
    strategy: str


class AlertAddresses:
    """Makes and recognises senders. Their tokens open nothing else, and API keys do not open this door."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._pepper = pepper

    async def create(self, account_id: AccountId, label: str, strategy: str, actor: Actor) -> NewAlertAddress:
        """A new sender for this account. Raises NotFound."""
        token, now = TOKEN_PREFIX + secrets.token_urlsafe(32), self._clock.now()
        async with self._database.begin() as tx:
            await tx.accounts.get(account_id)
            stored = await tx.accounts.add_key(account_id, label, self._hash(token), now)
            await tx.alert_addresses.add(stored.id, strategy)
            facts = {"key": stored.id, "label": label, "webhook": True, "strategy": strategy}
            await tx.audit.append(Event(account_id, Kind.KEY_CREATED, actor, now, facts=facts))
            await tx.commit()
        return NewAlertAddress(stored, strategy, PATH + token)

    async def recognise(self, token: str) -> AlertAddress:
        """Whose token this is, with the account as it stands now. Raises Unauthorized, Unready."""
        async with self._database.read() as tx:
            caller = await tx.accounts.find_caller(self._hash(token))
            if caller is None:
                raise Unauthorized()
            strategy = await tx.alert_addresses.strategy_of(caller.api_key_id)
        if strategy is None:
            raise Unauthorized()
        return AlertAddress(caller, strategy)

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every sender of the account, and its strategy."""
        async with self._database.read() as tx:
            return await tx.alert_addresses.strategies(account_id)

    async def idempotent_key(self, sender: AlertAddress, body: bytes) -> IdempotentKey:
        """The key under which this body is one order: the same for its repeats within a minute. Raises Unready."""
        fingerprint = hashlib.sha256(body).hexdigest()
        async with self._database.begin() as tx:
            key_id, now = sender.caller.api_key_id, self._clock.now()
            first_at = await tx.alert_addresses.first_sent(key_id, fingerprint, now, REPEATS_WITHIN)
            await tx.commit()
        return IdempotentKey(f"webhook-{fingerprint}-{int(first_at.timestamp() * 1_000_000)}", fingerprint)

    def _hash(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()
