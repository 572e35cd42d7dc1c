"""Everything that the HTTP API, the bot and the command line may call, in one place."""

from dataclasses import dataclass

from core.services.access.accounts import AccountBook
from core.services.access.alert_addresses import AlertAddresses
from core.services.access.broker_logins import BrokerLogins
from core.services.access.client_view import ClientView
from core.services.access.keys import Keys
from core.services.access.linking import Linking
from core.services.access.modes import Modes
from core.services.access.people import People
from core.services.approval.bulk_decisions import BulkDecisions
from core.services.approval.card_queue import CardQueue
from core.services.approval.checks import Checks
from core.services.approval.decide import Decide
from core.services.approval.digests import DigestBook
from core.services.approval.doubtful_legs import DoubtfulLegs
from core.services.approval.revise_terms import TermRevisions
from core.services.approval.withdraw import Withdraw
from core.services.execution.order_streams import OrderStreams
from core.services.execution.postbacks import Postbacks
from core.services.insight.toolbox import Insight
from core.services.intake.idempotency import IdempotentAnswers
from core.services.intake.intake import Intake
from core.services.intake.refused_operations import RefusedOperations
from core.services.limits.limit_book import LimitBook
from core.services.limits.loss_watch import LossWatch
from core.services.limits.pausing import Pausing
from core.services.limits.standing_book import StandingBook
from core.services.limits.standing_choices import StandingChoices
from core.services.market.candle_history import CandleHistory
from core.services.market.chart_preferences import ChartPreferences
from core.services.market.live_prices import LivePrices
from core.services.market.market import Market
from core.services.market.option_analytics import OptionAnalytics
from core.services.operations.health import Health
from core.services.operations.openalgo_import import OpenAlgoImport
from core.services.operations.order_counts import OrderCounts
from core.services.operations.vital_signs import VitalSigns
from core.services.outcomes.hooks import HookBook
from core.services.outcomes.order_events import Events
from core.services.outcomes.order_list import OrderList
from core.services.outcomes.order_status import OrderStatusReader
from core.services.portfolio.broker_books import BrokerBooks
from core.services.portfolio.daily_values import DailyValues
from core.services.portfolio.origins import Origins
from core.services.portfolio.sandbox import Sandbox
from core.services.trading.client_actions import ClientActions
from core.services.trading.gtt_orders import Gtts
from core.services.trading.open_orders import OpenOrders
from core.services.trusted_clock import TrustedClock


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, built once by the composition root."""

    clock: TrustedClock
    accounts: AccountBook
    broker_logins: BrokerLogins
    keys: Keys
    linking: Linking
    intake: Intake
    refused_operations: RefusedOperations
    decide: Decide
    order_status: OrderStatusReader
    trading: OpenOrders
    gtts: Gtts
    books: BrokerBooks
    origins: Origins
    market: Market
    live_prices: LivePrices
    option_analytics: OptionAnalytics
    candle_history: CandleHistory
    chart_preferences: ChartPreferences
    modes: Modes
    people: People
    client_view: ClientView
    answers: IdempotentAnswers
    cards: CardQueue
    checks: Checks
    term_revisions: TermRevisions
    doubtful_legs: DoubtfulLegs
    health: Health
    order_list: OrderList
    withdraw: Withdraw
    alert_addresses: AlertAddresses
    events: Events
    hooks: HookBook
    order_streams: OrderStreams
    postbacks: Postbacks
    order_counts: OrderCounts
    vital_signs: VitalSigns
    sandbox: Sandbox
    daily_values: DailyValues
    client_actions: ClientActions
    limit_book: LimitBook
    pausing: Pausing
    standing_book: StandingBook
    standing_choices: StandingChoices
    loss_watch: LossWatch
    bulk_decisions: BulkDecisions
    digests: DigestBook
    insight: Insight
    openalgo_import: OpenAlgoImport
