"""Who may call the Bot API, and in which encodings."""

from email.utils import parsedate_to_datetime

import aiohttp
import pytest
from telegram import Bot
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot.local_telegram.server.server import Address
from tests.local_telegram.conftest import ASHA, TOKEN, Api


async def test_a_bot_introduces_itself(bot: Bot) -> None:
    me = await bot.get_me()

    assert (me.id, me.username, me.is_bot) == (12345, "countersign_demo_bot", True)
    assert me.can_read_all_group_messages is False


async def test_a_foreign_token_is_unauthorized(address: Address) -> None:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    stranger = Bot("12345:ANOTHER-TOKEN-ALTOGETHER", base_url=f"{address.url}/bot", request=request)

    with pytest.raises(InvalidToken):
        await stranger.initialize()

    await stranger.shutdown()


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [("12345:ANOTHER-TOKEN-ALTOGETHER", 401, "Unauthorized"), ("nonsense", 404, "Not Found")],
)
async def test_wrong_tokens_get_telegrams_answers(
    address: Address, session: aiohttp.ClientSession, token: str, status: int, description: str
) -> None:
    async with session.get(f"{address.url}/bot{token}/getMe") as response:
        body = await response.json()

    assert body == {"ok": False, "error_code": status, "description": description}


async def test_a_telegram_with_a_time_of_its_own_says_nothing_about_the_machines(
    address: Address, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{address.url}/bot{TOKEN}/getMe") as response:
        assert parsedate_to_datetime(response.headers["Date"]).tzinfo is None


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    assert await api("sendGift") == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_method_names_ignore_case(api: Api) -> None:
    assert (await api("GETME"))["result"]["id"] == 12345


async def test_parameters_may_come_by_query_form_multipart_or_json(
    address: Address, session: aiohttp.ClientSession
) -> None:
    url = f"{address.url}/bot{TOKEN}/sendMessage"
    fields = {"chat_id": str(ASHA), "text": "hello"}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        multipart.append(value).set_content_disposition("form-data", name=name)

    answers = [
        await session.get(url, params=fields),
        await session.post(url, data=fields),
        await session.post(url, json={"chat_id": ASHA, "text": "hello", "parse_mode": None}),
    ]
    late = await session.post(url.replace("sendMessage", "getChat"), data=multipart)

    assert [(await answer.json())["result"]["text"] for answer in answers] == ["hello"] * 3
    assert (await late.json())["result"]["id"] == ASHA


@pytest.mark.parametrize("body", ["{", "[]", '"text"'])
async def test_a_body_that_is_no_json_object_is_refused(
    address: Address, session: aiohttp.ClientSession, body: str
) -> None:
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{address.url}/bot{TOKEN}/getMe", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["description"].startswith("Bad Request: ")


async def test_half_a_surrogate_pair_is_no_text(api: Api) -> None:
    refusal = await api.refusal("sendMessage", chat_id=ASHA, text="\ud83d")

    assert refusal == "Bad Request: strings must be encoded in UTF-8"
