"""What a client is asked before an order in doubt is sent once more."""

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.terms import number
from bot.pages.questions import in_words, question_text
from bot.text import actions, amounts
from bot.text import doubt_texts as texts
from bot.text.escaping import one_line
from core.clock import render_ist_time
from core.services.approval.doubtful_legs import SendAgainQuestion

YES = "yes-"


def send_again_question(asked: SendAgainQuestion) -> tuple[str, Rows]:
    """The exact order, when its first try left, and what may happen."""
    leg, order = asked.leg, asked.order
    lines = [
        texts.QUESTION.format(number=number(order)),
        f"{in_words(leg.terms)} {leg.terms.product}",
        texts.FIRST_TRY.format(time=render_ist_time(leg.sent_at or order.created_at)),
    ]
    what = f"{leg.terms.action} {amounts.quantity(leg.terms.quantity)} {one_line(leg.terms.symbol, 24)}"
    yes = Button(texts.YES_AGAIN.format(what=what), Press(Act.DOUBT, argument=f"{YES}{asked.token}"))
    no = Button(actions.KEEP_IT, Press(Act.CLIENT, argument="k"))
    return question_text(asked.account, order.trading_mode, lines), [[yes], [no]]
