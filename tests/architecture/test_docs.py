"""The pages lead where they say they lead, and name what is there."""

from pathlib import Path

import pytest

from tests.architecture.markdown import ROOT, anchors, broken_links, missing_paths, pages

PAGES = pages()


def name_of(page: Path) -> str:
    """A page's path from the root."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_and_module_that_a_page_names_is_there(page: Path) -> None:
    assert missing_paths(page) == []


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `word`, twice\n# One word, twice\n"
        "[good](#one-word-twice-1) [good](https://example.org/x) [bad](gone.md) [bad](#one) [bad](page.md#two)\n"
        "`core/money.py` `core/gone.py` `core.money.rupees` `core.money.gone` `market/timings`\n"
        "```\n[not a link](gone.md) `core/gone.py`\n```\n"
    )

    assert anchors(page) == {"one-word-twice", "one-word-twice-1"}
    assert broken_links(page) == ["gone.md", "#one", "page.md#two"]
    assert missing_paths(page) == ["core/gone.py", "core.money.gone"]
