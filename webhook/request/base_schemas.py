"""What every request body carries, and what is kept of it."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from core.money import plain
from core.orders.order import Action, PriceType, Product
from webhook.fields import field_types as fields
from webhook.fields.proposal_types import BoundsField, Note

_PLAIN = frozenset({str, int, bool, type(None), Action, PriceType, Product})
"""What is kept of a request as it is: nearly everything in it."""


class KeyedBody(BaseModel):
    """What every request carries; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    apikey: fields.AnyApiKey

    def order_data(self) -> dict[str, object]:
        """What is kept of the request: every field but the key, numbers as whole numbers or text."""
        return {
            name: value if type(value) in _PLAIN else _jsonable(value)
            for name, value in self.__dict__.items()
            if name != "apikey"
        }


class StrategyBody(KeyedBody):
    """What every request of the order family carries."""

    apikey: fields.ApiKey
    strategy: fields.Strategy


class NewOrderBody(StrategyBody):
    """What every new order carries; `note` and `bounds` are ours, and may be left out."""

    note: Note = None
    bounds: BoundsField = None

    def order_data(self) -> dict[str, object]:
        """What is kept of the request, without what was left out of ours."""
        kept = super().order_data()
        ours = {"note": self.note, "bounds": self.bounds.as_json() if self.bounds is not None else None}
        return {name: value for name, value in (kept | ours).items() if name not in ours or value is not None}


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else plain(value)
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return _jsonable_fields(value) if isinstance(value, BaseModel) else value


def _jsonable_fields(item: BaseModel) -> dict[str, object]:
    return {name: _jsonable(value) for name, value in item.__dict__.items()}
