"""The sheets of a package -> their cells, with text, numbers, formats, formulas and errors."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from pipeline.errors import RefusedFile
from pipeline.model import Cell
from pipeline.read.formats import Dress, dress_of, dressed
from pipeline.read.package import Package
from pipeline.read.pictures import Placed, Pool
from pipeline.read.runs import STRUCK
from pipeline.read.sheet import Place, Sheeted, column_number, read_sheet
from pipeline.read.styles import formats_of, shared_texts, struck_styles, unescape

Typed = str | Decimal | bool | None
Written = tuple[str, str, str, str]  # style, kind, formula, value
T = TypeVar("T")
W = TypeVar("W")
MOST_KNOWN = 1 << 16  # of each kind, so that a workbook of nothing but different numbers costs no more
MOST_ASKED = 64  # rows whose cells are kept: one is asked for cell after cell


class _Known(dict[W, T]):
    """What is read of what is written: computed once, for a workbook says the same again and again."""

    def __init__(self, read: Callable[[W], T], known: Mapping[W, T] | None = None) -> None:
        super().__init__(known or {})
        self._read = read

    def __missing__(self, written: W) -> T:
        found = self._read(written)
        if len(self) < MOST_KNOWN:
            self[written] = found
        return found


_COLUMNS = _Known(column_number)
Contents = _Known[Written, Cell]


class Tab:
    """A sheet as it stands in the file; `cell` says what stands at a place."""

    def __init__(
        self,
        name: str,
        hidden: bool,
        sheeted: Sheeted,
        known: Contents,
        pictures: Mapping[Place, list[Placed]],
        struck: bool = False,  # whether any text may be struck through in part: see `runs`
        crossing: frozenset[str] = frozenset(),  # the styles that strike through whole cells
    ) -> None:
        self.name, self.hidden, self.sheeted, self.pictures, self.struck = name, hidden, sheeted, pictures, struck
        self.crossing = crossing
        self._known = known
        self._placed = defaultdict[int, dict[int, list[Placed]]](dict)
        for (row, column), placed in pictures.items():
            self._placed[row][column] = placed
        self._asked: dict[int, Mapping[int, Cell]] = {}
        self._texts: dict[int, list[tuple[int, int, str]]] = {}

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell; None where nothing stands."""
        return self.row(row).get(column)

    def row(self, row: int) -> Mapping[int, Cell]:
        """Return all that stands in a row, by column from the left."""
        made = self._asked.get(row)
        if made is None:
            if len(self._asked) > MOST_ASKED:
                self._asked.clear()
            made = self._asked[row] = self._made(row)
        return made

    @property
    def filled(self) -> list[int]:
        """The rows that hold anything, from the top."""
        return sorted({*self.sheeted.rows, *self._placed})

    def crossed(self, row: int) -> set[str]:
        """Return the columns of a row, by their letters, in which what stands is struck through as a whole."""
        return {raw[0] for raw in self.sheeted.raws(row) if raw[1] in self.crossing} if self.crossing else set()

    def texts(self, last: int) -> list[tuple[int, int, str]]:
        """Return (row, column, text) of the words in the first rows."""
        if last not in self._texts:
            self._texts[last] = [
                (row, at, cell.typed)
                for row in self.filled
                if row <= last
                for at, cell in self.row(row).items()
                if isinstance(cell.typed, str)
            ]
        return self._texts[last]

    def _made(self, row: int) -> dict[int, Cell]:
        """Return the cells of a row, from the left.  Nearly all time of reading passes here."""
        known = self._known
        raws = self.sheeted.raws(row)
        made = {_COLUMNS[raw[0]]: known[raw[1:]] for raw in raws}
        if len(made) < len(raws):
            raise RefusedFile(
                "damaged",
                what=f"{self.name}: a cell of row {row} twice",
                what_zh=f"{self.name}：第 {row} 行有单元格重复",
            )
        for column, placed in self._placed.get(row, {}).items():
            made[column] = _pictured(made.get(column), placed)
        columns = list(made)
        return made if columns == sorted(columns) else {column: made[column] for column in sorted(columns)}


def _pictured(cell: Cell | None, placed: Sequence[Placed]) -> Cell:
    """Return a cell with its picture; one that is in the cell stands there as an error or a formula."""
    for one in placed:
        if one.instead or cell is None:
            return Cell(error=one.fault, picture=one.picture)
    assert cell is not None, "pictures are listed where they stand"
    return cell._replace(picture=placed[0].picture)


def read_tabs(package: Package) -> tuple[Tab, ...]:
    """Return the worksheets in the order of the workbook."""
    book = package.book
    relations = package.relations(book)
    names, date1904 = _names(package, book)
    texts = shared_texts(package, _only(relations.values(), "sharedStrings"))
    styles = _only(relations.values(), "styles")
    formats, codes = formats_of(package, styles)
    looks = any(STRUCK in text for text in texts), struck_styles(package, styles)
    known = contents(_kinds(texts), formats, codes, date1904)
    pool = Pool(package, relations)
    return tuple(
        _tab(package, name, hidden, relations[target][1], known, pool, *looks)
        for name, hidden, target in names
        if target in relations and relations[target][0] == "worksheet"
    )


def _only(relations: Iterable[tuple[str, str]], kind: str) -> str | None:
    return next((part for other, part in relations if other == kind), None)


def _names(package: Package, book: str) -> tuple[list[tuple[str, bool, str]], bool]:
    """Return (name, hidden, relation) of each sheet, and whether dates count from 1904."""
    names: list[tuple[str, bool, str]] = []
    dates = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            target = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            names.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", target))
        elif name == "workbookPr":
            dates.append(attributes.get("date1904") in ("1", "true"))

    package.parse(book, start)
    return names, any(dates)


def _tab(
    package: Package,
    name: str,
    hidden: bool,
    part: str,
    known: Contents,
    pool: Pool,
    struck: bool,
    crossing: frozenset[str],
) -> Tab:
    sheeted = read_sheet(package, part)
    return Tab(name, hidden, sheeted, known, pool.of_sheet(part, sheeted.inside), struck or sheeted.struck, crossing)


def contents(
    typed: Mapping[str, Mapping[str, Typed]], formats: Mapping[str, str], codes: Mapping[str, str], date1904: bool
) -> Contents:
    """Return what stands in a cell by all that is written in it but its place.

    Args:
        typed: by kind and what is written; a shared text by its number.
        formats: by the number of a style as written: general number percent date month year text other.
        codes: the code of a style's number format, where it is none of the built-in ones.
        date1904: whether the workbook counts its days from 1904.
    """

    def cell(written: Written) -> Cell:
        style, kind, formula, value = written
        what = "" if formula and kind == "str" and not value else typed[kind][value]  # a formula may give an empty text
        error = value.strip() or None if kind == "e" else None
        shown = formats[style]
        if isinstance(what, Decimal) and (dress := dresses[style]):
            what, shown = dressed(what, dress)
        return Cell(what, shown, formula or None, error, date1904)

    dresses = _Known[str, Dress | None](lambda style: dress_of(codes.get(style, "")))
    return _Known(cell)


def _kinds(texts: Sequence[str]) -> Mapping[str, Mapping[str, Typed]]:
    """Return of each kind of cell what is meant by what is written; nothing by nothing."""
    numbered = {str(at): text for at, text in enumerate(texts)}
    numbers = _Known[str, Typed](_number)
    read: dict[str, Mapping[str, Typed]] = {
        "s": _Known[str, Typed](lambda written: _shared(written, numbered), numbered),
        "": numbers,
        "n": numbers,
        "b": _Known[str, Typed](lambda written: written.strip() in ("1", "true") if written else None),
        "d": _Known[str, Typed](lambda written: written.strip() or None),
        "e": _Known[str, Typed](lambda _: None),
    }
    words = _Known[str, Typed](lambda written: unescape(written) or None)
    return _Known(lambda _: words, read)


def _shared(written: str, texts: Mapping[str, str]) -> str | None:
    """Return the shared text of a number, which may be written with blanks and zeros before it."""
    if not written.strip():
        return None
    text = texts.get(written.strip().lstrip("0") or "0")
    if text is None:
        raise RefusedFile("damaged", what=f"shared text {written[:20]}", what_zh=f"共享文本 {written[:20]}")
    return text


def _number(text: str) -> Decimal | None:
    """Return a number as Excel shows it, with 15 digits: it stores 0.0413 as 4.1300000000000003E-2, and 3.3 as it adds up.

    >>> _number("4.1300000000000003E-2"), _number("12"), _number("12.0"), _number("3.3000000000000003")
    (Decimal('0.0413'), Decimal('12'), Decimal('12'), Decimal('3.3'))
    """
    if len(text) < 16 and text.replace(".", "", 1).isdecimal() and text[-1] not in ".0":
        return Decimal(text)
    if not text.strip():
        return None
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RefusedFile("damaged", what=f"a number written {text[:40]!r}", what_zh=f"数值 {text[:40]!r}")
    shown = float(f"{value:.15g}")
    return Decimal(int(shown)) if shown.is_integer() else Decimal(repr(shown))
