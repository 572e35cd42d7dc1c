"""The pages lead where they say they lead, and name what is there."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.markdown import (
    FOLDERS,
    ROOT,
    anchors,
    broken_links,
    code_blocks,
    code_spans,
    missing_paths,
    pages,
)

PAGES = pages()
ABOUT_THE_CODE = [
    page
    for page in PAGES
    if page.name in ("CONTRIBUTING.md", "glossary.md", "tour.md") or page.parent.name == "howto"
]
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def name_of(page: Path) -> str:
    """A page's path from the root."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_and_module_that_a_page_names_is_there(page: Path) -> None:
    assert missing_paths(page) == []


@pytest.mark.parametrize("page", ABOUT_THE_CODE, ids=name_of)
def test_every_name_in_pages_about_the_code_is_a_name_of_the_code(page: Path) -> None:
    names = {part for span in code_spans(page) if NAME.fullmatch(span) for part in span.split(".")}

    assert names - words_of_the_code() == set()


@cache
def words_of_the_code() -> frozenset[str]:
    """Every word in our Python files and in what configures them, and the names of files."""
    sources = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    sources += [ROOT / name for name in ("pyproject.toml", "Makefile", "config.example.toml")]
    words = {word for path in sources for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    names = {part for path in [*sources, *PAGES] for part in path.name.split(".")}
    return frozenset(words | names)


def test_the_tour_names_every_folder_of_the_program() -> None:
    named = set(code_spans(ROOT / "docs" / "tour.md"))
    folders = {
        f"{path.parent.relative_to(ROOT)}/"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py"
    }

    assert folders - named == set()


def test_the_index_leads_to_every_page_of_the_docs() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")

    assert [name_of(page) for page in docs.rglob("*.md") if f"({page.relative_to(docs)})" not in index] == [
        "docs/README.md"
    ]


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


def test_the_migration_how_to_makes_a_migration(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "db", tmp_path / "db", ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "db" / "tables" / "daily_values.py"
    column = 'Column("recorded_at", Moment, nullable=False),'
    table.write_text(table.read_text().replace(column, f'{column}\n    Column("note", Amount),'))
    (code,) = code_blocks(ROOT / "docs" / "howto" / "add-a-migration.md", "python")

    search = os.pathsep.join([str(tmp_path), str(ROOT)])
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
    )

    made = max((tmp_path / "db" / "migrations" / "versions").glob("[0-9]*.py"))
    newest = max((ROOT / "db" / "migrations" / "versions").glob("[0-9]*.py"))
    assert int(made.name[:4]) == int(newest.name[:4]) + 1
    assert "batch_op.add_column(sa.Column('note', db.tables.column_types.Amount" in made.read_text()
