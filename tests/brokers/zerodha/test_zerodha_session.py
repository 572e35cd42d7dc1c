"""The daily login: how it begins, when it ends, and what is said about it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.local_brokers.kite_book import KiteError
from brokers.zerodha.kite_session import KiteLogin, ends_at, request_token_in
from brokers.zerodha.zerodha import ADAPTER, ZerodhaBroker
from core.errors import BrokerRefused, BrokerUnavailable
from core.orders.broker_order import NotSent
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, REQUEST_TOKEN, TOKEN, FakeKite, running
from tests.brokers.zerodha.kite_rig import CREDENTIALS, open_broker
from tests.contract.broker_contract import buy, request
from tests.factories import SettableClock

RIGHT = f"https://127.0.0.1/?action=login&status=success&request_token={REQUEST_TOKEN}"


def in_india(text: str) -> datetime:
    """A moment of 27 November 2026, or of the day before or after."""
    return datetime.fromisoformat(f"2026-11-{text}+05:30")


class Client:
    """A client of the fake, at a time that the test sets."""

    def __init__(self, url: str, folder: Path, fake: FakeKite) -> None:
        self.fake = fake
        self.clock = SettableClock(in_india("27T08:45:00").astimezone(UTC))
        self._url = url
        self._folder = folder
        self.opened: list[ZerodhaBroker] = []

    def open(self, token: str = TOKEN) -> ZerodhaBroker:
        """A broker whose client has logged in just now, or not at all."""
        self.opened.append(open_broker(self._url, self._folder, self.clock, access_token=token))
        return self.opened[-1]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A quarter to nine."""
    fake = FakeKite()
    async with running(fake) as url:
        client = Client(url, tmp_path, fake)
        yield client
        for broker in client.opened:
            await broker.close()


def test_the_login_page_is_kite_s() -> None:
    assert ADAPTER.login_url is not None
    url = ADAPTER.login_url({"api_key": "a b&c", "api_secret": "x"})

    assert url == "https://kite.zerodha.com/connect/login?v=3&api_key=a%20b%26c"


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        (REQUEST_TOKEN, REQUEST_TOKEN),
        (f"  {REQUEST_TOKEN}\n", REQUEST_TOKEN),
        (RIGHT, REQUEST_TOKEN),
        (f"127.0.0.1/?request_token={REQUEST_TOKEN}&status=success", REQUEST_TOKEN),
        (f"request_token={REQUEST_TOKEN}", REQUEST_TOKEN),
        ("https://127.0.0.1/?status=cancelled", ""),
        ("", ""),
        ("two words", ""),
    ],
)
def test_the_token_is_found_in_whatever_a_person_pastes(answer: str, token: str) -> None:
    assert request_token_in(answer) == token


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("27T08:45:00", "28T06:00:00"),
        ("27T23:59:59", "28T06:00:00"),
        ("27T00:10:00", "27T06:00:00"),
        ("27T06:10:00", "27T07:30:00"),
        ("27T07:30:00", "28T06:00:00"),
    ],
)
def test_a_session_ends_with_the_next_night(made: str, ends: str) -> None:
    assert ends_at(in_india(made).astimezone(UTC)) == in_india(ends)


async def test_a_login_gives_what_is_to_be_kept(client: Client) -> None:
    broker = client.open(token="")
    with pytest.raises(BrokerUnavailable, match="nobody has logged in yet"):
        await broker.check()
    before = await broker.session()
    assert (before.is_open, before.expires_at) == (False, None)
    assert before.login_url == f"https://kite.zerodha.com/connect/login?v=3&api_key={API_KEY}"

    kept = await broker.log_in(RIGHT)

    assert kept == {
        **CREDENTIALS,
        "access_token": TOKEN,
        "access_token_at": "2026-11-27T03:15:00.000000+00:00",
        "user_id": "AB1234",
    }
    assert set(kept) <= ADAPTER.credentials[0] | ADAPTER.optional
    await broker.check()
    session = await broker.session()
    assert (session.is_open, session.detail) == (True, "Asha Client (AB1234)")
    assert session.expires_at == in_india("28T06:00:00")


@pytest.mark.parametrize("answer", ["", "no token here", f"{REQUEST_TOKEN}x"])
async def test_a_wrong_answer_is_refused_in_words(client: Client, answer: str) -> None:
    broker = client.open(token="")

    with pytest.raises(BrokerRefused, match="open the login page once more") as said:
        await broker.log_in(answer)

    assert API_SECRET not in str(said.value)
    with pytest.raises(BrokerUnavailable):
        await broker.check()


async def test_somebody_else_s_login_is_not_taken(client: Client) -> None:
    broker = client.open(token="")
    await broker.log_in(REQUEST_TOKEN)
    client.fake.user_id = "ZZ9999"

    with pytest.raises(BrokerRefused, match="This is the login of ZZ9999, but the account is that of AB1234"):
        await broker.log_in(REQUEST_TOKEN)


async def test_kite_that_is_away_logs_nobody_in(client: Client) -> None:
    broker = client.open(token="")
    client.fake.error = KiteError(503, "NetworkException", "away")

    with pytest.raises(BrokerUnavailable, match="status 503"):
        await broker.log_in(REQUEST_TOKEN)


async def test_the_end_is_known_before_it_comes(client: Client) -> None:
    broker = client.open()
    await broker.load_instruments()
    client.clock.moment = in_india("28T06:00:00").astimezone(UTC)
    asked = len(client.fake.asked)

    with pytest.raises(BrokerUnavailable, match="asks for a new login: the last one ended at 06:00:00 IST"):
        await broker.check()
    session = await broker.session()
    placement = await broker.place(request(buy()))

    assert (session.is_open, session.detail) == (
        False,
        "Zerodha asks for a new login: the last one ended at 06:00:00 IST",
    )
    assert isinstance(placement, NotSent)
    assert len(client.fake.asked) == asked


async def test_an_answer_that_ends_the_session_closes_it_at_once(client: Client) -> None:
    broker = client.open()
    await broker.load_instruments()
    await broker.check()
    client.fake.tokens.clear()

    with pytest.raises(BrokerUnavailable, match=r"^Zerodha asks for a new login$"):
        await broker.list_orders()

    with pytest.raises(BrokerUnavailable, match=r"^Zerodha asks for a new login$"):
        await broker.check()
    asked = len(client.fake.asked)
    placement = await broker.place(request(buy()))
    assert placement == NotSent("Zerodha asks for a new login")
    assert len(client.fake.asked) == asked
    assert not (await broker.session()).is_open


async def test_a_session_that_kite_knows_again_is_open_again(client: Client) -> None:
    broker = client.open()
    client.fake.tokens.clear()
    assert not (await broker.session()).is_open
    client.fake.tokens.add(TOKEN)

    assert (await broker.session()).is_open

    await broker.check()


async def test_a_new_login_opens_it_again(client: Client) -> None:
    broker = client.open()
    client.fake.tokens.clear()
    assert not (await broker.session()).is_open

    await broker.log_in(REQUEST_TOKEN)

    await broker.check()
    assert (await broker.session()).is_open


async def test_a_session_of_which_nothing_is_heard_is_neither_open_nor_closed(client: Client) -> None:
    broker = client.open()
    client.fake.error = KiteError(500, "GeneralException", "no")

    with pytest.raises(BrokerUnavailable, match="proves nothing"):
        await broker.session()
    await broker.check()


def test_no_representation_has_a_secret(tmp_path: Path) -> None:
    login = KiteLogin.read({**CREDENTIALS, "access_token": TOKEN, "access_token_at": "yesterday"})

    assert login.made_at is None
    shown = repr(login) + repr(open_broker("http://127.0.0.1:1", tmp_path))
    assert API_SECRET not in shown
    assert TOKEN not in shown
