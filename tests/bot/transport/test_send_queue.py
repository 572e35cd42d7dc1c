"""Telegram's limits hold at its end for every pattern of messages and delays, and urgency decides who is next."""

from hypothesis import given
from hypothesis import strategies as st

from bot.transport.priorities import Priority
from bot.transport.send_queue import CAREFUL_FOR, PER_PRIVATE_CHAT, Lane, Place, SendQueue
from tests.bot.road import Asked, Road, cards, ticket

GROUPS, PEOPLE = [-1, -2], [1, 2, 3]
BURST, GAP = PER_PRIVATE_CHAT

delays = st.sampled_from([0.0, 0.01, 0.3, 0.9, 2.5])
messages = st.builds(
    Asked,
    st.builds(Place, st.sampled_from(GROUPS + PEOPLE), st.sampled_from(Lane)),
    st.sampled_from(Priority),
    st.floats(0, 3),
    delays,
    delays,
)


@given(st.lists(messages, max_size=120))
def test_telegram_refuses_nothing_whatever_the_delays_and_all_is_sent(asked: list[Asked]) -> None:
    assert len(Road().drive(asked)) == len(asked)


@given(
    st.lists(st.builds(Asked, st.builds(Place, st.integers(1, 400), st.just(Lane.SEND)), way=delays), max_size=150)
)
def test_the_whole_bot_keeps_within_its_limit_whatever_the_delays(asked: list[Asked]) -> None:
    assert len(Road().drive(asked)) == len(asked)


@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=30))
def test_the_more_urgent_goes_first_and_equals_in_order(priorities: list[Priority]) -> None:
    asked = [Asked(Place(1, Lane.SEND), priority, back=number / 1e6) for number, priority in enumerate(priorities)]

    order = [(one.priority, one.back) for _, one in Road().drive(asked)]

    assert order == sorted(order)


def test_a_private_chat_gets_five_at_once_and_then_one_a_second() -> None:
    times = [at for at, _ in Road().drive(cards(1, BURST + 2))]

    assert times[:BURST] == [0.0] * BURST
    assert [round(at, 6) for at in times[BURST:]] == [GAP, 2 * GAP]


def test_edits_of_a_private_chat_wait_for_no_new_message() -> None:
    sent = Road().drive([*cards(1, BURST + 5), *cards(1, BURST, Lane.EDIT)])

    assert [at for at, one in sent if one.place.lane is Lane.EDIT] == [0.0] * BURST


def test_in_a_group_edits_and_new_messages_share_twenty_a_minute() -> None:
    times = [at for at, _ in Road().drive([*cards(-1, 11), *cards(-1, 11, Lane.EDIT)])]

    assert times[19] == 0.0
    assert times[20] > 60.0


def test_a_blocked_chat_holds_up_nobody_else() -> None:
    send_queue: SendQueue[str] = SendQueue()
    send_queue.add(Place(1, Lane.SEND), Priority.REPLY, "blocked", 0.0)
    send_queue.add(Place(2, Lane.SEND), Priority.REFRESH, "free", 0.0)
    send_queue.block(1, 30.0)

    assert ticket(send_queue, 0.0) == "free"
    assert ticket(send_queue, 29.0) is None
    assert send_queue.next_at(29.0) == 30.0
    assert ticket(send_queue, 30.0) == "blocked"


def test_a_chat_that_was_blocked_gets_one_at_a_time_for_a_while_edits_counted() -> None:
    send_queue: SendQueue[str] = SendQueue()
    send_queue.block(1, 1.0)
    for lane in Lane:
        send_queue.add(Place(1, lane), Priority.REPLY, lane.value, 0.0)

    assert ticket(send_queue, 1.0) == "send"
    assert ticket(send_queue, 1.9) is None
    assert ticket(send_queue, 1.0 + GAP) == "edit"

    later = 1.0 + CAREFUL_FOR
    for _ in range(BURST):
        send_queue.add(Place(1, Lane.SEND), Priority.REPLY, "send", later)
    assert [ticket(send_queue, later + number / 1000) for number in range(BURST)] == ["send"] * BURST


def test_what_telegram_did_not_count_costs_nothing() -> None:
    send_queue: SendQueue[str] = SendQueue()
    for _ in range(10 * BURST):
        send_queue.add(Place(1, Lane.SEND), Priority.REPLY, "unused", 0.0)
        turn = send_queue.take(0.0)
        assert turn is not None
        send_queue.end(turn, 0.0, is_counted=False)

    assert send_queue.is_empty


def test_idle_chats_are_forgotten() -> None:
    send_queue: SendQueue[str] = SendQueue()
    for chat in range(1, 5000):
        send_queue.add(Place(chat, Lane.SEND), Priority.NEW, "x", chat * 2.0)
        assert ticket(send_queue, chat * 2.0) == "x"

    assert len(send_queue) <= 1024


def test_what_was_given_up_is_not_served() -> None:
    send_queue: SendQueue[str] = SendQueue()
    gone = send_queue.add(Place(1, Lane.SEND), Priority.NEW, "gone", 0.0)
    send_queue.discard(gone)

    assert send_queue.is_empty
    assert send_queue.take(0.0) is None
    assert send_queue.next_at(0.0) == float("inf")
