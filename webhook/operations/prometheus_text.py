"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from webhook.request.request_metrics import BOUNDS, Meter, Times

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, str], int]
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    """One metric with all its samples."""
    lines = [f"{name}{_labels(labels)} {number}" for labels, number in samples]
    return "\n".join([*_head(name, kind, about), *lines, ""])


def requests(meter: Meter) -> str:
    """How many requests were answered how."""
    samples: list[Sample] = [
        ({"route": route, "status": f"{digit}xx"}, count) for (route, digit), count in sorted(meter.requests.items())
    ]
    return family("countersign_http_requests_total", "counter", "Requests answered.", samples)


def times(meter: Meter) -> str:
    """How long they took."""
    name = "countersign_http_request_seconds"
    lines = [line for route, found in sorted(meter.times.items()) for line in _histogram(name, route, found)]
    return "\n".join([*_head(name, "histogram", "Time from a request's head to its answer."), *lines, ""])


def _histogram(name: str, route: str, found: Times) -> Iterable[str]:
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for bound, count in zip(bounds, accumulate(found.buckets), strict=True):
        yield f"{name}_bucket{_labels({'route': route, 'le': bound})} {count}"
    yield f"{name}_sum{_labels({'route': route})} {found.total:.6f}"
    yield f"{name}_count{_labels({'route': route})} {sum(found.buckets)}"


def _head(name: str, kind: str, about: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"


def _labels(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""
