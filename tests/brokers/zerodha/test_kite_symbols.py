"""The list of instruments is fetched once a day, and an older one is better than none for the names in the books."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.local_brokers.kite_book import KiteError
from core.errors import BrokerUnavailable
from tests.brokers.zerodha.fake_zerodha import FakeKite, running
from tests.brokers.zerodha.kite_rig import open_broker
from tests.factories import SettableClock

LIST = ("GET", "/instruments")


class Days:
    """A fake, and brokers that are opened on one day and the next."""

    def __init__(self, fake: FakeKite, url: str, folder: Path) -> None:
        self.fake, self.url, self.folder = fake, url, folder
        self.clock = SettableClock(datetime(2026, 11, 27, 3, 30, tzinfo=UTC))
        self.broker = open_broker(url, folder, self.clock)

    async def restart(self) -> None:
        """Begin anew with what is on the disk."""
        await self.broker.close()
        self.broker = open_broker(self.url, self.folder, self.clock)

    @property
    def fetched(self) -> int:
        """How often the list was asked for."""
        return self.fake.asked.count(LIST)


@pytest.fixture
async def days(tmp_path: Path) -> AsyncIterator[Days]:
    """Nine o'clock in India."""
    fake = FakeKite()
    async with running(fake) as url:
        days = Days(fake, url, tmp_path)
        yield days
        await days.broker.close()


async def test_it_is_fetched_once_a_day_also_over_a_restart(days: Days) -> None:
    assert days.broker.instruments.as_of is None
    await days.broker.load_instruments()
    await days.broker.load_instruments()
    await days.restart()
    await days.broker.load_instruments()

    assert days.fetched == 1
    assert days.broker.instruments.as_of == date(2026, 11, 27)
    assert days.broker.instruments.find("NSE", "SBIN")

    days.clock.advance(days=1)
    await days.broker.load_instruments()
    assert days.fetched == 2
    assert str(days.broker.instruments.as_of) == "2026-11-28"


async def test_a_list_from_before_the_new_one_is_out_is_fetched_again(days: Days) -> None:
    days.clock.moment = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
    await days.broker.load_instruments()
    days.clock.moment = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    await days.broker.load_instruments()

    assert days.fetched == 2


async def test_yesterday_s_names_serve_while_kite_is_away_and_say_their_age(days: Days) -> None:
    await days.broker.load_instruments()
    days.clock.advance(days=1)
    await days.restart()
    days.fake.error = KiteError(503, "NetworkException", "away")

    with pytest.raises(BrokerUnavailable):
        await days.broker.load_instruments()

    assert days.broker.instruments.as_of == date(2026, 11, 27)
    days.fake.error = None
    assert await days.broker.list_orders() == []


async def test_books_are_not_read_without_any_names(days: Days) -> None:
    days.fake.error = KiteError(503, "NetworkException", "away")

    with pytest.raises(BrokerUnavailable):
        await days.broker.list_positions()

    assert ("GET", "/portfolio/positions") not in days.fake.asked


async def test_a_file_that_was_spoilt_is_fetched_again(days: Days) -> None:
    await days.broker.load_instruments()
    (kept,) = days.folder.iterdir()
    kept.write_bytes(b"<html>")
    await days.restart()

    await days.broker.load_instruments()

    assert days.fetched == 2
    assert kept.read_bytes().startswith(b"instrument_token")
