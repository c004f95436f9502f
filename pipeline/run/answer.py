"""What offices are told -> their folders of answers: one for each return, one page for each file that could not be taken."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline import examine, feedback, files
from pipeline.errors import CannotWrite
from pipeline.feedback import Made, Refused
from pipeline.model import Period, Submission
from pipeline.publish import is_edited, publish_answer, withdraw_answer
from pipeline.run.blanks import FEEDBACK
from pipeline.run.known import PROJECT, fingerprint
from pipeline.run.letters import Desk, Told, desk_of, letters
from pipeline.run.night import Night, period_of
from pipeline.run.tell import tell_fault
from pipeline.store import Answer, Taking

ENDINGS = (".xlsx", ".xlsm")
PAGE = "-answer.html"


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer that is being made: whose, of what name, from what, and what comes of it."""

    office: str
    stem: str
    inputs: str
    told: Told
    source: str
    call: Future[Made]


def answer_offices(night: Night, periods: Sequence[Period]) -> None:
    """Answer what stands otherwise than it was last answered; take away pages of files that are gone."""
    asked = [one for period in periods for one in _ask(night, desk_of(night, period))]
    for one in asked:
        _give(night, one)
    _answer_refused(night)


# ---- returns -------------------------------------------------------------------------------------------------


def _ask(night: Night, desk: Desk) -> Iterator[_Asked]:
    """Yield the answers of a period that have to be written, each being made by a worker."""
    for told in letters(desk):
        one = told.submission
        source = _seen_from(night.settings.inbox / one.file, folder_of(night, one.office))
        inputs = fingerprint(feedback.EDITION, one.sha256, asdict(told.letter), source)
        stem = stem_of(night, one)
        if not any(_stands(night, one.office, stem + ending, inputs) for ending in ENDINGS):
            data = night.store.archive.bytes_of(one.sha256)
            call = night.workers.submit(feedback.answer_workbook, data, told.letter, source)
            yield _Asked(one.office, stem, inputs, told, source, call)


def folder_of(night: Night, office: str) -> Path:
    """Return the folder of an office's answers."""
    return night.settings.reports / FEEDBACK / office


def stem_of(night: Night, one: Submission) -> str:
    """Return the name of a return's answer without its ending; the blank form has another."""
    is_usual = (one.form == PROJECT) == (one.office == night.settings.project_office)
    return f"{one.office}-{one.period}-answer" if is_usual else f"{one.office}-{one.period}-{one.form}-answer"


def _seen_from(path: Path, folder: Path) -> str:
    """Return where a workbook lies, seen from the answer; its whole place where they lie on two drives."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def _give(night: Night, asked: _Asked) -> None:
    made = examine.finished(asked.call)
    if made is None:
        where = examine.trace(asked.call)
        if where:
            tell_fault(night, asked.told.submission.file, where)
        why = "marking it failed" if where else "marking it took too long"
        made = feedback.findings_workbook(asked.told.letter, asked.source, why)
    if made.refused:
        night.outcome.notes.append(f"{asked.told.submission.file}: could not be marked ({made.refused}); {FRESH}")
    for ending in ENDINGS:
        if ending != made.ending:
            _withdraw(night, asked.office, asked.stem + ending)
    _place(night, asked.office, asked.stem + made.ending, made.data, asked.inputs)


FRESH = "its office is answered by a workbook of findings 无法加标注，另以核对结果表答复"


# ---- files that could not be taken -----------------------------------------------------------------------------


def _answer_refused(night: Night) -> None:
    """Write a page for each file in the inbox that was refused, and take away those of files that are not there."""
    wanted = _pages(night)
    for office, name in night.store.answers.standing():
        if name.endswith(PAGE) and (office, name) not in wanted:
            _withdraw(night, office, name)
    for (office, name), page in wanted.items():
        inputs = fingerprint(feedback.EDITION, asdict(page))
        if not _stands(night, office, name, inputs):
            _place(night, office, name, feedback.refusal_page(page), inputs)


def _pages(night: Night) -> dict[tuple[str, str], Refused]:
    """Return what is to be said of each refused file, by office and name of the page."""
    refusals = night.store.refusals()
    if not refusals:
        return {}
    desk = desk_of(night, night.periods()[-1] if night.periods() else period_of(night.now, night.settings.zone))
    return {
        (taking.office, page_name(taking)): Refused(
            language := desk.language(taking.office),
            taking.file,
            desk.day(taking.at, language),
            desk.folder(taking.office),
            why,
        )
        for taking, why in refusals
    }


def page_name(taking: Taking) -> str:
    """Return the name of the page for a file that could not be taken: its own, and what the page is."""
    return taking.file.partition("/")[2].replace("/", "-") + PAGE


# ---- putting in place ------------------------------------------------------------------------------------------


def _stands(night: Night, office: str, name: str, inputs: str) -> bool:
    """Whether an answer that says just this is where it was put: at its name, or beside one that was edited."""
    last, path = night.store.answers.last(office, name), folder_of(night, office) / name
    if last is None or last.inputs != inputs or last.state not in ("done", "beside") or not path.is_file():
        return False
    edited = is_edited(path, night.store.answers.contents(office, name))
    return edited == (last.state == "beside") or (edited and last.state == "done")


def _place(night: Night, office: str, name: str, data: bytes, inputs: str) -> None:
    """Keep the bytes of an answer, note the intent, put it in its place; a file that is open there waits for the next run."""
    store, path = night.store, folder_of(night, office) / name
    sha256 = store.archive.keep(data, path.suffix)
    number = store.answers.intend(Answer(office, name, sha256, files.content(data), inputs, night.at))
    try:
        placed = publish_answer(path, data, store.answers.contents(office, name))
    except CannotWrite as error:
        night.outcome.troubles.append(str(error))
        return
    store.answers.done(number, placed.state)
    if placed.is_new:
        night.outcome.answers.append(placed.path.relative_to(night.settings.reports).as_posix())


def _withdraw(night: Night, office: str, name: str) -> None:
    """Take away an answer that no longer holds; one that its office edited stays."""
    answers = night.store.answers
    last = answers.last(office, name)
    if last is not None and last.state != "gone":
        withdraw_answer(folder_of(night, office) / name, answers.contents(office, name))
        answers.done(last.id, "gone")
