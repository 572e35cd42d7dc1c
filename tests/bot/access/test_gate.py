"""Only linked people in their own private chat come in; everybody else learns nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram import Update

from bot.access.person_throttle import Throttle
from core.accounts import Role
from core.audit import SYSTEM, Kind
from core.errors import Unready
from core.ids import SYSTEM_ACCOUNT, UserId
from tests.bot.orders import NOW
from tests.bot.rig import ASHA, GROUP, MALLORY, RAVI, Json, Rig
from tests.waiting import SOON


async def strangers_on_record(rig: Rig) -> list[str]:
    """What the audit trail says of strangers."""
    async with rig.runtime.database.read() as tx:
        rows = [row async for row in tx.audit.links(SYSTEM_ACCOUNT)]
    return [row.actor for row in rows if row.kind == Kind.STRANGER]


def said(rig: Rig, chat_id: int) -> list[str]:
    """What the bot has written in a chat."""
    return [message["text"] for message in rig.telegram.messages(chat_id) if message["is_bot"]]


async def handled(rig: Rig) -> None:
    """Wait until Telegram has nothing left to deliver."""
    await rig.telegram.wait_for(lambda: not rig.telegram.world.updates.pending(), SOON)


async def test_a_stranger_gets_one_polite_line_and_no_information(rig: Rig) -> None:
    await rig.link(ASHA)
    for text in ("hello", "/pending", "/orders", "/order 1", "/positions", "/mode", "/help", "/whatever"):
        rig.telegram.send_text(MALLORY, text)
    await handled(rig)

    assert said(rig, MALLORY) == ["Hello. This bot works for invited people only."]
    assert await strangers_on_record(rig) == [f"telegram:{MALLORY} Mallory"]


async def test_a_stranger_may_only_start(rig: Rig) -> None:
    await rig.ask(MALLORY, "/start", "invited people only")
    await rig.ask(MALLORY, "/start wrong-code", "not valid")

    assert len(said(rig, MALLORY)) == 2


async def test_a_code_may_be_sent_to_the_bot_by_its_name(rig: Rig) -> None:
    await rig.application.connected.wait()
    name = rig.application.bot.username
    await rig.ask(MALLORY, f"/start@{name} {(await rig.invite()).code}", "You are linked")
    rig.telegram.send_text(RAVI, f"/start@another_bot {(await rig.invite()).code}")
    await handled(rig)

    assert said(rig, RAVI) == ["Hello. This bot works for invited people only."]


async def test_codes_cannot_be_tried_without_end(rig: Rig) -> None:
    for attempt in range(20):
        rig.telegram.send_text(MALLORY, f"/start code-{attempt}")
    await handled(rig)

    assert sum("not valid" in text for text in said(rig, MALLORY)) <= 5


async def test_a_group_is_refused_once_even_with_a_linked_person_in_it(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    rig.telegram.add_group(GROUP, "Traders", [ASHA, MALLORY])
    for text in ("/pending", "/mode", "/start"):
        rig.telegram.send_text(ASHA, text, chat_id=GROUP)
    await handled(rig)

    assert said(rig, GROUP) == ["I only work in private chats. Please write to me directly."]
    assert said(rig, ASHA) == []


async def test_a_strangers_press_is_answered_and_changes_nothing(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await rig.ask(MALLORY, "hi", "invited")
    mine = said_id(rig, MALLORY)

    answer = await rig.telegram.press_and_wait(MALLORY, MALLORY, mine, SOON, data=data)

    assert answer["text"] == "This bot does not know you."
    assert (await rig.runtime.executor.get(order_id)).status == "pending"


def said_id(rig: Rig, chat_id: int) -> int:
    """The number of the bot's newest message in a chat."""
    return int(next(m["message_id"] for m in reversed(rig.telegram.messages(chat_id)) if m["is_bot"]))


async def test_removing_a_person_works_at_once(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.ask(ASHA, "/pending", "Nothing waits")
    await rig.runtime.services.linking.unlink(rig.account.id, UserId(ASHA), SYSTEM)
    await rig.ask(ASHA, "/orders", "invited people only")

    assert not any("Newest" in text for text in said(rig, ASHA))


def message(person: Json, chat: Json, **more: Any) -> Json:
    """A message as Telegram sends it."""
    return {"message_id": 5, "date": 1790000000, "from": person, "chat": chat, "text": "/orders", **more}


OWNER = {"id": RAVI, "is_bot": False, "first_name": "Ravi"}
HOME = {"id": RAVI, "type": "private", "first_name": "Ravi"}
SUPERGROUP = {"id": GROUP, "type": "supergroup", "title": "Traders"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

SMUGGLED: dict[str, Callable[[], Json]] = {
    "an edited command": lambda: {"edited_message": message(OWNER, HOME, edit_date=1790000001)},
    "a channel post": lambda: {"channel_post": message(OWNER, {"id": -1001, "type": "channel", "title": "x"})},
    "an inline query": lambda: {"inline_query": {"id": "1", "from": OWNER, "query": "x", "offset": ""}},
    "somebody else's chat": lambda: {"message": message(OWNER, {**HOME, "id": ASHA})},
    "a bot": lambda: {"message": message({**OWNER, "is_bot": True}, HOME)},
    "in the name of a chat": lambda: {"message": message(OWNER, HOME, sender_chat=SUPERGROUP)},
    "an inline message": lambda: {
        "callback_query": {"id": "1", "from": OWNER, "inline_message_id": "x", "chat_instance": "1", "data": "x"}
    },
    "a press in a group": lambda: {
        "callback_query": {
            "id": "1",
            "from": OWNER,
            "message": message(OWNER, SUPERGROUP),
            "chat_instance": "1",
            "data": "x",
        }
    },
    "nobody": lambda: {"message": {"message_id": 5, "date": 1790000000, "chat": HOME, "text": "/orders"}},
}


@pytest.mark.parametrize("way", SMUGGLED)
async def test_no_other_way_in(rig: Rig, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(RAVI, Role.OWNER)
    await rig.application.connected.wait()
    admit_key: list[object] = []
    monkeypatch.setattr(type(rig.application).__mro__[1], "process_update", _note(admit_key))

    update = Update.de_json({"update_id": 1, **SMUGGLED[way]()}, rig.application.bot)
    await rig.application.process_update(update)

    assert admit_key == []


async def test_an_anonymous_admin_is_nobody(rig: Rig) -> None:
    rig.telegram.add_group(GROUP, "Traders", [ASHA])
    await rig.application.connected.wait()
    raw = {"update_id": 1, "message": message(ANONYMOUS, SUPERGROUP, sender_chat=SUPERGROUP)}

    await rig.application.process_update(Update.de_json(raw, rig.application.bot))

    assert said(rig, GROUP) == ["I only work in private chats. Please write to me directly."]


async def test_when_links_cannot_be_read_nobody_comes_in(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(RAVI, Role.OWNER)
    await rig.application.connected.wait()
    admit_key: list[object] = []
    monkeypatch.setattr(type(rig.application).__mro__[1], "process_update", _note(admit_key))

    async def broken(self: object, user_id: object) -> None:
        raise Unready("The database is away; nothing was executed.")

    monkeypatch.setattr("core.services.access.client_view.ClientView.accounts_of", broken)
    rig.telegram.send_text(RAVI, "/mode")
    reply = await rig.message(RAVI, "Reference")

    assert reply["text"].startswith("The database is away; nothing was executed.")
    assert admit_key == []


def _note(admit_key: list[object]) -> Any:
    async def note(self: object, update: object) -> None:
        admit_key.append(update)

    return note


def test_a_throttle_forgets_the_oldest_not_the_rule() -> None:
    now = NOW
    throttle = Throttle(1, timedelta(minutes=1), lambda: now)

    assert throttle.lets("a")
    assert not throttle.lets("a")
    now += timedelta(minutes=1)
    assert throttle.lets("a")
    for key in range(5000):
        throttle.lets(key)
    assert len(throttle._seen) <= 1024
