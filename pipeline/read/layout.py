"""The sheets of a workbook -> the tables of a form: which sheet, which column, which rows."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pipeline.model import Cell, Field, Form, Row, Sheet, Table
from pipeline.read.cells import Tab, address, column_letters
from pipeline.values import normal

HEADER_ROWS = 20  # the anchors and headers are looked for in the first rows only
Columns = Mapping[int, str]  # column -> field


def find_tables(tabs: Sequence[Tab], form: Form) -> dict[str, Sheet]:
    """Return the sheet of each table: by the tab's name, else by the columns it has."""
    found: dict[str, Sheet] = {}
    left = list(tabs)
    for by_name in (True, False):
        for table in form.tables:
            if table.name in found:
                continue
            tab = _tab_of(left, table) if by_name else _likest(left, table)
            sheet = _sheet(tab, table, form) if tab else None
            if tab and sheet:
                found[table.name] = sheet
                left.remove(tab)
    return found


def card_of(tabs: Sequence[Tab], card: Table) -> Sheet | None:
    """Return the card if the workbook has it."""
    tab = _tab_of(tabs, card) or _likest(tabs, card)
    return _card(tab, card) if tab else None


def _tab_of(tabs: Sequence[Tab], table: Table) -> Tab | None:
    names = {normal(name) for name in (table.tab, table.title.en, table.title.zh, table.name)}
    return next((tab for tab in tabs if normal(tab.name) in names), None)


def _likest(tabs: Sequence[Tab], table: Table) -> Tab | None:
    """Return the renamed tab that has most of the table's columns, and at least half of them."""
    anchors = {f"#{field.name}" for field in table.fields}
    likeness = [(len(anchors & {cell.typed for cell in tab.cells.values()}), tab) for tab in tabs]
    best, tab = max(likeness, key=lambda pair: pair[0], default=(0, None))
    return tab if best * 2 > len(anchors) else None


def _sheet(tab: Tab, table: Table, form: Form) -> Sheet | None:
    return _card(tab, _with_ticks(table, form)) if table.layout == "card" else _rows(tab, table)


def _with_ticks(card: Table, form: Form) -> Table:
    """Return the cover with its generated line "nothing to report" for each table that needs one."""
    if card.name != "cover":
        return card
    return dataclasses.replace(card, fields=(*card.fields, *ticks(form)))


def ticks(form: Form) -> tuple[Field, ...]:
    """Return the generated fields of a form's cover: nothing_<table>, a flag."""
    return tuple(
        Field(f"nothing_{table.name}", table.title, "flag") for table in form.tables if table.silence == "tick"
    )


def _rows(tab: Tab, table: Table) -> Sheet | None:
    anchor_row, columns = _anchored(tab, table)
    header_row, headed = _headed(tab, table)
    columns = {**headed, **columns}
    if not columns:
        return None
    first = header_row + 1 if header_row else anchor_row + 2
    rows: dict[int, dict[str, Cell]] = defaultdict(dict)
    for (row, column), cell in tab.cells.items():
        if row >= first and column in columns:
            rows[row][columns[column]] = cell
    filled = tuple(Row(number, rows[number]) for number in sorted(rows) if _holds(rows[number]))
    return Sheet(table.name, tab.name, filled, {field: column_letters(column) for column, field in columns.items()})


def _holds(cells: Mapping[str, Cell]) -> bool:
    """Whether anything was typed in a row; blanks and spaces are nothing."""
    return any(
        cell.picture or cell.error or cell.formula or (cell.typed is not None and str(cell.typed).strip())
        for cell in cells.values()
    )


def _anchored(tab: Tab, table: Table) -> tuple[int, Columns]:
    """Return the row of the hidden anchors and the field of each column; (0, {}) if there are none."""
    names = {f"#{name}": field.name for field in table.fields for name in (*field.was, field.name)}
    return _densest(tab, names, lambda text: text.strip())


def _headed(tab: Tab, table: Table) -> tuple[int, Columns]:
    """Return the row of the headers and the field of each column, by its words in either language."""
    names: dict[str, str] = {}
    for field in table.fields:
        for words in (
            f"{field.title.en}\n{field.title.zh}",
            f"{field.title.zh}\n{field.title.en}",
            field.title.en,
            field.title.zh,
        ):
            names.setdefault(normal(words), field.name)
    repeated = {normal(words) for words in _repeated(table)}
    return _densest(tab, {name: field for name, field in names.items() if name not in repeated}, normal)


def _repeated(table: Table) -> set[str]:
    """Return headers that several columns share ("of whom women"): only anchors can tell those apart."""
    seen: dict[str, int] = defaultdict(int)
    for field in table.fields:
        for words in (
            f"{field.title.en}\n{field.title.zh}",
            f"{field.title.zh}\n{field.title.en}",
            field.title.en,
            field.title.zh,
        ):
            seen[words] += 1
    return {words for words, times in seen.items() if times > 1}


def _densest(tab: Tab, names: Mapping[str, str], fold: Callable[[str], str]) -> tuple[int, Columns]:
    """Return the row among the first that holds most of `names`, and which column is which field."""
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), cell in tab.cells.items():
        if row <= HEADER_ROWS and isinstance(cell.typed, str):
            field = names.get(fold(cell.typed))
            if field and field not in rows[row].values():
                rows[row][column] = field
    best = max(rows, key=lambda row: (len(rows[row]), -row), default=0)
    return (best, rows[best]) if rows and rows[best] else (0, {})


def _card(tab: Tab, card: Table) -> Sheet | None:
    """Return a card's one row: the value stands left of its hidden anchor, else right of its label."""
    anchors = {f"#{name}": field.name for field in card.fields for name in (*field.was, field.name)}
    labels = {normal(f"{field.title.en}\n{field.title.zh}"): field.name for field in card.fields}
    places = _beside(tab, labels, normal, 1) | _beside(tab, anchors, str.strip, -1)
    if not places:
        return None
    cells = {field: tab.cells[place] for field, place in places.items() if place in tab.cells}
    return Sheet(card.name, tab.name, (Row(0, cells),), {field: address(*place) for field, place in places.items()})


def _beside(tab: Tab, names: Mapping[str, str], fold: Callable[[str], str], step: int) -> dict[str, tuple[int, int]]:
    """Return the place `step` columns beside each of `names` that the sheet has, by field."""
    texts = [
        (row, column, names.get(fold(cell.typed)))
        for (row, column), cell in tab.cells.items()
        if isinstance(cell.typed, str)
    ]
    return {field: (row, column + step) for row, column, field in reversed(texts) if field}
