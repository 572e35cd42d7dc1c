"""Who is linked to an account and with which role: seen and changed by its owners, and left by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.accounts import Account, Approver, Role
from core.audit import Actor, Event, Kind
from core.errors import NotFound, TooLate, Unauthorized
from core.ids import AccountId, UserId
from core.ports import Database, ReadTransaction, Transaction
from core.services.access.authority import actor_of
from core.services.access.confirmations import Confirmations
from core.services.access.linking import Linking, NewLink
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

_MARK = "person"
_RANKS: list[Role] = [*Role]


class PersonChange(StrEnum):
    """What is done to a link: it ends, or its role becomes another one."""

    REMOVE = "remove"
    VIEWER = Role.VIEWER.value
    APPROVER = Role.APPROVER.value
    OWNER = Role.OWNER.value

    @property
    def role(self) -> Role | None:
        """The role afterwards; None for a link that ends."""
        return None if self is PersonChange.REMOVE else Role(self.value)


@dataclass(frozen=True, slots=True)
class PeopleOf:
    """Everybody linked to an account that the reader owns."""

    account: Account
    people: Sequence[Approver]


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """What somebody is asked to confirm; `leaves_no_owner` when afterwards only the command line changes anything."""

    token: str
    account: Account
    person: Approver
    change: PersonChange
    leaves_no_owner: bool


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """What was done: the link as it was."""

    account: Account
    person: Approver
    change: PersonChange


class People:
    """Every change is on the audit trail, from where everybody linked is told."""

    def __init__(self, database: Database, confirmations: Confirmations, linking: Linking, wakeups: Wakeups) -> None:
        self._database = database
        self._confirmations = confirmations
        self._linking = linking
        self._wakeups = wakeups
        self._clock: TrustedClock = linking.clock

    async def list_owned(self, user_id: UserId) -> Sequence[PeopleOf]:
        """The people of every account that this person owns. Raises Unready."""
        async with self._database.read() as tx:
            links = await tx.accounts.list_accounts_of(user_id)
            owned = [account for account, link in links if link.role is Role.OWNER]
            return [PeopleOf(one, await tx.accounts.list_approvers(one.id)) for one in owned]

    async def invite(self, owner: UserId, account_id: AccountId, role: Role) -> NewLink:
        """A one-time code, made by an owner. Raises Unauthorized, Unready."""
        async with self._database.read() as tx:
            actor = actor_of(await _require_owner(tx, account_id, owner))
        return await self._linking.create(account_id, role, actor)

    async def ask(
        self, asker: UserId, account_id: AccountId, user_id: UserId, change: PersonChange
    ) -> PersonQuestion | PersonChanged:
        """Take a role back at once; ask before everything else. Everybody may end their own link.

        Raises Unauthorized, NotFound, Unready.
        """
        async with self._database.begin() as tx:
            actor = actor_of(await _require_authority(tx, account_id, asker, user_id, change))
            person, account = await _person(tx, account_id, user_id), await tx.accounts.get(account_id)
            is_last = await _leaves_no_owner(tx, person, change)
            if _tightens(person, change) and asker != user_id and not is_last:
                await self._carry_out(tx, person, change, actor)
                return PersonChanged(account, person, change)
            what = ":".join((_MARK, str(account_id), str(user_id), change, person.role, str(is_last)))
            token = await self._confirmations.ask(tx, asker, what)
            await tx.commit()
        return PersonQuestion(token, account, person, change, is_last)

    async def confirm(self, token: str, asker: UserId) -> PersonChanged:
        """Do what was asked about. Raises NotFound (used, too old, another's), Unauthorized, TooLate, Unready."""
        async with self._database.begin() as tx:
            mark, *stored = (await self._confirmations.take(tx, token, asker)).split(":")
            if mark != _MARK:
                raise NotFound("This question was not about a person.")
            account_id, user_id, change = AccountId(int(stored[0])), UserId(int(stored[1])), PersonChange(stored[2])
            actor = actor_of(await _require_authority(tx, account_id, asker, user_id, change))
            person, account = await _person(tx, account_id, user_id), await tx.accounts.get(account_id)
            if [person.role, str(await _leaves_no_owner(tx, person, change))] != stored[3:]:
                raise TooLate("The people of this account were changed meanwhile. Nothing was done; look again.")
            await self._carry_out(tx, person, change, actor)
        return PersonChanged(account, person, change)

    async def change_as(
        self, account_id: AccountId, user_id: UserId, change: PersonChange, actor: Actor
    ) -> PersonChanged:
        """The same from the command line, where nobody is asked. Raises NotFound, Unready."""
        async with self._database.begin() as tx:
            person, account = await _person(tx, account_id, user_id), await tx.accounts.get(account_id)
            await self._carry_out(tx, person, change, actor)
        return PersonChanged(account, person, change)

    async def _carry_out(self, tx: Transaction, person: Approver, change: PersonChange, actor: Actor) -> None:
        """Do it and commit; what stands already is left as it is."""
        role = change.role
        if role is None:
            await self._linking.end(tx, person, actor)
        elif role is not person.role:
            now = self._clock.now()
            await tx.accounts.link(replace(person, role=role))
            facts = {"user": person.user_id, "name": person.name, "was": person.role.value, "role": role.value}
            await tx.audit.append(Event(person.account_id, Kind.ROLE_CHANGED, actor, now, facts=facts))
            # Buttons come and go with the role.
            await tx.limits.show_held_again(person.account_id)
        await tx.commit()
        self._wakeups.account_moved(person.account_id)


async def _person(tx: ReadTransaction | Transaction, account_id: AccountId, user_id: UserId) -> Approver:
    person = await tx.accounts.find_approver(account_id, user_id)
    if person is None:
        raise NotFound(f"Nobody with the Telegram id {user_id} is linked to this account.")
    return person


async def _require_owner(tx: ReadTransaction | Transaction, account_id: AccountId, user_id: UserId) -> Approver:
    person = await tx.accounts.find_approver(account_id, user_id)
    if person is None or person.role is not Role.OWNER:
        raise Unauthorized("Only the account's owner may change who is linked to it. Nothing was done.")
    return person


async def _require_authority(
    tx: Transaction, account_id: AccountId, asker: UserId, user_id: UserId, change: PersonChange
) -> Approver:
    if asker == user_id and change is PersonChange.REMOVE:
        return await _person(tx, account_id, user_id)
    return await _require_owner(tx, account_id, asker)


async def _leaves_no_owner(tx: Transaction, person: Approver, change: PersonChange) -> bool:
    if person.role is not Role.OWNER or change is PersonChange.OWNER:
        return False
    owners = [one for one in await tx.accounts.list_approvers(person.account_id) if one.role is Role.OWNER]
    return len(owners) == 1


def _tightens(person: Approver, change: PersonChange) -> bool:
    """Whether it only takes away, and can be given back."""
    return change.role is not None and _RANKS.index(change.role) <= _RANKS.index(person.role)
