"""What the core says in English is told in the reader's language, and the table knows what the core says."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.text.language import core_sentences
from bot.text.language.retelling import retold, retold_date
from bot.text.language.translation import speaking
from core.accounts import Language
from tests.architecture.test_rules import ROOT, files, tree_of

PLACEHOLDER = re.compile(r"\{[^}]*\}")
HINDI = re.compile("[\u0900-\u097f]")
SAID_TO_CLIENTS = (
    *("core/client", "core/review", "core/services/trading", "core/services/approval", "core/standing/grammar.py"),
    "core/services/limits/standing_book.py",
    *("core/services/limits/limit_book.py", "core/services/limits/pausing.py", "core/services/limits/tap_check.py"),
    *("core/services/access/authority.py", "core/services/access/client_view.py", "core/services/access/modes.py"),
    *("core/services/access/people.py", "core/services/access/confirmations.py"),
)
SHORTEST = 3
"""Letters in a piece of a sentence."""
NEVER_IN_TELEGRAM = {
    "This switch must be confirmed.",
    "This question was not about a person.",
    "This question was not about a limit.",
    "This question was not about a pause.",
    "This question was not about a standing approval.",
    "a question about something else",
    "Pending order {} not found",
    "Pending order {} cannot be withdrawn: it is {} already.",
    "Pending order {} was changed at the same moment; try again.",
    "Too late: the trigger is {}. Nothing was changed.",
}
"""Told to strategies only, or what no button can bring about."""


def template_of(node: ast.expr) -> str | None:
    """A text as it is written, with `{}` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return PLACEHOLDER.sub("{}", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def texts_of(*places: str) -> Iterator[str]:
    """Every text in these files and folders."""
    for path in files(*places) + [ROOT / place for place in places if place.endswith(".py")]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.expr) and (template := template_of(node)) is not None:
                yield template


def raised(*places: str) -> Iterator[str]:
    """What is raised there with a text of its own, or with a constant of the file."""
    for path in files(*places) + [ROOT / place for place in places if place.endswith(".py")]:
        tree = tree_of(path)
        constants = {
            str(target.id): node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                said = node.exc.args[0]
                named = constants.get(said.id) if isinstance(said, ast.Name) else said
                if named is not None and (template := template_of(named)) is not None:
                    yield template


def filled(template: str) -> str:
    """The sentence as it may be said."""
    return template.replace("{} is there twice", "price is there twice").replace("{}", "7")


def test_everything_in_the_table_is_said_somewhere() -> None:
    written = "\n".join(dict.fromkeys(texts_of("core", "brokers")))
    fragments = [
        (sentence, part)
        for name, value in vars(core_sentences).items()
        if name.isupper() and isinstance(value, tuple) and name != "WEEKDAYS"
        for sentence in value
        for part in PLACEHOLDER.split(sentence)
        if len(part.strip(" ().:")) > SHORTEST
    ]

    assert fragments
    assert [part for _, part in fragments if not _is_said(part, written)] == []


def _is_said(part: str, written: str) -> bool:
    """Whether it is said as one text, or put together from pieces that are."""
    part = part.strip(" ().:")
    lengths = [length for length in range(len(part), SHORTEST, -1) if part[:length] in written]
    return not part or (bool(lengths) and _is_said(part[lengths[0] :], written))


@pytest.mark.parametrize("sentence", sorted({*raised(*SAID_TO_CLIENTS)} - NEVER_IN_TELEGRAM))
def test_what_stops_a_client_is_told_in_their_language(sentence: str) -> None:
    with speaking(Language.HINDI):
        told = retold(filled(sentence))

    assert HINDI.search(told), told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            (
                "Nothing was sent. Over the limits of this account (value per order: ₹50,000.00 is above ₹20,000; "
                "trading hours: it is 16:02 IST, outside of 09:15–15:15 IST)."
            ),
            (
                "कुछ नहीं भेजा गया। इस खाते की सीमाओं से ऊपर (प्रति ऑर्डर क़ीमत: ₹50,000.00, सीमा ₹20,000 से ऊपर; "
                "ट्रेडिंग का समय: अभी 16:02 IST है, समय 09:15–15:15 IST से बाहर)।"
            ),
        ),
        (
            "NSE is closed: it is Saturday. It opens Mon 30 Nov 09:15.",
            "NSE बंद है: आज शनिवार है। खुलेगा सोम 30 नव॰ 09:15।",
        ),
        (
            "Trading is paused by Asha since 2026-11-28 14:32:05 IST. Nothing was sent; the order still waits.",
            "Asha ने 2026-11-28 14:32:05 IST से ट्रेडिंग रोक रखी है। कुछ नहीं भेजा गया; ऑर्डर अब भी इंतज़ार में है।",
        ),
        (
            "16:02:05 IST: standing approval 3: ₹60,000 is above ₹50,000 a day.",
            "16:02:05 IST: पहले से दी मंज़ूरी 3: ₹60,000, एक दिन के ₹50,000 से ऊपर।",
        ),
        (
            (
                "strategy momentum: BUY NSE:SBIN, NSE:INFY and 3 more; an order: at most 1,200 shares; "
                "until the end of 31 Dec 2026"
            ),
            ("स्ट्रैटेजी momentum: BUY NSE:SBIN, NSE:INFY और 3; एक ऑर्डर: ज़्यादा से ज़्यादा 1,200 शेयर; 31 दिस॰ 2026 के अंत तक"),
        ),
        ("2 lots of 4 lots used today", "आज 4 लॉट में से 2 लॉट इस्तेमाल हुआ"),
        ("position 0 → 40; BUY 100 SBIN → BUY 60 SBIN", "पोज़ीशन 0 → 40; BUY 100 SBIN → BUY 60 SBIN"),
        ("The same order was approved 4 min ago, as #12.", "ऐसा ही ऑर्डर 4 मिनट पहले मंज़ूर हुआ था, #12।"),
        ("RMS: margin exceeds, blocked for {symbol}", "RMS: margin exceeds, blocked for {symbol}"),
        ("", ""),
    ],
)
def test_sentences_are_retold_with_what_stands_in_them(said: str, told: str) -> None:
    assert retold(said) == said
    with speaking(Language.HINDI):
        assert retold(said) == told


def test_what_is_filled_in_is_not_taken_for_a_placeholder() -> None:
    with speaking(Language.HINDI):
        assert retold("Symbol {exchange}{0} not found on NSE") == "NSE पर {exchange}{0} सिंबल नहीं मिला"


def test_dates_are_written_word_by_word() -> None:
    assert retold_date("Mon 30 Nov 09:15") == "Mon 30 Nov 09:15"
    with speaking(Language.HINDI):
        assert retold_date("Mon 30 Nov 09:15") == "सोम 30 नव॰ 09:15"
