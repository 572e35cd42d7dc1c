"""Takes brokers' postbacks: whatever they say, they are only a hint to ask the broker."""

import base64
import hashlib
import hmac
import re
from collections import Counter

from core.accounts import Account
from core.errors import Unauthorized, Unready, Unsupported
from core.ids import AccountId
from core.ports import BrokerConnections, Database, PostbackReader
from core.services.execution.refresh import Refresher

PATH = "/broker/{broker}/postback/{token}"
TAKEN, REFUSED = "taken", "refused"
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-[A-Za-z0-9_-]{32}")


class Postbacks:
    """Makes and recognises the addresses, and has orders asked about. No order is changed by a postback itself."""

    def __init__(
        self, database: Database, connections: BrokerConnections, refresher: Refresher, pepper: bytes
    ) -> None:
        """An address is made of `pepper`: nobody can guess it, and it stays the same."""
        self._database = database
        self._connections = connections
        self._refresher = refresher
        self._pepper = pepper
        self.counts: Counter[str] = Counter({TAKEN: 0, REFUSED: 0})
        """Postbacks since the start that came to a right address, by what was done with them."""

    def path_of(self, account: Account) -> str:
        """Where the account's broker posts to. Raises Unready, Unsupported when it posts nothing."""
        self._reader(account)
        return PATH.format(broker=account.broker, token=self._token(account.broker, account.id))

    async def recognise(self, broker: str, token: str) -> Account:
        """The account of this address. Raises Unauthorized, Unready."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise Unauthorized()
        account_id = AccountId(int(found[1]))
        if not hmac.compare_digest(token, self._token(broker, account_id)):
            raise Unauthorized()
        async with self._database.read() as tx:
            account = await tx.accounts.get(account_id)
        if account.broker != broker:
            raise Unauthorized()
        return account

    def take(self, account: Account, body: bytes) -> bool:
        """Ask about the account's orders soon; False, and nothing is done, when its broker did not send this.

        Raises Unready, Unsupported.
        """
        is_theirs = self._reader(account).is_postback(body)
        self.counts[TAKEN if is_theirs else REFUSED] += 1
        if is_theirs:
            self._refresher.ask_soon(account.id)
        return is_theirs

    def _reader(self, account: Account) -> PostbackReader:
        broker = self._connections.broker_of(account.id)
        if broker is None or broker.name != account.broker:
            raise Unready(f"The broker of account {account.name} is not open.")
        if not isinstance(broker, PostbackReader):
            raise Unsupported(f"{broker.name} sends no postbacks that are taken here.")
        return broker

    def _token(self, broker: str, account_id: AccountId) -> str:
        digest = hmac.new(self._pepper, f"{broker} {account_id}".encode(), hashlib.sha256).digest()
        return f"{account_id}-{base64.urlsafe_b64encode(digest[:24]).decode()}"
