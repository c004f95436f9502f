"""A reckoning -> its reports, each filled only when something it rests on has changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import __version__, files
from pipeline.errors import TemplateError
from pipeline.model import Period
from pipeline.publish import publish_document
from pipeline.run.known import fingerprint, known_of, project_returns
from pipeline.run.night import Night
from pipeline.store import Draft, Store

REPORTS = ("donor-report.docx",)


def write_reports(night: Night, period: Period) -> None:
    """Fill the reports of a period; a faulty template keeps the last good draft."""
    reckoning = night.store.reckonings().get(period)
    for name in REPORTS if reckoning else ():
        template = night.settings.templates / name
        if reckoning and template.is_file():
            _write(night, period, reckoning, name, template)


def _write(night: Night, period: Period, reckoning: str, name: str, template: Path) -> None:
    data = template.read_bytes()
    path = night.settings.reports / str(period) / name
    inputs = fingerprint(reckoning, files.sha256(data), __version__)
    draft = night.store.draft(period, name)
    if draft and draft.inputs == inputs and draft.state != "intent" and _stands(night, period, path, draft.state):
        return
    try:
        _fill(night, period, reckoning, path, data, inputs)
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


def _fill(night: Night, period: Period, reckoning: str, path: Path, template: bytes, inputs: str) -> None:
    """Fill a template, keep the bytes, note the intent, put the document in its place."""
    from pipeline import report  # Word is only loaded when there is something to fill

    store = night.store
    known = known_of(period, project_returns(store, night.library), night.library)
    context = report.donor_report(period, store.figures(reckoning), known, night.library)
    document = report.fill_document(template, context, path.name)
    before = store.draft(period, path.name)
    draft = Draft(
        str(period), path.name, store.archive.keep(document.data, path.suffix), files.content(document.data), night.at
    )
    number = store.intend(draft, reckoning, inputs, document.printed)
    placed = publish_document(
        path, document.data, store.drafts(period, path.name), _differing(store, before, document.printed)
    )
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
