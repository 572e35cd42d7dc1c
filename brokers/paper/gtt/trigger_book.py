"""The triggers of one paper book: kept, watched, and turned into one order each."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from brokers.paper.book.order_numbers import BookKey
from brokers.paper.exchange import Exchange, unready_as_unavailable
from brokers.paper.gtt import trigger_rules as triggers
from brokers.paper.quote_routing import QuoteRouting
from core.errors import BrokerRefused, BrokerUnavailable, Invalid, NotFound
from core.ids import BrokerOrderId, ClientOrderId
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import WAITING_GTTS, BrokerGtt, Gtt, GttStatus, require_possible, require_waiting
from core.orders.order import LegTerms
from core.ports import GttStore

SHOWN_FOR = timedelta(days=7)
"""How long the book lists what does not wait any more."""


class OrderBook(Protocol):
    """Where triggers place their orders; it refuses a second order of one client order id."""

    async def add_order(self, client_order_id: ClientOrderId, terms: LegTerms, strategy: str) -> BrokerOrder:
        """Place one order. Raises BrokerRefused, BrokerUnavailable (nothing was placed)."""
        ...

    async def find_ours(self, client_order_id: ClientOrderId) -> BrokerOrder | None:
        """The order that carries our id. Raises BrokerUnavailable."""
        ...


class TriggerBook:
    """One book's triggers. A change is on disk before memory or the caller learn of it."""

    def __init__(
        self, key: BookKey, store: GttStore, exchange: Exchange, book: OrderBook, resting: QuoteRouting
    ) -> None:
        self._key = key
        self._store = store
        self._exchange = exchange
        self._book = book
        self._resting = resting
        self._waiting: dict[BrokerOrderId, BrokerGtt] | None = None
        self._lock = asyncio.Lock()

    async def place(self, client_order_id: ClientOrderId, gtt: Gtt, strategy: str) -> BrokerGtt:
        """Keep a new trigger. Raises BrokerRefused, BrokerUnavailable (nothing was kept)."""
        async with self._lock:
            waiting, now = await self._current(), self._exchange.clock.now()
            last_price = self._require_acceptable(gtt)
            found = BrokerGtt(
                trigger_id=await self._new_id(),
                client_order_id=client_order_id,
                gtt=replace(gtt, expires_at=gtt.expires_at or now + triggers.LIVES),
                status=GttStatus.ACTIVE,
                last_price=last_price,
                placed_at=now,
                updated_at=now,
                strategy=strategy,
            )
            self._forget(waiting, found)
            with unready_as_unavailable():
                await self._store.add_gtt(self._key.name, found)
            self._remember(waiting, found)
        return found

    async def modify(self, trigger_id: BrokerOrderId, gtt: Gtt) -> BrokerGtt:
        """Replace a waiting trigger's terms. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            found = await self._require(trigger_id)
            now, last_price = self._exchange.clock.now(), self._require_acceptable(gtt)
            return await self._save(triggers.change(found, gtt, last_price, now))

    async def cancel(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """End a waiting trigger. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            found = await self._require(trigger_id)
            return await self._save(triggers.cancel(found, self._exchange.clock.now()))

    async def find(self, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """The trigger that carries our id. Raises BrokerUnavailable."""
        async with self._lock:
            await self._catch_up()
            with unready_as_unavailable():
                found = await self._store.find_gtt(self._key.name, client_order_id)
            return found and await self._with_order(found)

    async def get(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """One trigger by its id. Raises NotFound, BrokerUnavailable."""
        async with self._lock:
            return await self._with_order(await self._require(trigger_id))

    async def list(self) -> Sequence[BrokerGtt]:
        """Waiting triggers and those of the last days, newest first. Raises BrokerUnavailable."""
        async with self._lock:
            await self._catch_up()
            with unready_as_unavailable():
                found = await self._store.list_gtts(self._key.name, self._exchange.clock.now() - SHOWN_FOR)
            return [await self._with_order(one) for one in found]

    async def open(self) -> None:
        """Load the triggers if they are not, and finish what was begun. Raises BrokerUnavailable."""
        async with self._lock:
            await self._catch_up()

    async def apply_quote(self, quote: Quote) -> bool:
        """Show a price to the triggers that wait on it; whether one of them moved. Raises BrokerUnavailable."""
        async with self._lock:
            moved = False
            for found in [*(await self._current()).values()]:
                if (found.gtt.exchange, found.gtt.symbol) == (quote.exchange, quote.symbol):
                    moved = await self._show(found, quote) or moved
            return moved

    async def _show(self, found: BrokerGtt, quote: Quote) -> bool:
        if await self._carry_on(found):
            return True
        # A price from before the terms were given says nothing about them.
        side = triggers.reached(found, quote.ltp) if quote.at >= found.updated_at else None
        if side is None:
            return False
        # Whoever dies from here on leaves the claim, and the next to come finishes it.
        claimed = await self._save(triggers.claim(found, side, self._exchange.clock.now()))
        await self._finish(claimed)
        return True

    async def _catch_up(self) -> None:
        for found in [*(await self._current()).values()]:
            await self._carry_on(found)

    async def _carry_on(self, found: BrokerGtt) -> bool:
        """Do what needs no price: finish what was claimed, end what is over; whether there was anything."""
        now = self._exchange.clock.now()
        if found.status is GttStatus.TRIGGERING:
            await self._finish(found)
        elif triggers.is_over(found, now):
            await self._save(triggers.expire(found, now))
        else:
            return False
        return True

    async def _finish(self, claimed: BrokerGtt) -> None:
        """Place the order of a claimed trigger unless it is there already, and record it."""
        ours, why = triggers.order_id_of(claimed), ""
        order = await self._book.find_ours(ours)
        if order is None:
            terms = claimed.gtt.order_terms(claimed.gtt.sides[claimed.fired or 0])
            try:
                order = await self._book.add_order(ours, terms, claimed.strategy)
            except BrokerRefused as no:
                order, why = await self._book.find_ours(ours), str(no)
        now = self._exchange.clock.now()
        await self._save(triggers.placed(claimed, now) if order else triggers.refused(claimed, why, now))

    async def _require(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        await self._catch_up()
        with unready_as_unavailable():
            found = await self._store.get_gtt(self._key.name, trigger_id)
        if found is None:
            raise NotFound(f"GTT order {trigger_id} not found")
        return found

    async def _with_order(self, found: BrokerGtt) -> BrokerGtt:
        return (
            found
            if found.fired is None
            else replace(found, order=await self._book.find_ours(triggers.order_id_of(found)))
        )

    async def _new_id(self) -> BrokerOrderId:
        while True:
            fresh = triggers.trigger_id(self._exchange.clock.now(), secrets.token_hex(4))
            with unready_as_unavailable():
                if await self._store.get_gtt(self._key.name, fresh) is None:
                    return fresh

    def _require_acceptable(self, gtt: Gtt) -> Decimal:
        instrument = self._exchange.instruments.find(gtt.exchange, gtt.symbol)
        quote = self._exchange.feed.quote(gtt.exchange, gtt.symbol)
        try:
            require_possible(gtt, instrument, self._exchange.clock.now())
            return require_waiting(gtt, quote.ltp if quote else None)
        except Invalid as why:
            raise BrokerRefused(str(why)) from None

    async def _current(self) -> dict[BrokerOrderId, BrokerGtt]:
        if self._waiting is None:
            with unready_as_unavailable():
                found = await self._store.list_gtts(self._key.name, None)
            self._waiting = {one.trigger_id: one for one in reversed(found)}
            self._watch(self._waiting)
        return self._waiting

    async def _save(self, becomes: BrokerGtt) -> BrokerGtt:
        waiting = await self._current()
        self._forget(waiting, becomes)
        with unready_as_unavailable():
            if not await self._store.swap_gtt(self._key.name, becomes):
                raise BrokerUnavailable("The trigger was changed at the same moment")
        self._remember(waiting, becomes)
        return becomes

    def _forget(self, waiting: dict[BrokerOrderId, BrokerGtt], about: BrokerGtt) -> None:
        # A price that arrives while we save is for the new trigger, too.
        self._watch(waiting | {about.trigger_id: about})
        # Whatever becomes of the save, cancellation included: the next use reads what the store really holds.
        self._waiting = None

    def _remember(self, waiting: dict[BrokerOrderId, BrokerGtt], about: BrokerGtt) -> None:
        kept = waiting | {about.trigger_id: about}
        self._waiting = {one.trigger_id: one for one in kept.values() if one.status in WAITING_GTTS}
        self._watch(self._waiting)

    def _watch(self, waiting: dict[BrokerOrderId, BrokerGtt]) -> None:
        tickers: set[Ticker] = {(one.gtt.exchange, one.gtt.symbol) for one in waiting.values()}
        self._resting.watch(self._key, tickers)
