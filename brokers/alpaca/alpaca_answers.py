"""What Alpaca's answers prove when they are no success."""

import re
from collections.abc import Iterable
from datetime import timedelta

from brokers.common.http_client import Answer
from brokers.common.rest.row_fields import Row, as_row, text
from brokers.common.rest.verdicts import Proof, Verdict, clean, tells_doubt

_ALSO_DUPLICATES = "40010001"
"""Something in the request is wrong, and it may be that its client_order_id is not new."""
_DUPLICATE = re.compile(r"client.?order.?id.*(?:unique|duplicate|exist|already)", re.IGNORECASE)
_WRONG_KEY = "Alpaca does not take the API key; set a new one with countersign broker set"
_SOON = timedelta(seconds=1)


def may_be_placed_already(answer: Answer) -> bool:
    """Whether this refusal is the one that a second order with the same client_order_id gets, or may be."""
    return answer.status == 422 and (_code(answer) == _ALSO_DUPLICATES or is_duplicate(answer))


def is_duplicate(answer: Answer) -> bool:
    """Whether the words say that there is an order of this client_order_id."""
    return answer.status == 422 and _DUPLICATE.search(text(_error(answer), "message")) is not None


def judge(answer: Answer, secrets: Iterable[str]) -> Verdict:
    """What is proved: 401, 403, 422 and 429, in Alpaca's own form."""
    error, code = _error(answer), _code(answer)
    words = clean(text(error, "message"), secrets)
    said = f"Alpaca: {words}" if words else f"Alpaca answered {answer.status}, but not in its own form"
    if answer.status == 429:
        return Verdict(Proof.TURNED_AWAY, "Alpaca has had too many requests in a short time", _SOON)
    if not words or tells_doubt(words):
        return Verdict(Proof.NOTHING, said)
    if answer.status == 401 or (answer.status == 403 and not code):
        return Verdict(Proof.NO_SESSION, _WRONG_KEY)
    if answer.status in {403, 422} and code and not is_duplicate(answer):
        return Verdict(Proof.REFUSED, said)
    return Verdict(Proof.NOTHING, said)


def _code(answer: Answer) -> str:
    return text(_error(answer), "code")


def _error(answer: Answer) -> Row:
    try:
        error = as_row(answer.parsed())
        return {key: text(error, key) for key in ("code", "message")}
    except ValueError:
        return {}
