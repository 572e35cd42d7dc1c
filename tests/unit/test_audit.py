"""The arithmetic of the audit chain."""

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from core.audit import (
    GENESIS,
    NO_HEAD,
    NOT_OUR_SEAL,
    SYSTEM,
    Actor,
    Event,
    Head,
    Kind,
    Link,
    canonical_facts,
    canonical_time,
    digest,
    forge,
    seal_head,
)
from core.ids import AccountId, OrderId, UserId
from tests.chains import verify
from tests.factories import START

MAIN = AccountId(1)
KEY = b"the installation's key for heads"


def a_chain(length: int) -> list[Link]:
    """So many events of one account."""
    links: list[Link] = []
    for seq in range(1, length + 1):
        event = Event(MAIN, Kind.ORDER_RECEIVED, SYSTEM, START + timedelta(seconds=seq), OrderId(seq), {"n": seq})
        links.append(forge(event, seq, links[-1].hash if links else GENESIS))
    return links


def sealed(last: Link) -> Head:
    """The head that was written with this row."""
    return Head(last.seq, last.hash, seal_head(KEY, MAIN, last.seq, last.hash))


def breaks(links: list[Link], head: Link) -> list[str]:
    """What is found wrong with these rows."""
    return [found.what for found in verify(MAIN, links, sealed(head), KEY)]


def test_chain_as_written_has_no_break() -> None:
    chain = a_chain(5)

    assert breaks(chain, chain[-1]) == []


def test_each_event_carries_the_hash_before_it() -> None:
    chain = a_chain(3)

    assert [link.prev_hash for link in chain] == [GENESIS, chain[0].hash, chain[1].hash]


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2027"},
        {"kind": "order.rejected"},
        {"actor": "me"},
        {"order_id": 9},
        {"facts": "{}"},
        {"facts": b"\xff"},
    ],
)
def test_changed_field_is_named_by_its_event(change: dict[str, object]) -> None:
    chain = a_chain(4)
    changed = [*chain[:1], replace(chain[1], **change), *chain[2:]]  # type: ignore[arg-type]

    assert breaks(changed, chain[-1]) == ["event 2 was changed"]


def test_event_rewritten_with_a_fresh_hash_breaks_the_next_link() -> None:
    chain = a_chain(3)
    rewritten = replace(chain[1], facts="{}")
    rewritten = replace(rewritten, hash=digest(rewritten))

    assert breaks([chain[0], rewritten, chain[2]], chain[-1]) == ["event 3 does not follow event 2"]


def test_last_event_rewritten_with_a_fresh_hash_is_not_the_one_written_last() -> None:
    chain = a_chain(3)
    rewritten = replace(chain[2], facts="{}")
    rewritten = replace(rewritten, hash=digest(rewritten))

    assert breaks([*chain[:2], rewritten], chain[-1]) == ["event 3 is not the one that was written last"]


def test_missing_events_are_named() -> None:
    chain = a_chain(6)

    assert breaks([chain[0], *chain[2:]], chain[-1]) == ["event 2 is missing"]
    assert breaks([*chain[:2], chain[5]], chain[-1]) == ["events 3 to 5 are missing"]
    assert breaks(chain[1:], chain[-1]) == ["event 1 is missing"]


def test_missing_tail_is_named() -> None:
    chain = a_chain(4)

    assert breaks(chain[:3], chain[-1]) == ["event 4 is missing"]
    assert breaks(chain[:1], chain[-1]) == ["events 2 to 4 are missing"]
    assert breaks([], chain[-1]) == ["events 1 to 4 are missing"]


def test_event_behind_the_last_one_is_named() -> None:
    chain = a_chain(4)

    assert breaks(chain, chain[2]) == ["event 4 was added behind the last one"]


def test_an_end_that_was_cut_and_set_back_is_named() -> None:
    chain = a_chain(4)
    cut, set_back = chain[:2], Head(2, chain[1].hash, sealed(chain[3]).seal)

    assert [found.what for found in verify(MAIN, cut, set_back, KEY)] == [NOT_OUR_SEAL]


def test_a_chain_rebuilt_without_the_secret_is_named() -> None:
    rebuilt = a_chain(4)
    theirs = Head(4, rebuilt[3].hash, seal_head(b"another key", MAIN, 4, rebuilt[3].hash))

    assert [found.what for found in verify(MAIN, rebuilt, theirs, KEY)] == [NOT_OUR_SEAL]


def test_a_seal_is_good_for_its_own_account_only() -> None:
    chain = a_chain(2)
    theirs = seal_head(KEY, AccountId(2), 2, chain[1].hash)

    assert [found.what for found in verify(MAIN, chain, Head(2, chain[1].hash, theirs), KEY)] == [NOT_OUR_SEAL]


def test_a_head_without_a_seal_is_named() -> None:
    chain = a_chain(2)

    found = [broken.what for broken in verify(MAIN, chain, Head(2, chain[1].hash), KEY)]
    assert found == ["the record of its last event carries no seal"]


def test_chain_without_a_head_is_named() -> None:
    chain = a_chain(2)

    assert [found.what for found in verify(MAIN, chain, NO_HEAD, KEY)] == ["the record of its last event is missing"]
    assert [found.what for found in verify(MAIN, [], NO_HEAD, KEY)] == ["every event is missing"]


def test_event_that_moved_to_another_chain_is_found() -> None:
    chain = a_chain(2)
    moved = replace(chain[1], account_id=AccountId(2))

    assert breaks([chain[0], moved], chain[-1]) == ["event 2 was changed"]


def test_facts_are_written_the_same_way_whatever_their_order() -> None:
    assert canonical_facts({"b": Decimal("1.50"), "a": "₹"}) == '{"a":"₹","b":"1.50"}'
    assert canonical_facts(None) == "{}"


def test_times_are_written_the_same_way_whatever_their_zone() -> None:
    in_india = START.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert canonical_time(in_india) == canonical_time(START) == "2026-11-23T04:30:00.000000+00:00"


def test_actor_is_named_with_kind_and_number() -> None:
    by_person = forge(Event(MAIN, Kind.ORDER_APPROVED, Actor("telegram", "Asha", UserId(7)), START), 1, GENESIS)
    by_us = forge(Event(MAIN, Kind.ORDER_EXPIRED, SYSTEM, START), 1, GENESIS)

    assert (by_person.actor, by_us.actor) == ("telegram:7 Asha", "system Countersign")
