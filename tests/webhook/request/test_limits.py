"""Rate limits: who asks too often is refused, with the time after which to ask again, and nothing happens."""

import asyncio

import pytest

from core.audit import SYSTEM
from core.errors import TooMany, Unauthorized
from tests.runtime import Spine
from tests.webhook.real import serving_spine
from tests.webhook.talking import ORDER
from webhook.request.rate_limits import HttpLimits, RateLimits, network


class Ticks:
    """A clock of seconds that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    """The clock of the rate limits."""
    return Ticks()


async def good(key: str) -> str:
    """Every key is good."""
    return key


async def bad(key: str) -> str:
    """No key is."""
    raise Unauthorized("Invalid openalgo apikey")


async def test_more_orders_than_the_limit_are_429_and_nothing_of_them_is_stored(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(orders_per_second=0.1)) as http:
        first = await http.post("placeorder", ORDER | {"apikey": spine.secret})
        second = await http.post("placeorder", ORDER | {"apikey": spine.secret})

    assert (first.status, second.status) == (200, 429)
    assert second.body["status"] == "error"
    assert "at most 0.1 orders a second with one key" in second.body["message"]
    assert 1 <= int(second.headers["Retry-After"]) <= 10
    assert spine.sql("SELECT count(*) FROM orders") == [(1,)]


async def test_reads_have_a_limit_of_their_own(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(orders_per_second=0.1, requests_per_second=0.1)) as http:
        await http.post("placeorder", ORDER | {"apikey": spine.secret})
        read = await http.post("funds", {"apikey": spine.secret})
        second = await http.post("funds", {"apikey": spine.secret})

    assert (read.status, second.status) == (200, 429)


async def test_each_key_has_its_own_limit(spine: Spine) -> None:
    other = await spine.services.keys.create(spine.account.id, "other", SYSTEM)
    async with serving_spine(spine, HttpLimits(orders_per_second=0.1)) as http:
        await http.post("placeorder", ORDER | {"apikey": spine.secret})
        answer = await http.post("placeorder", ORDER | {"apikey": other.secret})

    assert answer.status == 200


async def test_an_address_has_a_limit_whatever_its_keys(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(address_requests_per_second=0.1)) as http:
        await http.post("funds", {"apikey": spine.secret})
        loud = await http.post("nothing/here", {})
        health = await http.get("/healthz")

    assert (loud.status, health.status) == (429, 200)
    assert int(loud.headers["Retry-After"]) >= 1


async def test_wrong_keys_are_throttled_and_good_ones_that_were_seen_still_pass(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(failed_keys_per_minute=3)) as http:
        await http.post("funds", {"apikey": spine.secret})
        wrong = [(await http.post("funds", {"apikey": f"wrong {number}"})).status for number in range(5)]
        known = await http.post("funds", {"apikey": spine.secret})

    assert wrong == [403, 403, 403, 429, 429]
    assert known.status == 200


async def test_a_disabled_account_counts_as_no_wrong_key(spine: Spine) -> None:
    await spine.switch(enabled=False)
    async with serving_spine(spine, HttpLimits(failed_keys_per_minute=1)) as http:
        disabled = [(await http.post("funds", {"apikey": spine.secret})).body["message"] for _ in range(3)]
        wrong = await http.post("funds", {"apikey": "wrong"})

    assert {message.partition(":")[0] for message in disabled} == {"This account is disabled"}
    assert wrong.status == 403


async def test_a_body_that_is_not_valid_is_no_way_around(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(failed_keys_per_minute=1)) as http:
        await http.post("placesmartorder", {"apikey": "wrong", "strategy": "S"})
        answer = await http.post("funds", {"apikey": "wrong"})

    assert answer.status == 429


async def test_without_limits_everything_passes(spine: Spine) -> None:
    async with serving_spine(spine) as http:
        wrong = [http.post("funds", {"apikey": "wrong"}) for _ in range(50)]
        statuses = {answer.status for answer in await asyncio.gather(*wrong)}

    assert statuses == {403}


async def test_a_revoked_key_is_no_longer_good(ticks: Ticks) -> None:
    rate_limits = RateLimits(HttpLimits(failed_keys_per_minute=1), ticks)
    await rate_limits.admit_key(good, "key", "1.2.3.4", is_order=True)
    with pytest.raises(Unauthorized):
        await rate_limits.admit_key(bad, "key", "1.2.3.4", is_order=True)

    with pytest.raises(TooMany, match="wrong keys") as refused:
        await rate_limits.admit_key(good, "key", "1.2.3.4", is_order=True)

    assert refused.value.retry_after == 60


async def test_after_the_wait_another_try_is_allowed(ticks: Ticks) -> None:
    rate_limits = RateLimits(HttpLimits(failed_keys_per_minute=2), ticks)
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await rate_limits.admit_key(bad, "key", "1.2.3.4", is_order=True)
    ticks.now += 30

    assert await rate_limits.admit_key(good, "key", "1.2.3.4", is_order=True) == "key"


async def test_another_address_is_not_throttled(ticks: Ticks) -> None:
    rate_limits = RateLimits(HttpLimits(failed_keys_per_minute=1), ticks)
    with pytest.raises(Unauthorized):
        await rate_limits.admit_key(bad, "key", "1.2.3.4", is_order=True)

    with pytest.raises(Unauthorized):
        await rate_limits.admit_key(bad, "key", "5.6.7.8", is_order=True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        ("1.2.3.4", "1.2.3.5", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_the_addresses_of_one_sender_count_as_one(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same
