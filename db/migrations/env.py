"""What Alembic runs: on the connection that db.upgrade hands over."""

from alembic import context
from sqlalchemy import Connection

from db.paper_tables import paper_books


def run(connection: Connection) -> None:
    """Run the migrations that were asked for."""
    context.configure(connection=connection, target_metadata=paper_books.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
