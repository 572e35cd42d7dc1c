"""Everything a face may call, in one place."""

from dataclasses import dataclass

from core.services.accounts import AccountBook
from core.services.answers import Answers
from core.services.books import Books
from core.services.cardwork import CardWork
from core.services.decide import Decide
from core.services.desk import Desk
from core.services.events import Events
from core.services.gtts import Gtts
from core.services.health import Health
from core.services.hooks import HookBook
from core.services.intake import Intake
from core.services.keys import Keys
from core.services.linking import Linking
from core.services.market import Market
from core.services.modes import Modes
from core.services.order_list import OrderList
from core.services.pending import Pending
from core.services.sandbox import Sandbox
from core.services.senders import Senders
from core.services.snapshots import Snapshots
from core.services.tally import Tally
from core.services.trading import Trading
from core.services.trusted_clock import TrustedClock
from core.services.withdraw import Withdraw


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
    gtts: Gtts
    books: Books
    market: Market
    modes: Modes
    desk: Desk
    answers: Answers
    cards: CardWork
    health: Health
    order_list: OrderList
    withdraw: Withdraw
    senders: Senders
    events: Events
    hooks: HookBook
    tally: Tally
    sandbox: Sandbox
    snapshots: Snapshots
