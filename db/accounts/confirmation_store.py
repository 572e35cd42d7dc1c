"""Questions that want a second tap, each to be used once."""

from datetime import datetime

from sqlalchemy import insert, select, update

from core.ids import UserId
from db.connections.store_connection import StoreConnection
from db.tables.orders import confirmations


class ConfirmationStore:
    """Implements core.ports.Confirmations."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def ask(self, token: str, user_id: UserId, what: str, expires_at: datetime) -> None:
        """Remember a question put to one person."""
        new = {"token": token, "user_id": user_id, "what": what, "expires_at": expires_at}
        await self._connection.execute(insert(confirmations).values(new))

    async def take(self, token: str, user_id: UserId, now: datetime) -> str | None:
        """Use it up: what was asked, or None when it is unknown, used, too old or another's."""
        open_question = (
            confirmations.c.token == token,
            confirmations.c.user_id == user_id,
            confirmations.c.used_at.is_(None),
            confirmations.c.expires_at > now,
        )
        swap = update(confirmations).where(*open_question).values(used_at=now)
        if (await self._connection.execute(swap)).rowcount != 1:
            return None
        query = select(confirmations.c.what).where(confirmations.c.token == token)
        return str((await self._connection.execute(query)).scalar_one())

    async def find(self, token: str, user_id: UserId) -> str | None:
        """What this person was asked, whether or not that is open still; None when they were not."""
        theirs = confirmations.c.token == token, confirmations.c.user_id == user_id
        return (await self._connection.execute(select(confirmations.c.what).where(*theirs))).scalar_one_or_none()
