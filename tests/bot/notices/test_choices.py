"""/settings: taps and typed hours."""

from core.ids import UserId
from core.insight.notice_settings import Loudness, NoticeKind
from tests.bot.rig import ASHA, Rig, buttons, data_of


async def test_settings_are_changed_by_taps_that_say_what_will_hold(rig: Rig) -> None:
    await rig.link(ASHA)
    page = await rig.ask(ASHA, "/settings", "Notices")
    assert "Fills: 🔔 on" in page["text"]
    silent = data_of(page, "Fills → 🔕 silent")

    await rig.press_data(ASHA, page, silent)
    await rig.press_data(ASHA, page, silent)
    changed = await rig.message(ASHA, "Fills: 🔕 silent")
    await rig.press(ASHA, changed, "🌙 22:00-07:00")
    quiet = await rig.message(ASHA, "Quiet hours: 22:00-07:00 IST")

    assert changed["message_id"] == quiet["message_id"] == page["message_id"]
    assert "Fills → ⚪️ off" in buttons(quiet)
    chosen = await rig.runtime.services.insight.notices.settings_of(UserId(ASHA))
    assert (chosen.of(NoticeKind.FILLS), str(chosen.quiet)) == (Loudness.SILENT, "22:00-07:00")


async def test_quiet_hours_may_be_typed(rig: Rig) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, "/settings quiet 21:30-06:45", "Quiet hours: 21:30-06:45 IST")
    await rig.ask(ASHA, "/settings quiet late", "I did not understand these hours")
    await rig.ask(ASHA, "/settings quiet off", "Quiet hours: none")
