"""A good workbook, spoilt in every way we could think of: each must be noticed, by the code that is right for it."""

from __future__ import annotations

import io
import random
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from pipeline.examine import examine
from pipeline.messages import say
from pipeline.model import Checked, Form, Library, Severity, Terms
from tests.build import Drawn, Percent, workbook

TERMS = Terms({"measures": {"defect_rate": "share", "benefit": "rmb", "suggestions": "number"}}, {"north": "NO"})


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return target.getvalue()


def huge_picture() -> bytes:
    """Return a PNG that says it has 63 million pixels."""
    said = struct.pack(">IIBBBBB", 9000, 7000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", said), (b"IDAT", zlib.compress(bytes(27_001), 9)), (b"IEND", b"")]
    written = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


ROWS: dict[str, Any] = {
    "enterprises": [
        {"enterprise_code": f"NO-00{n}", "name_en": f"Factory {n}", "may_be_named": "否", "place": "town", "sector": "机械", "employees": 120, "employees_women": 40}
        for n in (1, 2)
    ],
    "activities": [
        {"activity_code": f"NO-2014Q4-0{n}", "kind": "ToT", "title_en": title, "module": "质量管理", "status": "已完成", "starts": date(2014, 12, 9), "ends": date(2014, 12, 11), "place": "town", "trainers": 6, "trainers_women": 2, "basis": "签到表或证书"}
        for n, title in enumerate(("Training", "More training", "Last training"), 1)
    ],
    "progress": [{"enterprise_code": "NO-001", "module": "质量管理", "status": "培训中"}],
    "results": [
        {"enterprise_code": "NO-001", "measure": "defect_rate", "per": "累计", "before": Percent(Decimal("0.0413")), "after": Percent(Decimal("0.0061")), "basis": "企业记录"},
        {"enterprise_code": "NO-001", "measure": "suggestions", "per": "累计", "after": 307, "basis": "企业记录"},
    ],
    "stories": [{"story_code": "NO-S01", "section": "地方动态", "place": "town", "headline_en": "News", "text_en": "Words", "consent": "已书面同意"}],
    "photos": [{"photo_code": "NO-F01", "picture": Drawn(picture()), "moment": "现场", "story_code": "NO-S01", "alt_en": "Hall", "consent": "已书面同意"}],
    "contributions": [{"activity_code": "NO-2014Q4-01", "payer": "参训企业", "in_form": "现金", "amount_rmb": 5000, "basis": "企业记录"}],
}  # fmt: skip


@cache
def good(form: Form) -> bytes:
    return workbook(form, "north", **ROWS)


Spoil = Callable[[bytes, Form], bytes]


# ---- ways to spoil ------------------------------------------------------------------------------------


def edited(change: Callable[[Workbook, Form], None]) -> Spoil:
    """Change a workbook as a person at Excel would, by openpyxl."""

    def spoil(data: bytes, form: Form) -> bytes:
        book = load_workbook(io.BytesIO(data))
        change(book, form)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    return spoil


def column(form: Form, table: str, field: str) -> int:
    return [one.name for one in form.table(table).fields].index(field) + 1


def typed(table: str, field: str, value: object, row: int = 5, format: str | None = None) -> Spoil:
    """Type something into one cell."""

    def change(book: Workbook, form: Form) -> None:
        cell = book[form.table(table).tab].cell(row, column(form, table, field))
        cell.value = value  # type: ignore[assignment]
        if format:
            cell.number_format = format

    return edited(change)


def on(table: str, change: Callable[[Worksheet], object]) -> Spoil:
    """Change one sheet."""
    return edited(lambda book, form: void(change(book[form.table(table).tab])))


def void(_: object) -> None:
    """Take what a call returns, and nothing else."""


def line(table: str, *values: object) -> Spoil:
    """Write a line below the data, from the first column on."""
    return on(table, lambda sheet: sheet.append(values))


def merged(table: str, field: str, first: int, last: int) -> Spoil:
    def change(book: Workbook, form: Form) -> None:
        at = column(form, table, field)
        book[form.table(table).tab].merge_cells(start_row=first, end_row=last, start_column=at, end_column=at)

    return edited(change)


def cover(field: str, value: object) -> Spoil:
    def change(book: Workbook, form: Form) -> None:
        sheet = book[form.table("cover").tab]
        [row] = [row for row in range(1, 60) if sheet.cell(row, 3).value == f"#{field}"]
        sheet.cell(row, 2).value = value  # type: ignore[assignment]

    return edited(change)


def part(pattern: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Change the bytes of the parts whose name matches; what is not changed at all is a mistake of the test."""

    def spoil(data: bytes, form: Form) -> bytes:
        target, changed = io.BytesIO(), False
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as spoilt:
            for name in source.namelist():
                before = source.read(name)
                after = change(before) if re.search(pattern, name) else before
                changed |= after != before
                spoilt.writestr(name, after)
        assert changed, pattern
        return target.getvalue()

    return spoil


def swapped(old: bytes, new: bytes, times: int = 1) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, times)


def rich(table: str, at: str, *runs: object) -> Spoil:
    """Type a text of several looks into one cell."""
    return on(table, lambda sheet: setattr(sheet[at], "value", CellRichText(*runs)))


def run(text: str, **looks: object) -> TextBlock:
    return TextBlock(InlineFont(**looks), text)  # type: ignore[arg-type]


def struck(text: str) -> TextBlock:
    return run(text, strike=True)


def first_cells(sheet: Worksheet) -> None:
    """Copy the header row among the data."""
    for cell in list(sheet[4]):
        sheet.cell(8, cell.column, cell.value)


def second_sheet(book: Workbook, form: Form) -> None:
    copy = book.copy_worksheet(book[form.table("activities").tab])
    copy.title = "活动 (2)"


def swap_headers(sheet: Worksheet) -> None:
    place, kind = sheet["D4"], sheet["C4"]
    place.value, kind.value = kind.value, place.value


def row_above(sheet: Worksheet) -> None:
    sheet.insert_rows(4)
    for cell in list(sheet[6]):
        sheet.cell(4, cell.column, cell.value)


def sorted_in(sheet: Worksheet) -> None:
    """Move the headers one row down and what stood there up, without any mark of ours."""
    for cell in list(sheet[4]):
        below = sheet.cell(5, cell.column)
        cell.value, below.value = below.value, cell.value
    sheet.delete_rows(3)


def copy_column(sheet: Worksheet) -> None:
    last = sheet.max_column + 1
    for row in range(1, 8):
        sheet.cell(row, last, sheet.cell(row, 2).value)


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[6].hidden = True


def two_pictures(data: bytes, form: Form) -> bytes:
    return part("drawing1.xml$", lambda xml: re.sub(rb"(<(?:xdr:)?oneCellAnchor>.*</(?:xdr:)?oneCellAnchor>)", rb"\1\1", xml, flags=re.DOTALL))(data, form)  # fmt: skip


def moved_picture(data: bytes, form: Form) -> bytes:
    return part("drawing1.xml$", lambda xml: re.sub(rb"<((?:xdr:)?)col>1<", rb"<\1col>40<", xml))(data, form)


def zipped(names: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return target.getvalue()


def instead(data: bytes) -> Spoil:
    return lambda _, __: data


def crc(data: bytes, form: Form) -> bytes:
    """Change one byte of a part that is stored as it is: the file looks whole, its checksum says no."""
    return stored(data).replace(b"<v>307</v>", b"<v>308</v>", 1)


def stored(data: bytes) -> bytes:
    """Return the same parts, none of them deflated: what is changed in them stays well-formed more often."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    return zipped(parts, zipfile.ZIP_STORED)


def without(data: bytes, lost: str) -> bytes:
    """Return the same parts but for one."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return zipped({name: source.read(name) for name in source.namelist() if name != lost})


def formatted(rows: int, columns: int) -> Callable[[bytes], bytes]:
    """Put empty formatted cells below the data."""

    def change(xml: bytes) -> bytes:
        cells = b"".join(b"<row>" + b'<c s="1"/>' * columns + b"</row>" for _ in range(rows))
        return xml.replace(b"</sheetData>", cells + b"</sheetData>")

    return change


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ACTIVITIES = "sheet3.xml$"
BOMB = b"<worksheet>" + b" " * (201 << 20) + b"</worksheet>"

LONG = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(10, 100_010))

MUTATIONS: dict[str, tuple[Spoil, str]] = {
    # what is typed into a cell
    "a unit typed in": (typed("activities", "trainers", "6人"), "unit_typed_in"),
    "words for a number": (typed("activities", "trainers", "six"), "not_a_count"),
    "a fraction of a person": (typed("activities", "trainers", 6.5), "not_a_count"),
    "less than nobody": (typed("activities", "trainers", -6), "negative"),
    "a day made of 1-2": (typed("activities", "trainers", 41641, format="yyyy-mm-dd"), "not_a_count"),
    "a number formatted in per cent": (typed("activities", "trainers", 6, format="0%"), "not_a_count"),
    "a bound where none is asked": (typed("activities", "trainers", "more than 6"), "bound_not_asked"),
    "more women than people": (typed("activities", "trainers_women", 7), "part_exceeds_whole"),
    "an end before its start": (typed("activities", "ends", date(2014, 12, 1)), "ends_before_start"),
    "a word one letter off": (typed("activities", "kind", "Meetnig"), "near_miss"),
    "a word of no list": (typed("activities", "kind", "Party"), "not_in_list"),
    "a required cell cleared": (typed("activities", "place", None), "required"),
    "a required cell with a space": (typed("activities", "place", "  "), "required"),
    "what another answer requires": (typed("activities", "module", None), "required_if"),
    "no time at all": (typed("activities", "starts", "soon"), "not_a_when"),
    "the 31st of November": (typed("activities", "starts", "2014-11-31"), "no_such_day"),
    "a day as a plain number": (typed("activities", "starts", 41982, format="General"), "day_as_number"),
    "a code of another shape": (typed("enterprises", "enterprise_code", "NO-1"), "wrong_pattern"),
    "the same code twice": (typed("activities", "activity_code", "NO-2014Q4-02"), "repeated_key"),
    "neither name": (typed("enterprises", "name_en", None), "one_of"),
    "yes and no": (typed("enterprises", "may_be_named", "yes and no"), "not_a_flag"),
    "an error cell": (typed("activities", "trainers", "#REF!"), "error_cell"),
    "a formula never calculated": (typed("activities", "trainers", "=SUM(A1:A3)"), "formula_without_value"),
    "a share that may be either": (typed("results", "before", 0.5, format="General"), "share_ambiguous"),
    "a share without its sign": (typed("results", "before", 4.13, format="General"), "share_read_as_percent"),
    "a share in words": (typed("results", "before", "a little"), "not_a_share"),
    "no such measure": (typed("results", "measure", "joy"), "measure_missing"),
    "an amount in wan": (typed("contributions", "amount_rmb", "0.5万元"), "amount_in_wan"),
    "an amount in words": (typed("contributions", "amount_rmb", "much"), "not_an_amount"),
    "finer than a fen": (typed("contributions", "amount_rmb", 0.001), "finer_than_fen"),
    "characters nobody sees": (part(ACTIVITIES + "|sharedStrings", swapped(b">Training<", b">Train_x0007_ing<")), "control_characters"),
    "text where a picture belongs": (typed("photos", "picture", "hall.jpg", row=6), "not_a_picture"),
    # how the form was treated
    "a sheet deleted": (edited(lambda book, form: book.remove(book[form.table("practices").tab])), "sheet_missing"),
    "a column deleted": (on("activities", lambda sheet: sheet.delete_cols(11)), "column_missing"),
    "a column copied": (on("activities", copy_column), "column_twice"),
    "headers exchanged": (on("activities", swap_headers), "column_disagrees"),
    "a header that says another unit": (typed("contributions", "amount_rmb", "金额（万元）", row=4), "header_changed"),
    "a header that says other people": (typed("enterprises", "employees_women", "of whom men\n其中男性", row=4), "header_changed"),
    "a row typed above the headers": (on("activities", row_above), "rows_above"),
    "headers sorted in among the data": (on("activities", sorted_in), "rows_above"),
    "headers and marks sorted in among the data": (on("activities", lambda sheet: (sheet.move_range("A3:AG4", rows=3), sheet.move_range("A5:AG5", rows=-2))), "rows_above"),
    "a column of her own": (on("activities", lambda sheet: sheet.cell(5, 60, "mine")), "own_columns"),
    "a column put in between": (on("activities", lambda sheet: (sheet.insert_cols(3), sheet.cell(5, 3, "mine"))), "own_columns"),
    "a sheet of her own": (edited(lambda book, form: void(book.create_sheet("草稿").cell(1, 1, "x"))), "own_sheet"),
    "a sheet copied": (edited(second_sheet), "sheet_twice"),
    "a subtotal": (line("activities", "合计", *[None] * 18, 18), "subtotal_left_out"),
    "a total in English": (line("activities", "Total:", *[None] * 18, 18), "subtotal_left_out"),
    "a subtotal of what stands above": (line("activities", "以上合计", *[None] * 18, 18), "subtotal_left_out"),
    "a subtotal of enterprises": (line("activities", "企业小计", *[None] * 18, 18), "subtotal_left_out"),
    "a total with its unit": (line("contributions", "合计（元）", None, None, 5000), "subtotal_left_out"),
    "a total in RMB": (line("contributions", "TOTAL RMB", None, None, 5000), "subtotal_left_out"),
    "a row with nothing but a word of a list": (line("results", None, None, None, "累计", None, 42), "required"),
    "a subtotal without a word": (line("activities", *[None] * 20, "=SUM(U5:U7)"), "subtotal_left_out"),
    "a note below": (line("activities", "注：以上数据截至年底"), "note_not_read"),
    "a line to sign": (line("activities", "填表人：张三", None, "审核人：李四"), "note_not_read"),
    "the headers again": (on("activities", first_cells), "header_again"),
    "a hidden row": (on("activities", hide), "hidden_rows"),
    "a hidden sheet": (on("activities", lambda sheet: setattr(sheet, "sheet_state", "hidden")), "hidden_sheet"),
    "a number merged over rows": (merged("activities", "trainers", 5, 6), "merged_number"),
    "an empty sheet without a tick": (cover("nothing_practices", None), "silent"),
    "a tick beside rows": (cover("nothing_activities", "是"), "ticked_but_filled"),
    "two pictures over one cell": (two_pictures, "picture_twice"),
    "a picture beside its column": (moved_picture, "picture_elsewhere"),
    "a picture that is none": (part("media/", lambda data: data[:60]), "picture_unreadable"),
    "a picture far too large": (part("media/", lambda _: huge_picture()), "picture_too_large"),
    # the cover
    "another form": (cover("form", "census"), "wrong_form"),
    "a form of the future": (cover("edition", "2099.1"), "edition_unknown"),
    "a form of an edition before the first": (cover("edition", "1.0"), "edition_unknown"),
    "a form of an edition between": (cover("edition", "2014.1.5"), "edition_unknown"),
    "a form of the year before": (cover("edition", "2013.1"), "edition_unknown"),
    "a form of no edition": (cover("edition", "²"), "edition_unknown"),
    "no office": (cover("office", None), "stamp_missing"),
    "no period": (cover("period", "last winter"), "stamp_missing"),
    "no cover": (edited(lambda book, form: book.remove(book[form.table("cover").tab])), "no_cover"),
    # no workbook, or a broken one
    "nothing in it": (instead(b""), "is_empty"),
    "only zeros": (instead(bytes(5000)), "is_empty"),
    "an old workbook": (instead(OLE + "Workbook".encode("utf-16-le")), "is_xls"),
    "a WPS workbook": (instead(OLE + "ETExtData".encode("utf-16-le")), "is_et"),
    "an old Word document": (instead(OLE + "WordDocument".encode("utf-16-le")), "is_document"),
    "a password": (instead(OLE + "EncryptedPackage".encode("utf-16-le")), "password"),
    "a web page": (instead("<html><table><tr><td>培训</td></tr></table></html>".encode()), "is_web_page"),
    "a web page in one file": (instead(b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="x"\r\n'), "is_web_page"),
    "a text of Word": (instead(b"{\\rtf1\\ansi 12}"), "is_document"),
    "an XML table": (instead(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'), "is_xml"),
    "a CSV of Chinese Excel": (instead("编号,名称\n1,培训\n".encode("gb18030")), "is_text"),
    "a PDF": (instead(b"%PDF-1.4 ..."), "is_pdf"),
    "a RAR": (instead(b"Rar!\x1a\x07\x00"), "is_archive"),
    "a picture file": (instead(picture()), "is_picture"),
    "a zip of workbooks": (lambda data, form: zipped({"north.xlsx": data}), "is_archive"),
    "an OpenDocument": (instead(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})), "is_ods"),
    "a binary workbook": (instead(zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""})), "is_xlsb"),
    "a Word document": (instead(zipped({"[Content_Types].xml": b"", "word/document.xml": b""})), "is_document"),
    "noise": (instead(bytes(range(128, 256)) * 40), "not_a_workbook"),
    "half a file": (lambda data, form: data[: len(data) // 2], "truncated"),
    "zeros at the end": (lambda data, form: data[:-3000] + bytes(3000), "truncated"),
    "a wrong checksum": (crc, "damaged"),
    "a package without its list of parts": (lambda data, form: without(data, "[Content_Types].xml"), "damaged"),
    "broken XML": (part(ACTIVITIES, lambda xml: xml[: len(xml) // 2]), "damaged"),
    "a shared text that is not there": (part(ACTIVITIES, lambda xml: re.sub(rb'r="A5"[^>]*>.*?</c>', b'r="A5" t="s"><v>99999</v></c>', xml)), "damaged"),
    "a number that is none": (part(ACTIVITIES, lambda xml: re.sub(rb"<v>6</v>", b"<v>6x</v>", xml)), "damaged"),
    "a part twice": (lambda data, form: with_twice(data), "damaged"),
    "a document type": (part(ACTIVITIES, swapped(b"<worksheet", b"<!DOCTYPE w [<!ENTITY a 'b'>]><worksheet")), "unsafe_xml"),
    "a cell beyond all cells": (part(ACTIVITIES, swapped(b'r="B5"', b'r="B99999999"')), "far_cell"),
    "a column beyond all columns": (part(ACTIVITIES, swapped(b'r="B5"', b'r="ZZZ5"')), "far_cell"),
    "a part that inflates without end": (part(ACTIVITIES, lambda _: BOMB), "zip_bomb"),
    "a part that says it is small and is not": (lambda data, form: understated(part(ACTIVITIES, lambda _: BOMB)(data, form)), "damaged"),
    "parts without end": (lambda data, form: with_parts(data, 20_001), "zip_bomb"),
    "a sheet that is not there": (part("workbook.xml.rels$", swapped(b"sheet3.xml", b"sheet99.xml")), "damaged"),
    "millions of formatted cells": (part(ACTIVITIES, formatted(60_000, 52)), "too_many_cells"),
    "more rows than any office has": (part(ACTIVITIES, swapped(b"</sheetData>", LONG + b"</sheetData>")), "too_many_cells"),
}  # fmt: skip


@cache
def spoilt_by(way: str, form: Form) -> bytes:
    """Return the good workbook after one of the ways above or below, made once for all readers."""
    return (MUTATIONS[way][0] if way in MUTATIONS else HARMLESS[way])(good(form), form)


def understated(data: bytes) -> bytes:
    """Say in the archive's list that its largest part is a hundred bytes long."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = max(info.file_size for info in archive.infolist())
    said, true = struct.pack("<I", 100), struct.pack("<I", size)
    assert data.count(true) == 2  # before the part, and in the list
    return data.replace(true, said)


def with_parts(data: bytes, count: int) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(count):
            archive.writestr(f"x/{number}", b"")
    return target.getvalue()


def with_twice(data: bytes) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return target.getvalue()


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def look(data: bytes, library: Library) -> Checked:
    return examine(data, library, TERMS)


_LOOKED: dict[str, Checked] = {}


def looked_at_good(form: Form, library: Library) -> Checked:
    """Return what is found in the good workbook, looked at once."""
    if form.sha256 not in _LOOKED:
        _LOOKED[form.sha256] = look(good(form), library)
    return _LOOKED[form.sha256]


def test_the_workbook_that_is_spoilt_below_is_good(form: Form, library: Library) -> None:
    checked = look(good(form), library)
    assert (checked.findings, len(checked.records)) == ((), 12)


def test_there_are_enough_ways() -> None:
    assert len(MUTATIONS) >= 60
    assert len({code for _, code in MUTATIONS.values()}) >= 60


@pytest.mark.parametrize("way", MUTATIONS)
def test_every_way_to_spoil_a_workbook_is_noticed(way: str, form: Form, library: Library) -> None:
    data, code = spoilt_by(way, form), MUTATIONS[way][1]
    started = time.process_time()
    checked = look(data, library)
    assert code in {one.code for one in checked.findings}
    assert time.process_time() - started < 20
    for one in checked.findings:
        said = say(one)
        assert said.en
        assert said.zh
        assert not re.search(r"[{}]", said.en + said.zh)


# ---- and what does no harm ------------------------------------------------------------------------------


def add_titles(sheet: Worksheet) -> None:
    sheet.insert_rows(1, 2)
    sheet["A1"] = "某省项目办公室"


def add_blank_lines(sheet: Worksheet) -> None:
    sheet.insert_rows(6, 3)


def lose_anchors(sheet: Worksheet) -> None:
    sheet.delete_rows(3)


def lose_headers(sheet: Worksheet) -> None:
    for cell in sheet[4]:
        cell.value = None


def reword(sheet: Worksheet) -> None:
    sheet["A4"], sheet["B4"], sheet["C4"] = "活动编号", " Kind *", "Title  in English：英文标题"


def move_column(sheet: Worksheet) -> None:
    """Move the codes to the far right."""
    for row in range(1, 8):
        sheet.cell(row, 50, sheet.cell(row, 1).value)
        sheet.cell(row, 1).value = None


def rename(sheet: Worksheet) -> None:
    sheet.title = "本季活动情况"


def stretch(sheet: Worksheet) -> None:
    sheet.merge_cells("I5:I7")  # from


HARMLESS: dict[str, Spoil] = {
    "headers in one language, with a star or other blanks": on("activities", reword),
    "extra title rows": on("activities", add_titles),
    "blank lines": on("activities", add_blank_lines),
    "no anchors": on("activities", lose_anchors),
    "no headers": on("activities", lose_headers),
    "a column moved": on("activities", move_column),
    "a sheet renamed": on("activities", rename),
    "a sheet renamed, without anchors": on("activities", lambda sheet: (rename(sheet), lose_anchors(sheet))),
    "the sheets in another order": edited(lambda book, form: book.move_sheet(form.table("activities").tab, 5)),
    "words merged over rows that say the same": on("activities", stretch),
    "folded columns": on("activities", lambda sheet: sheet.column_dimensions.group("L", "M", hidden=True)),
    "formatted rows below": part(ACTIVITIES, formatted(5000, 3)),
    "far formatted cells": part(ACTIVITIES, swapped(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')),
    "prefixes": part(ACTIVITIES, lambda xml: re.sub(rb"<(/?)([a-z])", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=")),
    "no references": part(ACTIVITIES, lambda xml: dense(xml)),
    "strict": part("xml(.rels)?$", lambda xml: strict(xml)),
    "backslashes": part("workbook.xml.rels$", lambda xml: xml.replace(b"/xl/worksheets/", b"worksheets\\")),
}  # fmt: skip


def strict(xml: bytes) -> bytes:
    """Write the names of ISO Strict OOXML, as Excel's "Strict Open XML Spreadsheet" has them."""
    ours = b"http://schemas.openxmlformats.org/"
    for old, new in (
        (b"spreadsheetml/2006/main", b"spreadsheetml/main"),
        (b"officeDocument/2006/", b"officeDocument/"),
        (b"drawingml/2006/", b"drawingml/"),
    ):
        xml = xml.replace(ours + old, b"http://purl.oclc.org/ooxml/" + new)
    return xml


def dense(xml: bytes) -> bytes:
    """Write every cell of the rows of data and leave the references out."""

    def row(match: re.Match[bytes]) -> bytes:
        cells = dict(re.findall(rb'(<c r="([A-Z]+)\d+".*?(?:/>|</c>))', match[2], re.DOTALL)[i][::-1] for i in range(len(re.findall(rb"<c ", match[2]))))  # fmt: skip
        letters = [bytes([65 + n]) for n in range(26)] + [b"A" + bytes([65 + n]) for n in range(26)]
        return (
            match[1] + b"".join(re.sub(rb' r="[A-Z]+\d+"', b"", cells.get(one, b"<c/>")) for one in letters) + b"</row>"
        )

    return re.sub(rb'(<row r="[567]"[^>]*>)(.*?)</row>', row, xml, flags=re.DOTALL)


@pytest.mark.parametrize("way", HARMLESS)
def test_what_a_clerk_may_do_changes_nothing(way: str, form: Form, library: Library) -> None:
    before, after = looked_at_good(form, library), look(spoilt_by(way, form), library)
    assert [one.code for one in after.findings if one.severity is not Severity.NOTE] == []
    assert [dict(one.values) for one in after.records] == [dict(one.values) for one in before.records]


# ---- anything at all --------------------------------------------------------------------------------------


def spoilt(data: bytes, luck: random.Random) -> bytes:
    """Change, cut, repeat or zero some bytes, or turn one bit of one."""
    at, length = luck.randrange(len(data)), luck.randrange(1, 64)
    return luck.choice(
        [
            data[:at] + luck.randbytes(length) + data[at + length :],
            data[:at] + data[at + length :],
            data[:at] + data[at : at + length] * 3 + data[at + length :],
            data[:at] + bytes(length) + data[at + length :],
            *[data[:at] + bytes([data[at] ^ 1 << length % 3]) + data[at + 1 :]] * 3,
            data[:at],
        ]
    )


def said(checked: Checked) -> Any:
    return [(one.ref, dict(one.values), dict(one.typed)) for one in checked.records]


@pytest.mark.parametrize("seed", range(60))
def test_bytes_spoilt_at_random_are_refused_or_do_no_harm(seed: int, form: Form, library: Library) -> None:
    """No crash, no hang; and what is taken all the same says what the good one says."""
    luck = random.Random(seed)
    whole = good(form) if seed % 2 else stored(good(form))
    checked = look(spoilt(whole, luck), library)
    assert checked.findings or said(checked) == said(looked_at_good(form, library))


@pytest.mark.parametrize("seed", range(120))
def test_xml_spoilt_at_random_never_breaks_the_reader(seed: int, form: Form, library: Library) -> None:
    luck = random.Random(seed)
    parts = [
        "xl/workbook.xml$",
        ACTIVITIES,
        "sheet1.xml$",
        "styles.xml$",
        "sharedStrings.xml$",
        "drawing1.xml$",
        "rels$",
    ]
    started = time.process_time()
    try:
        data = part(luck.choice(parts), lambda xml: token_swapped(xml, luck))(good(form), form)
    except AssertionError:  # the change changed nothing
        return
    checked = look(data, library)
    assert checked.stamp is not None or checked.findings
    assert time.process_time() - started < 5


def token_swapped(xml: bytes, luck: random.Random) -> bytes:
    """Change one attribute or text of the XML, keeping it well-formed."""
    places = list(re.finditer(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', xml))
    place = luck.choice(places)
    new = luck.choice(
        [b"", b"-1", b"0", b"99999999999999999999", b"A1", b"1e400", b"nan", b"x", b"../../x", "培".encode()]
    )
    return xml[: place.start()] + new + xml[place.end() :]
