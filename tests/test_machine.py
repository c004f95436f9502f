"""Whatever happens in whatever order, a plain model of the office says what must be so."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline import files
from pipeline.form import load_library
from pipeline.model import Library
from pipeline.run import Act, act, run
from pipeline.run.ask import figures, status
from pipeline.run.keep import verify
from pipeline.settings import load_settings
from tests.build import workbook
from tests.conftest import NOW, ROOT
from tests.test_faults import Disk, Killed, going_wrong
from tests.test_merge import CORRECTION
from tests.test_story import PROJECT, training

LIBRARY: Library = load_library(ROOT / "templates")
OFFICES = ("north", "east")
EDITED = b"edited by a person"


@dataclass
class Model:
    """What the project office would write on paper: the newest good number of each office, and what went out."""

    sent: dict[str, tuple[int, int]] = field(default_factory=dict)  # office -> (version, trainers) that counts
    corrected: bool = False
    issued: tuple[bytes, ...] = ()  # what went out, to the byte
    edited: bool = False

    def trainers(self) -> int:
        numbers = {office: trainers for office, (_, trainers) in self.sent.items()}
        if self.corrected and numbers.get("north") == 6:
            numbers["north"] = 5
        return sum(numbers.values())


class Office(RuleBasedStateMachine):
    """An installation to which things happen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "templates").symlink_to(ROOT / "templates")
        (self.folder / "pipeline.toml").write_text('[reading]\nengine = "serial"\n', encoding="utf-8")
        self.settings = load_settings(self.folder)
        self.model, self.waiting = Model(), Model()
        self.now: datetime = NOW
        self.files, self.versions, self.project = 0, dict.fromkeys(OFFICES, 0), 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def put(self, office: str, data: bytes, name: str = "") -> None:
        self.files += 1
        path = self.settings.inbox / office / f"{name or self.files}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def put_project(self, **more: Any) -> None:
        self.project += 1
        cover = {"whats_new": f"Version {self.project}"}
        self.put(
            "project-office",
            workbook(LIBRARY.forms["project"], "project-office", version=self.project, cover=cover, **PROJECT, **more),
        )

    def night(self) -> Any:
        self.now += timedelta(hours=1)
        outcome = run(self.settings, self.now)
        self.model = Model(dict(self.waiting.sent), self.waiting.corrected, self.model.issued, self.model.edited)
        return outcome

    @initialize()
    def begin(self) -> None:
        self.put_project()
        self.night()

    @rule(office=st.sampled_from(OFFICES), trainers=st.sampled_from([6, 2, 9]), name=st.sampled_from(["", "return"]))
    def drop(self, office: str, trainers: int, name: str) -> None:
        """An office sends a newer version, under a new name or over its own file, perhaps before the night took it."""
        self.versions[office] += 1
        code = f"{'NO' if office == 'north' else 'EA'}-2014Q4-01"
        rows = [training(code, trainers=trainers, trainers_women=0)]
        version, cover = self.versions[office], {"whats_new": f"Version {self.versions[office]}"}
        self.put(
            office, workbook(LIBRARY.forms["province"], office, version=version, cover=cover, activities=rows), name
        )
        self.waiting.sent[office] = (version, trainers)

    @rule(office=st.sampled_from(OFFICES))
    def spoil(self, office: str) -> None:
        """An office sends what is no workbook: nothing changes."""
        self.put(office, b"%PDF-1.4")

    @rule(office=st.sampled_from(OFFICES), new=st.integers(1000, 2000))
    def rename(self, office: str, new: int) -> None:
        """Somebody tidies up: the same bytes under another name."""
        for path in sorted((self.settings.inbox / office).glob("*.xlsx"))[:1]:
            self.night()
            path.rename(path.with_name(f"{new}.xlsx"))

    @rule(office=st.sampled_from(OFFICES))
    def delete(self, office: str) -> None:
        """Somebody empties a folder after the night: what was taken stays."""
        self.night()
        shutil.rmtree(self.settings.inbox / office, ignore_errors=True)

    @precondition(lambda self: not self.waiting.corrected)
    @rule()
    def correct(self) -> None:
        self.put_project(corrections=[CORRECTION])
        self.waiting.corrected = True

    @rule()
    def run_twice(self) -> None:
        self.night()
        assert self.night().news() == {}

    @rule(at=st.integers(1, 40))
    def kill(self, at: int) -> None:
        """The night is killed somewhere, and the next one goes on."""
        patch = pytest.MonkeyPatch()
        try:
            with going_wrong(Disk(at), patch):
                self.now += timedelta(hours=1)
                run(self.settings, self.now)
        except Killed:
            pass
        finally:
            patch.undo()
        self.night()

    @precondition(lambda self: self.model.sent)
    @rule()
    def edit(self) -> None:
        path = self.settings.reports / "2014-Q4" / "donor-report.docx"
        if path.is_file():
            path.write_bytes(EDITED)
            self.model.edited = True

    @precondition(lambda self: self.model.sent)
    @rule()
    def issue(self) -> None:
        """What lies at its name goes out, edited or not."""
        self.night()
        self.now += timedelta(minutes=1)
        at = self.now.isoformat(timespec="microseconds")
        self.model.issued += ((self.settings.reports / "2014-Q4" / "donor-report.docx").read_bytes(),)
        act(
            self.settings,
            self.now,
            Act(
                "issue",
                "2014-Q4",
                self.now.date().isoformat(),
                "O",
                at,
                f"I{len(self.model.issued)}",
                report="donor_report",
            ),
        )

    @invariant()
    def the_number_is_what_the_paper_says(self) -> None:
        if self.project and self.settings.ledger.is_file():
            found = {one["figure"]: one["value"] for one in figures(self.settings)}
            known = str(self.model.trainers()) if self.model.sent else None  # nobody heard is no zero
            assert found["trained_trainers"] == known

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.settings.ledger.is_file():
            assert verify(self.settings) == []
            issues = [one["sha256"] for one in status(self.settings)["acts"] if one["act"] == "issue"]
            assert issues == [files.sha256(data) for data in self.model.issued]
            for sha256, data in zip(issues, self.model.issued, strict=True):
                assert next((self.settings.archive / sha256[:2]).glob(f"{sha256}*")).read_bytes() == data
        if self.model.edited:
            assert (self.settings.reports / "2014-Q4" / "donor-report.docx").read_bytes() == EDITED


quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
TestSome = pytest.mark.slow(Office.TestCase)
TestSome.settings = settings(max_examples=25, stateful_step_count=10, deadline=None, suppress_health_check=quiet)
