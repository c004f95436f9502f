"""A reckoning -> what the template of the donor report may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.model import Figure, Indicator, Known, Library, Period, Record
from pipeline.report.page import SAMPLE_MARK, Page, card, quote, show_figure
from pipeline.report.printable import Term


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
        "report": card("report", known.rows("report"), page),
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
    quoted = quote(reason, f"reason_{page.language}", page) if reason else None
    return {**row, "title": Term(indicator.title[page.language]), "unit": Term(indicator.unit), "reason": quoted}
