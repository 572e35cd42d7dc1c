"""Notices over kill -9: written down with what they tell of, sent once by whoever comes next."""

from tests.e2e.people import local_telegram, seen, until, until_ready
from tests.e2e.program import Installation
from tests.factories import ASHA, RAVI


async def test_a_change_on_the_command_line_is_told_to_everybody_once_although_the_service_is_killed(
    home: Installation,
) -> None:
    async with local_telegram(ASHA, RAVI) as (telegram, url):
        here = home.at(url)
        async with here.running() as service:
            # Notices are planned from the first connection on.
            await until_ready(service, "telegram", "ok")
            telegram.outage()
            await here.set_modes("auto", "live")
            await until(lambda: _is_written(here))
            await service.kill()
        telegram.outage(False)
        async with here.running():
            for person in (ASHA, RAVI):
                await seen(telegram, person, "now AUTO")
            await until(lambda: _is_all_sent(here))

    for person in (ASHA, RAVI):
        assert len([one for one in telegram.messages(person) if "now AUTO" in one["text"]]) == 1


async def _is_written(here: Installation) -> bool:
    return here.sql("SELECT count(*) FROM notices WHERE topic = 'changed' AND finished_at IS NULL") == [(2,)]


async def _is_all_sent(here: Installation) -> bool:
    return here.sql("SELECT count(*) FROM notices WHERE finished_at IS NULL") == [(0,)]
