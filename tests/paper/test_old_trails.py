"""Audit trails that an earlier edition of the engine wrote are still true."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.paper.audit_journal import Replay, UntrueJournal
from brokers.paper.book.order_numbers import BookKey
from core.audit import Kind, Link

SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "paper" / "first_edition_trail.json").read_text())


def read(facts_of_rules: dict[str, object]) -> Replay:
    """Replay the sample, with these facts added to the rules of its first event."""
    key = BookKey.named(SAMPLE["book"])
    replay = Replay(key)
    for event in SAMPLE["events"]:
        facts = json.loads(event["facts"])
        if "rules" in facts:
            facts["rules"] |= facts_of_rules
        kind = Kind(event["kind"])
        replay.read(
            Link(
                key.account_id, event["seq"], event["at"], kind, "system Countersign", None, json.dumps(facts), "", ""
            )
        )
    return replay


def test_orders_and_charges_of_before_the_rules_are_replayed_as_they_were() -> None:
    book = read({}).book()

    assert book is not None
    assert (book.head.cash, book.head.charges) == (Decimal(SAMPLE["cash"]), Decimal(SAMPLE["charges"]))
    assert [position.quantity for position in book.positions] == [Decimal(111)]


def test_the_same_trail_under_today_s_rules_is_not_believed() -> None:
    with pytest.raises(UntrueJournal):
        read({"edition": 2})
