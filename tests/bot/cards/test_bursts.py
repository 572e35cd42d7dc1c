"""What counts as a burst."""

from tests.bot.cards.test_digests import look, number_of, order_cards
from tests.bot.handlers.bulk import ONE, TCS, queue
from tests.bot.keeping import cards
from tests.bot.rig import ASHA, Rig


async def test_an_order_that_was_opened_again_makes_no_burst(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, ONE, ONE)
    await look(still)
    still.begin_polling()
    await still.ask(ASHA, f"/order {numbers[0]}", "waits for you")
    await still.polled()
    await look(still)
    await queue(still, TCS)
    await look(still)

    assert [number_of(one) for one in order_cards(still)] == [1, 2, 1, 3]
    assert not any(one["text"].startswith("📚") for one in cards(still, ASHA))
