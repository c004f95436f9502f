"""Every way to type an answer, what is kept of it, and what is said of what cannot be read."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import messages, values
from pipeline.model import (
    BLANK,
    Bound,
    Cell,
    Field,
    Library,
    Lists,
    Period,
    Picture,
    Severity,
    Span,
    State,
    Value,
    Words,
)
from tests.conftest import few, many

D = Decimal
SERIAL = D(41982)  # 9 December 2014
NINTH = date(2014, 12, 9)


def field(kind: str, **more: Any) -> Field:
    return Field("f", Words("Question", "问题"), kind, **more)


FIELDS = {
    "code": field("code", pattern="{OFFICE}-\\d{3}"),
    "small code": field("code", pattern="[a-z]+"),
    "text": field("text"),
    "long": field("long"),
    "choice": field("choice", list="activity_kind"),
    "flag": field("flag"),
    "count": field("count"),
    "count or more": field("count", bound=True),
    "of whom": field("count", part_of="whole"),
    "count from 1": field("count", minimum=1),
    "amount": field("amount", bound=True),
    "share": field("share"),
    "signed share": field("share", signed=True),
    "measured": field("measured", bound=True, signed=True),
    "day": field("day"),
    "when": field("when"),
    "period": field("period"),
    "codes": field("codes"),
    "stamp": field("stamp"),
    "picture": field("picture"),
}


def cell(typed: Any, format: str = "general", **more: Any) -> Cell:
    return Cell(typed, format, **more)


def span(start: date | None, end: date, precision: str) -> tuple[Any, ...]:
    return start, end, precision


@pytest.fixture(scope="module")
def lists(library: Library) -> Lists:
    return library.lists


# ---- what is accepted ---------------------------------------------------------------------------------

# (field, what is typed, its format, what is kept, bound, codes of notes)
ACCEPTED: list[tuple[str, Any, str, Any, Bound, tuple[str, ...]]] = [
    (name, typed, shown, kept, bound, tuple(notes))
    for name, typed, shown, kept, bound, *notes in [
        ("code", "js-001", "", "JS-001", Bound.EXACT),
        ("code", " ＪＳ－００１ ", "", "JS-001", Bound.EXACT),
        ("code", "JS - 001\u200b", "", "JS-001", Bound.EXACT),
        ("small code", "JiangSu", "", "jiangsu", Bound.EXACT),
        ("text", " 泰兴 \r\n第二行 ", "", "泰兴 \n第二行", Bound.EXACT),
        ("text", D("4.50"), "", "4.50", Bound.EXACT),
        ("text", SERIAL, "date", "2014-12-09", Bound.EXACT),
        ("long", "a\x07b", "", "ab", Bound.EXACT, "control_characters"),
        ("choice", "tot", "", "tot", Bound.EXACT),
        ("choice", "培训师培训", "", "tot", Bound.EXACT),
        ("choice", "TRAINING of trainers （ToT）", "", "tot", Bound.EXACT),
        ("choice", "ToT", "", "tot", Bound.EXACT),
        *[
            ("flag", typed, "", True, Bound.EXACT)
            for typed in ("是", "yes", "Y", "√", "✔", "1", D(1), True, "有", "是的", "☑")
        ],
        *[("flag", typed, "", False, Bound.EXACT) for typed in ("否", "No", "×", "0", D(0), False, "没有", "x")],
        ("count", D(12), "number", 12, Bound.EXACT),
        ("count", "１２", "", 12, Bound.EXACT),
        ("count", " 1,200 ", "", 1200, Bound.EXACT),
        ("count", "1 200", "", 1200, Bound.EXACT, "unit_typed_in"),
        ("count", "1\u00a0200", "", 1200, Bound.EXACT, "unit_typed_in"),
        ("count", "12\u2009345", "", 12345, Bound.EXACT, "unit_typed_in"),
        ("count", "1 200 300", "", 1200300, Bound.EXACT, "unit_typed_in"),
        ("count", "１，２００", "", 1200, Bound.EXACT),
        ("count", "1,200,300", "", 1200300, Bound.EXACT),
        ("count", "12\n人", "", 12, Bound.EXACT, "unit_typed_in"),
        ("count", "2千人", "", 2000, Bound.EXACT, "number_scaled"),
        ("count", "1万人", "", 10000, Bound.EXACT, "number_scaled"),
        ("count", "1.5万条", "", 15000, Bound.EXACT, "number_scaled"),
        ("count", "3百", "", 300, Bound.EXACT, "number_scaled"),
        ("count", "10 thousand", "", 10000, Bound.EXACT, "number_scaled"),
        ("count", "1.2 thousand people", "", 1200, Bound.EXACT, "number_scaled"),
        ("count", "12 persons", "", 12, Bound.EXACT, "unit_typed_in"),
        ("count", "3期", "", 3, Bound.EXACT, "unit_typed_in"),
        ("count", "12名员工", "", 12, Bound.EXACT, "unit_typed_in"),
        ("of whom", "4名女性", "", 4, Bound.EXACT, "unit_typed_in"),
        ("of whom", "4 women", "", 4, Bound.EXACT, "unit_typed_in"),
        ("count or more", "100多", "", 100, Bound.MORE_THAN),
        ("count or more", "100多人", "", 100, Bound.MORE_THAN, "unit_typed_in"),
        ("count or more", "100余人", "", 100, Bound.MORE_THAN, "unit_typed_in"),
        ("count or more", "1万多人", "", 10000, Bound.MORE_THAN, "number_scaled"),
        ("count or more", "100人以内", "", 100, Bound.AT_MOST, "unit_typed_in"),
        ("count or more", "100人以上", "", 100, Bound.MORE_THAN, "unit_typed_in"),
        ("count or more", "100名以上员工", "", 100, Bound.MORE_THAN, "unit_typed_in"),
        ("count or more", "100 or more people", "", 100, Bound.AT_LEAST, "unit_typed_in"),
        ("count or more", "100 or fewer", "", 100, Bound.AT_MOST),
        ("count", "12.0", "", 12, Bound.EXACT),
        ("count", D(0), "", 0, Bound.EXACT),
        ("count", "12人", "", 12, Bound.EXACT, "unit_typed_in"),
        ("count or more", "more than 100", "", 100, Bound.MORE_THAN),
        ("count or more", ">100", "", 100, Bound.MORE_THAN),
        ("count or more", "＞１００", "", 100, Bound.MORE_THAN),
        ("count or more", "100以上", "", 100, Bound.MORE_THAN),
        ("count or more", "超过100", "", 100, Bound.MORE_THAN),
        ("count or more", "at least 100", "", 100, Bound.AT_LEAST),
        ("count or more", "≥100", "", 100, Bound.AT_LEAST),
        ("count or more", "100+", "", 100, Bound.AT_LEAST),
        ("count or more", "不少于100", "", 100, Bound.AT_LEAST),
        ("count or more", "不到100", "", 100, Bound.LESS_THAN),
        ("count or more", "up to 100", "", 100, Bound.AT_MOST),
        ("count or more", "不超过100", "", 100, Bound.AT_MOST),
        ("count from 1", "1", "", 1, Bound.EXACT),
        ("amount", D(255700), "", 25570000, Bound.EXACT),
        ("amount", "RMB 255,700", "", 25570000, Bound.EXACT),
        ("amount", "￥255,700.50", "", 25570050, Bound.EXACT),
        ("amount", "255700元", "", 25570000, Bound.EXACT),
        ("amount", "25.57万元", "", 25570000, Bound.EXACT, "amount_in_wan"),
        ("amount", "25.57万", "", 25570000, Bound.EXACT, "amount_in_wan"),
        ("amount", "人民币25.57万元", "", 25570000, Bound.EXACT, "amount_in_wan"),
        ("amount", "3千元", "", 300000, Bound.EXACT, "amount_in_wan"),
        ("amount", "1.2亿元", "", 12000000000, Bound.EXACT, "amount_in_wan"),
        ("amount", "25万多元", "", 25000000, Bound.MORE_THAN, "amount_in_wan"),
        ("amount", "more than RMB 255,700", "", 25570000, Bound.MORE_THAN),
        ("amount", "255,700以上元", "", 25570000, Bound.MORE_THAN),
        ("share", D("0.0413"), "percent", D("0.0413"), Bound.EXACT),
        ("share", "4.13%", "", D("0.0413"), Bound.EXACT),
        ("share", "４．１３％", "", D("0.0413"), Bound.EXACT),
        ("share", "4.13 %", "text", D("0.0413"), Bound.EXACT),
        ("share", "百分之4.13", "", D("0.0413"), Bound.EXACT),
        ("share", "4.13 per cent", "", D("0.0413"), Bound.EXACT),
        ("share", D("4.13"), "", D("0.0413"), Bound.EXACT, "share_read_as_percent"),
        ("share", D(0), "", D(0), Bound.EXACT),
        ("share", "0", "", D(0), Bound.EXACT),
        ("signed share", "−10%", "", D("-0.1"), Bound.EXACT),
        ("day", SERIAL, "date", NINTH, Bound.EXACT),
        ("day", SERIAL, "", NINTH, Bound.EXACT, "day_as_number"),
        ("day", "2014-12-09", "", NINTH, Bound.EXACT),
        ("day", "2014/12/9", "", NINTH, Bound.EXACT),
        ("day", "２０１４年１２月９日", "", NINTH, Bound.EXACT),
        ("day", "9 December 2014", "", NINTH, Bound.EXACT),
        ("day", "December 9, 2014", "", NINTH, Bound.EXACT),
        ("day", "2014-12-09T00:00:00", "date", NINTH, Bound.EXACT),
        ("day", "9 Dec. 2014", "", NINTH, Bound.EXACT),
        ("day", "2014-12-09（周二）", "", NINTH, Bound.EXACT),
        ("day", "2014年12月9日 星期二", "", NINTH, Bound.EXACT),
        ("day", "Tuesday, 9 December 2014", "", NINTH, Bound.EXACT),
        ("day", "2014/12/9 (Tue)", "", NINTH, Bound.EXACT),
        ("period", "2014-Q4", "", Period(2014, 4), Bound.EXACT),
        ("period", "2014年第四季度", "", Period(2014, 4), Bound.EXACT),
        ("period", "q4 2014", "", Period(2014, 4), Bound.EXACT),
        ("codes", "JS-001；js-002、 JS-003\nJS-004", "", ("JS-001", "js-002", "JS-003", "JS-004"), Bound.EXACT),
        ("codes", "a, b, a", "", ("a", "b"), Bound.EXACT, "code_twice"),
    ]
]


@pytest.mark.parametrize(("name", "typed", "shown", "kept", "bound", "notes"), ACCEPTED)
def test_what_is_typed_is_understood(
    name: str, typed: Any, shown: str, kept: Any, bound: Bound, notes: tuple[str, ...], lists: Lists
) -> None:
    value, found = values.parse(cell(typed, shown or "general"), FIELDS[name], lists)
    assert (value.state, value.plain, value.bound) == (State.GIVEN, kept, bound)
    assert type(value.plain) is type(kept)
    assert tuple(one.code for one in found) == notes


def test_a_formula_is_the_answer_that_it_gives(lists: Lists) -> None:
    value, found = values.parse(cell(D(6), formula="SUM(A1:A3)"), FIELDS["count"], lists)
    assert (value.plain, found) == (6, ())


WHEN: list[tuple[Any, tuple[Any, ...]]] = [
    ("2014-12-09", span(NINTH, NINTH, "day")),
    ("December 2014", span(date(2014, 12, 1), date(2014, 12, 31), "month")),
    ("2014年12月", span(date(2014, 12, 1), date(2014, 12, 31), "month")),
    ("early March 2015", span(date(2015, 3, 1), date(2015, 3, 10), "part")),
    ("mid March 2015", span(date(2015, 3, 11), date(2015, 3, 20), "part")),
    ("late February 2016", span(date(2016, 2, 21), date(2016, 2, 29), "part")),
    ("2015年3月上旬", span(date(2015, 3, 1), date(2015, 3, 10), "part")),
    ("2015年3月底", span(date(2015, 3, 21), date(2015, 3, 31), "part")),
    ("Q4 2014", span(date(2014, 10, 1), date(2014, 12, 31), "quarter")),
    ("2014年第四季度", span(date(2014, 10, 1), date(2014, 12, 31), "quarter")),
    ("2015", span(date(2015, 1, 1), date(2015, 12, 31), "year")),
    (D(2015), span(date(2015, 1, 1), date(2015, 12, 31), "year")),
    ("2015年", span(date(2015, 1, 1), date(2015, 12, 31), "year")),
    ("by December 2014", span(None, date(2014, 12, 31), "by")),
    ("2014年12月前", span(None, date(2014, 12, 31), "by")),
    *(
        (typed, span(None, date(2014, 12, 31), "by"))
        for typed in ("2014年底", "2014 年末", "2014年底前", "end of 2014", "by the end of 2014")
    ),
]


@pytest.mark.parametrize(("typed", "told"), WHEN)
def test_a_time_is_known_as_far_as_it_was_said(typed: Any, told: tuple[Any, ...], lists: Lists) -> None:
    value, found = values.parse(cell(typed), FIELDS["when"], lists)
    assert isinstance(value.plain, Span)
    assert ((value.plain.start, value.plain.end, value.plain.precision), found) == (told, ())


@pytest.mark.parametrize("typed", ["by " * 2000 + "2014", "前" * 5000, "2014年" + "之前" * 5000])
def test_words_without_end_are_refused_as_any_other(typed: str, lists: Lists) -> None:
    _, [one] = values.parse(cell(typed), FIELDS["when"], lists)
    assert one.code == "not_a_when"


YEARS = {"minimum": 2000, "maximum": 2049}
STRANGE_TIMES: list[tuple[str, Cell]] = [
    ("when", cell(D(2014), "date")),  # 6 July 1905
    ("when", cell(D(201412), "date")),  # the year 2451
    ("when", cell("2104年3月")),
    ("when", cell("0214年12月9日")),
    ("when", cell("1014-12-09")),
    ("when", cell("by 2104")),
    ("when", cell(D(2104))),
    ("day", cell(D(2014), "date")),
    ("day", cell("1014-12-09")),
    ("day", cell(D(73000))),
    ("period", cell("2104-Q4")),
]


@pytest.mark.parametrize(("kind", "typed"), STRANGE_TIMES)
def test_a_year_that_nobody_can_mean_is_refused(kind: str, typed: Cell, lists: Lists) -> None:
    value, [one] = values.parse(typed, field(kind, **YEARS), lists)
    assert (value.state, one.code, one.expected) == (State.UNREADABLE, "year_not_expected", "2000–2049")


@pytest.mark.parametrize("typed", [D("-1e28"), D("-1e300"), D("1e300"), D("-0.1"), D("1e-300"), D("0")])
@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_number_out_of_all_measure_is_answered(name: str, typed: D, lists: Lists) -> None:
    for shown in ("general", "number", "percent", "date", "month", "year", "text"):
        is_an_answer_or_an_error_and_never_both(name, typed, shown, "number", False, lists)


@pytest.mark.parametrize(("kind", "typed"), [("day", SERIAL), ("when", "2049年"), ("when", D(2000)), ("period", "2014-Q4")])  # fmt: skip
def test_a_year_within_the_bounds_is_taken(kind: str, typed: Any, lists: Lists) -> None:
    assert values.parse(cell(typed, "date" if kind == "day" else "general"), field(kind, **YEARS), lists)[0].given


def test_the_number_2014_1_may_be_january_or_october_and_the_text_is_neither(lists: Lists) -> None:
    """Excel keeps a typed 2014.10 as the number 2014.1."""
    _, [one] = values.parse(cell(D("2014.1")), FIELDS["when"], lists)
    assert (one.code, one.expected) == ("month_ambiguous", "2014-01 / 2014-10")
    for typed, month in (("2014.10", 10), ("2014.1", 1), (D("2014.12"), 12), (D("2014.2"), 2)):
        value, found = values.parse(cell(typed), FIELDS["when"], lists)
        assert isinstance(value.plain, Span)
        assert (value.plain.end.month, found) == (month, ())


@pytest.mark.parametrize("unit", ["number", "rmb", "share", "points"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_measured_value_has_a_maximum_too(unit: str, sign: str, lists: Lists) -> None:
    ending = "%" if unit in ("share", "points") else ""
    asked = field("measured", signed=True, maximum=10**10)
    value, [one] = values.parse(cell(sign + "9" * 40 + ending), asked, lists, unit)
    assert (value.state, one.code, one.expected) == (State.UNREADABLE, "above_maximum", "10,000,000,000")


def test_a_number_of_many_digits_is_shown_whole() -> None:
    shown = values.show_number(D("9" * 40), unit="number", decimals=2, bound=Bound.EXACT, language="en")
    assert shown.replace(",", "") == "9" * 40 + ".00"


@pytest.mark.parametrize(
    ("typed", "unit", "codes"),
    [
        (cell("413%"), "share", ["share_over_whole"]),
        (cell(D("4.13"), "percent"), "share", ["share_over_whole"]),
        (cell("100%"), "share", []),
        (cell("413%"), "relative", []),
    ],
)
def test_a_share_of_more_than_the_whole_is_asked_about(typed: Cell, unit: str, codes: list[str], lists: Lists) -> None:
    value, found = values.parse(typed, FIELDS["measured"], lists, unit)
    assert value.given
    assert [one.code for one in found if one.severity is Severity.WARNING] == codes


def test_the_shipped_rules_bound_every_number_and_time(library: Library) -> None:
    kinds = {"count", "amount", "measured", "day", "when", "period"}
    fields = [one for form in library.forms.values() for table in form.tables for one in table.fields]
    assert {one.kind for one in fields if one.kind in kinds} == kinds
    assert [one.name for one in fields if one.kind in kinds and one.maximum is None] == []
    assert {(one.minimum, one.maximum) for one in fields if one.kind in ("day", "when", "period")} == {(2000, 2049)}


def test_a_day_counted_from_1904_is_the_same_day(lists: Lists) -> None:
    value, _ = values.parse(cell(SERIAL - 1462, "date", date1904=True), FIELDS["day"], lists)
    assert value.plain == NINTH


MEASURED: list[tuple[Any, str, str, Any, Bound]] = [
    ("4.13%", "", "share", D("0.0413"), Bound.EXACT),
    (D("0.0413"), "percent", "share", D("0.0413"), Bound.EXACT),
    ("+35.88%", "", "relative", D("0.3588"), Bound.EXACT),
    ("3.98个百分点", "", "points", D("0.0398"), Bound.EXACT),
    ("307", "", "number", D(307), Bound.EXACT),
    ("more than 100", "", "number", D(100), Bound.MORE_THAN),
    ("RMB 255,700", "", "rmb", D(255700), Bound.EXACT),
    ("逾25.57万元", "", "rmb", D(255700), Bound.MORE_THAN),
    (D("12.5"), "", "number", D("12.5"), Bound.EXACT),
]


@pytest.mark.parametrize(("typed", "shown", "unit", "kept", "bound"), MEASURED)
def test_a_measured_value_is_read_in_the_unit_of_its_measure(
    typed: Any, shown: str, unit: str, kept: Any, bound: Bound, lists: Lists
) -> None:
    value, _ = values.parse(cell(typed, shown or "general"), FIELDS["measured"], lists, unit)
    assert (value.plain, value.bound, value.unit) == (kept, bound, unit)


BESIDE_MEASURES = ["20 fewer", "20 减少", "20↓", "4‰", "3.98%", "25万元", "150\n200", "120 135", "10左右", "12 tons"]


@pytest.mark.parametrize("typed", BESIDE_MEASURES)
def test_a_number_with_a_word_that_may_change_it_is_no_measured_number(typed: str, lists: Lists) -> None:
    value, [one] = values.parse(cell(typed), FIELDS["measured"], lists, "number")
    assert (value.state, one.code) == (State.UNREADABLE, "not_a_number")


def test_a_number_said_in_thousands_is_told_as_it_was_taken(lists: Lists) -> None:
    value, [note] = values.parse(cell("1.5万条"), FIELDS["measured"], lists, "number")
    assert (value.plain, note.code, note.expected) == (D(15000), "number_scaled", "15000")


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("未统计", State.NOT_RECORDED),
        (" Not Recorded ", State.NOT_RECORDED),
        ("不详", State.NOT_RECORDED),
        ("n/a", State.NOT_APPLICABLE),
        ("／", State.NOT_APPLICABLE),
        ("不适用", State.NOT_APPLICABLE),
        (None, State.BLANK),
        ("  ", State.BLANK),
    ],
)
def test_no_answer_stays_apart_from_zero_in_every_kind(name: str, typed: Any, state: State, lists: Lists) -> None:
    assert values.parse(cell(typed), FIELDS[name], lists) == (Value(state), ())


# ---- what is refused ------------------------------------------------------------------------------------

NOT_COUNTS = [
    *("150\n200", "150\r\n200", "1\n200", "1\t200", "1,200\n300", "120 135", "120 135 200", "1  200", "1,200 300", "１２０　１３５"),
    *("120，135", "1，200", "3 times", "3倍"),
    *("3k", "5O", "12男", "12女", "12 women", "5 to seven", "4‰", "20 fewer", "20 减少", "20↓", "3百分点", "5万分之一"),
    *("100左右", "100人左右", "约100", "about 100", "近100人", "100 or so", "100上下", "几十人", "12 boxes", "12个月", "百分之5人", "5千克", "1万多", "2千3"),
]  # fmt: skip
REFUSED: list[tuple[str, Cell, str]] = [
    *[("count", cell(typed), "bound_not_asked" if typed == "1万多" else "not_a_count") for typed in NOT_COUNTS],
    ("amount", cell("1,200\n300"), "not_an_amount"),
    ("amount", cell("255 700"), "not_an_amount"),
    ("amount", cell("255700人"), "not_an_amount"),
    ("amount", cell("RMB 25.57万条"), "not_an_amount"),
    ("share", cell("4‰"), "not_a_share"),
    ("share", cell("4 pct of all"), "not_a_share"),
    ("share", cell("4万"), "not_a_share"),
    ("choice", cell("meetnig"), "near_miss"),
    ("choice", cell("party"), "not_in_list"),
    ("flag", cell("maybe"), "not_a_flag"),
    ("flag", cell(D(2)), "not_a_flag"),
    ("count", cell("twelve"), "not_a_count"),
    ("count", cell("12.5"), "not_a_count"),
    ("count", cell("②"), "not_a_count"),
    ("count", cell("½"), "not_a_count"),
    ("count", cell("1,2"), "not_a_count"),
    ("count", cell(D("0.12"), "percent"), "not_a_count"),
    ("count", cell(True), "not_a_count"),
    ("count", cell(D(41641), "date"), "not_a_count"),
    ("count", cell("more than 100"), "bound_not_asked"),
    ("count", cell(D(-1)), "negative"),
    ("count from 1", cell(D(0)), "below_minimum"),
    ("count", cell(None, error="#REF!"), "error_cell"),
    ("count", cell(None, formula="SUM(A1:A3)"), "formula_without_value"),
    ("amount", cell("ten"), "not_an_amount"),
    ("amount", cell("12%"), "not_an_amount"),
    ("amount", cell(D("0.001")), "finer_than_fen"),
    ("share", cell("a third"), "not_a_share"),
    ("share", cell(D("0.0413")), "share_ambiguous"),
    ("share", cell("0.5"), "share_ambiguous"),
    ("share", cell(D(1)), "share_ambiguous"),
    ("share", cell("-4%"), "negative"),
    ("measured", cell(D(4)), "measure_missing"),
    ("day", cell("December 2014"), "not_a_day"),
    ("day", cell("2014.11-12"), "not_a_day"),  # November to December, and no 12 November
    ("when", cell("2014.11-12"), "not_a_when"),
    ("when", cell("2014-11/12"), "not_a_when"),
    ("day", cell("2014-12-09（周三）"), "no_such_day"),  # it was a Tuesday: which of the two is wrong?
    ("day", cell("Monday, 9 December 2014"), "no_such_day"),
    ("when", cell("2014年12月 周二"), "not_a_when"),
    ("when", cell("星期二"), "not_a_when"),
    ("day", cell("31.2.2014"), "not_a_day"),
    ("day", cell("2014-02-31"), "no_such_day"),
    ("day", cell(D(12)), "not_a_day"),
    ("day", cell(D("2014.1")), "not_a_day"),
    ("when", cell("soon"), "not_a_when"),
    ("when", cell("年底"), "not_a_when"),
    ("period", cell("2014"), "not_a_period"),
    ("period", cell("2014-Q5"), "not_a_period"),
    ("picture", cell("photo.jpg"), "not_a_picture"),
    ("picture", cell(None, error="picture_too_large"), "picture_too_large"),
    ("picture", cell(None, error="picture_unreadable"), "picture_unreadable"),
    ("text", cell(None, picture=Picture("a", 1, 1, "b")), "picture_in_cell"),
    ("text", cell(None, error="picture_unreadable"), "picture_in_cell"),
]


@pytest.mark.parametrize(("name", "typed", "code"), REFUSED)
def test_what_cannot_be_read_is_an_error_and_no_value(name: str, typed: Cell, code: str, lists: Lists) -> None:
    value, [one] = values.parse(typed, FIELDS[name], lists)
    assert (value, one.code, one.severity) == (Value(State.UNREADABLE), code, Severity.ERROR)
    said = messages.say(one)
    assert said.en
    assert said.zh
    assert "{" not in said.en + said.zh


def test_a_refusal_says_in_both_languages_what_stands_there_and_what_to_do(lists: Lists) -> None:
    _, [share] = values.parse(cell(D("0.5")), FIELDS["share"], lists)
    assert messages.say(share) == Words(
        "'Question' is 0.5, which may mean either of 50% / 0.5%. Please type it with its sign, like 4.13%.",
        "“问题”填的是 0.5，无法判断是 50% 还是 0.5%。请连同百分号填写，如 4.13%。",
    )
    _, [choice] = values.parse(cell("meetnig"), FIELDS["choice"], lists)
    assert messages.say(choice) == Words(
        "'Question' is 'meetnig', which is not in the list. Did you mean “会议 Meeting”? Please pick it from the list.",
        "“问题”填的是“meetnig”，不在选项之内。是否应为“会议 Meeting”？请从下拉列表中选择。",
    )
    _, [count] = values.parse(cell("12人"), FIELDS["count"], lists)
    assert messages.say(count) == Words(
        "'Question' is '12人'; the number 12 was taken from it. Digits alone are enough.",
        "“问题”填的是“12人”，按数字 12 处理。只填数字即可。",
    )
    _, [error] = values.parse(cell(None, error="#N/A"), FIELDS["count"], lists)
    assert messages.say(error) == Words(
        "'Question' shows the error #N/A. Please type the value itself, without a formula.",
        "“问题”显示错误值 #N/A。请直接填写内容，不要使用公式。",
    )


# ---- there and back -------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).filter(
    lambda text: bool(text.strip())
)
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
DECIMALS = st.decimals(0, 10**9, places=4, allow_nan=False, allow_infinity=False)
SPANS = st.builds(
    lambda text: values.span_of(text),
    st.one_of(
        DAYS.map(date.isoformat),
        DAYS.map(lambda day: f"{day.year}-{day.month:02}"),
        DAYS.map(lambda day: f"{day.year}年{day.month}月上旬"),
        DAYS.map(lambda day: f"late {day:%B} {day.year}"),
        DAYS.map(lambda day: f"Q{(day.month + 2) // 3} {day.year}"),
        DAYS.map(lambda day: f"by {day:%B} {day.year}"),
        DAYS.map(lambda day: f"{day.year}"),
    ),
)
GIVEN: dict[str, st.SearchStrategy[Value]] = {
    "choice": st.sampled_from(["tot", "meeting", "other"]).map(lambda plain: Value(State.GIVEN, plain)),
    "flag": st.booleans().map(lambda plain: Value(State.GIVEN, plain)),
    "count or more": st.builds(
        lambda plain, bound: Value(State.GIVEN, plain, bound), st.integers(0, 10**9), st.sampled_from(Bound)
    ),
    "amount": st.builds(
        lambda plain, bound: Value(State.GIVEN, plain, bound, "fen"), st.integers(0, 10**12), st.sampled_from(Bound)
    ),
    "share": DECIMALS.map(lambda plain: Value(State.GIVEN, plain, unit="share")),
    "day": DAYS.map(lambda plain: Value(State.GIVEN, plain)),
    "when": SPANS.map(lambda plain: Value(State.GIVEN, plain)),
    "period": st.builds(
        lambda year, quarter: Value(State.GIVEN, Period(year, quarter)), st.integers(2000, 2099), st.integers(1, 4)
    ),
    "measured": st.builds(
        lambda plain, unit, bound: Value(State.GIVEN, plain, bound, unit),
        st.decimals(-(10**6), 10**6, places=4, allow_nan=False),
        st.sampled_from(["number", "share", "rmb", "relative", "points"]),
        st.sampled_from(Bound),
    ),
}


def meant(value: Value) -> Any:
    """Return what a value says, whatever the words and the digits' number."""
    plain = value.plain
    if isinstance(plain, Span):
        plain = (plain.start, plain.end, plain.precision)
    return value.state, plain, value.bound, value.unit


@pytest.mark.parametrize("name", sorted(GIVEN))
@settings(max_examples=60, deadline=None)
@given(data=st.data(), language=st.sampled_from(["en", "zh"]))
def test_what_is_shown_and_typed_again_is_the_same_answer(
    name: str, data: st.DataObject, language: str, lists: Lists
) -> None:
    value = data.draw(GIVEN[name])
    shown = values.show(value, FIELDS[name], language, lists)
    again, _ = values.parse(cell(shown), FIELDS[name], lists, value.unit)
    assert meant(again) == meant(value)


@pytest.mark.parametrize("name", sorted(GIVEN))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_the_ledger_keeps_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    value = data.draw(GIVEN[name])
    assert values.restore(values.keep(value), FIELDS[name].kind) == value


@pytest.mark.parametrize("state", [state for state in State if state is not State.GIVEN])
def test_an_answer_without_a_value_is_kept_as_what_it_is(state: State) -> None:
    assert values.restore(values.keep(Value(state)), "count") == Value(state)
    assert values.keep(BLANK) is None


def test_a_picture_is_kept_with_both_its_fingerprints() -> None:
    value = Value(State.GIVEN, Picture("original", 4, 3, "clean"))
    assert values.restore(values.keep(value), "picture") == value


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.text(string.digits + ".,%-+ 元万以上年月日季度<>≥①½"),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.integers().map(Decimal),
)


def is_an_answer_or_an_error_and_never_both(
    name: str, typed: Any, shown: str, unit: str | None, date1904: bool, lists: Lists
) -> None:
    value, found = values.parse(cell(typed, shown, date1904=date1904), FIELDS[name], lists, unit)
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert value.given == (value.plain is not None)
    assert bool(errors) == (value.state is State.UNREADABLE)
    for one in found:
        assert messages.say(one).zh


WHATEVER = given(
    name=st.sampled_from(sorted(FIELDS)),
    typed=ANYTHING,
    shown=st.sampled_from(["general", "number", "percent", "date", "text"]),
    unit=st.sampled_from([None, "number", "share", "rmb", "relative", "points", "amount"]),
    date1904=st.booleans(),
)
test_whatever_is_typed_is_an_answer_or_an_error_and_never_both = few(100)(
    WHATEVER(is_an_answer_or_an_error_and_never_both)
)
test_much_that_is_typed_is_an_answer_or_an_error_and_never_both = many(1000)(
    WHATEVER(is_an_answer_or_an_error_and_never_both)
)
