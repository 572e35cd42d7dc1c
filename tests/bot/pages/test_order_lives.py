"""/audit: what happened, who did it, and that the record is as it was written."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.cards.card import plain_text
from bot.pages.order_life import render_life
from bot.text.escaping import units
from bot.text.language.translation import speaking
from core.accounts import Language, OrderMode, Role, TradingMode
from core.audit import SYSTEM, Break, Kind, Link
from core.clock import SystemClock
from core.ids import UserId
from core.services.insight.order_life import OrderLife
from tests.bot.orders import ACCOUNT, make_order
from tests.bot.rig import ASHA, MALLORY, Rig, buttons
from tests.runtime import raw_sql
from tests.waiting import SOON


async def filled(rig: Rig) -> None:
    """Asha approves one order, and it fills."""
    await rig.link(ASHA)
    await rig.order(strategy="<b>momentum</b>")
    await rig.press(ASHA, await rig.message(ASHA, "waits for you"), "Approve")
    await rig.message(ASHA, "FILLED")


def unguarded(rig: Rig) -> Path:
    """The rig's database, without the triggers that forbid changes of the trail."""
    path = Path(rig.runtime.settings.database.url.partition("///")[2])
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'"
    for (name,) in raw_sql(path, guards):
        raw_sql(path, f"DROP TRIGGER {name}")
    return path


async def document(rig: Rig, after: int) -> bytes:
    """The newest file that Asha got."""

    def newest() -> dict[str, Any] | None:
        files = [one for one in rig.telegram.messages(ASHA) if "document" in one and one["message_id"] > after]
        return files[-1] if files else None

    shown = await rig.telegram.wait_for(newest, SOON)
    file = await rig.application.bot.get_file(shown["document"]["file_id"])
    return bytes(await file.download_as_bytearray())


async def test_every_event_has_its_time_who_and_what(rig: Rig) -> None:
    await filled(rig)

    page = await rig.ask(ASHA, "/audit 1", "The life of order #1")

    lines = [line[9:] for line in page["text"].splitlines() if line[2:3] == ":"]
    assert lines[:4] == [
        "Strategy <b>momentum</b> asked for it",
        "Countersign showed it to Asha",
        "Asha approved it",
        "Countersign began to send",
    ]
    assert lines[-1].startswith("Countersign saw it filled: 10 at ₹")
    assert "✔ sealed, verified: " in page["text"]
    assert buttons(page) == ["⬇️ Export CSV", "⬇️ Export JSON", "🔄 Refresh"]


async def test_exports_are_files_with_hashes_and_are_recorded(rig: Rig) -> None:
    await filled(rig)
    page = await rig.ask(ASHA, "/audit #1", "The life of order #1")

    await rig.press(ASHA, page, "CSV")
    table = [*csv.DictReader(io.StringIO((await document(rig, page["message_id"])).decode()))]
    last = rig.telegram.messages(ASHA)[-1]["message_id"]
    await rig.press(ASHA, page, "JSON")
    whole = json.loads(await document(rig, last))

    async with rig.runtime.database.read() as tx:
        stored = [link async for link in tx.audit.links(rig.account.id) if link.order_id == 1]
    assert [row["hash"] for row in table] == [link.hash for link in stored]
    assert [event["hash"] for event in whole["events"]] == [link.hash for link in stored]
    assert (whole["verified"], whole["breaks"]) == (True, [])
    exported = await rig.events(Kind.EXPORTED)
    assert exported == [{"order": 1, "format": "csv"}, {"order": 1, "format": "json"}]


async def test_a_record_that_was_changed_fails_loudly(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    path = unguarded(still)
    raw_sql(path, "UPDATE audit_events SET facts = replace(facts, 'momentum', 'other') WHERE order_id = 1")
    still.begin_polling()

    page = await still.ask(ASHA, "/audit 1", "THE RECORD IS NOT AS IT WAS WRITTEN")

    assert "was changed" in page["text"]
    assert "✔" not in page["text"]


async def test_a_cut_end_of_the_trail_fails_loudly(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    await still.order()
    path = unguarded(still)
    raw_sql(path, "DELETE FROM audit_events WHERE order_id = 2")
    still.begin_polling()

    await still.ask(ASHA, "/audit 1", "THE RECORD IS NOT AS IT WAS WRITTEN")


async def test_others_orders_do_not_exist_and_taps_judge_again(rig: Rig) -> None:
    await filled(rig)
    page = await rig.ask(ASHA, "/audit 1", "The life of order #1")
    other = await rig.runtime.services.accounts.add("o", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, SYSTEM)
    await rig.link(MALLORY, Role.OWNER, other)
    await rig.ask(MALLORY, "/audit 1", "There is no such order")
    await rig.link(ASHA, account=other)
    await rig.runtime.services.linking.unlink(rig.account.id, UserId(ASHA), SYSTEM)

    await rig.press(ASHA, page, "CSV")

    await rig.message(ASHA, "There is no such order")
    assert not [one for one in rig.telegram.messages(ASHA) if "document" in one]
    assert await rig.events(Kind.EXPORTED) == []


async def test_without_a_number_the_newest_are_offered(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.ask(ASHA, "/audit", "There are no orders yet")
    await rig.order()
    await rig.ask(ASHA, "/audit one", "for example /audit 42")
    offered = await rig.ask(ASHA, "/audit", "The life of which order?")

    await rig.press(ASHA, offered, "#1 BUY RELIANCE")

    await rig.message(ASHA, "asked for it")


def test_the_longest_life_fits_into_a_message_and_keeps_its_end() -> None:
    facts, doer = json.dumps({"why": "&" * 500}), "telegram:1 " + "<" * 90
    link = Link(ACCOUNT.id, 1, "2026-11-22T09:02:05+00:00", "decision.refused", doer, 42, facts, "", "")
    end = replace(link, kind="order.rejected")
    life = OrderLife(ACCOUNT, make_order(), {}, [*[link] * 300, end], 301, [Break(ACCOUNT.id, 1, "<" * 200)] * 9)

    texts = []
    for language in Language:
        with speaking(language):
            texts.append(render_life(life, SystemClock().now()))

    assert all(units(text) <= 4096 for text in texts)
    assert "<b>rejected</b> it" in texts[0]
    assert "ने <b>नामंज़ूर</b> किया" in texts[1]


def test_what_a_client_did_at_the_broker_is_told_with_the_brokers_answer() -> None:
    asked = Link(ACCOUNT.id, 1, "2026-11-22T09:02:05+00:00", "cancel.requested", "telegram:1 Asha", 42, "{}", "", "")
    answers = [
        replace(asked, kind="broker.answered", facts=json.dumps(one))
        for one in ({"status": "open"}, {"error": "<no>"})
    ]

    life = OrderLife(ACCOUNT, make_order(), {}, [asked, *answers])
    text = plain_text(render_life(life, SystemClock().now()))

    assert "Asha asked the broker to cancel it" in text
    assert "Asha got the broker's answer: open" in text
    assert "Asha got the broker's answer: <no>" in text
