"""The bytes of a workbook -> what was typed in it, each answer with its cell.  Pure.

    sniff     what bytes are that are no workbook
    package   a zip of parts, inflated within limits
    sheet     one sheet's XML -> raw cells, merges, what is hidden
    styles    shared texts, and which style has which number format
    formats   what a person sees of a number in its format: 25.57 may be shown as 25.57万元
    runs      a rich text: a raised digit joins no number, what is struck through is told apart
    cells     the sheets with cells that say what stands in them: text, number, format, formula, error
    drawings  the pictures and text boxes over a sheet, and how each is shown
    pictures  which picture stands over or in which cell
    layout    which sheet is which table, which column is which field
    headers   which field a header names, and what stands above the headers
    cards     the cover and its like: each answer beside its label, and what stands elsewhere on them
    around    macros, links, notes, text boxes, printed pages: what is not read, and said
    pages     what headers and footers of pages say beside what our form prints there
    rows      which rows are data: no subtotals, notes or headers again; merged cells filled

No library is both right and safe for workbooks that strangers send (error cells are lost,
Chinese date formats misread, processes aborted); two of them are second opinions in the tests.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from pipeline.errors import RefusedFile
from pipeline.messages import finding, wrong_form
from pipeline.model import ANSWER_ANCHOR, Field, Finding, Form, Reading, Sheet, Table, Words
from pipeline.read.around import around
from pipeline.read.cells import Tab, read_tabs
from pipeline.read.headers import named
from pipeline.read.layout import HEADER_ROWS, card_of, find_tables, tab_of
from pipeline.read.package import open_package
from pipeline.read.pictures import Placed, clean

__all__ = ["Placed", "clean", "read_workbook"]


def read_workbook(data: bytes, forms: Mapping[str, Form]) -> tuple[Reading, Mapping[str, bytes]]:
    """Return what an office typed, sheet by sheet, and the pictures in it by SHA-256.

    Columns are found by their hidden anchors, else by their header in either language,
    never by position, so that an inserted row or column does no harm.  A blank cell is
    absent or None and a zero is 0; the two are never mixed.

    Args:
        data: the bytes of an .xlsx or .xlsm.
        forms: the forms that may come, by name.

    Raises:
        RefusedFile: not a workbook, damaged, protected, too large, or not one of `forms`.
    """
    package = open_package(data)
    all_tabs = read_tabs(package)
    tabs = tuple(tab for tab in all_tabs if not _is_answer(tab))
    if all_tabs and not tabs:
        raise RefusedFile("only_our_list")
    form, edition = _form_of(tabs, forms)
    sheets, findings = find_tables(tabs, form)
    reading = Reading(form, edition, sheets, ())
    beside = around(package, sheets, form, {tab.name: tab.sheeted.pages for tab in tabs})
    missing = _missing(reading, tabs)
    headless = {one.sheet for one in missing if one.code == "headers_missing"}
    others = [one for one in findings if not (one.code == "own_sheet" and one.sheet in headless)]
    return dataclasses.replace(reading, findings=(*missing, *others, *beside)), _pictures(reading, tabs)


def _is_answer(tab: Tab) -> bool:
    """Whether a tab is the first sheet of an answer of ours, sent back with the workbook."""
    return any(text.strip() == ANSWER_ANCHOR for _, _, text in tab.texts(HEADER_ROWS))


def _form_of(tabs: tuple[Tab, ...], forms: Mapping[str, Form]) -> tuple[Form, str]:
    """Return the form that the cover is stamped with, and the edition."""
    for form in forms.values():
        cover = card_of(tabs, form.table("cover"))
        if cover is None:
            continue
        [row] = cover.rows
        stamps = {name: str(row.cells[name].typed or "").strip() for name in ("form", "edition") if name in row.cells}
        stamp = stamps.get("form", "")
        if stamp not in forms:
            raise _unstamped(stamp, form.table("cover").field("form").title, _likely(tabs, forms))
        return _in_edition(forms[stamp], stamps.get("edition", ""))
    raise RefusedFile("no_cover")


def _likely(tabs: Sequence[Tab], forms: Mapping[str, Form]) -> dict[str, Form]:
    """Return the forms that have most of the workbook's sheets."""
    names = {tab.name for tab in tabs}
    alike = {name: sum(table.tab in names for table in form.tables) for name, form in forms.items()}
    return {name: form for name, form in forms.items() if alike[name] == max(alike.values())}


def _unstamped(stamp: str, label: Words, likely: Mapping[str, Form]) -> RefusedFile:
    """Return what to say of a cover that names no form of ours: it is another form, or our stamp was typed over."""
    if NAME.fullmatch(stamp):
        return RefusedFile("wrong_form", **wrong_form(stamp, likely, list(likely)))
    return RefusedFile(
        "stamp_missing",
        found=stamp,
        expected=" / ".join(f"{name} ({form.title.en})" for name, form in likely.items()),
        expected_zh=" / ".join(f" {name}（{form.title.zh}）" for name, form in likely.items()),
        label_en=label.en,
        label_zh=label.zh,
    )


NAME = re.compile("[a-z][a-z0-9_-]*")  # of a form


def _in_edition(form: Form, edition: str) -> tuple[Form, str]:
    if edition not in form.known_editions:
        raise RefusedFile("edition_unknown", found=edition, expected=form.edition)
    return form, edition


def _missing(reading: Reading, tabs: Sequence[Tab]) -> list[Finding]:
    """Return a finding for each sheet or column that the edition has and the workbook lacks."""
    found = []
    read = {sheet.name for sheet in reading.sheets.values()}
    left = [tab for tab in tabs if tab.name not in read]
    for table in reading.form.tables:
        sheet = reading.sheets.get(table.name)
        if sheet is None:
            found += [_gone(table, tab_of(left, table))] if reading.asks(table, table.since) else []
            continue
        lost = [field for field in table.fields if field.name not in sheet.columns and reading.asks(table, field.since)]
        found += [_lost(field, table, sheet) for field in lost]
    return found


def _gone(table: Table, tab: Tab | None) -> Finding:
    """Return that a table's sheet is not there, or that the tab of its name has none of its headers."""
    if tab is None:
        return dataclasses.replace(finding("sheet_missing", expected=table.tab, **named(table)), table=table.name)
    headless = finding("headers_missing", tab=tab.name, **named(table))
    return dataclasses.replace(headless, sheet=tab.name, table=table.name)


def _lost(field: Field, table: Table, sheet: Sheet) -> Finding:
    expected, words = f"{field.title.en} {field.title.zh}", table.entitled(field)
    lost = finding("column_missing", expected=expected, label_en=words.en, label_zh=words.zh, **named(table))
    return dataclasses.replace(lost, sheet=sheet.name, table=sheet.table, field=field.name)


def _pictures(reading: Reading, tabs: Sequence[Tab]) -> dict[str, bytes]:
    """Return the clean copies of the pictures that stand in the form's cells."""
    read = {
        cell.picture.clean
        for sheet in reading.sheets.values()
        for row in sheet.rows
        for cell in row.cells.values()
        if cell.picture
    }
    placed = (one for tab in tabs for several in tab.pictures.values() for one in several)
    return {one.picture.clean: one.data for one in placed if one.picture and one.picture.clean in read}
