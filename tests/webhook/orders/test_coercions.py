"""What the wire's field types make of each value, against a table written by hand from OpenAlgo's behaviour."""

from decimal import Decimal

import pytest
from pydantic_core import PydanticCustomError

from webhook.fields.field_types import parse_boolean, parse_integer, parse_number, parse_text

NUMBERS = [
    (1, "1"),
    ("1", "1"),
    ("10.5", "10.5"),
    (Decimal("800.05"), "800.05"),
    (" 7 ", "7"),
    ("1e3", "1E+3"),
    ("+5", "5"),
    (".5", "0.5"),
    ("0", "0"),
    ("-0.0", "0"),
    (Decimal("0.000"), "0"),
    (10**15 - 1, "999999999999999"),
]
NOT_NUMBERS = [
    "",
    " ",
    "ten",
    "0x10",
    "1,000",
    "1.2.3",
    True,
    False,
    None,
    [],
    {},
    "1e",
    "--1",
    "sNaN",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "abc",
    "1 2",
]


@pytest.mark.parametrize(("value", "becomes"), NUMBERS)
def test_numbers_and_numeric_text_become_exact_decimals(value: object, becomes: str) -> None:
    assert str(parse_number(value)) == becomes


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse_number(value)


@pytest.mark.parametrize(("value", "becomes"), [(0, 0), ("10", 10), (" 10 ", 10), (Decimal("10.0"), 10), ("-3", -3)])
def test_integers_and_digits_become_integers(value: object, becomes: int) -> None:
    found = parse_integer(value)

    assert (found, type(found)) == (becomes, int)


@pytest.mark.parametrize("value", ["0.0", "", "1e3", Decimal("1.5"), True, None, [], "9" * 5000, 10**15])
def test_what_is_no_integer_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse_integer(value)


@pytest.mark.parametrize("value", [True, "true", "True", "yes", "1", 1, "on", "t", "Y", Decimal("1.0")])
def test_every_spelling_of_true(value: object) -> None:
    assert parse_boolean(value) is True


@pytest.mark.parametrize("value", [False, "false", "FALSE", "no", "0", 0, "off", "f", "N", Decimal(0)])
def test_every_spelling_of_false(value: object) -> None:
    assert parse_boolean(value) is False


@pytest.mark.parametrize("value", ["", "tRUE", 2, "2", None, [], {}, Decimal("0.5")])
def test_what_is_neither_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse_boolean(value)


@pytest.mark.parametrize("value", ["", "a", "स", "\u202e\x07\n\x7f", "😀", "x" * 100_000])
def test_text_is_kept_as_it_came(value: str) -> None:
    assert parse_text(value) == value


@pytest.mark.parametrize("value", [1, None, [], {}, True, Decimal(1), "\x00", "a\udc00", "\ud83d"])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse_text(value)


@pytest.mark.parametrize("text", ["1_0", "１０", "१०", "٣", "1_0.5"])
def test_only_plain_digits_are_a_number(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        parse_number(text)
    with pytest.raises(PydanticCustomError):
        parse_integer(text)
