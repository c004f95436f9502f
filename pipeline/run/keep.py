"""The archive looked over, and the ledger made again from it."""

from __future__ import annotations

from datetime import datetime

from pipeline import check, examine
from pipeline.errors import BrokenArchive
from pipeline.form import load_library
from pipeline.run.collect import collect
from pipeline.run.decide import find_restated, is_locked, rule
from pipeline.run.night import Night, Outcome
from pipeline.run.reckon import reckon
from pipeline.settings import Settings
from pipeline.store import Store, Taking, open_store


def verify(settings: Settings) -> list[str]:
    """Return what does not agree between archive, ledger and issues; nothing if all is well.  Changes nothing."""
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        journal = list(store.archive.journal())
        wanted = {one.sha256: one for one in journal if one.sha256}
        found = [fault for sha256 in wanted for fault in _fault(store, sha256)]
        takings = {(one.file, one.sha256) for one in journal if isinstance(one, Taking)}
        entered = store.entered()
        found += [
            f"The ledger does not know {file}, which the journal does. Run `score rebuild`."
            for file, _ in sorted(takings - entered)
        ]
        return found + [
            f"The journal does not know {file}, which the ledger does. Put archive/ back from the backup."
            for file, _ in sorted(entered - takings)
        ]


def _fault(store: Store, sha256: str) -> list[str]:
    try:
        store.archive.bytes_of(sha256)
    except BrokenArchive as error:
        return [str(error)]
    return []


def rebuild(settings: Settings, now: datetime) -> Outcome:
    """Make the ledger again from the archive alone, run by run as it was, and return what that computed.

    Reports are left as they are: the journal knows which of them are ours.
    """
    for path in (
        settings.ledger,
        *(settings.ledger.with_name(settings.ledger.name + tail) for tail in ("-wal", "-shm")),
    ):
        path.unlink(missing_ok=True)
    library = load_library(settings.templates, check.TABLE_RULES)
    cost = examine.Limits(settings.workers, settings.seconds, settings.memory_mb)
    with (
        examine.executor(settings.engine, cost) as workers,
        open_store(settings.archive, settings.ledger, library) as store,
    ):
        night = Night(settings, library, store, workers, cost, now)
        for at in sorted({one.at for one in store.archive.journal()}):
            store.catch_up(until=at)
            night.now = datetime.fromisoformat(at)  # what was locked is locked by the calendar of that day
            _recompute(night)
        return night.outcome


def _recompute(night: Night) -> None:
    collect(night)
    for period in night.periods():
        if not is_locked(night, period):
            rule(night, period)
            reckon(night, period)
    find_restated(night)
