"""Menus and descriptions: what the bot sets is what people see."""

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, MenuButtonCommands

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, Api

HELP = BotCommand("help", "What this bot can do")
PENDING = BotCommand("pending", "Orders waiting for you")


async def test_the_narrowest_scope_and_the_own_language_win(tg: LocalTelegram, bot: Bot) -> None:
    await bot.set_my_commands([HELP])
    await bot.set_my_commands([HELP, PENDING], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([PENDING], scope=BotCommandScopeChat(ASHA), language_code="hi")

    def menu(chat_id: int, language: str) -> list[str]:
        return [one["command"] for one in tg.world.profile.commands_for(chat_id, ASHA, language)]

    assert menu(ASHA, "en") == ["help", "pending"]
    assert menu(ASHA, "hi") == ["pending"]
    assert menu(GROUP, "hi") == ["help"]
    assert await bot.get_my_commands() == (HELP,)


async def test_deleted_commands_give_way_to_the_wider_scope(bot: Bot) -> None:
    scope = BotCommandScopeChat(ASHA)
    await bot.set_my_commands([PENDING], scope=scope)

    await bot.delete_my_commands(scope=scope)

    assert await bot.get_my_commands(scope=scope) == ()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Help", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "x" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "help", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "help"}, "can't parse BotCommand"),
    ],
)
async def test_wrong_commands_are_refused(api: Api, command: dict[str, str], reason: str) -> None:
    assert (await api.refusal("setMyCommands", commands=[command])).startswith(f"Bad Request: {reason}")


async def test_wrong_menus_are_refused(api: Api) -> None:
    many = [{"command": "help", "description": "x"}] * 101
    unknown = {"type": "chat", "chat_id": 404}

    assert await api.refusal("setMyCommands", commands=many) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    assert (await api.refusal("setMyCommands")).startswith("Bad Request: can't parse commands")
    assert await api.refusal("getMyCommands", scope=unknown) == "Bad Request: chat not found"
    assert (await api.refusal("getMyCommands", scope={"type": "moon"})).endswith("Unsupported type specified")


async def test_texts_are_kept_per_language(bot: Bot) -> None:
    await bot.set_my_description("Countersign your orders")
    await bot.set_my_description("ऑर्डर", language_code="hi")
    await bot.set_my_short_description("Orders, approved by you")
    await bot.set_my_name("Countersign")

    assert (await bot.get_my_description()).description == "Countersign your orders"
    assert (await bot.get_my_description("hi")).description == "ऑर्डर"
    assert (await bot.get_my_short_description("hi")).short_description == "Orders, approved by you"
    assert (await bot.get_my_name()).name == (await bot.get_me()).first_name == "Countersign"


async def test_a_text_has_its_greatest_length(api: Api) -> None:
    refusal = await api.refusal("setMyShortDescription", short_description="x" * 121)

    assert refusal == "Bad Request: bot short description is too long"


async def test_the_menu_button_can_be_set_per_chat(bot: Bot, api: Api) -> None:
    await bot.set_chat_menu_button(ASHA, MenuButtonCommands())

    assert (await bot.get_chat_menu_button(ASHA)).type == "commands"
    assert "unsupported type" in await api.refusal("setChatMenuButton", menu_button={"type": "jump"})


async def test_chats_are_described(bot: Bot, api: Api) -> None:
    private, group = await bot.get_chat(ASHA), await bot.get_chat(GROUP)

    assert (private.username, group.title, group.type) == ("asha", "Traders", "supergroup")
    assert await api.refusal("getChat", chat_id=404) == "Bad Request: chat not found"


async def test_logging_out_and_closing_are_accepted(bot: Bot) -> None:
    assert await bot.log_out()
    assert await bot.close()
