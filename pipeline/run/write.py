"""A reckoning -> its reports, each made only when something it rests on has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__, files
from pipeline.errors import TemplateError
from pipeline.model import Period
from pipeline.publish import publish_document
from pipeline.run.basis import Basis
from pipeline.run.known import fingerprint
from pipeline.run.night import Night
from pipeline.store import Draft, Store

Made = tuple[bytes, tuple[tuple[str, str], ...]]  # a document, and the figures on its pages with their text


def _donor_report(basis: Basis, template: bytes, name: str, *, review: bool = False) -> Made:
    from pipeline import report  # Word is only loaded when there is something to fill
    from pipeline.evidence import remark

    context = report.donor_report(
        basis.period,
        basis.figures,
        basis.known,
        basis.library,
        tables=basis.tables,
        missing=basis.missing,
        restated=basis.restated,
    )
    comments = {one["figure"]: tuple(remark(one).splitlines()) for one in basis.told} if review else None
    document = report.fill_document(template, context, name, comments)
    return document.data, document.printed


def _review_copy(basis: Basis, template: bytes, name: str) -> Made:
    """The donor report with a comment at every figure; what is printed is noted of the report itself."""
    return _donor_report(basis, template, name, review=True)[0], ()


def _evidence(basis: Basis, template: bytes, name: str) -> Made:
    from pipeline.evidence import evidence_workbook

    objectives = {code: indicator.objective for code, indicator in basis.library.indicators.items()}
    return evidence_workbook(str(basis.period), basis.told, objectives, basis.restated), ()


@dataclass(frozen=True, slots=True)
class Report:
    """A document of a period: the template it is filled from, if any, and how."""

    template: str | None
    make: Callable[[Basis, bytes, str], Made]


REPORTS: Mapping[str, Report] = {
    "donor-report.docx": Report("donor-report.docx", _donor_report),
    "donor-report-review.docx": Report("donor-report.docx", _review_copy),
    "evidence.xlsx": Report(None, _evidence),
}


def write_reports(night: Night, period: Period) -> None:
    """Make the reports of a period; a faulty template keeps the last good draft."""
    reckoning = night.store.reckonings().get(period)
    if reckoning is None:
        return
    basis = Basis(night.store, night.library, period, reckoning)
    for name, report in REPORTS.items():
        template = night.settings.templates / report.template if report.template else None
        if template is None or template.is_file():
            _write(night, basis, name, report, template.read_bytes() if template else b"")


def _write(night: Night, basis: Basis, name: str, report: Report, template: bytes) -> None:
    path = night.settings.reports / str(basis.period) / name
    restated = [f"{when} {one.figure} {one.old} {one.new}" for when, one in basis.restated]
    inputs = fingerprint(basis.reckoning, files.sha256(template), __version__, restated)
    draft = night.store.draft(basis.period, name)
    if draft and draft.inputs == inputs and draft.state != "intent" and _stands(night, basis.period, path, draft.state):
        return
    try:
        data, printed = report.make(basis, template, report.template or name)
    except TemplateError as error:  # said once of a template, however many documents it fills
        night.outcome.troubles += [] if str(error) in night.outcome.troubles else [str(error)]
        return
    _place(night, basis, path, data, printed, inputs)


def _stands(night: Night, period: Period, path: Path, state: str) -> bool:
    """Whether a draft is where it was put: at its name, or beside one that a person edited and still keeps there."""
    if not path.is_file():
        return False
    edited = files.content(path.read_bytes()) not in night.store.drafts(period, path.name)
    if edited and state == "beside":
        night.outcome.kept.append(path.relative_to(night.settings.reports).as_posix())
    return edited == (state == "beside") or (edited and state == "done")


def _place(
    night: Night, basis: Basis, path: Path, data: bytes, printed: Sequence[tuple[str, str]], inputs: str
) -> None:
    """Keep the bytes of a document, note the intent, put it in its place."""
    store = night.store
    before = store.draft(basis.period, path.name)
    sha256 = store.archive.keep(data, path.suffix)
    draft = Draft(str(basis.period), path.name, sha256, files.content(data), night.at)
    number = store.intend(draft, basis.reckoning, inputs, printed)
    placed = publish_document(path, data, store.drafts(basis.period, path.name), _differing(store, before, printed))
    store.done(number, placed.state)
    told = night.outcome.written if placed.state == "done" else night.outcome.beside
    if placed.is_new or placed.state == "beside":
        told.append(placed.path.relative_to(night.settings.reports).as_posix())


def _differing(store: Store, before: Any, printed: Sequence[tuple[str, str]]) -> list[str]:
    """Return the figures that this draft prints otherwise than the last one, a line each."""
    was, now = (store.printed(before.sha256) if before else {}), dict(printed)
    return [
        f"{name}: {was.get(name, '–')} → {now.get(name, '–')}"
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
