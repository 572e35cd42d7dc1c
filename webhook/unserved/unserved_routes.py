"""The endpoints of OpenAlgo that are not served here: each answers 501 and says why, in one sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from webhook.request.replies import refuse

PREFIX = "/api/v1/"
_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Unserved:
    """Endpoints below /api/v1 that are not served for one reason."""

    why: str
    verbs: Mapping[str, tuple[str, ...]]
    """By path."""


UNSERVED = (
    Unserved(
        "Nothing is backtested here: ask history for past prices, and backtest at home.",
        {"portfolio/backtest": _POST, "sip/backtest": _POST, "sip/frequencies": _GET},
    ),
    Unserved(
        "Strategies run at their owner's and not here: post their orders, or alerts, to this server.",
        {
            f"strategy/{what}": _POST
            for what in ("list", "status", "start", "stop", "close_all", "close_leg", "runs", "orders", "events")
        },
    ),
    Unserved(
        "The bot is set up and run on the command line (init, run, link), never with a strategy's key.",
        {
            "telegram/config": _BOTH,
            "telegram/start": _POST,
            "telegram/stop": _POST,
            "telegram/users": _GET,
            "telegram/stats": _GET,
            "telegram/preferences": _BOTH,
        },
    ),
    Unserved(
        "A strategy's key reaches only the people of its own account, so there is nobody to broadcast to.",
        {"telegram/broadcast": _POST},
    ),
    Unserved("Telegram posts to /telegram/webhook here, and only with its secret.", {"telegram/webhook": _POST}),
    Unserved("There is no WhatsApp here: people are told in Telegram.", {"whatsapp/notify": _POST}),
)


def unserved() -> Iterator[tuple[str, str, str]]:
    """Verb, path and reason of every endpoint that is not served."""
    for group in UNSERVED:
        for path, verbs in group.verbs.items():
            for verb in verbs:
                yield verb, f"{PREFIX}{path}", group.why


def refusing(why: str) -> Handler:
    """A handler that answers 501. It asks for no key: the answer is the same for everybody."""

    async def handle(_: web.Request) -> web.StreamResponse:
        return refuse(501, why).response()

    return handle
