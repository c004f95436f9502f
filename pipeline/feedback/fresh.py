"""The lines of the first sheet -> a workbook of their own, for a return that cannot be marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline import files
from pipeline.feedback import words
from pipeline.feedback.first import WIDTHS, Cell, Line, clean
from pipeline.feedback.letter import Letter
from pipeline.feedback.looks import FONT, LINE, LOOKS, VERDICTS, Look
from pipeline.feedback.sheet import HIDDEN, location
from pipeline.model import ANSWER_ANCHOR

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  the file has no date of its own; XlsxWriter wants it naive
A4 = 9


def fresh_workbook(letter: Letter, lines: Sequence[Line], source: str) -> bytes:
    """Return the findings as a workbook of their own.

    Args:
        letter: what is told.
        lines: the same as rows.
        source: where her own workbook lies, seen from the answer; its cells are linked there.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(words.TITLE[letter.language])
    _set_up(sheet, letter)
    formats = {name: book.add_format(_format(look)) for name, look in LOOKS.items()}
    for row, line in enumerate(lines):
        sheet.set_row(row, line.height)
        for cell in line.cells:
            _write(sheet, row, cell, formats[cell.look], source)
    book.close()
    return files.stable_zip(target.getvalue())


def _set_up(sheet: Worksheet, letter: Letter) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(HIDDEN - 1, HIDDEN - 1, None, None, {"hidden": True})
    sheet.write_string(0, HIDDEN - 1, ANSWER_ANCHOR)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(f"#{VERDICTS[letter.state].edge}")
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, row: int, cell: Cell, look: Format, source: str) -> None:
    first, text = cell.column - 1, clean(cell.text)
    if cell.last:
        sheet.merge_range(row, first, row, cell.last - 1, "", look)
    if cell.link and "#" not in source:
        sheet.write_url(row, first, f"external:{source}#{location(*cell.link)}", look, text)
    else:
        sheet.write_string(row, first, text, look)


def _format(look: Look) -> dict[str, Any]:
    """Return a look as XlsxWriter asks for it."""
    told: dict[str, Any] = {
        "font_name": FONT,
        "font_size": look.size,
        "font_color": f"#{look.colour}",
        "bold": look.bold,
        "underline": int(look.underline),
        "text_wrap": look.wrap,
        "indent": look.indent,
        "valign": "vcenter",
        "align": "right" if look.right else "left",
    }
    if look.fill:
        told["bg_color"] = f"#{look.fill}"
    if look.hairline:
        told |= {"bottom": 1, "bottom_color": f"#{LINE}"}
    for side, colour in (("top", look.top), ("bottom", look.bottom)):
        if colour:
            told |= {side: 2, f"{side}_color": f"#{colour}"}
    return told
