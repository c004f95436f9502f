"""A return and what was found in it -> the answer that goes back to the office, in her own workbook.  Pure.

    letter    what is told, in the office's language: verdict, findings, receipt
    words     the sentences that are no finding's
    first     the letter as rows of a first sheet; looks how they look
    package   a workbook's parts: what is not touched stays as it came, byte for byte
    book      its list of sheets; styles, cells, notes: what is put into them, and taken off again
    sheet     the first sheet's XML; in it, hidden, the styles that marked cells had
    marks     the whole operation, and its reverse when the workbook comes back
    fresh     the same rows as a workbook of their own, where the return cannot be touched
    page      one page for a file that could not be opened

The workbook is never loaded and saved: pictures in cells, drop-downs of other sheets and what
WPS keeps for itself would be lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.feedback.first import lines_of
from pipeline.feedback.fresh import fresh_workbook
from pipeline.feedback.letter import Item, Letter, Receipt, Taken, items_of
from pipeline.feedback.marks import mark
from pipeline.feedback.package import STRANGE, NotMarked
from pipeline.feedback.page import Refused, refusal_page

__all__ = [
    "EDITION",
    "Item",
    "Letter",
    "Made",
    "NotMarked",
    "Receipt",
    "Refused",
    "Taken",
    "answer_workbook",
    "findings_workbook",
    "items_of",
    "refusal_page",
]

EDITION = 3  # raised by hand when answers look otherwise, so that they are written anew


@dataclass(frozen=True, slots=True)
class Made:
    """An answer: its bytes, the ending of its name, and why the return itself was not marked (else "")."""

    data: bytes
    ending: str
    refused: str = ""


def answer_workbook(data: bytes, letter: Letter, source: str) -> Made:
    """Return the workbook of an office with its answer in it; where it cannot be touched, a fresh one.

    Args:
        data: the workbook as it came; marks of an earlier answer in it are taken off first.
        letter: what is to be told.
        source: where the workbook lies, seen from the answer; links of a fresh one lead there.
    """
    try:
        marked, has_macros = mark(data, letter, lines_of(letter))
    except (NotMarked, *STRANGE) as error:
        return findings_workbook(letter, source, str(error) or type(error).__name__)
    return Made(marked, ".xlsm" if has_macros else ".xlsx")


def findings_workbook(letter: Letter, source: str, why: str) -> Made:
    """Return what is told as a workbook of its own, and why it is one."""
    return Made(fresh_workbook(letter, lines_of(letter, marked=False), source), ".xlsx", why)
