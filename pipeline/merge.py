"""The counting returns of a period -> one set of rows, and every row that is not among them.  Pure.

In this order: corrections change single values, decisions on names make two codes one,
activities that an earlier quarter counted are left out, and the rows that several offices
sent of one joint activity are united, field by field, as the form says.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline import values
from pipeline.messages import finding
from pipeline.model import (
    Bound,
    Cell,
    Decided,
    Field,
    Finding,
    Known,
    LeftOut,
    Library,
    Merged,
    MergedRow,
    Period,
    Record,
    Span,
    State,
    Table,
    Value,
    Words,
)

RULES_EDITION = 2  # raised by hand when merging means something else, so that figures are computed anew

FOLDED = {"enterprise": "enterprise_code", "partner": "partner_code"}  # what a decision on names is about
BASIS_FROM_WEAKEST = ("sample", "estimate", "enterprise", "register")
UPWARD, DOWNWARD = {Bound.MORE_THAN, Bound.AT_LEAST}, {Bound.AT_MOST, Bound.LESS_THAN}


def merge_returns(
    period: Period, records: Sequence[Record], missing: Sequence[tuple[str, str]], known: Known, library: Library
) -> Merged:
    """Return the rows of one period as the indicators see them.

    The order in which returns come makes no difference.  Every record is either a source
    of exactly one merged row or named in `left_out`.

    Args:
        period: the quarter.
        records: those of every return that counts, the project office's included.
        missing: (office, why) of each office that owes a return and has none that counts.
        known: registers and decisions of the project office, and activities counted before.
        library: the forms, for how a corrected value is typed and how fields are united.
    """
    tables = {table.name: table for form in library.forms.values() for table in form.tables}
    ordered = sorted(records, key=_in_order(known))
    corrected, by, decided, found = _correct(ordered, period, known, tables, library)
    folded, names, unknown = _fold(corrected, known)
    kept, left_out, before = _leave_out(folded, known)
    rows, disagreements = _unite(kept, by, known, tables)
    again = _reported_again(kept, known, tables)
    return Merged(
        period=period,
        tables=rows,
        findings=(*found, *unknown, *before, *disagreements, *again),
        decided=(*decided, *names),
        left_out=tuple(left_out),
        missing=tuple(missing),
    )


def _in_order(known: Known) -> Callable[[Record], tuple[int, str, str, int]]:
    order = {
        str(row["office"].plain): int(str(row["order"].plain)) for row in known.rows("offices") if row["order"].given
    }
    return lambda record: (order.get(record.office, len(order) + 1), record.office, record.table, record.row)


def _tell(one: Finding, office: str, at: Record | None = None, field: str | None = None) -> Finding:
    """Return the finding with whom it is for and, if it is about a row, where that stands."""
    params = {**one.params, "office": office}
    if at is None:
        return dataclasses.replace(one, params=params)
    cell = at.cells.get(field or "")
    placed = dataclasses.replace(one, sheet=at.sheet, cells=(cell,) if cell else (), table=at.table, key=at.key)
    found = at.typed.get(field or "") if one.found is None else one.found
    return dataclasses.replace(placed, params=params, field=field, found=found)


# ---- corrections -----------------------------------------------------------------------------------

Corrected = Mapping[tuple[str, str], str]  # (ref, field) -> the ref of the correction


def _correct(
    records: Sequence[Record], period: Period, known: Known, tables: Mapping[str, Table], library: Library
) -> tuple[list[Record], dict[tuple[str, str], str], list[Decided], list[Finding]]:
    """Apply each correction of the period by (office, table, key, field, expected value), never by cell."""
    current = {(record.office, record.table, record.key): record for record in records}
    by: dict[tuple[str, str], str] = {}
    decided, found = [], []
    for row in known.rows("corrections"):
        if row["period"].plain != period:
            continue
        target = current.get((str(row["office"].plain), str(row["table"].plain), str(row["key"].plain)))
        outcome, value, why = _outcome(row, target, tables, library)
        field = str(row["field"].plain)
        decided.append(Decided(row.ref, outcome, target.ref if target else None, field))
        if target and value and outcome == "applied":
            current[target.office, target.table, target.key] = dataclasses.replace(
                target, values={**target.values, field: value}
            )
            by[target.ref, field] = row.ref
        elif why:
            told = finding("correction_no_match", why_en=why.en, why_zh=why.zh)
            found.append(_tell(told, row.office, row, "expected"))
        elif outcome == "not_needed":
            found.append(
                _tell(finding("correction_not_needed", found=str(row["instead"].plain)), row.office, row, "instead")
            )
    return [current[record.office, record.table, record.key] for record in records], by, decided, found


def _outcome(
    row: Record, target: Record | None, tables: Mapping[str, Table], library: Library
) -> tuple[str, Value | None, Words | None]:
    """Return what becomes of a correction: applied, not_needed or no_match, the new value, and why not."""
    table, key, named, said = (row[name].plain for name in ("table", "key", "field", "expected"))
    if target is None:
        return "no_match", None, Words(f"no row {key!r} in {table!r}", f"“{table}”表中没有“{key}”")
    field = next((field for field in tables[target.table].fields if field.name == named), None)
    if field is None:
        return "no_match", None, Words(f"no field {named!r}", f"没有“{named}”一栏")
    stands = target[field.name]
    expected, instead = (_typed(row, name, field, stands, library) for name in ("expected", "instead"))
    if stands == instead:
        return "not_needed", None, None
    if stands != expected:
        typed = target.typed.get(field.name, "")
        return "no_match", None, Words(f"{typed!r} stands there, not {said!r}", f"原处为“{typed}”，而非“{said}”")
    return "applied", instead, None


def _typed(row: Record, name: str, field: Field, stands: Value, library: Library) -> Value:
    """Return what the correction says, read as the field's own answers are."""
    value, _ = values.parse(Cell(str(row[name].plain)), field, library.lists, stands.unit)
    if isinstance(value.plain, Span) and isinstance(stands.plain, Span):
        return value._replace(plain=dataclasses.replace(value.plain, said=stands.plain.said))
    return value


# ---- names -----------------------------------------------------------------------------------------


def _fold(records: Sequence[Record], known: Known) -> tuple[list[Record], list[Decided], list[Finding]]:
    """Put the smaller of two codes that were decided to be one and the same in place of both."""
    same = [row for row in known.rows("names") if row["same"].plain is True]
    smaller = _smallest([(str(row["left"].plain), str(row["right"].plain)) for row in same])
    seen = {str(record[field].plain) for record in records for field in FOLDED.values() if record[field].given}
    decided, found = [], []
    for row in same:
        hit = {str(row["left"].plain), str(row["right"].plain)} & seen
        decided.append(Decided(row.ref, "applied" if hit else "no_match", field=FOLDED[str(row["what"].plain)]))
        if not hit:
            both = f"{row['left'].plain} / {row['right'].plain}"
            found.append(_tell(finding("name_no_match", found=both), row.office, row, "left"))
    return [_renamed(record, smaller) for record in records], decided, found


def _smallest(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each code the smallest of all that are the same, however many decisions lead there.

    >>> _smallest([("JS-002", "JS-001"), ("JS-002", "JS-003")])["JS-003"]
    'JS-001'
    """
    group: dict[str, set[str]] = {}
    for left, right in pairs:
        together = group.get(left, {left}) | group.get(right, {right})
        for code in together:
            group[code] = together
    return {code: min(together) for code, together in group.items()}


def _renamed(record: Record, smaller: Mapping[str, str]) -> Record:
    changed = {
        field: record[field]._replace(plain=smaller[str(record[field].plain)])
        for field in FOLDED.values()
        if record[field].given and str(record[field].plain) in smaller
    }
    return dataclasses.replace(record, values={**record.values, **changed}) if changed else record


# ---- activities counted before ---------------------------------------------------------------------


def _leave_out(records: Sequence[Record], known: Known) -> tuple[list[Record], list[LeftOut], list[Finding]]:
    """Leave out activities that an earlier quarter counted as done: an activity counts once over all periods."""
    again = [record for record in records if record.table == "activities" and record.key in known.done]
    refs = {record.ref for record in again}
    left_out = [LeftOut(record.office, "counted_before", record.ref) for record in again]
    found = [_tell(finding("counted_before"), record.office, record, "activity_code") for record in again]
    return [record for record in records if record.ref not in refs], left_out, found


# ---- uniting ---------------------------------------------------------------------------------------


def _unite(
    records: Sequence[Record], by: Corrected, known: Known, tables: Mapping[str, Table]
) -> tuple[dict[str, tuple[MergedRow, ...]], list[Finding]]:
    """Return the rows by table; those of one joint activity are one row."""
    joint = {row.key: row for row in known.rows("joint")}
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        shared = record.table == "activities" and record.key in joint
        groups[record.table, record.key if shared else record.ref].append(record)
    rows: dict[str, list[MergedRow]] = defaultdict(list)
    found: list[Finding] = []
    for (name, key), group in groups.items():
        register = joint.get(key) if name == "activities" else None
        row = _united(group, register, tables[name], by)
        rows[name].append(row)
        found += _disagreements(row.sources, register, tables[name], known) if register else []
    return {name: tuple(rows[name]) for name in rows}, found


def _united(group: Sequence[Record], register: Record | None, table: Table, by: Corrected) -> MergedRow:
    lead = str(register["lead"].plain) if register else group[0].office
    sources = tuple(sorted(group, key=lambda record: record.office != lead))
    united = {
        field.name: WAYS[field.unite](field, sources, register) if register else sources[0][field.name]
        for field in table.fields
    }
    if table.name == "results":
        united["measured"] = Value(State.GIVEN, sources[0]["after"].given or sources[0]["change"].given)
    return MergedRow(
        table=table.name,
        key=sources[0].key,
        sources=sources,
        values=united,
        unite={field.name: field.unite for field in table.fields} if register else {},
        basis={field.name: field.basis for field in table.fields if field.basis},
        corrections={place: ref for place, ref in by.items() if place[0] in {record.ref for record in sources}},
    )


def _given(field: Field, sources: Sequence[Record]) -> list[Value]:
    return [source[field.name] for source in sources if source[field.name].given]


def _first(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    """The lead office's value; another's where the lead has none."""
    given = _given(field, sources)
    return given[0] if given else sources[0][field.name]


def _sum(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    """The sum of what is known; the indicators name the rows that lack it."""
    given = _given(field, sources)
    if not given:
        return sources[0][field.name]
    bounds = [value.bound for value in given]
    if bound_of(bounds) is None:
        return Value(State.NOT_RECORDED)
    total = sum((Decimal(str(value.plain)) for value in given), Decimal(0))
    return Value(State.GIVEN, int(total), bound_of(bounds) or Bound.EXACT, given[0].unit)


def bound_of(bounds: Iterable[Bound]) -> Bound | None:
    """Return the bound of a sum; None where bounds point both ways and there is no total.

    >>> bound_of([Bound.EXACT, Bound.MORE_THAN]), bound_of([Bound.AT_LEAST, Bound.LESS_THAN])
    (<Bound.MORE_THAN: 'more_than'>, None)
    """
    found = set(bounds) - {Bound.EXACT}
    if found & UPWARD and found & DOWNWARD:
        return None
    strict = found & {Bound.MORE_THAN, Bound.LESS_THAN}
    return next(iter(strict or found), Bound.EXACT)


def _union(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    """All different values, in the order of the offices."""
    given = list(dict.fromkeys(str(value.plain) for value in _given(field, sources)))
    return Value(State.GIVEN, tuple(given) if len(given) > 1 else given[0]) if given else sources[0][field.name]


def _earliest(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    given = _given(field, sources)
    return min(given, key=_when) if given else sources[0][field.name]


def _latest(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    given = _given(field, sources)
    return max(given, key=_when) if given else sources[0][field.name]


def _when(value: Value) -> tuple[str, str]:
    span = value.plain
    return (str(span.start or span.end), str(span.end)) if isinstance(span, Span) else ("", "")


def _registered(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    return register[field.name] if register and register[field.name].given else _first(field, sources, register)


def _weakest(field: Field, sources: Sequence[Record], register: Record | None) -> Value:
    given = _given(field, sources)
    return min(given, key=lambda value: BASIS_FROM_WEAKEST.index(str(value.plain))) if given else sources[0][field.name]


WAYS: Mapping[str, Callable[[Field, Sequence[Record], Record | None], Value]] = {
    "same": _first,
    "lead": _first,
    "sum": _sum,
    "union": _union,
    "earliest": _earliest,
    "latest": _latest,
    "register": _registered,
    "weakest": _weakest,
}


def _disagreements(sources: Sequence[Record], register: Record, table: Table, known: Known) -> list[Finding]:
    """Say it to every office that differs, and who reports without being listed or is listed and has not reported."""
    found = [one for field in table.fields if field.unite == "same" for one in _disagreeing(sources, field, known)]
    offices = register["offices"].plain
    listed = offices if isinstance(offices, tuple) else ()
    here = {source.office for source in sources}
    for one in (one for one in sources if one.office not in listed):
        said = finding("joint_unlisted", key=one.key, **_called("who", known.called(one.office)))
        found.append(_tell(said, one.office, one, table.key[0]))
    for office in (office for office in listed if office not in here):
        found.append(
            _tell(finding("joint_awaited", key=sources[0].key, **_called("who", known.called(office))), office)
        )
    return found


def _disagreeing(sources: Sequence[Record], field: Field, known: Known) -> list[Finding]:
    """Return what each office is told that says something else of a joint activity than another does."""
    given = [source for source in sources if source[field.name].given]
    if len({values.comparable(source[field.name]) for source in given}) < 2:
        return []
    said = [(known.called(source.office), source.typed.get(field.name, "")) for source in given]
    told = Words(
        "; ".join(f"{who.en}: {text}" for who, text in said), "；".join(f"{who.zh}：{text}" for who, text in said)
    )
    words = {
        **_called("said", told),
        **_called("lead", known.called(sources[0].office)),
        **_called("label", field.title),
    }
    one = finding("joint_disagrees", key=sources[0].key, **words)
    return [_tell(one, source.office, source, field.name) for source in sources]


def _called(what: str, words: Words) -> dict[str, str]:
    """Return words as messages ask for them."""
    return {f"{what}_en": words.en, f"{what}_zh": words.zh}


# ---- one thing under two codes ---------------------------------------------------------------------


def _reported_again(records: Sequence[Record], known: Known, tables: Mapping[str, Table]) -> list[Finding]:
    """Say it to both offices if two report what agrees in all that tells rows apart, under codes of their own.

    What the project office decided of two names, that they are the same or are not, needs no question.
    """
    decided = {frozenset((str(row["left"].plain), str(row["right"].plain))) for row in known.rows("names")}
    pairs: dict[tuple[str, str], tuple[Record, Record, tuple[str, ...]]] = {}
    for name, group in ((table.name, group) for table in tables.values() for group in table.alike):
        for two in _alike([record for record in records if record.table == name], group):
            if frozenset(one.key for one in two) not in decided:
                pairs.setdefault((two[0].ref, two[1].ref), (*two, group))
    return [
        _told_again(*ways, group, tables, known)
        for one, two, group in pairs.values()
        for ways in ((one, two), (two, one))
    ]


def _alike(records: Sequence[Record], group: Sequence[str]) -> Iterator[tuple[Record, Record]]:
    """Yield each row with the first row of another office that it agrees with."""
    first: dict[tuple[object, ...], Record] = {}
    for record in records:
        same = values.likeness([record[name] for name in group])
        other = first.setdefault(same, record) if same else record
        if other.office != record.office and other.key != record.key:
            yield other, record


def _told_again(one: Record, other: Record, group: Sequence[str], tables: Mapping[str, Table], known: Known) -> Finding:
    titles = [tables[one.table].field(name).title for name in group]
    words = {"names_en": ", ".join(t.en for t in titles), "names_zh": "、".join(t.zh for t in titles)}
    said = finding("reported_by_others", other=other.key, **words, **_called("whose", known.called(other.office)))
    return _tell(said, one.office, one, group[0])
