"""Two reckonings, or two versions of a return -> what is different, and why.  Pure."""

from __future__ import annotations

import dataclasses
import difflib
import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline import values
from pipeline.model import Addend, Change, Figure, Record, Restatement, Words

NO_VALUE = "–"
PARAGRAPH = re.compile(r"<w:p(?:>| [^>]*[^/]>).*?</w:p>", re.DOTALL)
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def find_restatements(said: Iterable[Figure], today: Iterable[Figure], printed: Collection[str]) -> list[Restatement]:
    """Return the figures that an issued report printed and that would be printed otherwise today.

    Args:
        said: the figures of the reckoning that the report was made from.
        today: those of the period's newest one.
        printed: the ids of the figures on its pages.
    """
    then, now = {one.id: one for one in said}, {one.id: one for one in today}
    counted = counted_in(then.values()), counted_in(now.values())
    return [
        Restatement(
            was.id,
            told(was),
            told(now.get(was.id)),
            tuple(dict.fromkeys(_words(cause) for cause in find_causes(was, now.get(was.id), *counted))),
        )
        for was in then.values()
        if was.id in printed and told(was) != told(now.get(was.id))
    ]


UNDONE = Words("it is as the report said", "已恢复为原报告数值")
Told = tuple[
    int, int | None, Restatement
]  # the issue that said it, the one that announced it or None, what is different


def find_undone(told: Iterable[Restatement], today: Iterable[Restatement]) -> list[Restatement]:
    """Return the figures that were told to differ from what a report said, and are today as it said."""
    differ = {one.figure for one in today}
    last = {one.figure: one for one in told}
    return [
        Restatement(one.figure, one.old, one.old, (UNDONE,))
        for one in last.values()
        if one.figure not in differ and one.new != one.old
    ]


def in_force(history: Iterable[Told]) -> list[Told]:
    """Return of each figure of an issue how it differs now, in the order found.

    What is again as the report said is left out, unless a later report announced the
    difference: then that it is undone has to be announced too.
    """
    rows = list(history)
    last = {(said_in, one.figure): (said_in, announced, one) for said_in, announced, one in rows}
    announced_once = {(said_in, one.figure) for said_in, announced, one in rows if announced and one.new != one.old}
    return [row for place, row in last.items() if row[2].new != row[2].old or place in announced_once]


def told(figure: Figure | None) -> str:
    """Return a figure as a page shows it, rounded, with bound and unit; a dash for none."""
    if figure is None or figure.value is None:
        return NO_VALUE
    return values.show_number(
        figure.value, unit=figure.unit, decimals=figure.decimals, bound=figure.bound, language="en"
    )


# ---- why a figure differs ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that made a figure different: `what`, and the record that it is about."""

    what: str  # return | correction | withdrawn | name | decision | definition
    ref: str = ""  # the submission; of a name, the row that says another; of a correction, the row it is written in
    code: str = ""  # of a decision on a name: the code that is used today


def counted_in(figures: Iterable[Figure]) -> frozenset[str]:
    """Return the submissions that some figures rest on."""
    addends = (addend.record for figure in figures for addend in figure.addends)
    lacking = (one.record for figure in figures for one in figure.left_out if one.record)
    return frozenset(_submission(ref) for ref in (*addends, *lacking))


def _submission(ref: str) -> str:
    return ref.rsplit("/", 2)[0]


def find_causes(was: Figure, now: Figure | None, then: Collection[str], today: Collection[str]) -> list[Cause]:
    """Return why a figure differs, each cause once; only what really changed is one.

    Args:
        was, now: the figure as it was said, and as it is.
        then, today: the submissions that counted (see `counted_in`).
    """
    if now is None:
        return [Cause("definition")]
    before, after = Counter(map(_said, was.addends)), Counter(map(_said, now.addends))
    gone, come = _only(was.addends, before - after), _only(now.addends, after - before)
    found = [*_of_come(come, gone, then), *_of_gone(gone, come, today)]
    return sorted(dict.fromkeys(found), key=lambda one: (one.what, one.ref)) or [Cause("definition")]


def _said(addend: Addend) -> Addend:
    """Return what an addend says, wherever it stands: the same row of another version says the same.

    A code counts once; which of its rows is the one that counts says nothing.
    """
    office, _, _, table, _ = addend.record.split("/")
    corrected = "yes" if addend.corrected_by else None
    again: dict[str, Any] = {"role": "value", "value": Decimal(1)} if addend.role == "same" else {}
    return dataclasses.replace(addend, record=f"{office}/{table}", corrected_by=corrected, **again)


def _only(addends: Iterable[Addend], wanted: Counter[Addend]) -> dict[tuple[str, str, str], Addend]:
    """Return the addends that only one of both figures has, by record, field and role."""
    left, found = Counter(wanted), {}
    for one in addends:
        if left[_said(one)] > 0:
            left[_said(one)] -= 1
            found[(one.record, one.field, _said(one).role)] = one
    return found


Places = Mapping[tuple[str, str, str], Addend]


def _of_come(come: Places, gone: Places, then: Collection[str]) -> Iterator[Cause]:
    for place, one in come.items():
        before = gone.get(place)
        if one.corrected_by:
            yield Cause("correction", one.corrected_by)
        elif before and before.corrected_by:
            yield Cause("withdrawn", before.corrected_by)
        elif before and before.of != one.of:
            yield Cause("name", one.record, one.of)
        else:
            own = _submission(one.record)
            yield Cause("decision" if own in then else "return", own)


def _of_gone(gone: Places, come: Places, today: Collection[str]) -> Iterator[Cause]:
    """Give why rows are no longer there, where no row stands in their place."""
    replaced = {_place(one.record) for one in come.values()}
    for place, one in gone.items():
        if place in come or _place(one.record) in replaced:
            continue
        own = _submission(one.record)
        newer = (other for other in sorted(today) if _return(other) == _return(own))
        yield Cause("decision", own) if own in today else Cause("return", next(newer, own))


def _return(submission: str) -> str:
    return submission.rpartition("/")[0]


def _place(ref: str) -> tuple[str, str, str]:
    office, period, _, table, _ = ref.split("/")
    return office, period, table


def _words(cause: Cause) -> Words:
    """Return a cause as the ledger keeps it, in the words of its records."""
    office, period, version, *_ = (*cause.ref.split("/"), "", "", "")
    return {
        "return": Words(f"return of {office} for {period}, {version}", f"{office} {period} 报表（{version}）"),
        "correction": Words(f"correction {cause.ref}", f"更正 {cause.ref}"),
        "withdrawn": Words(f"correction {cause.ref} withdrawn", f"更正 {cause.ref} 已撤回"),
        "name": Words(f"decision on the name {cause.code}", f"名称认定 {cause.code}"),
        "decision": Words(
            f"decision of the project office on the return of {office} for {period}",
            f"项目办对 {office} {period} 报表的认定",
        ),
        "definition": Words("the definition or the rules changed", "定义或规则已变更"),
    }[cause.what]


def find_changes(before: Iterable[Record], after: Iterable[Record]) -> list[Change]:
    """Return what a version of a return says otherwise than the one before: rows new and gone, fields changed.

    The cover is left out: its date and version always change.
    """
    old, new = _by_key(before), _by_key(after)
    found = [Change("gone", *place) for place in old if place not in new]
    found += [Change("new", *place) for place in new if place not in old]
    for place, record in new.items():
        found += _fields(old[place], record) if place in old else []
    return found


def _by_key(records: Iterable[Record]) -> Mapping[tuple[str, str], Record]:
    return {(record.table, record.key): record for record in records if record.table != "cover"}


def _fields(before: Record, after: Record) -> list[Change]:
    return [
        Change("changed", after.table, after.key, field, before.typed.get(field, ""), after.typed.get(field, ""))
        for field in after.values
        if before[field] != after[field]
    ]


def find_edits(draft: bytes, issued: bytes) -> list[str]:
    """Return what a person changed in a Word document that went out: `was → is`, a line for each place.

    What is no Word document, a PDF perhaps, cannot be compared and gives nothing.
    """
    before, after = _paragraphs(draft), _paragraphs(issued)
    places = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if before and after else []
    return [
        f"{' / '.join(before[start:end]) or NO_VALUE} → {' / '.join(after[first:last]) or NO_VALUE}"
        for what, start, end, first, last in places
        if what != "equal"
    ]


def closest(document: bytes, drafts: Sequence[bytes]) -> int:
    """Return which of some drafts a document was made from: the first of those that differ from it in fewest places."""
    places = [len(find_edits(draft, document)) if draft != document else -1 for draft in drafts]
    return places.index(min(places))


def _paragraphs(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read("word/document.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError):
        return []
    found = ("".join(TEXT.findall(paragraph)) for paragraph in PARAGRAPH.findall(text))
    return [html.unescape(one) for one in found if one.strip()]
