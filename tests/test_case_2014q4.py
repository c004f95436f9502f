"""The real case: the shipped workbooks of 2014-Q4 give the figures that were worked out by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell

from pipeline.evidence import explain_figure
from pipeline.model import Library
from pipeline.run import Outcome, run
from pipeline.run.ask import explain, figures, status
from pipeline.run.trace import sources
from pipeline.settings import Settings, load_settings
from pipeline.store import open_store
from tests.conftest import NOW, ROOT


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Outcome]:
    """The shipped inbox and templates, run once, by workers that can be killed."""
    folder = tmp_path_factory.mktemp("case")
    for name in ("inbox", "templates", "pipeline.toml"):
        (folder / name).symlink_to(ROOT / name)
    settings = load_settings(folder)
    return settings, run(settings, NOW)


@pytest.fixture(scope="module")
def told(case: tuple[Settings, Outcome]) -> dict[str, dict[str, Any]]:
    """Every figure by its id."""
    return {one["figure"]: one for one in figures(case[0])}


def as_shown(cell: Cell) -> str:
    """Return what a person sees in a cell: 4.13% for 0.0413 formatted so."""
    return f"{(Decimal(str(cell.value)) * 100).normalize():f}%" if "%" in cell.number_format else str(cell.value)


def rounded(one: dict[str, Any], decimals: int) -> Decimal:
    return Decimal(one["value"]).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def test_everything_is_taken_and_nobody_has_to_act(case: tuple[Settings, Outcome]) -> None:
    outcome = case[1]
    assert len(outcome.taken) == 10
    assert (outcome.refused, outcome.troubles, outcome.unanswered, outcome.code) == ([], [], [], 0)
    names = ("donor-report.docx", "donor-report-review.docx", "evidence.xlsx")
    assert set(outcome.written) >= {f"2014-Q4/{name}" for name in names}


def test_liaoning_owes_and_has_not_sent(case: tuple[Settings, Outcome]) -> None:
    [period] = status(case[0])["periods"]
    assert period["missing"] == [{"office": "liaoning", "why": "not_sent"}]
    assert {one["state"] for one in period["returns"]} == {"accepted"}


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("embedding_institutions", "1"),
        ("paying_partners", "1"),
        ("signed_agreements", "0"),
        ("expert_trainers", "2"),
        ("trained_trainers", "6"),
        ("trained_trainers/sex=women", "2"),
        ("trained_trainers/sex=men", "4"),
        ("training_events", "3"),
        ("trained_enterprises", "9"),
        ("enterprises_in_training", "15"),
        ("trained_participants", "44"),
        ("trained_participants/sex=women", "15"),
        ("trained_participants/office=jiangsu/sex=women", "8"),
        ("practising_enterprises", "3"),
        ("reported_benefit_rmb", "255700"),
        ("local_cost_share_pct", "50"),
        ("on_time_delivery_change_points", "3.98"),
        ("capacity_change_pct", "35.88"),
        # cumulative: the opening and this quarter
        ("embedding_institutions.cumulative", "4"),
        ("paying_partners.cumulative", "6"),
        ("signed_agreements.cumulative", "4"),
        ("trained_trainers.cumulative", "30"),
        ("trained_trainers.cumulative/sex=women", "16"),
        ("training_events.cumulative", "34"),
        ("trained_enterprises.cumulative", "61"),
        ("trained_participants.cumulative", "454"),
        ("trained_participants.cumulative/sex=women", "142"),
        ("practising_enterprises.cumulative", "23"),
        # the log-frame as typed
        ("trained_enterprises.target", "120"),
        ("trained_trainers.target/sex=women", "60"),
        ("women_participants_pct.baseline", "25"),
        ("defect_rate_change_pct.target", "-10"),
        # broken down
        ("trained_enterprises/place=taixing", "5"),
        ("trained_enterprises/office=guangdong", "1"),
        ("trained_enterprises/programme=eti", "4"),
        ("enterprises_in_training/module=1", "15"),
        ("enterprises_in_training/module=2", "5"),
        ("training_events/kind=tot_toe", "1"),
        ("training_events/place=deyang", "1"),
        ("local_cost_share_pct/module=2", "50"),
    ],
)
def test_a_figure_comes_out_as_by_hand(told: dict[str, dict[str, Any]], figure: str, value: str) -> None:
    assert (told[figure]["value"], told[figure]["state"]) == (value, "given")


def test_the_ratios_keep_their_two_sums(told: dict[str, dict[str, Any]]) -> None:
    sums = {
        code: (told[code]["part"], told[code]["whole"])
        for code in ("results_reported_pct", "women_participants_pct", "satisfaction_pct")
    }
    assert sums == {
        "results_reported_pct": ("5", "9"),
        "women_participants_pct": ("15", "44"),
        "satisfaction_pct": ("43", "48"),
    }


def test_the_medians_say_how_many_they_are_of(told: dict[str, dict[str, Any]]) -> None:
    assert (rounded(told["defect_rate_change_pct"], 1), told["defect_rate_change_pct"]["n"]) == (Decimal("-85.2"), 1)
    assert told["on_time_delivery_change_points"]["n"] == told["capacity_change_pct"]["n"] == 1


def test_a_lower_bound_stays_one(told: dict[str, dict[str, Any]]) -> None:
    for figure in ("reported_benefit_rmb", "reported_benefit_rmb.cumulative", "reported_benefit_rmb.reached_pct"):
        assert told[figure]["bound"] == "more_than"


def test_tailai_has_no_figure_and_is_named(case: tuple[Settings, Outcome]) -> None:
    left_out = explain(case[0], "on_time_delivery_change_points")["left_out"]
    assert [(one["office"], one["why"]) for one in left_out] == [("jiangsu", "not_recorded"), ("liaoning", "not_sent")]


def test_the_joint_activity_is_one_event_in_four_cells(case: tuple[Settings, Outcome]) -> None:
    addends = [one for one in explain(case[0], "training_events")["addends"] if one["typed"] == "JT-2014Q4-01"]
    assert [(one["office"], one["value"], one["role"]) for one in addends] == [
        ("guangdong", "1", "value"),
        ("jiangsu", "0", "same"),
        ("zhejiang", "0", "same"),
        ("anhui", "0", "same"),
    ]


def test_what_rests_on_samples_is_marked(told: dict[str, dict[str, Any]]) -> None:
    assert told["local_cost_share_pct"]["sample"]
    assert told["trained_enterprises.target"]["sample"]
    assert not told["trained_enterprises"]["sample"]
    assert not told["reported_benefit_rmb"]["sample"]


@pytest.mark.parametrize("figure", ["trained_trainers", "trained_trainers/sex=women", "training_events"])
def test_facts_are_no_samples_though_the_participants_of_the_same_activity_are(
    told: dict[str, dict[str, Any]], figure: str
) -> None:
    assert not told[figure]["sample"]
    assert told["trained_participants"]["sample"]
    assert told["satisfaction_pct"]["sample"]


@pytest.fixture(scope="module")
def explained(case: tuple[Settings, Outcome], library: Library) -> dict[str, dict[str, Any]]:
    """Every figure with its addends."""
    settings = case[0]
    with open_store(settings.archive, settings.ledger, library) as store:
        [reckoning] = store.reckonings().values()
        found = store.figures(reckoning)
        behind = sources(store, reckoning, found)
        return {one.id: explain_figure(one, library.indicators[one.code], behind) for one in found}


def sum_of(told: dict[str, Any], *roles: str) -> Decimal:
    return sum((Decimal(one["value"]) for one in told["addends"] if not roles or one["role"] in roles), Decimal(0))


def test_the_addends_make_the_figure(explained: dict[str, dict[str, Any]], library: Library) -> None:
    ways = {indicator.code: indicator.number for indicator in library.indicators.values()}
    plain = {name: told for name, told in explained.items() if "reached_pct" not in name and told["value"] is not None}
    ratios = [told for told in plain.values() if told["part"] is not None]
    sums = [told for told in plain.values() if told["part"] is None and ways[told["definition"]["code"]] != "median"]
    assert len(ratios) > 10
    assert len(sums) > 120
    assert [told["figure"] for told in sums if sum_of(told) != Decimal(told["value"])] == []
    assert [
        told["figure"] for told in ratios for role in ("part", "whole") if sum_of(told, role) != Decimal(told[role])
    ] == []


def test_every_addend_names_a_cell_that_holds_what_it_says(
    explained: dict[str, dict[str, Any]], books: dict[str, Workbook]
) -> None:
    addends = {
        (one["file"], one["sheet"], one["cell"]): one["typed"] for told in explained.values() for one in told["addends"]
    }
    assert len(addends) > 80
    assert {place: as_shown(books[place[0]][place[1]][place[2]]) for place in addends} == addends


def test_the_second_run_is_quiet(case: tuple[Settings, Outcome]) -> None:
    settings = case[0]
    before = {
        path: path.stat().st_mtime_ns
        for folder in (settings.archive, settings.reports)
        for path in Path(folder).rglob("*")
    }
    assert run(settings, NOW).news() == {}
    assert {
        path: path.stat().st_mtime_ns
        for folder in (settings.archive, settings.reports)
        for path in Path(folder).rglob("*")
    } == before
