"""Inline buttons: what they say and ask for, and their signed form for one chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.callbacks.codec import Codec, Press
from core.ids import ChatId


@dataclass(frozen=True, slots=True)
class Button:
    """One button: its text, the style Telegram draws it in, and what it asks for."""

    label: str
    press: Press
    style: KeyboardButtonStyle | None = None


Rows = Sequence[Sequence[Button]]


def keyboard(rows: Rows, codec: Codec, chat_id: ChatId) -> InlineKeyboardMarkup | None:
    """The rows as Telegram takes them, signed for this chat; None when there are no buttons."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_signed(button, codec, chat_id) for button in row] for row in rows])


def _signed(button: Button, codec: Codec, chat_id: ChatId) -> InlineKeyboardButton:
    data = codec.encode(button.press, chat_id)
    return InlineKeyboardButton(button.label, callback_data=data, style=button.style)
