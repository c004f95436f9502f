"""Figures and what people wrote -> Word documents.

    fill    a template and what it may use -> the document
    page    figures and quotes in the page's language
    donor   what the donor report may use

Only three things can be printed: a figure (`Shown`), a text that an office typed
(`Quoted`) and a word of our own lists and definitions (`Term`).  A bare number has no
evidence, and a template that asks for one is refused.
"""

from pipeline.report.donor import donor_report
from pipeline.report.fill import Document, fill_document
from pipeline.report.printable import Charted, Pictured, Quoted, Shown, Term

__all__ = ["Charted", "Document", "Pictured", "Quoted", "Shown", "Term", "donor_report", "fill_document"]
