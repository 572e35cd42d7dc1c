"""Accounts: named once, changed by compare-and-swap, seen only by who is linked to them."""

import asyncio

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import CountersignError, Invalid, NotFound, TooLate
from core.orders.states import QueueStatus
from tests.factories import ASHA, MALLORY, OMKAR
from tests.runtime import Spine


async def test_account_is_found_by_its_name(spine: Spine) -> None:
    assert await spine.services.accounts.get("main") == spine.account
    assert await spine.services.accounts.list() == [spine.account]


async def test_account_that_is_not_there_is_named(spine: Spine) -> None:
    with pytest.raises(NotFound, match="no account named 'nobody'"):
        await spine.services.accounts.get("nobody")


@pytest.mark.parametrize(
    ("name", "broker", "field"),
    [("main", "paper", "name"), ("", "paper", "name"), ("a\nb", "paper", "name"), ("new", "nope", "broker")],
)
async def test_account_that_cannot_be_is_refused_by_field(spine: Spine, name: str, broker: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await spine.services.accounts.add(name, broker, OrderMode.AUTO, TradingMode.LIVE, SYSTEM)

    assert refusal.value.field == field
    assert await spine.services.accounts.list() == [spine.account]


async def test_change_is_audited(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)

    link = (await spine.audit_of())[-1]
    assert (link.kind, link.facts) == (Kind.ACCOUNT_CHANGED, '{"order_mode":"auto"}')


async def test_unknown_broker_cannot_be_set(spine: Spine) -> None:
    with pytest.raises(Invalid, match="There is no broker 'nope'; there is paper"):
        await spine.switch(broker="nope")


async def test_of_two_changes_at_the_same_moment_one_is_told_to_look_again(spine: Spine) -> None:
    changes = ({"order_mode": OrderMode.AUTO}, {"trading_mode": TradingMode.SANDBOX})

    answers = await asyncio.gather(*(spine.switch(**change) for change in changes), return_exceptions=True)

    losers = [one for one in answers if isinstance(one, CountersignError)]
    assert [type(one) for one in losers] in ([TooLate], [])
    account = await spine.services.accounts.get("main")
    changed = (account.order_mode is OrderMode.AUTO) + (account.trading_mode is TradingMode.SANDBOX)
    assert changed == 2 - len(losers)


async def test_person_sees_the_accounts_they_are_linked_to(spine: Spine) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    await spine.link(ASHA, Role.VIEWER, other.id)

    seen = await spine.services.client_view.accounts_of(ASHA)

    assert [(account.name, link.role) for account, link in seen] == [("main", Role.OWNER), ("other", Role.VIEWER)]
    assert await spine.services.client_view.accounts_of(MALLORY) == []


async def test_person_sees_orders_of_their_accounts_only(spine: Spine) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    await spine.link(OMKAR, Role.OWNER, other.id)
    order_id = await spine.queue()

    assert (await spine.services.client_view.get_order(ASHA, order_id))[1].id == order_id
    assert (await spine.services.client_view.list_orders(OMKAR)).orders == ()
    for stranger in (OMKAR, MALLORY):
        with pytest.raises(NotFound):
            await spine.services.client_view.get_order(stranger, order_id)


async def test_orders_come_newest_first_page_by_page(spine: Spine) -> None:
    order_ids = [await spine.queue() for _ in range(5)]
    await spine.reject(order_ids[0])
    client_view = spine.services.client_view

    first = await client_view.list_orders(ASHA, limit=3)
    second = await client_view.list_orders(ASHA, before=first.next_before, limit=3)
    pending = await client_view.list_orders(ASHA, QueueStatus.PENDING, limit=10)

    assert [order.id for order in (*first.orders, *second.orders)] == order_ids[::-1]
    assert second.next_before is None
    assert [order.id for order in pending.orders] == order_ids[:0:-1]


async def test_price_comes_from_the_feed(spine: Spine) -> None:
    quotes = spine.services.client_view.quotes(spine.account, TradingMode.LIVE)
    quote = quotes("NSE", "SBIN")

    assert quote is not None
    assert quote.ltp == 800
    assert quotes("NSE", "NOTHING") is None
