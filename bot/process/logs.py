"""Structured logs on standard error, with secrets cut out of every line."""

import contextlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

BOT_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
API_KEY = re.compile(r"csw?_[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=]{20,}")
HIDDEN = "[hidden]"
QUIET = ("httpx", "httpcore", "apscheduler", "aiosqlite", "alembic", "telegram", "asyncio")
ERRORS_ONLY = ("apscheduler.scheduler",)
"""It warns whenever a job is still at work when its time comes again, as one with very much to do may be."""
FATAL_ONLY = ("aiohttp.server",)
"""It logs a traceback for every request that is not HTTP; that is the sender's fault, and answered with 400."""


class _Stderr(logging.StreamHandler[TextIO]):
    """Standard error. What cannot be written is named, where logging itself would print it raw."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Write which line of code logged what could not be written."""
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log line could not be written: {record.pathname}:{record.lineno}\n")


def redact(text: str) -> str:
    """The text without bot tokens, API keys and other secrets."""
    return API_KEY.sub(HIDDEN, BOT_TOKEN.sub(HIDDEN, text))


def set_up_logging(level: str, shape: Literal["text", "json"]) -> None:
    """Send every library's log and ours through one redacting pipeline."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if shape == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = _Stderr(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact_all, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ERRORS_ONLY:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in FATAL_ONLY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _redact_all(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else redact_deep(value) for key, value in line.items()}


def redact_deep(value: object) -> object:
    """Anything that is not plain text is only kept as it is when its text hides nothing."""
    text = str(value)
    clean = redact(text)
    return value if clean == text else clean
