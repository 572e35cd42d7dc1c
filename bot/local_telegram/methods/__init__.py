"""The Bot API methods this server knows: one table from Telegram's name to the function."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from bot.local_telegram.methods import editing, pinning, presenting, receiving, sending
from bot.local_telegram.params import Params
from bot.local_telegram.state.world import World

Method = Callable[[World, Params], object | Awaitable[object]]

METHODS: Final[Mapping[str, Method]] = {
    "getme": presenting.get_me,
    "logout": presenting.confirm,
    "close": presenting.confirm,
    "getupdates": receiving.get_updates,
    "setwebhook": receiving.set_webhook,
    "deletewebhook": receiving.delete_webhook,
    "getwebhookinfo": receiving.get_webhook_info,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "pinchatmessage": pinning.pin_chat_message,
    "unpinchatmessage": pinning.unpin_chat_message,
    "answercallbackquery": editing.answer_callback_query,
    "setmycommands": presenting.set_my_commands,
    "deletemycommands": presenting.delete_my_commands,
    "getmycommands": presenting.get_my_commands,
    "setmyname": partial(presenting.set_my_text, which="name"),
    "getmyname": partial(presenting.get_my_text, which="name"),
    "setmydescription": partial(presenting.set_my_text, which="description"),
    "getmydescription": partial(presenting.get_my_text, which="description"),
    "setmyshortdescription": partial(presenting.set_my_text, which="short_description"),
    "getmyshortdescription": partial(presenting.get_my_text, which="short_description"),
    "setchatmenubutton": presenting.set_chat_menu_button,
    "getchatmenubutton": presenting.get_chat_menu_button,
    "getchat": presenting.get_chat,
    "getfile": presenting.get_file,
}
