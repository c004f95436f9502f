"""What a workbook holds around the form's own cells, and does not count: it is said, and not read.

Macros, links to other workbooks, values that are older than what they are made of, notes,
text boxes, pictures that are hidden or bound to no cell, headers and footers of pages.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import ANSWER_AUTHOR, Cell, Finding, Form, Sheet, Table, her_words, our_words
from pipeline.read.drawings import Shape, shapes_of
from pipeline.read.package import Package, whole
from pipeline.read.pages import own_words
from pipeline.read.rows import states_a_unit
from pipeline.read.sheet import address

LINK = re.compile(r"\[(\d+)\]")  # as a formula that is stored names another workbook
ESCAPED = re.compile(b"%([0-9A-Fa-f]{2})")  # a byte of an address
THREADED = re.compile(r"\[[^\]]*\].*?(?:comment|注释|批注)[:：]\s*", re.DOTALL | re.IGNORECASE)  # before a conversation
TALKED = "tc="  # with which the author of a conversation begins
NAMED, QUOTED = 1000, 80  # cells that a finding names, and signs that it quotes, at most
Note = tuple[str, str, str]  # cell, author, text


def around(
    package: Package, sheets: Mapping[str, Sheet], form: Form, pages: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """Yield what is to be said of what stands around the cells of the tables that were found.

    Args:
        package: the workbook.
        sheets: the sheets of the tables, by table.
        form: their form.
        pages: what the headers and footers of each sheet say, by its name.
    """
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in package.names):
        yield finding("macros_not_run")
    yield from _formulas(package, sheets, form)
    parts = _parts(package)
    for sheet in sheets.values():
        table, part = form.table(sheet.table), parts.get(sheet.name, "")
        yield from _notes(package, part, sheet, table)
        yield from _drawn([shape for _, shape in shapes_of(package, part)], sheet, table)
        yield from _on_paper(pages.get(sheet.name, ()), sheet, table)


def _formulas(package: Package, sheets: Mapping[str, Sheet], form: Form) -> Iterator[Finding]:
    """Yield the columns whose values come from other workbooks, or are older than what they are made of."""
    tables = [(sheet, form.table(sheet.table)) for sheet in sheets.values()]
    if any(kind == "externalLink" for kind, _ in package.relations(package.book).values()):
        files = _linked_files(package)
        linked = [one for pair in tables for one in _found("linked_cell", *pair, _is_linked, files)]
        yield from linked or [finding("external_links")]
    calculated = package.attributes(package.book, "calcPr")
    if any(one.get("calcCompleted") in ("0", "false") for one in calculated):
        for pair in tables:
            yield from _found("formula_not_calculated", *pair, _is_old, {})


def _is_linked(cell: Cell) -> bool:
    return bool(cell.formula and LINK.search(cell.formula))


def _is_old(cell: Cell) -> bool:
    """Whether what stands in a cell was computed; a formula without a value is said to be one."""
    return bool(cell.formula and cell.typed is not None)


def _found(
    code: str, sheet: Sheet, table: Table, holds: Callable[[Cell], bool], files: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield the columns with cells of which something holds; the formula of the first is quoted, with names of files."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in sheet.rows:
        for name, cell in row.cells.items():
            if holds(cell):
                found.setdefault(name, []).append((sheet.at(row, name) or "", cell.formula or ""))
    titles = {field.name: field.title for field in table.fields}
    for name, cells in found.items():
        at, words = tuple(cell for cell, _ in cells), titles.get(name, table.title)
        formula = LINK.sub(lambda link: f"[{files.get(link[1], link[1])}]", cells[0][1])
        one = finding(code, found=f"={formula}"[:QUOTED], label_en=words.en, label_zh=words.zh)
        yield dataclasses.replace(one, sheet=sheet.name, cells=at, table=sheet.table, field=name)


def _linked_files(package: Package) -> dict[str, str]:
    """Return the names of the workbooks that this one is linked to, by the number that formulas have for them."""
    relations = package.relations(package.book)
    listed = package.attributes(package.book, "externalReference")
    parts = [relations.get(_pointed(one), ("", ""))[1] for one in listed]
    names = {str(number): _file_of(package, part) for number, part in enumerate(parts, 1)}
    return {number: name for number, name in names.items() if name}


def _file_of(package: Package, part: str) -> str:
    """Return the name of the workbook that a link leads to, as a person knows it; "" if it is not to be made out."""
    try:
        pointers = [_pointed(one) for one in package.attributes(part, "externalBook")]
        address = next((package.outside(part).get(one, "") for one in pointers), "")
    except RefusedFile:  # of the link alone: her own cells are whole
        return ""
    name = re.split(r"[/\\]", _unescaped(address.partition("?")[0]))[-1]
    return name if name.isprintable() else ""


def _unescaped(address: str) -> str:
    """Return an address with its percent signs decoded.

    >>> _unescaped("%E9%A2%84%E7%AE%97%2050%.xlsx")
    '预算 50%.xlsx'
    """
    return ESCAPED.sub(lambda sign: bytes.fromhex(sign[1].decode()), address.encode()).decode(errors="replace")


def _pointed(attributes: Mapping[str, str]) -> str:
    """Return the id by which an element points to a part, whatever its prefix."""
    return next((value for key, value in attributes.items() if key.endswith(":id")), "")


def _placed(code: str, cells: Sequence[str], sheet: Sheet, table: Table, found: str = "") -> Finding:
    """Return a finding of a sheet, with its table's words and what it quotes."""
    one = finding(code, found=found[:QUOTED], table_en=table.title.en, table_zh=table.title.zh)
    return dataclasses.replace(one, sheet=sheet.name, cells=tuple(cells[:NAMED]), table=sheet.table)


# ---- over the cells, and around the page ------------------------------------------------------------------


def _drawn(shapes: Sequence[Shape], sheet: Sheet, table: Table) -> Iterator[Finding]:
    """Yield the text boxes that can be seen, and the pictures that cannot or are bound to no cell."""
    for shape in shapes:
        if shape.text and not shape.hidden:
            code = "unit_stated" if states_a_unit(shape.text) else "box_not_read"
            yield _placed(code, _at(shape), sheet, table, shape.text)
    pictures = [shape for shape in shapes if shape.relation is not None]
    hidden = [shape for shape in pictures if shape.hidden]
    if hidden:
        yield _placed("picture_hidden", [at for shape in hidden for at in _at(shape)], sheet, table)
    printed = any(field.kind == "picture" for field in table.fields)
    if covers := [shape for shape in shapes if shape.drawn and not shape.hidden and printed]:
        yield _placed("shape_over_picture", [at for shape in covers for at in _at(shape)], sheet, table)
    if any(shape.place is None and not shape.hidden for shape in pictures):
        yield _placed("picture_without_cell", (), sheet, table)


def _at(shape: Shape) -> tuple[str, ...]:
    return (address(*shape.place),) if shape.place else ()


def _on_paper(said: Sequence[str], sheet: Sheet, table: Table) -> Iterator[Finding]:
    """Yield what the headers and footers of a sheet's pages say that our form does not."""
    words = own_words(said, (sheet.name, table.tab, table.title.en, table.title.zh))
    if words:
        code = "unit_in_page" if any(map(states_a_unit, (words, *words.split()))) else "page_words_not_read"
        yield _placed(code, (), sheet, table, words)


# ---- notes ------------------------------------------------------------------------------------------------


def _notes(package: Package, part: str, sheet: Sheet, table: Table) -> Iterator[Finding]:
    """Yield the notes on a sheet, but for those of an answer of ours to which nothing was added."""
    targets = [target for kind, target in package.relations(part).values() if kind == "comments"]
    found = [(at, _said(*told)) for target in targets for at, *told in notes_of(package, target)]
    notes = [(at, said) for at, said in found if said is not None]
    if notes:
        yield _placed("notes_not_read", [at for at, _ in notes], sheet, table, THREADED.sub("", notes[0][1]).strip())


def _said(author: str, text: str) -> str | None:
    """Return what of a note is not our answer's; None if it is ours alone."""
    told = THREADED.sub("", text, count=1) if author.startswith(TALKED) else text
    hers = her_words(told)
    return None if not hers and (author == ANSWER_AUTHOR or our_words(told)) else hers


def notes_of(package: Package, part: str) -> list[Note]:
    """Return the notes in a part, each with its cell and author."""
    authors: list[str] = []
    notes: list[list[str]] = []
    sink: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "comment":
            author = whole(attributes.get("authorId"))
            notes.append([attributes.get("ref", ""), authors[author] if author < len(authors) else "", ""])
        if name in ("author", "t"):
            sink.clear()

    def end(name: str) -> None:
        if name == "author":
            authors.append("".join(sink))
        elif name == "t" and notes:
            notes[-1][2] += "".join(sink)
        sink.clear()

    package.parse(part, start, end, sink.append)
    return [(at, author, text) for at, author, text in notes]


def _parts(package: Package) -> dict[str, str]:
    """Return the part of each sheet by its name."""
    relations = package.relations(package.book)
    found = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        target = _pointed(attributes)
        if name == "sheet" and target in relations:
            found[attributes.get("name", "")] = relations[target][1]

    package.parse(package.book, start)
    return found
