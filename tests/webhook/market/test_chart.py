"""What charting programs keep here: by account, as it was sent, and not without bounds."""

import json
from typing import Any

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.ports import ChartRoom
from core.services.market import chart_preferences
from tests.webhook.market_client import Shop

PATH = "/api/v1/chart"
KEPT: dict[str, Any] = {
    "watchlists": {"Mine": [{"symbol": "SBIN", "exchange": "NSE"}]},
    "chartLayout": "2x2",
    "drawings": {"SBIN:NSE:1d": [{"points": [{"time": 1704067200, "price": 800.05}], "color": "#2962FF"}]},
    "zoom": 1e-7,
    "is_dark": True,
    "nothing": None,
    "note": "half \ud83d, whole 😀, and \u0000",
}


async def kept(shop: Shop, key: str | None = None) -> Any:
    """All that is kept."""
    answer = await shop.http.get(f"{PATH}?apikey={key or shop.spine.secret}")
    assert (answer.status, answer.body["status"]) == (200, "success")
    return answer.body["data"]


async def test_nothing_is_kept_at_first(shop: Shop) -> None:
    assert await kept(shop) == {}


async def test_what_is_kept_comes_back_as_it_was(shop: Shop) -> None:
    answer = await shop.ask("chart", **KEPT)

    assert (answer.status, answer.body) == (200, {"status": "success", "message": "Chart preferences saved"})
    assert await kept(shop) == KEPT


async def test_what_is_not_named_stays(shop: Shop) -> None:
    await shop.ask("chart", **KEPT)
    await shop.ask("chart", chartLayout="1x1", theme="dark")

    assert await kept(shop) == KEPT | {"chartLayout": "1x1", "theme": "dark"}


async def test_every_key_of_the_account_has_the_same_and_no_other_account_has_them(shop: Shop) -> None:
    services = shop.spine.services
    second = await services.keys.create(shop.spine.account.id, "second", SYSTEM)
    other = await services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    stranger = await services.keys.create(other.id, "test", SYSTEM)
    await shop.ask("chart", theme="dark")
    await shop.http.post("chart", {"apikey": stranger.secret, "theme": "light"})

    assert await kept(shop, second.secret) == {"theme": "dark"}
    assert await kept(shop, stranger.secret) == {"theme": "light"}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "1 to 50 preferences can be kept at once, and not 0."),
    "too many": ({f"n{number}": 1 for number in range(51)}, "1 to 50 preferences can be kept at once, and not 51."),
    "a long name": ({"x" * 51: 1}, "A preference's name has 1 to 50 printable letters."),
    "no name": ({"": 1}, "A preference's name has 1 to 50 printable letters."),
    "no letter": ({"\u0000": 1}, "A preference's name has 1 to 50 printable letters."),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG)
async def test_what_cannot_be_kept_is_refused(shop: Shop, given: dict[str, Any], said: str) -> None:
    answer = await shop.ask("chart", **given)

    assert (answer.status, answer.body["message"]) == (400, said)
    assert await kept(shop) == {}


@pytest.mark.parametrize("number", ["1e400", "-1e999999"])
async def test_a_number_beyond_all_bounds_is_refused(shop: Shop, number: str) -> None:
    raw = f'{{"apikey": "{shop.spine.secret}", "theme": [{number}]}}'
    answer = await shop.http.send(PATH, raw.encode())

    assert answer.status == 400
    assert await kept(shop) == {}


@pytest.mark.parametrize(("names", "letters"), [(2, 10_000), (100, 30)])
async def test_an_account_has_only_so_much_room(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, names: int, letters: int
) -> None:
    await shop.ask("chart", a="a" * 5, b="b" * 5)
    monkeypatch.setattr(chart_preferences, "ROOM", ChartRoom(names, letters))

    more = await shop.ask("chart", a="other", c="c" * 20)
    assert (more.status, more.body["message"].startswith("An account may keep ")) == (400, True)
    assert await kept(shop) == {"a": "a" * 5, "b": "b" * 5}
    assert (await shop.ask("chart", a="other")).status == 200


async def test_a_key_is_needed(shop: Shop) -> None:
    wrong = await shop.http.get(f"{PATH}?apikey=cs_wrong")
    none = await shop.http.get(PATH)
    posted = await shop.http.send(PATH, json.dumps({"apikey": "cs_wrong", "theme": "dark"}).encode())

    assert (wrong.status, wrong.body["message"]) == (403, "Invalid openalgo apikey")
    assert (none.status, none.body["message"]) == (400, {"apikey": ["Missing data for required field."]})
    assert posted.status == 403
