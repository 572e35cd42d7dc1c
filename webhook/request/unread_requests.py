"""What can still be made out of a request with wrong fields: whether it was to leave or protect what is held."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from core.accounts import Caller
from core.errors import Invalid
from core.orders.intents import Basket, Closing, Intent, OptionLeg, Options, Single, Smart
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.router import Operation
from core.services.facade import Services
from core.services.intake.refused_operations import AskedOperation
from webhook.fields.field_errors import UNKNOWN, Complaints, complaints
from webhook.fields.field_types import parse_number

Fields = Mapping[str, object]
_SHOWN, _LONGEST_STRATEGY, _LONGEST_NUMBER = 24, 60, 255
"""Characters of what was sent that are passed on."""
_MOST_COMPLAINTS = 3
_MOST_LEGS = 20
_ONE = Decimal(1)
_SINGLES = frozenset({Operation.PLACEORDER, Operation.SPLITORDER, Operation.MODIFYORDER})
_TRIGGERS = frozenset({Operation.PLACEGTTORDER, Operation.MODIFYGTTORDER})
_NAMES: Mapping[Operation, str] = {
    Operation.MODIFYORDER: "orderid",
    Operation.CANCELORDER: "orderid",
    Operation.MODIFYGTTORDER: "trigger_id",
    Operation.CANCELGTTORDER: "trigger_id",
}
_OPERATIONS = frozenset({Operation.CLOSEPOSITION, Operation.CANCELALLORDER, *_NAMES})


@dataclass(frozen=True, slots=True)
class UnreadRequest:
    """What was asked as far as it can be read, and why it was refused."""

    operation: Operation
    strategy: str
    intent: Intent | None
    named: Mapping[str, object]
    """The number of the order or trigger that it is about."""
    why: str


@dataclass(frozen=True, slots=True)
class _Quotation:
    """What was sent, in few words that can be passed on: without the key, and without what cannot be seen."""

    key: str

    def of(self, value: object, longest: int = _SHOWN) -> str:
        text = str(value).replace(self.key, "…") if self.key else str(value)
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:longest])


def read_what_can_be(endpoint: str, fields: Fields, wrong: ValidationError) -> UnreadRequest | None:
    """The request by its endpoint's name; None for one that cannot have been an exit, as far as can be seen."""
    operation = next((one for one in Operation if one.value == endpoint), None)
    if operation is None:
        return None
    intent = _intent(operation, fields)
    if intent is None and operation not in _OPERATIONS:
        return None
    key, strategy = fields.get("apikey"), fields.get("strategy")
    quote = _Quotation(key if isinstance(key, str) and len(key) > 1 else "")
    said = quote.of(strategy, _LONGEST_STRATEGY) if isinstance(strategy, str) else ""
    name = _NAMES.get(operation)
    number = fields.get(name) if name is not None else None
    named = {str(name): quote.of(number, _LONGEST_NUMBER)} if number and isinstance(number, str) else {}
    return UnreadRequest(operation, said, intent, named, _why(complaints(wrong), fields, quote))


async def note_unread(services: Services, caller: Caller, unread: UnreadRequest) -> None:
    """Have the client told, if it may have been a way out or a protection of what they hold."""
    told = services.refused_operations
    if unread.operation in _OPERATIONS:
        asked = AskedOperation(caller, unread.operation, unread.named, unread.intent)
        await told.note(asked, Invalid(unread.why))
    elif unread.intent is not None:
        await told.note_new_order(caller, unread.strategy, unread.intent, unread.why)


def _intent(operation: Operation, fields: Fields) -> Intent | None:
    if operation is Operation.CLOSEPOSITION:
        return Closing()
    if operation is Operation.BASKETORDER:
        items = tuple(terms for one in _objects(fields.get("orders")) if (terms := _terms(one)) is not None)
        return Basket(items) if items else None
    if operation is Operation.OPTIONSORDER:
        return _options(fields, [fields])
    if operation is Operation.OPTIONSMULTIORDER:
        return _options(fields, _objects(fields.get("legs")))
    if operation is Operation.PLACESMARTORDER:
        return _smart(fields)
    if operation in _SINGLES or operation in _TRIGGERS:
        terms = _terms(fields, is_trigger=operation in _TRIGGERS)
        return None if terms is None else Single(terms)
    return None


def _smart(fields: Fields) -> Intent | None:
    target = _number(fields.get("position_size"))
    if target is None:
        terms = _terms(fields)
        return None if terms is None else Single(terms)
    # Which way it goes says the target; the action counts only where nothing is held.
    terms = _terms({**fields, "action": _action(fields) or Action.BUY})
    return None if terms is None else Smart(terms, target)


def _options(fields: Fields, legs: Sequence[Fields]) -> Intent | None:
    read = [(_word(leg, "option_type"), _action(leg)) for leg in legs]
    found = tuple(OptionLeg("", kind, action, 1) for kind, action in read if kind in ("CE", "PE") and action)
    underlying = _word(fields, "underlying")
    return Options(underlying, _word(fields, "exchange"), found) if underlying and found else None


def _terms(fields: Fields, *, is_trigger: bool = False) -> LegTerms | None:
    """The leg with a quantity of one: how much of it was wanted may be what cannot be read."""
    exchange, symbol, action = _word(fields, "exchange"), _word(fields, "symbol"), _action(fields)
    if not exchange or not symbol or action is None:
        return None
    is_stop = is_trigger or _word(fields, "pricetype").startswith("SL") or bool(_number(fields.get("trigger_price")))
    product = next((one for one in Product if one.value == _word(fields, "product")), Product.MIS)
    kind = PriceType.SL_M if is_stop else PriceType.MARKET
    return LegTerms(exchange, symbol, action, _ONE, kind, product)


def _action(fields: Fields) -> Action | None:
    return {"BUY": Action.BUY, "SELL": Action.SELL}.get(_word(fields, "action"))


def _word(fields: Fields, name: str) -> str:
    """A field of text in capitals, empty for anything else."""
    value = fields.get(name)
    return value.strip().upper() if isinstance(value, str) and len(value) <= 50 else ""


def _number(value: object) -> Decimal | None:
    with suppress(PydanticCustomError):
        return parse_number(value)
    return None


def _objects(value: object) -> list[Fields]:
    return [one for one in value[:_MOST_LEGS] if isinstance(one, dict)] if isinstance(value, list) else []


def _why(found: Complaints, fields: Fields, quote: _Quotation) -> str:
    said = _complaints(found, fields, quote)
    more = [f"and {len(said) - _MOST_COMPLAINTS} more"] if len(said) > _MOST_COMPLAINTS else []
    return "; ".join([*said[:_MOST_COMPLAINTS], *more])


def _complaints(found: Complaints, sent: object, quote: _Quotation, inside: str = "") -> list[str]:
    """`quantity "1_0": Not a valid number.` for each wrong field."""
    lines = list[str]()
    for name, below in found.items():
        value = _below(sent, name)
        where = f"{inside}{quote.of(name + 1 if isinstance(name, int) else name)}"
        if isinstance(below, dict):
            lines += _complaints(below, value, quote, f"{where} ")
            continue
        is_quoted = isinstance(value, str | int | Decimal) and name != "apikey" and UNKNOWN not in below
        lines.append(f'{where} "{quote.of(value)}": {below[0]}' if is_quoted else f"{where}: {below[0]}")
    return lines


def _below(sent: object, name: str | int) -> object:
    if isinstance(sent, list) and isinstance(name, int):
        return sent[name] if name < len(sent) else None
    return sent.get(name) if isinstance(sent, dict) else None
