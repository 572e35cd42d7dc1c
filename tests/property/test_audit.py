"""Whatever is done to the rows of a chain is found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from core.audit import GENESIS, Actor, Event, Head, Kind, Link, digest, forge, seal_head
from core.ids import AccountId, OrderId
from tests.chains import verify
from tests.factories import START

MAIN = AccountId(1)
KEY = b"a key"
EVENTS = st.builds(
    Event,
    account_id=st.just(MAIN),
    kind=st.sampled_from(Kind),
    actor=st.builds(
        Actor, st.sampled_from(["telegram", "key", "system"]), st.text(max_size=8), st.none() | st.integers()
    ),
    at=st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds)),
    order_id=st.none() | st.integers(1, 99).map(OrderId),
    facts=st.dictionaries(st.text(max_size=4), st.text(max_size=4) | st.integers() | st.none(), max_size=3),
)
OTHER_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "at": st.text(max_size=8),
    "kind": st.text(max_size=8),
    "actor": st.text(max_size=8),
    "order_id": st.none() | st.integers(),
    "facts": st.text(max_size=8),
    "prev_hash": st.text("0123456789abcdef", min_size=64, max_size=64),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}


def chained(events: list[Event]) -> list[Link]:
    """The rows of these events."""
    links: list[Link] = []
    for seq, event in enumerate(events, 1):
        links.append(forge(event, seq, links[-1].hash if links else GENESIS))
    return links


CHAINS = st.lists(EVENTS, min_size=2, max_size=8).map(chained)


def _head(last: Link) -> Head:
    return Head(last.seq, last.hash, seal_head(KEY, MAIN, last.seq, last.hash))


def broken_at(links: list[Link], written: list[Link]) -> list[int]:
    """The numbers at which `links` are not what was `written`."""
    return [found.seq for found in verify(MAIN, links, _head(written[-1]), KEY)]


@given(CHAINS)
def test_untouched_chain_verifies(chain: list[Link]) -> None:
    assert broken_at(chain, chain) == []


@given(CHAINS, st.data())
def test_any_change_of_a_row_is_found_at_that_row(chain: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from(sorted(OTHER_VALUES)))
    value = data.draw(OTHER_VALUES[field])
    assume(value != getattr(chain[place], field))
    changed = [*chain[:place], replace(chain[place], **{field: value}), *chain[place + 1 :]]

    assert chain[place].seq in broken_at(changed, chain)


@given(CHAINS, st.data())
def test_any_change_with_a_recomputed_hash_is_found_at_that_row_or_the_next(
    chain: list[Link], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = replace(chain[place], facts=data.draw(st.text(max_size=8)))
    assume(forged != chain[place])
    forged = replace(forged, hash=digest(forged))
    changed = [*chain[:place], forged, *chain[place + 1 :]]

    assert {forged.seq, forged.seq + 1} & set(broken_at(changed, chain))


@given(CHAINS, st.data())
def test_any_missing_rows_are_found_where_they_are_missing(chain: list[Link], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(1, len(chain)), min_size=1))
    left = [link for link in chain if link.seq not in gone]

    assert min(gone) in broken_at(left, chain)


@given(CHAINS, st.data())
def test_any_other_order_of_the_rows_is_found(chain: list[Link], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(chain))
    assume(mixed != chain)
    renumbered = [replace(link, seq=seq) for seq, link in enumerate(mixed, 1)]

    assert broken_at(mixed, chain)
    assert broken_at(renumbered, chain)


@given(CHAINS, EVENTS, st.data())
def test_any_inserted_row_is_found(chain: list[Link], event: Event, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain)))
    inserted = forge(event, place + 1, chain[place - 1].hash if place else GENESIS)
    shifted = [replace(link, seq=link.seq + 1) for link in chain[place:]]

    assert broken_at([*chain[:place], inserted, *shifted], chain)
    assert broken_at([*chain[:place], inserted, *chain[place:]], chain)
