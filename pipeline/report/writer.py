"""Quotes, names and phrases for the pages of the donor report, in one language and as privacy allows."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Figure, Record, Table
from pipeline.report.material import OTHER, Editor, Material
from pipeline.report.page import Page
from pipeline.report.printable import Quoted
from pipeline.report.words import say


class Writer(Editor):
    """An editor who also knows the figures by id, the offices in their order, and phrases made of several cells."""

    def __init__(self, material: Material, language: str) -> None:
        super().__init__(material, language)
        self.page = Page(language, material.library, {figure.id: figure for figure in material.figures})
        self.known = material.known

    @property
    def figures(self) -> Mapping[str, Figure]:
        """The figures by their id."""
        return self.page.figures

    def rows(self, table: str) -> list[Record]:
        """Return the rows of a table, of all returns that count, in the order of the offices."""
        order = {row.key: at for at, row in enumerate(self.offices())}
        merged = [source for row in self.material.rows(table) for source in row.sources]
        found = merged or self.known.rows(table)
        return sorted(found, key=lambda one: (order.get(one.office, len(order)), one.office, one.row))

    def table(self, name: str) -> Table:
        """Return a table of any form."""
        return self.tables[name]

    def offices(self) -> list[Record]:
        """Return the register of offices in its order."""
        return sorted(self.known.rows("offices"), key=lambda row: (int(str(row["order"].plain or 0)), row.key))

    def office_name(self, office: str) -> str:
        """Return an office's name in the page's language; its code if the register does not have it."""
        row = next((one for one in self.known.rows("offices") if one.key == office), None)
        quoted = self.quote_in(row, "name")
        return quoted.text if quoted else office

    def register(self, table: str, key: str) -> Record | None:
        """Return the row of a register that a code refers to."""
        return next((one for one in self.rows(table) if one.key == key), None)

    def quote_in(self, row: Record | None, stem: str) -> Quoted | None:
        """Return the text in the page's language, or in the other where only that was given."""
        if row is None:
            return None
        return self.quote(row, f"{stem}_{self.language}") or self.quote(row, f"{stem}_{OTHER[self.language]}")

    def paragraphs(self, row: Record | None, stem: str) -> list[Quoted]:
        """Return a text by its paragraphs."""
        whole = self.quote_in(row, stem)
        lines = whole.text.splitlines() if whole else []
        return [Quoted(line.strip(), whole.record, whole.field) for line in lines if whole and line.strip()]

    def enterprise(self, code: str) -> Quoted:
        """Return an enterprise's name if it may be named, else that it is one in its place."""
        row = self.register("enterprises", code)
        place = self.place_of(row)
        unnamed = say("an_enterprise", self.language, place.text if place else "…")
        return self.quote_in(row, "name") or Quoted(unnamed, row.ref if row else "", "place")

    def place_of(self, row: Record | None) -> Quoted | None:
        """Return the name of the place of a row."""
        if row is None or not row["place"].given:
            return None
        return self.quote_in(self.places.get(str(row["place"].plain)), "name")
