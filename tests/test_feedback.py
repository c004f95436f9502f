"""The answer in the office's own workbook: what is marked, what stays as it came, and what comes off again."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.examine import examine
from pipeline.feedback import (
    Item,
    Letter,
    Receipt,
    Refused,
    Taken,
    answer_workbook,
    findings_workbook,
    items_of,
    refusal_page,
)
from pipeline.feedback.book import Book
from pipeline.feedback.first import MOST_LISTED
from pipeline.feedback.looks import MOST_MARKS
from pipeline.feedback.marks import take_off
from pipeline.feedback.notes import width
from pipeline.feedback.package import open_package
from pipeline.feedback.styles import styles_of
from pipeline.messages import finding, say
from pipeline.model import ANSWER_AUTHOR, Form, Library, Severity, check_of
from tests.test_mutations import HARMLESS, MUTATIONS, TERMS, Spoil, edited, good, part, swapped, typed

pytestmark = pytest.mark.nights

RED, AMBER = "FFF9E6E4", "FFFBF0D9"
TAB = "活动 Activities"
TOO_MANY = typed("activities", "trainers_women", 7)  # in V5


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def letter(items: tuple[Item, ...] = (), language: str = "zh", **more: Any) -> Letter:
    """Return what an office is told: two thirds of the mockup."""
    told: dict[str, Any] = {
        "language": language,
        "state": "back",
        "office": "北省",
        "period": "2014年第四季度",
        "version": 1,
        "received": "2015年1月9日",
        "due": "2015年1月14日",
        "folder": "inbox/north",
        "rows": 24,
        "good": 23,
        "items": items,
        "titles": (("version", "报送次数"), ("whats_new", "与上次相比的变化"), ("remarks", "备注")),
    }
    return Letter(**{**told, **more})


def ended(text: str) -> str:
    """Return a sentence of ours with its end, which tells whether anybody wrote into it."""
    return f"{text}【完 {check_of(text)}】"


def item(cell: str = "V5", sheet: str = TAB, severity: Severity = Severity.ERROR, text: str = "请改正。") -> Item:
    return Item(severity, text, sheet, (cell,), "NO-2014Q4-01", "7", "0 – 6")


def answered(data: bytes, library: Library, language: str = "zh") -> bytes:
    """Return the answer to a workbook, with what examining it finds."""
    found = items_of(examine(data, library, TERMS).findings, language)
    made = answer_workbook(data, letter(found, language), "north.xlsx")
    assert made.refused == ""
    return made.data


def cleaned(data: bytes) -> bytes:
    """Return a workbook with all that we put into it taken off again."""
    package = open_package(data)
    take_off(Book(package), styles_of(package))
    return package.saved() if package.touched else data


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """Return the parts that the answer changed, and those that it lost."""
    old, new = parts(before), parts(after)
    return {name for name in old if new.get(name) != old[name]}


def marks(data: bytes) -> dict[tuple[str, str], str]:
    """Return the cells that carry a mark, with its fill."""
    book = load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): str(cell.fill.fgColor.rgb)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in (RED, AMBER) and cell.border.left.style == "medium"
        if sheet.column_dimensions["J"].hidden is False or sheet.cell(1, 10).value != "#answer"
    }


def notes(data: bytes) -> dict[tuple[str, str], str]:
    book = load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def texts(data: bytes) -> list[str]:
    """Return what stands on the first sheet."""
    return [
        str(cell.value)
        for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
        for cell in row
        if cell.value is not None
    ]


# ---- what is marked ---------------------------------------------------------------------------------------


def test_the_cell_that_is_wrong_is_framed_and_has_a_note(form: Form, library: Library) -> None:
    data = answered(TOO_MANY(good(form), form), library)
    assert marks(data) == {(TAB, "V5"): RED}
    assert notes(data) == {
        (TAB, "V5"): "【核对】须改正："
        + ended("“其中女性”填的是 7，而“受训培训师”（U5）为 6。前者包含在后者之内，请核实后改正其中一个。")
    }
    cell = load_workbook(io.BytesIO(data))[TAB]["V5"]
    assert {str(getattr(cell.border, side).color.rgb) for side in ("left", "right", "top", "bottom")} == {"FFA0282C"}


def test_a_question_is_brown_and_a_note_marks_nothing(form: Form) -> None:
    items = (item("V5", severity=Severity.WARNING), item("V6", severity=Severity.NOTE))
    data = answer_workbook(good(form), letter(items), "").data
    assert marks(data) == {(TAB, "V5"): AMBER}
    assert list(notes(data)) == [(TAB, "V5")]


def test_the_first_sheet_says_the_verdict_and_leads_to_the_cell(form: Form, library: Library) -> None:
    data = answered(TOO_MANY(good(form), form), library)
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    assert (sheet.title, book.active.title, sheet.sheet_properties.tabColor.rgb) == ("核对结果", "核对结果", "FFA0282C")
    assert sheet["A2"].value == "已退回：请改正 1 处，改好后再放回您的文件夹。"
    assert "须改正 1 处" in sheet["A3"].value
    assert "报送截止日期 2015年1月14日" in sheet["A3"].value
    assert [sheet.cell(6, column).value for column in range(1, 8)] == ["1", "×  须改正", TAB, "NO-2014Q4-01", "V5", "7", "0 – 6"]  # fmt: skip
    assert sheet["E6"].hyperlink.location == f"'{TAB}'!V5"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.paperSize) == (
        "landscape",
        1,
        9,
    )


def test_an_office_that_writes_english_is_answered_in_english(form: Form, library: Library) -> None:
    data = answered(TOO_MANY(good(form), form), library, "en")
    said = texts(data)
    assert "Sent back: please correct 1 cell and put the workbook back into your folder." in said
    assert "×  To correct" in said
    assert not [one for one in said if "须改正" in one]
    assert notes(data)[TAB, "V5"].startswith("[Check] To correct: 'of whom women' is 7, but")


def test_one_fault_down_a_column_is_one_line_and_a_mark_at_each_cell(form: Form) -> None:
    one = Item(Severity.ERROR, "请改正。", TAB, ("V5", "V6", "V7"), "", "x", "")
    data = answer_workbook(good(form), letter((one,)), "").data
    assert [cell for _, cell in marks(data)] == ["V5", "V6", "V7"]
    assert "V5、V6、V7" in texts(data)


BOLD = 1.3  # how much wider a bold sign of the widest substitute for our font is than a usual one


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_link_to_many_cells_fits_into_its_column_for_links_are_not_folded(language: str, form: Form) -> None:
    one = Item(Severity.ERROR, "x", TAB, tuple(f"AB{row}" for row in range(801, 1000)))
    sheet = load_workbook(io.BytesIO(answer_workbook(good(form), letter((one,), language), "").data)).worksheets[0]
    assert sheet["E6"].value == ("AB801 等 199 处" if language == "zh" else "AB801 and 198 more")
    assert width(sheet["E6"].value) * BOLD <= sheet.column_dimensions["E"].width
    assert width(sheet["B6"].value) * BOLD <= sheet.column_dimensions["B"].width
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (True, 1, 0)  # fmt: skip


def test_two_findings_at_one_cell_are_one_note_under_the_graver_mark(form: Form) -> None:
    items = (item(text="第一处。"), item(severity=Severity.WARNING, text="第二处。"))
    data = answer_workbook(good(form), letter(items), "").data
    assert marks(data) == {(TAB, "V5"): RED}
    assert notes(data)[TAB, "V5"] == f"【核对】须改正：{ended('第一处。')}\n【核对】疑问：{ended('第二处。')}"


def test_what_the_project_office_lets_pass_is_told_and_not_marked(form: Form) -> None:
    import dataclasses

    one = dataclasses.replace(finding("required", label_en="Place", label_zh="地点", hint_en="", hint_zh="", reason="小镇未定", by="李"), sheet=TAB, cells=("K5",), excepted_by="x")  # fmt: skip
    items = items_of([one], "zh")
    data = answer_workbook(good(form), letter(items, state="ok"), "").data
    assert marks(data) == {}
    assert any(text.startswith("项目办公室已按例外处理：小镇未定（李），无需改动。原提示：") for text in texts(data))


def spoilt_cells(before: bytes, after: bytes) -> set[tuple[str, str]]:
    """Return the cells in which two workbooks of the same sheets differ."""
    old, new = (load_workbook(io.BytesIO(data)) for data in (before, after))
    if old.sheetnames != new.sheetnames:
        return set()
    return {
        (name, new[name].cell(row, column).coordinate)
        for name in old.sheetnames
        for row in range(1, max(old[name].max_row, new[name].max_row) + 1)
        for column in range(1, max(old[name].max_column, new[name].max_column) + 1)
        if old[name].cell(row, column).value != new[name].cell(row, column).value
        or old[name].cell(row, column).number_format != new[name].cell(row, column).number_format
    }


def showing(data: bytes, sheet: str, cell: str) -> tuple[str, str]:
    """Return the cell that shows what stands in one: of merged cells the first."""
    merges = load_workbook(io.BytesIO(data))[sheet].merged_cells.ranges
    return sheet, next((one.coord.partition(":")[0] for one in merges if one.issuperset(CellRange(cell))), cell)


# The fault is seen at another cell than the one that was spoilt: what it does not know the unit of.
ELSEWHERE = {"no such measure"}
LOOKED_AT = [way for way, (_, code) in MUTATIONS.items() if finding(code).severity is not Severity.NOTE]


@pytest.mark.parametrize("way", LOOKED_AT)
def test_of_every_spoilt_workbook_the_spoilt_cell_is_the_marked_one(way: str, form: Form, library: Library) -> None:
    spoil, code = MUTATIONS[way]
    data = spoil(good(form), form)
    checked = examine(data, library, TERMS)
    if checked.stamp is None:  # it is answered by a page
        page = refusal_page(Refused("zh", "a.xls", "", "", checked.findings[0])).decode()
        assert say(checked.findings[0]).zh in html.unescape(page)
        return
    found = [one for one in checked.findings if one.code == code]
    answer = answered(data, library)
    assert all(say(one).zh in texts(answer) for one in found)
    marked = set(marks(answer))
    assert {showing(data, str(one.sheet), cell) for one in found for cell in one.cells} <= marked
    spoilt = spoilt_cells(good(form), data)
    if len(spoilt) == 1 and way not in ELSEWHERE:
        assert {showing(data, *one) for one in spoilt} <= marked
    assert changed(data, answer) <= TOUCHED | {name for name in parts(data) if name.startswith("xl/worksheets/")}
    assert examine(answer, library, TERMS).findings == checked.findings


TOUCHED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def test_enough_of_the_spoilt_workbooks_differ_in_one_cell_that_is_marked(form: Form) -> None:
    differ = [way for way in LOOKED_AT if MUTATIONS[way][0].__qualname__.startswith("edited")]
    alone = [way for way in differ if len(spoilt_cells(good(form), MUTATIONS[way][0](good(form), form))) == 1]
    assert len(set(alone) - ELSEWHERE) > 20


# ---- what stays as it came --------------------------------------------------------------------------------


def test_every_part_that_need_not_change_is_the_same_byte_for_byte(form: Form, library: Library) -> None:
    data = TOO_MANY(good(form), form)
    answer = answered(data, library)
    assert changed(data, answer) == {*TOUCHED, "xl/worksheets/sheet3.xml"}
    new = set(parts(answer)) - set(parts(data))
    assert new == {
        "xl/worksheets/answer1.xml",
        "xl/answerComments1.xml",
        "xl/drawings/answerNotes1.vml",
        "xl/worksheets/_rels/sheet3.xml.rels",
    }


def test_the_same_answer_is_the_same_bytes(form: Form, library: Library) -> None:
    data = TOO_MANY(good(form), form)
    assert answered(data, library) == answered(data, library)


@pytest.mark.parametrize("way", HARMLESS)
def test_however_a_workbook_is_written_it_is_marked_and_says_the_same(way: str, form: Form, library: Library) -> None:
    data = HARMLESS[way](TOO_MANY(good(form), form), form)
    before = examine(data, library, TERMS)
    assert [one.code for one in before.findings if one.blocks] == ["part_exceeds_whole"]
    after = examine(answered(data, library), library, TERMS)
    assert (after.records, after.findings) == (before.records, before.findings)


def test_her_own_note_stays_behind_ours_and_alone_when_ours_is_off(form: Form) -> None:
    mine = edited(lambda book, form: setattr(book[TAB]["V5"], "comment", Comment("向培训师核实过", "张三")))
    data = answer_workbook(mine(good(form), form), letter((item(), item("V6"))), "").data
    assert notes(data)[TAB, "V5"] == f"【核对】须改正：{ended('请改正。')}\n————————\n向培训师核实过"
    assert sorted(cell for _, cell in notes(data)) == ["V5", "V6"]
    assert notes(cleaned(data)) == {(TAB, "V5"): "向培训师核实过"}


def test_a_conversation_of_hers_gets_no_words_of_ours(form: Form) -> None:
    talk = edited(lambda book, form: setattr(book[TAB]["V5"], "comment", Comment("[Threaded comment]", "tc={1}")))
    data = answer_workbook(talk(good(form), form), letter((item(),)), "").data
    assert marks(data) == {(TAB, "V5"): RED}
    assert notes(data) == {(TAB, "V5"): "[Threaded comment]"}


BUTTONS = b'''<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t201"/><v:shape id="_x0000_s1025" type="#_x0000_t201"><x:ClientData ObjectType="Button"/></v:shape></xml>'''  # fmt: skip


def test_a_drawing_of_buttons_keeps_them_and_takes_our_notes(form: Form) -> None:
    noted = edited(lambda book, form: setattr(book[TAB]["A1"], "comment", Comment("x", "张三")))(good(form), form)
    data = part("vml", lambda _: BUTTONS)(noted, form)
    answer = answer_workbook(data, letter((item(),)), "").data
    [drawing] = [xml for name, xml in parts(answer).items() if name.endswith(".vml")]
    assert (drawing.count(b'ObjectType="Button"'), drawing.count(b'ObjectType="Note"')) == (1, 1)
    assert b'shapetype id="_x0000_t202"' in drawing.replace(b"v:shapetype", b"shapetype")
    assert parts(cleaned(answer))[next(name for name in parts(data) if name.endswith(".vml"))].count(b"Button") == 1


def furnish(book: Workbook, form: Form) -> None:
    """Put into the sheet what a load and save by a library is apt to lose or move."""
    sheet = book[TAB]
    pick = DataValidation(type="list", formula1='"是,否"')
    pick.add("O5:O9")
    sheet.add_data_validation(pick)
    sheet.conditional_formatting.add("U5:U9", CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill(bgColor="FF0000")))  # fmt: skip
    sheet.print_area = "A1:AH9"
    sheet.protection.sheet = True
    book.defined_names["everywhere"] = DefinedName("everywhere", attr_text="'活动 Activities'!$A$1")
    sheet.defined_names["here"] = DefinedName("here", attr_text="'活动 Activities'!$B$2")
    book.active = 2


def test_names_lists_formats_and_protection_belong_to_the_same_sheets_as_before(form: Form) -> None:
    data = edited(furnish)(good(form), form)
    before, after = (load_workbook(io.BytesIO(one)) for one in (data, answer_workbook(data, letter((item(),)), "").data))  # fmt: skip
    assert after.sheetnames == ["核对结果", *before.sheetnames]
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert (new.print_area, new.print_title_rows) == (old.print_area, old.print_title_rows)
        assert {one: new.defined_names[one].attr_text for one in new.defined_names} == {one: old.defined_names[one].attr_text for one in old.defined_names}  # fmt: skip
    sheet = after[TAB]
    assert sheet.data_validations.dataValidation[0].sqref.ranges
    assert len(sheet.conditional_formatting) == 1
    assert sheet.protection.sheet
    assert after.defined_names["everywhere"].attr_text == "'活动 Activities'!$A$1"


def test_only_the_first_sheet_is_chosen_so_that_typing_goes_into_one(form: Form) -> None:
    data = answer_workbook(edited(furnish)(good(form), form), letter((item(),)), "").data
    chosen = [name for name, xml in parts(data).items() if re.search(rb'<(?:\w+:)?sheetView[^>]*tabSelected="1"', xml)]
    assert chosen == ["xl/worksheets/answer1.xml"]
    assert re.search(rb'activeTab="0"', parts(data)["xl/workbook.xml"])


IN_CELL = {  # what Microsoft 365 and WPS need for pictures in cells
    "xl/metadata.xml": b"<metadata/>",
    "xl/richData/rdrichvalue.xml": b"<rvData/>",
    "xl/cellimages.xml": b"<etc:cellImages/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "xl/persons/person.xml": b"<personList/>",
    "customXml/item1.xml": b"<wps/>",
}


def with_parts(more: dict[str, bytes]) -> Spoil:
    def add(data: bytes, form: Form) -> bytes:
        target = io.BytesIO(data)
        with zipfile.ZipFile(target, "a") as archive:
            for name, content in more.items():
                archive.writestr(name, content)
        return target.getvalue()

    return add


IN_ITS_CELL = b'<c r="B5" s="4" t="e" vm="1"><v>#VALUE!</v></c>'
DISPIMG = b'<c r="C5" s="4" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'


def test_pictures_of_all_three_kinds_stay(form: Form) -> None:
    photos = form.table("photos").tab
    cell = part("sheet8.xml$", swapped(b'<c r="B5" s="4" t="n"></c>', IN_ITS_CELL))
    dispimg = part("sheet8.xml$", swapped(b'<c r="C5" s="4" t="n"></c>', DISPIMG))
    data = with_parts(IN_CELL)(dispimg(cell(good(form), form), form), form)
    answer = answer_workbook(data, letter((item("B5", photos), item("C5", photos))), "").data
    xml = parts(answer)["xl/worksheets/sheet8.xml"]
    for written in (IN_ITS_CELL, DISPIMG):
        before, after = written.split(b's="4"')
        assert re.search(re.escape(before) + rb's="\d+"' + re.escape(after), xml)
    assert changed(data, answer) == {*TOUCHED, "xl/worksheets/sheet8.xml", "xl/worksheets/_rels/sheet8.xml.rels"}


TWO = (item(text="第一处。"), item(severity=Severity.WARNING, text="第二处。"))
FIRST, SECOND = "【核对】须改正：第一处。【完】", "【核对】疑问：第二处。【完】"
CHECKS = (check_of("第一处。"), check_of("first."))
REPLY = "经核实无误。"
REPLIES = {  # what stands in a note of ours when it comes back, and what of it is hers
    "appended": (f"{FIRST}\n{SECOND}\n{REPLY}", REPLY),
    "on our line": (f"{FIRST}\n{SECOND}{REPLY}", REPLY),
    "before": (f"{REPLY}\n{FIRST}\n{SECOND}", REPLY),
    "between": (f"{FIRST} {REPLY}\n{SECOND}", REPLY),
    "to each": (f"{FIRST}甲。\n{SECOND}乙。", "甲。\n乙。"),
    "with her name": (f"{FIRST}\n{SECOND}\n王会计:\n{REPLY}", f"王会计:\n{REPLY}"),
    "under her name": (f"王会计:\n{FIRST}\n{SECOND}\n{REPLY}", f"王会计:\n{REPLY}"),
    "under our name": (f"{ANSWER_AUTHOR}:\n{FIRST}\n{SECOND}\n{REPLY}", REPLY),
    "in place of one": (f"{FIRST}\n{REPLY}", REPLY),
    "in place of all": (REPLY, REPLY),
    "our beginning gone": (f"改正：第一处。【完】{REPLY}", f"改正：第一处。【完】{REPLY}"),
    "another line break": (f"{FIRST}\r\n{SECOND}_x000D_\n{REPLY}", REPLY),
    "with a rule of hers": (f"{FIRST}\n{REPLY}\n————————\n旧注", f"{REPLY}\n————————\n旧注"),
    "nothing added": (f"{FIRST}\n{SECOND}", ""),
    "only a name": (f"王会计:\n{FIRST}\n{SECOND}", ""),
    "only our name": (f"{ANSWER_AUTHOR}:\n{FIRST}\n{SECOND}\n", ""),
    "emptied": ("", ""),
    "of old": ("【核对】须改正：第一处。\n【核对】疑问：第二处。", ""),
    "of old, before hers": ("【核对】须改正：第一处。\n————————\n旧注", "旧注"),
    "of old, under a name": ("王会计:\n[Check] To correct: first.", ""),
    "within": (
        f"【核对】须改正：第一处{REPLY}。【完 {CHECKS[0]}】\n{SECOND}",
        f"【核对】须改正：第一处{REPLY}。【完 {CHECKS[0]}】",
    ),
    "of ours": (f"【核对】须改正：第一处。【完 {CHECKS[0]}】\n[Check] Question: first. [end {CHECKS[1]}]", ""),
    "of ours, blanks apart": (f"【核对】须改正：第 一\n处。【完{CHECKS[0]}】", ""),
    "of old, she before it": (f"{REPLY}\n【核对】须改正：第一处。", f"{REPLY}\n【核对】须改正：第一处。"),
}


def noted(text: str, author: str = ANSWER_AUTHOR) -> Spoil:
    """Let a note say something else, as a program does that makes one run of all."""
    return edited(lambda book, form: setattr(book[TAB]["V5"], "comment", Comment(text, author)))


@pytest.mark.parametrize("author", [ANSWER_AUTHOR, "None"])
@pytest.mark.parametrize("way", REPLIES)
def test_what_she_writes_into_a_note_of_ours_stays_and_is_said(
    way: str, author: str, form: Form, library: Library
) -> None:
    text, hers = REPLIES[way]
    if author != ANSWER_AUTHOR and not text:
        return  # a note without words or author is nobody's
    back = noted(text, author)(answer_workbook(good(form), letter(TWO), "").data, form)
    said = [(one.code, one.cells, one.found) for one in examine(back, library, TERMS).findings]
    assert said == ([("notes_not_read", ("V5",), hers)] if hers else [])
    kept = {cell: text.strip() for (_, cell), text in notes(cleaned(back)).items()}
    assert kept == ({"V5": hers} if hers else {})


def in_a_run_of_its_own(xml: bytes) -> bytes:
    return xml.replace(b"</text>", f"<r><rPr><b/></rPr><t>{REPLY}</t></r></text>".encode())


def test_her_reply_keeps_its_look_and_its_box_and_is_no_longer_ours(form: Form) -> None:
    answer = answer_workbook(good(form), letter((item(), item("V6"))), "").data
    again = parts(cleaned(part("answerComments1", in_a_run_of_its_own)(answer, form)))
    xml = again["xl/answerComments1.xml"].decode()
    assert re.findall(r"<text>.*?</text>", xml) == [f"<text><r><rPr><b/></rPr><t>{REPLY}</t></r></text>"] * 2
    assert re.findall(r"<author>(.*?)</author>", xml) == [ANSWER_AUTHOR, ""]
    assert re.findall(r'authorId="(\d+)"', xml) == ["1", "1"]
    assert again["xl/drawings/answerNotes1.vml"].count(b'ObjectType="Note"') == 2


def test_her_reply_stands_behind_our_next_words(form: Form) -> None:
    back = noted(f"{FIRST}{REPLY}")(answer_workbook(good(form), letter(TWO), "").data, form)
    second = answer_workbook(back, letter((item(),)), "").data
    assert notes(second) == {(TAB, "V5"): f"【核对】须改正：{ended('请改正。')}\n————————\n{REPLY}"}
    assert notes(cleaned(second)) == {(TAB, "V5"): REPLY}


def test_a_note_of_hers_is_said_when_ours_stands_before_it_too(form: Form, library: Library) -> None:
    hers = noted("向培训师核实过", "张三")(good(form), form)
    before, after = (examine(one, library, TERMS).findings for one in (hers, answer_workbook(hers, letter(TWO), "").data))  # fmt: skip
    assert [one.found for one in before] == ["向培训师核实过"]
    assert after == before


def test_a_conversation_made_of_our_note_is_said_if_she_answers_in_it(form: Form, library: Library) -> None:
    begun = f"[Threaded comment]\n\nYour version of Excel reads it.\n\nComment:\n    {FIRST}"
    for text, said in ((begun, []), (f"{begun}\nReply:\n    {REPLY}", [f"Reply:\n    {REPLY}"])):
        talk = noted(text, "tc={1}")(good(form), form)
        assert [one.found for one in examine(talk, library, TERMS).findings] == said
        assert cleaned(talk) == talk


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_our_note_quotes_it_comes_off_whole(language: str, form: Form, library: Library) -> None:
    texts = ("a【完】b", "a [end] b", "—" * 30, f"“{FIRST}”", "[Check] Question: x", "字" * 3000, "a\nb:\nc")
    for several in (*((text,) for text in texts), texts):
        told = letter(tuple(item(text=text) for text in several), language)
        data = answer_workbook(good(form), told, "").data
        assert len(notes(data)[TAB, "V5"]) <= 1000
        assert notes(data)[TAB, "V5"].endswith(("】", "]"))
        assert (examine(data, library, TERMS).findings, notes(cleaned(data))) == ((), {})


PICTURE_AT_THE_HEAD = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="CH" type="#_x0000_t75"/></xml>"""
ITS_RELATION = b'''<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rIdHF" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="../drawings/head.vml"/></Relationships>'''  # fmt: skip
HEAD = "xl/drawings/head.vml"


def headed(data: bytes, form: Form) -> bytes:
    """Give the sheet a picture in its header, which has an old drawing of its own."""
    relation = (
        b'<legacyDrawingHF xmlns:h="http://schemas.openxmlformats.org/officeDocument/2006/relationships" h:id="rIdHF"/>'
    )
    pointed = part("sheet3.xml$", swapped(b"</worksheet>", relation + b"</worksheet>"))(data, form)
    return with_parts({HEAD: PICTURE_AT_THE_HEAD, "xl/worksheets/_rels/sheet3.xml.rels": ITS_RELATION})(pointed, form)


def test_our_boxes_go_and_the_picture_of_a_header_stays(form: Form) -> None:
    data = headed(good(form), form)
    answer = answer_workbook(data, letter((item(),)), "").data
    assert sum(xml.count(b'ObjectType="Note"') for xml in parts(answer).values()) == 1
    again = cleaned(answer)
    assert set(parts(again)) == set(parts(data))
    assert parts(again)[HEAD] == PICTURE_AT_THE_HEAD
    assert b"legacyDrawing " not in parts(again)["xl/worksheets/sheet3.xml"]


MACROS = part(
    r"Content_Types",
    swapped(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ),
)


def test_a_workbook_with_macros_keeps_them_and_its_ending(form: Form) -> None:
    data = with_parts({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})(MACROS(good(form), form), form)
    made = answer_workbook(data, letter((item(),)), "")
    assert (made.ending, made.refused) == (".xlsm", "")
    assert parts(made.data)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0"
    assert b"macroEnabled" in parts(made.data)["[Content_Types].xml"]


def test_a_cell_that_is_not_there_is_put_in_at_its_place(form: Form) -> None:
    data = answer_workbook(good(form), letter((item("BA50"), item("A1"), item("C6"))), "").data
    assert set(marks(data)) == {(TAB, "BA50"), (TAB, "A1"), (TAB, "C6")}
    xml = parts(data)["xl/worksheets/sheet3.xml"]
    for row in re.findall(rb"<row .*?</row>", xml, re.DOTALL):
        columns = [len(letters) * 100 + letters[-1] for letters in re.findall(rb'<c r="([A-Z]+)\d', row)]
        assert columns == sorted(columns)


def test_of_merged_cells_the_one_that_shows_is_marked(form: Form) -> None:
    merged = edited(lambda book, form: book[TAB].merge_cells("U5:V6"))
    assert set(marks(answer_workbook(merged(good(form), form), letter((item("V6"),)), "").data)) == {(TAB, "U5")}


def test_what_no_workbook_can_hold_is_replaced(form: Form) -> None:
    one = Item(Severity.ERROR, "=1+1 \x07 _x0041_", TAB, ("V5",), "", "\x00", "")
    data = answer_workbook(good(form), letter((one,)), "").data
    assert "=1+1 \ufffd _x005F_x0041_" in texts(data)  # Excel shows _x005F_ as _
    assert load_workbook(io.BytesIO(data)).worksheets[0]["H6"].data_type != "f"


def test_of_faults_without_end_so_many_are_marked_as_help(form: Form) -> None:
    cells = tuple(f"V{row}" for row in range(5, 5 + 3 * MOST_MARKS))
    data = answer_workbook(good(form), letter((Item(Severity.ERROR, "请改正。", TAB, cells),)), "").data
    assert len(notes(data)) == MOST_MARKS
    assert any(f"其中 {2 * MOST_MARKS} 处未加标注" in one for one in texts(data))


# ---- what comes off again ---------------------------------------------------------------------------------


def test_an_answer_that_comes_back_unchanged_says_the_same(form: Form, library: Library) -> None:
    data = TOO_MANY(good(form), form)
    before, after = (examine(one, library, TERMS) for one in (data, answered(data, library)))
    assert (after.records, after.findings) == (before.records, before.findings)


def test_marks_that_are_taken_off_leave_every_cell_with_the_style_it_had(form: Form, library: Library) -> None:
    data = TOO_MANY(good(form), form)
    again = cleaned(answered(data, library))
    before, after = (load_workbook(io.BytesIO(one)) for one in (data, again))
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                assert after[name][cell.coordinate]._style == cell._style
    assert notes(again) == {}
    assert set(parts(again)) == set(parts(data))


def test_a_workbook_without_marks_is_left_as_it_came(form: Form) -> None:
    assert cleaned(good(form)) == good(form)


def corrected(data: bytes) -> bytes:
    """Correct the one fault in an answer, as she would at Excel, and insert a row above it."""
    book = load_workbook(io.BytesIO(data))
    book[TAB]["V5"].value = 3
    book[TAB]["V6"].value = 9
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_corrected_in_our_answer_it_is_answered_anew_without_the_old_marks(form: Form, library: Library) -> None:
    sent_back = corrected(answered(TOO_MANY(good(form), form), library))
    checked = examine(sent_back, library, TERMS)
    assert [(one.code, one.cells) for one in checked.findings] == [("part_exceeds_whole", ("V6",))]
    second = answered(sent_back, library)
    assert marks(second) == {(TAB, "V6"): RED}
    assert list(notes(second)) == [(TAB, "V6")]
    assert load_workbook(io.BytesIO(second)).sheetnames.count("核对结果") == 1
    third = answered(corrected(second), library, "en")
    assert load_workbook(io.BytesIO(third)).sheetnames[:2] == ["Result of the check", "封面 Cover"]


def striped(book: Workbook, form: Form) -> None:
    """Give two cells that become one another's likes when marked fills of their own."""
    for at, colour in (("V5", "FF00FF00"), ("V6", "FF0000FF")):
        book[TAB][at].fill = PatternFill("solid", fgColor=colour)


def coloured(book: Workbook, form: Form) -> None:
    """Give a text, a number and an empty cell fills of their own."""
    for at, value, colour in (("C5", "电器", "FFFFFF00"), ("V5", 11, "FF92D050"), ("W7", None, "FF0000FF")):
        book[TAB][at].value = value
        book[TAB][at].fill = PatternFill("solid", fgColor=colour)


def moved(data: bytes) -> bytes:
    """Move a cell down, as she does who inserts rows above it."""
    book = load_workbook(io.BytesIO(data))
    book[TAB].move_range("C5", rows=3)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def restyled(data: bytes) -> bytes:
    """Give the marked cells another font than their twins, as a program may that saves the workbook."""
    book = load_workbook(io.BytesIO(data))
    for at in ("C5", "V5", "W7"):
        book[TAB][at].font = Font(name="Noto Sans CJK SC")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_cell_of_another_style_than_its_twin_keeps_her_own_fill(form: Form) -> None:
    answer = answer_workbook(edited(coloured)(good(form), form), letter((item("C5"), item("V5"), item("W7"))), "").data
    sheet = load_workbook(io.BytesIO(cleaned(restyled(answer))))[TAB]
    assert [sheet[at].fill.fgColor.rgb for at in ("C5", "V5", "W7")] == ["FFFFFF00", "FF92D050", "FF0000FF"]


def test_cells_whose_marks_look_alike_get_their_own_colours_back(form: Form) -> None:
    data = edited(striped)(good(form), form)
    answer = answer_workbook(data, letter((item("V5"), item("V6"))), "").data
    target = io.BytesIO()
    load_workbook(io.BytesIO(answer)).save(target)  # openpyxl makes one style of the two
    sheet = load_workbook(io.BytesIO(cleaned(target.getvalue())))[TAB]
    assert [sheet[at].fill.fgColor.rgb for at in ("V5", "V6")] == ["FF00FF00", "FF0000FF"]


def test_without_our_first_sheet_marks_come_off_all_the_same(form: Form) -> None:
    answer = load_workbook(io.BytesIO(answer_workbook(good(form), letter((item(),)), "").data))
    answer.remove(answer["核对结果"])
    answer[TAB].move_range("V5", rows=3)
    target = io.BytesIO()
    answer.save(target)
    again = cleaned(target.getvalue())
    assert (marks(again), notes(again)) == ({}, {})


def test_a_sheet_of_her_own_with_our_title_stays(form: Form) -> None:
    hers = edited(lambda book, form: book.create_sheet("核对结果").append(["她自己的"]))
    data = answer_workbook(hers(good(form), form), letter((item(),)), "").data
    assert load_workbook(io.BytesIO(data)).sheetnames[0] == "核对结果 (2)"
    assert "核对结果" in load_workbook(io.BytesIO(cleaned(data))).sheetnames


BARE = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="99">%s</cellXfs></styleSheet>'


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_a_workbook_whose_styles_are_the_barest_is_marked(form: Form) -> None:
    data = part("styles.xml$", lambda _: BARE % (b'<xf numFmtId="0"/>' * 99))(good(form), form)
    answer = answer_workbook(data, letter((item(),)), "").data
    assert marks(answer) == {(TAB, "V5"): RED}
    assert re.findall(rb"<(?:\w+:)?(fonts|fills|borders|cellXfs)", parts(answer)["xl/styles.xml"]) == [b"fonts", b"fills", b"borders", b"cellXfs"]  # fmt: skip


# ---- where nothing is touched -------------------------------------------------------------------------------


def without(pattern: str) -> Spoil:
    def take(data: bytes, form: Form) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in parts(data).items():
                if not re.search(pattern, name):
                    archive.writestr(name, content)
        return target.getvalue()

    return take


SIGNATURE = b'<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/>'  # fmt: skip
UNKNOWN: dict[str, Spoil] = {
    "signed": part("^_rels/.rels$", swapped(b"</Relationships>", SIGNATURE + b"</Relationships>")),
    "without styles": without("styles.xml"),
    "styles of no kind": part("styles.xml$", lambda xml: re.sub(rb"<cellXfs.*</cellXfs>", b"", xml, flags=re.DOTALL)),
    "a style that is not there": part("sheet3.xml$", lambda xml: re.sub(rb'<c r="V5" s="\d+"', b'<c r="V5" s="9999"', xml)),
    "a document type": part("styles.xml$", lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml.partition(b"?>")[2]),
    "no XML": part("styles.xml$", lambda xml: xml[:-30]),
    "a part twice": lambda data, form: MUTATIONS["a part twice"][0](data, form),
    "no zip": lambda data, form: data[: len(data) // 2],
}  # fmt: skip


@pytest.mark.parametrize("way", UNKNOWN)
def test_a_workbook_of_an_unknown_build_is_answered_by_one_of_ours(way: str, form: Form) -> None:
    made = answer_workbook(UNKNOWN[way](good(form), form), letter((item(),)), "../../inbox/north/a b.xlsx")
    assert made.refused
    sheet = load_workbook(io.BytesIO(made.data)).worksheets[0]
    assert sheet["A2"].value == "已退回：请改正 1 处，改好后再放回您的文件夹。"
    target = sheet["E6"].hyperlink.target.replace("\\", "/")
    assert (sheet["E6"].value, target) == ("V5", "../../inbox/north/a%20b.xlsx")
    assert sheet["E6"].hyperlink.location == f"'{TAB}'!V5"
    said = texts(made.data)
    assert "您的工作簿无法直接加标注" in said[-1]
    assert "点“单元格”一列的地址，打开您的原文件并跳到该格。" in said
    assert not [one for one in said if "红框" in one]


def linked(data: bytes) -> list[tuple[str, str]]:
    """Return the links of the first sheet with where they lead."""
    rows = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
    return [(str(cell.value), str(cell.hyperlink.location)) for row in rows for cell in row if cell.hyperlink]


def test_without_marks_every_cell_of_a_fault_down_a_column_is_named_and_linked() -> None:
    cells = ("D5", "D6", "D7", "D8", "D9", "D11", "F3")
    one = Item(Severity.ERROR, "请改正。", TAB, cells, "", "可以", "")
    data = findings_workbook(letter((one, item())), "a.xlsx", "").data
    assert linked(data) == [(at, f"'{TAB}'!{at}") for at in ("D5:D9", "D11", "F3", "V5")]
    assert [text for text in texts(data) if text in ("1", "2", "请改正。")][:4] == ["1", "请改正。", "2", "请改正。"]


def test_without_marks_each_cell_has_its_own_sentence_where_they_differ() -> None:
    one = Item(Severity.ERROR, "两处。", TAB, ("D5", "D6"), texts=("第一处。", "第二处。"))
    data = findings_workbook(letter((one,)), "a.xlsx", "").data
    assert [at for at, _ in linked(data)] == ["D5", "D6"]
    assert [text for text in texts(data) if text.endswith("处。")] == ["两处。", "第二处。"]


def test_without_marks_so_many_cells_are_named_as_help_and_the_others_counted() -> None:
    one = Item(Severity.ERROR, "请改正。", TAB, tuple(f"D{row}" for row in range(5, 2 * MOST_LISTED + 25, 2)))
    data = findings_workbook(letter((one,)), "a.xlsx", "").data
    assert len(linked(data)) == MOST_LISTED
    assert "另有 10 处" in texts(data)


@pytest.mark.parametrize("state", ["back", "returned", "held", "paused", "locked", "ask", "ok"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_says_what_to_do_marked_or_not(state: str, language: str, form: Form) -> None:
    told = letter((item(severity=Severity.NOTE),), language, state=state)
    for data in (answer_workbook(good(form), told, "").data, findings_workbook(told, "a.xlsx", "").data):
        said = texts(data)
        steps = said[said.index("怎么办" if language == "zh" else "What to do", 12) + 1 :]
        assert len(steps) >= 5
        assert not re.search(r"[{}]", "".join(said))


@pytest.mark.parametrize("marked", [True, False])
def test_the_project_office_is_not_told_to_tell_the_project_office(marked: bool, form: Form) -> None:
    told = letter((item(severity=Severity.WARNING),), state="ask", is_ours=True)
    made = answer_workbook(good(form), told, "") if marked else findings_workbook(told, "a.xlsx", "")
    assert "核实无误的：无须再做什么。" in texts(made.data)
    assert not [one for one in texts(made.data) if "请告知项目办公室" in one]


@pytest.mark.parametrize("state", ["ok", "locked"])
def test_where_nothing_is_to_be_sent_a_list_of_findings_does_not_ask_for_it(state: str) -> None:
    said = "".join(texts(findings_workbook(letter(state=state), "a.xlsx", "").data))
    assert "您的工作簿无法直接加标注" in said
    assert "重新报送" not in said
    assert "请在原文件中改" not in said


def test_the_fresh_workbook_is_the_same_bytes_each_time() -> None:
    assert (
        findings_workbook(letter((item(),)), "a.xlsx", "").data
        == findings_workbook(letter((item(),)), "a.xlsx", "").data
    )


def test_a_file_that_could_not_be_opened_gets_one_page_in_its_language() -> None:
    page = refusal_page(Refused("zh", "north/<旧>.xls", "2015年1月9日", "inbox/north", finding("is_xls"))).decode()
    assert '<html lang="zh-CN">' in page
    assert "north/&lt;旧&gt;.xls" in page
    assert "请用 Excel 或 WPS 打开，选择“另存为”" in page
    assert "inbox/north" in page
    assert "This file is in the old .xls format" in refusal_page(Refused("en", "a", "", "", finding("is_xls"))).decode()


def test_a_page_does_not_send_a_workbook_back_into_a_folder_that_is_the_wrong_one() -> None:
    names = {"whose_en": "East", "whose_zh": "东省", "here_en": "North", "here_zh": "北省"}
    elsewhere = (
        finding("other_office", found="east", expected="north", **names),
        finding("office_unknown", found="hunan"),
    )
    for why in elsewhere:
        page = refusal_page(Refused("zh", "north/a.xlsx", "2015年1月9日", "inbox/north", why)).decode()
        assert "放入文件夹 inbox/north" not in page
        assert "将上述文件移出该文件夹，本页随之撤下。" in page


def test_a_page_on_a_fault_of_our_own_asks_for_nothing() -> None:
    page = refusal_page(
        Refused("zh", "a.xlsx", "", "inbox/north", finding("our_fault", found="RecursionError"))
    ).decode()
    assert "无需其他操作" in page
    assert "<li>" not in page


# ---- the receipt --------------------------------------------------------------------------------------------


def test_a_receipt_names_file_fingerprint_rows_totals_and_changes(form: Form) -> None:
    receipt = Receipt(
        facts=(("file", "north/north.xlsx"), ("sha256", "ab" * 32)),
        taken=(Taken("活动", 3, "受训培训师 18"), Taken("计划", 0, "", nothing=True)),
        changes=(("活动", "NO-2014Q4-01", "受训培训师", "5", "6"),),
        is_first=False,
        left=4,
    )
    data = answer_workbook(good(form), letter(state="ok", receipt=receipt), "").data
    said = texts(data)
    assert said[3] == "已接收。本页即为回执。"
    for text in ("north/north.xlsx", "ab" * 32, "受训培训师 18", "本季无", "另有 4 处"):
        assert text in said
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.sheet_properties.tabColor.rgb == "FF1E6A49"
    assert changed(good(form), data) == TOUCHED


# ---- opened by another program -------------------------------------------------------------------------------


@pytest.fixture
def through_libreoffice(tmp_path: Path) -> Callable[[bytes], bytes]:
    """Return a workbook as LibreOffice saves it."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is missing")

    def convert(data: bytes) -> bytes:
        (tmp_path / "a.xlsx").write_bytes(data)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
             "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "a.xlsx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (tmp_path / "out" / "a.xlsx").read_bytes()

    return convert


@pytest.mark.libreoffice
def test_libreoffice_opens_an_answer_with_its_notes_and_links(
    form: Form, library: Library, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    data = answered(TOO_MANY(good(form), form), library)
    saved = through_libreoffice(data)
    assert notes(saved) == notes(data)
    assert marks(saved) == marks(data)
    assert load_workbook(io.BytesIO(saved)).worksheets[0]["E6"].hyperlink.location == f"'{TAB}'!V5"


@pytest.mark.libreoffice
def test_saved_by_libreoffice_an_answer_is_known_again(
    form: Form, library: Library, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    """LibreOffice numbers styles anew and forgets who wrote a note."""
    data = edited(striped)(TOO_MANY(good(form), form), form)
    saved = through_libreoffice(answer_workbook(data, letter((item("V5"), item("V6"), item("I6"))), "").data)
    again = cleaned(saved)
    assert (marks(again), notes(again)) == ({}, {})
    before, after = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(again))
    assert after.sheetnames == before.sheetnames
    assert [after[TAB][at].fill.fgColor.rgb for at in ("V5", "V6")] == ["FF00FF00", "FF0000FF"]
    assert after[TAB]["I6"].border.left.style == before[TAB]["I6"].border.left.style == "thin"
    assert examine(saved, library, TERMS).findings == examine(data, library, TERMS).findings


@pytest.mark.libreoffice
def test_saved_by_libreoffice_a_cell_keeps_her_own_fill_whatever_stands_in_it(
    form: Form, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    """LibreOffice gives an empty cell another font, hence another style, than one with text."""
    answer = answer_workbook(edited(coloured)(good(form), form), letter((item("C5"), item("V5"), item("W7"))), "").data
    saved = through_libreoffice(answer)
    sheet = load_workbook(io.BytesIO(cleaned(saved)))[TAB]
    assert [sheet[at].fill.fgColor.rgb for at in ("C5", "V5", "W7")] == ["FFFFFF00", "FF92D050", "FF0000FF"]
    assert [sheet[at].border.left.style for at in ("C5", "V5", "W7")] == ["thin"] * 3
    assert load_workbook(io.BytesIO(cleaned(moved(saved))))[TAB]["C8"].fill.fgColor.rgb == "FFFFFF00"


@pytest.mark.libreoffice
def test_saved_by_libreoffice_her_reply_is_known_again(
    form: Form, library: Library, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    answer = answer_workbook(good(form), letter((*TWO, item("V6"))), "").data
    saved = through_libreoffice(part("answerComments1", in_a_run_of_its_own)(answer, form))
    assert [(one.cells, one.found) for one in examine(saved, library, TERMS).findings] == [(("V5", "V6"), REPLY)]
    assert notes(cleaned(saved)) == {(TAB, "V5"): REPLY, (TAB, "V6"): REPLY}
