"""tests/case/*.yaml -> inbox/<office>/<office>-2014-Q4.xlsx: the real case, each fact stated once.

    python -m tests.case.make [folder]

A value stands in the YAML as it is typed into the cell.  Three kinds of cell have a sign of
their own: {pct: 0.0413} is formatted in per cent, a YAML date is a date cell, and
{picture: before.png} is a file of pictures/, laid over its cell.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pipeline.form import load_library
from tests.build import Drawn, Percent, Row, workbook

HERE = Path(__file__).parent
PROJECT_FOLDER = HERE.parents[1]
PERIOD = "2014-Q4"
PROJECT_OFFICE = "project-office"
OFFICES = tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


def make(folder: Path) -> list[Path]:
    """Write the ten workbooks below `folder`, each into its office's own, and return their paths."""
    forms = load_library(PROJECT_FOLDER / "templates").forms
    paths = []
    for office in OFFICES:
        form = forms["project" if office == PROJECT_OFFICE else "province"]
        path = folder / office / f"{office}-{PERIOD}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(workbook(form, office, PERIOD, **rows_of(office)))
        paths.append(path)
    return paths


def rows_of(office: str) -> dict[str, Any]:
    """Return an office's tables as they are typed: rows, or of a card its one row."""
    said = yaml.safe_load((HERE / f"{office}.yaml").read_text(encoding="utf-8"))
    return {
        table: _row(rows) if isinstance(rows, dict) else [_row(row) for row in rows] for table, rows in said.items()
    }


def _row(said: Mapping[str, object]) -> Row:
    return {field: _cell(value) for field, value in said.items()}


def _cell(said: object) -> object:
    match said:
        case {"pct": ratio}:
            return Percent(Decimal(str(ratio)))
        case {"picture": name}:
            return Drawn((HERE / "pictures" / name).read_bytes())
    return said


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT_FOLDER / "inbox")
