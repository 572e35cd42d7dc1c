"""Statements whose text is made once do what SQLAlchemy's own execution does."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    insert,
    select,
    true,
    update,
)

from core.clock import IST
from db.connections.prepared_statements import Prepared
from db.tables.column_types import Amount, Moment

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("kept", Boolean, nullable=False),
    Column("worth", Amount),
    Column("since", Moment),
)
KEPT_UP_TO = select(things.c.id, things.c.name).where(things.c.kept == true(), things.c.id <= bindparam("most"))


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A database with four things, one of which is not kept and one of which has no name."""
    with create_engine("sqlite://").connect() as opened:
        things.create(opened)
        names = ["it's ₹5 a piece?", None, "second", "fourth"]
        opened.execute(insert(things), [{"name": name, "kept": name != "second"} for name in names])
        yield opened


@pytest.mark.parametrize("most", [0, 1, 3, 4])
def test_it_finds_what_sqlalchemy_finds(connection: Connection, most: int) -> None:
    found = Prepared(KEPT_UP_TO.limit(10)).rows(connection, most=most)

    assert found == [tuple(row) for row in connection.execute(KEPT_UP_TO.limit(10), {"most": most})]
    assert all(type(row) is tuple for row in found)


@pytest.mark.parametrize(("most", "touched"), [(0, 0), (2, 2), (9, 3)])
def test_a_change_says_how_many_rows_it_touched(connection: Connection, most: int, touched: int) -> None:
    forget = update(things).where(things.c.kept == true(), things.c.id <= bindparam("most")).values(kept=False)

    assert Prepared(forget).run(connection, most=most) == touched

    assert len(connection.execute(KEPT_UP_TO, {"most": 9}).all()) == 3 - touched


def test_it_can_be_used_again_with_other_values(connection: Connection) -> None:
    named = Prepared(select(things.c.id).where(things.c.name == bindparam("name")))

    assert named.rows(connection, name="second") == [(3,)]
    assert named.rows(connection, name="' OR 1=1 --") == []


ALL = select(things).where(things.c.worth == bindparam("worth"), things.c.since <= bindparam("until"))


def test_amounts_times_and_truths_are_stored_and_read_as_sqlalchemy_does(connection: Connection) -> None:
    given = {"worth": Decimal("100.50"), "until": datetime(2026, 11, 23, 10, 0, tzinfo=IST)}
    new = insert(things).values(name="a", kept=True, worth=bindparam("worth"), since=bindparam("until"))

    assert Prepared(new).run(connection, **given) == 1

    found = Prepared(ALL).rows(connection, **given)
    assert found == [tuple(row) for row in connection.execute(ALL, given)]
    assert [type(value) for value in found[0]] == [int, str, bool, Decimal, datetime]


def test_a_time_without_a_zone_is_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="zone"):
        Prepared(ALL).rows(connection, worth=None, until=datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


def test_a_value_that_is_missing_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        Prepared(KEPT_UP_TO).rows(connection)


def test_a_list_of_values_is_refused_when_the_statement_is_made() -> None:
    with pytest.raises(ValueError, match="list"):
        Prepared(select(things.c.id).where(things.c.id.in_([1, 2])))
