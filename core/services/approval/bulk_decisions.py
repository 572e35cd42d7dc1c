"""Many waiting orders decided with one confirmation, each of them by the same way as a tap on its card."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.audit import SYSTEM, Event, Kind
from core.client.bulk import BulkPlan, LastPrice, Listed, Verb, dump_bulk, is_about, parse_bulk, total_value
from core.errors import CountersignError, NotFound
from core.ids import AccountId, OrderId, UserId
from core.orders.decisions import Answer, Presser, Verdict
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.ports import Database, ReadTransaction, Transaction
from core.services.access.confirmations import GONE, Confirmations
from core.services.approval.decide import Decide
from core.services.trusted_clock import TrustedClock

MOST_AT_ONCE = 300
"""How many orders one confirmation may be about."""
NOTHING_WAITS = "Nothing of that waits for you. /pending shows what does."
NOTHING_FITS = "What waits has more legs than a card can show, so it cannot be approved here. /pending shows it."
_MOST_READ = 2000


@dataclass(frozen=True, slots=True)
class BulkRules:
    """What may be decided as a list.

    Above a total of `at_once_up_to` rupees each order is confirmed by itself; `fits_a_card` says whether all of an
    order can be shown, `last_price` what an instrument costs now where an account trades in a mode.
    """

    at_once_up_to: Decimal
    fits_a_card: Callable[[Order], bool]
    last_price: Callable[[Account, TradingMode, str, str], Decimal | None]

    def prices(self, accounts: Mapping[AccountId, Account]) -> LastPrice:
        """The prices at which orders of these accounts trade."""
        return lambda order, *ticker: self.last_price(accounts[order.account_id], order.trading_mode, *ticker)


@dataclass(frozen=True, slots=True)
class BulkList:
    """A list with its orders as they stand now, in its sequence; orders of others' accounts are missing from it."""

    plan: BulkPlan
    orders: Sequence[Order]
    accounts: Mapping[AccountId, Account]
    token: str = ""
    """What confirms it."""


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of each order of a list, and how the orders stand now."""

    verdicts: Mapping[OrderId, Verdict]
    after: BulkList


class BulkDecisions:
    """Asks about a list and carries it out, one order after the other: a crash leaves each decided or waiting."""

    def __init__(
        self, database: Database, confirmations: Confirmations, decide: Decide, clock: TrustedClock, rules: BulkRules
    ) -> None:
        self._database = database
        self._confirmations = confirmations
        self._decide = decide
        self._clock = clock
        self.rules = rules

    async def ask(self, user_id: UserId, verb: Verb, word: str = "") -> BulkList:
        """The question about everything that waits for this person, of one strategy or symbol if a word is given.

        Raises NotFound when there is nothing, Unready.
        """
        self._clock.require()
        async with self._database.read() as tx:
            accounts = await _decided_by(tx, user_id)
            page = await tx.lists.list_waiting([*accounts], None, _MOST_READ)
        waiting = [one for one in page.orders if not word or is_about(one, word)]
        return await self._ask(user_id, verb, accounts, waiting)

    async def ask_about(self, user_id: UserId, verb: Verb, numbers: Sequence[OrderId]) -> BulkList:
        """The question about these orders, as far as they still wait. Raises NotFound when none does, Unready."""
        self._clock.require()
        async with self._database.read() as tx:
            accounts = await _decided_by(tx, user_id)
            found = await tx.orders.list_by_number(numbers)
        waiting = [one for one in found if one.account_id in accounts and one.status is QueueStatus.PENDING]
        return await self._ask(user_id, verb, accounts, waiting)

    async def look(self, user_id: UserId, token: str, *, is_open: bool = False) -> BulkList:
        """What a question is or was about, as that stands now; with `is_open`, only if it can be confirmed still.

        Raises NotFound, Unready.
        """
        async with self._database.begin() as tx:
            if is_open:
                # Not committed, so it stays open.
                await self._confirmations.take(tx, token, user_id)
            what = await tx.confirmations.find(token, user_id)
            if what is None:
                raise NotFound(GONE)
            return await _read(tx, user_id, parse_bulk(what), token)

    async def confirm(self, presser: Presser, token: str) -> BulkOutcome:
        """Decide every order of the list at the version it had there. Raises NotFound, Unready; then none was."""
        plan, _ = await self._take(presser.user_id, token, is_stepped=False)
        verdicts = {one.order_id: await self._decide_one(plan, one, presser) for one in plan.listed}
        last = verdicts[plan.listed[-1].order_id]
        await self._decide.wait_until_sent(last)
        return BulkOutcome(verdicts, await self.look(presser.user_id, token))

    async def step(
        self, presser: Presser, token: str, *, is_skipped: bool = False
    ) -> tuple[Verdict | None, BulkList]:
        """Decide the first order of a list that is confirmed one by one, or skip it; the question about the rest.

        Raises NotFound, Unready.
        """
        plan, following = await self._take(presser.user_id, token, is_stepped=True)
        verdict = None if is_skipped else await self._decide_one(plan, plan.listed[0], presser)
        if verdict is not None:
            await self._decide.wait_until_sent(verdict)
        return verdict, await self.look(presser.user_id, following)

    async def stop(self, user_id: UserId, token: str) -> BulkList:
        """End a list that is confirmed one by one; how its orders stand. Raises NotFound, Unready."""
        await self._take(user_id, token, is_stepped=True)
        return await self.look(user_id, token)

    async def record_shown(self, presser: Presser, lines: Sequence[tuple[Order, str]]) -> None:
        """Audit what a message of a list said about each of its orders. Raises Unready."""
        now = self._clock.now()
        async with self._database.begin() as tx:
            for order, line in lines:
                place = {"chat": presser.chat_id, "message": presser.message_id, "version": order.version}
                facts = {**place, "terms": line, "list": len(lines)}
                await tx.audit.append(Event(order.account_id, Kind.ORDER_SHOWN, SYSTEM, now, order.id, facts))
            await tx.commit()

    async def _ask(
        self, user_id: UserId, verb: Verb, accounts: Mapping[AccountId, Account], waiting: Sequence[Order]
    ) -> BulkList:
        fitting = [one for one in waiting if verb is Verb.REJECT or self.rules.fits_a_card(one)]
        listed = tuple(Listed(one.id, one.version) for one in fitting[:MOST_AT_ONCE])
        if not listed:
            raise NotFound(NOTHING_FITS if waiting else NOTHING_WAITS)
        value = total_value(fitting[:MOST_AT_ONCE], self.rules.prices(accounts))
        is_stepped = verb is Verb.APPROVE and (value is None or value > self.rules.at_once_up_to)
        left_out = len(waiting) - len(fitting), len(fitting) - len(listed)
        plan = BulkPlan(verb, listed, is_stepped, unfit=left_out[0], more=left_out[1])
        async with self._database.begin() as tx:
            token = await self._confirmations.ask(tx, user_id, dump_bulk(plan))
            asked = await _read(tx, user_id, plan, token)
            await tx.commit()
        return asked

    async def _take(self, user_id: UserId, token: str, *, is_stepped: bool) -> tuple[BulkPlan, str]:
        """Use the question up; its plan, and the question about what follows its first order, if it is stepped."""
        async with self._database.begin() as tx:
            plan, following = parse_bulk(await self._confirmations.take(tx, token, user_id)), ""
            if not plan.listed or plan.is_stepped is not is_stepped:
                raise NotFound(GONE)
            if is_stepped:
                following = await self._confirmations.ask(tx, user_id, dump_bulk(plan.after_step()))
            await tx.commit()
        return plan, following

    async def _decide_one(self, plan: BulkPlan, one: Listed, presser: Presser) -> Verdict:
        """The verdict of one order; a fault of one leaves it waiting, and does not stop the others."""
        decide = self._decide.approve if plan.verb is Verb.APPROVE else self._decide.reject
        try:
            return await decide(one.order_id, one.version, presser)
        except CountersignError as why:
            return Verdict(Answer.UNREADY, None, str(why))


async def _decided_by(tx: ReadTransaction, user_id: UserId) -> Mapping[AccountId, Account]:
    """The accounts on which this person decides."""
    links = await tx.accounts.list_accounts_of(user_id)
    return {account.id: account for account, link in links if link.role.decides and account.enabled}


async def _read(tx: Transaction, user_id: UserId, plan: BulkPlan, token: str) -> BulkList:
    links = await tx.accounts.list_accounts_of(user_id)
    accounts = {account.id: account for account, _ in links}
    found = await tx.orders.list_by_number([one.order_id for one in plan.everything])
    return BulkList(plan, [one for one in found if one.account_id in accounts], accounts, token)
