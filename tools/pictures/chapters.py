"""The scenes, in the order in which they are played. A command's picture has the command's name."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from tools.pictures.steps import Chapter, Later, Order, Price, Says, Scene, Step, Taps

WAITS = "waits for you"
ASKED = "Works once"
MOMENT = Later(timedelta(seconds=20))
OPENING_RANGE = {"strategy": "Opening range", "note": "Gap up held for 15 minutes", "bounds": {"price": [965, 980]}}
INFY: Mapping[str, object] = {"symbol": "INFY", "quantity": 10}
TCS: Mapping[str, object] = {"symbol": "TCS", "quantity": 5, "strategy": "breakout"}
SBIN_BEFORE = (
    *("958.40", "963.10", "955.75", "961.20", "961.20", "961.20", "968.90"),
    *("974.35", "970.05", "981.60", "976.40", "976.40"),
)
"""On the days of two weeks."""


def _approved(changes: Mapping[str, object], becomes: str = "FILLED") -> tuple[Step, ...]:
    """An order that is approved a moment later."""
    return Order(changes), MOMENT, Taps("Approve", WAITS, becomes)


def _day(sbin: str) -> tuple[Step, ...]:
    return Later(timedelta(days=1)), Price("SBIN", Decimal(sbin))


CARDS = Chapter(
    "Asha",
    "Asha's account",
    past=(
        *_approved({}),
        Order(INFY),
        Taps("Reject", "INFY", "REJECTED"),
        Order(TCS),
        Later(timedelta(minutes=16)),
        *_approved(TCS),
    ),
    scenes=(
        Scene("card", (Order(OPENING_RANGE),)),
        Scene("price", (Taps("Price…", WAITS, WAITS),)),
        Scene("part", (Taps("Part…", WAITS, WAITS),), before=(Taps("Back", WAITS, WAITS),)),
        Scene("changed", (Taps("½", WAITS, "Changed by"),)),
        Scene("decided", (Taps("Approve", WAITS, "FILLED"),)),
        Scene("audit", (Says("/audit {order}", "The life of order"),)),
        Scene("reject", (Taps("Reject", WAITS, "REJECTED"),), before=(Order(TCS),)),
        Scene("pending", (Says("/pending", "soonest"),), before=(Order(), Order(INFY))),
        Scene("order", (Says("/order {order}", WAITS),)),
        Scene("orders", (Says("/orders", "Newest orders"),)),
        Scene(
            "stats",
            (Says("/stats", "Your orders"),),
            before=(Price("INFY", Decimal("1541.60")), Price("TCS", Decimal("3098.50"))),
        ),
        Scene("hide", (Says("/hide", "hidden"),)),
        Scene("help", (Says("/help", "Countersign"),)),
        Scene("language", (Says("/language", "English"),)),
        Scene("hindi", (Order(OPENING_RANGE, "Opening range"),), before=(Taps("हिन्दी", "English", "हिन्दी"),)),
    ),
)

MANY = Chapter(
    "Ravi",
    "Ravi's account",
    scenes=(
        Scene(
            "digest",
            (Order(TCS, "5 orders"),),
            before=(Order(), Order(INFY), Order(TCS), *(Order(changes, "") for changes in ({}, INFY, TCS, {}))),
        ),
        Scene("approveall", (Says("/approveall momentum", ASKED),)),
        Scene("approved", (Taps("✅ Approve", ASKED, "approved", gone="sending"),)),
        Scene("rejectall", (Says("/rejectall TCS", ASKED),)),
        Scene("mode", (Says("/mode", "Modes"),)),
        Scene("people", (Says("/people", "People"),)),
        Scene("settings", (Says("/settings", "Notices"),)),
    ),
)

HELD = Chapter(
    "Veena",
    "Veena's account",
    past=(
        Price("SBIN", Decimal("951.20")),
        Price("TCS", Decimal(3062)),
        *_approved({"quantity": 100, "product": "CNC"}),
        *_approved({"symbol": "TCS", "quantity": 20, "product": "CNC"}),
        *(step for price in SBIN_BEFORE for step in _day(price)),
        Price("SBIN", Decimal("972.85")),
        Price("TCS", Decimal(3105)),
    ),
    scenes=(
        Scene("holdings", (Says("/holdings", "SBIN"),)),
        Scene(
            "positions",
            (Says("/positions", "Positions"),),
            before=(*_approved({"quantity": 50}), *_approved(INFY), Price("SBIN", Decimal("978.20"))),
        ),
        Scene("close", (Says("/close SBIN half", ASKED),)),
        Scene("closed", (Taps("✅ Yes", ASKED, "FILLED"),)),
        Scene("funds", (Says("/funds", "Funds"),)),
        Scene("tradebook", (Says("/tradebook", "SBIN"),)),
        Scene(
            "orderbook",
            (Says("/orderbook", "SBIN"),),
            before=_approved({"pricetype": "LIMIT", "price": 950}, "OPEN"),
        ),
        Scene("modify", (Says("/modify {order} price=955", ASKED),)),
        Scene("cancel", (Says("/cancel {order}", ASKED),)),
        Scene(
            "cancelall",
            (Says("/cancelall", ASKED),),
            before=_approved({**INFY, "pricetype": "LIMIT", "price": 1500}, "OPEN"),
        ),
        Scene("closeall", (Says("/closeall", ASKED),)),
        Scene("pnl", (Says("/pnl", "Today"),)),
    ),
)

BOUNDS = Chapter(
    "Omkar",
    "Omkar's account",
    scenes=(
        Scene(
            "limits",
            (Says("/limits", "Limits"),),
            before=(
                Says("/limits value_per_day=100000", "is now"),
                Says("/limits daily_loss=5000", "is now"),
                Says("/limits trading_hours=09:20-15:10", "is now"),
            ),
        ),
        Scene("over-limit", (Order({"quantity": 200}, "limit"),)),
        Scene(
            "standing-asked",
            (Says("/standing add momentum buy SBIN,INFY order=₹20000 day=₹50000 until=31-12", "?"),),
        ),
        Scene("standing-used", (Order({"quantity": 20}, "FILLED"),), before=(Taps("✅ Yes", "?", "approval"),)),
        Scene("standing", (Says("/standing", "Standing approvals"),)),
        Scene("pause", (Says("/pause", "paused"),)),
        Scene("resume", (Says("/resume", "?"),)),
        Scene("unlink", (Says("/unlink", "?"),)),
    ),
)

CHAPTERS = (CARDS, MANY, HELD, BOUNDS)
