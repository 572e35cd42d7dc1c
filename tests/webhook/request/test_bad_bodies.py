"""Bodies that are not what they should be: always a 400 that says why, never a 500."""

import gzip

import pytest

from tests.webhook.fakes import FakeServices
from tests.webhook.talking import JSON, Http

UNREADABLE = "The browser (or proxy) sent a request that this server could not understand."
PATH = "/api/v1/placeorder"

MALFORMED = {
    "empty": (b"", "not JSON: Expecting value at line 1, column 1"),
    "cut off": (b'{"apikey": "k"', "not JSON: Expecting ',' delimiter at line 1, column 15"),
    "two objects": (b"{}{}", "not JSON: Extra data at line 1, column 3"),
    "not UTF-8": (b'{"apikey": "\xff"}', "not UTF-8 at byte 12"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "not UTF-8 at byte 0"),
    "NaN": (b'{"price": NaN}', "NaN is not a number in JSON"),
    "Infinity": (b'{"price": Infinity}', "Infinity is not a number in JSON"),
    "-Infinity": (b'{"price": -Infinity}', "-Infinity is not a number in JSON"),
    "field given twice": (b'{"quantity": 1, "quantity": 1000}', "a field is given twice"),
    "field given twice, deep": (b'{"x": [{"a": 1, "a": 2}]}', "a field is given twice"),
    "field named by half a letter": (b'{"\\ud83d": 1}', "a field's name holds half a letter"),
    "field named by half a letter, deep": (b'{"x": [{"a\\udc00": 1}]}', "a field's name holds half a letter"),
    "too deep": (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "nested too deeply"),
    "integer of 50,000 digits": (b'{"quantity": ' + b"9" * 50_000 + b"}", "a number is too long"),
    "exponent beyond all bounds": (b'{"price": 1e99999999999999999999}', "a number is beyond all bounds"),
    "raw NUL": (b'{"apikey": "a\x00"}', "not JSON: Invalid control character at at line 1, column 14"),
}


@pytest.mark.parametrize(("raw", "detail"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_body_that_is_not_json_is_refused_with_the_reason(http: Http, raw: bytes, detail: str) -> None:
    answer = await http.send(PATH, raw)

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": UNREADABLE, "detail": detail}


@pytest.mark.parametrize("raw", [b"[]", b'["a"]', b'"text"', b"1", b"null", b"true", b"1.5"])
async def test_json_that_is_no_object_is_refused(http: Http, raw: bytes) -> None:
    answer = await http.send(PATH, raw)

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": "The body must be a JSON object."}


@pytest.mark.parametrize(
    ("content_type", "said"),
    [
        (None, "and none was sent"),
        ("", "and none was sent"),
        ("text/plain", "not 'text/plain'"),
        ("application/x-www-form-urlencoded", "not 'application/x-www-form-urlencoded'"),
        ("jsonish", "not 'jsonish'"),
    ],
)
async def test_another_content_type_is_refused_by_name(http: Http, content_type: str | None, said: str) -> None:
    answer = await http.send(PATH, b"{}", content_type)

    assert answer.status == 400
    assert answer.body["message"] == f"The Content-Type must be application/json, {said}."


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", "Application/JSON", "application/x+json"]
)
async def test_json_content_types_are_accepted(http: Http, content_type: str) -> None:
    answer = await http.send("/api/v1/ping", b'{"apikey": "key-live"}', content_type)

    assert answer.status == 200


async def test_a_byte_order_mark_is_ignored(http: Http) -> None:
    answer = await http.send("/api/v1/ping", b'\xef\xbb\xbf{"apikey": "key-live"}')

    assert answer.status == 200


async def test_a_body_over_the_limit_is_refused(http: Http, services: FakeServices) -> None:
    answer = await http.send(PATH, b'{"strategy": "' + b"x" * 65_536 + b'"}')

    assert answer.status == 413
    assert answer.body == {"status": "error", "message": "The body is larger than 64 kB."}
    assert services.intake.requests == []


async def test_a_compressed_body_is_measured_unpacked(http: Http) -> None:
    bomb = gzip.compress(b'{"strategy": "' + b"x" * 5_000_000 + b'"}')

    answer = await http.send(PATH, bomb, Content_Encoding="gzip")

    assert answer.status == 413


async def test_a_compressed_body_that_is_not_is_refused(http: Http) -> None:
    answer = await http.send(PATH, b"not gzip at all", Content_Encoding="gzip")

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": "The body does not arrive as its headers say."}
