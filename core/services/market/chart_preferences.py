"""What charting programs keep here, so that it is the same on every device: watchlists, drawings, layouts."""

from collections.abc import Mapping

from core.accounts import Account
from core.clock import Clock
from core.errors import Invalid
from core.ports import ChartRoom, ChartStore

MOST_AT_ONCE = 50
LONGEST_NAME = 50
ROOM = ChartRoom(names=200, letters=500_000)
"""For one account. Nothing here reads it, so it shall not fill the disk."""


class ChartPreferences:
    """Each account has its own: JSON by name. Every method raises Unready."""

    def __init__(self, store: ChartStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, account: Account) -> Mapping[str, str]:
        """Everything that is kept."""
        return await self._store.read(account.id)

    async def update(self, account: Account, given: Mapping[str, str]) -> None:
        """Keep these, each in place of what has its name; the others stay.

        Raises Invalid for none, too many at once, a name that is none, and for more than an account may keep.
        """
        if not 0 < len(given) <= MOST_AT_ONCE:
            raise Invalid(f"1 to {MOST_AT_ONCE} preferences can be kept at once, and not {len(given)}.")
        if not all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in given):
            raise Invalid(f"A preference's name has 1 to {LONGEST_NAME} printable letters.")
        await self._store.keep(account.id, given, self._clock.now(), ROOM)
