"""Adding and changing accounts, from the command line."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from core.accounts import Account, OrderMode, TradingMode
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import Invalid, NotFound, TooLate
from core.ids import AccountId
from core.ports import Brokers, Database, Transaction
from core.services.access.standing_stops import stop_all


class AccountBook:
    """The accounts of this installation."""

    def __init__(self, database: Database, brokers: Brokers, clock: Clock) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock

    async def add(
        self, name: str, broker: str, order_mode: OrderMode, trading_mode: TradingMode, actor: Actor
    ) -> Account:
        """A new account. Raises Invalid for a name that is empty or taken, or an unknown broker."""
        new = Account(AccountId(0), name, broker, order_mode, trading_mode, True, self._clock.now())
        async with self._database.begin() as tx:
            account = await self.add_in(tx, new, actor)
            await tx.commit()
        return account

    async def add_in(self, tx: Transaction, new: Account, actor: Actor) -> Account:
        """The same in the caller's transaction; the id of `new` is ignored. Raises Invalid."""
        if not new.name.strip() or not new.name.isprintable():
            raise Invalid("An account needs a name of printable characters.", "name")
        self._require_broker(new.broker)
        account = await tx.accounts.add(replace(new, name=new.name.strip()))
        await tx.audit.append(Event(account.id, Kind.ACCOUNT_ADDED, actor, new.created_at, facts=_facts(account)))
        return account

    async def get(self, name: str) -> Account:
        """The account of this name. Raises NotFound."""
        async with self._database.read() as tx:
            account = await tx.accounts.find_by_name(name)
        if account is None:
            raise NotFound(f"There is no account named {name!r}.")
        return account

    async def of(self, account_id: AccountId) -> Account:
        """The account with this id. Raises NotFound, Unready."""
        async with self._database.read() as tx:
            return await tx.accounts.get(account_id)

    async def list(self) -> Sequence[Account]:
        """Every account."""
        async with self._database.read() as tx:
            return await tx.accounts.list()

    async def set(self, name: str, actor: Actor, **becomes: object) -> Account:
        """Change broker, order_mode, trading_mode or enabled. Raises NotFound, Invalid, TooLate."""
        was = await self.get(name)
        after = replace(was, **becomes)  # type: ignore[arg-type]
        self._require_broker(after.broker)
        async with self._database.begin() as tx:
            if after.broker != was.broker:
                await require_finished(tx, was)
            if not await tx.accounts.change(was, after):
                raise TooLate("The account was changed at the same moment; try again.")
            now = self._clock.now()
            if not after.enabled:
                await stop_all(tx, was.id, actor, now)
            facts = {key: str(value) for key, value in becomes.items()}
            event = Event(was.id, Kind.ACCOUNT_CHANGED, actor, now, facts=facts)
            await tx.audit.append(event)
            await tx.commit()
        return after

    def _require_broker(self, broker: str) -> None:
        names = self._brokers.names()
        if broker not in names:
            raise Invalid(f"There is no broker {broker!r}; there is {', '.join(names)}.", "broker")


async def require_finished(tx: Transaction, account: Account) -> None:
    """Raise Invalid while a live order of the account waits, or is not final: it was meant for its present broker."""
    if await tx.orders.has_unfinished(account.id, TradingMode.LIVE):
        raise Invalid(
            f"Account {account.name} has live orders that wait or are not final at {account.broker}. "
            "Decide or cancel them first; nothing was changed."
        )


def _facts(account: Account) -> dict[str, object]:
    facts = asdict(account)
    return {key: str(facts[key]) for key in ("name", "broker", "order_mode", "trading_mode")}
