"""Registers the handler of every command and every button."""

from collections.abc import Mapping

from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.callbacks.codec import Act
from bot.chart.renderer import Pictures
from bot.handlers.actions.broker_login import PASTED, BrokerLoginAnswers
from bot.handlers.actions.client_actions import ClientActions
from bot.handlers.actions.modifying import AnswersNumber
from bot.handlers.bulk.bulk_lists import BulkLists
from bot.handlers.callback_queries import Behaviour, CallbackQueries
from bot.handlers.context import HandlerContext
from bot.handlers.decisions import Decisions
from bot.handlers.errors import tell_failure
from bot.handlers.help import Help
from bot.handlers.insight.looking_back import LookingBack
from bot.handlers.limits import ANSWERS_LIMIT, LimitPages
from bot.handlers.linking import Linking
from bot.handlers.modes import ModeSwitches
from bot.handlers.orders import OrderLists
from bot.handlers.pause import PauseSwitch
from bot.handlers.people.linked_people import LinkedPeople
from bot.handlers.pnl import ProfitPages
from bot.handlers.portfolio import BOOKS, BookPages
from bot.handlers.standing import StandingPages
from bot.handlers.term_changes import ANSWERS_A_QUESTION, TermChanges
from bot.transport.gated_application import GatedApplication


def add_handlers(application: GatedApplication, handler_context: HandlerContext) -> None:
    """Add every handler to the application."""
    orders, modes, decisions = OrderLists(handler_context), ModeSwitches(handler_context), Decisions(handler_context)
    talk, books = Help(handler_context, decisions.plain_reason), BookPages(handler_context)
    client, profits = ClientActions(handler_context), ProfitPages(handler_context, Pictures(), application.background)
    limits, pauses = LimitPages(handler_context), PauseSwitch(handler_context)
    looking_back, people = LookingBack(handler_context), LinkedPeople(handler_context)
    bulk = BulkLists(handler_context, application.background)
    standing, terms = StandingPages(handler_context), TermChanges(handler_context)
    commands = {
        "start": Linking(handler_context).start,
        "help": talk.help,
        "pending": orders.pending,
        "orders": orders.orders,
        "order": orders.order,
        "mode": modes.show,
        "pnl": profits.show,
        "limits": limits.show,
        "standing": standing.show,
        "pause": pauses.pause,
        "resume": pauses.resume,
        **dict.fromkeys(BOOKS, books.show),
    }
    for family in (commands, client.commands, looking_back.commands, people.commands, bulk.commands):
        for name, answer in family.items():
            application.add_handler(CommandHandler(name, answer))
    behaviours = {**_behaviours(decisions, orders, modes, books), Act.PROFIT: profits.turn, **client.behaviours}
    behaviours |= {Act.TERMS: terms.press, Act.LIMITS: limits.press, Act.PAUSE: pauses.press, **bulk.behaviours}
    behaviours |= {Act.PEOPLE: people.press, Act.STANDING: standing.press, **looking_back.behaviours}
    application.add_handler(CallbackQueryHandler(CallbackQueries(handler_context, behaviours).handle))
    typed = filters.REPLY & filters.TEXT & ~filters.COMMAND
    for what, answer in {
        PASTED: BrokerLoginAnswers(handler_context).take,
        ANSWERS_LIMIT: limits.typed_value,
        typed & AnswersNumber(): client.changes.typed,
        typed & ANSWERS_A_QUESTION: terms.typed,
        typed: decisions.typed_reason,
        filters.ALL: talk.unknown,
    }.items():
        application.add_handler(MessageHandler(what, answer))
    application.add_error_handler(tell_failure)


def _behaviours(
    decisions: Decisions, orders: OrderLists, modes: ModeSwitches, books: BookPages
) -> Mapping[Act, Behaviour]:
    return {
        Act.APPROVE: decisions.approve,
        Act.REJECT: decisions.reject,
        Act.REASON: decisions.reason,
        Act.OTHER_REASON: decisions.other_reason,
        Act.NO_REASON: decisions.no_reason,
        Act.OPEN: orders.open,
        Act.PENDING_PAGE: orders.turn,
        Act.ORDERS_PAGE: orders.turn,
        Act.BOOK: books.refresh,
        Act.MODE: modes.switch,
        Act.CONFIRM: modes.confirm,
        Act.KEEP: modes.keep,
    }
