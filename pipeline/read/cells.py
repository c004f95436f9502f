"""The sheets of a package -> their cells, with text, numbers, formats, formulas and errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.errors import RefusedFile
from pipeline.model import Cell
from pipeline.read.package import Package
from pipeline.read.pictures import Placed, Pool
from pipeline.read.sheet import Place, Raw, Sheeted, address, read_sheet
from pipeline.read.styles import formats_of, shared_texts, unescape

_NOTHING: Mapping[int, Raw] = {}
_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class Styles:
    """What the cells of a workbook share."""

    texts: Mapping[str, str]  # by the number under which they are shared, as written
    formats: Mapping[str, str]  # by the cell's style number, as written: general number percent date text
    date1904: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet as it stands in the file; `cell` says what stands at a place."""

    name: str
    hidden: bool
    sheeted: Sheeted
    styles: Styles
    pictures: Mapping[Place, list[Placed]]

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell; None where nothing stands."""
        raw = self.sheeted.rows.get(row, _NOTHING).get(column)
        placed = self.pictures.get((row, column), ()) if self.pictures else ()
        for one in placed:
            if one.instead or raw is None:  # a picture in its cell stands there as an error or a formula
                return Cell(self.name, address(row, column), error=one.fault, picture=one.picture)
        if raw is None:
            return None
        cell = self._made(raw)
        return cell._replace(picture=placed[0].picture) if placed else cell

    def _made(self, raw: Raw) -> Cell:
        letters, number, style, kind, formula, value = raw
        styles = self.styles
        text = styles.texts.get(value) if kind == "s" else None
        typed = _typed(kind, value, formula, styles.texts) if text is None else text
        error = value.strip() if kind == "e" else None
        shown = styles.formats.get(style, "general")
        # as Cell(…), whose own __new__ takes twice as long
        return _new(Cell, (self.name, letters + number, typed, shown, formula or None, error, styles.date1904, None))

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield (column, cell) of all that stands in a row, from the left."""
        raws = self.sheeted.rows.get(row, _NOTHING)
        if not self.pictures:
            for column in sorted(raws):
                yield column, self._made(raws[column])
            return
        for column in sorted({*raws, *(column for at, column in self.pictures if at == row)}):
            cell = self.cell(row, column)
            if cell is not None:
                yield column, cell

    @property
    def filled(self) -> list[int]:
        """The rows that hold anything, from the top."""
        return sorted({*self.sheeted.rows, *(row for row, _ in self.pictures)})

    def texts(self, last: int) -> Iterator[tuple[int, int, str]]:
        """Yield (row, column, text) of the words in the first rows."""
        for row in self.filled:
            if row > last:
                return
            for column, cell in self.row(row):
                if isinstance(cell.typed, str):
                    yield row, column, cell.typed


def read_tabs(package: Package) -> tuple[Tab, ...]:
    """Return the worksheets in the order of the workbook."""
    book = package.book
    relations = package.relations(book)
    names, date1904 = _names(package, book)
    styles = Styles(
        {str(at): text for at, text in enumerate(shared_texts(package, _only(relations.values(), "sharedStrings")))},
        formats_of(package, _only(relations.values(), "styles")),
        date1904,
    )
    pool = Pool(package, relations)
    return tuple(
        _tab(package, name, hidden, relations[target][1], styles, pool)
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


def _tab(package: Package, name: str, hidden: bool, part: str, styles: Styles, pool: Pool) -> Tab:
    sheeted = read_sheet(package, part)
    return Tab(name, hidden, sheeted, styles, pool.of_sheet(part, sheeted.inside))


def _typed(kind: str, value: str, formula: str, texts: Mapping[str, str]) -> str | Decimal | bool | None:
    """Return what a cell holds, by its kind; an error holds nothing, a formula of text perhaps an empty one."""
    if not value:
        return "" if kind == "str" and formula else None
    return _shared(value, texts) if kind == "s" else _KINDS.get(kind, unescape)(value)


def _shared(value: str, texts: Mapping[str, str]) -> str | None:
    """Return the shared text of a number, which may be written with blanks and zeros before it."""
    if not value.strip():
        return None
    text = texts.get(value.strip().lstrip("0") or "0")
    if text is None:
        raise RefusedFile("damaged", what=f"shared text {value[:20]}", what_zh=f"共享文本 {value[:20]}")
    return text


@lru_cache(maxsize=1 << 16)  # the same numbers stand in a sheet again and again
def _number(text: str) -> Decimal | None:
    """Return a number as a person typed it: Excel stores 0.0413 as 4.1300000000000003E-2.

    >>> _number("4.1300000000000003E-2"), _number("12"), _number("12.0")
    (Decimal('0.0413'), Decimal('12'), Decimal('12'))
    """
    if text.isdecimal() and len(text) < 16:
        return Decimal(text)
    if not text.strip():
        return None
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RefusedFile("damaged", what=f"a number written {text[:40]!r}", what_zh=f"数值 {text[:40]!r}")
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


_KINDS: Mapping[str, Callable[[str], str | Decimal | bool | None]] = {
    "n": _number,
    "": _number,
    "b": lambda value: value.strip() in ("1", "true"),
    "d": str.strip,
    "e": lambda _: None,
}
