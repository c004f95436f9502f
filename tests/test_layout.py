"""What stands beside the cells that are read: on the cover, in folded columns, on the guide; nothing of it is lost in silence."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.examine import examine
from pipeline.form import load_guidance, write_blank
from pipeline.messages import say
from pipeline.model import Checked, Form, Library, Severity
from pipeline.read import read_workbook
from tests.conftest import ROOT
from tests.test_forms import known
from tests.test_mutations import TERMS, Spoil, edited, good, on

CARRIED = 3  # the column of the cover's hidden marks


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def told(spoil: Spoil, form: Form, library: Library) -> list[tuple[str, str, tuple[str, ...], str | None]]:
    """Return what is said of the good workbook after a change: how grave, code, cells and what is quoted."""
    return [(str(one.severity), one.code, one.cells, one.found) for one in looked(spoil, form, library).findings]


def looked(spoil: Spoil, form: Form, library: Library) -> Checked:
    return examine(spoil(good(form), form), library, TERMS)


def typed_in(table: str, **cells: object) -> Spoil:
    return on(table, lambda sheet: fill(sheet, **cells))


def fill(sheet: Worksheet, **cells: object) -> None:
    for at, value in cells.items():
        sheet[at].value = value


# ---- the cover ----------------------------------------------------------------------------------------


def ticked(sheet: Worksheet) -> None:
    """Answer "nothing to report" on every line of the cover of a blank form."""
    for row in range(1, sheet.max_row + 1):
        if str(sheet.cell(row, CARRIED).value).startswith("#nothing_"):
            sheet.cell(row, 2).value = "是"


def without_marks(sheet: Worksheet) -> None:
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, CARRIED).value = None


@pytest.mark.parametrize("change", [lambda sheet: None, without_marks, lambda sheet: sheet.insert_cols(CARRIED)])
def test_ticks_are_known_by_their_lines_when_the_marks_are_gone(
    change: Callable[[Worksheet], None], form: Form, library: Library
) -> None:
    book = load_workbook(io.BytesIO(write_blank(form, library, load_guidance(ROOT / "templates"), known())))
    for do in (ticked, change):
        do(book[form.table("cover").tab])
    target = io.BytesIO()
    book.save(target)
    checked = examine(target.getvalue(), library, TERMS)
    assert checked.nothing == {table.name for table in form.tables if table.silence == "tick"}
    assert {one.code for one in checked.findings} == {"required"}


@pytest.mark.parametrize("column", [2, 3])
def test_what_stands_in_a_column_put_into_the_cover_is_no_answer(column: int, form: Form, library: Library) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_cols(column)
        sheet.cell(8, column).value, sheet.cell(9, column).value = "（见右章）", "已核"  # filled by, telephone

    checked = looked(on("cover", change), form, library)
    at = ("B", "C")[column - 2]
    assert [(one.code, one.cells, one.found, one.blocks) for one in checked.findings] == [
        ("beside_answer", (f"{at}8",), "（见右章）", True),
        ("beside_answer", (f"{at}9",), "已核", True),
    ]
    assert checked.stamp
    assert checked.stamp.office == "north"
    [cover] = [one for one in checked.records if one.table == "cover"]
    assert cover.typed["filled_by"] == "项目专员"


def test_a_column_put_into_the_cover_without_a_word_in_it_does_no_harm(form: Form, library: Library) -> None:
    for column in (2, 3):
        assert not looked(on("cover", lambda sheet, at=column: sheet.insert_cols(at)), form, library).findings  # type: ignore[misc]


ON_THE_COVER: list[tuple[dict[str, object], list[tuple[str, str, tuple[str, ...], str]]]] = [
    ({"A26": "说明：本季度在无锡另有一次培训，12家企业参加"}, [("note", "own_text", ("A26",), "说明：本季度在无锡另有一次培训，12家企业参加")]),
    ({"A3": "另有一次培训", "E9": 12}, [("note", "own_text", ("A3", "E9"), "另有一次培训 / 12")]),
    ({"D14": "全部金额单位为万元"}, [("error", "unit_stated", ("D14",), "全部金额单位为万元")]),
    ({"A26": "金额单位：万元"}, [("error", "unit_stated", ("A26",), "金额单位：万元")]),
    ({"A1": "封面 Cover（单位：万元）"}, [("error", "unit_stated", ("A1",), "封面 Cover（单位：万元）")]),
    ({"A2": "请填写B列", "A30": "单位负责人签字 Signature", "B30": "公章  Seal"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), ON_THE_COVER)
def test_what_is_written_beside_the_cells_of_the_cover_is_quoted(
    typed: dict[str, object], said: list[tuple[str, str, tuple[str, ...], str]], form: Form, library: Library
) -> None:
    assert told(typed_in("cover", **typed), form, library) == said


# ---- units ----------------------------------------------------------------------------------------------

UNITS: list[tuple[str, str]] = [  # where a unit is stated for the whole sheet of contributions, and in which words
    ("A1", "培训费用分担（万元）"),
    ("A1", "培训费用分担 (US$)"),
    ("A1", "Contributions, RMB thousand"),
    ("A1", "Contributions to training costs, in RMB 10,000"),
    ("A1", "培训费用分担表 金额万元"),
    ("A1", "培训费用分担（计量单位：万元）"),
    ("A2", "金额以万元为单位"),
    ("A2", "（金额：万元）"),
    ("A2", "Amounts in thousand yuan"),
    ("A9", "备注：表中金额为万元"),
    ("A9", "说明：金额按美元填列"),
    ("A9", "注：以上金额均以万元计"),
    ("A9", "备注：1.企业承担部分以现金支付，省办承担部分为实物。2.表中各项金额均以万元为单位，数据来自企业记录。"),
    ("G4", "单位：万元"),
    ("G6", "金额单位：万元"),
]
NO_UNITS: list[tuple[str, str]] = [  # what says nothing of how the numbers are typed
    ("A1", "培训费用分担（元）"),
    ("A1", "Contributions to training costs, RMB"),
    ("A2", "金额以元为单位，不要以万元为单位填写"),
    ("A2", "金额请以元填写，勿填万元"),
    ("A2", "Money in yuan, not in thousand RMB"),
    ("A2", "企业投入超过10万元的请注明"),
    ("A9", "备注：三家企业共投入10万元"),
    ("A9", "备注：合同金额为美元5000，已折成人民币"),
    ("A9", "注：单笔金额为百万元以上的另附说明"),
    ("A9", "说明：本表金额为元"),
    ("G4", "捐赠（万元）"),
]


@pytest.mark.parametrize(("at", "text"), UNITS)
def test_a_unit_is_known_in_its_usual_spellings(at: str, text: str, form: Form, library: Library) -> None:
    found = [one for one in looked(typed_in("contributions", **{at: text}), form, library).findings if one.blocks]
    assert [(one.code, one.cells, one.found) for one in found] == [("unit_stated", (at,), text[:80])]


@pytest.mark.parametrize(("at", "text"), NO_UNITS)
def test_a_sum_a_warning_and_a_column_of_her_own_state_no_unit(
    at: str, text: str, form: Form, library: Library
) -> None:
    said = {one.code for one in looked(typed_in("contributions", **{at: text}), form, library).findings}
    assert said <= {"note_not_read", "own_columns"}


# ---- above the headers ----------------------------------------------------------------------------------

ABOVE: list[
    tuple[dict[str, object], tuple[str, str] | None]
] = [  # above our marks in contributions; rows, what is quoted
    ({"A2": "NO-2014Q4-01", "D2": 9999}, ("2", "NO-2014Q4-01")),
    ({"A2": "NO-2014Q4-01"}, ("2", "NO-2014Q4-01")),
    ({"A2": None, "D2": 9999}, ("2", "9999")),
    ({"D1": "9999", "D2": 12}, ("1, 2", "培训费用分担 Contributions to training costs")),
    ({"A2": "填表日期：", "B2": date(2015, 4, 6)}, None),
    ({"D1": date(2015, 4, 6)}, None),
    ({"A1": "北省项目办公室", "D1": "2014年第四季度"}, None),
    ({"A1": "附件3", "E1": 1}, None),
]


@pytest.mark.parametrize(("typed", "said"), ABOVE)
def test_an_answer_or_two_above_the_headers_are_not_lost(
    typed: dict[str, object], said: tuple[str, str] | None, form: Form, library: Library
) -> None:
    found = looked(typed_in("contributions", **typed), form, library).findings
    rows = [(one.code, one.params["rows"], one.found) for one in found]
    assert rows == ([("rows_above", *said)] if said else [])


# ---- the guide --------------------------------------------------------------------------------------------


def guide(**cells: object) -> Spoil:
    """Type into the guide of a blank form, or into a sheet that has only its mark."""

    def change(book: Workbook, form: Form) -> None:
        sheet = next((one for one in book if "#guide" in (one["A3"].value,)), None) or book.create_sheet("填报说明")
        fill(sheet, A3="#guide", **cells)

    return edited(change)


def test_what_is_typed_far_below_the_guide_is_quoted(form: Form, library: Library) -> None:
    text = "NO-2014Q4-07 漏报活动"
    assert told(guide(A1="填报说明", A60=text, B60=3), form, library) == [
        ("note", "own_text", ("A60", "B60"), f"{text} / 3")
    ]


BELOW: list[tuple[dict[str, object], tuple[str, ...]]] = [  # typed below the last code of a guide, and the cells told
    ({}, ()),
    ({"A{next}": "漏报活动"}, ("A{next}",)),
    ({"A{after}": "漏报活动", "C{after}": "ToT"}, ("A{after}", "C{after}")),
    ({"B{next}": "漏报活动"}, ("B{next}",)),
    ({"E4": "漏报活动"}, ("E4",)),
]


@pytest.mark.parametrize("name", ["province", "project"])
@pytest.mark.parametrize(("typed", "cells"), BELOW)
def test_only_what_is_ours_on_the_guide_is_passed_over(
    typed: dict[str, object], cells: tuple[str, ...], name: str, library: Library
) -> None:
    form = library.forms[name]
    data = write_blank(form, library, load_guidance(ROOT / "templates"), known())
    sheet = next(one for one in load_workbook(io.BytesIO(data)) if one["A3"].value == "#guide")
    where = {"next": sheet.max_row + 1, "after": sheet.max_row + 2}
    spoilt = guide(**{at.format(**where): value for at, value in typed.items()})(data, form)
    found = read_workbook(spoilt, library.forms)[0].findings
    assert [(one.code, one.cells) for one in found] == (
        [("own_text", tuple(at.format(**where) for at in cells))] if cells else []
    )


# ---- folded and hidden columns -------------------------------------------------------------------------


def stories(hidden: str, **cells: object) -> Spoil:
    """Hide columns of the stories and type into its one row."""

    def change(sheet: Worksheet) -> None:
        fill(sheet, **{f"{column}5": value for column, value in cells.items()})
        for column in hidden:
            sheet.column_dimensions[column].hidden = True

    return on("stories", change)


HIDDEN: list[tuple[str, dict[str, object], list[str]]] = [  # F, G headline and H, I text: English, Chinese
    ("H", {}, []),  # folded as the form folds it
    ("FH", {"G": "消息", "I": "正文"}, []),
    ("HI", {"I": "正文"}, ["H, I"]),  # the form never folds both
    ("I", {"I": "   "}, []),
    ("C", {}, ["C"]),
    ("D", {}, []),  # nothing stands there
    ("CJ", {}, ["C, J"]),
]


@pytest.mark.parametrize(("hidden", "typed", "columns"), HIDDEN)
def test_a_column_that_she_hid_is_told_and_one_that_the_form_folds_is_not(
    hidden: str, typed: dict[str, object], columns: list[str], form: Form, library: Library
) -> None:
    found = looked(stories(hidden, **typed), form, library).findings
    assert [(one.severity, one.code, one.params["columns"]) for one in found] == [
        (Severity.WARNING, "hidden_columns", said) for said in columns
    ]


LANGUAGES: list[tuple[dict[str, object], list[str]]] = [  # what is typed into a story, and the cells asked about
    ({"G": "泰兴企业完成培训", "H": "五家企业于三月完成了模块二的培训。"}, ["H5"]),
    ({"F": "泰兴"}, ["F5"]),
    ({"F": "Taixing (泰兴) trains", "H": "Wuxi Hengli 无锡恒力液压有限公司 trained."}, []),
    ({"F": "ToT"}, []),
    ({"G": "WPO", "I": "SCORE"}, []),
    ({"I": "ILO SCORE Training, Module 2"}, []),
    (
        {"I": "In March five enterprises of the province completed the training of Module 2 on quality management."},
        ["I5"],
    ),
]


@pytest.mark.parametrize(("typed", "cells"), LANGUAGES)
def test_words_in_the_column_of_the_other_language_are_asked_about(
    typed: dict[str, object], cells: list[str], form: Form, library: Library
) -> None:
    found = looked(stories("", **typed), form, library).findings
    assert [(one.severity, one.code, list(one.cells)) for one in found] == [
        (Severity.WARNING, "other_language", [at]) for at in cells
    ]


# ---- our hidden marks -------------------------------------------------------------------------------------

PASTED: list[tuple[str, dict[str, object], list[tuple[tuple[str, ...], str, str]]]] = [  # cells, text, whose marks
    ("activities", {"P3": 5, "Q3": 5, "R3": "x"}, [(("P3", "Q3"), "5", "参加企业数、管理人员"), (("R3",), "x", "管理人员：其中女性")]),
    ("activities", {"P3": date(2015, 1, 6)}, [(("P3",), "2015-01-06", "参加企业数")]),
    ("activities", dict.fromkeys(("P3", "Q3", "S3", "U3"), 5), [(("P3", "Q3", "S3", "U3"), "5", "参加企业数、管理人员、工人…")]),
    ("activities", {"P3": None, "Q3": " #managers "}, []),
    ("cover", {"C6": "江苏", "C8": "张三", "C12": 1}, [(("C6",), "江苏", "单位"), (("C8",), "张三", "填表人"), (("C12",), "1", "报送次数")]),
    ("cover", {"C20": "无"}, [(("C20",), "无", "计划")]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "typed", "said"), PASTED)
def test_whatever_is_pasted_over_our_marks_is_said_once(
    table: str, typed: dict[str, object], said: list[tuple[tuple[str, ...], str, str]], form: Form, library: Library
) -> None:
    checked = looked(typed_in(table, **typed), form, library)
    assert {one.code for one in checked.findings} <= {"anchor_changed"}
    assert [(one.cells, one.found, one.params["label_zh"]) for one in checked.findings] == said
    untouched = looked(lambda data, form: data, form, library)
    assert [dict(one.values) for one in checked.records] == [dict(one.values) for one in untouched.records]


# ---- a sheet without its headers --------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "last"), [("enterprises", 4), ("activities", 4), ("enterprises", 400)])
def test_a_sheet_whose_headers_are_gone_is_not_said_to_be_missing(
    table: str, last: int, form: Form, library: Library
) -> None:
    first = 1 if last > 4 else 3
    tab = form.table(table).tab
    found = looked(on(table, lambda sheet: sheet.delete_rows(first, last - first + 1)), form, library).findings
    assert [(one.code, one.sheet, one.table, one.blocks) for one in found] == [("headers_missing", tab, table, True)]


def test_a_sheet_of_her_own_under_the_name_of_one_that_was_renamed_is_her_own(form: Form, library: Library) -> None:
    def change(book: Workbook, form: Form) -> None:
        book[form.table("activities").tab].title = "活动-1"
        book.create_sheet("活动")["A1"].value = "草稿"

    found = looked(edited(change), form, library).findings
    assert [(one.code, one.sheet) for one in found] == [("own_sheet", "活动")]


def hidden_copy(book: Workbook, form: Form) -> None:
    sheet = book.copy_worksheet(book[form.table("results").tab])
    sheet.title, sheet.sheet_state = "旧", "hidden"


def hidden_sheet(book: Workbook, form: Form) -> None:
    sheet = book.create_sheet("往年")
    sheet["A1"].value, sheet.sheet_state = "企业", "hidden"


@pytest.mark.parametrize(("change", "code"), [(hidden_copy, "sheet_twice"), (hidden_sheet, "own_sheet")])
def test_of_a_sheet_that_cannot_be_seen_it_is_said_how_to_see_it(
    change: Callable[[Workbook, Form], None], code: str, form: Form, library: Library
) -> None:
    [one] = looked(edited(change), form, library).findings
    words = say(one)
    assert one.code == code
    assert f"“{one.sheet}”已隐藏，可右击任一工作表标签，选择“取消隐藏”后查看。" in words.zh
    assert f"'{one.sheet}' is hidden: to see it, right-click the tab of any sheet and choose “Unhide”." in words.en


# ---- columns that share a header: of whom women -----------------------------------------------------------


def exchange(sheet: Worksheet, one: str, two: str, first: int) -> None:
    """Exchange two columns of the activities from a row on: marks stand in row 3, headers in 4."""
    for row in range(first, 8):
        left, right = sheet[f"{one}{row}"], sheet[f"{two}{row}"]
        left.value, right.value = right.value, left.value


def unmarked(sheet: Worksheet) -> None:
    """Put a column in before the women among the managers, and take the marks away."""
    sheet.insert_cols(18)
    sheet["R4"].value = "备注"
    sheet.delete_rows(3)


WOMEN: list[tuple[Callable[[Worksheet], object], list[tuple[str, str, tuple[str, ...], str]]]] = [
    (lambda sheet: exchange(sheet, "Q", "S", 3), [("warning", "part_elsewhere", ("R4",), "管理人员：其中女性"), ("warning", "part_elsewhere", ("T4",), "工人：其中女性")]),
    (lambda sheet: exchange(sheet, "Q", "S", 4), [("error", "column_disagrees", ("Q4",), "管理人员"), ("error", "column_disagrees", ("S4",), "工人")]),
    (lambda sheet: fill(sheet, S4="管理人员", R4="备注"), [("error", "header_changed", ("R4",), ""), ("error", "header_changed", ("S4",), "")]),
    (unmarked, [("error", "column_missing", (), "管理人员：其中女性"), ("note", "own_columns", ("R3", "S3"), "")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WOMEN)
def test_of_columns_that_share_a_header_the_whole_is_named_and_only_the_cause_is_said(
    change: Callable[[Worksheet], object],
    said: list[tuple[str, str, tuple[str, ...], str]],
    form: Form,
    library: Library,
) -> None:
    found = looked(on("activities", change), form, library).findings
    assert [(str(one.severity), one.code, one.cells, one.params.get("label_zh", "")) for one in found] == said
