"""A document or an answer -> its place under reports/, never over what a person edited."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import files

ANSWER_BESIDE = "{stem} (new{nth}){suffix}"
BESIDE = "{stem} (new draft{nth}){suffix}"
CHANGES = "{stem} (what is new).txt"
CHANGES_HEAD = "Figures of the new draft that differ from the draft before it:\n新稿中与上一稿不同的数据：\n\n"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a document was put: at its name (`done`), or beside the one that a person edited."""

    path: Path
    state: str  # done | beside
    is_new: bool  # whether other bytes stood there before


def publish_document(path: Path, data: bytes, ours: Collection[str], differing: Sequence[str] = ()) -> Placed:
    """Put a document at `path`; a file there that is none of ours stays, and ours is put beside it.

    Args:
        ours: what every document says that we ever put at this name, as `files.content` has it.
        differing: the figures that a person who edited the draft before has to look at.
    """
    changes = changes_of(path)
    if is_edited(path, ours):
        beside = _beside(path, BESIDE, ours)
        files.write_if_new(changes, (CHANGES_HEAD + "\n".join(differing or ("–",)) + "\n").encode())
        return Placed(beside, "beside", files.write_if_new(beside, data))
    is_new = files.write_if_new(path, data)
    for stale in (*_ours_beside(path, BESIDE, ours), changes):
        files.remove(stale)
    return Placed(path, "done", is_new)


def publish_answer(path: Path, data: bytes, ours: Collection[str]) -> Placed:
    """Put an answer at `path`; one there that its office has opened and edited stays, and ours is put beside it.

    Args:
        ours: what every answer says that we ever put at this name, as `files.content` has it.
    """
    if is_edited(path, ours):
        beside = _beside(path, ANSWER_BESIDE, ours)
        return Placed(beside, "beside", files.write_if_new(beside, data))
    is_new = files.write_if_new(path, data)
    for stale in _ours_beside(path, ANSWER_BESIDE, ours):
        files.remove(stale)
    return Placed(path, "done", is_new)


def withdraw_answer(path: Path, ours: Collection[str]) -> None:
    """Take away an answer that no longer holds; one that its office edited stays."""
    if not is_edited(path, ours):
        for stale in (path, *_ours_beside(path, ANSWER_BESIDE, ours)):
            files.remove(stale)


def is_edited(path: Path, ours: Collection[str]) -> bool:
    """Whether something lies at a place that we never put there."""
    return path.is_file() and files.content(path.read_bytes()) not in ours


def _names(path: Path, pattern: str) -> Iterator[Path]:
    """Give the names beside a document: `report (new draft).docx`, `report (new draft 2).docx`, …"""
    for number in itertools.count(1):
        yield path.with_name(pattern.format(stem=path.stem, nth=f" {number}" if number > 1 else "", suffix=path.suffix))


def _beside(path: Path, pattern: str, ours: Collection[str]) -> Path:
    """Return the first name beside a document where nothing of a person's lies."""
    return next(one for one in _names(path, pattern) if not is_edited(one, ours))


def drafts_beside(path: Path) -> list[Path]:
    """Return the new drafts that lie beside a document, ours and those that a person edited."""
    return list(itertools.takewhile(Path.is_file, _names(path, BESIDE)))


def changes_of(path: Path) -> Path:
    """Return where it is listed what a new draft says otherwise than the one beside which it lies."""
    return path.with_name(CHANGES.format(stem=path.stem))


def _ours_beside(path: Path, pattern: str, ours: Collection[str]) -> list[Path]:
    """Return what lies beside a document and nobody has edited."""
    there = itertools.takewhile(Path.is_file, _names(path, pattern))
    return [one for one in there if not is_edited(one, ours)]
