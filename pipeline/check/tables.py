"""Rules of a table, and of a table beside the others of the same return."""

from __future__ import annotations

import calendar
import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from pipeline import values
from pipeline.check.records import told_of
from pipeline.check.rows import judge_rows, one_of, pattern
from pipeline.messages import finding
from pipeline.model import Field, Finding, Period, Reading, Record, Span, Stamp, State, Table, Terms

Return = Mapping[str, Sequence[Record]]  # the records of one return by table
TableRule = Callable[[Sequence[Record], Table, Return], Iterator[Finding]]


def judge_table(
    records: Sequence[Record], table: Table, stamp: Stamp, terms: Terms, beside: Return
) -> Iterator[Finding]:
    """Yield what the rules say of a table's rows, each with its place."""
    yield from judge_rows(records, table)
    for record in records if table.one_of else ():
        yield from one_of(record, table, stamp, terms)
    for field in table.fields:
        for record in records if field.pattern and not field.or_ref else ():
            yield from pattern(record, field, stamp, terms)
    yield from repeated_key(records, table)
    yield from not_unique(records, table)
    yield from looks_twice(records, table)
    for name in table.rules:
        yield from TABLE_RULES[name](records, table, beside)


# ---- rows that are the same ------------------------------------------------------------------------


def repeated_key(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """No two rows have the same key.  A key that is not whole is blamed for that alone."""
    asked = [(name, table.field(name).required) for name in table.key]
    keys = Counter(record.key for record in records) if asked else {}
    typed: dict[str, str] = {}
    for record in records if asked else ():
        if keys[record.key] > 1 and _has_key(record, asked):
            text = " / ".join(record.typed[name] for name, _ in asked if record[name].given)
            titles = [table.field(name).title for name, _ in asked]
            words = {f"label_{language}": " / ".join(title[language] for title in titles) for language in ("en", "zh")}
            found = typed.setdefault(record.key, text)
            yield told_of("repeated_key", record, table, table.key[0], found=found, **words)


def _has_key(record: Record, asked: Sequence[tuple[str, bool]]) -> bool:
    """Whether a row's key can be told from others: something is in it, and nothing is missing or unreadable."""
    states = [(record[name].state, required) for name, required in asked]
    lacking = any(state is State.UNREADABLE or (state is State.BLANK and required) for state, required in states)
    return not lacking and bool(record.key.strip(";"))


def not_unique(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """A field that may have a value once has it once."""
    for field in table.fields:
        given = [record for record in records if field.unique and record[field.name].given]
        seen = Counter(record[field.name].plain for record in given)
        for record in given:
            if seen[record[field.name].plain] > 1:
                yield told_of("not_unique", record, table, field.name)


def looks_twice(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """Two rows under different codes agree in all that tells rows apart: probably one thing, reported twice."""
    told: set[str] = set()
    for group in table.alike:
        first: dict[tuple[object, ...], Record] = {}
        for record in records:
            same = values.likeness([record[name] for name in group])
            other = first.setdefault(same, record) if same else record
            if other.key != record.key and record.ref not in told:
                told.add(record.ref)
                words = names_of(group, table)
                at = other.cells.get(group[0], "")
                yield told_of("looks_twice", record, table, group[0], other=other.key, at=at, **words)


def names_of(group: Sequence[str], table: Table) -> dict[str, str]:
    """Return the titles of some fields as messages ask for them."""
    titles = [table.field(name).title for name in group]
    return {
        "names_en": ", ".join(title.en for title in titles),
        "names_zh": "、".join(title.zh for title in titles),
    }


# ---- rules that a form names -----------------------------------------------------------------------


def change_stands_alone(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """A change is typed only where before or after is not known: else it is computed."""
    for record in records:
        if record["change"].state is not State.BLANK and record["before"].given and record["after"].given:
            yield told_of("change_not_needed", record, table, "change")


def a_pair_is_a_pair(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """A pair of pictures has exactly one before and one after; a picture without its moment is blamed for that alone."""
    pairs: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record["pair"].given:
            pairs[str(record["pair"].plain)].append(record)
    for pair, members in pairs.items():
        moments = sorted(str(record["moment"].plain) for record in members)
        if moments != ["after", "before"] and all(record["moment"].given for record in members):
            for record in members:
                yield told_of("pair_incomplete", record, table, "pair", found=pair)


def done_in_its_quarter(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """An activity is reported as completed in the quarter in which it ended."""
    for record in records:
        if record["status"].plain == "done":
            yield from _in_its_quarter(record, table, "ends" if record["ends"].given else "starts")


def completed_in_its_quarter(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """A module is reported as completed in the quarter in which the enterprise completed it."""
    for record in records:
        if record["status"].plain == "completed":
            yield from _in_its_quarter(record, table, "completed_on")


def _in_its_quarter(record: Record, table: Table, field: str) -> Iterator[Finding]:
    when, (first, last) = record[field].plain, days_of(record.period)
    if isinstance(when, Span) and (when.end < first or (when.start or when.end) > last):
        yield told_of("outside_period", record, table, field, f"{first} – {last}")


def days_of(period: Period) -> tuple[date, date]:
    """Return the first and the last day of a quarter.

    >>> [day.isoformat() for day in days_of(Period(2014, 4))]
    ['2014-10-01', '2014-12-31']
    """
    month = 3 * period.quarter
    return date(period.year, month - 2, 1), date(period.year, month, calendar.monthrange(period.year, month)[1])


def of_its_trainings_module(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """Progress that names an activity is in the module that the activity trained."""
    trainings = _by_key(beside.get("activities", ()))
    for record in records:
        training = trainings.get(str(record["activity_code"].plain))
        if training and training["module"].given and record["module"].given and training["module"] != record["module"]:
            yield told_of("training_other_module", record, table, "module", **_named(training, "module"))


def through_a_training_held(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """Nobody completes a module through an activity that was cancelled."""
    trainings = _by_key(beside.get("activities", ()))
    for record in records:
        training = trainings.get(str(record["activity_code"].plain))
        if training and training["status"].plain == "cancelled" and record["status"].plain == "completed":
            yield told_of("training_cancelled", record, table, "status", **_named(training, "status"))


def no_more_than_took_part(records: Sequence[Record], table: Table, beside: Return) -> Iterator[Finding]:
    """Not more enterprises name an activity in the sheet of progress than took part in it."""
    through: dict[str, set[str]] = defaultdict(set)
    for record in beside.get("progress", ()):
        if record["activity_code"].given and record["enterprise_code"].given:
            through[str(record["activity_code"].plain)].add(str(record["enterprise_code"].plain))
    for record in records:
        took_part, named = record["enterprises"].plain, len(through[record.key])
        if isinstance(took_part, int) and named > took_part:
            yield told_of("training_too_few", record, table, "enterprises", n=str(named))


def _by_key(records: Sequence[Record]) -> dict[str, Record]:
    return {record.key: record for record in records}


def _named(training: Record, field: str) -> dict[str, str]:
    return {"activity": training.key, "tab": training.sheet, "there": training.typed[field]}


TABLE_RULES: Mapping[str, TableRule] = {
    rule.__name__: rule
    for rule in (
        change_stands_alone,
        a_pair_is_a_pair,
        done_in_its_quarter,
        completed_in_its_quarter,
        of_its_trainings_module,
        through_a_training_held,
        no_more_than_took_part,
    )
}


# ---- nothing to report -----------------------------------------------------------------------------


def nothing_to_report(reading: Reading) -> frozenset[str]:
    """Return the tables whose line "nothing to report" on the cover is ticked."""
    cover = reading.sheets["cover"]
    [row] = cover.rows
    ticked = set()
    for table in reading.form.tables:
        field = Field(f"nothing_{table.name}", table.title, "flag")
        value, _ = values.parse(row.cells.get(field.name), field, {})
        if value.plain is True:
            ticked.add(table.name)
    return frozenset(ticked)


def silence(reading: Reading, beside: Return, nothing: frozenset[str]) -> list[Finding]:
    """An empty table is a fact only where "nothing to report" says so; a filled one is not nothing."""
    cover = reading.sheets["cover"]
    found = []
    for table in reading.form.tables:
        filled = bool(beside[table.name])
        asked = table.silence == "tick" and table.name in reading.sheets
        if not asked or filled != (table.name in nothing):
            continue
        code = "ticked_but_filled" if filled else "silent"
        at = cover.columns.get(f"nothing_{table.name}")
        one = finding(code, table_en=table.title.en, table_zh=table.title.zh, tab=reading.sheets[table.name].name)
        found.append(dataclasses.replace(one, sheet=cover.name, cells=(at,) if at else (), table=table.name))
    return found
