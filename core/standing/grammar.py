"""Standing approvals as they are typed and as they are stored."""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from core.accounts import TradingMode
from core.errors import Invalid, Unready
from core.ids import AccountId
from core.money import ZERO, plain
from core.orders.order import Action
from core.standing.approvals import Bound, Terms, Unit

MOST = Decimal(10) ** 15
MOST_SYMBOLS = 20
MOST_DAYS = 92
"""An approval in advance ends after so many days at the latest."""
LONGEST_STRATEGY = 100
ALL = "ALL"
_AMOUNT = re.compile(r"(₹|RS\.?|INR)?([0-9][0-9,]*(?:\.[0-9]+)?)([A-Z₹.]*)")
_UNITS = {
    **dict.fromkeys(("₹", "RS", "RS.", "INR", "RUPEES"), Unit.RUPEES),
    **dict.fromkeys(("SHARE", "SHARES", "QTY"), Unit.SHARES),
    **dict.fromkeys(("LOT", "LOTS"), Unit.LOTS),
}
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": '"', "’": '"', "'": '"'})
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed; instruments as they wrote them, ALL alone for any."""

    strategy: str
    action: Action | None
    exits_only: bool
    symbols: tuple[str, ...]
    per_order: Bound | None
    per_day: Bound | None
    until: date
    account: str | None = None


def parse_draft(text: str, today: date) -> Draft:
    """`momentum buy SBIN,INFY order=₹20000 day=₹50000 until=2026-12-31`. Raises Invalid with what is wrong."""
    words, named = _words(text)
    if len(words) < 2:
        raise Invalid("Name the strategy, then buy, sell or exits.")
    strategy, side, *symbols = words
    exits_only = side.lower() in {"exit", "exits"}
    if exits_only and symbols and symbols[0].upper() in Action.__members__:
        side = symbols.pop(0)
    action = Action.__members__.get(side.upper())
    if action is None and not exits_only:
        raise Invalid(f"{side!r} is not buy, sell or exits. A strategy's name with spaces stands in quotes.")
    draft = Draft(
        strategy,
        action,
        exits_only,
        _symbols(symbols),
        _bound_of(named, "order"),
        _bound_of(named, "day"),
        _until(named.get("until"), today),
        named.get("account"),
    )
    return _complete(draft)


def parse_bound(text: str) -> Bound:
    """`₹20,000`, `20000rs`, `50shares`, `2lots`. Raises Invalid."""
    found = _AMOUNT.fullmatch(text.strip().upper())
    if found is None:
        raise Invalid(f"{text!r} is not an amount such as ₹50000, 200shares or 2lots.")
    sign, number, word = found.groups()
    unit = _UNITS.get(word or sign or "")
    if unit is None or (sign and word and unit is not Unit.RUPEES):
        raise Invalid(f"Say what {text} is: ₹{number}, {number}shares or {number}lots.")
    try:
        most = Decimal(number.replace(",", ""))
    except InvalidOperation:
        raise Invalid(f"{text!r} is not an amount.") from None
    if not ZERO < most <= MOST or (unit is Unit.LOTS and most != most.to_integral_value()):
        raise Invalid(f"{text!r} is not an amount that can be approved.")
    return Bound(unit, most)


def dump_terms(terms: Terms) -> str:
    """The terms as they are stored."""
    fields = {
        "account": terms.account_id,
        "strategy": terms.strategy,
        "mode": terms.trading_mode.value,
        "broker": terms.broker,
        "tickers": [list(one) for one in sorted(terms.tickers)],
        "action": terms.action and terms.action.value,
        "exits_only": terms.exits_only,
        "per_order": _dump_bound(terms.per_order),
        "per_day": _dump_bound(terms.per_day),
        "until": terms.until.isoformat(),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def parse_terms(text: str) -> Terms:
    """The terms from their stored text. Raises Unready: what cannot be read approves nothing."""
    try:
        stored = json.loads(text)
        return Terms(
            account_id=AccountId(int(stored["account"])),
            strategy=str(stored["strategy"]),
            trading_mode=TradingMode(stored["mode"]),
            broker=str(stored["broker"]),
            tickers=frozenset((str(exchange), str(symbol)) for exchange, symbol in stored["tickers"]),
            action=None if stored["action"] is None else Action(stored["action"]),
            exits_only=stored["exits_only"] is True,
            per_order=_read_bound(stored["per_order"]),
            per_day=_read_bound(stored["per_day"]),
            until=date.fromisoformat(stored["until"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        raise Unready("A standing approval cannot be read, so none of them lets anything through.") from None


def _dump_bound(bound: Bound | None) -> list[str] | None:
    return None if bound is None else [bound.unit.value, plain(bound.most)]


def _read_bound(stored: Sequence[str] | None) -> Bound | None:
    if stored is None:
        return None
    unit, most = stored
    return Bound(Unit(unit), Decimal(most))


def _words(text: str) -> tuple[list[str], Mapping[str, str]]:
    """The words that stand by themselves, and those with a name before an equals sign."""
    try:
        found = shlex.split(text.translate(_QUOTES))
    except ValueError:
        raise Invalid("A quotation mark is missing.") from None
    named = dict[str, str]()
    for word in found:
        name, equals, value = word.partition("=")
        if not equals:
            continue
        if name.lower() not in {"order", "day", "until", "account"} or name.lower() in named:
            raise Invalid(f"{word!r} is not understood; there are order=, day=, until= and account=, once each.")
        named[name.lower()] = value
    return [word for word in found if "=" not in word], named


def _symbols(words: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one for word in words for one in word.upper().split(",") if one))
    if len(found) > MOST_SYMBOLS:
        raise Invalid(f"No more than {MOST_SYMBOLS} symbols in one approval.")
    return found


def _bound_of(named: Mapping[str, str], name: str) -> Bound | None:
    return parse_bound(named[name]) if name in named else None


def _until(text: str | None, today: date) -> date:
    if text is None:
        raise Invalid("Say until when: until=today, until=31-12 or until=2026-12-31.")
    day = _named_day(text, today) or _numbered_day(text, today)
    if day is None:
        raise Invalid(f"{text!r} is not a day such as today, 31-12 or 2026-12-31.")
    if day < today:
        raise Invalid(f"{text} is over.")
    if day > today + timedelta(days=MOST_DAYS):
        raise Invalid(f"An approval in advance ends after {MOST_DAYS} days at the latest.")
    return day


def _named_day(text: str, today: date) -> date | None:
    return {"today": today, "tomorrow": today + timedelta(days=1)}.get(text.lower())


def _numbered_day(text: str, today: date) -> date | None:
    for form in _DATES:
        found = form.fullmatch(text)
        if found is None:
            continue
        parts = {name: int(value) for name, value in found.groupdict().items()}
        try:
            day = date(parts.get("year", today.year), parts["month"], parts["day"])
            # Without a year the next such day is meant.
            return day if "year" in parts or day >= today else day.replace(year=today.year + 1)
        except ValueError:
            return None
    return None


_WRONG: Sequence[tuple[Callable[[Draft], bool], str]] = (
    (lambda one: not one.strategy.isprintable() or len(one.strategy) > LONGEST_STRATEGY, "That is no strategy."),
    (lambda one: not one.symbols, "Name the symbols, such as SBIN,INFY; for exits it may be all."),
    (lambda one: ALL in one.symbols and len(one.symbols) > 1, "Name the symbols, or all of them, not both."),
    (lambda one: ALL in one.symbols and not one.exits_only, "Name the symbols. Only exits may be of all."),
    (lambda one: not one.exits_only and one.per_order is None, "Say how much an order may be, such as order=₹20000."),
    (lambda one: not one.exits_only and one.per_day is None, "Say how much a day may use, such as day=₹50000."),
)


def _complete(draft: Draft) -> Draft:
    """The draft. Raises Invalid for one in which something is missing."""
    for is_wrong, what in _WRONG:
        if is_wrong(draft):
            raise Invalid(what)
    return draft
