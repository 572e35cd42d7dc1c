"""Kills the process at a chosen step of an order, for the tests of crash recovery."""

import os
import signal

from core.ports import Checkpoint

VARIABLE = "COUNTERSIGN_FAILPOINT"


def checkpoint_from_environment() -> Checkpoint:
    """A checkpoint that kills the process at the step named in the environment; `claimed:3` is its third time."""
    fatal, _, time = os.environ.get(VARIABLE, "").partition(":")
    left = int(time or 1)

    def checkpoint(step: str) -> None:
        nonlocal left
        left -= step == fatal
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint
