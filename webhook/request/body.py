"""A request's bytes as one JSON object, or a plain sentence about why they are not one."""

from decimal import Decimal
from json import JSONDecodeError, JSONDecoder
from typing import NoReturn

from aiohttp import web

from core.errors import Invalid

UNREADABLE = "The browser (or proxy) sent a request that this server could not understand."
_BOM = b"\xef\xbb\xbf"


class Malformed(Invalid):
    """The body is not JSON; `detail` says where and why."""

    def __init__(self, detail: str) -> None:
        super().__init__(UNREADABLE)
        self.detail = detail


class _Refused(ValueError):
    """JSON that we do not accept."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers of one body must not see two different orders.
        raise _Refused("a field is given twice")
    if not all(name.isascii() or _is_whole(name) for name in found):
        raise _Refused("a field's name holds half a letter")
    return found


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not a number in JSON")


_DECODER = JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant)


def require_json(content_type: str) -> None:
    """Raises Invalid unless the header names JSON."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        said = f"not {media_type[:100]!r}" if media_type else "and none was sent"
        raise Invalid(f"The Content-Type must be application/json, {said}.")


async def read_body(request: web.Request) -> bytes:
    """The whole body. Raises HTTPRequestEntityTooLarge."""
    content = request.content
    if not content.is_eof():
        return await request.read()
    # It came with its headers, as orders do: no need to wait for it piece by piece.
    raw = content.read_nowait()
    if len(raw) > request.client_max_size:
        raise web.HTTPRequestEntityTooLarge(request.client_max_size, len(raw))
    return raw


def parse_object(raw: bytes) -> dict[str, object]:
    """The body's fields, numbers with a point as Decimal. Raises Malformed, and Invalid for other JSON."""
    try:
        body = _DECODER.decode(raw.removeprefix(_BOM).decode())
    except UnicodeDecodeError as fault:
        raise Malformed(f"not UTF-8 at byte {fault.start}") from None
    except JSONDecodeError as fault:
        raise Malformed(f"not JSON: {fault.msg} at line {fault.lineno}, column {fault.colno}") from None
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ArithmeticError:
        raise Malformed("a number is beyond all bounds") from None
    except ValueError as fault:
        raise Malformed(str(fault) if isinstance(fault, _Refused) else "a number is too long") from None
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    return body
