"""One fault is said once, and nothing that only follows from it; rules on trial; known cases; the quarter before."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.check import check_reading, let_pass
from pipeline.check.others import nearest
from pipeline.examine import examine
from pipeline.feedback import items_of
from pipeline.messages import finding, say
from pipeline.model import ANSWER_AUTHOR, Checked, Finding, Form, Library, Rules, Severity, State, Terms, Words
from pipeline.read import read_workbook
from pipeline.run import run
from pipeline.run.ask import check_files, status
from pipeline.settings import Settings
from pipeline.store import open_store
from tests.build import Percent, workbook
from tests.conftest import NOW, Send
from tests.test_cli import score
from tests.test_feedback import marks, texts
from tests.test_mutations import ROWS, Spoil, cover, edited, good, on, part, swapped, typed, void
from tests.test_rules import (
    ACTIVITIES,
    FORM,
    LIBRARY,
    TERMS,
    both,
    judged,
    jumped,
    known,
    linked,
    looked,
    merged,
    one_activity,
    sent,
    with_part,
)
from tests.test_story import OFFICES, PROJECT, send_all, training

pytestmark = pytest.mark.nights


def told(found: Checked | Sequence[Finding]) -> list[tuple[str, str]]:
    """Return (code, cells) of findings."""
    several = found.findings if isinstance(found, Checked) else found
    return [(one.code, " ".join(one.cells)) for one in several]


# ---- what only follows from an earlier fault is left out ----------------------------------------------------


def test_a_column_that_is_missing_is_not_also_blank_in_every_row() -> None:
    lost_place = on("activities", lambda sheet: sheet.delete_cols(11))
    assert told(looked(lost_place)) == [("column_missing", "")]


def test_a_code_column_that_is_missing_is_no_repeated_key_and_no_unknown_reference() -> None:
    lost_codes = on("activities", lambda sheet: sheet.delete_cols(1))
    checked = looked(lost_codes)
    assert told(checked) == [("column_missing", "")]
    assert told(judged(checked)) == [("column_missing", "")]


def test_a_sheet_that_is_missing_is_not_blamed_in_the_rows_that_refer_to_it() -> None:
    lost_enterprises = edited(lambda book, form: book.remove(book[form.table("enterprises").tab]))
    assert told(judged(looked(lost_enterprises))) == [("sheet_missing", "")]


def test_a_sheet_without_its_headers_is_not_blamed_in_the_rows_that_refer_to_it() -> None:
    headless = on("enterprises", lambda sheet: sheet.delete_rows(3, 2))
    assert told(judged(looked(headless))) == [("headers_missing", "")]


def test_rows_that_stand_above_their_headers_are_not_blamed_in_the_rows_that_refer_to_them() -> None:
    sorted_in = on("enterprises", lambda sheet: (sheet.move_range("A3:J4", rows=3), sheet.move_range("A5:J5", rows=-2)))
    checked = judged(looked(sorted_in))
    assert {one.code for one in checked.findings} == {"rows_above"}


def test_a_measure_that_nobody_knows_is_said_once_and_not_of_its_values() -> None:
    checked = looked(typed("results", "measure", "joy"))
    assert told(checked) == [("measure_missing", "E5"), ("measure_missing", "F5")]
    assert told(judged(checked)) == [("unknown_reference", "C5")]


def test_a_measure_left_blank_is_said_once_and_not_of_its_values() -> None:
    assert told(looked(typed("results", "measure", None))) == [("required", "C5")]


@pytest.mark.parametrize("typed_in", [20, "20%", "20↓"])
def test_a_change_without_what_it_is_expressed_as_is_not_lost_in_silence(typed_in: object) -> None:
    assert told(looked(typed("results", "change", typed_in, row=6))) == [("required_if", "H6")]


def test_a_measure_that_is_not_recorded_leaves_its_values_without_a_unit() -> None:
    assert ("measure_missing", "E5") in told(looked(typed("results", "measure", "未统计")))


def test_a_code_refused_for_its_form_is_not_also_unknown_where_it_is_meant() -> None:
    checked = looked(typed("enterprises", "enterprise_code", "NO-0001"))
    assert told(judged(checked)) == [("wrong_pattern", "A5")]


def test_a_wrong_code_is_not_also_an_unknown_reference_in_its_children() -> None:
    wrong = both(typed("enterprises", "enterprise_code", "NO-9999"), typed("progress", "enterprise_code", "NO-9999"))
    found = judged(looked(wrong)).findings
    assert [one.sheet for one in found if one.code == "wrong_pattern"] == ["企业名册 Enterprises"]
    assert [one.sheet for one in found if one.code == "unknown_reference"] == ["企业成效 Results"]  # it says NO-001


def test_a_code_left_blank_is_not_also_unknown_where_it_is_meant() -> None:
    blank = typed("enterprises", "enterprise_code", None)
    assert told(judged(looked(blank))) == [("required", "A5")]


def test_an_activity_under_a_code_of_nobody_is_not_also_unknown_where_it_is_meant() -> None:
    checked = looked(typed("activities", "activity_code", "NX-2014Q4-01"))
    assert told(judged(checked)) == [("not_own_code", "A5")]


def test_an_unknown_code_is_quoted_as_it_was_typed() -> None:
    [one] = judged(looked(typed("results", "enterprise_code", "Some Works： 2"))).findings
    assert (one.code, one.found) == ("unknown_reference", "Some Works： 2")


def test_a_key_of_several_columns_that_stands_twice_names_them_all() -> None:
    twice = edited(lambda book, form: [book[form.table("progress").tab].cell(6, at, book[form.table("progress").tab].cell(5, at).value) for at in range(1, 6)])  # fmt: skip
    [one] = [one for one in judged(looked(twice)).findings if one.code == "repeated_key"]
    assert "改正“企业 / 模块”" in say(one).zh


def test_a_result_belongs_to_an_enterprise_of_the_return() -> None:
    assert told(judged(looked(typed("results", "enterprise_code", "XY-777")))) == [("unknown_reference", "A5")]


def test_a_reference_that_has_nothing_to_do_with_a_refused_code_is_still_said() -> None:
    both_wrong = both(typed("enterprises", "enterprise_code", "x"), typed("progress", "enterprise_code", "NO-777"))
    assert ("unknown_reference", "A5") in told(judged(looked(both_wrong)))


def test_a_row_whose_code_was_replaced_by_another_word_is_all_that_is_said() -> None:
    """Her rows refer to the code that stood there: obeying a guess would move them to another enterprise."""
    assert told(judged(looked(typed("enterprises", "enterprise_code", "Factory 1")))) == [("wrong_pattern", "A5")]
    other = judged(looked(typed("enterprises", "enterprise_code", "EA-006")))
    assert told(other) == [("code_of_other_office", "A5")]


def test_a_serial_code_is_no_slip_of_its_neighbour() -> None:
    """NO-003 is one letter from NO-001 and NO-002, and neither of them."""
    [one] = judged(looked(typed("results", "enterprise_code", "NO-003"))).findings
    assert (one.code, one.cells, one.expected) == ("unknown_reference", ("A5",), None)


@pytest.mark.parametrize(("code", "meant"), [("no-001", "NO-001"), ("N0-001", "NO-001"), ("NO-O01", "NO-001"), ("NO-0001", "NO-001"), ("NO-011", None), ("NX-001", None)])  # fmt: skip
def test_a_code_in_other_letters_is_named(code: str, meant: str | None) -> None:
    assert nearest(code, ["NO-001", "NO-002"]) == meant


def test_what_the_quarter_before_refers_to_may_be_referred_to_again() -> None:
    """The blank form carries on a row of progress with the activity of its quarter."""
    last = sent(period="2014-Q3", activities=[training("NO-2014Q3-01")], enterprises=[CARRIED], progress=[{**IN_TRAINING, "activity_code": "NO-2014Q3-01"}])  # fmt: skip
    middle = sent(period="2014-Q4", enterprises=[CARRIED], progress=[{**IN_TRAINING, "activity_code": "NO-2014Q3-01"}])
    for history in (last, middle):
        again = judged(middle, known({"north": history.records}))
        assert [one.code for one in again.findings if one.field == "activity_code"] == []
    assert [one.code for one in judged(middle).findings if one.field == "activity_code"] == ["unknown_reference"]


CARRIED = {"enterprise_code": "NO-001", "name_en": "Works", "may_be_named": "否", "place": "town", "sector": "机械"}
IN_TRAINING = {"enterprise_code": "NO-001", "module": "质量管理", "status": "培训中"}


def test_a_picture_whose_moment_cannot_be_read_is_not_also_half_a_pair() -> None:
    unread = both(typed("photos", "moment", "Befor"), typed("photos", "pair", "NO-A"))
    assert told(looked(unread)) == [("near_miss", "D5")]


def test_of_a_column_that_is_not_known_nothing_else_is_said() -> None:
    def swap(sheet: Worksheet) -> None:
        for one, two in (("A3", "B3"),):
            sheet[one].value, sheet[two].value = sheet[two].value, sheet[one].value

    checked = judged(looked(on("progress", swap)))
    assert told(checked) == [("column_disagrees", "A4"), ("column_disagrees", "B4")]


def test_without_a_register_nothing_is_said_that_it_would_know() -> None:
    """`check` before the project office has sent a workbook."""
    joint = workbook(FORM, "north", **{**ROWS, "activities": [{**ROWS["activities"][0], "activity_code": "JT-2014Q4-01", "title_en": None}]})  # fmt: skip
    assert told(examine(joint, LIBRARY, Terms())) == []


def test_a_change_that_is_not_needed_is_not_also_asked_for_its_unit() -> None:
    assert told(looked(typed("results", "change", "10%"))) == [("change_not_needed", "G5")]
    points = both(typed("results", "change", 0.04, format="General"), typed("results", "change_as", "百分点"))
    assert told(looked(points)) == [("change_not_needed", "G5")]
    alone = both(typed("results", "change", "10%"), typed("results", "before", None), typed("results", "after", None))
    assert ("required_if", "H5") in told(looked(alone))


def test_a_joint_code_with_another_letter_is_named() -> None:
    [one] = judged(one_activity("JT-2014Q4-O1")).findings
    assert (one.code, one.expected) == ("not_own_code", "JT-2014Q4-01")
    [other] = judged(one_activity("XX-2014Q4-01")).findings
    assert (other.code, other.expected) == ("not_own_code", None)


def test_what_was_typed_stands_in_a_sentence_without_escapes() -> None:
    [one] = looked(typed("enterprises", "sector", "Peter's\nshop\u00a0x")).findings
    assert say(one).en.startswith("'Sector' is 'Peter's shop x', which")


@pytest.mark.parametrize("line", [(9, 1, "注：金额单位为万元"), (9, 2, "以上金额均以万元计"), (2, 6, "RMB 10,000"), (2, 1, "单位：万元")])  # fmt: skip
def test_a_unit_stated_for_a_whole_sheet_keeps_its_return_out(line: tuple[int, int, str]) -> None:
    row, column, text = line
    stated = on("contributions", lambda sheet: void(sheet.cell(row, column, text)))
    assert "unit_stated" in [one.code for one in looked(stated).findings]


def test_a_unit_in_the_name_of_a_sheet_is_one_too() -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.title = f"{FORM.table('contributions').title.zh}（万元）"

    assert "unit_stated" in [one.code for one in looked(on("contributions", rename)).findings]


def test_a_note_that_tells_of_an_amount_states_no_unit() -> None:
    told_of = on("contributions", lambda sheet: void(sheet.cell(9, 1, "注：NO-002节约25.57万元，价值约2万元")))
    assert [one.code for one in looked(told_of).findings] == ["note_not_read"]


def test_half_a_pair_is_marked_in_all_its_rows() -> None:
    """Which of two pictures “before” is wrong, nobody knows but she."""
    second = {**ROWS["photos"][0], "photo_code": "NO-F02"}
    rows = [{**one, "moment": "改善前", "pair": "NO-A"} for one in (ROWS["photos"][0], second)]
    assert ("pair_incomplete", "E5 E6") in told(sent(**{**ROWS, "photos": rows}))


def test_an_answer_that_cannot_be_read_is_not_also_missing() -> None:
    assert told(looked(typed("activities", "kind", "Party"))) == [("not_in_list", "B5")]
    assert told(looked(typed("activities", "trainers", "six"))) == [("not_a_count", "U5")]


def test_one_fault_down_a_column_is_one_finding_of_several_cells() -> None:
    faults = both(*(typed("activities", "place", None, row=row) for row in (5, 6, 7)))
    assert told(looked(faults)) == [("required", "K5 K6 K7")]


def test_a_fault_down_a_column_is_one_finding_whatever_stands_in_it() -> None:
    faults = both(*(typed("activities", "starts", f"12.{row}.2014x", row=row) for row in (5, 6, 7)))
    [one] = looked(faults).findings
    assert (one.code, one.cells, one.several) == ("not_a_when", ("I5", "I6", "I7"), ("12.5.2014x", "12.6.2014x", "12.7.2014x"))  # fmt: skip
    assert "“12.5.2014x / 12.6.2014x / 12.7.2014x”" in say(one).zh
    assert items_of([one], "zh")[0].at(1) == say(dataclasses.replace(one, found="12.6.2014x")).zh


def test_a_fault_down_a_column_may_have_other_numbers_in_each_cell(library: Library, tmp_path: Path) -> None:
    wrong = (typed("activities", "trainers_women", 7 + row, row=row) for row in (5, 6, 7))
    checked = looked(both(*wrong))
    [one] = checked.findings
    assert (one.code, one.cells, one.found, one.expected) == ("part_exceeds_whole", ("V5", "V6", "V7"), "12 / 13 / 14", "0 – 6")  # fmt: skip
    assert (
        say(one).zh
        == "“其中女性”填的是 12，而“受训培训师”（U5）为 6。前者包含在后者之内，请核实后改正其中一个。V6、V7 情况相同。"
    )
    [item] = items_of([one], "zh", {("activities", f"NO-2014Q4-0{n}"): f"第{n}行" for n in (1, 2, 3)})
    assert (item.record, item.at(2)) == ("第1行\n第2行\n第3行", "“其中女性”填的是 14，而“受训培训师”（U7）为 6。前者包含在后者之内，请核实后改正其中一个。")  # fmt: skip
    with open_store(tmp_path / "archive", tmp_path / "ledger.db", library) as store:
        store.save_examination("a" * 64, "rules", checked)
        kept = store.examined("a" * 64, "rules")
    assert kept
    assert kept[1].findings == checked.findings


def test_of_a_fault_down_a_column_one_cell_can_be_let_pass() -> None:
    faults = looked(both(*(typed("activities", "starts", f"12.{row}.2014x", row=row) for row in (5, 6))))
    assert faults.stamp
    beside = known(exceptions=[{"office": "north", "period": "2014-Q4", "finding": "not_a_when", "table": "activities", "key": "NO-2014Q4-01", "reason_en": "x", "by": "O"}])  # fmt: skip
    left, passed = let_pass(faults.findings, "north", faults.stamp.period, beside, faults.records)
    assert ((left.cells, left.found), (passed.cells, passed.found)) == (
        (("I6",), "12.6.2014x"),
        (("I5",), "12.5.2014x"),
    )


def test_all_faults_are_told_in_one_pass() -> None:
    faults = both(
        typed("enterprises", "sector", "机器"),
        typed("activities", "trainers_women", 9),
        typed("results", "before", 0.61, format="General"),
        cover("nothing_practices", None),
    )
    assert told(looked(faults)) == [
        ("near_miss", "F5"),
        ("part_exceeds_whole", "V5"),
        ("share_ambiguous", "E5"),
        ("silent", "B18"),
    ]


# ---- what was probably meant ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed_in", "meant"),
    [("meetnig", "会议 Meeting"), ("会仪", "会议 Meeting"), ("培训师培圳", "培训师培训 Training of trainers (ToT)"), ("企业训", "企业培训 Training of enterprises (ToE)")],
)  # fmt: skip
def test_a_word_one_letter_off_names_the_entry_of_the_list(typed_in: str, meant: str) -> None:
    [one] = looked(typed("activities", "kind", typed_in)).findings
    assert (one.code, one.expected) == ("near_miss", meant)
    assert meant in say(one).en
    assert meant in say(one).zh


@pytest.mark.parametrize(("typed_in", "meant"), [("twon", "town"), ("towns", "town"), ("Town", "town"), ("镇", "town")])
def test_a_code_one_letter_off_or_its_name_names_the_code_of_the_register(typed_in: str, meant: str) -> None:
    [one] = judged(one_activity(place=typed_in)).findings
    assert (one.code, one.expected) == ("unknown_reference", meant)
    assert (
        say(one).zh
        == f"“地点”填的是“{typed_in}”，项目办公室的名册中没有该编号。是否应为 {meant}？请填写其中已有的编号。"
    )


def test_where_nothing_is_near_nothing_is_guessed() -> None:
    [one] = judged(one_activity(place="metropolis")).findings
    assert (one.expected, say(one).en, say(one).zh) == (
        None,
        "'Place' is 'metropolis', and the project office's list has no such code. Type a code that stands there.",
        "“地点”填的是“metropolis”，项目办公室的名册中没有该编号。请填写其中已有的编号。",
    )


def test_a_workbook_full_of_wrong_codes_is_judged_at_once() -> None:
    rows = [{"enterprise_code": f"x{n}", "name_en": f"W{n}", "may_be_named": "否", "place": f"nowhere{n}", "sector": "机械"} for n in range(3000)]  # fmt: skip
    checked = sent(enterprises=rows, progress=[{"enterprise_code": f"y{n}", "module": 2, "status": "培训中"} for n in range(3000)])  # fmt: skip
    started = time.process_time()
    found = judged(checked).findings
    assert time.process_time() - started < 10
    assert sum(len(one.cells) for one in found if one.code == "unknown_reference") >= 3000


def test_guessing_stays_cheap_beside_a_long_register() -> None:
    codes = [f"JS-{n:05}" for n in range(50_000)]
    assert nearest("JS-0000I", codes) == "JS-00001"
    assert nearest("JS-000012", codes) is None  # three are as near
    assert nearest("QQ-1", codes) is None


# ---- plausibility ---------------------------------------------------------------------------------------------


def test_ten_to_the_thirty_is_no_number_of_employees() -> None:
    checked = looked(typed("enterprises", "employees", 10**30))
    assert told(checked) == [("above_maximum", "H5")]
    assert not checked.accepted


def test_the_maximum_is_what_the_rules_say_and_a_field_may_have_its_own() -> None:
    employees = LIBRARY.forms["province"].table("enterprises").field("employees")
    assert employees.maximum == LIBRARY.rules.maximum["count"]
    assert LIBRARY.forms["province"].table("contributions").field("amount_rmb").maximum == 10_000_000_000


@pytest.mark.parametrize(
    ("before", "now", "asked"),
    [(110, 1200, True), (1200, 110, True), (110, 1000, False), (9, 95, False), (0, 5000, False), (12, 120, True)],
)
def test_ten_times_the_quarter_before_is_asked_about(before: int, now: int, asked: bool) -> None:
    found = judged(jumped(now), known({"north": jumped(before).records}))
    assert told(found) == ([("times_before", "H5")] if asked else [])
    assert found.accepted


def test_another_offices_quarter_before_is_no_measure() -> None:
    assert told(judged(jumped(1200), known({"east": jumped(110).records}))) == []


def result(after: object) -> Checked:
    row = {"enterprise_code": "NO-001", "measure": "defect_rate", "per": "累计", "after": after, "basis": "企业记录"}
    return sent(results=[row], enterprises=[{"enterprise_code": "NO-001", "name_en": "Works", "may_be_named": "否", "place": "town", "sector": "机械"}])  # fmt: skip


def test_a_share_may_fall_to_a_tenth_of_itself() -> None:
    before, now = (result(Percent(Decimal(text))) for text in ("0.1", "0.005"))
    assert told(judged(now, known({"north": before.records}))) == []


QUARTERS = [
    ({"starts": date(2014, 12, 30), "ends": date(2015, 1, 2)}, "outside"),
    ({"starts": date(2014, 9, 1), "ends": date(2014, 10, 2)}, ""),
    ({"starts": date(2014, 9, 1)}, "outside"),
    ({"starts": "2014年第四季度"}, ""),
    ({"starts": "2015", "status": "进行中"}, ""),
    ({"starts": "2014"}, ""),
]


@pytest.mark.parametrize(("row", "expected"), QUARTERS)
def test_what_is_completed_ended_in_its_quarter(row: dict[str, Any], expected: str) -> None:
    assert told(one_activity(**row)) == ([("outside_period", "J5" if "ends" in row else "I5")] if expected else [])


def test_two_enterprises_of_one_name_in_one_place_are_asked_about() -> None:
    twin = both(typed("enterprises", "name_en", "FACTORY  1", row=6))
    assert told(looked(twin)) == [("looks_twice", "B6")]
    assert looked(twin).accepted


def test_what_two_offices_report_alike_is_a_question_to_both() -> None:
    found = merged(one_activity(), one_activity("EA-2014Q4-07", "east"))
    assert [
        (one.params["office"], one.code, one.found, one.params["other"], one.params["whose_zh"]) for one in found
    ] == [
        ("north", "reported_by_others", "Training", "EA-2014Q4-07", "东省"),
        ("east", "reported_by_others", "Training", "NO-2014Q4-01", "北省"),
    ]


def test_two_names_that_the_project_office_has_decided_on_need_no_question() -> None:
    decided = [{"what": "企业", "left": "NO-001", "right": "EA-001", "same": "否", "reason_en": "x", "by": "O", "dated": "2015-01-15"}]  # fmt: skip
    row = {"name_en": "Works", "may_be_named": "否", "place": "town", "sector": "机械"}
    two = [
        sent(office, enterprises=[{**row, "enterprise_code": code}])
        for office, code in (("north", "NO-001"), ("east", "EA-001"))
    ]
    assert {one.code for one in merged(*two)} == {"reported_by_others"}
    assert "reported_by_others" not in {one.code for one in merged(*two, beside=known(names=decided))}


# ---- the form treated roughly ---------------------------------------------------------------------------------


def test_a_mark_pasted_over_another_does_no_harm_and_is_said() -> None:
    """The mark of the women is pasted over that of the module, which stands before it."""
    checked = looked(on("activities", lambda sheet: sheet.cell(3, 5, "#trainers_women")))
    assert told(checked) == [("anchor_changed", "E3")]
    assert [dict(one.values) for one in checked.records] == [
        dict(one.values) for one in looked(lambda data, form: data).records
    ]


def test_a_mark_on_the_cover_pasted_over_another_does_no_harm_and_is_said() -> None:
    def paste(book: Any, form: Form) -> None:
        sheet = book[form.table("cover").tab]
        [row] = [row for row in range(1, 60) if sheet.cell(row, 3).value == "#form"]
        sheet.cell(row, 3).value = "#office"

    checked = looked(edited(paste))
    assert told(checked) == [("anchor_changed", "C4")]
    assert checked.stamp
    assert checked.stamp.office == "north"


def test_a_remark_that_begins_with_a_number_sign_is_no_mark() -> None:
    assert told(looked(cover("remarks", "#1 is the most important"))) == []


def test_a_header_far_from_ours_is_not_taken() -> None:
    def change(book: Any, form: Form) -> None:
        sheet = book[form.table("activities").tab]
        sheet.delete_rows(3)
        sheet["E3"].value = "Topic"

    assert "column_missing" in {one.code for one in looked(edited(change)).findings}


def test_the_notes_of_our_own_answer_are_no_notes() -> None:
    def note(book: Any, form: Form) -> None:
        sheet = book[form.table("activities").tab]
        sheet["U5"].comment = Comment("【核对】须改正：", ANSWER_AUTHOR)
        sheet["V5"].comment = Comment("【核对】疑问：", "LibreOffice")

    assert told(looked(edited(note))) == []


BUDGET = "file:///C:/Users/w/%E9%A2%84%E7%AE%97%202014.xlsx"
KINDS_OF_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKED_FILE = f'<externalBook xmlns="m" xmlns:r="{KINDS_OF_LINK}" r:id="rId2"/>'
ITS_FILES = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="alternate" Target="https://x/other.xlsx" TargetMode="External"/>
<Relationship Id="rId2" Type="path" Target="{target}" TargetMode="External"/></Relationships>"""


def taken_from(target: str, formula: bytes) -> Spoil:
    """Take a cell from another workbook, the first of the workbook's list, by a formula as Excel stores it."""
    listed = (
        f'<externalReferences xmlns:k="{KINDS_OF_LINK}"><externalReference k:id="rX"/></externalReferences></workbook>'
    )
    parts = {
        "xl/externalLinks/externalLink1.xml": LINKED_FILE,
        "xl/externalLinks/_rels/externalLink1.xml.rels": ITS_FILES.format(target=target),
    }
    return both(
        linked,
        part("xl/workbook.xml$", swapped(b"</workbook>", listed.encode())),
        part(ACTIVITIES, swapped(b"<v>6</v>", b"<f>%s</f><v>6</v>" % formula)),
        *(with_part(name, text.encode()) for name, text in parts.items()),
    )


@pytest.mark.parametrize(
    ("target", "formula", "said"),
    [
        (BUDGET, b"[1]Sheet1!A1", "=[预算 2014.xlsx]Sheet1!A1"),
        ("..\\..\\a\\b.xlsx", b"'[1]Sheet 1'!A1", "='[b.xlsx]Sheet 1'!A1"),
        ("https://x/y/c.xlsx?web=1", b"[1]S!A1+[2]S!B1", "=[c.xlsx]S!A1+[2]S!B1"),
        ("50%.xlsx", b"[1]S!A1", "=[50%.xlsx]S!A1"),
        ("a/%00", b"[1]S!A1", "=[1]S!A1"),
        ("a/", b"[1]S!A1", "=[1]S!A1"),
    ],
)
def test_a_cell_from_another_workbook_names_its_file(target: str, formula: bytes, said: str) -> None:
    [one] = looked(taken_from(target, formula)).findings
    assert (one.code, one.found) == ("linked_cell", said)
    assert f"（{said}）" in say(one).zh


def test_a_broken_link_to_another_workbook_keeps_nothing_out() -> None:
    broken = part("externalLink1.xml$", lambda _: b"<externalBook")
    [one] = looked(both(taken_from(BUDGET, b"[1]Sheet1!A1"), broken)).findings
    assert (one.code, one.found) == ("linked_cell", "=[1]Sheet1!A1")


def test_a_hidden_cover_is_said() -> None:
    hide = on("cover", lambda sheet: void(setattr(sheet, "sheet_state", "hidden")))
    assert told(looked(hide)) == [("hidden_sheet", "")]


# ---- on trial, and let pass -----------------------------------------------------------------------------------


def test_a_rule_on_trial_says_so_and_keeps_nothing_out(library: Library) -> None:
    spoil: Spoil = typed("activities", "trainers_women", 9)
    strict = dataclasses.replace(library, rules=Rules(trial=frozenset(["part_exceeds_whole"])))
    checked = examine(spoil(good(FORM), FORM), strict, TERMS)
    [one] = checked.findings
    assert (one.severity, one.blocks, checked.accepted) == (Severity.ERROR, False, True)
    assert say(one).en.startswith("This rule is on trial and keeps nothing out: you need not do anything. Tell the project office if it is wrong here. Otherwise it would say: 'of whom women' is 9")  # fmt: skip
    assert say(one).zh.startswith(
        "此项规则尚在试行，不影响接收，可以不改；如有不妥，请告知项目办公室。原提示：“其中女性”填的是 9"
    )


def test_of_a_value_that_cannot_be_read_a_rule_on_trial_says_that_it_is_not_taken(library: Library) -> None:
    spoil: Spoil = typed("activities", "trainers", "五家")
    strict = dataclasses.replace(library, rules=Rules(trial=frozenset(["counts_another", "not_a_count"])))
    [one] = examine(spoil(good(FORM), FORM), strict, TERMS).findings
    assert "请告知项目办公室。但该值无法识别，未予采用。原提示：“受训培训师”填的是“五家”" in say(one).zh


def test_a_rule_is_put_on_trial_in_the_templates(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers=1, trainers_women=2)])
    assert run(office, NOW).code == 1
    rules = office.templates / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("trial: []", "trial: [part_exceeds_whole]"), "utf-8")
    assert run(office, NOW).code == 0
    rules.write_text("trial: [part_exceeds_hole]\n", encoding="utf-8")
    told_what = score(office.folder, "run").stderr
    assert told_what.startswith("templates/rules.yaml, line 1: `part_exceeds_hole` is no code of a finding. Did you mean `part_exceeds_whole`?")  # fmt: skip


EXCEPTION = {
    "office": "north",
    "period": "2014-Q4",
    "finding": "required",
    "key": "NO-2014Q4-02",
    "reason_en": "Held on a ship.",
    "by": "Officer Li",
}


def test_an_exception_lets_one_row_of_a_column_pass_and_says_who_and_why() -> None:
    faults = both(*(typed("activities", "place", None, row=row) for row in (5, 6, 7)))
    checked = judged(looked(faults), known(exceptions=[EXCEPTION]))
    assert [(one.cells, one.blocks) for one in checked.findings] == [(("K5", "K7"), True), (("K6",), False)]
    assert (say(checked.findings[1]).en, say(checked.findings[1]).zh) == (
        "The project office lets this pass: Held on a ship (Officer Li). You need not do anything. Otherwise it would say: 'Place' is blank. Please fill it in.",
        "项目办公室已按例外处理：Held on a ship（Officer Li），无需改动。原提示：“地点”未填写，请补填。",
    )


@pytest.mark.parametrize(
    "key",
    [
        "NO-001;suggestions;total",
        "NO-001; suggestions; total",
        "NO-001 · suggestions · 累计",
        "no-001；建议数；累计 In total",
    ],
)
def test_an_exception_names_its_row_by_codes_or_as_it_was_typed(key: str) -> None:
    exception = {"office": "north", "period": "2014-Q4", "finding": "not_a_number", "table": "results", "key": key, "reason_en": "x", "by": "O"}  # fmt: skip
    spoilt = both(both(typed("results", "after", "many", row=6), typed("results", "measure", "建议数", row=6)), typed("results", "per", "累计 In total", row=6))  # fmt: skip
    terms = dataclasses.replace(TERMS, names={"measures": {"suggestions": (Words("Suggestions", "建议数"),)}})
    checked = judged(examine(spoilt(good(FORM), FORM), LIBRARY, terms), known(exceptions=[exception]))
    assert [(one.cells, one.blocks) for one in checked.findings if one.code == "not_a_number"] == [(("F6",), False)]


def test_an_exception_for_a_row_that_is_not_there_is_said(office: Settings, send: Send) -> None:
    rows = [{**EXCEPTION, "key": key} for key in ("NO-2014Q4-01", "NO-2014Q4-07")]
    rows += [{**EXCEPTION, "office": "east"}, {**EXCEPTION, "finding": "rows_lost", "key": "NO-2014Q4-09"}]
    send("project-office", form="project", **{**PROJECT, "exceptions": rows})
    send("north", activities=[training("NO-2014Q4-01", place=None)])
    run(office, NOW)
    with open_store(office.archive, office.ledger, LIBRARY) as store:
        found = [one for _, one in store.findings(next(iter(store.reckonings().values())))]
    told = [(one.found, one.cells) for one in found if one.code == "exception_no_match"]
    assert told == [("NO-2014Q4-07", ("E6",))]


UNREAD = {"office": "north", "period": "2014-Q4", "finding": "not_a_when", "reason_en": "Lost.", "by": "Li"}


@pytest.mark.parametrize("rows", [(5,), (5, 6)])
def test_of_a_value_that_cannot_be_read_it_is_said_that_it_is_not_taken_though_it_passes(rows: tuple[int, ...]) -> None:
    faults = both(*(typed("activities", "starts", f"12.{row}.2014x", row=row) for row in rows))
    [one] = judged(looked(faults), known(exceptions=[UNREAD])).findings
    assert say(one).zh.startswith(
        "项目办公室已按例外处理：Lost（Li），无需改动。但该值无法识别，未予采用。原提示：“开始”填的是"
    )
    assert say(one).en.startswith("The project office lets this pass: Lost (Li). You need not do anything. The value cannot be read and is not taken. Otherwise it would say: ")  # fmt: skip
    assert all(say(part).zh.startswith("项目办公室已按例外处理：Lost（Li）") for part in one.at_cells)


def test_what_differs_from_cell_to_cell_can_be_let_pass_as_a_whole() -> None:
    faults = both(*(typed("activities", "trainers_women", value, row=row) for row, value in ((5, 9), (6, 8))))
    exception = {**UNREAD, "finding": "part_exceeds_whole"}
    [one] = judged(looked(faults), known(exceptions=[exception])).findings
    assert one.cells == ("V5", "V6")
    assert say(one).zh.startswith("项目办公室已按例外处理：Lost（Li），无需改动。原提示：“其中女性”填的是 9")
    [item] = items_of([one], "zh")
    assert "填的是 8" in item.at(1)


def test_an_exception_answers_a_question_about_two_offices(office: Settings, send: Send) -> None:
    exception = {**EXCEPTION, "finding": "reported_by_others", "key": "NO-2014Q4-01"}
    send("project-office", form="project", **{**PROJECT, "exceptions": [exception]})
    send("north", activities=[training("NO-2014Q4-01")])
    send("east", activities=[training("EA-2014Q4-01")])
    run(office, NOW)
    with open_store(office.archive, office.ledger, LIBRARY) as store:
        found = store.findings(next(iter(store.reckonings().values())))
    asked = {whom: bool(one.excepted_by) for whom, one in found if one.code == "reported_by_others"}
    assert asked == {"north": True, "east": False}


# ---- over time, and over several workbooks ----------------------------------------------------------------------


def test_the_quarter_before_is_known_to_the_run_and_to_check(office: Settings, send: Send) -> None:
    row = {"enterprise_code": "NO-001", "name_en": "Works", "may_be_named": "否", "place": "town", "sector": "机械"}
    send("project-office", form="project", **PROJECT)
    send("north", enterprises=[{**row, "employees": 110}])
    run(office, NOW)
    path = send("north", file="q1.xlsx", period="2015-Q1", enterprises=[{**row, "employees": 1200}])
    [before] = check_files(office, [path], NOW)
    assert run(office, NOW).unanswered == []
    [after] = check_files(office, [path], NOW)
    for one in (before, after):
        assert [(f["code"], f["cell"], f["found"]) for f in one["findings"]] == [("times_before", "H5", "1200")]  # fmt: skip
    counted = [one for one in status(office)["counted"] if one["code"] == "times_before"]
    assert [(one["office"], one["period"], one["version"], one["cells"]) for one in counted] == [("north", "2015-Q1", 1, 1)]  # fmt: skip


def test_findings_are_counted_as_they_were_told_and_counted_again_by_a_rebuild(office: Settings, send: Send) -> None:
    send_all(send)
    rows = [training("NO-2014Q4-01", trainers="six"), training("NO-2014Q4-02", trainers="six", title_en="More")]
    send("north", activities=rows)
    run(office, NOW)
    send("north", file="again.xlsx", cover={"version": 2, "whats_new": "Numbers"}, activities=[training("NO-2014Q4-01", trainers=6), training("NO-2014Q4-02", title_en="More")])  # fmt: skip
    run(office, NOW)
    counted = status(office)["counted"]
    assert [(one["version"], one["code"], one["severity"], one["findings"], one["cells"]) for one in counted if one["office"] == "north"] == [(1, "not_a_count", "error", 1, 2)]  # fmt: skip
    assert "  told so far: not_a_count 2\n" in score(office.folder, "status").stdout
    assert score(office.folder, "rebuild").returncode == 0
    assert status(office)["counted"] == counted


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("form", "季度报表", "封面上的“表名”应为 province（季度报表），现为“季度报表”。该项由系统预填，请恢复原值，或改用下发的报表。"),
        ("form", None, "封面上的“表名”应为 province（季度报表），现为空白。该项由系统预填，请恢复原值，或改用下发的报表。"),
        ("period", None, "封面上的“报告期”应为季度，如 2014-Q4，现为空白。该项由系统预填，请恢复原值，或改用下发的报表。"),
        ("form", "census", "这不是应报的报表：封面上的表名为“census”，应报的是：季度报表。请使用下发的报表。"),
    ],
)  # fmt: skip
def test_a_stamp_that_was_typed_over_is_told_with_what_stood_there(field: str, value: str | None, said: str) -> None:
    """Of the forms only the one that the workbook's other sheets are of is named."""
    [one] = looked(cover(field, value)).findings
    assert say(one).zh == said


def test_the_project_offices_form_in_a_provinces_folder_is_one_wrong_form(office: Settings, send: Send) -> None:
    send_all(send)
    path = send("west", form="project", **PROJECT)
    province = send("west", file="stamped.xlsx", cover={"form": "project"})
    run(office, NOW)
    refused = {one["file"]: (one["code"], one["message"]["zh"]) for one in status(office)["refused"]}
    said = "这不是应报的报表：封面上的表名为“项目办公室工作簿”，应报的是：季度报表。请使用下发的报表。"
    assert refused == {"west/west.xlsx": ("wrong_form", said), "west/stamped.xlsx": ("wrong_form", said)}
    counted = [one for one in status(office)["counted"] if one["code"] == "wrong_form"]
    assert [(one["office"], one["period"], one["findings"]) for one in counted] == [("west", None, 1)] * 2
    for told_of in check_files(office, [path, province], NOW):
        assert [one["code"] for one in told_of["findings"]] == ["wrong_form"]
    with open_store(office.archive, office.ledger, LIBRARY) as store:
        assert {one.office for one in store.submissions() if one.form == "project"} == {"project-office"}


def test_a_folder_of_no_office_is_said_and_taken_by_itself_once_it_is_one(office: Settings, send: Send) -> None:
    send_all(send)
    path = send("hunan")
    assert run(office, NOW).code == 1
    assert [(one["file"], one["code"]) for one in status(office)["refused"]] == [("hunan/hunan.xlsx", "office_unknown")]
    assert [one["code"] for one in check_files(office, [path], NOW)[0]["findings"]] == ["office_unknown"]
    hunan = {**OFFICES[0], "office": "hunan", "prefix": "HN", "name_en": "Hunan", "name_zh": "湖南", "order": 9}
    more = {**PROJECT, "offices": [*OFFICES, hunan], "cover": {"version": 2, "whats_new": "Hunan"}}
    send("project-office", form="project", **more)
    assert run(office, NOW).code == 0
    assert status(office)["refused"] == []
    assert "hunan" in {one["office"] for one in status(office)["periods"][0]["returns"]}


def test_rows_that_are_lost_are_named_as_the_clerk_knows_them(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01"), training("NO-2014Q4-02", title_en="More")])
    run(office, NOW)
    send("north", file="v2.xlsx", cover={"version": 2, "whats_new": "Less"}, activities=[training("NO-2014Q4-01")])
    run(office, NOW)
    [one] = status(office)["unanswered"]
    assert (one["code"], "活动 Activities › NO-2014Q4-02" in one["message"]["zh"]) == ("rows_lost", True)
    assert ("rows_lost", 1) in [(one["code"], one["findings"]) for one in status(office)["counted"]]


RESULTS = [
    {"enterprise_code": "NO-001", "measure": measure, "per": "累计", "after": 307, "basis": "企业记录"}
    for measure in ("suggestions", "benefit")
]
STORY = {"story_code": "NO-S01", "section": "地方动态", "place": "town", "headline_en": "News", "text_en": "Words", "consent": "已书面同意"}  # fmt: skip


def two_versions(office: Settings, send: Send, whats_new: str, project: dict[str, Any] | None = None, **later: Any) -> str:  # fmt: skip
    """Send a return, and a version that lacks a result and a story; return how that stands."""
    send("project-office", form="project", **{**PROJECT, "measures": MEASURED, **(project or {})})
    first = {"enterprises": [CARRIED], "results": RESULTS, "stories": [STORY], "activities": [training("NO-2014Q4-01")]}
    send("north", **first)
    run(office, NOW)
    second = {**first, "results": RESULTS[:1], "stories": [], "nothing": ["stories"], **later}
    send("north", file="v2.xlsx", version=2, cover={"whats_new": whats_new}, **second)
    run(office, NOW)
    [period] = status(office)["periods"]
    return str([one["state"] for one in period["returns"] if one["office"] == "north"][-1])


MEASURED = [{"measure": name, "name_en": name, "name_zh": name, "unit": "number", "better": "higher", "decimals": 0} for name in ("suggestions", "benefit")]  # fmt: skip


@pytest.mark.parametrize(
    ("whats_new", "state"),
    [
        ("删除 NO-001 · benefit · 累计；删除 NO-S01", "accepted"),
        ("NO-001 benefit 累计 与 NO-S01 系误报", "accepted"),
        ("更正了 NO-S01 配图的说明，删除 NO-001 benefit 累计", "held"),
        ("删除 NO-001 · benefit · 累计；删除 NO-S010", "held"),
        ("删除 NO-001 · benefit · 累计；补充照片说明，NO-S01 内容不变", "held"),
    ],
)
def test_rows_that_go_are_named_in_the_words_of_the_form(office: Settings, send: Send, whats_new: str, state: str) -> None:  # fmt: skip
    assert two_versions(office, send, whats_new) == state


def test_what_is_told_of_lost_rows_can_be_typed_as_it_stands(office: Settings, send: Send) -> None:
    assert two_versions(office, send, "?") == "held"
    [one] = status(office)["unanswered"]
    assert two_versions(office, send, one["expected"]) == "accepted"


def test_a_lost_row_may_be_let_pass(office: Settings, send: Send) -> None:
    rows = [("results", "NO-001;benefit;total"), ("stories", "NO-S01")]
    passed = [{"office": "north", "period": "2014-Q4", "finding": "rows_lost", "table": table, "key": key, "reason_en": "Moved", "by": "Officer"} for table, key in rows]  # fmt: skip
    assert two_versions(office, send, "?", {"exceptions": passed}) == "accepted"
    said = "\n".join(texts((office.reports / "feedback/north/north-2014-Q4-answer.xlsx").read_bytes()))
    assert "已有的行：企业成效 Results › NO-001 · benefit · 累计。" in said
    assert f"已有的行：{FORM.table('stories').tab} › NO-S01。" in said
    assert said.count("项目办公室已按例外处理：Moved（Officer）") == 2


def test_lost_rows_on_trial_keep_nothing_out(office: Settings, send: Send) -> None:
    rules = office.templates / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("trial: []", "trial: [rows_lost]"), "utf-8")
    assert two_versions(office, send, "?") == "accepted"
    assert "此项规则尚在试行" in "\n".join(texts((office.reports / "feedback/north/north-2014-Q4-answer.xlsx").read_bytes()))  # fmt: skip


def test_what_is_wrong_in_a_workbook_comes_before_what_it_lacks_and_both_are_told_at_once(office: Settings, send: Send) -> None:  # fmt: skip
    faulty = [training("NO-2014Q4-01", trainers="many")]
    assert two_versions(office, send, "?", activities=faulty) == "needs_correction"
    data = (office.reports / "feedback/north/north-2014-Q4-answer.xlsx").read_bytes()
    assert set(marks(data)) == {("活动 Activities", "U5"), ("封面 Cover", "B13")}
    told_codes = {one["code"] for one in status(office)["counted"] if one["office"] == "north"}
    assert told_codes >= {"not_a_count", "rows_lost"}


def test_a_return_sent_back_for_a_code_is_taken_once_that_is_corrected(office: Settings, send: Send) -> None:
    """It was never accepted, so its version may come again."""
    send("project-office", form="project", **PROJECT)
    for place, state in (("twon", "needs_correction"), ("town", "accepted")):
        send("north", activities=[training("NO-2014Q4-01", place=place)])
        run(office, NOW)
        [period] = status(office)["periods"]
        assert [one["state"] for one in period["returns"] if one["office"] == "north"][-1] == state


def test_what_a_register_refuses_comes_before_a_decision_too(office: Settings, send: Send) -> None:
    assert two_versions(office, send, "?", activities=[training("NO-2014Q4-01", place="twon")]) == "needs_correction"
    said = texts((office.reports / "feedback/north/north-2014-Q4-answer.xlsx").read_bytes())
    assert "NO-S01" not in said  # no key of ours stands for its record
    assert any("缺少上一次已有的行" in one for one in said)


def test_a_row_whose_key_is_mistyped_is_not_also_lost(office: Settings, send: Send) -> None:
    mistyped = [RESULTS[0], {**RESULTS[1], "measure": "benefits"}]
    assert two_versions(office, send, "删除 NO-S01", results=mistyped) == "needs_correction"
    assert [one["code"] for one in status(office)["counted"] if one["version"] == 2] == ["unknown_reference"]


def test_of_a_sheet_that_cannot_be_read_no_row_is_said_to_be_lost(office: Settings, send: Send) -> None:
    path = office.inbox / "north" / "v2.xlsx"
    two_versions(office, send, "删除 NO-S01")
    lost = on("results", lambda sheet: sheet.delete_cols(1))
    path.write_bytes(lost(path.read_bytes(), FORM))
    run(office, NOW)
    assert {one["code"] for one in status(office)["counted"] if one["version"] == 2} >= {"column_missing"}
    assert "rows_lost" not in {one["code"] for one in status(office)["counted"] if one["version"] == 3}


# ---- the rest -------------------------------------------------------------------------------------------------


def test_what_is_typed_the_same_in_another_type_is_not_the_same_answer() -> None:
    """True is 1 to Python; to a clerk it is a yes."""
    checked = looked(both(typed("activities", "trainers", 1), typed("activities", "trainers", True, row=6)))
    assert told(checked) == [("part_exceeds_whole", "V5"), ("not_a_count", "U6")] or told(checked) == [
        ("not_a_count", "U6"),
        ("part_exceeds_whole", "V5"),
    ]
    values = [one["trainers"].state for one in checked.records if one.table == "activities"]
    assert values == [State.GIVEN, State.UNREADABLE, State.GIVEN]


def test_checking_is_pure(library: Library) -> None:
    data = typed("activities", "trainers_women", 9)(good(FORM), FORM)
    reading, _ = read_workbook(data, library.forms)
    first, second = (check_reading(reading, library.lists, TERMS) for _ in range(2))
    assert first == second


def test_a_finding_that_is_neither_on_trial_nor_let_pass_says_no_more() -> None:
    assert say(finding("password")).zh == "工作簿设有密码，无法打开。请取消密码，保存后重新报送。"


def test_the_shipped_forms_name_only_rules_that_there_are() -> None:
    named = {rule for form in LIBRARY.forms.values() for table in form.tables for rule in table.rules}
    assert len(named) >= 7


def test_a_blank_form_is_asked_nothing_more_than_to_be_filled_in() -> None:
    assert told(examine(workbook(FORM, "north"), LIBRARY, TERMS)) == []
