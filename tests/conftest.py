"""What tests begin with: the shipped definitions, and a small installation of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from openpyxl import Workbook, load_workbook

from pipeline.form import load_library
from pipeline.model import Form, Library
from pipeline.run import run
from pipeline.settings import Settings, load_settings
from tests.build import workbook

ROOT = Path(__file__).parent.parent
NOW = datetime(2015, 1, 21, 2, 0, tzinfo=UTC)
QUICK = '[reading]\nengine = "serial"\n[reports]\nlibreoffice = "none"\n'
TIMES = int(os.environ.get("TIMES", "1"))  # how many times the usual number of cases a property is tried with
Send = Callable[..., Path]

# The same cases each time, so that a commit is green or red and not both; `make explore` draws new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None, print_blob=True)
settings.load_profile("same")


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped forms, lists and indicators."""
    return load_library(ROOT / "templates")


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dear and the same in every test is done once, or not at all where no test looks.

    A module that looks at blank forms says so: `BLANK_FORMS = True` has real ones made.
    """
    if not getattr(request.module, "BLANK_FORMS", False):
        monkeypatch.setattr("pipeline.run.blanks.write_blank", lambda *facts: b"a blank form")
    monkeypatch.setattr("pipeline.files.os.fsync", lambda handle: None)  # no test pulls the plug
    for place in ("pipeline.run", "pipeline.run.ask"):
        monkeypatch.setattr(f"{place}.load_library", library_once)


def library_once(folder: Path, rules: Collection[str] | None = None) -> Library:
    """Return the library of a folder, read once for the same descriptors."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yaml")))
    asked = "\0".join([*texts, *sorted(rules or ())])
    if asked not in LIBRARIES:
        LIBRARIES[asked] = load_library(folder, rules)
    return LIBRARIES[asked]


LIBRARIES: dict[str, Library] = {}


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped inbox and templates, run once in this process, without PDFs; tests read it and leave it as it is."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in ("inbox", "templates"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "pipeline.toml").write_text(QUICK, encoding="utf-8")
    settings = load_settings(folder)
    run(settings, NOW)
    return settings


@pytest.fixture(scope="session")
def books() -> dict[str, Workbook]:
    """The shipped workbooks by their path below inbox/, as openpyxl reads them."""
    inbox = ROOT / "inbox"
    return {str(path.relative_to(inbox)): load_workbook(path) for path in sorted(inbox.rglob("*.xlsx"))}


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    """An installation with the shipped templates and an empty inbox, reading in this process."""
    return installation(tmp_path)


def installation(folder: Path) -> Settings:
    """Make an installation with the shipped templates and an empty inbox, and return its settings."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "inbox").mkdir()
    (folder / "pipeline.toml").write_text(QUICK, encoding="utf-8")
    return load_settings(folder)


@pytest.fixture
def send(office: Settings, library: Library) -> Send:
    """Put a workbook into an office's folder: send("jiangsu", activities=[…])."""
    return sender(office, library)


def sender(office: Settings, library: Library) -> Send:
    """Return what puts a workbook into a folder of an installation."""

    def put(name: str, file: str = "", form: str = "province", folder: str = "", **content: object) -> Path:
        path = office.inbox / (folder or name) / (file or f"{name}.xlsx")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(workbook_once(library.forms[form], name, content))
        return path

    return put


def workbook_once(form: Form, office: str, content: dict[str, Any]) -> bytes:
    """Return a workbook, made once for the same content: the registers are sent in nearly every test."""
    asked = f"{form.name} {form.sha256} {office} {content!r}"
    if asked not in WORKBOOKS:
        WORKBOOKS[asked] = workbook(form, office, **content)
    return WORKBOOKS[asked]


WORKBOOKS: dict[str, bytes] = {}


def few(examples: int) -> Callable[[Any], Any]:
    """Let a property be tried a few times, in the seconds of the fast tests."""
    return settings(
        max_examples=examples * TIMES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


def many(examples: int) -> Callable[[Any], Any]:
    """Let it be tried many times among the slow tests."""
    return lambda property: pytest.mark.slow(few(examples)(property))
