"""What every page is made from: figures and quotes in its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline import values
from pipeline.model import Figure, Library, Record, State, Words
from pipeline.report.printable import Quoted, Shown

SAMPLE_MARK = "*"
NO_FIGURE = "–"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is written in and from: its language, the forms and lists, the figures by id."""

    language: str
    library: Library
    figures: Mapping[str, Figure]


STATES = {
    State.NOT_RECORDED: Words("not recorded", "未统计"),
    State.NOT_APPLICABLE: Words("not applicable", "不适用"),
    State.NOT_ASKED: Words("not asked", "未设此项"),
}


def show_figure(figure: Figure | None, name: str, language: str, *, signed: bool = False) -> Shown:
    """Return the figure as a page shows it: rounded, with its bound and the mark of a sample."""
    if figure is None:
        return Shown(name, NO_FIGURE, given=False)
    if figure.value is None:
        return Shown(figure.id, STATES[figure.state][language] if figure.state in STATES else NO_FIGURE, given=False)
    text = values.show_number(
        figure.value, unit=figure.unit, decimals=figure.decimals, bound=figure.bound, language=language, signed=signed
    )
    return Shown(figure.id, text + (SAMPLE_MARK if figure.sample else ""), figure.sample)


def card(name: str, records: Sequence[Record], page: Page) -> dict[str, Quoted]:
    """Return the public texts of a card by field; a dash for what was not given."""
    table = page.library.forms["project"].table(name)
    public = [field.name for field in table.fields if field.privacy == "public"]
    return {
        field: (quote(records[0], field, page) if records else None) or Quoted(NO_FIGURE, "", field) for field in public
    }


def quote(record: Record, name: str, page: Page) -> Quoted | None:
    """Return what somebody typed, in the page's language; None where nothing was given."""
    if not record[name].given:
        return None
    field = page.library.forms["project"].table(record.table).field(name)
    return Quoted(values.show(record[name], field, page.language, page.library.lists), record.ref, name)
