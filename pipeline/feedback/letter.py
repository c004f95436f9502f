"""What an office is told of one return: the content of an answer, before it has a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.messages import say
from pipeline.model import Finding, Severity

Names = Mapping[tuple[str, str], str]
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
    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()
    receipt: Receipt | None = None
    titles: tuple[tuple[str, str], ...] = ()  # (field of the cover, its title), for the steps
    cards: tuple[str, ...] = ()  # sheets that have no rows

    def count(self, severity: Severity) -> int:
        """Return how many cells have a finding of that severity; one without a cell counts as one."""
        return sum(max(len(one.cells), 1) for one in self.items if one.severity is severity)

    @property
    def good_rows(self) -> int:
        """How many of the rows have nothing that must be corrected."""
        places = {(one.sheet, cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for one in self.errors for cell in one.cells}
        return max(self.rows - sum(sheet not in self.cards for sheet, _ in places), 0)

    @property
    def errors(self) -> Sequence[Item]:
        """What must be corrected."""
        return [one for one in self.items if one.severity is Severity.ERROR]


def items_of(findings: Iterable[Finding], language: str, names: Names | None = None) -> tuple[Item, ...]:
    """Return findings as an office reads them, the gravest first; what the project office lets pass is a note.

    Args:
        findings: of one return.
        language: zh or en.
        names: how the records are called, by table and key; the key itself where that is not known.
    """
    found = [_item(one, language, names or {}) for one in findings]
    return tuple(sorted(found, key=lambda one: list(Severity).index(one.severity)))


def _item(finding: Finding, language: str, names: Names) -> Item:
    return Item(
        severity=Severity.NOTE if finding.excepted_by or finding.trial else finding.severity,
        text=say(finding)[language],
        sheet=finding.sheet or "",
        cells=finding.cells,
        record=_records(finding, names),
        found=_short(finding.found),
        expected=_short(_expected(finding, language)),
        texts=tuple(say(one)[language] for one in finding.at_cells),
    )


def _records(finding: Finding, names: Names) -> str:
    """Return how the records are called that a finding is about."""
    keys = dict.fromkeys(one.key or "" for one in finding.parts or (finding,))
    called = [names.get((finding.table or "", key), key.strip(";").replace(";", "; ")) for key in keys]
    return "\n".join(called[:MOST_RECORDS]) + (" …" if len(called) > MOST_RECORDS else "")


def _expected(finding: Finding, language: str) -> str | None:
    """Return what was expected, in words of the language where it has some."""
    return finding.params.get(f"expected_{language}", finding.expected)


def _short(text: str | None) -> str:
    told = text or ""
    return told if len(told) <= MOST_QUOTED else f"{told[:MOST_QUOTED]}…"
