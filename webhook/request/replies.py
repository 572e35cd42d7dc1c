"""The answer to a request before it is sent, and the table from our errors to HTTP statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from json import JSONEncoder
from math import ceil
from typing import Generic, TypeVar

from aiohttp import web
from typing_extensions import TypedDict

from core import errors
from core.accounts import Account, TradingMode
from webhook.request.body import Malformed

T = TypeVar("T")
_ENCODE = JSONEncoder(separators=(",", ":")).encode
_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store", "Server": "Countersign"}

STATUS: Mapping[type[errors.CountersignError], int] = {
    errors.Fault: 400,
    errors.Unsupported: 501,
    errors.NotAllowed: 403,
    errors.Unauthorized: 403,
    errors.NotFound: 404,
    errors.TooLate: 409,
    errors.TooMany: 429,
    errors.StillRunning: 409,
    errors.IdempotencyMismatch: 422,
    errors.BrokerRefused: 400,
    errors.BrokerUnavailable: 503,
    errors.OutcomeUnknown: 504,
    errors.Unready: 503,
    errors.CallerChanged: 503,
}
"""The status of an error's nearest class decides; an error without one is an internal fault."""

IN_DOUBT = "The broker may or may not have carried it out: ask for the order's status before trying again."


class Data(TypedDict, Generic[T]):
    """An answer whose only field is `data`."""

    data: T


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a JSON body; `keep` when a repeat under the same Idempotency-Key must get it again."""

    status: int
    body: str
    keep: bool = False
    retry_after: int = 0
    """Seconds for the header Retry-After; 0 sends none."""

    def response(self) -> web.Response:
        """The reply as an aiohttp response."""
        headers = _HEADERS | {"Retry-After": str(self.retry_after)} if self.retry_after else _HEADERS
        return web.Response(status=self.status, body=self.body.encode(), headers=headers)


def reply(body: Mapping[str, object], status: int = 200, keep: bool = False) -> Reply:
    """A reply with this object as its body."""
    return Reply(status, _ENCODE(body), keep)


def reply_in_pieces(body: Mapping[str, object]) -> Reply:
    """The same for a long body, in a thread: the encoder holds up all others until what it was given is done."""
    fields = (f"{_ENCODE(name)}:{_in_pieces(value)}" for name, value in body.items())
    return Reply(200, f"{{{','.join(fields)}}}")


def _in_pieces(value: object) -> str:
    return f"[{','.join(map(_ENCODE, value))}]" if isinstance(value, list) else _ENCODE(value)


def refuse(status: int, message: object, account: Account | None = None, **more: object) -> Reply:
    """An error answer in OpenAlgo's form, with the mode when the account is in the sandbox."""
    return reply({"status": "error", "message": message, **more, **mode_of(account)}, status)


def mode_of(account: Account | None) -> dict[str, object]:
    """The field `mode` for a sandbox account; nothing for a live one."""
    if account is None or not account.is_sandbox:
        return {}
    return {"mode": TradingMode.SANDBOX.wire}


def status_of(fault: errors.CountersignError) -> int | None:
    """The HTTP status of an error that is not our own fault; None when it is."""
    return next((STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS), None)


def explain(fault: errors.CountersignError, account: Account | None = None) -> Reply:
    """The answer to a request that could not be carried out. Raises `fault` when it is our own."""
    status = status_of(fault)
    if status is None:
        raise fault
    if isinstance(fault, Malformed):
        return refuse(status, str(fault), detail=fault.detail)
    if isinstance(fault, errors.Invalid) and fault.field:
        return refuse(status, str({fault.field: [str(fault)]}), account)
    if isinstance(fault, errors.OutcomeUnknown):
        return refuse(status, f"{fault} {IN_DOUBT}", account)
    if isinstance(fault, errors.TooMany):
        return replace(refuse(status, str(fault), account), retry_after=max(1, ceil(fault.retry_after)))
    return refuse(status, str(fault), account)
