"""How urgent messages to Telegram are."""

from enum import IntEnum


class Priority(IntEnum):
    """What is sent first. It starts at 1, since python-telegram-bot drops a rate_limit_args of 0."""

    REPLY = 1
    TAPPED = 2
    """Cards of somebody who has just pressed a button."""
    NEW = 3
    DIGEST = 4
    """A message that stands for many orders."""
    MOVED = 5
    UNASKED = 6
    """First cards of orders that nobody was asked about."""
    REFRESH = 7
    NOTICE = 8
    """What happened a while ago, in a chat that nobody may be looking at."""

    @property
    def is_background(self) -> bool:
        """Whether nobody sits and waits for it."""
        return self > Priority.TAPPED


OVERTAKEN_FOR = {
    Priority.REPLY: 0,
    Priority.TAPPED: 2,
    Priority.NEW: 0,
    Priority.DIGEST: 5,
    Priority.MOVED: 5,
    Priority.UNASKED: 30,
    Priority.REFRESH: 30,
    Priority.NOTICE: 30,
}
"""Seconds for which what comes later goes first if it is more urgent. So nothing waits for ever in a crowd."""
