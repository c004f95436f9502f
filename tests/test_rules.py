"""Every code: what it takes to be told it, in which cell, and its exact sentence in English and Chinese.

The sentences stand in `sentences.yaml`, to be read aloud; a workbook is spoilt in one way for each.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from openpyxl import Workbook
from openpyxl.comments import Comment

from pipeline import check, values
from pipeline.errors import RefusedFile
from pipeline.examine import examine, refusal
from pipeline.feedback import Letter, findings_workbook
from pipeline.form import load_library
from pipeline.merge import merge_returns
from pipeline.messages import CATALOGUE, NEWSLETTER, TEMPLATES, finding, say, wanted
from pipeline.model import (
    Cell,
    Checked,
    Field,
    Finding,
    Form,
    Known,
    Period,
    Picture,
    Record,
    Severity,
    Terms,
    Words,
)
from pipeline.run.collect import misplaced
from pipeline.run.hold import held_because
from pipeline.run.judge import judged_by
from pipeline.run.known import terms_from
from pipeline.run.reckon import other_period
from tests.build import workbook
from tests.conftest import ROOT
from tests.test_mutations import ACTIVITIES, MUTATIONS, Spoil, edited, good, on, part, rich, run, struck, swapped, typed
from tests.test_pictures import bar, bound_to_the_page, calculated, drawn, page, text_box
from tests.test_story import PROJECT, training

LIBRARY = load_library(ROOT / "templates", check.TABLE_RULES)
FORM, OFFICE_FORM = LIBRARY.forms["province"], LIBRARY.forms["project"]
MEASURES = {"defect_rate": "share", "benefit": "rmb", "suggestions": "number"}
TERMS = Terms({"measures": MEASURES}, {"north": "NO", "east": "EA"})
Q4, Q1 = Period(2014, 4), Period(2015, 1)
Found = Sequence[Finding]
SENTENCES: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "tests" / "sentences.yaml").read_text(encoding="utf-8"))


# ---- how each is brought about ---------------------------------------------------------------------------


def both(*changes: Spoil) -> Spoil:
    """Spoil a workbook in several ways, one after the other."""

    def spoil(data: bytes, form: Form) -> bytes:
        for change in changes:
            data = change(data, form)
        return data

    return spoil


def looked(spoil: Spoil) -> Checked:
    return examine(spoil(good(FORM), FORM), LIBRARY, TERMS)


def sent(office: str = "north", period: str = "2014-Q4", **tables: Any) -> Checked:
    """Return the workbook of an office, examined."""
    return examine(workbook(FORM, office, period, **tables), LIBRARY, TERMS)


@cache
def _project(told: str) -> Checked:
    tables = {**PROJECT, "measures": [{"measure": name, "name_en": name, "name_zh": name, "unit": unit, "better": "higher", "decimals": 0} for name, unit in MEASURES.items()], **yaml.safe_load(told)}  # fmt: skip
    terms = Terms({"indicators": {code: one.kind for code, one in LIBRARY.indicators.items()}})
    return examine(workbook(OFFICE_FORM, "project-office", **tables), LIBRARY, terms)


def known(history: dict[str, tuple[Record, ...]] | None = None, done: frozenset[str] = frozenset(), **tables: Any) -> Known:  # fmt: skip
    """Return the registers of the small case, with more tables of the project office's workbook."""
    checked = _project(yaml.safe_dump(tables))
    assert checked.stamp
    names = dict.fromkeys(record.table for record in checked.records)
    rows = {name: tuple(one for one in checked.records if one.table == name) for name in names}
    return Known(rows, done, history or {})


def judged(checked: Checked, beside: Known | None = None) -> Checked:
    return judged_by(checked, beside or known(), LIBRARY)


def merged(*returns: Checked, beside: Known | None = None) -> Found:
    records = [record for one in returns for record in one.records]
    return merge_returns(Q4, records, (), beside or known(), LIBRARY).findings


def asked(kind: str, **more: Any) -> Field:
    return Field("f", Words("Picture", "图片"), kind, **more)


def parsed(field: Field, **cell: Any) -> Found:
    return values.parse(Cell(**cell), field, LIBRARY.lists)[1]


def with_part(name: str, data: bytes = b"x") -> Spoil:
    def spoil(workbook: bytes, form: Form) -> bytes:
        target = io.BytesIO(workbook)
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr(name, data)
        return target.getvalue()

    return spoil


LINK = b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
linked = part("workbook.xml.rels$", swapped(b"</Relationships>", LINK))


def noted(book: Workbook, form: Form) -> None:
    book[form.table("activities").tab]["U5"].comment = Comment("到场7人，待核实", "张三")


def near_header(book: Workbook, form: Form) -> None:
    sheet = book[form.table("activities").tab]
    sheet.delete_rows(3)
    sheet["E3"].value = "Modul\n模块"


OF_NORTH = Letter("zh", "back", "北省", "2014年第四季度", 1, "2015年1月9日", "", "inbox/north", 1, 1, ())
CORRECTION = {
    "correction_code": "K01",
    "office": "north",
    "period": "2014-Q4",
    "table": "activities",
    "key": "NO-2014Q4-01",
    "field": "trainers",
    "expected": "6",
    "instead": "5",
    "reason_en": "One left.",
    "by": "Officer",
    "dated": "2015-01-15",
}
SAME = {"what": "企业", "left": "NO-001", "right": "NO-009", "same": "是", "reason_en": "x", "by": "O", "dated": "2015-01-15"}  # fmt: skip
LET_PASS = {"office": "north", "period": "2014-Q4", "finding": "required", "reason_en": "x", "by": "O"}
ENTERPRISE = {"name_en": "Works", "may_be_named": "否", "place": "town", "sector": "机械", "employees": 120}


def one_activity(code: str = "NO-2014Q4-01", office: str = "north", **more: Any) -> Checked:
    return sent(office, activities=[training(code, trainers=6, **more)])


WAYS: dict[str, Callable[[], Found]] = {
    # what cannot be taken
    "too_large": lambda: refusal(RefusedFile("too_large", found="130 MB", expected="120 MB")).findings,
    "no_answer": lambda: refusal(RefusedFile("no_answer", expected="60 s, 2048 MB")).findings,
    "our_fault": lambda: refusal(RefusedFile("our_fault", found="RecursionError")).findings,
    "only_our_list": lambda: examine(findings_workbook(OF_NORTH, "north.xlsx", "").data, LIBRARY, TERMS).findings,
    "office_unknown": lambda: told_of(sent("hunan"), "hunan"),
    "other_period": lambda: untimely(sent(period="2014-Q3")),
    "other_office": lambda: told_of(sent("east"), "north"),
    # how a cell was typed
    "picture_in_cell": lambda: parsed(asked("text"), picture=Picture("a", 1, 1, "b")),
    "code_twice": lambda: parsed(asked("codes"), typed="north; east; north"),
    "not_a_number": lambda: looked(typed("results", "after", "many", row=6)).findings,
    "above_maximum": lambda: looked(typed("enterprises", "employees", 10**30)).findings,
    "below_minimum": lambda: looked(typed("activities", "round", 0)).findings,
    "not_a_day": lambda: looked(typed("photos", "consent_until", "next year")).findings,
    "counts_another": lambda: looked(typed("activities", "enterprises", "12人")).findings,
    "units_differ": lambda: looked(both(both(typed("results", "measure", "suggestions"), typed("results", "before", "5天")), typed("results", "after", "36小时"))).findings,
    "shown_otherwise": lambda: looked(typed("stories", "headline_zh", 5, format=";;;")).findings,
    "no_such_day": lambda: looked(typed("activities", "ends", "2014-11-31")).findings,
    "no_code": lambda: looked(typed("enterprises", "enterprise_code", "未统计")).findings,
    "share_over_whole": lambda: looked(both(typed("results", "measure", "defect_rate", row=6), typed("results", "after", 4.13, row=6, format="0.00%"))).findings,
    "other_language": lambda: looked(typed("stories", "text_en", "五家企业完成了培训。")).findings,
    "year_not_expected": lambda: looked(typed("activities", "starts", 2014, format="yyyy-mm-dd")).findings,
    "month_ambiguous": lambda: looked(typed("activities", "starts", 2014.1, format="General")).findings,
    "not_a_period": lambda: looked(typed("enterprises", "joined", "2014")).findings,
    "number_scaled": lambda: looked(typed("enterprises", "employees", "1.2千人")).findings,
    # how the form was treated, and what stands around it
    "struck_text": lambda: looked(rich("activities", "U5", struck("12"), run(" 6"))).findings,
    "struck_words": lambda: looked(rich("activities", "C5", struck("Old"), run(" title"))).findings,
    "unit_stated": lambda: looked(on("contributions", lambda sheet: sheet.cell(2, 1, "单位：万元"))).findings,
    "own_text": lambda: looked(on("cover", lambda sheet: sheet.cell(30, 1, "说明：无锡另有一次培训"))).findings,
    "beside_answer": lambda: looked(on("cover", lambda sheet: (sheet.insert_cols(3), sheet.cell(8, 3, "已核")))).findings,
    "headers_missing": lambda: looked(on("enterprises", lambda sheet: sheet.delete_rows(3, 2))).findings,
    "part_elsewhere": lambda: looked(on("activities", lambda sheet: (sheet.move_range("Q3:Q8", cols=30), sheet.move_range("S3:S8", cols=-2), sheet.move_range("AU3:AU8", cols=-28)))).findings,
    "hidden_columns": lambda: looked(on("activities", lambda sheet: setattr(sheet.column_dimensions["U"], "hidden", True))).findings,
    "header_near": lambda: looked(edited(near_header)).findings,
    "anchor_changed": lambda: looked(on("activities", lambda sheet: sheet.cell(3, 22, "#trainers"))).findings,
    "linked_cell": lambda: looked(both(linked, part(ACTIVITIES, swapped(b"<v>6</v>", b"<f>[1]Sheet1!A1</f><v>6</v>")))).findings,
    "formula_not_calculated": lambda: looked(calculated(b'calcMode="manual" calcCompleted="0"')).findings,
    "external_links": lambda: looked(linked).findings,
    "notes_not_read": lambda: looked(edited(noted)).findings,
    "shape_over_picture": lambda: looked(drawn(bar())).findings,
    "box_not_read": lambda: looked(drawn(text_box("这两张照片请勿刊登，当事人未同意"))).findings,
    "page_words_not_read": lambda: looked(page("&amp;C本表缺无锡数据")).findings,
    "unit_in_page": lambda: looked(page("&amp;R单位：万元")).findings,
    "macros_not_run": lambda: looked(with_part("xl/vbaProject.bin")).findings,
    "picture_hidden": lambda: looked(drawn(swapped(b'<cNvPr id="1"', b'<cNvPr hidden="1" id="1"'))).findings,
    "picture_without_cell": lambda: looked(drawn(bound_to_the_page)).findings,
    # rules of a return
    "code_of_other_office": lambda: looked(typed("enterprises", "enterprise_code", "EA-001")).findings,
    "not_unique": lambda: _project(yaml.safe_dump({"offices": [{**one, "prefix": "NO"} for one in PROJECT["offices"][:2]]})).findings,  # type: ignore[index]
    "change_not_needed": lambda: looked(both(typed("results", "change", "3个百分点"), typed("results", "change_as", "百分点"))).findings,
    "pair_incomplete": lambda: looked(both(typed("photos", "moment", "改善前"), typed("photos", "pair", "NO-A"))).findings,
    "looks_twice": lambda: looked(typed("activities", "title_en", "training ", row=6)).findings,
    "outside_period": lambda: looked(typed("activities", "ends", date(2015, 2, 1))).findings and looked(both(typed("activities", "starts", date(2015, 2, 1)), typed("activities", "ends", date(2015, 2, 3)))).findings,
    "training_other_module": lambda: looked(both(typed("progress", "activity_code", "NO-2014Q4-01"), typed("progress", "module", "清洁生产"))).findings,
    "training_cancelled": lambda: looked(both(typed("activities", "status", "已取消"), typed("progress", "activity_code", "NO-2014Q4-01"), typed("progress", "status", "已完成"), typed("progress", "completed_on", "2014年12月"))).findings,
    "training_too_few": lambda: looked(both(typed("activities", "enterprises", 0), typed("progress", "activity_code", "NO-2014Q4-01"))).findings,
    # beside the others
    "unknown_reference": lambda: judged(one_activity(place="twon")).findings,
    "picture_not_beside": lambda: judged(named("hall.jpg"), replace(known(), pictures={})).findings,
    "not_own_code": lambda: judged(one_activity("XX-2014Q4-01")).findings,
    "times_before": lambda: judged(jumped(1200), known({"north": jumped(110).records})).findings,
    "reported_by_others": lambda: merged(one_activity(), one_activity("EA-2014Q4-07", "east")),
    "joint_disagrees": lambda: merged(one_activity("JT-2014Q4-01"), one_activity("JT-2014Q4-01", "east", module=2)),
    "joint_unlisted": lambda: merged(one_activity("JT-2014Q4-01", "west")),
    "joint_awaited": lambda: merged(one_activity("JT-2014Q4-01")),
    "counted_before": lambda: merged(one_activity(), beside=known(done=frozenset(["NO-2014Q4-01"]))),
    "condition_not_registered": lambda: check.unregistered_conditions(LIBRARY, known(), "project-office"),
    "correction_no_match": lambda: merged(one_activity(), beside=known(corrections=[{**CORRECTION, "expected": "7"}])),
    "correction_not_needed": lambda: merged(one_activity(), beside=known(corrections=[{**CORRECTION, "instead": "6"}])),
    "exception_no_match": lambda: check.unknown_exceptions(LIBRARY, known(exceptions=[{**LET_PASS, "table": "活动"}]), "project-office", Q4, {}),
    "name_no_match": lambda: merged(one_activity(), beside=known(names=[SAME])),
    "rows_lost": lambda: [held(2, "rows_lost: 活动 Activities › NO-2014Q4-02")],
    "same_version_differs": lambda: [held(1, "same_version_differs")],
    "parts": lambda: [held(1, "parts")],
}  # fmt: skip


def told_of(checked: Checked, folder: str) -> Found:
    one = misplaced(checked, folder, "project-office", terms_from([known().tables], LIBRARY), LIBRARY)
    assert one
    return [one]


def named(file: str) -> Checked:
    """Return a return with a photograph that is named by its file."""
    row = {"photo_code": "NO-F01", "file_name": file, "moment": "现场", "activity_code": "NO-2014Q4-01", "alt_en": "Hall", "consent": "无可识别人员"}  # fmt: skip
    return sent(activities=[training("NO-2014Q4-01")], photos=[row])


def untimely(checked: Checked) -> Found:
    one = checked.stamp and other_period(checked.stamp, known().rows("offices"), Q1)
    assert one
    return [one]


def held(version: int, why: str) -> Finding:
    one = held_because(version, why)
    assert one
    return one


def jumped(employees: int) -> Checked:
    return sent(enterprises=[{**ENTERPRISE, "enterprise_code": "NO-001", "employees": employees}])


# Codes of the templates: their own tests bring them about (test_faults, test_engine, test_newsletter).
SAID: dict[str, str] = {
    "name": "donor-report.docx",
    "place_en": "page text, paragraph 3",
    "place_zh": "正文第3段",
    "found": "{{ x }}",
    "expected": "{{ y }}",
    "asked": "x",
    "hint_en": " Did you mean 'y'?",
    "hint_zh": "是否应为“y”？",
    "why": "unexpected end",
    "why_en": "unexpected end",
    "why_zh": "缺少结束标签",
    "what_en": "paragraph",
    "what_en_own": "a paragraph",
    "what_zh": "段",
    "beside": "other words",
    "first": "{%p if x %}",
    "first_en": "paragraph 2",
    "first_zh": "第2段",
    "signs": "U+0007",
    "item": "JS-S01",
    "page": "2",
    "lines": "3",
    "items_en": "JS-S01, JS-S02",
    "items_zh": "JS-S01, JS-S02",
    "period": "2015-Q1",
    "fields_en": "“Month”",
    "fields_zh": "“月份”",
    "field_en": "Text (English)",
    "field_zh": "正文（英文）",
    "table_en": "Narrative",
    "table_zh": "报告叙述",
}


def template(code: str) -> Finding:
    return finding(code, found=SAID["found"], expected=SAID["expected"], **{k: v for k, v in SAID.items() if k not in ("found", "expected")})  # fmt: skip


def brought_about(code: str) -> Finding:
    """Return the finding of a code as something real brings it about."""
    if code in TEMPLATES or code in NEWSLETTER:
        return template(code)
    spoil = next((way for way, told in MUTATIONS.values() if told == code), None)
    found = WAYS[code]() if code in WAYS else looked(spoil).findings if spoil else ()
    return next(one for one in found if one.code == code)


def as_said(one: Finding) -> dict[str, str]:
    """Return where a finding stands and what it says, as sentences.yaml has it."""
    words = say(one)
    at = f"{one.sheet or ''}!{' '.join(one.cells)}" if one.cells else one.sheet or ""
    return {**({"at": at} if at else {}), "severity": str(one.severity), "en": words.en, "zh": words.zh}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_is_told_in_its_cell_in_these_words(code: str) -> None:
    assert as_said(brought_about(code)) == SENTENCES[code]


def test_every_code_has_its_sentences_and_no_sentence_is_of_no_code() -> None:
    assert list(SENTENCES) == list(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_sentence_is_whole_and_in_its_own_signs(code: str) -> None:
    en, zh = SENTENCES[code]["en"], SENTENCES[code]["zh"]
    assert en[-1] in ".?)"
    assert zh[-1] in "。？）"
    assert "  " not in en
    assert not {"None", "Did you mean ?", "是否应为 ？"} & {en, zh}
    assert not any(f"{sign} " in zh for sign in "，。；：")


WITHOUT = {  # what is wrong in a cell where nothing else can be typed
    *("picture_too_large", "picture_unreadable", "column_twice", "rows_above", "unit_stated", "unit_in_page"),
    *("shape_over_picture", "ticked_but_filled", "correction_no_match", "beside_answer"),
}


def test_an_answer_says_what_may_be_typed_where_something_is_wrong() -> None:
    found = [brought_about(code) for code in CATALOGUE]
    errors = [one for one in found if one.cells and one.severity is Severity.ERROR]
    assert {one.code for one in errors if not wanted(one).zh} == WITHOUT & {one.code for one in errors}
