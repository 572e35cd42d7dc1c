"""Questions that a person must confirm: each works once, for two minutes, and only for who was asked."""

import secrets
from datetime import timedelta

from core.errors import NotFound
from core.ids import UserId
from core.ports import Transaction
from core.services.trusted_clock import TrustedClock

QUESTION_LIVES = timedelta(minutes=2)
GONE = "This question was already answered or is too old."
_TOKEN_BYTES = 8


class Confirmations:
    """Asks, and takes the answer.

    Both work in the caller's transaction, so that a question is used up if and only if what it allows is done.
    """

    def __init__(self, clock: TrustedClock) -> None:
        self._clock = clock

    async def ask(self, tx: Transaction, user_id: UserId, what: str) -> str:
        """Store what this person is asked to allow; returns the token that confirms it (16 hexadecimal digits)."""
        token = secrets.token_hex(_TOKEN_BYTES)
        await tx.confirmations.ask(token, user_id, what, self._clock.now() + QUESTION_LIVES)
        return token

    async def take(self, tx: Transaction, token: str, user_id: UserId) -> str:
        """Use the question up, and return what it was about.

        Raises NotFound when it is unknown, used, too old or another's, and Unready.
        """
        what = await tx.confirmations.take(token, user_id, self._clock.require())
        if what is None:
            raise NotFound(GONE)
        return what
