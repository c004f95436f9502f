"""What an office is told of one return: the content of an answer, before it has a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.feedback.cells import place_of
from pipeline.messages import say, wanted
from pipeline.model import Finding, Severity

Names = Mapping[tuple[str, str], str]
Rows = Mapping[tuple[str, int], str]
MOST_RECORDS = 3  # that a line names
MOST_QUOTED = 200  # signs of what stands in a cell


@dataclass(frozen=True, slots=True)
class Item:
    """One finding in the office's language: which record, where, what stands there, what was expected, what to do."""

    severity: Severity
    text: str
    sheet: str = ""
    cells: tuple[str, ...] = ()
    record: str = ""
    found: str = ""
    expected: str = ""
    texts: tuple[str, ...] = ()  # what is said at each cell, where they differ

    def at(self, cell: int) -> str:
        """Return what is said at one of the cells."""
        return self.texts[cell] if self.texts else self.text


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of one table: its rows, and its totals in words."""

    table: str
    rows: int
    totals: str
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an auditor asks of an accepted return.  `changes` are (table, record, field, before, now)."""

    facts: tuple[tuple[str, str], ...]  # (name of FACTS, what is so)
    taken: tuple[Taken, ...]
    changes: tuple[tuple[str, str, str, str, str], ...] = ()
    is_first: bool = True
    left: int = 0  # changes that are not listed
    since: int = 0  # the accepted version that the changes are against; 0 if that is only the one before


@dataclass(frozen=True, slots=True)
class Letter:
    """All that an answer says, in one language; nothing in it depends on when it is written."""

    language: str  # zh | en
    state: str  # back | returned | held (by a rule) | paused (by the project office) | locked | ask | ok
    office: str
    period: str
    version: int
    received: str
    due: str
    folder: str  # where the workbook is to be put
    rows: int
    good: int  # of the rows, those in which nothing must be corrected
    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()
    receipt: Receipt | None = None
    is_ours: bool = False  # whether it is the project office's own return
    titles: tuple[tuple[str, str], ...] = ()  # (field of the cover, its title), for the steps

    def count(self, severity: Severity) -> int:
        """Return how many cells have a finding of that severity; one without a cell counts as one."""
        return sum(max(len(one.cells), 1) for one in self.items if one.severity is severity)


def items_of(
    findings: Iterable[Finding], language: str, names: Names | None = None, rows: Rows | None = None
) -> tuple[Item, ...]:
    """Return findings as an office reads them, the gravest first; what the project office lets pass is a note.

    Args:
        findings: of one return.
        language: zh or en.
        names: how the records are called, by table and key; the key itself where that is not known.
        rows: the same by table and row, for one fault in several of them.
    """
    found = [_item(one, language, names or {}, rows or {}) for one in findings]
    return tuple(sorted(found, key=lambda one: list(Severity).index(one.severity)))


def _item(finding: Finding, language: str, names: Names, rows: Rows) -> Item:
    return Item(
        severity=Severity.NOTE if finding.excepted_by or finding.trial else finding.severity,
        text=say(finding)[language],
        sheet=finding.sheet or "",
        cells=finding.cells,
        record=_records(finding, names, rows),
        found=_short(finding.found),
        expected=_short(wanted(finding)[language]),
        texts=tuple(say(one)[language] for one in finding.at_cells),
    )


def _records(finding: Finding, names: Names, rows: Rows) -> str:
    """Return how the records are called that a finding is about: by their keys, else by the rows of its cells."""
    table = finding.table or ""
    keys = dict.fromkeys(one.key or "" for one in finding.parts or (finding,))
    called = [names.get((table, key), key.strip(";").replace(";", "; ")) for key in keys]
    if not any(keys):
        places = [(table, place_of(cell)[0]) for cell in finding.cells]
        called = list(dict.fromkeys(rows[place] for place in places if place in rows))
    return "\n".join(called[:MOST_RECORDS]) + (" …" if len(called) > MOST_RECORDS else "")


def _short(text: str | None) -> str:
    told = text or ""
    return told if len(told) <= MOST_QUOTED else f"{told[:MOST_QUOTED]}…"
