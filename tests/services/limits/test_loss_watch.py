"""Those who decide are told once a day when a loss limit is nearly used up, and once when it is reached."""

from core.accounts import OrderMode, TradingMode
from core.insight.news import Topic
from tests.factories import ASHA, RAVI
from tests.runtime import Spine
from tests.services.insight.hearing import planned
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

    told = [
        (one.notice.topic, user_id, one.notice.facts)
        for user_id in (ASHA, RAVI)
        for one in (await planned(spine, user_id)).due
        if one.notice.topic in {Topic.LOSS_NEAR, Topic.LOSS_REACHED}
    ]
    assert counts[0] == 0
    assert sum(counts) == 4
    assert [(topic, user_id) for topic, user_id, _ in told] == [
        (Topic.LOSS_NEAR, ASHA),
        (Topic.LOSS_REACHED, ASHA),
        (Topic.LOSS_NEAR, RAVI),
        (Topic.LOSS_REACHED, RAVI),
    ]
    assert told[0][2]["limit"] == "₹500.00"
    assert told[0][2]["mode"] == TradingMode.LIVE


async def test_the_next_day_begins_anew_and_another_limit_is_told_of_too(spine: Spine, limit: SetLimits) -> None:
    await lose(spine, 700)
    await limit(daily_loss="500")
    await limit(strategy="momentum", daily_loss="600")

    assert await spine.services.loss_watch.look() == 4
    assert await spine.services.loss_watch.look() == 0


async def test_without_a_limit_nobody_is_told(spine: Spine) -> None:
    await lose(spine, 1)

    assert await spine.services.loss_watch.look() == 0
