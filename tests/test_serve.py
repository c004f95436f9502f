"""The program that stays up: what a plain loop around `schedule` gets wrong does not happen here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import schedule

from pipeline.serve import Server
from pipeline.settings import Settings
from tests.conftest import Send
from tests.test_story import send_all


class Clock:
    """A clock that a test sets; `schedule` looks at it too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2015, 1, 21, 1, 0)  # noqa: DTZ001  schedule's own clock has no zone
        clock = self

        class Patched(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return clock.now

        monkeypatch.setattr(schedule.datetime, "datetime", Patched)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, server: Server, minutes: int) -> None:
        """Let minutes pass, looking at the timetable in each."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            server.tick()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def counting(started: list[datetime], clock: Clock) -> Any:
    return lambda: started.append(clock.now)


def test_it_asks_at_once_and_then_at_every_waking(clock: Clock) -> None:
    started: list[datetime] = []
    server = Server(counting(started, clock), 30, clock)
    server.tick()
    clock.pass_(server, 120)
    assert len(started) == 5


def test_a_sleep_of_three_days_is_one_waking_and_not_many(clock: Clock) -> None:
    started: list[datetime] = []
    server = Server(counting(started, clock), 30, clock)
    server.tick()
    clock.now += timedelta(days=3)
    clock.pass_(server, 5)
    assert len(started) == 2


def test_a_clock_that_is_set_back_does_not_stop_it(clock: Clock) -> None:
    started: list[datetime] = []
    server = Server(counting(started, clock), 10, clock)
    server.tick()
    clock.pass_(server, 5)
    clock.now -= timedelta(hours=1)
    clock.pass_(server, 60)
    assert len(started) >= 6


def score(office: Settings, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline", "--folder", str(office.folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
@pytest.mark.slow
def test_it_serves_for_a_minute_does_the_night_once_outlives_a_failure_and_ends_when_told(
    office: Settings, send: Send
) -> None:
    settings = office.folder / "pipeline.toml"
    good = '[reading]\nengine = "serial"\n\n[nights]\nwake_minutes = 1\n'
    settings.write_text(good, encoding="utf-8")
    send_all(send)
    server = score(office, "serve")
    report = office.reports / "2014-Q4" / "donor-report.docx"
    wait_for(report.is_file)
    made = report.stat().st_mtime_ns
    settings.write_text('[reading]\nengin = "serial"\n', encoding="utf-8")  # the next run fails
    time.sleep(70)
    assert server.poll() is None
    server.send_signal(signal.SIGTERM)
    told, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "'engin' is no setting of [reading]" in told
    assert told.endswith("Ended.\n")
    assert report.stat().st_mtime_ns == made
    assert json.loads((office.var / "health.json").read_text(encoding="utf-8"))["serving"] is False


def wait_for(ready: Any) -> None:
    """Wait until something is so; half a minute at most."""
    for _ in range(300):
        if ready():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def test_a_night_that_was_done_is_not_done_again(office: Settings, send: Send) -> None:
    send_all(send)
    first, second = (score(office, "run", "--if-due") for _ in range(2))
    told = [process.communicate(timeout=60)[0] for process in (first, second)]
    codes = {first.returncode, second.returncode}
    assert codes <= {0, 3}
    assert 0 in codes
    third = score(office, "run", "--if-due")
    assert third.communicate(timeout=60)[0] == "Not due: this night's run was done.\n"
    assert third.returncode == 0
    assert any("Taken:" in one for one in told)
