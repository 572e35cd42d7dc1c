"""Shows and resets paper books, and compares them with the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.audit import Actor, Event, Head, Kind
from core.clock import Clock
from core.errors import Invalid, Unready
from core.money import plain
from core.portfolio.paper_book import PaperHead
from core.ports import Database, PaperBooks

_MOST_CAPITAL, _MOST_LEVERAGE = Decimal(10) ** 12, Decimal(100)
_ATTEMPTS = 5


class Sandbox:
    """Every method raises Invalid where there is no paper book, and BrokerUnavailable or Unready when it cannot."""

    def __init__(self, database: Database, books: PaperBooks, clock: Clock) -> None:
        self._database = database
        self._books = books
        self._clock = clock

    async def show(self, account: Account, mode: TradingMode) -> PaperHead:
        """A book's money and settings."""
        _require_paper(account, mode)
        return await self._books.head(account.id, mode)

    async def ask_reset(
        self, account: Account, mode: TradingMode, wanted: Mapping[str, Decimal], actor: Actor
    ) -> PaperHead:
        """Request a reset of the book, with `capital` in rupees and the kinds of leverage that `wanted` names.

        Returns what it will start with. Raises Invalid for amounts out of bounds.
        """
        head = await self.show(account, mode)
        for name, value in wanted.items():
            _require_within(name, value, _MOST_CAPITAL if name == "capital" else _MOST_LEVERAGE)
        kinds = {name: value for name, value in wanted.items() if name != "capital"}
        capital, leverage = wanted.get("capital", head.capital), replace(head.leverage, **kinds)
        facts = {"book": mode.value, **{name: plain(value) for name, value in wanted.items()}}
        async with self._database.begin() as tx:
            await tx.audit.append(Event(account.id, Kind.BOOK_RESET_ASKED, actor, self._clock.now(), facts=facts))
            await tx.commit()
        await self._books.request_reset(account.id, mode, capital, leverage)
        return PaperHead(capital, leverage)

    async def doubts(self, account: Account, mode: TradingMode) -> Sequence[str]:
        """A sentence for each difference between the stored book and the audit trail; none when they agree."""
        _require_paper(account, mode)
        for _ in range(_ATTEMPTS):
            before = await self._head(account)
            async with self._database.read(lengthy=True) as tx:
                found = await self._books.doubts(account.id, mode, tx.audit.links(account.id))
            # A change between the two reads makes them differ.
            if not found or before == await self._head(account):
                return found
        raise Unready("The book moves all the time; try again when fewer orders come.")

    async def _head(self, account: Account) -> Head:
        async with self._database.read() as tx:
            return await tx.audit.head(account.id)


def _require_paper(account: Account, mode: TradingMode) -> None:
    if mode is TradingMode.LIVE and not account.has_paper_broker:
        raise Invalid(f"Live orders of {account.name} go to {account.broker}, not to a paper book.")


def _require_within(name: str, value: Decimal, most: Decimal) -> None:
    if not 0 < value <= most:
        raise Invalid(f"{name} must be more than 0 and at most {plain(most)}.")
