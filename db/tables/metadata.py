"""The metadata of every table, and helpers for checks and partial indexes."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A check that the column holds one of these words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# To tell PostgreSQL's condition here would import all of its dialect at every start; its migrations tell it.
def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that satisfy `where`."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def flagged(name: str, *columns: str, flag: str) -> Index:
    """An index of the rows whose flag is set."""
    # SQLite only uses a partial index whose condition it finds in the query to the letter.
    return Index(name, *columns, sqlite_where=text(f"{flag} = 1"))
