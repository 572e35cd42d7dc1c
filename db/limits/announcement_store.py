"""What people are to be told."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text, update

from core.ids import AccountId, ChatId, UserId
from core.ports import Announcement
from db.connections.store_connection import StoreConnection
from db.connections.upserts import insert_into
from db.tables.limits import announcements as rows


class AnnouncementStore:
    """Implements core.ports.Announcements."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def list_unsent(self, limit: int) -> Sequence[Announcement]:
        """What nobody was told yet, oldest first."""
        query = select(rows).where(text("sent_at IS NULL")).order_by(rows.c.id).limit(limit)
        return [
            Announcement(
                AccountId(row.account_id),
                UserId(row.user_id),
                ChatId(row.chat_id),
                row.kind,
                json.loads(row.facts),
                row.occasion,
                row.created_at,
                row.id,
            )
            for row in await self._connection.execute(query)
        ]

    async def add(self, *announcements: Announcement) -> int:
        """Add those whose person was not told of the same occasion; returns how many."""
        added = 0
        for one in announcements:
            new = {
                "account_id": one.account_id,
                "user_id": one.user_id,
                "chat_id": one.chat_id,
                "kind": one.kind,
                "facts": json.dumps(dict(one.facts)),
                "occasion": one.occasion,
                "created_at": one.created_at,
            }
            add = insert_into(rows, self._connection.dialect.name).values(new)
            added += (await self._connection.execute(add.on_conflict_do_nothing())).rowcount
        return added

    async def record_sent(self, announcement_id: int, at: datetime) -> None:
        """The person was told, or cannot be."""
        await self._connection.execute(update(rows).where(rows.c.id == announcement_id).values(sent_at=at))
