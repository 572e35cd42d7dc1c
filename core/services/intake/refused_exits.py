"""Records that a strategy was refused what may have been a way out of a position, so that the client is told."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.accounts import Account, Caller, TradingMode
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import (
    BrokerError,
    BrokerUnavailable,
    CountersignError,
    Invalid,
    NotFound,
    OverLimit,
    TooMany,
    Unready,
    Unsupported,
)
from core.ids import AccountId
from core.money import plain
from core.orders.gtt import Gtt
from core.orders.intents import Closing, Intent
from core.orders.order import Product
from core.portfolio.exits import Exit, Held, exit_of, with_holdings
from core.ports import Brokers, Database

REFUSALS = (Invalid, NotFound, TooMany, OverLimit, Unready, BrokerUnavailable)
"""What a request may be refused with on arrival, whatever the modes allow."""
PATIENCE = 1.0
"""Seconds that the broker has to say what is held: the strategy waits for its answer meanwhile."""
FRESH = timedelta(seconds=2)
"""So long what the broker said serves every refusal: a strategy may ask again and again."""


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    held: Held | None


class RefusedExits:
    """Looks at what is held, as far as its broker says so in time."""

    def __init__(self, database: Database, brokers: Brokers, clock: Clock) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock
        self._seen: dict[tuple[AccountId, TradingMode], _Seen] = {}

    async def note(self, caller: Caller, strategy: str, intent: Intent, why: CountersignError) -> None:
        """Record it if it may have been an exit. A database that cannot be written is what the strategy is told."""
        account = caller.account
        if account.trading_mode not in [*TradingMode]:
            return
        held = await self._held(account, TradingMode(account.trading_mode))
        if held is None and isinstance(why, OverLimit):
            # An order that goes over a limit is stored and told of as such.
            return
        found = exit_of(intent, held)
        if found is None and not isinstance(intent, Closing):
            return
        facts = {"strategy": strategy, "why": str(why), **(_facts(found) if found else {"how": "closes"})}
        if isinstance(intent, Gtt) and isinstance(why, Unsupported):
            facts["without_triggers"] = account.broker
        actor = Actor("key", "", caller.api_key_id)
        with suppress(Unready):
            async with self._database.begin() as tx:
                await tx.audit.append(Event(account.id, Kind.EXIT_REFUSED, actor, self._clock.now(), facts=facts))
                await tx.commit()

    async def _held(self, account: Account, mode: TradingMode) -> Held | None:
        seen = self._seen.get((account.id, mode))
        now = self._clock.now()
        if seen is None or not timedelta(0) <= now - seen.at < FRESH:
            seen = self._seen[account.id, mode] = _Seen(now, await self._ask(account, mode))
        return seen.held

    async def _ask(self, account: Account, mode: TradingMode) -> Held | None:
        try:
            book = self._brokers.book(account, mode)
            async with asyncio.timeout(PATIENCE):
                positions, holdings = await book.list_positions(), await book.list_holdings()
        except (BrokerError, Unready, TimeoutError):
            return None
        delivered: dict[tuple[str, str, Product], Decimal] = {
            (one.exchange, one.symbol, Product.CNC): one.quantity for one in holdings
        }
        return with_holdings({one.key: one.quantity for one in positions}, delivered)


def _facts(found: Exit) -> dict[str, object]:
    terms = found.terms
    how = "unknown" if found.position is None else "protects" if found.protects else "reduces"
    return {
        "how": how,
        "action": terms.action.value,
        "quantity": plain(terms.quantity),
        "exchange": terms.exchange,
        "symbol": terms.symbol,
        "pricetype": terms.pricetype.value,
        "price": plain(terms.price),
        "trigger_price": plain(terms.trigger_price),
        "held_as": found.position[2].value if found.position else "",
    }
