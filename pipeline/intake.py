"""inbox/ -> what lies there, from whom.

Nothing in the inbox is ever changed, moved or deleted; what came is known by its content,
never by its date.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What Excel, WPS, LibreOffice, systems and sync programs leave beside workbooks.
JUNK = (
    "~$*",
    ".*",
    "*.tmp",
    "*.part",
    "*.partial",
    "*.crdownload",
    "thumbs.db",
    "desktop.ini",
    "readme*",
    "*.lnk",
    "*~",
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file in an office's folder.  `file` is its path below the inbox, with slashes."""

    office: str
    file: str
    path: Path


def list_deliveries(inbox: Path) -> list[Delivery]:
    """Return the files in the offices' folders, in the order of their names; junk is left out."""
    return [
        Delivery(folder.name, path.relative_to(inbox).as_posix(), path)
        for folder in sorted(inbox.iterdir() if inbox.is_dir() else ())
        if folder.is_dir() and not is_junk(folder.name)
        for path in sorted(_files(folder))
    ]


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(is_junk(part) for part in path.relative_to(folder).parts)
    )


def is_junk(name: str) -> bool:
    """Whether a name is one that programs leave behind.

    >>> is_junk("~$jiangsu-2014-Q4.xlsx"), is_junk("jiangsu-2014-Q4.xlsx")
    (True, False)
    """
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in JUNK)
