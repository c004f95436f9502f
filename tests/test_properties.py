"""What always holds, whatever is sent: no silent drops, no order, no effect of the same again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.examine import examine
from pipeline.form import load_guidance, load_library, write_blank
from pipeline.indicators import compute_indicators
from pipeline.merge import merge_returns
from pipeline.model import Checked, Field, Known, Period, Span, Table, Terms
from pipeline.run import run
from pipeline.run.ask import figures
from pipeline.settings import Settings
from tests.build import Percent, workbook
from tests.conftest import NOW, ROOT, Send, few, many
from tests.test_forms import known
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


def merging_is_order_free(told: dict[str, list[dict[str, Any]]], random: Any) -> None:
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


RETURNS = given(returns(), st.randoms())
test_merging_is_order_free_and_drops_nothing_in_silence = few(8)(RETURNS(merging_is_order_free))
test_merging_many_times_is_order_free_and_drops_nothing_in_silence = many(40)(RETURNS(merging_is_order_free))


def the_same_twice_changes_nothing(office: Settings, send: Send, trainers: int) -> None:
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


TWICE = given(trainers=st.integers(1, 50))
test_the_same_submission_twice_changes_nothing = few(2)(TWICE(the_same_twice_changes_nothing))
test_many_submissions_twice_change_nothing = many(8)(TWICE(the_same_twice_changes_nothing))


# ---- a form filled in, in any accepted way, says what was meant -------------------------------------------

FORM = LIBRARY.forms["province"]
READ_BY = Terms({"measures": {"defect_rate": "share", "benefit": "rmb", "suggestions": "number"}}, PREFIXES)
BLANK = write_blank(FORM, LIBRARY, load_guidance(ROOT / "templates"), known())
FILLED = [table.name for table in FORM.tables if table.layout == "rows"]
Typed = st.SearchStrategy[tuple[Any, Any]]  # what is meant, and how it is typed


def wide(text: object) -> str:
    """Return a text with its digits and letters as a Chinese keyboard may write them."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in str(text))


def ways(meant: st.SearchStrategy[Any], *typed: Callable[[Any], Any]) -> Typed:
    return st.tuples(meant, st.sampled_from(typed)).map(lambda pair: (pair[0], pair[1](pair[0])))


def month(way: str) -> Callable[[Span], str]:
    return lambda span: way.format(year=span.end.year, month=span.end.month, name=f"{span.end:%B}")


DAYS = st.dates(date(2001, 1, 1), date(2030, 12, 31))
MONTHS = DAYS.map(lambda day: Span(day.replace(day=1), _last(day), "month", ""))
BY = MONTHS.map(lambda span: Span(None, span.end, "by", ""))
PARTS = st.tuples(DAYS, st.sampled_from([1, 11, 21])).map(lambda two: part_of_month(*two))
WHOLE: dict[str, Typed] = {
    "text": ways(st.sampled_from(["泰兴 二期", "Words, and more"]), str, lambda text: f"  {text}\n"),
    "flag": ways(st.just(True), *(lambda _, way=way: way for way in ("是", "yes", "√", "Y", 1, True)))
    | ways(st.just(False), *(lambda _, way=way: way for way in ("否", "no", "×", "N", 0, False))),
    "count": ways(st.integers(1, 10**6), int, str, float, wide, lambda n: f" {n:,} ", lambda n: f"{n}人", lambda n: f"{n}.0"),
    "amount": ways(st.integers(1, 10**9).map(lambda yuan: yuan * 100), lambda fen: fen // 100, lambda fen: f"RMB {fen // 100:,}", lambda fen: f"￥{fen // 100}", lambda fen: f"{wide(fen // 100)}元"),
    "day": ways(DAYS, lambda day: day, date.isoformat, lambda day: f"{day.year}年{day.month}月{day.day}日", lambda day: f"{day.year}/{day.month}/{day.day}", lambda day: wide(day.isoformat()), lambda day: f"{day.day} {day:%B} {day.year}"),
    "when": ways(MONTHS, month("{name} {year}"), month("{year}年{month}月"), month("{year}-{month:02}"))
    | ways(BY, month("by {name} {year}"), month("{year}年{month}月前"))
    | ways(PARTS, lambda span: PART[span.start.day].format(f"{span.end:%B} {span.end.year}"), lambda span: f"{span.end.year}年{span.end.month}月{PART_ZH[span.start.day]}")
    | ways(DAYS.map(lambda day: Span(day, day, "day", "")), lambda span: span.start, lambda span: span.start.isoformat()),
    "period": ways(st.builds(Period, st.integers(2010, 2030), st.integers(1, 4)), str, lambda p: f"{p.year}年第{'一二三四'[p.quarter - 1]}季度", lambda p: f"Q{p.quarter} {p.year}"),
    "codes": ways(st.just(("NO-001", "NO-002")), "；".join, ", ".join, "、".join, "\n".join),
}  # fmt: skip
PART, PART_ZH = {1: "early {}", 11: "mid {}", 21: "late {}"}, {1: "上旬", 11: "中旬", 21: "下旬"}


def _last(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def part_of_month(day: date, first: int) -> Span:
    start = day.replace(day=first)
    return Span(start, _last(day) if first == 21 else start + timedelta(days=9), "part", "")


def told_in(field: Field) -> Typed | None:
    """Return what may be meant in a field and how it may be typed; None for pictures, and values of a measure."""
    if field.kind == "choice":
        entries = LIBRARY.lists[str(field.list)]
        said = {code: (code, entry.words.en, entry.words.zh, f"{entry.words.zh} {entry.words.en}", *entry.spellings) for code, entry in entries.items()}  # fmt: skip
        return st.sampled_from(sorted(said)).flatmap(lambda code: st.tuples(st.just(code), st.sampled_from(said[code])))
    if field.kind == "code":
        meant = "NO-001" if "{OFFICE}" in (field.pattern or "") else "town"
        typed = (str, wide, lambda code: f" {code.lower()} ") if meant == "NO-001" else (str, wide)
        return ways(st.just(meant), *typed)
    return WHOLE.get({"long": "text"}.get(field.kind, field.kind))


@st.composite
def rows_of(draw: st.DrawFn, table: Table) -> dict[str, tuple[Any, Any]]:
    """Draw a row: of each field what is meant and what is typed, or nothing."""
    asked = {field.name: told for field in table.fields if (told := told_in(field)) is not None}
    drawn = {name: draw(st.none() | told) for name, told in asked.items()}
    row = {name: pair for name, pair in drawn.items() if pair}
    if table.name == "results":
        row |= draw(st.sampled_from(MEASURED))
    return row


MEASURED: list[dict[str, tuple[Any, Any]]] = [
    {"measure": ("defect_rate", "defect_rate"), "before": (Decimal("0.0413"), typed)}
    for typed in ("4.13%", "４．１３％", "4.13 %", "百分之4.13", Percent(Decimal("0.0413")), 4.13)
] + [
    {"measure": ("suggestions", "suggestions"), "before": (Decimal(307), 307), "after": (Decimal(100), "more than 100")},
    {"measure": ("benefit", "benefit"), "before": (Decimal(255700), "RMB 255,700"), "after": (Decimal(255700), "25.57万元")},
]  # fmt: skip


def filled_in(table: Table, row: dict[str, tuple[Any, Any]]) -> bytes:
    """Type a row into the blank form, as a person at Excel does."""
    book = load_workbook(io.BytesIO(BLANK))
    for column, field in enumerate(table.fields, 1):
        if field.name in row:
            cell, typed = book[table.tab].cell(5, column), row[field.name][1]
            if isinstance(typed, Percent):
                typed, cell.number_format = typed.ratio, typed.format
            cell.value = typed
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def says_what_was_meant(
    filled: tuple[Table, dict[str, tuple[Any, Any]]],
) -> None:
    table, row = filled
    checked = examine(filled_in(table, row), LIBRARY, READ_BY)
    records = [record for record in checked.records if record.table == table.name]
    assert len(records) == bool(row)
    for record in records:
        said = {name: spoken(value.plain) for name, value in record.values.items() if value.given}
        assert said == {name: spoken(meant) for name, (meant, _) in row.items()}


FILLINGS = st.sampled_from(FILLED).flatmap(lambda name: st.tuples(st.just(FORM.table(name)), rows_of(FORM.table(name))))
test_a_form_filled_in_any_accepted_way_says_what_was_meant = few(8)(given(FILLINGS)(says_what_was_meant))
test_many_forms_filled_in_any_accepted_way_say_what_was_meant = many(150)(given(FILLINGS)(says_what_was_meant))


def spoken(plain: Any) -> Any:
    """Return a value without the words of a time: it keeps them as they were typed."""
    return (plain.start, plain.end, plain.precision) if isinstance(plain, Span) else plain


def resave(path: Path) -> None:
    """Save a workbook as a spreadsheet program does that is only opened: other bytes, the same answers."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    before = path.read_bytes()
    book.save(path)
    assert path.read_bytes() != before
