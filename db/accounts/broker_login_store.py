"""Logins at brokers, sealed."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from core.ids import AccountId
from core.ports import SealedLogin
from db.connections.store_connection import StoreConnection
from db.tables.broker_logins import broker_logins


class BrokerLoginStore:
    """Implements core.ports.BrokerLogins."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def find(self, account_id: AccountId) -> SealedLogin | None:
        """The account's login; None when none is kept."""
        query = select(broker_logins).where(broker_logins.c.account_id == account_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else SealedLogin(account_id, row.broker, row.sealed, row.changed_at)

    async def list(self) -> Sequence[SealedLogin]:
        """Every login, by account."""
        rows = await self._connection.execute(select(broker_logins).order_by(broker_logins.c.account_id))
        return [SealedLogin(AccountId(row.account_id), row.broker, row.sealed, row.changed_at) for row in rows]

    async def keep(self, login: SealedLogin) -> None:
        """Keep this login instead of the account's present one."""
        await self._connection.execute(delete(broker_logins).where(broker_logins.c.account_id == login.account_id))
        new = {
            "account_id": login.account_id,
            "broker": login.broker,
            "sealed": login.sealed,
            "changed_at": login.changed_at,
        }
        await self._connection.execute(broker_logins.insert().values(new))

    async def forget(self, account_id: AccountId) -> bool:
        """Remove the account's login; whether there was one."""
        gone = delete(broker_logins).where(broker_logins.c.account_id == account_id)
        return (await self._connection.execute(gone)).rowcount == 1
