"""The rules of this repository that no linter keeps."""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from tests.architecture.diagrams import diagrams_in, leg_diagram, queue_diagram

ROOT = Path(__file__).parents[2]
PROGRAM = ("bot", "brokers", "core", "db", "webhook")
LEAVES_FOR_JSON = {"core/money.py as_json_number"}
"""JSON has no decimals."""
LISTS = re.compile(r"db/tables/|bot/text/|bot/pages/pnl|schemas?\.py$|webhook/openapi/")
"""Files that are read like a list: tables, texts, schemas."""
COMPOSITION_ROOT = "bot/process/"
"""What puts the program together takes as many parts, and lines, as there are."""
PYTHON_TELEGRAM_BOTS_OWN = {
    "bot/transport/rate_limiter.py process_request",
    "bot/transport/telegram_request.py do_request",
}
"""Signatures that a library dictates."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(path: Path) -> ast.Module:
    """What a file says; every rule looks at every file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def files(*folders: str) -> list[Path]:
    """Every Python file of ours in these folders; generated migrations are Alembic's."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "versions" not in path.parts]


def functions(*folders: str) -> Iterator[tuple[str, Function]]:
    """Every function with the place where it stands."""
    for path in files(*folders):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def lines_of_code(function: Function) -> int:
    """From the first line of its body, docstring apart, to its last line."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno is not None else 0


def parameters(function: Function) -> int:
    """How many it takes, self and cls apart."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([one for one in named if one.arg not in {"self", "cls"}])


def test_no_file_is_longer_than_250_lines_and_no_list_than_400() -> None:
    lengths = {str(path.relative_to(ROOT)): _length(path) for path in files(*PROGRAM, "tests", "benchmarks")}

    assert {name: length for name, length in lengths.items() if length > (400 if LISTS.search(name) else 250)} == {}


def test_no_folder_has_more_than_fifteen_files() -> None:
    folders = Counter(path.parent.relative_to(ROOT) for path in files(*PROGRAM) if path.name != "__init__.py")

    assert {str(folder): count for folder, count in folders.items() if count > 15} == {}


def test_no_name_stands_for_two_files_of_one_room() -> None:
    rooms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    for path in files(*PROGRAM):
        if path.name != "__init__.py":
            # A room is a package's folder with all that is in it; the use cases are a package of their own.
            depth = 3 if "services" in path.parts else 2
            rooms[path.relative_to(ROOT).parts[:-1][:depth]][path.name] += 1

    assert {room: name for room, names in rooms.items() for name, count in names.items() if count > 1} == {}


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_most_files_are_shorter_than_90_lines() -> None:
    assert median(_length(path) for path in files(*PROGRAM)) <= 90


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {place: lines_of_code(function) for place, function in functions(*PROGRAM, "tests", "benchmarks")}

    long = {place for place, length in lengths.items() if length > 40}
    assert {place for place in long if not place.startswith(COMPOSITION_ROOT)} == set()


def test_most_functions_are_shorter_than_7_lines() -> None:
    assert median(lines_of_code(function) for _, function in functions(*PROGRAM)) <= 7


def test_no_function_takes_more_than_5_parameters() -> None:
    counts = {re.sub(r":\d+", "", place): parameters(function) for place, function in functions(*PROGRAM)}

    many = {place for place, count in counts.items() if count > 5 and not place.startswith(COMPOSITION_ROOT)}
    assert many <= PYTHON_TELEGRAM_BOTS_OWN


def test_broad_excepts_stand_in_three_places_at_most() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files(*PROGRAM)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]

    assert len(places) <= 3, places


def _is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it swallows any failure; tidying up and raising again does not."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else set()
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def test_core_never_makes_a_float_of_an_amount() -> None:
    makers = {
        place.partition(":")[0] + " " + function.name
        for place, function in functions("core")
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _is_named(node.func, "float")
    }

    assert makers == LEAVES_FOR_JSON


@pytest.mark.parametrize("path", files("core"), ids=lambda path: path.stem)
def test_core_imports_only_the_standard_library_and_itself(path: Path) -> None:
    imported: set[str] = set()

    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])

    assert imported <= sys.stdlib_module_names | {"core"}


IMPURE = {"asyncio", "logging", "os", "random", "secrets", "socket", "sqlite3", "threading", "time", "urllib"}


RULES = [path for path in files("core") if not {"services", "ports"} & set(path.parts)]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rules_are_pure(path: Path) -> None:
    names = {alias.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import) for alias in node.names}

    assert not names & IMPURE


def test_only_the_clock_asks_for_the_time() -> None:
    askers = {
        str(path.relative_to(ROOT))
        for path in files("core", "db")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and _is_named(node.value, "datetime")
    }

    assert askers == {"core/clock.py"}


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def test_state_diagrams_in_the_docs_are_those_of_the_tables() -> None:
    shown = diagrams_in((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))

    assert queue_diagram() in shown
    assert leg_diagram() in shown


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_builds_the_package_is_pinned(lock: str) -> None:
    assert re.search(r"^setuptools==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
