"""Corrections, names and joint activities: what several offices sent becomes one set of rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.form import load_library
from pipeline.run import Outcome, run
from pipeline.run.ask import explain, figures, status
from pipeline.settings import Settings
from pipeline.store import open_store
from tests.conftest import NOW, Send
from tests.test_story import PROJECT, training

pytestmark = pytest.mark.nights

CORRECTION = {
    "correction_code": "K01",
    "office": "north",
    "period": "2014-Q4",
    "table": "activities",
    "key": "NO-2014Q4-01",
    "field": "trainers",
    "expected": "6",
    "instead": "5",
    "reason_en": "One left on the first day.",
    "by": "Officer",
    "dated": date(2015, 1, 15),
}


def night(office: Settings, send: Send, project: dict[str, Any] | None = None, **offices: Any) -> Outcome:
    """Send the project office's workbook and those of offices, and run."""
    send("project-office", form="project", **{**PROJECT, **(project or {})})
    for name, content in offices.items():
        send(name, **content)
    return run(office, NOW)


def value(office: Settings, figure: str) -> str | None:
    return {one["figure"]: one["value"] for one in figures(office)}[figure]


def codes(office: Settings) -> list[str]:
    return [one["code"] for one in status(office)["unanswered"]]


OWN = {"activities": [training("NO-2014Q4-01", trainers=6, trainers_women=2)]}


def test_a_correction_changes_a_value_and_keeps_both_cells(office: Settings, send: Send) -> None:
    assert night(office, send, {"corrections": [CORRECTION]}, north=OWN).code == 0
    [addend] = explain(office, "trained_trainers")["addends"]
    assert (addend["typed"], addend["value"], addend["cell"]) == ("6", "5", "U5")
    assert addend["corrected_by"].startswith("K01 (project-office/project-office.xlsx, ")


def test_a_correction_that_matches_nothing_is_an_error_to_the_project_office(office: Settings, send: Send) -> None:
    outcome = night(office, send, {"corrections": [{**CORRECTION, "expected": "7"}]}, north=OWN)
    assert outcome.code == 1
    assert codes(office) == ["correction_no_match"]
    assert outcome.unanswered == [
        "project-office: Correction K01 matches nothing: '6' stands there, not '7'. "
        "The office may have sent a new workbook: change or remove the correction."
    ]
    assert value(office, "trained_trainers") == "6"


def test_a_correction_whose_value_stands_there_by_now_is_no_longer_needed(office: Settings, send: Send) -> None:
    assert night(office, send, {"corrections": [{**CORRECTION, "instead": "6"}]}, north=OWN).code == 0
    assert value(office, "trained_trainers") == "6"


def enterprise(code: str) -> dict[str, Any]:
    return {
        "enterprise_code": code,
        "name_en": f"Works {code}",
        "may_be_named": "否",
        "place": "town",
        "sector": "机械",
    }


def completed(code: str) -> dict[str, Any]:
    return {"enterprise_code": code, "module": "工作场所合作", "status": "已完成", "completed_on": "2014年12月"}


def test_two_codes_that_were_decided_to_be_one_count_once(office: Settings, send: Send) -> None:
    rows = {
        "enterprises": [enterprise("NO-001"), enterprise("NO-002")],
        "progress": [completed("NO-001"), completed("NO-002")],
    }
    decision = {
        "what": "Enterprise",
        "left": "NO-002",
        "right": "NO-001",
        "office": "north",
        "same": "yes",
        "reason_en": "One licence.",
        "by": "O",
        "dated": date(2015, 1, 1),
    }
    night(office, send, None, north=rows)
    assert value(office, "trained_enterprises") == "2"
    night(office, send, {"names": [decision], "cover": {"version": 2, "whats_new": "Names"}}, north=rows)
    assert value(office, "trained_enterprises") == "1"
    assert [one["role"] for one in explain(office, "trained_enterprises")["addends"]] == ["value", "same"]


def test_an_exception_lets_one_known_case_pass_and_says_so(office: Settings, send: Send) -> None:
    wrong = {"activities": [training("NO-2014Q4-01", trainers=2, trainers_women=3)]}
    assert night(office, send, None, north=wrong).code == 1
    assert codes(office) == ["part_exceeds_whole"]
    exception = {
        "office": "north",
        "period": "2014-Q4",
        "finding": "part_exceeds_whole",
        "key": "NO-2014Q4-01",
        "reason_en": "Counted twice on purpose.",
        "by": "O",
    }
    assert night(office, send, {"exceptions": [exception], "cover": {"version": 2, "whats_new": "Exception"}}).code == 0
    assert value(office, "trained_trainers") == "2"


def test_joint_rows_that_disagree_are_a_question_to_each_office(office: Settings, send: Send) -> None:
    rows = {
        name: {"activities": [training("JT-2014Q4-01", module=module)]} for name, module in (("north", 1), ("east", 2))
    }
    assert night(office, send, None, **rows).code == 0
    assert "training_events/module=1" in {one["figure"] for one in figures(office)}  # the lead office's word
    assert "training_events/module=2" not in {one["figure"] for one in figures(office)}
    with open_store(office.archive, office.ledger, load_library(office.templates)) as store:
        found = store.findings(next(iter(store.reckonings().values())))
    told = [(whom, one) for whom, one in found if one.code == "joint_disagrees"]
    assert [(whom, one.cells, one.found) for whom, one in told] == [("north", ("E5",), "1"), ("east", ("E5",), "2")]
    assert {one.params["said_zh"] for _, one in told} == {"北省：1；东省：2"}


def test_an_office_that_is_not_listed_is_counted_and_told(office: Settings, send: Send) -> None:
    night(office, send, None, west={"activities": [training("JT-2014Q4-01", trainers=1)]})
    assert value(office, "trained_trainers") == "1"


@pytest.mark.parametrize("order", [("north", "east"), ("east", "north")])
def test_the_order_of_arrival_makes_no_difference(office: Settings, send: Send, order: tuple[str, str]) -> None:
    send("project-office", form="project", **PROJECT)
    for name in order:
        send(name, activities=[training("JT-2014Q4-01", trainers=2, summary_en=f"Told by {name}.")])
        run(office, NOW)
    assert [one["office"] for one in explain(office, "training_events")["addends"]] == ["north", "east"]


def test_an_activity_counts_once_over_the_quarters(office: Settings, send: Send) -> None:
    night(office, send, None, north=OWN)
    send(
        "north",
        file="q1.xlsx",
        period="2015-Q1",
        activities=[*OWN["activities"], training("NO-2015Q1-01", trainers=1, trainers_women=0)],
    )
    run(office, NOW)
    assert value(office, "trained_trainers") == "1"
    assert value(office, "trained_trainers.cumulative") == "31"
    assert value(office, "training_events.cumulative") == "33"
    assert value(office, "trained_trainers.cumulative/sex=women") == "16"


def test_an_enterprise_counts_once_over_the_quarters(office: Settings, send: Send) -> None:
    project = {
        "logframe": [
            {"indicator": "trained_enterprises", "opening": 52, "target": 120, "baseline": 0, "basis": "register"}
        ]
    }
    night(office, send, project, north={"enterprises": [enterprise("NO-001")], "progress": [completed("NO-001")]})
    more = [enterprise("NO-001"), enterprise("NO-002")]
    send(
        "north", file="q1.xlsx", period="2015-Q1", enterprises=more, progress=[completed("NO-001"), completed("NO-002")]
    )
    run(office, NOW)
    assert value(office, "trained_enterprises") == "2"
    assert value(office, "trained_enterprises.cumulative") == "54"
