"""Looks at the chat page with a browser: what its messages say, and a picture of them as small as it comes."""

import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import FloatRect, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE_WIDTH = 390
SCREEN = 600
TALLEST = 3000
"""Heights: to read what is said, and to have a picture of the longest."""
SCALE = 1.5
MARGIN = 8
COLOURS = 64
ONLY_THESE = """
.row, .day, .about, .answer { display: none !important; }
.row.pictured { display: flex !important; }
.phone { background: #b4d2a8 !important; }
.phone::before { display: none !important; }
.stack { max-width: calc(100% - 12px) !important; }
"""
"""Other messages are left out; so are the wallpaper and what only a mouse can reach."""
CHOOSE = """numbers => numbers.map(number => {
    const row = document.querySelector(`[data-id="${number}"]`);
    row.classList.add("pictured");
    const times = [...row.querySelectorAll(".meta")];
    times.forEach(one => { one.hidden = true; });
    const text = row.innerText;
    times.forEach(one => { one.hidden = false; });
    return text;
})"""
DRAWN = """tallest => innerHeight === tallest
    && document.getElementById("scroll").clientHeight > tallest / 2
    && [...document.querySelectorAll(".pictured img")].every(image => image.complete)"""
BORDERS = """() => {
    const boxes = [...document.querySelectorAll(".pictured")].map(row => row.getBoundingClientRect());
    return [Math.min(...boxes.map(box => box.top)), Math.max(...boxes.map(box => box.bottom))];
}"""
_TIME = re.compile(r"\b\d\d:\d\d(?::\d\d)?\b")
_NUMBER = re.compile(r"(?<=#)\d+|(?<=order )\d+|(?<=/audit )\d+|(?<=/cancel )\d+|(?<=/modify )\d+", re.IGNORECASE)
_CODE = re.compile(r"(?<=start=)[\w-]+")
_BROKER_ORDER = re.compile(r"\b\d{14}\b")


@dataclass(frozen=True)
class Camera:
    """One tab of a browser, as wide as a phone."""

    page: Page

    async def look(self, person: int, messages: Sequence[int]) -> str:
        """Show these messages of a person's chat and nothing else; what they say, as it is kept."""
        await self.page.set_viewport_size({"width": PHONE_WIDTH, "height": SCREEN})
        await self.page.goto(f"/?user={person}")
        await expect(self.page.locator("#phone[data-state=ready]")).to_be_visible()
        await self.page.add_style_tag(content=ONLY_THESE)
        said = await self.page.evaluate(CHOOSE, list(messages))
        return settled("\n\n".join(said))

    async def take(self) -> bytes:
        """A PNG of what is shown."""
        await self.page.set_viewport_size({"width": PHONE_WIDTH, "height": TALLEST})
        await self.page.wait_for_function(DRAWN, arg=TALLEST)
        top, bottom = await self.page.evaluate(BORDERS)
        edges = FloatRect(x=0, y=top - MARGIN, width=PHONE_WIDTH, height=bottom - top + 2 * MARGIN)
        return _small(await self.page.screenshot(clip=edges, animations="disabled"))


def settled(text: str) -> str:
    """A text without what another run may say otherwise: times of day, numbers of orders, invitations."""
    for changing, put in ((_TIME, "hh:mm"), (_NUMBER, "…"), (_CODE, "…"), (_BROKER_ORDER, "…")):
        text = changing.sub(put, text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _small(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as whole:
        few = whole.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


@asynccontextmanager
async def watching(address: str) -> AsyncIterator[Camera]:
    """A browser on the chat page at this address."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = await browser.new_page(
            device_scale_factor=SCALE,
            base_url=address,
            bypass_csp=True,
            color_scheme="light",
            reduced_motion="reduce",
        )
        yield Camera(page)
        await browser.close()
