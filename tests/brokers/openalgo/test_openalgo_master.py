"""The list of instruments is fetched once a day, and kept whole."""

from pathlib import Path

import pytest

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.openalgo.openalgo_broker import ADAPTER
from core.clock import IST, trading_day
from core.errors import BrokerUnavailable
from core.ports import LiveBroker
from tests.brokers.openalgo.fake_openalgo import KEY, MASTER
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.paper.rig import StoppedClock


class Morning:
    """Adapters for one installation on a day of one's own, over one folder."""

    def __init__(self, rig: OpenAlgoRig, folder: Path) -> None:
        self.clock = StoppedClock()
        self._rig = rig
        self._folder = folder

    def open(self) -> LiveBroker:
        """A new process."""
        address = Address("OpenAlgo", self._rig.faults.url)
        return ADAPTER.open(Opening({"api_key": KEY}, address, self.clock, self._folder))

    @property
    def fetched(self) -> int:
        """How often the list was asked for."""
        return sum(one.path.startswith("/api/v1/instruments") for one in self._rig.faults.heard)


@pytest.fixture
def morning(rig: OpenAlgoRig, tmp_path: Path) -> Morning:
    """Ten o'clock in India."""
    return Morning(rig, tmp_path)


async def test_list_of_the_day_is_fetched_once_whatever_restarts(morning: Morning) -> None:
    for _ in range(2):
        broker = morning.open()
        assert broker.instruments.as_of is None
        await broker.load_instruments()
        assert broker.instruments.as_of == trading_day(morning.clock.now())
        assert broker.instruments.find("NSE", "SBIN") is not None
        await broker.close()

    assert morning.fetched == 1


async def test_list_from_before_the_morning_login_is_fetched_again(morning: Morning) -> None:
    broker = morning.open()
    morning.clock.moment = morning.clock.moment.astimezone(IST).replace(hour=7)
    await broker.load_instruments()
    morning.clock.advance(hours=2)
    await broker.load_instruments()
    await broker.close()

    assert morning.fetched == 2


async def test_yesterdays_list_stays_with_its_day_when_there_is_no_other(rig: OpenAlgoRig, morning: Morning) -> None:
    broker = morning.open()
    await broker.load_instruments()
    await broker.close()
    yesterday = trading_day(morning.clock.now())
    morning.clock.advance(days=1)
    rig.fake.is_logged_in = False

    broker = morning.open()
    with pytest.raises(BrokerUnavailable, match="log in"):
        await broker.load_instruments()

    assert broker.instruments.as_of == yesterday
    assert broker.instruments.find("NSE", "SBIN") is not None
    await broker.close()


@pytest.mark.parametrize("master", ["", MASTER.splitlines()[0] + "\n", "<html>log in</html>"])
async def test_empty_list_is_neither_used_nor_kept(rig: OpenAlgoRig, morning: Morning, master: str) -> None:
    rig.fake.master = master
    broker = morning.open()
    with pytest.raises(BrokerUnavailable, match="list of instruments"):
        await broker.load_instruments()
    assert broker.instruments.as_of is None

    rig.fake.master = MASTER
    await broker.load_instruments()
    await broker.close()

    assert morning.fetched == 2
