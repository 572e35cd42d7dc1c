"""Passes a strategy's own words on to the owners of its account."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.accounts import Caller, Role
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import NotFound, TooMany
from core.ids import AccountId
from core.ports import Database, Transaction

MOST_A_MINUTE = 10
"""Messages of one account, whichever of its keys they come with: a phone must stay of use for orders."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Words:
    """What a strategy wants its owners to read."""

    text: str
    priority: int


class StrategyWords:
    """Writes the words down on the audit trail, from where the owners are told, once and also after a crash."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._said: defaultdict[AccountId, deque[datetime]] = defaultdict(lambda: deque(maxlen=MOST_A_MINUTE))
        """When the last ones came; a restart forgets."""

    async def say(self, caller: Caller, words: Words) -> None:
        """Record it for the owners. Raises NotFound when there is none, TooMany, Unready."""
        account, now = caller.account, self._clock.now()
        said = self._said[account.id]
        if len(said) == MOST_A_MINUTE and now - said[0] < _MINUTE:
            wait = (said[0] + _MINUTE - now).total_seconds()
            raise TooMany(f"Too many messages: at most {MOST_A_MINUTE} a minute for one account.", wait)
        said.append(now)
        async with self._database.begin() as tx:
            people = await tx.accounts.list_approvers(account.id)
            if not any(one.role is Role.OWNER for one in people):
                raise NotFound("User not found or not linked to Telegram")
            facts = {"message": words.text, "label": await _label(tx, caller), "priority": words.priority}
            actor = Actor("key", "", caller.api_key_id)
            await tx.audit.append(Event(account.id, Kind.STRATEGY_SPOKE, actor, now, facts=facts))
            await tx.commit()


async def _label(tx: Transaction, caller: Caller) -> str:
    """What the key is called, so that the owner knows who speaks."""
    keys = await tx.accounts.list_keys(caller.account.id)
    return next((key.label for key in keys if key.id == caller.api_key_id), "")
