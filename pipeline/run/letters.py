"""How the returns of a period stand -> what each office is told of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline import check, values
from pipeline.feedback import Item, Letter, Receipt, Taken, items_of
from pipeline.feedback.cells import place_of
from pipeline.feedback.words import CHANGE, LACKING, REMARKS, RULES
from pipeline.model import (
    Bound,
    Change,
    Checked,
    Field,
    Finding,
    Form,
    Known,
    Period,
    Record,
    Severity,
    State,
    Submission,
    Table,
    Value,
)
from pipeline.run import hold
from pipeline.run.ask import changes_of, why_held
from pipeline.run.decide import is_locked
from pipeline.run.judge import judged_by
from pipeline.run.known import known_today, newest, project_returns, rules_by_form
from pipeline.run.night import Night
from pipeline.store import Taking

Names = Mapping[tuple[str, str], str]
Place = tuple[str, Period, str]  # office, period, form: the return that an answer is about
MOST_CHANGES = 100  # that a receipt lists
COVER = ("version", "whats_new", "remarks")  # fields that the steps name
CHINESE = "zh"  # what an office is answered in that no register knows


@dataclass(frozen=True, slots=True)
class Told:
    """An answer to be given: to which workbook, and what it says."""

    submission: Submission
    letter: Letter


@dataclass(frozen=True, slots=True)
class Desk:
    """What all letters of a period are written from."""

    night: Night
    period: Period
    known: Known
    rules: Mapping[str, str]
    locked: bool
    found: Mapping[str, Sequence[Finding]]  # by office: what was found across the returns
    repeated: Sequence[Taking]

    def language(self, office: str) -> str:
        """Return the language that an office is written to in."""
        row = _row(self.known, office)
        return str(row["language"].plain) if row and row["language"].given else CHINESE

    def name(self, office: str) -> str:
        """Return how an office is called in its own language."""
        row = _row(self.known, office)
        title = row[f"name_{self.language(office)}"] if row else None
        return str(title.plain) if title and title.given else office

    def day(self, at: str, language: str) -> str:
        """Return a moment of the ledger as the day that an office's calendar has."""
        return values.show_day(datetime.fromisoformat(at).astimezone(self.night.timetable.zone).date(), language)

    def folder(self, office: str) -> str:
        """Return where an office puts its workbooks, as a person would say it."""
        return f"{self.night.settings.inbox.name}/{office}"


def _row(known: Known, office: str) -> Record | None:
    return next((row for row in known.rows("offices") if row["office"].plain == office), None)


def desk_of(night: Night, period: Period) -> Desk:
    """Return what the letters of a period are written from."""
    projects = project_returns(night.store, night.library)
    reckoning = night.store.reckonings().get(period)
    found: dict[str, list[Finding]] = defaultdict(list)
    for office, one in night.store.findings(reckoning, of_returns=False) if reckoning else ():
        found[office or ""].append(one)
    known = known_today(night.store, night.library, period)
    rules = rules_by_form(night.library, projects)
    return Desk(night, period, known, rules, is_locked(night, period), found, night.store.repeated())


def letters(desk: Desk) -> Iterator[Told]:
    """Yield the answer to each return of the period: to its newest version, or to the one that counts before an older.

    Of a locked period only what came too late is answered: the others stay as they were told.
    """
    returns: dict[Place, list[Submission]] = defaultdict(list)
    for one in sorted(desk.night.store.submissions(), key=newest):
        if one.period == desk.period:
            returns[one.office, one.period, one.form].append(one)
    for versions in returns.values():
        subject = _subject(versions)
        examined = desk.night.store.examined(subject.sha256, desk.rules[subject.form])
        if examined and (subject.state == "received") == desk.locked:
            yield Told(subject, _letter(desk, subject, versions, examined[1]))


def _subject(versions: Sequence[Submission]) -> Submission:
    last = versions[-1]
    accepted = [one for one in versions if one.state == "accepted"]
    return accepted[-1] if last.state == "superseded" and accepted else last


def _letter(desk: Desk, one: Submission, versions: Sequence[Submission], checked: Checked) -> Letter:
    language = desk.language(one.office)
    form = desk.night.library.forms[one.form]
    judged = judged_by(checked, desk.known, desk.night.library)
    findings = [*_held(desk, one, judged), *judged.findings, *_across(desk, one)]
    rows = [record for record in judged.records if form.table(record.table).layout == "rows"]
    called = {(record.table, record.row): hold.called(record, form) for record in rows}
    items = items_of(_in_order(findings, form), language, names_of(judged, form), called)
    due = _due(desk.known, one.period)
    cover = form.table("cover")
    return Letter(
        language=language,
        state=_state(desk, one, items),
        office=desk.name(one.office),
        period=values.show_period(one.period, language),
        version=one.version,
        received=desk.day(one.received_at, language),
        due=values.show_day(due, language) if due else "",
        folder=desk.folder(one.office),
        rows=len(rows),
        good=len(rows) - len(_faulty(findings) & {(record.sheet, record.row) for record in rows}),
        items=items,
        remarks=tuple(_remarks(desk, one, versions, language)),
        receipt=_receipt(desk, one, versions, judged, form) if one.state == "accepted" else None,
        is_ours=one.office == desk.night.settings.project_office,
        titles=tuple((name, cover.field(name).title[language]) for name in COVER),
    )


def _faulty(findings: Iterable[Finding]) -> set[tuple[str | None, int]]:
    """Return the rows, by sheet, in which something must be corrected."""
    return {(one.sheet, place_of(cell)[0]) for one in findings if one.blocks for cell in one.cells}


def _in_order(findings: Iterable[Finding], form: Form) -> list[Finding]:
    """Return findings sheet by sheet, as the form has them; what stands on no sheet comes first."""
    order = {table.name: number for number, table in enumerate(form.tables)}
    return sorted(findings, key=lambda one: order.get(one.table or "", -1))


def _state(desk: Desk, one: Submission, items: Sequence[Item]) -> str:
    if one.state == "accepted":
        return "ok" if all(item.severity is Severity.NOTE for item in items) else "ask"
    if one.state == "held" and why_held(desk.night.store, one) is None:
        return "paused"
    return {"needs_correction": "back", "sent_back": "returned", "received": "locked"}.get(one.state, "held")


def _across(desk: Desk, one: Submission) -> Sequence[Finding]:
    """Return what was found across the returns: it is about the version that counts."""
    return desk.found.get(one.office, ()) if one.state == "accepted" else ()


def _held(desk: Desk, one: Submission, checked: Checked) -> list[Finding]:
    """Return why a version waits, or would if its own faults did not come first, and what is let pass of it."""
    night = desk.night
    if one.state == "held":
        why = why_held(night.store, one)
        return [hold.on_cover(why, checked)] if why else []
    found = hold.reasons(night, hold.earlier(night, one), checked, desk.rules[one.form], desk.known)
    is_back = one.state == "needs_correction"
    return hold.told([one for one in found if is_back or not one.blocks], checked)


def names_of(checked: Checked, form: Form) -> Names:
    """Return how an office calls its records, by table and key."""
    return {(record.table, record.key): hold.called(record, form) for record in checked.records}


def _due(known: Known, period: Period) -> date | None:
    days = [row["due_on"].plain for row in known.rows("calendar") if row["period"].plain == period]
    return next((day for day in days if isinstance(day, date)), None)


# ---- what is said beside the findings ----------------------------------------------------------------------


def _remarks(desk: Desk, one: Submission, versions: Sequence[Submission], language: str) -> Iterator[str]:
    """Yield what an office must know of its other workbooks, and why a person decided as he did."""
    code, _, why = (desk.night.store.standings(one.id)[-1][2] or "").partition(": ")
    if one.state in ("held", "sent_back") and code not in hold.WHERE:
        told = "chosen" if why.endswith("was chosen") else one.state
        yield REMARKS[told][language].format(why=why.removesuffix(" was chosen"))
    for other in versions:
        if other.state == "accepted" and one.state != "accepted":
            at = desk.day(other.received_at, language)
            told = "closed_with" if desk.locked else "in_force"
            yield REMARKS[told][language].format(version=other.version, at=at)
        if other.state == "superseded" and other.received_at > one.received_at:
            at = desk.day(other.received_at, language)
            yield REMARKS["older"][language].format(file=other.file, at=at, version=other.version)
    for taking in desk.repeated:
        if again := _repeated(desk, taking, one):
            notes = [told.found for told in again.findings if told.code == "notes_not_read"]
            said = {"file": taking.file, "at": desk.day(taking.at, language), "note": " / ".join(filter(None, notes))}
            yield REMARKS["noted" if notes else "same"][language].format(**said)


def _repeated(desk: Desk, taking: Taking, one: Submission) -> Checked | None:
    """Return what came later and said the same, if it is about this return."""
    if taking.office != one.office or taking.at < one.received_at:
        return None
    examined = desk.night.store.last_examined(taking.sha256)
    stamp = examined.stamp if examined else None
    return examined if stamp and (stamp.form, stamp.period) == (one.form, one.period) else None


# ---- the receipt -------------------------------------------------------------------------------------------


def _receipt(desk: Desk, one: Submission, versions: Sequence[Submission], checked: Checked, form: Form) -> Receipt:
    language = desk.language(one.office)
    store = desk.night.store
    earlier = list(versions[: versions.index(one)])
    accepted = [other for other in earlier if "accepted" in [state for state, *_ in store.standings(other.id)]]
    before = (accepted or earlier)[-1:]
    changes = changes_of(store, one, [*before, one])
    names = {**_names_before(desk, before, form), **names_of(checked, form)}
    return Receipt(
        facts=tuple(_facts(desk, one, checked, language)),
        taken=tuple(_taken(table, checked, language, desk) for table in form.tables if table.layout == "rows"),
        changes=tuple(_change(change, form, language, names) for change in changes[:MOST_CHANGES]),
        is_first=not earlier,
        left=max(len(changes) - MOST_CHANGES, 0),
        since=accepted[-1].version if accepted and accepted[-1] is not earlier[-1] else 0,
    )


def _names_before(desk: Desk, before: Sequence[Submission], form: Form) -> Names:
    """Return how the version before called its records: those that are gone have their names there."""
    found = [desk.night.store.last_examined(other.sha256) for other in before]
    return {place: name for checked in found if checked for place, name in names_of(checked, form).items()}


def _facts(desk: Desk, one: Submission, checked: Checked, language: str) -> Iterator[tuple[str, str]]:
    at = datetime.fromisoformat(one.received_at).astimezone(desk.night.timetable.zone)
    rules = RULES[language].format(
        edition=one.edition, rules=check.RULES_EDITION, definitions=desk.night.library.sha256[:12]
    )
    yield "file", one.file
    yield "sha256", one.sha256
    yield "id", one.id
    yield "received", f"{at:%Y-%m-%d %H:%M} ({desk.night.settings.zone})"
    if checked.stamp and checked.stamp.signed_on:
        yield "signed", values.show_day(checked.stamp.signed_on, language)
    yield "rules", rules


def _taken(table: Table, checked: Checked, language: str, desk: Desk) -> Taken:
    rows = [record for record in checked.records if record.table == table.name]
    totals = [_total(field, table, rows, language, desk) for field in summed(table) if rows]
    between = "；" if language == CHINESE else "; "
    said = between.join(told for told in totals if told)
    return Taken(table.title[language], len(rows), said, table.name in checked.nothing)


def summed(table: Table) -> list[Field]:
    """Return the fields of a table whose numbers make a total: amounts, and counts that are parts, wholes or sums."""
    wholes = {field.part_of for field in table.fields}
    return [
        field
        for field in table.fields
        if table.scope == "period"
        and (
            field.kind == "amount"
            or (field.kind == "count" and (field.unite == "sum" or field.part_of or field.name in wholes))
        )
    ]


def _total(field: Field, table: Table, rows: Iterable[Record], language: str, desk: Desk) -> str:
    """Return a field's total with how many rows lack a number; "" where none has one."""
    answers = [row[field.name] for row in rows]
    numbers = [one.plain for one in answers if one.given and one.bound is Bound.EXACT and isinstance(one.plain, int)]
    if not numbers:
        return ""
    unit = next(one.unit for one in answers if one.given)
    shown = values.show(Value(State.GIVEN, sum(numbers), unit=unit), field, language, desk.night.library.lists)
    lacking = len(answers) - len(numbers)
    return f"{table.entitled(field)[language]} {shown}" + (LACKING[language].format(n=lacking) if lacking else "")


def _change(change: Change, form: Form, language: str, names: Names) -> tuple[str, str, str, str, str]:
    table = form.table(change.table)
    title = table.entitled(table.field(change.field))[language] if change.field else CHANGE[change.what][language]
    key = names.get((change.table, change.key), change.key.strip(";").replace(";", " · "))
    return table.title[language], key, title, change.old, change.new
