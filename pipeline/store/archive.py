"""Every byte taken or sent, under its SHA-256, and a journal of what was done: the treasure.

    archive/ab/abcdef….xlsx             the bytes
    archive/journal/<when>-<what>.json  one taking, picture, draft, answer or act, written only when its bytes are safe

The ledger is made from these two alone, so nothing else has to be backed up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import BrokenArchive


@dataclass(frozen=True, slots=True)
class Taking:
    """One file seen at one place for the first time with this content.  `at` is UTC."""

    office: str
    file: str
    sha256: str
    at: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document about to be put in its place, noted before: what stands there and is none of these, a person edited."""

    period: str
    name: str
    sha256: str
    content: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer about to be put into an office's folder, noted before; `inputs` is the fingerprint of what it says."""

    office: str
    name: str
    sha256: str
    content: str
    inputs: str
    at: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something the project office decided, from its workbook or the command line.  `at` is when we learnt of it."""

    act: str  # issue lock unlock hold choose send_back
    period: str
    dated: str
    by: str
    at: str
    code: str  # of the row in the sheet `acts`; of the command line its moment
    report: str = ""
    office: str = ""
    file: str = ""
    reason: str = ""
    sha256: str = ""  # of what went out
    reckoning: str = ""
    edits: str = ""  # what a person changed in what went out, a line each


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that lay beside an office's workbooks; `clean` is its copy without metadata, "" if it is none."""

    office: str
    file: str
    sha256: str
    clean: str
    width: int
    height: int
    at: str


ENTRIES = {"taking": Taking, "draft": Draft, "answer": Answer, "act": Act, "photo": Photo}
Entry = Taking | Draft | Answer | Act | Photo


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder of bytes and journal."""

    folder: Path

    def keep(self, data: bytes, ending: str) -> str:
        """Return the fingerprint under which the bytes are kept; nothing is written twice."""
        fingerprint = files.sha256(data)
        path = self.folder / fingerprint[:2] / f"{fingerprint}{ending.lower()}"
        if not path.is_file():
            files.write(path, data)
        return fingerprint

    def bytes_of(self, fingerprint: str) -> bytes:
        """Return kept bytes; BrokenArchive if they are gone or no longer the same."""
        found = next((self.folder / fingerprint[:2]).glob(f"{fingerprint}*"), None)
        data = found.read_bytes() if found else b""
        if files.sha256(data) != fingerprint:
            where = found or self.folder / fingerprint[:2] / fingerprint
            raise BrokenArchive(
                f"{where} is missing or was changed. Put it back from the backup of {self.folder.name}/."
            )
        return data

    def note(self, entry: Entry) -> None:
        """Write an entry into the journal."""
        kind = next(name for name, noun in ENTRIES.items() if isinstance(entry, noun))
        told = json.dumps({"kind": kind, **asdict(entry)}, ensure_ascii=False, indent=1).encode()
        name = f"{entry.at.replace(':', '')}-{kind}-{files.sha256(told)[:12]}.json"
        files.write(self.folder / "journal" / name, told)

    def journal(self) -> Iterator[Entry]:
        """Return what was noted, in the order of the journal."""
        for path in sorted((self.folder / "journal").glob("*.json")):
            try:
                told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                yield ENTRIES[told.pop("kind")](**told)
            except (ValueError, KeyError, TypeError) as error:
                raise BrokenArchive(
                    f"{path} is no line of the journal ({error}). Put it back from the backup."
                ) from error
