"""A reckoning -> its reports, each filled only when something it rests on has changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import __version__, files, merge, pdf
from pipeline.errors import TemplateError
from pipeline.messages import say
from pipeline.model import Finding, Library, Period
from pipeline.publish import publish_document
from pipeline.run.known import fingerprint, known_of, project_returns
from pipeline.run.night import Night
from pipeline.run.reckon import before, done_before
from pipeline.store import Draft, Store

if TYPE_CHECKING:  # Word is only loaded when there is something to fill
    from pathlib import Path

    from pipeline.report import Made, Material


@dataclass(frozen=True, slots=True)
class Report:
    """A report of each period: its file, its template, and what its template may use."""

    name: str
    template: str
    language: str
    make: Callable[[Material, str], Made]
    pdf: bool = True  # beside it, where LibreOffice is present


def _donor(material: Material, language: str) -> Made:
    from pipeline import report

    return report.Made(
        report.donor_report(material.period, material.figures, material.known, material.library, language)
    )


def _newsletter(material: Material, language: str) -> Made:
    from pipeline import report

    return report.newsletter(material, language)


REPORTS = (
    Report("donor-report.docx", "donor-report.docx", "en", _donor),
    Report("newsletter.docx", "newsletter.docx", "en", _newsletter),
    Report("newsletter.zh.docx", "newsletter.zh.docx", "zh", _newsletter),
)


def write_reports(night: Night, period: Period) -> None:
    """Fill the reports of a period; a faulty template keeps the last good draft."""
    reckoning = night.store.reckonings().get(period)
    for report in REPORTS if reckoning else ():
        template = night.settings.templates / report.template
        if reckoning and template.is_file():
            _write(night, period, reckoning, report, template)


def _write(night: Night, period: Period, reckoning: str, report: Report, template: Path) -> None:
    data = template.read_bytes()
    path = night.settings.reports / str(period) / report.name
    inputs = fingerprint(reckoning, files.sha256(data), __version__)
    draft = night.store.draft(period, report.name)
    if draft and draft.inputs == inputs and draft.state != "intent" and _stands(night, period, path, draft.state):
        return
    try:
        _fill(night, period, reckoning, path, data, inputs, report)
    except TemplateError as error:
        night.outcome.troubles.append(str(error))


def _stands(night: Night, period: Period, path: Path, state: str) -> bool:
    """Whether a draft is where it was put: at its name, or beside one that a person edited and still keeps there."""
    if not path.is_file():
        return False
    edited = files.content(path.read_bytes()) not in night.store.drafts(period, path.name)
    if edited and state == "beside":
        night.outcome.kept.append(path.relative_to(night.settings.reports).as_posix())
    return edited == (state == "beside") or (edited and state == "done")


def material_of(store: Store, library: Library, period: Period, reckoning: str) -> Material:
    """Return what the reports of a period are made from, with the rows merged as they were reckoned."""
    from pipeline import report

    known = known_of(period, project_returns(store, library), library, done_before(store, before(store, period)))
    counted = store.records(examination for _, examination in store.counted(reckoning)).values()
    records = [record for record in counted if record.period == period]
    merged = merge.merge_returns(period, records, (), known, library)
    return report.Material(
        period, tuple(store.figures(reckoning)), merged.tables, known, library, store.archive.bytes_of
    )


def _fill(night: Night, period: Period, reckoning: str, path: Path, template: bytes, inputs: str, kind: Report) -> None:
    """Fill a template, keep the bytes, note the intent, put the document in its place."""
    from pipeline import report

    store = night.store
    made = kind.make(material_of(store, night.library, period, reckoning), kind.language)
    document = report.fill_document(template, made.context, path.name)
    _note(night, path.name, (*made.findings, *document.findings))
    last = store.draft(period, path.name)
    draft = Draft(
        str(period), path.name, store.archive.keep(document.data, path.suffix), files.content(document.data), night.at
    )
    number = store.intend(draft, reckoning, inputs, document.printed)
    placed = publish_document(
        path, document.data, store.drafts(period, path.name), _differing(store, last, document.printed)
    )
    store.done(number, placed.state)
    told = night.outcome.written if placed.state == "done" else night.outcome.beside
    if placed.is_new or placed.state == "beside":
        told.append(placed.path.relative_to(night.settings.reports).as_posix())


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
