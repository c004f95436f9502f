"""Workbooks with known faults -> how long reading and checking take, and which faults are found in their cells.

    python -m benchmarks.check

The same files, each tool in a process of its own, in turns.  Every tool is written as its own
experts would: pandas coerces whole columns and pandera looks at them lazily; frictionless has a
schema for each table.  All are asked for the same rules: required, pattern, one of a list, a
number, a percentage, a day, a part of its whole, a maximum, a code once.  Each must say where.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SHEETS, ROWS, ROUNDS = 8, 30, 3
WARM = "warm.xlsx"
PLACES, STATES = ("江苏", "四川", "云南", "重庆", "上海"), ("已完成", "进行中")
MOST = 1_000_000
COLUMNS = ("code", "place", "title", "rate", "people", "women", "amount", "status", "starts", "share", "agreed", "note")
Found = set[tuple[str, str, str]]  # file, sheet, cell
Tool = Callable[[Path], Found]


# ---- what is checked ------------------------------------------------------------------------------------


def make(folder: Path, books: int, rows: int) -> None:
    """Write so many small workbooks, and one with so many rows; the cells that are wrong stand beside them."""
    wrong = {}
    for number in range(books):
        wrong[f"small-{number:03}.xlsx"] = _write(folder / f"small-{number:03}.xlsx", number, SHEETS, ROWS)
    wrong["large.xlsx"] = _write(folder / "large.xlsx", books, 1, rows)
    _write(folder / WARM, books + 1, 1, 2)
    (folder / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")


def _write(path: Path, seed: int, sheets: int, rows: int) -> list[tuple[str, str]]:
    """Write a workbook; return the sheets and cells that are wrong in it."""
    from xlsxwriter import Workbook

    luck, wrong = random.Random(seed), []
    with Workbook(path) as book:
        day, share = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0.00%"})
        cover = book.add_worksheet("Cover")
        for at, line in enumerate((("form", "bench"), ("edition", "1"), ("office", "jiangsu"), ("period", "2014-Q4"))):
            cover.write_row(at, 0, line)
        for number in range(sheets):
            sheet = book.add_worksheet(f"table{number}")
            sheet.write_row(0, 0, COLUMNS)
            for row in range(1, rows + 1):
                fault = _fault(luck, row)
                answers = {**_answers(luck, row), **({fault[0]: fault[1]} if fault else {})}
                wrong += [(f"table{number}", f"{chr(65 + COLUMNS.index(fault[0]))}{row + 1}")] if fault else []
                for column, name in enumerate(COLUMNS):
                    look = {"starts": day, "share": share}.get(name) if not isinstance(answers[name], str) else None
                    sheet.write(row, column, answers[name], look)
    return wrong


def _answers(luck: random.Random, row: int) -> dict[str, Any]:
    people = luck.randrange(1, 500)
    return {
        "code": f"JS-{row:05}",
        "place": luck.choice(PLACES),
        "title": f"第{luck.randrange(900)}期培训",
        "rate": f"{luck.randrange(10_000) / 100}%",
        "people": f"{people}",
        "women": luck.randrange(people + 1),
        "amount": round(luck.random() * 10**5, 2),
        "status": luck.choice(STATES),
        "starts": datetime(2014, 1, 1) + timedelta(days=luck.randrange(365)),  # noqa: DTZ001
        "share": round(luck.random(), 4),
        "agreed": luck.random() < 0.5,
        "note": f"备注 {luck.randrange(10**6)}：联系人与电话",
    }


def _fault(luck: random.Random, row: int) -> tuple[str, Any] | None:
    """Return in one row of twenty a field that is wrong, and what stands in it."""
    if luck.random() > 0.05:
        return None
    faults = [("code", f"SJ{row}"), ("place", "江苏省"), ("title", None), ("rate", "some"), ("people", "many"), ("women", 900)]  # fmt: skip
    return luck.choice([*faults, ("amount", "about 5"), ("amount", 5_000_000.0), ("status", "done?"), ("starts", "soon"), ("note", None)])  # fmt: skip


# ---- who checks -----------------------------------------------------------------------------------------


def ours(path: Path) -> Found:
    """This project's reader and rules, by a form of its model."""
    from pipeline.examine import examine
    from pipeline.model import Library, Terms

    form, lists = _form(1 if path.name in ("large.xlsx", WARM) else SHEETS)
    checked = examine(path.read_bytes(), Library({"bench": form}, lists, {}, ""), Terms())
    return {(path.name, str(one.sheet), cell) for one in checked.findings for cell in one.cells}


def _form(tables: int) -> tuple[Any, Any]:
    from pipeline.model import Entry, Field, Form, Table, Words

    def field(name: str, kind: str, **more: Any) -> Field:
        return Field(name, Words(name, name), kind, required=True, **more)

    lists = {"place": PLACES, "status": STATES}
    fields = (
        field("code", "code", pattern=r"JS-\d{5}"),
        field("place", "choice", list="place"),
        field("title", "text"),
        field("rate", "share"),
        field("people", "count"),
        field("women", "count", part_of="people"),
        field("amount", "amount", maximum=MOST),
        field("status", "choice", list="status"),
        field("starts", "day"),
        field("share", "share"),
        field("agreed", "flag"),
        field("note", "text"),
    )
    stamps = tuple(
        Field(name, Words(name, name), "stamp") for name in ("form", "edition", "office", "period")
    ) + tuple(Field(name, Words(name, name), kind, since="9") for name, kind in (("version", "count"), ("signed_on", "day"), ("whats_new", "text")))  # fmt: skip
    cover = Table("cover", Words("Cover", "Cover"), stamps, layout="card")
    rows = tuple(Table(f"table{n}", Words(f"table{n}", f"table{n}"), fields, key=("code",)) for n in range(tables))
    entries = {name: {word: Entry(Words(word, word)) for word in words} for name, words in lists.items()}
    return Form("bench", "1", Words("Bench", "Bench"), (cover, *rows), ""), entries


def with_pandera(path: Path, engine: str = "openpyxl") -> Found:
    """Pandas on openpyxl, whole columns coerced, and a lazy schema of pandera."""
    import pandas
    from pandera.errors import SchemaErrors

    found: Found = set()
    frames = pandas.read_excel(path, sheet_name=None, engine=engine)
    for name, raw in frames.items():
        if name == "Cover":
            continue
        try:
            _schema().validate(_coerced(raw), lazy=True)
        except SchemaErrors as errors:
            cases = errors.failure_cases
            for column, index, check in zip(cases["column"], cases["index"], cases["check"], strict=True):
                if index is not None and not pandas.isna(index):
                    at = "women" if check == "women are people" else str(column)
                    found.add((path.name, str(name), f"{chr(65 + COLUMNS.index(at))}{int(index) + 2}"))
    return found


def with_pandera_on_calamine(path: Path) -> Found:
    """The same on calamine, a reader in Rust: no formats, no formulas, no errors."""
    return with_pandera(path, "calamine")


def _coerced(raw: Any) -> Any:
    """Return a frame with its columns in their types; what cannot be one is missing."""
    import pandas

    def number(name: str) -> Any:
        return pandas.to_numeric(raw[name], errors="coerce")

    rate = raw["rate"].astype("string").str.extract(r"^\s*(-?\d+(?:\.\d+)?)\s*%\s*$")[0]
    return raw.assign(
        rate=pandas.to_numeric(rate, errors="coerce") / 100,
        **{name: number(name) for name in ("people", "women", "amount", "share")},
        starts=pandas.to_datetime(raw["starts"], errors="coerce"),
    )


_SCHEMAS: list[Any] = []


def _schema() -> Any:
    """Return pandera's schema, made once."""
    if not _SCHEMAS:
        import pandera.pandas as pa

        def most(low: float, high: float) -> Any:
            return pa.Check.in_range(low, high)

        columns = {
            "code": pa.Column(str, pa.Check.str_matches(r"^JS-\d{5}$"), unique=True),
            "place": pa.Column(str, pa.Check.isin(PLACES)),
            "title": pa.Column(str),
            "rate": pa.Column(float, most(0, 1)),
            "people": pa.Column(float, most(0, MOST)),
            "women": pa.Column(float, most(0, MOST)),
            "amount": pa.Column(float, most(0, MOST)),
            "status": pa.Column(str, pa.Check.isin(STATES)),
            "starts": pa.Column("datetime64[ns]", coerce=True),
            "share": pa.Column(float, most(0, 1)),
            "agreed": pa.Column(bool),
            "note": pa.Column(str),
        }
        part = pa.Check(lambda frame: ~(frame["women"] > frame["people"]), name="women are people", ignore_na=False)
        _SCHEMAS.append(pa.DataFrameSchema(columns, checks=part, strict=True))
    return _SCHEMAS[0]


def with_frictionless(path: Path) -> Found:
    """Frictionless validate, a resource and a schema for each sheet."""
    import os

    from frictionless import Checklist, Resource, Schema, checks, formats, system

    found: Found = set()
    os.chdir(path.parent)
    tables = 1 if path.name in ("large.xlsx", WARM) else SHEETS
    with system.use_context(trusted=True):
        for number in range(tables):
            resource = Resource(
                path=path.name,
                schema=Schema.from_descriptor(_descriptor()),
                control=formats.ExcelControl(sheet=f"table{number}"),
            )
            rule = checks.row_constraint(formula="not (women and people) or women <= people")
            report = resource.validate(Checklist(checks=[rule]), limit_errors=10**6)
            for row, field, kind in report.flatten(["rowNumber", "fieldName", "type"]):
                at = "women" if kind == "row-constraint" else field
                if row and at:
                    found.add((path.name, f"table{number}", f"{chr(65 + COLUMNS.index(at))}{row}"))
    return found


def _descriptor() -> dict[str, Any]:
    """Return the schema of a table in frictionless' words."""
    limits = {"required": True, "minimum": 0, "maximum": MOST}
    fields: dict[str, tuple[str, dict[str, Any]]] = {
        "code": ("string", {"required": True, "unique": True, "pattern": r"JS-\d{5}"}),
        "place": ("string", {"required": True, "enum": list(PLACES)}),
        "title": ("string", {"required": True}),
        "rate": ("string", {"required": True, "pattern": r"\d+(\.\d+)?%"}),
        "people": ("integer", limits),
        "women": ("integer", limits),
        "amount": ("number", limits),
        "status": ("string", {"required": True, "enum": list(STATES)}),
        "starts": ("date", {"required": True}),
        "share": ("number", {"required": True, "minimum": 0, "maximum": 1}),
        "agreed": ("boolean", {"required": True}),
        "note": ("string", {"required": True}),
    }
    return {"fields": [{"name": name, "type": kind, "constraints": more} for name, (kind, more) in fields.items()]}


TOOLS: dict[str, Tool] = {
    "ours": ours,
    "pandas + openpyxl + pandera": with_pandera,
    "pandas + calamine + pandera": with_pandera_on_calamine,
    "frictionless validate": with_frictionless,
}


# ---- measuring ------------------------------------------------------------------------------------------


def measure(name: str, paths: Sequence[Path]) -> dict[str, float]:
    """Return the processor time that a tool takes, its findings with a cell, and how many of the faults those meet."""
    tool, folder = TOOLS[name], paths[0].parent
    tool(folder / WARM)
    started = time.process_time()
    found: Found = set().union(*(tool(path) for path in paths))
    spent = time.process_time() - started
    told = json.loads((folder / "wrong.json").read_text(encoding="utf-8"))
    wrong = {(path.name, sheet, cell) for path in paths for sheet, cell in told[path.name]}
    return {"seconds": spent, "found": len(found), "met": len(found & wrong), "faults": len(wrong)}


def _in_a_process(name: str, folder: Path, pattern: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.check", "--tool", name, "--folder", str(folder), "--pattern", pattern]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(folder: Path, pattern: str, rounds: int) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Yield (tool, median seconds, findings) in rounds that take turns, so that a busy machine is fair."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in TOOLS}
    for _ in range(rounds):
        for name, results in taken.items():
            results.append(_in_a_process(name, folder, pattern))
    for name, results in taken.items():
        yield name, statistics.median(result["seconds"] for result in results), results[0]


def table(title: str, found: Sequence[tuple[str, float, dict[str, float]]]) -> str:
    """Return the comparison as a table in Markdown; the ratio is how many times longer than ours."""
    base = next(seconds for name, seconds, _ in found if name == "ours")
    head = "| tool | s | times ours | cells named | of the faults |\n| --- | --- | --- | --- | --- |"
    lines = [
        f"| {name} | {seconds:.2f} | {seconds / base:.1f} | {told['found']} | {told['met']} of {told['faults']} |"
        for name, seconds, told in found
    ]
    return "\n".join([f"### {title}\n", head, *lines]) + "\n"


def main() -> None:
    """Measure and say it, or measure one tool for the process that does."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--books", type=int, default=200)
    words.add_argument("--rows", type=int, default=50_000)
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--tool")
    words.add_argument("--folder", type=Path)
    words.add_argument("--pattern", default="*.xlsx")
    asked = words.parse_args()
    if asked.tool:
        paths = sorted(path for path in asked.folder.glob(asked.pattern) if path.name != WARM)
        sys.stdout.write(json.dumps(measure(asked.tool, paths)))
        return
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), asked.books, asked.rows)
        sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}\n\n")
        small, large = f"{asked.books} workbooks of {SHEETS} sheets", f"One sheet of {asked.rows:,} rows"
        for title, pattern in ((small, "small-*.xlsx"), (large, "large.xlsx")):
            sys.stdout.write(table(title, list(compare(Path(name), pattern, asked.rounds))) + "\n")


if __name__ == "__main__":
    main()
