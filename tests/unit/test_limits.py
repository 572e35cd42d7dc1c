"""Token buckets: what is let through at once, and how long the rest must wait."""

import pytest

from webhook.request.token_buckets import Buckets, Limit


def test_a_burst_is_let_through_and_the_next_must_wait() -> None:
    buckets = Buckets(Limit(rate=2, burst=3))

    waits = [buckets.take("key", 100.0) for _ in range(4)]

    assert waits == [0, 0, 0, 0.5]


def test_after_the_wait_it_is_let_through() -> None:
    buckets = Buckets(Limit(rate=2, burst=1))
    buckets.take("key", 100.0)
    wait = buckets.take("key", 100.0)

    assert buckets.take("key", 100.0 + wait) == 0


def test_asking_too_early_does_not_lengthen_the_wait() -> None:
    buckets = Buckets(Limit(rate=1, burst=1))
    buckets.take("key", 100.0)

    assert [buckets.take("key", 100.5) for _ in range(3)] == [0.5, 0.5, 0.5]


def test_one_does_not_use_up_anothers() -> None:
    buckets = Buckets(Limit(rate=1, burst=1))
    buckets.take("one", 100.0)

    assert buckets.take("other", 100.0) == 0


def test_a_rate_of_zero_is_no_limit() -> None:
    buckets = Buckets(Limit.per_second(0))

    assert {buckets.take("key", 100.0) for _ in range(1000)} == {0}


def test_looking_takes_nothing() -> None:
    buckets = Buckets(Limit(rate=1, burst=1))
    looks = [buckets.wait("key", 100.0) for _ in range(3)]
    buckets.take("key", 100.0)

    assert (looks, buckets.wait("key", 100.0)) == ([0, 0, 0], 1)


def test_only_so_many_are_remembered_and_the_longest_untouched_is_forgotten() -> None:
    buckets = Buckets(Limit(rate=1, burst=1), remembered=2)
    for key in ("old", "kept", "new"):
        buckets.take(key, 100.0)

    assert [buckets.wait(key, 100.0) for key in ("old", "kept", "new")] == [0, 1, 1]


@pytest.mark.parametrize("rate", [0.01, 1, 10])
def test_even_a_slow_limit_lets_one_through(rate: float) -> None:
    assert Buckets(Limit.per_second(rate)).take("key", 0.0) == 0


def test_a_clock_that_stands_still_or_goes_back_gives_nothing_away() -> None:
    buckets = Buckets(Limit(rate=1, burst=1))
    buckets.take("key", 100.0)

    assert (buckets.take("key", 100.0), buckets.take("key", 50.0)) == (1, 1)
