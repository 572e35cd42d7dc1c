"""The parameters of one Bot API call, whichever of Telegram's encodings they came in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.local_telegram.errors import Json, bad_request

_JSON_NAMES = {"reply_markup": "reply keyboard markup JSON object"}


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    content_type: str
    content: bytes


class Params:
    """Typed reading of a call's parameters; what is missing reads as empty, what is wrong raises ApiError."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._uploads = dict(uploads or {})

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """The parameter as text, empty when missing."""
        value = self._values.get(name, "")
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number; like Telegram, anything unreadable counts as the default."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """True for true, yes and 1."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:
        """The parameter as a JSON object or array, None when missing or empty."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            what = _JSON_NAMES.get(name, f"{name} JSON object")
            raise bad_request(f"can't parse {what}") from error

    def upload(self, name: str) -> Upload | None:
        """The file sent as this parameter, directly or by an attach:// reference."""
        return self.attached(self.text(name)) or self._uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """The file that an attach:// reference names."""
        return self._uploads.get(reference.removeprefix("attach://"))

    def loggable(self) -> Json:
        """Everything as plain JSON, files by name and size."""
        files = {key: {"file_name": file.name, "file_size": len(file.content)} for key, file in self._uploads.items()}
        return {**self._values, **files}


async def read_params(request: web.Request) -> Params:
    """Collect the query string and a JSON, form or multipart body."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        values |= await _json_body(request)
        return Params(values)
    uploads: dict[str, Upload] = {}
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            with part.file:
                uploads[name] = Upload(part.filename, part.content_type, part.file.read())
        else:
            values[name] = part.decode() if isinstance(part, bytes | bytearray) else part
    return Params(values, uploads)


async def _json_body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(body, dict):
        raise bad_request("object expected as the request body")
    return body
