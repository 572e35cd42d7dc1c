"""/mode: what each account may do, and switching it; loosening asks first, and the question works once."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.pages.mode_labels import mark_of, modes_of
from bot.text import messages as texts
from bot.text.escaping import one_line, shown
from core.accounts import Account, Approver, OrderMode, Role, TradingMode
from core.errors import NotFound
from core.ids import AccountId, UserId
from core.services.access.modes import ModeChange


class ModeSwitches:
    """Shows modes to everybody linked; lets owners switch them."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._modes = handler_context.services.modes

    async def show(self, update: Update, context: Any) -> None:
        """Send the modes of each of the person's accounts."""
        message = update.message
        if message is not None and message.from_user is not None:
            await self._handler_context.reply(message, *await self._render(UserId(message.from_user.id)))

    async def switch(self, tap: ButtonPress) -> None:
        """Make a switch to the safer side at once; ask before the other."""
        account_id, change = _read(tap.press.argument)
        user_id = tap.presser.user_id
        if not change.loosens:
            account = await self._modes.tighten(user_id, account_id, change)
            await tap.answer(one_line(f"{account.name}: {texts.SWITCH_TO[change.value]} ✓", 200))
            await tap.edit(*await self._render(user_id))
            return
        token = await self._modes.ask(user_id, account_id, change)
        links = await self._handler_context.services.client_view.accounts_of(user_id)
        account = next(account for account, _ in links if account.id == account_id)
        await tap.answer()
        await tap.edit(*_question(account, change, token))

    async def confirm(self, tap: ButtonPress) -> None:
        """Make the switch that was asked about, if the question is still open."""
        try:
            account = await self._modes.confirm(tap.press.argument, tap.presser.user_id)
        except NotFound:
            await tap.answer(texts.QUESTION_GONE, alert=True)
            await tap.edit(*await self._render(tap.presser.user_id))
            return
        await tap.answer(one_line(texts.SWITCHED.format(account=account.name), 200))
        await tap.edit(*await self._render(tap.presser.user_id))

    async def keep(self, tap: ButtonPress) -> None:
        """Change nothing, and show the modes again."""
        await tap.answer(texts.KEPT)
        await tap.edit(*await self._render(tap.presser.user_id))

    async def _render(self, user_id: UserId) -> tuple[str, Rows]:
        links = await self._handler_context.services.client_view.accounts_of(user_id)
        sections = [texts.MODES_TITLE, *(_section(account, link) for account, link in links)]
        rows = [switches(account, len(links) > 1) for account, link in links if link.role is Role.OWNER]
        return "\n\n".join(sections), [row for row in rows if row]


def _section(account: Account, link: Approver) -> str:
    lines = [f"{shown(account.name)}  {mark_of(account)}{modes_of(account, link.role)}"]
    if link.role is not Role.OWNER:
        lines.append(f"<i>{texts.ONLY_OWNER}</i>")
    return "\n".join(lines)


def switches(account: Account, many: bool) -> list[Button]:
    """A mode that cannot be read may only be switched to the safer side."""
    orders = ModeChange.AUTO if account.order_mode == OrderMode.SEMI_AUTO else ModeChange.SEMI_AUTO
    trading = ModeChange.LIVE if account.trading_mode == TradingMode.SANDBOX else ModeChange.SANDBOX
    prefix = f"{one_line(account.name, 12)}: " if many else ""
    return [
        Button(prefix + texts.SWITCH_TO[change.value], Press(Act.MODE, argument=f"{account.id}-{change.value}"))
        for change in (orders, trading)
    ]


def _question(account: Account, change: ModeChange, token: str) -> tuple[str, Rows]:
    is_paper = change is ModeChange.LIVE and account.has_paper_broker
    question = texts.CONFIRM["paper" if is_paper else change.value].format(account=shown(account.name))
    yes = Button(texts.YES[change.value], Press(Act.CONFIRM, argument=token))
    no = Button(texts.KEEP, Press(Act.KEEP))
    return f"{question}\n\n<i>{texts.CONFIRM_NOTE}</i>", [[yes], [no]]


def _read(argument: str) -> tuple[AccountId, ModeChange]:
    account_id, _, change = argument.partition("-")
    return AccountId(int(account_id)), ModeChange(change)
