"""Text as Telegram counts and cleans it."""

_CONTROLS = {code: " " for code in range(32) if code not in (10, 13)} | {13: None}


def units(text: str) -> int:
    """How long Telegram thinks `text` is: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cleaned(text: str) -> str:
    """`text` with control characters turned to spaces and carriage returns removed."""
    return text.translate(_CONTROLS)


def character_index(text: str, offset: int) -> int:
    """The index in `text` of the character at a UTF-16 offset."""
    passed = 0
    for index, character in enumerate(text):
        if passed >= offset:
            return index
        passed += units(character)
    return len(text)
