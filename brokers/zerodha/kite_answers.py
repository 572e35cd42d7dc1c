"""What Kite's answers prove: which say that there is no order, and which say nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from brokers.common.http_client import Answer
from brokers.common.rest.row_fields import as_row, text
from core.errors import BrokerError, BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import BrokerOrderId
from core.orders.broker_order import NotSent, Refused, Unknown

NEW_LOGIN = "Zerodha asks for a new login"
_REFUSALS = frozenset({"InputException", "MarginException", "HoldingException"})
_IN_DOUBT = re.compile(r"time[d -]*out|confirm|placing again|order ?book(?! for open orders)", re.IGNORECASE)
"""Kite says so in an answer with status 400, and places the order some seconds later."""
_ADDRESS = re.compile(r"\bip\b", re.IGNORECASE)
_LONGEST = 300
_TOO_MANY, _AFTER_TOO_MANY = 429, timedelta(seconds=1)
_FORBIDDEN, _AFTER_FORBIDDEN = 403, timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of Kite's own form that is not a success. `kind` is its name for the error."""

    status: int
    kind: str
    message: str

    @property
    def ends_session(self) -> bool:
        """Whether Kite does not know the login any more."""
        return self.status == _FORBIDDEN and self.kind == "TokenException"

    @property
    def is_refusal(self) -> bool:
        """Whether it proves that nothing was done, and that asking again is of no use."""
        return self.status == 400 and self.kind in _REFUSALS and not _IN_DOUBT.search(self.message)

    @property
    def turned_away(self) -> NotSent | None:
        """What it is when it proves that the request was not even read."""
        if self.status == _TOO_MANY:
            return NotSent("Zerodha takes no more requests this second", _AFTER_TOO_MANY)
        if self.ends_session:
            return NotSent(NEW_LOGIN, _AFTER_FORBIDDEN)
        if self.status == _FORBIDDEN and self.kind == "PermissionException":
            return NotSent(self._forbidden(), _AFTER_FORBIDDEN)
        return None

    def _forbidden(self) -> str:
        if _ADDRESS.search(self.message):
            return f"Zerodha takes no orders from this internet address; it must be registered ({self.message})"
        return f"Zerodha does not allow that: {self.message}"


def data_of(answer: Answer) -> object | Said:
    """What a success holds, or what else was said; an answer in no form of Kite's has no kind and no words."""
    try:
        row = as_row(answer.parsed())
    except (ValueError, RecursionError):
        return Said(answer.status, "", "")
    if answer.status == 200 and row.get("status") == "success" and row.get("data") is not None:
        return row["data"]
    return Said(answer.status, text(row, "error_type"), tidy(text(row, "message")))


def placed(answer: Answer) -> BrokerOrderId | NotSent | Refused | Unknown:
    """What is known after an attempt to place an order that was answered."""
    data = data_of(answer)
    if isinstance(data, Said):
        if turned_away := data.turned_away:
            return turned_away
        return Refused(data.message or data.kind) if data.is_refusal else Unknown(_doubt(data))
    order_id = order_id_of(data)
    return order_id or Unknown("Zerodha answered with a success that has no order number")


def order_id_of(data: object) -> BrokerOrderId | None:
    """The number in an answer to an order."""
    if not isinstance(data, dict):
        return None
    found = data.get("order_id")
    is_number = isinstance(found, str | int) and not isinstance(found, bool)
    return BrokerOrderId(str(found).strip()) if is_number and str(found).strip() else None


def change_fault(said: Said) -> BrokerError:
    """What is known after an attempt to change an order that did not succeed."""
    if turned_away := said.turned_away:
        return BrokerUnavailable(turned_away.reason)
    if said.is_refusal:
        return BrokerRefused(said.message or said.kind)
    return OutcomeUnknown(_doubt(said))


def read_fault(said: Said) -> BrokerUnavailable:
    """Why what was asked for is not known."""
    turned_away = said.turned_away
    return BrokerUnavailable(turned_away.reason if turned_away else _doubt(said))


def _doubt(said: Said) -> str:
    words = f"{said.kind}: {said.message}" if said.kind else "not in its own form"
    return f"Zerodha's answer proves nothing (status {said.status}, {words})"


def tidy(words: str) -> str:
    """A broker's words on one line of a length that can be shown."""
    return " ".join(words.split())[:_LONGEST]


def without(secrets: Sequence[str], words: str) -> str:
    """The words without any of these, should a broker or somebody between send them back."""
    for secret in secrets:
        words = words.replace(secret, "…")
    return words


def is_order_error(said: Said) -> bool:
    """Whether the order's own state may say what was meant: it is read again then."""
    return said.status in (400, 404) and said.kind in ("OrderException", "GeneralException") and bool(said.message)
