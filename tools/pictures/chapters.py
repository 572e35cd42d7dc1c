"""The scenes, in the order in which they are played."""

from tools.pictures.steps import Chapter, Order, Says, Scene, Taps

WAITS = "waits for you"
OPENING_RANGE = {"strategy": "Opening range", "note": "Gap up held for 15 minutes", "bounds": {"price": [965, 980]}}

CARDS = Chapter(
    "Asha",
    "Asha's account",
    (
        Scene("card", (Order(OPENING_RANGE),)),
        Scene("price", (Taps("Price…", WAITS, WAITS),)),
        Scene("part", (Taps("Part…", WAITS, WAITS),), before=(Taps("Back", WAITS, WAITS),)),
        Scene("changed", (Taps("½", WAITS, "Changed by"),)),
        Scene("decided", (Taps("Approve", WAITS, "FILLED"),)),
        Scene("pending", (Says("/pending", "soonest"),), before=(Order(), Order({"symbol": "INFY", "quantity": 10}))),
    ),
)

CHAPTERS = (CARDS,)
