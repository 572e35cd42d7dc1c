"""The same events and the same seed bring the same changes."""

from collections.abc import Sequence
from dataclasses import replace

from brokers.paper.engine.events import BookEvent
from core.errors import BrokerRefused
from core.portfolio.paper_book import PaperChanges
from core.portfolio.positions import Trade
from tests.paper.reference.dice import RandomDice
from tests.paper.reference.duel import EngineRun, Setting
from tests.paper.reference.plays import play


def _fold(setting: Setting, events: Sequence[BookEvent]) -> tuple[list[PaperChanges | str | None], list[Trade]]:
    run, answers = EngineRun(setting), list[PaperChanges | str | None]()
    for event in events:
        try:
            answers.append(run.process(event))
        except BrokerRefused as refusal:
            answers.append(str(refusal))
    return answers, run.trades


def test_the_same_events_twice_bring_the_same_changes() -> None:
    for seed in range(20):
        played = play(RandomDice(seed), 60)
        assert _fold(played.setting, played.events) == _fold(played.setting, played.events)


def test_another_seed_slips_differently() -> None:
    differing = 0
    for seed in range(40):
        played = play(RandomDice(seed), 30)
        rules = played.setting.rules
        other = replace(played.setting, rules=replace(rules, seed=rules.seed + 1))
        prices = [[trade.price for trade in _fold(s, played.events)[1]] for s in (played.setting, other)]
        assert prices[0] == prices[1] or rules.slippage_bps or rules.latency_jitter
        differing += prices[0] != prices[1]
    assert differing
