"""The blank form: what stands in it, that it is read back as it was written, and that Excel can hold it."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.examine import examine
from pipeline.form import Guidance, Known, load_guidance, write_blank
from pipeline.model import Cell, Library, Period, Record, State, Terms, Value, Words, names_of
from pipeline.read import read_workbook
from pipeline.run import run
from pipeline.run.blanks import write_blanks
from pipeline.settings import Settings
from pipeline.values import parse
from tests.conftest import NOW, ROOT, Send
from tests.test_story import PROJECT, send_all, training

pytestmark = pytest.mark.nights

BLANK_FORMS = True  # real ones
PERIOD = Period(2015, 1)


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return load_guidance(ROOT / "templates")


def register(table: str, **fields: str) -> Record:
    values = {name: Value(State.GIVEN, text) for name, text in fields.items()}
    return Record("", "project-office", PERIOD, table, next(iter(fields.values())), "", 5, values, {}, {})


def known(language: str = "zh", **rows: list[dict[str, Value]]) -> Known:
    registers = {
        "places": (register("places", place="town", name_en="Town", name_zh="镇"),),
        "measures": (
            register("measures", measure="defect_rate", name_en="Defects", name_zh="不良率", unit="share"),
            register("measures", measure="benefit", name_en="Benefit", name_zh="效益", unit="rmb"),
        ),
    }
    return Known("north", Words("North", "北省"), "NO", language, PERIOD, registers, rows)


@pytest.fixture(scope="module")
def carried() -> dict[str, list[dict[str, Value]]]:
    given = {
        "enterprise_code": "NO-001",
        "name_zh": "一厂",
        "may_be_named": True,
        "place": "town",
        "sector": "machinery",
    }
    row = {name: Value(State.GIVEN, plain) for name, plain in given.items()}
    return {
        "enterprises": [{**row, "employees": Value(State.GIVEN, 1200), "joined": Value(State.GIVEN, Period(2014, 3))}]
    }


@pytest.fixture(scope="module")
def blank(library: Library, guidance: Guidance, carried: dict[str, list[dict[str, Value]]]) -> bytes:
    return write_blank(library.forms["province"], library, guidance, known(**carried))


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("form", ["province", "project"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_form_is_read_without_a_word(form: str, language: str, library: Library, guidance: Guidance) -> None:
    data = write_blank(library.forms[form], library, guidance, known(language))
    reading, pictures = read_workbook(data, library.forms)
    assert (reading.form.name, reading.findings, dict(pictures)) == (form, (), {})
    assert set(reading.sheets) == {table.name for table in library.forms[form].tables}
    assert [name for name, sheet in reading.sheets.items() if sheet.rows and sheet.rows[0].number] == []


def test_the_same_form_is_the_same_bytes(library: Library, guidance: Guidance, blank: bytes, carried: dict[str, list[dict[str, Value]]]) -> None:  # fmt: skip
    assert write_blank(library.forms["province"], library, guidance, known(**carried)) == blank


def test_what_is_carried_over_is_read_as_it_was(library: Library, blank: bytes, carried: dict[str, list[dict[str, Value]]]) -> None:  # fmt: skip
    names = {
        register: {code: (words,) for code, words in rows.items()}
        for register, rows in names_of(known().registers).items()
    }
    checked = examine(blank, library, Terms(prefixes={"north": "NO"}, names=names))
    [record] = checked.records[1:]
    assert {name: value for name, value in record.values.items() if value.given} == carried["enterprises"][0]
    assert checked.stamp
    assert (checked.stamp.office, checked.stamp.period, checked.stamp.version) == ("north", PERIOD, 1)


def test_what_is_ours_is_locked_and_what_is_hers_is_free(library: Library, blank: bytes) -> None:
    book = opened(blank)
    sheet = book[library.forms["province"].table("enterprises").tab]
    assert sheet.protection.sheet
    assert (sheet.protection.formatCells, sheet.protection.insertRows, sheet.protection.sort) == (False, False, False)
    assert {at: sheet[at].protection.locked for at in ("A1", "A3", "B4", "A5", "C5", "A6", "J24")} == {
        **dict.fromkeys(("A1", "A3", "B4", "A5"), True),
        **dict.fromkeys(("C5", "A6", "J24"), False),
    }
    assert not sheet.column_dimensions["A"].protection.locked
    cover = book[library.forms["province"].table("cover").tab]
    assert [cover.cell(row, 2).protection.locked for row in (4, 7, 8)] == [True, True, False]


def test_the_title_is_whole_on_the_first_page_and_not_begun_again_on_the_others(library: Library, blank: bytes) -> None:
    """The first column is repeated on pages side by side: a title in it would be cut off there."""
    book, form = opened(blank), library.forms["province"]
    wide, narrow = (book[form.table(name).tab] for name in ("activities", "progress"))
    assert (narrow["A1"].value, str(wide["A1"].value), wide["B1"].value) == ("模块进度  Module progress", "None", "活动  Activities")  # fmt: skip
    for sheet in (wide, narrow):
        [how] = [one for one in sheet.merged_cells.ranges if one.min_row == 2]
        said = str(sheet.cell(2, how.min_col).value)
        assert len(said.split("\n")) == 2
        assert sheet.row_dimensions[2].height > 13 * 2
        assert "SCORE · 北省 North · 2015-Q1" in {cell.value for cell in sheet[1]}
    assert wide.print_title_cols == "$A:$A"


def test_a_table_of_one_column_has_its_title_and_guide_too(library: Library, guidance: Guidance) -> None:
    table = library.forms["province"].table("progress")
    alone = dataclasses.replace(table, fields=table.fields[:1], key=("enterprise_code",))
    form = dataclasses.replace(library.forms["province"], tables=(library.forms["province"].table("cover"), alone))
    sheet = opened(write_blank(form, library, guidance, known()))[table.tab]
    assert str(sheet["A1"].value).startswith(table.title.zh)
    assert len(str(sheet["A2"].value).split("\n")) == 2


def test_the_cover_has_lines_to_sign_a_place_for_the_seal_and_a_tick_for_each_table(library: Library, blank: bytes) -> None:  # fmt: skip
    form = library.forms["province"]
    sheet = opened(blank)[form.table("cover").tab]
    rows = {str(sheet.cell(row, 3).value): row for row in range(1, 40) if sheet.cell(row, 3).value}
    silent = [table.name for table in form.tables if table.silence == "tick"]
    assert [name for name in rows if name.startswith("#nothing_")] == [f"#nothing_{name}" for name in silent]
    lists = {cell: one.formula1 for one in sheet.data_validations.dataValidation for cell in str(one.sqref).split()}
    assert {lists[f"B{rows[f'#nothing_{name}']}"] for name in silent} == {"list_flag"}
    assert sheet.column_dimensions["C"].hidden
    last = max(rows.values())
    said = {str(sheet.cell(row, column).value) for row in range(last + 1, last + 8) for column in (1, 2)}
    assert {
        "填表人签字 Signature of who filled it in",
        "单位负责人签字 Signature of who approved it",
        "公章  Seal",
    } <= said
    assert [str(one) for one in sheet.merged_cells.ranges if one.min_row > last] == [f"B{last + 2}:B{last + 5}"]


@pytest.mark.parametrize("form", ["province", "project"])
def test_every_cell_to_fill_in_says_how_in_both_languages(form: str, library: Library, guidance: Guidance) -> None:
    book = opened(write_blank(library.forms[form], library, guidance, known()))
    for table in library.forms[form].tables:
        sheet = book[table.tab]
        prompts = {str(one.sqref): str(one.prompt) for one in sheet.data_validations.dataValidation}
        assert len(prompts) >= len(table.fields)
        for prompt in prompts.values():
            zh, _, en = prompt.partition("\n")
            assert re.search("[\u4e00-\u9fff]", zh)
            assert re.search("[a-z]{2}", en)


def test_numbers_days_and_texts_have_the_format_of_their_kind(library: Library, blank: bytes) -> None:
    book = opened(blank)
    shown = {
        field.kind: book[table.tab].cell(5, column).number_format
        for table in library.forms["province"].tables
        if table.layout == "rows"
        for column, field in enumerate(table.fields, 1)
        if not book[table.tab].cell(5, column).value
    }
    assert {kind: shown[kind] for kind in ("count", "amount", "text", "code", "when", "day")} == {
        "count": "#,##0",
        "amount": "#,##0.00",
        "text": "@",
        "code": "@",
        "when": "@",
        "day": 'yyyy"年"m"月"d"日"',
    }


def test_it_prints_on_a4_with_its_heads_on_every_page_and_lines_to_sign(library: Library, blank: bytes) -> None:
    book = opened(blank)
    for table in library.forms["province"].tables:
        sheet = book[table.tab]
        lying = table.layout == "rows"
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape" if lying else "portrait")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "填表人签字 ____________   单位负责人签字 ____________   （公章）" in str(sheet.oddFooter.left.text)
        if lying:
            assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "B5")
            assert sheet.row_dimensions[3].hidden
            assert [sheet.cell(3, column).value for column in (1, 2)] == [
                f"#{field.name}" for field in table.fields[:2]
            ]


def test_every_entry_to_pick_is_understood(library: Library, blank: bytes) -> None:
    lists = opened(blank)["清单 Lists"]
    offered = {str(column[1].value): [cell.value for cell in column[2:] if cell.value] for column in lists.columns}
    picked = 0
    for table in library.forms["province"].tables:
        for field in table.fields:
            for entry in offered.get(f"list_{field.list}" if field.list else f"list_{field.kind}", []):
                value, found = parse(Cell(str(entry)), field, library.lists)
                assert (value.state, found) == (State.GIVEN, ())
                picked += 1
    assert picked > 100
    assert offered["unit_rmb"][0] == "benefit"
    assert lists.sheet_state == "veryHidden"


def test_a_result_shows_as_it_is_read(library: Library, blank: bytes) -> None:
    """A share is no per cent until she types the sign: 1.5 would show as 150.00% and be read as 1.5%."""
    table = library.forms["province"].table("results")
    sheet = opened(blank)[table.tab]
    rules = sheet.conditional_formatting
    formats = {rule.formula[0]: rule.dxf.numFmt.formatCode for one in rules for rule in one.rules}
    assert {*formats} == {f"ISNUMBER(MATCH(${column}5,unit_rmb,0))" for column in "CH"}
    assert {*formats.values()} == {'#,##0.00" 元"'}
    measured = [column for column, one in enumerate(table.fields, 1) if one.kind == "measured"]
    assert {sheet.cell(5, column).number_format for column in measured} == {"General"}
    assert len(measured) == 3


def width_of(sheet: Worksheet, column: int) -> float:
    """Return how wide a column is; equal ones beside each other are written once."""
    return next(one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max)


def test_a_result_in_money_has_room_for_its_digits(library: Library, blank: bytes) -> None:
    """Excel shows #### where a number is wider than its column."""
    longest, book = "12,345,678.00 元", opened(blank)
    columns = [
        (width_of(book[table.tab], column), table.name, one.name)
        for table in library.forms["province"].tables
        if table.layout == "rows"
        for column, one in enumerate(table.fields, 1)
        if one.kind == "measured"
    ]
    assert len(columns) == 3
    assert [one for one in columns if one[0] < len(longest) + 3] == []


def test_what_is_said_beside_a_cell_is_whole_sentences(library: Library, guidance: Guidance, blank: bytes) -> None:
    form = library.forms["province"]
    said = {
        field.name: next(
            one.prompt
            for one in opened(blank)[table.tab].data_validations.dataValidation
            if str(one.sqref).startswith(f"{get_column_letter(column)}5")
        )
        for table in form.tables
        if table.name in ("results", "contributions")
        for column, field in enumerate(table.fields, 1)
    }
    assert said["before"].startswith("按所选指标的单位填写，如 307、4.13%、255700。可填“100以上”。\n")
    assert "编号与名称的对照见“填报说明”表。" in said["measure"]
    assert not any(re.search("[0-9度]可填|[0-9度]必填|[0-9] Must|[0-9] “", one) for one in said.values())


def test_a_list_may_depend_on_what_was_picked_beside_it(library: Library, guidance: Guidance) -> None:
    book = opened(write_blank(library.forms["project"], library, guidance, known()))
    sheet = book[library.forms["project"].table("corrections").tab]
    sources = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert sources["D5:D504"] == "fields_tables"
    assert sources["F5:F504"] == 'INDIRECT("fields_"&$D5)'
    assert "fields_activities" in book.defined_names


def test_columns_of_the_other_language_are_folded_unless_something_stands_only_there(
    library: Library, guidance: Guidance
) -> None:
    name = {"enterprise_code": Value(State.GIVEN, "NO-001"), "name_en": Value(State.GIVEN, "Factory")}
    tab = library.forms["province"].table("enterprises").tab
    for rows, hidden in (([], True), ([name], False)):
        book = opened(write_blank(library.forms["province"], library, guidance, known(enterprises=rows)))
        assert book[tab].column_dimensions["B"].hidden is hidden
    assert (
        opened(write_blank(library.forms["province"], library, guidance, known("en")))[tab]
        .column_dimensions["C"]
        .hidden
    )


@pytest.mark.parametrize("form", ["province", "project"])
def test_excel_can_hold_it(form: str, library: Library, guidance: Guidance) -> None:
    """The limits of Excel, which it enforces by calling the whole file damaged."""
    data = write_blank(library.forms[form], library, guidance, known())
    book = opened(data)
    assert len(book.sheetnames) == len({name.lower() for name in book.sheetnames})
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in book.sheetnames)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", name) for name in book.defined_names)
    assert not any(re.fullmatch(r"[A-Za-z]{1,3}\d+|[rRcC]", name) for name in book.defined_names)
    for sheet in book:
        assert len(sheet.oddFooter.left.text or "") + len(sheet.oddFooter.right.text or "") <= 255
        for check in sheet.data_validations.dataValidation:
            assert len(check.promptTitle or "") <= 32
            assert len(check.prompt or "") <= 255
            assert len(check.error or "") <= 255
            assert len(check.formula1 or "") <= 255
            names = re.findall(r"\b(?:list|reg|own|unit|fields)_\w+", check.formula1 or "")
            assert all(name in book.defined_names or name == "fields_" for name in names)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_guide_has_the_example_and_the_data_sheets_have_none(library: Library, blank: bytes) -> None:
    book = opened(blank)
    guide = {cell.value for row in book["填报说明 How to fill"].iter_rows() for cell in row}
    assert {"NO-2014Q4-01", "企业培训 Training of enterprises (ToE)", "town"} <= guide
    assert book[library.forms["province"].table("activities").tab]["A5"].value is None
    sheet = book["填报说明 How to fill"]
    assert str(sheet.oddFooter.left.text).endswith("（公章）")
    assert "填报说明" in str(sheet.oddFooter.left.text)
    [longest] = [row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == "开始 From"]
    assert sheet.row_dimensions[longest].height > 15.5 * 3


# ---- filled in and saved by another program -----------------------------------------------------------------


@pytest.mark.libreoffice
def test_a_printed_page_is_a_form(library: Library, blank: bytes, tmp_path: Path) -> None:
    """Cover and guide on their pages, each table on one, or side by side on as many as it is wide."""
    (tmp_path / "blank.xlsx").write_bytes(blank)
    converted(tmp_path / "blank.xlsx", "pdf")
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", (tmp_path / "out" / "blank.pdf").read_bytes()))
    assert (
        pages == len(opened(blank).sheetnames) - 1 + 3
    )  # the lists are hidden; activities take three, photographs two


def converted(path: Path, to: str) -> None:
    """Let LibreOffice save a workbook as something else, into the folder `out` beside it."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(path.parent / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


@pytest.mark.libreoffice
def test_filled_in_and_saved_by_libreoffice_it_says_the_same(library: Library, blank: bytes, tmp_path: Path) -> None:
    book, form = opened(blank), library.forms["province"]
    sheet = book[form.table("activities").tab]
    row = training("NO-2015Q1-01", trainers=6, trainers_women="未统计", ends="2014年12月下旬", summary_zh="=不是公式")
    for column, field in enumerate(form.table("activities").fields, 1):
        sheet.cell(5, column).value = row.get(field.name)  # type: ignore[assignment]
    sheet.cell(5, [field.name for field in form.table("activities").fields].index("summary_zh") + 1).data_type = "s"
    book.save(tmp_path / "filled.xlsx")
    converted(tmp_path / "filled.xlsx", "xlsx:Calc MS Excel 2007 XML")

    terms = Terms(prefixes={"north": "NO"})
    before = examine((tmp_path / "filled.xlsx").read_bytes(), library, terms)
    after = examine((tmp_path / "out" / "filled.xlsx").read_bytes(), library, terms)

    assert [dict(one.values) for one in after.records] == [dict(one.values) for one in before.records]
    assert [one.code for one in after.findings] == [one.code for one in before.findings]
    assert [one.key for one in after.records if one.table == "activities"] == ["NO-2015Q1-01"]


# ---- in their folders ---------------------------------------------------------------------------------------


def test_a_blank_form_lies_there_on_the_first_night_of_its_quarter_and_is_not_touched_again(
    office: Settings, send: Send
) -> None:
    send_all(send)
    first = run(office, NOW)
    assert first.forms == [
        f"feedback/{name}/{name}-2015-Q1.xlsx" for name in ("north", "east", "west", "project-office")
    ]
    path = office.reports / first.forms[0]
    path.write_bytes(b"being filled in")
    assert run(office, NOW).forms == []
    assert path.read_bytes() == b"being filled in"
    later = run(office, datetime(2015, 3, 31, 16, 30, tzinfo=UTC))  # the first of April in China
    assert later.forms[0] == "feedback/north/north-2015-Q2.xlsx"


def test_the_forms_start_with_what_goes_on(office: Settings, send: Send, library: Library) -> None:
    send_all(send)
    factory = {
        "enterprise_code": "NO-001",
        "name_en": "Factory",
        "may_be_named": "否",
        "place": "town",
        "sector": "机械",
    }
    rows = [training("NO-2014Q4-02", status="进行中"), training("NO-2014Q4-03")]
    send(
        "north",
        file="second.xlsx",
        version=2,
        cover={"whats_new": "NO-2014Q4-01, JT-2014Q4-01"},
        activities=rows,
        enterprises=[factory],
    )
    run(office, NOW)

    [path] = write_blanks(office, PERIOD, "north", NOW)
    reading, _ = read_workbook(path.read_bytes(), library.forms)
    assert [row.cells["enterprise_code"].typed for row in reading.sheets["enterprises"].rows] == ["NO-001"]
    assert [row.cells["activity_code"].typed for row in reading.sheets["activities"].rows] == ["NO-2014Q4-02"]

    [again] = write_blanks(office, Period(2014, 4), "east", NOW)
    reading, _ = read_workbook(again.read_bytes(), library.forms)
    [joint] = reading.sheets["activities"].rows
    assert (joint.cells["activity_code"].typed, joint.cells["title_zh"].typed) == ("JT-2014Q4-01", "联合")
    assert examine(path.read_bytes(), library, Terms()).stamp


def test_the_project_offices_form_starts_with_its_registers_and_what_came_in(
    office: Settings, send: Send, library: Library
) -> None:
    send_all(send)
    story = {"story_code": "WE-S01", "section": "地方动态", "place": "town", "headline_zh": "消息", "text_zh": "内容", "consent": "已书面同意"}  # fmt: skip
    send("west", stories=[story])
    run(office, NOW)
    [path] = write_blanks(office, Period(2014, 4), "project-office", NOW)
    reading, _ = read_workbook(path.read_bytes(), library.forms)
    [item] = reading.sheets["layout"].rows
    assert (item.cells["source"].typed, item.cells["item"].typed) == ("动态 Stories", "WE-S01")
    [later] = write_blanks(office, PERIOD, "project-office", NOW)
    reading, _ = read_workbook(later.read_bytes(), library.forms)
    assert [row.cells["office"].typed for row in reading.sheets["offices"].rows] == ["north", "east", "west", "project-office"]  # fmt: skip


def test_the_next_project_form_starts_with_masthead_donor_and_what_is_to_be_written(
    office: Settings, send: Send, library: Library
) -> None:
    section = {"section": "at_a_glance", "prompt": "What the quarter brought.", "text_en": "Much."}
    send("project-office", form="project", **{**PROJECT, "narrative": [section]})
    run(office, NOW)
    [path] = write_blanks(office, PERIOD, "project-office", NOW)
    reading, _ = read_workbook(path.read_bytes(), library.forms)
    [told] = reading.sheets["narrative"].rows
    typed = {name: cell.typed for name, cell in told.cells.items() if cell.typed}
    assert typed == {"section": "at_a_glance", "prompt": "What the quarter brought."}
    cards = {name: {key: cell.typed for key, cell in reading.sheets[name].rows[0].cells.items() if cell.typed} for name in ("issue", "report")}  # fmt: skip
    assert (cards["issue"]["masthead_en"], cards["report"]["donor_en"]) == ("News", "A donor")
    assert not {"issue_no", "month", "dated"} & {*cards["issue"], *cards["report"]}
