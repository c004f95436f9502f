"""What a return is read by and judged against: rules, terms, registers, the tables of a quarter."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline import check
from pipeline.model import (
    Field,
    Known,
    Library,
    Period,
    Picture,
    Record,
    State,
    Submission,
    Table,
    Terms,
    Value,
    Words,
    names_of,
)
from pipeline.store import Examined, Store

PROJECT = "project"  # the name of the project office's form
OUT = ("held", "sent_back")  # a submission that stands so does not count


def project_terms(library: Library) -> Terms:
    """Return what the project office's workbook is read by: the units of the indicators."""
    return Terms({"indicators": {code: indicator.kind for code, indicator in library.indicators.items()}})


def terms_of(projects: Sequence[Examined], library: Library) -> Terms:
    """Return what the other workbooks are read by, of the project office's returns, the newest first."""
    return terms_from([tables_of([one]) for one in projects], library)


def terms_from(registers: Sequence[Mapping[str, tuple[Record, ...]]], library: Library) -> Terms:
    """Return measures and prefixes of the registers in force, which come first, and all names that their rows have had.

    A return of old says a name of old: it must be read as it was.
    """
    now = registers[0] if registers else {}
    measures = {str(row["measure"].plain): str(row["unit"].plain) for row in now.get("measures", ())}
    offices = now.get("offices", ())
    prefixes = {str(row["office"].plain): str(row["prefix"].plain) for row in offices}
    return Terms({**project_terms(library).units, "measures": measures}, prefixes, _names(registers))


def _names(registers: Sequence[Mapping[str, tuple[Record, ...]]]) -> dict[str, dict[str, tuple[Words, ...]]]:
    """Return by register and code how each row in force is called, and then how it was."""
    ever = [names_of(one) for one in registers]
    return {
        register: {
            code: tuple(dict.fromkeys(one[register][code] for one in ever if code in one.get(register, {})))
            for code in rows
        }
        for register, rows in (ever[0].items() if ever else ())
    }


def rules_of(library: Library, terms: Terms) -> str:
    """Return the fingerprint of all that a workbook is examined by."""
    forms = {name: form.sha256 for name, form in library.forms.items()}
    names = {
        register: {code: [[one.en, one.zh] for one in words] for code, words in rows.items()}
        for register, rows in terms.names.items()
    }
    return fingerprint(forms, check.RULES_EDITION, terms.prefixes, terms.units, names)


def rules_by_form(library: Library, projects: Sequence[Examined]) -> dict[str, str]:
    """Return the fingerprint of the rules for each form."""
    others = rules_of(library, terms_of(projects, library))
    return {**dict.fromkeys(library.forms, others), PROJECT: rules_of(library, project_terms(library))}


def fingerprint(*told: Any) -> str:
    """Return the SHA-256 of some inputs."""
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def project_returns(store: Store, library: Library) -> list[Examined]:
    """Return the project office's submissions that nothing keeps out, the newest first.

    If the newest is refused, the last accepted one stays in force.
    """
    rules = rules_of(library, project_terms(library))
    ours = [one for one in store.submissions() if one.form == PROJECT and one.state not in OUT]
    found = [(one, store.examined(one.sha256, rules)) for one in sorted(ours, key=newest, reverse=True)]
    return [Examined(one, *pair) for one, pair in found if pair and pair[1].accepted]


def newest(submission: Submission) -> tuple[Period, int, str, str]:
    """Order submissions by period, typed version and arrival."""
    return submission.period, submission.version, submission.received_at, submission.id


def tables_of(returns: Sequence[Examined]) -> dict[str, tuple[Record, ...]]:
    """Return the newest workbook's records by table; none if there is no workbook."""
    records = returns[0].checked.records if returns else ()
    return {
        name: tuple(one for one in records if one.table == name) for name in dict.fromkeys(one.table for one in records)
    }


def history_of(store: Store, period: Period) -> dict[str, tuple[Record, ...]]:
    """Return of each office the records of its return that counted last before a period."""
    earlier = [reckoning for when, reckoning in store.reckonings().items() if when < period]
    newest: dict[str, tuple[str, int]] = {}
    for name, examination in store.counted(earlier[-1]) if earlier else ():
        office, when, _ = name.split("/")
        if when < str(period) and when > newest.get(office, ("", 0))[0]:
            newest[office] = when, examination
    found: dict[str, list[Record]] = {}
    for record in store.records(number for _, number in newest.values()).values() if newest else ():
        found.setdefault(record.office, []).append(record)
    return {office: tuple(records) for office, records in found.items()}


def known_of(
    period: Period,
    returns: Sequence[Examined],
    library: Library,
    done: frozenset[str] = frozenset(),
    history: Mapping[str, tuple[Record, ...]] | None = None,
    pictures: Mapping[str, Mapping[str, Picture]] | None = None,
) -> Known:
    """Return registers from the newest workbook, and the tables of a quarter from that quarter's."""
    scopes = {table.name: table.scope for table in library.forms[PROJECT].tables}
    lasting = {name: rows for name, rows in tables_of(returns).items() if scopes[name] == "register"}
    own = tables_of([one for one in returns if one.submission.period == period])
    quarterly = {name: rows for name, rows in own.items() if scopes[name] == "period"}
    begun = {} if own else begun_with(period, returns, library)
    return Known({**lasting, **begun, **quarterly}, done, history or {}, pictures)


def known_today(store: Store, library: Library, period: Period) -> Known:
    """Return what a return of a period is judged against as things stand."""
    projects, pictures = project_returns(store, library), store.photos.by_office()
    return known_of(period, projects, library, history=history_of(store, period), pictures=pictures)


def begun_with(period: Period, returns: Sequence[Examined], library: Library) -> dict[str, tuple[Record, ...]]:
    """Return what a quarter without a workbook of its own starts with: the fields that are carried from the last one."""
    last = tables_of([one for one in returns if one.submission.period < period] or returns)
    carried = {table.name: fields_carried(table) for table in library.forms[PROJECT].tables}
    return {
        name: tuple(
            dataclasses.replace(row, values={one: row.values[one] for one in carried[name] if one in row.values})
            for row in rows
        )
        for name, rows in last.items()
        if carried[name]
    }


def fields_carried(table: Table) -> tuple[str, ...]:
    """Return the fields of a table that a new quarter starts with, where only some are."""
    return table.carry if isinstance(table.carry, tuple) else ()


def with_pictures(records: Iterable[Record], known: Known, library: Library) -> list[Record]:
    """Return the records, with the picture of each file that they name and that lies beside their workbook."""
    naming = {
        table.name: [field for field in table.fields if field.file_of]
        for form in library.forms.values()
        for table in form.tables
    }
    return [_with_pictures(record, naming.get(record.table, ()), known) for record in records]


def _with_pictures(record: Record, naming: Sequence[Field], known: Known) -> Record:
    found = {
        str(field.file_of): Value(State.GIVEN, picture)
        for field in naming
        if record[field.name].given and not record[str(field.file_of)].given
        if (picture := known.picture(record.office, str(record[field.name].plain)))
    }
    return dataclasses.replace(record, values={**record.values, **found}) if found else record
