"""Archive and journal are the treasure: the ledger can be lost, the bytes cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import BrokenArchive
from pipeline.files import sha256
from pipeline.model import Library
from pipeline.run import run
from pipeline.run.ask import figures
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from tests.conftest import NOW, Send
from tests.test_story import send_all

pytestmark = pytest.mark.nights

AT = "2015-01-21T02:00:00+00:00"


@pytest.fixture
def store(tmp_path: Path, library: Library) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "archive", tmp_path / "var" / "ledger.sqlite", library) as opened:
        yield opened


def test_what_is_taken_is_kept_under_its_fingerprint_and_noted(store: Store) -> None:
    assert store.take("north", "north/a.xlsx", b"some bytes", AT)
    fingerprint = sha256(b"some bytes")
    assert store.archive.bytes_of(fingerprint) == b"some bytes"
    assert (store.archive.folder / fingerprint[:2] / f"{fingerprint}.xlsx").is_file()
    [line] = (store.archive.folder / "journal").glob("*.json")
    assert json.loads(line.read_text(encoding="utf-8")) == {
        "kind": "taking",
        "office": "north",
        "file": "north/a.xlsx",
        "sha256": fingerprint,
        "at": AT,
    }


def test_the_same_content_at_the_same_place_is_taken_once(store: Store) -> None:
    assert store.take("north", "north/a.xlsx", b"some bytes", AT)
    assert not store.take("north", "north/a.xlsx", b"some bytes", AT)
    assert store.take("north", "north/a.xlsx", b"other bytes", AT)
    assert len(store.arrivals()) == 2


def test_bytes_that_were_changed_are_noticed(store: Store) -> None:
    store.take("north", "north/a.xlsx", b"some bytes", AT)
    [blob] = store.archive.folder.rglob("*.xlsx")
    blob.write_bytes(b"forged")
    with pytest.raises(BrokenArchive, match=r"is missing or was changed\. Put it back from the backup of archive/"):
        store.archive.bytes_of(sha256(b"some bytes"))


@pytest.mark.parametrize("loss", ["deleted", "of another edition"])
def test_a_ledger_that_is_lost_is_made_again_with_the_same_figures(office: Settings, send: Send, loss: str) -> None:
    send_all(send)
    run(office, NOW)
    before = figures(office)
    report = (office.reports / "2014-Q4" / "donor-report.docx").read_bytes()
    for path in office.inbox.rglob("*.xlsx"):
        path.unlink()  # from the archive alone
    if loss == "deleted":
        office.ledger.unlink()
    else:
        forget_edition(office)
    run(office, NOW)
    assert figures(office) == before
    assert (office.reports / "2014-Q4" / "donor-report.docx").read_bytes() == report


def forget_edition(office: Settings) -> None:
    """Make the ledger look like one of another program."""
    import sqlite3

    connection = sqlite3.connect(office.ledger)
    connection.execute("pragma user_version = 999")
    connection.close()


def test_what_was_examined_comes_back_as_it_was(office: Settings, send: Send, library: Library) -> None:
    from pipeline.examine import examine
    from pipeline.model import Terms

    path = send(
        "north",
        enterprises=[
            {
                "enterprise_code": "NO-001",
                "name_en": "Works",
                "may_be_named": "是",
                "place": "town",
                "sector": "机械",
                "employees": "未统计",
                "joined": "2014-Q4",
            }
        ],
    )
    checked = examine(path.read_bytes(), library, Terms())
    with open_store(office.archive, office.ledger, library) as store:
        store.save_examination("sha", "rules", checked)
        found = store.examined("sha", "rules")
    assert found is not None
    assert found[1] == checked
    assert len(checked.records) == 2
