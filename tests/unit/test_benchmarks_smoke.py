"""The benchmarks can be called, and their table says what was missed; nothing is measured here."""

import pytest

from benchmarks.__main__ import PARTS, main, parser
from benchmarks.figures import Figure, render
from benchmarks.wire import Wrong, split_answer

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def test_help_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert "--quick" in told
    assert all(part in told for part in PARTS)


def test_an_unknown_part_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args(["--only", "everything"])
    assert end.value.code == 2


@pytest.mark.parametrize(
    ("measured", "at_least", "verdict"),
    [(0.5, True, "ok"), (0.3, True, "MISSED"), (0.3, False, "ok"), (0.5, False, "MISSED"), (0.4, True, "ok")],
)
def test_a_missed_target_is_said(measured: float, at_least: bool, verdict: str) -> None:
    figure = Figure("ratio", measured, "", 0.4, at_least)
    assert figure.verdict == verdict
    assert verdict in render([figure])


def test_what_nothing_was_promised_of_has_no_verdict() -> None:
    assert Figure("orders a second", 1234.5).cells() == ("orders a second", "1,234", "", "")


def test_an_answer_counts_once_it_is_complete() -> None:
    assert [split_answer(ANSWER[:length]) for length in (10, len(ANSWER) - 1)] == [None, None]
    assert split_answer(ANSWER) == b"{}"


def test_an_error_is_never_counted_as_an_answer() -> None:
    with pytest.raises(Wrong, match="503"):
        split_answer(ANSWER.replace(b"200 OK", b"503 Service Unavailable"))
