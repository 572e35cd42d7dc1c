"""What a smart order sends, from OpenAlgo's own table."""

from decimal import Decimal

import pytest

from core.orders.intents import Smart
from core.orders.order import Action
from core.orders.smart_order import MATCHED, NOTHING_OPEN, resolve_smart
from tests.factories import some_terms

BUY, SELL = Action.BUY, Action.SELL


@pytest.mark.parametrize(
    ("action", "quantity", "target", "position", "sends"),
    [
        (BUY, 100, 0, 0, (BUY, 100)),
        (BUY, 100, 100, -100, (BUY, 200)),
        (BUY, 100, 100, 100, MATCHED),
        (BUY, 100, 200, 100, (BUY, 100)),
        (SELL, 100, 0, 0, (SELL, 100)),
        (SELL, 100, -100, 100, (SELL, 200)),
        (SELL, 100, -100, -100, MATCHED),
        (SELL, 100, -200, -100, (SELL, 100)),
        (BUY, 5, 0, 5, (SELL, 5)),
        (SELL, 5, 0, -5, (BUY, 5)),
        (BUY, 0, 0, 0, NOTHING_OPEN),
        (BUY, 0, 100, 100, MATCHED),
    ],
)
def test_smart_order_sends_what_openalgo_sends(
    action: Action, quantity: int, target: int, position: int, sends: tuple[Action, int] | str
) -> None:
    resolved = resolve_smart(Smart(some_terms(action, quantity), Decimal(target)), Decimal(position))

    found = resolved if isinstance(resolved, str) else (resolved.action, resolved.quantity)
    assert found == sends
