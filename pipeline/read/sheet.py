"""The XML of one sheet -> its cells as written, merges, and what is hidden: by pattern if it can be, else by events."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from pipeline.errors import RefusedFile
from pipeline.read.package import MOST_CELLS, Package, whole
from pipeline.read.runs import PLAIN, STRUCK, joined, run_of

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS = re.compile("[A-Z]{1,3}")
_DIGITS = "0123456789"

Place = tuple[int, int]  # row and column, both from 1
Raw = tuple[str, str, str, str, str]  # column, style, kind, formula, value: as written, "" for none


@dataclass(slots=True)
class Sheeted:
    """What one sheet's XML says: its rows in which anything stands, merges, what is hidden."""

    rows: dict[int, str | list[Raw]] = field(
        default_factory=dict
    )  # by number; plain ones are taken apart when asked for
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    inside: dict[Place, tuple[str, str | None]] = field(default_factory=dict)  # cells that may hold a picture
    pages: list[str] = field(default_factory=list)  # what its headers and footers say, as written
    struck: bool = False  # whether a text that stands in the sheet itself is struck through in part

    def raws(self, row: int) -> Sequence[Raw]:
        """Return the cells of a row that say anything."""
        written = self.rows.get(row, ())
        return _taken_apart(written) if isinstance(written, str) else written


def read_sheet(package: Package, part: str) -> Sheeted:
    """Return what stands in a sheet: by pattern where all its cells are plain ones, else event by event."""
    data = package.part(part)
    if data is None:
        raise RefusedFile("damaged", what=f"the part {part} is missing", what_zh=f"缺少部件 {part}")
    if data.count(b"<c ") > MOST_CELLS:
        raise _too_many()
    plain = _read_plain(package, part, data)
    return read_events(package, part, data) if plain is None else plain


# ---- by pattern: cells as Excel, WPS, LibreOffice and the common libraries write nearly all of theirs ----------

_BEGINS = re.compile(
    rb'(?:\xef\xbb\xbf)?+(?:<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?+(?: standalone="(?:yes|no)")?+ ?\?>\s*+)?+'
    rb"<worksheet[ >](?:(?!<[!?]|<sheetData>).)*+<sheetData>",
    re.DOTALL,
)
_TO_1048576 = r"(?:[1-9][0-9]{0,5}|10[0-3][0-9]{4}|104[0-7][0-9]{3}|1048[0-4][0-9]{2}|10485[0-6][0-9]|104857[0-6])"
_TO_XFD = r"(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])"
_SAID = r"[^<&>\ufffe\uffff]*+(?:&(?:lt|gt|amp|quot|apos|#[1-9][0-9]{1,6});[^<&>\ufffe\uffff]*+)*+"
_CELL = (
    rf'<c r="{_TO_XFD}\1"(?: s="[0-9]++")?+(?: t="[a-zA-Z]++")?+ ?+(?:/>|>(?:<f>{_SAID}</f>)?+'
    rf'(?:<v>{_SAID}</v>|<is><t(?: xml:space="preserve")?+>{_SAID}</t></is>|<v ?/>)?+</c>)'
)
_UNASKED = "".join(  # what a row's tag may say that we do not ask, in the order of the standard
    rf'(?: {name}="{said}")?+'
    for name, said in (
        *(("spans", "[0-9: ]*+"), ("s", "[0-9]*+"), ("customFormat", r"\w*+"), ("ht", "[0-9.]*+")),
        *(("hidden", "(?:0|false)"), ("customHeight", r"\w*+"), ("outlineLevel", "[0-9]*+"), ("collapsed", r"\w*+")),
        ("x14ac:dyDescent", "[0-9.]*+"),
    )
)
_ROW = re.compile(rf'<row r="({_TO_1048576})"(?:{_UNASKED}/?>|([^<>]*+)>)(?:(?<=/>)|((?:{_CELL})*+)</row>)', re.ASCII)
_RAW = r'<c r="([A-Z]++)[0-9]++"(?: s="([0-9]++)")?+(?: t="([a-zA-Z]++)")?+ ?+>'
_VALUE = r"(?:<v>|<is><t[^>]*+>)"
_VALUES = re.compile(rf"{_RAW}(){_VALUE}([^<]++)")  # of a row without formulas; empty cells are passed over
_FORMULAS = re.compile(rf"{_RAW}(?:<f>([^<]*+)</f>)?+(?:{_VALUE}([^<]*+))?+")
_SAYS = re.compile(r">[^<]++</")  # within a row, text stands in cells only
_NUMBERED = re.compile("&#([0-9]{1,9});")  # openpyxl may write all but English so
_REFERENCE = re.compile("&(?:#([0-9]+)|([a-z]+));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_NOT_XML = bytes(set(range(32)) - set(b"\t\n"))  # XML may hold a carriage return, and reads it as a line feed


def _read_plain(package: Package, part: str, data: bytes) -> Sheeted | None:
    """Return what stands in a sheet, twice as fast as by events; None if anything in it is out of the ordinary.

    The pattern takes one row after the other with no sign between them, so what it took is
    well-formed.  What stands around the rows goes through the parser, with the tags of those
    that say more than is usual.
    """
    begins = _BEGINS.match(data)
    text = _plain_text(data[begins.end() :]) if begins else ""
    taken = _rows_of(text) if text else None
    if not begins or not text or not taken:
        return None
    rows, around = taken
    try:
        events = _events(package, part, begins[0] + around.encode())
    except RefusedFile:
        return None  # the events of the whole sheet say at which place
    found = events.found
    if found.rows or not events.begun:
        return None
    found.rows = rows
    return _with_pictures(found) if "DISPIMG" in text else found


def _rows_of(text: str) -> tuple[dict[int, str | list[Raw]], str] | None:
    """Return the rows in which something stands, and what else there is, from the first row on; None if not all are plain."""
    rows: dict[int, str | list[Raw]] = {}
    around, at = [], 0
    while match := _ROW.match(text, at):
        at = match.end()
        number, rest, cells = match.groups()
        if rest is not None:
            around.append(f'<row r="{number}"{rest}>' + ("" if cells is None else "</row>"))
        if cells and _SAYS.search(cells):
            if int(number) in rows:
                return None
            rows[int(number)] = cells
    return (rows, "".join(around) + text[at:]) if text.startswith("</sheetData>", at) else None


def _plain_text(data: bytes) -> str | None:
    """Return the text of bytes in UTF-8; None if they are none, or hold signs that XML cannot or reads as others."""
    if len(data.translate(None, _NOT_XML)) < len(data):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if "&#" not in text or all(map(_is_sign, set(_NUMBERED.findall(text)))) else None


def _is_sign(number: str) -> bool:
    """Whether a sign that is written as a number is one that XML may hold."""
    at = int(number)
    return at in (9, 10, 13) or 31 < at < 0xD800 or 0xDFFF < at < 0xFFFE or 0xFFFF < at < 0x110000


def _too_many() -> RefusedFile:
    return RefusedFile("too_many_cells", found=f"{MOST_CELLS:,} +", expected=f"{MOST_CELLS:,}")


def _taken_apart(row: str) -> list[Raw]:
    """Return the cells of a plain row that say anything."""
    plain: list[Raw] = _FORMULAS.findall(row) if "<f>" in row else _VALUES.findall(row)
    if "&" in row:
        plain = [(*raw[:3], _undone(raw[3]), _undone(raw[4])) for raw in plain]
    return [raw for raw in plain if raw[4] or raw[3]] if "<f>" in row else plain


def _undone(text: str) -> str:
    """Return a text with what XML writes for its own signs, and for signs by their number; there are no others."""
    return _REFERENCE.sub(lambda match: _ENTITIES[match[2]] if match[2] else chr(int(match[1])), text)


def _with_pictures(found: Sheeted) -> Sheeted:
    """Return what stands in a sheet of plain rows with the cells noted that may hold a picture of WPS."""
    for number in found.rows:
        for letters, _, kind, formula, value in found.raws(number):
            if kind == "str" and "DISPIMG" in (formula or value):
                found.inside[number, column_number(letters)] = (formula or value, None)
    return found


# ---- event by event -------------------------------------------------------------------------------------


def read_events(package: Package, part: str, data: bytes) -> Sheeted:
    """Return what stands in a sheet, whatever way its XML is written."""
    return _events(package, part, data).found


def _events(package: Package, part: str, data: bytes) -> _Events:
    """Return the events of a sheet after all its elements have gone by."""
    parser = package.parser()
    events = _Events(part)
    parser.StartElementHandler, parser.EndElementHandler = events.start, events.end
    parser.CharacterDataHandler = events.text
    package.give(part, parser, data)
    events.found.rows.update(events.rows)
    events.found.pages += ["".join(one) for one in events.pages]
    return events


_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # of Strict
)
_DATA = frozenset(("sheetData", "row", "c", "v", "f", "is", "t"))  # elements that say what stands in a cell, and where
_PAGES = tuple(kind + place for kind in ("odd", "even", "first") for place in ("Header", "Footer"))
Begin = Callable[[dict[str, str]], None]
Inside = dict[str, tuple[Begin, Any]]  # what may stand in an element: by name, what to do, and what may stand in that


class _Events:
    """A sheet as its elements go by.

    An element is read only where it belongs, and under the prefix of the sheet itself; what
    else there is (extensions, conditions, drawings) is passed over with all that is in it.
    """

    __slots__ = (
        *("found", "rows", "count", "row", "row_text", "column", "kind", "style", "rich", "begun"),
        *("formula", "value", "sink", "shared", "shares", "run", "pages", "_part", "_columns", "_strange"),
        *("_inside", "_outside", "_cells", "_xmlns"),
    )

    def __init__(self, part: str) -> None:
        self._part, self.found, self.rows = part, Sheeted(), dict[int, list[Raw]]()
        self.count = self.row = self.column = self._strange = 0
        self.row_text, self.begun = "0", False
        self.formula: list[str] | None = None
        self.value: list[str] | None = None
        self.sink: list[str] | None = None
        self.shared: dict[str, str] = {}
        self.shares: str | None = None
        self.pages: list[list[str]] = []
        self.run = ""  # the kind of run that is being read, in a rich text
        self._columns = {"": 0}
        self._inside: Inside = {}
        self._outside: list[Inside] = []
        self._cells: Inside = {}
        self._xmlns = "xmlns"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._strange:
            self._strange += 1
            return
        known = self._inside.get(name)
        if known is None or self._xmlns in attributes:
            known = self._unusual(name, attributes, known)
            if known is None:
                self._strange = 1
                return
        self._outside.append(self._inside)
        begin, self._inside = known
        begin(attributes)

    def end(self, _: str) -> None:
        if self._strange:
            self._strange -= 1
            return
        self.sink = None
        if self._inside is self._cells:
            self.keep()
        self._inside = self._outside.pop()

    def text(self, chunk: str) -> None:
        if self.sink is not None and not self._strange:
            self.sink.append(chunk)

    def _unusual(
        self, name: str, attributes: dict[str, str], known: tuple[Begin, Any] | None
    ) -> tuple[Begin, Any] | None:
        """Return what to do with the sheet itself, or with an element that says its namespace again; None with a strange one."""
        prefix, _, local = name.rpartition(":")
        if not self._outside:
            self._xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
            if local != "worksheet" or attributes.get(self._xmlns, _MAIN[0]) not in _MAIN:
                raise self._damaged(name)
            return self._nothing, self._places(f"{prefix}:" if prefix else "")
        if known is not None and attributes[self._xmlns] in _MAIN:
            return known
        if local in _DATA or self.sink is not None:
            raise self._damaged(name)
        return None

    def _places(self, prefix: str) -> Inside:
        """Return what may stand in a sheet, and in that, down to the looks of a run."""

        def named(**inside: tuple[Begin, Any]) -> Inside:
            return {prefix + name: one for name, one in inside.items()}

        looks: dict[str, tuple[Begin, Any]] = {
            name: (partial(self._look, name), {}) for name in ("strike", "vertAlign")
        }
        runs = named(t=(self._text, {}), rPr=(self._nothing, named(**looks)))
        texts = named(t=(self._text, {}), r=(self._begin_run, runs))
        self._cells = named(v=(self._value, {}), f=(self._formula, {}), **{"is": (self._begin_text, texts)})
        rows = named(row=(self._row, named(c=(self._cell, self._cells))))
        return named(
            sheetData=(self._data, rows),
            cols=(self._nothing, named(col=(self._col, {}))),
            mergeCells=(self._nothing, named(mergeCell=(self._merge, {}))),
            headerFooter=(self._nothing, named(**{name: (self._page, {}) for name in _PAGES})),
        )

    def _damaged(self, name: str) -> RefusedFile:
        """Return what to say of an element that stands where it does not belong, or a second time."""
        where = f"{self._part}: <{name[:40]}>" + (f" ({column_letters(self.column)}{self.row})" if self.row else "")
        return RefusedFile("damaged", what=where, what_zh=where.replace(": ", "："))

    def _data(self, _: dict[str, str]) -> None:
        if self.begun:
            raise self._damaged("sheetData")
        self.begun = True

    def _row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r") or str(self.row + 1)
        self.row, self.row_text, self.column = _row_number(text, f"row {text}"), text, 0
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_rows.add(self.row)
        if self.count > MOST_CELLS:
            raise _too_many()

    def _cell(self, attributes: dict[str, str]) -> None:
        self.count += 1
        ref = attributes.get("r")
        if ref is None:
            self.column += 1
        else:
            self._place(ref)
        self.value, self.formula, self.shares, self.run = None, None, None, ""
        self.kind, self.style, self.rich = attributes.get("t", ""), attributes.get("s", ""), attributes.get("vm")

    def _place(self, ref: str) -> None:
        letters = ref.rstrip(_DIGITS)
        number = ref[len(letters) :]
        if number != self.row_text:
            self.row, self.row_text = _row_number(number, ref), number
        column = self._columns.get(letters)
        self.column = column or self._columns.setdefault(letters, _column_of(letters, ref))

    def _value(self, _: dict[str, str]) -> None:
        if self.value is not None:
            raise self._damaged("v")
        self.value = self.sink = []

    def _formula(self, attributes: dict[str, str]) -> None:
        if self.formula is not None:
            raise self._damaged("f")
        self.formula = self.sink = []
        self.shares = attributes.get("si") if attributes.get("t") == "shared" else None

    def _begin_text(self, _: dict[str, str]) -> None:
        if self.value is not None:
            raise self._damaged("is")
        self.value = []

    def _text(self, _: dict[str, str]) -> None:
        self.sink = self.value
        if self.value is not None and self.run:
            self.value.append(self.run)

    def _begin_run(self, _: dict[str, str]) -> None:
        self.run = PLAIN

    def _look(self, name: str, attributes: dict[str, str]) -> None:
        self.run = run_of(name, attributes) or self.run

    def _nothing(self, _: dict[str, str]) -> None:
        """Go on: these elements only stand around others."""

    def _merge(self, attributes: dict[str, str]) -> None:
        self.found.merges += _merge(attributes.get("ref", ""))

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))

    def _page(self, _: dict[str, str]) -> None:
        self.sink = []
        self.pages.append(self.sink)

    def keep(self) -> None:
        """Keep the cell that was being read, if it says anything."""
        if self.value is None and self.formula is None:
            return
        said = None if self.formula is None else "".join(self.formula).strip()
        if self.shares is not None and said is not None:  # a formula written once for several cells
            said = self.shared.setdefault(self.shares, said) if said else self.shared.get(self.shares, "=")
        text = "".join(self.value or ())
        if self.run:
            text = joined(text)
            self.found.struck |= STRUCK in text
        if said or text:
            raw = (column_letters(self.column), self.style, self.kind, said or "", text)
            self.rows.setdefault(self.row, []).append(raw)
        if self.rich or (self.kind == "str" and "DISPIMG" in (said or text)):
            self.found.inside[self.row, self.column] = (said or text, self.rich)


def _row_number(text: str, ref: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    if not 0 < number <= MOST_ROWS:
        raise RefusedFile("far_cell", found=ref[:40], expected="A1 – XFD1048576")
    return number


def _column_of(letters: str, ref: str) -> int:
    if not _LETTERS.fullmatch(letters) or column_number(letters) > MOST_COLUMNS:
        raise RefusedFile("far_cell", found=ref[:40], expected="A1 – XFD1048576")
    return column_number(letters)


def _merge(ref: str) -> list[tuple[Place, Place]]:
    match = _RANGE.fullmatch(ref.replace("$", ""))
    if not match:
        return []
    return [((int(match[2]), column_number(match[1])), (int(match[4]), column_number(match[3])))]


def column_number(letters: str) -> int:
    """Return the number of a column.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Return the letters of a column.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return a cell's name.

    >>> address(7, 28)
    'AB7'
    """
    return f"{column_letters(column)}{row}"
