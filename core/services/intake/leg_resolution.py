"""Resolves a request into legs, from the positions, listed strikes and prices of this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial

from core.accounts import Account, TradingMode
from core.client.closing import closing_pieces, closing_terms
from core.clock import Clock
from core.errors import Invalid, Unready
from core.market.instruments import Instrument
from core.market.option_symbols import parse_underlying
from core.money import ZERO, plain
from core.orders.exchange_rules import Situation, require_allowed
from core.orders.gtt import Gtt, require_possible
from core.orders.intents import Basket, Closing, Intent, OptionLeg, Options, Single, Smart, Split
from core.orders.order import Action, DraftLeg, LegTerms, Order, PositionKey
from core.orders.pre_trade_checks import is_usual_quantity, require_tradable
from core.orders.slicing import (
    MOST_CHILDREN,
    TOO_MANY,
    TOO_MANY_OF_A_LEG,
    buys_first,
    in_sending_order,
    reduces,
    split,
)
from core.orders.smart_order import resolve_smart
from core.orders.states import FINAL_LEG_STATES
from core.portfolio.positions import Position
from core.ports import Brokers, Sessions
from core.services.execution.broker_dispatch import require_gtts
from core.services.intake.tick_rounding import bring_to_ticks
from core.services.market.option_contracts import find_contract, find_price

NOTHING_TO_CLOSE = "No open positions to close"
PHASES_REMEMBERED = 64
EMPTY_BASKET = "There is no order in the basket."
_Side = tuple[PositionKey, Action]


@dataclass(frozen=True, slots=True)
class ResolvedLegs:
    """The legs a request means now, in the order in which they are sent; `nothing` says why there are none."""

    legs: tuple[DraftLeg, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    nothing: str = ""


class LegResolver:
    """Turns intents into legs. Raises Invalid, NotFound for the impossible, Unready, BrokerUnavailable in doubt."""

    def __init__(self, brokers: Brokers, sessions: Sessions, clock: Clock) -> None:
        self._brokers = brokers
        self._clock = clock
        # Exchanges open and close on whole seconds, and many orders come within one.
        self._phase = lru_cache(PHASES_REMEMBERED)(sessions.phase)

    async def resolve(self, account: Account, trading_mode: TradingMode, intent: Intent) -> ResolvedLegs:
        """The legs, each of them possible: known symbol, whole lots, ticks, freeze quantity, prices given.

        What only reduces a position is bound neither to lots that do not divide it nor to the freeze quantity.
        """
        resolved = await self._work_out(account, trading_mode, intent)
        if trading_mode is TradingMode.SANDBOX and not isinstance(intent, Gtt):
            legs, moved = bring_to_ticks(resolved.legs, partial(self.find, account, trading_mode))
            resolved = replace(resolved, legs=legs, facts={**resolved.facts, **moved})
        # Legs that close positions are left to the broker to check: an impossible one must not stop the others.
        if isinstance(intent, Closing):
            return resolved
        lots = await self._require_possible(account, trading_mode, resolved.legs, isinstance(intent, Gtt))
        if len(lots) != 1 or lots == {1}:
            return resolved
        return replace(resolved, facts={**resolved.facts, "lot": str(*lots)})

    async def require_possible(self, account: Account, order: Order) -> None:
        """Raises Invalid when these legs would be refused now, Unready and BrokerUnavailable when that is unknown."""
        legs = [DraftLeg(leg.terms, leg.part) for leg in order.legs]
        await self._require_possible(account, order.trading_mode, legs, isinstance(order.intent, Gtt))

    def last_prices(self, account: Account, trading_mode: TradingMode, legs: Sequence[LegTerms]) -> Mapping[str, str]:
        """The last prices of these legs' instruments, by exchange and symbol, without those that have none."""
        feed = self._brokers.feed(account, trading_mode)
        quotes = {f"{one.exchange}:{one.symbol}": feed.quote(one.exchange, one.symbol) for one in legs}
        return {name: plain(quote.ltp) for name, quote in quotes.items() if quote is not None}

    async def _require_possible(
        self, account: Account, trading_mode: TradingMode, legs: Sequence[DraftLeg], are_triggers: bool
    ) -> set[int]:
        """The lot sizes of all legs, 1 for one not in whole lots. Raises Invalid for one that cannot be traded."""
        if len(legs) > MOST_CHILDREN:
            raise Invalid(TOO_MANY)
        now, lots = self._clock.now(), set[int]()
        await self._require_fresh(account, trading_mode, [leg.terms for leg in legs])
        listed = [self.find(account, trading_mode, leg.terms) for leg in legs]
        leaving = await self._leaving(account, trading_mode, [leg.terms for leg in legs], listed)
        for leg, instrument in zip(legs, listed, strict=True):
            try:
                found = require_tradable(leg.terms, instrument, now, leaving.get(_side(leg.terms), ZERO))
                # A trigger waits outside of the exchange, whose rules are for the order that it places.
                if not are_triggers:
                    require_allowed(leg.terms, self._situation((account, trading_mode), found, now))
                lots.add(1 if leg.terms.quantity % found.lot else found.lot)
            except Invalid as why:
                is_one = all(one.part == 1 for one in legs)
                raise why if is_one else Invalid(f"Order {leg.part}: {why}") from None
        return lots

    async def _leaving(
        self,
        account: Account,
        trading_mode: TradingMode,
        legs: Sequence[LegTerms],
        listed: Sequence[Instrument | None],
    ) -> Mapping[_Side, Decimal]:
        """What is held where these legs, with the orders that wait, can only reduce it.

        Only sides with a leg of unusual quantity are looked at, because only those have to know.
        """
        pairs = zip(legs, listed, strict=True)
        asked = {_side(leg): leg for leg, one in pairs if one is not None and not is_usual_quantity(leg, one)}
        return await self._reducing(account, trading_mode, legs, asked) if asked else {}

    async def _require_fresh(self, account: Account, trading_mode: TradingMode, legs: Sequence[LegTerms]) -> None:
        """Raises Unready for what would open a position by an old list of instruments."""
        why = self._brokers.why_stale(account, trading_mode, self._clock.now())
        if not why:
            return
        sides = {_side(one): one for one in legs}
        if len(await self._reducing(account, trading_mode, legs, sides)) < len(sides):
            raise Unready(why)

    async def _reducing(
        self,
        account: Account,
        trading_mode: TradingMode,
        legs: Sequence[LegTerms],
        asked: Mapping[_Side, LegTerms],
    ) -> Mapping[_Side, Decimal]:
        """What is held on those of these sides where the legs, with the orders that wait, can only reduce it."""
        positions = await self._positions(account, trading_mode)
        waiting = [
            replace(order.terms, quantity=order.terms.quantity - order.filled_quantity)
            for order in await self._brokers.book(account, trading_mode).list_orders()
            if order.status not in FINAL_LEG_STATES
        ]
        found = {}
        for side, leg in asked.items():
            held = _quantity(positions, leg)
            leaves = sum((one.quantity for one in (*legs, *waiting) if _side(one) == side), ZERO)
            if reduces(replace(leg, quantity=leaves), held):
                found[side] = held.copy_abs()
        return found

    def _situation(self, market: tuple[Account, TradingMode], instrument: Instrument, now: datetime) -> Situation:
        exchange = instrument.exchange
        quote = self._brokers.feed(*market).quote(exchange, instrument.symbol)
        return Situation(instrument, quote, now, self._phase(exchange, now.replace(microsecond=0)))

    def find(self, account: Account, trading_mode: TradingMode, terms: LegTerms) -> Instrument | None:
        """What these terms trade, as the broker of this mode lists it."""
        return self._brokers.instruments(account, trading_mode).find(terms.exchange, terms.symbol)

    async def _work_out(self, account: Account, trading_mode: TradingMode, intent: Intent) -> ResolvedLegs:
        match intent:
            case Single(terms):
                return ResolvedLegs((DraftLeg(terms),))
            case Split(terms, size):
                return ResolvedLegs(tuple(DraftLeg(child) for child in split(terms, size)))
            case Smart():
                return _smart(intent, await self._positions(account, trading_mode))
            case Basket(()):
                return ResolvedLegs((), nothing=EMPTY_BASKET)
            case Basket(items):
                positions = await self._positions(account, trading_mode)
                in_turn = in_sending_order(items, lambda item: _quantity(positions, item))
                return ResolvedLegs(tuple(DraftLeg(item, number) for number, item in in_turn))
            case Closing():
                return self._closing(account, trading_mode, await self._positions(account, trading_mode))
            case Gtt():
                require_gtts(self._brokers.book(account, trading_mode))
                require_possible(intent, self.find(account, trading_mode, intent.terms), self._clock.now())
                return ResolvedLegs((DraftLeg(intent.terms),))
            case Options():
                return self._options(account, trading_mode, intent)

    def _closing(self, account: Account, trading_mode: TradingMode, positions: Sequence[Position]) -> ResolvedLegs:
        found = list[DraftLeg]()
        for number, position in enumerate((one for one in positions if one.quantity), 1):
            terms = closing_terms(position, position.quantity.copy_abs())
            listed = self.find(account, trading_mode, terms)
            freeze = listed.freeze_quantity if listed is not None else 0
            found += [DraftLeg(child, number) for child in closing_pieces(terms, freeze)]
        return ResolvedLegs(tuple(found), nothing="" if found else NOTHING_TO_CLOSE)

    def _options(self, account: Account, trading_mode: TradingMode, intent: Options) -> ResolvedLegs:
        instruments = self._brokers.instruments(account, trading_mode)
        ltp = find_price(intent, instruments, self._brokers.feed(account, trading_mode))
        found = [
            (number, _option_terms(leg, find_contract(intent, leg, ltp, instruments)))
            for number, leg in enumerate(intent.legs, 1)
        ]
        children = [
            DraftLeg(child, number)
            for number, terms in buys_first(found)
            for child in _option_children(intent, intent.legs[number - 1], terms)
        ]
        facts = {"underlying": parse_underlying(intent.underlying)[0], "underlying_ltp": plain(ltp)}
        return ResolvedLegs(tuple(children), facts)

    async def _positions(self, account: Account, trading_mode: TradingMode) -> Sequence[Position]:
        return await self._brokers.book(account, trading_mode).list_positions()


def _smart(intent: Smart, positions: Sequence[Position]) -> ResolvedLegs:
    position = _quantity(positions, intent.terms)
    facts = {"target": plain(intent.position_size), "position": plain(position)}
    resolved = resolve_smart(intent, position)
    if isinstance(resolved, str):
        return ResolvedLegs((), facts, resolved)
    return ResolvedLegs((DraftLeg(resolved),), facts)


def _side(terms: LegTerms) -> _Side:
    return terms.position_key, terms.action


def _quantity(positions: Sequence[Position], terms: LegTerms) -> Decimal:
    return next((one.quantity for one in positions if one.key == terms.position_key), ZERO)


def _option_terms(leg: OptionLeg, contract: Instrument) -> LegTerms:
    return LegTerms(
        exchange=contract.exchange,
        symbol=contract.symbol,
        action=leg.action,
        quantity=Decimal(leg.quantity),
        pricetype=leg.pricetype,
        product=leg.product,
        price=leg.price,
        trigger_price=leg.trigger_price,
        disclosed_quantity=leg.disclosed_quantity,
    )


def _option_children(intent: Options, leg: OptionLeg, terms: LegTerms) -> tuple[LegTerms, ...]:
    return split(terms, leg.split, TOO_MANY_OF_A_LEG if intent.multi else TOO_MANY) if leg.split else (terms,)
