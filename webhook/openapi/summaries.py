"""Each endpoint in a few words: what it is for, its group, and the client's method for it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of an endpoint that neither its schema nor its line in the route table says."""

    summary: str
    method: str = ""
    """Of the published `openalgo` client; empty when it has none."""
    can_miss: bool = False
    """Whether what is asked for may not exist: 404."""


_ORDERS = {
    "placeorder": Words("Place one order.", "placeorder", True),
    "placesmartorder": Words("Bring a position to a size.", "placesmartorder", True),
    "basketorder": Words("Place several orders, approved as one.", "basketorder", True),
    "splitorder": Words("Place a large order in parts.", "splitorder", True),
    "optionsorder": Words("Place an order for an option by its distance from the money.", "optionsorder", True),
    "optionsmultiorder": Words("Place a strategy of up to 20 option legs.", "optionsmultiorder", True),
    "modifyorder": Words("Change an open order. Every term is given anew.", "modifyorder", True),
    "cancelorder": Words("Cancel an open order.", "cancelorder", True),
    "cancelallorder": Words("Cancel every open order of the account that came from here.", "cancelallorder"),
    "closeposition": Words("Close every open position of the account.", "closeposition", True),
}
_TRIGGERS = {
    "placegttorder": Words("Leave a good-till-triggered order, one trigger or two (OCO).", can_miss=True),
    "modifygttorder": Words("Change a waiting trigger. Every term but its end is given anew.", can_miss=True),
    "cancelgttorder": Words("Cancel a waiting trigger.", can_miss=True),
    "gttorderbook": Words("List the triggers."),
}
_OUTCOMES = {
    "pendingorder": Words("Ask what became of an order, and wait for it up to a minute.", can_miss=True),
    "pendingorders": Words("List the account's orders, newest first."),
    "withdraw": Words("Take back an order that nobody has decided.", can_miss=True),
}
_BOOKS = {
    "orderstatus": Words("Show one order at the broker.", "orderstatus", True),
    "openposition": Words("Tell the net quantity held of one instrument.", "openposition"),
    "orderbook": Words("List the day's orders.", "orderbook"),
    "tradebook": Words("List the day's fills.", "tradebook"),
    "positionbook": Words("List the positions.", "positionbook"),
    "holdings": Words("List the holdings.", "holdings"),
    "funds": Words("Show the account's money.", "funds"),
    "pnl/symbols": Words("Show the day's profit of every position; in the sandbox only."),
}
_ACCOUNT = {
    "telegram/notify": Words("Send a message to the account's owners in Telegram.", "telegram", True),
    "ping": Words("Check the key, and name the broker."),
    "analyzer": Words("Tell whether the account trades in the sandbox.", "analyzerstatus"),
    "analyzer/toggle": Words("Switch this account between live and sandbox.", "analyzertoggle"),
}
_MARKET = {
    "quotes": Words("Show an instrument's prices.", "quotes", True),
    "multiquotes": Words("Show the prices of several instruments.", "multiquotes"),
    "depth": Words("Show the five best bids and offers.", "depth", True),
    "symbol": Words("Describe an instrument.", "symbol", True),
    "search": Words("Search instruments.", "search"),
    "expiry": Words("List an underlying's expiry dates.", "expiry", True),
    "optionsymbol": Words("Find an option by its distance from the money.", "optionsymbol", True),
    "optionchain": Words("Show an option chain.", "optionchain", True),
    "syntheticfuture": Words("Price a future by the call and the put at the money.", "syntheticfuture", True),
    "optiongreeks": Words("Reckon an option's implied volatility and Greeks.", "optiongreeks", True),
    "multioptiongreeks": Words("Reckon the implied volatility and Greeks of several options."),
    "margin": Words("Estimate the margin of a set of positions.", "margin", True),
    "history": Words("Show past prices as candles.", "history"),
    "intervals": Words("List the candle lengths on offer.", "intervals"),
    "chart": Words("Keep what a charting program wants kept: any JSON, by name."),
    "market/holidays": Words("List a year's trading holidays.", "holidays", True),
    "market/timings": Words("Tell when the exchanges open on a day.", "timings", True),
}
GROUPS: Mapping[str, Mapping[str, Words]] = {
    "Orders": _ORDERS,
    "Outcomes": _OUTCOMES,
    "Triggers": _TRIGGERS,
    "Books": _BOOKS,
    "Account": _ACCOUNT,
    "Market": _MARKET,
}
"""In the order in which they are shown."""
OURS = "Watching"
"""The group of what is not part of OpenAlgo's API and has no JSON body."""
ABOUT = (
    "Strategies propose orders; the person whose money it is countersigns them from their phone. "
    "The API is that of OpenAlgo v1, with a few endpoints of our own. "
    "Every POST carries its key in the body's `apikey`; only the event stream takes it in the header X-API-KEY. "
    "An order of an account in semi-auto mode is answered at once with a `pending_order_id`, "
    "and is sent after its client approved it. "
    "Live prices and order updates come over a WebSocket at /ws, whose first message carries the key. "
    "Every number may also be sent as text, as OpenAlgo's clients do."
)


def words_of(path: str) -> tuple[str, Words]:
    """An endpoint's group and words. Raises LookupError."""
    name = path.removeprefix("/api/v1/")
    for group, of_group in GROUPS.items():
        if name in of_group:
            return group, of_group[name]
    raise LookupError(f"webhook.openapi.summaries says nothing of {path}")
