"""The sheets of a package -> their cells, with text, numbers, formats, formulas and errors."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.errors import RefusedFile
from pipeline.model import Cell
from pipeline.read.package import Package, parse
from pipeline.read.pictures import read_pictures

MOST_CELLS = 3_000_000
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

# Built-in formats that show a date; 27 to 36 and 50 to 58 are those of Chinese Excel and WPS.
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENT_IDS = {9, 10}
NUMBER_IDS = {*range(1, 9), *range(11, 14), *range(37, 45), 48}
TEXT_ID = 49

_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet as it stands in the file: its cells by (row, column), both from 1."""

    name: str
    hidden: bool
    cells: Mapping[tuple[int, int], Cell]
    pictures: Mapping[str, bytes]  # sha256 -> bytes


@dataclass(frozen=True, slots=True)
class _Styles:
    """What the cells of a workbook share."""

    texts: list[str]
    formats: list[str]  # by the cell's style number: general number percent date text
    date1904: bool


def read_tabs(package: Package) -> tuple[Tab, ...]:
    """Return the worksheets in the order of the workbook."""
    book = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
    relations = package.relations(book)
    names, date1904 = _names(package.part(book))
    styles = _Styles(
        _shared_texts(_only(package, relations.values(), "sharedStrings")),
        _formats(_only(package, relations.values(), "styles")),
        date1904,
    )
    return tuple(
        _tab(package, name, hidden, relations[target][1], styles)
        for name, hidden, target in names
        if target in relations and relations[target][0] == "worksheet"
    )


def _only(package: Package, relations: Iterable[tuple[str, str]], kind: str) -> bytes | None:
    return next((package.part(part) for other, part in relations if other == kind), None)


def _names(data: bytes | None) -> tuple[list[tuple[str, bool, str]], bool]:
    """Return (name, hidden, relation) of each sheet, and whether dates count from 1904."""
    names: list[tuple[str, bool, str]] = []
    dates = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            target = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            names.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", target))
        elif name == "workbookPr":
            dates.append(attributes.get("date1904") in ("1", "true"))

    parse(data, start)
    return names, any(dates)


def _shared_texts(data: bytes | None) -> list[str]:
    """Return the shared strings: runs joined, phonetic guides left out."""
    found: list[str] = []
    parts: list[str] = []
    open_tags: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        open_tags.append(name)
        if name == "si":
            parts.clear()

    def end(name: str) -> None:
        open_tags.pop()
        if name == "si":
            found.append(_unescape("".join(parts)))

    def text(chunk: str) -> None:
        if open_tags[-1] == "t" and "rPh" not in open_tags:
            parts.append(chunk)

    parse(data, start, end, text)
    return found


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(data: bytes | None) -> list[str]:
    """Return what each cell style shows."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            within.append(name)
        elif name == "xf" and within:
            ids.append(int(attributes.get("numFmtId", 0)))

    def end(name: str) -> None:
        if name == "cellXfs":
            within.clear()

    parse(data, start, end)
    return [_shows(number, codes.get(number)) for number in ids] or ["general"]


def _shows(number: int, code: str | None) -> str:
    """Return what a number format shows.

    >>> _shows(31, None), _shows(164, 'yyyy"年"m"月"d"日"'), _shows(165, "0.00%"), _shows(0, None)
    ('date', 'date', 'percent', 'general')
    """
    if code is None:
        ids = ((DATE_IDS, "date"), (PERCENT_IDS, "percent"), (NUMBER_IDS, "number"), ({TEXT_ID}, "text"))
        return next((shown for known, shown in ids if number in known), "general")
    bare = _LITERAL.sub("", code.split(";")[0]).lower().strip()
    if "general" in bare or not bare:
        return "general"
    if bare == "@":
        return "text"
    if re.search(r"[ymdhs]", bare) and not re.search(r"[0#?]", re.sub(r"\.0+", "", bare)):
        return "date"
    return "percent" if "%" in bare else "number"


def _tab(package: Package, name: str, hidden: bool, part: str, styles: _Styles) -> Tab:
    reader = _SheetReader(name, styles)
    parse(package.part(part), reader.start, reader.end, reader.text)
    pictures = read_pictures(package, part)
    for place, picture, _ in pictures:
        cell = reader.cells.get(place, Cell(name, address(*place)))
        reader.cells[place] = dataclasses.replace(cell, picture=picture)
    return Tab(name, hidden, reader.cells, {picture.sha256: data for _, picture, data in pictures})


class _SheetReader:
    """Collects the cells of one sheet from its XML events."""

    def __init__(self, name: str, styles: _Styles) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self._name, self._styles = name, styles
        self._row = self._column = 0
        self._kind = self._style = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._parts: list[str] = []
        self._listens = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note where we are: a row, a cell, or the text within one."""
        if name == "c":
            self._place(attributes.get("r"))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._value = self._formula = None
        elif name in ("v", "f") or (name == "t" and not self._phonetic):
            self._listens = True
            self._parts.clear()
        elif name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "rPh":
            self._phonetic = True

    def text(self, chunk: str) -> None:
        """Keep the text of a value, a formula or an inline string."""
        if self._listens:
            self._parts.append(chunk)

    def end(self, name: str) -> None:
        """Close what was open; at the end of a cell, keep it if something stands in it."""
        if name == "c":
            self._keep()
        elif name == "rPh":
            self._phonetic = False
        elif self._listens and name in ("v", "t", "f"):
            self._listens = False
            text = "".join(self._parts)
            if name == "f":
                self._formula = text
            else:
                self._value = text if name == "v" else (self._value or "") + text

    def _place(self, ref: str | None) -> None:
        if ref is None:
            self._column += 1
            return
        match = _REF.fullmatch(ref)
        if not match:
            raise RefusedFile("damaged", what=f"a cell named {ref}", what_zh=f"单元格 {ref}")
        self._row, self._column = int(match[2]), column_number(match[1])
        if self._row > MOST_ROWS or self._column > MOST_COLUMNS:
            raise RefusedFile("damaged", what=f"a cell named {ref}", what_zh=f"单元格 {ref}")

    def _keep(self) -> None:
        if self._value is None and self._formula is None:
            return
        typed = self._typed()
        error = str(self._value) if self._kind == "e" else None
        if typed is None and error is None and self._formula is None:
            return
        place = (self._row, self._column)
        self.cells[place] = Cell(
            self._name, address(*place), typed, self._format(), self._formula, error, self._styles.date1904
        )
        if len(self.cells) > MOST_CELLS:
            raise RefusedFile("too_large", found=f"{MOST_CELLS} +", expected=f"{MOST_CELLS}")

    def _typed(self) -> str | Decimal | bool | None:
        value = self._value
        if value is None or self._kind == "e":
            return None
        if self._kind == "s":
            return self._shared(value)
        if self._kind == "b":
            return value.strip() in ("1", "true")
        if self._kind in ("n", ""):
            return _number(value)
        return _unescape(value)

    def _shared(self, value: str) -> str | None:
        if not value:
            return None
        try:
            return self._styles.texts[int(value)]
        except (ValueError, IndexError) as error:
            raise RefusedFile("damaged", what=f"shared text {value}", what_zh=f"共享文本 {value}") from error

    def _format(self) -> str:
        number = int(self._style) if self._style.isdigit() else 0
        return self._styles.formats[number] if number < len(self._styles.formats) else "general"


def _number(text: str) -> Decimal | None:
    """Return a number as a person typed it: Excel stores 0.0413 as 4.1300000000000003E-2.

    >>> _number("4.1300000000000003E-2"), _number("12"), _number("12.0")
    (Decimal('0.0413'), Decimal('12'), Decimal('12'))
    """
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise RefusedFile("damaged", what=f"a number written {text!r}", what_zh=f"数值 {text!r}") from error
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


def column_number(letters: str) -> int:
    """Return the number of a column.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """Return the letters of a column.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return a cell's name.

    >>> address(7, 28)
    'AB7'
    """
    return f"{column_letters(column)}{row}"
