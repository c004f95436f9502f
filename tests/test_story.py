"""Two small offices and the project office, from the inbox to a figure in Word that explains itself.  Read this first."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

from openpyxl import load_workbook

from pipeline.run import run
from pipeline.run.ask import explain, figures, status
from pipeline.settings import Settings
from tests.build import Percent
from tests.conftest import NOW, Send

OFFICES = [
    {
        "office": name,
        "prefix": prefix,
        "name_en": name.title(),
        "name_zh": zh,
        "order": n,
        "language": "zh",
        "owes_from": "2014-Q4",
    }
    for n, (name, prefix, zh) in enumerate(
        [("north", "NO", "北省"), ("east", "EA", "东省"), ("west", "WE", "西省"), ("project-office", "PO", "项目办")], 1
    )
]
PROJECT = {
    "report": {
        "title_en": "Progress report",
        "donor_en": "A donor",
        "dated": date(2015, 1, 20),
        "off_target_pct": Percent(Decimal("0.1")),
    },
    "issue": {
        "masthead_en": "News",
        "masthead_zh": "简报",
        "project_en": "SCORE",
        "project_zh": "SCORE",
        "issue_no": 5,
        "month": "December 2014",
    },
    "offices": OFFICES,
    "places": [{"place": "town", "name_en": "Town", "name_zh": "镇"}],
    "joint": [
        {
            "activity_code": "JT-2014Q4-01",
            "title_en": "Together",
            "title_zh": "联合",
            "lead": "north",
            "offices": "north; east",
        }
    ],
    "logframe": [
        {
            "indicator": "trained_trainers",
            "opening": 24,
            "opening_women": 14,
            "target": 35,
            "baseline": 0,
            "basis": "register",
        },
        {"indicator": "training_events", "opening": 31, "target": 90, "baseline": 0, "basis": "register"},
    ],
}


def training(code: str, **more: object) -> dict[str, object]:
    """Return a row of the sheet of activities: a completed training of trainers in Module 1."""
    row = {
        "activity_code": code,
        "kind": "ToT",
        "title_en": "Training",
        "module": "工作场所合作",
        "status": "已完成",
        "starts": date(2014, 12, 9),
    }
    return {**row, "place": "town", "basis": "签到表或证书", **more}


def send_all(send: Send) -> None:
    """North reports a training of its own and a joint one, east the same joint one; west sends nothing."""
    send("project-office", form="project", **PROJECT)
    send(
        "north",
        activities=[
            training("NO-2014Q4-01", trainers=6, trainers_women=2, title_en="Training in North"),
            training("JT-2014Q4-01", trainers=3, trainers_women="未统计"),
        ],
    )
    send("east", activities=[training("JT-2014Q4-01", trainers=" １ ", trainers_women=1)])


def words(data: bytes) -> str:
    """Return the text of a Word document."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())


def test_from_the_inbox_to_a_figure_that_explains_itself(office: Settings, send: Send) -> None:
    send_all(send)

    outcome = run(office, NOW)

    assert (outcome.taken, outcome.refused, outcome.code) == (
        ["east/east.xlsx", "north/north.xlsx", "project-office/project-office.xlsx"],
        [],
        0,
    )
    values = {one["figure"]: one["value"] for one in figures(office)}
    assert values["training_events"] == "2"  # the joint one once
    assert values["trained_trainers"] == "10"
    assert values["trained_trainers/sex=women"] == "3"
    assert values["trained_trainers.cumulative"] == "34"
    assert values["training_events.cumulative"] == "33"
    assert values["signed_agreements"] == "0"  # everybody said that there was none
    told = explain(office, "trained_trainers")
    assert [(one["file"], one["cell"], one["typed"], one["value"]) for one in told["addends"]] == [
        ("north/north.xlsx", "U5", "6", "6"),
        ("north/north.xlsx", "U6", "3", "3"),
        ("east/east.xlsx", "U5", " １ ", "1"),
    ]
    women = explain(office, "trained_trainers/sex=women")
    assert [(one["office"], one["cell"], one["why"]) for one in women["left_out"]] == [
        ("north", "V6", "not_recorded"),
        ("west", None, "not_sent"),
    ]
    report = words((office.reports / "2014-Q4" / "donor-report.docx").read_bytes())
    assert "Trainers trained (first module)" in report
    assert " 34 " in report


def test_every_office_that_sent_is_answered_in_its_own_workbook(office: Settings, send: Send) -> None:
    send_all(send)
    send("east", activities=[training("JT-2014Q4-01", trainers=1, trainers_women=2)])
    run(office, NOW)
    [sheet, *hers] = load_workbook(office.reports / "feedback" / "east" / "east-2014-Q4-answer.xlsx").worksheets
    assert (sheet["A2"].value, sheet["E6"].value) == ("已退回：请改正 1 处，改好后再放回您的文件夹。", "V5")
    assert hers[2]["V5"].value == 2
    assert hers[2]["V5"].comment.text.startswith("【核对】须改正：“其中女性”填的是 2")

    send("east", activities=[training("JT-2014Q4-01", trainers=2, trainers_women=2)])
    run(office, NOW)
    [sheet, *hers] = load_workbook(office.reports / "feedback" / "east" / "east-2014-Q4-answer.xlsx").worksheets
    assert sheet["A2"].value == "已接收。本页即为回执。"
    assert hers[2]["V5"].comment is None
    assert not (office.reports / "feedback" / "west" / "west-2014-Q4-answer.xlsx").exists()


def test_the_second_night_has_nothing_to_do(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    before = {
        path: path.stat().st_mtime_ns
        for folder in (office.inbox, office.archive, office.reports)
        for path in folder.rglob("*")
    }

    outcome = run(office, NOW)

    assert outcome.news() == {}
    assert {
        path: path.stat().st_mtime_ns
        for folder in (office.inbox, office.archive, office.reports)
        for path in folder.rglob("*")
    } == before
    assert len(before) > 10


def test_who_has_not_sent_is_said(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    [period] = status(office)["periods"]
    assert period["missing"] == [{"office": "west", "why": "not_sent"}]
    assert {one["office"]: one["state"] for one in period["returns"]} == {
        "north": "accepted",
        "east": "accepted",
        "project-office": "accepted",
    }
