"""evidence.xlsx and the comments of the review copy: every addend at its cell, totals that can be checked."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from pipeline.evidence import evidence_workbook, remark
from pipeline.form import load_library
from pipeline.model import Period, Restatement, Words
from pipeline.run.ask import figures
from pipeline.settings import Settings
from pipeline.store import open_store
from tests.test_case_2014q4 import as_shown

pytestmark = pytest.mark.nights

FIGURE, OFFICE, FILE, SHEET, CELL, TYPED, USED, ROLE, BY, OURS, AGAIN, AGREE, NOTE = range(13)
SPECIAL = ("Contents", "Restatements")


@pytest.fixture(scope="module")
def path(shipped: Settings) -> Path:
    return shipped.reports / "2014-Q4" / "evidence.xlsx"


def rows_of(book: Workbook) -> list[tuple[Any, ...]]:
    """Return the rows of all figures, a total and its addends below one another."""
    sheets = [sheet for sheet in book if sheet.title not in SPECIAL]
    return [row for sheet in sheets for row in sheet.iter_rows(min_row=5, values_only=True) if row[FIGURE]]


def test_every_addend_is_a_row_and_stands_at_its_cell(
    shipped: Settings, path: Path, books: dict[str, Workbook]
) -> None:
    addends = [row for row in rows_of(load_workbook(path)) if row[CELL] and row[ROLE] != "left out"]
    with open_store(shipped.archive, shipped.ledger, load_library(shipped.templates)) as store:
        known = [one for figure in store.figures(store.reckonings()[Period(2014, 4)]) for one in figure.addends]
    assert len(addends) == len(known)
    assert len(addends) > 300
    for row in addends:
        assert as_shown(books[row[FILE]][row[SHEET]][row[CELL]]) == (row[TYPED] or "None")


def test_the_figures_are_all_there_with_our_totals(shipped: Settings, path: Path) -> None:
    totals = {row[FIGURE]: row for row in rows_of(load_workbook(path)) if row[OURS] is not None}
    told = {one["figure"]: one for one in figures(shipped)}
    assert totals.keys() == told.keys()
    for name, one in told.items():
        if one["value"] is not None:
            assert totals[name][OURS] == pytest.approx(float(one["value"]))
            assert str(getattr(totals[name][AGAIN], "text", totals[name][AGAIN])).startswith("=")


def test_readers_that_do_not_compute_see_the_totals_too(path: Path) -> None:
    shown = [row for row in rows_of(load_workbook(path, data_only=True)) if isinstance(row[OURS], (int, float))]
    assert len(shown) > 200
    assert {row[AGREE] for row in shown} == {"yes"}
    assert all(row[AGAIN] == pytest.approx(row[OURS]) for row in shown)


@pytest.mark.libreoffice
def test_libreoffice_computes_the_same_totals(path: Path, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    spoilt = load_workbook(path)  # openpyxl drops the cached values, so that all of them are computed
    spoilt.save(tmp_path / "computed.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        "out",
        "computed.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    book = load_workbook(tmp_path / "out" / "computed.xlsx", data_only=True)
    shown = [row for row in rows_of(book) if isinstance(row[OURS], (int, float))]
    assert len(shown) > 200
    assert [row[FIGURE] for row in shown if row[AGREE] != "yes" or row[AGAIN] != pytest.approx(row[OURS])] == []
    assert {row[7] for row in book["Contents"].iter_rows(min_row=8, max_row=25, values_only=True)} == {"yes"}


def test_the_contents_lead_to_every_sheet(path: Path) -> None:
    book = load_workbook(path)
    cells = [cell for row in book["Contents"].iter_rows() for cell in row if cell.hyperlink]
    links = {str(cell.hyperlink.location).split("!")[0].strip("'") for cell in cells}
    assert links == set(book.sheetnames) - {"Contents"}
    assert book.sheetnames[0] == "Contents"


# ---- small cases --------------------------------------------------------------------------------------


def told(typed: str = "6", **more: Any) -> dict[str, Any]:
    """Return a figure as `explain_figure` says it."""
    place = {"office": "north", "file": "north/n.xlsx", "version": 1, "sheet": "活动 Activities", "cell": "U5"}
    addend = {
        **place,
        "typed": typed,
        "value": "6",
        "role": "value",
        "bound": "exact",
        "sample": False,
        "corrected_by": None,
    }
    definition = {
        "code": "trained_trainers",
        "aspect": "value",
        "number": "sum",
        "title": {"en": "Trainers", "zh": "培训师"},
    }
    figure = {
        "figure": "trained_trainers",
        "period": "2014-Q4",
        "value": "6",
        "unit": "people",
        "state": "given",
        "n": 1,
    }
    rest = {"bound": "exact", "part": None, "whole": None, "sample": False, "left_out": []}
    return {**figure, **rest, "definition": definition, "addends": [addend], **more}


@pytest.mark.parametrize(
    "typed", ["=1+1", '=HYPERLINK("http://example.org")', "+1", "@SUM(A1)", "{=1}", "http://example.org"]
)
def test_no_formula_and_no_link_is_made_of_what_somebody_typed(typed: str) -> None:
    sheet = load_workbook(io.BytesIO(evidence_workbook("2014-Q4", [told(typed)], {"trained_trainers": 2})))[
        "trained_trainers"
    ]
    cell = sheet.cell(6, TYPED + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)


def test_the_workbook_is_the_same_bytes_each_time() -> None:
    make = lambda: evidence_workbook("2014-Q4", [told()], {"trained_trainers": 2})  # noqa: E731
    assert make() == make()


@pytest.mark.parametrize(
    ("restated", "row"),
    [
        ([], ("none 无", None, None, None)),
        (
            [("2014-Q3", Restatement("trained_trainers", "9", "8", (Words("return of north for 2014-Q3, v2", ""),)))],
            ("trained_trainers@2014-Q3", "9", "8", "return of north for 2014-Q3, v2"),
        ),
    ],
)
def test_restatements_have_a_sheet_even_when_there_are_none(restated: Any, row: tuple[Any, ...]) -> None:
    book = load_workbook(io.BytesIO(evidence_workbook("2014-Q4", [told()], {"trained_trainers": 2}, restated)))
    assert [cell.value or None for cell in book["Restatements"][5]] == list(row)


def test_a_comment_names_five_cells_and_says_how_many_there_are() -> None:
    one = told()
    many = [{**one["addends"][0], "cell": f"U{row}"} for row in range(5, 12)]
    lines = remark({**one, "addends": many}).splitlines()
    assert lines[3] == "From 7 cells:"
    assert lines[4] == "north/n.xlsx › 活动 Activities!U5 = 6"
    assert lines[9:] == ["… all 7 in evidence.xlsx, sheet trained_trainers"]


def test_a_comment_says_what_is_missing_offices_first() -> None:
    cell = {"office": "north", "file": "north/n.xlsx", "sheet": "活动 Activities", "cell": "V6", "why": "not_recorded"}
    office = {"office": "west", "file": None, "sheet": None, "cell": None, "why": "not_sent"}
    lines = remark(told(left_out=[cell, office])).splitlines()
    assert lines[-3:] == ["Not in it:", "west: has not sent", "north › 活动 Activities!V6: not recorded"]


def test_a_figure_without_a_value_says_so_in_both_languages() -> None:
    none = told(value=None, state="not_recorded", addends=[])
    assert remark(none).splitlines()[1:4] == [
        "Trainers: no value people",
        "Made as: sum",
        "From no cell: no row of the period belongs to it.",
    ]
    assert "无数值" in remark(none, "zh")
    assert load_workbook(io.BytesIO(evidence_workbook("2014-Q4", [none], {"trained_trainers": 2})))
