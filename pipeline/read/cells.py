"""The sheets of a package -> their cells, with text, numbers, formats, formulas and errors."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pipeline.errors import RefusedFile
from pipeline.model import Cell
from pipeline.read.package import Package, whole
from pipeline.read.pictures import Placed, Pool

MOST_CELLS = 3_000_000  # formatted ones too: those cost as much to look at
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

# Built-in formats that show a date; 27 to 36 and 50 to 58 are those of Chinese Excel and WPS.
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENT_IDS = {9, 10}
NUMBER_IDS = {*range(1, 9), *range(11, 14), *range(37, 45), 48}
TEXT_ID = 49

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_DIGITS = "0123456789"

Place = tuple[int, int]  # row and column, both from 1
Raw = tuple[str, str | None, str | None, str | None, str | None]  # kind, style, value, formula, rich value

_NOTHING: Mapping[int, Raw] = {}


@dataclass(frozen=True, slots=True)
class Styles:
    """What the cells of a workbook share."""

    texts: list[str]
    formats: Mapping[str | None, str]  # by the cell's style number, as written: general number percent date text
    date1904: bool


@dataclass(slots=True)
class Sheeted:
    """What one sheet's XML says: raw cells by row and column, merges, what is hidden."""

    rows: dict[int, dict[int, Raw]] = field(default_factory=dict)
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    inside: dict[Place, tuple[str, str | None]] = field(default_factory=dict)  # cells that may hold a picture


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
        if self.pictures:
            placed = self.pictures.get((row, column), ())
            for one in placed:
                if one.instead or raw is None:  # a picture in its cell stands there as an error or a formula
                    return Cell(self.name, address(row, column), error=one.fault, picture=one.picture)
            picture = placed[0].picture if placed else None
        else:
            picture = None
        if raw is None:
            return None
        kind, style, value, formula, _ = raw
        return Cell(
            self.name,
            f"{column_letters(column)}{row}",
            _typed(kind, value, self.styles.texts),
            self.styles.formats.get(style, "general"),
            formula,
            (value or "").strip() if kind == "e" else None,
            self.styles.date1904,
            picture,
        )

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield (column, cell) of all that stands in a row, from the left."""
        floating = [column for at, column in self.pictures if at == row] if self.pictures else []
        for column in sorted({*self.sheeted.rows.get(row, ()), *floating}):
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
        _shared_texts(package, _only(relations.values(), "sharedStrings")),
        _formats(package, _only(relations.values(), "styles")),
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


def _shared_texts(package: Package, part: str | None) -> list[str]:
    """Return the shared strings: runs joined, phonetic guides left out."""
    found: list[str] = []
    parts: list[str] = []
    listens = phonetic = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal listens, phonetic
        name = name.rpartition(":")[2]
        if name == "t":
            listens = not phonetic
        elif name == "si":
            parts.clear()
        elif name == "rPh":
            phonetic = True

    def end(name: str) -> None:
        nonlocal listens, phonetic
        listens = False
        name = name.rpartition(":")[2]
        if name == "si":
            found.append(_unescape("".join(parts)))
            if len(found) > MOST_CELLS:
                raise RefusedFile("too_many_cells", found=f"{MOST_CELLS:,} +", expected=f"{MOST_CELLS:,}")
        elif name == "rPh":
            phonetic = False

    def text(chunk: str) -> None:
        if listens:
            parts.append(chunk)

    parser = package.parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    if part is not None:
        package.feed(part, parser)
    return found


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(package: Package, part: str | None) -> dict[str | None, str]:
    """Return what each cell style shows, by its number as cells write it; None for cells without one."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            within.append(name)
        elif name == "xf" and within:
            ids.append(whole(attributes.get("numFmtId")))

    def end(name: str) -> None:
        if name == "cellXfs":
            within.clear()

    package.parse(part, start, end)
    shown = {number: _shows(number, codes.get(number)) for number in set(ids)}
    styles: dict[str | None, str] = {str(style): shown[number] for style, number in enumerate(ids)}
    return {**styles, None: styles.get("0", "general")}


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


def _tab(package: Package, name: str, hidden: bool, part: str, styles: Styles, pool: Pool) -> Tab:
    sheeted = read_sheet(package, part)
    return Tab(name, hidden, sheeted, styles, pool.of_sheet(part, sheeted.inside))


_KNOWN = frozenset(("c", "v", "f", "t", "is", "r", "row", "rPh", "mergeCell", "col"))
_TEXTS = ("str", "inlineStr")  # kinds whose blanks count: only for these the end of an element is listened to


# A cell as Excel, WPS, LibreOffice and the common libraries write nearly all of theirs.
_PLAIN = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    r" ?(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v>|<v ?/>)?(?:<is><t(?: [^<>]*)?>([^<]*)</t></is>)?</c>)"
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
    cells = _PLAIN.findall(text)
    count = text.count("<c ")
    if len(cells) != count or "<c>" in text or text.count("<row ") != text.count('<row r="'):
        return None
    if count > MOST_CELLS:
        raise RefusedFile("too_many_cells", found=f"{count:,}", expected=f"{MOST_CELLS:,}")
    found = Sheeted(hidden_rows={int(number) for number in _HIDDEN_ROW.findall(text)})
    _keep_plain(found, cells)
    for name, rest in _REST.findall(text):
        attributes = dict(_ATTRIBUTE.findall(rest))
        if name == "mergeCell":
            found.merges += _merge(attributes.get("ref", ""))
        elif attributes.get("hidden") in ("1", "true"):
            found.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))
    return found


def _keep_plain(found: Sheeted, cells: Iterable[tuple[str, ...]]) -> None:
    columns: dict[str, int] = {}
    kept: dict[int, Raw] = {}
    at, row = "", 0
    for letters, number, style, kind, formula, value, inline in cells:
        if number != at:
            at, row = number, _row_number(number, letters + number)
            kept = found.rows.setdefault(row, {})
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = _column_of(letters, letters + number)
        value = value or inline
        if value or formula:
            if "&" in value or "&" in formula:
                value, formula = _entities(value), _entities(formula)
            said = value if value or kind == "str" else None  # a formula may show an empty text
            kept[column] = (kind or "n", style or None, said, formula.strip() or None, None)
            if kind == "str" and "DISPIMG" in (formula or value):
                found.inside[row, column] = (formula or value, None)
    for row in [row for row, kept in found.rows.items() if not kept]:
        del found.rows[row]


def _entities(text: str) -> str:
    """Return a text with what XML writes for its own signs; there are no others without a DTD."""
    return _ENTITY.sub(lambda match: _ENTITIES.get(match[1]) or chr(int(match[2] or f"0{match[1][1:]}", 0)), text)


_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|#([0-9]+)|#x[0-9A-Fa-f]+);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def read_events(package: Package, part: str, data: bytes) -> Sheeted:
    """Return what stands in a sheet, whatever way its XML is written.

    One long function on purpose: five million events of a large sheet pass here.  Numbers and
    shared texts need no end of element (blanks around them mean nothing), so the parser is
    asked for ends only within texts (see docs/benchmarks.md).
    """
    found = Sheeted()
    rows, columns = found.rows, {"": 0}
    row = column = count = 0
    row_text, open_cell, phonetic = "0", False, False
    kind, style, rich = "n", None, None
    formula: list[str] | None = None
    value: list[str] | None = None
    sink: list[str] | None = None
    shared: dict[str, str] = {}
    shares: str | None = None

    def keep() -> None:
        nonlocal open_cell, sink
        open_cell, sink = False, None
        if value is None and formula is None:
            return
        said = None if formula is None else "".join(formula).strip()
        if shares is not None and said is not None:  # a formula written once for several cells
            said = shared.setdefault(shares, said) if said else shared.get(shares, "=")
        text = "".join(value or ()) or ("" if kind == "str" and value is not None else None)
        kept = rows.get(row)
        if kept is None:
            kept = rows[row] = {}
        kept[column] = (kind, style, text, said or None, rich)
        if rich or (kind == "str" and "DISPIMG" in (said or text or "")):
            found.inside[row, column] = (said or text or "", rich)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, row_text, column, count, open_cell, kind, style, rich, value, formula, sink, shares, phonetic
        if name not in _KNOWN:
            name = name.rpartition(":")[2]
            if name not in _KNOWN:
                sink = None
                return
        if name == "c":
            if open_cell:
                keep()
            count += 1
            ref = attributes.get("r")
            if ref is None:
                column += 1
            else:
                letters = ref.rstrip(_DIGITS)
                number = ref[len(letters) :]
                if number != row_text:
                    row, row_text = _row_number(number, ref), number
                column = columns.get(letters) or columns.setdefault(letters, _column_of(letters, ref))
            open_cell, value, formula, sink, shares = True, None, None, None, None
            kind, style, rich = attributes.get("t", "n"), attributes.get("s"), attributes.get("vm")
            if kind in _TEXTS:
                parser.EndElementHandler = end
        elif name == "v":
            value = sink = []
        elif name == "f":
            formula = sink = []
            shares = attributes.get("si") if attributes.get("t") == "shared" else None
        elif name == "t":
            if phonetic:
                sink = None
            else:
                sink = value = [] if value is None else value
        elif name == "row":
            if open_cell:
                keep()
            text = attributes.get("r")
            row, row_text = (row + 1, str(row + 1)) if text is None else (_row_number(text, f"row {text}"), text)
            column = 0
            if attributes.get("hidden") in ("1", "true"):
                found.hidden_rows.add(row)
            if count > MOST_CELLS:
                raise RefusedFile("too_many_cells", found=f"{count:,} +", expected=f"{MOST_CELLS:,}")
        elif name == "rPh":
            phonetic = True
        elif name == "mergeCell":
            found.merges += _merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            found.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))

    def end(name: str) -> None:
        nonlocal sink, phonetic
        sink = None
        name = name.rpartition(":")[2]
        if name == "rPh":
            phonetic = False
        elif name == "c":
            keep()
            parser.EndElementHandler = None

    def text(chunk: str) -> None:
        if sink is not None:
            sink.append(chunk)

    parser = package.parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    package.give(part, parser, data)
    if open_cell:
        keep()
    return found


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


def _typed(kind: str, value: str | None, texts: Sequence[str]) -> str | Decimal | bool | None:
    """Return what a cell holds, by its kind; an error holds nothing."""
    if value is None or kind == "e":
        return None
    if kind == "s":
        return _shared(value, texts)
    return _KINDS.get(kind, _unescape)(value)


def _shared(value: str, texts: Sequence[str]) -> str | None:
    if not value.strip():
        return None
    try:
        return texts[int(value) if "-" not in value else len(texts)]
    except (ValueError, IndexError) as error:
        raise RefusedFile("damaged", what=f"shared text {value[:20]}", what_zh=f"共享文本 {value[:20]}") from error


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
}


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
