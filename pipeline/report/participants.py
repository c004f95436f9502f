"""Figures -> who took part, by office and sex: a native chart, and the offices whose numbers lack."""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import Figure
from pipeline.report.charts import Bars, Series, draw_bars, legend
from pipeline.report.material import Material
from pipeline.report.page import show_figure
from pipeline.report.printable import Charted, Shown, Term
from pipeline.report.words import listed, say

CODE = "trained_participants"
WIDTH_MM, BAR_MM, FRAME_MM = 84, 14, 4
SEXES = ("women", "men")


def participants(material: Material) -> dict[str, object]:
    """Return `chart` (None where nobody gave a number), its `rows`, and `lacking`: who gave none.

    A row has `office women men total`.  An office whose total is known and its women are
    not has one dashed bar.
    """
    offices = [row.key for row in material.offices()]
    known = [office for office in offices if _value(material, office) is not None]
    lacking = [office for office in offices if office not in known and _figure(material, office) is not None]
    return {
        "chart": _chart(known, material) if known else None,
        "rows": [_row(office, material) for office in known],
        "lacking": Term(listed([material.office_name(office) for office in lacking], material.language)),
        "legend": legend(_inks(known, material), material.language),
    }


def _inks(offices: list[str], material: Material) -> list[str]:
    """Return the series that the chart has, in their order."""
    return [*SEXES, *(["unknown"] if any(_unknown(office, material) is not None for office in offices) else [])]


def _name(office: str, sex: str = "") -> str:
    return f"{CODE}/office={office}" + (f"/sex={sex}" if sex else "")


def _figure(material: Material, office: str, sex: str = "") -> Figure | None:
    return material.page.figures.get(_name(office, sex))


def _value(material: Material, office: str, sex: str = "") -> Decimal | None:
    figure = _figure(material, office, sex)
    return figure.value if figure else None


def _unknown(office: str, material: Material) -> Decimal | None:
    """Return an office's total where nothing is known of the sex of its people."""
    sexes = [_value(material, office, sex) for sex in SEXES]
    return _value(material, office) if sexes == [None, None] else None


def _row(office: str, material: Material) -> dict[str, object]:
    cells = {sex: _shown(office, sex, material) for sex in SEXES}
    return {"office": Term(material.office_name(office)), **cells, "total": _shown(office, "", material)}


def _shown(office: str, sex: str, material: Material) -> Shown:
    return show_figure(_figure(material, office, sex), _name(office, sex), material.language)


def _chart(offices: list[str], material: Material) -> Charted:
    language = material.language
    names = tuple(material.office_name(office) for office in offices)
    series = [Series(say(ink, language), _values(ink, offices, material), ink) for ink in _inks(offices, material)]
    xml, workbook = draw_bars(Bars(names, tuple(series), stacked=True))
    alt = say("chart_of_participants", language, _told(names, series, language))
    return Charted(xml, workbook, WIDTH_MM, FRAME_MM + BAR_MM * len(offices), alt)


def _values(ink: str, offices: list[str], material: Material) -> tuple[Decimal | None, ...]:
    if ink == "unknown":
        return tuple(_unknown(office, material) for office in offices)
    return tuple(_value(material, office, ink) for office in offices)


def _told(names: tuple[str, ...], series: list[Series], language: str) -> str:
    """Return every value in reading order, for a blind reader."""
    comma, colon, semicolon = (say(mark, language) for mark in ("comma", "colon", "semicolon"))
    lines = [
        name + colon + comma.join(f"{one.name} {one.values[at]}" for one in series if one.values[at] is not None)
        for at, name in enumerate(names)
    ]
    return semicolon.join(lines)
