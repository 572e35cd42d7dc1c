"""The use cases that look back, together."""

from dataclasses import dataclass

from core.services.access.languages import Languages
from core.services.insight.notices import NoticeBook
from core.services.insight.order_figures import OrderFigureBook
from core.services.insight.order_life import OrderLives
from core.services.insight.personal_lists import PersonalLists
from core.services.insight.strategy_words import StrategyWords


@dataclass(frozen=True, slots=True)
class Insight:
    """Lists, notices, lives of orders, figures, what strategies say, and in which language people read it."""

    lists: PersonalLists
    notices: NoticeBook
    lives: OrderLives
    figures: OrderFigureBook
    words: StrategyWords
    languages: Languages
