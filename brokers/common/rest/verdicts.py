"""What an answer that is no success proves, and what follows of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.errors import BrokerError, BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.orders.broker_order import NotSent, Refused, Unknown

_LONGEST = 200
_HIDDEN = "[hidden]"
_DOUBT = re.compile(
    r"tim(?:ed?|ing)[ -]?out|(?:check|confirm|verify)\b.{0,40}\border ?book|before placing again",
    re.IGNORECASE,
)


class Proof(StrEnum):
    """What the broker's answer says for certain."""

    REFUSED = "refused"
    """It read the request, and there is no order."""
    NO_SESSION = "no_session"
    """It did not read the request, because nobody is logged in."""
    TURNED_AWAY = "turned_away"
    """It did not read the request for another reason: too many, or not from this address."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proved, and the broker's words for it."""

    proof: Proof
    message: str
    retry_after: timedelta = timedelta(0)

    @property
    def placement(self) -> Refused | NotSent | Unknown:
        """What is known of an order that was answered like this."""
        match self.proof:
            case Proof.REFUSED:
                return Refused(self.message)
            case Proof.NOTHING:
                return Unknown(self.message)
            case _:
                return NotSent(self.message, self.retry_after)

    @property
    def fault(self) -> BrokerError:
        """What is raised when a change of an order was answered like this."""
        match self.proof:
            case Proof.REFUSED:
                return BrokerRefused(self.message)
            case Proof.NOTHING:
                return OutcomeUnknown(self.message)
            case _:
                return BrokerUnavailable(self.message)


def tells_doubt(message: str) -> bool:
    """Whether words take back the refusal they come with: the order timed out on its way, look in the order book."""
    return _DOUBT.search(message) is not None


def clean(message: object, secrets: Iterable[str] = ()) -> str:
    """A broker's words in one short line for people and logs, without what we sent in confidence."""
    line = "".join(letter for letter in " ".join(str(message).split()) if letter.isprintable())
    for secret in secrets:
        line = line.replace(secret, _HIDDEN) if secret else line
    return line[:_LONGEST]
