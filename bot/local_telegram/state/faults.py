"""Faults on demand: refusals, cut connections, hangs and outages of the Bot API."""

from dataclasses import dataclass

from bot.local_telegram.errors import ApiError, Json

ANY_METHOD = "*"


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of `method` (and chat, if given).

    Either `error` is answered, or the connection is cut (`cut` is "before" or "after" the call took
    effect), or the call hangs for `hang` seconds and then goes on, or something in between answers it with
    a page of its own under the status `page`.
    """

    method: str
    error: ApiError | None = None
    cut: str = ""
    hang: float = 0.0
    page: int = 0
    times: int = 1
    chat_id: int | None = None

    def matches(self, method: str, chat_id: str) -> bool:
        """Whether the fault applies to this call."""
        is_method = self.method in (ANY_METHOD, method)
        return is_method and self.chat_id in (None, _number(chat_id))


def _number(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() else None


class Faults:
    """The faults that are due, oldest first; `is_out` refuses everything with 502."""

    def __init__(self) -> None:
        self.is_out = False
        self._due: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let the fault happen to the next call it matches."""
        fault.method = fault.method.lower()
        self._due.append(fault)

    def clear(self) -> None:
        """Remove every fault and end an outage."""
        self.is_out = False
        self._due.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault that hits this call, used up by one."""
        for fault in self._due:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._due.remove(fault)
                return fault
        return None


def read_fault(raw: Json) -> Fault:
    """The fault described by JSON: method with error_code, drop ("before" or "after"), hang or page."""
    fault = Fault(str(raw["method"]), times=int(raw.get("times", 1)), chat_id=raw.get("chat_id"))
    if "drop" in raw:
        if raw["drop"] not in ("before", "after"):
            raise ValueError("drop is before or after")
        fault.cut = raw["drop"]
    elif "hang" in raw:
        fault.hang = float(raw["hang"])
    elif "page" in raw:
        fault.page = int(raw["page"])
    else:
        fault.error = ApiError(int(raw["error_code"]), str(raw["description"]), raw.get("parameters"))
    return fault
