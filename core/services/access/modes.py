"""Changing an account's modes: by its strategy where the mode table allows it, by its owner in Telegram."""

from dataclasses import replace
from enum import StrEnum

from core.accounts import Account, Caller, OrderMode, Role, TradingMode
from core.audit import Actor, Event, Kind
from core.errors import NotAllowed, TooLate, Unauthorized
from core.ids import AccountId, UserId
from core.orders.router import Operation, route
from core.ports import Database, Transaction
from core.services.access.confirmations import Confirmations
from core.services.trusted_clock import TrustedClock


class ModeChange(StrEnum):
    """The change of one mode of an account."""

    AUTO = "auto"
    SEMI_AUTO = "semi_auto"
    LIVE = "live"
    SANDBOX = "sandbox"

    @property
    def loosens(self) -> bool:
        """Whether it lets more happen without the client's approval, or with real money."""
        return self in {ModeChange.AUTO, ModeChange.LIVE}


def changed(account: Account, change: ModeChange) -> Account:
    """The account after the change."""
    if change in {ModeChange.AUTO, ModeChange.SEMI_AUTO}:
        return replace(account, order_mode=OrderMode(change.value))
    return replace(account, trading_mode=TradingMode(change.value))


class Modes:
    """Switches modes, and records who did."""

    def __init__(self, database: Database, confirmations: Confirmations, clock: TrustedClock) -> None:
        self._database = database
        self._confirmations = confirmations
        self._clock = clock

    async def toggle(self, caller: Caller, sandbox: bool) -> Account:
        """A strategy switches its account's trading mode. Raises NotAllowed, Unready."""
        self._clock.require()
        actor = Actor("key", "", caller.api_key_id)
        async with self._database.begin() as tx:
            account = await tx.accounts.get(caller.account.id)
            try:
                route(Operation.ANALYZER_TOGGLE, account.order_mode, account.trading_mode)
            except NotAllowed:
                facts = {"operation": Operation.ANALYZER_TOGGLE.value}
                now = self._clock.now()
                await tx.audit.append(Event(account.id, Kind.OPERATION_REFUSED, actor, now, facts=facts))
                await tx.commit()
                raise
            change = ModeChange.SANDBOX if sandbox else ModeChange.LIVE
            return await self._apply(tx, account, change, actor)

    async def ask(self, user_id: UserId, account_id: AccountId, change: ModeChange) -> str:
        """Ask the owner to confirm a loosening switch; returns the token that confirms it.

        Raises Unauthorized unless this person owns the account.
        """
        async with self._database.begin() as tx:
            await self._require_owner(tx, user_id, account_id)
            token = await self._confirmations.ask(tx, user_id, f"{account_id}:{change.value}")
            await tx.commit()
        return token

    async def confirm(self, token: str, user_id: UserId) -> Account:
        """Carry out the confirmed switch. Raises NotFound (used, too old, another's), Unauthorized, Unready."""
        async with self._database.begin() as tx:
            what = await self._confirmations.take(tx, token, user_id)
            account_id, _, change = what.partition(":")
            return await self._change_as_owner(tx, user_id, AccountId(int(account_id)), ModeChange(change))

    async def tighten(self, user_id: UserId, account_id: AccountId, change: ModeChange) -> Account:
        """Switch to the safer side at once. Raises Unauthorized, and NotAllowed for a loosening switch."""
        if change.loosens:
            raise NotAllowed("This switch must be confirmed.")
        async with self._database.begin() as tx:
            return await self._change_as_owner(tx, user_id, account_id, change)

    async def _change_as_owner(
        self, tx: Transaction, user_id: UserId, account_id: AccountId, change: ModeChange
    ) -> Account:
        name = await self._require_owner(tx, user_id, account_id)
        account = await tx.accounts.get(account_id)
        return await self._apply(tx, account, change, Actor("telegram", name, user_id))

    async def _require_owner(self, tx: Transaction, user_id: UserId, account_id: AccountId) -> str:
        approver = await tx.accounts.find_approver(account_id, user_id)
        if approver is None or approver.role is not Role.OWNER:
            raise Unauthorized("Only the account's owner may switch modes.")
        return approver.name

    async def _apply(self, tx: Transaction, account: Account, change: ModeChange, actor: Actor) -> Account:
        after = changed(account, change)
        if after != account:
            if not await tx.accounts.change(account, after):
                raise TooLate("The account was changed at the same moment. Please look again.")
            facts = {"to": change.value}
            await tx.audit.append(Event(account.id, Kind.ACCOUNT_CHANGED, actor, self._clock.now(), facts=facts))
        await tx.commit()
        return after
