"""What the parts of the status page are made from: the quarter it is about, and how each office stands in it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.model import Finding, Known, Period, Record, Submission, Words
from pipeline.run.ask import findings_of
from pipeline.run.decide import is_locked
from pipeline.run.known import known_of, project_returns
from pipeline.run.night import Night
from pipeline.store import Act
from pipeline.values import show_day

QUARTERS = 4
STATES = {"held": "hold", "received": "hold", "sent_back": "back", "needs_correction": "back"}
RULINGS = ("hold", "send_back", "choose")


@dataclass(frozen=True, slots=True)
class Look:
    """The quarters of the page, the newest last; every return; what is said of those that matter today."""

    night: Night
    known: Known
    quarters: tuple[Period, ...]
    open_periods: tuple[Period, ...]  # that have a return and are not locked
    submissions: tuple[Submission, ...]
    acts: tuple[Act, ...]
    findings: dict[str, tuple[Finding, ...]]  # by submission: of `standing` returns of the newest and the open quarters
    counted: frozenset[str]  # the submissions that the newest reckoning of the page's quarter counted

    @property
    def newest(self) -> Period:
        """The quarter that the page is about."""
        return self.quarters[-1]

    @property
    def today(self) -> date:
        """The day on the office's own calendar."""
        return local(self.night, self.night.at)

    def offices(self) -> list[Record]:
        """Return the offices of the register in its order."""
        rows = self.known.rows("offices")
        return sorted(rows, key=lambda row: int(str(row["order"].plain)) if row["order"].given else 0)

    def stands(self, one: Submission) -> str:
        """Return how a return stands for a person: ok, hold (a person decides) or back (its office acts).

        One that is only received while its quarter is open was chosen by an act, and counts.
        """
        if one.state == "received" and one.period in self.open_periods:
            return "ok"
        return STATES.get(one.state, "ok")

    def standing(self, office: str, period: Period) -> Submission | None:
        """Return the return of an office that says how it stands in a quarter; None if it sent nothing."""
        sent = [one for one in self.submissions if (one.office, one.period) == (office, period)]
        return standing(sent, self.acts)


def look_at(night: Night) -> Look | None:
    """Return what the page is made from; None before anything came."""
    periods = night.periods()
    if not periods:
        return None
    newest = newest_ended(periods, local(night, night.at))
    known = known_of(newest, project_returns(night.store, night.library), night.library)
    submissions = tuple(night.store.submissions())
    acts = tuple(act for _, act in night.store.acts())
    open_periods = tuple(when for when in periods if not is_locked(night, when))
    wanted = [one for one in latest(submissions, acts) if one.period in (newest, *open_periods)]
    findings = {one.id: findings_of(one, night.store, night.library) for one in wanted}
    reckoning = night.store.reckonings().get(newest)
    counted = frozenset(name for name, _ in night.store.counted(reckoning)) if reckoning else frozenset()
    return Look(night, known, quarters_until(newest), open_periods, submissions, acts, findings, counted)


def quarters_until(newest: Period) -> tuple[Period, ...]:
    """Return the quarters of the page, the newest last."""
    quarters = [newest]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].previous)
    return tuple(quarters)


def newest_ended(periods: Sequence[Period], today: date) -> Period:
    """Return the newest quarter that has ended; the first one if none has.

    A return that comes early does not turn the page: what the quarter before still lacks would be out of sight.

    >>> newest_ended([Period(2014, 4), Period(2015, 1)], date(2015, 3, 31))
    Period(year=2014, quarter=4)
    """
    return next((when for when in reversed(periods) if last_day(when) < today), periods[0])


def last_day(period: Period) -> date:
    """Return the last day of a quarter."""
    month = period.quarter * 3
    return date(period.year, month, calendar.monthrange(period.year, month)[1])


def latest(submissions: Sequence[Submission], acts: Sequence[Act]) -> list[Submission]:
    """Return of each office and quarter the return that says how it stands."""
    places = dict.fromkeys((one.office, one.period) for one in submissions)
    found = (standing([one for one in submissions if (one.office, one.period) == place], acts) for place in places)
    return [one for one in found if one]


def standing(sent: Sequence[Submission], acts: Sequence[Act]) -> Submission | None:
    """Return the last of some returns that was neither replaced by a newer version nor set aside by a choice."""
    in_play = [one for one in sent if one.state != "superseded" and not _set_aside(one, acts)]
    return next(reversed(in_play or sent), None)


def _set_aside(one: Submission, acts: Sequence[Act]) -> bool:
    act = ruling(one, acts)
    return one.state == "held" and act is not None and act.act == "choose"


def ruling(one: Submission, acts: Sequence[Act]) -> Act | None:
    """Return the act that decides on a return: the last that knew of it."""
    about = [
        act
        for act in acts
        if act.act in RULINGS
        and (act.office, act.period) == (one.office, str(one.period))
        and one.received_at <= act.at
    ]
    return about[-1] if about else None


def local(night: Night, at: str) -> date:
    """Return the day of a moment on the office's own calendar."""
    return datetime.fromisoformat(at).astimezone(night.timetable.zone).date()


def name_of(row: Record) -> Words:
    """Return what an office is called."""
    return Words(str(row["name_en"].plain), str(row["name_zh"].plain))


def both(day: date) -> Words:
    """Return a day in words."""
    return Words(show_day(day, "en"), show_day(day, "zh"))


def listed(names: Sequence[Words]) -> Words:
    """Return names as one phrase."""
    return Words(", ".join(one.en for one in names), "、".join(one.zh for one in names))
