"""Typed results of enterprises -> a table by enterprise, and charts of what was measured before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from pipeline import values
from pipeline.model import Bound, Record, Value
from pipeline.report.charts import Bars, Series, draw_bars
from pipeline.report.material import Material
from pipeline.report.page import NO_FIGURE
from pipeline.report.printable import Charted, Quoted, Term
from pipeline.report.words import say, term

HUNDRED = Decimal(100)
BETTER = ("lower", "higher")
WIDTH_MM, PAIR_MM, FRAME_MM = 84, 16, 4
LABELS = 0.42  # of the width of a chart, for "On-time delivery, Yucheng Futong Electric"


def enterprise_results(material: Material) -> list[dict[str, object]]:
    """Return each enterprise that reported something, with `name` and `rows`.

    A row has `measure before after change`; what an enterprise does anew stands beside
    what it measured.  Empty cells are a dash: nobody gave a value.
    """
    found = [*material.rows("results"), *material.rows("practices")]
    by_code: dict[str, list[Record]] = {}
    for record in found:
        by_code.setdefault(str(record["enterprise_code"].plain), []).append(record)
    return [
        {"name": material.enterprise(code), "rows": [_row(one, material) for one in records if _is_told(one)]}
        for code, records in by_code.items()
    ]


def _is_told(record: Record) -> bool:
    return record.table == "results" or record["now"].plain is True


def _row(record: Record, material: Material) -> dict[str, object]:
    return _result(record, material) if record.table == "results" else _practice(record, material)


def _result(record: Record, material: Material) -> dict[str, object]:
    nothing = Term(NO_FIGURE)
    return {
        "measure": _measure(record, material),
        "before": material.quote(record, "before") or nothing,
        "after": material.quote(record, "after") or material.quote(record, "tendency") or nothing,
        "change": _change(record, material) or (_unmeasured(record, material) or Term("")),
        "note": material.quote_in(record, "note"),
    }


def _practice(record: Record, material: Material) -> dict[str, object]:
    how = material.quote(record, "rhythm") or material.quote(record, "now")
    return {
        "measure": material.quote(record, "practice") or Term(NO_FIGURE),
        "before": material.quote(record, "before") or Term(NO_FIGURE),
        "after": term("in_place", material.language) if how and how.field == "now" else how,
        "change": Term(""),
        "note": material.quote_in(record, "note"),
    }


def _measure(record: Record, material: Material) -> Quoted | Term:
    """Return what was measured, and over which time: Employee suggestions, a month."""
    name = material.quote_in(material.register("measures", str(record["measure"].plain)), "name")
    per = material.quote(record, "per")
    if name is None:
        return Term(str(record["measure"].plain))
    if per is None or record["per"].plain == "total":
        return name
    text = name.text + say("comma", material.language) + (per.text[:1].lower() + per.text[1:])
    return Quoted(text, name.record, name.field)


def _unmeasured(record: Record, material: Material) -> Term | None:
    """Return that nobody recorded it, where only the tendency is known."""
    return term("not_recorded", material.language) if record["tendency"].given and not record["after"].given else None


def _change(record: Record, material: Material) -> Quoted | None:
    """Return the change as typed, or as it follows from the two cells of its row.

    Points for shares, per cent for all other measures; none where one of the two is only a limit.
    """
    if record["change"].given:
        return material.quote(record, "change")
    old, new = (_exact(record[name]) for name in ("before", "after"))
    if old is None or new is None:
        return None
    if record["after"].unit == "share":
        return _signed(record, (new - old) * HUNDRED, "points", material)
    return _signed(record, (new - old) * HUNDRED / old, "%", material) if old else None


def _exact(value: Value) -> Decimal | None:
    return Decimal(str(value.plain)) if value.given and value.bound is Bound.EXACT else None


def _decimals(value: Value) -> int:
    """Return the decimals of a value as the page shows it, two at the most."""
    plain = Decimal(str(value.plain)) * (HUNDRED if value.unit == "share" else 1)
    return min(2, max(0, -int(plain.normalize().as_tuple().exponent)))


def _signed(record: Record, change: Decimal, unit: str, material: Material) -> Quoted:
    decimals = max(_decimals(record[name]) for name in ("before", "after"))
    text = values.show_number(
        change, unit=unit, decimals=decimals, bound=Bound.EXACT, language=material.language, signed=True
    )
    return Quoted(text, record.ref, "after")


# ---- charts --------------------------------------------------------------------------------------------


def result_charts(material: Material) -> list[dict[str, object]]:
    """Return a chart for measures where more is better, and one where less is: `better` and `chart`."""
    pairs = sorted(_pairs(material), key=lambda pair: pair[0] != "lower")
    return [
        {
            "better": term(f"{better}_better", material.language),
            "chart": _chart([record for _, record in group], material),
        }
        for better, group in ((key, list(found)) for key, found in groupby(pairs, key=lambda pair: pair[0]))
    ]


def _pairs(material: Material) -> Iterator[tuple[str, Record]]:
    """Give (better, result) of each share that was measured before and after."""
    for record in material.rows("results"):
        both = [_exact(record[name]) for name in ("before", "after")]
        measure = material.register("measures", str(record["measure"].plain))
        if (
            measure
            and measure["better"].plain in BETTER
            and all(one is not None for one in both)
            and record["after"].unit == "share"
        ):
            yield str(measure["better"].plain), record


def _chart(records: Sequence[Record], material: Material) -> Charted:
    comma = say("comma", material.language)
    names = [
        f"{_measure(one, material).text}{comma}{material.enterprise(str(one['enterprise_code'].plain)).text}"
        for one in records
    ]
    series = tuple(
        Series(say(field, material.language), tuple(_percent(one[field]) for one in records), field)
        for field in ("before", "after")
    )
    xml, workbook = draw_bars(Bars(tuple(names), series, stacked=False, number_format="0.0#", labels_share=LABELS))
    told = [
        f"{name}{say('colon', material.language)}{_text(one, 'before', material)} → {_text(one, 'after', material)}"
        for name, one in zip(names, records, strict=True)
    ]
    alt = say("chart_of_results", material.language, say("semicolon", material.language).join(told))
    return Charted(xml, workbook, WIDTH_MM, FRAME_MM + PAIR_MM * len(records), alt)


def _percent(value: Value) -> Decimal:
    return (Decimal(str(value.plain)) * HUNDRED).normalize()


def _text(record: Record, field: str, material: Material) -> str:
    quoted = material.quote(record, field)
    return quoted.text if quoted else NO_FIGURE
