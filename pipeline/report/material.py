"""What a report is made from: the records of the returns that count, printed only where privacy allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import values
from pipeline.model import Field, Known, Record, Span, Table
from pipeline.report.page import Page
from pipeline.report.printable import Quoted
from pipeline.report.words import say

Tables = Mapping[str, Sequence[Record]]
NAMED_IF = {  # the flag that says whether names of a row may be printed
    "enterprises": "may_be_named",
    "report": "officer_agrees",
    "activities": "lead_trainer_agrees",
}
CONSENTED = ("given", "not_needed")


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made from.

    `tables` are the records of all returns of the period that count, the project office's
    among them; `missing` says (office, why) of each that owes one and has none.
    """

    page: Page
    known: Known
    tables: Tables
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.page.language

    def rows(self, table: str) -> list[Record]:
        """Return the rows of a table in the order of the offices."""
        order = {str(row["office"].plain): at for at, row in enumerate(self.offices())}
        found = self.tables.get(table) or self.known.rows(table)
        return sorted(found, key=lambda one: (order.get(one.office, len(order)), one.office, one.row))

    def offices(self) -> list[Record]:
        """Return the register of offices in its order."""
        return sorted(self.known.rows("offices"), key=lambda row: (int(str(row["order"].plain or 0)), row.key))

    def office_name(self, office: str) -> str:
        """Return an office's name in the page's language; its code if the register does not have it."""
        row = next((one for one in self.known.rows("offices") if one.key == office), None)
        quoted = self.quote_in(row, "name") if row else None
        return quoted.text if quoted else office

    def register(self, table: str, key: str) -> Record | None:
        """Return the row of a register that a code refers to."""
        return next((one for one in self.rows(table) if one.key == key), None)

    # ---- what may be printed

    def quote(self, record: Record | None, name: str) -> Quoted | None:
        """Return what somebody typed; None where nothing was given or it may not be printed."""
        if record is None or not record[name].given or not self.may_print(record, name):
            return None
        text = values.show(record[name], self._field(record, name), self.language, self.page.library.lists)
        return Quoted(text, record.ref, name)

    def quote_in(self, record: Record | None, stem: str) -> Quoted | None:
        """Return the text in the page's language, or in the other where only that was given."""
        first, second = ("zh", "en") if self.language == "zh" else ("en", "zh")
        return self.quote(record, f"{stem}_{first}") or self.quote(record, f"{stem}_{second}")

    def paragraphs(self, record: Record | None, stem: str) -> list[Quoted]:
        """Return a text by its paragraphs."""
        whole = self.quote_in(record, stem)
        lines = whole.text.splitlines() if whole else []
        return [Quoted(line.strip(), whole.record, whole.field) for line in lines if whole and line.strip()]

    def may_print(self, record: Record, name: str) -> bool:
        """Whether a field of a row may be printed: public, or named or consented to by the row itself."""
        privacy = self._field(record, name).privacy
        if privacy == "named":
            return record[NAMED_IF.get(record.table, "")].plain is True
        if privacy == "consent":
            return record["consent"].plain in CONSENTED and not self._ended(record)
        return privacy == "public"

    def _ended(self, record: Record) -> bool:
        until, dated = record["consent_until"].plain, self.dated
        return isinstance(until, date) and dated is not None and until < dated

    @property
    def dated(self) -> date | None:
        """The date of the report, as the project office typed it."""
        found = [row["dated"].plain for row in self.known.rows("report")]
        return found[0] if found and isinstance(found[0], date) else None

    def _field(self, record: Record, name: str) -> Field:
        return self.table(record.table).field(name)

    def table(self, name: str) -> Table:
        """Return a table of any form."""
        forms = self.page.library.forms.values()
        return next(table for form in forms for table in form.tables if table.name == name)

    # ---- phrases made of several cells

    def enterprise(self, code: str) -> Quoted:
        """Return an enterprise's name if it may be named, else that it is one in its place."""
        row = self.register("enterprises", code)
        name = self.quote_in(row, "name")
        if name:
            return name
        place = self.place(row)
        text = say("an_enterprise", self.language, place.text if place else "…")
        return Quoted(text, row.ref if row else "", "place")

    def place(self, record: Record | None) -> Quoted | None:
        """Return the name of the place of a row."""
        if record is None or not record["place"].given:
            return None
        return self.quote_in(self.register("places", str(record["place"].plain)), "name")

    def when(self, record: Record, start: str = "starts", end: str = "ends") -> Quoted | None:
        """Return from when to when, as precisely as it was said."""
        one, two = record[start].plain, record[end].plain
        if not isinstance(one, Span):
            return None
        text = values.show_range(one, two if isinstance(two, Span) else None, self.language)
        return Quoted(text, record.ref, start)
