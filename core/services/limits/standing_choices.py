"""Puts a standing approval together by choices, for the owner; it ends in the same question as what they type."""

from dataclasses import dataclass
from datetime import date

from core.accounts import Account
from core.clock import trading_day
from core.errors import NotFound, TooLate
from core.ids import AccountId, UserId
from core.market.instruments import Ticker
from core.ports import Brokers, Database, Transaction
from core.services.access.confirmations import Confirmations
from core.services.limits.standing_book import AskedTerms, StandingBook, require_owner
from core.services.portfolio.broker_books import trading_mode_of
from core.services.trusted_clock import TrustedClock
from core.standing.choices import Choices, Step, as_draft, begin, choose, dump_choices, parse_choices

MOST_ORDERS = 2000
"""Among so many of the account's newest orders strategies and instruments are looked for."""
_MARK = "standing choices"


@dataclass(frozen=True, slots=True)
class AskedChoice:
    """The next choice; `token` goes with it, once and for two minutes."""

    account: Account
    choices: Choices
    token: str
    today: date


class StandingChoices:
    """Every step is asked anew; nothing is approved before the question at the end is confirmed."""

    def __init__(
        self,
        database: Database,
        brokers: Brokers,
        confirmations: Confirmations,
        clock: TrustedClock,
        book: StandingBook,
    ) -> None:
        self._database = database
        self._brokers = brokers
        self._confirmations = confirmations
        self._clock = clock
        self._book = book

    async def start(self, account_id: AccountId, user_id: UserId) -> AskedChoice:
        """The first choice. Raises Unauthorized, NotFound when no strategy has sent anything, Unready."""
        async with self._database.begin() as tx:
            await require_owner(tx, account_id, user_id)
            account = await tx.accounts.get(account_id)
            mode = trading_mode_of(account)
            instruments = self._brokers.instruments(account, mode)

            def is_in_lots(ticker: Ticker) -> bool:
                found = instruments.find(*ticker)
                return found is not None and found.lot > 1

            seen = await tx.standing.list_seen(account_id, mode, MOST_ORDERS)
            asked = await self._ask(tx, account, user_id, begin(account_id, mode, seen, is_in_lots))
            await tx.commit()
        return asked

    async def choose(self, token: str, user_id: UserId, code: str) -> AskedChoice | AskedTerms:
        """The next choice after this one, or the question about the whole.

        Raises NotFound (used, too old, another's), Unauthorized, TooLate when the account has changed, Invalid,
        Unready.
        """
        async with self._database.begin() as tx:
            mark, _, text = (await self._confirmations.take(tx, token, user_id)).partition("\n")
            if mark != _MARK:
                raise NotFound("This question is about something else.")
            choices = parse_choices(text)
            await require_owner(tx, choices.account_id, user_id)
            account = await tx.accounts.get(choices.account_id)
            if trading_mode_of(account) is not choices.trading_mode:
                raise TooLate("The account was changed since this was asked. Nothing was approved.")
            if choices.step is not Step.UNTIL:
                asked = await self._ask(tx, account, user_id, choose(choices, code))
                await tx.commit()
                return asked
            draft = as_draft(choices, code, trading_day(self._clock.require()))
            await tx.commit()
        return await self._book.ask(choices.account_id, user_id, draft)

    async def _ask(self, tx: Transaction, account: Account, user_id: UserId, choices: Choices) -> AskedChoice:
        token = await self._confirmations.ask(tx, user_id, f"{_MARK}\n{dump_choices(choices)}")
        return AskedChoice(account, choices, token, trading_day(self._clock.require()))
