"""A part of a template -> every tag in it, and where it stands, as a person in Word would say it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.model import Words

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = {
    "document": Words("", ""),
    "header": Words("header, ", "页眉，"),
    "footer": Words("footer, ", "页脚，"),
    "footnotes": Words("footnotes, ", "脚注，"),
    "endnotes": Words("endnotes, ", "尾注，"),
    "core": Words("document properties, ", "文档属性，"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the part, the cells around it from the outermost, the paragraph and its words."""

    part: str
    cells: tuple[tuple[int, int, int], ...]  # table, row, cell
    paragraph: int
    text: str

    @property
    def words(self) -> Words:
        """Return the place in both languages."""
        part = PARTS[re.sub(r".*/|\d*\.xml", "", self.part)]
        english = " > ".join(f"table {table}, row {row}, cell {cell}" for table, row, cell in self.cells)
        chinese = " > ".join(f"表格{table}第{row}行第{cell}格" for table, row, cell in self.cells)
        text = self.text if len(self.text) <= 60 else self.text[:59] + "…"
        return Words(
            f"{part.en}{english or f'paragraph {self.paragraph}'} (“{text}”)",
            f"{part.zh}{chinese or f'第{self.paragraph}段'}（“{text}”）",
        )


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a template as it was typed, and where."""

    text: str
    place: Place


@dataclass(slots=True)
class Paragraph:
    """A paragraph of a template: its place, its text, and what stands in attributes of its drawings."""

    place: Place
    row: int  # a number of its row within the part; 0 outside of tables
    column: int
    attributes: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)  # names of pictures without alternative text
    by_hand: str = ""  # words that are bold, italic, coloured or of another size beside their style


def tags_of(part: str, xml: str) -> list[Tag]:
    """Return the tags of a part in the order in which they stand."""
    return [
        Tag(found, one.place)
        for one in paragraphs_of(part, xml)
        for text in (*one.attributes, one.place.text)
        for found in TAG.findall(text)
    ]


def paragraphs_of(part: str, xml: str) -> list[Paragraph]:
    """Return the paragraphs of a part; of one without paragraphs (properties), each text of its own."""
    return list(_Walk(part).through(ET.fromstring(xml)))


class _Walk:
    """One way through a part, counting what a person would count."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.paragraph = self.table = self.row = self.column = 0
        self.cells: list[tuple[int, int, int]] = []

    def through(self, element: ET.Element) -> Iterator[Paragraph]:
        if element.tag == W + "p" or not element.tag.startswith(W):
            yield from self._one(element)
        elif element.tag == W + "tbl":
            yield from self._table(element)
        else:
            for child in element:
                yield from self.through(child)

    def _one(self, element: ET.Element) -> Iterator[Paragraph]:
        if element.tag != W + "p" and len(element):
            for child in element:
                yield from self.through(child)
            return
        self.paragraph += 1
        place = Place(self.part, tuple(self.cells), self.paragraph, "".join(_texts(element)).strip())
        attributes = [text for one in element.iter() for text in one.attrib.values() if "{" in text]
        styles = [one.get(W + "val", "") for one in element.iter() if one.tag in (W + "pStyle", W + "rStyle")]
        drawn = (one for one in element.iter() if one.tag.endswith("}docPr"))
        unseen = [one.get("name", "") for one in drawn if not one.get("descr")]
        yield Paragraph(place, self.row, self.column, attributes, styles, unseen, _by_hand(element))

    def _table(self, element: ET.Element) -> Iterator[Paragraph]:
        self.table += 1
        number, outside = self.table, (self.row, self.column)
        yield from self._caption(element)
        for nth, row in enumerate(element.findall(W + "tr"), 1):
            self.row = id(row)
            for at, cell in enumerate(row.findall(W + "tc"), 1):
                self.column = at
                self.cells.append((number, nth, at))
                for child in cell:
                    yield from self.through(child)
                self.cells.pop()
                self.row, self.column = id(row), at
        self.row, self.column = outside

    def _caption(self, element: ET.Element) -> Iterator[Paragraph]:
        captions = [one.get(W + "val", "") for one in element.findall(f"{W}tblPr/{W}tblCaption")]
        if tags := [text for text in captions if "{" in text]:
            yield Paragraph(Place(self.part, tuple(self.cells), self.paragraph, ""), 0, 0, tags)


LOOKS = tuple(W + name for name in ("b", "i", "u", "color", "sz", "rFonts"))


def _by_hand(element: ET.Element) -> str:
    """Return the words of a paragraph whose runs have a look of their own; nothing where styles give it."""
    runs = (run for run in element.iter(W + "r") if any(run.find(f"{W}rPr/{look}") is not None for look in LOOKS))
    return "".join(text.text or "" for run in runs for text in run.iter(W + "t")).strip()[:40]


def _texts(element: ET.Element) -> Iterator[str]:
    """Give the words of a paragraph; tabs and breaks are blanks.  Text boxes inside count as its own."""
    if not element.tag.startswith(W):
        yield element.text or ""
    for one in element.iter():
        if one.tag == W + "t":
            yield one.text or ""
        elif one.tag in (W + "tab", W + "br"):
            yield " "
