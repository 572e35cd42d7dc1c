"""Puts the use cases together, out of ports alone."""

from dataclasses import dataclass

from bot.secrets import derive
from bot.settings import Settings
from core.calendar.calendar import Calendar
from core.ports import Brokers, Database, OrderLog, PaperBooks, RunningFeed
from core.services.accounts import AccountBook
from core.services.answers import Answers
from core.services.books import Books
from core.services.cardwork import CardWork
from core.services.catalog import Services
from core.services.decide import Decide
from core.services.denials import Denials
from core.services.desk import Desk
from core.services.draft import Drafter
from core.services.events import Events
from core.services.execute import Executor
from core.services.gtts import Gtts
from core.services.health import Health
from core.services.hooks import HookBook, HookPost
from core.services.intake import ApprovalTimes, Intake, IntakeDesks
from core.services.keys import Keys
from core.services.linking import Linking
from core.services.market import Market
from core.services.modes import Modes
from core.services.news import News
from core.services.order_list import OrderList
from core.services.pending import Pending
from core.services.recheck import Recheck
from core.services.refresh import Refresher
from core.services.sandbox import Sandbox
from core.services.senders import Senders
from core.services.snapshots import Snapshots
from core.services.tally import Tally
from core.services.trading import Trading
from core.services.trusted_clock import TrustedClock
from core.services.turns import SmartTurns
from core.services.withdraw import Withdraw


@dataclass(frozen=True, slots=True)
class Ground:
    """What every service stands on."""

    settings: Settings
    secret: bytes
    clock: TrustedClock
    database: Database
    news: News
    brokers: Brokers
    feed: RunningFeed
    calendar: Calendar
    paper: PaperBooks


def build_services(
    ground: Ground, order_log: OrderLog, executor: Executor, refresher: Refresher, hook_post: HookPost
) -> Services:
    """Every use case."""
    settings, database, clock = ground.settings, ground.database, ground.clock
    keys = Keys(database, clock, derive(ground.secret, "api keys"))
    answers, drafter = Answers(database, clock), Drafter(ground.brokers, ground.feed, clock)
    turns, books = SmartTurns(database), Books(ground.brokers)
    recheck = Recheck(database, drafter, turns)
    desks = IntakeDesks(order_log, keys, answers, drafter, Denials(database, clock), turns)
    times = ApprovalTimes(settings.approval.expires_after, settings.approval.execute_within)
    intake = Intake(desks, executor, clock, times)
    trading = Trading(database, books, intake, refresher, clock)
    return Services(
        clock=clock,
        accounts=AccountBook(database, ground.brokers, clock),
        keys=keys,
        linking=Linking(database, clock),
        intake=intake,
        decide=Decide(database, clock, executor, recheck, settings.approval.execute_within),
        pending=Pending(database, ground.news),
        trading=trading,
        gtts=Gtts(ground.brokers, books, trading, clock),
        books=books,
        market=Market(ground.brokers, ground.feed, ground.calendar, clock),
        modes=Modes(database, clock),
        desk=Desk(database, ground.feed),
        answers=answers,
        cards=CardWork(database, clock, executor.checkpoint),
        health=Health(database, clock, executor, ground.feed),
        order_list=OrderList(database),
        withdraw=Withdraw(database, clock, ground.news),
        events=Events(database),
        hooks=HookBook(database, clock, hook_post, allow_private=settings.hooks.allow_private),
        tally=Tally(database),
        sandbox=Sandbox(database, ground.paper, clock),
        senders=Senders(database, clock, derive(ground.secret, "webhook tokens")),
        snapshots=Snapshots(database, ground.brokers, clock),
    )
