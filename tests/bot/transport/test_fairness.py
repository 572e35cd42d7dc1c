"""Who waits goes first, and nobody waits for ever."""

import itertools

from bot.transport.priorities import OVERTAKEN_FOR, Priority
from bot.transport.send_queue import BACKGROUND, PER_BOT, URGENT, Lane, Place, SendQueue
from tests.bot.road import Asked, Road, cards, ticket

LATE = 30.0


def filled(send_queue: SendQueue[str]) -> None:
    """As many messages as a second allows have just been answered, each in a chat of its own."""
    for chat_id in range(1001, 1001 + PER_BOT[0]):
        priority = Priority.REPLY if chat_id <= 1000 + URGENT[0] else Priority.NEW
        send_queue.add(Place(chat_id, Lane.SEND), priority, "filler", 0.0)
        assert ticket(send_queue, 0.0) == "filler"


def test_edits_that_nobody_waits_for_leave_room_for_a_tap() -> None:
    tap = Asked(Place(1, Lane.EDIT), Priority.TAPPED, at=2.0)

    sent = Road().drive([*cards(1, 20, Lane.EDIT, Priority.REFRESH), tap])

    assert (2.0, tap) in sent


def test_what_nobody_waits_for_is_spread_over_the_second() -> None:
    asked = [one for chat_id in range(1, 101) for one in cards(chat_id, 1, priority=Priority.NEW)]
    a_second, at_once = BACKGROUND

    times = [at for at, _ in Road().drive(asked)]

    assert times.count(0.0) == at_once
    assert times[-1] <= (100 - at_once) / a_second + 0.2
    assert all(later - earlier < 0.2 for earlier, later in itertools.pairwise(times))


def test_only_a_few_of_what_nobody_waits_for_are_under_way() -> None:
    road = Road()
    road.drive([Asked(Place(chat_id, Lane.SEND), way=0.4, back=0.4) for chat_id in range(1, 50)])

    assert road.most_under_way == BACKGROUND[1]


def test_requests_that_hang_do_not_stop_the_others() -> None:
    hanging = [Asked(Place(chat_id, Lane.SEND), way=LATE) for chat_id in range(1, BACKGROUND[1] + 1)]

    sent = Road().drive([*hanging, *cards(99, 1, priority=Priority.NEW)])

    assert next(at for at, one in sent if one.place.chat_id == 99) <= 1.0


def test_who_waits_does_not_wait_for_what_nobody_waits_for() -> None:
    crowd = [one for chat_id in range(1, 201) for one in cards(chat_id, 1, priority=Priority.NEW)]
    taps = [Asked(Place(500 + number, Lane.EDIT), Priority.TAPPED, at=1.0 + number) for number in range(4)]

    sent = Road().drive([*crowd, *taps])

    assert all(at - one.at <= 0.1 for at, one in sent if one.priority is Priority.TAPPED)


def test_urgency_decides_between_chats_when_the_bot_is_full() -> None:
    send_queue: SendQueue[str] = SendQueue()
    filled(send_queue)
    for priority in reversed(Priority):
        send_queue.add(Place(priority, Lane.SEND), priority, priority.name, 0.0)

    assert ticket(send_queue, 0.5) is None
    urgent = ["REPLY", "TAPPED", "NEW", "DIGEST", "MOVED"]
    sent = [ticket(send_queue, 2.0 + number / 10) for number in range(len(Priority))]
    assert sent == [*urgent, "UNASKED", "REFRESH", "NOTICE"]


def test_what_nobody_waits_for_has_a_share_that_replies_cannot_take() -> None:
    replies = [Asked(Place(chat_id, Lane.SEND), Priority.REPLY) for chat_id in range(1, 301)]
    card = Asked(Place(999, Lane.EDIT), Priority.MOVED)

    sent = Road().drive([*replies, card])

    assert next(at for at, one in sent if one is card) <= 1.1


def test_a_decided_card_does_not_wait_for_ever_for_new_ones() -> None:
    """More new cards come than can be sent."""
    new = [Asked(Place(number, Lane.SEND), at=number / 40) for number in range(1, 1201)]
    decided = Asked(Place(9999, Lane.EDIT), Priority.MOVED, at=1.0)

    sent = Road().drive([*new, decided])

    assert next(at for at, one in sent if one is decided) <= 1.0 + 2 * OVERTAKEN_FOR[Priority.MOVED]
