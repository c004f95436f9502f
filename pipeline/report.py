"""Figures and what people wrote -> Word documents.

Only three things can be printed: a figure (`Shown`), a text that an office typed
(`Quoted`) and a word of our own lists and definitions (`Term`).  A bare number has no
evidence, and a template that asks for one is refused.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, UndefinedError
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from pipeline import files, values
from pipeline.errors import TemplateError
from pipeline.model import Figure, Indicator, Known, Library, Period, Record, State, Words

SAMPLE_MARK = "*"
NO_FIGURE = "–"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it."""

    figure: str
    text: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that somebody typed, with the record and field it stands in."""

    text: str
    record: str
    field: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of our own: a title of an indicator, an entry of a list, a period."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A filled document and the figures on its pages, in order."""

    data: bytes
    printed: tuple[tuple[str, str], ...]  # (figure, text)


def fill_document(template: bytes, context: Mapping[str, object], name: str) -> Document:
    """Return the template filled; the same inputs give the same bytes.

    Raises:
        TemplateError: it asks for what is not there, or for a number without evidence.
    """
    printed: list[tuple[str, str]] = []
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_guard(printed))
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(dict(context), environment, autoescape=True)
    except UndefinedError as error:
        raise TemplateError(
            f"{name} asks for something that is not there: {error}.{_nearest(str(error), context)}"
        ) from error
    except JinjaError as error:
        raise TemplateError(f"{name} cannot be filled: {error}. Correct the template in Word.") from error
    out = io.BytesIO()
    document.save(out)
    return Document(files.stable_zip(out.getvalue()), tuple(printed))


def _guard(printed: list[tuple[str, str]]) -> Any:
    """Return what Jinja calls before it prints: it lets figures, quotes and terms through, and nothing else."""

    def guard(value: object) -> object:
        if isinstance(value, StrictUndefined):
            return value  # speaks for itself when it is printed
        if isinstance(value, Shown):
            printed.append((value.figure, value.text))
        elif not isinstance(value, (Quoted, Term)):
            raise TemplateError(
                f"A template prints {str(value)!r}, which is no figure and nobody's words. "
                "Print a figure, a text of the workbooks, or write it into the template."
            )
        return value.text

    return guard


def _nearest(error: str, context: Mapping[str, object]) -> str:
    asked = error.split("'")[1] if "'" in error else ""
    near = difflib.get_close_matches(asked, context, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


# ---- the donor report ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is written in and from: its language, the forms and lists, the figures by id."""

    language: str
    library: Library
    figures: Mapping[str, Figure]


def donor_report(
    period: Period, figures: Iterable[Figure], known: Known, library: Library, language: str = "en"
) -> dict[str, object]:
    """Return what the template of the donor report may use.

    `report`: the texts of the project office's card of that name; `period`; `objectives`,
    each with `number` and `rows`, a row an indicator with `title`, `unit`, `reason` and the
    figures `baseline target value cumulative reached_pct`; `sample_mark`.
    """
    page = Page(language, library, {figure.id: figure for figure in figures})
    reasons = {record.key: record for record in known.rows("reasons")}
    numbers = sorted({indicator.objective for indicator in library.indicators.values()})
    return {
        "report": _card("report", known.rows("report"), page),
        "period": Term(str(period)),
        "objectives": [_objective(number, reasons, page) for number in numbers],
        "sample_mark": Term(SAMPLE_MARK),
    }


def _objective(number: int, reasons: Mapping[str, Record], page: Page) -> dict[str, object]:
    indicators = [indicator for indicator in page.library.indicators.values() if indicator.objective == number]
    return {
        "number": Term(str(number)),
        "rows": [_row(indicator, reasons.get(indicator.code), page) for indicator in indicators],
    }


ASPECTS = ("baseline", "target", "value", "cumulative", "reached_pct")


def _row(indicator: Indicator, reason: Record | None, page: Page) -> dict[str, object]:
    names = {aspect: indicator.code if aspect == "value" else f"{indicator.code}.{aspect}" for aspect in ASPECTS}
    signed = indicator.number == "median"
    row: dict[str, object] = {
        aspect: show_figure(page.figures.get(name), name, page.language, signed=signed)
        for aspect, name in names.items()
    }
    quoted = _quote(reason, f"reason_{page.language}", page) if reason else None
    return {**row, "title": Term(indicator.title[page.language]), "unit": Term(indicator.unit), "reason": quoted}


STATES = {State.NOT_RECORDED: Words("not recorded", "未统计"), State.NOT_APPLICABLE: Words("not applicable", "不适用")}


def show_figure(figure: Figure | None, name: str, language: str, *, signed: bool = False) -> Shown:
    """Return the figure as a page shows it: rounded, with its bound and the mark of a sample."""
    if figure is None:
        return Shown(name, NO_FIGURE)
    if figure.value is None:
        return Shown(figure.id, STATES[figure.state][language] if figure.state in STATES else NO_FIGURE)
    text = values.show_number(
        figure.value, unit=figure.unit, decimals=figure.decimals, bound=figure.bound, language=language, signed=signed
    )
    return Shown(figure.id, text + (SAMPLE_MARK if figure.sample else ""), figure.sample)


def _card(name: str, records: Sequence[Record], page: Page) -> dict[str, Quoted]:
    """Return the public texts of a card by field; what was not given is empty."""
    table = page.library.forms["project"].table(name)
    public = [field.name for field in table.fields if field.privacy == "public"]
    return {field: (_quote(records[0], field, page) if records else None) or Quoted("", "", field) for field in public}


def _quote(record: Record, name: str, page: Page) -> Quoted | None:
    if not record[name].given:
        return None
    field = page.library.forms["project"].table(record.table).field(name)
    return Quoted(values.show(record[name], field, page.language, page.library.lists), record.ref, name)
