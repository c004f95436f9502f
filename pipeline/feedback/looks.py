"""How an answer looks: palette, the looks of its first sheet, and the marks in the cells of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.model import Severity

FONT = "Microsoft YaHei"
INK, SLATE, PETROL, LINE = "1C2B33", "52626B", "0E4F5C", "C7D0D3"
BAD, WARN, OK = "A0282C", "8A5A00", "1E6A49"
BAD_PALE, WARN_PALE, OK_PALE = "F9E6E4", "FBF0D9", "E6F1EB"
NOTE_PALE = "#fff8e6"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is put on a cell that a person must look at."""

    fill: str
    edge: str


MARKS: Mapping[Severity, Mark] = {Severity.ERROR: Mark(BAD_PALE, BAD), Severity.WARNING: Mark(WARN_PALE, WARN)}
MOST_MARKS = 2_000  # cells of a workbook that are marked: more help nobody
VERDICTS: Mapping[str, Mark] = {  # by the state of the return: colour of the band and of the tab
    "back": Mark(BAD_PALE, BAD),
    "returned": Mark(BAD_PALE, BAD),
    "held": Mark(BAD_PALE, BAD),
    "paused": Mark(BAD_PALE, BAD),
    "locked": Mark(BAD_PALE, BAD),
    "ask": Mark(WARN_PALE, WARN),
    "ok": Mark(OK_PALE, OK),
}


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a cell of the first sheet; colours as hexadecimal, sizes in points."""

    size: float = 10.5
    colour: str = INK
    bold: bool = False
    underline: bool = False
    fill: str = ""
    top: str = ""  # the colour of a thick line
    bottom: str = ""  # the colour of a thick line
    hairline: bool = False  # below
    right: bool = False
    wrap: bool = False
    indent: int = 0


_CELL = Look(hairline=True, wrap=True)
LOOKS: Mapping[str, Look] = {
    "plain": Look(),
    "title": Look(size=18, colour=PETROL, bold=True),
    "whose": Look(colour=SLATE, right=True),
    "head": Look(colour=SLATE, bold=True, bottom=PETROL),
    "section": Look(size=11, colour=PETROL, bold=True, top=PETROL),
    "cell": _CELL,
    "number": replace(_CELL, colour=SLATE),
    "error": replace(_CELL, colour=BAD, bold=True),
    "warning": replace(_CELL, colour=WARN, bold=True),
    "note": replace(_CELL, colour=SLATE),
    "link": replace(_CELL, colour="000080", bold=True, underline=True),
    "label": replace(_CELL, colour=SLATE),
    "strong": replace(_CELL, bold=True),
    "right": replace(_CELL, right=True, indent=1),
    "head right": Look(colour=SLATE, bold=True, bottom=PETROL, right=True, indent=1),
    "step": Look(wrap=True),
    "small": Look(size=9.5, colour=SLATE, wrap=True),
    **{
        f"{part} {state}": Look(
            size=14 if part == "verdict" else 10.5,
            colour=mark.edge if part == "verdict" else INK,
            bold=part == "verdict",
            fill=mark.fill,
            top=mark.edge if part == "verdict" else "",
            wrap=True,
            indent=1,
        )
        for state, mark in VERDICTS.items()
        for part in ("verdict", "counts")
    },
}
