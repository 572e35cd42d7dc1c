"""The brokers that can be logged in at; an adapter is loaded when somebody uses it."""

from importlib import import_module

from brokers.common.adapter import Adapter
from core.errors import Invalid

_MODULES: dict[str, str] = {
    "openalgo": "brokers.openalgo.openalgo_broker",
    "zerodha": "brokers.zerodha.zerodha",
    "dhan": "brokers.dhan.dhan",
    "upstox": "brokers.upstox.upstox",
    "alpaca": "brokers.alpaca.alpaca",
}
NAMES: tuple[str, ...] = tuple(_MODULES)
"""In the order in which people are shown them."""


def find_adapter(name: str) -> Adapter:
    """The adapter of this name. Raises Invalid."""
    module = _MODULES.get(name)
    if module is None:
        raise Invalid(f"There is no broker {name!r}; there are {', '.join(NAMES)}.")
    adapter = import_module(module).ADAPTER
    assert isinstance(adapter, Adapter)
    return adapter
