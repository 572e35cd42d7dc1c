"""What a reader whose key is good has subscribed to, and what it therefore hears."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aiohttp import web

from core.accounts import Account, Caller
from core.errors import CountersignError
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.services.facade import Services
from webhook.live import live_json as shapes
from webhook.live.frames import TickFrames
from webhook.live.live_requests import LiveRequest, Mode, Refused, Wanted
from webhook.live.outbox import Outbox
from webhook.live.readers import Place
from webhook.outcomes.heard_events import Listening, hear_events


@dataclass(frozen=True, slots=True)
class Entry:
    """How a reader came in: its place, its request, and what its key opened."""

    place: Place
    request: web.Request
    caller: Caller
    listening: Listening


class Session:
    """One reader of one account."""

    def __init__(self, services: Services, frames: TickFrames, entry: Entry) -> None:
        self.account: Account = entry.caller.account
        self.key = entry.listening.key
        self.outbox = Outbox(entry.request, self._render)
        self._hears_orders = False
        self._services = services
        self._frames = frames
        self._entry = entry
        self._modes: dict[Ticker, set[Mode]] = {}
        self._prices = services.live_prices.follow(self.account, self.outbox.put_price)

    def act(self, request: LiveRequest) -> None:
        """Do what the reader asks for, and answer. Raises Refused."""
        match request.action:
            case "subscribe":
                self._subscribe(request.wanted(), request.echo("request_id"))
            case "unsubscribe":
                self._unsubscribe(request.wanted(), request.echo("request_id"))
            case "unsubscribe_all":
                self._unsubscribe(self._all(), request.echo("request_id"))
            case "subscribe_orders":
                self._hears_orders = True
                self.answer(shapes.done(request.action, "Subscribed to order updates"))
            case "unsubscribe_orders":
                self._hears_orders = False
                self.answer(shapes.done(request.action, "Unsubscribed from order updates"))
            case _:
                raise Refused("INVALID_ACTION", f"There is no action {request.action[:50]!r}.")

    def answer(self, message: shapes.Json) -> None:
        """Send an answer."""
        self.outbox.put(message)

    async def listen(self) -> None:
        """Tell of orders, when asked for, until the key is no longer good. Raises what says so."""
        with self._services.events.following(self.account.id) as moved:
            async for heard in hear_events(self._services, self._entry.listening, moved):
                self.account = heard.caller.account
                self._look_again()
                for event in heard.events if self._hears_orders else ():
                    update = shapes.order_update(event, self.account)
                    if update is not None:
                        self.outbox.put(update)

    def close(self) -> None:
        """Hear nothing more."""
        self._prices.close()

    def _subscribe(self, wanted: Sequence[Wanted], request_id: object) -> None:
        """Send these prices from now on, the latest first; a wrong one says why, and the others are sent."""
        why_not = [self._add(one) for one in wanted]
        results = [shapes.subscription(one, why) for one, why in zip(wanted, why_not, strict=True)]
        self.answer(_numbered(shapes.subscribed(results, self.account), request_id))
        self._send_latest(one.ticker for one, why in zip(wanted, why_not, strict=True) if not why)

    def _unsubscribe(self, wanted: Sequence[Wanted], request_id: object) -> None:
        results = [shapes.subscription(one, self._remove(one)) for one in wanted]
        self.answer(_numbered(shapes.unsubscribed(results, self.account), request_id))

    def _look_again(self) -> None:
        if self._prices.move_to(self.account):
            self.outbox.forget_prices()
            self._send_latest(self._modes)
        for ticker, modes in self._modes.items():
            if Mode.DEPTH in modes:
                # A feed that has to ask goes on asking for what is looked at.
                self._prices.depth(ticker)

    def _send_latest(self, tickers: Iterable[Ticker]) -> None:
        for ticker in tickers:
            latest = self._prices.quote(ticker)
            if latest is not None:
                self.outbox.put_price(latest)

    def _add(self, wanted: Wanted) -> str:
        """Subscribe; returns why not, or nothing."""
        if wanted.mode in self._modes.get(wanted.ticker, ()):
            return ""
        try:
            self._services.market.instrument(self.account, *wanted.ticker)
            self._entry.place.subscribe()
        except CountersignError as fault:
            return str(fault)
        self._modes.setdefault(wanted.ticker, set()).add(wanted.mode)
        self._prices.add(wanted.ticker)
        return ""

    def _remove(self, wanted: Wanted) -> str:
        modes = self._modes.get(wanted.ticker, set())
        if wanted.mode not in modes:
            return "Not subscribed."
        modes.remove(wanted.mode)
        self._entry.place.unsubscribe()
        if not modes:
            del self._modes[wanted.ticker]
            self._prices.remove(wanted.ticker)
        return ""

    def _all(self) -> Sequence[Wanted]:
        return [Wanted(ticker, mode) for ticker, modes in self._modes.items() for mode in sorted(modes)]

    def _render(self, quote: Quote) -> Iterator[bytes]:
        for mode in sorted(self._modes.get((quote.exchange, quote.symbol), ())):
            yield self._frames.get(quote, mode, self._prices)


def _numbered(answer: shapes.Json, request_id: object) -> shapes.Json:
    return answer if request_id is None else {**answer, "request_id": request_id}
