"""Builds the Telegram application: the gate checks every update, our rate limiter sends, and there is no Updater."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import BotCommand, BotCommandScopeAllPrivateChats, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults

from bot.access.gate import Gate
from bot.callbacks.codec import Codec
from bot.cards.digests.digest_sender import DigestSender
from bot.cards.keeper import CardKeeper, Digesting, Traffic
from bot.cards.sender import CardSender, Telegram
from bot.chart.renderer import Pictures
from bot.handlers import add_handlers
from bot.handlers.context import HandlerContext
from bot.notices.keeper import NoticeKeeper
from bot.notices.sender import NoticeSender
from bot.text import messages as texts
from bot.text.language.translation import speaking
from bot.transport.bot_client import PollingBot, build_bot
from bot.transport.gated_application import GatedApplication
from core.accounts import Language
from core.services.facade import Services


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Which bot, at which Telegram."""

    token: str
    base_url: str = "https://api.telegram.org"


def build_application(
    services: Services,
    settings: TelegramSettings,
    signing_key: bytes,
    clock_observer: Callable[[datetime], None],
) -> GatedApplication:
    """The application, not yet initialised; the poller or the webhook receiver feeds it."""
    defaults = Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    bot = build_bot(settings.token, settings.base_url, clock_observer, defaults=defaults)
    languages = services.insight.languages
    gate = Gate(services.client_view, languages, services.decide, services.cards, services.clock)
    builder = ApplicationBuilder().application_class(
        GatedApplication, {"gate": gate, "languages": languages, "identified": services.cards.take_over}
    )
    application = builder.bot(bot).updater(None).job_queue(None).build()
    assert isinstance(application, GatedApplication)
    add_handlers(application, HandlerContext(services, Codec(signing_key)))
    return application


def build_keeper(application: GatedApplication, services: Services, signing_key: bytes) -> CardKeeper:
    """The card keeper of this application's bot; `signing_key` is the one the application was built with."""
    telegram = Telegram(application.bot, Codec(signing_key), application.presses, services.insight.languages)
    sender = CardSender(telegram, services.cards, services.client_view, services.clock)
    digests = Digesting(services.digests, DigestSender(telegram, services.digests, services.clock))
    return CardKeeper(services.cards, sender, digests, Traffic(application.bot.limiter, application.presses))


def build_notices(application: GatedApplication, services: Services, signing_key: bytes) -> NoticeKeeper:
    """What sends notices through this application's bot, with the key that the application was built with."""
    telegram = Telegram(application.bot, Codec(signing_key), application.presses, services.insight.languages)
    sender = NoticeSender(telegram, services.insight.notices, services.daily_values, Pictures(), services.clock)
    return NoticeKeeper(services.insight.notices, sender)


async def publish_commands(bot: PollingBot) -> None:
    """Tell Telegram the commands and what this bot is for: in English, and to whose Telegram speaks it in Hindi."""
    for language in Language:
        code = None if language is Language.ENGLISH else language.value
        with speaking(language):
            commands = [BotCommand(name, what) for name, what in texts.COMMANDS.items()]
            await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=code)
            await bot.set_my_description(texts.BOT_DESCRIPTION, language_code=code)
            await bot.set_my_short_description(texts.BOT_SHORT_DESCRIPTION, language_code=code)
