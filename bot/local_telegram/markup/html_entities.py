"""Telegram's HTML: the marked-up source becomes plain text and entities, or a refusal naming the place."""

from dataclasses import dataclass, field
from typing import NoReturn

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.markup.html_tags import OpenTag, close_tag, is_supported, read_attribute
from bot.local_telegram.markup.utf16 import cleaned, units

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACES = " \t\r\n\v"
_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Split `source` into text and entities (offsets in UTF-16 units); raises ApiError when malformed."""
    return _Reader(source).read()


@dataclass
class _Reader:
    source: str
    at: int = 0
    length: int = 0
    pieces: list[str] = field(default_factory=list)
    opened: list[OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._end_tag()
            elif self.source[self.at] == "<":
                self._start_tag()
            else:
                character, self.at = _character(self.source, self.at)
                self._emit(character)
        if self.opened:
            name = self.opened[-1].name
            _refuse(f'Can\'t find end tag corresponding to start tag "{name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.pieces), self.entities

    def _emit(self, character: str) -> None:
        if "\ud800" <= character <= "\udfff":
            _refuse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        kept = cleaned(character)
        self.pieces.append(kept)
        self.length += units(kept)

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._take_until(_SPACES + ">").lower()
        if self._is_over():
            self._refuse_here("Unclosed start tag", begin)
        if not is_supported(name):
            self._refuse_here(f'Unsupported start tag "{name}"', begin)
        tag = OpenTag(name, self.length, sum(map(len, self.pieces)))
        self._skip_spaces()
        while not self._is_over() and self.source[self.at] != ">":
            self._attribute(tag, begin)
            self._skip_spaces()
        if self._is_over():
            self._refuse_here("Unclosed start tag", begin)
        self.at += 1
        if name == "span" and tag.argument != "spoiler":
            self._refuse_here('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(tag)

    def _attribute(self, tag: OpenTag, begin: int) -> None:
        name = self._take_until(_SPACES + "=>")
        if not name:
            self._refuse_here(f'Empty attribute name in the tag "{tag.name}"', begin)
        self._skip_spaces()
        if self.source.startswith("=", self.at):
            self.at += 1
            self._skip_spaces()
            read_attribute(tag, name, self._attribute_value(tag, begin))
        elif (tag.name, name) == ("blockquote", "expandable"):
            tag.argument = "expandable"
        else:
            wanted = f'Expected equal sign in declaration of an attribute of the tag "{tag.name}"'
            self._refuse_here(wanted, begin)

    def _attribute_value(self, tag: OpenTag, begin: int) -> str:
        if self._is_over():
            self._refuse_here(f'Unclosed start tag "{tag.name}"', begin)
        quote = self.source[self.at]
        if quote not in "'\"":
            return self._name_token()
        self.at += 1
        value: list[str] = []
        while not self._is_over() and self.source[self.at] != quote:
            character, self.at = _character(self.source, self.at)
            value.append(character)
        if self._is_over():
            self._refuse_here("Unclosed start tag", begin)
        self.at += 1
        return "".join(value)

    def _name_token(self) -> str:
        begin = self.at
        while not self._is_over() and self.source[self.at] in _LETTERS | _DIGITS | {".", "-"}:
            self.at += 1
        if self._is_over() or self.source[self.at] not in _SPACES + ">":
            self._refuse_here("Unexpected end of name token", begin)
        return self.source[begin : self.at].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.opened:
            self._refuse_here("Unexpected end tag", begin)
        self.at += 2
        found = self._take_until(_SPACES + ">").lower()
        self._skip_spaces()
        if self._is_over() or self.source[self.at] != ">":
            self._refuse_here("Unclosed end tag", begin)
        self.at += 1
        tag = self.opened.pop()
        if found not in ("", tag.name):
            place = f"Unmatched end tag at byte offset {self._bytes_before(begin)}"
            _refuse(f'{place}, expected "</{tag.name}>", found "</{found}>"')
        if self.length > tag.offset:
            close_tag(self.entities, tag, "".join(self.pieces)[tag.start :], self.length)

    def _take_until(self, stops: str) -> str:
        begin = self.at
        while not self._is_over() and self.source[self.at] not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_spaces(self) -> None:
        while not self._is_over() and self.source[self.at] in _SPACES:
            self.at += 1

    def _is_over(self) -> bool:
        return self.at >= len(self.source)

    def _bytes_before(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _refuse_here(self, reason: str, begin: int) -> NoReturn:
        _refuse(f"{reason} at byte offset {self._bytes_before(begin)}")


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")


def _character(source: str, at: int) -> tuple[str, int]:
    """One character of text and where the next one begins; an unknown reference is a plain ampersand."""
    if source[at] != "&":
        return source[at], at + 1
    if source.startswith("&#", at):
        return _numeric(source, at)
    end = _run(source, at + 1, _LETTERS)
    name = source[at + 1 : end]
    return (_NAMED[name], _past_semicolon(source, end)) if name in _NAMED else ("&", at + 1)


def _numeric(source: str, at: int) -> tuple[str, int]:
    is_hex = source.startswith("x", at + 2)
    begin = at + 3 if is_hex else at + 2
    end = _run(source, begin, _HEX_DIGITS if is_hex else _DIGITS)
    digits = source[begin:end]
    if not digits or end - at >= 10:
        return "&", at + 1
    code = int(digits, 16 if is_hex else 10)
    return (chr(code), _past_semicolon(source, end)) if 0 < code < 0x10FFFF else ("&", at + 1)


def _run(source: str, at: int, alphabet: frozenset[str]) -> int:
    while at < len(source) and source[at] in alphabet:
        at += 1
    return at


def _past_semicolon(source: str, at: int) -> int:
    return at + 1 if source.startswith(";", at) else at
