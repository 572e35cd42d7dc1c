"""What Upstox's answers prove when they are no success."""

import re
from collections.abc import Iterable
from datetime import timedelta

from brokers.common.http_client import Answer
from brokers.common.rest.row_fields import Row, as_row, as_rows, text
from brokers.common.rest.verdicts import Proof, Verdict, clean, tells_doubt

_NOT_FOUND = "UDAPI100010"
_NO_SESSION = frozenset({"UDAPI100050", "UDAPI100016", "UDAPI100067"})
_NOT_FROM_HERE = "UDAPI1154"
_TOO_MANY = "UDAPI10005"
_VALIDATION = re.compile(r"UDAPI1\d{3}")
"""A field is missing or wrong."""
_REFUSALS = frozenset({"UDAPI100036", "UDAPI100038", "UDAPI100040", "UDAPI100041", "UDAPI100049", "UDAPI100073"})
"""Invalid input, twice; cancel and change of what is final; accounts that may not trade over this API."""
_READ = frozenset({400, 403, 422, 423})
_ASKS = "Upstox asks for a new login"
_REGISTER = "Upstox takes orders only from the static address that is registered there"
_SOON, _LATER = timedelta(seconds=1), timedelta(seconds=10)


def tells_no_such_order(answer: Answer) -> bool:
    """Whether Upstox says that it knows no such order."""
    return 400 <= answer.status < 500 and _code(_error(answer)) == _NOT_FOUND


def judge(answer: Answer, secrets: Iterable[str]) -> Verdict:
    """What is proved. Only the listed codes prove anything, and only in the statuses they come with."""
    error = _error(answer)
    code, words = _code(error), clean(text(error, "message"), secrets)
    said = f"Upstox: {words or code}" if code else f"Upstox answered {answer.status}, but not in its own form"
    if not 400 <= answer.status < 500:
        return Verdict(Proof.NOTHING, said)
    if answer.status == 429 or code == _TOO_MANY:
        return Verdict(Proof.TURNED_AWAY, "Upstox has had too many requests in a short time", _SOON)
    if code in _NO_SESSION or (answer.status == 401 and code):
        return Verdict(Proof.NO_SESSION, _ASKS)
    if code == _NOT_FROM_HERE:
        return Verdict(Proof.TURNED_AWAY, _REGISTER, _LATER)
    is_refusal = code in _REFUSALS or _VALIDATION.fullmatch(code)
    if is_refusal and answer.status in _READ and words and not tells_doubt(words):
        return Verdict(Proof.REFUSED, said)
    return Verdict(Proof.NOTHING, said)


def _code(error: Row) -> str:
    return text(error, "errorCode") or text(error, "error_code")


def _error(answer: Answer) -> Row:
    try:
        said = as_row(answer.parsed())
        if text(said, "status") != "error":
            return {}
        first = as_rows(said.get("errors"))[0]
        return {key: text(first, key) for key in ("errorCode", "error_code", "message")}
    except (ValueError, IndexError):
        return {}
