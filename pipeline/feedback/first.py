"""What an answer says -> the lines of its first sheet, whoever writes them."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.feedback import words
from pipeline.feedback.cells import Place, address_of, place_of
from pipeline.feedback.letter import Item, Letter, Receipt
from pipeline.feedback.looks import LOOKS, MOST_MARKS
from pipeline.feedback.notes import width
from pipeline.model import Severity, Words

WIDTHS = (5, 17, 17, 20, 24, 18, 23, 54)  # of columns A to H, in signs; a link is not folded
A, KIND, SHEET, RECORD, CELL, FOUND, EXPECTED, TODO = range(1, 9)
LAST = TODO
LOWEST, TEXT_LINE, AROUND = 22.0, 16.5, 7.0  # points
MOST_NAMED = 4  # cells that a line names
MOST_LISTED = 500  # places of a finding that have a line each where nothing is marked
RAGGED = 1.08  # how much room a text takes more than its signs
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
Link = tuple[str, str]  # a sheet and a cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in the first sheet, over one or more columns."""

    column: int
    text: str
    look: str
    last: int = 0  # the last column it stands over, if that is another
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the first sheet and its height in points."""

    cells: tuple[Cell, ...]
    height: float


def lines_of(letter: Letter, *, marked: bool = True) -> list[Line]:
    """Return the rows of the first sheet: the verdict, the findings, the receipt, what to do.

    Args:
        marked: whether the workbook behind it carries marks; else it is told why not.
    """
    say = Speaker(letter.language)
    found = [*_top(letter, say)]
    if letter.items:
        found += [_gap(), _heads(say), *_items(letter, say, marked)]
    if letter.receipt:
        found += _receipt(letter.receipt, say)
    return [*found, _gap(), *_steps(letter, say, marked)]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Words in the language of the answer, with what they speak of."""

    language: str

    def __call__(self, told: Words, **values: object) -> str:
        """Return the words."""
        return told[self.language].format(**values)


# ---- the top ---------------------------------------------------------------------------------------------


def _top(letter: Letter, say: Speaker) -> Iterator[Line]:
    whose = say(
        words.WHOSE, office=letter.office, period=letter.period, version=letter.version, received=letter.received
    )
    yield Line((Cell(A, say(words.TITLE), "title", CELL), Cell(FOUND, whose, "whose", LAST)), 36)
    yield _band("verdict", letter, _verdict(letter, say), 32)
    yield _band("counts", letter, _counts(letter, say), 26)
    for remark in letter.remarks:
        yield _band("counts", letter, remark, 0)


def _band(part: str, letter: Letter, text: str, height: float) -> Line:
    cell = Cell(A, text, f"{part} {letter.state}", LAST)
    return Line((cell,), height or _height([cell]))


def _verdict(letter: Letter, say: Speaker) -> str:
    errors, warnings = letter.count(Severity.ERROR), letter.count(Severity.WARNING)
    cells = "cell" if errors == 1 else "cells"
    questions = "question" if errors + warnings == 1 else "questions"
    return say(words.VERDICTS[letter.state], errors=errors, open=errors + warnings, cells=cells, questions=questions)


def _counts(letter: Letter, say: Speaker) -> str:
    between = "   ・   " if letter.language == "zh" else "   ·   "
    errors, warnings, notes = (letter.count(one) for one in Severity)
    told = [say(words.COUNTS, errors=errors, warnings=warnings, notes=notes)]
    told.append(say(words.READ, rows=letter.rows, good=letter.good))
    left = sum(len(one.cells) for one in letter.items if one.severity is not Severity.NOTE) - MOST_MARKS
    if left > 0:
        told.append(say(words.UNMARKED, n=left))
    if letter.due and letter.receipt is None:
        told.append(say(words.DUE, due=letter.due))
    return between.join(told)


# ---- findings --------------------------------------------------------------------------------------------


def _heads(say: Speaker) -> Line:
    return Line(tuple(Cell(n, say(one), "head") for n, one in enumerate(words.HEADS, 1)), 26)


def _items(letter: Letter, say: Speaker, marked: bool) -> Iterator[Line]:
    for number, one in enumerate(letter.items, 1):
        if marked:
            yield _item(number, one, say)
        else:
            yield from _listed(number, one, say)


def _listed(number: int, item: Item, say: Speaker) -> Iterator[Line]:
    """Yield a finding place by place, each with its link: no marks lead to its cells."""
    alone = [dataclasses.replace(item, cells=(place,), text=text) for place, text in _places(item)]
    yield _item(number, dataclasses.replace(item, cells=alone[0].cells) if alone else item, say)
    for one in alone[1:MOST_LISTED]:
        cells = [Cell(CELL, _where(one, say), "link", link=_link(one)), Cell(TODO, one.text, "cell")]
        yield Line(tuple(cells), _height(cells))
    if left := len(alone[MOST_LISTED:]):
        yield Line((Cell(CELL, say(words.MORE_CHANGES, n=left), "cell"),), LOWEST)


def _places(item: Item) -> list[tuple[str, str]]:
    """Return the places of a finding with what is said of each alone: its cells, or runs of them that say the same."""
    return list(zip(item.cells, item.texts, strict=True)) if item.texts else [(run, "") for run in runs(item.cells)]


def runs(cells: Sequence[str]) -> list[str]:
    """Return cells with those that stand one below the other as one range.

    >>> runs(["D5", "D6", "D7", "D9", "E10"])
    ['D5:D7', 'D9', 'E10']
    """
    found: list[tuple[Place, Place]] = []
    for row, column in map(place_of, cells):
        if found and found[-1][1] == (row - 1, column):
            found[-1] = found[-1][0], (row, column)
        else:
            found.append(((row, column), (row, column)))
    return [address_of(top) + (f":{address_of(last)}" if last != top else "") for top, last in found]


def _item(number: int, item: Item, say: Speaker) -> Line:
    strong = str(item.severity) if item.severity is not Severity.NOTE else "cell"
    cells = [
        Cell(A, str(number), "number"),
        Cell(KIND, say(words.SIGNS[item.severity]), str(item.severity)),
        Cell(SHEET, item.sheet, "cell"),
        Cell(RECORD, item.record, "cell"),
        Cell(CELL, _where(item, say), "link" if item.sheet else "cell", link=_link(item)),
        Cell(FOUND, item.found, strong),
        Cell(EXPECTED, item.expected, "cell"),
        Cell(TODO, item.text, "cell"),
    ]
    return Line(tuple(cells), _height(cells))


def _link(item: Item) -> Link | None:
    return (item.sheet, item.cells[0] if item.cells else "A1") if item.sheet else None


def _where(item: Item, say: Speaker) -> str:
    if not item.cells:
        return say(words.OPEN) if item.sheet else ""
    if len(item.cells) <= MOST_NAMED:
        return say(words.BETWEEN).join(item.cells)
    return say(words.MORE_CELLS, first=item.cells[0], n=len(item.cells) - 1, all=len(item.cells))


# ---- the receipt -----------------------------------------------------------------------------------------


def _receipt(receipt: Receipt, say: Speaker) -> Iterator[Line]:
    yield from _section(say(words.RECEIPT))
    for name, told in receipt.facts:
        cells = [Cell(KIND, say(words.FACTS[name]), "label", SHEET), Cell(RECORD, told, "cell", LAST)]
        yield Line(tuple(cells), _height(cells))
    yield from _taken(receipt, say)
    since = words.CHANGED_SINCE if receipt.since else words.CHANGED
    yield from _section(say(since, version=receipt.since))
    yield from _changes(receipt, say)


def _section(title: str) -> Iterator[Line]:
    yield _gap()
    yield Line((Cell(A, title, "section", LAST),), 26)


def _taken(receipt: Receipt, say: Speaker) -> Iterator[Line]:
    table, rows, totals = (say(one) for one in words.TAKEN_HEADS)
    yield from _section(say(words.TAKEN))
    yield Line(
        (Cell(KIND, table, "head", SHEET), Cell(RECORD, rows, "head right"), Cell(CELL, totals, "head", LAST)), 24
    )
    for one in receipt.taken:
        cells = [
            Cell(KIND, one.table, "strong", SHEET),
            Cell(RECORD, str(one.rows), "right"),
            Cell(CELL, say(words.NOTHING) if one.nothing else one.totals, "cell", LAST),
        ]
        yield Line(tuple(cells), _height(cells))


def _changes(receipt: Receipt, say: Speaker) -> Iterator[Line]:
    if not receipt.changes:
        told = words.FIRST if receipt.is_first else words.UNCHANGED
        yield Line((Cell(KIND, say(told), "cell", LAST),), LOWEST)
        return
    yield _change(tuple(say(one) for one in words.CHANGED_HEADS), "head")
    for change in receipt.changes:
        yield _change(change, "cell")
    if receipt.left:
        yield Line((Cell(KIND, say(words.MORE_CHANGES, n=receipt.left), "cell", LAST),), LOWEST)


def _change(told: tuple[str, ...], look: str) -> Line:
    table, record, field, before, now = told
    cells = [
        Cell(KIND, table, look, SHEET),
        Cell(RECORD, record, look, CELL),
        Cell(FOUND, field, look),
        Cell(EXPECTED, before, look),
        Cell(TODO, now, look),
    ]
    return Line(tuple(cells), _height(cells))


# ---- what to do ------------------------------------------------------------------------------------------


def _steps(letter: Letter, say: Speaker, marked: bool) -> Iterator[Line]:
    titles = dict(letter.titles)
    yield Line((Cell(A, say(words.TODO), "section", LAST),), 26)
    for number, step in enumerate(_steps_of(letter, marked), 1):
        cells = [Cell(A, str(number), "step"), Cell(KIND, say(step, folder=letter.folder, **titles), "step", LAST)]
        yield Line(tuple(cells), _height(cells))
    foot = Cell(A, say(words.FOOT if marked else words.FOOT_FRESH), "small", LAST)
    yield Line((foot,), _height([foot]))


def _steps_of(letter: Letter, marked: bool) -> tuple[Words, ...]:
    steps = words.STEPS[letter.state]
    if letter.is_ours and letter.state == "ask":
        steps = (*steps[:-1], words.ASK_OURS)
    if marked or letter.state in words.NOT_ASKED:
        return steps
    return words.FRESH_STEPS + (steps[-1:] if letter.state in words.OR_ELSE else ())


# ---- the room that texts take ----------------------------------------------------------------------------


def _gap() -> Line:
    return Line((), 12)


def _height(cells: list[Cell]) -> float:
    """Return how high a row must be for its texts, a column holding as many signs as it is wide."""
    most = max((_lines(one) for one in cells), default=1)
    return max(LOWEST, most * TEXT_LINE + AROUND)


def _lines(cell: Cell) -> int:
    room = int(sum(WIDTHS[cell.column - 1 : cell.last or cell.column]) * 10.5 / LOOKS[cell.look].size) - 2
    return sum(_folded(part, room) for part in cell.text.split("\n"))


def _folded(text: str, room: int) -> int:
    """Return how many lines a text takes, broken at blanks and, a word too long for a line, within it.

    Chinese breaks nearly anywhere, but for the room that a date or a full stop needs at its end.

    >>> _folded("JS-001 defect_rate", 12), _folded("培训活动", 4)
    (2, 3)
    """
    lines, used = 1, 0
    for word in text.split(" "):
        long = width(word)
        if used and used + 1 + long > room and long <= room:
            lines, used = lines + 1, long
        else:
            over, used = divmod(used + (used > 0) + long - 1, room) if long else (0, used)
            lines, used = lines + over, used + (long > 0)
    return max(lines, math.ceil(width(text) * RAGGED / room))


def clean(text: str) -> str:
    """Return a text as a workbook can hold it: signs that XML has no room for are replaced.

    >>> clean("a\\x07 _x0041_")
    'a� _x005F_x0041_'
    """
    return _ESCAPE.sub("_x005F_", _UNPRINTABLE.sub("\ufffd", text))
