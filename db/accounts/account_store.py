"""Accounts, link codes and approvers; their keys come from the store of keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.accounts import Account, Approver, Role
from core.errors import Invalid, NotFound
from core.ids import AccountId, ApproverId, OrderId, UserId
from core.orders.decisions import Presser
from core.ports import Standing
from db.accounts.account_rows import changeable_columns, to_account, to_approver
from db.accounts.key_store import KeyStore
from db.connections.prepared_statements import Prepared
from db.tables.orders import accounts, approvers, cards, link_codes, orders


class AccountStore(KeyStore):
    """Implements core.ports.Accounts."""

    # ------------------------------------------------------------ accounts

    async def get(self, account_id: AccountId) -> Account:
        """The account with this id. Raises NotFound."""
        found = await _BY_ID.find(self._connection, wanted=account_id)
        if not found:
            raise NotFound("There is no such account.")
        return to_account(found[0])

    async def find_by_name(self, name: str) -> Account | None:
        """The account with this name; None when there is none."""
        named = await self._connection.execute(select(accounts).where(accounts.c.name == name))
        row = named.mappings().first()
        return None if row is None else to_account(row)

    async def list(self) -> Sequence[Account]:
        """Every account, oldest first."""
        rows = await self._connection.execute(select(accounts).order_by(accounts.c.id))
        return [to_account(row) for row in rows.mappings()]

    async def add(self, account: Account) -> Account:
        """Add an account. Raises Invalid when the name is taken."""
        new = insert(accounts).values(name=account.name, created_at=account.created_at, **changeable_columns(account))
        try:
            return replace(account, id=AccountId(await self._insert(new)))
        except IntegrityError:
            raise Invalid(f"There is an account named {account.name!r} already.", "name") from None

    async def change(self, was: Account, becomes: Account) -> bool:
        """Replace modes, broker, enabled and pause, if the row still says what `was` says."""
        still = [accounts.c[name] == value for name, value in changeable_columns(was).items()]
        swap = update(accounts).where(accounts.c.id == was.id, *still).values(**changeable_columns(becomes))
        return (await self._connection.execute(swap)).rowcount == 1

    # ------------------------------------------------------------ people

    async def find_approver(self, account_id: AccountId, user_id: UserId) -> Approver | None:
        """The link between this person and this account, if it stands."""
        found = await _APPROVER.find(self._connection, account=account_id, person=user_id)
        return to_approver(found[0]) if found else None

    async def find_standing(self, order_id: OrderId, presser: Presser | None = None) -> Standing | None:
        """What deciding or sending this order depends on; None when there is no such order."""
        pressed = (presser.user_id, presser.chat_id, presser.message_id) if presser else (None, None, None)
        asked = dict(zip(("person", "chat", "message"), pressed, strict=True))
        found = await _STANDING.find(self._connection, order=order_id, **asked)
        if not found:
            return None
        row, shows = found[0], found[0]["shows"]
        return Standing(row["version"], to_account(row), _link_beside(row), None if shows is None else OrderId(shows))

    async def list_approvers(self, account_id: AccountId) -> Sequence[Approver]:
        """Everybody linked to the account."""
        return [to_approver(row) for row in await _APPROVERS.find(self._connection, account=account_id)]

    async def list_links_of(self, user_id: UserId) -> Sequence[Approver]:
        """Every account this person is linked to."""
        return [to_approver(row) for row in await _LINKS_OF.find(self._connection, person=user_id)]

    async def list_accounts_of(self, user_id: UserId) -> Sequence[tuple[Account, Approver]]:
        """Every account this person is linked to, with the link."""
        found = await _ACCOUNTS_OF.find(self._connection, person=user_id)
        return [(to_account(row), link) for row in found if (link := _link_beside(row)) is not None]

    async def add_link_code(self, code_hash: str, account_id: AccountId, role: Role, expires_at: datetime) -> None:
        """Store a one-time code by its hash."""
        new = {"code_hash": code_hash, "account_id": account_id, "role": role.value, "expires_at": expires_at}
        await self._connection.execute(insert(link_codes).values(new))

    async def redeem_link_code(self, code_hash: str, now: datetime, user_id: UserId) -> tuple[AccountId, Role] | None:
        """Use the code up; None when it is unknown, used or too old."""
        unused = (
            link_codes.c.code_hash == code_hash,
            link_codes.c.used_at.is_(None),
            link_codes.c.expires_at > now,
        )
        swap = update(link_codes).where(*unused).values(used_at=now, used_by=user_id)
        if (await self._connection.execute(swap)).rowcount != 1:
            return None
        row = await self._first(select(link_codes).where(link_codes.c.code_hash == code_hash))
        return None if row is None else (AccountId(row.account_id), Role(row.role))

    async def link(self, approver: Approver) -> Approver:
        """Link a person; a link that stands already gets the new role and chat."""
        values = {
            "chat_id": approver.chat_id,
            "name": approver.name,
            "role": approver.role.value,
            "linked_at": approver.linked_at,
            "unreachable_since": None,
            "unreachable_why": None,
        }
        standing = await self.find_approver(approver.account_id, approver.user_id)
        if standing is not None:
            await self._connection.execute(update(approvers).where(approvers.c.id == standing.id).values(**values))
            return replace(approver, id=standing.id)
        new = insert(approvers).values(account_id=approver.account_id, user_id=approver.user_id, **values)
        return replace(approver, id=ApproverId(await self._insert(new)))

    async def record_unreachable(self, user_id: UserId, at: datetime, why: str) -> None:
        """Telegram refuses to show this person anything; since when is kept from the first time."""
        theirs = (approvers.c.user_id == user_id, approvers.c.unreachable_since.is_(None))
        await self._connection.execute(
            update(approvers).where(*theirs).values(unreachable_since=at, unreachable_why=why)
        )

    async def record_reached(self, user_id: UserId) -> None:
        """This person was heard of again."""
        theirs = (approvers.c.user_id == user_id, approvers.c.unreachable_since.is_not(None))
        cleared = {"unreachable_since": None, "unreachable_why": None}
        await self._connection.execute(update(approvers).where(*theirs).values(**cleared))

    async def unlink(self, approver_id: ApproverId, at: datetime) -> bool:
        """End a person's link, and their right to its cards; returns whether there was a link."""
        row = await self._first(_standing().where(approvers.c.id == approver_id))
        if row is None:
            return False
        await self._connection.execute(update(approvers).where(approvers.c.id == approver_id).values(removed_at=at))
        theirs = (cards.c.account_id == row.account_id, cards.c.user_id == row.user_id)
        # Shown cards are due once more, to lose their buttons; what was not shown yet never will be.
        shown = cards.c.message_id.is_not(None)
        await self._connection.execute(update(cards).where(*theirs).values(due=shown, urgency=0, gone=~shown))
        return True

    async def _first(self, query: Select[Any]) -> Any:
        return (await self._connection.execute(query)).first()


def _standing() -> Select[Any]:
    return select(approvers).where(approvers.c.removed_at.is_(None))


# Built once: every tap needs them, and building takes longer than running.
_BY_ID = Prepared(select(accounts).where(accounts.c.id == bindparam("wanted")))
_IS_THEIRS = approvers.c.user_id == bindparam("person")
_LINKS_OF = Prepared(_standing().where(_IS_THEIRS).order_by(approvers.c.account_id))
_APPROVERS = Prepared(_standing().where(approvers.c.account_id == bindparam("account")).order_by(approvers.c.id))
_APPROVER = Prepared(_standing().where(approvers.c.account_id == bindparam("account"), _IS_THEIRS))

_LINK = {column.name: column.label(f"link_{column.name}") for column in approvers.columns}
_ACCOUNTS_OF = Prepared(
    select(accounts, *_LINK.values())
    .join(approvers, approvers.c.account_id == accounts.c.id)
    .where(_IS_THEIRS, approvers.c.removed_at.is_(None))
    .order_by(accounts.c.id)
)
_OF_ACCOUNT = and_(approvers.c.account_id == accounts.c.id, _IS_THEIRS, approvers.c.removed_at.is_(None))
_PRESSED = and_(cards.c.chat_id == bindparam("chat"), cards.c.message_id == bindparam("message"))
_STANDING = Prepared(
    select(orders.c.version, accounts, *_LINK.values(), cards.c.order_id.label("shows"))
    .join(accounts, accounts.c.id == orders.c.account_id)
    .join(approvers, _OF_ACCOUNT, isouter=True)
    .join(cards, _PRESSED, isouter=True)
    .where(orders.c.id == bindparam("order"))
)


def _link_beside(row: Mapping[str, Any]) -> Approver | None:
    """The link in a row that has an account's columns, too."""
    link = {name: row[label.name] for name, label in _LINK.items()}
    return None if link["id"] is None else to_approver(link)
