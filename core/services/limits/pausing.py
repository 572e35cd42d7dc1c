"""Pausing an account: nothing new is executed until its owner resumes."""

from dataclasses import replace

from core.accounts import Account, Approver, Pause, Role
from core.audit import Actor, Event, Kind
from core.errors import NotFound, TooLate, Unauthorized
from core.ids import AccountId, UserId
from core.ports import Database, Transaction
from core.services.access.confirmations import Confirmations
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

_MARK = "resume"


class Pausing:
    """Stops and lets go again; who did is on the audit trail, and everybody linked is told."""

    def __init__(
        self, database: Database, confirmations: Confirmations, clock: TrustedClock, wakeups: Wakeups
    ) -> None:
        self._database = database
        self._confirmations = confirmations
        self._clock = clock
        self._wakeups = wakeups

    async def pause(self, account_id: AccountId, user_id: UserId) -> Account:
        """Stop, by anybody who decides; a pause that stands is left as it is. Raises Unauthorized, TooLate."""
        async with self._database.begin() as tx:
            person = await tx.accounts.find_approver(account_id, user_id)
            if person is None or not person.role.decides:
                raise Unauthorized("You may look at this account, not pause it.")
            return await self._pause(tx, await tx.accounts.get(account_id), _actor(person))

    async def ask_to_resume(self, account_id: AccountId, user_id: UserId) -> str:
        """Ask the owner; returns the token that confirms it. Raises Unauthorized."""
        async with self._database.begin() as tx:
            await _owner(tx, account_id, user_id)
            token = await self._confirmations.ask(tx, user_id, f"{_MARK}:{account_id}")
            await tx.commit()
        return token

    async def confirm(self, token: str, user_id: UserId) -> Account:
        """Go on, as was asked. Raises NotFound (used, too old, another's), Unauthorized, TooLate, Unready."""
        async with self._database.begin() as tx:
            mark, _, account_id = (await self._confirmations.take(tx, token, user_id)).partition(":")
            if mark != _MARK:
                raise NotFound("This question was not about a pause.")
            person = await _owner(tx, AccountId(int(account_id)), user_id)
            return await self._resume(tx, await tx.accounts.get(person.account_id), _actor(person))

    async def pause_as(self, account: Account, actor: Actor) -> Account:
        """Stop, from the command line. Raises TooLate."""
        async with self._database.begin() as tx:
            return await self._pause(tx, await tx.accounts.get(account.id), actor)

    async def resume_as(self, account: Account, actor: Actor) -> Account:
        """Go on, from the command line. Raises TooLate."""
        async with self._database.begin() as tx:
            return await self._resume(tx, await tx.accounts.get(account.id), actor)

    async def _pause(self, tx: Transaction, account: Account, actor: Actor) -> Account:
        if account.pause is not None:
            return account
        now = self._clock.now()
        after = replace(account, pause=Pause(actor.name or "the command line", now))
        await self._change(tx, account, after, Event(account.id, Kind.ACCOUNT_PAUSED, actor, now))
        return after

    async def _resume(self, tx: Transaction, account: Account, actor: Actor) -> Account:
        if account.pause is None:
            return account
        after = replace(account, pause=None)
        await self._change(tx, account, after, Event(account.id, Kind.ACCOUNT_RESUMED, actor, self._clock.now()))
        return after

    async def _change(self, tx: Transaction, was: Account, after: Account, event: Event) -> None:
        if not await tx.accounts.change(was, after):
            raise TooLate("The account was changed at the same moment. Please look again.")
        await tx.audit.append(event)
        await tx.limits.show_held_again(was.id)
        await tx.commit()
        self._wakeups.account_moved(was.id)


async def _owner(tx: Transaction, account_id: AccountId, user_id: UserId) -> Approver:
    person = await tx.accounts.find_approver(account_id, user_id)
    if person is None or person.role is not Role.OWNER:
        raise Unauthorized("Only the account's owner may resume.")
    return person


def _actor(person: Approver) -> Actor:
    return Actor("telegram", person.name, person.user_id)
