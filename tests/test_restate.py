"""What was said and is different today: rounded as it was printed, and only what really changed is a cause."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from pipeline.model import Addend, Figure, Period, State
from pipeline.restate import Cause, counted_in, find_causes, find_restatements

QUARTER = Period(2014, 4)
PROJECT = "project-office/2014-Q4/v1"


def addend(ref: str, value: int = 1, of: str = "", role: str = "value", corrected_by: str | None = None) -> Addend:
    return Addend(ref, "enterprise_code" if of else "workers", role, Decimal(value), of, corrected_by)


def figure(*addends: Addend, value: str | None = None, unit: str = "people", decimals: int = 0) -> Figure:
    total = sum((one.value for one in addends), Decimal(0)) if value is None else Decimal(value)
    return Figure(
        "trained", "value", (), QUARTER, unit, State.GIVEN, value=total, decimals=decimals, addends=tuple(addends)
    )


def causes(was: Figure, now: Figure) -> list[Cause]:
    return find_causes(was, now, counted_in([was]), counted_in([now]))


def test_a_figure_is_told_as_it_was_printed() -> None:
    was = figure(value="47.29166666666666666666666667", unit="%", decimals=1)
    [one] = find_restatements([was], [dataclasses.replace(was, value=Decimal("47.5"))], {"trained"})
    assert (one.old, one.new) == ("47.3\u00a0%", "47.5\u00a0%")


def test_what_is_printed_as_before_is_no_restatement() -> None:
    was = figure(value="47.29", unit="%")
    assert find_restatements([was], [dataclasses.replace(was, value=Decimal("47.4"))], {"trained"}) == []


def test_a_correction_alone_is_the_cause_though_the_project_offices_workbook_is_another() -> None:
    north, opening = "north/2014-Q4/v1/activities/5", addend(f"{PROJECT}/logframe/7", 400, role="opening")
    newer = dataclasses.replace(opening, record="project-office/2015-Q1/v1/logframe/7")
    fix = "project-office/2015-Q1/v1/corrections/5"
    was, now = figure(opening, addend(north, 5)), figure(newer, addend(north, 7, corrected_by=fix))
    assert causes(was, now) == [Cause("correction", fix)]


def test_a_correction_that_is_no_longer_there_is_said() -> None:
    north, fix = "north/2014-Q4/v1/activities/5", f"{PROJECT}/corrections/5"
    assert causes(figure(addend(north, 7, corrected_by=fix)), figure(addend(north, 5))) == [Cause("withdrawn", fix)]


def test_a_decision_on_a_name_is_the_cause_and_not_the_return_whose_row_counts_now() -> None:
    one, two = "east/2014-Q4/v1/progress/5", "west/2014-Q4/v1/progress/6"
    was = figure(addend(one, of="A"), addend(two, of="B"))
    now = figure(addend(one, 0, of="B", role="same"), addend(two, of="B"))
    assert causes(was, now) == [Cause("name", one, "B")]


def test_of_a_new_version_the_rows_that_say_the_same_are_no_cause() -> None:
    was = figure(addend("north/2014-Q4/v1/activities/5", 5), addend("west/2014-Q4/v1/activities/5", 3))
    now = figure(addend("north/2014-Q4/v1/activities/5", 5), addend("west/2014-Q4/v2/activities/6", 4))
    assert causes(was, now) == [Cause("return", "west/2014-Q4/v2")]


def test_a_row_that_went_with_its_return_is_the_returns_and_one_alone_the_project_offices() -> None:
    five, six = addend("north/2014-Q4/v1/activities/5", 5), addend("north/2014-Q4/v1/activities/6", 5)
    east = addend("east/2014-Q4/v1/activities/5", 3)
    assert causes(figure(five, east), figure(five)) == [Cause("return", "east/2014-Q4/v1")]
    assert causes(figure(five, dataclasses.replace(six, value=Decimal(6))), figure(five)) == [
        Cause("decision", "north/2014-Q4/v1")
    ]


def test_a_row_that_a_new_version_no_longer_has_is_the_new_versions() -> None:
    was = figure(addend("north/2014-Q4/v1/activities/5", 5), addend("north/2014-Q4/v1/activities/6", 2))
    now = figure(addend("north/2014-Q4/v2/activities/5", 5))
    assert causes(was, now) == [Cause("return", "north/2014-Q4/v2")]
