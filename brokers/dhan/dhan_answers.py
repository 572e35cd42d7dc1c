"""What Dhan's answers prove when they are no success."""

from collections.abc import Iterable
from datetime import timedelta

from brokers.common.http_client import Answer
from brokers.common.rest.row_fields import Row, as_row, text
from brokers.common.rest.verdicts import Proof, Verdict, clean, tells_doubt

NO_DATA = frozenset({"DH-907", "DH-1111"})
"""There is nothing of what was asked for; the second stands for an empty list of holdings."""
_NO_SESSION = "Dhan asks for a new access token; it is valid for a day (countersign broker set)"
_NOT_FROM_HERE = "Dhan takes orders only from the static address that is registered there"
_NO_ACCESS = "Dhan says that this account has no access to its trading API"
_REFUSALS = frozenset({"DH-903", "DH-905", "DH-906"})
"""Segment not activated; a wrong field; a wrong order."""
_SOON, _LATER = timedelta(seconds=1), timedelta(seconds=10)


def error_code(answer: Answer) -> str:
    """Dhan's code of an error; "" for an answer in another form."""
    return text(_error(answer), "errorCode")


def judge(answer: Answer, secrets: Iterable[str]) -> Verdict:
    """What is proved. Only the listed codes prove anything, and only in a 4xx."""
    error = _error(answer)
    code, words = text(error, "errorCode"), clean(text(error, "errorMessage"), secrets)
    said = f"Dhan: {words or code}" if code else f"Dhan answered {answer.status}, but not in its own form"
    if not 400 <= answer.status < 500:
        return Verdict(Proof.NOTHING, said)
    if code == "DH-904" or answer.status == 429:
        return Verdict(Proof.TURNED_AWAY, "Dhan has had too many requests in a short time", _SOON)
    if code == "DH-901":
        return Verdict(Proof.NO_SESSION, _NO_SESSION)
    if code == "DH-902":
        return Verdict(Proof.TURNED_AWAY, _NO_ACCESS, _LATER)
    if code == "DH-911":
        return Verdict(Proof.TURNED_AWAY, _NOT_FROM_HERE, _LATER)
    if code in _REFUSALS and words and not tells_doubt(words):
        return Verdict(Proof.REFUSED, said)
    return Verdict(Proof.NOTHING, said)


def _error(answer: Answer) -> Row:
    try:
        error = as_row(answer.parsed())
        return {key: text(error, key) for key in ("errorCode", "errorMessage")}
    except ValueError:
        return {}
