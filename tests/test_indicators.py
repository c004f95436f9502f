"""How numbers are made: sums, codes, ratios, medians; what is left out; bounds; nothing rounded."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.indicators import compute_indicators
from pipeline.model import Bound, Figure, Indicator, Known, Merged, MergedRow, Part, Period, Record, State, Value, Words

QUARTER = Period(2014, 4)
NOT_RECORDED = Value(State.NOT_RECORDED)


def kept(plain: Any) -> Value:
    """Return a value as merge hands it over: a number, a text, "> 100", a state, or None for not recorded."""
    if isinstance(plain, State):
        return Value(plain)
    if plain is None:
        return NOT_RECORDED
    if isinstance(plain, str) and plain.startswith(("> ", "< ")):
        return Value(State.GIVEN, int(plain[2:]), Bound.MORE_THAN if plain[0] == ">" else Bound.LESS_THAN)
    return Value(State.GIVEN, plain)


def row(number: int, office: str = "north", table: str = "activities", **values: Any) -> MergedRow:
    """Return one merged row with one source."""
    found = {"activity_code": kept(f"A-{number:02}"), **{name: kept(value) for name, value in values.items()}}
    source = Record(f"{office}/{table}/{number}", office, QUARTER, table, f"A-{number:02}", "S", number, found, {}, {})
    return MergedRow(table, source.key, (source,), found)


def merged(*rows: MergedRow, missing: tuple[tuple[str, str], ...] = ()) -> Merged:
    return Merged(QUARTER, {"activities": rows}, (), (), (), missing)


BASE = Indicator("trained", Words("Trained", "受训"), 1, "output", "people", "sum", "activities", of=("people",))
SUM = dataclasses.replace(BASE, women=("women",), splits=(("sex",), ("office",)))
SHARE = dataclasses.replace(
    BASE,
    number="ratio",
    of=(),
    part=Part(sum=("women",)),
    whole=Part(sum=("people",)),
    unit="%",
    splits=(("office",),),
    over_time="ratio_of_sums",
)


def compute(
    indicator: Indicator,
    *rows: MergedRow,
    missing: tuple[tuple[str, str], ...] = (),
    earlier: dict[str, Figure] | None = None,
) -> dict[str, Figure]:
    return {
        figure.id: figure
        for figure in compute_indicators(merged(*rows, missing=missing), [indicator], Known({}), earlier or {})
    }


def test_only_given_values_count_and_the_others_are_named() -> None:
    figure = compute(SUM, row(1, people=30), row(2, people=None), missing=(("west", "not_sent"),))["trained"]
    assert figure.value == 30
    assert [(one.office, one.why, one.record) for one in figure.left_out] == [
        ("north", "not_recorded", "north/activities/2"),
        ("west", "not_sent", None),
    ]


def test_zero_is_a_number_and_not_recorded_is_none() -> None:
    assert compute(SUM, row(1, people=0))["trained"].value == 0
    nobody = compute(SUM, row(1, people=None))["trained"]
    assert (nobody.value, nobody.state) == (None, State.NOT_RECORDED)


@pytest.mark.parametrize("state", [State.NOT_ASKED, State.NOT_APPLICABLE])
def test_what_nobody_was_asked_or_what_applies_to_nobody_stays_that(state: State) -> None:
    alone = compute(SUM, row(1, people=state), missing=(("west", "not_sent"),))["trained"]
    assert (alone.value, alone.state) == (None, state)
    mixed = compute(SUM, row(1, people=state), row(2, people=None))["trained"]
    assert (mixed.value, mixed.state) == (None, State.NOT_RECORDED)
    assert compute(SUM, row(1, people=state), row(2, people=3))["trained"].state is State.GIVEN


def test_no_row_at_all_is_a_zero_that_is_a_fact() -> None:
    figure = compute(SUM)["trained"]
    assert (figure.value, figure.state, figure.n) == (0, State.GIVEN, 0)


def test_where_no_office_that_owes_is_heard_nothing_is_zero() -> None:
    offices = tuple(
        Record(f"po/offices/{at}", "po", QUARTER, "offices", name, "S", at, {"office": kept(name)}, {}, {})
        for at, name in enumerate(("po", "west"))
    )
    own = dataclasses.replace(row(1, "po", people=5), table="partners")

    def figure(*rows: MergedRow, missing: tuple[tuple[str, str], ...]) -> Figure:
        tables = {"partners": (own,), "activities": rows}
        quarter = Merged(QUARTER, tables, (), (), (), missing)
        return compute_indicators(quarter, [BASE], Known({"offices": offices}), {})[0]

    silent = figure(missing=(("west", "not_sent"),))
    assert (silent.value, silent.state, [one.office for one in silent.left_out]) == (None, State.NOT_RECORDED, ["west"])
    assert figure(missing=()).value == 0
    assert figure(row(2, "north", kind=None, people=0), missing=(("west", "not_sent"),)).value == 0


def test_men_are_the_whole_less_the_women_where_both_are_known() -> None:
    figures = compute(SUM, row(1, people=10, women=4), row(2, people=5, women=None))
    assert {name: figures[f"trained/sex={name}"].value for name in ("women", "men")} == {"women": 4, "men": 6}
    assert [one.record for one in figures["trained/sex=men"].left_out] == ["north/activities/2"]


def test_a_bound_makes_the_sum_a_bound() -> None:
    figure = compute(SUM, row(1, people="> 100"), row(2, people=5))["trained"]
    assert (figure.value, figure.bound) == (105, Bound.MORE_THAN)


def test_bounds_that_point_both_ways_make_no_total() -> None:
    figure = compute(SUM, row(1, people="> 100"), row(2, people="< 5"))["trained"]
    assert (figure.value, figure.state) == (None, State.NOT_RECORDED)


def test_a_share_of_a_group_is_the_ratio_of_the_sums_and_not_the_mean_of_shares() -> None:
    figures = compute(SHARE, row(1, "north", people=30, women=12), row(2, "east", people=10, women=8))
    assert (figures["trained"].part, figures["trained"].whole, figures["trained"].value) == (20, 40, 50)
    assert figures["trained/office=east"].value == 80


def test_a_row_that_lacks_one_of_both_sums_enters_neither() -> None:
    figure = compute(SHARE, row(1, people=30, women=12), row(2, people=20, women=None))["trained"]
    assert (figure.part, figure.whole) == (12, 30)
    assert [(one.record, one.field) for one in figure.left_out] == [("north/activities/2", "women")]


def test_nothing_of_nothing_is_no_share() -> None:
    assert compute(SHARE, row(1, people=0, women=0))["trained"].state is State.NOT_RECORDED


def test_an_earlier_quarter_is_added_up_and_its_addends_stay() -> None:
    before = Figure("trained", "cumulative", (), QUARTER.previous, "people", State.GIVEN, Decimal(7))
    opening = Record(
        "po/logframe/5",
        "po",
        QUARTER,
        "logframe",
        "trained",
        "S",
        5,
        {"opening": kept(100), "basis": kept("sample")},
        {},
        {},
    )
    [first] = [
        one
        for one in compute_indicators(merged(row(1, people=7)), [SUM], Known({"logframe": (opening,)}), {})
        if one.id == "trained.cumulative"
    ]
    later = compute_indicators(merged(row(2, people=5)), [SUM], Known({"logframe": (opening,)}), {first.id: first})
    [second] = [one for one in later if one.id == "trained.cumulative"]
    assert (first.value, second.value) == (107, 112)
    assert [(addend.role, addend.value) for addend in second.addends] == [("opening", 100), ("value", 7), ("value", 5)]
    assert second.sample
    assert before.id == "trained.cumulative"


def test_without_an_opening_there_is_no_cumulative_value() -> None:
    figure = compute(SUM, row(1, people=7))["trained.cumulative"]
    assert (figure.value, figure.state) == (None, State.BLANK)


counts = st.integers(0, 10_000)
groups = st.lists(st.tuples(st.sampled_from(["north", "east", "west"]), counts, counts), min_size=1, max_size=12)


@given(groups)
def test_the_country_s_share_lies_between_its_provinces(told: list[tuple[str, int, int]]) -> None:
    rows = [row(n, office, people=part + rest, women=part) for n, (office, part, rest) in enumerate(told)]
    figures = compute(SHARE, *rows)
    shares = [
        figure.value
        for figure in figures.values()
        if figure.slice and figure.aspect == "value" and figure.value is not None
    ]
    whole = figures["trained"].value
    assert (whole is None) == (not shares)
    if whole is not None:
        assert min(shares) <= whole <= max(shares)


@given(groups)
def test_the_addends_of_a_sum_add_up_to_it_in_every_slice(told: list[tuple[str, int, int]]) -> None:
    rows = [row(n, office, people=part + rest, women=part) for n, (office, part, rest) in enumerate(told)]
    figures = [figure for figure in compute(SUM, *rows).values() if figure.aspect == "value"]
    assert all(sum(addend.value for addend in figure.addends) == figure.value for figure in figures)
    by_office = [figure.value for figure in figures if figure.slice and figure.slice[0][0] == "office"]
    assert sum(value or 0 for value in by_office) == figures[0].value


@given(st.lists(st.sampled_from(["NO-001", "NO-002", "EA-001"]), min_size=1, max_size=10))
def test_a_code_counts_once_however_often_it_is_said(codes: list[str]) -> None:
    distinct = dataclasses.replace(BASE, number="distinct", of=("enterprise_code",))
    figure = compute(distinct, *(row(n, enterprise_code=code) for n, code in enumerate(codes)))["trained"]
    assert figure.value == len(set(codes)) == sum(addend.value for addend in figure.addends)
    assert len(figure.addends) == len(codes)
