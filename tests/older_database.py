"""Makes of a database what an older version of the program left."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import db.upgrade


def take_back_to(path: Path, revision: str) -> None:
    """Undo the migrations behind this one; the rows stay."""
    config = Config()
    config.set_main_option("script_location", str(Path(db.upgrade.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()
