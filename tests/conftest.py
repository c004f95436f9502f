"""What tests begin with: the shipped definitions, and a small installation of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pipeline.form import Guidance, Known, load_library, write_blank
from pipeline.model import Form, Library
from pipeline.settings import Settings, load_settings
from tests.build import workbook

ROOT = Path(__file__).parent.parent
NOW = datetime(2015, 1, 21, 2, 0, tzinfo=UTC)
Send = Callable[..., Path]


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped forms, lists and indicators."""
    return load_library(ROOT / "templates")


@pytest.fixture(scope="session", autouse=True)
def blank_forms_once() -> Iterator[None]:
    """Blank forms are pure, and dear to make a thousand times: the same one is made once in a session."""
    made: dict[str, bytes] = {}

    def write_once(form: Form, library: Library, guidance: Guidance, known: Known) -> bytes:
        asked = f"{form.name} {library.sha256} {guidance} {known}"
        if asked not in made:
            made[asked] = write_blank(form, library, guidance, known)
        return made[asked]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipeline.run.blanks.write_blank", write_once)
        yield


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    """An installation with the shipped templates and an empty inbox, reading in this process."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "pipeline.toml").write_text(
        '[reading]\nengine = "serial"\n[reports]\nlibreoffice = "none"\n', encoding="utf-8"
    )
    return load_settings(tmp_path)


@pytest.fixture
def send(office: Settings, library: Library) -> Send:
    """Put a workbook into an office's folder: send("jiangsu", activities=[…])."""

    def put(name: str, file: str = "", form: str = "province", folder: str = "", **content: object) -> Path:
        path = office.inbox / (folder or name) / (file or f"{name}.xlsx")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(workbook(library.forms[form], name, **content))  # type: ignore[arg-type]
        return path

    return put


def few(examples: int) -> Callable[[Any], Any]:
    """Let a property be tried a few times, in the seconds of the fast tests."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def many(examples: int) -> Callable[[Any], Any]:
    """Let it be tried many times among the slow tests."""
    return lambda property: pytest.mark.slow(few(examples)(property))
