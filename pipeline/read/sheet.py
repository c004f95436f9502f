"""The XML of one sheet -> its cells as written, merges, and what is hidden: by pattern if it can be, else by events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from pipeline.errors import RefusedFile
from pipeline.read.package import MOST_CELLS, Package, whole
from pipeline.read.runs import PLAIN, STRUCK, joined, run_of

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
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
        found = read_events(package, part, begins[0] + around.encode())
    except RefusedFile:
        return None  # the events of the whole sheet say at which place
    if found.rows:
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
    parser = package.parser()
    events = _Events(parser)
    parser.StartElementHandler, parser.CharacterDataHandler = events.start, events.text
    package.give(part, parser, data)
    events.keep()
    events.found.rows.update(events.rows)
    return events.found


_TEXTS = ("str", "inlineStr")  # kinds whose blanks count: only for these the end of an element is listened to


class _Events:
    """A sheet as its elements go by.

    Numbers and shared texts need no end of element (blanks around them mean nothing), so the
    parser is asked for ends only within texts.
    """

    __slots__ = (
        *("found", "rows", "count", "row", "row_text", "column", "kind", "style", "rich", "open", "phonetic"),
        *("formula", "value", "sink", "shared", "shares", "run", "_parser", "_columns", "_begins"),
    )

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser, self.found, self.rows = parser, Sheeted(), dict[int, list[Raw]]()
        self.count = self.row = self.column = 0
        self.row_text, self.open, self.phonetic = "0", False, False
        self.formula: list[str] | None = None
        self.value: list[str] | None = None
        self.sink: list[str] | None = None
        self.shared: dict[str, str] = {}
        self.shares: str | None = None
        self.run = ""  # the kind of run that is being read, in a rich text
        self._columns = {"": 0}
        self._begins = {
            "c": self._cell,
            "v": self._value,
            "f": self._formula,
            "t": self._text,
            "is": self._nothing,
            "r": self._begin_run,
            "strike": lambda attributes: self._look("strike", attributes),
            "vertAlign": lambda attributes: self._look("vertAlign", attributes),
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
            raise _too_many()

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
            self.run = ""
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
            self.value += [self.run] if self.run else []

    def _begin_run(self, _: dict[str, str]) -> None:
        self.run = PLAIN

    def _look(self, name: str, attributes: dict[str, str]) -> None:
        self.run = run_of(name, attributes) or self.run

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
