"""Countersign as its user has it: a folder, a command line, and a service that starts, stops and dies."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.e2e.nursery import ROOT, Nursery, Streams

TOKEN = "1000000001:TEST-token-for-the-local-Telegram-00"
BOT = "countersign_demo_bot"
CONFIG = f"""
[server]
port = 0
websocket_port = 0
[telegram]
token = "{TOKEN}"
[refresh]
every = "1s"
[limits]
orders_per_second = 0
requests_per_second = 0
address_requests_per_second = 0
failed_keys_per_minute = 0
undecided_per_strategy = 0
[paper]
outside_hours = "ignore"
"""
READY = "Countersign is ready at "
ENDS_WITHIN = 60.0


class Process(Protocol):
    """What is common to a run of the nursery and one of the interpreter."""

    pid: int

    def wait(self) -> int:
        """Block until it ended; minus the signal's number for one that was killed."""
        ...


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What --json printed."""
        assert self.status == 0, self.err
        return json.loads(self.out)


@dataclass
class Service:
    """A running `countersign run`."""

    process: Process
    log_file: Path
    address: str = ""
    is_over: bool = False

    @property
    def log(self) -> str:
        """What it wrote to standard error so far."""
        return self.log_file.read_text(encoding="utf-8")

    async def ended(self) -> int:
        """Its exit status, once it has one."""
        async with asyncio.timeout(ENDS_WITHIN):
            status = await asyncio.to_thread(self.process.wait)
        self.is_over = True
        return status

    async def kill(self) -> None:
        """The power cut."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; its exit status, and the seconds until it was gone."""
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        return await self.ended(), time.monotonic() - started

    def signal(self, number: int) -> None:
        """Send it a signal, if it lives."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)


@dataclass(frozen=True)
class Installation:
    """One folder with config.toml, the database and the secret; `nursery` makes starts cheap."""

    folder: Path
    nursery: Nursery | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    """An API key of the account `main`."""

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "countersign.db"

    def copied_to(self, folder: Path, **env: str) -> "Installation":
        """The same installation, as it is now, in another folder."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.log"))
        return Installation(folder, self.nursery, {**self.env, **env}, self.key)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into, or tamper with, the database file as any other program could."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            return connection.execute(query, values).fetchall()

    async def cli(self, *arguments: str, **env: str) -> Result:
        """Run one command to its end."""
        return await self._run_to_end(arguments, env)

    async def told(self, text: str, *arguments: str) -> Result:
        """Run one command to its end, with this text on its standard input."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as source:
            source.write(text)
            source.flush()
            return await self._run_to_end(arguments, {}, source.name)

    async def _run_to_end(self, arguments: Sequence[str], env: Mapping[str, str], source: str = os.devnull) -> Result:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self._spawn(arguments, env, Streams(out.fileno(), err.fileno(), source))
            status = await asyncio.to_thread(process.wait)
            texts = [_read_from_start(stream) for stream in (out, err)]
        return Result(status, *texts)

    async def json(self, *arguments: str) -> Any:
        """Run one command that must succeed with --json."""
        return (await self.cli(*arguments, "--json")).data

    async def set_modes(self, order_mode: str, trading_mode: str, account: str = "main") -> None:
        """Switch an account by the command line."""
        modes = ("--order-mode", order_mode, "--trading-mode", trading_mode)
        changed = await self.cli("account", "set", account, *modes)
        assert changed.status == 0, changed.err

    def at(self, telegram_url: str) -> "Installation":
        """The same folder, for a Telegram at this address."""
        env = {**self.env, "COUNTERSIGN_TELEGRAM__BASE_URL": telegram_url}
        return Installation(self.folder, self.nursery, env, self.key)

    @asynccontextmanager
    async def running(self, failpoint: str = "", **env: str) -> AsyncIterator[Service]:
        """The service, from its ready line on; killed at the end if it still lives."""
        if failpoint:
            env["COUNTERSIGN_FAILPOINT"] = failpoint
        read_end, write_end = os.pipe()
        with (
            os.fdopen(read_end, encoding="utf-8") as out,
            tempfile.NamedTemporaryFile(dir=self.folder, prefix="service-", suffix=".log", delete=False) as log,
        ):
            try:
                service = Service(self._spawn(["run"], env, Streams(write_end, log.fileno())), Path(log.name))
            finally:
                os.close(write_end)
            try:
                line = await asyncio.to_thread(out.readline)
                assert line.startswith(READY), service.log
                service.address = line.removeprefix(READY).strip()
                yield service
            finally:
                if not service.is_over:
                    await service.kill()

    async def fails_to_run(self, **env: str) -> Result:
        """Start a service that ends by itself."""
        return await self.cli("run", **env)

    def _spawn(self, arguments: Any, env: Mapping[str, str], streams: Streams) -> Process:
        whole = {"PTB_TIMEDELTA": "true", **self.env, **env}
        is_chosen = "COUNTERSIGN_CONFIG" in env or any(word.startswith("--config") for word in arguments)
        chosen = [*arguments] if is_chosen else ["--config", str(self.config), *arguments]
        if self.nursery is not None:
            return self.nursery.spawn(chosen, whole, self.folder, streams)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
        with open(streams.source, encoding="utf-8") as source:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *chosen],
                env={**inherited, **whole, "PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdin=source,
                stdout=streams.out,
                stderr=streams.err,
            )


def _read_from_start(stream: Any) -> str:
    stream.seek(0)
    return str(stream.read().decode())
