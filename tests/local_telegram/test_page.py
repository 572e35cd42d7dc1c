"""The chat page in a real browser: what the bot says is shown, and what a person does reaches the bot."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
)

from bot.local_telegram.server.server import Address, LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, RAVI
from tests.local_telegram.test_sending import PNG
from tools.pictures.camera import CHROMIUM, OPTIONS

KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("✅ Approve", callback_data="a:1"),
            InlineKeyboardButton("❌ Reject", callback_data="r:1"),
        ],
        [
            InlineKeyboardButton("Chart", url="https://example.com/chart"),
            InlineKeyboardButton("Copy id", copy_text=CopyTextButton("ORDER-1")),
        ],
    ]
)
CARD = "<b>LIVE · BUY 75</b>\n<b>Symbol</b> <code>NIFTY28NOV2624500CENIFTY28NOV2624500CE</code>\n/order_7 has more"
RIGHTMOST = "Math.max(...[...document.querySelectorAll('*')].map(e => e.getBoundingClientRect().right))"
SMALL_BUTTONS = """
[...document.querySelectorAll('button:not(.command), .key')]
    .filter(element => element.offsetParent && element.offsetHeight < 44).length
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def page(address: Address) -> AsyncIterator[Page]:
    """Asha's chat on a phone; any error of the page's own fails the test."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = await browser.new_page(viewport={"width": 360, "height": 740}, base_url=address.url)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"/?user={ASHA}")
        await expect(page.locator("#phone[data-state=ready]")).to_be_visible()
        yield page
        await browser.close()
    assert errors == []


async def test_a_message_is_shown_with_its_formatting(bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, CARD, parse_mode="HTML", reply_markup=KEYS)

    card = page.locator("article").last
    await expect(card.locator("strong").first).to_have_text("LIVE · BUY 75")
    await expect(card.locator("code")).to_have_text("NIFTY28NOV2624500CENIFTY28NOV2624500CE")
    await expect(card.get_by_role("link", name="Chart")).to_have_attribute("href", "https://example.com/chart")


async def test_a_quotation_is_followed_by_no_more_empty_lines_than_were_sent(bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, "<blockquote>Why</blockquote>\n<pre>how</pre>\nchecked\n\nwaits", parse_mode="HTML")

    body = page.locator("article").last.locator(".body")
    await expect(body).to_contain_text("waits")
    assert (await body.inner_text()).splitlines()[:5] == ["Why", "how", "checked", "", "waits"]


async def test_a_button_really_presses_and_the_answer_is_shown(tg: LocalTelegram, bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, CARD, parse_mode="HTML", reply_markup=KEYS)
    approve = page.get_by_role("button", name="Approve")
    await approve.click()
    await expect(approve).to_have_attribute("aria-busy", "true")

    query = (await bot.get_updates(timeout=10))[0].callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("a:1", ASHA)
    await query.answer("Approved.")

    await expect(page.locator(".toast")).to_have_text("Approved.")
    await expect(approve).to_have_attribute("aria-busy", "false")


async def test_an_alert_must_be_closed(bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, CARD, parse_mode="HTML", reply_markup=KEYS)
    await page.get_by_role("button", name="Reject").click()
    query = (await bot.get_updates(timeout=10))[0].callback_query
    assert query is not None

    await query.answer("Too late: already filled.", show_alert=True)

    await expect(page.get_by_role("dialog")).to_contain_text("Too late: already filled.")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_message_is_edited_in_place_and_deleted(bot: Bot, page: Page) -> None:
    card = await bot.send_message(ASHA, "pending", reply_markup=KEYS)
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()

    await card.edit_text("filled at ₹5")

    shown = page.locator(f"[data-id='{card.message_id}']")
    await expect(shown).to_contain_text("filled at ₹5")
    await expect(shown).to_contain_text("edited")
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    await card.delete()
    await expect(shown).to_have_count(0)


async def test_typed_text_commands_and_replies_reach_the_bot(tg: LocalTelegram, bot: Bot, page: Page) -> None:
    await bot.set_my_commands([BotCommand("pending", "Orders waiting"), BotCommand("help", "Help")])
    await bot.send_message(ASHA, CARD, parse_mode="HTML")
    await bot.send_message(ASHA, "Why?", reply_markup=ForceReply(input_field_placeholder="Reason"))
    box = page.get_by_placeholder("Reason")

    await box.fill("too dear")
    await box.press("Enter")
    await expect(page.locator("article.mine").last).to_contain_text("too dear")
    await page.get_by_role("button", name="/order_7").click()
    await expect(page.locator("article.mine").last).to_contain_text("/order_7")
    await page.get_by_label("Message", exact=True).fill("/pe")
    await page.get_by_role("menuitem", name="/pending Orders waiting").click()
    await expect(page.locator("article.mine").last).to_contain_text("/pending")

    sent = [update.message for update in await bot.get_updates() if update.message]
    assert [message.text for message in sent] == ["too dear", "/order_7", "/pending"]
    assert sent[0].reply_to_message is not None
    assert sent[0].reply_to_message.text == "Why?"


async def test_a_malicious_text_is_shown_literally(bot: Bot, page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("<img src=x>", callback_data="a")]])

    await bot.send_message(ASHA, attack, reply_markup=keys)

    await expect(page.locator("article").last).to_contain_text(attack)
    await expect(page.get_by_role("button", name="<img src=x>")).to_be_visible()
    assert await page.locator("article img, article script").count() == 0
    assert await page.title() != "owned"


async def test_nothing_overflows_a_narrow_phone_and_buttons_are_big_enough(bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, CARD + "W" * 300, parse_mode="HTML", reply_markup=KEYS)
    await bot.send_photo(ASHA, PNG, caption="chart")
    await expect(page.locator(".photo")).to_have_count(1)

    width = await page.evaluate(RIGHTMOST)
    small = await page.evaluate(SMALL_BUTTONS)

    assert width <= 360
    assert small == 0


async def test_new_messages_wait_below_while_reading_above(bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, "line\n" * 60)
    await expect(page.locator("article")).to_have_count(2)
    await page.locator("#scroll").evaluate("element => { element.scrollTop = 0; }")

    await page.wait_for_function("document.getElementById('scroll').scrollTop === 0")
    await bot.send_message(ASHA, "news")

    await page.get_by_role("button", name="1 new message").click()
    await expect(page.get_by_text("news")).to_be_in_viewport()
    await expect(page.locator("#pill")).to_be_hidden()


async def test_a_newcomer_is_offered_start_with_their_code(tg: LocalTelegram, bot: Bot, page: Page) -> None:
    await bot.set_my_description("Countersign your orders.")
    await page.goto(f"/?user={RAVI}&start=CODE42")
    await expect(page.get_by_text("Countersign your orders.")).to_be_visible()

    await page.get_by_role("button", name="START").click()

    await tg.wait_for(lambda: [message["text"] for message in tg.messages(RAVI)] == ["/start CODE42"])
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_people_and_chats_can_be_switched(tg: LocalTelegram, bot: Bot, page: Page) -> None:
    tg.send_text(RAVI, "/pending", chat_id=GROUP)
    await page.get_by_role("button", name="Switch chat or person").click()
    await page.get_by_role("link", name="Traders").click()

    await expect(page.get_by_role("heading", name="Traders")).to_be_visible()
    await expect(page.locator("article").last).to_contain_text("Ravi")


async def test_a_reply_keyboard_sends_its_text(tg: LocalTelegram, bot: Bot, page: Page) -> None:
    await bot.send_message(ASHA, "Sure?", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]], one_time_keyboard=True))

    await page.get_by_role("button", name="Yes").click()

    await tg.wait_for(lambda: tg.messages(ASHA)[-1]["text"] == "Yes")
    await expect(page.get_by_role("button", name="Yes")).to_be_hidden()


async def test_the_page_says_when_it_is_cut_off_and_catches_up(
    tg: LocalTelegram, address: Address, page: Page
) -> None:
    port = int(address.url.rpartition(":")[2])
    await tg.stop()
    await expect(page.locator("#banner")).to_be_visible()

    tg.send_text(ASHA, "while you were away")
    await tg.start(port=port)

    await expect(page.locator("article").last).to_contain_text("while you were away")
    await expect(page.locator("#banner")).to_be_hidden()
