"""The bodies of alerts: new orders without a key, and how to tell which kind of order one is."""

from collections.abc import Mapping
from typing import Any

from core.errors import Invalid
from webhook.request.body import Malformed, parse_object
from webhook.request.endpoint import Endpoint, Idempotency
from webhook.routes import ENDPOINTS

KINDS: Mapping[str, Endpoint[Any]] = {
    endpoint.name: endpoint for endpoint in ENDPOINTS if endpoint.idempotency is Idempotency.BY_INTAKE
}
"""Every way to place a new order, by its endpoint's name."""
ALIASES = {"smartorder": "placesmartorder"}
_NO_KEY = "-"
"""Stands where the schemas want a key; the address is the credential here."""


PLAIN_TEXT = (
    "This alert is plain text, and no order. Its message must be the order as JSON, such as "
    '{"symbol": "SBIN", "exchange": "NSE", "action": "BUY", "quantity": "10", "product": "MIS"}: '
    "paste that into the alert's message box, where the text stands now (docs/tradingview.md has more to copy)."
)


def parse_alert(raw: bytes) -> dict[str, object]:
    """The fields of an alert. Raises Invalid, with what to do about a message that is not JSON."""
    try:
        return parse_object(raw)
    except Malformed as fault:
        if raw.lstrip()[:1] not in (b"{", b"["):
            raise Invalid(PLAIN_TEXT) from None
        raise Invalid(f"The alert's message is not JSON that can be read: {fault.detail}.") from None


def read_alert(fields: dict[str, object], strategy: str) -> tuple[Endpoint[Any], dict[str, object]]:
    """The kind of order, and its fields as that kind's schema takes them. Raises Invalid."""
    if "apikey" in fields:
        raise Invalid("Leave the apikey out: the address you post to is the key. If you sent a real one, revoke it.")
    body = {name: value for name, value in fields.items() if name != "api_type"}
    kind = fields.get("api_type", "placesmartorder" if "position_size" in fields else "placeorder")
    endpoint = KINDS.get(ALIASES.get(kind, kind)) if isinstance(kind, str) else None
    if endpoint is None:
        raise Invalid(f"Must be one of: {', '.join(KINDS)}.", "api_type")
    if strategy:
        body.setdefault("strategy", strategy)
    return endpoint, {"apikey": _NO_KEY, **_with_capital_actions(body)}


def _with_capital_actions(body: dict[str, object]) -> dict[str, object]:
    """Alerts write `buy`, `Buy` or `BUY`, also inside baskets; all of them mean one thing."""
    return {
        name: value.upper() if name == "action" and isinstance(value, str) else _inside(value)
        for name, value in body.items()
    }


def _inside(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [_with_capital_actions(item) if isinstance(item, dict) else item for item in value]
