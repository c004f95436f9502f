"""What all pages are made from, and what may be printed of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline import values
from pipeline.messages import finding
from pipeline.model import Field, Figure, Finding, Known, Library, MergedRow, Period, Record, Restatement, Span
from pipeline.report.printable import Quoted, Term
from pipeline.values import times

NBSP = "\u00a0"
Row = Record | MergedRow
NAMED_IF = {  # the answer that allows a field to be printed
    "name_en": "may_be_named",
    "name_zh": "may_be_named",
    "lead_trainer": "lead_trainer_agrees",
    "officer": "officer_agrees",
}
OTHER = {"en": "zh", "zh": "en"}
TIED = {  # what must not be parted at a line's end
    r"(\d) %": rf"\1{NBSP}%",
    r"\b(Module|RMB|page|No\.) (\d)": rf"\1{NBSP}\2",
    r"(?<=\w)'(?=\w|\s|$)": "’",
}


@dataclass(frozen=True, slots=True)
class Material:
    """A period's reckoning: figures, rows as the indicators saw them, registers and decisions, pictures."""

    period: Period
    figures: tuple[Figure, ...]
    tables: Mapping[str, tuple[MergedRow, ...]]
    known: Known
    library: Library
    picture: Callable[[str], bytes] = field(compare=False)  # by the SHA-256 of what came
    missing: tuple[tuple[str, str], ...] = ()  # (office, why) of each that owes a return and has none that counts
    restated: tuple[tuple[str, Restatement], ...] = ()  # by period: what earlier reports said otherwise

    def rows(self, table: str) -> tuple[MergedRow, ...]:
        """Return the rows of a table, of all offices; none if nobody sent any."""
        return self.tables.get(table, ())


@dataclass(frozen=True, slots=True)
class Made:
    """What a template may use, and what a person should look at before it goes out."""

    context: Mapping[str, object]
    findings: tuple[Finding, ...] = ()
    offers: tuple[str, ...] = ()  # by their paths, names that are there on other days too


def may_print(row: Row, asked: Field, dated: date | None) -> bool:
    """Whether the field of a row may stand on a page: public, or named or consented to, and not ended by then."""
    if asked.privacy == "named":
        return row[NAMED_IF.get(asked.name, "")].plain is True
    if asked.privacy == "consent":
        return has_consent(row, dated)
    return asked.privacy == "public"


def has_consent(row: Row, dated: date | None) -> bool:
    """Whether the people in a row agreed, or nobody can be recognised, and it holds on the day of the report."""
    until = row["consent_until"].plain
    ended = isinstance(until, date) and dated is not None and until < dated
    return row["consent"].plain in ("given", "not_needed") and not ended


class Editor:
    """Quotes rows in one language, and only what may be printed; notes what a person should look at."""

    def __init__(self, material: Material, language: str) -> None:
        self.material, self.language = material, language
        self.findings: list[Finding] = []
        self.tables = {table.name: table for form in material.library.forms.values() for table in form.tables}
        day = next((row["dated"].plain for row in material.known.rows("report")), None)
        self.dated = day if isinstance(day, date) else None
        self.places = {row.key: row for row in material.known.rows("places")}

    def quote(self, row: Row, name: str) -> Quoted | None:
        """Return what stands in a field, as a page shows it; None where nothing is given or it may not be printed."""
        field = self.tables[row.table].field(name)
        if not row[name].given or not may_print(row, field, self.dated):
            return None
        text = values.show(row[name], field, self.language, self.material.library.lists)
        return Quoted(tied(text), ref_of(row, name), name)

    def words(self, row: Row, stem: str) -> Quoted | None:
        """Return a text that is asked in both languages: the page's, else the other, which is said."""
        if own := self.quote(row, f"{stem}_{self.language}"):
            return own
        other = self.quote(row, f"{stem}_{OTHER[self.language]}")
        if other and stem not in NAMES:  # names stand as they were typed
            self.tell("newsletter_untranslated", row, found=excerpt(other.text), field=f"{stem}_{self.language}")
        return other

    def place(self, code: object, *, alone: bool = False) -> str:
        """Return a place as printed: Taixing, Jiangsu; only its own name if it stands `alone`."""
        row = self.places.get(str(code))
        name = self.words(row, "name") if row else None
        within = self.quote(row, f"within_{self.language}") if row and not alone else None
        if name is None:
            return str(code)
        return _within(name.text, within.text, self.language) if within else name.text

    def planned(self, row: Row) -> Quoted | None:
        """Return when a plan is to happen: between two months it is open, February or March 2015."""
        first, last = row["starts"].plain, row["ends"].plain
        said = self.when(row, "starts", "ends")
        months = isinstance(first, Span) and isinstance(last, Span) and first.precision == last.precision == "month"
        if said is None or not months:
            return said
        way, instead = ("—", "或") if self.language == "zh" else ("–", " or ")
        return Quoted(said.text.replace(way, instead), said.record, said.field)

    def when(self, row: Row, start: str, end: str | None = None) -> Quoted | None:
        """Return from when to when, as precisely as it was said; a time that only repeats the period says nothing."""
        first, last = row[start].plain, row[end].plain if end else None
        if not isinstance(first, Span) or (first.precision == "quarter" and _is(first, self.material.period)):
            return None
        text = times.show_range(first, last if isinstance(last, Span) else None, self.language)
        return Quoted(text, ref_of(row, start), start)

    def tell(self, code: str, row: Row, *, field: str | None = None, **words: str) -> None:
        """Note something for a person to look at, with the cell that it is about."""
        source = row.sources[0] if isinstance(row, MergedRow) else row
        at = source.cells.get(field or "", "")
        found, expected = words.pop("found", None), words.pop("expected", None)
        one = dataclasses.replace(
            finding(code, found=found, expected=expected, **{"name": "{name}", "item": row.key, **words}),
            sheet=source.sheet,
            cells=(at,) if at else (),
            table=source.table,
            field=field,
            key=row.key,
        )
        self.findings += [] if one in self.findings else [one]

    def tell_lacking(self, table: str, fields: Iterable[str]) -> None:
        """Note which fields of a card of the project office nobody has given, all in one sentence."""
        rows, named = self.material.known.rows(table), self.tables[table]
        absent = [named.field(name).title for name in fields if not (rows and rows[0][name].given)]
        if absent:
            words = {
                "fields_en": ", ".join(f"“{title.en}”" for title in absent),
                "fields_zh": "、".join(f"“{title.zh}”" for title in absent),
                "table_en": named.title.en,
                "table_zh": named.title.zh,
            }
            self.findings.append(finding("project_lacks", name="{name}", period=str(self.material.period), **words))


NAMES = ("name", "role", "person")


def _within(name: str, within: str, language: str) -> str:
    return f"{within}{name}" if language == "zh" else f"{name}, {within}"


def _is(span: Span, period: Period) -> bool:
    start = span.start
    return start is not None and (start.year, (start.month + 2) // 3) == (period.year, period.quarter)


def ref_of(row: Row, name: str) -> str:
    """Return the record that a value of a row came from."""
    if isinstance(row, Record):
        return row.ref
    return next((one.ref for one in row.sources if one[name] == row[name]), row.sources[0].ref)


def places_of(activity: MergedRow, material: Material) -> list[str]:
    """Return the places of an activity: of a joint one, in the order of the offices in the register."""
    joint = next((row for row in material.known.rows("joint") if row.key == activity.key), None)
    offices = joint["offices"].plain if joint else ()
    order = {office: number for number, office in enumerate(offices if isinstance(offices, tuple) else ())}
    sources = sorted(activity.sources, key=lambda one: order.get(one.office, len(order)))
    return list(dict.fromkeys(str(one["place"].plain) for one in sources if one["place"].given))


def tied(text: str) -> str:
    """Return a text with the blanks that must not be parted, and with printers' apostrophes.

    >>> tied("Module 1: 1 % of the workers' pay").replace(NBSP, "_")
    'Module_1: 1_% of the workers’ pay'
    """
    for pattern, instead in TIED.items():
        text = re.sub(pattern, instead, text)
    return text


def excerpt(text: str) -> str:
    """Return how a text begins, at the end of a word.

    >>> excerpt("Changan Automobile will send trainers of its own in 2015.")
    'Changan Automobile will send trainers…'
    """
    return text if len(text) <= 40 else text[:40].rpartition(" ")[0] + "…" if " " in text[:40] else text[:40] + "…"


def of(rows: Iterable[Row], name: str, code: object) -> list[Row]:
    """Return the rows whose field holds a code."""
    return [row for row in rows if row[name].plain == code]


def term(language: str, en: str, zh: str) -> Term:
    """Return a word of our own in the page's language."""
    return Term(zh if language == "zh" else en)
