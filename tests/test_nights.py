"""A quarter of forty nights: late offices, a wrong return, lost rows, an issue and a correction after it."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.run import Act, Outcome, act, run, run_if_due
from pipeline.run.ask import figures, status
from pipeline.run.keep import rebuild, verify
from pipeline.settings import Settings
from tests.conftest import NOW, Send
from tests.test_merge import CORRECTION
from tests.test_story import PROJECT, send_all, training

pytestmark = pytest.mark.nights

FIRST = datetime(2015, 1, 1, 2, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
OWN = training("NO-2014Q4-01", trainers=6, trainers_women=2, title_en="Training in North")
MORE = training("NO-2014Q4-02", trainers=1, trainers_women=1)


def value(office: Settings, figure: str) -> str | None:
    return {one["figure"]: one["value"] for one in figures(office)}[figure]


def states(office: Settings) -> dict[str, str]:
    return {one["id"]: one["state"] for period in status(office)["periods"] for one in period["returns"]}


@pytest.mark.slow
def test_forty_nights(office: Settings, send: Send) -> None:
    acts = [
        {
            "act_code": "A01",
            "act": "Issue a report",
            "period": "2014-Q4",
            "report": "Donor report",
            "dated": date(2015, 1, 25),
            "by": "O",
        }
    ]
    correction = {"corrections": [CORRECTION], "acts": acts}
    project = {**PROJECT, "calendar": [{"period": "2014-Q4", "due_on": date(2015, 1, 8)}]}
    events: dict[int, list[Any]] = {
        3: [lambda: send("project-office", form="project", **project)],
        5: [lambda: send("north", activities=[OWN, MORE])],
        9: [lambda: send("east", activities=[training("EA-2014Q4-01", trainers="two")])],  # wrong
        12: [lambda: send("east", activities=[training("EA-2014Q4-01", trainers=2, trainers_women=0)])],  # corrected
        15: [
            lambda: send("north", file="v2.xlsx", version=2, cover={"whats_new": "Numbers"}, activities=[OWN])
        ],  # loses a row
        17: [
            lambda: send(
                "north", file="v3.xlsx", version=3, cover={"whats_new": "NO-2014Q4-02 was cancelled"}, activities=[OWN]
            )
        ],
        20: [lambda: send("west", activities=[])],  # late
        25: [
            lambda: send(
                "project-office",
                file="p2.xlsx",
                form="project",
                version=2,
                cover={"whats_new": "Issued"},
                **project,
                acts=acts,
            )
        ],
        30: [
            lambda: send(
                "project-office",
                file="p3.xlsx",
                form="project",
                version=3,
                cover={"whats_new": "K01"},
                **{**project, **correction},
            )
        ],
    }
    off = {33, 34, 35}  # the machine is off
    codes: dict[int, int] = {}
    overdue: dict[int, str] = {}  # whom the status page calls late
    runs = 0
    for night in range(40):
        for event in events.get(night, ()):
            event()
        if night in off:
            continue
        for hour in (0, 1, 5):  # woken three times a night
            outcome = run_if_due(office, FIRST + timedelta(days=night, hours=hour))
            if outcome:
                codes[night], runs = outcome.code, runs + 1
        page = office.reports / "index.html"
        late = re.search(r"Overdue: ([^.]*)\.", page.read_text(encoding="utf-8")) if page.is_file() else None
        overdue[night] = late[1] if late else ""

    assert runs == 37
    assert {night for night, code in codes.items() if code} == {9, 10, 11, 15, 16}
    assert {night: overdue[night] for night in (6, 8, 9, 13, 19, 20)} == {
        6: "",
        8: "East, West",
        9: "West",  # East has sent, with a fault
        13: "West",
        19: "West",
        20: "",
    }
    assert states(office) == {
        "project-office/2014-Q4/v1": "superseded",
        "north/2014-Q4/v1": "superseded",
        "east/2014-Q4/v1": "superseded",
        "east/2014-Q4/v2": "accepted",
        "north/2014-Q4/v2": "held",
        "north/2014-Q4/v3": "accepted",
        "west/2014-Q4/v1": "accepted",
        "project-office/2014-Q4/v2": "superseded",
        "project-office/2014-Q4/v3": "accepted",
    }
    assert value(office, "trained_trainers") == "7"
    told = status(office)
    assert [one["act"] for one in told["acts"]] == ["issue"]
    restated = {one["figure"]: (one["old"], one["new"]) for one in told["restatements"]}
    assert restated["trained_trainers@2014-Q4"] == ("8", "7")
    [cause] = next(one["causes"] for one in told["restatements"] if one["figure"] == "trained_trainers@2014-Q4")
    assert cause["en"].startswith("correction project-office/2014-Q4/v3/corrections/")
    assert told["next_run"] == "2015-02-09T18:00:00+00:00"
    assert verify(office) == []


def test_what_a_version_changed_is_kept(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    rows = [{**OWN, "trainers": 5}, training("NO-2014Q4-03")]
    send("north", file="v2.xlsx", version=2, cover={"whats_new": "JT-2014Q4-01 was east's"}, activities=rows)
    run(office, NOW)
    [period] = status(office)["periods"]
    [changes] = [one["changes"] for one in period["returns"] if one["id"] == "north/2014-Q4/v2"]
    assert [(one["what"], one["key"], one["field"], one["old"], one["new"]) for one in changes] == [
        ("gone", "JT-2014Q4-01", "", "", ""),
        ("new", "NO-2014Q4-03", "", "", ""),
        ("changed", "NO-2014Q4-01", "trainers", "6", "5"),
    ]
    [stood] = [one["stood"] for one in period["returns"] if one["id"] == "north/2014-Q4/v1"]
    assert [one["state"] for one in stood] == ["received", "accepted", "superseded"]


def test_a_return_whose_only_fault_was_a_missing_tick_is_accepted_when_it_is_ticked(
    office: Settings, send: Send
) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[OWN], tick=False)
    assert run(office, NOW).code == 1

    send("north", activities=[OWN])
    outcome = run(office, NOW + timedelta(hours=1))

    assert (outcome.code, outcome.same) == (0, [])
    assert [state for name, state in states(office).items() if name.startswith("north")] == [
        "superseded",
        "accepted",
    ]


def test_the_same_version_with_other_content_waits_for_a_person(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    send("north", file="again.xlsx", activities=[OWN])
    outcome = run(office, NOW)
    assert outcome.code == 1
    assert "Version 1 of this return was already accepted with other content." in outcome.unanswered[0]
    assert value(office, "trained_trainers") == "10"
    chosen = decided("choose", office="north", file="again.xlsx")
    assert act(office, NOW + timedelta(hours=1), chosen).code == 0
    assert value(office, "trained_trainers") == "7"


def decided(what: str, **more: str) -> Act:
    at = (NOW + timedelta(hours=1)).isoformat(timespec="microseconds")
    return Act(what, "2014-Q4", "2015-01-21", "Officer", at, f"cli-{what}", **more)


def test_two_parts_in_one_night_are_not_joined_and_not_lost(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", file="a.xlsx", activities=[OWN])
    send("north", file="b.xlsx", activities=[MORE])
    outcome = run(office, NOW)
    assert outcome.code == 1
    assert sorted(states(office).values()) == ["accepted", "accepted", "held"]
    assert "it looks like a part. One workbook an office and quarter" in outcome.unanswered[0]


def test_a_return_is_held_sent_back_and_comes_again(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    act(office, NOW + timedelta(hours=1), decided("send_back", office="north", reason="Trainers are not participants."))
    assert value(office, "trained_trainers") == "1"
    assert states(office)["north/2014-Q4/v1"] == "sent_back"
    send("north", file="v2.xlsx", version=2, cover={"whats_new": "Corrected"}, activities=[OWN])
    run(office, NOW + timedelta(hours=2))
    assert value(office, "trained_trainers") == "7"


def test_an_act_that_names_nothing_decides_nothing_and_is_said(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    wrong = {
        "choose": decided("choose", office="north", file="typo.xlsx"),
        "hold": decided("hold", office="nort"),
        "lock": dataclasses.replace(decided("lock"), period="2019-Q1"),
    }
    told = {
        "choose": "Act cli-choose chooses 'typo.xlsx', but what north sent for 2014-Q4 is: north/2014-Q4/v1 (north/north.xlsx)",
        "hold": "Act cli-hold is about what nort sent for 2014-Q4, but nothing came",
        "lock": "Act cli-lock is about 2019-Q1, but for that quarter nothing came",
    }
    for name, one in wrong.items():
        outcome = act(office, NOW + timedelta(hours=1), one)
        assert outcome.code == 1
        assert outcome.troubles[0].startswith(told[name])
        assert set(states(office).values()) == {"accepted"}
    assert status(office)["acts"] == []


@pytest.mark.parametrize("named", ["north/north.xlsx", "north.xlsx", "north/2014-Q4/v2"])
def test_a_return_is_chosen_by_its_file_or_its_id_and_of_the_same_name_the_last_is_meant(
    office: Settings, send: Send, named: str
) -> None:
    send_all(send)
    run(office, NOW)
    send("north", activities=[OWN])
    assert run(office, NOW).code == 1
    act(office, NOW + timedelta(hours=1), decided("choose", office="north", file=named))
    assert value(office, "trained_trainers") == "7"
    act(
        office,
        NOW + timedelta(hours=2),
        dataclasses.replace(decided("choose", office="north", file="north/2014-Q4/v1"), code="back"),
    )
    assert value(office, "trained_trainers") == "10"


def test_of_two_versions_in_one_night_the_typed_one_decides_and_its_faults_are_said(
    office: Settings, send: Send
) -> None:
    send("project-office", form="project", **PROJECT)
    send(
        "east",
        file="a.xlsx",
        version=2,
        cover={"whats_new": "?"},
        activities=[training("EA-2014Q4-01", trainers="two")],
    )
    send("east", file="b.xlsx", activities=[training("EA-2014Q4-01", trainers=2)])
    outcome = run(office, NOW)
    assert outcome.code == 1
    assert outcome.unanswered[0].startswith("east/a.xlsx: 'Trainers trained' is 'two'")
    assert value(office, "trained_trainers") == "2"


def test_a_locked_period_stands_still_until_it_is_unlocked(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    act(office, NOW, decided("lock"))
    send("west", activities=[training("WE-2014Q4-01", trainers=3, trainers_women=1)])
    assert run(office, NOW).reckoned == []
    assert value(office, "trained_trainers") == "10"
    later = Act(
        "unlock",
        "2014-Q4",
        "2015-01-22",
        "Officer",
        (NOW + timedelta(days=1)).isoformat(timespec="microseconds"),
        "cli-unlock",
    )
    assert act(office, NOW + timedelta(days=1), later).reckoned == ["2014-Q4"]
    assert value(office, "trained_trainers") == "13"


def issue_now(office: Settings) -> Outcome:
    return act(office, NOW, decided("issue", report="donor_report"))


def test_what_went_out_is_kept_for_ever(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    sent = path.read_bytes()
    assert issue_now(office).acts == ["issue donor_report (cli-issue)"]
    shutil.rmtree(office.reports)
    assert status(office)["acts"][0]["sha256"] in {
        one.stem for one in office.archive.rglob("*.docx") if one.read_bytes() == sent
    }


def test_what_a_person_changed_in_what_went_out_is_listed(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    with zipfile.ZipFile(path) as draft:
        parts = {name: draft.read(name) for name in draft.namelist()}
    assert parts["word/document.xml"].count(b"None. No figure") == 1
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"None. No figure", b"None &amp; no figure")
    with zipfile.ZipFile(path, "w") as edited:
        for name, data in parts.items():
            edited.writestr(name, data)
    assert issue_now(office).acts == ["issue donor_report (cli-issue, places that a person changed: 1)"]
    assert status(office)["acts"][0]["edits"] == (
        "None. No figure of an earlier report has changed. → None & no figure of an earlier report has changed."
    )


def edit(path: Path, was: bytes, now: bytes) -> None:
    """Change a Word document as a person does who saves it."""
    with zipfile.ZipFile(path) as draft:
        parts = {name: draft.read(name) for name in draft.namelist()}
    assert parts["word/document.xml"].count(was) == 1
    parts["word/document.xml"] = parts["word/document.xml"].replace(was, now)
    with zipfile.ZipFile(path, "w") as edited:
        for name, data in parts.items():
            edited.writestr(name, data)


def test_an_edited_draft_that_goes_out_freezes_the_figures_that_it_says(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    edit(path, b"None. No figure", b"None; no figure")
    send("west", activities=[training("WE-2014Q4-01", trainers=3)])
    run(office, NOW + timedelta(hours=1))
    changes = (path.parent / "donor-report (what is new).txt").read_text(encoding="utf-8")
    assert "\ntrained_trainers: 10 → 13\n" in changes
    send("west", file="w2.xlsx", version=2, cover={"whats_new": "4"}, activities=[training("WE-2014Q4-01", trainers=4)])
    run(office, NOW + timedelta(hours=2))
    changes = (path.parent / "donor-report (what is new).txt").read_text(encoding="utf-8")
    assert "\ntrained_trainers: 10 → 14\n" in changes

    assert issue_now(office).acts == ["issue donor_report (cli-issue, places that a person changed: 1)"]

    assert {
        (one["old"], one["new"])
        for one in status(office)["restatements"]
        if one["figure"] == "trained_trainers@2014-Q4"
    } == {("10", "14")}


def test_a_change_that_is_undone_is_no_restatement_and_one_may_come_again(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    issue_now(office)
    said = []
    for nth, trainers in enumerate([3, None, 3, 4], 1):
        rows = [] if trainers is None else [training("WE-2014Q4-01", trainers=trainers)]
        cover = {"whats_new": "WE-2014Q4-01"}
        send("west", file=f"w{nth}.xlsx", version=nth, cover=cover, activities=rows)
        run(office, NOW + timedelta(hours=nth))
        said.append(
            [
                (one["old"], one["new"])
                for one in status(office)["restatements"]
                if one["figure"] == "trained_trainers@2014-Q4"
            ]
        )
    assert said == [[("10", "13")], [], [("10", "13")], [("10", "14")]]


def test_only_the_last_issue_of_a_quarter_is_compared_with_today(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    issue_now(office)
    send("west", activities=[training("WE-2014Q4-01", trainers=3)])
    run(office, NOW + timedelta(hours=1))
    act(office, NOW + timedelta(hours=2), dataclasses.replace(decided("issue", report="donor_report"), code="second"))
    send("west", file="w2.xlsx", version=2, cover={"whats_new": "4"}, activities=[training("WE-2014Q4-01", trainers=4)])
    run(office, NOW + timedelta(hours=3))
    told = [one for one in status(office)["restatements"] if one["figure"] == "trained_trainers@2014-Q4"]
    assert [(one["said_in"], one["old"], one["new"]) for one in told if not one["announced_in"]] == [
        ("second", "13", "14")
    ]


def test_a_file_that_did_not_go_out_cannot_be_issued(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    outcome = act(office, NOW, decided("issue", report="donor_report", file="sent.docx"))
    assert outcome.code == 1
    assert outcome.troubles == [
        "Act cli-issue issues donor_report of 2014-Q4, but sent.docx is not there. "
        "Put the file that went out beside the project office's workbook, or correct the act."
    ]


def test_a_rebuild_gives_the_same_figures_states_and_restatements(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    issue_now(office)
    send("north", file="v2.xlsx", version=2, cover={"whats_new": "JT-2014Q4-01"}, activities=[OWN])
    run(office, NOW + timedelta(hours=3))
    before = figures(office), states(office), status(office)["restatements"]
    assert before[2]
    rebuild(office, NOW)
    assert (figures(office), states(office), status(office)["restatements"]) == before
    assert run(office, NOW + timedelta(hours=4)).news() == {}


def test_a_quarter_that_the_calendar_has_locked_since_is_rebuilt_as_it_was(office: Settings, send: Send) -> None:
    send_all(send)
    calendar = [{"period": "2014-Q4", "due_on": date(2015, 1, 10), "locked_on": date(2015, 2, 1)}]
    send("project-office", form="project", **PROJECT, calendar=calendar)
    run(office, NOW)
    before = figures(office), states(office)
    rebuild(office, NOW + timedelta(days=40))
    assert (figures(office), states(office)) == before
    assert set(states(office).values()) == {"accepted"}


def test_a_restatement_is_announced_in_the_next_issue(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    issue_now(office)
    send("west", activities=[training("WE-2014Q4-01", trainers=3, trainers_women=1)])
    assert any("trained_trainers@2014-Q4: 10 → 13" in one for one in run(office, NOW).restated)
    assert run(office, NOW).restated == []  # said once
    act(office, NOW + timedelta(days=1), decided("issue", report="donor_report"))
    assert {one["announced_in"] for one in status(office)["restatements"]} == {"cli-issue"}


@pytest.mark.parametrize("name", ["~$north.xlsx", ".~lock.north.xlsx#", "north.xlsx.part", "Thumbs.db"])
def test_junk_is_ignored_and_counted(office: Settings, name: str) -> None:
    (office.inbox / "north").mkdir()
    (office.inbox / "north" / name).write_bytes(b"junk")
    outcome = run(office, NOW)
    assert (outcome.ignored, outcome.taken, outcome.code) == (1, [], 0)


def test_half_a_character_in_a_cell_stops_nobody(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers="two_xD800_")])
    send("east", activities=[training("EA-2014Q4-01", trainers=2, title_en="half _xD800_ and whole _xD83D__xDE00_")])
    outcome = run(office, NOW)
    [told] = outcome.unanswered
    assert told.startswith("north/north.xlsx: 'Trainers trained' is 'two\ufffd'; a whole number was expected")
    assert value(office, "trained_trainers") == "2"


def test_a_file_whose_name_is_written_in_an_old_chinese_way_is_taken(office: Settings, send: Send) -> None:
    send_all(send)
    path = office.inbox / "north" / "north.xlsx"
    path.rename(os.fsdecode(os.fsencode(path.parent) + "/南方.xlsx".encode("gbk")))
    outcome = run(office, NOW)
    assert outcome.code == 0
    assert "north/南方.xlsx" in outcome.taken


def test_the_second_copy_of_a_sync_program_waits_for_a_person(office: Settings, send: Send) -> None:
    send_all(send)
    send("north", file="north (conflicted copy 2015-01-20).xlsx", activities=[])
    outcome = run(office, NOW)
    assert outcome.code == 1
    assert outcome.waiting == [
        "north/north (conflicted copy 2015-01-20).xlsx: it is a sync program's second copy; "
        "keep one of the two under the workbook's own name and delete the other"
    ]


@pytest.mark.parametrize(
    "copy",
    [
        "north-DESKTOP-AB12CD3.xlsx",
        "north.sync-conflict-20150121-020000-ABCDEFG.xlsx",
        "north (1).xlsx",
        "north - 副本.xlsx",
        "north - Copy (2).xlsx",
        "north (Case Conflict).xlsx",
        "副本north.xlsx",
    ],
)
def test_a_copy_beside_its_original_is_not_taken_for_it(office: Settings, send: Send, copy: str) -> None:
    send_all(send)
    send("north", file=copy, activities=[OWN])
    outcome = run(office, NOW)
    assert value(office, "trained_trainers") == "10"
    assert [one.split(":")[0] for one in outcome.waiting] == [f"north/{copy}"]


@pytest.mark.parametrize("name", ["north (1).xlsx", "north-v2.xlsx", "north-FINAL.xlsx"])
def test_a_name_like_a_copys_without_an_original_beside_it_is_taken(office: Settings, send: Send, name: str) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", file=name, activities=[OWN])
    assert run(office, NOW).code == 0


def test_a_file_larger_than_any_workbook_is_not_read(
    office: Settings, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.intake.MOST_BYTES", 1_000)
    send_all(send)
    outcome = run(office, NOW)
    assert outcome.taken == []
    assert outcome.waiting[0] == (
        "east/east.xlsx: it is larger than 120 MB and is not read; make its pictures smaller and save it again"
    )


def test_a_ledger_that_is_damaged_is_made_again(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    office.ledger.write_bytes(b"garbage " * 1_000)
    assert run(office, NOW).code == 0
    assert value(office, "trained_trainers") == "10"


def test_a_file_of_its_full_size_that_is_not_written_yet_waits(office: Settings, send: Send) -> None:
    path = send("north", activities=[OWN])
    whole = path.read_bytes()
    for written in (0, len(whole) // 3, len(whole) - 10):
        path.write_bytes(whole[:written] + bytes(len(whole) - written))
        assert run(office, NOW).waiting, written
    path.write_bytes(whole)
    outcome = run(office, NOW)
    assert (outcome.waiting, outcome.taken) == ([], ["north/north.xlsx"])


def test_a_hole_in_the_middle_is_not_taken_for_a_workbook(office: Settings, send: Send) -> None:
    path = send("north", activities=[OWN])
    whole = path.read_bytes()
    path.write_bytes(whole[:3000] + bytes(2000) + whole[5000:])
    assert run(office, NOW).waiting == [
        "north/north.xlsx: it is not complete, as while it is copied; it is taken when it is whole"
    ]
