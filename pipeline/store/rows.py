"""Rows of the ledger <-> nouns of the model.  No transaction begins here."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, insert, select

from pipeline import values
from pipeline.model import (
    Addend,
    Bound,
    Figure,
    Finding,
    LeftOut,
    Period,
    Record,
    Severity,
    Stamp,
    State,
    Submission,
)
from pipeline.store import tables as t
from pipeline.store.archive import Answer, Draft, Entry, Photo, Taking


def period(text: str) -> Period:
    """Return the period that the ledger writes as 2014-Q4."""
    year, quarter = text.split("-Q")
    return Period(int(year), int(quarter))


def insert_rows(db: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows into a table, if there are any."""
    if rows:
        db.execute(insert(table), list(rows))


def number_of(result: CursorResult[Any]) -> int:
    """Return the number that a new row got."""
    key = result.inserted_primary_key
    assert key is not None, "SQLite numbers every row"
    return int(key[0])


def identity(entry: Entry) -> tuple[str, ...]:
    """Return what makes an entry of the journal the one it is."""
    if isinstance(entry, Taking):
        return "taking", entry.file, entry.sha256
    if isinstance(entry, Draft):
        return "draft", entry.period, entry.name, entry.sha256
    if isinstance(entry, Answer):
        return "answer", entry.office, entry.name, entry.sha256
    if isinstance(entry, Photo):
        return "photo", entry.file, entry.sha256
    return "act", entry.code, entry.act, entry.period, entry.at


def entered_in(db: Connection) -> set[tuple[str, ...]]:
    """Return the identities of the entries that the ledger knows."""
    takings = {("taking", row.file, row.sha256) for row in db.execute(select(t.arrival.c.file, t.arrival.c.sha256))}
    drafts = {("draft", row.period, row.name, row.sha256) for row in db.execute(select(t.report))}
    answers = {("answer", row.office, row.name, row.sha256) for row in db.execute(select(t.answer))}
    photos = {("photo", row.file, row.sha256) for row in db.execute(select(t.photo))}
    return (
        takings
        | drafts
        | answers
        | photos
        | {("act", row.code, row.act, row.period, row.at) for row in db.execute(select(t.act))}
    )


def enter(db: Connection, entry: Entry) -> None:
    """Put an entry of the journal into the ledger."""
    row = dataclasses.asdict(entry)
    if isinstance(entry, Taking):
        db.execute(insert(t.arrival).values(**row, state="new"))
    elif isinstance(entry, Draft):
        row.pop("at")
        db.execute(insert(t.report).values(**row, state="done"))
    elif isinstance(entry, Answer):
        row.pop("at")
        db.execute(insert(t.answer).values(**row, state="done"))
    elif isinstance(entry, Photo):
        db.execute(insert(t.photo).values(**row))
    else:
        db.execute(insert(t.act).values(**row))


def to_submission(row: Row[Any]) -> Submission:
    """Return a submission as it stands."""
    return Submission(
        row.id,
        row.office,
        period(row.period),
        row.form,
        row.edition,
        row.version,
        row.sha256,
        row.file,
        row.state,
        row.received_at,
    )


def stamp_row(stamp: Stamp) -> dict[str, Any]:
    """Return a stamp as the ledger keeps it, in JSON."""
    row = dataclasses.asdict(stamp)
    return {**row, "period": str(stamp.period), "signed_on": stamp.signed_on.isoformat() if stamp.signed_on else None}


def to_stamp(row: Mapping[str, Any]) -> Stamp:
    """Return the stamp that `stamp_row` made this of."""
    signed = date.fromisoformat(row["signed_on"]) if row["signed_on"] else None
    return Stamp(**{**row, "period": period(row["period"]), "signed_on": signed})


def record_row(record: Record) -> dict[str, Any]:
    """Return a record as a row, without who sent it: its examination says that."""
    kept = {name: values.keep(value) for name, value in record.values.items()}
    row = {"ref": record.ref, "table_name": record.table, "key": record.key, "sheet": record.sheet, "row": record.row}
    return {**row, "kept": kept, "cells": dict(record.cells), "typed": dict(record.typed)}


FINDING = ("code", "sheet", "field", "key", "found", "expected", "excepted_by", "trial")
PART = ("key", "found", "expected")  # in which the parts of a finding differ, beside their cells and params


def judged_rows(judged: Mapping[str, Sequence[Finding]]) -> list[dict[str, Any]]:
    """Return what the registers say of each submission, as rows."""
    return [
        {**finding_row(one), "submission": name, "office": name.split("/")[0]}
        for name, found in judged.items()
        for one in found
    ]


def finding_row(one: Finding) -> dict[str, Any]:
    """Return a finding as a row."""
    row = {name: getattr(one, name) for name in FINDING}
    return {
        **row,
        "severity": str(one.severity),
        "cells": list(one.cells),
        "parts": [
            {**{name: getattr(part, name) for name in PART}, "cells": list(part.cells), "params": dict(part.params)}
            for part in one.parts
        ],
        "table_name": one.table,
        "params": dict(one.params),
    }


def to_finding(row: Row[Any]) -> Finding:
    """Return the finding that `finding_row` made this of."""
    told = {name: getattr(row, name) for name in FINDING}
    told |= {"cells": tuple(row.cells), "params": row.params, "table": row.table_name}
    one = Finding(**told, severity=Severity(row.severity))
    parts = tuple(dataclasses.replace(one, **{**part, "cells": tuple(part["cells"])}) for part in row.parts)
    return dataclasses.replace(one, parts=parts)


def save_figures(db: Connection, own: Mapping[str, Any], figures: Sequence[Figure]) -> None:
    """Put figures with their addends and what is left out of them into a reckoning."""
    insert_rows(db, t.figure, [{**own, "nth": nth, **figure_row(figure)} for nth, figure in enumerate(figures)])
    insert_rows(
        db,
        t.addend,
        [
            {**own, "figure": f, "nth": n, **addend_row(one)}
            for f, figure in enumerate(figures)
            for n, one in enumerate(figure.addends)
        ],
    )
    insert_rows(
        db,
        t.left_out,
        [
            {**own, "figure": f, "nth": n, **dataclasses.asdict(one)}
            for f, figure in enumerate(figures)
            for n, one in enumerate(figure.left_out)
        ],
    )


def figure_row(figure: Figure) -> dict[str, Any]:
    """Return a figure as a row, without its addends."""
    row = {name: getattr(figure, name) for name in ("id", "code", "aspect", "unit", "n", "decimals", "sample")}
    numbers = {name: _told(getattr(figure, name)) for name in ("value", "part", "whole")}
    return {
        **row,
        **numbers,
        "slice": [list(pair) for pair in figure.slice],
        "state": str(figure.state),
        "bound": str(figure.bound),
    }


def addend_row(one: Addend) -> dict[str, Any]:
    """Return an addend as a row."""
    row = {name: getattr(one, name) for name in ("record", "field", "role", "of", "corrected_by", "sample")}
    return {**row, "value": str(one.value), "bound": str(one.bound)}


def _told(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def by_figure(db: Connection, table: Any, reckoning: str) -> dict[int, list[Row[Any]]]:
    """Return the rows of a reckoning by the number of the figure that they belong to."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.execute(select(table).where(table.c.reckoning == reckoning).order_by(table.c.figure, table.c.nth)):
        found[row.figure].append(row)
    return found


def to_figure(row: Any, when: Period, addends: Sequence[Any], lacking: Sequence[Any]) -> Figure:
    """Return the figure that `figure_row` made this of."""
    return Figure(
        code=row.code,
        aspect=row.aspect,
        slice=tuple((split, code) for split, code in row.slice),
        period=when,
        unit=row.unit,
        state=State(row.state),
        value=_number(row.value),
        part=_number(row.part),
        whole=_number(row.whole),
        bound=Bound(row.bound),
        n=row.n,
        decimals=row.decimals,
        sample=row.sample,
        addends=tuple(
            Addend(a.record, a.field, a.role, Decimal(a.value), a.of, a.corrected_by, Bound(a.bound), a.sample)
            for a in addends
        ),
        left_out=tuple(LeftOut(one.office, one.why, one.record, one.field) for one in lacking),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
