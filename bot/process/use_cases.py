"""Builds the use cases from ports."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from bot.cards.terms import is_shown_whole
from bot.process.resources import Resources
from bot.settings.installation_secret import derive
from core.accounts import Account, TradingMode
from core.ports import OrderLog
from core.services.access.accounts import AccountBook
from core.services.access.alert_addresses import AlertAddresses
from core.services.access.client_view import ClientView
from core.services.access.confirmations import Confirmations
from core.services.access.keys import Keys
from core.services.access.languages import Languages
from core.services.access.linking import Linking
from core.services.access.modes import Modes
from core.services.access.people import People
from core.services.approval.bulk_decisions import BulkDecisions, BulkRules
from core.services.approval.card_queue import CardQueue
from core.services.approval.checks import Checks
from core.services.approval.decide import Decide
from core.services.approval.digests import DigestBook
from core.services.approval.doubtful_legs import DoubtfulLegs, DoubtParts
from core.services.approval.recheck import Recheck
from core.services.approval.revise_terms import TermRevisions
from core.services.approval.standing.standing_look import StandingLook
from core.services.approval.standing.standing_use import StandingUses
from core.services.approval.surroundings import Surroundings
from core.services.approval.withdraw import Withdraw
from core.services.execution.execute import Executor
from core.services.execution.order_streams import OrderStreams, StreamPace
from core.services.execution.postbacks import Postbacks
from core.services.execution.refresh import Refresher
from core.services.facade import Services
from core.services.insight.notices import NoticeBook
from core.services.insight.order_figures import OrderFigureBook
from core.services.insight.order_life import OrderLives
from core.services.insight.personal_lists import PersonalLists
from core.services.insight.strategy_words import StrategyWords
from core.services.insight.toolbox import Insight
from core.services.intake.change_checks import ChangeChecks
from core.services.intake.denials import Denials
from core.services.intake.idempotency import IdempotentAnswers
from core.services.intake.in_advance import InAdvance
from core.services.intake.intake import ApprovalTimes, Intake
from core.services.intake.intake_parts import IntakeParts
from core.services.intake.leg_resolution import LegResolver
from core.services.intake.position_locks import PositionLocks
from core.services.intake.refused_exits import RefusedExits
from core.services.limits.limit_book import LimitBook
from core.services.limits.loss_watch import LossWatch
from core.services.limits.order_facts import LimitFacts
from core.services.limits.pausing import Pausing
from core.services.limits.standing_book import StandingBook
from core.services.limits.standing_choices import StandingChoices
from core.services.operations.health import Health
from core.services.operations.openalgo_import import ImportParts, OpenAlgoImport
from core.services.operations.order_counts import OrderCounts
from core.services.operations.vital_signs import VitalSigns
from core.services.outcomes.hooks import HookBook, HookPost
from core.services.outcomes.order_events import Events
from core.services.outcomes.order_list import OrderList
from core.services.outcomes.order_status import OrderStatusReader
from core.services.portfolio.broker_books import BrokerBooks
from core.services.portfolio.daily_values import DailyValues
from core.services.portfolio.origins import Origins
from core.services.portfolio.sandbox import Sandbox
from core.services.trading.client_actions import ClientActions
from core.services.trading.client_calls import ClientCalls
from core.services.trading.client_cancels import ClientCancels
from core.services.trading.client_changes import ClientChanges
from core.services.trading.client_closes import ClientCloses
from core.services.trading.client_context import ClientContext
from core.services.trading.gtt_orders import Gtts
from core.services.trading.open_orders import OpenOrders
from core.services.trading.recorded_calls import RecordedCalls


def build_services(
    resources: Resources, order_log: OrderLog, executor: Executor, refresher: Refresher, hook_post: HookPost
) -> Services:
    """Build every use case."""
    settings, database, clock = resources.settings, resources.database, resources.clock
    keys = Keys(database, clock, derive(resources.secret, "api keys"))
    leg_resolver = LegResolver(resources.brokers, resources.sessions, clock)
    answers, position_locks = IdempotentAnswers(database, clock), PositionLocks(database)
    daily_values = DailyValues(database, resources.brokers, clock, _trading_days(resources))
    limit_facts = LimitFacts(database, resources.brokers, daily_values, clock)
    checks = Checks(database, resources.brokers, _surroundings(resources), clock, limit_facts)
    recheck = Recheck(database, leg_resolver, position_locks, limit_facts, checks)
    times = ApprovalTimes(settings.approval.expires_after, settings.approval.execute_within)
    denials, wakeups = Denials(database, clock), resources.signals.wakeups
    exits = RefusedExits(denials, resources.brokers, clock)
    in_advance = InAdvance(_standing_uses(resources, recheck, limit_facts, checks))
    parts = IntakeParts(
        order_log, keys, answers, leg_resolver, denials, position_locks, wakeups, limit_facts, exits, in_advance
    )
    intake = Intake(parts, executor, clock, times)
    confirmations, books = Confirmations(clock), BrokerBooks(resources.brokers)
    linking, accounts = Linking(database, clock), AccountBook(database, resources.brokers, clock)
    trading = OpenOrders(database, books, intake, refresher, clock)
    standing = StandingBook(database, resources.brokers, confirmations, clock, wakeups)
    cards = CardQueue(database, clock, resources.signals.checkpoint, checks)
    decide = Decide(database, clock, recheck, resources.signals, settings.approval.execute_within)
    return Services(
        clock=clock,
        accounts=accounts,
        broker_logins=resources.broker_logins,
        keys=keys,
        linking=linking,
        people=People(database, confirmations, linking, wakeups),
        intake=intake,
        refused_operations=trading.refusals,
        decide=decide,
        order_status=OrderStatusReader(database, resources.signals.wakeups),
        trading=trading,
        gtts=Gtts(resources.brokers, books, trading, clock),
        books=books,
        origins=Origins(database, clock),
        market=resources.market.market,
        live_prices=resources.market.live_prices,
        option_analytics=resources.market.option_analytics,
        candle_history=resources.market.candle_history,
        chart_preferences=resources.market.chart_preferences,
        modes=Modes(database, confirmations, clock),
        client_view=ClientView(database, resources.brokers),
        answers=answers,
        cards=cards,
        checks=checks,
        doubtful_legs=_doubtful_legs(resources, confirmations, leg_resolver, limit_facts, refresher),
        term_revisions=TermRevisions(database, clock, leg_resolver, resources.signals),
        health=Health(database, clock, executor, resources.feed),
        order_list=OrderList(database),
        withdraw=Withdraw(database, clock, resources.signals.wakeups),
        events=Events(database, resources.signals.wakeups),
        hooks=HookBook(database, clock, hook_post, allow_private=settings.hooks.allow_private),
        order_streams=_order_streams(resources, refresher),
        postbacks=Postbacks(database, resources.connections, refresher, derive(resources.secret, "postbacks")),
        order_counts=OrderCounts(database),
        vital_signs=VitalSigns(database, clock, resources.feed),
        sandbox=Sandbox(database, resources.paper, clock),
        alert_addresses=AlertAddresses(database, clock, derive(resources.secret, "webhook tokens"), keys.use),
        client_actions=_client_actions(resources, confirmations, refresher, times),
        daily_values=daily_values,
        limit_book=LimitBook(database, confirmations, clock),
        standing_book=standing,
        standing_choices=StandingChoices(database, resources.brokers, confirmations, clock, standing),
        pausing=Pausing(database, confirmations, clock, resources.signals.wakeups),
        loss_watch=LossWatch(database, daily_values, clock),
        bulk_decisions=BulkDecisions(database, confirmations, decide, clock, _bulk_rules(resources)),
        digests=DigestBook(database, clock, cards),
        insight=_build_insight(resources),
        openalgo_import=_openalgo_import(resources, accounts, keys, linking),
    )


def _order_streams(resources: Resources, refresher: Refresher) -> OrderStreams:
    chance = Random().random  # noqa: S311 - jitter
    return OrderStreams(resources.database, resources.connections, refresher, StreamPace(chance))


def _openalgo_import(resources: Resources, accounts: AccountBook, keys: Keys, linking: Linking) -> OpenAlgoImport:
    database, clock, checkpoint = resources.database, resources.clock, resources.signals.checkpoint
    brokers, books, listed = resources.brokers, resources.paper, resources.settings.paper.instruments == "imported"
    return OpenAlgoImport(
        ImportParts(database, accounts, keys, linking, brokers, books, clock, checkpoint, lists_imported=listed)
    )


def _doubtful_legs(
    resources: Resources, confirmations: Confirmations, resolver: LegResolver, facts: LimitFacts, refresher: Refresher
) -> DoubtfulLegs:
    return DoubtfulLegs(
        DoubtParts(
            database=resources.database,
            brokers=resources.brokers,
            reconciler=refresher.reconciler,
            confirmations=confirmations,
            resolver=resolver,
            limits=facts,
            clock=resources.clock,
            signals=resources.signals,
            execute_within=resources.settings.approval.execute_within,
        )
    )


def _standing_uses(resources: Resources, recheck: Recheck, limit_facts: LimitFacts, checks: Checks) -> StandingUses:
    look = StandingLook(resources.brokers, limit_facts, _surroundings(resources), resources.clock)
    return StandingUses(resources.database, recheck, look, checks, resources.signals)


def _client_actions(
    resources: Resources, confirmations: Confirmations, refresher: Refresher, times: ApprovalTimes
) -> ClientActions:
    database, brokers, clock = resources.database, resources.brokers, resources.clock
    parts = ClientContext(database, brokers, confirmations, clock, resources.signals)
    calls = ClientCalls(parts, RecordedCalls(database, refresher, clock))
    checks = ChangeChecks(brokers, resources.sessions, clock)
    return ClientActions(ClientCloses(parts, times), ClientCancels(parts, calls), ClientChanges(parts, calls, checks))


def _surroundings(resources: Resources) -> Surroundings:
    queues = resources.settings.paper.outside_hours == "queue"
    return Surroundings(resources.feed, resources.sessions, resources.calendar, queues)


def _bulk_rules(resources: Resources) -> BulkRules:
    def last_price(account: Account, trading_mode: TradingMode, exchange: str, symbol: str) -> Decimal | None:
        quote = resources.brokers.feed(account, trading_mode).quote(exchange, symbol)
        return quote.ltp if quote is not None and quote.ltp > 0 else None

    return BulkRules(resources.settings.approval.at_once_up_to, is_shown_whole, last_price)


def _build_insight(resources: Resources) -> Insight:
    database, clock = resources.database, resources.clock
    return Insight(
        lists=PersonalLists(database),
        notices=NoticeBook(database, clock, _trading_days(resources)),
        figures=OrderFigureBook(database, resources.brokers, clock),
        words=StrategyWords(database, clock),
        lives=OrderLives(database, clock, derive(resources.secret, "audit heads")),
        languages=Languages(database),
    )


def _trading_days(resources: Resources) -> Callable[[date], bool]:
    # Where exchanges never close there is trading on every day.
    never_closes = resources.settings.paper.outside_hours == "ignore"
    return lambda day: never_closes or resources.calendar.is_trading_day(day)
