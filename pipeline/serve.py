"""The timetable kept by a program that stays up: it starts the night's run, again and again, and nothing else.

The library `schedule` only wakes it; whether anything is due is asked of the ledger by the
run itself, in a process of its own.  So a missed hour, a sleeping machine or a run that
fails or hangs costs nothing but the next waking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import schedule

Start = Callable[[], None]
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Server:
    """Wakes every `minutes` and starts a run; `tick` is to be called every few seconds."""

    start: Start
    minutes: int
    clock: Clock
    _scheduler: schedule.Scheduler = field(default_factory=schedule.Scheduler)
    _last: datetime | None = None

    def tick(self) -> None:
        """Start what is due.  A clock that was set back would leave `schedule` waiting: it then begins anew."""
        now = self.clock()
        if self._last is None or now < self._last:
            self._scheduler.clear()
            self._scheduler.every(self.minutes).minutes.do(self.start)
            self.start()
        self._last = now
        self._scheduler.run_pending()
