"""The words over a column -> the field that they name, nearly name, or no longer name; and what stands above them."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from pipeline.messages import finding
from pipeline.model import Cell, Field, Finding, Table
from pipeline.read.cells import Tab
from pipeline.read.rows import NUMBERS, is_code, is_data, is_entitled_in_a_unit, somewhere, states_a_unit
from pipeline.read.sheet import Place, address
from pipeline.read.slips import is_close
from pipeline.values import normal, told


def spelled(field: Field) -> tuple[str, ...]:
    """Return how a field's header may read, or has read in an earlier edition."""
    en, zh = field.title.en, field.title.zh
    return f"{en}\n{zh}", f"{zh}\n{en}", en, zh, *field.was


def bare(text: str) -> str:
    """Return a header without the star that marks a required column."""
    plain = normal(text)
    return normal(plain.replace("*", " ")) if "*" in plain else plain


def by_words(table: Table) -> dict[str, str]:
    """Return the headers that only one column has, and which field it is."""
    words = [(normal(text), field.name) for field in table.fields for text in spelled(field)]
    shared = _shared([(text, name) for text, name in dict.fromkeys(words)])
    return {text: name for text, name in words if text not in shared}


def _shared(words: Sequence[tuple[str, str]]) -> set[str]:
    """Return headers that several columns share ("of whom women"): their neighbour tells those apart."""
    seen: dict[str, int] = defaultdict(int)
    for text, _ in words:
        seen[text] += 1
    return {text for text, times in seen.items() if times > 1}


def _signs(table: Table) -> frozenset[str]:
    """Return the signs of all headers of a table."""
    return frozenset().union(*(text for field in table.fields for text in spelled(field)))


def near(tab: Tab, table: Table, header: int, headed: Sequence[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Return (column, field, header) of headers that are close to that of just one field which has no column."""
    columns, fields = {column for column, _ in headed}, {field for _, field in headed}
    left = [(text, name) for text, name in by_words(table).items() if name not in fields]
    known = _signs(table)
    found = []
    for column, cell in tab.row(header).items() if header else ():
        if column not in columns and isinstance(cell.typed, str):
            meant = {name for text, name in left if is_close(bare(cell.typed), text, known)}
            found += [(column, name, cell.typed) for name in meant if len(meant) == 1]
    return found


def changed(tab: Tab, table: Table, header: int, columns: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the columns known by our mark whose header is not theirs: close to it, or nobody knows what it says."""
    known = _signs(table)
    for column, cell in tab.row(header).items() if header else ():
        if column not in columns or not somewhere(cell):
            continue
        field, text = table.field(columns[column]), str(cell.typed if cell.typed is not None else cell.formula)
        ours = [normal(one) for one in spelled(field)]
        if bare(text) not in ours:
            code = "header_near" if any(is_close(bare(text), one, known) for one in ours) else "header_changed"
            yield _at(tab, table, code, text, field, address(header, column))


def _at(tab: Tab, table: Table, code: str, text: str, field: Field, cell: str) -> Finding:
    words = named(table)
    expected = f"{field.title.en} {field.title.zh}"
    one = finding(code, found=" ".join(text.split())[:80], expected=expected, **words)
    return dataclasses.replace(one, sheet=tab.name, cells=(cell,), table=table.name, field=field.name)


def above(tab: Tab, table: Table, columns: Mapping[int, str], first: int, ours: tuple[int, int]) -> Iterator[Finding]:
    """Yield the rows that hold data and stand above the first row that is read.

    A code or a number in its column is data wherever it stands.  Of words two are, between our
    marks and the headers (`ours`); above the marks, where titles stand, only three or more
    with the key among them.
    """
    anchors, header = ours
    found = [
        row
        for row in tab.filled
        if row < first
        and row not in ours
        and _looks_like_data(tab, row, table, columns, between=0 < anchors < row < (header or first))
    ]
    if found:
        at = [(row, _first(tab, row, columns)) for row in found]
        typed = " ".join(told(tab.row(at[0][0])[at[0][1]]).split())[:80]
        one = finding("rows_above", found=typed, rows=", ".join(map(str, found)), **named(table))
        cells = tuple(address(*place) for place in at)
        yield dataclasses.replace(one, sheet=tab.name, cells=cells, table=table.name)


def _first(tab: Tab, row: int, columns: Collection[int]) -> int:
    """Return the first of the form's columns in which anything stands in a row."""
    return min(column for column, cell in tab.row(row).items() if column in columns and somewhere(cell))


def units(tab: Tab, table: Table, first: int, header: int) -> Iterator[Finding]:
    """Yield the units that are stated above the headers for the whole table: nobody reads a number in them."""
    if all(field.kind not in NUMBERS for field in table.fields):
        return
    if stated := IN_A_NAME.search(normal(tab.name)):
        yield unit_stated(tab, table, stated[0], ())
    for row, column, text in tab.texts(first):
        if row < first and row != header and is_entitled_in_a_unit(text):
            yield unit_stated(tab, table, text, (address(row, column),))


def units_beside(tab: Tab, table: Table, own: Collection[int], first: int, header: int) -> Iterator[Finding]:
    """Yield the units that are stated for the whole table in columns that are not the form's."""
    if not own or all(field.kind not in NUMBERS for field in table.fields):
        return
    for row in tab.filled:
        for column, cell in tab.row(row).items() if row >= first or row == header else ():
            if column in own and isinstance(cell.typed, str) and states_a_unit(cell.typed):
                yield unit_stated(tab, table, cell.typed, (address(row, column),))


NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+%?")
IN_A_NAME = re.compile(r"\(([十百千万亿]+元|美元|usd)\)")  # of a sheet


def unit_stated(tab: Tab, table: Table, text: str, cells: tuple[str, ...]) -> Finding:
    """A unit is stated for a whole sheet, in a line of it or in its name."""
    said = " ".join(text.split())[:80]
    one = finding("unit_stated", found=said, **named(table))
    return dataclasses.replace(one, sheet=tab.name, cells=cells, table=table.name)


def _looks_like_data(tab: Tab, row: int, table: Table, columns: Mapping[int, str], *, between: bool) -> bool:
    cells = {column: cell for column, cell in tab.row(row).items() if column in columns and somewhere(cell)}
    fields = {columns[column] for column in cells}
    many = len(cells) > 1 if between else len(cells) > 2 and fields >= set(table.key)
    surely = any(_is_answer(cell, table.field(columns[column])) for column, cell in cells.items())
    return (many or surely) and is_data(cells, table, columns)


def _is_answer(cell: Cell, field: Field) -> bool:
    """Whether what stands in a column can be nothing but its answer: a code, or a number that is no day."""
    if field.kind == "code":
        return is_code(cell)
    return field.kind in NUMBERS and cell.format != "date" and bool(NUMBER.fullmatch(told(cell).strip()))


def named(table: Table) -> dict[str, str]:
    """Return the words of a table as messages ask for them."""
    return {"table_en": table.title.en, "table_zh": table.title.zh}


# ---- our hidden marks ----------------------------------------------------------------------------------


def anchors_of(field: Field) -> tuple[str, ...]:
    """Return the hidden marks by which a field is known, earlier ones too."""
    return tuple(f"#{name}" for name in (*field.was, field.name))


QUOTED = 3  # columns that a sentence names


def anchors_changed(tab: Tab, table: Table, changed: Sequence[tuple[str, Place, str]]) -> Iterator[Finding]:
    """Yield our hidden marks that say something else than stood there: (field, place, what it says); pasted over several, once."""
    titles = {field.name: table.entitled(field) for field in table.fields}
    for mark, same in groupby(changed, lambda one: one[2]):
        names, places = zip(*((name, place) for name, place, _ in same), strict=True)
        en, zh = ([titles.get(name, table.title)[language] for name in names] for language in ("en", "zh"))
        more = "…" if len(names) > QUOTED else ""
        said = {"label_en": ", ".join(en[:QUOTED]) + more, "label_zh": "、".join(zh[:QUOTED]) + more}
        at = tuple(address(*place) for place in places)
        one = finding("anchor_changed", found=" ".join(mark.split())[:80], **said, **named(table))
        yield dataclasses.replace(one, sheet=tab.name, cells=at, table=table.name, field=names[0])
