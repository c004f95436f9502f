"""A reckoning -> its reports, each made only when something it rests on has changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import __version__, files, pdf
from pipeline.errors import TemplateError
from pipeline.messages import say
from pipeline.model import Finding, Period
from pipeline.publish import publish_document
from pipeline.run.basis import Basis
from pipeline.run.decide import draft_behind
from pipeline.run.known import fingerprint
from pipeline.run.night import Night
from pipeline.store import Draft, Store

if TYPE_CHECKING:  # Word is only loaded when there is something to fill
    from pathlib import Path

    from pipeline.report import Made, Material


@dataclass(frozen=True, slots=True)
class Output:
    """A document that was made: its bytes, the figures on its pages, what a person should look at."""

    data: bytes
    printed: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report of each period: its file, the template it is filled from (if any), its language, and how it is made."""

    name: str
    template: str | None
    language: str
    make: Callable[[Basis, Report, bytes], Output]
    pdf: bool = True  # beside it, where LibreOffice is present


def _donor(basis: Basis, asked: Report, template: bytes) -> Output:
    from pipeline import report

    return _filled(report.donor_report(basis.material, asked.language), asked, template)


def _review(basis: Basis, asked: Report, template: bytes) -> Output:
    """Make the donor report with a comment at every figure; its figures are noted of the report itself."""
    from pipeline import report
    from pipeline.evidence import Named, remark

    named = {name: Named(*words) for name, words in report.told_of(basis.material, asked.language).items()}
    comments = {
        one["figure"]: tuple(remark(one, asked.language, named[one["figure"]]).splitlines()) for one in basis.told
    }
    made = report.donor_report(basis.material, asked.language)
    return Output(report.fill_document(template, made.context, asked.template or "", {**comments, **basis.cells}).data)


def _newsletter(basis: Basis, asked: Report, template: bytes) -> Output:
    from pipeline import report

    return _filled(report.newsletter(basis.material, asked.language), asked, template)


def _evidence(basis: Basis, asked: Report, template: bytes) -> Output:
    from pipeline.evidence import evidence_workbook

    objectives = {code: indicator.objective for code, indicator in basis.library.indicators.items()}
    return Output(evidence_workbook(str(basis.period), basis.told, objectives, basis.restated))


def _filled(made: Made, asked: Report, template: bytes) -> Output:
    from pipeline import report

    document = report.fill_document(template, made.context, asked.template or "")
    return Output(document.data, document.printed, (*made.findings, *document.findings))


REPORTS = (
    Report("donor-report.docx", "donor-report.docx", "en", _donor),
    Report("donor-report-review.docx", "donor-report.docx", "en", _review, pdf=False),
    Report("evidence.xlsx", None, "en", _evidence, pdf=False),
    Report("newsletter.docx", "newsletter.docx", "en", _newsletter),
    Report("newsletter.zh.docx", "newsletter.zh.docx", "zh", _newsletter),
)

NO_PROJECT = (
    "no workbook of the project office is accepted, so the reports are not made; those that were stay. "
    "Correct what is said of its workbook, or what was last changed in templates/."
)


def write_reports(night: Night, period: Period) -> None:
    """Make the reports of a period; a faulty template, or none of the project office's workbooks, keeps the last good ones."""
    reckoning = night.store.reckonings().get(period)
    if reckoning is None:
        return
    basis = Basis(night.store, night.library, period, reckoning)
    if not basis.known.tables:
        night.outcome.troubles.append(f"{period}: {NO_PROJECT}")
        return
    for report in REPORTS:
        template = night.settings.templates / report.template if report.template else None
        if template is None or template.is_file():
            _write(night, basis, report, template.read_bytes() if template else b"")


def material_of(night: Night, period: Period, reckoning: str) -> Material:
    """Return what the reports of a period are made from, with the rows merged as they were reckoned."""
    return Basis(night.store, night.library, period, reckoning).material


def _write(night: Night, basis: Basis, report: Report, template: bytes) -> None:
    path = night.settings.reports / str(basis.period) / report.name
    restated = [f"{when} {one.figure} {one.old} {one.new} {one.causes}" for when, one in basis.restated]
    inputs = fingerprint(basis.reckoning, files.sha256(template), __version__, restated)
    draft = night.store.draft(basis.period, report.name)
    if draft and draft.inputs == inputs and draft.state != "intent" and _stands(night, basis.period, path, draft.state):
        return
    try:
        output = report.make(basis, report, template)
    except TemplateError as error:  # said once of a template, however many documents it fills
        night.outcome.troubles += [] if str(error) in night.outcome.troubles else [str(error)]
        return
    _note(night, report.name, output.findings)
    _place(night, basis, path, output, inputs)


def _stands(night: Night, period: Period, path: Path, state: str) -> bool:
    """Whether a draft is where it was put: at its name, or beside one that a person edited and still keeps there."""
    if not path.is_file():
        return False
    edited = files.content(path.read_bytes()) not in night.store.drafts(period, path.name)
    if edited and state == "beside":
        night.outcome.kept.append(path.relative_to(night.settings.reports).as_posix())
    return edited == (state == "beside") or (edited and state == "done")


def _place(night: Night, basis: Basis, path: Path, output: Output, inputs: str) -> None:
    """Keep the bytes of a document, note the intent, put it in its place."""
    store, data = night.store, output.data
    last = _behind(store, basis.period, path)
    sha256 = store.archive.keep(data, path.suffix)
    draft = Draft(str(basis.period), path.name, sha256, files.content(data), night.at)
    number = store.intend(draft, basis.reckoning, inputs, output.printed)
    ours = store.drafts(basis.period, path.name)
    placed = publish_document(path, data, ours, _differing(store, last, output.printed))
    store.done(number, placed.state)
    told = night.outcome.written if placed.state == "done" else night.outcome.beside
    if placed.is_new or placed.state == "beside":
        told.append(placed.path.relative_to(night.settings.reports).as_posix())


def _behind(store: Store, period: Period, path: Path) -> Any:
    """Return the draft that lies at a place, or that a person who edited it began with; None before the first."""
    drafts = store.reckoned_drafts(period, path.name)
    return draft_behind(store, drafts, path.read_bytes()) if drafts and path.is_file() else None


def write_pdfs(night: Night) -> None:
    """Make the PDF of each report whose Word document is another than at the last conversion, in one call."""
    wanted = {path: data for path in _reports(night) if (data := path.read_bytes()) and _is_stale(night, path, data)}
    if not wanted or night.settings.libreoffice == "none":
        return
    try:
        program = pdf.find_converter(night.settings.libreoffice)
        names = {f"{path.parent.name}/{path.name}": data for path, data in wanted.items()}
        made = pdf.make_pdfs(names, program, night.settings.pdf_seconds)
    except pdf.NotConverted as error:
        night.outcome.notes.append(str(error))
        return
    for path, data in wanted.items():
        _place_pdf(night, path, data, made[f"{path.parent.name}/{path.name}"])


def _reports(night: Night) -> list[Path]:
    """Return the Word documents that stand at their names, of periods that are reckoned."""
    names = [report.name for report in REPORTS if report.pdf]
    folders = [night.settings.reports / str(period) for period in night.store.reckonings()]
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]


def _is_stale(night: Night, path: Path, data: bytes) -> bool:
    target = path.with_suffix(".pdf")
    last = night.store.draft(_period(path), target.name)
    return last is None or last.inputs != fingerprint(files.content(data)) or not target.is_file()


def _period(path: Path) -> Period:
    year, quarter = path.parent.name.split("-Q")
    return Period(int(year), int(quarter))


def _place_pdf(night: Night, path: Path, document: bytes, data: bytes) -> None:
    store, target, period = night.store, path.with_suffix(".pdf"), _period(path)
    draft = Draft(str(period), target.name, store.archive.keep(data, target.suffix), files.content(data), night.at)
    number = store.intend(draft, store.reckonings()[period], fingerprint(files.content(document)), ())
    placed = publish_document(target, data, store.drafts(period, target.name))
    store.done(number, placed.state)
    if placed.is_new:
        night.outcome.written.append(placed.path.relative_to(night.settings.reports).as_posix())


def _note(night: Night, name: str, findings: Iterable[Finding]) -> None:
    """Say what a person should look at before the document goes out."""
    for one in findings:
        said = say(dataclasses.replace(one, params={**one.params, "name": name}))
        night.outcome.notes.append(f"{said.en} {said.zh}")


def _differing(store: Store, before: Any, printed: Sequence[tuple[str, str]]) -> list[str]:
    """Return the figures that this draft prints otherwise than the last one, a line each."""
    was, now = (store.printed(before.sha256) if before else {}), dict(printed)
    return [
        f"{name}: {was.get(name, '–')} → {now.get(name, '–')}"
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
