"""The XML of a sheet -> its cells by their place, also where rows and cells do not say where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.feedback.package import Element, NotMarked, beside, child, children, local

Place = tuple[int, int]  # row and column, both from 1
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


def place_of(address: str) -> Place:
    """Return row and column of an address; ValueError if it is none.

    >>> place_of("AB7")
    (7, 28)
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def address_of(place: Place) -> str:
    """Return a place as Excel writes it.

    >>> address_of((7, 28))
    'AB7'
    """
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass(slots=True)
class Grid:
    """The cells of one sheet, to be found and put in."""

    sheet: Element
    _rows: dict[int, Element] = field(default_factory=dict)
    _cells: dict[int, dict[int, Element]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        number = 0
        for row in children(self.data, "row"):
            number = int(row.get("r") or number + 1)
            self._rows[number] = row

    @property
    def data(self) -> Element:
        """The element that holds the rows."""
        found = child(self.sheet, "sheetData")
        if found is None:
            raise NotMarked("a sheet has no cells")
        return found

    def all(self) -> Iterator[tuple[Place, Element]]:
        """Yield every cell with its place."""
        for row in self._rows:
            for column, cell in self._row(row).items():
                yield (row, column), cell

    def _row(self, row: int) -> dict[int, Element]:
        if row not in self._cells:
            found: dict[int, Element] = {}
            column = 0
            for cell in children(self._rows[row], "c"):
                column = place_of(cell.get("r", ""))[1] if cell.get("r") else column + 1
                found[column] = cell
            self._cells[row] = found
        return self._cells[row]

    def cell(self, place: Place) -> Element:
        """Return the cell at a place; one that is not there is put in, with the style that shows there."""
        row, column = place
        if row not in self._rows:
            self._put_row(row)
        cells = self._row(row)
        if column not in cells:
            made = etree.Element(beside(self.sheet, "c"), r=address_of(place))
            if style := self._style_at(place):
                made.set("s", str(style))
            after = next((cell for at, cell in sorted(cells.items()) if at > column), None)
            self._put(self._rows[row], made, after)
            self._rows[row].attrib.pop("spans", None)  # it may stand beyond them
            cells[column] = made
        return cells[column]

    def _put_row(self, row: int) -> None:
        made = etree.Element(beside(self.sheet, "row"), r=str(row))
        after = next((self._rows[number] for number in sorted(self._rows) if number > row), None)
        self._put(self.data, made, after)
        self._rows[row] = made

    @staticmethod
    def _put(parent: Element, made: Element, after: Element | None) -> None:
        if after is None:
            ending = child(parent, "extLst")
            parent.insert(len(parent) if ending is None else parent.index(ending), made)
        else:
            parent.insert(parent.index(after), made)

    def _style_at(self, place: Place) -> int:
        """Return the style of an empty place: that of its row, else of its column."""
        row, column = place
        if self._rows[row].get("customFormat") in ("1", "true"):
            return int(self._rows[row].get("s", "0"))
        columns = child(self.sheet, "cols")
        for one in columns if columns is not None else ():
            if local(one) == "col" and int(one.get("min", "0")) <= column <= int(one.get("max", "0")):
                return int(one.get("style", "0"))
        return 0

    def shown(self) -> dict[Place, Place]:
        """Return for each place that a merge covers the one that shows it."""
        merges = child(self.sheet, "mergeCells")
        found: dict[Place, Place] = {}
        for one in children(merges, "mergeCell") if merges is not None else ():
            first, _, last = one.get("ref", "").partition(":")
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
            if (bottom - top + 1) * (right - left + 1) <= MOST_MERGED:
                found |= {
                    (row, column): (top, left) for row in range(top, bottom + 1) for column in range(left, right + 1)
                }
        return found


MOST_MERGED = 10_000  # cells of one merge that are looked at
