"""Nothing -> templates/donor-report.docx: the log-frame in one table, styles and no beauty yet.

python -m templates.making.donor_report
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from docx.table import Table

from pipeline.files import stable_zip

MADE = datetime(2015, 1, 1, tzinfo=UTC)  # a template has no date of its own
COLUMNS = (  # header, what stands in a row, width in mm
    ("Indicator", "{{ row.title }}", 88),
    ("Unit", "{{ row.unit }}", 26),
    ("Baseline", "{{ row.baseline }}", 26),
    ("Target", "{{ row.target }}", 30),
    ("This quarter", "{{ row.value }}", 36),
    ("Cumulative", "{{ row.cumulative }}", 36),
    ("% of target", "{{ row.reached_pct }}", 25),
)


def make() -> bytes:
    """Return the template; the same bytes each time."""
    word = Document()
    _page(word)
    word.add_heading("{{ report.title_en }}", 0)
    word.add_paragraph("{{ report.donor_en }} · {{ period }} · {{ report.dated }}")
    word.add_heading("Log-frame", 1)
    _logframe(word.add_table(rows=1, cols=len(COLUMNS), style="Table Grid"))
    word.add_paragraph("{{ sample_mark }} rests on an estimate or on a sample value for demonstration.")
    out = io.BytesIO()
    word.save(out)
    return stable_zip(out.getvalue())


def _page(word: Word) -> None:
    section = word.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    word.core_properties.author = "SCORE"
    word.core_properties.comments = ""
    word.core_properties.created = word.core_properties.modified = MADE


def _logframe(table: Table) -> None:
    for cell, (header, _, width) in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text, cell.width = header, Mm(width)
    _row(table, "{%tr for objective in objectives %}")
    _row(table, "Objective {{ objective.number }}")
    _row(table, "{%tr for row in objective.rows %}")
    _row(table, *(text for _, text, _ in COLUMNS))
    _row(table, "{%tr if row.reason %}")
    _row(table, "{{ row.reason }}")
    _row(table, "{%tr endif %}")
    _row(table, "{%tr endfor %}")
    _row(table, "{%tr endfor %}")


def _row(table: Table, *texts: str) -> None:
    cells = table.add_row().cells
    if len(texts) == 1:
        cells[0].merge(cells[-1])
    for cell, text in zip(cells, texts, strict=False):
        cell.text = text


if __name__ == "__main__":
    Path("templates/donor-report.docx").write_bytes(make())
