"""What each of thousands of tests would make anew, and always alike, is made once in a process."""

from functools import cache
from typing import Any

import httpx
import typer.main
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_STATEMENTS = 5000


def make_once() -> None:
    """Compile each SQL statement, read the certificates and build the command line once for all tests."""
    _share_compiled_statements()
    httpx.create_ssl_context = cache(httpx.create_ssl_context)
    typer.main.get_command = cache(typer.main.get_command)


def _share_compiled_statements() -> None:
    """SQLAlchemy keeps what it compiled in each engine, by the dialect; every test has engines of its own."""
    shared: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
    dialect: Any = SQLiteDialect_aiosqlite
    dialect.__eq__ = lambda self, other: type(self) is type(other)
    dialect.__hash__ = lambda self: hash(type(self))
    engine: Any = Engine
    engine._compiled_cache = property(lambda _: shared, lambda _, __: None)
