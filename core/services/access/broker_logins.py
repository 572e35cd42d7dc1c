"""Logins at brokers: kept encrypted, opened for the service, and renewed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.accounts import PAPER, Account
from core.audit import Actor, Event, Kind
from core.errors import BrokerError, ConfigError, Invalid, NotFound, TooLate, Unready
from core.ids import AccountId
from core.market.broker_session import BrokerSession
from core.ports import BrokerConnections, Database, LiveBroker, Seal, SealedLogin, Transaction
from core.services.access.accounts import require_finished
from core.services.trusted_clock import TrustedClock


@dataclass(frozen=True, slots=True)
class LoginState:
    """An account's login at its broker: where, since when, and what the broker says of it."""

    account: Account
    changed_at: datetime | None
    session: BrokerSession


class BrokerLogins:
    """Sets, opens and renews logins. What fails to open is told by `problems`, and its orders wait."""

    def __init__(self, database: Database, connections: BrokerConnections, seal: Seal, clock: TrustedClock) -> None:
        self._database = database
        self._connections = connections
        self._seal = seal
        self._clock = clock
        self._opened: dict[AccountId, datetime] = {}
        self.problems: dict[AccountId, str] = {}

    async def set(self, name: str, broker: str, credentials: Mapping[str, str], actor: Actor) -> Account:
        """Keep these credentials, and let the account trade at this broker.

        Raises NotFound, Invalid (fields), ConfigError (the key), Unready.
        """
        if broker == PAPER:
            return await self._use_paper(name, actor)
        if broker not in self._connections.names():
            known = ", ".join((PAPER, *self._connections.names()))
            raise Invalid(f"There is no broker {broker!r}; there are {known}.")
        self._connections.require_complete(broker, credentials)
        kept = {field: value for field, value in credentials.items() if value}
        sealed = self._seal.seal(kept)
        async with self._database.begin() as tx:
            account = await _named(tx, name)
            now = self._clock.now()
            await tx.broker_logins.keep(SealedLogin(account.id, broker, sealed, now))
            await self._point_at(tx, account, broker)
            facts = {"broker": broker, "was": account.broker, "fields": sorted(kept)}
            await tx.audit.append(Event(account.id, Kind.BROKER_SET, actor, now, facts=facts))
            await tx.commit()
        return replace(account, broker=broker)

    async def session(self, account: Account) -> LoginState:
        """What the broker says of the account's login now. Raises Unready, BrokerError."""
        async with self._database.read() as tx:
            login = await tx.broker_logins.find(account.id)
        if login is None or login.broker != account.broker:
            is_paper = account.has_paper_broker
            return LoginState(account, None, BrokerSession(is_paper, _NO_LOGIN[is_paper]))
        return LoginState(account, login.changed_at, await (await self._require_open(login)).session())

    async def find_login_url(self, account: Account) -> str | None:
        """The page where the person logs in; None where credentials are enough. Raises NotFound, ConfigError."""
        login, credentials = await self._credentials(account)
        return self._connections.login_url(login.broker, credentials)

    async def log_in(self, account: Account, answer: str, actor: Actor) -> BrokerSession:
        """Finish a login with what the broker's page gave the person.

        Raises NotFound, Unsupported, BrokerRefused, BrokerUnavailable, ConfigError, Unready.
        """
        login, _ = await self._credentials(account)
        broker = await self._require_open(login)
        sealed = self._seal.seal(await broker.log_in(answer.strip()))
        async with self._database.begin() as tx:
            now = self._clock.now()
            renewed = SealedLogin(account.id, login.broker, sealed, now)
            await tx.broker_logins.keep(renewed)
            facts = {"broker": login.broker}
            await tx.audit.append(Event(account.id, Kind.BROKER_LOGGED_IN, actor, now, facts=facts))
            await tx.commit()
        return await (await self._require_open(renewed)).session()

    async def sync(self) -> None:
        """Open what is new, open again what was changed, close what is gone. Raises Unready."""
        async with self._database.read() as tx:
            logins = await tx.broker_logins.list()
        for gone in self._opened.keys() - {login.account_id for login in logins}:
            await self._connections.disconnect(gone)
            del self._opened[gone]
        for login in logins:
            await self._open(login)

    async def seal_again(self) -> int:
        """Seal every login with the newest key; returns how many. Raises ConfigError, Unready."""
        async with self._database.begin() as tx:
            logins = await tx.broker_logins.list()
            for login in logins:
                await tx.broker_logins.keep(replace(login, sealed=self._seal.seal(self._seal.open(login.sealed))))
            await tx.commit()
        return len(logins)

    async def _require_open(self, login: SealedLogin) -> LiveBroker:
        """The account's broker, opened with this login. Raises Unready."""
        await self._open(login)
        broker = self._connections.broker_of(login.account_id)
        if broker is None:
            raise Unready(self.problems.get(login.account_id, "The broker could not be opened."))
        return broker

    async def _open(self, login: SealedLogin) -> None:
        if self._opened.get(login.account_id) == login.changed_at:
            return
        try:
            credentials = self._seal.open(login.sealed)
            await self._connections.connect(login.account_id, login.broker, credentials)
        except (ConfigError, Invalid, BrokerError) as why:
            self.problems[login.account_id] = str(why)
            await self._connections.disconnect(login.account_id)
            return
        self.problems.pop(login.account_id, None)
        self._opened[login.account_id] = login.changed_at

    async def _credentials(self, account: Account) -> tuple[SealedLogin, Mapping[str, str]]:
        async with self._database.read() as tx:
            login = await tx.broker_logins.find(account.id)
        if login is None:
            raise NotFound(f"Account {account.name} has no credentials; run `countersign broker set` first.")
        return login, self._seal.open(login.sealed)

    async def _use_paper(self, name: str, actor: Actor) -> Account:
        async with self._database.begin() as tx:
            account, now = await _named(tx, name), self._clock.now()
            await tx.broker_logins.forget(account.id)
            await self._point_at(tx, account, PAPER)
            facts = {"broker": PAPER, "was": account.broker}
            await tx.audit.append(Event(account.id, Kind.BROKER_FORGOTTEN, actor, now, facts=facts))
            await tx.commit()
        return replace(account, broker=PAPER)

    async def _point_at(self, tx: Transaction, account: Account, broker: str) -> None:
        if account.broker == broker:
            return
        await require_finished(tx, account)
        if not await tx.accounts.change(account, replace(account, broker=broker)):
            raise TooLate("The account was changed at the same moment; try again.")


_NO_LOGIN = {True: "the paper broker needs no login", False: "no credentials; run `countersign broker set`"}


async def _named(tx: Transaction, name: str) -> Account:
    found = await tx.accounts.find_by_name(name)
    if found is None:
        raise NotFound(f"There is no account {name!r}.")
    return found
