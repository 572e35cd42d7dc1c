"""The control API drives the same Telegram from another process, and from this machine only."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.local_telegram.client import LocalTelegramClient
from bot.local_telegram.server.server import Address, LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, RAVI, TOKEN, Api

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("✅ Approve", callback_data="a:1")]])


async def test_people_act_through_the_client(address: Address, bot: Bot) -> None:
    async with LocalTelegramClient(address.url) as phone:
        await phone.add_user(9, "Meera", "meera", "hi")
        await phone.add_group(-55, "Family", [9])
        await phone.send_text(9, "/start CODE")
        await phone.send_text(9, "/pending", chat_id=-55)
        await phone.block(9)
        await phone.unblock(9)

        updates = await bot.get_updates()

        assert [update.effective_chat.id for update in updates if update.effective_chat] == [9, -55, 9, 9]
        assert len(await phone.updates()) == 4
        assert [call["method"] for call in await phone.calls("GetUpdates")] == ["getUpdates"]


async def test_a_press_through_the_client_waits_for_the_answer(address: Address, bot: Bot) -> None:
    async with LocalTelegramClient(address.url) as phone:
        card = await bot.send_message(ASHA, "card", reply_markup=KEYS)
        press = asyncio.create_task(
            phone.press_and_wait(ASHA, ASHA, card.message_id, button_text="Approve", timeout=10)
        )
        update = (await bot.get_updates(timeout=10))[0]
        assert update.callback_query is not None
        await update.callback_query.answer("Approved.")

        assert (await press)["text"] == "Approved."
        assert await phone.press(ASHA, ASHA, card.message_id, data="forged")
        with pytest.raises(TimeoutError):
            await phone.press_and_wait(ASHA, ASHA, card.message_id, data="a:1", timeout=0.01)


async def test_the_client_waits_for_a_text_to_appear(address: Address, bot: Bot) -> None:
    async with LocalTelegramClient(address.url) as phone:
        card = await bot.send_message(ASHA, "pending")
        wait = asyncio.create_task(phone.wait_for_message(ASHA, "filled"))
        await card.edit_text("filled at 5")

        assert (await wait)["message_id"] == card.message_id
        assert [message["text"] for message in await phone.messages(ASHA)] == ["/start", "filled at 5"]
        with pytest.raises(TimeoutError, match="filled at 5"):
            await phone.wait_for_message(ASHA, "filled", after=card.message_id, seconds=0.01)


async def test_faults_and_time_are_in_the_clients_hands(tg: LocalTelegram, address: Address, api: Api) -> None:
    async with LocalTelegramClient(address.url) as phone:
        await phone.fail_next("getMe", 500, "Internal Server Error", times=5)
        await phone.hang_next("getChat", 0.01)
        await phone.drop_connection_next("logOut", after_effect=True)
        assert not (await api("getMe"))["ok"]
        assert (await api("getChat", chat_id=ASHA))["ok"]
        with pytest.raises(aiohttp.ClientError):
            await api("logOut")
        await phone.clear_faults()
        assert (await api("getMe"))["ok"]
        await phone.outage()
        assert (await api("getMe"))["error_code"] == 502
        await phone.outage(False)
        before = tg.world.clock.now()
        await phone.advance(100)
        assert tg.world.clock.now() == before + 100


async def test_the_client_says_what_was_wrong(address: Address) -> None:
    async with LocalTelegramClient(address.url) as phone:
        with pytest.raises(LookupError, match="no user 404"):
            await phone.send_text(404, "hello")
        with pytest.raises(ValueError, match="an empty text cannot be sent"):
            await phone.send_text(ASHA, "  ")
        with pytest.raises(ValueError, match="a group's id is negative"):
            await phone.add_group(5, "x", [ASHA])
    with pytest.raises(RuntimeError, match="async with"):
        await LocalTelegramClient(address.url).calls()


async def test_adding_a_person_again_keeps_the_conversation(tg: LocalTelegram, bot: Bot) -> None:
    tg.add_user(ASHA, "Asha K")

    assert (await bot.send_message(ASHA, "hello")).chat.first_name == "Asha K"


@pytest.mark.parametrize("body", ["{}", "{", "[1]", '{"user_id": "x", "text": "y"}'])
async def test_nonsense_is_a_bad_request(address: Address, session: aiohttp.ClientSession, body: str) -> None:
    async with session.post(f"{address.url}/local/text", data=body) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "["},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/local/messages?chat_id=7", "/local/events?user=7", "/page/app.js"])
async def test_other_web_sites_are_kept_out(
    address: Address, session: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    async with session.get(address.url + path, headers=headers) as response:
        assert response.status == 403


async def test_events_are_for_the_chats_of_one_person_and_resume(
    tg: LocalTelegram, address: Address, session: aiohttp.ClientSession
) -> None:
    async def first_event(user_id: int, **headers: str) -> tuple[str, str]:
        url = f"{address.url}/local/events?user={user_id}"
        async with asyncio.timeout(10), session.get(url, headers=headers) as response:
            lines = (await response.content.readuntil(b"\n\n")).decode().splitlines()
        return lines[0].removeprefix("id: "), lines[1].removeprefix("event: ")

    start, kind = await first_event(RAVI)
    assert kind == "reset"
    tg.send_text(ASHA, "private")
    tg.send_text(ASHA, "/pending", chat_id=GROUP)

    seen, kind = await first_event(RAVI, **{"Last-Event-ID": start})

    assert kind == "message"
    assert int(seen.partition("-")[2]) == int(start.partition("-")[2]) + 2
    assert (await first_event(RAVI, **{"Last-Event-ID": "other-3"}))[1] == "reset"


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    options = ["--token", TOKEN, "--port-file", str(port_file), "--username", "own_bot", "--no-limits"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.local_telegram.server.server", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        async with LocalTelegramClient(url) as phone:
            await phone.add_user(ASHA, "Asha")
            assert await phone.send_text(ASHA, "/start") == 1
        assert url == f"http://127.0.0.1:{port_file.read_text()}"
    finally:
        process.terminate()
    assert await process.wait() == 0


def test_a_token_must_begin_with_the_bots_number() -> None:
    with pytest.raises(ValueError, match="looks like"):
        LocalTelegram("nonsense")
