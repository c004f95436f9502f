"""Rows as an office would type them -> its workbook, byte for byte the same each time.

    workbook(form, office="jiangsu", activities=[{"activity_code": "JS-2014Q4-01", ...}])

writes every sheet of the form, stamps the cover and ticks "nothing to report" for tables
that stay empty.  Values stand in the cells as they are given: "１２" stays text, 12 a number.
The workbooks of the real case (`tests.case.make`) and the small ones of the tests are its work.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.units import pixels_to_EMU, pixels_to_points
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from pipeline.model import Field, Form, Period, Table


@dataclass(frozen=True, slots=True)
class Percent:
    """A ratio in a cell formatted in per cent, with as many decimals as it has."""

    ratio: Decimal

    @property
    def format(self) -> str:
        """The number format: 0% for 0.4, 0.00% for 0.0413."""
        decimals = max(0, -int(self.ratio.normalize().as_tuple().exponent) - 2)
        return f"0.{'0' * decimals}%" if decimals else "0%"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that floats over its cell."""

    data: bytes


Row = Mapping[str, object]  # text, number, flag, date, Percent, Drawn or None, by the field's name

DAY_FORMATS = {"province": 'yyyy"年"m"月"d"日"'}
ISO_DAY = "yyyy-mm-dd"
COVER: Row = {"filled_by": "项目专员", "approved_by": "办公室主任", "signed_on": date(2015, 1, 6)}
HOW_TO_FILL = {
    "rows": "One row for each. Not counted: type “not recorded”. Does not apply: type “n/a”.  一事一行。没有统计的填“未统计”，不适用的填“不适用”。",
    "card": "Fill in column B.\n请填写 B 列。",
}

TITLE_ROW, HOW_ROW, ANCHOR_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3, 4, 5
CARD_ROW = 4
WIDTHS = {
    "long": 48,
    "text": 26,
    "picture": 30,
    "code": 17,
    "codes": 34,
    "choice": 20,
    "when": 19,
    "day": 16,
    "stamp": 30,
}
NARROW = 13
PICTURE_PIXELS, PICTURE_INSET = 200, 4

FONT = "Microsoft YaHei"
PLAIN, BOLD, HEAD = Font(FONT, 10.5), Font(FONT, 10.5, bold=True), Font(FONT, 10.5, bold=True, color="FFFFFF")
TITLE, NOTE = Font(FONT, 16, bold=True, color="0E4F5C"), Font(FONT, 9, color="52626B")
PETROL, TINT = PatternFill("solid", fgColor="0E4F5C"), PatternFill("solid", fgColor="E8EFEF")
GRID = Border(*[Side("thin", color="C7D0D3")] * 4)
WRAPPED = Alignment(vertical="top", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)

MADE = datetime(2015, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # openpyxl wants it without a zone
CORE = "docProps/core.xml"
CONTENT_TYPES = "[Content_Types].xml"


def workbook(
    form: Form,
    office: str = "jiangsu",
    period: str | Period = "2014-Q4",
    *,
    version: int = 1,
    nothing: Collection[str] = (),
    tick: bool = True,
    **tables: Row | Sequence[Row],
) -> bytes:
    """Return the workbook of an office.

    Args:
        form: as loaded by `pipeline.form.load_library`.
        office: the stamp on the cover.
        period: the same.
        version: the typed one, on the cover.
        nothing: tables to tick "nothing to report", whatever stands in them.
        tick: whether empty tables that need a tick get one by themselves.
        tables: the rows of each table; of a card its one row, which may stand alone.
            `cover` adds to what is filled in for it, or changes it.
    """
    stamps = {"form": form.name, "edition": form.edition, "office": office, "period": str(period)}
    rows = {name: [given] if isinstance(given, Mapping) else list(given) for name, given in tables.items()}
    empty = {table.name for table in form.tables if table.silence == "tick" and not rows.get(table.name)}
    ticked = {f"nothing_{name}": "是" for name in (*nothing, *(empty if tick else ()))}
    cover: Row = {**stamps, **COVER, "version": version, **ticked, **(rows.get("cover") or [{}])[0]}
    target = io.BytesIO()
    write_workbook(form, {**rows, "cover": [cover]}, target)
    return target.getvalue()


def write_workbook(form: Form, tables: Mapping[str, Sequence[Row]], target: Path | BinaryIO) -> None:
    """Write the sheets of a form with these rows in them; `cover` has its stamps and ticks among its fields."""
    _refuse_unknown(form, tables)
    book = Workbook()
    book.remove(book.worksheets[0])
    day = DAY_FORMATS.get(form.name, ISO_DAY)
    for table in form.tables:
        sheet = book.create_sheet(table.tab)
        rows = tables.get(table.name, ())
        if table.layout == "card":
            _write_card(sheet, table, _lines(form, table), rows[0] if rows else {}, day)
        else:
            _write_rows(sheet, table, rows, day)
        _set_page(sheet, table)
    data = _fixed(book)
    if isinstance(target, Path):
        target.write_bytes(data)
    else:
        target.write(data)


def _refuse_unknown(form: Form, tables: Mapping[str, Sequence[Row]]) -> None:
    """Stop at a table or field that the form does not have: a misspelt one would test nothing."""
    for name, rows in tables.items():
        known = {anchor for anchor, _ in _lines(form, form.table(name))}
        unknown = {field for row in rows for field in row} - known
        assert not unknown, f"{form.name}.{name} has no {', '.join(sorted(unknown))}"


# ---- sheets --------------------------------------------------------------------------------------

Line = tuple[str, str]  # a field's name and its label in both languages


def _label(field: Field) -> str:
    return f"{field.title.en}\n{field.title.zh}"


def _lines(form: Form, table: Table) -> list[Line]:
    """Return the fields of a table with their labels; of the cover also its ticks."""
    lines = [(field.name, _label(field)) for field in table.fields]
    if table.name != "cover":
        return lines
    silent = [other for other in form.tables if other.silence == "tick"]
    return lines + [
        (f"nothing_{other.name}", f"Nothing to report: {other.title.en}\n本季无：{other.title.zh}") for other in silent
    ]


def _write_top(sheet: Worksheet, table: Table) -> None:
    sheet.cell(TITLE_ROW, 1, f"{table.title.zh} {table.title.en}").font = TITLE
    how = sheet.cell(HOW_ROW, 1, HOW_TO_FILL[table.layout])
    how.font, how.alignment = NOTE, Alignment(vertical="top", wrap_text=table.layout == "card")
    sheet.row_dimensions[HOW_ROW].height = 28


def _write_rows(sheet: Worksheet, table: Table, rows: Sequence[Row], day: str) -> None:
    _write_top(sheet, table)
    for column, field in enumerate(table.fields, 1):
        sheet.cell(ANCHOR_ROW, column, f"#{field.name}").font = NOTE
        header = sheet.cell(HEADER_ROW, column, _label(field))
        header.font, header.fill, header.alignment, header.border = HEAD, PETROL, CENTRED, GRID
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(field.kind, NARROW)
        for number, row in enumerate(rows, FIRST_ROW):
            _type(sheet.cell(number, column), row.get(field.name), day)
    sheet.row_dimensions[ANCHOR_ROW].hidden = True
    sheet.row_dimensions[HEADER_ROW].height = 46
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)


def _write_card(sheet: Worksheet, table: Table, lines: Iterable[Line], row: Row, day: str) -> None:
    _write_top(sheet, table)
    for number, (name, words) in enumerate(lines, CARD_ROW):
        label = sheet.cell(number, 1, words)
        label.font, label.fill, label.alignment, label.border = BOLD, TINT, WRAPPED, GRID
        _type(sheet.cell(number, 2), row.get(name), day)
        sheet.cell(number, 3, f"#{name}").font = NOTE
        sheet.row_dimensions[number].height = 31 if len(str(row.get(name, ""))) < 60 else 110
    for letter, width in (("A", 38), ("B", 62)):
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["C"].hidden = True


def _set_page(sheet: Worksheet, table: Table) -> None:
    """Make it fit A4: rows lying, cards standing, one page wide."""
    sheet.page_setup.orientation = "landscape" if table.layout == "rows" else "portrait"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    if table.layout == "rows":
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


# ---- cells ---------------------------------------------------------------------------------------


def _type(cell: Cell, value: object, day: str) -> None:
    """Put a value into a cell as a person would have typed it."""
    cell.font, cell.alignment, cell.border = PLAIN, WRAPPED, GRID
    if isinstance(value, Drawn):
        _draw(cell, value.data)
    elif isinstance(value, Percent):
        cell.value, cell.number_format = value.ratio, value.format
    else:
        cell.value = value
    if isinstance(value, date):
        cell.number_format = day
    if isinstance(value, str):
        cell.data_type = "s"  # "=…" too is text here: no formula is written from data


def _draw(cell: Cell, data: bytes) -> None:
    """Lay a picture over a cell, its row as high as it needs."""
    image = Image(io.BytesIO(data))
    width, height = PICTURE_PIXELS, round(PICTURE_PIXELS * image.height / image.width)
    inset = pixels_to_EMU(PICTURE_INSET)
    corner = AnchorMarker(col=cell.column - 1, colOff=inset, row=cell.row - 1, rowOff=inset)
    image.anchor = OneCellAnchor(_from=corner, ext=XDRPositiveSize2D(cx=pixels_to_EMU(width), cy=pixels_to_EMU(height)))
    cell.parent.add_image(image)
    cell.parent.row_dimensions[cell.row].height = pixels_to_points(height + 2 * PICTURE_INSET)


# ---- the same bytes each time ---------------------------------------------------------------------


def _fixed(book: Workbook) -> bytes:
    """Return the workbook saved, with a fixed date on every part and the parts in order."""
    book.properties = DocumentProperties(creator="SCORE", created=MADE, modified=MADE)
    saved = io.BytesIO()
    book.save(saved)  # sets the clock's time as `modified`
    book.properties.modified = MADE
    target = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as fixed:
        for name in sorted(source.namelist(), key=lambda name: (name != CONTENT_TYPES, name)):
            part = tostring(book.properties.to_tree()) if name == CORE else source.read(name)
            fixed.writestr(_entry(name), part, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 0  # else it says on which system it was made
    return entry
