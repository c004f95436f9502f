"""The sheets of a workbook -> the tables of a form: which sheet, which column; and what is not the form's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.messages import HIDDEN, NO_MORE, finding
from pipeline.model import Field, Finding, Form, Sheet, Table
from pipeline.read import headers
from pipeline.read.cards import beside_guide, own_texts, read_card, told_of_card, with_ticks
from pipeline.read.cells import Tab
from pipeline.read.headers import anchors_changed, anchors_of, bare, by_words, named, spelled
from pipeline.read.rows import data_rows, somewhere
from pipeline.read.runs import crossed_out, without_struck
from pipeline.read.sheet import address, column_letters
from pipeline.values import normal, told

HEADER_ROWS = 40  # anchors and headers are looked for in the first rows only
NEAR = 10  # rows that may have been put between the anchors and the headers
GUIDE = "#guide"
OURS = (GUIDE, "#lists")  # the anchors of sheets that we write and do not read
RESERVED = ("wpsreserved_",)  # sheets that WPS makes for itself
OTHER = {"en": "zh", "zh": "en"}  # the language in which a field is asked too
Fold = Callable[[str], str]
Text = tuple[int, int, str]  # row, column, what stands there


def find_tables(tabs: Sequence[Tab], form: Form) -> tuple[dict[str, Sheet], list[Finding]]:
    """Return the sheet of each table, by the tab's name, else by the columns it has; and what else is to be said."""
    found: dict[str, Sheet] = {}
    findings: list[Finding] = []
    left = list(tabs)
    for by_name in (True, False):
        for table in form.tables:
            if table.name in found:
                continue
            tab = tab_of(left, table) if by_name else _likest(left, table)
            sheet, told = _sheet(tab, table, form) if tab else (None, [])
            if tab and sheet:
                found[table.name] = sheet
                findings += told
                left.remove(tab)
    return found, findings + [one for tab in left for one in _left_over(tab, form)]


def card_of(tabs: Sequence[Tab], card: Table) -> Sheet | None:
    """Return the card if the workbook has it."""
    tab = tab_of(tabs, card) or _likest(tabs, card)
    return read_card(tab, card) if tab else None


def tab_of(tabs: Sequence[Tab], table: Table) -> Tab | None:
    """Return the tab that bears a table's name, in either language; None if there is none."""
    names = {normal(name) for name in (table.tab, table.title.en, table.title.zh, table.name)}
    return next((tab for tab in tabs if normal(tab.name) in names), None)


def _likest(tabs: Sequence[Tab], table: Table) -> Tab | None:
    """Return the renamed tab that has most of the table's columns, and more than half of them."""
    likeness = [(_likeness(tab, table), tab) for tab in tabs]
    best, tab = max(likeness, key=lambda pair: pair[0], default=(0, None))
    return tab if best * 2 > len(table.fields) else None


def _likeness(tab: Tab, table: Table) -> int:
    if table.layout == "card":
        card = read_card(tab, table)
        return len(card.columns) if card else 0
    return len(match_columns(tab, table).columns)


def _sheet(tab: Tab, table: Table, form: Form) -> tuple[Sheet | None, list[Finding]]:
    sheet, told = _as_it_stands(tab, table, form)
    told = told + (list(crossed_out(sheet, table, tab.crossed)) if sheet and tab.crossing else [])
    if sheet is None or not tab.struck:
        return sheet, told
    sheet, struck = without_struck(sheet, table)
    return sheet, told + struck


def _as_it_stands(tab: Tab, table: Table, form: Form) -> tuple[Sheet | None, list[Finding]]:
    if table.layout == "rows":
        return _rows(tab, table)
    card = with_ticks(table, form)
    sheet = read_card(tab, card)
    hidden = _hidden_sheet(tab, table) if tab.hidden and sheet else []
    return sheet, [*told_of_card(tab, card), *hidden]


def _left_over(tab: Tab, form: Form) -> Iterator[Finding]:
    """Yield what is to be said of a tab that is no table: a second one of the same table, or a sheet of her own."""
    texts = [text.strip() for _, _, text in tab.texts(HEADER_ROWS)]
    if GUIDE in texts:
        yield from own_texts(tab, None, beside_guide(tab))
    if not tab.filled or any(text in OURS for text in texts) or normal(tab.name).startswith(RESERVED):
        return
    more = HIDDEN if tab.hidden else NO_MORE
    hidden = {"hidden_en": more.en.format(found=tab.name), "hidden_zh": more.zh.format(found=tab.name)}
    for table in form.tables:
        if table.layout == "rows" and _tab_like(tab, table) and _holds_rows(tab, table):
            one = finding("sheet_twice", found=tab.name, expected=table.tab, **hidden, **named(table))
            yield dataclasses.replace(one, sheet=tab.name, table=table.name)
            return
    yield dataclasses.replace(finding("own_sheet", found=tab.name, **hidden), sheet=tab.name)


def _tab_like(tab: Tab, table: Table) -> bool:
    return _likest([tab], table) is not None


def _holds_rows(tab: Tab, table: Table) -> bool:
    sheet, _ = _rows(tab, table)
    return bool(sheet and sheet.rows)


# ---- tables of rows -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """Which column of a tab is which field, where its data begin, and what is wrong with its heads."""

    columns: Mapping[int, str]
    first: int  # the first row that may hold data
    header: int  # 0 if there is none
    twice: Mapping[int, str] = dataclasses.field(default_factory=dict)
    disagree: Mapping[int, tuple[str, str]] = dataclasses.field(default_factory=dict)  # (anchored, headed)
    elsewhere: Mapping[int, tuple[str, str]] = dataclasses.field(default_factory=dict)  # (anchored, left neighbour)
    near: Mapping[int, str] = dataclasses.field(default_factory=dict)  # headers close to a field's, as they read
    anchored: Mapping[int, str] = dataclasses.field(default_factory=dict)  # the columns that our marks name
    anchors: int = 0  # the row of our hidden marks; 0 if there is none


def _rows(tab: Tab, table: Table) -> tuple[Sheet | None, list[Finding]]:
    matched = match_columns(tab, table)
    if not matched.columns:
        return None, []
    rows, filled, findings = data_rows(tab, table, matched.columns, matched.first)
    sheet = Sheet(
        table.name,
        tab.name,
        rows,
        {field: column_letters(column) for column, field in matched.columns.items()},
        tab.hidden,
        tuple(column_letters(column) for column in sorted(matched.columns) if _is_hidden(tab, column)),
    )
    marked = {column: field for column, field in matched.anchored.items() if column not in matched.disagree}
    told = [
        *_hidden_columns(sheet, table),
        *_disagreeing(tab, table, matched),
        *_elsewhere(tab, table, matched),
        *headers.changed(tab, table, matched.header, marked),
    ]
    told += [*_unusual(tab, table, matched), *_not_read(tab, table, matched, filled), *findings]
    told += headers.above(tab, table, matched.columns, matched.first, (matched.anchors, matched.header))
    told += headers.units(tab, table, matched.first, matched.header)
    own = {*filled, *tab.row(matched.header)} - set(matched.columns)
    told += headers.units_beside(tab, table, own, matched.first, matched.header)
    return sheet, told + (_hidden_sheet(tab, table) if tab.hidden and rows else [])


def _is_hidden(tab: Tab, column: int) -> bool:
    return any(first <= column <= last for first, last in tab.sheeted.hidden_columns)


def _hidden_columns(sheet: Sheet, table: Table) -> Iterator[Finding]:
    """Yield the columns that hold answers and cannot be seen, but for those of a language that the form folds away."""
    hidden = [
        (name, column)
        for name, column in sheet.columns.items()
        if column in sheet.hidden_columns
        and not _is_folded(sheet, table.field(name))
        and any(somewhere(row.cells.get(name)) for row in sheet.rows)
    ]
    if hidden:
        said = ", ".join(column for _, column in hidden)
        cells = tuple(str(sheet.at(sheet.rows[0], name)) for name, _ in hidden)
        one = finding("hidden_columns", columns=said, **named(table))
        yield dataclasses.replace(one, sheet=sheet.name, cells=cells, table=table.name)


def _is_folded(sheet: Sheet, field: Field) -> bool:
    """Whether a hidden column is one that a form folds: the same is asked in the other language, which can be seen."""
    base, _, language = field.name.rpartition("_")
    other = sheet.columns.get(f"{base}_{OTHER.get(language, '')}")
    return not field.required and other is not None and other not in sheet.hidden_columns


def _hidden_sheet(tab: Tab, table: Table) -> list[Finding]:
    return [dataclasses.replace(finding("hidden_sheet", **named(table)), sheet=tab.name, table=table.name)]


def match_columns(tab: Tab, table: Table) -> Matched:
    """Return which column is which field: by the hidden anchors, else by the headers."""
    names = {f"#{name}": field.name for field in table.fields for name in (*field.was, field.name)}
    texts = list(tab.texts(HEADER_ROWS))
    anchor_row, anchored = _densest(texts, names, str.strip)
    header_row, headed = _densest(texts, by_words(table), bare)
    if anchor_row and not anchor_row < header_row <= anchor_row + NEAR:
        header_row, headed = 0, []
    beside = dict(_beside_whole(tab, table, header_row, headed))
    headed = [*headed, *beside.items()]
    near = headers.near(tab, table, header_row, headed)
    by_header, other = _once([*headed, *((column, field) for column, field, _ in near)])
    by_anchor, again = _once(sorted(anchored, key=lambda one: by_header.get(one[0]) != one[1]))
    late = {column: field for column, field in by_header.items() if column not in by_anchor}
    taken = set(by_anchor.values())
    other_than = {column: (field, by_header.get(column, field)) for column, field in by_anchor.items()}
    unlike = {column: pair for column, pair in other_than.items() if pair[0] != pair[1]}
    moved = [c for c in unlike if c in beside and c - 1 in by_header and c - 1 not in unlike]
    return Matched(
        columns=dict(sorted({**{c: f for c, f in late.items() if f not in taken}, **by_anchor}.items())),
        first=header_row + 1 if header_row else anchor_row + 2 if anchor_row else 0,
        header=header_row,
        twice={
            **{c: f for c, f in late.items() if f in taken},
            **again,
            **{c: f for c, f in other.items() if c not in by_anchor},
        },
        disagree={column: pair for column, pair in unlike.items() if column not in beside},
        elsewhere={c: (by_anchor[c], by_header[c - 1]) for c in moved},
        near={column: text for column, field, text in near if late.get(column) == field and field not in taken},
        anchored=by_anchor,
        anchors=anchor_row,
    )


def _once(found: Sequence[tuple[int, str]]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the first column of each field, and the columns that say a field again."""
    first: dict[int, str] = {}
    again: dict[int, str] = {}
    for column, field in found:
        (again if field in first.values() else first)[column] = field
    return first, again


def _beside_whole(tab: Tab, table: Table, header: int, headed: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the columns whose header several share, each the field that follows its left neighbour in the form."""
    columns = dict(headed)
    order = [field.name for field in table.fields]
    found = []
    for column, cell in tab.row(header).items() if header else ():
        before = columns.get(column - 1)
        place = order.index(before) + 1 if before else len(order)
        if column in columns or place >= len(order) or not isinstance(cell.typed, str):
            continue
        field = table.fields[place]
        if bare(cell.typed) in {normal(text) for text in spelled(field)}:
            columns[column] = field.name
            found.append((column, field.name))
    return found


def _densest(texts: Sequence[Text], names: Mapping[str, str], fold: Fold) -> tuple[int, list[tuple[int, str]]]:
    """Return the row that holds most of `names`, and which column is which field."""
    best: tuple[int, list[tuple[int, str]]] = 0, []
    most, every = 0, len(set(names.values()))
    for row, several in groupby(texts, lambda one: one[0]):
        found = [(column, field) for _, column, text in several if (field := names.get(fold(text)))]
        fields = len({field for _, field in found})
        if fields > most:
            best, most = (row, found), fields
        if most == every:
            break
    return best


def _disagreeing(tab: Tab, table: Table, matched: Matched) -> Iterator[Finding]:
    """Yield the columns of which our anchor says one thing and the header another."""
    for column, (anchored, headed) in matched.disagree.items():
        expected, found, words = table.field(anchored).title, table.field(headed).title, _words(table, anchored)
        one = finding(
            "column_disagrees", found=f"{found.en} {found.zh}", expected=f"{expected.en} {expected.zh}", **words
        )
        at = (address(matched.header, column),)
        yield dataclasses.replace(one, sheet=tab.name, cells=at, table=table.name, field=anchored)


def _elsewhere(tab: Tab, table: Table, matched: Matched) -> Iterator[Finding]:
    """Yield the columns that share their header with others and stand, by our mark, beside another whole than theirs."""
    for column, (anchored, beside) in matched.elsewhere.items():
        other = table.field(beside).title
        one = finding("part_elsewhere", other_en=other.en, other_zh=other.zh, **_words(table, anchored))
        at = (address(matched.header, column),)
        yield dataclasses.replace(one, sheet=tab.name, cells=at, table=table.name, field=anchored)


def _words(table: Table, field: str) -> dict[str, str]:
    """Return the words of a column as messages ask for them."""
    words = table.entitled(table.field(field))
    return {"label_en": words.en, "label_zh": words.zh, **named(table)}


def _unusual(tab: Tab, table: Table, matched: Matched) -> Iterator[Finding]:
    """Yield what was found all the same: columns under a header close to theirs, and under a mark that was changed."""
    for column, text in matched.near.items():
        words = table.field(matched.columns[column]).title
        one = finding("header_near", found=" ".join(text.split()), expected=f"{words.en} {words.zh}", **named(table))
        at = (address(matched.header, column),)
        yield dataclasses.replace(one, sheet=tab.name, cells=at, table=table.name, field=matched.columns[column])
    marks = tab.row(matched.anchors) if matched.anchors else {}
    rest = {column: field for column, field in matched.columns.items() if column in marks}
    changed = [
        (field, (matched.anchors, column), said)
        for column, field in rest.items()
        if (said := told(marks[column]).strip()) and said not in anchors_of(table.field(field))
    ]
    yield from anchors_changed(tab, table, changed)


def _not_read(tab: Tab, table: Table, matched: Matched, filled: set[int]) -> Iterator[Finding]:
    """Yield what stands beside the form's own columns: a field's second column, and columns of her own."""
    beside = filled - set(matched.columns)
    headed = set(tab.row(matched.header)) - set(matched.columns) if matched.header else set()
    for column, field in matched.twice.items():
        if column in beside:
            yield dataclasses.replace(
                finding("column_twice", **_words(table, field)),
                sheet=tab.name,
                cells=(address(matched.header or matched.first, column),),
                table=table.name,
                field=field,
            )
    own = sorted((beside | headed) - set(matched.twice))
    if own:
        cells = tuple(address(matched.header or matched.first, column) for column in own[:20])
        found = ", ".join(column_letters(column) for column in own[:20])
        yield dataclasses.replace(
            finding("own_columns", columns=found, **named(table)), sheet=tab.name, cells=cells, table=table.name
        )
