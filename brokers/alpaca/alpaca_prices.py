"""Asks Alpaca's price server, which is another host than the one that takes orders."""

from collections.abc import Callable, Mapping, Sequence

from brokers.alpaca.alpaca_quotes import MOST_AT_ONCE, read_depths
from brokers.alpaca.alpaca_words import COINS
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Answer, Call
from brokers.common.symbol_master import SymbolMaster
from core.clock import Clock
from core.errors import BrokerUnavailable
from core.market.depth import Depth
from core.market.instruments import Ticker

_SHARES_PATH = "/v2/stocks/snapshots"
_COINS_PATH = "/v1beta3/crypto/us/snapshots"


class AlpacaPrices:
    """Snapshots of shares and of coins, which are asked for separately."""

    def __init__(
        self, client: GuardedClient, headers: Mapping[str, str], clock: Clock, words: Callable[[Answer], str]
    ) -> None:
        """`words` says what an answer that is no success means."""
        self._client = client
        self._headers = headers
        self._clock = clock
        self._words = words

    async def depths(self, master: SymbolMaster, tickers: Sequence[Ticker]) -> Sequence[Depth]:
        """What has a price. Raises BrokerUnavailable."""
        keys = {path: _keys(master, tickers, path == _COINS_PATH) for path in (_SHARES_PATH, _COINS_PATH)}
        found: list[Depth] = []
        for path, wanted in keys.items():
            for start in range(0, len(wanted), MOST_AT_ONCE):
                found += await self._ask(master, path, wanted[start : start + MOST_AT_ONCE])
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, master: SymbolMaster, path: str, keys: Sequence[str]) -> Sequence[Depth]:
        asked_at = self._clock.now()
        answer = await self._client.read(Call("GET", path, self._headers, {"symbols": ",".join(keys)}))
        if answer.status != 200:
            raise BrokerUnavailable(self._words(answer))
        try:
            return read_depths(answer.parsed(), master, asked_at)
        except ValueError:
            raise BrokerUnavailable("Alpaca's prices came, but not in their own form") from None


def _keys(master: SymbolMaster, tickers: Sequence[Ticker], of_coins: bool) -> Sequence[str]:
    wanted = [ticker for ticker in tickers if (ticker[0] == COINS) == of_coins]
    return [key for ticker in wanted if (key := master.key_of(*ticker))]
