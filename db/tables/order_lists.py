"""The tables of what each person has hidden from their lists of orders."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table

from db.tables.metadata import metadata

list_marks = Table(
    "list_marks",
    metadata,
    Column("user_id", BigInteger, nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    # Orders up to and including this number are hidden, apart from those in kept_orders.
    Column("up_to", Integer, nullable=False),
    PrimaryKeyConstraint("user_id", "account_id"),
)

kept_orders = Table(
    "kept_orders",
    metadata,
    Column("user_id", BigInteger, nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("order_id", ForeignKey("orders.id"), nullable=False),
    PrimaryKeyConstraint("user_id", "account_id", "order_id"),
)
