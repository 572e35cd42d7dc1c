"""What any of OpenAlgo's answers says, whatever the question."""

from collections.abc import Mapping
from dataclasses import dataclass

from brokers.common.http_client import Answer

_LONGEST = 200
_HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that is a JSON object; every other one has no fields, and says nothing."""

    status: int
    fields: Mapping[str, object]
    message: str
    """In one line, of printable letters, without the key."""

    @property
    def is_success(self) -> bool:
        """Whether it is a 200 that calls itself a success."""
        return self.status == 200 and self.fields.get("status") == "success"

    @property
    def is_error(self) -> bool:
        """Whether it is OpenAlgo's own form of an error."""
        return self.fields.get("status") == "error"

    @property
    def is_analyze(self) -> bool:
        """Whether it is from the instance's sandbox, not from a broker."""
        return self.fields.get("mode") == "analyze"


def read_answer(answer: Answer, key: str) -> Told:
    """An answer as far as it can be read; `key` is hidden from what it says."""
    try:
        fields = answer.parsed()
    except ValueError:
        fields = None
    if not isinstance(fields, Mapping):
        return Told(answer.status, {}, "")
    message = fields.get("message", "")
    return Told(answer.status, fields, clean(message if isinstance(message, str) else str(message), key))


def clean(text: str, key: str) -> str:
    """A stranger's text for logs and screens."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line.replace(key, _HIDDEN)[:_LONGEST]
