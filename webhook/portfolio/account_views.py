"""An account's broker and trading mode."""

from typing_extensions import TypedDict

from core.accounts import Account
from core.services.portfolio.broker_books import trading_mode_of
from webhook.fields.answer_types import ModeWord
from webhook.orders.single_schemas import AnalyzerToggle
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call, same_in_both_modes
from webhook.request.replies import Data


class Pong(TypedDict):
    """The account's broker, and that the server answers."""

    broker: str
    message: str


class Modes(TypedDict):
    """The account's trading mode; `total_logs` is always 0."""

    analyze_mode: bool
    mode: ModeWord
    total_logs: int


class Toggled(Modes):
    """The trading mode after a switch."""

    message: str


@same_in_both_modes
async def ping(call: Call[KeyedBody]) -> Data[Pong]:
    """POST /api/v1/ping."""
    return {"data": {"broker": call.caller.account.broker, "message": "pong"}}


@same_in_both_modes
async def analyzer(call: Call[KeyedBody]) -> Data[Modes]:
    """POST /api/v1/analyzer."""
    return {"data": _modes(call.caller.account)}


@same_in_both_modes
async def toggle_analyzer(call: Call[AnalyzerToggle]) -> Data[Toggled]:
    """POST /api/v1/analyzer/toggle: for this account only."""
    account = await call.services.modes.toggle(call.caller, call.body.mode)
    message = f"Analyzer mode switched to {trading_mode_of(account).wire}"
    return {"data": {**_modes(account), "message": message}}


def _modes(account: Account) -> Modes:
    # OpenAlgo counts its analyzer's log here; the audit trail is ours, and is not counted on every call.
    return {"analyze_mode": account.is_sandbox, "mode": trading_mode_of(account).wire, "total_logs": 0}
