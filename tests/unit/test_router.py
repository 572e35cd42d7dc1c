"""Where each operation goes, in every mode."""

from itertools import product

import pytest

from core.accounts import OrderMode, TradingMode
from core.errors import NotAllowed, Unready
from core.orders.router import Operation, Route, route

A, S = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
Q, X, NO = Route.QUEUE, Route.EXECUTE, Route.REFUSE

NEW_ORDER = {(A, LIVE): X, (A, SANDBOX): X, (S, LIVE): Q, (S, SANDBOX): Q}
ONLY_THE_CLIENT = {(A, LIVE): X, (A, SANDBOX): X, (S, LIVE): NO, (S, SANDBOX): X}
ALWAYS = {(A, LIVE): X, (A, SANDBOX): X, (S, LIVE): X, (S, SANDBOX): X}
EXPECTED = {
    Operation.PLACEORDER: NEW_ORDER,
    Operation.PLACESMARTORDER: NEW_ORDER,
    Operation.BASKETORDER: NEW_ORDER,
    Operation.SPLITORDER: NEW_ORDER,
    Operation.OPTIONSORDER: NEW_ORDER,
    Operation.OPTIONSMULTIORDER: NEW_ORDER,
    Operation.PLACEGTTORDER: NEW_ORDER,
    Operation.CLOSEPOSITION: ONLY_THE_CLIENT,
    Operation.CANCELORDER: ONLY_THE_CLIENT,
    Operation.CANCELALLORDER: ONLY_THE_CLIENT,
    Operation.MODIFYORDER: ONLY_THE_CLIENT,
    Operation.MODIFYGTTORDER: ONLY_THE_CLIENT,
    Operation.CANCELGTTORDER: ONLY_THE_CLIENT,
    Operation.ANALYZER_TOGGLE: ONLY_THE_CLIENT,
    Operation.READ: ALWAYS,
}


@pytest.mark.parametrize(("operation", "order_mode", "trading_mode"), [*product(Operation, OrderMode, TradingMode)])
def test_every_operation_goes_where_the_matrix_says(
    operation: Operation, order_mode: OrderMode, trading_mode: TradingMode
) -> None:
    expected = EXPECTED[operation][order_mode, trading_mode]

    if expected is Route.REFUSE:
        with pytest.raises(NotAllowed):
            route(operation, order_mode, trading_mode)
    else:
        assert route(operation, order_mode, trading_mode) is expected


@pytest.mark.parametrize("operation", [o for o, cells in EXPECTED.items() if cells is ONLY_THE_CLIENT])
def test_refusal_reads_as_promised(operation: Operation) -> None:
    with pytest.raises(NotAllowed) as refusal:
        route(operation, "semi_auto", "live")

    assert str(refusal.value) == (
        f"Operation {operation.value} is not allowed in Semi-Auto mode. "
        "Please switch to Auto mode or use the UI for direct control."
    )


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(
    ("order_mode", "trading_mode"),
    [("", "live"), ("AUTO", "live"), ("manual", "sandbox"), ("auto", ""), ("auto", "paper"), (None, None), (1, 2)],
)
def test_unreadable_mode_executes_nothing(operation: Operation, order_mode: object, trading_mode: object) -> None:
    with pytest.raises(Unready, match="not readable"):
        route(operation, order_mode, trading_mode)


def test_operation_outside_the_matrix_executes_nothing() -> None:
    with pytest.raises(Unready, match="was not carried out"):
        route("iceberg", OrderMode.AUTO, TradingMode.LIVE)  # type: ignore[arg-type]
