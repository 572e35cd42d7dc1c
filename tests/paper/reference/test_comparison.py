"""The engine does what the reference does, event by event."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import examples
from tests.paper.reference.dice import DrawnDice, RandomDice
from tests.paper.reference.landmarks import EXPECTED
from tests.paper.reference.plays import Played, play

SCRIPTS, LENGTH = 300, 60


@pytest.fixture(scope="module")
def scripts() -> Sequence[Played]:
    """All of them, played by both without a difference."""
    return [play(RandomDice(seed), LENGTH) for seed in range(SCRIPTS)]


def test_the_engine_and_the_reference_agree_after_every_event(scripts: Sequence[Played]) -> None:
    assert [len(script.events) for script in scripts] == [LENGTH] * SCRIPTS


def test_the_scripts_come_by_everything_worth_comparing(scripts: Sequence[Played]) -> None:
    seen = sum((script.landmarks.seen for script in scripts), Counter[str]())
    assert [landmark for landmark in EXPECTED if not seen[landmark]] == []


@settings(
    max_examples=examples(40),
)
@given(data=st.data())
def test_they_agree_on_what_hypothesis_thinks_of(data: st.DataObject) -> None:
    play(DrawnDice(data), 25)
