"""What people do themselves in the tests of closing."""

from decimal import Decimal

from core.accounts import OrderMode, TradingMode
from core.client.closing import HowMuch, Part
from core.ids import UserId
from core.orders.order import ApiType, Order, Product
from core.services.trading.client_closes import CloseQuestion, Closing
from tests.factories import ASHA, some_terms
from tests.runtime import Spine

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
SBIN = ("NSE", "SBIN", Product.MIS)


async def bought(spine: Spine, quantity: int = 10, trading_mode: TradingMode = LIVE) -> None:
    """A strategy bought this many shares; then the account went back to semi-auto."""
    await spine.switch(order_mode=AUTO, trading_mode=trading_mode)
    await spine.send(some_terms(quantity=quantity))
    await spine.switch(order_mode=SEMI)


async def ask_close(spine: Spine, how_much: HowMuch = Part.ALL, by: UserId = ASHA) -> CloseQuestion:
    """Somebody wants to close SBIN."""
    return await spine.services.client_actions.closes.ask(by, spine.account.id, {SBIN: how_much})


async def confirm_close(spine: Spine, question: CloseQuestion, by: UserId = ASHA) -> Closing:
    """They tap Yes, and the executor has its turn."""
    closing = await spine.services.client_actions.closes.confirm(by, question.token)
    await spine.execute()
    return closing


async def held(spine: Spine, trading_mode: TradingMode = LIVE) -> Decimal:
    """How many SBIN the book has."""
    return sum((one.quantity for one in await spine.book(trading_mode).list_positions()), Decimal(0))


async def clients_orders(spine: Spine) -> list[Order]:
    """Every order that a client gave."""
    page = await spine.services.client_view.list_orders(ASHA, limit=100)
    return [order for order in page.orders if order.api_type is ApiType.CLIENT]
