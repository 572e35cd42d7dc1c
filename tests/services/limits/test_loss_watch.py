"""Those who decide are told once a day when a loss limit is nearly used up, and once when it is reached."""

from core.accounts import OrderMode, TradingMode
from tests.factories import ASHA, RAVI
from tests.runtime import Spine
from tests.services.limits.conftest import SetLimits


async def lose(spine: Spine, ltp: int) -> None:
    """Ten shares that were bought at 800 are worth this now."""
    if spine.account.order_mode is not OrderMode.AUTO:
        await spine.switch(order_mode=OrderMode.AUTO)
        await spine.send()
    await spine.move(ltp)


async def test_nearly_and_reached_are_told_once_each(spine: Spine, limit: SetLimits) -> None:
    await lose(spine, 790)
    await limit(daily_loss="500")
    counts = [await spine.services.loss_watch.look()]

    for ltp in (760, 755, 750, 740, 760):
        await lose(spine, ltp)
        counts.append(await spine.services.loss_watch.look())

    told = [one for one in await spine.services.announcements.due() if one.kind.startswith("loss")]
    assert counts[0] == 0
    assert sum(counts) == 4
    assert [(one.kind, one.user_id) for one in told] == [
        ("loss_near", ASHA),
        ("loss_near", RAVI),
        ("loss_reached", ASHA),
        ("loss_reached", RAVI),
    ]
    assert told[0].facts["limit"] == "₹500.00"
    assert told[0].facts["mode"] == TradingMode.LIVE


async def test_the_next_day_begins_anew_and_another_limit_is_told_of_too(spine: Spine, limit: SetLimits) -> None:
    await lose(spine, 700)
    await limit(daily_loss="500")
    await limit(strategy="momentum", daily_loss="600")

    assert await spine.services.loss_watch.look() == 4
    assert await spine.services.loss_watch.look() == 0


async def test_without_a_limit_nobody_is_told(spine: Spine) -> None:
    await lose(spine, 1)

    assert await spine.services.loss_watch.look() == 0
