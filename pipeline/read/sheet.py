"""The XML of one sheet -> its raw cells, merges, and what is hidden: by pattern if it can be, else event by event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from pipeline.errors import RefusedFile
from pipeline.read.package import MOST_CELLS, Package, whole

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
PIECE = 1 << 20
_DIGITS = "0123456789"

Place = tuple[int, int]  # row and column, both from 1
Raw = tuple[str, str, str, str, str, str]  # letters, row, style, kind, formula, value: as written, "" for none


@dataclass(slots=True)
class Sheeted:
    """What one sheet's XML says: raw cells by row and column, merges, what is hidden."""

    rows: dict[int, dict[int, Raw]] = field(default_factory=dict)
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    inside: dict[Place, tuple[str, str | None]] = field(default_factory=dict)  # cells that may hold a picture


_TEXTS = ("str", "inlineStr")  # kinds whose blanks count: only for these the end of an element is listened to


# A cell as Excel, WPS, LibreOffice and the common libraries write nearly all of theirs.
_PLAIN = re.compile(
    r'<c r="([A-Z]{1,3}+)([1-9][0-9]{0,6}+)"(?: s="([0-9]++)")?+(?: t="([a-zA-Z]++)")?+'
    r" ?+(?:/>|>(?:<f>([^<]*+)</f>)?+(?:(?:<v>|<is><t(?: [^<>]*+)?+>)([^<]*+)(?:</v>|</t></is>)|<v ?/>)?+</c>)"
)
_HIDDEN_ROW = re.compile(r'<row (?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="([0-9]{1,7})"')
_REST = re.compile(r"<(mergeCell|col) ([^<>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def read_sheet(package: Package, part: str) -> Sheeted:
    """Return what stands in a sheet: by pattern where all its cells are plain ones, else event by event."""
    data = package.part(part)
    plain = _read_plain(package, part, data) if data else None
    return read_events(package, part, data or b"") if plain is None else plain


def _read_plain(package: Package, part: str, data: bytes) -> Sheeted | None:
    """Return what stands in a sheet, five times as fast as by events; None if anything in it is out of the ordinary.

    That it is well-formed and without a document type definition is seen to first.  Then,
    with no comment, CDATA or prefix in it, a `<c ` is a cell and nothing else.
    """
    package.check(part, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "<!" in text or "\r" in text or "<worksheet" not in text[:400] or text.find("<?", 5) > 0 or "<row>" in text:
        return None
    count = text.count("<c ")
    if "<c>" in text or text.count("<row ") != text.count('<row r="'):
        return None
    if count > MOST_CELLS:
        raise RefusedFile("too_many_cells", found=f"{count:,}", expected=f"{MOST_CELLS:,}")
    found, columns = Sheeted(hidden_rows={int(number) for number in _HIDDEN_ROW.findall(text)}), _Columns()
    for some in _rows_of(text):
        cells: Sequence[Raw] = _PLAIN.findall(some)
        if "&" in some or "DISPIMG" in some:
            cells = _odd(found, cells, columns)
        count -= _keep_plain(found, cells, columns)
    if count:
        return None
    found.rows = {row: kept for row, kept in found.rows.items() if kept}
    around = text[: text.find("<sheetData")] + text[text.rfind("</sheetData>") :]
    for name, rest in _REST.findall(around):
        attributes = dict(_ATTRIBUTE.findall(rest))
        if name == "mergeCell":
            found.merges += _merge(attributes.get("ref", ""))
        elif attributes.get("hidden") in ("1", "true"):
            found.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))
    return found


def _rows_of(text: str) -> Iterator[str]:
    """Yield the text in pieces of whole rows, so that not all matches are held at once."""
    start = 0
    while start < len(text):
        end = text.find("<row ", start + PIECE)
        yield text[start : end if end > 0 else len(text)]
        start = end if end > 0 else len(text)


class _Columns(dict[str, int]):
    """The numbers of columns by their letters, each computed once."""

    def __missing__(self, letters: str) -> int:
        self[letters] = _column_of(letters, letters)
        return self[letters]


def _keep_plain(found: Sheeted, cells: Sequence[Raw], columns: _Columns) -> int:
    """Keep the cells that the pattern found and that say anything; return how many it found."""
    kept: dict[int, Raw] = {}
    at = ""
    for cell in cells:
        if cell[1] != at:
            at = cell[1]
            kept = found.rows.setdefault(_row_number(at, cell[0] + at), {})
        if cell[5] or cell[4]:
            kept[columns[cell[0]]] = cell
    return len(cells)


def _odd(found: Sheeted, cells: Sequence[Raw], columns: _Columns) -> Sequence[Raw]:
    """Return the cells with XML's way of writing its own signs undone; note those that may hold a picture."""
    plain = [(*cell[:4], _entities(cell[4]), _entities(cell[5])) for cell in cells]
    for letters, number, _, kind, formula, value in plain:
        if kind == "str" and "DISPIMG" in (formula or value):
            found.inside[int(number), columns[letters]] = (formula or value, None)
    return plain


def _entities(text: str) -> str:
    """Return a text with what XML writes for its own signs; there are no others without a DTD."""
    return _ENTITY.sub(lambda match: _ENTITIES.get(match[1]) or chr(int(match[2] or f"0{match[1][1:]}", 0)), text)


_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|#([0-9]+)|#x[0-9A-Fa-f]+);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def read_events(package: Package, part: str, data: bytes) -> Sheeted:
    """Return what stands in a sheet, whatever way its XML is written."""
    parser = package.parser()
    events = _Events(parser)
    parser.StartElementHandler, parser.CharacterDataHandler = events.start, events.text
    package.give(part, parser, data)
    events.keep()
    return events.found


class _Events:
    """A sheet as its elements go by.

    Numbers and shared texts need no end of element (blanks around them mean nothing), so the
    parser is asked for ends only within texts (see docs/benchmarks.md).
    """

    __slots__ = (
        *("found", "count", "row", "row_text", "column", "kind", "style", "rich", "open", "phonetic"),
        *("formula", "value", "sink", "shared", "shares", "_parser", "_columns", "_begins"),
    )

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser, self.found = parser, Sheeted()
        self.count = self.row = self.column = 0
        self.row_text, self.open, self.phonetic = "0", False, False
        self.formula: list[str] | None = None
        self.value: list[str] | None = None
        self.sink: list[str] | None = None
        self.shared: dict[str, str] = {}
        self.shares: str | None = None
        self._columns = {"": 0}
        self._begins = {
            "c": self._cell,
            "v": self._value,
            "f": self._formula,
            "t": self._text,
            "is": self._nothing,
            "r": self._nothing,
            "row": self._row,
            "rPh": self._phonetic,
            "mergeCell": self._merge,
            "col": self._col,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        begin = self._begins.get(name) or self._begins.get(name.rpartition(":")[2])
        if begin is None:
            self.sink = None
        else:
            begin(attributes)

    def end(self, name: str) -> None:
        self.sink = None
        name = name.rpartition(":")[2]
        if name == "rPh":
            self.phonetic = False
        elif name == "c":
            self.keep()
            self._parser.EndElementHandler = None

    def text(self, chunk: str) -> None:
        if self.sink is not None:
            self.sink.append(chunk)

    def _row(self, attributes: dict[str, str]) -> None:
        self.keep()
        text = attributes.get("r") or str(self.row + 1)
        self.row, self.row_text, self.column = _row_number(text, f"row {text}"), text, 0
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_rows.add(self.row)
        if self.count > MOST_CELLS:
            raise RefusedFile("too_many_cells", found=f"{self.count:,} +", expected=f"{MOST_CELLS:,}")

    def _cell(self, attributes: dict[str, str]) -> None:
        self.keep()
        self.count += 1
        ref = attributes.get("r")
        if ref is None:
            self.column += 1
        else:
            self._place(ref)
        self.open, self.value, self.formula, self.sink, self.shares = True, None, None, None, None
        self.kind, self.style, self.rich = attributes.get("t", ""), attributes.get("s", ""), attributes.get("vm")
        if self.kind in _TEXTS:
            self._parser.EndElementHandler = self.end

    def _place(self, ref: str) -> None:
        letters = ref.rstrip(_DIGITS)
        number = ref[len(letters) :]
        if number != self.row_text:
            self.row, self.row_text = _row_number(number, ref), number
        column = self._columns.get(letters)
        self.column = column or self._columns.setdefault(letters, _column_of(letters, ref))

    def _value(self, _: dict[str, str]) -> None:
        self.value = self.sink = []

    def _formula(self, attributes: dict[str, str]) -> None:
        self.formula = self.sink = []
        self.shares = attributes.get("si") if attributes.get("t") == "shared" else None

    def _text(self, _: dict[str, str]) -> None:
        if self.phonetic:
            self.sink = None
        else:
            self.sink = self.value = [] if self.value is None else self.value

    def _phonetic(self, _: dict[str, str]) -> None:
        self.phonetic = True

    def _nothing(self, _: dict[str, str]) -> None:
        """Go on with the text that is being read: these elements only stand around it."""

    def _merge(self, attributes: dict[str, str]) -> None:
        self.found.merges += _merge(attributes.get("ref", ""))

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))

    def keep(self) -> None:
        """Keep the cell that was being read, if it says anything."""
        was_open, self.open, self.sink = self.open, False, None
        if not was_open or (self.value is None and self.formula is None):
            return
        said = None if self.formula is None else "".join(self.formula).strip()
        if self.shares is not None and said is not None:  # a formula written once for several cells
            said = self.shared.setdefault(self.shares, said) if said else self.shared.get(self.shares, "=")
        text = "".join(self.value or ())
        if said or text:
            cell = (column_letters(self.column), str(self.row), self.style, self.kind, said or "", text)
            self.found.rows.setdefault(self.row, {})[self.column] = cell
        if self.rich or (self.kind == "str" and "DISPIMG" in (said or text)):
            self.found.inside[self.row, self.column] = (said or text, self.rich)


def _row_number(text: str, ref: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    if not 0 < number <= MOST_ROWS:
        raise RefusedFile("far_cell", found=ref[:40], expected="A1 – XFD1048576")
    return number


def _column_of(letters: str, ref: str) -> int:
    known = 0 < len(letters) < 4 and letters.isascii() and letters.isupper()
    if not known or column_number(letters) > MOST_COLUMNS:
        raise RefusedFile("far_cell", found=ref[:40], expected="A1 – XFD1048576")
    return column_number(letters)


def _merge(ref: str) -> list[tuple[Place, Place]]:
    match = _RANGE.fullmatch(ref)
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
