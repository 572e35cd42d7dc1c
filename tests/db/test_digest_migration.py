"""A database of before there were digests goes on with its cards."""

from bot.process.bootstrap import open_runtime
from core.ids import ChatId, MessageId
from core.ports import DigestKind
from tests.factories import ASHA
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for


async def test_cards_of_before_stand_for_themselves_and_count_as_seen(spine: Spine) -> None:
    order_id = await spine.queue()
    cards = spine.services.cards
    await cards.plan()
    due = await cards.next_due(ChatId(ASHA))
    assert due is not None
    await cards.record_shown(due, MessageId(77), "hash", "BUY 10 SBIN")
    take_back_to(spine.path, "0012")
    assert "digest_id" not in str(spine.sql("SELECT sql FROM sqlite_master WHERE name = 'cards'"))

    async with open_runtime(settings_for(spine.path.parent), spine.clock) as upgraded:
        async with upgraded.database.read() as tx:
            unseen = await tx.digests.count_unseen(ChatId(ASHA), DigestKind.WAITING, spine.clock.moment)
            assert await tx.cards.find_order_of(ChatId(ASHA), MessageId(77)) == order_id
        readers = await upgraded.services.order_status.count_readers(order_id)

    assert (unseen, readers) == (0, 1)
