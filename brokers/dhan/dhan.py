"""Dhan as a broker of one account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar, TypeVar

from brokers.common.adapter import Adapter, Opening
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Answer, Call
from brokers.common.pacing import Pacing
from brokers.common.rest.hosts import other_host, plain_address
from brokers.common.rest.listing import require
from brokers.common.rest.master_loading import Dump
from brokers.common.rest.rest_broker import RestBroker
from brokers.common.rest.row_fields import Row, as_rows, readable
from brokers.common.rest.unsigned_postbacks import UnsignedPostbacks
from brokers.common.rest.verdicts import Proof, Verdict
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.dhan.dhan_answers import NO_DATA, error_code, judge
from brokers.dhan.dhan_books import (
    add_margins,
    make_margin_question,
    read_funds,
    read_holding,
    read_margin,
    read_position,
    read_session,
    read_trade,
)
from brokers.dhan.dhan_orders import make_change, make_order, read_number, read_order, read_orders
from brokers.dhan.dhan_quotes import MOST_AT_ONCE, make_question, read_depths
from brokers.dhan.dhan_stream import DhanStream
from brokers.dhan.dhan_symbols import parse_symbols
from brokers.dhan.dhan_words import PRODUCTS, TRADED
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, Unsupported
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.market.broker_session import BrokerSession
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.orders.broker_order import BrokerOrder, OrderChange, PlaceRequest, Sought
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade

_BASE_URL = "https://api.dhan.co"
_HOMES = frozenset({"api.dhan.co", "sandbox.dhan.co"})
_FILES = "https://images.dhan.co"
_DUMP = Dump("/api-data/api-scrip-master-detailed.csv", "dhan-symbols.csv", parse_symbols)
_HOLDINGS = "/holdings"
_QUOTES_PER_SECOND = 1
_FOR_A_QUOTE = timedelta(seconds=5)
T = TypeVar("T")


class DhanBroker(UnsignedPostbacks, RestBroker):
    """Implements core.ports.LiveBroker. Orders carry our id as `correlationId`, by which they can be asked for."""

    NAME = "dhan"
    TITLE = "Dhan"
    CAPABILITIES: ClassVar[Capabilities] = Capabilities(
        duplicates=Duplicates.LOOKUP,
        tag_length=25,
        appears_within=timedelta(seconds=90),
        shows_rejects=True,
        book_every=timedelta(seconds=1),
        orders_per_second=10,
        market=Sending.PROTECTED,
        stop_market=Sending.AS_LIMIT,
        products=frozenset(PRODUCTS),
        exchanges=TRADED,
    )

    def __init__(self, opening: Opening) -> None:
        address = plain_address(opening.address)
        super().__init__(opening, GuardedClient(address, opening.clock), _DUMP, other_host(address, _HOMES, _FILES))
        self._stream = DhanStream(opening)
        self._client_id = opening.credentials["client_id"]
        self._secrets = (opening.credentials["access_token"],)
        self._headers = {
            "access-token": opening.credentials["access_token"],
            "client-id": self._client_id,
            "Accept": "application/json",
        }
        self._quote_pacing = Pacing(opening.clock, _QUOTES_PER_SECOND)

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The orders with our id, by the order book and by Dhan's look-up."""
        ours = [order for order in await self.list_orders() if order.client_order_id == sought.client_order_id]
        return ours or await self._look_up(f"/orders/external/{sought.client_order_id}")

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by Dhan's id. Raises NotFound."""
        found = await self._look_up(f"/orders/{broker_order_id}")
        if not found:
            raise NotFound(f"Dhan has no order {broker_order_id}")
        return found[0]

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""
        found = await self._book("/orders", read_order)
        return sorted(found, key=lambda order: (order.placed_at, order.broker_order_id))

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book, oldest first."""
        return sorted(await self._book("/trades", read_trade), key=lambda trade: trade.at)

    async def list_positions(self) -> Sequence[Position]:
        """Positions; closed ones of today stay listed."""
        return await self._book("/positions", read_position)

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares."""
        return await self._book(_HOLDINGS, read_holding)

    async def get_funds(self) -> Funds:
        """The account's money; profits are those of the positions."""
        said = await self._ask(self._call("GET", "/fundlimit"))
        return self._read(read_funds, said, await self.list_positions())

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The margin of each position by itself, added up."""
        margins = []
        for one in basket:
            question = make_margin_question(one, self._listed(one.terms.exchange, one.terms.symbol))
            said = await self._ask(self._call("POST", "/margincalculator", question))
            margins.append(self._read(read_margin, said))
        return add_margins(margins)

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these; one without is left out. Raises BrokerUnavailable."""
        return [depth.quote for depth in await self._depths(tickers)]

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices; None without a price. Raises BrokerUnavailable."""
        return next(iter(await self._depths([(exchange, symbol)])), None)

    async def session(self) -> BrokerSession:
        """Whether the token is taken, asked for now. Raises BrokerUnavailable when Dhan does not answer."""
        answer = await self._client.read(self._call("GET", "/profile"))
        if answer.status == 200:
            found = self._read(read_session, self._read(answer.parsed))
            self._login.open()
            return found
        verdict = self._heard(answer)
        if verdict.proof is Proof.NO_SESSION:
            return BrokerSession(False, verdict.message)
        raise BrokerUnavailable(verdict.message)

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """Dhan gives a token on its own page, which becomes a credential: there is nothing to finish here."""
        raise Unsupported("Dhan has no login page for this; make an access token on web.dhan.co")

    def _order_call(self, request: PlaceRequest) -> Call:
        listed = self._listed(request.terms.exchange, request.terms.symbol)
        return self._call("POST", "/orders", make_order(request.terms, listed, request.client_order_id))

    def _cancel_call(self, broker_order_id: BrokerOrderId) -> Call:
        return self._call("DELETE", f"/orders/{broker_order_id}")

    def _modify_call(self, broker_order_id: BrokerOrderId, change: OrderChange) -> Call:
        instrument = self._listed(change.terms.exchange, change.terms.symbol).instrument
        return self._call("PUT", f"/orders/{broker_order_id}", make_change(broker_order_id, change.terms, instrument))

    def _find_number(self, said: object) -> str | None:
        return read_number(said)

    def _judge(self, answer: Answer) -> Verdict:
        return judge(answer, self._secrets)

    def _tells_absence(self, answer: Answer) -> bool:
        return super()._tells_absence(answer) or error_code(answer) in NO_DATA

    def _listed(self, exchange: str, symbol: str) -> Listed:
        if exchange not in TRADED:
            raise BrokerRefused(f"Countersign sends Dhan no orders for {exchange}")
        return require(self.instruments, exchange, symbol)

    async def _look_up(self, path: str) -> Sequence[BrokerOrder]:
        try:
            said = await self._ask(self._call("GET", path))
        except NotFound:
            return ()
        return self._read(read_orders, said, self.instruments)

    async def _book(self, path: str, read: Callable[[Row, SymbolMaster], T]) -> Sequence[T]:
        try:
            rows = self._read(as_rows, await self._ask(self._call("GET", path)))
        except NotFound:
            if path == _HOLDINGS:
                return ()
            raise self._unreadable() from None
        return readable("Dhan", rows, lambda row: read(row, self.instruments))

    async def _depths(self, tickers: Sequence[Ticker]) -> Sequence[Depth]:
        keys = [key for ticker in tickers if (key := self.instruments.key_of(*ticker))]
        found: list[Depth] = []
        for start in range(0, len(keys), MOST_AT_ONCE):
            if await self._quote_pacing.turn(self._clock.now() + _FOR_A_QUOTE, is_exit=False) is not None:
                raise BrokerUnavailable(
                    "Dhan takes one question for prices in a second, and others were before this one"
                )
            asked_at = self._clock.now()
            question = make_question(keys[start : start + MOST_AT_ONCE])
            said = await self._ask(self._call("POST", "/marketfeed/quote", question))
            found += self._read(read_depths, said, self.instruments, asked_at)
        return found

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Call:
        signed = None if body is None else {**body, "dhanClientId": self._client_id}
        return Call(method, f"/v2{path}", self._headers, body=signed)


ADAPTER = Adapter("dhan", "Dhan", _BASE_URL, (frozenset({"client_id", "access_token"}),), DhanBroker)
