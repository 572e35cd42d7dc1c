"""The pictures of the guide show what the program says: the scenes are played, and compared with what was kept."""

from pathlib import Path

import pytest

from tools.pictures.album import TEXTS, read_texts, shown
from tools.pictures.camera import CHROMIUM
from tools.pictures.chapters import CHAPTERS

ANEW = "The program says something else now: run `make pictures`, look at the pictures, and commit them."


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")
async def test_every_picture_shows_what_the_program_says_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    says = {name: text async for name, text, _ in shown(CHAPTERS, tmp_path)}

    assert says == read_texts(TEXTS), ANEW
