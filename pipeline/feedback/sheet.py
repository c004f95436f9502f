"""The lines of the first sheet -> its XML, with what is needed to take our marks off again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.feedback.cells import address_of
from pipeline.feedback.first import LAST, WIDTHS, Line, clean
from pipeline.feedback.looks import VERDICTS
from pipeline.feedback.package import Element
from pipeline.feedback.styles import Styles
from pipeline.model import ANSWER_ANCHOR

HIDDEN = LAST + 2  # from this column on stands what only we read
COLUMNS = 16_384
MOST_IN_A_TWIN = 2_000  # cells that one twin stands for
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Twin:
    """Cells that were marked, with the style that they had and the one that they got.

    It stands in the first sheet as a hidden cell of the old style beside one of the new: whatever
    a program does to its list of styles when it saves, the two go on having them.
    """

    tab: str
    cells: tuple[str, ...]
    before: int
    marked: int


def first_sheet(space: str, lines: Sequence[Line], state: str, twins: Iterable[Twin], styles: Styles) -> Element:
    """Return the XML of the first sheet in the workbook's own namespace."""
    writer = _Writer(space, styles)
    sheet = etree.Element(writer.name("worksheet"), nsmap={None: space})
    looks = writer.put(sheet, "sheetPr")
    writer.put(looks, "tabColor", rgb=f"FF{VERDICTS[state].edge}")
    writer.put(looks, "pageSetUpPr", fitToPage="1")
    views = writer.put(sheet, "sheetViews")
    writer.put(views, "sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
    writer.put(sheet, "sheetFormatPr", defaultRowHeight="18", customHeight="1")
    writer.columns(sheet)
    writer.rows(sheet, lines, twins)
    writer.merges(sheet, lines)
    writer.links(sheet, lines)
    writer.page(sheet)
    return sheet


@dataclass(frozen=True, slots=True)
class _Writer:
    space: str
    styles: Styles

    def name(self, name: str) -> str:
        return f"{{{self.space}}}{name}"

    def put(self, parent: Element, name: str, **told: str) -> Element:
        return etree.SubElement(parent, self.name(name), dict(told))

    def columns(self, sheet: Element) -> None:
        columns = self.put(sheet, "cols")
        for number, width in enumerate(WIDTHS, 1):
            self.put(columns, "col", min=str(number), max=str(number), width=str(width), customWidth="1")
        self.put(columns, "col", min=str(HIDDEN), max=str(COLUMNS), width="9", hidden="1", customWidth="1")

    def rows(self, sheet: Element, lines: Sequence[Line], twins: Iterable[Twin]) -> None:
        data = self.put(sheet, "sheetData")
        for number, line in enumerate(lines, 1):
            row = self.put(data, "row", r=str(number), ht=f"{line.height:g}", customHeight="1")
            for cell in line.cells:
                style = self.styles.look(cell.look)
                self.text(row, (number, cell.column), cell.text, style)
                for column in range(cell.column + 1, (cell.last or cell.column) + 1):
                    self.put(row, "c", r=address_of((number, column)), s=str(style))
            if number == 1:
                self.twins(row, twins)

    def twins(self, row: Element, twins: Iterable[Twin]) -> None:
        self.text(row, (1, HIDDEN), ANSWER_ANCHOR, self.styles.look("plain"))
        for number, twin in enumerate(twins):
            column = HIDDEN + 1 + 2 * number
            self.text(row, (1, column), f"{twin.tab}\n{' '.join(twin.cells)}", twin.before)
            self.text(row, (1, column + 1), twin.tab, twin.marked)  # LibreOffice gives an empty cell another font

    def text(self, row: Element, place: tuple[int, int], text: str, style: int) -> None:
        cell = self.put(row, "c", r=address_of(place), s=str(style))
        if text:
            cell.set("t", "inlineStr")
            told = self.put(self.put(cell, "is"), "t")
            told.text = clean(text)
            told.set(SPACE, "preserve")

    def merges(self, sheet: Element, lines: Sequence[Line]) -> None:
        found = [
            f"{address_of((number, cell.column))}:{address_of((number, cell.last))}"
            for number, line in enumerate(lines, 1)
            for cell in line.cells
            if cell.last
        ]
        merges = self.put(sheet, "mergeCells", count=str(len(found)))
        for ref in found:
            self.put(merges, "mergeCell", ref=ref)

    def links(self, sheet: Element, lines: Sequence[Line]) -> None:
        found = [
            (address_of((number, cell.column)), cell.link, cell.text)
            for number, line in enumerate(lines, 1)
            for cell in line.cells
            if cell.link
        ]
        links = self.put(sheet, "hyperlinks") if found else None
        for ref, link, text in found:
            assert links is not None, "there are links"
            self.put(links, "hyperlink", ref=ref, location=location(*link), display=clean(text))

    def page(self, sheet: Element) -> None:
        self.put(sheet, "pageMargins", left="0.5", right="0.5", top="0.6", bottom="0.6", header="0.3", footer="0.3")
        self.put(sheet, "pageSetup", paperSize="9", orientation="landscape", fitToWidth="1", fitToHeight="0")
        footer = self.put(sheet, "headerFooter")
        self.put(footer, "oddFooter").text = "&R&P / &N"


def location(tab: str, cell: str) -> str:
    """Return a place as a link names it.

    >>> location("a'b", "B7")
    "'a''b'!B7"
    """
    quoted = clean(tab).replace("'", "''")
    return f"'{quoted}'!{cell}"
