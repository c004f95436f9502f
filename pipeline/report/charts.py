"""Figures and typed values -> native Word charts with their data inside; the same bytes each time.

python-pptx writes the chart's XML; the look of the house and the workbook behind "Edit
data" are ours, since its own workbook carries the time of its making.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from lxml import etree
from lxml.etree import _Element as Element
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE

from pipeline import files
from pipeline.report.marks import SWATCH_MM, swatch
from pipeline.report.printable import Pictured, Term
from pipeline.report.words import say, term

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  the workbook has no date of its own; XlsxWriter wants it naive
SPACES = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
PALETTE = {
    "ink": "1C2B33",
    "petrol": "0E4F5C",
    "sienna": "A8481F",
    "pale": "C3CFD3",
    "edge": "5F737D",
    "white": "FFFFFF",
}
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
SIZE = 900  # of all text, in hundredths of a point


@dataclass(frozen=True, slots=True)
class Ink:
    """How a series looks: solid is what we look at, pale with an edge what we compare with, dashed what is not known."""

    fill: str
    edge: bool
    label: str  # colour of its labels
    dashed: bool = False


INKS: Mapping[str, Ink] = {
    "women": Ink("sienna", False, "white"),
    "men": Ink("pale", True, "ink"),
    "unknown": Ink("white", True, "ink", dashed=True),
    "before": Ink("pale", True, "ink"),
    "after": Ink("petrol", False, "petrol"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, its values by category (None where there is none), and its look by name of `INKS`."""

    name: str
    values: tuple[Decimal | None, ...]
    ink: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of horizontal bars: stacked in one line, or side by side."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool
    number_format: str = "0"
    labels_share: float = 0.22  # of the width, for the names of the categories


def legend(names: Sequence[str], language: str) -> list[dict[str, Pictured | Term]]:
    """Return the key to the series of a chart: `swatch` and `name` of each, by name of `INKS`.

    It stands above the chart as text, since programs turn the order of a chart's own legend round.
    """
    return [
        {
            "swatch": Pictured(
                swatch(INKS[name].fill, edge=INKS[name].edge, dashed=INKS[name].dashed),
                *SWATCH_MM,
                say("colour_key", language, say(name, language)),
                drawn=True,
            ),
            "name": term(name, language),
        }
        for name in names
    ]


def draw_bars(bars: Bars) -> tuple[bytes, bytes]:
    """Return the chart's XML and the workbook with its data."""
    data = CategoryChartData(number_format=bars.number_format)
    data.categories = bars.categories
    for series in bars.series:
        data.add_series(series.name, [_plain(value) for value in series.values])
    kind = XL_CHART_TYPE.BAR_STACKED if bars.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    root = etree.fromstring(ChartXmlWriter(kind, data).xml.encode(), etree.XMLParser(remove_blank_text=True))
    _frame(root)
    _plot(root, bars)
    _axes(root, bars)
    root.append(_made(DATA))
    for at, series in enumerate(bars.series):
        _series(root.findall(".//c:ser", SPACES)[at], INKS[series.ink], bars)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), _workbook(bars)


def _plain(value: Decimal | None) -> int | float | None:
    """Return a value as a workbook keeps it: 8, not 8.0."""
    return None if value is None else int(value) if value == value.to_integral_value() else float(value)


def _workbook(bars: Bars) -> bytes:
    """Return the data as Word's "Edit data" opens it: names down, series across, from A1 of Sheet1."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": CREATED})
    sheet, look = book.add_worksheet("Sheet1"), book.add_format({"num_format": bars.number_format})
    for row, name in enumerate(bars.categories, 1):
        sheet.write_string(row, 0, name)
    for column, series in enumerate(bars.series, 1):
        sheet.write_string(0, column, series.name)
        for row, value in enumerate(series.values, 1):
            if value is not None:
                sheet.write_number(row, column, float(value), look)
    book.close()
    return files.stable_zip(out.getvalue())


# ---- the look of the house ---------------------------------------------------------------------------

DATA = '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'  # the workbook, for "Edit data"
NO_FILL = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


def _made(xml: str) -> Element:
    """Return an element written with the prefixes c and a."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    return etree.fromstring(f"<root {spaces}>{xml}</root>")[0]


def _found(parent: Element, path: str) -> Element:
    """Return what must be there."""
    [found] = parent.findall(path, SPACES)[:1]
    return found


def _drop(parent: Element, *names: str) -> None:
    for name in names:
        for one in parent.findall(f"c:{name}", SPACES):
            parent.remove(one)


def _text(color: str, *, bold: bool = False) -> Element:
    return _made(
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{SIZE}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{PALETTE[color]}"/></a:solidFill>'
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{CHINESE}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )


def _frame(root: Element) -> None:
    """No title, frame, legend or round corners; text in the house's letters."""
    _drop(root, "roundedCorners", "txPr", "spPr")
    chart = _found(root, "c:chart")
    chart.addprevious(_made('<c:roundedCorners val="0"/>'))
    _drop(chart, "title", "autoTitleDeleted", "legend", "plotVisOnly", "dispBlanksAs")
    chart.insert(0, _made('<c:autoTitleDeleted val="1"/>'))
    for more in ('<c:plotVisOnly val="1"/>', '<c:dispBlanksAs val="gap"/>'):
        chart.append(_made(more))
    chart.addnext(_made(NO_FILL))
    _found(root, "c:spPr").addnext(_text("ink"))


def _plot(root: Element, bars: Bars) -> None:
    area, plot = _found(root, ".//c:plotArea"), _found(root, ".//c:barChart")
    _drop(area, "layout")
    left = bars.labels_share
    area.insert(
        0,
        _made(
            '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{left}"/><c:y val="0.01"/><c:w val="{0.98 - left:.2f}"/><c:h val="0.97"/></c:manualLayout></c:layout>'
        ),
    )
    _drop(plot, "gapWidth", "overlap", "varyColors")
    _found(plot, "c:grouping").addnext(_made('<c:varyColors val="0"/>'))
    first = _found(plot, "c:axId")
    first.addprevious(_made('<c:gapWidth val="48"/>'))
    first.addprevious(_made(f'<c:overlap val="{100 if bars.stacked else -8}"/>'))


def _axes(root: Element, bars: Bars) -> None:
    """The names on an axis line, first at the top; the values' axis from zero and not shown."""
    names, values = _found(root, ".//c:catAx"), _found(root, ".//c:valAx")
    for axis in (names, values):
        _drop(axis, "majorGridlines", "minorGridlines", "title", "txPr", "spPr", "majorTickMark", "minorTickMark")
        mark = _found(axis, "c:tickLblPos")
        mark.addprevious(_made('<c:majorTickMark val="none"/>'))
        mark.addprevious(_made('<c:minorTickMark val="none"/>'))
    _found(names, "c:tickLblPos").set("val", "low")
    _found(names, "c:crossAx").addprevious(
        _made(f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{PALETTE["edge"]}"/></a:solidFill></a:ln></c:spPr>')
    )
    _found(names, "c:crossAx").addprevious(_text("ink"))
    _scaling(names, '<c:orientation val="maxMin"/>')
    room = "" if bars.stacked else f'<c:max val="{_longest(bars) * Decimal("1.2"):f}"/>'
    _scaling(values, f'<c:orientation val="minMax"/>{room}<c:min val="0"/>')
    _found(values, "c:delete").set("val", "1")
    _found(values, "c:crosses").addnext(_made('<c:crossBetween val="between"/>'))
    for number, axis in enumerate((names, values), 111):
        _renumber(root, _found(axis, "c:axId").get("val", ""), str(number))


def _longest(bars: Bars) -> Decimal:
    return max((value for series in bars.series for value in series.values if value is not None), default=Decimal(1))


def _scaling(axis: Element, inside: str) -> None:
    old = _found(axis, "c:scaling")
    old.addprevious(_made(f"<c:scaling>{inside}</c:scaling>"))
    axis.remove(old)


def _renumber(root: Element, old: str, new: str) -> None:
    """python-pptx numbers axes below zero, which the standard does not allow."""
    for one in (*root.iter(f"{{{SPACES['c']}}}axId"), *root.iter(f"{{{SPACES['c']}}}crossAx")):
        if one.get("val") == old:
            one.set("val", new)


def _series(series: Element, ink: Ink, bars: Bars) -> None:
    """Fill, edge and the value on every bar."""
    _drop(series, "spPr", "dLbls")
    dash = '<a:prstDash val="sysDash"/>' if ink.dashed else ""
    edge = f'<a:solidFill><a:srgbClr val="{PALETTE["edge"]}"/></a:solidFill>{dash}' if ink.edge else "<a:noFill/>"
    look = f'<c:spPr><a:solidFill><a:srgbClr val="{PALETTE[ink.fill]}"/></a:solidFill><a:ln w="9525">{edge}</a:ln></c:spPr>'
    _drop(series, "invertIfNegative")
    _found(series, "c:tx").addnext(_made(look))
    _found(series, "c:spPr").addnext(_made('<c:invertIfNegative val="0"/>'))
    labels = _made(
        f'<c:dLbls><c:numFmt formatCode="{bars.number_format}" sourceLinked="0"/>{NO_FILL}'
        f'<c:dLblPos val="{"ctr" if bars.stacked else "outEnd"}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    labels.insert(2, _text(ink.label, bold=True))
    _found(series, "c:cat").addprevious(labels)
