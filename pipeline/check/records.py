"""The rows of a sheet as typed -> records, and what is to be said of how they were typed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from pipeline import values
from pipeline.check.names import Codes, bare
from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import (
    BLANK,
    NOT_ASKED,
    Cell,
    Field,
    Finding,
    Lists,
    Period,
    Reading,
    Record,
    Row,
    Stamp,
    State,
    Table,
    Terms,
    Value,
    Words,
)

OFFICE = re.compile(r"[a-z]+(-[a-z]+)*")
UNREADABLE = Value(State.UNREADABLE)
_Said = tuple[Value, tuple[Finding, ...], str | None]  # the answer, what is to be said of it, what stood there


def read_records(
    reading: Reading,
    table: Table,
    lists: Lists,
    terms: Terms,
    stamp: Stamp | None,
    called: Mapping[str, Codes] = MappingProxyType({}),
) -> tuple[list[Record], list[Finding]]:
    """Return a table's rows as records, and what is to be said of how they were typed.

    Args:
        called: by table, the code of each row by its name, for fields that refer to it.
    """
    sheet = reading.sheets.get(table.name)
    if sheet is None:
        return [], []
    answers = _Answers(reading, table, lists, terms, stamp, called)
    return answers.records(sheet.rows), answers.findings


ITSELF = "amount"  # a change that is typed in the unit of its measure
IN_ITSELF = {  # how that is typed, by the measure's unit, where it is no plain number
    "share": Value(State.GIVEN, "points"),
    "rmb": Value(State.GIVEN, "rmb"),
}


class _Answers:
    """The columns of one table: each different answer of a column is parsed once, however often it is typed."""

    def __init__(
        self,
        reading: Reading,
        table: Table,
        lists: Lists,
        terms: Terms,
        stamp: Stamp | None,
        called: Mapping[str, Codes],
    ) -> None:
        self.findings: list[Finding] = []
        self._table, self._lists, self._terms, self._stamp, self._called = table, lists, terms, stamp, called
        self._sheet = reading.sheets[table.name]
        self._absent = {
            field.name: UNREADABLE if reading.asks(table, field.since) else NOT_ASKED
            for field in table.fields
            if field.name not in self._sheet.columns
        }
        asked = [field for field in table.fields if field.name in self._sheet.columns]
        self._fields = sorted(asked, key=lambda field: field.unit_of is not None)  # what a unit depends on comes first
        self._columns = [(field.name, self._sheet.columns[field.name]) for field in asked]

    def records(self, rows: Sequence[Row]) -> list[Record]:
        """Return the rows as records; what is to be said of them is added to the findings."""
        said: dict[str, list[_Said]] = {name: [(value, (), None)] * len(rows) for name, value in self._absent.items()}
        for field in self._fields:
            said[field.name] = self._column(field, [row.cells.get(field.name) for row in rows], said)
        names = [field.name for field in self._table.fields]
        answers = zip(*(said[name] for name in names), strict=True)
        records = [
            self._record(row, dict(zip(names, answer, strict=True))) for row, answer in zip(rows, answers, strict=True)
        ]
        self._tell(rows, records, said)
        return records

    def _column(self, field: Field, cells: Sequence[Cell | None], said: Mapping[str, Sequence[_Said]]) -> list[_Said]:
        """Return what a column says, from above; of a measured value beside what was picked as its measure."""
        measures = self._picked(field.unit_of, said) if field.unit_of else [BLANK] * len(cells)
        known: dict[
            tuple[int, int], _Said
        ] = {}  # by the objects: what says the same is one, and all of them stay alive
        found = []
        for cell, measure in zip(cells, measures, strict=True):
            same = id(cell), id(measure)
            one = known.get(same)
            if one is None:
                one = known[same] = self._parsed(cell, field, measure)
            found.append(one)
        return found

    def _picked(self, source: str, said: Mapping[str, Sequence[_Said]]) -> list[Value]:
        """Return what each row picked as the unit of a column; "in the unit itself" is that of the row's measure."""
        picked = [one[0] for one in said[source]]
        measured = (self._table.field(field.unit_of) for field in self._fields if field.unit_of)
        measure = next((field for field in measured if field.ref), None)
        if measure is None or measure.name == source:
            return picked
        units = self._terms.units.get(str(measure.ref), {})
        own = [IN_ITSELF.get(units.get(str(one[0].plain), "")) for one in said[measure.name]]
        return [unit if unit and one.plain == ITSELF else one for one, unit in zip(picked, own, strict=True)]

    def _parsed(self, cell: Cell | None, field: Field, measure: Value) -> _Said:
        if cell is None:
            return BLANK, (), None
        unit = _unit(field, self._table, measure, self._terms) if field.kind == "measured" else None
        value, several = values.parse(cell, field, self._lists, unit)
        if field.kind == "code" and field.ref and value.given:
            value = _by_name(value, self._called.get(field.ref, {}))
        if unit is None and field.unit_of and (_is_said(measure) or self._is_unjudged(field.unit_of)):
            several = tuple(one for one in several if one.code != "measure_missing")
        return value, several, values.told(cell)

    def _is_unjudged(self, source: str) -> bool:
        """Whether nobody has sent yet what says in which unit each measure is typed."""
        ref = self._table.field(source).ref
        return ref is not None and not self._terms.units.get(ref)

    def _record(self, row: Row, said: Mapping[str, _Said]) -> Record:
        found = {name: one[0] for name, one in said.items()}
        office, period, came = "", Period(0, 1), ""
        if stamp := self._stamp:
            office, period = stamp.office, stamp.period
            came = f"{office}/{period}/v{stamp.version}/{self._table.name}/{row.number}"
        return Record(
            ref=came,
            office=office,
            period=period,
            table=self._table.name,
            key=key_of(self._table, found),
            sheet=self._sheet.name,
            row=row.number,
            values=found,
            cells=self._cells(row.number),
            typed={name: one[2] for name, one in said.items() if one[2] is not None},
        )

    def _cells(self, number: int) -> dict[str, str]:
        if number == 0:
            return dict(self._columns)
        row = str(number)
        return {name: letters + row for name, letters in self._columns}

    def _tell(self, rows: Sequence[Row], records: Sequence[Record], said: Mapping[str, Sequence[_Said]]) -> None:
        """Add to the findings what is to be said of how the answers were typed, row by row."""
        told = [
            (at, field, one)
            for field in self._fields
            for at, (_, several, _) in enumerate(said[field.name])
            for one in several
        ]
        for at, field, one in sorted(told, key=lambda placed: placed[0]):
            self.findings.append(self._placed(one, rows[at], field, records[at].key))

    def _placed(self, one: Finding, row: Row, field: Field, key: str) -> Finding:
        at = self._sheet.at(row, field.name)
        return dataclasses.replace(
            one,
            sheet=self._sheet.name,
            cells=(at,) if at else (),
            table=self._table.name,
            field=field.name,
            key=key,
        )


def _by_name(value: Value, codes: Codes) -> Value:
    """Return the code of the row that is called so; the value itself if none is, or several are."""
    return value._replace(plain=codes.get(bare(str(value.plain)), value.plain))


def _is_said(picked: Value) -> bool:
    """Whether it is said elsewhere that a row's measure is blank or cannot be read: its values need no word more."""
    return picked.state in (State.BLANK, State.UNREADABLE)


def _unit(field: Field, table: Table, measure: Value, terms: Terms) -> str | None:
    """Return the unit a measured value is typed in: that of its row's measure, or the one picked."""
    if field.unit_of is None:
        return "number"
    source = table.field(field.unit_of)
    if not measure.given:
        return None
    return terms.units.get(source.ref or "", {}).get(str(measure.plain)) if source.ref else str(measure.plain)


def key_of(table: Table, found: Mapping[str, Value]) -> str:
    """Return a row's key: its key fields as kept, joined by ";"."""
    return ";".join("" if not found[name].given else str(found[name].plain) for name in table.key)


# ---- who sent it -----------------------------------------------------------------------------------


def stamp_of(cover: Record, reading: Reading) -> Stamp:
    """Return who sent what for when; RefusedFile names the stamp that is missing."""
    fields = {name: reading.form.table("cover").field(name) for name in ("office", "period")}
    version, signed = cover["version"].plain, cover["signed_on"].plain
    office = _stamped(cover, fields["office"], "text", CODE)
    if not isinstance(office, str) or not OFFICE.fullmatch(office):
        raise _unstamped(cover, fields["office"], CODE)
    period = _stamped(cover, fields["period"], "period", QUARTER)
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


CODE = Words("the code of your office, the name of your folder", "本单位的代码，即文件夹名")
QUARTER = Words("a quarter like 2014-Q4", "季度，如 2014-Q4")


def _stamped(cover: Record, field: Field, kind: str, wanted: Words) -> object:
    value, _ = values.parse(Cell(cover.typed.get(field.name)), dataclasses.replace(field, kind=kind), {})
    if not value.given:
        raise _unstamped(cover, field, wanted)
    return value.plain


def _unstamped(cover: Record, field: Field, wanted: Words) -> RefusedFile:
    words = field.title
    return RefusedFile(
        "stamp_missing",
        found=cover.typed.get(field.name) or "",
        expected=wanted.en,
        expected_zh=wanted.zh,
        label_en=words.en,
        label_zh=words.zh,
    )


# ---- where a finding stands ------------------------------------------------------------------------


def placed(one: Finding, record: Record, field: str, words: Words) -> Finding:
    """Return the finding with its place: the field's cell in the record's row, in the field's words."""
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


def told_of(
    code: str,
    record: Record,
    table: Table,
    field: str,
    expected: str | None = None,
    *,
    found: str | None = None,
    **params: str,
) -> Finding:
    """Return a finding about a field of a record, placed; `found` is what was typed if it is left out."""
    return placed(finding(code, found=found, expected=expected, **params), record, field, table.field(field).title)
