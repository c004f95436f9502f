"""Figures -> who took part, by office and sex: a native chart, and the offices whose numbers lack."""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import Figure
from pipeline.report.charts import Bars, Series, draw_bars, legend
from pipeline.report.page import show_figure
from pipeline.report.printable import Charted, Shown, Term
from pipeline.report.words import listed, say
from pipeline.report.writer import Writer

CODE = "trained_participants"
WIDTH_MM, BAR_MM, FRAME_MM = 84, 14, 4
SEXES = ("women", "men")


def participants(writer: Writer) -> dict[str, object]:
    """Return `chart` (None where nobody gave a number), its `rows`, and `lacking`: who gave none.

    A row has `office women men total`.  An office whose total is known and its women are
    not has one dashed bar.
    """
    offices = [row.key for row in writer.offices()]
    known = [office for office in offices if _value(writer, office) is not None]
    lacking = [office for office in offices if office not in known and _figure(writer, office) is not None]
    return {
        "chart": _chart(known, writer) if known else None,
        "rows": [_row(office, writer) for office in known],
        "lacking": Term(listed([writer.office_name(office) for office in lacking], writer.language)),
        "legend": legend(_inks(known, writer), writer.language),
    }


def _inks(offices: list[str], writer: Writer) -> list[str]:
    """Return the series that the chart has, in their order."""
    return [*SEXES, *(["unknown"] if any(_unknown(office, writer) is not None for office in offices) else [])]


def _name(office: str, sex: str = "") -> str:
    return f"{CODE}/office={office}" + (f"/sex={sex}" if sex else "")


def _figure(writer: Writer, office: str, sex: str = "") -> Figure | None:
    return writer.figures.get(_name(office, sex))


def _value(writer: Writer, office: str, sex: str = "") -> Decimal | None:
    figure = _figure(writer, office, sex)
    return figure.value if figure else None


def _unknown(office: str, writer: Writer) -> Decimal | None:
    """Return an office's total where nothing is known of the sex of its people."""
    sexes = [_value(writer, office, sex) for sex in SEXES]
    return _value(writer, office) if sexes == [None, None] else None


def _row(office: str, writer: Writer) -> dict[str, object]:
    cells = {sex: _shown(office, sex, writer) for sex in SEXES}
    return {"office": Term(writer.office_name(office)), **cells, "total": _shown(office, "", writer)}


def _shown(office: str, sex: str, writer: Writer) -> Shown:
    return show_figure(_figure(writer, office, sex), _name(office, sex), writer.language)


def _chart(offices: list[str], writer: Writer) -> Charted:
    language = writer.language
    names = tuple(writer.office_name(office) for office in offices)
    series = [Series(say(ink, language), _values(ink, offices, writer), ink) for ink in _inks(offices, writer)]
    xml, workbook = draw_bars(Bars(names, tuple(series), stacked=True))
    alt = say("chart_of_participants", language, _told(names, series, language))
    return Charted(xml, workbook, WIDTH_MM, FRAME_MM + BAR_MM * len(offices), alt)


def _values(ink: str, offices: list[str], writer: Writer) -> tuple[Decimal | None, ...]:
    if ink == "unknown":
        return tuple(_unknown(office, writer) for office in offices)
    return tuple(_value(writer, office, ink) for office in offices)


def _told(names: tuple[str, ...], series: list[Series], language: str) -> str:
    """Return every value in reading order, for a blind reader."""
    comma, colon, semicolon = (say(mark, language) for mark in ("comma", "colon", "semicolon"))
    lines = [
        name + colon + comma.join(f"{one.name} {one.values[at]}" for one in series if one.values[at] is not None)
        for at, name in enumerate(names)
    ]
    return semicolon.join(lines)
