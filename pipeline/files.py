"""Durable writes, fingerprints and stable archives: the one way bytes reach the disk.

A file is either as it was or as it is to be: it is written beside its place, synced, put
in place, and the folder is synced.  After a power cut nothing else can be found.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import Busy, CannotWrite

OWN = ".score-"  # our temporary files begin so; what a crash left of them is removed
AROUND = ("docProps/", "customXml/", "[Content_Types].xml")  # what a sync service rewrites in a document, and relations
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every member of an archive that we make


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder of a ledger; Busy if another process does.  It falls with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "run.lock", timeout=0):
            yield
    except Timeout as error:
        raise Busy("Another run is at work. Wait until it has ended; nothing is lost by leaving now.") from error


def sha256(data: bytes) -> str:
    """Return the fingerprint of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def content(data: bytes) -> str:
    """Return the fingerprint of what an Office document says, whatever a sync service rewrote around it.

    SharePoint and its like put properties and labels into every .docx and .xlsx; the text,
    tables and pictures are elsewhere.  What is no archive is its bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = (name for name in archive.namelist() if "_rels/" not in name)
            members = sorted(name for name in names if not name.startswith(AROUND))
            return sha256("".join(f"{name} {sha256(archive.read(name))}\n" for name in members).encode())
    except (zipfile.BadZipFile, zlib.error):
        return sha256(data)


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`, durably and all at once; its folder is made if need be.

    Raises:
        CannotWrite: there is no room, or the place cannot be written; what stood there is as it was.
    """
    try:
        _write(path, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"{path} could not be written: {reason}. Make room or see to its rights; the next run goes on."
        ) from error


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=OWN, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)  # mkstemp makes it unreadable for colleagues
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def sweep(*folders: Path) -> None:
    """Take away the temporary files that a run left which was killed."""
    for folder in folders:
        for path in folder.rglob(f"{OWN}*"):
            path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_if_new(path: Path, data: bytes) -> bool:
    """Put `data` at `path` unless just that stands there; return whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write(path, data)
    return True


def append(path: Path, line: str) -> None:
    """Add a line to a log; a log may lose its last line in a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def remove(path: Path) -> None:
    """Take away a file of ours; one that is not there is gone already."""
    if path.is_file():
        path.unlink()
        _sync(path.parent)


def stable_zip(data: bytes) -> bytes:
    """Return the same archive with fixed dates, so that the same content is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            member = zipfile.ZipInfo(info.filename, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(info))
    return out.getvalue()
