"""Questions to what is there: nothing is taken, computed or changed."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline import check, examine, files, intake, messages
from pipeline.errors import UnknownFigure
from pipeline.evidence import explain_figure, tell_figure
from pipeline.form import load_library
from pipeline.model import Change, Checked, Figure, Finding, Library, Period, Record, Submission
from pipeline.restate import find_changes, in_force
from pipeline.run.collect import WAITING, misplaced
from pipeline.run.decide import last_issues
from pipeline.run.hold import held_because
from pipeline.run.judge import judged_by
from pipeline.run.known import (
    PROJECT,
    history_of,
    known_of,
    known_today,
    newest,
    project_returns,
    project_terms,
    rules_by_form,
    terms_of,
)
from pipeline.run.night import period_of
from pipeline.run.reckon import other_period, owing
from pipeline.run.trace import sources
from pipeline.settings import Settings
from pipeline.store import Examined, Store, open_store
from pipeline.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Open:
    """An error finding that stands unanswered: whose it is and where."""

    office: str
    file: str
    finding: Finding

    def __str__(self) -> str:
        return f"{self.file or self.office}: {messages.say(self.finding).en}"


def unanswered(store: Store, library: Library) -> list[Open]:
    """Return the errors that a person must answer: refused files, returns that do not count, decisions without effect.

    An error in a version that a newer accepted one replaced is answered.
    """
    found = [Open(taking.office, taking.file, finding) for taking, finding in store.refusals()]
    for submission in _latest(store):
        if submission.state == "held" and (one := why_held(store, submission)):
            found.append(Open(submission.office, submission.file, one))
        if submission.state == "needs_correction":
            found += [
                Open(submission.office, submission.file, one)
                for one in findings_of(submission, store, library)
                if one.blocks
            ]
    for reckoning in store.reckonings().values():
        found += [
            Open(office or "", "", finding)
            for office, finding in store.findings(reckoning, of_returns=False)
            if finding.blocks
        ]
    return found


def why_held(store: Store, submission: Submission) -> Finding | None:
    """Return why a return waits for a person; None if the project office holds it by an act."""
    return held_because(submission.version, store.standings(submission.id)[-1][2])


def _latest(store: Store) -> list[Submission]:
    """Return of each form, office and period the submission of the newest typed version, of equal ones the last."""
    ordered = sorted(store.submissions(), key=newest)
    return list({(one.form, one.office, one.period): one for one in ordered}.values())


def findings_of(submission: Submission, store: Store, library: Library) -> tuple[Finding, ...]:
    """Return what is said of a submission today: by its form, and by the registers in force."""
    projects = project_returns(store, library)
    rules = rules_by_form(library, projects)
    examined = store.examined(submission.sha256, rules[submission.form])
    if examined is None:
        return ()
    return judged_by(examined[1], known_today(store, library, submission.period), library).findings


# ---- figures -------------------------------------------------------------------------------------------


def explain(settings: Settings, name: str, period: Period | None = None) -> dict[str, Any]:
    """Return a figure with every cell it comes from, as `score explain --json` says it.

    Args:
        name: trained_trainers/sex=women, or with its period behind @.
        period: if the name has none; else the newest that was computed.

    Raises:
        UnknownFigure: there is no such figure, or nothing was computed yet.
    """
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        figure_id, _, at = name.partition("@")
        reckoning = _reckoning(store, at or (str(period) if period else ""))
        found = {figure.id: figure for figure in store.figures(reckoning)}
        if figure_id not in found:
            near = difflib.get_close_matches(figure_id, found, 1)
            hint = f" Did you mean {near[0]!r}?" if near else " `score figures` lists them."
            raise UnknownFigure(f"There is no figure {figure_id!r}.{hint}")
        figure = found[figure_id]
        refuse_undefined([figure], library)
        return explain_figure(figure, library.indicators[figure.code], sources(store, reckoning, [figure]))


def refuse_undefined(figures: Iterable[Figure], library: Library) -> None:
    """Raise UnknownFigure if a figure was computed by an indicator that templates/ no longer has."""
    if gone := sorted({figure.code for figure in figures} - set(library.indicators)):
        raise UnknownFigure(
            f"The quarter was computed with {', '.join(map(repr, gone))}, which templates/indicators.yaml no longer has. "
            f"Run `score run`, or put back what was taken out."
        )


def figures(settings: Settings, period: Period | None = None) -> list[dict[str, Any]]:
    """Return every figure of a period without its addends, as `score figures --json` lists them."""
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        return [tell_figure(figure) for figure in store.figures(_reckoning(store, str(period) if period else ""))]


def _reckoning(store: Store, period: str) -> str:
    """Return the newest reckoning of a period, or of the newest period if none is named."""
    known = {str(when): reckoning for when, reckoning in store.reckonings().items()}
    if not known:
        raise UnknownFigure("Nothing was computed yet. Run `score run` first.")
    if period and period not in known:
        raise UnknownFigure(f"Nothing was computed for {period!r}. Known are: {', '.join(known)}.")
    return known[period] if period else list(known.values())[-1]


# ---- checking without taking ---------------------------------------------------------------------------


def check_files(settings: Settings, paths: Iterable[Path], now: datetime) -> list[dict[str, Any]]:
    """Return what would be said of workbooks at a moment, as `score check --json` lists them; nothing is taken."""
    library = load_library(settings.templates, check.TABLE_RULES)
    cost = examine.Limits(settings.workers, settings.seconds, settings.memory_mb)
    with examine.executor(settings.engine, cost) as workers:
        projects = known_projects(settings, library) or _lying(settings, library, workers, cost)
        told = []
        for path in paths:
            office = path.resolve().parent.name
            terms = project_terms(library) if office == settings.project_office else terms_of(projects, library)
            checked = examine.result(workers.submit(examine.examine, path.read_bytes(), library, terms), cost)
            told.append(tell_file(path, _judged(settings, path, checked, projects, library, now)))
        return told


def _judged(
    settings: Settings, path: Path, checked: Checked, projects: Sequence[Examined], library: Library, now: datetime
) -> Checked:
    """Return the workbook judged by the registers, and by the folder it lies in if that is one of the inbox."""
    folder = path.resolve().parent
    if folder.parent == settings.inbox.resolve():
        terms = terms_of(projects, library)
        one = misplaced(checked, folder.name, settings.project_office, terms, library)
        if one:
            return dataclasses.replace(checked, findings=(one,))
    if checked.stamp is None:
        return checked
    period = checked.stamp.period
    known = known_of(period, projects, library, history=known_history(settings, library, period))
    judged = judged_by(checked, known, library)
    untimely = other_period(checked.stamp, known.rows("offices"), period_of(now, settings.zone))
    if untimely and checked.stamp.form != PROJECT:
        return dataclasses.replace(judged, findings=(untimely, *judged.findings))
    return judged


def known_history(settings: Settings, library: Library, period: Period) -> dict[str, tuple[Record, ...]]:
    """Return the records of each office's last return that counted, from the ledger."""
    if settings.ledger.is_file():
        with open_store(settings.archive, settings.ledger, library) as store:
            return history_of(store, period)
    return {}


def known_projects(settings: Settings, library: Library) -> list[Examined]:
    """Return the project office's accepted workbooks, from the ledger."""
    if settings.ledger.is_file():
        with open_store(settings.archive, settings.ledger, library) as store:
            return project_returns(store, library)
    return []


def _lying(settings: Settings, library: Library, workers: Executor, cost: examine.Limits) -> list[Examined]:
    """Return the project office's workbooks as they lie in its folder, the newest first: what is known before the first run."""
    lying = [one for one in intake.list_deliveries(settings.inbox) if one.office == settings.project_office]
    claimed = [(one.file, *intake.claim(one.path)) for one in lying if one.kind == "workbook"]
    calls = [
        (file, data, workers.submit(examine.examine, data, library, project_terms(library)))
        for file, data, why in claimed
        if not why
    ]
    found = [one for file, data, call in calls if (one := _as_sent(file, data, examine.result(call, cost)))]
    return sorted(found, key=lambda one: newest(one.submission), reverse=True)


def _as_sent(file: str, data: bytes, checked: Checked) -> Examined | None:
    """Return a project workbook as if it had been taken; None if it would not be accepted."""
    stamp = checked.stamp
    if stamp is None or stamp.form != PROJECT or not checked.accepted:
        return None
    who = (file, stamp.office, stamp.period, stamp.form, stamp.edition, stamp.version)
    return Examined(Submission(*who, files.sha256(data), file, "received", ""), 0, checked)


def tell_file(path: Path, checked: Checked) -> dict[str, Any]:
    """Return one entry of `check --json`."""
    return {
        "file": path.as_posix(),
        "accepted": checked.accepted,
        "findings": [tell_finding(one) for one in checked.findings],
    }


def tell_finding(one: Finding) -> dict[str, Any]:
    """Return a finding as `check --json` says it; `cell` is the first of `cells`."""
    words = messages.say(one)
    return {
        "code": one.code,
        "severity": str(one.severity),
        "sheet": one.sheet,
        "cell": one.cells[0] if one.cells else None,
        "cells": list(one.cells),
        "table": one.table,
        "field": one.field,
        "found": one.found,
        "founds": list(one.several),
        "expected": one.expected,
        "excepted_by": one.excepted_by,
        "trial": one.trial,
        "message": {"en": words.en, "zh": words.zh},
    }


# ---- status --------------------------------------------------------------------------------------------


def status(settings: Settings) -> dict[str, Any]:
    """Return who has sent and who has not, what is wrong, the last run and the next, as `score status --json` says it."""
    library = load_library(settings.templates)
    timetable = Timetable(settings.hour, ZoneInfo(settings.zone))
    with open_store(settings.archive, settings.ledger, library) as store:
        last = store.last_run()
        ran = datetime.fromisoformat(last.ended_at) if last else None
        return {
            "last_run": {"night": last.night, "ended_at": last.ended_at, "program": last.program} if last else None,
            "next_run": timetable.next_after(ran, date.fromisoformat(last.night)).isoformat() if last and ran else None,
            "periods": [
                _period_status(store, library, when) for when in sorted({one.period for one in store.submissions()})
            ],
            "waiting": [
                {"file": one.file, "why": one.why, "since": one.since, "message": asdict(WAITING[one.why])}
                for one in store.seen()
                if one.state != "taken"
            ],
            "ignored": [
                {"file": one.file, "kind": one.kind}
                for one in intake.list_deliveries(settings.inbox)
                if one.kind in ("junk", "beside")
            ],
            "refused": [{"file": taking.file, **tell_finding(finding)} for taking, finding in store.refusals()],
            "unanswered": [
                {"office": one.office, "file": one.file, **tell_finding(one.finding)}
                for one in unanswered(store, library)
            ],
            "counted": [*(asdict(one) for one in store.counts()), *(asdict(one) for one in store.counts_refused())],
            "acts": [{name: value for name, value in asdict(act).items() if value} for _, act in store.acts()],
            "restatements": restatements(store),
        }


def restatements(store: Store) -> list[dict[str, Any]]:
    """Return what was said in an issued report and is different today, with its causes."""
    acts, last = dict(store.acts()), last_issues(store)
    return [
        {
            "figure": f"{one.figure}@{acts[said_in].period}",
            "said_in": acts[said_in].code,
            "old": one.old,
            "new": one.new,
            "causes": [{"en": cause.en, "zh": cause.zh} for cause in one.causes],
            "announced_in": acts[announced].code if announced else None,
        }
        for said_in, announced, one in in_force(store.restatements())
        if said_in in last or announced
    ]


def _period_status(store: Store, library: Library, period: Period) -> dict[str, Any]:
    known = known_of(period, project_returns(store, library), library)
    candidates = [one for one in store.submissions() if one.period == period]
    accepted = {one.office for one in candidates if one.state == "accepted"}
    owed = owing(known, period, (), candidates)
    held = {one.office for one in _latest(store) if one.period == period and one.state == "held"}
    return {
        "period": str(period),
        "reckoning": store.reckonings().get(period),
        "returns": [_return_status(store, one, candidates) for one in candidates],
        "missing": [
            {"office": office, "why": "held" if office in held else why}
            for office, why in owed
            if office not in accepted
        ],
    }


def _return_status(store: Store, one: Submission, candidates: Sequence[Submission]) -> dict[str, Any]:
    told = {"office": one.office, "form": one.form, "version": one.version, "state": one.state, "file": one.file}
    stood = [{"state": state, "at": at, "why": why} for state, at, why in store.standings(one.id)]
    changes = [dataclasses.asdict(change) for change in changes_of(store, one, candidates)]
    waits = why_held(store, one) if one.state == "held" else None
    return {
        **told,
        "id": one.id,
        "received_at": one.received_at,
        "stood": stood,
        "waits": asdict(messages.say(waits)) if waits else None,
        "changes": changes,
    }


def changes_of(store: Store, one: Submission, candidates: Sequence[Submission]) -> list[Change]:
    """Return what a submission says otherwise than the one before it from the same office."""
    before = [other for other in candidates if (other.form, other.office) == (one.form, one.office)]
    position = before.index(one)
    if position == 0:
        return []
    was, now = (store.last_examined(other.sha256) for other in (before[position - 1], one))
    return find_changes(was.records, now.records) if was and now else []
