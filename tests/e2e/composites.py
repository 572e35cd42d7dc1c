"""Orders of several legs whose power is cut between their legs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.e2e.crashing import ONCE, Crash, Story
from tests.e2e.people import Strategy, approve
from tests.factories import ASHA

SBIN: dict[str, Any] = {"exchange": "NSE", "symbol": "SBIN", "action": "BUY", "quantity": "10", "product": "MIS"}
EXIT = SBIN | {"action": "SELL"}
TOO_DEAR = SBIN | {"symbol": "INFY", "product": "CNC", "quantity": "100000"}
OPTION: dict[str, Any] = {"offset": "ATM", "option_type": "CE", "action": "BUY", "quantity": 65, "product": "NRML"}


class Kind(NamedTuple):
    """What a strategy posts, and every leg that its broker must get for it, as `BUY 10 SBIN complete`."""

    endpoint: str
    body: Mapping[str, Any]
    legs: tuple[str, ...]
    finds_a_position: bool = False
    """Ten SBIN, bought before."""
    ends: str = "FILLED"


KINDS: Mapping[str, Kind] = {
    "basket": Kind(
        "basketorder",
        {"orders": [SBIN | {"symbol": "TCS", "action": "SELL"}, TOO_DEAR, SBIN | {"symbol": "INFY"}, EXIT]},
        ("SELL 10 SBIN complete", "BUY 100000 INFY rejected", "BUY 10 INFY complete", "SELL 10 TCS complete"),
        finds_a_position=True,
        ends="PARTLY DONE",
    ),
    "split": Kind(
        "splitorder",
        SBIN | {"quantity": "35", "splitsize": "10"},
        (*["BUY 10 SBIN complete"] * 3, "BUY 5 SBIN complete"),
    ),
    "options": Kind(
        "optionsmultiorder",
        {
            "underlying": "NIFTY",
            "exchange": "NSE_INDEX",
            "legs": [
                OPTION | {"action": "SELL", "offset": "OTM2"},
                OPTION,
                OPTION | {"offset": "OTM1", "quantity": 130, "splitsize": 65},
            ],
        },
        (*["BUY 65 CE complete"] * 3, "SELL 65 CE complete"),
    ),
    "smart": Kind(
        "placesmartorder",
        SBIN | {"quantity": "0", "position_size": "-15"},
        ("SELL 25 SBIN complete",),
        finds_a_position=True,
    ),
}


class Composite(NamedTuple):
    """A kind of order, and where the process dies: at which leg's step, in which modes."""

    kind: str
    crash: Crash

    def __str__(self) -> str:
        return f"{self.kind}-{self.crash}"


@dataclass
class CompositeStory(Story):
    """One order of several legs, after one that made the position it finds."""

    kind: Kind = field(kw_only=True)
    is_furnished: bool = False

    def __post_init__(self) -> None:
        self.number = 1 + self.kind.finds_a_position
        self.ends = self.kind.ends

    @property
    def failpoint(self) -> str:
        """The order before passes each step once."""
        step, _, time = self.crash.step.partition(":")
        return f"{step}:{int(time or 1) + self.kind.finds_a_position}"

    async def _post(self, strategy: Strategy) -> int:
        if self.kind.finds_a_position and not self.is_furnished:
            await self._buy_ten(strategy)
        body = {"strategy": "momentum", **self.kind.body}
        if "underlying" in body:
            _, listed = await strategy.ask("expiry", symbol="NIFTY", exchange="NFO", instrumenttype="options")
            body["expiry_date"] = listed["data"][-1].replace("-", "")
        status, _ = await strategy.ask(self.kind.endpoint, {"Idempotency-Key": ONCE}, **body)
        self.is_answered = status == 200
        return status

    async def _buy_ten(self, strategy: Strategy) -> None:
        status, _ = await strategy.place("the-order-before", SBIN)
        assert status == 200
        if not self.crash.is_auto:
            await approve(self.telegram, ASHA, 1)
        assert (await strategy.outcome(1))["broker_status"] == "complete"
        self.is_furnished = True
