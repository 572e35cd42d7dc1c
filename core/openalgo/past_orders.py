"""The orders of OpenAlgo's Action Center: which of them were decided, and what the trail keeps of them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from core.clock import utc_text
from core.openalgo.rows import Row, printable, text
from core.openalgo.stamps import told_twice

_DECIDED = ("approved", "rejected")
_IDENTITY = ("id", "user_id", "api_type", "order_data", "created_at", "status")
_NOTHING_TO_SEND = "no_action"


@dataclass(frozen=True, slots=True)
class PastOrder:
    """One row of the Action Center, in what is kept of it."""

    openalgo_order: str
    api_type: str
    status: str
    what: str
    strategy: str
    created_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    broker_order_id: str
    broker_status: str
    digest: str
    """SHA-256 over the row as it was decided: who holds the old database can prove that it is this one."""

    @property
    def is_decided(self) -> bool:
        """Whether somebody approved or rejected it there."""
        return self.status in _DECIDED

    @property
    def is_in_doubt(self) -> bool:
        """Whether it was approved there, and nothing proves what its broker made of it."""
        return self.status == "approved" and not self.broker_order_id and self.broker_status != _NOTHING_TO_SEND

    def facts(self) -> dict[str, object]:
        """What its audit event says."""
        told = {name: value for name, value in asdict(self).items() if value}
        return {name: utc_text(value) if isinstance(value, datetime) else value for name, value in told.items()}


def read_past_order(row: Row) -> PastOrder:
    """A row of the Action Center; what cannot be read of it is empty, and its status is never guessed."""
    status = text(row, "status")
    decision = status if status in _DECIDED else ""
    data = _order_data(row)
    return PastOrder(
        openalgo_order=text(row, "id"),
        api_type=text(row, "api_type"),
        status=status,
        what=_what(data),
        strategy=printable(str(data.get("strategy", ""))),
        created_at=told_twice(row, "created_at"),
        decided_at=told_twice(row, f"{decision}_at") if decision else None,
        decided_by=text(row, f"{decision}_by"),
        reason=text(row, "rejected_reason"),
        broker_order_id=text(row, "broker_order_id"),
        broker_status=text(row, "broker_status"),
        digest=_digest(row),
    )


def _order_data(row: Row) -> dict[str, object]:
    try:
        data = json.loads(str(row.get("order_data")))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _what(data: dict[str, object]) -> str:
    for name in ("orders", "legs"):
        many = data.get(name)
        if isinstance(many, list):
            return printable(f"{len(many)} {name} {data.get('underlying', '')}")
    words = [data.get(name) for name in ("action", "quantity", "symbol", "underlying", "offset", "option_type")]
    return printable(" ".join(str(word) for word in words if word))


def _digest(row: Row) -> str:
    identity = [None if row.get(name) is None else str(row[name]) for name in _IDENTITY]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()
