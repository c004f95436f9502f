"""A workbook as it came -> the same with marks, notes and a first sheet; and those taken off again.

Only the parts that must are written anew: the list of sheets, the styles, the sheets with a
mark and their notes.  What is built in a way that is not known here is not touched at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.feedback import words
from pipeline.feedback.book import Book
from pipeline.feedback.cells import Grid, Place, address_of, place_of
from pipeline.feedback.first import Line, clean
from pipeline.feedback.letter import Item, Letter
from pipeline.feedback.looks import MARKS, MOST_MARKS
from pipeline.feedback.notes import Notes
from pipeline.feedback.package import Element, NotMarked, Package, child, children, local, open_package
from pipeline.feedback.sheet import MOST_IN_A_TWIN, Twin, first_sheet
from pipeline.feedback.styles import Styles, styles_of
from pipeline.model import ANSWER_ANCHOR, Severity, answer_sentence

MOST_OF_A_NOTE, MOST_OF_A_SENTENCE = 1000, 950  # characters
Marks = dict[Place, tuple[Severity, str]]  # what is said at a place, and how grave it is


def mark(data: bytes, letter: Letter, lines: Sequence[Line]) -> tuple[bytes, bool]:
    """Return the workbook with its answer in it, and whether it holds macros.

    Raises:
        NotMarked, or one of STRANGE: it is built in a way that is not known here.
    """
    package = open_package(data)
    if package.is_signed:
        raise NotMarked("it is signed, and a mark would break the signature")
    book = Book(package)
    styles = styles_of(package)
    take_off(book, styles)
    twins = _put_marks(book, styles, letter)
    space = str(etree.QName(book.root).namespace)
    book.put_first(words.TITLE[letter.language], first_sheet(space, lines, letter.state, twins, styles))
    return package.saved(), package.has_macros


# ---- taking off --------------------------------------------------------------------------------------------


def take_off(book: Book, styles: Styles) -> None:
    """Take off what an earlier answer put in; what has nothing of it is not touched."""
    package = book.package
    shared = package.target(package.book, "sharedStrings")
    old = [part for _, part in book.sheets() if _holds_anchor(package, part, shared)]
    ours = styles.ours()
    memory = _remembered(package, old)
    relation = book.relation
    for name, part in book.sheets():
        if part in old:
            continue
        if ours:
            _unmark(package, name, part, memory, styles, ours)
        Notes(package, part, relation).take_off()
    for part in old:
        book.take_out(part)


def _holds_anchor(package: Package, part: str, shared: str | None) -> bool:
    """Whether a sheet is the first one of an answer: our anchor stands in its first row."""
    sign = ANSWER_ANCHOR.encode()
    if sign not in package.bytes_of(part) and (shared is None or sign not in package.bytes_of(shared)):
        return False
    texts = _shared_texts(package)
    row = next(children(Grid(package.tree(part)).data, "row"), None)
    return row is not None and any(_text(cell, texts) == ANSWER_ANCHOR for cell in children(row, "c"))


def _shared_texts(package: Package) -> list[str]:
    shared = package.target(package.book, "sharedStrings")
    return [_told(one) for one in children(package.tree(shared), "si")] if shared else []


def _told(element: Element) -> str:
    return "".join(one.text or "" for one in element.iter() if local(one) == "t")


def _text(cell: Element, texts: Sequence[str]) -> str:
    """Return the text of a cell, in it or shared."""
    if cell.get("t") == "s":
        number = child(cell, "v")
        return texts[int(number.text or 0)] if number is not None else ""
    return _told(cell)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the first sheet remembers: the style of each cell before it was marked, and of each marked style."""

    at: Mapping[tuple[str, str], tuple[int, int]]  # (tab, address) -> before, marked
    by_style: Mapping[int, int]  # marked -> before

    def before(self, tab: str, address: str, style: int) -> int | None:
        """Return the style that a marked cell had; None if that is forgotten.

        A program may have given a marked cell another style than its twin: then its address alone tells.
        """
        before, marked = self.at.get((tab, address), (None, -1))
        return before if marked == style else self.by_style.get(style, before)


def _remembered(package: Package, old: Iterable[str]) -> _Memory:
    at: dict[tuple[str, str], tuple[int, int]] = {}
    by_style: dict[int, int] = {}
    texts = _shared_texts(package) if old else []
    for part in old:
        row = next(children(Grid(package.tree(part)).data, "row"))
        cells = list(children(row, "c"))
        start = next(n for n, cell in enumerate(cells) if _text(cell, texts) == ANSWER_ANCHOR) + 1
        for twin, beside in zip(cells[start::2], cells[start + 1 :: 2], strict=False):
            tab, _, addresses = _text(twin, texts).partition("\n")
            pair = int(twin.get("s", "0")), int(beside.get("s", "0"))
            at |= {(tab, address): pair for address in addresses.split()}
            by_style.setdefault(pair[1], pair[0])
    return _Memory(at, by_style)


def _unmark(package: Package, tab: str, part: str, memory: _Memory, styles: Styles, ours: set[int]) -> None:
    """Give every cell that carries a mark the style that it had; where that is forgotten, one without fill and edge."""
    for place, cell in Grid(package.tree(part)).all():
        style = int(cell.get("s", "0"))
        if style in ours:
            package.touch(part)
            before = memory.before(clean(tab), address_of(place), style)
            cell.set("s", str(styles.cleared(style) if before is None else before))


# ---- putting in --------------------------------------------------------------------------------------------


def _put_marks(book: Book, styles: Styles, letter: Letter) -> list[Twin]:
    """Mark the cells that findings name; return what is needed to take the marks off again."""
    wanted = _by_tab(letter.items)
    twins = []
    left = MOST_MARKS
    for name, part in book.sheets():
        if name in wanted and left > 0:
            grid = Grid(book.package.touch(part))
            marks = dict(list(_said(wanted[name], grid, letter.language).items())[:left])
            left -= len(marks)
            twins += _mark_cells(name, grid, marks, styles)
            Notes(book.package, part, book.relation).put({place: text for place, (_, text) in marks.items()})
    return twins


def _by_tab(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.severity in MARKS and item.cells:
            found[item.sheet].append(item)
    return found


def _said(items: Sequence[Item], grid: Grid, language: str) -> Marks:
    """Return what is to be said at each place, the gravest first, as whole sentences; of merged cells at the one that shows."""
    shown = grid.shown()
    found: Marks = {}
    for item in items:
        for number, cell in enumerate(item.cells):
            told = clean(item.at(number))[:MOST_OF_A_SENTENCE]
            text = answer_sentence(item.severity, told, language)
            place = shown.get(place_of(cell), place_of(cell))
            severity, before = found.get(place, (item.severity, ""))
            if text not in before and len(before) + len(text) < MOST_OF_A_NOTE:
                found[place] = severity, f"{before}\n{text}".strip()
    return dict(sorted(found.items()))


def _mark_cells(tab: str, grid: Grid, marks: Marks, styles: Styles) -> list[Twin]:
    """Give the cells their marks; return the twins of the styles they had."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for place, (severity, _) in marks.items():
        cell = grid.cell(place)
        before = int(cell.get("s", "0"))
        marked = styles.marked(before, severity)
        cell.set("s", str(marked))
        found[before, marked].append(address_of(place))
    return [
        Twin(tab, tuple(cells[at : at + MOST_IN_A_TWIN]), before, marked)
        for (before, marked), cells in found.items()
        for at in range(0, len(cells), MOST_IN_A_TWIN)
    ]
