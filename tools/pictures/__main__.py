"""`make pictures`: draws the pictures of the guide anew whose messages say something else than before."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.process.logs import set_up_logging
from tools.pictures.album import FOLDER, TEXTS, read_texts, shown, write_texts
from tools.pictures.chapters import CHAPTERS


async def draw() -> None:
    """Leave what still says the same; take away what no scene shows. Raises CountersignError, TimeoutError."""
    FOLDER.mkdir(exist_ok=True)
    before, now = read_texts(TEXTS), {}
    with tempfile.TemporaryDirectory() as folder:
        async for name, text, camera in shown(CHAPTERS, Path(folder)):
            now[name], picture = text, FOLDER / f"{name}.png"
            if before.get(name) != text or not picture.exists():
                picture.write_bytes(await camera.take())
                sys.stdout.write(f"{picture}\n")
    for left in FOLDER.glob("*.png"):
        if left.stem not in now:
            left.unlink()
    write_texts(TEXTS, now)


if __name__ == "__main__":
    set_up_logging("error", "text")
    asyncio.run(draw())
