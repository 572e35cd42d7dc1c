"""The life of an order in plain words, and as a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.terms import number
from bot.pages.order_list import what_it_is
from bot.text import amounts, life_texts
from bot.text import messages as texts
from bot.text.escaping import shown, units
from bot.text.language.retelling import retold
from core.audit import Link
from core.clock import IST, render_ist_time
from core.insight.doers import Doer
from core.services.insight.order_life import OrderLife

_WORDS_LIMIT = 120
_NAME_LIMIT = 40
_ROOM = 2800
_BEGINNING = 5
"""So many lines from the beginning are always shown."""
_MOST_BREAKS = 3


def render_life(life: OrderLife, now: datetime) -> str:
    """What happened, one line for each event, and whether that is proved."""
    head = [life_texts.TITLE.format(number=number(life.order)), what_it_is(life.order), ""]
    updated = f"<i>{texts.UPDATED.format(time=render_ist_time(now))}</i>"
    return "\n".join([*head, *_shortened([*_lines(life)]), "", proof(life), updated])


def proof(life: OrderLife) -> str:
    """Whether the trail is as it was written, from this order to its sealed end."""
    if life.is_proved:
        return life_texts.PROVED.format(events=amounts.counted(life.checked, "event"))
    broken = [f"• {shown(one.what, _WORDS_LIMIT)}" for one in life.breaks[:_MOST_BREAKS]]
    more = len(life.breaks) - _MOST_BREAKS
    tail = [life_texts.MORE_BREAKS.format(count=more)] if more > 0 else []
    return life_texts.BROKEN.format(what="\n".join([*broken, *tail]))


def life_buttons(life: OrderLife) -> Rows:
    """Buttons for the two kinds of file, the card, and to refresh."""
    order_id = life.order.id
    exports = [Button(label, Press(Act.AUDIT, order_id, argument=form)) for form, label in life_texts.EXPORT.items()]
    return [exports, [Button(texts.REFRESH, Press(Act.AUDIT, order_id))]]


def caption(life: OrderLife) -> str:
    """What is said under the file."""
    proved = life_texts.EXPORT_PROVED if life.is_proved else life_texts.EXPORT_BROKEN
    events = amounts.counted(len(life.links), "event")
    return life_texts.EXPORTED.format(number=number(life.order), events=events, proof=proved)


def as_file(life: OrderLife, form: str) -> bytes:
    """The order's events as stored, with their hashes: `csv` or `json`."""
    rows = [asdict(link) for link in life.links]
    if form == "csv":
        written = io.StringIO()
        table = csv.DictWriter(written, list(rows[0]) if rows else ["seq"])
        table.writeheader()
        table.writerows(rows)
        return written.getvalue().encode()
    whole = {
        "order": life.order.id,
        "account": life.account.name,
        "verified": life.is_proved,
        "breaks": [one.what for one in life.breaks],
        "events": [{**row, "facts": _facts(link)} for row, link in zip(rows, life.links, strict=True)],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, default=str).encode()


def _shortened(lines: Sequence[str]) -> list[str]:
    """As many lines as fit: the beginning, and above all the end."""
    begin, rest = lines[:_BEGINNING], lines[_BEGINNING:]
    used, kept = sum(units(line) + 1 for line in begin), list[str]()
    for line in reversed(rest):
        used += units(line) + 1
        if used > _ROOM:
            break
        kept.insert(0, line)
    left_out = len(rest) - len(kept)
    gap = [texts.MORE_LINES.format(lines=amounts.counted(left_out, "more line"))] if left_out else []
    return [*begin, *gap, *kept]


def _lines(life: OrderLife) -> Iterator[str]:
    day = None
    for link in life.links:
        local = _moment(link)
        if local is not None and local.date() != day:
            day = local.date()
            yield life_texts.DAY.format(day=amounts.day_of_week(day))
        time = "??:??:??" if local is None else f"{local:%H:%M:%S}"
        yield life_texts.LINE.format(time=time, who=_who(life, link), what=_what(life, link))


def _moment(link: Link) -> datetime | None:
    """When it was, in India; None for a time that was tampered with."""
    try:
        return datetime.fromisoformat(link.at).astimezone(IST)
    except ValueError:
        return None


def _who(life: OrderLife, link: Link) -> str:
    doer = Doer.of(link)
    match doer.kind:
        case "telegram":
            return shown(doer.name or life_texts.SOMEBODY, _NAME_LIMIT)
        case "key":
            return life_texts.STRATEGY.format(name=shown(life.order.strategy, _NAME_LIMIT))
        case "standing":
            return shown(_standing(doer.name), _NAME_LIMIT)
        case "cli":
            return life_texts.COMMAND_LINE
    return life_texts.PROGRAM


def _standing(name: str) -> str:
    """`standing approval 3`, as the trail has it, at the beginning of a line."""
    return life_texts.STANDING.format(number=name.rpartition(" ")[2])


def _what(life: OrderLife, link: Link) -> str:
    known = life_texts.EVENTS.get(link.kind)
    if known is None:
        return life_texts.OTHER_EVENT.format(kind=shown(link.kind, _NAME_LIMIT))
    facts = _facts(link)
    return known.format(
        why=_said(facts, "why"),
        reason=_said(facts, "reason"),
        message=_said(facts, "message"),
        clock=life_texts.CLOCKS.get(str(facts.get("clock"))) or _said(facts, "why"),
        answer=_said(facts, "error" if "error" in facts else "status"),
        reader=_reader(life, facts),
        leg=life_texts.LEG.format(leg=facts.get("leg")) if len(life.order.legs) > 1 else "",
        filled=_filled(facts),
    )


def _said(facts: Mapping[str, Any], name: str) -> str:
    return shown(retold(str(facts.get(name) or life_texts.NOT_SAID)), _WORDS_LIMIT)


def _reader(life: OrderLife, facts: Mapping[str, Any]) -> str:
    chat = facts.get("chat")
    name = life.names.get(chat) if isinstance(chat, int) else None
    return shown(name or life_texts.SOMEBODY, _NAME_LIMIT)


def _filled(facts: Mapping[str, Any]) -> str:
    try:
        quantity, price = Decimal(str(facts["filled_quantity"])), Decimal(str(facts["average_price"]))
    except (KeyError, ArithmeticError):
        return ""
    if not quantity:
        return ""
    return life_texts.FILLED.format(quantity=amounts.quantity(quantity), price=amounts.mean_price(price))


def _facts(link: Link) -> Mapping[str, Any]:
    """The event's facts; none of a row that was tampered with beyond reading."""
    try:
        facts = json.loads(link.facts)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
