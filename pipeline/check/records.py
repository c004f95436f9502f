"""The rows of a sheet as typed -> records, and what is to be said of how they were typed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date

from pipeline import values
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
_Said = tuple[Value, tuple[Finding, ...], str]  # the answer, what is to be said of it, what stood there


def read_records(
    reading: Reading, table: Table, lists: Lists, terms: Terms, stamp: Stamp | None
) -> tuple[list[Record], list[Finding]]:
    """Return a table's rows as records, and what is to be said of how they were typed."""
    sheet = reading.sheets.get(table.name)
    if sheet is None:
        return [], []
    answers = _Answers(reading, table, lists, terms, stamp)
    records = [answers.record(row) for row in sheet.rows]
    return records, answers.findings


class _Answers:
    """The columns of one table: each different answer of a column is parsed once, however often it is typed."""

    def __init__(self, reading: Reading, table: Table, lists: Lists, terms: Terms, stamp: Stamp | None) -> None:
        self.findings: list[Finding] = []
        self._table, self._lists, self._terms = table, lists, terms
        self._sheet = reading.sheets[table.name]
        columns = self._sheet.columns
        self._absent = {
            field.name: UNREADABLE if reading.asks(table, field.since) else NOT_ASKED
            for field in table.fields
            if field.name not in columns
        }
        order = [field for field in table.fields if field.unit_of is None and field.name in columns]
        order += [field for field in table.fields if field.unit_of is not None and field.name in columns]
        self._fields: list[tuple[Field, str, dict[object, _Said]]] = [(field, field.name, {}) for field in order]
        self._columns = [(field.name, columns[field.name]) for field in table.fields if field.name in columns]
        self._names = [field.name for field in table.fields]
        self._from = (f"{stamp.office}/{stamp.period}/v{stamp.version}/{table.name}/") if stamp else None
        self._who = (stamp.office, stamp.period) if stamp else ("", Period(0, 1))

    def record(self, row: Row) -> Record:
        """Return a row as a record; what is to be said of it is added to the findings."""
        found: dict[str, Value] = dict(self._absent)
        typed: dict[str, str] = {}
        told: list[tuple[Field, Finding]] = []
        for field, name, known in self._fields:
            cell = row.cells.get(name)
            if cell is None:
                found[name] = BLANK
                continue
            same: object = cell[2:]  # all but where it stands
            if cell[2] is True or cell[2] is False:  # yes is not 1, though True is
                same = bool, same
            said = known.get(same)
            if said is None:
                said = self._parsed(cell, field, found)
                if field.kind != "measured":  # that depends on its row
                    known[same] = said
            found[name], several, typed[name] = said
            if several:
                told += [(field, one) for one in several]
        key = key_of(self._table, found)
        if told:
            self.findings += [self._placed(one, row, field, key) for field, one in told]
        office, period = self._who
        return Record(
            ref=f"{self._from}{row.number}" if self._from else "",
            office=office,
            period=period,
            table=self._table.name,
            key=key,
            sheet=self._sheet.name,
            row=row.number,
            values={name: found[name] for name in self._names},
            cells=self._cells(row.number),
            typed=typed,
        )

    def _parsed(self, cell: Cell, field: Field, found: Mapping[str, Value]) -> _Said:
        unit = _unit(field, self._table, found, self._terms) if field.kind == "measured" else None
        value, several = values.parse(cell, field, self._lists, unit)
        if unit is None and field.unit_of and _is_said(found[field.unit_of]):
            several = tuple(one for one in several if one.code != "measure_missing")
        return value, several, values.told(cell)

    def _cells(self, number: int) -> dict[str, str]:
        if number == 0:
            return dict(self._columns)
        row = str(number)
        return {name: letters + row for name, letters in self._columns}

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


def _is_said(picked: Value) -> bool:
    """Whether it is said elsewhere that a row's measure is blank or cannot be read: its values need no word more."""
    return picked.state in (State.BLANK, State.UNREADABLE)


def _unit(field: Field, table: Table, found: Mapping[str, Value], terms: Terms) -> str | None:
    """Return the unit a measured value is typed in: that of its row's measure, or the one picked."""
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


# ---- who sent it -----------------------------------------------------------------------------------


def stamp_of(cover: Record, reading: Reading) -> Stamp:
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
        "stamp_missing",
        found=cover.typed.get(field.name) or "–",
        expected=example,
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
