"""A client cancels orders and triggers that the broker holds: asked once, recorded before the broker is called."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.accounts import Account, TradingMode
from core.audit import Kind
from core.client.plans import CancelPlan, Target
from core.errors import Invalid, NotFound
from core.ids import AccountId, UserId
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import as_broker_order
from core.ports import Broker
from core.services.execution.broker_dispatch import require_gtts
from core.services.portfolio.broker_books import trading_mode_of
from core.services.portfolio.origins import Origins
from core.services.trading.client_calls import ANOTHER_QUESTION, ClientCalls, Outcome, named
from core.services.trading.client_context import MOST_AT_ONCE, ClientContext
from core.services.trading.waiting_orders import (
    Found,
    Waiting,
    find_by_number,
    list_open_orders,
    list_waiting,
    list_waiting_gtts,
    waiting_order,
)

NONE_OF_OURS = (
    "No open order here came from Countersign, and others are not cancelled together. "
    "/cancel with the broker's number cancels one."
)
NOT_OPEN = "That order is not open any more: it was filled or cancelled. Nothing was sent."


@dataclass(frozen=True, slots=True)
class CancelQuestion:
    """What would be cancelled; `token` confirms it.

    `triggers` wait as well, and would stay, as would `foreign` orders, which did not come from here; `left_out` are
    orders too many for one question.
    """

    token: str
    account: Account
    trading_mode: TradingMode
    waiting: tuple[Waiting, ...]
    triggers: int = 0
    left_out: int = 0
    foreign: int = 0


class ClientCancels:
    """Cancels what waits for the people of an account, in whatever mode it is."""

    def __init__(self, context: ClientContext, calls: ClientCalls) -> None:
        self._context = context
        self._calls = calls
        self._origins = Origins(context.database, context.clock)

    async def find(self, user_id: UserId, number: str) -> Found:
        """What a person means by a number. Raises NotFound, TooLate, Unready, BrokerUnavailable."""
        return await find_by_number(self._context, user_id, number)

    async def list_open(self, user_id: UserId, account_id: AccountId) -> Sequence[Waiting]:
        """What waits in the account's present book. Raises Unauthorized, Unready, BrokerUnavailable."""
        account = await self._context.account(user_id, account_id)
        return await list_waiting(self._context.book(account, trading_mode_of(account)))

    async def ask_cancel(self, user_id: UserId, found: Found) -> CancelQuestion:
        """The question whether to cancel these orders. Raises Unauthorized, NotFound, Unready, BrokerUnavailable."""
        account = await self._context.account(user_id, found.account_id)
        numbers = {(one.broker_order_id, one.is_gtt) for one in found.targets}
        open_now = await list_waiting(self._context.book(account, found.trading_mode))
        waiting = [one for one in open_now if (one.target.broker_order_id, one.target.is_gtt) in numbers]
        # An order of many parts is cancelled as a whole or not at all.
        if len(waiting) > MOST_AT_ONCE:
            raise Invalid("This order has too many parts for one question. Use /cancelall.")
        return await self._ask_cancel(user_id, account, found.trading_mode, waiting)

    async def ask_cancel_all(self, user_id: UserId, account_id: AccountId) -> CancelQuestion:
        """The question whether to cancel open orders of ours, the newest first; triggers and other orders stay.

        Raises like `ask_cancel`.
        """
        account = await self._context.account(user_id, account_id)
        mode = trading_mode_of(account)
        book = self._context.book(account, mode)
        open_now, triggers = await list_open_orders(book), await list_waiting_gtts(book)
        ours = await self._origins.ours(account, mode, open_now)
        orders = [waiting_order(one) for one in open_now if one.broker_order_id in ours]
        if open_now and not orders:
            raise NotFound(NONE_OF_OURS)
        asked = await self._ask_cancel(user_id, account, mode, orders[:MOST_AT_ONCE])
        left_out, foreign = len(orders) - len(asked.waiting), len(open_now) - len(orders)
        return replace(asked, triggers=len(triggers), left_out=left_out, foreign=foreign)

    async def confirm_cancel(self, user_id: UserId, token: str) -> Sequence[Outcome]:
        """Cancel what was confirmed, one after the other. Raises NotFound, Unauthorized, Unready; then none was."""
        plan = await self._context.look(user_id, token)
        if not isinstance(plan, CancelPlan):
            raise NotFound(ANOTHER_QUESTION)
        account = await self._context.account(user_id, plan.account_id)
        book = self._context.book(account, plan.trading_mode)
        facts = [named(target) for target in plan.targets]
        intended = await self._calls.intend(user_id, token, plan, Kind.CANCEL_REQUESTED, facts)
        return [
            await self._calls.carry_out(intention, target, _Cancel(book, target))
            for intention, target in zip(intended, plan.targets, strict=True)
        ]

    async def _ask_cancel(
        self, user_id: UserId, account: Account, mode: TradingMode, waiting: Sequence[Waiting]
    ) -> CancelQuestion:
        if not waiting:
            raise NotFound(NOT_OPEN)
        token = await self._context.ask(user_id, CancelPlan(account.id, mode, tuple(one.target for one in waiting)))
        return CancelQuestion(token, account, mode, tuple(waiting))


@dataclass(frozen=True, slots=True)
class _Cancel:
    book: Broker
    target: Target

    async def __call__(self) -> BrokerOrder:
        number = self.target.broker_order_id
        if self.target.is_gtt:
            return as_broker_order(await require_gtts(self.book).cancel_gtt(number))
        return await self.book.cancel(number)
