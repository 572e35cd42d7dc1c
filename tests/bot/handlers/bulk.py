"""Waiting orders, and a question about all of them, for the tests of lists."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from core.ids import OrderId
from core.orders.order import Action, LegTerms
from core.orders.states import QueueStatus
from tests.bot.handlers.acting import becomes
from tests.bot.rig import ASHA, RELIANCE, Json, Rig

TCS = replace(RELIANCE, symbol="TCS", price=Decimal(4000), quantity=Decimal(2))
SELLS = replace(RELIANCE, action=Action.SELL, quantity=Decimal(4))


BIG = replace(RELIANCE, quantity=Decimal(1000))
ONE = replace(RELIANCE, quantity=Decimal(1))


async def queue(rig: Rig, *all_terms: LegTerms, **other: Any) -> list[OrderId]:
    """Orders that wait."""
    return sorted(await asyncio.gather(*(rig.order(terms, **other) for terms in all_terms)))


async def statuses(rig: Rig, numbers: list[OrderId]) -> list[QueueStatus]:
    """How these orders stand."""
    return [(await rig.read(number)).status for number in numbers]


async def expire(rig: Rig, table: str, which: str) -> None:
    """As if the time of these rows had run out."""
    async with rig.runtime.engines.writing() as connection:
        past = "2026-01-01 00:00:00.000000"
        await connection.execute(text(f"UPDATE {table} SET expires_at = '{past}' WHERE {which}"))  # noqa: S608
        await connection.commit()


async def confirm(rig: Rig, question: Json, button: str = "Approve") -> Json:
    """Tap the button of a question; the message that says what came of it."""
    await rig.press(ASHA, question, button)
    return await becomes(rig, ASHA, question, "Updated")
