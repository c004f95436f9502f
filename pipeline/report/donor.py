"""A reckoning and the returns it rests on -> what the template of the donor report may use."""

from __future__ import annotations

import calendar
from datetime import date

from pipeline import values
from pipeline.model import Period, Span
from pipeline.report.annex import definitions, described
from pipeline.report.charts import legend
from pipeline.report.figures import Figures
from pipeline.report.logframe import ASPECTS, all_sample, objectives, off_target
from pipeline.report.material import Made, Material
from pipeline.report.offers import DONOR, paths_of
from pipeline.report.page import SAMPLE_MARK, card
from pipeline.report.participants import participants
from pipeline.report.printable import Term
from pipeline.report.restatements import restatements
from pipeline.report.result_charts import enterprise_results, result_charts
from pipeline.report.sections import contributions, narrative, partners, returns, stories, upcoming
from pipeline.report.words import term
from pipeline.report.writer import Writer


def donor_report(material: Material, language: str = "en") -> Made:
    """Return what the template of the donor report may use.

    `report` the card of that name, officer, status · period quarter months · `figures` by
    id · `objectives` number, title, rows (see `logframe`), columns, off_target ·
    `narrative` sections with paragraphs or gap · `participants`, `results`,
    `result_charts` · partners, contributions · stories, upcoming · `returns` sentence,
    rows · restatements · definitions · sample_mark, nothing.
    """
    writer = Writer(material, language)
    logframe = objectives(material.period, writer)
    rows = [row for objective in logframe for row in objective["rows"]]  # type: ignore[attr-defined]
    wholly = all_sample(logframe)
    cards = material.known.rows("report")
    writer.tell_lacking("report", ("title_en", "donor_en", "dated"))
    context: dict[str, object] = {
        "report": card("report", cards, writer.page),
        "officer": writer.quote(cards[0], "officer") if cards else None,
        "status": term("draft", language),
        **_time(material.period, language),
        "figures": Figures(writer),
        "objectives": logframe,
        "columns": {aspect: Term(SAMPLE_MARK if aspect in wholly else "") for aspect in (*ASPECTS, "women")},
        "off_target": list(off_target(rows)),
        "narrative": narrative(writer),
        "participants": participants(writer),
        "results": enterprise_results(writer),
        "result_charts": result_charts(writer),
        "result_legend": legend(("before", "after"), language),
        "partners": partners(writer),
        "contributions": contributions(writer),
        "stories": stories(writer),
        "upcoming": upcoming(writer),
        "returns": returns(material.figures, writer),
        "restatements": restatements(writer),
        "nothing": term("none", language),
        "definitions": definitions(writer),
        "sample_mark": Term(SAMPLE_MARK),
    }
    own = (one for one in writer.findings if not one.code.startswith("newsletter"))
    return Made(context, tuple(own), paths_of(DONOR))


def told_of(material: Material, language: str = "en") -> dict[str, tuple[str, str, str]]:
    """Return of each figure, by its id, what it is called, what a page prints of it, and how it is made."""
    writer = Writer(material, language)
    shown = Figures(writer)
    return {name: (title, shown[name].text, made) for name, (title, made) in described(writer).items()}


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
