"""Pictures and pages belong together: each is shown, and what is shown is there."""

import re
from collections import Counter

import pytest

from bot.text.messages import COMMANDS
from tests.architecture.markdown import ROOT, pages
from tools.pictures.album import FOLDER, TEXTS, read_texts
from tools.pictures.chapters import CHAPTERS
from tools.pictures.steps import Says

IMAGE = re.compile(r'<img src="([^"]+)"[^>]*?\balt="([^"]*)"[^>]*>')
GUIDE = ROOT / "docs" / "guide-client.md"
ALL_TOGETHER = 1_500_000
"""Bytes: they are cloned by everybody."""
LEAST = 3_000
"""Bytes of a picture on which there is something to read."""
SCENES = Counter(scene.name for chapter in CHAPTERS for scene in chapter.scenes)


def test_every_image_in_a_page_is_there_and_says_in_words_what_it_shows() -> None:
    shown = [(page, *found) for page in pages() for found in IMAGE.findall(page.read_text(encoding="utf-8"))]

    assert [source for page, source, _ in shown if not (page.parent / source).is_file()] == []
    assert [source for _, source, words in shown if len(words.split()) < 4] == []
    tags = sum(page.read_text(encoding="utf-8").count("<img") for page in pages())
    assert len(shown) == tags, "an image needs src first, and alt"


def test_every_picture_has_one_scene_and_stands_in_a_page() -> None:
    shown = {
        (page.parent / source).resolve()
        for page in pages()
        for source, _ in IMAGE.findall(page.read_text(encoding="utf-8"))
    }
    kept = set(FOLDER.iterdir())

    assert set(SCENES.values()) == {1}
    assert {picture.name for picture in kept} == {f"{name}.png" for name in SCENES}
    assert kept - shown == set()
    assert set(read_texts(TEXTS)) == set(SCENES)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_menu_has_a_scene_and_its_picture_stands_in_the_guide(command: str) -> None:
    scenes = [scene for chapter in CHAPTERS for scene in chapter.scenes if scene.name == command]
    typed = [step.text.split()[0] for scene in scenes for step in scene.steps if isinstance(step, Says)]

    assert typed == [f"/{command}"], "tools/pictures/chapters.py has no scene in which it is typed"
    assert f'<img src="pictures/{command}.png"' in GUIDE.read_text(encoding="utf-8")


def test_no_picture_is_empty() -> None:
    assert [picture.name for picture in FOLDER.iterdir() if picture.stat().st_size < LEAST] == []


def test_the_pictures_are_small() -> None:
    assert sum(picture.stat().st_size for picture in FOLDER.iterdir()) < ALL_TOGETHER
