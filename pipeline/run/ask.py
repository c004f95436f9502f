"""Questions to what is there: nothing is taken, computed or changed."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import check, examine, messages
from pipeline.errors import UnknownFigure
from pipeline.evidence import explain_figure, tell_figure
from pipeline.form import load_library
from pipeline.model import Checked, Finding, Library, Period, Submission
from pipeline.run.known import known_of, project_returns, project_terms, rules_by_form, tables_of, terms_of
from pipeline.run.reckon import judged_by, owing
from pipeline.run.trace import sources
from pipeline.settings import Settings
from pipeline.store import Examined, Store, open_store


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
        if submission.state == "held":
            expected = str(submission.version + 1)
            one = messages.finding("same_version_differs", found=str(submission.version), expected=expected)
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


def _latest(store: Store) -> list[Submission]:
    """Return of each form, office and period the submission that came last."""
    return list({(one.form, one.office, one.period): one for one in store.submissions()}.values())


def findings_of(submission: Submission, store: Store, library: Library) -> tuple[Finding, ...]:
    """Return what is said of a submission today: by its form, and by the registers in force."""
    projects = project_returns(store, library)
    rules = rules_by_form(library, tables_of(projects))
    examined = store.examined(submission.sha256, rules[submission.form])
    return judged_by(examined[1], known_of(submission.period, projects, library), library).findings if examined else ()


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
        return explain_figure(figure, library.indicators[figure.code], sources(store, reckoning, [figure]))


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


def check_files(settings: Settings, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return what would be said of workbooks, as `score check --json` lists them; nothing is taken."""
    library = load_library(settings.templates, check.TABLE_RULES)
    cost = examine.Limits(settings.workers, settings.seconds, settings.memory_mb)
    projects = known_projects(settings, library)
    with examine.executor(settings.engine, cost) as workers:
        told = []
        for path in paths:
            office = path.resolve().parent.name
            terms = (
                project_terms(library) if office == settings.project_office else terms_of(tables_of(projects), library)
            )
            checked = examine.result(workers.submit(examine.examine, path.read_bytes(), library, terms), cost)
            told.append(tell_file(path, _judged(settings, path, checked, projects, library)))
        return told


def _judged(
    settings: Settings, path: Path, checked: Checked, projects: Sequence[Examined], library: Library
) -> Checked:
    """Return the workbook judged by the registers, and by the folder it lies in if that is one of the inbox."""
    if checked.stamp is None:
        return checked
    judged = judged_by(checked, known_of(checked.stamp.period, projects, library), library)
    folder = path.resolve().parent
    if folder.parent == settings.inbox.resolve() and folder.name != checked.stamp.office:
        one = messages.finding("other_office", found=checked.stamp.office, expected=folder.name)
        return dataclasses.replace(judged, findings=(one, *judged.findings))
    return judged


def known_projects(settings: Settings, library: Library) -> list[Examined]:
    """Return the project office's accepted workbooks, from the ledger; before the first run, from its folder."""
    if settings.ledger.is_file():
        with open_store(settings.archive, settings.ledger, library) as store:
            return project_returns(store, library)
    return []


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
        "expected": one.expected,
        "excepted_by": one.excepted_by,
        "message": {"en": words.en, "zh": words.zh},
    }


# ---- status --------------------------------------------------------------------------------------------


def status(settings: Settings) -> dict[str, Any]:
    """Return who has sent and who has not, what is wrong, and the last run, as `score status --json` says it."""
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        last = store.last_run()
        return {
            "last_run": {"started_at": last.started_at, "ended_at": last.ended_at, "program": last.program}
            if last
            else None,
            "periods": [
                _period_status(store, library, period) for period in sorted({one.period for one in store.submissions()})
            ],
            "refused": [{"file": taking.file, **tell_finding(finding)} for taking, finding in store.refusals()],
            "unanswered": [
                {"office": one.office, "file": one.file, **tell_finding(one.finding)}
                for one in unanswered(store, library)
            ],
        }


def _period_status(store: Store, library: Library, period: Period) -> dict[str, Any]:
    known = known_of(period, project_returns(store, library), library)
    candidates = [one for one in store.submissions() if one.period == period]
    accepted = {one.office for one in candidates if one.state == "accepted"}
    owed = owing(known, period, (), candidates)
    return {
        "period": str(period),
        "reckoning": store.reckonings().get(period),
        "returns": [
            {
                "office": one.office,
                "form": one.form,
                "version": one.version,
                "state": one.state,
                "file": one.file,
                "received_at": one.received_at,
            }
            for one in candidates
        ],
        "missing": [{"office": office, "why": why} for office, why in owed if office not in accepted],
    }
