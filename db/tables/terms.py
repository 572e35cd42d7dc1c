"""The columns that say what is ordered, in every table that keeps orders."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, String, Text

from core.orders.order import Action, PriceType, Product
from db.tables.column_types import Amount
from db.tables.metadata import one_of


def instrument_columns() -> tuple[Column[Any], ...]:
    """What is bought or sold, how many of it and how; without prices."""
    return (
        Column("exchange", String(16), nullable=False),
        Column("symbol", Text, nullable=False),
        Column("action", String(4), nullable=False),
        Column("quantity", Amount, nullable=False),
        Column("pricetype", String(8), nullable=False),
        Column("product", String(8), nullable=False),
    )


def term_columns() -> tuple[Column[Any], ...]:
    """The whole of one order's terms."""
    return (
        *instrument_columns(),
        Column("price", Amount, nullable=False),
        Column("trigger_price", Amount, nullable=False),
        Column("disclosed_quantity", Integer, nullable=False),
    )


def word_checks() -> tuple[CheckConstraint, ...]:
    """Checks that the action, the pricetype and the product are words we know."""
    return one_of("action", Action), one_of("pricetype", PriceType), one_of("product", Product)
