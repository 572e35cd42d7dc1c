"""Brings an OpenAlgo installation over into this one."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bot.process.bootstrap import open_runtime
from bot.process.opening import Opening
from bot.settings.openalgo_env import OpenAlgoEnv
from bot.settings.settings import Settings
from core.errors import ConfigError
from core.openalgo.installation import Installation
from core.services.operations.openalgo_import import ImportWish
from core.services.operations.openalgo_report import ImportReport
from db.connections.service_lock import only_service
from db.openalgo.installation_reader import SourceFiles, read_installation


@dataclass(frozen=True, slots=True)
class Source:
    """Where an OpenAlgo is."""

    database: Path
    env: Path


async def bring_over(settings: Settings, source: Source, wish: ImportWish) -> ImportReport:
    """Do what is wished. Raises Invalid, and ConfigError, also while a service runs on a database to be changed."""
    installation = read_source(source)
    with only_service(settings.database.url) if wish.apply else nullcontext():
        async with open_runtime(settings, opening=Opening.AS_IT_IS) as runtime:
            return await runtime.services.openalgo_import.run(installation, wish)


def read_source(source: Source) -> Installation:
    """What there is to bring over. Raises ConfigError."""
    if not source.database.is_file():
        raise ConfigError(f"There is no file {source.database}.")
    env = OpenAlgoEnv(source.env)
    return read_installation(SourceFiles(source.database, env.sandbox_of(source.database)), env.open_key)
