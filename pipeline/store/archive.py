"""Every byte taken or sent, under its SHA-256, and a journal of takings: the treasure.

    archive/ab/abcdef….xlsx        the bytes
    archive/journal/<when>-<what>.json     one taking, written only when its bytes are safe

The ledger is made from these two alone, so nothing else has to be backed up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

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
class Archive:
    """The folder of bytes and journal."""

    folder: Path

    def keep(self, data: bytes, ending: str) -> str:
        """Return the fingerprint under which the bytes are kept; nothing is written twice."""
        fingerprint = files.sha256(data)
        path = self._path(fingerprint, ending)
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

    def note(self, taking: Taking) -> None:
        """Write a taking into the journal."""
        name = f"{taking.at.replace(':', '')}-{files.sha256(taking.file.encode())[:8]}-{taking.sha256[:8]}.json"
        text = json.dumps({"kind": "taking", **asdict(taking)}, ensure_ascii=False, indent=1)
        files.write(self.folder / "journal" / name, text.encode())

    def takings(self) -> Iterator[Taking]:
        """Return what was taken, in the order of the journal."""
        for path in sorted((self.folder / "journal").glob("*.json")):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                yield Taking(told["office"], told["file"], told["sha256"], told["at"])
            except (json.JSONDecodeError, KeyError) as error:
                raise BrokenArchive(f"{path} is no journal line ({error}). Put it back from the backup.") from error

    def _path(self, fingerprint: str, ending: str) -> Path:
        return self.folder / fingerprint[:2] / f"{fingerprint}{ending.lower()}"
