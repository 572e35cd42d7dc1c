"""Telegram's limits hold for every pattern of messages, and urgency decides who is next."""

from bisect import bisect_left
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.transport.send_queue import Priority, SendQueue

GROUPS, PEOPLE = [-1, -2], [1, 2, 3]
Ticket = tuple[int, int, int]

arrivals = st.lists(
    st.tuples(st.sampled_from(GROUPS + PEOPLE), st.sampled_from(Priority), st.floats(0, 3)),
    max_size=120,
)


def drain(asked: list[tuple[int, int, float]]) -> list[tuple[float, Ticket]]:
    """Everything sent, and when, if the lanes are asked whenever they said."""
    send_queue: SendQueue[Ticket] = SendQueue()
    waiting = sorted((at, index, chat, priority) for index, (chat, priority, at) in enumerate(asked))
    sent: list[tuple[float, Ticket]] = []
    now = 0.0
    while True:
        while waiting and waiting[0][0] <= now:
            _, index, chat, priority = waiting.pop(0)
            send_queue.add(chat, priority, (chat, priority, index), now)
        while (ticket := send_queue.take(now)) is not None:
            sent.append((now, ticket))
        times = [time for time in (send_queue.next_at(now), waiting[0][0] if waiting else None) if time is not None]
        if not times:
            return sent
        assert min(times) > now
        now = min(times)


def most_within(times: list[float], seconds: float) -> int:
    """The largest number of these times in any half-open span."""
    return max((bisect_left(times, start + seconds) - index for index, start in enumerate(times)), default=0)


@given(arrivals)
def test_no_limit_is_ever_exceeded_and_all_is_sent(asked: list[tuple[int, int, float]]) -> None:
    sent = drain(asked)

    by_chat = defaultdict(list)
    for at, (chat, _, _) in sent:
        by_chat[chat].append(at)
    assert len(sent) == len(asked)
    assert most_within([at for at, _ in sent], 1.0) <= 30
    assert all(most_within(by_chat[chat], 1.0) <= 1 for chat in PEOPLE)
    assert all(most_within(by_chat[chat], 60.0) <= 20 for chat in GROUPS)


@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=30))
def test_the_more_urgent_goes_first_and_equals_in_order(priorities: list[Priority]) -> None:
    sent = drain([(1, priority, 0.0) for priority in priorities])

    order = [(priority, index) for _, (_, priority, index) in sent]
    assert order == sorted(order)


def test_urgency_decides_between_chats_when_the_bot_is_full() -> None:
    send_queue: SendQueue[str] = SendQueue()
    for chat in range(1, 31):
        send_queue.add(chat, Priority.NEW, "filler", 0.0)
    for _ in range(30):
        assert send_queue.take(0.0) == "filler"
    for priority in reversed(Priority):
        send_queue.add(100 + priority, priority, priority.name, 0.0)

    assert send_queue.take(0.5) is None
    assert [send_queue.take(2.0) for _ in range(4)] == ["REPLY", "DECIDED", "NEW", "REFRESH"]


def test_a_blocked_chat_holds_up_nobody_else() -> None:
    send_queue: SendQueue[str] = SendQueue()
    send_queue.add(1, Priority.REPLY, "blocked", 0.0)
    send_queue.add(2, Priority.REFRESH, "free", 0.0)
    send_queue.block(1, 30.0)

    assert send_queue.take(0.0) == "free"
    assert send_queue.take(29.0) is None
    assert send_queue.next_at(29.0) == 30.0
    assert send_queue.take(30.0) == "blocked"


def test_idle_chats_are_forgotten() -> None:
    send_queue: SendQueue[str] = SendQueue()
    for chat in range(1, 5000):
        send_queue.add(chat, Priority.NEW, "x", chat * 2.0)
        assert send_queue.take(chat * 2.0) == "x"

    assert len(send_queue) <= 1024


def test_what_was_given_up_is_not_served() -> None:
    send_queue: SendQueue[str] = SendQueue()
    send_queue.add(1, Priority.NEW, "gone", 0.0)
    send_queue.discard(1, "gone")

    assert send_queue.take(0.0) is None
    assert send_queue.next_at(0.0) is None
