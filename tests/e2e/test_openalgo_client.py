"""OpenAlgo's own Python client, unchanged, in every combination of modes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from openalgo import api

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.people import approve, local_telegram, talking
from tests.e2e.program import Installation
from tests.factories import ASHA
from tests.webhook.scripting import closing_client

pytestmark = pytest.mark.asyncio(loop_scope="module")
SBIN = {"strategy": "momentum", "symbol": "SBIN", "exchange": "NSE", "product": "MIS"}
TERMS = {"action": "BUY", "price_type": "LIMIT", "quantity": 10}
RESTING = {**SBIN, **TERMS, "price": 1}
MODES = [("auto", "live"), ("auto", "sandbox"), ("semi_auto", "live"), ("semi_auto", "sandbox")]
CLIENT_ONLY = ("cancelorder", "modifyorder", "cancelallorder", "closeposition", "analyzertoggle")
where_allowed = pytest.mark.parametrize("modes", [one for one in MODES if one != ("semi_auto", "live")], ids="-".join)
each_mode = pytest.mark.parametrize("modes", MODES, ids="-".join)


@dataclass(frozen=True)
class Client:
    """The published client, called from a thread since it blocks."""

    client: Any
    home: Installation
    address: str
    telegram: LocalTelegram
    outcome: Callable[[int], Any]
    order_mode: str
    trading_mode: str

    async def __call__(self, method: str, **arguments: Any) -> Json:
        """What the client returns."""
        return dict(await asyncio.to_thread(getattr(self.client, method), **arguments))

    async def place(self, **arguments: Any) -> str:
        """An order that reached the broker, after its approval where that is needed; the broker's id."""
        answer = await self("placeorder", **arguments)
        if self.order_mode == "auto":
            assert answer["status"] == "success", answer
            return str(answer["orderid"])
        assert answer["message"] == "Order queued for approval in Action Center", answer
        assert isinstance(answer["pending_order_id"], int)
        await approve(self.telegram, ASHA, answer["pending_order_id"])
        return str((await self.outcome(answer["pending_order_id"]))["orders"][0]["orderid"])


Clients = Mapping[tuple[str, str], Client]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clients(furnished: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clients]:
    """A client in each combination of modes, each of a service of its own."""
    folder = tmp_path_factory.mktemp("openalgo")
    async with AsyncExitStack() as stack:
        opening = [_client_of(stack, furnished.copied_to(folder / "-".join(modes)), *modes) for modes in MODES]
        yield dict(zip(MODES, await asyncio.gather(*opening), strict=True))


async def _client_of(stack: AsyncExitStack, home: Installation, order_mode: str, trading_mode: str) -> Client:
    await home.set_modes(order_mode, trading_mode)
    telegram, url = await stack.enter_async_context(local_telegram())
    service = await stack.enter_async_context(home.at(url).running())
    strategy = await stack.enter_async_context(talking(service, home.key))
    made = stack.enter_context(closing_client(api(api_key=home.key, host=service.address)))
    return Client(made, home, service.address, telegram, strategy.outcome, order_mode, trading_mode)


@each_mode
async def test_an_order_is_placed_and_read_back_from_every_book(clients: Clients, modes: tuple[str, str]) -> None:
    client = clients[modes]
    orderid = await client.place(**SBIN, action="BUY", price_type="MARKET", quantity=10)
    status = await client("orderstatus", order_id=orderid, strategy="momentum")
    books = {book: await client(book) for book in ("orderbook", "tradebook", "positionbook", "holdings", "funds")}
    position = await client("openposition", **SBIN)

    assert (status["data"]["order_status"], status["data"]["orderid"]) == ("complete", orderid)
    assert [one["orderid"] for one in books["orderbook"]["data"]["orders"]] == [orderid]
    assert [one["orderid"] for one in books["tradebook"]["data"]] == [orderid]
    assert [(one["symbol"], float(one["quantity"])) for one in books["positionbook"]["data"]] == [("SBIN", 10)]
    assert all(book["status"] == "success" for book in books.values())
    assert float(position["quantity"]) == 10
    told_mode = {book.get("mode") for book in (status, position, *books.values())}
    assert told_mode == ({"analyze"} if modes[1] == "sandbox" else {None})


@each_mode
async def test_the_analyzer_status_is_the_accounts_own(clients: Clients, modes: tuple[str, str]) -> None:
    status = await clients[modes]("analyzerstatus")

    assert status["data"]["analyze_mode"] is (modes[1] == "sandbox")
    assert status["data"]["mode"] == ("analyze" if modes[1] == "sandbox" else "live")


@where_allowed
async def test_resting_orders_are_modified_and_cancelled_and_positions_closed(
    clients: Clients, modes: tuple[str, str]
) -> None:
    client = clients[modes]
    first = await client.place(**RESTING)
    changed = await client("modifyorder", order_id=first, **{**RESTING, "price": 2})
    after = await client("orderstatus", order_id=first)
    cancelled = await client("cancelorder", order_id=first, strategy="momentum")
    second = await client.place(**RESTING)
    all_cancelled = await client("cancelallorder", strategy="momentum")
    await client.place(**SBIN, action="BUY", price_type="MARKET", quantity=10)
    closed = await client("closeposition", strategy="momentum")
    position = await client("openposition", **SBIN)

    assert (changed["status"], changed["orderid"]) == ("success", first)
    assert float(after["data"]["price"]) == 2
    assert (cancelled["status"], cancelled["orderid"]) == ("success", first)
    assert all_cancelled["canceled_orders"] == [second]
    assert closed["status"] == "success", closed
    assert float(position["quantity"]) == 0


@where_allowed
async def test_the_analyzer_is_toggled_both_ways_where_that_is_allowed(
    clients: Clients, modes: tuple[str, str]
) -> None:
    to_sandbox = modes[1] == "live"
    client = clients[modes]
    there = await client("analyzertoggle", mode=to_sandbox)
    now = await client("analyzerstatus")
    back = await client("analyzertoggle", mode=not to_sandbox)
    await client.home.set_modes(*modes)

    assert there["data"]["analyze_mode"] is to_sandbox
    assert now["data"]["analyze_mode"] is to_sandbox
    # Out of the sandbox a semi-auto account's strategy cannot switch itself back.
    assert back["status"] == ("error" if modes[0] == "semi_auto" else "success")


@pytest.mark.parametrize("method", CLIENT_ONLY)
async def test_what_only_the_client_may_do_is_refused_in_semi_auto_live(clients: Clients, method: str) -> None:
    needed: dict[str, Json] = {
        "cancelorder": {"order_id": "1"},
        "modifyorder": {"order_id": "1", **RESTING},
        "analyzertoggle": {"mode": True},
    }
    name = "analyzer/toggle" if method == "analyzertoggle" else method
    client = clients[("semi_auto", "live")]
    refused = await client(method, **needed.get(method, {}))

    text = (
        f"Operation {name} is not allowed in Semi-Auto mode. "
        "Please switch to Auto mode or use the UI for direct control."
    )
    assert (refused["status"], refused["error_type"], refused["code"]) == ("error", "http_error", 403)
    assert refused["message"].startswith("HTTP 403: ")
    assert text in refused["message"]


async def test_a_wrong_key_is_an_http_error_with_openalgos_words(clients: Clients) -> None:
    client = clients[("semi_auto", "live")]
    with closing_client(api(api_key="not-a-key", host=client.address)) as stranger:
        refused = await asyncio.to_thread(stranger.placeorder, **SBIN, action="BUY", quantity=1)

    assert (refused["status"], refused["code"]) == ("error", 403)
    assert "Invalid openalgo apikey" in refused["message"]
