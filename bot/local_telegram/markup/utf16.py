"""Text as Telegram counts and cleans it."""

from itertools import pairwise

_CONTROLS = {code: " " for code in range(32) if code not in (10, 13)} | {13: None}


def units(text: str) -> int:
    """How long Telegram thinks `text` is: UTF-16 code units."""
    return len(text) if text.isascii() else len(_encoded(text)) // 2


def cleaned(text: str) -> str:
    """`text` with control characters turned to spaces and carriage returns removed."""
    return text.translate(_CONTROLS)


def split_at(text: str, offsets: list[int]) -> list[str]:
    """The pieces of `text` between these rising UTF-16 offsets, one more than there are offsets."""
    encoded = _encoded(text)
    cuts = [0, *(2 * offset for offset in offsets), len(encoded)]
    return [encoded[begin:end].decode("utf-16-le", "surrogatepass") for begin, end in pairwise(cuts)]


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
