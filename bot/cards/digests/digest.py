"""What a digest says: how many orders it stands for, of what kinds, and the buttons to look at or decide them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from telegram.constants import KeyboardButtonStyle

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.card import Rendered
from bot.cards.terms import in_short, mode_mark, number
from bot.text import amounts, card_face
from bot.text import bulk_texts as texts
from bot.text.escaping import one_line, shown
from core.client.bulk import Verb
from core.orders.order import Order
from core.ports import DigestKind
from core.services.approval.bulk_decisions import MOST_AT_ONCE
from core.services.approval.digests import PAGE, DigestView

_MOST_BOOKS, _MOST_NAMES, _NAME_LIMIT = 4, 6, 32
_LABEL = 12


def render_digest(view: DigestView, now: datetime) -> Rendered:
    """The digest as it should look now."""
    return _RENDERS[view.digest.kind](view, now)


def _waiting(view: DigestView, now: datetime) -> Rendered:
    counts = view.counts
    if view.is_released:
        return Rendered(texts.RELEASED.format(orders=amounts.counted(counts.total, "order")), ())
    if not counts.total or counts.oldest is None:
        return Rendered(texts.ALL_GONE, ())
    title = texts.WAITING if view.decidable else texts.WAITING_TO_SEE
    left = amounts.duration(counts.oldest - now)
    soonest = texts.SOONEST.format(left=left, until=amounts.clock_time(counts.oldest))
    head = [title[counts.total == 1].format(orders=amounts.counted(counts.total, "order")), soonest]
    pages = -(-counts.total // PAGE)
    place = [texts.PAGE_OF.format(page=view.digest.page + 1, pages=pages)] if pages > 1 else []
    lines = [_line(order, now) for order in view.page]
    text = "\n\n".join("\n".join(block) for block in (head, _kinds(view), [*lines, *place]))
    return Rendered(text, [*_opens(view.page), *_turns(view.digest.page, pages), *_decisions(view.decidable)])


def _auto(view: DigestView, now: datetime) -> Rendered:
    counts = view.counts
    title = texts.SENT_BY_ITSELF.format(orders=amounts.counted(counts.total, "order"))
    outcomes = Counter[str]()
    for status, count in counts.outcomes.items():
        outcomes[texts.OUTCOMES.get(status.value if status else "", texts.ON_THEIR_WAY)] += count
    order = [*texts.OUTCOMES.values(), texts.ON_THEIR_WAY]
    said = [text.format(count=outcomes[text]) for text in order if outcomes[text]]
    blocks = [title, "\n".join(said), "\n".join(_kinds(view)), texts.ALL_ORDERS]
    return Rendered("\n\n".join(block for block in blocks if block), ())


_RENDERS: Mapping[DigestKind, Callable[[DigestView, datetime], Rendered]] = {
    DigestKind.WAITING: _waiting,
    DigestKind.AUTO: _auto,
}


def _kinds(view: DigestView) -> list[str]:
    """How many by account and mode, by strategy, and by symbol."""
    counts = view.counts
    books = [
        texts.BOOK_COUNT.format(
            mode=mode_mark(view.accounts[account_id], mode),
            account=shown(view.accounts[account_id].name, _NAME_LIMIT),
            count=count,
        )
        for (account_id, mode), count in Counter(counts.books).most_common()
    ]
    return [
        *_shortened(books, _MOST_BOOKS),
        texts.STRATEGIES.format(names=_named(counts.strategies)),
        texts.SYMBOLS.format(names=_named(counts.symbols)),
    ]


def _named(counts: Mapping[str, int]) -> str:
    named = [
        texts.NAMED.format(name=shown(name, _NAME_LIMIT), count=count)
        for name, count in Counter(counts).most_common()
    ]
    return ", ".join(_shortened(named, _MOST_NAMES))


def _shortened(parts: Sequence[str], most: int) -> list[str]:
    more = [texts.AND_MORE.format(count=len(parts) - most)] if len(parts) > most else []
    return [*parts[:most], *more]


def _line(order: Order, now: datetime) -> str:
    left = card_face.TIME_LEFT.format(left=amounts.duration(order.expires_at - now))
    return texts.LINE.format(number=number(order), what=" · ".join(in_short(order)), left=left)


def _opens(orders: Sequence[Order]) -> Rows:
    buttons = [Button(_label(order), Press(Act.OPEN, order.id)) for order in orders]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _label(order: Order) -> str:
    terms = order.legs[0].terms
    return texts.OPEN.format(number=number(order), what=f"{terms.action} {one_line(terms.symbol, _LABEL)}")


def _turns(page: int, pages: int) -> Rows:
    before = [Button(texts.PREVIOUS_PAGE, _press(f"t_{page - 1}"))] if page else []
    after = [Button(texts.NEXT_PAGE, _press(f"t_{page + 1}"))] if page + 1 < pages else []
    return [[*before, *after]] if before or after else []


def _decisions(count: int) -> Rows:
    if not count:
        return []
    these = min(count, MOST_AT_ONCE)
    styles = {Verb.APPROVE: KeyboardButtonStyle.SUCCESS, Verb.REJECT: KeyboardButtonStyle.DANGER}
    return [
        [Button(texts.THESE[verb].format(count=these), _press(verb.value), style)] for verb, style in styles.items()
    ]


def _press(argument: str) -> Press:
    return Press(Act.DIGEST, argument=argument)
