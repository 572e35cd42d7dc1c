"""Brings an OpenAlgo installation over: accounts, keys, sandbox books and a record of what was decided there.

Nothing that waits there becomes an order here. All of it is one transaction, and what came over before stays as it
is: after a crash, or to see what is new, it is done again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.accounts import PAPER, Account, OrderMode, Role, TradingMode
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import Invalid
from core.ids import AccountId, UserId
from core.openalgo.contract_list import ContractList
from core.openalgo.installation import Installation, LeftOut, SourceUser
from core.openalgo.past_orders import PastOrder, read_past_order
from core.ports import BookDraft, Brokers, Checkpoint, Database, PaperBooks, Transaction
from core.services.access.accounts import AccountBook
from core.services.access.keys import Keys, Newcomer
from core.services.access.linking import Linking
from core.services.operations.openalgo_contracts import bring_contracts, described, pointed_out
from core.services.operations.openalgo_report import (
    BookFate,
    ImportReport,
    Invited,
    KeyFate,
    Sandboxed,
    UserReport,
)

LABEL = "OpenAlgo"
"""The label of keys that came over."""
_GATEWAY = "openalgo"


@dataclass(frozen=True, slots=True)
class ImportParts:
    """What an import works with."""

    database: Database
    accounts: AccountBook
    keys: Keys
    linking: Linking
    brokers: Brokers
    books: PaperBooks
    clock: Clock
    checkpoint: Checkpoint
    lists_imported: bool
    """Whether the paper broker lists the instruments that came over."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What is to be done, and by whom."""

    actor: Actor
    apply: bool = False
    account: str = ""
    """The account's name here; empty for the user's own."""


class OpenAlgoImport:
    """Every method raises Invalid, with nothing changed, and Unready."""

    def __init__(self, parts: ImportParts) -> None:
        self._parts = parts

    async def run(self, installation: Installation, wish: ImportWish) -> ImportReport:
        """Bring it over, or only tell what would come over."""
        if not installation.users:
            raise Invalid("OpenAlgo has no user with an API key there, so there is nothing to bring over.")
        if wish.account and len(installation.users) > 1:
            raise Invalid(f"OpenAlgo has {len(installation.users)} users there, so one account's name is not enough.")
        listed, is_listed = installation.contracts, self._parts.lists_imported
        new = described(listed, self._parts.clock.now())
        async with self._parts.database.begin(lengthy=True) as tx:
            contracts = await bring_contracts(tx, listed, new, apply=wish.apply, is_listed=is_listed)
            imports = [_UserImport(self._parts, tx, user, wish) for user in installation.users]
            users = [await one.bring(installation) for one in imports]
            report = ImportReport(wish.apply, users, installation.strategies, installation.has_sandbox, contracts)
            self._parts.checkpoint("importing")
            if wish.apply and report.is_change:
                await tx.commit()
        return report


class _UserImport:
    """One user's part, in the caller's transaction."""

    def __init__(self, parts: ImportParts, tx: Transaction, user: SourceUser, wish: ImportWish) -> None:
        self._parts = parts
        self._tx = tx
        self._user = user
        self._wish = wish
        self._now = parts.clock.now()
        self._left_out: list[LeftOut] = []

    async def bring(self, installation: Installation) -> UserReport:
        """Everything of the user that can come over."""
        found = await self._find_account()
        account = found or await self._add_account(installation)
        has_come, recorded = await self._earlier(account)
        if found and not has_come and not self._wish.account:
            raise Invalid(
                f"There is an account named {found.name} here that did not come from OpenAlgo. Say with --account "
                f"which account {self._user.name} of OpenAlgo shall be: this one, or one with a new name."
            )
        key, sandbox = await self._bring_key(account), await self._bring_sandbox(account, installation.contracts)
        orders = [read_past_order(row) for row in self._user.orders]
        decided = [one for one in orders if one.is_decided]
        new = [one for one in decided if one.digest not in recorded]
        invited = () if has_come else await self._invite(account)
        await self._record(account, new, has_come=has_come)
        return UserReport(
            user=self._user.name,
            account=account,
            is_new=found is None,
            key=key,
            sandbox=sandbox,
            invited=invited,
            decided=len(new),
            known=len(decided) - len(new),
            waiting=[one for one in orders if not one.is_decided],
            in_doubt=[one for one in orders if one.is_in_doubt],
            left_out=self._left_out,
        )

    async def _find_account(self) -> Account | None:
        """The named account, else that of the user's name, else the one that the key opens already."""
        named = await self._tx.accounts.find_by_name(self._wish.account or self._user.name)
        if named is not None or self._wish.account:
            return named
        caller = await self._tx.accounts.find_caller(self._parts.keys.hash(self._user.key), self._now)
        return None if caller is None else caller.account

    async def _add_account(self, installation: Installation) -> Account:
        user = self._user
        is_served = user.broker in self._parts.brokers.names() and user.broker != _GATEWAY
        is_live = installation.analyze_mode is False
        if user.broker and not is_served:
            self._left_out.append(LeftOut("broker", user.broker, "it is not served here, so the account is on paper"))
        if is_live and not is_served:
            why = "without its broker the account would trade live on paper, so it is in the sandbox"
            self._left_out.append(LeftOut("trading mode", "live", why))
        # What it does not say, or says in a word that is not known here, waits for its client.
        order_mode = OrderMode.AUTO if user.order_mode == OrderMode.AUTO else OrderMode.SEMI_AUTO
        trading_mode = TradingMode.LIVE if is_live and is_served else TradingMode.SANDBOX
        broker = user.broker if is_served else PAPER
        name = self._wish.account or user.name
        new = Account(AccountId(0), name, broker, order_mode, trading_mode, True, self._now)
        return await self._parts.accounts.add_in(self._tx, new, self._wish.actor)

    async def _earlier(self, account: Account) -> tuple[bool, frozenset[str]]:
        """Whether something came to this account before, and the digests of the decided orders that did."""
        has_come, digests = False, set[str]()
        async for link in self._tx.audit.links(account.id):
            has_come = has_come or link.kind == Kind.ACCOUNT_IMPORTED
            if link.kind == Kind.ORDER_IMPORTED:
                digests.add(str(json.loads(link.facts).get("digest")))
        return has_come, frozenset(digests)

    async def _bring_key(self, account: Account) -> KeyFate:
        keys, secret = self._parts.keys, self._user.key
        hashed = keys.hash(secret)
        caller = await self._tx.accounts.find_caller(hashed, self._now)
        if caller is not None and caller.account.id == account.id:
            return KeyFate.WAS_HERE
        if caller is not None:
            self._left_out.append(LeftOut("API key", self._user.name, f"it opens account {caller.account.name} here"))
            return KeyFate.STAYS
        if await self._tx.accounts.has_key(hashed):
            self._left_out.append(LeftOut("API key", self._user.name, "it was revoked or replaced here"))
            return KeyFate.STAYS
        await keys.take_over_in(self._tx, account, Newcomer(LABEL, secret), self._wish.actor)
        return KeyFate.COMES

    async def _bring_sandbox(self, account: Account, contracts: ContractList) -> Sandboxed:
        if self._user.sandbox.is_empty:
            return Sandboxed(BookFate.NONE)
        draft = self._draft(account, contracts)
        if await self._tx.new_books.is_used(draft.name):
            return Sandboxed(BookFate.WAS_USED)
        self._left_out += draft.left_out
        await self._tx.new_books.add(draft)
        await self._tx.audit.append(draft.opened)
        return Sandboxed(BookFate.COMES, draft)

    def _draft(self, account: Account, contracts: ContractList) -> BookDraft:
        """The book, where what is left out for want of the list says so."""
        books, rows, listed = self._parts.books, self._user.sandbox, contracts.instruments or None
        if self._parts.lists_imported:
            return books.draft(account.id, rows, listed)
        draft = books.draft(account.id, rows)
        if not draft.left_out or listed is None:
            return draft
        left_out = pointed_out(draft, books.draft(account.id, rows, listed), is_done=self._wish.apply)
        return replace(draft, left_out=tuple(left_out))

    async def _invite(self, account: Account) -> Sequence[Invited]:
        invited = list[Invited]()
        for person in self._user.people:
            if await self._tx.accounts.find_approver(account.id, UserId(person.telegram_id)) is None:
                link = await self._parts.linking.create_in(self._tx, account, Role.OWNER, self._wish.actor)
                invited.append(Invited(person, link))
        return invited

    async def _record(self, account: Account, decided: Sequence[PastOrder], *, has_come: bool) -> None:
        actor = self._wish.actor
        if not has_come:
            facts = {"openalgo_user": self._user.name}
            await self._tx.audit.append(Event(account.id, Kind.ACCOUNT_IMPORTED, actor, self._now, facts=facts))
        events = [Event(account.id, Kind.ORDER_IMPORTED, actor, self._now, facts=one.facts()) for one in decided]
        if events:
            await self._tx.audit.append(*events)
