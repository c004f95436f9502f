"""What is said of all figures -> evidence.xlsx: every addend a row, totals as live formulas beside ours.

Only the totals and checks are formulas, and all of them are ours; what offices typed is
written as text, whatever it begins with.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline import files
from pipeline.evidence.remark import ASPECTS, BOUNDS, ROLES, WHY, WORDS, made_as, sheet_of
from pipeline.model import Restatement

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  the file has no date of its own; XlsxWriter wants it naive
PETROL, TINT, SLATE, LINE, SIENNA, INK = "#0E4F5C", "#E8EFEF", "#52626B", "#C7D0D3", "#A8481F", "#1C2B33"
CONTENTS, RESTATED = "Contents", "Restatements"

COLUMNS = (  # header in both languages, width
    ("Figure\n数据编号", 46),
    ("Office\n单位", 15),
    ("File\n文件", 40),
    ("Sheet\n工作表", 28),
    ("Cell\n单元格", 8),
    ("Typed\n原文", 18),
    ("Value used\n采用值", 13),
    ("Role\n作用", 17),
    ("Corrected by\n更正", 14),
    ("Our total\n本系统结果", 15),
    ("Recomputed\n公式复算", 15),
    ("Agree\n是否一致", 9),
    ("Note\n备注", 46),
)
A, USED, ROLE, OURS, AGAIN, AGREE, NOTE = 0, 6, 7, 9, 10, 11, 12
HEADER_ROW, FIRST_ROW = 3, 4
LISTED = (
    ("Objective\n目标", 11),
    ("Indicator\n指标", 58),
    ("中文", 34),
    ("Sheet\n工作表", 34),
    ("Figures\n数据", 9),
    ("This quarter\n本季度", 18),
    ("Cumulative\n累计", 18),
    ("All agree\n全部一致", 11),
)
NUMBERS = {  # headers that stand over numbers
    title for title, _ in (COLUMNS[USED], COLUMNS[OURS], COLUMNS[AGAIN], LISTED[4], LISTED[5], LISTED[6])
}
HOW = (
    "Every figure of the period, with every cell that went into it. Files stand below inbox/.",
    "本季度的每个数据及其全部来源单元格。文件均在 inbox/ 之下。",
    "“Recomputed” is a live formula over “Value used”; “Agree” compares it with our total. Change a value to see it move.",
    "“公式复算”为对“采用值”的实时公式，“是否一致”与本系统结果比较。",
)
FORMATS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": PETROL},
    "note": {"font_color": SLATE},
    "head": {"align": "left", "indent": 1, "bold": True, "font_color": SLATE, "bottom": 2, "bottom_color": PETROL, "text_wrap": True, "valign": "bottom"},
    "group": {"align": "left", "indent": 1, "bold": True, "font_color": PETROL, "bg_color": TINT, "top": 1, "top_color": LINE},
    "total": {"bold": True, "font_color": PETROL, "bg_color": TINT, "top": 1, "top_color": LINE, "num_format": "#,##0"},
    "fraction": {"bold": True, "font_color": PETROL, "bg_color": TINT, "top": 1, "top_color": LINE, "num_format": "#,##0.00##"},
    "text": {"align": "left", "indent": 1, "font_color": INK, "valign": "vcenter"},
    "muted": {"align": "left", "indent": 1, "font_color": SLATE, "valign": "vcenter"},
    "head_number": {"bold": True, "font_color": SLATE, "bottom": 2, "bottom_color": PETROL, "text_wrap": True, "valign": "bottom", "align": "right"},
    "number": {"font_color": INK, "num_format": "#,##0", "valign": "vcenter"},
    "decimal": {"font_color": INK, "num_format": "#,##0.00##", "valign": "vcenter"},
    "absent": {"align": "left", "indent": 1, "font_color": SIENNA, "valign": "vcenter"},
    "link": {"font_color": PETROL, "underline": 1},
    "row_link": {"font_color": PETROL, "underline": 1, "bottom": 1, "bottom_color": LINE, "align": "left", "indent": 1, "valign": "vcenter"},
    "row": {"align": "left", "indent": 1, "font_color": INK, "bottom": 1, "bottom_color": LINE, "text_wrap": True, "valign": "vcenter"},
    "row_number": {"font_color": INK, "bottom": 1, "bottom_color": LINE, "num_format": "#,##0", "valign": "vcenter"},
    "row_fraction": {"font_color": INK, "bottom": 1, "bottom_color": LINE, "num_format": "#,##0.00", "valign": "vcenter"},
    "row_right": {"font_color": INK, "bottom": 1, "bottom_color": LINE, "align": "right", "valign": "vcenter"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook under way and its formats by name."""

    book: Workbook
    formats: Mapping[str, Format]

    def sheet(self, name: str, columns: Sequence[tuple[str, int]], header: int) -> Worksheet:
        """Return a new sheet with its columns' headers, ready to be printed."""
        sheet = self.book.add_worksheet(name)
        for at, (title, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(header, at, title, self.formats["head_number" if title in NUMBERS else "head"])
        sheet.set_row(header, 30)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        sheet.set_footer("&L&8&F, &A&R&8&P / &N")
        return sheet


def evidence_workbook(
    period: str,
    told: Sequence[Mapping[str, Any]],
    objectives: Mapping[str, int],
    restated: Sequence[tuple[str, Restatement]] = (),
) -> bytes:
    """Return evidence.xlsx: contents, a sheet an indicator, restatements; the same bytes each time.

    Args:
        period: as it is printed, 2014-Q4.
        told: every figure as `explain_figure` returns it, those of one indicator together.
        objectives: the objective of each indicator, by code.
        restated: (period, restatement) of each figure of an earlier report that is different today.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"Evidence {period}", "author": "SCORE", "created": CREATED})
    book.set_calc_mode("auto")
    base = {"font_name": "Calibri", "font_size": 10}
    making = _Book(book, {name: book.add_format({**base, **look}) for name, look in FORMATS.items()})
    groups = _groups(told)
    contents = making.sheet(CONTENTS, LISTED, len(HOW) + 2)
    for figures in groups.values():
        _indicator_sheet(making, figures)
    _fill_contents(making, contents, period, groups, objectives)
    _restatements(making, restated)
    book.close()
    return files.stable_zip(out.getvalue())


def _groups(told: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the figures by the sheet they stand on."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in told:
        groups.setdefault(sheet_of(one), []).append(one)
    return groups


# ---- the first sheet, and restatements -------------------------------------------------------------------


def _fill_contents(
    making: _Book,
    sheet: Worksheet,
    period: str,
    groups: Mapping[str, Sequence[Mapping[str, Any]]],
    objectives: Mapping[str, int],
) -> None:
    look = making.formats
    sheet.write_string(0, 0, f"Evidence, {period}", look["title"])
    for at, line in enumerate(HOW, 1):
        sheet.write_string(at, 0, line, look["note"])
    for at, (name, figures) in enumerate(groups.items(), len(HOW) + 3):
        definition = figures[0]["definition"]
        sheet.write_string(at, 0, str(objectives[definition["code"]]), look["row"])
        sheet.write_string(at, 1, definition["title"]["en"], look["row"])
        sheet.write_string(at, 2, definition["title"]["zh"], look["row"])
        sheet.write_url(at, 3, f"internal:'{name}'!A1", look["row_link"], name)
        sheet.write_number(at, 4, len(figures), look["row_number"])
        by_id = {one["figure"]: one for one in figures}
        for column, figure in ((5, definition["code"]), (6, f"{definition['code']}.cumulative")):
            _value(sheet, at, column, by_id.get(figure), look)
        agree = f'=IF(COUNTIF(\'{name}\'!{_column(AGREE)}:{_column(AGREE)},"no")=0,"yes","no")'
        sheet.write_formula(at, 7, agree, look["row"], "yes")
    sheet.write_url(len(groups) + len(HOW) + 4, 1, f"internal:'{RESTATED}'!A1", look["link"], RESTATED)
    sheet.freeze_panes(len(HOW) + 3, 0)


def _value(sheet: Worksheet, row: int, column: int, told: Mapping[str, Any] | None, look: Mapping[str, Format]) -> None:
    if told is None or told["value"] is None:
        sheet.write_string(row, column, "–", look["row_right"])
    elif told["bound"] != "exact":
        sheet.write_string(row, column, f"{BOUNDS[told['bound']][0]}{told['value']}", look["row_right"])
    else:
        value = float(told["value"])
        sheet.write_number(row, column, value, look["row_number" if value.is_integer() else "row_fraction"])


def _restatements(making: _Book, restated: Sequence[tuple[str, Restatement]]) -> None:
    columns = (("Figure\n数据编号", 46), ("Reported\n原报", 14), ("Today\n现为", 14), ("Why, and who\n原因", 70))
    sheet = making.sheet(RESTATED, columns, HEADER_ROW)
    sheet.write_string(0, 0, "Restatements", making.formats["title"])
    sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", making.formats["link"], "Contents 目录")
    rows = [
        (f"{one.figure}@{when}", one.old, one.new, "; ".join(why.en for why in one.causes)) for when, one in restated
    ]
    for row, texts in enumerate(rows or [("none 无", "", "", "")], FIRST_ROW):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, making.formats["text"])


# ---- a sheet of figures ----------------------------------------------------------------------------------


def _indicator_sheet(making: _Book, figures: Sequence[Mapping[str, Any]]) -> None:
    """Write the figures of an indicator, each a line with its total over the lines of its addends."""
    definition = figures[0]["definition"]
    sheet = making.sheet(sheet_of(figures[0]), COLUMNS, HEADER_ROW)
    sheet.write_string(0, 0, f"{definition['title']['en']}  {definition['title']['zh']}", making.formats["title"])
    sheet.write_string(1, 0, WORDS["made"][0].format(made_as(definition, 0)), making.formats["note"])
    sheet.write_url(2, 0, f"internal:'{CONTENTS}'!A1", making.formats["link"], "Contents 目录")
    row = FIRST_ROW
    for told in figures:
        row = _figure_rows(making, sheet, row, told)
    sheet.autofilter(HEADER_ROW, 0, max(row - 1, FIRST_ROW), len(COLUMNS) - 1)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.outline_settings(True, False, True, False)


def _figure_rows(making: _Book, sheet: Worksheet, row: int, told: Mapping[str, Any]) -> int:
    """Write a figure and its addends from `row` on; return the row after them."""
    first, after = row + 1, row + 1 + len(told["addends"])
    _total(making, sheet, row, told, (first, after - 1))
    for at, one in enumerate(told["addends"], first):
        _addend(making, sheet, at, told, one)
    for at, one in enumerate(told["left_out"], after):
        _left_out(making, sheet, at, told, one)
    last = after + len(told["left_out"])
    for at in range(first, last):
        sheet.set_row(at, None, None, {"level": 1})
    return last


def _total(making: _Book, sheet: Worksheet, row: int, told: Mapping[str, Any], lines: tuple[int, int]) -> None:
    look = making.formats
    for column in range(len(COLUMNS)):
        sheet.write_blank(row, column, None, look["group"])
    sheet.write_string(row, A, told["figure"], look["group"])
    sheet.write_string(row, NOTE, _note(told), look["group"])
    if told["value"] is None:
        sheet.write_string(row, OURS, WHY.get(told["state"], ("–",))[0], look["group"])
        return
    value = float(told["value"])
    shown = look["total" if value.is_integer() else "fraction"]
    sheet.write_number(row, OURS, value, shown)
    formula, is_array = total_formula(told, lines)
    if is_array:
        sheet.write_array_formula(row, AGAIN, row, AGAIN, formula, shown, value)
    else:
        sheet.write_formula(row, AGAIN, formula, shown, value)
    ours, again = f"{_column(OURS)}{row + 1}", f"{_column(AGAIN)}{row + 1}"
    sheet.write_formula(row, AGREE, f'=IF(ABS({ours}-{again})<0.000001,"yes","no")', look["group"], "yes")


def total_formula(told: Mapping[str, Any], lines: tuple[int, int]) -> tuple[str, bool]:
    """Return the formula over a figure's addends that gives it again, and whether it is an array's.

    >>> told = {"definition": {"number": "sum", "aspect": "value"}, "unit": "people"}
    >>> total_formula(told, (5, 7))
    ('=SUM(G6:G8)', False)
    """
    first, last = lines
    if last < first:
        return "=0", False
    used, roles = (f"{_column(at)}{first + 1}:{_column(at)}{last + 1}" for at in (USED, ROLE))
    way, aspect = told["definition"]["number"], told["definition"]["aspect"]
    if aspect == "reached_pct" or (way == "ratio" and aspect in ("value", "cumulative")):
        return f'=100*SUMIF({roles},"part",{used})/SUMIF({roles},"whole",{used})', False
    if way == "median" and aspect in ("value", "cumulative"):
        return f'=MEDIAN(IF({roles}="value",{used}))', True
    return f"=SUM({used})", False


def _note(told: Mapping[str, Any]) -> str:
    notes = [
        f"{told['figure']}@{told['period']}",
        told["unit"],
        ASPECTS[told["definition"]["aspect"]][0],
        BOUNDS[told["bound"]][0].strip(),
    ]
    notes += ["rests on a sample or estimate"] if told["sample"] else []
    return ", ".join(note for note in notes if note)


def _addend(making: _Book, sheet: Worksheet, row: int, told: Mapping[str, Any], one: Mapping[str, Any]) -> None:
    look = making.formats
    texts = (told["figure"], one["office"], one["file"], one["sheet"], one["cell"] or "", one["typed"])
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, look["muted" if column == A else "text"])
    value = float(one["value"])
    sheet.write_number(row, USED, value, look["number" if value.is_integer() else "decimal"])
    sheet.write_string(row, ROLE, one["role"], look["text"])
    sheet.write_string(row, ROLE + 1, one["corrected_by"] or "", look["text"])
    notes = [BOUNDS[one["bound"]][0].strip(), ROLES.get(one["role"], ("",))[0] if one["role"] == "same" else ""]
    notes += ["sample or estimate"] if one["sample"] else []
    sheet.write_string(row, NOTE, ", ".join(note for note in notes if note), look["muted"])


def _left_out(making: _Book, sheet: Worksheet, row: int, told: Mapping[str, Any], one: Mapping[str, Any]) -> None:
    look = making.formats
    places = (one["file"] or "", one["sheet"] or "", one["cell"] or "", one.get("typed", ""))
    texts = (told["figure"], one["office"], *places)
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, look["muted" if column == A else "absent"])
    sheet.write_string(row, ROLE, "left out", look["absent"])
    sheet.write_string(row, NOTE, WHY.get(one["why"], (one["why"],))[0], look["absent"])


def _column(at: int) -> str:
    """Return the letter of a column, counted from 0; thirteen are enough here."""
    return chr(ord("A") + at)
