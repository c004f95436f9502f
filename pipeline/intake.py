"""inbox/ -> what lies there, from whom, and whether it is whole.

Nothing in the inbox is ever changed, moved or deleted.  A file is claimed by copying it:
its bytes are read once, and what was read is judged, never its date or that its size
stands still.  What came is known by its content.
"""

from __future__ import annotations

import fnmatch
import io
import os
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

# What Excel, WPS, LibreOffice, systems and sync programs leave beside workbooks.
JUNK = (
    "~$*",
    ".*",
    "*.tmp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.download*",
    "thumbs.db",
    "desktop.ini",
    "readme*",
    "*.lnk",
    "*~",
)
# Copies that sync programs make when two people saved: which of the two is meant, a person must say.
CONFLICTS = ("*conflicted copy*", "*_conflict-*", "*(conflict*", "*冲突*")
# Names that a second copy gets, from people and programs; such a file is one where its original lies beside it.
COPIES = (
    r"(?P<stem>.+?) ?[(（](?:\d+|case conflict|副本|copy)[)）]",
    r"(?P<stem>.+?) ?[-–] ?(?:copy|副本|复件)(?: ?[(（]\d+[)）])?",
    r"(?:副本|复件|copy of) ?(?P<stem>.+)",
    r"(?P<stem>.+?)\.sync-conflict-[\w-]+",
    r"(?P<stem>.+?)-(?:desktop|laptop|win|pc)-[\w-]+",
)
# What may lie beside a workbook without being one: pictures named in its rows, reports that went out.
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp")
BESIDE = (".heic", ".docx", ".eml", ".msg")


MOST_BYTES = 120 * 1024 * 1024  # of a workbook; a larger file is not read


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file in an office's folder, or (`office` is "") in none.  `file` is its path below the inbox, with slashes."""

    office: str
    file: str
    path: Path
    kind: str  # workbook | conflict | picture | beside | junk


def list_deliveries(inbox: Path) -> list[Delivery]:
    """Return the files in the offices' folders and those that lie in none, in the order of their names."""
    found = sorted(inbox.iterdir() if inbox.is_dir() else ())
    paths = [path for one in found for path in (sorted(_files(one)) if one.is_dir() else [one])]
    named = {tuple(_legible(part) for part in path.relative_to(inbox).parts): path for path in paths}
    return [_delivery(path, parts, named) for parts, path in named.items()]


def _delivery(path: Path, parts: tuple[str, ...], there: Collection[tuple[str, ...]]) -> Delivery:
    kind = kind_of(parts)
    if kind == "workbook" and any((*parts[:-1], name) in there for name in originals(parts[-1])):
        kind = "conflict"
    return Delivery(parts[0] if len(parts) > 1 else "", "/".join(parts), path, kind)


def originals(name: str) -> list[str]:
    """Return the names that a file would be a copy of.

    >>> originals("a (1).xlsx"), originals("a - 副本.xlsx"), originals("a-v2.xlsx")
    (['a.xlsx'], ['a.xlsx'], [])
    """
    stem, dot, ending = name.rpartition(".")
    found = (re.fullmatch(pattern, stem, re.IGNORECASE) for pattern in COPIES)
    return [f"{one['stem']}{dot}{ending}" for one in found if one]


def _legible(name: str) -> str:
    """Return a name as people read it; one that is no UTF-8 was written by a program that spells Chinese in GBK."""
    spelt = os.fsencode(name)
    try:
        return spelt.decode()
    except UnicodeDecodeError:
        return spelt.decode("gb18030", "replace")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def kind_of(parts: tuple[str, ...]) -> str:
    """Return what a file is by its name and folders.

    >>> kind_of(("jiangsu", "~$a.xlsx")), kind_of(("jiangsu", "a.xlsx")), kind_of(("jiangsu", "a_conflict-2.xlsx"))
    ('junk', 'workbook', 'conflict')
    """
    if any(_like(part, JUNK) for part in parts):
        return "junk"
    if _like(parts[-1], CONFLICTS):
        return "conflict"
    if parts[-1].lower().endswith(PICTURES):
        return "picture"
    return "beside" if parts[-1].lower().endswith(BESIDE) else "workbook"


def _like(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in patterns)


def claim(path: Path) -> tuple[bytes, str]:
    """Return the bytes of a file, read once, and why it has to wait: "" if it is whole.

    `too_large`: larger than a workbook may be, and not read; `changing`: it was written to while it was read, or cannot be read yet; `empty`;
    `incomplete`: a workbook whose end, or a part of it, is missing, as while it is copied.
    """
    try:
        before = path.stat()
        if before.st_size > MOST_BYTES:
            return b"", "too_large"
        data = path.read_bytes()
        after = path.stat()
    except OSError:
        return b"", "changing"
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return b"", "changing"
    return data, "" if data.strip(b"\0") and _is_whole(data) else "incomplete" if data else "empty"


def _is_whole(data: bytes) -> bool:
    """Whether an archive has its end and every member is what its checksum says; other files are as they are."""
    if not data.startswith(b"PK"):
        return not data.startswith(b"\0")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.namelist()) and archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        return isinstance(error, RuntimeError)  # encrypted members: whole, and told so later
