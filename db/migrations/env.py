"""Alembic's environment: runs migrations on the connection that db.upgrade hands over."""

from alembic import context
from sqlalchemy import Connection

from db.tables.broker_logins import broker_logins
from db.tables.charts.candles import candle_series
from db.tables.charts.chart_preferences import chart_preferences
from db.tables.daily_values import day_figures
from db.tables.digests import digests
from db.tables.hooks import hooks
from db.tables.installation import installation
from db.tables.limits import limits
from db.tables.notices import notices
from db.tables.order_lists import list_marks
from db.tables.paper import paper_books
from db.tables.standing import standing_approvals
from db.tables.status_counts import status_counts

TABLES = (
    paper_books,
    digests,
    hooks,
    day_figures,
    limits,
    list_marks,
    notices,
    status_counts,
    installation,
    broker_logins,
    standing_approvals,
    candle_series,
    chart_preferences,
)
"""One table of each module, so that all modules are imported and every table is known to Alembic."""


def run(connection: Connection) -> None:
    """Run the migrations that were asked for."""
    context.configure(connection=connection, target_metadata=TABLES[0].metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
