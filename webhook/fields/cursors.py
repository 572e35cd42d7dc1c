"""Where a page of orders goes on, as text that callers pass back unread."""

import base64
import binascii

from core.ids import OrderId
from webhook.fields.field_types import NOT_TEXT, wire_error

_MARK = b"before:"
_LONGEST = 64
REFUSAL = "Not a cursor of an earlier answer."


def render_cursor(before: OrderId | None) -> str | None:
    """The cursor of the page below this number; None after the last page."""
    return None if before is None else base64.urlsafe_b64encode(_MARK + b"%d" % before).decode()


def parse_cursor(value: object) -> OrderId | None:
    """The number below which the page begins; None for the first page, which null and no text ask for."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise wire_error(NOT_TEXT)
    try:
        marked = base64.b64decode(value[:_LONGEST].encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise wire_error(REFUSAL) from None
    digits = marked.removeprefix(_MARK)
    if digits == marked or not digits.isdigit() or len(digits) > 18:
        raise wire_error(REFUSAL)
    return OrderId(int(digits))
