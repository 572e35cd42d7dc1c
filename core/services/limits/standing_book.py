"""Lists, gives and stops standing approvals: given by the owner once they confirmed the exact terms."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.accounts import Account, Approver, Role, TradingMode
from core.audit import Actor, Event, Kind
from core.clock import session_start, trading_day
from core.errors import Invalid, NotFound, TooLate, Unauthorized
from core.ids import AccountId, OrderId, UserId
from core.market.instruments import EXCHANGES, Ticker
from core.ports import Brokers, Database, ReadTransaction, Transaction
from core.services.access.confirmations import Confirmations
from core.services.access.standing_stops import stop_one
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups
from core.standing.approvals import ANY, Size, StandingApproval, StandingId, Terms, why_void
from core.standing.grammar import ALL, Draft, dump_terms, parse_draft, parse_terms
from core.standing.usage import used_of
from core.standing.wording import how_much, render_day, what_orders

MOST = 30
"""Approvals in force for one account."""
_MARK = "standing"
GONE = "There is no such standing approval."
ONLY_OWNER = "Only the account's owner may approve in advance."


@dataclass(frozen=True, slots=True)
class InForce:
    """An approval, how much of it was used today, and why it lets nothing through at the moment, if it does not."""

    approval: StandingApproval
    used: Size
    void: str = ""


@dataclass(frozen=True, slots=True)
class AskedTerms:
    """Exactly what the token confirms, once; `beside` are approvals that speak of some of the same orders."""

    account: Account
    terms: Terms
    token: str
    beside: Sequence[StandingId]


class StandingBook:
    """The standing approvals of every account."""

    def __init__(
        self,
        database: Database,
        brokers: Brokers,
        confirmations: Confirmations,
        clock: TrustedClock,
        wakeups: Wakeups,
    ) -> None:
        self._database = database
        self._brokers = brokers
        self._confirmations = confirmations
        self._clock = clock
        self._wakeups = wakeups

    async def list(self, account: Account) -> Sequence[InForce]:
        """Those that nobody stopped and whose last day is not over, oldest first. Raises Unready."""
        now = self._clock.now()
        async with self._database.read() as tx:
            approvals = await tx.standing.list(account.id)
            used = await tx.standing.list_used(account.id, session_start(now))
            voids = [await _why_void(tx, one, account, self._clock) for one in approvals]
        found = [InForce(one, used_of(one.id, used), void) for one, void in zip(approvals, voids, strict=True)]
        return [one for one in found if trading_day(now) <= one.approval.terms.until]

    def read(self, text: str) -> Draft:
        """What somebody typed, as of today. Raises Invalid, Unready."""
        return parse_draft(text, trading_day(self._clock.require()))

    async def ask(self, account_id: AccountId, user_id: UserId, draft: Draft) -> AskedTerms:
        """Ask the owner about what they typed. Raises Invalid, Unauthorized, Unready."""
        async with self._database.begin() as tx:
            await require_owner(tx, account_id, user_id)
            account = await tx.accounts.get(account_id)
            terms = self._terms(account, draft)
            approvals = await tx.standing.list(account_id)
            if len(approvals) >= MOST:
                raise Invalid(f"No more than {MOST} standing approvals of an account; stop one first.")
            token = await self._confirmations.ask(tx, user_id, f"{_MARK}\n{dump_terms(terms)}")
            await tx.commit()
        return AskedTerms(account, terms, token, [one.id for one in approvals if _overlap(one.terms, terms)])

    async def confirm(self, token: str, user_id: UserId) -> StandingApproval:
        """Give what was asked about.

        Raises NotFound (used, too old, another's), Unauthorized, TooLate when the account has changed, Unready.
        """
        async with self._database.begin() as tx:
            mark, _, text = (await self._confirmations.take(tx, token, user_id)).partition("\n")
            if mark != _MARK:
                raise NotFound("This question was not about a standing approval.")
            terms = parse_terms(text)
            person = await require_owner(tx, terms.account_id, user_id)
            account = await tx.accounts.get(terms.account_id)
            if (account.trading_mode, account.broker) != (terms.trading_mode, terms.broker) or not account.enabled:
                raise TooLate("The account was changed since this was asked. Nothing was approved.")
            now = self._clock.require()
            number = await tx.standing.add(terms, person.name, person.user_id, now)
            given = StandingApproval(number, terms, person.name, person.user_id, now)
            facts = {"standing": number, "terms": dump_terms(terms), "what": _in_words(terms)}
            await tx.audit.append(Event(account.id, Kind.STANDING_GIVEN, _actor(person), now, facts=facts))
            await tx.commit()
        return given

    async def stop(self, standing_id: StandingId, user_id: UserId) -> StandingApproval:
        """Stop one, by anybody who decides. Raises NotFound, Unauthorized, TooLate when it was stopped already."""
        async with self._database.begin() as tx:
            approval = await tx.standing.find(standing_id)
            if approval is None:
                raise NotFound(GONE)
            person = await tx.accounts.find_approver(approval.terms.account_id, user_id)
            if person is None:
                raise NotFound(GONE)
            if not person.role.decides:
                raise Unauthorized("You may look at standing approvals, not stop them.")
            unsent = await self._stop(tx, approval, _actor(person))
        self._wake(approval.terms.account_id, unsent)
        return approval

    async def stop_as(self, account: Account, standing_id: StandingId, actor: Actor) -> None:
        """Stop one from the command line, also one that cannot be read. Raises NotFound."""
        async with self._database.begin() as tx:
            if standing_id not in await tx.standing.list_numbers(account.id):
                raise NotFound(GONE)
            await stop_one(tx, account.id, standing_id, actor, self._clock.now())
            await tx.commit()

    async def _stop(self, tx: Transaction, approval: StandingApproval, actor: Actor) -> Sequence[OrderId]:
        unsent = await stop_one(tx, approval.terms.account_id, approval.id, actor, self._clock.now())
        if unsent is None:
            raise TooLate(f"Standing approval {approval.id} was stopped already, by {approval.stopped_by}.")
        await tx.commit()
        return unsent

    def _wake(self, account_id: AccountId, order_ids: Sequence[OrderId]) -> None:
        for order_id in order_ids:
            self._wakeups.order_moved(account_id, order_id)

    def _terms(self, account: Account, draft: Draft) -> Terms:
        try:
            trading_mode = TradingMode(account.trading_mode)
        except ValueError:
            raise Invalid("The account's trading mode cannot be read.") from None
        tickers = (
            ANY
            if draft.symbols == (ALL,)
            else frozenset(self._find(account, trading_mode, one) for one in draft.symbols)
        )
        return Terms(
            account_id=account.id,
            strategy=draft.strategy,
            trading_mode=trading_mode,
            broker=account.broker,
            tickers=tickers,
            action=draft.action,
            exits_only=draft.exits_only,
            per_order=draft.per_order,
            per_day=draft.per_day,
            until=draft.until,
        )

    def _find(self, account: Account, trading_mode: TradingMode, name: str) -> Ticker:
        """The instrument that is meant; without an exchange the one of NSE, or the only one. Raises Invalid."""
        exchange, colon, symbol = name.rpartition(":")
        instruments = self._brokers.instruments(account, trading_mode)
        places = [one for one in EXCHANGES if not colon or one == exchange]
        found = [one for one in places if instruments.find(one, symbol) is not None]
        if not found:
            raise Invalid(f"{name} is not listed at {account.broker}. Write it as in an order, such as NSE:SBIN.")
        if len(found) > 1 and "NSE" not in found:
            raise Invalid(f"{name} is listed at {', '.join(found)}: write {found[0]}:{symbol}.")
        return ("NSE" if "NSE" in found else found[0]), symbol


async def _why_void(tx: ReadTransaction, approval: StandingApproval, account: Account, clock: TrustedClock) -> str:
    giver = await tx.accounts.find_approver(account.id, approval.given_by_id)
    return why_void(approval, account, giver, trading_day(clock.now()))


async def require_owner(tx: Transaction, account_id: AccountId, user_id: UserId) -> Approver:
    """The person's link to the account. Raises Unauthorized for who is not its owner."""
    person = await tx.accounts.find_approver(account_id, user_id)
    if person is None or person.role is not Role.OWNER:
        raise Unauthorized(ONLY_OWNER)
    return person


def _actor(person: Approver) -> Actor:
    return Actor("telegram", person.name, person.user_id)


def _overlap(one: Terms, other: Terms) -> bool:
    """Whether some order could be spoken of by both."""
    is_same = (one.strategy, one.trading_mode) == (other.strategy, other.trading_mode)
    is_any = ANY in (one.tickers, other.tickers)
    sides = {one.action, other.action}
    return is_same and (is_any or bool(one.tickers & other.tickers)) and (None in sides or len(sides) == 1)


def _in_words(terms: Terms) -> str:
    whose = f"strategy {terms.strategy}: {what_orders(terms)}"
    return "; ".join([whose, *how_much(terms), f"until the end of {render_day(terms.until)}"])
