"""Which notices a person wants, how loud, and their quiet hours."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum

from core.clock import IST


class NoticeKind(StrEnum):
    """What a notice can be about, as far as a person may choose."""

    FILLS = "fills"
    TROUBLE = "trouble"
    ENDED = "ended"
    LIMITS = "limits"
    CHANGES = "changes"
    REFUSED = "refused"
    LOGINS = "logins"
    WORDS = "words"
    SUMMARY = "summary"


class Loudness(StrEnum):
    """Whether a kind of notice is sent, and whether the phone makes a sound."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"

    @property
    def next(self) -> "Loudness":
        """The choice after this one: on, silent, off, and on again."""
        every: list[Loudness] = [*Loudness]
        return every[(every.index(self) + 1) % len(every)]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of every day in India, possibly over midnight, in which no notice makes a sound."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def read(cls, text: str) -> "QuietHours":
        """The hours in `22:00-07:00`. Raises ValueError for anything else, and for no time at all."""
        match = re.fullmatch(r"([0-9]{1,2}):?([0-9]{2})\s*[-–]\s*([0-9]{1,2}):?([0-9]{2})", text.strip())
        if match is None:
            raise ValueError(f"{text!r} are no hours such as 22:00-07:00")
        hours = cls(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
        if hours.begin == hours.end:
            raise ValueError("quiet hours that begin when they end")
        return hours

    def contain(self, moment: datetime) -> bool:
        """Whether this moment lies in them; their end does not."""
        at = moment.astimezone(IST).time()
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """One person's choices; what they did not choose is on."""

    choices: Mapping[NoticeKind, Loudness] = field(default_factory=dict)
    quiet: QuietHours | None = None

    def of(self, kind: NoticeKind) -> Loudness:
        """The choice for this kind."""
        return self.choices.get(kind, Loudness.ON)

    def wants(self, kind: NoticeKind | None) -> bool:
        """Whether notices of this kind are sent at all; what has no kind always is."""
        return kind is None or self.of(kind) is not Loudness.OFF

    def is_silent(self, kind: NoticeKind | None, now: datetime) -> bool:
        """Whether a notice of this kind makes no sound now; what has no kind is never silent."""
        if kind is None:
            return False
        return self.of(kind) is not Loudness.ON or (self.quiet is not None and self.quiet.contain(now))

    def choosing(self, kind: NoticeKind, loudness: Loudness) -> "NoticeSettings":
        """The same with another choice for this kind."""
        return replace(self, choices={**self.choices, kind: loudness})

    def as_json(self) -> str:
        """The settings as they are stored."""
        return json.dumps({"choices": self.choices, "quiet": str(self.quiet) if self.quiet else None})

    @classmethod
    def from_json(cls, text: str) -> "NoticeSettings":
        """The settings that were stored; what cannot be read counts as not chosen, so that a notice is sent."""
        try:
            stored = json.loads(text)
            choices = {NoticeKind(kind): Loudness(how) for kind, how in stored["choices"].items()}
            return cls(choices, QuietHours.read(stored["quiet"]) if stored["quiet"] else None)
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()
