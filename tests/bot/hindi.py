"""Finds what was left in English in a text for somebody who reads Hindi."""

import re

LEFT_AS_IT_IS = {
    *("countersign", "telegram", "english", "asha", "main", "momentum", "ravi", "zerodha", "reply"),
    *("half", "all", "approved", "rejected", "pending", "quiet", "off"),
    *("add", "stop", "buy", "sell", "exits", "today", "order", "day", "until", "lots", "shares", "account"),
    *("broker", "login", "key"),
}
"""Names, and words that are typed behind a command."""


def english_in(text: str) -> set[str]:
    """Words of a message that somebody who reads Hindi would stumble over: BUY, LIMIT and symbols are none."""
    words = re.findall(r"(?<![/A-Za-z_])[A-Za-z]*[a-z]{2,}", re.sub(r"\b(Ref|https?)\b\S*\s*\S*", "", text))
    return {word for word in words if word.lower() not in LEFT_AS_IT_IS}
