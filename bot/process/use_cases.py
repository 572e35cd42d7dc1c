"""Puts the use cases together, out of ports alone."""

from dataclasses import dataclass

from bot.settings.installation_secret import derive
from bot.settings.settings import Settings
from core.calendar.calendar import Calendar
from core.ports import Brokers, Database, OrderLog, PaperBooks, RunningFeed
from core.services.access.accounts import AccountBook
from core.services.access.alert_addresses import Senders
from core.services.access.client_view import Desk
from core.services.access.keys import Keys
from core.services.access.linking import Linking
from core.services.access.modes import Modes
from core.services.approval.card_queue import CardWork
from core.services.approval.decide import Decide
from core.services.approval.recheck import Recheck
from core.services.approval.withdraw import Withdraw
from core.services.execution.execute import Executor
from core.services.execution.refresh import Refresher
from core.services.facade import Services
from core.services.intake.denials import Denials
from core.services.intake.idempotency import Answers
from core.services.intake.intake import ApprovalTimes, Intake, IntakeDesks
from core.services.intake.leg_resolution import Drafter
from core.services.intake.position_locks import SmartTurns
from core.services.market.market import Market
from core.services.operations.health import Health
from core.services.operations.order_counts import Tally
from core.services.outcomes.hooks import HookBook, HookPost
from core.services.outcomes.order_events import Events
from core.services.outcomes.order_list import OrderList
from core.services.outcomes.order_status import Pending
from core.services.portfolio.broker_reads import Books
from core.services.portfolio.daily_values import Snapshots
from core.services.portfolio.sandbox import Sandbox
from core.services.trading.gtt_orders import Gtts
from core.services.trading.open_orders import Trading
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import News


@dataclass(frozen=True, slots=True)
class Resources:
    """What every use case is built from."""

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
    resources: Resources, order_log: OrderLog, executor: Executor, refresher: Refresher, hook_post: HookPost
) -> Services:
    """Every use case."""
    settings, database, clock = resources.settings, resources.database, resources.clock
    keys = Keys(database, clock, derive(resources.secret, "api keys"))
    answers, drafter = Answers(database, clock), Drafter(resources.brokers, resources.feed, clock)
    turns, books = SmartTurns(database), Books(resources.brokers)
    recheck = Recheck(database, drafter, turns)
    desks = IntakeDesks(order_log, keys, answers, drafter, Denials(database, clock), turns)
    times = ApprovalTimes(settings.approval.expires_after, settings.approval.execute_within)
    intake = Intake(desks, executor, clock, times)
    trading = Trading(database, books, intake, refresher, clock)
    return Services(
        clock=clock,
        accounts=AccountBook(database, resources.brokers, clock),
        keys=keys,
        linking=Linking(database, clock),
        intake=intake,
        decide=Decide(database, clock, executor, recheck, settings.approval.execute_within),
        pending=Pending(database, resources.news),
        trading=trading,
        gtts=Gtts(resources.brokers, books, trading, clock),
        books=books,
        market=Market(resources.brokers, resources.feed, resources.calendar, clock),
        modes=Modes(database, clock),
        desk=Desk(database, resources.feed),
        answers=answers,
        cards=CardWork(database, clock, executor.checkpoint),
        health=Health(database, clock, executor, resources.feed),
        order_list=OrderList(database),
        withdraw=Withdraw(database, clock, resources.news),
        events=Events(database),
        hooks=HookBook(database, clock, hook_post, allow_private=settings.hooks.allow_private),
        tally=Tally(database),
        sandbox=Sandbox(database, resources.paper, clock),
        senders=Senders(database, clock, derive(resources.secret, "webhook tokens")),
        snapshots=Snapshots(database, resources.brokers, clock),
    )
