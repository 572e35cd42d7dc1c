"""What OpenAlgo has and we have not is told at once, to scripts and to readers."""

import json
import re
from pathlib import Path

import pytest

from tests.webhook.talking import Http
from webhook.openapi.document import build_document
from webhook.routes import ENDPOINTS
from webhook.unserved.unserved_routes import unserved

DOCUMENT = build_document()
PAGE = Path(__file__).parents[3] / "docs" / "openalgo-compatibility.md"
NOT_SERVED = list(unserved())
SERVED = [endpoint.path for endpoint in ENDPOINTS]


@pytest.mark.parametrize(("verb", "path", "why"), NOT_SERVED)
@pytest.mark.parametrize("slash", ["", "/"])
async def test_it_is_501_with_one_sentence(http: Http, verb: str, path: str, why: str, slash: str) -> None:
    path += slash

    answer = await (http.get(path) if verb == "GET" else http.send(path, json.dumps({"apikey": "x"}).encode()))

    assert (answer.status, answer.body) == (501, {"status": "error", "message": why})
    assert re.fullmatch(r"[A-Z][^.]+\.", why)


@pytest.mark.parametrize("path", [*SERVED, *(path for _, path, _ in NOT_SERVED)])
def test_every_endpoint_has_a_row(path: str) -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## For watchers")[0]
    rows = "\n".join(line for line in table.splitlines() if line.startswith("|"))

    assert f"`{path.removeprefix('/api/v1/')}`" in rows


def test_nothing_is_both_served_and_not() -> None:
    assert not {path for _, path, _ in NOT_SERVED} & set(SERVED)


@pytest.mark.parametrize(("verb", "path", "why"), NOT_SERVED)
def test_the_description_says_why(verb: str, path: str, why: str) -> None:
    operation = DOCUMENT["paths"][path][verb.lower()]

    assert operation["summary"] == why
    assert "200" not in operation["responses"]
