"""Cards of others give way to presses, but not for ever."""

import asyncio

from bot.transport.presses import GIVE_WAY, RECENT, Presses
from tests.bot.keeping import Hours
from tests.bot.rig import ASHA, RAVI
from tests.waiting import SOON


async def test_without_a_press_nobody_waits() -> None:
    presses = Presses()
    with presses.handling(ASHA):
        pass

    passing = asyncio.create_task(presses.let_pass())
    await asyncio.sleep(0)

    assert passing.done()


async def test_cards_wait_until_the_last_press_is_handled() -> None:
    presses = Presses()
    with presses.handling(ASHA):
        with presses.handling(RAVI):
            passing = asyncio.create_task(presses.let_pass())
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not passing.done()

    async with asyncio.timeout(SOON):
        await passing


async def test_cards_do_not_wait_for_ever() -> None:
    presses = Presses()
    with presses.handling(ASHA):
        async with asyncio.timeout(SOON + GIVE_WAY):
            await presses.let_pass()


async def test_who_pressed_lately_is_known_for_a_while() -> None:
    hours = Hours()
    presses = Presses(hours)
    with presses.handling(ASHA):
        pass
    hours.at = RECENT - 1

    assert presses.is_recent(ASHA)
    assert not presses.is_recent(RAVI)
    hours.at = RECENT
    assert not presses.is_recent(ASHA)
