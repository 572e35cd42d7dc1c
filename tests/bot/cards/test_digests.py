"""A burst: three cards, and one message for the rest that is edited in place."""

from sqlalchemy import text

from core.accounts import OrderMode, Role
from core.audit import SYSTEM
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Answer, Presser
from core.ports import DigestKind
from tests.bot.handlers.acting import becomes
from tests.bot.handlers.bulk import ONE, TCS, expire, queue
from tests.bot.keeping import cards, sent
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons


async def look(rig: Rig, rounds: int = 3) -> None:
    """As many rounds of the keeper as it takes."""
    for _ in range(rounds):
        rig.keeper._pauses.keep_only(())
        await rig.look()


async def decide(rig: Rig, order_id: OrderId) -> None:
    """Somebody rejects it elsewhere."""
    presser = Presser(UserId(ASHA), "Asha", ChatId(ASHA), MessageId(10_000))
    assert (await rig.runtime.services.decide.reject(order_id, 1, presser)).answer is Answer.REJECTED


def digest(rig: Rig, user_id: int = ASHA) -> Json:
    """The newest digest of a chat."""
    return [one for one in cards(rig, user_id) if one["text"].startswith(("📚", "⚙️"))][-1]


def order_cards(rig: Rig, user_id: int = ASHA) -> list[Json]:
    """The cards of single orders in a chat."""
    return [one for one in cards(rig, user_id) if "Strategy: " in one["text"]]


async def test_the_first_three_get_cards_and_the_rest_one_message(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 6, TCS, TCS, strategy="momentum")
    await queue(still, TCS, strategy="breakout")
    await look(still)

    assert [number_of(one) for one in order_cards(still)] == [1, 2, 3]
    said = digest(still)
    assert said["text"].startswith("📚 6 orders wait for you\nThe soonest expires in 14 min, at ")
    assert "Strategies: momentum 5, breakout 1" in said["text"]
    assert "Symbols: RELIANCE 3, TCS 3" in said["text"]
    assert "🧪 SANDBOX · main: 6" in said["text"]
    assert "#4 BUY 1 RELIANCE · LIMIT ₹1,550.00 · 14 min left" in said["text"]
    assert buttons(said)[-2:] == ["✅ Approve these 6", "❌ Reject these 6"]
    assert len(cards(still, ASHA)) == 4


def number_of(card: Json) -> int:
    """Which order's card this is."""
    return int(card["text"].split(" · #")[1].split("\n")[0])


async def test_three_at_once_get_cards_only(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 3)
    await look(still)

    assert len(order_cards(still)) == len(cards(still, ASHA)) == 3


async def test_what_comes_meanwhile_joins_the_same_message(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 5)
    await look(still)
    before = digest(still)
    await queue(still, *[ONE] * 20)
    await look(still)

    after = digest(still)
    assert after["message_id"] == before["message_id"]
    assert after["text"].startswith("📚 22 orders wait for you")
    assert "Page 1 of 3" in after["text"]
    assert len(cards(still, ASHA)) == 4


async def test_a_late_order_has_a_card_and_so_a_sound_of_its_own(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 5)
    await look(still)
    await _age_cards(still)
    await queue(still, TCS)
    await look(still)

    assert [number_of(one) for one in order_cards(still)] == [1, 2, 3, 6]


async def test_decided_and_expired_orders_leave_it(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 10)
    await look(still)
    await decide(still, numbers[4])
    await expire(still, "orders", f"id = {numbers[5]}")
    await still.runtime.expiry.sweep()
    await look(still)

    assert digest(still)["text"].startswith("📚 5 orders wait for you")
    assert "#5 " not in digest(still)["text"]


async def test_the_last_ones_become_cards(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 6)
    await look(still)
    for number in numbers[:3]:
        await decide(still, number)
    await look(still)

    assert [number_of(one) for one in order_cards(still)] == [1, 2, 3, 4, 5, 6]
    assert digest(still)["text"] == "📚 What is left of this list, 3 orders, is shown as cards below."
    assert buttons(digest(still)) == []


async def test_a_list_of_which_nothing_waits_says_so(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 8)
    await look(still)
    for number in numbers[3:]:
        await decide(still, number)
    await look(still)

    assert digest(still)["text"] == "📚 Nothing of this list waits any more."
    assert len(order_cards(still)) == 3


async def test_the_next_burst_has_a_message_of_its_own(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 8)
    await look(still)
    first = digest(still)
    for number in numbers:
        await decide(still, number)
    await look(still)
    await queue(still, *[ONE] * 8)
    await look(still)

    assert digest(still)["message_id"] > first["message_id"]
    assert digest(still)["text"].startswith("📚 5 orders wait for you")


async def test_each_person_has_their_own(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI, Role.VIEWER)
    await queue(still, *[ONE] * 6)
    await look(still)

    assert digest(still, ASHA)["text"].startswith("📚 3 orders wait for you")
    assert digest(still, RAVI)["text"].startswith("📚 3 orders wait for approval")
    assert not any("these" in label for label in buttons(digest(still, RAVI)))


async def test_it_counts_as_shown(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 6)
    readers = still.runtime.services.order_status.count_readers
    assert await readers(numbers[5]) == 0
    await look(still)

    assert await readers(numbers[5]) == 1
    assert await still.runtime.services.health.count_unseen() == 0


async def test_a_restart_goes_on_with_the_same_message(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 6)
    await look(still)
    await still.restart()
    before = sent(still)
    [number] = await queue(still, ONE)
    await becomes(still, ASHA, digest(still), "4 orders wait for you")

    assert sent(still) == before + 1
    assert await still.runtime.services.order_status.count_readers(number) == 1


async def test_a_message_that_was_deleted_is_sent_anew(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 6)
    await look(still)
    gone = digest(still)
    await still.application.bot.delete_message(ASHA, gone["message_id"])
    await queue(still, ONE)
    await look(still)

    assert digest(still)["message_id"] > gone["message_id"]
    assert digest(still)["text"].startswith("📚 4 orders wait for you")


async def test_nothing_new_is_not_sent_again(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 6)
    await look(still)
    before = sent(still)
    await look(still)

    assert sent(still) == before


async def test_somebody_unlinked_is_told_nothing_more(still: Rig) -> None:
    await still.link(RAVI)
    await queue(still, *[ONE] * 6)
    await look(still)
    await still.runtime.services.linking.unlink(still.account.id, RAVI, SYSTEM)  # type: ignore[arg-type]
    async with still.runtime.database.begin() as tx:
        found = await tx.digests.find_open(ChatId(RAVI), DigestKind.WAITING)
        assert found is not None
        await tx.digests.mark_due(found.id)
        await tx.commit()
    await look(still)

    assert digest(still, RAVI)["text"] == "📚 Nothing of this list waits any more."


async def test_orders_sent_in_auto_mode_stand_behind_and_in_one_message(still: Rig) -> None:
    await still.link(ASHA)
    await still.runtime.services.accounts.set("main", SYSTEM, order_mode=OrderMode.AUTO)
    await queue(still, *[ONE] * 10)
    await look(still)
    assert digest(still)["text"].startswith("⚙️ 7 orders sent in auto mode")
    await still.runtime.executor.execute_due()
    await look(still)

    assert len(order_cards(still)) == 3
    assert "✅ 7 filled" in digest(still)["text"] or "📬 7 open" in digest(still)["text"]


async def test_worst_names_fit(still: Rig) -> None:
    await still.link(ASHA)
    for number in range(12):
        await queue(still, *[ONE] * 2, strategy=f"{number}" + "<&>" * 30)
    await look(still)

    assert "and 5 more" in digest(still)["text"]
    assert len(digest(still)["text"].encode("utf-16-le")) // 2 <= 4096


async def _age_cards(rig: Rig) -> None:
    async with rig.runtime.engines.writing() as connection:
        await connection.execute(text("UPDATE cards SET posted_at = '2026-01-01 00:00:00.000000'"))
        await connection.commit()
