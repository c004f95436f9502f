"""Two reckonings, or two versions of a return -> what is different, and why.  Pure."""

from __future__ import annotations

import difflib
import html
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from pipeline.model import Addend, Change, Figure, Record, Restatement, Words

NO_VALUE = "–"
PARAGRAPH = re.compile(r"<w:p(?:>| [^>]*[^/]>).*?</w:p>", re.DOTALL)
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def find_restatements(said: Iterable[Figure], today: Iterable[Figure], printed: Collection[str]) -> list[Restatement]:
    """Return the figures that an issued report printed and that come out otherwise today.

    Args:
        said: the figures of the reckoning that the report was made from.
        today: those of the period's newest one.
        printed: the ids of the figures on its pages.
    """
    now = {figure.id: figure for figure in today}
    return [
        Restatement(was.id, told(was), told(now.get(was.id)), tuple(causes(was, now.get(was.id))))
        for was in said
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
    """Return a figure's value with its bound, unrounded; a dash for none."""
    if figure is None or figure.value is None:
        return NO_VALUE
    bound = "" if figure.bound == "exact" else f"{figure.bound.replace('_', ' ')} "
    return bound + _digits(figure.value)


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def causes(was: Figure, now: Figure | None) -> list[Words]:
    """Return why a figure differs: the differences of what went into it, said once each."""
    if now is None:
        return [Words("the indicator is no longer defined so", "指标定义已变更")]
    before, after = _by_cell(was.addends), _by_cell(now.addends)
    changed = [place for place in before.keys() | after.keys() if before.get(place) != after.get(place)]
    found = {_cause(place[0], before.get(place), after.get(place)) for place in changed}
    return sorted(found, key=lambda words: words.en) or [
        Words("the definition or the rules changed", "定义或规则已变更")
    ]


def _by_cell(addends: Sequence[Addend]) -> dict[tuple[str, str, str], Addend]:
    return {(addend.record, addend.field, addend.role): addend for addend in addends}


def _cause(ref: str, before: Addend | None, after: Addend | None) -> Words:
    """Return the cause behind one addend, of the record `ref`, that came, went or changed."""
    if after and after.corrected_by and (before is None or before.corrected_by != after.corrected_by):
        return Words(f"correction {after.corrected_by}", f"更正 {after.corrected_by}")
    if before and before.corrected_by and (after is None or after.corrected_by is None):
        return Words(f"correction {before.corrected_by} withdrawn", f"更正 {before.corrected_by} 已撤回")
    if before and after and before.of != after.of:
        return Words(f"decision on the name {after.of}", f"名称认定 {after.of}")
    office, period, version, *_ = ref.split("/")
    return Words(f"return of {office} for {period}, {version}", f"{office} {period} 报表（{version}）")


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
