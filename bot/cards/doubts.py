"""What a card says and offers about legs of which nobody knows whether the broker has them."""

from collections.abc import Sequence

from telegram.constants import KeyboardButtonStyle

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.text import amounts, messages
from bot.text import doubt_texts as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold
from core.clock import render_ist_time
from core.orders.order import Leg, Order
from core.services.approval.doubtful_legs import is_in_doubt

_MESSAGE_LIMIT = 200
_MOST_CANDIDATES = 5
_MOST_LEGS = 5


def doubt_lines(leg: Leg) -> list[str]:
    """What is known about an unknown leg."""
    lines = [messages.NOT_CONFIRMED]
    if leg.message:
        lines.append(texts.WHAT_HAPPENED.format(message=shown(retold(leg.message), _MESSAGE_LIMIT)))
    if leg.asked_at is not None:
        lines.append(looked_at(leg))
    return lines


def looked_at(leg: Leg) -> str:
    """When the broker's book was looked at, and what it showed."""
    assert leg.asked_at is not None
    time = render_ist_time(leg.asked_at)
    if not leg.candidates:
        return texts.NOT_IN_BOOK.format(time=time)
    return texts.SEVERAL.format(time=time, count=amounts.counted(len(leg.candidates), "order"))


def doubt_buttons(order: Order) -> Rows:
    """What the client may say about each leg in doubt."""
    doubtful = [leg for leg in order.legs if is_in_doubt(leg)][:_MOST_LEGS]
    rows: list[Sequence[Button]] = []
    for leg in doubtful:
        rows += _rows_of(order, leg)
    return rows


def _rows_of(order: Order, leg: Leg) -> list[Sequence[Button]]:
    def button(label: str, argument: str, style: KeyboardButtonStyle | None = None) -> Button:
        text = label if len(order.legs) == 1 else texts.OF_LEG.format(label=label, leg=leg.number)
        return Button(text, Press(Act.DOUBT, order.id, order.version, f"{argument}-{leg.number}"), style)

    picks = [
        [button(texts.CANDIDATE.format(id=one_line(one, 24)), f"pick{place}")]
        for place, one in enumerate(leg.candidates[:_MOST_CANDIDATES])
    ]
    again = button(texts.AGAIN, "again", KeyboardButtonStyle.DANGER)
    return [*picks, [button(texts.THERE, "there"), button(texts.DROP, "drop")], [again]]
