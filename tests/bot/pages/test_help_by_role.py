"""/help lists what one's own role has."""

from core.accounts import Role
from tests.bot.rig import ASHA, RAVI, Rig


async def test_help_leaves_out_what_a_role_may_not_do(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)
    await rig.link(RAVI, Role.APPROVER)
    looks = (await rig.ask(ASHA, "/help", "Countersign"))["text"]
    decides = (await rig.ask(RAVI, "/help", "Countersign"))["text"]

    assert "/pending" in looks
    assert "/approveall" not in looks
    assert "/approveall" in decides
    assert "/resume" not in decides
