"""The orders and triggers that wait at the broker, as buttons to choose one."""

from dataclasses import dataclass

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.actions.action_context import TOLD, ActionContext
from bot.pages.exit_notices import held_order_reference
from bot.pages.questions import waiting_label
from bot.text import actions as texts
from bot.text import messages
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold
from core.accounts import Account
from core.clock import render_ist_time
from core.errors import Invalid
from core.ids import AccountId, UserId
from core.services.portfolio.broker_books import trading_mode_of
from core.services.trading.waiting_orders import Found, Waiting

PAGE = 8
CANCEL, CHANGE = "c", "m"


@dataclass(frozen=True, slots=True)
class _Entry:
    account: Account
    waiting: Waiting


class WaitingList:
    """Lists what waits in every account on which the person may trade."""

    def __init__(self, context: ActionContext) -> None:
        self._context = context
        self._cancels = context.services.client_actions.cancels

    async def page(self, user_id: UserId, verb: str, number: int = 0) -> tuple[str, Rows]:
        """One page of it, for `verb`. Raises Invalid for who may not trade."""
        accounts = await self._context.accounts(user_id)
        if not accounts:
            raise Invalid(texts.NOBODY_DECIDES)
        entries, problems = list[_Entry](), list[str]()
        for account in accounts:
            try:
                entries += [_Entry(account, one) for one in await self._cancels.list_open(user_id, account.id)]
            except TOLD as why:
                problems.append(texts.NOT_READ.format(account=shown(account.name), why=shown(retold(str(why)), 200)))
        pages = max(1, -(-len(entries) // PAGE))
        number = min(number, pages - 1)
        shown_now = entries[number * PAGE :][:PAGE]
        rows = [[_button(entry, verb, len(accounts) > 1)] for entry in shown_now]
        if verb == CANCEL and sum(not entry.waiting.target.is_gtt for entry in entries) > 1:
            rows.append([Button(texts.EVERY_ORDER, Press(Act.CLIENT, argument="z"))])
        title = texts.WHICH[verb] if entries else texts.NOTHING_WAITS
        time = render_ist_time(self._context.services.clock.now())
        foot = f"<i>{messages.UPDATED.format(time=time)}</i>"
        if pages > 1:
            foot = f"{texts.PAGE_OF.format(page=number + 1, pages=pages)} · {foot}"
        return "\n\n".join([title, *problems, foot]), [*rows, _turns(verb, number, pages)]

    async def find(self, user_id: UserId, account_id: AccountId, wanted: str) -> Found | None:
        """What a button of the list is about; None when it does not wait there any more."""
        accounts = [one for one in await self._context.accounts(user_id) if one.id == account_id]
        if not accounts:
            return None
        for one in await self._cancels.list_open(user_id, account_id):
            if waiting_reference(accounts[0], one) == wanted:
                return Found(account_id, trading_mode_of(accounts[0]), (one.target,))
        return None


def waiting_reference(account: Account, waiting: Waiting) -> str:
    """What a button calls this order of the account's present book."""
    return held_order_reference(account, waiting.target.is_gtt, waiting.target.broker_order_id)


def _button(entry: _Entry, verb: str, many_accounts: bool) -> Button:
    account = f" · {one_line(entry.account.name, 12)}" if many_accounts else ""
    argument = f"w_{verb}_{entry.account.id}_{waiting_reference(entry.account, entry.waiting)}"
    return Button(f"{waiting_label(entry.waiting)}{account}", Press(Act.CLIENT, argument=argument))


def _turns(verb: str, number: int, count: int) -> list[Button]:
    def to(label: str, page: int) -> Button:
        return Button(label, Press(Act.CLIENT, argument=f"l_{verb}_{page}"))

    before = [to(texts.PREVIOUS_PAGE, number - 1)] if number else []
    after = [to(texts.NEXT_PAGE, number + 1)] if number + 1 < count else []
    return [*before, to(messages.REFRESH, number), *after]
