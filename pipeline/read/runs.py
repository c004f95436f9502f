"""The runs of a rich text -> one text: a raised digit joins no number, and what is struck through is told apart."""

from __future__ import annotations

import dataclasses
import re

from pipeline.messages import finding
from pipeline.model import Finding, Row, Sheet, Table

# Which kind of run begins: signs that Unicode keeps for such use, and no text holds.
PLAIN, STRUCK, RAISED = "\ufdd0", "\ufdd1", "\ufdd2"

_SIGN = re.compile(f"([{PLAIN}{STRUCK}{RAISED}])")
_STRUCK = re.compile(f"{STRUCK}([^{PLAIN}]*){PLAIN}")
_DIGITS = re.compile(r"[0-9０-９.,%]")


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
    rows, told = [], []
    for row in sheet.rows:
        struck = {name: unstruck(cell.typed) for name, cell in row.cells.items() if isinstance(cell.typed, str)}
        cells = {name: row.cells[name]._replace(typed=left) for name, (left, out) in struck.items() if out}
        rows.append(dataclasses.replace(row, cells={**row.cells, **cells}) if cells else row)
        told += [_told(struck[name][1], sheet, table, row, name) for name in cells]
    return dataclasses.replace(sheet, rows=tuple(rows)), told


def _told(struck: str, sheet: Sheet, table: Table, row: Row, name: str) -> Finding:
    title = next((field.title for field in table.fields if field.name == name), table.title)
    one = finding("struck_text", found=" ".join(struck.split())[:80], label_en=title.en, label_zh=title.zh)
    at = sheet.at(row, name) or sheet.columns[name]
    return dataclasses.replace(one, sheet=sheet.name, cells=(at,), table=table.name, field=name)
