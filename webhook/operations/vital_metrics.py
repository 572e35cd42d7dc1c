"""The vital signs as Prometheus has them, and which program this is."""

import platform
from datetime import timedelta
from functools import cache
from importlib import metadata
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily

from core.services.operations.vital_signs import BOUNDS, Signs, Spread

_LABELS = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


def vital_metrics(signs: Signs) -> tuple[Metric, ...]:
    """A family for each sign; an age without anything that could be old is left out."""
    unknown = "Legs of which nobody knows what the broker did."
    return (
        *_age(
            "countersign_oldest_undecided_seconds",
            "Age of the oldest order that waits for a person; 0 when none waits.",
            signs.oldest_undecided or timedelta(0),
        ),
        GaugeMetricFamily("countersign_legs_unknown", unknown, signs.unknown_legs),
        *_age("countersign_feed_age_seconds", "Time since the last price came.", signs.feed_age),
        *_age("countersign_telegram_lag_seconds", "Time since Telegram answered last.", signs.telegram_age),
        _histogram(
            "countersign_order_to_card_seconds",
            "Time from an order's arrival until a chat showed it.",
            signs.order_to_card,
        ),
        _histogram(
            "countersign_tap_to_broker_seconds",
            "Time from a person's tap until a leg was on its way to the broker.",
            signs.tap_to_broker,
        ),
    )


@cache
def build_info() -> Metric:
    """The program's version and Python's, as labels of a 1."""
    about = GaugeMetricFamily("countersign_build_info", "Which program this is.", labels=["version", "python"])
    about.add_metric([metadata.version("countersign"), platform.python_version()], 1)
    return about


def _age(name: str, about: str, length: timedelta | None) -> tuple[Metric, ...]:
    return () if length is None else (GaugeMetricFamily(name, about, length.total_seconds()),)


def _histogram(name: str, about: str, spread: Spread) -> Metric:
    family = HistogramMetricFamily(name, about)
    family.add_metric([], list(zip(_LABELS, accumulate(spread.buckets), strict=True)), spread.total)
    return family
