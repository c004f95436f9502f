"""A drawing -> the pictures and text boxes on it: at which cell, how they are shown, what they say.

What is written in several ways for different programs counts once: in the first way that
holds anything which is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.read.package import Package, whole

ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
SHAPES = ("pic", "sp", "cxnSp", "grpSp")
READ = frozenset((*SHAPES, "graphicFrame", "blip", "t"))  # what makes one of several ways the one that counts
WAYS = ("Choice", "Fallback")
SIDES = ("l", "t", "r", "b")
NUMBER = re.compile(r"(-?\d{1,11}(?:\.\d{1,9})?)(%?)", re.ASCII)

Place = tuple[int, int]  # row and column, both from 1
Sides = tuple[float, float, float, float]  # left, top, right, bottom, as shares of the whole
NO_SIDES: Sides = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Turn:
    """How something is mirrored, left to right and upside down, and then turned clockwise."""

    across: bool = False
    over: bool = False
    degrees: float = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is shown: what is cut off each side of it, then how it is mirrored and turned."""

    cut: Sides = NO_SIDES
    turns: tuple[Turn, ...] = ()


@dataclass(slots=True)
class Shape:
    """A picture, a text box, or a group of them."""

    place: Place | None = None  # of the cell under its top left corner; None if it is bound to no cell
    name: str = ""
    hidden: bool = False
    relation: str | None = None  # to its picture; None if it has none
    source: Sides = NO_SIDES  # what is cut off the picture
    frame: Sides = NO_SIDES  # what then is left free of the frame; below zero where the picture is larger than it
    turns: tuple[Turn, ...] = ()
    words: list[str] = field(default_factory=list)
    box: bool = False  # it is a text box
    drawn: bool = False  # it is drawn, and no picture, words or box: it may cover something

    @property
    def text(self) -> str:
        """What it says, in one line."""
        return " ".join("".join(self.words).split())

    @property
    def look(self) -> Look:
        """How its picture is shown."""
        left, top, right, bottom = (_off(self.source, self.frame, side) for side in range(4))
        return Look((left, top, right, bottom), self.turns)


def shapes_of(package: Package, sheet: str) -> Iterator[tuple[str, Shape]]:
    """Yield (drawing, shape) of the pictures and text boxes over a sheet."""
    for kind, drawing in package.relations(sheet).values():
        if kind == "drawing":
            for shape in read_shapes(package, drawing):
                yield drawing, shape


def read_shapes(package: Package, part: str) -> Sequence[Shape]:
    """Return the pictures and text boxes of a part, in its order."""
    events = _Events()
    package.parse(part, events.start, events.end, events.text)
    return events.found


def _off(source: Sides, frame: Sides, side: int) -> float:
    """Return what of a picture is not shown at a side: cut off, or beyond its frame; room around it is not kept."""
    other = (side + 2) % 4
    cut, rest = max(0, source[side]), 1 - max(0, source[side]) - max(0, source[other])
    size = 1 - frame[side] - frame[other]  # of what is left, in frames
    return cut + (rest * max(0, -frame[side]) / size if size > 0 else 0)


class _Events:
    """A drawing as its elements go by."""

    def __init__(self) -> None:
        self.found: list[Shape] = []
        self._path: list[str] = []
        self._corner: dict[str, int] = {}
        self._around: list[Shape] = []  # the groups around a shape, and itself
        self._ways: list[bool] = []  # of each element in several ways, whether one of them was read
        self._passed = 0  # how deep in an element that is passed over

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passed or (name in WAYS and self._ways and self._ways[-1]):
            self._passed += 1
            return
        before = self._path[-1] if self._path else ""
        self._path.append(name)
        if name in READ:
            self._ways = [True] * len(self._ways)
        self._begin(before, name, attributes)

    def _begin(self, before: str, name: str, attributes: dict[str, str]) -> None:
        if name == "AlternateContent":
            self._ways.append(False)
        elif name in ANCHORS:
            self._corner = {}
        elif name in SHAPES:
            self._around.append(Shape())
        elif self._around and (tell := TOLD.get((before, name))):
            tell(self._around[-1], attributes)

    def end(self, name: str) -> None:
        if self._passed:
            self._passed -= 1
            return
        self._path.pop()
        if name == "AlternateContent":
            self._ways.pop()
        elif name in SHAPES:
            self._keep(name, self._around.pop())
        elif name in ("p", "br") and self._around:
            self._around[-1].words.append(" ")

    def text(self, chunk: str) -> None:
        if self._passed or not self._path:
            return
        if self._path[-1] in ("row", "col") and self._path[-2:-1] == ["from"]:
            self._corner[self._path[-1]] = whole(chunk.strip(), -1) + 1
        elif self._path[-1] == "t" and self._around:
            self._around[-1].words.append(chunk)

    def _keep(self, name: str, shape: Shape) -> None:
        """Keep a shape that has a picture, says anything or is drawn, with what its groups do to it."""
        shape.drawn = name == "sp" and shape.relation is None and not shape.text and not shape.box
        if shape.relation is None and not shape.text and not shape.drawn:
            return
        row, column = self._corner.get("row", 0), self._corner.get("col", 0)
        shape.place = (row, column) if row and column else None
        shape.hidden = shape.hidden or any(group.hidden for group in self._around)
        shape.turns += tuple(turn for group in reversed(self._around) for turn in group.turns)
        self.found.append(shape)


def _named(shape: Shape, attributes: Mapping[str, str]) -> None:
    shape.name, shape.hidden = attributes.get("name", ""), _is_on(attributes.get("hidden"))


def _boxed(shape: Shape, attributes: Mapping[str, str]) -> None:
    shape.box = _is_on(attributes.get("txBox"))


def _turned(shape: Shape, attributes: Mapping[str, str]) -> None:
    degrees = _number(attributes.get("rot")) / 60_000 % 360
    turn = Turn(_is_on(attributes.get("flipH")), _is_on(attributes.get("flipV")), degrees)
    shape.turns = (turn,) if turn != Turn() else ()


def _filled(shape: Shape, attributes: Mapping[str, str]) -> None:
    if shape.relation is None:
        shape.relation = next((value for key, value in attributes.items() if key.endswith(":embed")), "")


def _cut(shape: Shape, attributes: Mapping[str, str]) -> None:
    shape.source = _sides(attributes)


def _framed(shape: Shape, attributes: Mapping[str, str]) -> None:
    shape.frame = _sides(attributes)


TOLD: Mapping[tuple[str, str], Callable[[Shape, Mapping[str, str]], None]] = {  # by an element and the one around it
    ("nvPicPr", "cNvPr"): _named,
    ("nvSpPr", "cNvPr"): _named,
    ("nvGrpSpPr", "cNvPr"): _named,
    ("nvSpPr", "cNvSpPr"): _boxed,
    ("spPr", "xfrm"): _turned,
    ("grpSpPr", "xfrm"): _turned,
    ("blipFill", "blip"): _filled,
    ("blipFill", "srcRect"): _cut,
    ("stretch", "fillRect"): _framed,
}


def _sides(attributes: Mapping[str, str]) -> Sides:
    left, top, right, bottom = (_number(attributes.get(side)) / 100_000 for side in SIDES)
    return left, top, right, bottom


def _number(text: str | None) -> float:
    """Return a number as drawings have them, in thousandths where it is written in per cent; 0 for none.

    >>> _number("-5400000"), _number("40%"), _number(None)
    (-5400000.0, 40000.0, 0)
    """
    match = NUMBER.fullmatch(text or "")
    return float(match[1]) * (1000 if match[2] else 1) if match else 0


def _is_on(text: str | None) -> bool:
    return text in ("1", "true")
