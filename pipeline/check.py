"""A Reading -> checked records, and everything that a person should look at.  Pure.

`check_reading` looks at one workbook by its form; `against` at the same records beside what
is known of others; `let_pass` marks what the project office has accepted as it is.
A rule is a small generator whose docstring is its documentation; those named in a form's
`rules` are `TABLE_RULES`.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from pipeline import values
from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import (
    NOT_ASKED,
    Bound,
    Cell,
    Checked,
    Condition,
    Field,
    Finding,
    Form,
    Known,
    Library,
    Lists,
    Period,
    Reading,
    Record,
    Row,
    Sheet,
    Span,
    Stamp,
    State,
    Table,
    Terms,
    Value,
    Words,
)

RULES_EDITION = 1  # raised by hand when a rule means something else, so that workbooks are looked at anew


def check_reading(reading: Reading, lists: Lists, terms: Terms) -> Checked:
    """Return the records of a workbook and every finding, in the order of the form.

    All rules look at all rows, so that an office gets one answer and not one for each time
    it sends.  Bad data is what it is for: the one thing that stops it is a cover that does
    not say who sends what for when.

    Raises:
        RefusedFile: the cover's stamps are not those of an office and a period.
    """
    [cover] = _records(reading, reading.form.table("cover"), lists, terms, None)[0]
    stamp = _stamp(cover, reading)
    records: list[Record] = []
    findings = list(reading.findings)
    for table in reading.form.tables:
        rows, typed = _records(reading, table, lists, terms, stamp)
        records += rows
        findings += typed + _judge(rows, table, stamp, terms)
    nothing = _nothing(reading)
    findings += _silence(reading, records, nothing)
    return Checked(stamp, tuple(records), nothing, _gather(findings))


# ---- rows become records ---------------------------------------------------------------------------


def _records(
    reading: Reading, table: Table, lists: Lists, terms: Terms, stamp: Stamp | None
) -> tuple[list[Record], list[Finding]]:
    """Return a table's rows as records, and what is to be said of how they were typed."""
    sheet = reading.sheets.get(table.name)
    records, findings = [], []
    for row in sheet.rows if sheet else ():
        record, typed = _record(reading, table, row, lists, terms, stamp)
        records.append(record)
        findings += typed
    return records, findings


def _record(
    reading: Reading, table: Table, row: Row, lists: Lists, terms: Terms, stamp: Stamp | None
) -> tuple[Record, list[Finding]]:
    sheet = reading.sheets[table.name]
    found: dict[str, Value] = {}
    findings = []
    for field in sorted(table.fields, key=lambda field: field.unit_of is not None):
        unit = _unit(field, table, found, terms)
        found[field.name], typed = _answer(reading, table, row, field, lists, unit)
        findings += [_at(one, sheet, row, table, field) for one in typed]
    key = key_of(table, found)
    record = Record(
        ref=_ref(stamp, table, row),
        office=stamp.office if stamp else "",
        period=stamp.period if stamp else Period(0, 1),
        table=table.name,
        key=key,
        sheet=sheet.name,
        row=row.number,
        values={field.name: found[field.name] for field in table.fields},
        cells={field.name: at for field in table.fields if (at := sheet.at(row, field.name))},
        typed={name: values.told(cell) for name, cell in row.cells.items()},
    )
    return record, [dataclasses.replace(one, key=key) for one in findings]


def _answer(
    reading: Reading, table: Table, row: Row, field: Field, lists: Lists, unit: str | None
) -> tuple[Value, tuple[Finding, ...]]:
    if field.name not in reading.sheets[table.name].columns and not reading.asks(table, field.since):
        return NOT_ASKED, ()
    return values.parse(row.cells.get(field.name), field, lists, unit)


def _unit(field: Field, table: Table, found: Mapping[str, Value], terms: Terms) -> str | None:
    """Return the unit a measured value is typed in: that of its row's measure, or the one picked."""
    if field.kind != "measured":
        return None
    if field.unit_of is None:
        return "number"
    source = table.field(field.unit_of)
    picked = found[source.name]
    if not picked.given:
        return None
    return terms.units.get(source.ref or "", {}).get(str(picked.plain)) if source.ref else str(picked.plain)


def key_of(table: Table, found: Mapping[str, Value]) -> str:
    """Return a row's key: its key fields as kept, joined by ";"."""
    return ";".join("" if not found[name].given else str(found[name].plain) for name in table.key)


def _ref(stamp: Stamp | None, table: Table, row: Row) -> str:
    return f"{stamp.office}/{stamp.period}/v{stamp.version}/{table.name}/{row.number}" if stamp else ""


def _at(one: Finding, sheet: Sheet, row: Row, table: Table, field: Field) -> Finding:
    at = sheet.at(row, field.name)
    return dataclasses.replace(one, sheet=sheet.name, cells=(at,) if at else (), table=table.name, field=field.name)


def _stamp(cover: Record, reading: Reading) -> Stamp:
    """Return who sent what for when; RefusedFile names the stamp that is missing."""
    fields = {name: reading.form.table("cover").field(name) for name in ("office", "period")}
    version, signed = cover["version"].plain, cover["signed_on"].plain
    office = _stamped(cover, fields["office"], "text", "jiangsu")
    if not isinstance(office, str) or not OFFICE.fullmatch(office):
        raise _unstamped(cover, fields["office"], "jiangsu")
    period = _stamped(cover, fields["period"], "period", "2014-Q4")
    assert isinstance(period, Period)
    return Stamp(
        form=reading.form.name,
        edition=reading.edition,
        office=office,
        period=period,
        version=version if isinstance(version, int) else 1,
        signed_on=signed if isinstance(signed, date) else None,
        whats_new=str(cover["whats_new"].plain or ""),
    )


OFFICE = re.compile(r"[a-z]+(-[a-z]+)*")


def _stamped(cover: Record, field: Field, kind: str, example: str) -> object:
    value, _ = values.parse(
        Cell(cover.sheet, "", cover.typed.get(field.name)), dataclasses.replace(field, kind=kind), {}
    )
    if not value.given:
        raise _unstamped(cover, field, example)
    return value.plain


def _unstamped(cover: Record, field: Field, example: str) -> RefusedFile:
    words = field.title
    return RefusedFile(
        "stamp_missing", found=cover.typed.get(field.name, ""), expected=example, label_en=words.en, label_zh=words.zh
    )


# ---- rules of one row ------------------------------------------------------------------------------

Rule = Callable[[Record, Field, Table], Iterator[Finding]]


def required(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A required answer is missing.  A zero counts as an answer, and so does "not recorded"."""
    if field.required and record[field.name].state is State.BLANK:
        yield finding("required")


def required_if(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """An answer is required because of another one in the same row."""
    condition = field.required_if
    if condition and record[field.name].state is State.BLANK and holds(condition, record):
        other = table.field(condition.field).title
        yield finding("required_if", other_en=other.en, other_zh=other.zh, other=record.typed.get(condition.field, ""))


def part_of(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A part (of whom women) is at most its whole."""
    part, whole = record[field.name], record[field.part_of or ""]
    if field.part_of and _number(part) is not None and _number(whole) is not None and part.plain > whole.plain:  # type: ignore[operator]
        words = table.field(field.part_of).title
        typed = record.typed.get(field.part_of, "")
        yield finding(
            "part_exceeds_whole",
            expected=f"0 – {typed}",
            whole_en=words.en,
            whole_zh=words.zh,
            whole=typed,
            at=record.cells.get(field.part_of, ""),
        )


def not_before(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """An end is not before its start."""
    start, end = record[field.not_before or ""].plain, record[field.name].plain
    if isinstance(start, Span) and isinstance(end, Span) and start.start and end.end < start.start:
        words = table.field(str(field.not_before)).title
        yield finding(
            "ends_before_start", other_en=words.en, other_zh=words.zh, other=record.typed.get(str(field.not_before), "")
        )


FIELD_RULES: tuple[Rule, ...] = (required, required_if, part_of, not_before)


def _number(value: Value) -> int | Decimal | None:
    exact = value.given and value.bound is Bound.EXACT and not isinstance(value.plain, bool)
    return value.plain if exact and isinstance(value.plain, (int, Decimal)) else None


def holds(condition: Condition, record: Record) -> bool:
    """Whether a condition of a form holds for a row.

    >>> holds(Condition("status", "in", ("done",)), Record("", "", Period(2014, 4), "", "", "", 5, {}, {}, {}))
    False
    """
    value = record[condition.field]
    if not value.given:
        return False
    text = str(value.plain).lower() if isinstance(value.plain, bool) else str(value.plain)
    return OPERATIONS[condition.op](text, condition.values)


OPERATIONS: Mapping[str, Callable[[str, tuple[str, ...]], bool]] = {
    "given": lambda text, wanted: True,
    "==": lambda text, wanted: text in wanted,
    "in": lambda text, wanted: text in wanted,
    "!=": lambda text, wanted: text not in wanted,
    "not in": lambda text, wanted: text not in wanted,
    ">": lambda text, wanted: text.isdigit() and int(text) > int(wanted[0]),
}


# ---- rules of a table ------------------------------------------------------------------------------


def _judge(records: Sequence[Record], table: Table, stamp: Stamp, terms: Terms) -> list[Finding]:
    """Return what the rules say of a table's rows, each with its place."""
    found = [
        _placed(one, record, field.name, field.title)
        for record in records
        for field in table.fields
        for rule in FIELD_RULES
        for one in rule(record, field, table)
    ]
    found += [one for record in records for one in _one_of(record, table, stamp, terms)]
    found += [one for record in records for one in _patterns(record, table, stamp, terms)]
    found += list(_repeated(records, table))
    return found + [one for name in table.rules for one in TABLE_RULES[name](records, table)]


def _placed(one: Finding, record: Record, field: str, words: Words) -> Finding:
    at = record.cells.get(field)
    return dataclasses.replace(
        one,
        sheet=record.sheet,
        cells=(at,) if at else (),
        table=record.table,
        field=field,
        key=record.key,
        found=one.found if one.found is not None else record.typed.get(field, ""),
        params={"label_en": words.en, "label_zh": words.zh, **one.params},
    )


def _one_of(record: Record, table: Table, stamp: Stamp, terms: Terms) -> Iterator[Finding]:
    """At least one of a group is given; a joint activity takes its title from the register."""
    for group in table.one_of:
        registered = all(table.field(name).unite == "register" for name in group)
        if any(record[name].state is not State.BLANK for name in group) or (
            registered and _is_joint(record, table, stamp, terms)
        ):
            continue
        titles = [table.field(name).title for name in group]
        words = {
            "names_en": " / ".join(title.en for title in titles),
            "names_zh": " / ".join(title.zh for title in titles),
        }
        yield _placed(finding("one_of", expected=words["names_en"], **words), record, group[0], titles[0])


def _is_joint(record: Record, table: Table, stamp: Stamp, terms: Terms) -> bool:
    """Whether a row's code is one of the register of joint activities instead of the office's own."""
    codes = [field for field in table.fields if field.or_ref and field.pattern]
    return any(record[field.name].given and not _fits(record, field, stamp, terms) for field in codes)


def _fits(record: Record, field: Field, stamp: Stamp, terms: Terms) -> bool:
    prefix = terms.prefixes.get(stamp.office, "[A-Z]{2}")
    return bool(re.fullmatch(str(field.pattern).replace("{OFFICE}", prefix), str(record[field.name].plain)))


def _patterns(record: Record, table: Table, stamp: Stamp, terms: Terms) -> Iterator[Finding]:
    """A code is written as the form says; a code of a joint activity is judged by the register."""
    for field in table.fields:
        if field.pattern and not field.or_ref and record[field.name].given and not _fits(record, field, stamp, terms):
            example = _example(field.pattern.replace("{OFFICE}", terms.prefixes.get(stamp.office, "XX")))
            yield _placed(finding("wrong_pattern", expected=example), record, field.name, field.title)


def _example(pattern: str) -> str:
    """Return a code as a pattern has it, for a person to copy.

    >>> _example(r"JS-\\d{4}Q[1-4]-\\d{2}"), _example("[A-Z]{2}"), _example("[a-z]+(-[a-z]+)*")
    ('JS-0000Q1-00', 'AA', 'a')
    """
    plain = re.sub(r"\([^()]*\)\*", "", pattern)
    plain = re.sub(r"\\d|\[(.)[^\]]*\]", lambda match: match[1] or "0", plain)
    return re.sub(r"(.)\{(\d)\}", lambda match: match[1] * int(match[2]), plain).replace("+", "")


def _repeated(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """No two rows have the same key, and a unique field has no value twice."""
    keys = Counter(record.key for record in records)
    for record in records if table.key else ():
        if keys[record.key] > 1 and record.key.strip(";"):
            field = table.field(table.key[0])
            yield _placed(finding("repeated_key", found=record.key), record, field.name, field.title)
    for field in table.fields:
        seen = Counter(record[field.name].plain for record in records if field.unique and record[field.name].given)
        for record in records if field.unique else ():
            if seen[record[field.name].plain] > 1:
                yield _placed(finding("not_unique"), record, field.name, field.title)


TableRule = Callable[[Sequence[Record], Table], Iterator[Finding]]


def change_stands_alone(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """A change is typed only where before or after is not known: else it is computed."""
    for record in records:
        if record["change"].given and record["before"].given and record["after"].given:
            yield _placed(finding("change_not_needed"), record, "change", table.field("change").title)


def a_pair_is_a_pair(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """A pair of pictures has exactly one before and one after."""
    pairs: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record["pair"].given:
            pairs[str(record["pair"].plain)].append(record)
    for pair, members in pairs.items():
        moments = sorted(str(record["moment"].plain) for record in members)
        if moments != ["after", "before"]:
            yield _placed(finding("pair_incomplete", found=pair), members[0], "pair", table.field("pair").title)


TABLE_RULES: Mapping[str, TableRule] = {rule.__name__: rule for rule in (change_stands_alone, a_pair_is_a_pair)}


def _nothing(reading: Reading) -> frozenset[str]:
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


def _silence(reading: Reading, records: Sequence[Record], nothing: frozenset[str]) -> list[Finding]:
    """An empty table is a fact only where "nothing to report" says so; a filled one is not nothing."""
    filled = {record.table for record in records}
    cover = reading.sheets["cover"]
    found = []
    for table in reading.form.tables:
        asked = table.silence == "tick" and table.name in reading.sheets
        if not asked or (table.name in filled) != (table.name in nothing):
            continue
        code = "ticked_but_filled" if table.name in filled else "silent"
        at = cover.columns.get(f"nothing_{table.name}")
        one = finding(code, table_en=table.title.en, table_zh=table.title.zh, tab=reading.sheets[table.name].name)
        found.append(dataclasses.replace(one, sheet=cover.name, cells=(at,) if at else (), table=table.name))
    return found


# ---- beside what is known of others ----------------------------------------------------------------


def against(checked: Checked, form: Form, known: Known, indicators: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return what a return's records say that the registers, or its own other tables, do not know.

    A register that nobody has sent yet judges nothing.
    """
    codes = {"indicators": set(indicators)} | {table: _codes(known.rows(table)) for table in known.tables}
    for record in checked.records:
        codes.setdefault(record.table, set()).add(record.key.split(";")[0])
    found = [
        one
        for record in checked.records
        for field in form.table(record.table).fields
        for one in (*_unknown(record, field, codes, form), *_unregistered(record, field, codes, known))
    ]
    return _gather(found)


def unregistered_conditions(library: Library, known: Known, office: str) -> tuple[Finding, ...]:
    """Return where an indicator asks for a code that its register lacks: no row can ever meet it.

    A register that nobody has sent yet judges nothing.

    Args:
        office: whom the findings are for, the project office.
    """
    refs = {
        (table.name, field.name): field.ref
        for form in library.forms.values()
        for table in form.tables
        for field in table.fields
        if field.ref and known.rows(field.ref)
    }
    return tuple(
        one
        for indicator in library.indicators.values()
        for table, where in indicator.conditions()
        for name, wanted in where.items()
        if (ref := refs.get((table, name)))
        for one in _not_in(known, ref, wanted, indicator.code, name, office)
    )


def _not_in(
    known: Known, ref: str, wanted: Iterable[str], indicator: str, field: str, office: str
) -> Iterator[Finding]:
    codes = _codes(known.rows(ref))
    for code in wanted:
        if code not in codes:
            near = difflib.get_close_matches(code, codes, 1, 0)[0]
            said = {"indicator": indicator, "asked": field, "register": ref, "office": office}
            yield finding("condition_not_registered", found=code, expected=near, **said)


def _codes(records: Iterable[Record]) -> set[str]:
    return {record.key.split(";")[0] for record in records}


def _unknown(record: Record, field: Field, codes: Mapping[str, set[str]], form: Form) -> Iterator[Finding]:
    """A code that refers to another table stands there."""
    if field.ref is None or not record[field.name].given or field.kind == "stamp":
        return
    own = any(table.name == field.ref for table in form.tables)
    known = codes.get(field.ref, set()) | (codes.get("joint", set()) if field.ref == "activities" else set())
    plain = record[field.name].plain
    for code in plain if isinstance(plain, tuple) else (str(plain),):
        if (known or own) and code not in known:
            near = difflib.get_close_matches(code, known, 1, 0) or ["?"]
            yield _placed(finding("unknown_reference", found=code, expected=near[0]), record, field.name, field.title)


def _unregistered(record: Record, field: Field, codes: Mapping[str, set[str]], known: Known) -> Iterator[Finding]:
    """A code that is not the office's own is one of the register of joint activities."""
    if not field.or_ref or not field.pattern or not record[field.name].given or not known.rows("offices"):
        return
    prefixes = {row.values["office"].plain: str(row.values["prefix"].plain) for row in known.rows("offices")}
    own = re.fullmatch(field.pattern.replace("{OFFICE}", prefixes.get(record.office, "[A-Z]{2}")), record.key)
    if not own and record.key not in codes.get(field.or_ref, set()):
        example = _example(field.pattern.replace("{OFFICE}", prefixes.get(record.office, "XX")))
        yield _placed(finding("not_own_code", expected=example), record, field.name, field.title)


def let_pass(findings: Iterable[Finding], office: str, period: Period, known: Known) -> tuple[Finding, ...]:
    """Return the findings, those that an exception of the project office lets pass marked with it."""
    exceptions = [
        row for row in known.rows("exceptions") if row["office"].plain == office and row["period"].plain == period
    ]
    return tuple(
        dataclasses.replace(one, excepted_by=next((row.ref for row in exceptions if _excepts(row, one)), None))
        for one in findings
    )


def _excepts(row: Record, one: Finding) -> bool:
    """Whether an exception is for this finding: what it leaves blank it does not ask."""
    wanted = {"finding": one.code, "table": one.table, "key": one.key, "field": one.field}
    return all(not row[name].given or row[name].plain == value for name, value in wanted.items())


def _gather(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with one fault down a column as one finding of several cells."""
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        groups.setdefault(
            (one.code, one.sheet, one.table, one.field, one.found, one.expected, tuple(sorted(one.params.items()))), []
        ).append(one)
    return tuple(_together(group) for group in groups.values())


def _together(group: Sequence[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    cells = dict.fromkeys(cell for one in group for cell in one.cells)
    return dataclasses.replace(
        group[0], cells=tuple(cells), key=group[0].key if len({one.key for one in group}) == 1 else None
    )
