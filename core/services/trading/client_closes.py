"""A client closes positions: asked once with the exact orders, then one order like every other."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.accounts import Account, OrderMode, TradingMode
from core.client.closing import HowMuch, Part, closing_pieces, closing_quantity, closing_terms, still_closing
from core.client.plans import ClosePlan
from core.errors import NotFound, TooLate, Unready
from core.ids import AccountId, OrderId, UserId
from core.orders.broker_order import BrokerOrder
from core.orders.order import ApiType, ClientOrder, DraftLeg, LegTerms, Order, PositionKey
from core.orders.states import FINAL_LEG_STATES, UNSENT_LEG_STATES
from core.portfolio.positions import Position
from core.ports import Transaction
from core.services.access.authority import actor_of, require_decider
from core.services.execution.closing_guard import ON_ITS_WAY
from core.services.intake.intake import ApprovalTimes
from core.services.portfolio.broker_books import trading_mode_of
from core.services.trading.client_context import MOST_AT_ONCE, ClientContext, in_time

STRATEGY = "client"
SENT_WITHIN = 2.5
"""Seconds that a client's message waits for its order to reach the broker."""
NOTHING_LEFT = "There is nothing left to close: it was closed in the meantime. Nothing was sent."


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    """What would be closed; `token` confirms it.

    `resting` are open orders that would close some of it as well, `left_out` positions too many for one question.
    """

    token: str
    account: Account
    trading_mode: TradingMode
    legs: tuple[LegTerms, ...]
    positions: tuple[Position, ...]
    resting: tuple[BrokerOrder, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """A close that is on disk; `asked` is what was confirmed, `legs` what was left of that."""

    order_id: OrderId
    account: Account
    asked: tuple[LegTerms, ...]
    legs: tuple[LegTerms, ...]


class ClientCloses:
    """Closes positions for the people of an account, in whatever mode it is."""

    def __init__(self, context: ClientContext, times: ApprovalTimes) -> None:
        self._context = context
        self._times = times

    async def ask(
        self, user_id: UserId, account_id: AccountId, wanted: Mapping[PositionKey, HowMuch] | None = None
    ) -> CloseQuestion:
        """The question whether to close these positions; when none is named the account's, the largest first.

        Raises Unauthorized, NotFound when there is nothing to close, Invalid for a quantity that cannot be
        closed, Unready, BrokerUnavailable.
        """
        account = await self._context.account(user_id, account_id)
        mode = trading_mode_of(account)
        book = self._context.book(account, mode)
        held = sorted(await in_time(book.list_positions()), key=lambda one: (one.value, one.key), reverse=True)
        open_now = [one for one in held if one.quantity and (wanted is None or one.key in wanted)]
        chosen = open_now[:MOST_AT_ONCE]
        if not chosen or (wanted is not None and len(chosen) < len(wanted)):
            raise NotFound("That position is not open any more. Nothing was sent.")
        legs = tuple(self._leg(account, mode, one, Part.ALL if wanted is None else wanted[one.key]) for one in chosen)
        resting = [one for one in await in_time(book.list_open()) if _would_close(one, legs)]
        token = await self._context.ask(user_id, ClosePlan(account_id, mode, legs))
        left_out = len(open_now) - len(chosen)
        return CloseQuestion(token, account, mode, legs, tuple(chosen), tuple(resting), left_out)

    async def confirm(self, user_id: UserId, token: str) -> Closing:
        """Store the order that closes what was confirmed and is still held; the executor sends it, once.

        Raises NotFound (the question is used, too old or another's), TooLate when nothing is left or the account
        changed, Unauthorized, Unready, BrokerUnavailable; then nothing was stored and nothing is sent.
        """
        plan = await self._context.look(user_id, token)
        if not isinstance(plan, ClosePlan):
            raise NotFound("This question is about something else.")
        account = await self._context.account(user_id, plan.account_id)
        positions = await in_time(self._context.book(account, plan.trading_mode).list_positions())
        legs = tuple(_what_is_left(plan.legs, positions))
        async with self._context.database.begin() as tx:
            await self._context.confirmations.take(tx, token, user_id)
            order = await self._judge(tx, user_id, plan, legs)
            order_id = await tx.orders.add(order)
            self._context.signals.checkpoint("closing")
            await tx.commit()
        self._context.signals.checkpoint("closed")
        self._context.signals.wakeups.order_approved(plan.account_id, order_id)
        return Closing(order_id, account, plan.legs, legs)

    async def outcome(self, order_id: OrderId, within: float = SENT_WITHIN) -> Order:
        """The order as it stands once every leg has left, or after so many seconds. Raises Unready."""
        with contextlib.suppress(TimeoutError), self._context.signals.wakeups.watch(order_id) as moved:
            async with asyncio.timeout(within):
                while _is_on_its_way(await self._get(order_id)):
                    await moved.wait()
                    moved.clear()
        return await self._get(order_id)

    async def _get(self, order_id: OrderId) -> Order:
        async with self._context.database.read() as tx:
            return await tx.orders.get(order_id)

    async def _judge(
        self, tx: Transaction, user_id: UserId, plan: ClosePlan, legs: Sequence[LegTerms]
    ) -> ClientOrder:
        """The order to store, judged in the transaction that stores it."""
        now = self._context.clock.require()
        account, approver = await require_decider(tx, plan.account_id, user_id)
        if trading_mode_of(account) is not plan.trading_mode:
            raise TooLate("The account changed its mode in the meantime. Nothing was sent; please look again.")
        if not legs:
            raise TooLate(NOTHING_LEFT)
        for leg in legs:
            if await tx.orders.is_moving(account.id, plan.trading_mode, leg):
                raise TooLate(ON_ITS_WAY.format(symbol=leg.symbol))
        return ClientOrder(
            account_id=account.id,
            client=actor_of(approver),
            api_type=ApiType.CLIENT,
            strategy=STRATEGY,
            order_mode=_order_mode_of(account),
            trading_mode=plan.trading_mode,
            legs=tuple(self._pieces(account, plan.trading_mode, legs)),
            order_data={"action": "close"},
            created_at=now,
            expires_at=now + self._times.expires_after,
            execute_by=now + self._times.execute_within,
        )

    def _leg(self, account: Account, mode: TradingMode, position: Position, how_much: HowMuch) -> LegTerms:
        found = self._context.brokers.instruments(account, mode).find(position.exchange, position.symbol)
        quantity = closing_quantity(position.quantity, how_much, found.lot if found is not None else 1)
        return closing_terms(position, quantity)

    def _pieces(self, account: Account, trading_mode: TradingMode, legs: Sequence[LegTerms]) -> list[DraftLeg]:
        instruments, found = self._context.brokers.instruments(account, trading_mode), list[DraftLeg]()
        for part, leg in enumerate(legs, 1):
            listed = instruments.find(leg.exchange, leg.symbol)
            freeze = listed.freeze_quantity if listed is not None else 0
            found += [DraftLeg(piece, part) for piece in closing_pieces(leg, freeze)]
        return found


def _is_on_its_way(order: Order) -> bool:
    return any(leg.broker_status in UNSENT_LEG_STATES for leg in order.legs)


def _what_is_left(asked: Sequence[LegTerms], positions: Sequence[Position]) -> list[LegTerms]:
    held = {one.key: one.quantity for one in positions}
    found = [still_closing(leg, held[leg.position_key]) for leg in asked if leg.position_key in held]
    return [leg for leg in found if leg is not None]


def _would_close(order: BrokerOrder, legs: Sequence[LegTerms]) -> bool:
    """Whether an open order would close some of the same position when it fills."""
    sides = {(leg.position_key, leg.action) for leg in legs}
    return order.status not in FINAL_LEG_STATES and (order.terms.position_key, order.terms.action) in sides


def _order_mode_of(account: Account) -> OrderMode:
    try:
        return OrderMode(account.order_mode)
    except ValueError:
        raise Unready("This account's mode is not readable, so nothing was sent.") from None
