"""A sheet of a package -> the pictures that float over it, each with the cell under its top left corner."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, UnidentifiedImageError

from pipeline.model import Picture
from pipeline.read.package import Package, parse

Placed = tuple[tuple[int, int], Picture, bytes]  # ((row, column), picture, its bytes)
MOST_PIXELS = 100_000_000


def read_pictures(package: Package, sheet: str) -> list[Placed]:
    """Return the floating pictures of a sheet; what is no picture (a vector drawing, a chart) is left out."""
    drawings = [part for kind, part in package.relations(sheet).values() if kind == "drawing"]
    return [placed for drawing in drawings for placed in _of_drawing(package, drawing)]


def _of_drawing(package: Package, drawing: str) -> list[Placed]:
    relations = package.relations(drawing)
    found = []
    for place, target in _anchors(package.part(drawing)):
        data = package.part(relations[target][1]) if target in relations else None
        picture = _picture(data) if data else None
        if data and picture:
            found.append((place, picture, data))
    return found


def _anchors(data: bytes | None) -> list[tuple[tuple[int, int], str]]:
    """Return ((row, column), relation) of each picture of a drawing."""
    found: list[tuple[tuple[int, int], str]] = []
    path: list[str] = []
    place = {"row": 0, "col": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        if name == "blip":
            target = next((value for key, value in attributes.items() if key.endswith(":embed")), "")
            found.append(((place["row"] + 1, place["col"] + 1), target))

    def end(_: str) -> None:
        path.pop()

    def text(chunk: str) -> None:
        if path[-1] in place and path[-2:-1] == ["from"] and chunk.strip().isdigit():
            place[path[-1]] = int(chunk)

    parse(data, start, end, text)
    return found


def _picture(data: bytes) -> Picture | None:
    """Return the picture's fingerprint and size; None if the bytes are no picture or one too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError, OSError, ValueError):
        return None
    return Picture(hashlib.sha256(data).hexdigest(), width, height) if width * height <= MOST_PIXELS else None
