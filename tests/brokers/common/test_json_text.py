"""JSON with exact numbers, both ways."""

from decimal import Decimal

import pytest

from brokers.common.json_text import parse_json, render_json


def test_amounts_go_out_and_come_in_exactly() -> None:
    sent = {"price": Decimal("812.50"), "quantity": 25, "tags": ["a", None, True]}
    assert render_json(sent) == '{"price":812.5,"quantity":25,"tags":["a", null, true]}'.replace(", ", ",")
    assert parse_json(b'{"price":0.1}') == {"price": Decimal("0.1")}


def test_binary_fraction_is_no_amount() -> None:
    with pytest.raises(TypeError):
        render_json({"price": 812.5})


@pytest.mark.parametrize("raw", [b"", b"<html>", b"NaN", b"{", b"[" * 100_000, b'"\xff"'])
def test_what_is_no_json_is_told_in_one_way(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(raw)
