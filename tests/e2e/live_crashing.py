"""The power cut at one step of an order's way to a live broker, and what the broker's own book says afterwards."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.local_telegram.server.server import LocalTelegram
from bot.text.doubt_texts import THERE
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import HANG, NONE, Delivery, Ending, Fault, late, says
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN, FakeKite
from tests.e2e.people import Strategy, buttons, card, cards_settled, local_telegram, press, talking, until
from tests.e2e.program import Installation, Result, Service
from tests.factories import ASHA

ASKED = "asked"
"""Killed while the broker has been asked and has not answered; every other step is one of the executor's."""
EXECUTED, REJECTED, NOT_SENT, BEFORE_A_HUMAN = "FILLED", "REJECTED BY THE BROKER", "EXPIRED", THERE
LOST = Fault(Ending.RESET, Delivery.AT_ONCE)
NO = says(400, '{"status": "error", "error_type": "InputException", "message": "Insufficient quantity"}')
TOO_MANY = says(429, '{"status": "error", "error_type": "NetworkException", "message": "Too many requests"}')


@dataclass(frozen=True)
class Cut:
    """Where the process dies, what its request meets, and how the order ends."""

    step: str
    fault: Fault
    ends: str
    lasts: bool = False
    """Whether it goes on going wrong after the restart."""
    accepted: int = field(default=0, kw_only=True)


CUTS = {
    "claimed": Cut("claimed", NONE, BEFORE_A_HUMAN),
    "asked-and-it-is-there": Cut(ASKED, Fault(Ending.HANG, Delivery.AT_ONCE), EXECUTED, accepted=1),
    "asked-and-it-never-arrives": Cut(ASKED, HANG, BEFORE_A_HUMAN),
    "asked-and-it-arrives-late": Cut(ASKED, late(HANG), BEFORE_A_HUMAN, accepted=1),
    "answered": Cut("answered", NONE, EXECUTED, accepted=1),
    "answered-and-that-was-lost": Cut("answered", LOST, EXECUTED, accepted=1),
    "answered-and-it-arrives-late": Cut("answered", late(Fault(Ending.RESET)), BEFORE_A_HUMAN, accepted=1),
    "answered-with-no": Cut("answered", NO, BEFORE_A_HUMAN),
    "recorded": Cut("recorded", NONE, EXECUTED, accepted=1),
    "recorded-that-it-was-lost": Cut("recorded", LOST, EXECUTED, accepted=1),
    "recorded-and-it-arrives-late": Cut("recorded", late(Fault(Ending.RESET)), BEFORE_A_HUMAN, accepted=1),
    "recorded-no": Cut("recorded", NO, REJECTED),
    "recorded-not-now": Cut("recorded", TOO_MANY, EXECUTED, accepted=1),
    "recorded-not-now-for-long": Cut("recorded", TOO_MANY, NOT_SENT, lasts=True),
}


@dataclass(frozen=True)
class CutEnding:
    """What can be seen once the dust has settled."""

    died: int
    card: str
    accepted_before_the_tap: int
    accepted: int
    stopped: int
    verified: Result


@dataclass(frozen=True)
class Stage:
    """An installation at a local Kite, with what goes wrong between them, and its people's Telegram."""

    home: Installation
    telegram: LocalTelegram
    kite: FakeKite
    faults: FaultServer
    stream_url: str
    """Where Kite pushes, past what goes wrong."""

    def accepted(self) -> int:
        """How many orders the broker's own book has."""
        return len([row for row in self.kite.book.orders if row["status"] != "REJECTED"])

    async def tap(self, service: Service, fault: Fault) -> None:
        """An order arrives and Asha taps Approve; what leaves from then on meets this fault."""
        async with talking(service, self.home.key) as strategy:
            await until(lambda: _is_queued(strategy))
        shown = await card(self.telegram, ASHA, 1, "waits for you")
        await self.faults.play(fault)
        self.telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")

    async def ending(self, words: str, within: float = 60) -> str:
        """The text of the card once it says this, or has a button that does."""
        chat = self.telegram.messages

        def says() -> str | None:
            found = [one for one in chat(ASHA) if " · #1\n" in one["text"]]
            labels = [button["text"] for one in found for button in buttons(one)]
            return next((one["text"] for one in found if words in one["text"] or words in labels), None)

        return str(await self.telegram.wait_for(says, within))


async def _is_queued(strategy: Strategy) -> bool:
    status, _ = await strategy.place("the-only-order")
    return status == 200


@asynccontextmanager
async def at_kite(home: Installation, **env: str) -> AsyncIterator[Stage]:
    """That stage."""
    kite = FakeKite()
    async with local_telegram(ASHA) as (telegram, url), kite.serving() as upstream, FaultServer(upstream) as faults:
        here = home.at(url)
        env = {**here.env, **env, "COUNTERSIGN_BROKERS__ZERODHA__BASE_URL": faults.url}
        yield Stage(replace(here, env=env), telegram, kite, faults, upstream.replace("http", "ws"))


async def move_to_zerodha(furnished: Installation, folder: Path) -> Installation:
    """A copy whose account trades at Zerodha, logged in and with today's instruments."""
    made = furnished.copied_to(folder)
    async with at_kite(made) as stage:
        credentials = json.dumps({"api_key": API_KEY, "api_secret": API_SECRET, "access_token": TOKEN})
        for result in (
            await stage.home.told(credentials, "broker", "set", "main", "zerodha", "--stdin"),
            await stage.home.cli("broker", "check", "main"),
        ):
            assert result.status == 0, result.err
    return made


async def play(cut: Cut, home: Installation) -> CutEnding:
    """Crash, restart, let arrive what was late, stop."""
    within = "8s" if cut.ends == NOT_SENT else "60s"
    async with at_kite(home, COUNTERSIGN_APPROVAL__EXECUTE_WITHIN=within) as stage:
        async with stage.home.running("" if cut.step == ASKED else cut.step) as service:
            await stage.tap(service, cut.fault)
            if cut.step == ASKED:
                await until(lambda: _struck(stage.faults))
                await service.kill()
                died = service.process.wait()
            else:
                died = await service.ended()
        if not cut.lasts:
            await stage.faults.play(NONE)
        async with stage.home.running() as service:
            said = await stage.ending(cut.ends)
            accepted_before_the_tap = stage.accepted()
            if await stage.faults.arrive():
                await press(stage.telegram, ASHA, await card(stage.telegram, ASHA, 1, "NOT CONFIRMED"), THERE)
                said = await stage.ending(EXECUTED)
            await cards_settled(stage.home)
            stopped, _ = await service.stop()
        verified = await stage.home.cli("audit", "verify")
    return CutEnding(died, said, accepted_before_the_tap, stage.accepted(), stopped, verified)


async def _struck(faults: FaultServer) -> bool:
    return bool(faults.struck)
