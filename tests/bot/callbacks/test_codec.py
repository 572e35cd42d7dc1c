"""Buttons carry signed pointers of at most 64 bytes, and nothing else is believed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.codec import MAX_BYTES, Act, Codec, Forged, Malformed, Press, Refused
from core.ids import ChatId, OrderId

CODEC = Codec(b"k" * 32)
CHAT = ChatId(7001)

chats = st.integers(-(2**52), 2**52).map(ChatId)
presses = st.builds(
    Press,
    st.sampled_from(Act),
    st.integers(0, 2**40).map(OrderId),
    st.integers(0, 2**20),
    st.text(string.ascii_letters + string.digits + "_-", max_size=20),
)


@given(presses, chats)
def test_what_is_encoded_comes_back_and_fits(press: Press, chat: ChatId) -> None:
    data = CODEC.encode(press, chat)

    assert len(data.encode()) <= MAX_BYTES
    assert CODEC.decode(data, chat) == press


@given(presses, chats, st.data())
def test_any_flipped_bit_is_refused(press: Press, chat: ChatId, data: st.DataObject) -> None:
    encoded = bytearray(CODEC.encode(press, chat).encode())
    bit = data.draw(st.integers(0, len(encoded) * 8 - 1))
    encoded[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Refused):
        CODEC.decode(encoded.decode(errors="surrogateescape"), chat)


@given(presses, chats, chats)
def test_a_button_of_one_chat_is_worthless_in_another(press: Press, here: ChatId, there: ChatId) -> None:
    data = CODEC.encode(press, here)

    if here != there:
        with pytest.raises(Forged):
            CODEC.decode(data, there)


@given(st.text(max_size=80))
def test_made_up_data_is_refused(data: str) -> None:
    with pytest.raises(Refused):
        CODEC.decode(data, CHAT)


def test_another_installations_key_signs_nothing_here() -> None:
    data = Codec(b"x" * 32).encode(Press(Act.APPROVE, OrderId(5), 1), CHAT)

    with pytest.raises(Forged) as refused:
        CODEC.decode(data, CHAT)
    assert refused.value.order_id == 5


def test_a_confirmation_with_its_token_fits() -> None:
    press = Press(Act.CONFIRM, argument="0123456789abcdef0123456789abcdef")

    assert CODEC.decode(CODEC.encode(press, CHAT), CHAT) == press


@pytest.mark.parametrize("argument", ["a b", "é", "x" * 33, "a.b"])
def test_what_cannot_be_carried_is_not_encoded(argument: str) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        CODEC.encode(Press(Act.MODE, argument=argument), CHAT)


def test_a_negative_number_is_not_encoded() -> None:
    with pytest.raises(ValueError, match="negative"):
        CODEC.encode(Press(Act.OPEN, OrderId(-1)), CHAT)


@given(st.integers(0, 2**40).map(OrderId), chats)
def test_a_reference_names_its_order(order_id: OrderId, chat: ChatId) -> None:
    question = f"Why?\nRef {CODEC.reference(order_id, chat)}"

    assert CODEC.read_reference(question, chat) == order_id


def test_a_reference_to_another_order_is_forged() -> None:
    reference = CODEC.reference(OrderId(12), CHAT)

    with pytest.raises(Forged):
        CODEC.read_reference(reference.replace("12-", "13-"), CHAT)
    with pytest.raises(Malformed):
        CODEC.read_reference("Why?", CHAT)


def test_a_buttons_signature_is_no_reference() -> None:
    mac = CODEC.encode(Press(Act.APPROVE, OrderId(12)), CHAT).rpartition(".")[2]

    with pytest.raises(Forged):
        CODEC.read_reference(f"12-{mac}", CHAT)
