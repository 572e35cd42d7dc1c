"""However requests arrive, a bucket lets through no more than its limit, and never less than it promises."""

from hypothesis import given
from hypothesis import strategies as st

from webhook.request.token_buckets import Buckets, Limit

RATES = st.floats(min_value=0.1, max_value=1000)
GAPS = st.lists(st.floats(min_value=0, max_value=5), min_size=1, max_size=100)


@given(rate=RATES, burst=st.floats(min_value=1, max_value=100), gaps=GAPS)
def test_never_more_than_the_burst_and_what_flowed_in(rate: float, burst: float, gaps: list[float]) -> None:
    buckets, now, passed = Buckets(Limit(rate, burst)), 0.0, 0
    for gap in gaps:
        now += gap
        passed += buckets.take("key", now) == 0

    assert passed <= burst + rate * now + 1e-6


@given(rate=RATES, burst=st.floats(min_value=1, max_value=100), gaps=GAPS)
def test_whoever_waits_as_told_is_let_through(rate: float, burst: float, gaps: list[float]) -> None:
    buckets, now = Buckets(Limit(rate, burst)), 0.0
    for gap in gaps:
        now += gap
        wait = buckets.take("key", now)
        if wait:
            now += wait + 1e-6
            assert buckets.take("key", now) == 0


@given(keys=st.lists(st.integers(0, 50), max_size=200), remembered=st.integers(1, 10))
def test_memory_is_bounded(keys: list[int], remembered: int) -> None:
    buckets = Buckets(Limit(1, 1), remembered)
    for key in keys:
        buckets.take(key, 0.0)

    # A bucket that is remembered here is empty, and a forgotten one is full again.
    assert sum(buckets.wait(key, 0.0) > 0 for key in set(keys)) <= remembered
