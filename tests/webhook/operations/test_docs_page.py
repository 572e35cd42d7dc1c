"""The API's page in a real browser: readable, searchable, and nothing from elsewhere."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.local_telegram.test_page import CHROMIUM, OPTIONS, RIGHTMOST
from tests.runtime import Spine
from tests.webhook.real import serving_spine
from webhook.openapi.document import build_document

OPERATIONS = sum(len(item) for item in build_document()["paths"].values())

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield running
        await running.close()


@pytest.fixture
async def page(spine: Spine, browser: Browser) -> AsyncIterator[Page]:
    """The page; whatever it asks of others, and every error, fails the test."""
    wrong: list[str] = []
    async with serving_spine(spine) as http:
        origin = str(http.client.make_url("/")).rstrip("/")
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, base_url=origin)
        page.on("request", lambda request: None if request.url.startswith(origin) else wrong.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        await page.goto("/docs")
        await expect(page.locator(".operation")).to_have_count(OPERATIONS)
        yield page
    assert [one for one in wrong if "favicon" not in one and "404" not in one] == []


async def test_every_operation_is_shown_with_fields_examples_and_answers(page: Page) -> None:
    order = page.locator("#placeorder")

    await expect(order.get_by_role("cell", name="pricetype", exact=True)).to_be_visible()
    await expect(order.locator("pre").first).to_contain_text("curl -s http://127.0.0.1")
    await expect(order.locator("pre").nth(1)).to_contain_text('price_type="LIMIT"')
    await order.get_by_text("Answers (").click()
    await expect(order.get_by_text("Invalid openalgo apikey")).to_be_visible()


async def test_search_finds_endpoints_and_fields_and_says_when_there_is_nothing(page: Page) -> None:
    box = page.get_by_role("searchbox")

    await box.fill("splitorder")
    await expect(page.locator("#splitorder")).to_be_visible()
    await expect(page.locator("#placeorder")).to_be_hidden()
    await box.fill("trigger_id")
    await expect(page.locator("#cancelgttorder")).to_be_visible()
    await expect(page.locator("#funds")).to_be_hidden()
    await box.fill("zebra")

    await expect(page.get_by_role("status")).to_have_text("Nothing found")
    await expect(page.locator(".operation:visible")).to_have_count(0)


async def test_nothing_overflows_a_phone_and_the_menu_leads_to_an_endpoint(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert await page.evaluate(RIGHTMOST) <= 390
    await page.get_by_role("button", name="Endpoints").click()
    await page.get_by_role("link", name="withdraw", exact=True).click()
    await expect(page.get_by_role("heading", name="/api/v1/withdraw")).to_be_in_viewport()
    await expect(page.locator("#menu")).to_be_hidden()


async def test_only_what_is_in_the_page_may_run(page: Page) -> None:
    answer = await page.goto("/docs")
    assert answer is not None

    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
