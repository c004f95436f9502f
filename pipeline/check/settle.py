"""Findings -> what is said of a return: one fault once, without what only follows from it, on trial, or let pass."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline.messages import TYPED
from pipeline.model import Finding, Known, Period, Record, State, Table, Value
from pipeline.values import normal

CODES = ("no_code", "wrong_pattern", "code_of_other_office", "not_own_code", "unknown_reference")
BESIDE = ("part_exceeds_whole", "ends_before_start", "outside_period", "times_before")
ONE_BY_ONE = frozenset([*TYPED, *CODES, *BESIDE])  # what is said of a cell by itself: the same fault in each
_SEPARATORS = re.compile("[;；·]")  # of the parts of a key
QUOTED = 3  # of the answers with one fault


def gather(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with one fault down a column as one finding of several cells."""
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        column = one.code, one.sheet, one.table, one.field
        groups.setdefault(column if one.code in ONE_BY_ONE else (column, _said(one)), []).append(one)
    return tuple(together(group) for group in groups.values())


def _said(one: Finding) -> tuple[object, ...]:
    return one.found, one.expected, tuple(sorted(one.params.items()))


def together(group: Sequence[Finding]) -> Finding:
    """Return findings of one fault as one; where they do not say the same, each is a part of it."""
    first, cells = group[0], tuple(dict.fromkeys(cell for one in group for cell in one.cells))
    if len(group) == 1:
        return first
    key = first.key if len({one.key for one in group}) == 1 else None
    if len({_said(one) for one in group}) == 1:
        return dataclasses.replace(first, cells=cells, key=key)
    parts = _cell_by_cell(group)
    if len(parts) == 1:
        return parts[0]
    params = {**first.params, **{name: _quoted([one.params[name] for one in parts]) for name in _words_expected(first)}}
    found, expected = (_quoted([getattr(one, name) for one in parts]) for name in ("found", "expected"))
    return dataclasses.replace(
        first, cells=cells, key=key, found=found, expected=expected or None, params=params, parts=parts
    )


def _words_expected(one: Finding) -> list[str]:
    return [name for name in one.params if name.startswith("expected_")]


def _cell_by_cell(group: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a finding for each cell; of a cell with several codes, one that names them all."""
    parts: dict[str, Finding] = {}
    for one in group:
        for cell in one.cells:
            before = parts.get(cell)
            found = f"{before.found}, {one.found}" if before else one.found
            parts[cell] = dataclasses.replace(before or one, cells=(cell,), found=found)
    return tuple(parts.values())


def _quoted(told: Iterable[str | None]) -> str:
    """Return what differs from cell to cell as a sentence quotes it."""
    several = tuple(dict.fromkeys(one for one in told if one))
    return " / ".join(several[:QUOTED]) + (" …" if len(several) > QUOTED else "")


def _only(one: Finding, cells: Collection[str]) -> Finding:
    """Return a finding of some of its cells."""
    if not one.parts:
        return dataclasses.replace(one, cells=tuple(cell for cell in one.cells if cell in cells))
    return together([part for part in one.at_cells if part.cells[0] in cells])


def on_trial(
    findings: Iterable[Finding], trial: Collection[str], records: Sequence[Record] = ()
) -> tuple[Finding, ...]:
    """Return the findings, those of a rule that is only tried out marked so."""
    return tuple(
        dataclasses.replace(_telling(one, **_untaken(one, records)), trial=True) if one.code in trial else one
        for one in findings
    )


def _telling(one: Finding, **said: str) -> Finding:
    """Return a finding that says more, at each of its cells too."""
    parts = tuple(dataclasses.replace(part, params={**part.params, **said}) for part in one.parts)
    return dataclasses.replace(one, params={**one.params, **said}, parts=parts)


def _untaken(one: Finding, records: Iterable[Record]) -> dict[str, str]:
    """Return that a finding's value is not taken whoever lets it pass, if it cannot be read."""
    field = one.field or ""
    rows = (record for record in records if record.table == one.table and record.cells.get(field) in one.cells)
    return {"untaken": "yes"} if any(record[field].state is State.UNREADABLE for record in rows) else {}


# ---- what only follows -----------------------------------------------------------------------------


def without_columns(findings: Iterable[Finding], told: Iterable[Finding]) -> list[Finding]:
    """Return findings without those about columns of which it is not known what stands in them: that alone is said."""
    blamed = {(one.table, one.field) for one in told if one.code == UNSURE}
    return [one for one in findings if one.code == UNSURE or (one.table, one.field) not in blamed]


UNSURE = "column_disagrees"


def without_needless(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings without those that ask for what goes with an answer that is to be cleared."""
    cleared = {(one.sheet, one.params["label_en"], _rows(one)) for one in findings if one.code == "change_not_needed"}
    about = {"required_if": "other_en", **dict.fromkeys(TYPED, "label_en")}
    return [
        one
        for one in findings
        if one.code not in about or (one.sheet, one.params.get(about[one.code]), _rows(one)) not in cleared
    ]


def _rows(one: Finding) -> tuple[str, ...]:
    return tuple(map(row_of, one.cells))


def without_consequences(
    findings: Iterable[Finding], beside: Iterable[Finding], tables: Iterable[Table]
) -> tuple[Finding, ...]:
    """Return a workbook's findings without those that only follow from what was found beside the registers.

    What a measure that nobody knows measures is not known either; that is said of the measure.
    """
    sources = {(table.name, field.unit_of) for table in tables for field in table.fields if field.unit_of}
    blamed = {
        (one.sheet, row_of(cell))
        for one in beside
        if one.code == "unknown_reference" and (one.table, one.field) in sources
        for cell in one.cells
    }
    left = (_less(one, blamed) if one.code == "measure_missing" else one for one in findings)
    return tuple(one for one in left if one is not None)


def _less(one: Finding, blamed: Collection[tuple[str | None, str]]) -> Finding | None:
    cells = tuple(cell for cell in one.cells if (one.sheet, row_of(cell)) not in blamed)
    return _only(one, cells) if cells else None


def row_of(cell: str) -> str:
    """Return the row of a cell.

    >>> row_of("AB7")
    '7'
    """
    return re.sub("[A-Z]+", "", cell)


# ---- what the project office lets pass -------------------------------------------------------------


def let_pass(
    findings: Iterable[Finding], office: str, period: Period, known: Known, records: Sequence[Record] = ()
) -> tuple[Finding, ...]:
    """Return the findings, those that an exception of the project office lets pass marked with it, by whom and why.

    Of a fault down a column, only the cells of the rows that are excepted pass.

    Args:
        records: those of the return, to tell in which cell the row of an exception stands, and what could not be read.
    """
    exceptions = [
        as_meant(row, records)
        for row in known.rows("exceptions")
        if row["office"].plain == office and row["period"].plain == period
    ]
    places = {(one.table, one.key): one.cells for one in records} if exceptions else {}
    several = list(findings)
    for row in exceptions:
        several = [part for one in several for part in _parted(row, one, places)]
    return tuple(_telling(one, **_untaken(one, records)) if one.excepted_by else one for one in several)


def as_meant(row: Record, records: Iterable[Record]) -> Record:
    """Return an exception with the key of the row that it names as people do, by codes or by what was typed."""
    for one in records if row["key"].given else ():
        in_table = not row["table"].given or row["table"].plain == one.table
        if in_table and is_called(str(row["key"].plain), one):
            return dataclasses.replace(row, values={**row.values, "key": Value(State.GIVEN, one.key)})
    return row


def is_called(text: str, record: Record) -> bool:
    """Whether a text is the key of a row, each part of it as its code or as it was typed: NO-001 · 累计."""
    parts, codes = [normal(part) for part in _SEPARATORS.split(text)], record.key.split(";")
    typed = {str(record[name].plain): normal(said) for name, said in record.typed.items()}
    ways = [{normal(code), typed.get(code, ""), *typed.get(code, "").split()} for code in codes]
    return len(parts) == len(ways) and all(part in way for part, way in zip(parts, ways, strict=True))


def _parted(row: Record, one: Finding, places: Mapping[tuple[str, str], Mapping[str, str]]) -> list[Finding]:
    """Return a finding as it is, let pass, or in two: the cell of the excepted row, and the others."""
    if one.excepted_by or not _excepts(row, one, ("finding", "table", "field")):
        return [one]
    if _excepts(row, one, ("key",)):
        return [_passed(row, one, one.cells)]
    cell = places.get((one.table or "", str(row["key"].plain)), {}).get(one.field or "")
    if cell not in one.cells:
        return [one]
    others = _only(one, [other for other in one.cells if other != cell])
    return [others, _passed(row, dataclasses.replace(_only(one, (cell,)), key=str(row["key"].plain)), (cell,))]


def _excepts(row: Record, one: Finding, names: Sequence[str]) -> bool:
    """Whether an exception is for this finding: what it leaves blank it does not ask."""
    has = {"finding": one.code, "table": one.table, "key": one.key, "field": one.field}
    return all(not row[name].given or row[name].plain == has[name] for name in names)


def _passed(row: Record, one: Finding, cells: tuple[str, ...]) -> Finding:
    said = {"reason": str(row["reason_en"].plain or "").rstrip(" .。"), "by": str(row["by"].plain or "")}
    return dataclasses.replace(_telling(one, **said), cells=cells, excepted_by=row.ref)
