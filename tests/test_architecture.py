"""Who may import whom, and who may touch the world.  Written down so that it stays true."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import pipeline

ROOT = Path(str(pipeline.__file__)).parent
SHARED = {"model", "errors", "values", "messages", "settings", "files"}
CONDUCTORS = {"examine", "timetable", "serve", "run", "cli", "__main__"}
MAY_IMPORT = {
    "examine": {"read", "check"},
    "cli": {"run", "serve", "settings"},
    "serve": set(),
    "timetable": set(),
    "__main__": {"cli"},
}
VERSION = "__version__"

# What touches the world, and who may.
CLOCK = {"time", "now", "today", "utcnow"}
SQL = {"sqlalchemy", "sqlite3"}
DISK = {
    "open()",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "mkdir",
    "unlink",
    "iterdir",
    "rglob",
    "glob",
    "is_file",
    "is_dir",
    "replace_file",
}
READERS = {
    "settings",
    "form",
    "intake",
    "store",
    "evidence",
    "export",
    "page",
    "publish",
    "feedback",
    "run",
    "files",
    "cli",
}
WRITERS = {"files", "store", "run"}  # run makes the folder of its lock, store removes a ledger of another edition
NOTHING = {"read", "check", "merge", "indicators", "timetable", "model", "errors", "values", "messages"}


def modules() -> dict[str, list[ast.Module]]:
    """Return the parsed files of each module; a folder is one module."""
    found: dict[str, list[ast.Module]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).parts[0].removesuffix(".py")
        found[name].append(ast.parse(path.read_text(encoding="utf-8"), str(path)))
    found.pop("__init__")
    return found


MODULES = modules()
STAGES = set(MODULES) - SHARED - CONDUCTORS


def imports(name: str) -> set[str]:
    """Return the other modules of the package that a module names."""
    found: set[str] = set()
    for tree in MODULES[name]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "pipeline":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                found.add(str(node.module).split(".")[1])
    return found - {name, VERSION}


def called(name: str) -> set[str]:
    """Return the names of all that a module calls, and the libraries that it imports."""
    found: set[str] = set()
    for tree in MODULES[name]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found.add(
                    node.func.attr if isinstance(node.func, ast.Attribute) else f"{getattr(node.func, 'id', '')}()"
                )
    return found


def libraries(name: str) -> set[str]:
    """Return the top names of what a module imports from outside."""
    nodes = [node for tree in MODULES[name] for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        one.split(".")[0] for one in names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    }


def test_there_is_something_to_check() -> None:
    assert {
        "form",
        "intake",
        "read",
        "check",
        "store",
        "merge",
        "indicators",
        "report",
        "evidence",
        "publish",
    } <= STAGES
    assert {"check", "merge"} <= imports("run")
    assert {"write", "read_bytes"} <= called("files") | called("publish")


def test_stages_do_not_know_one_another() -> None:
    assert {stage: extra for stage in STAGES if (extra := imports(stage) - SHARED)} == {}


def test_what_all_may_use_knows_no_stage() -> None:
    assert {name: extra for name in SHARED & set(MODULES) if (extra := imports(name) - SHARED)} == {}


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_conductor_knows_only_its_own(name: str) -> None:
    assert imports(name) - SHARED <= MAY_IMPORT[name]


def test_every_stage_is_in_the_story() -> None:
    words = set(
        (pipeline.__doc__ or "").replace(".", " ").replace("`", " ").replace("(", " ").replace(")", " ").split()
    )
    assert STAGES - words == set()


def test_every_stage_says_from_what_to_what() -> None:
    first = {name: (ast.get_docstring(MODULES[name][0]) or "").split("\n\n")[0].replace("\n", " ") for name in STAGES}
    assert {name: line for name, line in first.items() if "->" not in line} == {}


def test_only_the_command_line_has_a_clock_and_a_voice() -> None:
    clocks = {name: found for name in MODULES if name != "cli" and (found := called(name) & (CLOCK - {"time"}))}
    assert clocks == {}
    assert {name for name in MODULES if name != "cli" and {"print()", "echo"} & called(name)} == set()


def test_only_the_store_speaks_sql() -> None:
    assert {name for name in MODULES if libraries(name) & SQL} == {"store"}


def test_files_are_touched_only_where_the_table_says() -> None:
    assert {name for name in MODULES if name not in READERS and called(name) & DISK} == set()
    assert {
        name
        for name in MODULES
        if name not in WRITERS and called(name) & {"write_bytes", "write_text", "mkdir", "unlink"}
    } == set()


def test_the_middle_touches_nothing() -> None:
    world = {"os", "pathlib", "subprocess", "socket", "urllib", "tempfile", "time", "random"}
    assert {name: found for name in NOTHING & set(MODULES) if (found := libraries(name) & world)} == {}
