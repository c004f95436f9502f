"""What always holds, whatever is sent: no silent drops, no order, no effect of the same again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.examine import examine
from pipeline.form import load_library
from pipeline.indicators import compute_indicators
from pipeline.merge import merge_returns
from pipeline.model import Checked, Known, Period, Terms
from pipeline.run import run
from pipeline.run.ask import figures
from pipeline.settings import Settings
from tests.build import workbook
from tests.conftest import NOW, ROOT, Send
from tests.test_story import OFFICES, PROJECT, training

LIBRARY = load_library(ROOT / "templates")
PREFIXES = {str(row["office"]): str(row["prefix"]) for row in OFFICES}
QUARTER = Period(2014, 4)


def examined(office: str, **tables: Any) -> Checked:
    """Return a workbook examined, once for the same content."""
    asked = f"{office} {tables!r}"
    if asked not in EXAMINED:
        EXAMINED[asked] = _examined(office, **tables)
    return EXAMINED[asked]


EXAMINED: dict[str, Checked] = {}


def _examined(office: str, **tables: Any) -> Checked:
    return examine(
        workbook(LIBRARY.forms["project" if office == "project-office" else "province"], office, **tables),
        LIBRARY,
        Terms({"indicators": {c: i.kind for c, i in LIBRARY.indicators.items()}}, PREFIXES),
    )


KNOWN = examined("project-office", **PROJECT)
REGISTERS = Known(
    {name: tuple(r for r in KNOWN.records if r.table == name) for name in ("offices", "joint", "logframe", "places")},
    frozenset({"NO-2014Q4-09"}),
)
numbers = st.none() | st.integers(0, 99) | st.just("未统计")


@st.composite
def returns(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Draw what a few offices report: own trainings, one counted before, the joint one."""
    told = {}
    for office in draw(st.lists(st.sampled_from(["north", "east", "west"]), min_size=1, unique=True)):
        codes = draw(st.lists(st.sampled_from([1, 2, 9]), unique=True))
        own = [f"{PREFIXES[office]}-2014Q4-{number:02}" for number in codes]
        joint = ["JT-2014Q4-01"] if draw(st.booleans()) else []
        told[office] = [training(code, trainers=draw(numbers)) for code in (*own, *joint)]
    return told


@settings(max_examples=25, deadline=None)
@given(returns(), st.randoms())
def test_merging_is_order_free_and_drops_nothing_in_silence(told: dict[str, list[dict[str, Any]]], random: Any) -> None:
    records = [record for office, rows in told.items() for record in examined(office, activities=rows).records]
    assert records
    shuffled = random.sample(records, len(records))
    merged = [merge_returns(QUARTER, one, [("west", "not_sent")], REGISTERS, LIBRARY) for one in (records, shuffled)]
    assert merged[0] == merged[1]
    sources = [source.ref for rows in merged[0].tables.values() for row in rows for source in row.sources]
    left_out = [one.record for one in merged[0].left_out]
    assert sorted([*sources, *left_out]) == sorted(record.ref for record in records)
    computed = [compute_indicators(one, LIBRARY.indicators.values(), REGISTERS, {}) for one in merged]
    assert computed[0] == computed[1]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 50))
def test_the_same_submission_twice_changes_nothing(office: Settings, send: Send, trainers: int) -> None:
    send("project-office", form="project", **PROJECT)
    path = send(
        "north",
        activities=[training("NO-2014Q4-01", trainers=trainers, trainers_women=0)],
        version=trainers + 1,
        cover={"whats_new": "A number"},
    )
    run(office, NOW)
    before = figures(office)
    resave(path)
    outcome = run(office, NOW)
    assert (outcome.same, outcome.reckoned) == ([path.relative_to(office.inbox).as_posix()], [])
    assert figures(office) == before


def resave(path: Path) -> None:
    """Save a workbook as a spreadsheet program does that is only opened: other bytes, the same answers."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    before = path.read_bytes()
    book.save(path)
    assert path.read_bytes() != before
