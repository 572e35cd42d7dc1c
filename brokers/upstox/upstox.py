"""Upstox as a broker of one account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, TypeVar

from brokers.common.adapter import Adapter, Opening
from brokers.common.circuit import Circuit
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Answer, Call
from brokers.common.rest.hosts import other_host, plain_address
from brokers.common.rest.listing import require
from brokers.common.rest.login_state import LoginState
from brokers.common.rest.master_loading import Dump
from brokers.common.rest.rest_broker import RestBroker
from brokers.common.rest.row_fields import Row, as_row, readable
from brokers.common.rest.unsigned_postbacks import UnsignedPostbacks
from brokers.common.rest.verdicts import Proof, Verdict
from brokers.common.symbol_master import SymbolMaster
from brokers.upstox.upstox_answers import judge, tells_no_such_order
from brokers.upstox.upstox_books import (
    make_charges_question,
    make_margin_question,
    read_charges,
    read_funds,
    read_holding,
    read_margin,
    read_position,
    read_trade,
)
from brokers.upstox.upstox_login import has_page, login_url, make_exchange, read_session, read_token
from brokers.upstox.upstox_orders import (
    data_in,
    make_change,
    make_order,
    read_number,
    read_numbers,
    read_order,
    rows_in,
)
from brokers.upstox.upstox_quotes import MOST_AT_ONCE, read_depths
from brokers.upstox.upstox_stream import ADDRESS_ASKED, UpstoxStream
from brokers.upstox.upstox_symbols import parse_symbols
from brokers.upstox.upstox_words import PRODUCTS, TRADED
from core.errors import BrokerRefused, BrokerUnavailable, NotFound
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.market.broker_session import BrokerSession
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.money import ZERO
from core.orders.broker_order import BrokerOrder, OrderChange, PlaceRequest, Sought
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade

_BASE_URL = "https://api.upstox.com"
_FOR_ORDERS = "https://api-hft.upstox.com"
_HOMES = frozenset({"api.upstox.com", "api-sandbox.upstox.com"})
_FILES = "https://assets.upstox.com"
_DUMP = Dump("/market-quote/instruments/exchange/complete.json.gz", "upstox-symbols.json.gz", parse_symbols)
_NOBODY = "Upstox asks for a login"
T = TypeVar("T")


class UpstoxBroker(UnsignedPostbacks, RestBroker):
    """Implements core.ports.LiveBroker and ChargeEstimator. Orders carry our id as `tag`, and go to a fast host."""

    NAME = "upstox"
    TITLE = "Upstox"
    CAPABILITIES: ClassVar[Capabilities] = Capabilities(
        duplicates=Duplicates.LOOKUP,
        tag_length=40,
        appears_within=timedelta(seconds=90),
        shows_rejects=True,
        book_every=timedelta(seconds=1),
        orders_per_second=10,
        market=Sending.PROTECTED,
        stop_market=Sending.PROTECTED,
        products=frozenset(PRODUCTS),
        exchanges=TRADED,
    )

    def __init__(self, opening: Opening) -> None:
        address = plain_address(opening.address)
        circuit = Circuit(address.name, opening.clock)
        client = GuardedClient(address, opening.clock, circuit)
        super().__init__(opening, client, _DUMP, other_host(address, _HOMES, _FILES))
        # The sandbox takes orders at its own address, never at the live one.
        fast = other_host(address, {"api.upstox.com"}, _FOR_ORDERS)
        self._orders = client if fast == address else GuardedClient(fast, opening.clock, circuit)
        self._stream = UpstoxStream(address, lambda: self._ask(self._call(*ADDRESS_ASKED)))
        self._credentials = dict(opening.credentials)
        self._login = LoginState(None if self._token else _NOBODY)

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The orders with our id, by the order book and by the history of the tag."""
        ours = [order for order in await self.list_orders() if order.client_order_id == sought.client_order_id]
        if ours:
            return ours
        try:
            said = await self._ask(self._call("GET", "/v2/order/history", {"tag": sought.client_order_id}))
        except NotFound:
            return ()
        return [await self.get(number) for number in self._read(read_numbers, said)]

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by Upstox's id. Raises NotFound."""
        said = await self._ask(self._call("GET", "/v2/order/details", {"order_id": broker_order_id}))
        return self._read(lambda: read_order(as_row(data_in(said)), self.instruments))

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""
        found = await self._book("/v2/order/retrieve-all", read_order)
        return sorted(found, key=lambda order: (order.placed_at, order.broker_order_id))

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book, oldest first."""
        found = await self._book("/v2/order/trades/get-trades-for-day", read_trade)
        return sorted(found, key=lambda trade: trade.at)

    async def list_positions(self) -> Sequence[Position]:
        """Positions; closed ones of today stay listed."""
        return await self._book("/v2/portfolio/short-term-positions", read_position)

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares."""
        return await self._book("/v2/portfolio/long-term-holdings", read_holding)

    async def get_funds(self) -> Funds:
        """The account's money; profits are those of the positions."""
        said = await self._ask(self._call("GET", "/v2/user/get-funds-and-margin"))
        return self._read(read_funds, said, await self.list_positions())

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The margin of the positions together."""
        question = make_margin_question([(one, self._key(one.terms.exchange, one.terms.symbol)) for one in basket])
        said = await self._ask(self._call("POST", "/v2/charges/margin", body=question))
        return self._read(read_margin, said)

    async def estimate_charges(self, basket: Sequence[Priced]) -> Decimal | None:
        """Brokerage, taxes and all else for these trades."""
        total = ZERO
        for one in basket:
            question = make_charges_question(one, self._key(one.terms.exchange, one.terms.symbol))
            total += self._read(read_charges, await self._ask(self._call("GET", "/v2/charges/brokerage", question)))
        return total

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these; one without is left out. Raises BrokerUnavailable."""
        return [depth.quote for depth in await self._depths(tickers)]

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices; None without a price. Raises BrokerUnavailable."""
        return next(iter(await self._depths([(exchange, symbol)])), None)

    async def session(self) -> BrokerSession:
        """Whether the token is taken, asked for now. Raises BrokerUnavailable when Upstox does not answer."""
        page = login_url(self._credentials) if has_page(self._credentials) else None
        if not self._token:
            return BrokerSession(False, _NOBODY, login_url=page)
        answer = await self._client.read(self._call("GET", "/v2/user/profile"))
        if answer.status == 200:
            data = self._read(lambda: data_in(answer.parsed()))
            found = self._read(read_session, data, self._clock.now())
            self._login.open()
            return found
        verdict = self._heard(answer)
        if verdict.proof is Proof.NO_SESSION:
            return BrokerSession(False, verdict.message, login_url=page)
        raise BrokerUnavailable(verdict.message)

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """Make a token of the code that Upstox's page gave; the credentials to keep from now on."""
        said = await self._client.read(make_exchange(self._credentials, answer))
        if said.status in {400, 401, 403}:
            raise BrokerRefused(f"Upstox does not take this code; {_NOBODY}")
        if said.status != 200:
            raise BrokerUnavailable(self._judge(said).message)
        self._credentials["access_token"] = self._read(lambda: read_token(said.parsed()))
        self._login.open()
        return dict(self._credentials)

    @property
    def _token(self) -> str:
        return self._credentials.get("access_token", "")

    def _order_call(self, request: PlaceRequest) -> Call:
        key = self._key(request.terms.exchange, request.terms.symbol)
        return self._call("POST", "/v3/order/place", body=make_order(request.terms, key, request.client_order_id))

    def _cancel_call(self, broker_order_id: BrokerOrderId) -> Call:
        return self._call("DELETE", "/v3/order/cancel", {"order_id": broker_order_id})

    def _modify_call(self, broker_order_id: BrokerOrderId, change: OrderChange) -> Call:
        return self._call("PUT", "/v3/order/modify", body=make_change(broker_order_id, change.terms))

    def _find_number(self, said: object) -> str | None:
        return read_number(said)

    def _judge(self, answer: Answer) -> Verdict:
        return judge(answer, (self._token, self._credentials.get("api_secret", "")))

    def _tells_absence(self, answer: Answer) -> bool:
        return tells_no_such_order(answer)

    def _key(self, exchange: str, symbol: str) -> str:
        if exchange not in TRADED:
            raise BrokerRefused(f"Countersign sends Upstox no orders for {exchange}")
        return require(self.instruments, exchange, symbol).key

    async def _book(self, path: str, read: Callable[[Row, SymbolMaster], T]) -> Sequence[T]:
        try:
            said = await self._ask(self._call("GET", path))
        except NotFound:
            raise self._unreadable() from None
        return readable("Upstox", self._read(rows_in, said), lambda row: read(row, self.instruments))

    async def _depths(self, tickers: Sequence[Ticker]) -> Sequence[Depth]:
        keys = [key for ticker in tickers if (key := self.instruments.key_of(*ticker))]
        found: list[Depth] = []
        for start in range(0, len(keys), MOST_AT_ONCE):
            asked_at = self._clock.now()
            wanted = {"instrument_key": ",".join(keys[start : start + MOST_AT_ONCE])}
            said = await self._ask(self._call("GET", "/v2/market-quote/quotes", wanted))
            found += self._read(read_depths, said, self.instruments, asked_at)
        return found

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Call:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return Call(method, path, headers, params or {}, body=body)


ADAPTER = Adapter(
    "upstox",
    "Upstox",
    _BASE_URL,
    (frozenset({"access_token"}), frozenset({"api_key", "api_secret", "redirect_uri"})),
    UpstoxBroker,
    optional=frozenset({"access_token"}),
    login_url=login_url,
)
