"""A rig whose account holds positions and has orders at the broker, for what clients do themselves."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.ids import OrderId
from core.orders.order import Action, LegTerms, Order, PriceType
from core.portfolio.positions import Position
from tests.bot.rig import RELIANCE, Rig
from tests.waiting import SOON

BOUGHT = replace(RELIANCE, pricetype=PriceType.MARKET, price=Decimal(0))
RESTING = replace(RELIANCE, price=Decimal(1000))


async def trade(rig: Rig, *all_terms: LegTerms, trading_mode: TradingMode = TradingMode.LIVE) -> None:
    """A strategy trades in auto mode; then the account is semi-auto again."""
    account = "main"
    await rig.runtime.services.accounts.set(account, SYSTEM, order_mode=OrderMode.AUTO, trading_mode=trading_mode)
    await rig.runtime.open_books()
    for terms in all_terms:
        await rig.order(terms)
    await rig.runtime.services.accounts.set(account, SYSTEM, order_mode=OrderMode.SEMI_AUTO)


async def positions(rig: Rig) -> list[Position]:
    """What the account holds."""
    account = await rig.runtime.services.accounts.get("main")
    return [one for one in await rig.runtime.services.books.positions(account) if one.quantity]


async def open_orders(rig: Rig) -> list[LegTerms]:
    """What rests at the broker."""
    account = await rig.runtime.services.accounts.get("main")
    return [one.terms for one in await rig.runtime.services.books.of(account).list_open()]


async def becomes(rig: Rig, user_id: int, message: dict[str, Any], contains: str) -> dict[str, Any]:
    """The same message, once it says this."""

    def changed() -> dict[str, Any] | None:
        found = [one for one in rig.telegram.messages(user_id) if one["message_id"] == message["message_id"]]
        return found[0] if found and contains in found[0]["text"] else None

    return await rig.telegram.wait_for(changed, SOON)


async def clients_order(rig: Rig, order_id: int) -> Order:
    """An order that a client gave."""
    return await rig.read(OrderId(order_id))


SOLD = replace(BOUGHT, action=Action.SELL)
