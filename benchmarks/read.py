"""Workbooks of our kind -> how long six readers take for them, and how much memory: python -m benchmarks.read

Each reader reads the same files in a process of its own, in turns, and must find as many cells
as the others.  Ours and openpyxl also say of each cell its number format; read whole,
openpyxl knows merges and what is hidden as ours does; ours alone says formula and value at once.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

SHEETS, ROWS, COLUMNS = 8, 30, 12
ROUNDS = 3
WARM = "warm.xlsx"  # read before the clock starts, so that loading a library is not measured
Reader = Callable[[Path], int]  # returns how many cells hold something


# ---- what is read ---------------------------------------------------------------------------------------


def make(folder: Path, books: int, rows: int) -> None:
    """Write so many small workbooks, and one with so many rows."""
    for number in range(books):
        _write(folder / f"small-{number:03}.xlsx", number, SHEETS, ROWS)
    _write(folder / "large.xlsx", books, 1, rows)
    _write(folder / WARM, books + 1, 1, 1)


def _write(path: Path, seed: int, sheets: int, rows: int) -> None:
    from xlsxwriter import Workbook

    luck = random.Random(seed)
    with Workbook(path) as book:
        day, share = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0.00%"})
        for number in range(sheets):
            sheet = book.add_worksheet(f"表{number}")
            sheet.write_row(0, 0, [f"栏目{column}\nColumn {column}" for column in range(COLUMNS)])
            for row in range(1, rows + 1):
                sheet.write_row(row, 0, _answers(luck, row))
                sheet.write_datetime(row, 8, datetime(2014, 1, 1) + timedelta(days=luck.randrange(365)), day)  # noqa: DTZ001
                sheet.write_number(row, 9, round(luck.random(), 4), share)
                sheet.write_boolean(row, 10, luck.random() < 0.5)
                sheet.write_string(row, 11, f"备注 {luck.randrange(10**6)}：联系人与电话")


def _answers(luck: random.Random, row: int) -> list[str | int | float]:
    place = luck.choice(["江苏", "四川", "云南", "重庆", "上海"])
    count = luck.randrange(500)
    said = [f"JS-{row:05}", place, f"{place}第{luck.randrange(900)}期培训", "4.13%", f"{count}", count]
    return [*said, round(luck.random() * 10**6, 2), luck.choice(["已完成", "进行中"])]


# ---- who reads -------------------------------------------------------------------------------------------


def ours(path: Path) -> int:
    """This project's reader, every cell made."""
    from pipeline.read.cells import read_tabs
    from pipeline.read.package import open_package

    tabs = read_tabs(open_package(path.read_bytes()))
    return sum(cell.typed is not None for tab in tabs for row in tab.filled for cell in tab.row(row).values())


def with_openpyxl(path: Path) -> int:
    """Openpyxl, read-only, with the number format of each cell."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return sum(cell.value is not None and bool(cell.number_format) for cell in cells)


def with_openpyxl_whole(path: Path) -> int:
    """Openpyxl as it knows merges and what is hidden too."""
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return sum(cell.value is not None and bool(cell.number_format) for cell in cells)


def with_openpyxl_twice(path: Path) -> int:
    """Openpyxl for all that ours says: values in one load, formulas in another."""
    from openpyxl import load_workbook

    formulas = load_workbook(path)
    cells = ((name, cell) for name in formulas.sheetnames for row in formulas[name].iter_rows() for cell in row)
    asked = {(name, cell.coordinate): cell.value for name, cell in cells if cell.data_type == "f"}
    assert not any(value is None for value in asked.values())
    return with_openpyxl_whole(path)


def with_pandas(path: Path) -> int:
    """Pandas on openpyxl, values only."""
    import pandas

    frames = pandas.read_excel(path, sheet_name=None, header=None)
    return sum(int(frame.notna().sum().sum()) for frame in frames.values())


def with_calamine(path: Path) -> int:
    """Python-calamine, values only: no formats, no errors, no formulas."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return sum(value != "" for row in rows for value in row)


READERS: dict[str, Reader] = {
    "ours": ours,
    "openpyxl, read-only": with_openpyxl,
    "openpyxl, whole": with_openpyxl_whole,
    "openpyxl, whole, with formulas": with_openpyxl_twice,
    "pandas": with_pandas,
    "python-calamine": with_calamine,
}


# ---- measuring -------------------------------------------------------------------------------------------


def measure(name: str, paths: Iterable[Path]) -> dict[str, float]:
    """Return the processor time of reading, the cells found, and the most memory this process ever took."""
    reader, files = READERS[name], list(paths)
    reader(files[0].with_name(WARM))
    started = time.process_time()
    cells = sum(reader(path) for path in files)
    spent = time.process_time() - started
    return {"seconds": spent, "cells": cells, "peak": _peak()}


def _peak() -> float:
    """Return the most memory that this process ever took, in MB; getrusage would count what its parent took too."""
    status = Path("/proc/self/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.is_file() else None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return int(told[1]) / 1024 if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _in_a_process(name: str, folder: Path, pattern: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.read", "--reader", name, "--folder", str(folder), "--pattern", pattern]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(folder: Path, pattern: str, rounds: int) -> Iterator[tuple[str, float, float, int]]:
    """Yield (reader, median seconds, peak MB, cells) in rounds that take turns, so that a busy machine is fair."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, results in taken.items():
            results.append(_in_a_process(name, folder, pattern))
    for name, results in taken.items():
        seconds = statistics.median(result["seconds"] for result in results)
        yield name, seconds, max(result["peak"] for result in results), int(results[0]["cells"])


def table(title: str, found: Sequence[tuple[str, float, float, int]]) -> str:
    """Return the comparison as a table in Markdown, with openpyxl's time as the measure.

    Read-only is its fastest, and knows neither merges nor what is hidden; whole, it knows both.
    """
    fast, whole = (next(one[1] for one in found if one[0] == f"openpyxl, {way}") for way in ("read-only", "whole"))
    assert len({cells for *_, cells in found}) == 1, found
    lines = [
        f"### {title}: {found[0][3]:,} cells",
        "",
        "| reader | s | times openpyxl whole | times openpyxl read-only | peak MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {seconds:.2f} | {whole / seconds:.1f} | {fast / seconds:.1f} | {peak:.0f} |"
        for name, seconds, peak, _ in found
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and say it, or measure one reader for the process that does."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--books", type=int, default=200)
    words.add_argument("--rows", type=int, default=50_000)
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--reader")
    words.add_argument("--folder", type=Path)
    words.add_argument("--pattern", default="*.xlsx")
    asked = words.parse_args()
    if asked.reader:
        sys.stdout.write(json.dumps(measure(asked.reader, sorted(asked.folder.glob(asked.pattern)))))
        return
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), asked.books, asked.rows)
        sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}\n\n")
        small, large = f"{asked.books} workbooks of {SHEETS} sheets", f"One sheet of {asked.rows:,} rows"
        for title, pattern in ((small, "small-*.xlsx"), (large, "large.xlsx")):
            sys.stdout.write(table(title, list(compare(Path(name), pattern, asked.rounds))) + "\n")


if __name__ == "__main__":
    main()
