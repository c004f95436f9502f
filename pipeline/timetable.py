"""A moment and the nights that were done -> whether a night is due, and when the next one is.  Pure.

A night belongs to a day of the office's own calendar: it is due from that day's hour on, in
the office's time zone, until it is done.  Nights that were missed are not made up one by
one: a run does all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Timetable:
    """When the nights are: at `hour` o'clock in `zone`."""

    hour: int
    zone: ZoneInfo

    def night_of(self, now: datetime) -> date:
        """Return the day whose night is the newest that has begun by `now`.

        >>> Timetable(2, ZoneInfo("Asia/Shanghai")).night_of(datetime(2015, 1, 20, 17, 59, tzinfo=UTC))
        datetime.date(2015, 1, 20)
        """
        today = now.astimezone(self.zone).date()
        return today if self.begins(today) <= now else today - timedelta(days=1)

    def begins(self, day: date) -> datetime:
        """Return when the night of a day begins, in UTC; an hour that summer time skips is the one after it."""
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)

    def due(self, now: datetime, done: date | None) -> date | None:
        """Return the day whose night is to be done; None if it is done.

        A night that was done on a day still to come is a clock that was wrong: it counts for
        nothing, or no night would be done until that day.
        """
        night = self.night_of(now)
        if done is None or done < night or done > night + timedelta(days=1):
            return night
        return None

    def next_after(self, now: datetime, done: date | None) -> datetime:
        """Return when the next night begins, in UTC; one that is due began already."""
        due = self.due(now, done)
        return self.begins(due if due else self.night_of(now) + timedelta(days=1))
