"""Linking a Telegram user to an account by a one-time code."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.accounts import Account, Approver, Role
from core.audit import Actor, Event, Kind
from core.errors import NotFound
from core.ids import AccountId, ApproverId, ChatId, UserId
from core.ports import Database, Transaction
from core.services.access.standing_stops import stop_all
from core.services.trusted_clock import TrustedClock

CODE_LIVES = timedelta(minutes=15)
CODE_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new one-time code; it cannot be read again later."""

    account: Account
    role: Role
    code: str
    expires_at: datetime


def hash_code(code: str) -> str:
    """The hash of a code, as it is stored; the code is random enough for a plain hash."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


class Linking:
    """Makes codes, redeems them, and ends links."""

    def __init__(self, database: Database, clock: TrustedClock) -> None:
        self._database = database
        self.clock = clock

    async def create(self, account_id: AccountId, role: Role, actor: Actor) -> NewLink:
        """A new code for this account. Raises NotFound."""
        async with self._database.begin() as tx:
            link = await self.create_in(tx, await tx.accounts.get(account_id), role, actor)
            await tx.commit()
        return link

    async def create_in(self, tx: Transaction, account: Account, role: Role, actor: Actor) -> NewLink:
        """The same in the caller's transaction."""
        code = secrets.token_urlsafe(CODE_BYTES)
        now = self.clock.now()
        await tx.accounts.add_link_code(hash_code(code), account.id, role, now + CODE_LIVES)
        await tx.audit.append(Event(account.id, Kind.LINK_CREATED, actor, now, facts={"role": role.value}))
        return NewLink(account, role, code, now + CODE_LIVES)

    async def redeem(self, code: str, user_id: UserId, chat_id: ChatId, name: str) -> tuple[Account, Approver]:
        """Link this person. Raises NotFound for a code that is unknown, used or too old."""
        now = self.clock.require()
        async with self._database.begin() as tx:
            found = await tx.accounts.redeem_link_code(hash_code(code), now, user_id)
            if found is None:
                raise NotFound("This link is not valid any more.")
            account_id, role = found
            account = await tx.accounts.get(account_id)
            new = Approver(ApproverId(0), account_id, user_id, chat_id, name, role, now)
            approver = await tx.accounts.link(new)
            await tx.cards.show_afresh(account_id, user_id)
            actor, facts = Actor("telegram", name, user_id), {"role": role.value}
            await tx.audit.append(Event(account_id, Kind.LINKED, actor, now, facts=facts))
            await tx.commit()
        return account, approver

    async def list(self, account_id: AccountId) -> list[Approver]:
        """Everybody linked to the account."""
        async with self._database.read() as tx:
            return [*await tx.accounts.list_approvers(account_id)]

    async def unlink(self, account_id: AccountId, user_id: UserId, actor: Actor) -> None:
        """End a link at once. Raises NotFound."""
        async with self._database.begin() as tx:
            approver = await tx.accounts.find_approver(account_id, user_id)
            if approver is None:
                raise NotFound(f"Nobody with the Telegram id {user_id} is linked to this account.")
            await self.end(tx, approver, actor)
            await tx.commit()

    async def end(self, tx: Transaction, approver: Approver, actor: Actor) -> None:
        """End a link in this transaction. Raises NotFound."""
        now = self.clock.now()
        if not await tx.accounts.unlink(approver.id, now):
            raise NotFound(f"Nobody with the Telegram id {approver.user_id} is linked to this account.")
        await stop_all(tx, approver.account_id, actor, now, given_by=approver.user_id)
        facts = {"user": approver.user_id, "name": approver.name}
        await tx.audit.append(Event(approver.account_id, Kind.UNLINKED, actor, now, facts=facts))
