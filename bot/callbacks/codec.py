"""The callback data of buttons: at most 64 bytes, signed for one chat, naming an order and never its terms."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from core.ids import ChatId, OrderId

MAX_BYTES = 64
NO_ORDER = OrderId(0)
_MAC_BYTES = 12
_VERSION = "1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BODY = re.compile(r"1([a-z])\.([0-9a-z]{1,13})\.([0-9a-z]{1,13})\.([A-Za-z0-9_-]{0,32})")
_NOTE = re.compile(r"\b([a-z0-9]{1,32})~([A-Za-z0-9_-]{16})$")
QUESTION = re.compile(r"\b(\d{1,18})-(\d{1,9})-(quantity|price)-([A-Za-z0-9_-]{16})$")
"""What names the order, its version and what is asked about in a question that is answered by typing."""
_REFERENCE = re.compile(r"\b(\d{1,18})-([A-Za-z0-9_-]{16})$")


class Refused(Exception):
    """Callback data that we did not make; `order_id` is the order it names, if that can be read."""

    def __init__(self, order_id: OrderId | None = None) -> None:
        super().__init__(type(self).__name__.lower())
        self.order_id = order_id


class Malformed(Refused):
    """The data is not in our format."""


class Forged(Refused):
    """The data is in our format, but not signed by us for this chat."""


class Act(StrEnum):
    """What a button asks for."""

    APPROVE = "a"
    REJECT = "r"
    REASON = "s"
    OTHER_REASON = "t"
    NO_REASON = "n"
    OPEN = "o"
    PENDING_PAGE = "p"
    ORDERS_PAGE = "l"
    BOOK = "b"
    PROFIT = "g"
    AUDIT = "i"
    FIGURES = "y"
    HIDE = "h"
    SETTINGS = "z"
    MODE = "m"
    CONFIRM = "c"
    KEEP = "k"
    CLIENT = "x"
    LIMITS = "u"
    PAUSE = "w"
    STANDING = "j"
    TERMS = "e"
    DOUBT = "q"
    PEOPLE = "v"
    BULK = "d"
    DIGEST = "f"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button asks for; `version` is the order's version as shown, `argument` up to 32 of `A-Za-z0-9_-`."""

    act: Act
    order_id: OrderId = NO_ORDER
    version: int = 0
    argument: str = ""


class Codec:
    """Encodes and decodes callback data. `secret` is the installation's signing key."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"countersign telegram buttons 1", hashlib.sha256)

    def encode(self, press: Press, chat_id: ChatId) -> str:
        """The callback data of a button in this chat. Raises ValueError when it does not fit."""
        numbers = f"{_base36(press.order_id)}.{_base36(press.version)}"
        body = f"{_VERSION}{press.act.value}.{numbers}.{press.argument}"
        data = f"{body}.{self._sign('button', body, chat_id)}"
        if not _BODY.fullmatch(body) or len(data) > MAX_BYTES:
            raise ValueError(f"a button cannot carry {press}")
        return data

    def decode(self, data: str, chat_id: ChatId) -> Press:
        """What a pressed button asks for. Raises Malformed or Forged."""
        body, _, mac = data.rpartition(".")
        match = _BODY.fullmatch(body)
        if match is None or len(data) > MAX_BYTES:
            raise Malformed()
        order_id = OrderId(int(match[2], 36))
        self._require(mac, self._sign("button", body, chat_id), order_id)
        try:
            return Press(Act(match[1]), order_id, int(match[3], 36), match[4])
        except ValueError:
            raise Malformed(order_id) from None

    def reference(self, order_id: OrderId, chat_id: ChatId) -> str:
        """A short signed text that names an order when it is quoted back in this chat: `42-kJ3…`."""
        return f"{order_id}-{self._sign('reference', str(order_id), chat_id)}"

    def read_reference(self, text: str, chat_id: ChatId) -> OrderId:
        """The order that a text ending in a reference is about. Raises Malformed or Forged."""
        match = _REFERENCE.search(text)
        if match is None:
            raise Malformed()
        order_id = OrderId(int(match[1]))
        self._require(match[2], self._sign("reference", match[1], chat_id), order_id)
        return order_id

    def note(self, text: str, chat_id: ChatId) -> str:
        """A short signed text that says what a question is about when it is quoted back in this chat."""
        return f"{text}~{self._sign('note', text, chat_id)}"

    def read_note(self, text: str, chat_id: ChatId) -> str:
        """What a text ending in a note is about. Raises Malformed or Forged."""
        match = _NOTE.search(text)
        if match is None:
            raise Malformed()
        self._require(match[2], self._sign("note", match[1], chat_id), NO_ORDER)
        return match[1]

    def question(self, order_id: OrderId, version: int, about: str, chat_id: ChatId) -> str:
        """A short signed text that names what a typed answer is about: `42-3-price-kJ3…`."""
        body = f"{order_id}-{version}-{about}"
        return f"{body}-{self._sign('question', body, chat_id)}"

    def read_question(self, text: str, chat_id: ChatId) -> tuple[OrderId, int, str]:
        """The order, the version and the matter that a text ending so is about. Raises Malformed or Forged."""
        match = QUESTION.search(text)
        if match is None:
            raise Malformed()
        order_id = OrderId(int(match[1]))
        body = f"{match[1]}-{match[2]}-{match[3]}"
        self._require(match[4], self._sign("question", body, chat_id), order_id)
        return order_id, int(match[2]), match[3]

    def _sign(self, purpose: str, body: str, chat_id: ChatId) -> str:
        mac = hmac.digest(self._key, f"{purpose}\n{body}\n{chat_id}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac[:_MAC_BYTES]).decode()

    @staticmethod
    def _require(mac: str, expected: str, order_id: OrderId) -> None:
        if not hmac.compare_digest(mac.encode(errors="replace"), expected.encode()):
            raise Forged(order_id)


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError(f"{number} is negative")
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
