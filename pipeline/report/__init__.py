"""Figures and what people wrote -> Word documents.

    material    what all pages are made from, and what may be printed of it
    newsletter  what the newsletter may use          results   its table; fit its columns
    donor       what the donor report may use: figures, logframe, participants, result_charts, sections, annex
    writer      its quotes and phrases               words     what our code prints, in both languages
    charts      native charts                        marks, bars   small bars beside numbers
    fill        a template and what it may use -> the document; page   figures in its language
    faults      all that is wrong with a template, and all that it may use

Only this can be printed: a figure (`Shown`), a text that an office typed (`Quoted`), a word
of our own lists and definitions (`Term`), a picture (`Pictured`), a chart (`Charted`).  A
bare number has no evidence, and a template that asks for one is refused.
"""

from pipeline.report.donor import donor_report, told_of
from pipeline.report.faults import Use, check_template, fields_of
from pipeline.report.fill import Document, fill_document
from pipeline.report.material import Made, Material
from pipeline.report.newsletter import newsletter
from pipeline.report.printable import Charted, Pictured, Quoted, Shown, Term

__all__ = [
    "Charted",
    "Document",
    "Made",
    "Material",
    "Pictured",
    "Quoted",
    "Shown",
    "Term",
    "Use",
    "check_template",
    "donor_report",
    "fields_of",
    "fill_document",
    "newsletter",
    "told_of",
]
