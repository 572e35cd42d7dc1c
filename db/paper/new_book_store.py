"""Stores paper books that were made of another program's, in the caller's transaction."""

from sqlalchemy import Connection, Table, insert, literal, select

from core.portfolio.paper_book import PaperChanges
from core.ports import BookDraft
from db.connections.store_connection import StoreConnection
from db.paper.book_store import write_changes
from db.paper.gtt_store import gtt_row
from db.tables.paper import paper_books, paper_gtts, paper_resets

_TRACES: tuple[Table, ...] = (paper_books, paper_gtts, paper_resets)


class NewBookStore:
    """Implements core.ports.NewBooks."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def is_used(self, book: str) -> bool:
        """Whether a book was ever saved, has a trigger, or is about to be reset."""
        for table in _TRACES:
            found = await self._connection.execute(select(literal(1)).where(table.c.book == book).limit(1))
            if found.first() is not None:
                return True
        return False

    async def add(self, draft: BookDraft) -> None:
        """Store a book that is not used yet, without its audit event."""
        await self._connection.run_sync(_add, draft)


def _add(connection: Connection, draft: BookDraft) -> None:
    book = draft.book
    whole = PaperChanges(book.head, orders=book.open_orders, positions=book.positions, holdings=book.holdings)
    write_changes(connection, draft.name, whole, draft.rules)
    for gtt in draft.gtts:
        connection.execute(insert(paper_gtts), gtt_row(draft.name, gtt))
