"""All pictures with what they say: made, kept beside each other, and read again."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from tools.pictures.camera import Camera, watching
from tools.pictures.player import Player
from tools.pictures.stage import MONDAY_MORNING, Stage, standing
from tools.pictures.steps import Chapter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
TEXTS = ROOT / "tests" / "pictures" / "texts.txt"
FIRST_CLIENT = 700001
_HEADING = re.compile(r"^=== (.+) ===$\n", re.MULTILINE)


async def shown(chapters: Sequence[Chapter], folder: Path) -> AsyncIterator[tuple[str, str, Camera]]:
    """Play everything, with the service's files in this folder; each scene's name, what it says, and the camera.

    A scene of each chapter in turn: a chat takes only so many messages a second.
    """
    async with standing(folder) as stage, watching(stage.page) as camera:
        players = [await _player(stage, number, chapter) for number, chapter in enumerate(chapters)]
        for player, chapter in zip(players, chapters, strict=True):
            await player.prepare(chapter.past)
        await stage.pass_time(MONDAY_MORNING - stage.clock.moment)
        for row in zip_longest(*(chapter.scenes for chapter in chapters)):
            for player, scene in zip(players, row, strict=True):
                if scene is not None:
                    messages = await player.play(scene)
                    yield scene.name, await camera.look(player.client.id, messages), camera


async def _player(stage: Stage, number: int, chapter: Chapter) -> Player:
    return Player(stage, await stage.admit(FIRST_CLIENT + number, chapter.client, chapter.account))


def read_texts(path: Path) -> dict[str, str]:
    """What the pictures say, by name; nothing if it was not written down yet."""
    if not path.exists():
        return {}
    _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def write_texts(path: Path, texts: Mapping[str, str]) -> None:
    """Write that down, by name."""
    parts = [f"=== {name} ===\n{text}\n" for name, text in sorted(texts.items())]
    path.write_text("\n".join(parts), encoding="utf-8")
