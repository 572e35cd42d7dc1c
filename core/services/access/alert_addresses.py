"""Alert addresses: URLs to post orders to, for senders that can neither set headers nor put a key into the body."""

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
from core.services.access.key_use import KeyUse
from core.services.access.keys import require_enabled

TOKEN_PREFIX = "csw_"  # noqa: S105 - what every token begins with
PATH = "/webhook/"
REPEATS_WITHIN = timedelta(seconds=60)
"""The same body within this time is the same order: such senders repeat a request that was answered late."""


@dataclass(frozen=True, slots=True)
class NewAlertAddress:
    """A new alert address; its path cannot be read again later."""

    stored: ApiKey
    strategy: str
    path: str


@dataclass(frozen=True, slots=True)
class AlertAddress:
    """The account of an alert address, and the strategy of its orders that name none."""

    caller: Caller
    strategy: str


class AlertAddresses:
    """Makes and recognises alert addresses. Their tokens are no API keys, and API keys are not valid here."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes, use: KeyUse) -> None:
        self._database = database
        self._clock = clock
        self._pepper = pepper
        self._use = use

    async def create(self, account_id: AccountId, label: str, strategy: str, actor: Actor) -> NewAlertAddress:
        """A new alert address for this account. Raises NotFound."""
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
        """The alert address of this token, with the account as it stands now.

        Raises Unauthorized, Disabled, Unready.
        """
        async with self._database.read() as tx:
            caller = require_enabled(await tx.accounts.find_caller(self._hash(token), self._clock.now()))
            strategy = await tx.alert_addresses.strategy_of(caller.api_key_id)
        if strategy is None:
            raise Unauthorized()
        self._use.note(caller.api_key_id)
        return AlertAddress(caller, strategy)

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every alert address of the account, with its strategy."""
        async with self._database.read() as tx:
            return await tx.alert_addresses.strategies(account_id)

    async def idempotent_key(self, sender: AlertAddress, body: bytes) -> IdempotentKey:
        """The Idempotency-Key of this body: the same for repeats within a minute. Raises Unready."""
        fingerprint = hashlib.sha256(body).hexdigest()
        async with self._database.begin() as tx:
            key_id, now = sender.caller.api_key_id, self._clock.now()
            first_at = await tx.alert_addresses.first_sent(key_id, fingerprint, now, REPEATS_WITHIN)
            await tx.commit()
        return IdempotentKey(f"webhook-{fingerprint}-{int(first_at.timestamp() * 1_000_000)}", fingerprint)

    def _hash(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()
