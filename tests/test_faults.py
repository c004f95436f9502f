"""Killed anywhere, or with a full or failing disk: one clean run later everything is as if nothing had been."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from pipeline import files
from pipeline.errors import CannotWrite
from pipeline.run import run
from pipeline.run.ask import figures, status
from pipeline.run.keep import verify
from pipeline.settings import Settings, load_settings
from tests.conftest import NOW, Send
from tests.test_story import send_all

DURABLE = ("mkstemp", "fsync", "replace", "unlink", "commit")


class Killed(BaseException):
    """The process ended here; nothing after it was done."""


class Disk:
    """Counts the durable operations of a run, and goes wrong at one of them."""

    def __init__(self, at: int = 0, how: str = "kill") -> None:
        self.at, self.how, self.count = at, how, 0

    def operation(self) -> None:
        self.count += 1
        if self.count != self.at:
            return
        if self.how == "kill":
            raise Killed
        raise OSError(getattr(errno, self.how), os.strerror(getattr(errno, self.how)))


@contextmanager
def going_wrong(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every durable operation under `files`, and every commit of the ledger, go through the disk."""

    def through(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            disk.operation()
            return function(*args, **kwargs)

        return counted

    def commit(_: Any) -> None:
        disk.operation()

    with monkeypatch.context() as patched:
        patched.setattr(files.tempfile, "mkstemp", through(files.tempfile.mkstemp))
        patched.setattr(files.os, "fsync", through(os.fsync))
        patched.setattr(Path, "replace", through(Path.replace))
        event.listen(Engine, "commit", commit)
        try:
            yield
        finally:
            event.remove(Engine, "commit", commit)


def state(office: Settings) -> dict[str, Any]:
    """Return all that must be the same again: figures, states, documents, what lies in the archive."""
    documents = {path.name: path.read_bytes() for path in office.reports.rglob("*.docx")}
    blobs = sorted(path.name for path in office.archive.rglob("*") if path.is_file() and path.parent.name != "journal")
    stood = [(one["id"], one["state"]) for period in status(office)["periods"] for one in period["returns"]]
    stray = list(office.folder.rglob(f"{files.OWN}*"))
    return {
        "figures": figures(office),
        "documents": documents,
        "blobs": blobs,
        "stood": sorted(stood),
        "stray": stray,
        "faults": verify(office),
    }


def installation(office: Settings, folder: Path) -> Settings:
    """Return a copy of an installation that has run nothing yet."""
    for name in ("inbox", "templates", "pipeline.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(office.folder / name)
    return load_settings(folder)


def points(office: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, dict[str, Any]]:
    """Return how many durable operations a run has, and the state it ends in."""
    disk, whole = Disk(), installation(office, folder)
    with going_wrong(disk, monkeypatch):
        run(whole, NOW)
    return disk.count, state(whole)


def is_noticed(struck: Settings) -> bool:
    """Run, and return whether what went wrong ended the run or, of an answer that stops no other, is said."""
    try:
        return any("could not be written" in one for one in run(struck, NOW).troubles)
    except (Killed, CannotWrite, OSError):
        return True


@pytest.mark.parametrize("how", ["kill", "ENOSPC", "EIO"])
@pytest.mark.slow
def test_one_clean_run_later_nothing_is_lost_torn_or_twice(
    office: Settings,
    send: Send,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    send_all(send)
    count, whole = points(office, tmp_path / "whole", monkeypatch)
    assert count > 40
    bad = []
    for at in range(1, count + 1):
        struck = installation(office, tmp_path / f"{how}-{at}")
        with going_wrong(Disk(at, how), monkeypatch):
            assert is_noticed(struck), f"{how} at {at} passed in silence"
        run(struck, NOW)
        again = run(struck, NOW)
        if state(struck) != whole or again.news():
            bad.append(at)
        shutil.rmtree(struck.folder)
    with capsys.disabled():
        print(f"\n{how}: {count} points, {len(bad)} bad states", end="")  # noqa: T201  the count is the result
    assert bad == []
