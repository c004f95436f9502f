"""A reckoning and the returns it rests on -> what the template of the donor report may use."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pipeline import values
from pipeline.model import Figure, Known, Library, Period, Restatement, Span
from pipeline.report.annex import definitions
from pipeline.report.charts import legend
from pipeline.report.logframe import ASPECTS, all_sample, objectives, off_target
from pipeline.report.material import Material, Tables
from pipeline.report.page import SAMPLE_MARK, Page, card, show_figure
from pipeline.report.participants import participants
from pipeline.report.printable import Shown, Term
from pipeline.report.results import enterprise_results, result_charts
from pipeline.report.sections import contributions, narrative, partners, returns, stories, upcoming
from pipeline.report.words import say, term


class Figures(Mapping[str, Shown]):
    """Every figure by its id, as the page shows it; one of a known indicator that nobody gave is a dash."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def __getitem__(self, name: str) -> Shown:
        figure = self._page.figures.get(name)
        code = name.split("/")[0].split(".")[0]
        if figure is None and code not in self._page.library.indicators:
            raise KeyError(name)
        indicator = self._page.library.indicators[code]
        return show_figure(figure, name, self._page.language, signed=indicator.number == "median")

    def __iter__(self) -> Iterator[str]:
        return iter(self._page.figures)

    def __len__(self) -> int:
        return len(self._page.figures)


def donor_report(
    period: Period,
    figures: Iterable[Figure],
    known: Known,
    library: Library,
    language: str = "en",
    *,
    tables: Tables | None = None,
    missing: Sequence[tuple[str, str]] = (),
    restated: Sequence[tuple[str, Restatement]] = (),
) -> dict[str, object]:
    """Return what the template of the donor report may use.

    Everything that can be printed is a figure, somebody's words or value with its cell, or
    a word of our own; README.md beside the templates lists the names.

    Args:
        figures: the figures of the period.
        known: registers and tables of the project office.
        tables: the records of all returns that count; without them only the project office's.
        missing: (office, why) of each office that owes a return and has none that counts.
        restated: (period, restatement) of each figure of an earlier report that is different today.
    """
    page = Page(language, library, {figure.id: figure for figure in figures})
    material = Material(page, known, tables if tables is not None else known.tables, tuple(missing))
    logframe = objectives(period, material)
    rows = [row for objective in logframe for row in objective["rows"]]  # type: ignore[attr-defined]
    wholly = all_sample(logframe)
    return {
        "report": card("report", known.rows("report"), page),
        "officer": material.quote(next(iter(known.rows("report")), None), "officer"),
        "status": term("draft", language),
        **_time(period, language),
        "figures": Figures(page),
        "objectives": logframe,
        "columns": {aspect: Term(SAMPLE_MARK if aspect in wholly else "") for aspect in (*ASPECTS, "women")},
        "off_target": list(off_target(rows)),
        "narrative": narrative(material),
        "participants": participants(material),
        "results": enterprise_results(material),
        "result_charts": result_charts(material),
        "result_legend": legend(("before", "after"), language),
        "partners": partners(material),
        "contributions": contributions(material),
        "stories": stories(material),
        "upcoming": upcoming(material),
        "returns": returns(page.figures.values(), material),
        "restatements": [_restated(when, one, page) for when, one in restated],
        "nothing": term("none", language),
        "definitions": definitions(material),
        "sample_mark": Term(SAMPLE_MARK),
    }


def _restated(when: str, one: Restatement, page: Page) -> dict[str, object]:
    """Return what an earlier report said of a figure, what it is today, and why: `title period old new why`."""
    code = one.figure.split("/")[0].split(".")[0]
    indicator = page.library.indicators.get(code)
    semicolon = say("semicolon", page.language)
    name = f"{one.figure}@{when}"
    return {
        "title": Term(indicator.title[page.language] if indicator else code),
        "period": Term(when),
        "old": Shown(name, one.old),
        "new": Shown(name, one.new),
        "why": Term(semicolon.join(cause[page.language] for cause in one.causes)),
    }


def _time(period: Period, language: str) -> dict[str, Term]:
    """Return the quarter in three ways: 2014-Q4, Q4, October–December 2014."""
    months = [_month(period.year, month) for month in (period.quarter * 3 - 2, period.quarter * 3)]
    return {
        "period": Term(str(period)),
        "quarter": Term(f"Q{period.quarter}"),
        "months": Term(values.show_range(months[0], months[1], language)),
    }


def _month(year: int, month: int) -> Span:
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month", "")
