"""What an import from OpenAlgo brings over, leaves out, and leaves to somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.accounts import Account
from core.openalgo.installation import LeftOut, TelegramPerson
from core.openalgo.past_orders import PastOrder
from core.ports import BookDraft
from core.services.access.linking import NewLink


class KeyFate(StrEnum):
    """What becomes of a user's API key."""

    COMES = "comes over"
    WAS_HERE = "was brought over before"
    STAYS = "does not come over"


class BookFate(StrEnum):
    """What becomes of a user's sandbox."""

    COMES = "comes over"
    WAS_USED = "the account's sandbox book is in use here, and stays as it is"
    NONE = "there is nothing in it"


class ListFate(StrEnum):
    """What becomes of OpenAlgo's list of instruments."""

    COMES = "comes over"
    WAS_HERE = "was brought over before"
    NONE = "there is none"


@dataclass(frozen=True, slots=True)
class ListReport:
    """What becomes of OpenAlgo's list of instruments."""

    fate: ListFate
    count: int
    as_of: date
    """The day whose lots and freeze quantities it has."""
    left_out: Mapping[str, int]
    """How many of its rows are left out for each reason."""
    is_listed: bool
    """Whether the paper broker lists what came over, instead of what comes with the program."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was linked to OpenAlgo's bot, and the code that links them here."""

    person: TelegramPerson
    link: NewLink


@dataclass(frozen=True, slots=True)
class Sandboxed:
    """What becomes of a user's sandbox; `draft` is what comes over of it."""

    fate: BookFate
    draft: BookDraft | None = None


@dataclass(frozen=True, slots=True)
class UserReport:
    """One user of OpenAlgo, and the account here."""

    user: str
    account: Account
    is_new: bool
    key: KeyFate
    sandbox: Sandboxed
    invited: Sequence[Invited]
    decided: int
    """Decided orders that the trail learns of now."""
    known: int
    """Decided orders that it knew already."""
    waiting: Sequence[PastOrder]
    in_doubt: Sequence[PastOrder]
    left_out: Sequence[LeftOut]

    @property
    def is_change(self) -> bool:
        """Whether anything comes over."""
        comes = self.key is KeyFate.COMES or self.sandbox.fate is BookFate.COMES
        return self.is_new or comes or bool(self.invited or self.decided)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import does, or did."""

    is_done: bool
    """Whether it was done; otherwise this is what would be."""
    users: Sequence[UserReport]
    strategies: Sequence[str]
    has_sandbox: bool
    contracts: ListReport

    @property
    def is_change(self) -> bool:
        """Whether anything comes over."""
        return self.contracts.fate is ListFate.COMES or any(one.is_change for one in self.users)
