"""The settings of brokers: where they are reached, and how long they are waited for."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from bot.settings.section import Duration, Section


class BrokerAddress(Section):
    """One broker's address, how long it is waited for, and how many orders it is sent in a second."""

    base_url: str = ""
    answer_within: Duration = timedelta(seconds=10)
    connect_within: Duration = timedelta(seconds=4)
    orders_per_second: int = Field(8, ge=1, le=100)

    @model_validator(mode="after")
    def _require_address(self) -> "BrokerAddress":
        if urlsplit(self.base_url).scheme not in {"http", "https"}:
            raise ValueError("base_url must begin with http:// or https://")
        return self


class StreamingAddress(BrokerAddress):
    """An address with another one, at which order updates are pushed."""

    stream_url: str = ""

    @model_validator(mode="after")
    def _require_stream(self) -> "StreamingAddress":
        if self.stream_url and urlsplit(self.stream_url).scheme not in {"ws", "wss"}:
            raise ValueError("stream_url must begin with ws:// or wss://")
        return self


class OpenAlgoAddress(StreamingAddress):
    """An OpenAlgo server, whose broker may take long to answer."""

    base_url: str = "http://127.0.0.1:5000"
    answer_within: Duration = timedelta(seconds=60)


class ZerodhaAddress(StreamingAddress):
    """Zerodha Kite."""

    base_url: str = "https://api.kite.trade"


class DhanAddress(StreamingAddress):
    """Dhan."""

    base_url: str = "https://api.dhan.co"


class UpstoxAddress(BrokerAddress):
    """Upstox."""

    base_url: str = "https://api.upstox.com"


class AlpacaAddress(StreamingAddress):
    """Alpaca."""

    base_url: str = "https://api.alpaca.markets"
    orders_per_second: int = Field(3, ge=1, le=100)


class Brokers(Section):
    """The live brokers, and whether the order updates that they push are listened to."""

    order_streams: bool = True
    openalgo: OpenAlgoAddress = OpenAlgoAddress()
    zerodha: ZerodhaAddress = ZerodhaAddress()
    dhan: DhanAddress = DhanAddress()
    upstox: UpstoxAddress = UpstoxAddress()
    alpaca: AlpacaAddress = AlpacaAddress()

    def address_of(self, name: str) -> BrokerAddress:
        """The section of the broker with this name."""
        found = getattr(self, name)
        assert isinstance(found, BrokerAddress)
        return found
