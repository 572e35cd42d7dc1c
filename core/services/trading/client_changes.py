"""A client changes an order or a trigger that the broker holds: asked once, recorded before the broker is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.audit import Kind
from core.client.changes import QUANTITY, numbers_of, with_numbers
from core.client.plans import ChangePlan, Target, Terms
from core.errors import Invalid, NotFound, TooLate
from core.ids import UserId
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.gtt import Gtt, as_broker_order
from core.orders.intents import dump_intent
from core.ports import Broker
from core.services.execution.broker_dispatch import require_gtts
from core.services.intake.change_checks import ChangeChecks
from core.services.trading.client_calls import ANOTHER_QUESTION, ClientCalls, Outcome, named
from core.services.trading.client_context import ClientContext
from core.services.trading.open_orders import render_terms
from core.services.trading.recorded_calls import Facts
from core.services.trading.waiting_orders import Found, Waiting, get_waiting


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """What would be changed to `becomes`; `token` confirms it, unless nothing is changed yet."""

    token: str
    account: Account
    trading_mode: TradingMode
    waiting: Waiting
    becomes: Terms
    tick: Decimal
    lot: int


class ClientChanges:
    """Changes what waits for the people of an account, in whatever mode it is."""

    def __init__(self, context: ClientContext, calls: ClientCalls, checks: ChangeChecks) -> None:
        self._context = context
        self._calls = calls
        self._checks = checks

    async def ask_change(self, user_id: UserId, found: Found, numbers: Mapping[str, Decimal]) -> ChangeQuestion:
        """The question whether to give one order these numbers; without any, what could be changed.

        Raises Unauthorized, NotFound, TooLate, Invalid, Unready, BrokerUnavailable.
        """
        if len(found.targets) != 1:
            raise Invalid("This order has several parts at the broker; change one by the broker's own number.")
        account = await self._context.account(user_id, found.account_id)
        waiting = await get_waiting(self._context.book(account, found.trading_mode), found.targets[0])
        plan = ChangePlan(account.id, found.trading_mode, found.targets[0], waiting.terms, waiting.terms)
        return await self._ask_change(user_id, account, plan, numbers)

    async def ask_again(self, user_id: UserId, token: str, numbers: Mapping[str, Decimal]) -> ChangeQuestion:
        """The same question with these numbers besides; the old one is void. Raises as `ask_change` does."""
        plan = await self._look_at_change(user_id, token)
        account = await self._context.account(user_id, plan.account_id)
        return await self._ask_change(user_id, account, plan, numbers, token)

    async def step(self, user_id: UserId, token: str, name: str, steps: int) -> ChangeQuestion:
        """The same question with one number so many ticks or lots up or down. Raises as `ask_change` does."""
        plan = await self._look_at_change(user_id, token)
        account = await self._context.account(user_id, plan.account_id)
        present = numbers_of(plan.becomes)
        if name not in present:
            raise Invalid(f"This order has no {name}.", name)
        tick, lot = self._checks.steps(account, plan)
        size = Decimal(lot) if name == QUANTITY else tick
        return await self._ask_change(user_id, account, plan, {name: present[name] + steps * size}, token)

    async def confirm_change(self, user_id: UserId, token: str) -> Outcome:
        """Give the order the terms that were confirmed, if it still has those that were shown.

        Raises NotFound, TooLate, Invalid, Unauthorized, Unready, BrokerUnavailable; then nothing was sent.
        """
        plan = await self._look_at_change(user_id, token)
        if plan.becomes == plan.was:
            raise Invalid("Nothing is changed yet. Choose what to change first.")
        account = await self._context.account(user_id, plan.account_id)
        book = self._context.book(account, plan.trading_mode)
        waiting = await _require_same(book, plan)
        self._checks.require_possible(account, plan, waiting.filled)
        facts: Facts = {**named(plan.target), **_terms_as_facts(plan.becomes)}
        (intention,) = await self._calls.intend(user_id, token, plan, Kind.MODIFY_REQUESTED, [facts])
        return await self._calls.carry_out(intention, plan.target, _Change(book, plan.target, plan.becomes))

    async def _ask_change(
        self,
        user_id: UserId,
        account: Account,
        plan: ChangePlan,
        numbers: Mapping[str, Decimal],
        instead_of: str | None = None,
    ) -> ChangeQuestion:
        waiting = await _require_same(self._context.book(account, plan.trading_mode), plan)
        fresh = replace(plan, becomes=with_numbers(plan.becomes, numbers))
        if fresh.becomes != plan.was:
            self._checks.require_possible(account, fresh, waiting.filled)
        token = await self._context.ask(user_id, fresh, instead_of)
        tick, lot = self._checks.steps(account, plan)
        return ChangeQuestion(token, account, plan.trading_mode, waiting, fresh.becomes, tick, lot)

    async def _look_at_change(self, user_id: UserId, token: str) -> ChangePlan:
        plan = await self._context.look(user_id, token)
        if not isinstance(plan, ChangePlan):
            raise NotFound(ANOTHER_QUESTION)
        return plan


@dataclass(frozen=True, slots=True)
class _Change:
    book: Broker
    target: Target
    terms: Terms

    async def __call__(self) -> BrokerOrder:
        number = self.target.broker_order_id
        if isinstance(self.terms, Gtt):
            return as_broker_order(await require_gtts(self.book).modify_gtt(number, self.terms))
        return await self.book.modify(number, OrderChange(self.terms))


async def _require_same(book: Broker, plan: ChangePlan) -> Waiting:
    """The order as it stands now. Raises TooLate unless it has the terms that were shown."""
    waiting = await get_waiting(book, plan.target)
    if waiting.terms != plan.was:
        raise TooLate("The order was changed in the meantime. Nothing was sent; please look again.")
    return waiting


def _terms_as_facts(terms: Terms) -> Facts:
    return {"gtt": dump_intent(terms)} if isinstance(terms, Gtt) else {"terms": render_terms(terms)}
