"""Which language a person reads, and what stands in when that cannot be found out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.accounts import Language
from core.errors import Unready
from core.ids import UserId
from core.services.access.languages import Languages
from tests.runtime import Spine

ASHA = UserId(7001)


class Unusable:
    """A database that is not there."""

    @asynccontextmanager
    async def read(self, *, lengthy: bool = False) -> AsyncIterator[Any]:
        """Raises Unready."""
        raise Unready("The database cannot be used.")
        yield

    begin = read


@pytest.mark.parametrize("code", ["hi", "hi-IN", "HI"])
def test_hindi_is_for_whose_telegram_is_hindi(code: str) -> None:
    assert Language.of(code) is Language.HINDI


@pytest.mark.parametrize("code", ["en-GB", "ta", "hil", "", None])
def test_english_is_for_everybody_else(code: str | None) -> None:
    assert Language.of(code) is Language.ENGLISH


async def test_what_telegram_says_counts_until_something_is_stored(spine: Spine) -> None:
    languages = Languages(spine.runtime.database)

    assert await languages.of(ASHA) is Language.ENGLISH
    assert await languages.of(ASHA, "hi") is Language.HINDI
    assert await languages.of(ASHA) is Language.ENGLISH


async def test_the_first_meeting_is_kept_and_a_choice_outweighs_it(spine: Spine) -> None:
    languages = Languages(spine.runtime.database)

    await languages.meet(ASHA, "hi")
    assert await Languages(spine.runtime.database).of(ASHA, "en") is Language.HINDI

    await languages.choose(ASHA, Language.ENGLISH)
    await languages.meet(ASHA, "hi")
    assert await languages.of(ASHA, "hi") is Language.ENGLISH
    assert await Languages(spine.runtime.database).of(ASHA, "hi") is Language.ENGLISH


async def test_nobody_is_left_without_an_answer_by_a_database_that_is_away() -> None:
    languages = Languages(Unusable())  # type: ignore[arg-type]

    await languages.meet(ASHA, "hi")
    assert await languages.of(ASHA, "hi") is Language.HINDI
    assert await languages.of(ASHA) is Language.ENGLISH
    with pytest.raises(Unready):
        await languages.choose(ASHA, Language.HINDI)
