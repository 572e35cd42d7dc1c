"""What an account is: which broker it has, and whether it trades in the sandbox."""

from core.accounts import Account
from core.services.portfolio.broker_reads import trading_mode_of
from webhook.orders.single_schemas import AnalyzerToggle
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call
from webhook.request.replies import Reply, reply


async def ping(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/ping."""
    return reply({"status": "success", "data": {"broker": call.caller.account.broker, "message": "pong"}})


async def analyzer(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/analyzer."""
    return reply({"status": "success", "data": _modes(call.caller.account)})


async def toggle_analyzer(call: Call[AnalyzerToggle]) -> Reply:
    """POST /api/v1/analyzer/toggle: for this account only."""
    account = await call.services.modes.toggle(call.caller, call.body.mode)
    message = f"Analyzer mode switched to {trading_mode_of(account).wire}"
    return reply({"status": "success", "data": {**_modes(account), "message": message}})


def _modes(account: Account) -> dict[str, object]:
    # OpenAlgo counts its analyzer's log here; the audit trail is ours, and is not counted on every call.
    return {"analyze_mode": account.is_sandbox, "mode": trading_mode_of(account).wire, "total_logs": 0}
