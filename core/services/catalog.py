"""Everything a face may call, in one place."""

from dataclasses import dataclass

from core.services.accounts import AccountBook
from core.services.answers import Answers
from core.services.books import Books
from core.services.cardwork import CardWork
from core.services.decide import Decide
from core.services.desk import Desk
from core.services.health import Health
from core.services.intake import Intake
from core.services.keys import Keys
from core.services.linking import Linking
from core.services.modes import Modes
from core.services.pending import Pending
from core.services.trading import Trading
from core.services.trusted_clock import TrustedClock


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, built once by the composition root."""

    clock: TrustedClock
    accounts: AccountBook
    keys: Keys
    linking: Linking
    intake: Intake
    decide: Decide
    pending: Pending
    trading: Trading
    books: Books
    modes: Modes
    desk: Desk
    answers: Answers
    cards: CardWork
    health: Health
