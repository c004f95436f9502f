"""The program that stays up: what a plain loop around `schedule` gets wrong does not happen here."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import schedule

from pipeline.run.tell import beat
from pipeline.serve import Server, attend
from pipeline.settings import Settings
from tests.conftest import NOW, Send
from tests.test_story import send_all


class Clock:
    """A clock that a test sets; `schedule` looks at it too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2015, 1, 21, 1, 0)  # noqa: DTZ001  schedule's own clock has no zone
        clock = self

        class Patched(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return clock.now.replace(tzinfo=None)  # the library looks at the clock on the wall

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
    server = Server(counting(started, clock), 30, clock, print)
    server.tick()
    clock.pass_(server, 120)
    assert len(started) == 5


def test_a_sleep_of_three_days_is_one_waking_and_not_many(clock: Clock) -> None:
    started: list[datetime] = []
    server = Server(counting(started, clock), 30, clock, print)
    server.tick()
    clock.now += timedelta(days=3)
    clock.pass_(server, 5)
    assert len(started) == 2


def test_a_clock_that_is_set_back_does_not_stop_it(clock: Clock) -> None:
    started: list[datetime] = []
    server = Server(counting(started, clock), 10, clock, print)
    server.tick()
    clock.pass_(server, 5)
    clock.now -= timedelta(hours=1)
    clock.pass_(server, 60)
    assert len(started) >= 6


def test_at_the_end_of_summer_time_it_sleeps_no_longer_than_on_other_days(clock: Clock) -> None:
    zone = ZoneInfo("Europe/Berlin")
    clock.now = datetime(2015, 10, 24, 23, 55, tzinfo=UTC).astimezone(zone)  # 1:55; at 3:00 it is 2:00 again
    started: list[datetime] = []
    server = Server(counting(started, clock), 30, clock, print)
    for _ in range(180):
        server.tick()
        clock.now = (clock.now.astimezone(UTC) + timedelta(minutes=1)).astimezone(zone)
    times = [one.astimezone(UTC) for one in started]
    assert len(times) >= 6
    assert max(after - before for before, after in itertools.pairwise(times)) <= timedelta(minutes=30)


def test_a_start_that_fails_is_said_and_tried_again_and_not_at_once(clock: Clock) -> None:
    tried, said = [], []

    def start() -> None:
        tried.append(clock.now)
        raise OSError("no room for a process")

    server = Server(start, 30, clock, said.append)
    server.tick()
    clock.pass_(server, 60)
    assert len(tried) == 3
    assert said == ["The run could not be started: no room for a process. It is tried again."] * 3


def sleeping(seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])


def test_a_run_that_hangs_is_ended_and_we_give_signs_of_life_while_it_does() -> None:
    beats: list[str] = []
    process = sleeping(60)
    assert not attend(process, 1.5, threading.Event(), lambda: beats.append("alive"), 0.4)
    assert process.poll() is not None
    assert len(beats) >= 3


def test_a_run_that_ends_by_itself_is_left_alone_and_one_at_work_when_we_are_told_to_end_is_not() -> None:
    assert attend(sleeping(0), 30, threading.Event(), list, 5)
    stop = threading.Event()
    stop.set()
    process = sleeping(60)
    assert not attend(process, 30, stop, list, 5)
    assert process.poll() is not None


def test_a_health_that_is_broken_is_made_good_by_the_next_sign_of_life(office: Settings) -> None:
    office.var.mkdir()
    (office.var / "health.json").write_text('{"serving": tr', encoding="utf-8")
    beat(office, NOW, {"serving": True})
    assert json.loads((office.var / "health.json").read_text(encoding="utf-8"))["serving"] is True


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_a_health_that_cannot_be_written_does_not_end_it(office: Settings, send: Send) -> None:
    send_all(send)
    (office.var / "health.json").mkdir(parents=True)  # nothing can be put in its place
    server = score(office, "serve")
    wait_for((office.reports / "2014-Q4" / "donor-report.docx").is_file)
    time.sleep(6)  # a sign of life more
    assert server.poll() is None
    server.send_signal(signal.SIGTERM)
    told, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert told.count("health.json could not be written") == 2  # by the run, and once by the service


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is where Linux says who handles a signal")
def test_told_to_end_while_it_starts_it_ends_cleanly(office: Settings) -> None:
    server = score(office, "serve")
    wait_for(lambda: handles(server.pid))
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=20)
    assert server.returncode == 0


def handles(pid: int) -> bool:
    """Whether a process has set its own answer to SIGTERM, before it loaded the run."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    early = "sqlite3" not in maps
    is_set = bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)
    assert is_set or early, "the run was loaded before the signal had its answer"
    return is_set


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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is not a word of Windows")
def test_a_holder_that_is_dead_is_taken_over(office: Settings, send: Send) -> None:
    send_all(send)
    hold = (
        "import sys, time; from pathlib import Path; from filelock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1]) / 'run.lock'); lock.acquire(); print('held', flush=True); time.sleep(60)"
    )
    office.var.mkdir()
    holder = subprocess.Popen([sys.executable, "-c", hold, str(office.var)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    busy = score(office, "run")
    assert (busy.communicate(timeout=60)[0], busy.returncode) == (
        "Another run is at work. Wait until it has ended; nothing is lost by leaving now.\n",
        3,
    )
    holder.kill()
    holder.wait()
    holder.stdout.close()
    after = score(office, "run")
    assert "Computed: 2014-Q4" in after.communicate(timeout=60)[0]
    assert after.returncode == 0


@pytest.mark.slow
def test_each_run_leaves_a_line_and_news_leaves_a_page(office: Settings, send: Send) -> None:
    send_all(send)
    for _ in range(2):
        score(office, "run").communicate(timeout=60)
    lines = [json.loads(line) for line in (office.var / "log" / "score.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["event"], one["code"], "taken" in one) for one in lines] == [("run", 0, True), ("run", 0, False)]
    [page] = (office.reports / "log").glob("*.md")
    told = page.read_text(encoding="utf-8")
    assert "## Taken · 已收取\n- east/east.xlsx\n- north/north.xlsx" in told
    health = json.loads((office.var / "health.json").read_text(encoding="utf-8"))
    assert set(health) >= {"last_success", "exit_code", "next_due", "beat_at", "version"}


@pytest.mark.slow
def test_an_act_at_the_command_line(office: Settings, send: Send) -> None:
    send_all(send)
    score(office, "run").communicate(timeout=60)
    told = score(office, "act", "lock", "--period", "2014-Q4", "--by", "Officer")
    assert told.communicate(timeout=60)[0].startswith("Acts: lock 2014-Q4 (cli-")
    for words, said in (
        (
            ("lok", "--period", "2014-Q4", "--by", "O"),
            "'lok' is no act. Known are: issue, lock, unlock, hold, choose, send_back.\n",
        ),
        (("hold", "--period", "2014-Q4", "--by", "O"), "`score act hold` needs --office.\n"),
    ):
        wrong = score(office, "act", *words)
        assert (wrong.communicate(timeout=60)[0], wrong.returncode) == (said, 2)


@pytest.mark.slow
def test_verify_and_rebuild_at_the_command_line(office: Settings, send: Send) -> None:
    send_all(send)
    score(office, "run").communicate(timeout=60)
    assert (
        score(office, "rebuild").communicate(timeout=60)[0]
        == "The ledger was made again from the archive: 1 computations.\n"
    )
    assert score(office, "verify").communicate(timeout=60)[0] == "Archive, ledger and issued reports agree.\n"
    next(path for path in office.archive.rglob("*.xlsx")).unlink()
    wrong = score(office, "verify")
    assert "is missing or was changed. Put it back from the backup" in wrong.communicate(timeout=60)[0]
    assert wrong.returncode == 1
