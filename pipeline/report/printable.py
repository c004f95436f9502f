"""The only things that a template can print; whatever else it asks for is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it."""

    figure: str
    text: str
    sample: bool = False
    given: bool = True  # there is a number; else the text says that there is none


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that somebody typed, with the record and field it stands in."""

    text: str
    record: str
    field: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of our own: a title of an indicator, an entry of a list, a period."""

    text: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture and the box it is printed in, in mm; it is cropped to the box and made no larger than print needs.

    `keep` says which part stays when it is cropped: 0 the top or left, 1 the bottom or right.
    A drawing of our own (`drawn`) is printed byte for byte.
    """

    data: bytes
    width: float
    height: float
    alt: str
    drawn: bool = False
    keep: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart of Word's own: its part, the workbook with its data, size in mm, and what it says in words.

    The part names its workbook as the relation rId1 (`c:externalData`).
    """

    part: bytes
    workbook: bytes
    width: float
    height: float
    alt: str


Printable = Shown | Quoted | Term | Pictured | Charted
