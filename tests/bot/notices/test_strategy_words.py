"""What a strategy says is quoted as its words, and can be nothing else."""

import pytest

from core.accounts import Role
from core.services.insight.strategy_words import Words
from tests.bot.rig import ASHA, RAVI, Rig


async def said(rig: Rig, text: str) -> str:
    """What the owner reads of it."""
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.APPROVER)
    await rig.tell()
    caller = await rig.runtime.services.keys.authenticate(rig.key)
    await rig.runtime.services.insight.words.say(caller, Words(text, 5))
    await rig.tell()
    assert not [one for one in rig.telegram.messages(RAVI) if "says, and" in one["text"]]
    return str((await rig.message(ASHA, "Countersign only passes it on"))["text"])


async def test_lines_are_kept_and_markup_is_shown_literally(rig: Rig) -> None:
    text = await said(rig, "Stop hit.\n\n<b>*bold*</b> & more")

    assert text.endswith("Stop hit.\n\n<b>*bold*</b> & more")


async def test_what_cannot_be_seen_is_marked(rig: Rig) -> None:
    assert "a\N{REPLACEMENT CHARACTER}b" in await said(rig, "a\N{RIGHT-TO-LEFT OVERRIDE}b")


@pytest.mark.parametrize("text", ["\n\n", "\N{GRINNING FACE}" * 1000, "&" * 1000, "x\n" * 500])
async def test_every_message_that_is_taken_can_be_sent(rig: Rig, text: str) -> None:
    assert await said(rig, text)


async def test_it_cannot_lead_anywhere(rig: Rig) -> None:
    await said(rig, "see https://example.com or /approveall")

    message = await rig.message(ASHA, "Countersign only passes it on")
    kinds = {entity["type"] for entity in message["entities"]}
    assert kinds <= {"bold", "code", "blockquote"}
