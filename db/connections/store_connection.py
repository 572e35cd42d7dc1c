"""What stores need of a connection: SQLAlchemy's asynchronous one has it, and so has SqliteConnection."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, TypeVarTuple, overload

from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")
T = TypeVar("T")


class StoreConnection(Protocol):
    """A connection inside a transaction."""

    @property
    def dialect(self) -> Dialect:
        """The kind of database."""
        ...

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Any = None
    ) -> CursorResult[*Columns]: ...

    @overload
    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]: ...

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement."""
        ...

    async def run_sync(self, fn: Callable[..., T], *arg: Any) -> T:
        """Call `fn` with SQLAlchemy's synchronous connection."""
        ...

    async def commit(self) -> None:
        """Commit what was written."""
        ...

    async def rollback(self) -> None:
        """Drop what was written."""
        ...
