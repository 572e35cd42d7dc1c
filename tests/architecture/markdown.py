"""What our Markdown pages point at: links with their anchors, and paths and names in backticks."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "brokers", "core", "db", "webhook", "tests", "benchmarks", "docs")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_NAMED_ANCHOR = re.compile(r"""<a\s+(?:id|name)=["']([^"']+)["']""")
_PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")
_MODULE = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:\.\w+)+")
_FILE_ENDING = re.compile(r"\.(?:py|md|toml|csv|json|html|db|secret)$")


def pages(root: Path = ROOT) -> list[Path]:
    """Every Markdown page of the repository."""
    return [*sorted(root.glob("*.md")), *(page for name in FOLDERS for page in sorted((root / name).rglob("*.md")))]


def broken_links(page: Path) -> list[str]:
    """Links of this page that lead to no file, or to no heading of it."""
    text = _CODE.sub("", _without_fences(page))
    targets = [first or second for first, second in _LINK.findall(text)]
    return [target for target in targets if not _ELSEWHERE.match(target) and not _leads_somewhere(page, target)]


def missing_paths(page: Path, root: Path = ROOT) -> list[str]:
    """Paths and modules in backticks that look like ours and are not there."""
    words = [word for span in code_spans(page) for word in span.split()]
    paths = [word for word in words if _PATH.fullmatch(word) and not (root / word).exists()]
    modules = [word for word in words if _MODULE.fullmatch(word) and not _FILE_ENDING.search(word)]
    return [*paths, *(module for module in modules if not _is_module(module, root))]


def code_spans(page: Path) -> list[str]:
    """What stands in backticks within the text, code blocks apart."""
    return _CODE.findall(_without_fences(page))


def anchors(page: Path) -> set[str]:
    """Every anchor of a page as GitHub makes them from its headings, and those that are written down."""
    text = _without_fences(page)
    seen: Counter[str] = Counter()
    found = set(_NAMED_ANCHOR.findall(text))
    for heading in _HEADING.findall(text):
        slug = _slug(heading)
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def code_blocks(page: Path, language: str) -> Iterator[str]:
    """Every fenced block of this language."""
    yield from re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def _without_fences(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return False
    return not anchor or (file.suffix == ".md" and anchor in anchors(file))


def _is_module(dotted: str, root: Path) -> bool:
    """A module or package, or a name that stands in one."""
    path = root.joinpath(*dotted.split("."))
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    file = path.parent.with_suffix(".py") if path.parent.with_suffix(".py").exists() else path.parent / "__init__.py"
    return file.exists() and re.search(rf"\b{path.name}\b", file.read_text(encoding="utf-8")) is not None


def _slug(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
