"""A document or an answer -> its place under reports/, never over what a person edited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import files

ANSWER_BESIDE = "{stem} (new){suffix}"
BESIDE = "{stem} (new draft){suffix}"
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
    beside, changes = (path.with_name(name.format(stem=path.stem, suffix=path.suffix)) for name in (BESIDE, CHANGES))
    if is_edited(path, ours):
        files.write_if_new(changes, (CHANGES_HEAD + "\n".join(differing or ("–",)) + "\n").encode())
        return Placed(beside, "beside", files.write_if_new(beside, data))
    is_new = files.write_if_new(path, data)
    for stale in (beside, changes):
        files.remove(stale)
    return Placed(path, "done", is_new)


def publish_answer(path: Path, data: bytes, ours: Collection[str]) -> Placed:
    """Put an answer at `path`; one there that its office has opened and edited stays, and ours is put beside it.

    Args:
        ours: what every answer says that we ever put at this name, as `files.content` has it.
    """
    beside = path.with_name(ANSWER_BESIDE.format(stem=path.stem, suffix=path.suffix))
    if is_edited(path, ours):
        return Placed(beside, "beside", files.write_if_new(beside, data))
    is_new = files.write_if_new(path, data)
    files.remove(beside)
    return Placed(path, "done", is_new)


def withdraw_answer(path: Path, ours: Collection[str]) -> None:
    """Take away an answer that no longer holds; one that its office edited stays."""
    if not is_edited(path, ours):
        files.remove(path)
        files.remove(path.with_name(ANSWER_BESIDE.format(stem=path.stem, suffix=path.suffix)))


def is_edited(path: Path, ours: Collection[str]) -> bool:
    """Whether something lies at a place that we never put there."""
    return path.is_file() and files.content(path.read_bytes()) not in ours
