"""What was reported and is different today -> the rows of a table: figure, reported, today, change, why and who."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pipeline import values
from pipeline.model import Bound, Figure, Restatement
from pipeline.report.page import NO_FIGURE, show_figure
from pipeline.report.printable import Shown, Term
from pipeline.report.titles import title_of
from pipeline.report.writer import Writer


def restatements(writer: Writer) -> list[dict[str, object]]:
    """Return each figure that comes out otherwise today: `title period old new change why`.

    `why` is a list of sentences; numbers are rounded as the pages show the figure.
    """
    return [_row(when, one, writer) for when, one in writer.material.restated]


def _row(when: str, one: Restatement, writer: Writer) -> dict[str, object]:
    name = f"{one.figure}@{when}"
    return {
        "title": Term(title_of(one.figure, writer)),
        "period": Term(when),
        "old": _shown(name, one.was, one.old, writer),
        "new": _shown(name, one.now, one.new, writer),
        "change": Shown(name, _change(one, writer)),
        "why": [Term(_sentence(cause[writer.language], writer.language)) for cause in one.causes],
    }


def _shown(name: str, figure: Figure | None, said: str, writer: Writer) -> Shown:
    """Return a figure as the pages show it; `said` where the figure itself is not at hand."""
    if figure is None:
        return Shown(name, said)
    shown = show_figure(figure, figure.id, writer.language, signed=_is_median(figure, writer))
    return Shown(name, shown.text, shown.sample)


def _is_median(figure: Figure, writer: Writer) -> bool:
    indicator = writer.material.library.indicators.get(figure.code)
    return indicator is not None and indicator.number == "median" and figure.aspect in ("value", "cumulative")


def _change(one: Restatement, writer: Writer) -> str:
    """Return the difference of the printed numbers; a dash where there is none or only a bound is known."""
    was, now = _exact(one.was), _exact(one.now)
    if one.was is None or was is None or now is None:
        return NO_FIGURE
    unit = "points" if one.was.unit == "%" else one.was.unit
    decimals, language = one.was.decimals, writer.language
    return values.show_number(
        now - was, unit=unit, decimals=decimals, bound=Bound.EXACT, language=language, signed=True
    )


def _exact(figure: Figure | None) -> Decimal | None:
    if figure is None or figure.value is None or figure.bound is not Bound.EXACT:
        return None
    return figure.value.quantize(Decimal(1).scaleb(-figure.decimals), ROUND_HALF_UP)


def _sentence(cause: str, language: str) -> str:
    return cause.rstrip(".。") + ("。" if language == "zh" else ".")
