"""Who may decide which order, at which moment, and at which version."""

from datetime import timedelta

import pytest

from core.accounts import Account, Approver, OrderMode, Role, TradingMode
from core.orders.decisions import Answer, judge, judge_trading_mode
from core.orders.order import Order
from core.orders.states import QueueStatus
from tests.factories import START, an_account, an_approver, an_order

IN_TIME = START + timedelta(minutes=14, seconds=59)
TOO_LATE = START + timedelta(minutes=15)
PENDING, ENABLED, DISABLED = an_order(), an_account(), an_account(enabled=False)
APPROVER, VIEWER, FOREIGN = an_approver(), an_approver(Role.VIEWER), an_approver(Role.OWNER, account_id=2)


@pytest.mark.parametrize("approver", [APPROVER, an_approver(Role.OWNER)])
def test_approvers_and_owners_decide_in_time(approver: Approver) -> None:
    assert judge(PENDING, ENABLED, approver, 1, IN_TIME) is None


@pytest.mark.parametrize(
    ("order", "account", "approver", "version", "now", "answer"),
    [
        (PENDING, ENABLED, None, 1, START, Answer.NOT_LINKED),
        (PENDING, ENABLED, FOREIGN, 1, START, Answer.NOT_LINKED),
        (PENDING, ENABLED, VIEWER, 1, START, Answer.ONLY_LOOKS),
        (PENDING, ENABLED, APPROVER, 1, TOO_LATE, Answer.EXPIRED),
        (PENDING, ENABLED, APPROVER, 2, START, Answer.CHANGED),
        (PENDING, ENABLED, APPROVER, 0, START, Answer.CHANGED),
        (PENDING, DISABLED, APPROVER, 1, START, Answer.ACCOUNT_DISABLED),
        (an_order(status=QueueStatus.APPROVED), ENABLED, APPROVER, 1, START, Answer.ALREADY_DECIDED),
        (an_order(status=QueueStatus.REJECTED), ENABLED, APPROVER, 1, START, Answer.ALREADY_DECIDED),
        (an_order(status=QueueStatus.WITHDRAWN), ENABLED, APPROVER, 1, START, Answer.ALREADY_DECIDED),
        (an_order(status=QueueStatus.DENIED), ENABLED, APPROVER, 1, START, Answer.ALREADY_DECIDED),
        (an_order(status=QueueStatus.EXPIRED), ENABLED, APPROVER, 1, START, Answer.EXPIRED),
    ],
)
def test_press_that_may_not_decide_is_told_why(
    order: Order, account: Account, approver: Approver | None, version: int, now: object, answer: Answer
) -> None:
    assert judge(order, account, approver, version, now) is answer  # type: ignore[arg-type]


def test_a_lack_of_authority_is_told_before_anything_about_the_order() -> None:
    decided = an_order(status=QueueStatus.APPROVED)

    assert judge(decided, DISABLED, None, 9, TOO_LATE) is Answer.NOT_LINKED
    assert judge(decided, DISABLED, VIEWER, 9, TOO_LATE) is Answer.ONLY_LOOKS


LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX


@pytest.mark.parametrize(
    ("order_goes_to", "order_mode", "trading_mode", "answer"),
    [
        (LIVE, OrderMode.SEMI_AUTO, LIVE, None),
        (LIVE, OrderMode.AUTO, LIVE, None),
        (LIVE, OrderMode.SEMI_AUTO, SANDBOX, Answer.MODE_CHANGED),
        (LIVE, OrderMode.AUTO, SANDBOX, Answer.MODE_CHANGED),
        (SANDBOX, OrderMode.SEMI_AUTO, SANDBOX, None),
        (SANDBOX, OrderMode.SEMI_AUTO, LIVE, None),
        (LIVE, OrderMode.SEMI_AUTO, "real", Answer.UNREADY),
        (LIVE, "manual", LIVE, Answer.UNREADY),
        (SANDBOX, "manual", SANDBOX, Answer.UNREADY),
        (SANDBOX, OrderMode.SEMI_AUTO, "", Answer.UNREADY),
    ],
)
def test_order_is_only_sent_where_it_was_meant_to_go(
    order_goes_to: TradingMode, order_mode: OrderMode | str, trading_mode: TradingMode | str, answer: Answer | None
) -> None:
    order, account = an_order(trading_mode=order_goes_to), an_account(order_mode, trading_mode)

    assert judge_trading_mode(order, account) is answer
