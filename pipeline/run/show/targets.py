"""The figures of the quarter against their targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipeline.model import Bound, Figure, Indicator, Words
from pipeline.run.show.look import Look
from pipeline.values import show_number

BAR_END = Decimal(125)  # per cent at the right end of a bar; the mark at 100 stands at four fifths
SIGNS = {  # where there is no room for the words
    Bound.EXACT: "",
    Bound.MORE_THAN: "> ",
    Bound.AT_LEAST: "≥ ",
    Bound.AT_MOST: "≤ ",
    Bound.LESS_THAN: "< ",
}
NOTHING = Words("–", "–")


def figures_told(look: Look) -> list[dict[str, Any]]:
    """Return each indicator with what is reached of its target."""
    reckoning = look.night.store.reckonings().get(look.newest)
    figures = {figure.id: figure for figure in look.night.store.figures(reckoning)} if reckoning else {}
    counts: dict[int, int] = {}
    told = []
    for indicator in look.night.library.indicators.values():
        counts[indicator.objective] = counts.get(indicator.objective, 0) + 1
        number = f"{indicator.objective}.{counts[indicator.objective]}"
        told.append({"number": number, "title": indicator.title, **_against_target(indicator, figures)})
    return told


def _against_target(indicator: Indicator, figures: dict[str, Figure]) -> dict[str, Any]:
    so_far, target, reached = (
        figures.get(f"{indicator.code}.{aspect}") for aspect in ("cumulative", "target", "reached_pct")
    )
    share = reached.value if reached else None
    return {
        "value": _shown(so_far) or NOTHING,
        "target": _shown(target),
        "reached": _short(reached) if reached else "",
        "width": f"{min(max(share, Decimal(0)), BAR_END) * 100 / BAR_END:.1f}" if share is not None else None,
        "open": bool(reached and reached.bound != Bound.EXACT),
    }


def _shown(figure: Figure | None) -> Words | None:
    """Return a figure as the page shows it; None if there is none."""
    if figure is None or figure.value is None:
        return None
    texts = [
        show_number(figure.value, unit=figure.unit, decimals=figure.decimals, bound=figure.bound, language=language)
        for language in ("en", "zh")
    ]
    mark = "*" if figure.sample else ""
    return Words(texts[0] + mark, texts[1] + mark)


def _short(figure: Figure) -> str:
    """Return a share in both languages at once, its bound as a sign."""
    if figure.value is None:
        return ""
    number = show_number(figure.value, unit=figure.unit, decimals=figure.decimals, bound=Bound.EXACT, language="en")
    return SIGNS[figure.bound] + number
