"""Routes operations by one table of operation, order mode and trading mode."""

from collections.abc import Mapping
from enum import StrEnum

from core.accounts import OrderMode, TradingMode
from core.errors import NotAllowed, Unready


class Operation(StrEnum):
    """What a strategy can ask for, by its endpoint's name."""

    PLACEORDER = "placeorder"
    PLACESMARTORDER = "placesmartorder"
    BASKETORDER = "basketorder"
    SPLITORDER = "splitorder"
    OPTIONSORDER = "optionsorder"
    OPTIONSMULTIORDER = "optionsmultiorder"
    PLACEGTTORDER = "placegttorder"
    CLOSEPOSITION = "closeposition"
    CANCELORDER = "cancelorder"
    CANCELALLORDER = "cancelallorder"
    MODIFYORDER = "modifyorder"
    MODIFYGTTORDER = "modifygttorder"
    CANCELGTTORDER = "cancelgttorder"
    ANALYZER_TOGGLE = "analyzer/toggle"
    READ = "read"


class Route(StrEnum):
    """Whether a request is queued or executed at once, and in which trading mode."""

    QUEUE = "queue"
    EXECUTE = "execute"
    REFUSE = "refuse"


_AUTO, _SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
_LIVE, _SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
_Q, _X, _NO = Route.QUEUE, Route.EXECUTE, Route.REFUSE
_Modes = tuple[OrderMode, TradingMode]

_NEW_ORDER = {(_AUTO, _LIVE): _X, (_AUTO, _SANDBOX): _X, (_SEMI, _LIVE): _Q, (_SEMI, _SANDBOX): _Q}
_CLIENT_ONLY = {(_AUTO, _LIVE): _X, (_AUTO, _SANDBOX): _X, (_SEMI, _LIVE): _NO, (_SEMI, _SANDBOX): _X}
_ANYBODY = {(_AUTO, _LIVE): _X, (_AUTO, _SANDBOX): _X, (_SEMI, _LIVE): _X, (_SEMI, _SANDBOX): _X}

MATRIX: Mapping[Operation, Mapping[_Modes, Route]] = {
    Operation.PLACEORDER: _NEW_ORDER,
    Operation.PLACESMARTORDER: _NEW_ORDER,
    Operation.BASKETORDER: _NEW_ORDER,
    Operation.SPLITORDER: _NEW_ORDER,
    Operation.OPTIONSORDER: _NEW_ORDER,
    Operation.OPTIONSMULTIORDER: _NEW_ORDER,
    Operation.PLACEGTTORDER: _NEW_ORDER,
    Operation.CLOSEPOSITION: _CLIENT_ONLY,
    Operation.CANCELORDER: _CLIENT_ONLY,
    Operation.CANCELALLORDER: _CLIENT_ONLY,
    Operation.MODIFYORDER: _CLIENT_ONLY,
    Operation.MODIFYGTTORDER: _CLIENT_ONLY,
    Operation.CANCELGTTORDER: _CLIENT_ONLY,
    Operation.ANALYZER_TOGGLE: _CLIENT_ONLY,
    Operation.READ: _ANYBODY,
}

REFUSAL = (
    "Operation {} is not allowed in Semi-Auto mode. Please switch to Auto mode or use the UI for direct control."
)


def route(operation: Operation, order_mode: object, trading_mode: object) -> Route:
    """Where `operation` goes in these modes.

    Raises NotAllowed when only the client may do it, and Unready for a mode or an operation that is not
    in the table: what we cannot read we do not execute.
    """
    try:
        # A mode that is still text equals the word it spells.
        answer = MATRIX[operation][order_mode, trading_mode]  # type: ignore[index]
    except (KeyError, TypeError):
        raise Unready(f"This account's mode is not readable, so {operation} was not carried out.") from None
    if answer is Route.REFUSE:
        raise NotAllowed(REFUSAL.format(operation.value))
    return answer
