"""The timetable kept by a program that stays up: it starts the night's run, again and again, and nothing else.

The library `schedule` only wakes it; whether anything is due is asked of the ledger by the
run itself, in a process of its own.  So a missed hour, a sleeping machine or a run that
fails or hangs costs nothing but the next waking.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import schedule

Start = Callable[[], None]
Say = Callable[[str], None]
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Server:
    """Wakes every `minutes` and starts a run; `tick` is to be called every few seconds."""

    start: Start
    minutes: int
    clock: Clock
    say: Say  # told what kept a run from being started
    _scheduler: schedule.Scheduler = field(default_factory=schedule.Scheduler)
    _last: datetime | None = None

    def tick(self) -> None:
        """Start what is due.

        A clock that was set back, as at the end of summer time, would leave `schedule`
        waiting, since it looks at the clock on the wall: it then begins anew.
        """
        now = self.clock().replace(tzinfo=None)
        if self._last is None or now < self._last:
            self._scheduler.clear()
            self._scheduler.every(self.minutes).minutes.do(self._start)
            self._start()
        self._last = now
        self._scheduler.run_pending()

    def _start(self) -> None:
        """Start a run; if that fails, say so: the next waking tries again."""
        try:
            self.start()
        except Exception as error:  # noqa: BLE001  whatever it is, the program that stays up stays up
            self.say(f"The run could not be started: {error or type(error).__name__}. It is tried again.")


def attend(process: subprocess.Popen[bytes], seconds: float, stop: threading.Event, beat: Start, every: float) -> bool:
    """Wait for a run, with a sign of life now and then; return whether it ended by itself.

    Args:
        seconds: after which a run that hangs is ended.
        stop: set when we are told to end; the run is then ended too.
        beat: gives a sign of life, about every `every` seconds.
    """
    waited, told = 0.0, 0.0
    while process.poll() is None and waited < seconds and not stop.wait(SLICE):
        waited, told = waited + SLICE, told + SLICE
        if told >= every:
            beat()
            told = 0.0
    if process.poll() is not None:
        return True
    process.kill()
    process.wait()
    return False


SLICE = 0.2  # seconds between two looks at a run
