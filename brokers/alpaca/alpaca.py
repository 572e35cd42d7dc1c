"""Alpaca as a broker of one account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from brokers.alpaca.alpaca_abilities import CAPABILITIES
from brokers.alpaca.alpaca_answers import is_duplicate, judge, may_be_placed_already
from brokers.alpaca.alpaca_books import (
    closed_positions,
    read_funds,
    read_position,
    read_session,
    read_trade,
    whole_value,
)
from brokers.alpaca.alpaca_orders import chains, is_number, make_change, make_order, read_number, read_order
from brokers.alpaca.alpaca_prices import AlpacaPrices
from brokers.alpaca.alpaca_stream import AlpacaStream
from brokers.alpaca.alpaca_symbols import parse_symbols
from brokers.alpaca.alpaca_words import EXCHANGES
from brokers.common.adapter import Adapter, Opening
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Answer, Call
from brokers.common.rest.hosts import other_host, plain_address
from brokers.common.rest.listing import require
from brokers.common.rest.master_loading import Dump
from brokers.common.rest.rest_broker import RestBroker
from brokers.common.rest.row_fields import Row, as_row, as_rows, needed, readable, text
from brokers.common.rest.verdicts import Proof, Verdict
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, Unsupported
from core.ids import BrokerOrderId, ClientOrderId
from core.market.broker_capabilities import Capabilities
from core.market.broker_session import BrokerSession
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.orders.broker_order import Accepted, BrokerOrder, OrderChange, Placement, PlaceRequest, Sought, Unknown
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade

_BASE_URL = "https://api.alpaca.markets"
_HOMES = frozenset({"api.alpaca.markets", "paper-api.alpaca.markets"})
_PRICES = "https://data.alpaca.markets"
_DUMP = Dump("/v2/assets", "alpaca-assets.json", parse_symbols)
_LAST_ORDERS = {"status": "all", "limit": "500", "direction": "desc"}
_A_DAY = timedelta(hours=24)
_PAGE = 100
_MOST_PAGES = 50
_MOST_CHANGES = 100


class AlpacaBroker(RestBroker):
    """Implements core.ports.LiveBroker. Alpaca refuses a second order of one id; the first is adopted then."""

    NAME = "alpaca"
    TITLE = "Alpaca"
    CAPABILITIES: ClassVar[Capabilities] = CAPABILITIES

    def __init__(self, opening: Opening) -> None:
        address = plain_address(opening.address)
        super().__init__(opening, GuardedClient(address, opening.clock), _DUMP, address)
        self._stream = AlpacaStream(opening)
        self._secrets = (opening.credentials["api_secret"], opening.credentials["api_key"])
        self._headers = {
            "APCA-API-KEY-ID": opening.credentials["api_key"],
            "APCA-API-SECRET-KEY": opening.credentials["api_secret"],
        }
        server = GuardedClient(other_host(address, _HOMES, _PRICES), opening.clock)
        self._prices = AlpacaPrices(server, self._headers, opening.clock, self._say)

    async def close(self) -> None:
        """Close the connections."""
        await super().close()
        await self._prices.close()

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The order with our id; there is one at most."""
        try:
            return (await self._adoptable(sought.client_order_id),)
        except NotFound:
            return ()

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by its first number. Raises NotFound."""
        if not is_number(broker_order_id):
            raise NotFound(f"Alpaca has no order {broker_order_id}")
        return await self._whole(await self._ask_row(f"/v2/orders/{broker_order_id}"))

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order. Raises NotFound, BrokerRefused (already final), OutcomeUnknown."""
        return await self._change_last(broker_order_id, self._cancel_call)

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace an open order's terms. Raises NotFound, BrokerRefused, OutcomeUnknown."""
        return await self._change_last(broker_order_id, lambda number: self._modify_call(number, change))

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The last five hundred orders, oldest first."""
        found = self._read(chains, await self._ask(self._call("GET", "/v2/orders", _LAST_ORDERS)))
        lasts = {needed(first, "id"): last for first, last in found}
        firsts = [first for first, _ in found]
        orders = readable("Alpaca", firsts, lambda row: read_order(row, lasts[needed(row, "id")], self.instruments))
        return sorted(orders, key=lambda order: (order.placed_at, order.broker_order_id))

    async def list_trades(self) -> Sequence[Trade]:
        """The fills of the last twenty-four hours, oldest first."""
        since = (self._clock.now() - _A_DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"after": since, "direction": "asc", "page_size": str(_PAGE)}
        found: list[Row] = []
        for _ in range(_MOST_PAGES):
            page = self._read(as_rows, await self._ask(self._call("GET", "/v2/account/activities/FILL", asked)))
            found += page
            if len(page) < _PAGE:
                break
            asked["page_token"] = self._read(needed, page[-1], "id")
        return readable("Alpaca", found, lambda row: read_trade(row, self.instruments))

    async def list_positions(self) -> Sequence[Position]:
        """All that is held, whenever it was bought, and what was closed within a day."""
        rows = self._read(as_rows, await self._ask(self._call("GET", "/v2/positions")))
        held = readable("Alpaca", rows, lambda row: read_position(row, self.instruments))
        return [*held, *closed_positions(await self.list_trades(), held)]

    async def list_holdings(self) -> Sequence[Holding]:
        """Nothing: Alpaca has one list, and all that is held is in the positions."""
        return ()

    async def get_funds(self) -> Funds:
        """The account's money, in its currency."""
        said = await self._ask(self._call("GET", "/v2/account"))
        return self._read(read_funds, said, await self.list_positions())

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The whole value: Alpaca tells no margin beforehand."""
        return whole_value(basket)

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these; one without is left out. Raises BrokerUnavailable."""
        return [depth.quote for depth in await self._prices.depths(self.instruments, tickers)]

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """The best prices; None without a price. Raises BrokerUnavailable."""
        return next(iter(await self._prices.depths(self.instruments, [(exchange, symbol)])), None)

    async def session(self) -> BrokerSession:
        """Whether the key is taken and the account may trade, asked for now. Raises BrokerUnavailable."""
        answer = await self._client.read(self._call("GET", "/v2/account"))
        if answer.status == 200:
            found = self._read(lambda: read_session(answer.parsed()))
            if found.is_open:
                self._login.open()
            else:
                self._login.close(found.detail)
            return found
        verdict = self._heard(answer)
        if verdict.proof is Proof.NO_SESSION:
            return BrokerSession(False, verdict.message)
        raise BrokerUnavailable(verdict.message)

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """Alpaca's keys do not expire: there is nothing to log in to."""
        raise Unsupported("Alpaca's API keys need no login")

    async def _placement(self, answer: Answer, request: PlaceRequest) -> Placement:
        if not may_be_placed_already(answer):
            return await super()._placement(answer, request)
        try:
            return Accepted(await self._adoptable(request.client_order_id))
        except NotFound:
            if is_duplicate(answer):
                return Unknown("Alpaca says that this order is there already, and does not find it")
            return await super()._placement(answer, request)
        except BrokerUnavailable as away:
            return Unknown(str(away))

    def _order_call(self, request: PlaceRequest) -> Call:
        terms = request.terms
        if terms.exchange not in EXCHANGES:
            raise BrokerRefused(f"Alpaca takes no orders for {terms.exchange}")
        key = require(self.instruments, terms.exchange, terms.symbol).key
        return self._call("POST", "/v2/orders", body=make_order(terms, key, request.client_order_id))

    def _cancel_call(self, broker_order_id: BrokerOrderId) -> Call:
        return self._call("DELETE", f"/v2/orders/{broker_order_id}")

    def _modify_call(self, broker_order_id: BrokerOrderId, change: OrderChange) -> Call:
        return self._call("PATCH", f"/v2/orders/{broker_order_id}", body=make_change(change.terms))

    def _find_number(self, said: object) -> str | None:
        return read_number(said)

    def _judge(self, answer: Answer) -> Verdict:
        return judge(answer, self._secrets)

    def _say(self, answer: Answer) -> str:
        return self._judge(answer).message

    async def _adoptable(self, ours: ClientOrderId) -> BrokerOrder:
        return await self._whole(await self._ask_row("/v2/orders:by_client_order_id", {"client_order_id": ours}))

    async def _whole(self, first: Row) -> BrokerOrder:
        return self._read(read_order, first, await self._follow(first), self.instruments)

    async def _follow(self, first: Row) -> Row:
        """The order that it has become by changes."""
        last = first
        for _ in range(_MOST_CHANGES):
            following = text(last, "replaced_by")
            if not following:
                break
            last = await self._ask_row(f"/v2/orders/{following}")
        return last

    async def _change_last(self, number: BrokerOrderId, call: Callable[[BrokerOrderId], Call]) -> BrokerOrder:
        """Change an order, or what it was replaced by, which Alpaca tells by a refusal."""
        if not is_number(number):
            raise NotFound(f"Alpaca has no order {number}")
        try:
            return await self._change(number, call(number))
        except BrokerRefused:
            last = await self._follow(await self._ask_row(f"/v2/orders/{number}"))
            replacement = BrokerOrderId(self._read(needed, last, "id"))
            if replacement == number:
                raise
            return await self._change(number, call(replacement))

    async def _ask_row(self, path: str, params: Mapping[str, str] | None = None) -> Row:
        row = self._read(as_row, await self._ask(self._call("GET", path, params)))
        self._read(needed, row, "id")
        return row

    async def _download_symbols(self) -> bytes:
        answer = await self._files.read(self._call("GET", _DUMP.path, {"status": "active"}))
        if answer.status != 200:
            raise BrokerUnavailable(self._heard(answer).message)
        return answer.raw

    def _call(self, method: str, path: str, params: Mapping[str, str] | None = None, body: object = None) -> Call:
        return Call(method, path, self._headers, params or {}, body=body)


ADAPTER = Adapter("alpaca", "Alpaca", _BASE_URL, (frozenset({"api_key", "api_secret"}),), AlpacaBroker)
