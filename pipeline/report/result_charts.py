"""What enterprises measured before and after -> native charts; all that they reported -> a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from pipeline.model import Bound, Record, Value
from pipeline.report.charts import Bars, Series, draw_bars
from pipeline.report.page import NO_FIGURE
from pipeline.report.printable import Charted
from pipeline.report.results import enterprises
from pipeline.report.words import say, term
from pipeline.report.writer import Writer

HUNDRED = Decimal(100)
BETTER = ("lower", "higher")
WIDTH_MM, PAIR_MM, FRAME_MM = 84, 16, 4
MOST = 34  # signs of a name beside a bar
LABELS = 0.42  # of the width of a chart, for "On-time delivery, Yucheng Futong Electric"


def enterprise_results(writer: Writer) -> list[dict[str, object]]:
    """Return each enterprise that reported something, with `name` and `rows`, as `results` makes them."""
    told = [*writer.rows("results"), *writer.rows("practices")]
    codes = dict.fromkeys(str(row["enterprise_code"].plain) for row in told)
    found = enterprises(writer, [code for code in codes if writer.register("enterprises", code)])
    return [{name: one[name] for name in ("name", "rows")} for one in found]


def result_charts(writer: Writer) -> list[dict[str, object]]:
    """Return a chart for measures where more is better, and one where less is: `better` and `chart`."""
    pairs = sorted(_pairs(writer), key=lambda pair: pair[0] != "lower")
    return [
        {
            "better": term(f"{better}_better", writer.language),
            "chart": _chart([record for _, record in group], writer),
        }
        for better, group in ((key, list(found)) for key, found in groupby(pairs, key=lambda pair: pair[0]))
    ]


def _pairs(writer: Writer) -> Iterator[tuple[str, Record]]:
    """Give (better, result) of each share that was measured before and after."""
    for record in writer.rows("results"):
        both = [_exact(record[name]) for name in ("before", "after")]
        measure = writer.register("measures", str(record["measure"].plain))
        drawn = record["after"].unit == "share" and all(one is not None and one >= 0 for one in both)
        if drawn and measure and measure["better"].plain in BETTER:
            yield str(measure["better"].plain), record


def _exact(value: Value) -> Decimal | None:
    return Decimal(str(value.plain)) if value.given and value.bound is Bound.EXACT else None


def _chart(records: Sequence[Record], writer: Writer) -> Charted:
    names = [_name(one, writer) for one in records]
    series = tuple(
        Series(say(field, writer.language), tuple(_percent(one[field]) for one in records), field)
        for field in ("before", "after")
    )
    xml, workbook = draw_bars(Bars(tuple(names), series, stacked=False, number_format="0.0#", labels_share=LABELS))
    told = [
        f"{name}{say('colon', writer.language)}{_text(one, 'before', writer)} → {_text(one, 'after', writer)}"
        for name, one in zip(names, records, strict=True)
    ]
    alt = say("chart_of_results", writer.language, say("semicolon", writer.language).join(told))
    return Charted(xml, workbook, WIDTH_MM, FRAME_MM + PAIR_MM * len(records), alt)


def _name(record: Record, writer: Writer) -> str:
    """Return what was measured, and where: On-time delivery, Yucheng Futong Electric."""
    code = str(record["measure"].plain)
    measure = writer.quote_in(writer.register("measures", code), "name")
    enterprise = writer.enterprise(str(record["enterprise_code"].plain))
    return f"{measure.text if measure else code}{say('comma', writer.language)}{_short(enterprise.text)}"


def _short(name: str) -> str:
    """Return a name as a label of a chart has room for it; the whole one stands in the table."""
    return name if len(name) <= MOST else name[: MOST - 1].rstrip() + "…"


def _percent(value: Value) -> Decimal:
    return (Decimal(str(value.plain)) * HUNDRED).normalize()


def _text(record: Record, field: str, writer: Writer) -> str:
    quoted = writer.quote(record, field)
    return quoted.text if quoted else NO_FIGURE
