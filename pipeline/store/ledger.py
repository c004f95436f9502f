"""Rows in and out of the ledger: the one module that speaks SQL."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from filelock import FileLock
from sqlalchemy import Engine, Row, create_engine, delete, event, func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from pipeline import values
from pipeline.errors import CannotWrite
from pipeline.model import (
    Checked,
    Decided,
    Figure,
    Finding,
    Library,
    Merged,
    Period,
    Record,
    Restatement,
    Stamp,
    Submission,
    Words,
)
from pipeline.store import tables as t
from pipeline.store.answers import Answers
from pipeline.store.archive import Act, Archive, Draft, Taking
from pipeline.store.photos import Photos
from pipeline.store.rows import (
    addend_row,
    by_figure,
    enter,
    entered_in,
    figure_row,
    finding_row,
    identity,
    insert_rows,
    judged_rows,
    number_of,
    period,
    record_row,
    save_figures,
    stamp_row,
    to_figure,
    to_finding,
    to_stamp,
    to_submission,
)


@dataclass(frozen=True, slots=True)
class Examined:
    """A submission with its newest examination under the rules in force."""

    submission: Submission
    examination: int
    checked: Checked


@dataclass(frozen=True, slots=True)
class Seen:
    """A file in the inbox: taken, or waiting since when and why (changing, empty, incomplete, conflict)."""

    file: str
    office: str
    sha256: str
    state: str
    why: str
    since: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of a code a return was told when it first came, and in how many cells.

    Of a file that is no return, period and version are not known.
    """

    period: str | None
    office: str
    version: int | None
    received_at: str
    code: str
    severity: str
    findings: int
    cells: int


@contextmanager
def open_store(archive: Path, ledger: Path, library: Library) -> Iterator[Store]:
    """Give the store; the ledger is made anew if it is missing, damaged or of another edition.

    One transaction a change, synced to the disk before it counts as done.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(ledger.with_name(ledger.name + ".lock")):  # two programs that start together make one ledger
        engine = _opened(ledger)
    try:
        yield Store(engine, Archive(archive), library)
    except OperationalError as error:
        raise CannotWrite(f"{ledger} could not be written: {error.orig}. Make room; the next run goes on.") from error
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise CannotWrite(
            f"{ledger} is damaged: {error.orig}. Run `score rebuild`: it is made again from archive/."
        ) from error
    finally:
        engine.dispose()


def _opened(ledger: Path) -> Engine:
    engine = _connect(ledger)
    if _is_current(engine):
        return engine
    engine.dispose()
    for path in (ledger, ledger.with_name(ledger.name + "-wal"), ledger.with_name(ledger.name + "-shm")):
        path.unlink(missing_ok=True)
    engine = _connect(ledger)
    _create(engine)
    return engine


def _connect(ledger: Path) -> Engine:
    engine = create_engine(f"sqlite:///{ledger}")

    @event.listens_for(engine, "connect")
    def _(connection: Any, _: object) -> None:
        for pragma in ("foreign_keys=on", "journal_mode=wal", "synchronous=full"):
            connection.execute(f"pragma {pragma}")

    return engine


def _is_current(engine: Engine) -> bool:
    try:
        with engine.connect() as db:
            return db.exec_driver_sql("pragma user_version").scalar() == t.EDITION
    except OperationalError:
        raise
    except DatabaseError:  # what lies there is no ledger; the archive and the journal are the database
        return False


def _create(engine: Engine) -> None:
    with engine.begin() as db:
        t.meta.create_all(db)
        db.exec_driver_sql(f"pragma user_version = {t.EDITION}")


class Store:
    """The archive and the ledger.  Every method is one transaction."""

    def __init__(self, engine: Engine, archive: Archive, library: Library) -> None:
        self.archive = archive
        self.answers = Answers(engine, archive)
        self.photos = Photos(engine, archive)
        self._checked = functools.lru_cache(maxsize=256)(self._restored)  # what was examined never changes
        self._engine = engine
        self._kinds = {
            (table.name, field.name): field.kind
            for form in library.forms.values()
            for table in form.tables
            for field in table.fields
        }

    # ---- what came

    def take(self, office: str, file: str, data: bytes, at: str) -> bool:
        """Keep a file's bytes, then note its taking; return False if this content is known at this place."""
        taking = Taking(office, file, self.archive.keep(data, Path(file).suffix), at)
        with self._engine.begin() as db:
            if db.scalar(select(t.arrival.c.id).where(t.arrival.c.file == file, t.arrival.c.sha256 == taking.sha256)):
                return False
            self.archive.note(taking)
            enter(db, taking)
        return True

    def entered(self) -> set[tuple[str, str]]:
        """Return (file, fingerprint) of every taking that the ledger knows."""
        with self._engine.connect() as db:
            return {(row.file, row.sha256) for row in db.execute(select(t.arrival.c.file, t.arrival.c.sha256))}

    def catch_up(self, until: str | None = None) -> int:
        """Enter what the journal knows and the ledger does not; return how many entries that were.

        Args:
            until: only what was noted up to then.
        """
        with self._engine.begin() as db:
            known = entered_in(db)
            journal = [entry for entry in dict.fromkeys(self.archive.journal()) if until is None or entry.at <= until]
            new = [entry for entry in journal if identity(entry) not in known]
            for entry in new:
                enter(db, entry)
        return len(new)

    def arrivals(self) -> list[tuple[int, Taking]]:
        """Return what arrived and was not placed yet, in the order it came."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.arrival).where(t.arrival.c.state == "new").order_by(t.arrival.c.id))
            return [(row.id, Taking(row.office, row.file, row.sha256, row.at)) for row in rows]

    def see(self, now: Sequence[Seen]) -> None:
        """Note what lies in the inbox now, if that is something else than before."""
        if sorted(now, key=lambda one: one.file) == self.seen():
            return
        with self._engine.begin() as db:
            db.execute(delete(t.seen))
            insert_rows(db, t.seen, [dataclasses.asdict(one) for one in now])

    def seen(self) -> list[Seen]:
        """Return what lay in the inbox in the last run, by file."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.seen).order_by(t.seen.c.file))
            return [Seen(row.file, row.office, row.sha256, row.state, row.why, row.since) for row in rows]

    def place(self, arrival: int, state: str, why: str | None = None, findings: Sequence[Finding] = ()) -> None:
        """Say what became of an arrival: taken, same or refused, and why."""
        with self._engine.begin() as db:
            db.execute(update(t.arrival).where(t.arrival.c.id == arrival).values(state=state, why=why))
            insert_rows(db, t.finding, [{**finding_row(one), "arrival": arrival} for one in findings])

    def refused_for(self, why: str) -> list[tuple[int, Taking]]:
        """Return the arrivals that were refused for just this."""
        query = select(t.arrival).where(t.arrival.c.state == "refused", t.arrival.c.why == why).order_by(t.arrival.c.id)
        with self._engine.connect() as db:
            return [(row.id, Taking(row.office, row.file, row.sha256, row.at)) for row in db.execute(query)]

    def file_of(self, sha256: str) -> str:
        """Return the file that last came with these bytes."""
        query = select(t.arrival.c.file).where(t.arrival.c.sha256 == sha256).order_by(t.arrival.c.id.desc())
        with self._engine.connect() as db:
            return str(db.scalar(query))

    def take_up(self, numbers: Sequence[int]) -> None:
        """Let refused arrivals be placed anew."""
        with self._engine.begin() as db:
            db.execute(delete(t.finding).where(t.finding.c.arrival.in_(numbers)))
            db.execute(update(t.arrival).where(t.arrival.c.id.in_(numbers)).values(state="new", why=None))

    def submit(self, arrival: int, taking: Taking, stamp: Stamp, state: str, why: str | None = None) -> str:
        """Enter a return and how it stands; return its id, jiangsu/2014-Q4/v1."""
        same = (
            t.submission.c.form == stamp.form,
            t.submission.c.office == stamp.office,
            t.submission.c.period == str(stamp.period),
        )
        with self._engine.begin() as db:
            nth = (db.scalar(select(func.max(t.submission.c.nth)).where(*same)) or 0) + 1
            name = f"{stamp.office}/{stamp.period}/v{nth}"
            row = {"id": name, "arrival": arrival, "sha256": taking.sha256, "nth": nth, "received_at": taking.at}
            told = {
                "form": stamp.form,
                "edition": stamp.edition,
                "office": stamp.office,
                "period": str(stamp.period),
                "version": stamp.version,
            }
            db.execute(insert(t.submission).values(**row, **told))
            db.execute(update(t.arrival).where(t.arrival.c.id == arrival).values(state="taken"))
            db.execute(insert(t.standing).values(submission=name, nth=1, state=state, at=taking.at, why=why))
        return name

    def stand(self, submission: str, state: str, at: str, why: str | None = None) -> None:
        """Note how a submission stands from now on, if that is new."""
        with self._engine.begin() as db:
            last = db.execute(
                select(t.standing).where(t.standing.c.submission == submission).order_by(t.standing.c.nth.desc())
            ).first()
            if last is None or (last.state, last.why) != (state, why):
                db.execute(
                    insert(t.standing).values(
                        submission=submission, nth=(last.nth if last else 0) + 1, state=state, at=at, why=why
                    )
                )

    def submissions(self) -> list[Submission]:
        """Return every submission as it stands, in the order they came."""
        last = (
            select(t.standing.c.submission, func.max(t.standing.c.nth).label("nth"))
            .group_by(t.standing.c.submission)
            .subquery()
        )
        query = (
            select(t.submission, t.standing.c.state, t.arrival.c.file)
            .join(last, last.c.submission == t.submission.c.id)
            .join(t.standing, (t.standing.c.submission == last.c.submission) & (t.standing.c.nth == last.c.nth))
            .join(t.arrival, t.arrival.c.id == t.submission.c.arrival)
            .order_by(t.submission.c.arrival)
        )
        with self._engine.connect() as db:
            return [to_submission(row) for row in db.execute(query)]

    def repeated(self) -> list[Taking]:
        """Return what came and said the same as a return that was there, in the order it came."""
        query = select(t.arrival).where(t.arrival.c.state == "same").order_by(t.arrival.c.id)
        with self._engine.connect() as db:
            return [Taking(row.office, row.file, row.sha256, row.at) for row in db.execute(query)]

    def refusals(self) -> list[tuple[Taking, Finding]]:
        """Return the files that lie in the inbox and were refused, each with the finding that says why."""
        here = (t.seen.c.file == t.arrival.c.file) & (t.seen.c.sha256 == t.arrival.c.sha256)
        query = select(t.arrival, t.finding).join(t.finding, t.finding.c.arrival == t.arrival.c.id).join(t.seen, here)
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(t.arrival.c.file)).all()
        return [(Taking(row.office, row.file, row.sha256, row.at), to_finding(row)) for row in rows]

    def standings(self, submission: str) -> list[tuple[str, str, str | None]]:
        """Return how a submission stood over time: (state, since when, why)."""
        query = select(t.standing).where(t.standing.c.submission == submission).order_by(t.standing.c.nth)
        with self._engine.connect() as db:
            return [(row.state, row.at, row.why) for row in db.execute(query)]

    def count(self, submission: str, findings: Iterable[Finding]) -> None:
        """Keep how many findings of each code a return was told; what was kept first stays."""
        by_code: dict[str, list[Finding]] = defaultdict(list)
        for one in findings:
            by_code[one.code].append(one)
        rows = [
            {
                "submission": submission,
                "code": code,
                "severity": str(several[0].severity),
                "findings": len(several),
                "cells": sum(max(len(one.cells), 1) for one in several),
            }
            for code, several in by_code.items()
        ]
        with self._engine.begin() as db:
            if not db.scalar(select(t.count.c.code).where(t.count.c.submission == submission)):
                insert_rows(db, t.count, rows)

    def counts(self) -> list[Count]:
        """Return what every return was told when it first came, by code, in the order they came."""
        query = (
            select(t.submission, t.count.c.code, t.count.c.severity, t.count.c.findings, t.count.c.cells)
            .join(t.count, t.count.c.submission == t.submission.c.id)
            .order_by(t.submission.c.arrival, t.count.c.code)
        )
        names = [field.name for field in dataclasses.fields(Count)]
        with self._engine.connect() as db:
            return [Count(**{name: getattr(row, name) for name in names}) for row in db.execute(query)]

    def counts_refused(self) -> list[Count]:
        """Return what every file was told that could not be taken, in the order they came."""
        query = select(t.arrival, t.finding).join(t.finding, t.finding.c.arrival == t.arrival.c.id)
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(t.arrival.c.id)).all()
        return [
            Count(None, row.office, None, row.at, row.code, row.severity, 1, max(len(row.cells), 1)) for row in rows
        ]

    # ---- what was examined

    def examined(self, sha256: str, rules: str) -> tuple[int, Checked] | None:
        """Return the examination of a workbook under these rules; None if there was none."""
        with self._engine.connect() as db:
            query = select(t.examination.c.id).where(t.examination.c.sha256 == sha256, t.examination.c.rules == rules)
            number = db.scalar(query)
        return None if number is None else (number, self._checked(number))

    def last_examined(self, sha256: str) -> Checked | None:
        """Return the newest examination of a workbook, under whatever rules; None if there was none."""
        query = select(func.max(t.examination.c.id)).where(t.examination.c.sha256 == sha256)
        with self._engine.connect() as db:
            number = db.scalar(query)
        return None if number is None else self._checked(number)

    def is_examined(self, sha256: str, rules: str) -> bool:
        """Whether a workbook was examined under these rules."""
        with self._engine.connect() as db:
            return (
                db.scalar(
                    select(t.examination.c.id).where(t.examination.c.sha256 == sha256, t.examination.c.rules == rules)
                )
                is not None
            )

    def save_examination(self, sha256: str, rules: str, checked: Checked) -> None:
        """Keep what examining a workbook found, pictures included."""
        for data in checked.pictures.values():
            self.archive.keep(data, "")
        stamp = stamp_row(checked.stamp) if checked.stamp else None
        with self._engine.begin() as db:
            row = {"sha256": sha256, "rules": rules, "stamp": stamp, "silent": sorted(checked.nothing)}
            number = number_of(db.execute(insert(t.examination).values(**row)))
            insert_rows(db, t.record, [{**record_row(record), "examination": number} for record in checked.records])
            insert_rows(db, t.finding, [{**finding_row(one), "examination": number} for one in checked.findings])

    def _restored(self, number: int) -> Checked:
        with self._engine.connect() as db:
            row = db.execute(select(t.examination).where(t.examination.c.id == number)).one()
            stamp = to_stamp(row.stamp) if row.stamp else None
            found = db.execute(select(t.finding).where(t.finding.c.examination == number).order_by(t.finding.c.id))
            kept = db.execute(select(t.record).where(t.record.c.examination == number).order_by(t.record.c.id))
            records = tuple(self._record(one, stamp) for one in kept) if stamp else ()
            return Checked(stamp, records, frozenset(row.silent), tuple(to_finding(one) for one in found))

    def _record(self, row: Row[Any], stamp: Stamp) -> Record:
        kept = {
            name: values.restore(value, self._kinds.get((row.table_name, name), "text"))
            for name, value in row.kept.items()
        }
        return Record(
            row.ref, stamp.office, stamp.period, row.table_name, row.key, row.sheet, row.row, kept, row.cells, row.typed
        )

    # ---- what it amounts to

    def has_reckoning(self, reckoning: str) -> bool:
        """Whether a period was computed from just these inputs, and last of all."""
        with self._engine.connect() as db:
            row = db.execute(select(t.reckoning).where(t.reckoning.c.id == reckoning)).first()
            newest = (
                db.scalar(select(func.max(t.reckoning.c.nth)).where(t.reckoning.c.period == row.period))
                if row
                else None
            )
            return row is not None and row.nth == newest

    def save_reckoning(
        self,
        reckoning: str,
        previous: str | None,
        definitions: str,
        merged: Merged,
        figures: Sequence[Figure],
        counted: Iterable[Examined],
        judged: Mapping[str, Sequence[Finding]],
    ) -> None:
        """Keep a computation whole, or make one that is already kept the newest.

        Args:
            judged: by submission, what was found against the registers and other returns.
        """
        with self._engine.begin() as db:
            nth = (db.scalar(select(func.max(t.reckoning.c.nth))) or 0) + 1
            if db.scalar(select(t.reckoning.c.id).where(t.reckoning.c.id == reckoning)):
                db.execute(update(t.reckoning).where(t.reckoning.c.id == reckoning).values(nth=nth))
                return
            row = {"id": reckoning, "nth": nth, "period": str(merged.period), "previous": previous}
            db.execute(insert(t.reckoning).values(**row, definitions=definitions))
            own = {"reckoning": reckoning}
            used = [{"submission": one.submission.id, "examination": one.examination} for one in counted]
            insert_rows(db, t.counted, [{**own, **one} for one in used])
            insert_rows(db, t.decided, [{**own, **dataclasses.asdict(one)} for one in merged.decided])
            insert_rows(db, t.finding, [{**own, **one} for one in judged_rows(judged)])
            of_offices = [{**finding_row(one), "office": one.params.get("office")} for one in merged.findings]
            insert_rows(db, t.finding, [{**own, **one} for one in of_offices])
            save_figures(db, own, figures)

    def reckonings(self) -> dict[Period, str]:
        """Return the newest reckoning of each period, the oldest period first."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.reckoning.c.period, t.reckoning.c.id).order_by(t.reckoning.c.nth)).all()
        return dict(sorted({period(row.period): row.id for row in rows}.items()))

    def figures(self, reckoning: str) -> list[Figure]:
        """Return the figures of a reckoning with their addends, in their order."""
        with self._engine.connect() as db:
            when = period(db.scalars(select(t.reckoning.c.period).where(t.reckoning.c.id == reckoning)).one())
            addends, lacking = by_figure(db, t.addend, reckoning), by_figure(db, t.left_out, reckoning)
            rows = db.execute(select(t.figure).where(t.figure.c.reckoning == reckoning).order_by(t.figure.c.nth))
            return [to_figure(row, when, addends[row.nth], lacking[row.nth]) for row in rows]

    def decisions(self, reckoning: str) -> list[Decided]:
        """Return what became of corrections and decisions on names."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.decided).where(t.decided.c.reckoning == reckoning))
            return [Decided(row.decided, row.outcome, row.target, row.field) for row in rows]

    def findings(self, reckoning: str, *, of_returns: bool = True) -> list[tuple[str | None, Finding]]:
        """Return what was found across the returns of a reckoning: (office, finding).

        Args:
            of_returns: also what keeps a single return out, judged by the registers.
        """
        query = select(t.finding).where(t.finding.c.reckoning == reckoning)
        if not of_returns:
            query = query.where(t.finding.c.submission.is_(None))
        with self._engine.connect() as db:
            return [(row.office, to_finding(row)) for row in db.execute(query.order_by(t.finding.c.id))]

    def counted(self, reckoning: str) -> list[tuple[str, int]]:
        """Return the (submission, examination) pairs that a reckoning and those before it rest on."""
        found: list[tuple[str, int]] = []
        with self._engine.connect() as db:
            while reckoning:
                rows = db.execute(select(t.counted).where(t.counted.c.reckoning == reckoning))
                found += [(row.submission, row.examination) for row in rows]
                reckoning = db.scalar(select(t.reckoning.c.previous).where(t.reckoning.c.id == reckoning)) or ""
        return found

    def records(self, examinations: Iterable[int], refs: Iterable[str] | None = None) -> dict[str, Record]:
        """Return records by ref: of these examinations, all or only those asked for."""
        query = select(t.record, t.examination.c.stamp).join(
            t.examination, t.examination.c.id == t.record.c.examination
        )
        query = query.where(t.record.c.examination.in_(list(examinations)))
        if refs is not None:
            query = query.where(t.record.c.ref.in_(list(refs)))
        with self._engine.connect() as db:
            return {
                row.ref: self._record(row, to_stamp(row.stamp)) for row in db.execute(query.order_by(t.record.c.id))
            }

    # ---- what is printed

    def draft(self, when: Period, name: str) -> Row[Any] | None:
        """Return the newest draft of a report: id, inputs, sha256, reckoning, state; None if there was none."""
        query = (
            select(t.report)
            .where(t.report.c.period == str(when), t.report.c.name == name)
            .order_by(t.report.c.id.desc())
        )
        with self._engine.connect() as db:
            return db.execute(query).first()

    def reckoned_drafts(self, when: Period, name: str) -> list[Row[Any]]:
        """Return the drafts of a report whose reckoning is known, the newest first; each document once."""
        query = (
            select(t.report)
            .where(t.report.c.period == str(when), t.report.c.name == name, t.report.c.reckoning.is_not(None))
            .order_by(t.report.c.id)
        )
        with self._engine.connect() as db:
            newest = {row.sha256: row for row in db.execute(query)}
        return sorted(newest.values(), key=lambda row: -row.id)

    def drafts(self, when: Period, name: str) -> set[str]:
        """Return what every draft says that we made of a report, as `files.content` has it."""
        query = select(t.report.c.content).where(t.report.c.period == str(when), t.report.c.name == name)
        with self._engine.connect() as db:
            return set(db.scalars(query))

    def intend(self, draft: Draft, reckoning: str, inputs: str, printed: Sequence[tuple[str, str]]) -> int:
        """Note in journal and ledger that a draft is about to be put in its place; return its number."""
        with self._engine.begin() as db:
            if identity(draft) not in entered_in(db):
                self.archive.note(draft)
            row = {"period": draft.period, "name": draft.name, "sha256": draft.sha256, "content": draft.content}
            told = {"reckoning": reckoning, "inputs": inputs, "state": "intent"}
            number = number_of(db.execute(insert(t.report).values(**row, **told)))
            insert_rows(
                db,
                t.printed,
                [{"report": number, "nth": n, "figure": f, "text": text} for n, (f, text) in enumerate(printed)],
            )
            return number

    def done(self, report: int, state: str) -> None:
        """Note that a draft is in its place, or beside the one that a person edited."""
        with self._engine.begin() as db:
            db.execute(update(t.report).where(t.report.c.id == report).values(state=state))

    def printed(self, sha256: str) -> dict[str, str]:
        """Return the figures on a document's pages with their text, by the document's fingerprint."""
        newest = select(func.max(t.report.c.id)).where(t.report.c.sha256 == sha256).scalar_subquery()
        with self._engine.connect() as db:
            rows = db.execute(select(t.printed).where(t.printed.c.report == newest).order_by(t.printed.c.nth))
            return {row.figure: row.text for row in rows}

    # ---- what people decided

    def decide(self, act: Act) -> None:
        """Note an act in journal and ledger."""
        with self._engine.begin() as db:
            self.archive.note(act)
            enter(db, act)

    def acts(self) -> list[tuple[int, Act]]:
        """Return the acts in the order of their dates, then of our learning of them."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.act).order_by(t.act.c.dated, t.act.c.at, t.act.c.id)).mappings().all()
        return [(row["id"], Act(**{name: value for name, value in row.items() if name != "id"})) for row in rows]

    def freeze(self, reckoning: str, printed: Mapping[str, str]) -> str:
        """Keep a reckoning's figures and what a report printed of them in the archive; return the fingerprint."""
        told = [{**figure_row(one), "addends": [addend_row(a) for a in one.addends]} for one in self.figures(reckoning)]
        data = json.dumps({"printed": dict(printed), "figures": told}, ensure_ascii=False, sort_keys=True)
        return self.archive.keep(data.encode(), ".json")

    def frozen(self, fingerprint: str, when: Period) -> tuple[list[Figure], dict[str, str]]:
        """Return the figures that an issued report was made from, and those on its pages with their text."""
        told = json.loads(self.archive.bytes_of(fingerprint))
        rows = [(SimpleNamespace(**row), [SimpleNamespace(**a) for a in row["addends"]]) for row in told["figures"]]
        return [to_figure(row, when, addends, ()) for row, addends in rows], told["printed"]

    def restate(self, said_in: int, found: Sequence[Restatement]) -> None:
        """Keep what is different from what an issued report said, and was not kept yet."""
        with self._engine.begin() as db:
            for one in found:
                nth = (db.scalar(select(func.max(t.restatement.c.nth))) or 0) + 1
                row = {
                    "figure": one.figure,
                    "old": one.old,
                    "new": one.new,
                    "causes": [[cause.en, cause.zh] for cause in one.causes],
                }
                db.execute(insert(t.restatement).values(said_in=said_in, nth=nth, announced_in=None, **row))

    def restatements(self) -> list[tuple[int, int | None, Restatement]]:
        """Return (issue, the issue that announced it or None, restatement), in the order found; what was undone too."""
        with self._engine.connect() as db:
            rows = db.execute(select(t.restatement).order_by(t.restatement.c.nth)).all()
        return [
            (
                row.said_in,
                row.announced_in,
                Restatement(row.figure, row.old, row.new, tuple(Words(*one) for one in row.causes)),
            )
            for row in rows
        ]

    def announce(self, issues: Sequence[int], announced_in: int) -> None:
        """Note that an issued report told what was different in these issues."""
        told = t.restatement.c.said_in.in_(issues) & t.restatement.c.announced_in.is_(None)
        with self._engine.begin() as db:
            db.execute(update(t.restatement).where(told).values(announced_in=announced_in))

    # ---- the machine

    def begin_run(self, program: str, night: date, at: str) -> int:
        """Note that a run began, and whose day's night it does; return its number."""
        with self._engine.begin() as db:
            return number_of(db.execute(insert(t.run).values(program=program, night=night.isoformat(), started_at=at)))

    def end_run(self, number: int, at: str, outcome: str, news: Mapping[str, Any]) -> None:
        """Note how a run ended."""
        with self._engine.begin() as db:
            db.execute(update(t.run).where(t.run.c.id == number).values(ended_at=at, outcome=outcome, news=dict(news)))

    def was_cut_short(self) -> bool:
        """Whether the run before this one began and never ended."""
        with self._engine.connect() as db:
            before = db.execute(select(t.run.c.ended_at).order_by(t.run.c.id.desc()).offset(1)).first()
            return before is not None and before.ended_at is None

    def last_run(self) -> Row[Any] | None:
        """Return the newest run that ended: night, started_at, ended_at, outcome, news; None before the first."""
        with self._engine.connect() as db:
            return db.execute(select(t.run).where(t.run.c.ended_at.is_not(None)).order_by(t.run.c.id.desc())).first()
