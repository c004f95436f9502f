"""A quarter begins -> the blank form of each office, with what is known already, in its folder of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline import check, files
from pipeline.errors import PipelineError
from pipeline.form import Guidance, Known, load_guidance, load_library, write_blank
from pipeline.model import Condition, Form, Library, Period, Record, State, Table, Value, Words
from pipeline.run.known import OUT, PROJECT, fields_carried, newest, project_returns, rules_by_form, tables_of
from pipeline.run.night import Night, period_of
from pipeline.run.reckon import owes
from pipeline.settings import Settings
from pipeline.store import Store, open_store

FEEDBACK = "feedback"  # the folder of answers, below reports/
POOLS: Mapping[str, str] = {"stories": "story_code", "quotes": "quote_code", "photos": "pair", "upcoming": "plan_code"}
Registers = Mapping[str, tuple[Record, ...]]


def offer_blanks(night: Night) -> None:
    """Put the blank form of the quarter that has begun into each office's folder, once.

    A form that lies there already, perhaps being filled in, is never touched.
    """
    period = period_of(night.now, night.settings.zone)
    for path, data in _blanks(night.settings, night.store, night.library, period, known_only=True):
        files.write(path, data)
        night.outcome.forms.append(path.relative_to(night.settings.reports).as_posix())


def write_blanks(settings: Settings, period: Period | None, office: str | None, now: datetime) -> list[Path]:
    """Write the blank forms of a period anew, of one office or of all that owe a return; return where they are.

    Raises:
        PipelineError: the project office has not sent its workbook, or there is no such office.
    """
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        found = list(_blanks(settings, store, library, period or period_of(now, settings.zone), office))
    if not found:
        raise PipelineError(
            f"There is no office {office!r} in the register that owes a return."
            if office
            else "No workbook of the project office is accepted, so the offices are not known. Run `score run` first."
        )
    for path, data in found:
        files.write_if_new(path, data)
    return [path for path, _ in found]


def _blanks(
    settings: Settings,
    store: Store,
    library: Library,
    period: Period,
    office: str | None = None,
    *,
    known_only: bool = False,
) -> Iterator[tuple[Path, bytes]]:
    """Yield the place and the bytes of each form; with `known_only`, of those that are not there yet."""
    projects = project_returns(store, library)
    registers, rules = tables_of(projects), rules_by_form(library, projects)
    rows = [row for row in registers.get("offices", ()) if owes(row, period)]
    guidance: Guidance | None = None
    for row in rows:
        name = str(row["office"].plain)
        path = settings.reports / FEEDBACK / name / f"{name}-{period}.xlsx"
        if (office is not None and name != office) or (known_only and path.is_file()):
            continue
        guidance = guidance or load_guidance(settings.templates)
        form = library.forms[PROJECT if name == settings.project_office else "province"]
        yield path, write_blank(form, library, guidance, _known(store, form, row, period, registers, rules))


def _known(
    store: Store, form: Form, row: Record, period: Period, registers: Registers, rules: Mapping[str, str]
) -> Known:
    """Return what a form starts with: who fills it in, the registers, the rows carried over."""
    office = str(row["office"].plain)
    last = _last_return(store, form, office, period, rules)
    carried = {table.name: list(_carried(table, last)) for table in form.tables}
    if "activities" in carried:
        carried["activities"] += _joint(registers, office, period, carried["activities"])
    if "layout" in carried:
        carried["layout"] = list(_pool(store, period, rules))
    title = Words(str(row["name_en"].plain), str(row["name_zh"].plain))
    prefix, language = str(row["prefix"].plain), str(row["language"].plain)
    return Known(office, title, prefix, language, period, registers, carried)


def _last_return(store: Store, form: Form, office: str, period: Period, rules: Mapping[str, str]) -> tuple[Record, ...]:
    """Return the records of the office's newest accepted return of an earlier period."""
    before = [
        one
        for one in store.submissions()
        if (one.form, one.office, one.state) == (form.name, office, "accepted") and one.period < period
    ]
    examined = store.examined(max(before, key=newest).sha256, rules[form.name]) if before else None
    return examined[1].records if examined else ()


def _carried(table: Table, records: Iterable[Record]) -> Iterator[Mapping[str, Value]]:
    """Yield the rows of a table that the next form starts with."""
    for record in records:
        if record.table == table.name and _goes_on(table, record):
            values = {name: value for name, value in record.values.items() if value.state in SAID}
            yield {name: values[name] for name in fields_carried(table) or values if name in values}


SAID = (State.GIVEN, State.NOT_RECORDED, State.NOT_APPLICABLE)


def _goes_on(table: Table, record: Record) -> bool:
    if fields_carried(table):
        return True
    if table.layout == "card":
        return False
    if isinstance(table.carry, Condition):
        return check.holds(table.carry, record)
    return table.carry == "all" or table.scope == "register"


def _joint(
    registers: Registers, office: str, period: Period, there: Sequence[Mapping[str, Value]]
) -> list[Mapping[str, Value]]:
    """Return a row for each joint activity of the quarter that names the office and is not there yet."""
    codes = {row["activity_code"].plain for row in there if "activity_code" in row}
    wanted = [
        row
        for row in registers.get("joint", ())
        if office in _offices(row) and f"-{period.year}Q{period.quarter}-" in row.key and row.key not in codes
    ]
    return [
        {name: row[name] for name in ("activity_code", "title_en", "title_zh") if row[name].given} for row in wanted
    ]


def _offices(row: Record) -> tuple[str, ...]:
    plain = row["offices"].plain
    return plain if isinstance(plain, tuple) else ()


def _pool(store: Store, period: Period, rules: Mapping[str, str]) -> Iterator[Mapping[str, Value]]:
    """Yield a row of the newsletter's layout for every story, plan, comment and pair that came in for the quarter."""
    seen = set()
    for one in store.submissions():
        examined = (
            store.examined(one.sha256, rules[one.form]) if one.period == period and one.state not in OUT else None
        )
        for record in examined[1].records if examined else ():
            value = record[POOLS.get(record.table, "")]
            if value.given and (record.table, value.plain) not in seen:
                seen.add((record.table, value.plain))
                yield {"source": Value(State.GIVEN, record.table), "item": Value(State.GIVEN, value.plain)}
