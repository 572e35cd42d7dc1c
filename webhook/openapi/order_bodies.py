"""What a new order is answered when nobody has to be asked: each kind's fields, live and in the sandbox, in a table.

The errors of an order are not here: they look like every other error.
"""

from collections.abc import Mapping

from core.orders.order import Action, Product
from webhook.fields.json_schema import Schema, words
from webhook.openapi.answer_schemas import Many, Maybe, Part, Shape, moded
from webhook.openapi.value_kinds import FLAG, NUMBER, TEXT, WHOLE, words_in

LIVE_OR_NOT = words(("live", "analyze"))
IN_DOUBT: Schema = WHOLE | {"description": "Given when a leg is in doubt: ask about it, do not send it again."}
OUTCOME: Mapping[str, Part] = {
    "status": words(("success", "error", "pending")),
    "message": Maybe(TEXT),
    "orderid": Maybe(TEXT),
}
CHILD = Shape({"order_num": WHOLE, "quantity": NUMBER, **OUTCOME})
ITEM = Shape(
    {"symbol": TEXT, "exchange": Maybe(TEXT), "product": Maybe(words_in(Product)), **OUTCOME},
    in_sandbox={"batch_order": FLAG, "is_last_order": FLAG},
)
SIZES = {"total_quantity": NUMBER, "split_size": WHOLE}
CONTRACT = {
    "symbol": TEXT,
    "exchange": TEXT,
    "underlying": TEXT,
    "underlying_ltp": NUMBER,
    "offset": TEXT,
    "option_type": words(("CE", "PE")),
}
LEG = Shape(
    {
        "leg": WHOLE,
        "symbol": TEXT,
        "exchange": TEXT,
        "product": words_in(Product),
        "offset": TEXT,
        "option_type": words(("CE", "PE")),
        "action": words_in(Action),
        **OUTCOME,
        "status": words(("success", "error", "pending", "partial")),
        **{name: Maybe(size) for name, size in SIZES.items()},
        "split_results": Maybe(Many(CHILD)),
        "mode": LIVE_OR_NOT,
    }
)
DOUBT = {"pending_order_id": Maybe(IN_DOUBT)}
NOT_CONFIRMED = {"message": TEXT, "pending_order_id": IN_DOUBT}

FORMS: Mapping[str, tuple[Schema, ...]] = {
    "Placed": moded({"orderid": TEXT}),
    "TriggerLeft": moded({"trigger_id": TEXT}),
    "NotConfirmed": moded(NOT_CONFIRMED),
    "NothingToDo": moded({"message": TEXT}),
    "BasketPlaced": moded({"results": Many(ITEM), **DOUBT}),
    "SplitPlaced": moded({**SIZES, "results": Many(CHILD), **DOUBT}),
    "OptionPlaced": moded({"orderid": TEXT, **CONTRACT}),
    "OptionNotConfirmed": moded({**NOT_CONFIRMED, **CONTRACT}),
    "OptionSplit": moded({**CONTRACT, **SIZES, "results": Many(CHILD), **DOUBT}),
    "OptionsPlaced": moded({"underlying": TEXT, "underlying_ltp": NUMBER, "results": Many(LEG), **DOUBT}),
}
"""By name; the live form before the sandbox's."""
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "placeorder": ("Placed", "NotConfirmed"),
    "placesmartorder": ("Placed", "NotConfirmed", "NothingToDo"),
    "basketorder": ("BasketPlaced",),
    "splitorder": ("SplitPlaced",),
    "optionsorder": ("OptionPlaced", "OptionNotConfirmed", "OptionSplit"),
    "optionsmultiorder": ("OptionsPlaced",),
    "placegttorder": ("TriggerLeft", "NotConfirmed"),
}
"""Which of them each kind of order may be answered."""
IN_EACH_MODE = ("Live", "Sandbox")


def named_order_forms() -> dict[str, Schema]:
    """Every form under a name of its own."""
    return {name: form for shape, forms in FORMS.items() for name, form in zip(_names(shape), forms, strict=True)}


def names_of_order(kind: str) -> list[str]:
    """What the forms of a kind's answers are called."""
    return [name for shape in ANSWERS[kind] for name in _names(shape)]


def _names(shape: str) -> list[str]:
    return [shape + mode for mode in IN_EACH_MODE]
