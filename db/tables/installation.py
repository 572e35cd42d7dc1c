"""What the installation knows about itself."""

from sqlalchemy import Column, String, Table, Text

from db.tables.metadata import metadata

installation = Table(
    "installation",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
