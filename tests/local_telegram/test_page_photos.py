"""Pictures on the chat page: shown with their caption and buttons, and changed in place."""

import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from bot.chart.renderer import Pictures
from bot.chart.spec import Chart, Point
from tests.local_telegram.conftest import ASHA
from tests.local_telegram.pictures import a_png
from tests.local_telegram.test_page import RIGHTMOST, SMALL_BUTTONS, page, pytestmark
from tests.waiting import DRAWN_WITHIN

__all__ = ["page", "pytestmark"]
LAST = date(2026, 11, 23)
KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton(text, callback_data=text) for text in ("7 days", "• 30 days", "1 year")],
        [InlineKeyboardButton("🔄 Refresh", callback_data="r")],
    ]
)
CAPTION = "🧪 <b>SANDBOX</b>  <b>main</b>\nMon 23 Nov 2026\n\nToday: <b>+₹10,000.00</b>\nRealised: +₹8,000.00"
NATURAL = "image => [image.naturalWidth, image.naturalHeight, image.complete]"


def chart() -> Chart:
    """A month."""
    profits = [Decimal(number * 37 % 101 - 45) * 1000 for number in range(30)]
    points, equity = [], Decimal(10_000_000)
    for number, profit in enumerate(profits):
        equity += profit
        points.append(Point(LAST - timedelta(days=29 - number), equity, profit))
    return Chart("main", "SANDBOX", Decimal(10_000_000), tuple(points))


async def test_a_chart_is_shown_whole_with_caption_and_buttons(
    bot: Bot, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chart.renderer.DRAW_WITHIN", DRAWN_WITHIN)
    picture = await Pictures().draw(chart())
    await bot.send_photo(ASHA, picture, caption=CAPTION, parse_mode="HTML", reply_markup=KEYS)

    photo = page.locator("article").last.locator("img.photo")
    await expect(photo).to_be_visible()
    await expect(page.locator("article").last.locator(".body")).to_contain_text("Today: +₹10,000.00")
    await expect(page.get_by_role("button", name="Refresh")).to_be_visible()
    await page.wait_for_function("document.querySelector('img.photo').complete")
    box = await photo.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 1024 / 1280) < 0.01
    assert await photo.evaluate(NATURAL) == [1024, 1280, True]
    assert await page.evaluate(RIGHTMOST) <= 360
    assert await page.evaluate(SMALL_BUTTONS) == 0
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / "photo.png")


async def test_a_picture_changes_in_place_and_opens_in_full(bot: Bot, page: Page) -> None:
    sent = await bot.send_photo(ASHA, a_png(320, 200), caption="one", reply_markup=KEYS)
    shown = page.locator(f"[data-id='{sent.message_id}']")
    await expect(shown.locator("img.photo")).to_be_visible()
    before = await shown.locator("img.photo").get_attribute("src")

    await bot.edit_message_media(InputMediaPhoto(a_png(200, 320), caption="<two>"), ASHA, sent.message_id)

    await expect(shown).to_contain_text("<two>")
    await expect(shown.locator("img.photo")).to_have_attribute("width", "200")
    address = await shown.locator("img.photo").get_attribute("src")
    assert address is not None
    assert address != before
    await expect(shown.get_by_role("link")).to_have_attribute("href", address)
    await expect(page.get_by_role("button", name="Refresh")).to_have_count(0)
