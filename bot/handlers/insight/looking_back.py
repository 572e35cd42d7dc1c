"""The commands that look back and what a person wants to see of it, put together."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from telegram import Update

from bot.callbacks.codec import Act
from bot.handlers.callback_queries import Behaviour
from bot.handlers.context import HandlerContext
from bot.handlers.insight.hiding import Hiding
from bot.handlers.insight.language_choice import LanguageChoice
from bot.handlers.insight.notice_choices import NoticeChoices
from bot.handlers.insight.order_figure_pages import OrderFigurePages
from bot.handlers.insight.order_lives import OrderLifePages


class LookingBack:
    """What answers each command, and each button."""

    def __init__(self, handler_context: HandlerContext) -> None:
        hiding, languages = Hiding(handler_context), LanguageChoice(handler_context)
        choices = NoticeChoices(handler_context, languages)
        lives, figures = OrderLifePages(handler_context), OrderFigurePages(handler_context)
        self.commands: Mapping[str, Callable[[Update, Any], Coroutine[Any, Any, None]]] = {
            "hide": hiding.hide,
            "stats": figures.show,
            "audit": lives.show,
            "settings": choices.show,
            "language": languages.show,
        }
        self.behaviours: Mapping[Act, Behaviour] = {
            Act.HIDE: hiding.carry_out,
            Act.FIGURES: figures.turn,
            Act.AUDIT: lives.turn,
            Act.SETTINGS: choices.choose,
        }
