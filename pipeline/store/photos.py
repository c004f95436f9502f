"""The pictures that lay beside workbooks: which file is which picture."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, insert, select

from pipeline.model import Picture
from pipeline.store import tables as t
from pipeline.store.archive import Archive, Photo


@dataclass(frozen=True, slots=True)
class Photos:
    """The pictures in journal and ledger.  Every method is one transaction."""

    _engine: Engine
    _archive: Archive

    def known(self) -> set[tuple[str, str]]:
        """Return (file, fingerprint) of each that was kept."""
        with self._engine.connect() as db:
            return {(row.file, row.sha256) for row in db.execute(select(t.photo.c.file, t.photo.c.sha256))}

    def keep(self, photo: Photo) -> None:
        """Note a picture in journal and ledger; its bytes are in the archive already."""
        with self._engine.begin() as db:
            self._archive.note(photo)
            db.execute(insert(t.photo).values({name: getattr(photo, name) for name in Photo.__dataclass_fields__}))

    def by_office(self) -> dict[str, dict[str, Picture]]:
        """Return of each office its pictures by file name in small letters, of one name the newest."""
        found: dict[str, dict[str, Picture]] = {}
        with self._engine.connect() as db:
            for row in db.execute(select(t.photo).where(t.photo.c.clean != "").order_by(t.photo.c.id)):
                name = row.file.rpartition("/")[2].lower()
                found.setdefault(row.office, {})[name] = Picture(row.sha256, row.width, row.height, row.clean)
        return found
