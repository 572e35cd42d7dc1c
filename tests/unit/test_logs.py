"""Whatever is logged, by us or by a library: no secret leaves the process."""

import json
import logging
from typing import Literal

import pytest
import structlog

from bot.process.logs import HIDDEN, redact, set_up_logging

TOKEN = "123456789:AAEhBOweik9ai2o01-thisIsVerySecret"
KEY = "cs_Zt8fHk2mVq9sXw3yB6nC1dE4gJ7kL0pR5tU8vW2xY4z"
SECRETS = (TOKEN, KEY)


pytestmark = pytest.mark.usefixtures("logging_as_it_was")


@pytest.fixture(params=["text", "json"])
def shape(request: pytest.FixtureRequest) -> Literal["text", "json"]:
    """Both ways of writing a line."""
    return "json" if request.param == "json" else "text"


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_is_cut_out_of_any_text(secret: str) -> None:
    text = redact(f"POST https://api.telegram.org/bot{secret}/getMe failed, key={secret}")

    assert secret not in text
    assert text.count(HIDDEN) == 2


@pytest.mark.parametrize("text", ["order 12:30 approved", "26112254370564", "cs_short", "2026-11-23T10:00:00"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("secret", SECRETS)
def test_our_own_events_hide_it(
    shape: Literal["text", "json"], capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    set_up_logging("debug", shape)

    structlog.get_logger("ours").info(f"posted.{secret}", url=secret, nested={"headers": [secret]}, order_id=7)

    line = capsys.readouterr().err
    assert secret not in line
    assert line.count(HIDDEN) == 3
    assert "7" in line


@pytest.mark.parametrize("secret", SECRETS)
def test_a_librarys_lines_hide_it(
    shape: Literal["text", "json"], capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    set_up_logging("debug", shape)

    logging.getLogger("library").warning("retrying %s with %r", secret, {"key": secret})

    line = capsys.readouterr().err
    assert secret not in line
    assert line.count(HIDDEN) == 2


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("logger", ["ours", "library"])
def test_exceptions_hide_it_in_every_line(
    shape: Literal["text", "json"], capsys: pytest.CaptureFixture[str], secret: str, logger: str
) -> None:
    set_up_logging("debug", shape)

    try:
        raise_with_cause(secret)
    except RuntimeError:
        log = structlog.get_logger("ours") if logger == "ours" else logging.getLogger("library")
        log.exception("it.failed")

    printed = capsys.readouterr().err
    assert secret not in printed
    assert printed.count(HIDDEN) == 2
    assert "raise_with_cause" in printed


def raise_with_cause(secret: str) -> None:
    """Fail with the secret in an exception and in its cause."""
    try:
        raise ValueError(f"cause {secret}")
    except ValueError as cause:
        raise RuntimeError(f"effect {secret}") from cause


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "json")

    structlog.get_logger("ours").info("order.queued", order_id=7)
    logging.getLogger("library").warning("two\nlines")

    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["event"], first["order_id"], first["level"]) == ("order.queued", 7, "info")
    assert (second["event"], second["logger"]) == ("two\nlines", "library")


def test_chatty_libraries_only_warn(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("debug", "text")

    logging.getLogger("httpx").info("HTTP Request: POST")
    logging.getLogger("ours").info("kept")

    assert "HTTP Request" not in capsys.readouterr().err


@pytest.mark.parametrize("secret", SECRETS)
def test_a_line_that_cannot_be_written_hides_it_too(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    set_up_logging("debug", "text")

    logging.getLogger("library").warning("%s and %s", secret)

    line = capsys.readouterr().err
    assert secret not in line
    assert "test_logs.py" in line
