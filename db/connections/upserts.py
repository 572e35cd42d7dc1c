"""INSERT … ON CONFLICT in the words of the database in use."""

from typing import TYPE_CHECKING

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Upsert = sqlite.Insert | postgresql.Insert


def insert_into(table: Table, dialect: str) -> "Upsert":
    """An INSERT that can say what happens on a conflict."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    # Most installations never need it, and it takes a while to import.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
