"""A person's lists of orders: what waits, what was decided, and what they have hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.accounts import Account
from core.ids import AccountId, OrderId, UserId
from core.insight.order_filter import OrderFilter
from core.orders.order import Order
from core.ports import Database, OrderPage, ReadTransaction, Transaction


@dataclass(frozen=True, slots=True)
class PersonalList:
    """One page of a list, the person's accounts, and whether hidden orders are missing from it."""

    page: OrderPage
    accounts: Mapping[AccountId, Account]
    hides: bool


class PersonalLists:
    """Reads and tidies lists; a person only ever sees orders of the accounts they are linked to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, user_id: UserId, shown: OrderFilter, cursor: OrderId | None, limit: int) -> PersonalList:
        """One page: what waits by the time it has left, everything else newest first. Raises Unready."""
        async with self._database.read() as tx:
            accounts = await _accounts_of(tx, user_id)
            if shown is OrderFilter.PENDING:
                page = await tx.lists.list_waiting([*accounts], cursor, limit)
            elif shown.shows_hidden:
                page = await tx.orders.list_newest([*accounts], shown.status, cursor, limit)
            else:
                page = await tx.lists.list_unhidden(user_id, [*accounts], shown.status, cursor, limit)
            is_whole = shown.shows_hidden or shown is OrderFilter.PENDING
            hides = not is_whole and await tx.lists.hides_any(user_id, accounts)
        return PersonalList(page, accounts, hides)

    async def unexplained(self, user_id: UserId, since: datetime) -> Order | None:
        """What this person rejected last, after `since`, and gave no reason for. Raises Unready."""
        async with self._database.read() as tx:
            found = await tx.lists.find_unexplained(user_id, await _accounts_of(tx, user_id), since)
            return None if found is None else await tx.orders.find(found)

    async def accounts_of(self, user_id: UserId) -> Sequence[Account]:
        """The accounts this person is linked to. Raises Unready."""
        async with self._database.read() as tx:
            return [*(await _accounts_of(tx, user_id)).values()]

    async def hide(self, user_id: UserId, account_id: AccountId | None) -> bool:
        """Leave what is finished out of this person's lists, of one account or of all; whether there was any.

        Raises Unready.
        """
        async with self._database.begin() as tx:
            theirs = await _chosen(tx, user_id, account_id)
            hid = [await tx.lists.hide_decided(user_id, one) for one in theirs]
            await tx.commit()
        return any(hid)

    async def show_hidden(self, user_id: UserId) -> None:
        """List everything again. Raises Unready."""
        async with self._database.begin() as tx:
            for one in await _chosen(tx, user_id, None):
                await tx.lists.show_hidden(user_id, one)
            await tx.commit()


async def _accounts_of(tx: ReadTransaction, user_id: UserId) -> Mapping[AccountId, Account]:
    links = await tx.accounts.list_links_of(user_id)
    return {link.account_id: await tx.accounts.get(link.account_id) for link in links}


async def _chosen(tx: Transaction, user_id: UserId, account_id: AccountId | None) -> Sequence[AccountId]:
    """The account that was asked for, if this person is linked to it; all of theirs when none was."""
    theirs = [link.account_id for link in await tx.accounts.list_links_of(user_id)]
    return [one for one in theirs if account_id in {None, one}]
