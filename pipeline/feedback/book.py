"""A workbook's list of sheets: which there are, one put before them, one taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.feedback.package import RELATED, Element, NotMarked, Package, beside, child, children

WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
NAME_LENGTH = 31


@dataclass(slots=True)
class Book:
    """The sheets of a package, and what of it counts them from the first on."""

    package: Package

    @property
    def root(self) -> Element:
        """The root of the part that lists the sheets."""
        return self.package.tree(self.package.book)

    def _list(self) -> Element:
        found = child(self.root, "sheets")
        if found is None or child(found, "sheet") is None:
            raise NotMarked("it lists no sheets")
        return found

    def sheets(self, kinds: tuple[str, ...] = ("worksheet",)) -> list[tuple[str, str]]:
        """Return (name, part) of each sheet with cells, or of these kinds, in their order."""
        targets = {name: (kind, part) for name, kind, part in self.package.related(self.package.book)}
        pointer = f"{{{self.relation}}}id"
        found = [(one.get("name", ""), *targets.get(one.get(pointer, ""), ("", ""))) for one in self._list()]
        return [(name, part) for name, kind, part in found if kind in kinds and self.package.has(part)]

    @property
    def relation(self) -> str:
        """The namespace in which a sheet points to its part: Strict workbooks may have another."""
        first = next(children(self._list(), "sheet"))
        spaces = [str(etree.QName(name).namespace) for name in first.attrib if str(name).endswith("}id")]
        return spaces[0] if spaces else RELATED

    def _pointed(self, sheet: Element) -> str:
        return str(sheet.get(f"{{{self.relation}}}id", ""))

    # ---- putting in and taking out

    def put_first(self, title: str, sheet: Element) -> None:
        """Put a sheet before all others and let the workbook open on it."""
        relation, listed = self.relation, self._list()
        part = self.package.free("xl/worksheets/answer{}.xml")
        self.package.add(part, sheet, WORKSHEET)
        number = max(int(one.get("sheetId", "0")) for one in children(listed, "sheet")) + 1
        made = etree.Element(beside(self.root, "sheet"), name=self._free(title), sheetId=str(number))
        made.set(f"{{{relation}}}id", self.package.relate(self.package.book, "worksheet", part))
        self.package.touch(self.package.book)
        self._list().insert(0, made)
        self._shift(0, 1)
        self._open_first()

    def _free(self, title: str) -> str:
        """Return a name for a sheet that she has not given to one of her own."""
        taken = {one.get("name", "").casefold() for one in children(self._list(), "sheet")}
        name, number = title, 2
        while name.casefold() in taken:
            name, number = f"{title[: NAME_LENGTH - 5]} ({number})", number + 1
        return name

    def take_out(self, part: str) -> None:
        """Take out a sheet and all that is said of it."""
        self.package.touch(self.package.book)
        position, sheet = next((at, one) for at, one in enumerate(self._list()) if self._part_of(one) == part)
        self._list().remove(sheet)
        for name in [one for one in self._names() if one.get("localSheetId") == str(position)]:
            name.getparent().remove(name)
        self._shift(position, -1)
        self.package.unrelate(self.package.book, part)
        self.package.remove(part)

    def _part_of(self, sheet: Element) -> str | None:
        related = self.package.related(self.package.book)
        return next((part for name, _, part in related if name == self._pointed(sheet)), None)

    def _names(self) -> Iterator[Element]:
        names = child(self.root, "definedNames")
        return children(names, "definedName") if names is not None else iter(())

    def _shift(self, first: int, by: int) -> None:
        """Let the names that belong to a sheet go on belonging to it: they know it by its position."""
        for name in self._names():
            position = name.get("localSheetId")
            if position is not None and int(position) >= first:
                name.set("localSheetId", str(int(position) + by))

    def _open_first(self) -> None:
        views = child(self.root, "bookViews")
        if views is None:
            views = etree.Element(beside(self.root, "bookViews"))
            self.root.insert(self.root.index(self._list()), views)
            etree.SubElement(views, beside(self.root, "workbookView"))
        for view in children(views, "workbookView"):
            view.set("activeTab", "0")
            view.attrib.pop("firstSheet", None)
        for _, part in self.sheets(KINDS)[1:]:
            self._unselect(part)

    def _unselect(self, part: str) -> None:
        """Let a sheet no longer be chosen: what is typed would go into every chosen sheet."""
        if SELECTED.encode() not in self.package.bytes_of(part):
            return
        views = child(self.package.tree(part), "sheetViews")
        for view in children(views, "sheetView") if views is not None else ():
            if view.get(SELECTED) in ("1", "true"):
                self.package.touch(part)
                del view.attrib[SELECTED]


SELECTED = "tabSelected"
KINDS = ("worksheet", "chartsheet", "dialogsheet")
