"""POST /api/v1/telegram/notify: what a strategy says reaches its owners, and nobody else."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind
from tests.factories import ASHA, RAVI
from tests.runtime import Spine
from tests.services.insight.hearing import heard, planned, topics
from tests.webhook.real import serving_spine
from tests.webhook.scripting import Script
from tests.webhook.talking import Answer, Http

SAID: dict[str, Any] = {"username": "asha", "message": "NIFTY is above 26,000."}
QUEUED = {"status": "success", "message": "Notification queued for delivery"}


@dataclass
class Speaker:
    """A strategy that has something to say."""

    spine: Spine
    http: Http

    async def say(self, **changes: object) -> Answer:
        """Send it."""
        return await self.http.post("telegram/notify", {"apikey": self.spine.secret, **SAID, **changes})


@pytest.fixture
async def speaker(spine: Spine) -> AsyncIterator[Speaker]:
    """With an owner and an approver who have read everything so far."""
    await heard(spine)
    async with serving_spine(spine) as http:
        yield Speaker(spine, http)


async def test_the_owner_is_told_and_others_are_not(speaker: Speaker) -> None:
    answer = await speaker.say()

    assert (answer.status, answer.body) == (200, QUEUED)
    (due,) = (await planned(speaker.spine, ASHA)).due
    assert (due.notice.topic, due.notice.facts["message"]) == (Topic.STRATEGY_SAYS, SAID["message"])
    assert await topics(speaker.spine, RAVI) == []


async def test_the_published_client_says_it(script: Script) -> None:
    assert await script("telegram", **SAID, priority=8) == QUEUED


async def test_it_is_on_the_audit_trail(speaker: Speaker) -> None:
    await speaker.say(priority="8", wait_for_delivery=True)

    event = (await speaker.spine.audit_of())[-1]
    facts = json.loads(event.facts)
    assert (event.kind, event.actor) == (Kind.STRATEGY_SPOKE, f"key:{speaker.spine.key_id}")
    assert (facts["message"], facts["priority"]) == (SAID["message"], 8)


async def test_more_than_ten_a_minute_are_held_off(speaker: Speaker) -> None:
    statuses = [(await speaker.say(message=f"{number}")).status for number in range(10)]
    late = await speaker.say()
    speaker.spine.clock.advance(seconds=60)
    after = await speaker.say()

    assert (set(statuses), late.status, after.status) == ({200}, 429, 200)
    assert int(late.headers["Retry-After"]) == 60
    assert len((await planned(speaker.spine, ASHA)).due) == 11


async def test_the_owner_may_switch_it_off(speaker: Speaker) -> None:
    notices = speaker.spine.services.insight.notices
    await notices.change(ASHA, lambda was: was.choosing(NoticeKind.WORDS, Loudness.OFF))

    assert (await speaker.say()).status == 200
    assert await topics(speaker.spine, ASHA) == []


async def test_without_an_owner_there_is_nobody_to_tell(spine: Spine) -> None:
    alone = await spine.services.accounts.add("alone", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    key = await spine.services.keys.create(alone.id, "", SYSTEM)
    async with serving_spine(spine) as http:
        answer = await Speaker(spine, http).say(apikey=key.secret)

    assert (answer.status, answer.body["message"]) == (404, "User not found or not linked to Telegram")
    assert [link for link in await spine.audit_of(alone.id) if link.kind == Kind.STRATEGY_SPOKE] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message": ""}, "message"),
        ({"message": "x" * 1001}, "message"),
        ({"message": 5}, "message"),
        ({"username": ""}, "username"),
        ({"priority": 11}, "priority"),
        ({"priority": 0}, "priority"),
        ({"chat_id": 5}, "chat_id"),
    ],
)
async def test_what_is_wrong_is_named(speaker: Speaker, changes: dict[str, object], field: str) -> None:
    answer = await speaker.say(**changes)

    assert (answer.status, list(answer.body["message"])) == (400, [field])


async def test_a_key_is_never_passed_on(speaker: Speaker) -> None:
    answer = await speaker.say(message=f"my key is {speaker.spine.secret}!")

    assert answer.status == 400
    assert speaker.spine.secret not in answer.raw.decode()


async def test_a_wrong_key_says_nothing(speaker: Speaker) -> None:
    assert (await speaker.say(apikey="cs_wrong")).status == 403
    assert await topics(speaker.spine, ASHA) == []
