"""What the database knows of the installation that it belongs to."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, inspect, select

from core.audit import Head
from core.ids import AccountId
from db.connections.store_connection import StoreConnection
from db.tables.installation import installation
from db.tables.orders import accounts, audit_heads

SECRET_CHECK = "secret_check"  # noqa: S105 - the name of a row


class InstallationStore:
    """Reads and writes what is known of the installation."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def has_past(self) -> bool:
        """Whether anything was written with a secret: there is an account, or a check value."""
        return await self._connection.run_sync(_has_past)

    async def find_secret_check(self) -> str | None:
        """What was noted of the secret that this database is written with."""
        query = select(installation.c.value).where(installation.c.name == SECRET_CHECK)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def note_secret_check(self, value: str) -> None:
        """Note it, once."""
        await self._connection.execute(insert(installation).values(name=SECRET_CHECK, value=value))

    async def sealed_heads(self) -> Sequence[tuple[AccountId, Head]]:
        """The ends of all sealed audit chains."""
        found = await self._connection.execute(select(audit_heads).where(audit_heads.c.seal.is_not(None)))
        return [(AccountId(row.account_id), Head(row.seq, row.hash, row.seal)) for row in found]


def _has_past(connection: Connection) -> bool:
    found = inspect(connection)
    return any(
        found.has_table(table.name) and connection.execute(select(table.c[column]).limit(1)).first() is not None
        for table, column in ((installation, "name"), (accounts, "id"))
    )
