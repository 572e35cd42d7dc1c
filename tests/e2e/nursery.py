"""A process that has imported the program already and forks a copy of itself for every run: a cheap start."""

import asyncio
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import httpx
import typer.main

from tests.factories import SettableClock
from tests.once import make_once
from tests.runtime import migrate, running_spine

ROOT = Path(__file__).parents[2]
_LONGEST_REQUEST = 100_000


class Child:
    """One run. `wait` answers as Popen does: minus the signal's number for one that was killed."""

    def __init__(self, report: socket.socket) -> None:
        self._report = report.makefile("r")
        report.close()
        self._waiting = threading.Lock()
        self._status: int | None = None
        self.pid = int(self._report.readline())

    def wait(self) -> int:
        """Block until it ended."""
        with self._waiting:
            if self._status is None:
                self._status = os.waitstatus_to_exitcode(int(self._report.readline()))
                self._report.close()
            return self._status


_WHAT_RUNS_NEED = ("bot.__main__", "bot.cli.demo", "bot.cli.doctor", "bot.cli.serve", "sqlalchemy.ext.asyncio")
"""The program imports some of it late; copies share what is imported before they are made."""


@dataclass(frozen=True)
class Streams:
    """The file descriptors of a run's output, and the file that it reads as its input."""

    out: int
    err: int
    source: str = os.devnull


class Nursery:
    """Starts runs of the command line, each in a process of its own."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.e2e.nursery", str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)

    def spawn(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path, streams: Streams) -> Child:
        """Run `countersign ARGUMENTS…` over these streams."""
        asked = {"arguments": [*arguments], "env": {**env}, "cwd": str(cwd), "source": streams.source}
        request = json.dumps(asked).encode()
        mine, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [request], [streams.out, streams.err, theirs.fileno()])
        return Child(mine)

    def close(self) -> None:
        """No more runs."""
        self._control.close()
        self._process.wait()


def main() -> None:
    """Fork until the other end closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _import_program()
    asyncio.run(_live_through_an_order())
    assert threading.active_count() == 1, "what is forked must hold no lock of another thread"
    # Looking for garbage among what all copies share would make each of them copy it.
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, fds, _, _ = socket.recv_fds(control, _LONGEST_REQUEST, 3)
        if not request:
            return
        if os.fork() == 0:
            control.close()
            _mind(json.loads(request), *fds)
        for fd in fds:
            os.close(fd)


def _import_program() -> None:
    make_once()
    for module in _WHAT_RUNS_NEED:
        import_module(module)
    from bot.__main__ import app
    from bot.handlers import decisions

    typer.main.get_command(app)
    for trusts_env in (False, True):
        httpx.create_ssl_context(trust_env=trusts_env)

    # Ten services at once make a slow machine; that "Working…" is said then is told by a test of its own.
    decisions.WORKING_AFTER = 20.0
    from brokers.zerodha import zerodha

    # Nobody waits two minutes to be asked about an order that may still arrive.
    zerodha.CAPABILITIES = replace(zerodha.CAPABILITIES, appears_within=timedelta(seconds=1))


async def _live_through_an_order() -> None:
    """Every copy has compiled already what an order needs."""
    with TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        await migrate(template)
        async with running_spine(Path(folder, "home"), template, SettableClock()) as spine:
            await spine.approved()
            await spine.execute()
            await spine.runtime.audit.verify()


def _mind(request: dict[str, Any], out: int, err: int, report: int) -> NoReturn:
    """Fork the run itself, and tell its pid and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(report)
        _run(request, out, err)
    os.close(out)
    os.close(err)
    os.write(report, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(report, f"{status}\n".encode())
    os._exit(0)


def _run(request: dict[str, Any], out: int, err: int) -> NoReturn:
    status: object = 1
    try:
        os.setsid()
        os.chdir(request["cwd"])
        os.environ.update(request["env"])
        for fd, target in ((os.open(request["source"], os.O_RDONLY), 0), (out, 1), (err, 2)):
            os.dup2(fd, target)
        sys.argv = ["countersign", *request["arguments"]]
        from bot.__main__ import main as countersign

        countersign()
        status = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001 - a copy must never run on into its parent's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
