"""A document -> its place under reports/, never over what a person edited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline import files


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a document was put: at its name (`done`), or beside the one that a person edited."""

    path: Path
    state: str  # done | beside


def publish_document(path: Path, data: bytes, ours: Collection[str]) -> Placed:
    """Put a document at `path`; a file there that is none of ours stays, and ours is put beside it.

    Args:
        ours: the fingerprints of every document that we ever put at this name.
    """
    if path.is_file() and files.sha256(path.read_bytes()) not in ours:
        beside = path.with_name(f"{path.stem} (new draft){path.suffix}")
        files.write_if_new(beside, data)
        return Placed(beside, "beside")
    files.write_if_new(path, data)
    return Placed(path, "done")
