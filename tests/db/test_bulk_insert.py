"""Many rows in one statement are stored as SQLAlchemy's own inserts would store them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text, create_engine, insert, select

from db.connections.bulk_insert import Row, insert_many
from db.tables.column_types import Amount, Moment
from tests.factories import START


@pytest.mark.parametrize("count", [0, 1, 2, 31, 32, 33, 100])
def test_every_row_is_stored_as_sqlalchemy_stores_it(count: int) -> None:
    rows = [a_row(number) for number in range(count)]
    ours, theirs = a_table("ours"), a_table("theirs")
    with create_engine("sqlite://").connect() as connection:
        ours.create(connection)
        theirs.create(connection)

        insert_many(connection, ours, rows)
        if rows:
            connection.execute(insert(theirs), rows)

        asked = ("SELECT * FROM ours", "SELECT * FROM theirs")
        raw = [connection.exec_driver_sql(query).all() for query in asked]
        found = [row._asdict() for row in connection.execute(select(ours).order_by(ours.c.id))]

    assert raw[0] == raw[1]
    assert found == [{**row, "noted": "nothing"} for row in rows]


def a_row(number: int) -> Row:
    """A row with a value of each of our types; a column that is sometimes NULL and one that always is."""
    return {
        "id": number,
        "text": f"'{number}' ₹?",
        "amount": Decimal(number) / 4,
        "at": START + timedelta(seconds=number),
        "flag": number % 2 == 0,
        "sometimes": number if number % 3 else None,
        "never": None,
    }


def a_table(name: str) -> Table:
    """A table with each of our types."""
    return Table(
        name,
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("text", Text, nullable=False),
        Column("amount", Amount, nullable=False),
        Column("at", Moment, nullable=False),
        Column("flag", Boolean, nullable=False),
        Column("sometimes", Integer),
        Column("never", String(10)),
        Column("noted", Text, server_default="nothing"),
    )
