"""Answers in the folders of the offices: who is told what, when it is written anew, and when it is left alone."""

from __future__ import annotations

import io
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from pipeline.check import RULES_EDITION
from pipeline.examine import finished
from pipeline.run import Act, act, run
from pipeline.run.ask import status
from pipeline.run.keep import rebuild, verify
from pipeline.settings import Settings
from tests.conftest import NOW, Send
from tests.test_feedback import UNKNOWN, marks, notes, texts
from tests.test_story import OFFICES, PROJECT, training

pytestmark = pytest.mark.nights

TAB = "活动 Activities"
TOO_MANY = {"trainers": 6, "trainers_women": 7}
RIGHT = {"trainers": 6, "trainers_women": 2}


@pytest.fixture
def project(send: Send) -> Path:
    """The project office's workbook, in its folder."""
    return send("project-office", form="project", **PROJECT)


def answer(office: Settings, name: str = "north", file: str = "") -> Path:
    return office.reports / "feedback" / name / (file or f"{name}-2014-Q4-answer.xlsx")


def told(office: Settings, name: str = "north", file: str = "") -> str:
    """Return what stands on the first sheet of an answer."""
    return "\n".join(texts(answer(office, name, file).read_bytes()))


def stamps(office: Settings) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (office.reports / "feedback").rglob("*")}


def edit(path: Path, cell: str = "V5", value: object = 3) -> bytes:
    """Change one cell in an answer, as its office would, and leave it where it lies."""
    book = load_workbook(path)
    book[TAB][cell].value = value  # type: ignore[assignment]
    book.save(path)
    return path.read_bytes()


def test_a_workbook_with_faults_is_sent_back_and_corrected_in_our_answer_it_becomes_a_receipt(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    first = run(office, NOW)
    assert first.answers == [
        "feedback/north/north-2014-Q4-answer.xlsx",
        "feedback/project-office/project-office-2014-Q4-answer.xlsx",
    ]
    data = answer(office).read_bytes()
    assert marks(data) == {(TAB, "V5"): "FFF9E6E4"}
    assert "已退回：请改正 1 处，改好后再放回您的文件夹。" in texts(data)

    (office.inbox / "north" / "north.xlsx").write_bytes(edit(answer(office)))
    answer(office).unlink()  # she moved it
    second = run(office, NOW + timedelta(days=1))

    assert (second.code, second.answers) == (0, ["feedback/north/north-2014-Q4-answer.xlsx"])
    data = answer(office).read_bytes()
    assert (marks(data), notes(data)) == ({}, {})
    assert load_workbook(io.BytesIO(data)).sheetnames.count("核对结果") == 1
    said = told(office)
    assert "已接收。本页即为回执。" in said
    assert "受训培训师 6；受训培训师：其中女性 3" in said
    assert "north/2014-Q4/v2" in said


def test_a_receipt_says_what_changed_against_what_counted(office: Settings, send: Send, project: Path) -> None:
    """A version that was sent back in between never counted."""
    for version, trainers in ((1, 6), (2, "many"), (3, 5)):
        cover = {"whats_new": "改正人数"} if version > 1 else {}
        send("north", version=version, cover=cover, activities=[training("NO-2014Q4-01", trainers=trainers)])
        run(office, NOW + timedelta(days=version))
    said = told(office)
    assert "与此前已接收的第 1 次报送相比" in said
    assert "NO-2014Q4-01\n受训培训师\n6\n5" in said


def test_a_fault_on_the_cover_is_none_of_a_row(office: Settings, send: Send, project: Path) -> None:
    send("north", cover={"version": "zweite"}, activities=[training("NO-2014Q4-01")])
    run(office, NOW)
    assert "已读 1 行，其中 1 行没有问题" in told(office)


def test_a_fault_of_the_header_is_none_of_a_row(office: Settings, send: Send, project: Path) -> None:
    path = send("north", activities=[training("NO-2014Q4-01")])
    book = load_workbook(path)
    book[TAB]["V4"].value = "女厂长"
    book.save(path)
    run(office, NOW)
    assert "须改正 1 处   ・   疑问 0 处   ・   提示 0 处   ・   已读 1 行，其中 1 行没有问题" in told(office)


def test_of_one_fault_in_several_rows_each_record_is_named(office: Settings, send: Send, project: Path) -> None:
    """Whether the cells say the same (all blank) or not."""
    codes = [f"NO-2014Q4-0{n}" for n in range(1, 5)]
    places = ("town", None, None, None)
    send("north", activities=[training(code, place=place, title_en=code) for code, place in zip(codes, places, strict=True)])  # fmt: skip
    run(office, NOW)
    sheet = load_workbook(answer(office)).worksheets[0]
    [record] = [sheet[f"D{row}"].value for row in range(6, 12) if sheet[f"E{row}"].value == "K6、K7、K8"]
    assert record.splitlines() == codes[1:]


def test_a_reply_in_our_note_is_told_even_if_nothing_else_is_changed(office: Settings, send: Send, project: Path) -> None:  # fmt: skip
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, NOW)
    book = load_workbook(answer(office))
    book[TAB]["V5"].comment.text += "\n王：确为7人"
    book.save(office.inbox / "north" / "north.xlsx")
    run(office, NOW + timedelta(days=1))
    assert "王：确为7人" in told(office)


def test_a_receipt_says_what_an_auditor_asks(office: Settings, send: Send, project: Path) -> None:
    send("north", activities=[training("NO-2014Q4-01", **RIGHT), training("NO-2014Q4-02", trainers=4, trainers_women="未统计")])  # fmt: skip
    run(office, NOW)
    cover = {"whats_new": "改正人数"}
    send("north", version=2, cover=cover, activities=[training("NO-2014Q4-01", trainers=5, trainers_women=2), training("NO-2014Q4-02", trainers=4, trainers_women="未统计")])  # fmt: skip
    run(office, NOW + timedelta(days=1))
    said = told(office)
    [period] = status(office)["periods"]
    [sha256] = {path.stem for path in office.archive.rglob("*.xlsx") if path.read_bytes() == (office.inbox / "north/north.xlsx").read_bytes()}  # fmt: skip
    assert sha256 in said
    assert "第 2 次报送" in said
    assert "2015-01-22 10:00 (Asia/Shanghai)" in said
    assert f"报表 2014.2 版，核对规则第 {RULES_EDITION} 版" in said
    assert "受训培训师 9；受训培训师：其中女性 2（另有 1 行无数字）" in said
    assert "NO-2014Q4-01\n受训培训师\n6\n5" in said
    assert [one["state"] for one in period["returns"] if one["office"] == "north"] == ["superseded", "accepted"]


def test_an_answer_is_written_anew_only_when_it_says_something_else(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, NOW)
    before = stamps(office)
    assert run(office, NOW + timedelta(days=5)).answers == []
    assert stamps(office) == before
    assert len(before) > 3


def test_an_answer_that_its_office_edited_stays_and_the_new_one_lies_beside_it(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, NOW)
    edited = edit(answer(office))
    (office.inbox / "north" / "again.xlsx").write_bytes(edited)
    outcome = run(office, NOW + timedelta(days=1))
    beside = answer(office, file="north-2014-Q4-answer (new).xlsx")
    assert outcome.answers == ["feedback/north/north-2014-Q4-answer (new).xlsx"]
    assert outcome.code == 0  # she works in it as she should: nobody has to act
    assert answer(office).read_bytes() == edited
    assert "已接收。本页即为回执。" in texts(beside.read_bytes())
    assert run(office, NOW + timedelta(days=2)).news() == {}

    answer(office).unlink()
    run(office, NOW + timedelta(days=3))
    assert "已接收。本页即为回执。" in told(office)
    assert not beside.exists()


def test_after_a_rebuild_edited_answers_are_known_and_the_others_not_written_again(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    send("east", activities=[training("EA-2014Q4-01", **RIGHT)])
    run(office, NOW)
    edited = edit(answer(office))
    run(office, NOW + timedelta(days=1))
    rebuild(office, NOW + timedelta(days=2))
    before = stamps(office)
    assert run(office, NOW + timedelta(days=3)).answers == []
    assert stamps(office) == before
    assert answer(office).read_bytes() == edited
    assert verify(office) == []


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"version": 1, "activities": [training("NO-2014Q4-01", trainers=9, trainers_women=2)]}, "第 1 次报送已被接收，但内容不同"),
        ({"version": 1, "activities": [training("NO-2014Q4-09", **RIGHT)]}, "像是分开填写的一部分"),
        ({"version": 2, "cover": {"whats_new": "少了"}, "nothing": ["activities"]}, "本次报送缺少上一次已有的行：活动 Activities › NO-2014Q4-01"),
    ],
)  # fmt: skip
def test_a_version_that_waits_is_told_why_and_which_one_counts(
    office: Settings, send: Send, project: Path, second: dict[str, object], said: str
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    send("north", **second)
    run(office, NOW + timedelta(days=1))
    found = told(office)
    assert "暂未计入：本次报送有待确认。" in found
    assert said in found
    assert "在此之前，以第 1 次报送（2015年1月21日收到）为准。" in found
    [(sheet, _)] = marks(answer(office).read_bytes())
    assert sheet == "封面 Cover"


def test_the_same_again_and_an_older_version_have_no_effect_and_that_is_said(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", version=2, cover={"whats_new": "-"}, activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    send("north", "same.xlsx", version=2, cover={"whats_new": "-"}, activities=[training("NO-2014Q4-01", **RIGHT)])
    path = office.inbox / "north" / "same.xlsx"
    path.write_bytes(answer(office).read_bytes())  # our answer, as it is
    send("north", "old.xlsx", version=1, activities=[training("NO-2014Q4-01", trainers=1, trainers_women=1)])
    outcome = run(office, NOW + timedelta(days=1))
    assert outcome.same == ["north/same.xlsx"]
    found = told(office)
    assert "已接收。本页即为回执。" in found
    assert "2015年1月22日收到的 north/same.xlsx 内容相同，不另计入。" in found
    assert "2015年1月22日收到的 north/old.xlsx 为第 1 次报送，早于本次，不计入。" in found


def test_a_file_that_cannot_be_opened_gets_a_page_that_goes_when_the_file_does(
    office: Settings, send: Send, project: Path
) -> None:
    path = send("north", "四季度.xls", activities=[training("NO-2014Q4-01", **RIGHT)])
    good = path.read_bytes()
    path.write_bytes(b"%PDF-1.4 ...")
    run(office, NOW)
    page = answer(office, file="四季度.xls-answer.html")
    assert "该文件是 PDF，系统无法读取。请直接报送 .xlsx 格式的工作簿。" in page.read_text(encoding="utf-8")
    assert run(office, NOW).news() == {}
    path.write_bytes(good)
    run(office, NOW + timedelta(days=1))
    assert not page.exists()
    assert "已接收。本页即为回执。" in told(office)
    assert run(office, NOW + timedelta(days=2)).news() == {}


def test_another_offices_workbook_is_answered_where_it_lies_without_what_is_in_it(
    office: Settings, send: Send, project: Path
) -> None:
    send("east", "east.xlsx", folder="north", activities=[training("EA-2014Q4-01", summary_en="A secret", **RIGHT)])
    run(office, NOW)
    page = answer(office, file="east.xlsx-answer.html").read_text(encoding="utf-8")
    assert "该工作簿属于东省（east），却放在北省（north）的文件夹中。" in page
    assert "secret" not in page
    assert not answer(office, "east").exists()


def test_a_joint_activity_on_which_offices_disagree_is_a_question_to_both(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("JT-2014Q4-01", place="town", **RIGHT), training("NO-2014Q4-01", title_en="Own", lead_trainer="Zhang San", lead_trainer_agrees="否", **RIGHT)])  # fmt: skip
    send("east", activities=[training("JT-2014Q4-01", place="town", status="进行中", **RIGHT)])
    run(office, NOW)
    for name, cell in (("north", "H5"), ("east", "H5")):
        data = answer(office, name).read_bytes()
        assert marks(data) == {(TAB, cell): "FFFBF0D9"}
        assert "已接收，另有 1 个疑问，请核对答复。" in texts(data)
        assert any("各单位对 JT-2014Q4-01 填报的“状态”不一致" in one for one in texts(data))
    assert "Zhang San" not in told(office, "east")


def test_what_is_asked_beside_the_quarter_before_and_of_pictures_is_in_the_answer_too(
    office: Settings, send: Send, project: Path
) -> None:
    enterprise = {
        "enterprise_code": "NO-001",
        "name_en": "Works",
        "may_be_named": "是",
        "place": "town",
        "sector": "金属",
    }
    photo = {"photo_code": "NO-F01", "file_name": "hall.jpg", "moment": "现场", "enterprise_code": "NO-001", "alt_en": "Hall", "consent": "无可识别人员"}  # fmt: skip
    send("north", enterprises=[{**enterprise, "employees": 110}])
    send("north", file="q1.xlsx", period="2015-Q1", enterprises=[{**enterprise, "employees": 1200}], photos=[photo])
    run(office, NOW + timedelta(days=60))
    said = told(office, file="north-2015-Q1-answer.xlsx")
    assert "1200" in said
    assert "10 倍" in said
    assert "hall.jpg" in said


def test_of_two_versions_that_come_in_one_night_the_newer_is_answered(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", file="a.xlsx", version=2, cover={"whats_new": "?"}, activities=[training("NO-2014Q4-01", trainers="two")])  # fmt: skip
    send("north", file="b.xlsx", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    assert "第 2 次报送" in told(office)
    assert "已退回：请改正 1 处" in told(office)


def test_an_office_is_answered_in_its_own_language(office: Settings, send: Send) -> None:
    offices = [{**one, "language": "en" if one["office"] == "north" else "zh"} for one in OFFICES]
    send("project-office", form="project", **{**PROJECT, "offices": offices})
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, NOW)
    book = load_workbook(answer(office))
    assert book.sheetnames[0] == "Result of the check"
    assert book.worksheets[0]["F1"].value == "North   ·   Q4 2014   ·   version 1   ·   received 21 January 2015"


def test_a_workbook_that_cannot_be_marked_is_answered_by_a_workbook_of_findings(
    office: Settings, send: Send, project: Path, library: object
) -> None:
    path = send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    path.write_bytes(UNKNOWN["signed"](path.read_bytes(), None))  # type: ignore[arg-type]
    outcome = run(office, NOW)
    assert any(one.startswith("north/north.xlsx: could not be marked (it is signed") for one in outcome.notes)
    book = load_workbook(answer(office))
    assert book.sheetnames == ["核对结果"]
    target = book.worksheets[0]["E6"].hyperlink.target.replace("\\", "/")
    assert (answer(office).parent / target).resolve() == path.resolve()


def test_our_list_of_findings_put_into_the_folder_is_told_that_it_is_only_the_list(
    office: Settings, send: Send, project: Path
) -> None:
    path = send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    path.write_bytes(UNKNOWN["signed"](path.read_bytes(), None))  # type: ignore[arg-type]
    run(office, NOW)
    (office.inbox / "north" / "改好.xlsx").write_bytes(answer(office).read_bytes())
    run(office, NOW + timedelta(days=1))
    page = answer(office, file="改好.xlsx-answer.html").read_text(encoding="utf-8")
    assert "该文件只是系统生成的核对结果清单，其中没有填报的数据。" in page
    assert "请使用下发的报表" not in page


def test_a_version_that_the_project_office_sends_back_says_so(office: Settings, send: Send, project: Path) -> None:
    send("north", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    later = (NOW + timedelta(hours=1)).isoformat()
    act(office, NOW + timedelta(hours=1), Act("send_back", "2014-Q4", "2015-01-21", "PO", later, "a1", office="north", reason="名册不全"))  # fmt: skip
    found = told(office)
    assert "项目办公室已退回，请先看下面的说明。" in found
    assert "项目办公室退回了本次报送：名册不全" in found


def test_the_status_page_leads_to_the_answer_and_the_summary_names_it(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, NOW)
    page = (office.reports / "index.html").read_text(encoding="utf-8")
    assert 'href="feedback/north/north-2014-Q4-answer.xlsx"' in page
    [log] = (office.reports / "log").glob("*.md")
    assert "## Answers to offices · 给各单位的答复\n- feedback/north/north-2014-Q4-answer.xlsx" in log.read_text(
        "utf-8"
    )


def test_the_project_offices_own_questions_are_its_own(office: Settings, send: Send) -> None:
    send("project-office", form="project", **{**PROJECT, "exceptions": [{"office": "north", "period": "2014-Q4", "finding": "no such", "reason_en": "x", "by": "O"}]})  # fmt: skip
    send("north", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    run(office, NOW)
    said = told(office, "project-office")
    assert "个疑问，请核对答复" in said
    assert "核实无误的：无须再做什么。" in said


def test_an_answer_that_cannot_be_put_in_its_place_stops_no_other(office: Settings, send: Send, project: Path) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    answer(office).mkdir(parents=True)  # as a file is in the way that is open in Excel
    outcome = run(office, NOW)
    assert any("north-2014-Q4-answer.xlsx could not be written" in one for one in outcome.troubles)
    assert answer(office, "project-office").is_file()
    answer(office).rmdir()
    assert run(office, NOW + timedelta(days=1)).answers == ["feedback/north/north-2014-Q4-answer.xlsx"]


def test_what_comes_into_a_locked_quarter_is_told_so_and_the_others_keep_their_answers(
    office: Settings, send: Send, project: Path
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    before = answer(office).read_bytes()
    later = NOW + timedelta(days=1)
    act(office, later, Act("lock", "2014-Q4", "2015-01-22", "PO", later.isoformat(), "a1"))
    send("east", activities=[training("EA-2014Q4-01", **RIGHT)])
    outcome = run(office, later)
    assert outcome.answers == ["feedback/east/east-2014-Q4-answer.xlsx"]
    assert "本季度已结束收报，本次报送已存档，不计入。" in told(office, "east")
    assert answer(office).read_bytes() == before


def test_in_a_locked_quarter_nothing_is_asked_that_the_lock_forbids(
    office: Settings, send: Send, project: Path
) -> None:
    """What was found is said, for the quarter may be opened again; nothing is to be sent until then."""
    send("north", activities=[training("NO-2014Q4-01", **RIGHT)])
    run(office, NOW)
    later = NOW + timedelta(days=1)
    act(office, later, Act("lock", "2014-Q4", "2015-01-22", "PO", later.isoformat(), "a1"))
    send("north", version=2, cover={"whats_new": "改正"}, activities=[training("NO-2014Q4-01", **TOO_MANY)])
    run(office, later)
    said = told(office)
    assert "须改正 1 处" in said
    assert "本季度以第 1 次报送（2015年1月21日收到）为准。" in said
    assert "请不要再放入改正后的工作簿" in said
    assert "在此之前" not in said
    assert "未核对" not in said
    assert "确需更正的，请先联系项目办公室" in said


@pytest.mark.parametrize(
    "ruling", [{"act": "hold", "reason": "等签到表"}, {"act": "choose", "reason": "", "file": "a.xlsx"}]
)
def test_a_version_that_the_project_office_holds_is_told_nothing_of_a_table_that_is_not_there(
    office: Settings, send: Send, project: Path, ruling: dict[str, str]
) -> None:
    send("north", "a.xlsx", activities=[training("NO-2014Q4-01", **RIGHT)])
    send("north", "b.xlsx", version=2, cover={"whats_new": "改正"}, activities=[training("NO-2014Q4-01", trainers=5)])
    run(office, NOW)
    later = NOW + timedelta(hours=1)
    told_act = {"period": "2014-Q4", "dated": "2015-01-21", "by": "PO", "at": later.isoformat(), "code": "a1"}
    act(office, later, Act(**told_act, office="north", **ruling))
    said = told(office)
    assert "项目办公室暂未计入本次报送，请先看下面的说明。" in said
    assert "红框" not in said
    assert "上表" not in said
    assert "无需改动的，不必再做什么；是否计入由项目办公室决定。" in said


def test_a_workbook_at_whose_marking_our_own_code_fails_is_answered_by_a_workbook_of_findings(
    office: Settings, send: Send, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])

    def failing(*facts: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("pipeline.feedback.mark", failing)
    outcome = run(office, NOW)
    assert any("could not be marked (marking it failed)" in one for one in outcome.notes)
    assert "north/north.xlsx: our program failed at it (RecursionError); see var/log/score.jsonl." in outcome.troubles
    assert load_workbook(answer(office)).sheetnames == ["核对结果"]


def test_a_picture_at_which_our_own_code_fails_does_not_end_the_night(
    office: Settings, send: Send, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(data: bytes) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("pipeline.run.beside.clean", failing)
    send("north", activities=[training("NO-2014Q4-01")])
    (office.inbox / "north" / "hall.jpg").write_bytes(b"\xff\xd8\xff" + bytes(400))
    outcome = run(office, NOW)
    assert "north/hall.jpg: our program failed at it (RecursionError); see var/log/score.jsonl." in outcome.troubles
    assert outcome.reckoned


def test_a_workbook_whose_marking_had_to_be_stopped_is_answered_by_a_workbook_of_findings(
    office: Settings, send: Send, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: Future[object] = Future()
    stopped.set_exception(TimeoutError())
    assert finished(stopped) is None
    send("north", activities=[training("NO-2014Q4-01", **TOO_MANY)])
    monkeypatch.setattr(
        "pipeline.run.answer.examine", SimpleNamespace(finished=lambda call: None, trace=lambda call: "")
    )
    outcome = run(office, NOW)
    assert any("could not be marked (marking it took too long)" in one for one in outcome.notes)
    assert load_workbook(answer(office)).sheetnames == ["核对结果"]
