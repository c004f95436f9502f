"""Pictures that a row names by their file, which lies beside the workbook."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.form import load_library
from pipeline.model import Period, Picture, Record
from pipeline.run import run
from pipeline.run.ask import findings_of
from pipeline.run.basis import Basis
from pipeline.run.keep import rebuild, verify
from pipeline.settings import Settings
from pipeline.store import open_store
from tests.conftest import NOW, Send
from tests.test_story import PROJECT, training

pytestmark = pytest.mark.nights

Q4 = Period(2014, 4)
PHOTO = {
    "photo_code": "NO-F01",
    "file_name": "IMG_0412.JPG",
    "moment": "现场",
    "activity_code": "NO-2014Q4-01",
    "alt_en": "Hall",
    "consent": "无可识别人员",
}


def camera(width: int = 40, height: int = 20) -> bytes:
    """Return a JPEG as a phone takes it: lying on its side, with the place where it was."""
    out, meta = io.BytesIO(), Image.Exif()
    meta[0x0112], meta[0x010F] = 6, "Phone"
    Image.new("RGB", (width, height), "sienna").save(out, "JPEG", exif=meta)
    return out.getvalue()


def report(send: Send, **photo: Any) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers=6)], photos=[{**PHOTO, **photo}])


def photo_of(office: Settings) -> tuple[Record, bytes]:
    """Return the row of the photograph as reports use it, and the bytes that they print."""
    library = load_library(office.templates)
    with open_store(office.archive, office.ledger, library) as store:
        basis = Basis(store, library, Q4, store.reckonings()[Q4])
        [row] = basis.material.rows("photos")
        picture = row["picture"].plain
        return row.sources[0], store.archive.bytes_of(picture.clean) if isinstance(picture, Picture) else b""


def told(office: Settings) -> list[tuple[str, tuple[str, ...], str | None]]:
    library = load_library(office.templates)
    with open_store(office.archive, office.ledger, library) as store:
        [north] = [one for one in store.submissions() if one.office == "north"]
        return [(one.code, one.cells, one.found) for one in findings_of(north, store, library)]


@pytest.mark.parametrize("lies", ["IMG_0412.JPG", "img_0412.jpg", "photos/IMG_0412.jpg"])
@pytest.mark.parametrize("named", ["IMG_0412.JPG", "img_0412", "D:\\Photos\\IMG_0412.jpg"])
def test_a_picture_named_by_its_file_is_found_beside_the_workbook_upright_and_bare(
    office: Settings, send: Send, lies: str, named: str
) -> None:
    report(send, file_name=named)
    place(office, lies, camera())
    assert run(office, NOW).code == 0
    _, printed = photo_of(office)
    with Image.open(io.BytesIO(printed)) as image:
        assert (image.size, dict(image.getexif())) == ((20, 40), {})
    assert told(office) == []


def place(office: Settings, name: str, data: bytes) -> Path:
    path = office.inbox / "north" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def test_one_that_is_not_there_is_asked_for_and_when_it_comes_nothing_need_be_sent_again(
    office: Settings, send: Send
) -> None:
    report(send)
    run(office, NOW)
    assert told(office) == [("picture_not_beside", ("C5",), "IMG_0412.JPG")]
    assert photo_of(office)[1] == b""

    place(office, "IMG_0412.JPG", camera())
    outcome = run(office, NOW + timedelta(days=1))

    assert outcome.taken == ["north/IMG_0412.JPG"]
    assert told(office) == []
    assert photo_of(office)[1]
    assert run(office, NOW + timedelta(days=2)).news() == {}


def test_another_offices_picture_of_that_name_is_not_taken(office: Settings, send: Send) -> None:
    report(send)
    (office.inbox / "east").mkdir()
    (office.inbox / "east" / "IMG_0412.JPG").write_bytes(camera())
    run(office, NOW)
    assert [code for code, *_ in told(office)] == ["picture_not_beside"]


def test_what_is_no_picture_is_said_and_stops_nobody(office: Settings, send: Send) -> None:
    report(send)
    place(office, "IMG_0412.JPG", b"no picture")
    outcome = run(office, NOW)
    assert outcome.notes[0].startswith("north/IMG_0412.JPG: it is no picture that can be printed")
    assert [code for code, *_ in told(office)] == ["picture_not_beside"]
    assert outcome.code == 0


def test_it_is_kept_for_ever(office: Settings, send: Send) -> None:
    report(send)
    path = place(office, "IMG_0412.JPG", camera())
    run(office, NOW)
    before = photo_of(office)[1]
    path.unlink()
    rebuild(office, NOW + timedelta(days=1))
    assert photo_of(office)[1] == before
    assert verify(office) == []
