"""The API's page in a real browser: readable, searchable, and nothing from elsewhere."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.local_telegram.test_page import RIGHTMOST
from tests.runtime import Spine
from tests.webhook.real import serving_spine
from tools.pictures.camera import CHROMIUM, OPTIONS
from webhook.openapi.document import build_document

OPERATIONS = sum(len(item) for item in build_document()["paths"].values())

FAINT = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && element.checkVisibility());
  const weak = texts.filter((element) => {
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) < 4.5;
  });
  return weak.map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 20)}`);
}"""
"""The texts whose contrast with what is behind them is below 4.5, as WCAG counts it."""

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


async def test_search_jumps_to_the_endpoint_of_that_name_and_enter_to_the_next(page: Page) -> None:
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    await expect(box).to_be_focused()

    await box.fill("symbol")
    await expect(page.locator("#symbol h3")).to_be_in_viewport()
    await expect(page.locator(".operation.here")).to_have_id("symbol")
    await expect(page.locator(".menu .here")).to_have_text("symbol")
    said = await page.get_by_role("status").inner_text()
    await box.press("Enter")
    second = await page.locator(".operation.here").get_attribute("id")
    await expect(page.locator(".operation.here h3")).to_be_in_viewport()
    await box.press("Shift+Enter")
    await expect(page.locator(".operation.here")).to_have_id("symbol")
    await box.press("Escape")

    assert said.startswith("1 of ")
    assert second not in (None, "symbol")
    await expect(page.locator(".operation:visible")).to_have_count(OPERATIONS)
    await expect(page.locator("#symbol h3")).to_be_in_viewport()


async def test_the_root_leads_to_the_page(page: Page) -> None:
    await page.goto("/")

    await expect(page.locator(".operation")).to_have_count(OPERATIONS)
    assert page.url.endswith("/docs")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_links_are_underlined_and_every_text_stands_out_from_its_ground(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.get_by_role("searchbox").fill("order")
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    plain = await page.evaluate(
        "[...document.querySelectorAll('a')].filter((link) => "
        "!getComputedStyle(link).textDecorationLine.includes('underline')).map((link) => link.textContent)"
    )
    faint = await page.evaluate(FAINT)

    assert plain == []
    assert faint == []


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
