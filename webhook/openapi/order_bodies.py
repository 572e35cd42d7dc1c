"""What a new order is answered when nobody has to be asked: the forms of each kind's answers.

The errors of an order are not here: they look like every other error.
"""

from collections.abc import Mapping
from typing import Any

from webhook.fields.json_schema import Schema
from webhook.openapi.answer_schemas import live_and_sandbox
from webhook.orders import multi_leg_outcome as several
from webhook.orders.single_outcome import NotConfirmed, Placed, TriggerLeft
from webhook.orders.single_views import NothingToDo

_RETURNED: Mapping[str, tuple[Any, ...]] = {
    "placeorder": (Placed, NotConfirmed),
    "placesmartorder": (Placed, NotConfirmed, NothingToDo),
    "basketorder": (several.BasketPlaced,),
    "splitorder": (several.SplitPlaced,),
    "optionsorder": (several.OptionPlaced, several.OptionNotConfirmed, several.OptionSplit),
    "optionsmultiorder": (several.OptionsPlaced,),
    "placegttorder": (TriggerLeft, NotConfirmed),
}
ANSWERS = {kind: tuple(form.__name__ for form in forms) for kind, forms in _RETURNED.items()}
"""Which forms each kind of order may be answered."""
FORMS = {form.__name__: live_and_sandbox(form) for forms in _RETURNED.values() for form in forms}
"""By name; the live form before the sandbox's."""
IN_EACH_MODE = ("Live", "Sandbox")


def named_order_forms() -> dict[str, Schema]:
    """Every form under a name of its own."""
    return {name: form for shape, forms in FORMS.items() for name, form in zip(_names(shape), forms, strict=True)}


def names_of_order(kind: str) -> list[str]:
    """What the forms of a kind's answers are called."""
    return [name for shape in ANSWERS[kind] for name in _names(shape)]


def _names(shape: str) -> list[str]:
    return [shape + mode for mode in IN_EACH_MODE]
