"""Where tests make the process die: the power cut, at a chosen step."""

import os
import signal

from core.services.execute import Checkpoint

VARIABLE = "COUNTERSIGN_FAILPOINT"


def checkpoint_from_environment() -> Checkpoint:
    """A checkpoint that kills the process at the step named in the environment, if one is."""
    fatal = os.environ.get(VARIABLE)

    def checkpoint(step: str) -> None:
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint
