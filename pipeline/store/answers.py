"""What offices were told: each answer that was put into their folders, and whether it lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update

from pipeline.store import tables as t
from pipeline.store.archive import Answer, Archive


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers in journal and ledger.  Every method is one transaction."""

    _engine: Engine
    _archive: Archive

    def last(self, office: str, name: str) -> Row[Any] | None:
        """Return the newest answer of a name: id, sha256, inputs, state; None if there was none."""
        query = (
            select(t.answer).where(t.answer.c.office == office, t.answer.c.name == name).order_by(t.answer.c.id.desc())
        )
        with self._engine.connect() as db:
            return db.execute(query).first()

    def contents(self, office: str, name: str) -> set[str]:
        """Return what every answer of a name said, as `files.content` has it: what else lies there a person edited."""
        query = select(t.answer.c.content).where(t.answer.c.office == office, t.answer.c.name == name)
        with self._engine.connect() as db:
            return set(db.scalars(query))

    def standing(self) -> list[tuple[str, str]]:
        """Return (office, name) of every answer that was put in its place and not taken away."""
        newest = select(func.max(t.answer.c.id)).group_by(t.answer.c.office, t.answer.c.name)
        query = select(t.answer).where(t.answer.c.id.in_(newest), t.answer.c.state != "gone").order_by(t.answer.c.id)
        with self._engine.connect() as db:
            return [(row.office, row.name) for row in db.execute(query)]

    def intend(self, answer: Answer) -> int:
        """Note in journal and ledger that an answer is about to be put in its place; return its number.

        What was put there before needs no second line in the journal.
        """
        told = {name: getattr(answer, name) for name in ("office", "name", "sha256", "content", "inputs")}
        known = [t.answer.c.office == answer.office, t.answer.c.name == answer.name, t.answer.c.sha256 == answer.sha256]
        with self._engine.begin() as db:
            if db.scalar(select(t.answer.c.id).where(*known)) is None:
                self._archive.note(answer)
            key = db.execute(insert(t.answer).values(**told, state="intent")).inserted_primary_key
            assert key is not None, "SQLite numbers every row"
            return int(key[0])

    def done(self, number: int, state: str) -> None:
        """Note that an answer is in its place (done), beside one that a person edited, or gone."""
        with self._engine.begin() as db:
            db.execute(update(t.answer).where(t.answer.c.id == number).values(state=state))
