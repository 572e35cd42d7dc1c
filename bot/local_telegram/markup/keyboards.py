"""Reply markup: what Telegram accepts under a message, and what it says about the rest."""

from typing import Any

from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.markup.html_tags import checked_link

MAX_CALLBACK_BYTES = 64
_MAX_BUTTONS = 100
_COPY_LENGTH = 256
_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")
_SWITCHES = ("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat")
_STYLES = ("danger", "success", "primary")
_DECORATION = ("style", "icon_custom_emoji_id")


def read_markup(raw: Any, *, is_private: bool) -> Json | None:
    """The checked markup, None when there is none; raises ApiError as Telegram does."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in raw:
        rows = _inline_rows(raw["inline_keyboard"], is_private=is_private)
        return {"inline_keyboard": rows} if rows else None
    if any(name in raw for name in _KEYBOARDS):
        return _reply_keyboard(raw)
    return None


def _inline_rows(rows: Any, *, is_private: bool) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    checked = [[_inline_button(button, is_private=is_private) for button in row] for row in rows if row]
    if sum(map(len, checked)) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return checked


def _inline_button(raw: Any, *, is_private: bool) -> Json:
    if not isinstance(raw, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    text = raw.get("text")
    if not isinstance(text, str):
        raise _bad_button('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "style" in raw and raw["style"] not in _STYLES:
        raise _bad_button("invalid button style specified")
    decoration = {name: raw[name] for name in _DECORATION if name in raw}
    return {"text": text, **_action(raw, is_private=is_private), **decoration}


def _action(raw: Json, *, is_private: bool) -> Json:
    """What pressing the button does: the first kind that Telegram knows is taken."""
    if "url" in raw:
        return {"url": _url(raw["url"])}
    if "callback_data" in raw:
        return {"callback_data": _callback_data(raw["callback_data"])}
    if "copy_text" in raw:
        return {"copy_text": _copy_text(raw["copy_text"])}
    if "web_app" in raw:
        return {"web_app": _web_app(raw["web_app"], is_private=is_private)}
    for name in _SWITCHES:
        if name in raw:
            return {name: raw[name]}
    raise _bad_button("Text buttons are unallowed in the inline keyboard")


def _callback_data(raw: Any) -> str:
    if not isinstance(raw, str) or not 1 <= len(raw.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return raw


def _url(raw: Any) -> str:
    checked = checked_link(raw) if isinstance(raw, str) else ""
    if not checked:
        raise bad_request(f"inline keyboard button URL '{raw}' is invalid: Wrong HTTP URL")
    return checked


def _copy_text(raw: Any) -> Json:
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= _COPY_LENGTH:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _web_app(raw: Any, *, is_private: bool) -> Json:
    url = raw.get("url") if isinstance(raw, dict) else None
    if not isinstance(url, str) or not url.startswith("https://"):
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if not is_private:
        raise bad_request("BUTTON_TYPE_INVALID")
    return {"url": url}


def _reply_keyboard(raw: Json) -> Json:
    if "keyboard" not in raw:
        return raw
    rows = raw["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows) or not rows:
        raise bad_request('can\'t parse keyboard: Field "keyboard" must be an Array of non-empty Arrays')
    buttons = [[{"text": one} if isinstance(one, str) else one for one in row] for row in rows]
    for button in (one for row in buttons for one in row):
        text = button.get("text") if isinstance(button, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    return {**raw, "keyboard": buttons}


def _bad_button(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
