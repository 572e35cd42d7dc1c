"""The address that a broker's login page led to, pasted into the chat: it begins the day's session."""

import re
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from bot.handlers.context import HandlerContext, person_name
from bot.text import notice_texts as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.accounts import Account, Role
from core.audit import Actor
from core.clock import render_ist
from core.errors import BrokerError, BrokerRefused, CountersignError
from core.ids import UserId
from core.market.broker_session import BrokerSession

PASTED = filters.TEXT & ~filters.COMMAND & filters.Regex(re.compile(r"(^|[?&\s])(request_token|code)=[A-Za-z0-9_-]+"))


class BrokerLoginAnswers:
    """Takes what a person pastes; only an owner's counts, and the message is removed from the chat."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._logins = handler_context.services.broker_logins

    async def take(self, update: Update, context: Any) -> None:
        """Finish the login of the account that it belongs to, and say so."""
        message = update.message
        if message is None or message.from_user is None or not message.text:
            return
        accounts = await self._accounts(UserId(message.from_user.id))
        if not accounts:
            await self._handler_context.reply(message, texts.NO_LOGIN_OF_YOURS)
            return
        await message.delete()
        await self._handler_context.reply(message, await self._log_in(message, accounts))

    async def _log_in(self, message: Message, accounts: list[Account]) -> str:
        """Try it at each account: a broker takes it for the one that it was made for, and refuses the others."""
        assert message.from_user is not None
        actor = Actor("telegram", person_name(message.from_user), message.from_user.id)
        why = ""
        for account in accounts:
            try:
                session = await self._logins.log_in(account, message.text or "", actor)
            except BrokerRefused as no:
                why = str(no)
            except (BrokerError, CountersignError) as fault:
                return texts.LOGIN_FAILED.format(account=shown(account.name), why=shown(retold(str(fault)), 200))
            else:
                return _welcome(account, session)
        return texts.LOGIN_FAILED.format(account=shown(accounts[0].name), why=shown(retold(why), 200))

    async def _accounts(self, user_id: UserId) -> list[Account]:
        """The accounts of which this person is an owner and whose broker has a login page."""
        links = await self._handler_context.services.client_view.accounts_of(user_id)
        owned = [account for account, link in links if link.role is Role.OWNER and account.enabled]
        return [account for account in owned if await self._has_page(account)]

    async def _has_page(self, account: Account) -> bool:
        try:
            return await self._logins.find_login_url(account) is not None
        except CountersignError:
            return False


def _welcome(account: Account, session: BrokerSession) -> str:
    until = texts.LOGGED_IN_UNTIL.format(time=render_ist(session.expires_at)) if session.expires_at else ""
    return texts.LOGGED_IN.format(account=shown(account.name), who=shown(session.detail, 80), until=until)
