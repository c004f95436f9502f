"""The runs of a rich text -> one text: a raised digit joins no number, and what is struck through is told apart."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from pipeline.messages import finding
from pipeline.model import Finding, Row, Sheet, Table
from pipeline.values import told

# Which kind of run begins: signs that Unicode keeps for such use, and no text holds.
PLAIN, STRUCK, RAISED = "\ufdd0", "\ufdd1", "\ufdd2"

_SIGN = re.compile(f"([{PLAIN}{STRUCK}{RAISED}])")
_STRUCK = re.compile(f"{STRUCK}([^{PLAIN}]*){PLAIN}")
_DIGITS = re.compile(r"[0-9０-９.,%]")


WORDS = ("text", "long")  # kinds that are printed, and neither counted nor looked up


def run_of(element: str, attributes: dict[str, str]) -> str | None:
    """Return the kind of run that an element of its looks makes it; None if it says nothing of that.

    >>> run_of("strike", {}) == STRUCK, run_of("strike", {"val": "0"}), run_of("b", {})
    (True, None, None)
    """
    said = attributes.get("val", "1")
    if element == "strike" and said not in ("0", "false"):
        return STRUCK
    return RAISED if element == "vertAlign" and said in ("superscript", "subscript") else None


def joined(text: str) -> str:
    """Return the text of runs that each begin with the sign of their kind; what is struck through stays marked.

    A raised or lowered digit beside a digit is a note to the number and no part of it.

    >>> joined(f"{PLAIN}307{RAISED}1"), joined(f"{PLAIN}CO{RAISED}2{PLAIN} saved"), joined(f"{PLAIN}12{PLAIN}0")
    ('307^1', 'CO2 saved', '120')
    """
    if RAISED not in text and STRUCK not in text:
        return text.replace(PLAIN, "")
    parts = _SIGN.split(text)
    whole, before = parts[0], PLAIN
    for kind, run in zip(parts[1::2], parts[2::2], strict=True):
        apart = RAISED in (kind, before) and _DIGITS.match(whole[-1:]) and _DIGITS.match(run[:1])
        whole += ("^" if apart else "") + (f"{STRUCK}{run}{PLAIN}" if kind == STRUCK and run else run)
        before = kind
    return whole


def unstruck(text: str) -> tuple[str, str]:
    """Return a text without what is struck through, and that.

    >>> unstruck(joined(f"{STRUCK}120{PLAIN} 135")), unstruck("135")
    ((' 135', '120'), ('135', ''))
    """
    return _STRUCK.sub("", text), " ".join(_STRUCK.findall(text))


def without_struck(sheet: Sheet, table: Table) -> tuple[Sheet, list[Finding]]:
    """Return a sheet whose texts lack what is struck through, and a finding for each cell where something was."""
    rows, found = [], []
    for row in sheet.rows:
        struck = {name: unstruck(cell.typed) for name, cell in row.cells.items() if isinstance(cell.typed, str)}
        cells = {name: row.cells[name]._replace(typed=left) for name, (left, out) in struck.items() if out}
        rows.append(dataclasses.replace(row, cells={**row.cells, **cells}) if cells else row)
        found += [_told(struck[name][1], sheet, table, row, name) for name in cells]
    return dataclasses.replace(sheet, rows=tuple(rows)), found


def crossed_out(sheet: Sheet, table: Table, crossed: Callable[[int], set[str]]) -> Iterator[Finding]:
    """Yield what is struck through as a whole, its cells of a row or of a column together; it is read all the same.

    Args:
        crossed: the letters of the columns in which a row is struck through.
    """
    columns: dict[str, list[tuple[Row, str]]] = defaultdict(list)
    for row in sheet.rows:
        names = [name for name in row.cells if _is_in(sheet.at(row, name) or sheet.columns[name], crossed)]
        if len(names) > 1:
            yield _together([(row, name) for name in names], sheet, table)
        elif names:
            columns[names[0]].append((row, names[0]))
    for places in columns.values():
        yield _together(places, sheet, table)


def _is_in(cell: str, crossed: Callable[[int], set[str]]) -> bool:
    letters = cell.rstrip("0123456789")
    return letters in crossed(int(cell[len(letters) :]))


def _together(places: Sequence[tuple[Row, str]], sheet: Sheet, table: Table) -> Finding:
    row, name = places[0]
    one = _told(unstruck(told(row.cells[name]))[0], sheet, table, row, name)
    return dataclasses.replace(one, cells=tuple(sheet.at(*place) or sheet.columns[place[1]] for place in places))


def _told(struck: str, sheet: Sheet, table: Table, row: Row, name: str) -> Finding:
    field = next((field for field in table.fields if field.name == name), None)
    title = field.title if field else table.title
    code = "struck_words" if field and field.kind in WORDS else "struck_text"
    one = finding(code, found=" ".join(struck.split())[:80], label_en=title.en, label_zh=title.zh)
    at = sheet.at(row, name) or sheet.columns[name]
    return dataclasses.replace(one, sheet=sheet.name, cells=(at,), table=table.name, field=name)
