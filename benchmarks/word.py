"""Our engine beside docxtpl and python-docx, in one run: tables of 100, 1,000 and 10,000 rows, and a whole report.

python -m benchmarks.word [--large]

Each way fills the same template with the same values and must come out with the same text.
Times are medians in milliseconds; the whole report has 3 charts, 6 pictures and 300 rows.
Ours draws its charts anew each time; docxtpl and python-docx cannot, and do the report without.
"""

from __future__ import annotations

import gc
import io
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from docx import Document as Word
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from PIL import Image

from pipeline.report import Charted, Pictured, Shown, Term, fill_document
from pipeline.report.charts import Bars, Series, draw_bars
from pipeline.report.compiled import compile_template
from pipeline.report.fill import texts_of
from templates.making.house import Sheet, cell, control, control_row, document, paragraph, row, styles, table

COLUMNS = ("number", "place", "title", "women", "men", "total")


def rows_of(count: int) -> list[dict[str, str]]:
    """Return rows of six columns."""
    return [
        {
            "number": str(n),
            "place": f"Place {n}",
            "title": f"Training & visit {n}",
            "women": "3",
            "men": "4",
            "total": "7",
        }
        for n in range(count)
    ]


def printable(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return the rows as our engine prints them: numbers as figures."""
    return [
        {name: Shown(f"{name}/{row['number']}", text) if text.isdigit() else Term(text) for name, text in row.items()}
        for row in rows
    ]


def template(*before: str) -> bytes:
    """Return a template with one table of six columns."""
    cells = [cell(paragraph("Table text", f"{{{{ row.{name} }}}}")) for name in COLUMNS]
    rows = table("Rows", [29] * 6, control_row("for row in rows", 6), row(*cells), control_row("endfor", 6))
    return document([*before, rows, paragraph("End")], styles("en"), sheet=Sheet(), properties={"title": "Benchmark"})


def ours(data: bytes, context: dict[str, object]) -> bytes:
    """Fill with our engine."""
    return fill_document(data, context, "benchmark").data


def docxtpls(data: bytes, context: dict[str, Any], picture: bytes | None = None) -> bytes:
    """Fill with docxtpl."""
    word, out = DocxTemplate(io.BytesIO(data)), io.BytesIO()
    if picture:
        context = {**context, "pictures": [InlineImage(word, io.BytesIO(picture), Mm(84)) for _ in range(6)]}
    word.render(context, autoescape=True)
    word.save(out)
    return out.getvalue()


def charts() -> list[Charted]:
    """Draw three charts of ten provinces, each with the workbook behind it."""
    places = tuple(f"Province {n}" for n in range(10))
    series = tuple(Series(ink, tuple(Decimal(n + 1) for n in range(10)), ink) for ink in ("women", "men"))
    return [Charted(*draw_bars(Bars(places, series, stacked=True)), 84, 40, f"Chart {n}") for n in range(3)]


def by_hand(rows: list[dict[str, str]], picture: bytes | None = None) -> bytes:
    """Build the table, and six pictures before it, with python-docx, its quickest way."""
    word, out = Word(), io.BytesIO()
    for _ in range(6 if picture else 0):
        word.add_picture(io.BytesIO(picture or b""), Mm(84))
    made = word.add_table(rows=len(rows), cols=len(COLUMNS))
    cells = iter(made._cells)
    for one in rows:
        for name in COLUMNS:
            next(cells).text = one[name]
    word.save(out)
    return out.getvalue()


def median(what: Callable[[], bytes], times: int) -> float:
    """Return the median time of some calls, in milliseconds."""
    taken = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        what()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def tables(counts: tuple[int, ...]) -> None:
    """Print a line a size: ours, docxtpl, python-docx."""
    print(f"{'rows':>8} {'ours':>9} {'docxtpl':>9} {'by hand':>9} {'times':>6}")
    data = template()
    for count in counts:
        plain = rows_of(count)
        context: dict[str, object] = {"rows": printable(plain)}
        assert texts_of(ours(data, context)) == texts_of(docxtpls(data, {"rows": plain})), "the texts differ"
        repeat = 7 if count <= 1000 else 1
        mine = median(lambda context=context: ours(data, context), repeat)  # type: ignore[misc]
        theirs = median(lambda plain=plain: docxtpls(data, {"rows": plain}), repeat)  # type: ignore[misc]
        hand = median(lambda plain=plain: by_hand(plain), repeat)  # type: ignore[misc]
        print(f"{count:>8} {mine:>9.1f} {theirs:>9.1f} {hand:>9.1f} {theirs / mine:>6.1f}")


def report() -> None:
    """Print the times of a whole report: first fill, later fills, with comments, docxtpl."""
    shots = [control("for one in pictures"), paragraph("Picture", "{{ one }}"), control("endfor")]
    data = template(*shots)
    out = io.BytesIO()
    Image.effect_noise((1600, 900), 40).convert("RGB").save(out, "JPEG")
    rows = rows_of(300)
    pictures = [Pictured(out.getvalue(), 84, 42, f"Picture {n}") for n in range(6)]

    def context() -> dict[str, object]:
        return {"rows": printable(rows), "pictures": [*pictures, *charts()]}

    remarks = {f"total/{n}": ("Total", "from three cells") for n in range(32)}
    compile_template.cache_clear()
    first = median(lambda: ours(data, context()), 1)
    later = median(lambda: ours(data, context()), 7)
    review = median(lambda: fill_document(data, context(), "benchmark", remarks).data, 7)
    theirs = median(lambda: docxtpls(data, {"rows": rows}, out.getvalue()), 7)
    hand = median(lambda: by_hand(rows, out.getvalue()), 7)
    print(f"report, first time {first:.1f} ms, again {later:.1f}, with 32 comments {review:.1f};")
    print(f"without the charts: docxtpl {theirs:.1f}, python-docx {hand:.1f}")


if __name__ == "__main__":
    tables((100, 1_000, 10_000) if "--large" in sys.argv else (100, 1_000))
    report()
