"""What a run works with, and what it has done so far."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.examine import Limits
from pipeline.model import Library, Period
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.timetable import Timetable

NEWS = ("taken", "same", "refused", "reckoned", "acts", "restated", "written", "answers", "forms", "beside")


@dataclass(slots=True)
class Outcome:
    """What a run did and what a person must look at; files stand below inbox/ and reports/."""

    taken: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reckoned: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    restated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # drafts that a person edited, with ours still beside
    notes: list[str] = field(default_factory=list)  # to be looked at before a document goes out
    ignored: int = 0

    def news(self) -> dict[str, list[str]]:
        """Return what came, was computed or was written; empty on a quiet night."""
        return {name: items for name in NEWS if (items := getattr(self, name))}

    @property
    def code(self) -> int:
        """0 done; 1 done, and an error stands unanswered or an output is not at its name."""
        return int(bool(self.unanswered or self.waiting or self.beside or self.kept or self.troubles))


@dataclass(slots=True)
class Night:
    """One run: its settings and definitions, the store, the workers, the moment, the outcome."""

    settings: Settings
    library: Library
    store: Store
    workers: Executor
    cost: Limits
    now: datetime
    clock: Callable[[], datetime] | None = None  # asked when the run ends, and for nothing else
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def at(self) -> str:
        """The moment as the journal and the ledger write it, in UTC."""
        return self.now.astimezone(UTC).isoformat(timespec="microseconds")

    def ended_at(self) -> str:
        """Return the moment of the end, in UTC; that of the start if there is no clock to ask."""
        return self.clock().astimezone(UTC).isoformat(timespec="microseconds") if self.clock else self.at

    @property
    def timetable(self) -> Timetable:
        """When the nights are."""
        return Timetable(self.settings.hour, ZoneInfo(self.settings.zone))

    def minutes_since(self, at: str) -> float:
        """Return how long ago a moment of the ledger was."""
        return (self.now - datetime.fromisoformat(at)).total_seconds() / 60

    def periods(self) -> list[Period]:
        """Return the periods that have a return, the oldest first."""
        return sorted({one.period for one in self.store.submissions()})


def period_of(now: datetime, zone: str) -> Period:
    """Return the quarter of a moment, as the offices' calendars have it.

    >>> str(period_of(datetime.fromisoformat("2014-12-31T18:00:00+00:00"), "Asia/Shanghai"))
    '2015-Q1'
    """
    here = now.astimezone(ZoneInfo(zone))
    return Period(here.year, (here.month + 2) // 3)
