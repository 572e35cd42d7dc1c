"""Shows and changes limits: tightening at once, loosening when the owner confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.accounts import Account, Approver, Role
from core.audit import Actor, Event, Kind
from core.errors import Invalid, NotFound, Unauthorized
from core.ids import AccountId, UserId
from core.limits.bound_text import bounds_of, clear_limit, render_bound, set_limit
from core.limits.limits import NO_LIMITS, UNITS, Limits, loosens
from core.ports import WHOLE_ACCOUNT, Database, Transaction
from core.services.access.confirmations import Confirmations
from core.services.trusted_clock import TrustedClock

MOST_STRATEGIES = 50
LONGEST_STRATEGY = 100
_MARK = "limit"
NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True)
class Wish:
    """A limit that somebody wants to set; without a text it is to be cleared."""

    account_id: AccountId
    strategy: str
    name: str
    text: str | None

    def applied_to(self, limits: Limits) -> Limits:
        """The limits with the wish come true. Raises Invalid."""
        if self.text is None:
            return clear_limit(limits, self.name)
        return set_limit(limits, self.name, self.text)


@dataclass(frozen=True, slots=True)
class Asked:
    """The wish loosens: the token confirms it, once."""

    token: str


class LimitBook:
    """The limits of every account and strategy."""

    def __init__(self, database: Database, confirmations: Confirmations, clock: TrustedClock) -> None:
        self._database = database
        self._confirmations = confirmations
        self._clock = clock

    async def list(self, account_id: AccountId) -> Mapping[str, Limits]:
        """The account's limits by strategy, the whole account's first. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.limits.list(account_id)

    async def change(self, account: Account, strategy: str, bounds: Mapping[str, str | None], actor: Actor) -> Limits:
        """Set or clear limits from the command line, where nobody is asked. Raises Invalid, Unready."""
        async with self._database.begin() as tx:
            was = await _limits_of(tx, account.id, strategy)
            after = was
            for name, text in bounds.items():
                after = Wish(account.id, strategy, name, text).applied_to(after)
            await self._keep(tx, account.id, strategy, (was, after), actor)
        return after

    async def clear(self, account: Account, strategy: str, actor: Actor) -> None:
        """Clear every limit of a strategy, or of the whole account; also those that cannot be read."""
        async with self._database.begin() as tx:
            await tx.limits.keep(account.id, strategy, NO_LIMITS, self._clock.now())
            await self._record(tx, account.id, strategy, {"limits": {}}, actor)
            await tx.commit()

    async def wish(self, user_id: UserId, wish: Wish) -> Asked | Limits:
        """Tighten at once, by anybody who decides; loosen by the owner, once it is confirmed.

        Raises Unauthorized, Invalid, Unready.
        """
        async with self._database.begin() as tx:
            person = await _decider(tx, wish.account_id, user_id)
            was = await _limits_of(tx, wish.account_id, wish.strategy)
            after = wish.applied_to(was)
            if loosens(was, after):
                _require_owner(person)
                token = await self._confirmations.ask(tx, user_id, _dump(wish, after))
                await tx.commit()
                return Asked(token)
            await self._keep(tx, wish.account_id, wish.strategy, (was, after), _actor(person))
        return after

    async def confirm(self, token: str, user_id: UserId) -> Wish:
        """Do what was asked about. Raises NotFound (used, too old, another's), Unauthorized, Unready."""
        async with self._database.begin() as tx:
            wish = _parse(await self._confirmations.take(tx, token, user_id))
            person = await _decider(tx, wish.account_id, user_id)
            _require_owner(person)
            was = await _limits_of(tx, wish.account_id, wish.strategy)
            await self._keep(tx, wish.account_id, wish.strategy, (was, wish.applied_to(was)), _actor(person))
        return wish

    async def _keep(
        self, tx: Transaction, account_id: AccountId, strategy: str, change: tuple[Limits, Limits], actor: Actor
    ) -> None:
        was, after = change
        if was != after:
            now = self._clock.now()
            await tx.limits.keep(account_id, strategy, after, now)
            changed = {name: render_bound(name, after) or NO_LIMIT for name in UNITS if _differs(name, was, after)}
            await self._record(tx, account_id, strategy, {"limits": bounds_of(after), "changed": changed}, actor)
        await tx.commit()

    async def _record(
        self, tx: Transaction, account_id: AccountId, strategy: str, what: Mapping[str, object], actor: Actor
    ) -> None:
        facts = {"strategy": strategy, **what}
        await tx.audit.append(Event(account_id, Kind.LIMITS_CHANGED, actor, self._clock.now(), facts=facts))


def _differs(name: str, was: Limits, after: Limits) -> bool:
    return bool(getattr(was, name) != getattr(after, name))


async def _limits_of(tx: Transaction, account_id: AccountId, strategy: str) -> Limits:
    """Raises Invalid for a strategy that cannot have limits, Unready."""
    if len(strategy) > LONGEST_STRATEGY or not (strategy == WHOLE_ACCOUNT or strategy.isprintable()):
        raise Invalid(f"A strategy's name has at most {LONGEST_STRATEGY} printable characters.")
    found = await tx.limits.list(account_id)
    if strategy not in found and len(found) >= MOST_STRATEGIES:
        raise Invalid(f"No more than {MOST_STRATEGIES} strategies of an account can have limits.")
    return found.get(strategy, NO_LIMITS)


async def _decider(tx: Transaction, account_id: AccountId, user_id: UserId) -> Approver:
    person = await tx.accounts.find_approver(account_id, user_id)
    if person is None or not person.role.decides:
        raise Unauthorized("You may look at limits, not change them.")
    return person


def _require_owner(person: Approver) -> None:
    if person.role is not Role.OWNER:
        raise Unauthorized("Only the account's owner may loosen a limit. Nothing was changed.")


def _actor(person: Approver) -> Actor:
    return Actor("telegram", person.name, person.user_id)


def _dump(wish: Wish, after: Limits) -> str:
    """The wish with its bound as we write it, whatever was typed."""
    bound = bounds_of(after).get(wish.name, "")
    return "\n".join((_MARK, str(wish.account_id), wish.name, bound, wish.strategy))


def _parse(what: str) -> Wish:
    mark, _, rest = what.partition("\n")
    if mark != _MARK:
        raise NotFound("This question was not about a limit.")
    account_id, name, text, strategy = rest.split("\n", 3)
    assert name in UNITS
    return Wish(AccountId(int(account_id)), strategy, name, text or None)
