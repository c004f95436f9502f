"""Figures -> the log-frame: rows by objective, with the reason where a target that is due is missed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from pipeline import values
from pipeline.model import Bound, Figure, Indicator, Period, Record, Span
from pipeline.report.marks import HEIGHT_MM, WIDTH_MM, target_bar
from pipeline.report.page import NO_FIGURE, SAMPLE_MARK, STATES, show_figure
from pipeline.report.printable import Pictured, Quoted, Shown, Term
from pipeline.report.words import say, term
from pipeline.report.writer import Writer

ASPECTS = ("baseline", "target", "value", "cumulative", "reached_pct")
SIGNS = {  # bounds where a column has no room for words
    Bound.EXACT: "",
    Bound.MORE_THAN: ">\u00a0",
    Bound.AT_LEAST: "≥\u00a0",
    Bound.AT_MOST: "≤\u00a0",
    Bound.LESS_THAN: "<\u00a0",
}
BARE = ("RMB", "points")  # units that stand with the title, once, and not in the cells


def objectives(period: Period, writer: Writer) -> list[dict[str, object]]:
    """Return each objective with `number`, `title` and its `rows`.

    A row has `number title baseline target value cumulative reached_pct bar women reason off`;
    `reason` is what the project office wrote, a gap to fill where a reason is due, or None.
    """
    indicators = list(writer.material.library.indicators.values())
    numbers = sorted({indicator.objective for indicator in indicators})
    found = [_objective(number, period, writer) for number in numbers]
    return _without_marks([one for one in found if one["rows"]])


def _objective(number: int, period: Period, writer: Writer) -> dict[str, object]:
    library, language = writer.material.library, writer.language
    own = [one for one in library.indicators.values() if one.objective == number]
    entry = library.lists.get("objective", {}).get(str(number))
    return {
        "number": Term(str(number)),
        "title": Term(entry.words[language] if entry else ""),
        "rows": [_row(f"{number}.{at}", one, period, writer) for at, one in enumerate(own, 1)],
    }


def _row(number: str, indicator: Indicator, period: Period, writer: Writer) -> dict[str, object]:
    language = writer.language
    row: dict[str, object] = {aspect: _cell(indicator, aspect, writer) for aspect in ASPECTS}
    unit = f", {indicator.unit}" if indicator.unit in BARE else ""
    return {
        **row,
        "number": Term(number),
        "title": Term(indicator.title[language] + unit),
        "unit": Term(indicator.unit),
        "women": _women(indicator, writer),
        "bar": _bar(writer.figures.get(f"{indicator.code}.reached_pct"), language),
        "reason": _reason(indicator, period, writer),
        "off": is_off(indicator, period, writer),
    }


def _cell(indicator: Indicator, aspect: str, writer: Writer) -> Shown | Term:
    name = indicator.code if aspect == "value" else f"{indicator.code}.{aspect}"
    figure = writer.figures.get(name)
    if figure is None and aspect == "reached_pct":
        return Term("")  # shares and medians have none
    if figure is None or figure.value is None:
        lacks = figure and figure.state in STATES and aspect != "reached_pct"
        return show_figure(figure, name, writer.language) if lacks else Shown(name, NO_FIGURE)
    return _short(figure, writer.language, signed=indicator.number == "median")


def _short(figure: Figure, language: str, *, signed: bool = False) -> Shown:
    """Return a figure as a narrow column shows it: bounds of a share as signs, units of the title left out."""
    assert figure.value is not None
    unit = "" if figure.unit in BARE else figure.unit
    bound = Bound.EXACT if figure.unit == "%" else figure.bound
    text = values.show_number(
        figure.value, unit=unit, decimals=figure.decimals, bound=bound, language=language, signed=signed
    )
    sign = SIGNS[figure.bound] if bound is not figure.bound else ""
    return Shown(figure.id, sign + text + (SAMPLE_MARK if figure.sample else ""), figure.sample)


def _women(indicator: Indicator, writer: Writer) -> Shown | Term:
    """Return the women among the quarter's value; empty where the indicator has none."""
    if ("sex",) not in indicator.splits:
        return Term("")
    name = f"{indicator.code}/sex=women"
    figure = writer.figures.get(name)
    return _short(figure, writer.language) if figure and figure.value is not None else Shown(name, NO_FIGURE)


def _bar(figure: Figure | None, language: str) -> Pictured | None:
    """Return the bar of a row: how much of the target is reached, and whether that is only a lower bound."""
    if figure is None or figure.value is None:
        return None
    drawn = target_bar(figure.value, lower_bound=figure.bound in (Bound.MORE_THAN, Bound.AT_LEAST))
    alt = say("target_bar", language, show_figure(figure, figure.id, language).text.removesuffix(SAMPLE_MARK))
    return Pictured(drawn, WIDTH_MM, HEIGHT_MM, alt, drawn=True)


# ---- off target, and why -------------------------------------------------------------------------------


def is_off(indicator: Indicator, period: Period, writer: Writer) -> bool:
    """Whether a target that is due is missed, or passed, by more than the project office tolerates."""
    reached = writer.figures.get(f"{indicator.code}.reached_pct")
    allowed = _allowed(writer)
    if reached is None or reached.value is None or allowed is None or not _is_due(indicator, period, writer):
        return False
    return abs(reached.value - 100) > allowed


def _allowed(writer: Writer) -> Decimal | None:
    report = next(iter(writer.known.rows("report")), None)
    plain = report["off_target_pct"].plain if report else None
    return Decimal(str(plain)) * 100 if plain is not None else None


def _is_due(indicator: Indicator, period: Period, writer: Writer) -> bool:
    """Whether the target is to be reached by the end of the period; one without a date is not due."""
    row = next((one for one in writer.known.rows("logframe") if one.key == indicator.code), None)
    due = row["target_on"].plain if row else None
    return isinstance(due, Span) and due.end <= _last_day(period)


def _last_day(period: Period) -> date:
    month = period.quarter * 3
    return date(period.year, month, 31 if month in (3, 12) else 30)


def _reason(indicator: Indicator, period: Period, writer: Writer) -> Quoted | Term | None:
    """Return the reason that the project office wrote; a visible gap where one is due and lacks."""
    row = next((one for one in _reasons(writer) if one.key == indicator.code), None)
    quoted = writer.quote_in(row, "reason")
    if quoted or not is_off(indicator, period, writer):
        return quoted
    return term("no_reason", writer.language)


def _reasons(writer: Writer) -> Sequence[Record]:
    return writer.known.rows("reasons")


def off_target(rows: Sequence[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """Give the rows that are off a target that is due; `reached` is marked also where its column is."""
    yield from ({**row, "reached": _marked(row["reached_pct"])} for row in rows if row["off"])


# ---- marks of samples ----------------------------------------------------------------------------------


def _without_marks(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the objectives with the mark of a sample at the head of a column that is all samples, not in its cells."""
    wholly = all_sample(found)
    for objective in found:
        rows = objective["rows"]
        assert isinstance(rows, list)
        for row in rows:
            row.update({aspect: _unmarked(row[aspect]) for aspect in wholly})
    return found


def all_sample(found: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the columns in which every number rests on a sample or an estimate."""
    rows = [row for objective in found for row in objective["rows"]]  # type: ignore[attr-defined]
    return [
        aspect
        for aspect in (*ASPECTS, "women")
        if (
            cells := [
                cell for row in rows if isinstance(cell := row[aspect], Shown) and any(map(str.isdigit, cell.text))
            ]
        )
        and all(cell.sample for cell in cells)
    ]


def _marked(cell: object) -> object:
    if not isinstance(cell, Shown) or not cell.sample or cell.text.endswith(SAMPLE_MARK):
        return cell
    return dataclasses.replace(cell, text=cell.text + SAMPLE_MARK)


def _unmarked(cell: object) -> object:
    if not isinstance(cell, Shown):
        return cell
    return dataclasses.replace(cell, text=cell.text.removesuffix(SAMPLE_MARK))
