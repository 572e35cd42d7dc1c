"""API keys: who has one, until when it works, when it was used last."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from core.accounts import ApiKey, Caller
from core.ids import AccountId, ApiKeyId
from db.accounts.account_rows import to_account, to_api_key
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.tables.orders import accounts, api_keys, audit_heads, still_works


class KeyStore:
    """Implements what core.ports.Accounts says of keys."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def find_caller(self, key_hash: str, now: datetime) -> Caller | None:
        """Who has the key with this hash, if it is good now; their account may be disabled."""
        return _caller(await _CALLER_BY_HASH.find(self._connection, wanted=key_hash, now=now))

    async def find_caller_by_key_id(self, api_key_id: ApiKeyId, now: datetime) -> Caller | None:
        """Who has the key with this number, if it is good now; their account may be disabled."""
        return _caller(await _CALLER_BY_KEY.find(self._connection, wanted=api_key_id, now=now))

    async def has_key(self, key_hash: str) -> bool:
        """Whether any account has, or had, the key with this hash."""
        found = await self._connection.execute(select(api_keys.c.id).where(api_keys.c.key_hash == key_hash))
        return found.first() is not None

    async def heads_of_keys(self, keys: Collection[ApiKeyId]) -> Mapping[ApiKeyId, int]:
        """The last number in the audit trail of each of these keys' accounts; without keys that end or have ended."""
        query = (
            select(api_keys.c.id, audit_heads.c.seq)
            .join(accounts, accounts.c.id == api_keys.c.account_id)
            .join(audit_heads, audit_heads.c.account_id == api_keys.c.account_id)
            .where(api_keys.c.id.in_(keys), api_keys.c.revoked_at.is_(None), accounts.c.enabled)
            .where(api_keys.c.works_until.is_(None))
        )
        return {ApiKeyId(key_id): seq for key_id, seq in await self._connection.execute(query)}

    async def list_keys(self, account_id: AccountId) -> Sequence[ApiKey]:
        """List the account's keys, revoked ones included."""
        query = select(api_keys).where(api_keys.c.account_id == account_id).order_by(api_keys.c.id)
        return [to_api_key(row) for row in (await self._connection.execute(query)).mappings()]

    async def add_key(self, account_id: AccountId, label: str, key_hash: str, at: datetime) -> ApiKey:
        """Add a key to the account."""
        new = insert(api_keys).values(account_id=account_id, label=label, key_hash=key_hash, created_at=at)
        return ApiKey(ApiKeyId(await self._insert(new)), account_id, label, at)

    async def revoke_key(self, key_id: ApiKeyId, at: datetime) -> bool:
        """Revoke the key; returns whether there was one to revoke."""
        unrevoked = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        return (await self._connection.execute(unrevoked.values(revoked_at=at))).rowcount == 1

    async def end_key(self, key_id: ApiKeyId, works_until: datetime) -> bool:
        """Let the key work until then; returns whether there was one whose end was not known yet."""
        endless = (api_keys.c.revoked_at.is_(None), api_keys.c.works_until.is_(None))
        ending = update(api_keys).where(api_keys.c.id == key_id, *endless).values(works_until=works_until)
        return (await self._connection.execute(ending)).rowcount == 1

    async def record_key_use(self, used: Mapping[ApiKeyId, datetime]) -> None:
        """Record when these keys were used last."""
        for key_id, at in used.items():
            await self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))

    async def _insert(self, new: Any) -> int:
        key = (await self._connection.execute(new)).inserted_primary_key
        assert key is not None
        return int(key[0])


_CALLER = (
    select(api_keys.c.id.label("api_key_id"), accounts)
    .join(accounts, accounts.c.id == api_keys.c.account_id)
    .where(api_keys.c.revoked_at.is_(None), still_works())
)
_CALLER_BY_HASH = Prepared(_CALLER.where(api_keys.c.key_hash == bindparam("wanted")))
_CALLER_BY_KEY = Prepared(_CALLER.where(api_keys.c.id == bindparam("wanted")))


def _caller(found: Sequence[Mapping[str, Any]]) -> Caller | None:
    return Caller(ApiKeyId(found[0]["api_key_id"]), to_account(found[0])) if found else None
