"""Listing and withdrawing an account's orders over HTTP."""

from collections.abc import AsyncIterator

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from tests.runtime import Spine
from tests.webhook.real import serving_spine
from tests.webhook.talking import Http


@pytest.fixture
async def real(spine: Spine) -> AsyncIterator[Http]:
    """The HTTP face on the spine."""
    async with serving_spine(spine) as http:
        yield http


async def test_orders_are_listed_newest_first_as_pendingorder_tells_them(spine: Spine, real: Http) -> None:
    order_ids = [await spine.queue() for _ in range(3)]
    await spine.reject(order_ids[1])

    answer = await real.post("pendingorders", {"apikey": spine.secret})
    one = await real.post("pendingorder", {"apikey": spine.secret, "pending_order_id": order_ids[1]})

    data = answer.body["data"]
    assert [order["pending_order_id"] for order in data["orders"]] == order_ids[::-1]
    assert data["orders"][1].items() <= one.body["data"].items()
    assert data["next_cursor"] is None


async def test_pages_together_are_every_order_once(spine: Spine, real: Http) -> None:
    order_ids = [await spine.queue() for _ in range(7)]
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"apikey": spine.secret, "limit": "3", "cursor": cursor}
        data = (await real.post("pendingorders", asked)).body["data"]
        found += [order["pending_order_id"] for order in data["orders"]]
        cursor = data["next_cursor"]
        await spine.queue()

    assert found == order_ids[::-1]


async def test_a_status_narrows_the_page_and_not_the_statistics(spine: Spine, real: Http) -> None:
    order_ids = [await spine.queue() for _ in range(3)]
    await spine.reject(order_ids[0])

    answer = await real.post("pendingorders", {"apikey": spine.secret, "status": "rejected"})

    data = answer.body["data"]
    assert [order["pending_order_id"] for order in data["orders"]] == order_ids[:1]
    assert data["statistics"] == {
        "total": 3,
        "total_pending": 2,
        "total_approved": 0,
        "total_rejected": 1,
        "total_expired": 0,
        "total_withdrawn": 0,
        "total_denied": 0,
    }


async def test_another_accounts_orders_are_neither_listed_nor_counted(spine: Spine, real: Http) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    key = await spine.services.keys.create(other.id, "x", SYSTEM)
    await spine.queue()

    data = (await real.post("pendingorders", {"apikey": key.secret})).body["data"]

    assert (data["orders"], data["statistics"]["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "done"),
        ("limit", 0),
        ("limit", 101),
        ("limit", "x"),
        ("cursor", "x"),
        ("cursor", "YmVmb3JlOi0x"),
        ("cursor", 5),
        ("page", 1),
    ],
)
async def test_a_wrong_field_is_named(spine: Spine, real: Http, field: str, value: object) -> None:
    answer = await real.post("pendingorders", {"apikey": spine.secret, field: value})

    assert (answer.status, list(answer.body["message"])) == (400, [field])


async def test_an_order_is_withdrawn_and_then_it_is_too_late(spine: Spine, real: Http) -> None:
    asked = {"apikey": spine.secret, "pending_order_id": await spine.queue()}

    first = await real.post("withdraw", asked)
    second = await real.post("withdraw", asked)

    assert (first.status, first.body["data"]["status"]) == (200, "withdrawn")
    assert (second.status, second.body["status"]) == (409, "error")
    assert "it is withdrawn already" in second.body["message"]


async def test_a_repeated_withdrawal_under_one_key_gets_the_first_answer(spine: Spine, real: Http) -> None:
    asked = {"apikey": spine.secret, "pending_order_id": await spine.queue()}

    first = await real.post("withdraw", asked, Idempotency_Key="w-1")
    second = await real.post("withdraw", asked, Idempotency_Key="w-1")

    assert (second.status, second.raw) == (200, first.raw)


async def test_an_unknown_order_is_not_found(spine: Spine, real: Http) -> None:
    answer = await real.post("withdraw", {"apikey": spine.secret, "pending_order_id": 99})

    assert (answer.status, answer.body["message"]) == (404, "Pending order 99 not found")
