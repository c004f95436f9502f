"""What a workbook holds around the form's own cells: macros, links to other workbooks, notes.  None of it is read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import ANSWER_AUTHOR, Finding, Form, Sheet, Table, her_words, our_words
from pipeline.read.package import Package, whole

LINK = re.compile(r"\[(\d+)\]")  # as a formula that is stored names another workbook
ESCAPED = re.compile(b"%([0-9A-Fa-f]{2})")  # a byte of an address
THREADED = re.compile(r"\[[^\]]*\].*?(?:comment|注释|批注)[:：]\s*", re.DOTALL | re.IGNORECASE)  # before a conversation
TALKED = "tc="  # with which the author of a conversation begins
NAMED, QUOTED = 1000, 80  # cells that a finding names, and signs that it quotes, at most
Note = tuple[str, str, str]  # cell, author, text


def around(package: Package, sheets: Mapping[str, Sheet], form: Form) -> Iterator[Finding]:
    """Yield what is to be said of what stands around the cells of the tables that were found."""
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in package.names):
        yield finding("macros_not_run")
    kinds = {kind for kind, _ in package.relations(package.book).values()}
    if "externalLink" in kinds:
        files = _linked_files(package)
        linked = [one for sheet in sheets.values() for one in _linked(sheet, form.table(sheet.table), files)]
        yield from linked or [finding("external_links")]
    if any("comments" in name for name in package.names):
        parts = _parts(package)
        for sheet in sheets.values():
            yield from _notes(package, parts.get(sheet.name, ""), sheet, form.table(sheet.table))


def _linked(sheet: Sheet, table: Table, files: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the columns with cells that are taken from another workbook."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in sheet.rows:
        for name, cell in row.cells.items():
            if cell.formula and LINK.search(cell.formula):
                found.setdefault(name, []).append((sheet.at(row, name) or "", cell.formula))
    titles = {field.name: field.title for field in table.fields}
    for name, cells in found.items():
        at, words = tuple(cell for cell, _ in cells), titles.get(name, table.title)
        formula = LINK.sub(lambda link: f"[{files.get(link[1], link[1])}]", cells[0][1])
        one = finding("linked_cell", found=f"={formula}"[:QUOTED], label_en=words.en, label_zh=words.zh)
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


def _notes(package: Package, part: str, sheet: Sheet, table: Table) -> Iterator[Finding]:
    """Yield the notes on a sheet, but for those of an answer of ours to which nothing was added."""
    targets = [target for kind, target in package.relations(part).values() if kind == "comments"]
    found = [(at, _said(*told)) for target in targets for at, *told in notes_of(package, target)]
    notes = [(at, said) for at, said in found if said is not None]
    if notes:
        text = THREADED.sub("", notes[0][1]).strip()
        words = {"table_en": table.title.en, "table_zh": table.title.zh}
        one = finding("notes_not_read", found=text[:QUOTED], **words)
        cells = tuple(at for at, _ in notes[:NAMED])
        yield dataclasses.replace(one, sheet=sheet.name, cells=cells, table=sheet.table)


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
