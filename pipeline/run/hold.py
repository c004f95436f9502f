"""A version of a return that came -> why it waits for a person, if it does.

The same version with other content than one that is good is nobody's to choose between; if
the two share no row, they are parts of one.  A version that loses rows waits until its cover
names them.  What is wrong in a workbook itself comes first: it is sent back for that, and
told these at once.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile

from pipeline import check, messages, restate, values
from pipeline.model import Checked, Finding, Form, Known, Record, Stamp, Submission
from pipeline.run.judge import judged_by
from pipeline.run.known import OUT
from pipeline.run.night import Night

LOST = "rows_lost: "
BETWEEN, WITHIN = "；", " › "  # rows that are lost; a sheet and its row
WHERE = {"rows_lost": "whats_new", "same_version_differs": "version", "parts": "version"}  # on the cover
GONE = re.compile(
    "删|去掉|去除|移除|剔除|撤|作废|不再|合并|重复|remov|delet|withdr|drop|merg|no longer|taken out|duplicate"
)
STAYS = re.compile(
    "[未没不](?:有|会)?删|不变|保留|重写|改写|完善|unchanged|ke[ep][pt]|rewr|not (?:delet|remov|drop|withdr)"
)
KEPT = re.compile("更正|修改|改为|改正|更新|补充|新增|增加|添加|调整|correct|chang|updat|add|edit")
WHY = re.compile("误|错|多报|属|系|归|转|移|取消|cancel|was|were|belong|moved|not ours|mistake|wrong")
CODES = re.compile("[0-9a-z]+(?:-[0-9a-z]+)+")
CLAUSES = re.compile("[；;。，,\n]")


def reasons(
    night: Night, before: Sequence[Submission], checked: Checked, rules: str, known: Known
) -> tuple[Finding, ...]:
    """Return why a version waits, row by row; of a rule on trial, or let pass, marked so.

    Args:
        before: what its office sent earlier for the form and period.
        checked: the version, examined under `rules`.
        known: the registers and exceptions of the project office, by which returns are judged.
    """
    stamp = checked.stamp
    good = [one for one in before if one.state not in OUT and is_good(night, one, rules, known)]
    if stamp is None or not good:
        return ()
    found = list(_same_version(night, good, checked, rules)) or list(_rows_lost(night, good[-1], checked, rules))
    tried = check.on_trial(found, night.library.rules.trial)
    return check.let_pass(tried, stamp.office, stamp.period, known, checked.records)


def _same_version(night: Night, good: Sequence[Submission], checked: Checked, rules: str) -> Iterator[Finding]:
    """Yield that a version was sent already; of a number that cannot be read that alone is said."""
    version = checked.stamp.version if checked.stamp else 0
    if any(one.table == "cover" and one.field == "version" and one.blocks for one in checked.findings):
        return
    for one in [one for one in good if one.version == version][:1]:
        yield _about_version("parts" if _are_parts(night, one, checked, rules) else "same_version_differs", version)


def _about_version(code: str, version: int) -> Finding:
    return messages.finding(code, version=str(version), expected=str(version + 1))


def _rows_lost(night: Night, last: Submission, checked: Checked, rules: str) -> Iterator[Finding]:
    """Yield each row that the version before had, this one lacks and its cover does not name."""
    before = night.store.examined(last.sha256, rules)
    stamp = checked.stamp
    if before is None or stamp is None or stamp.version <= last.version:
        return
    form = night.library.forms[stamp.form]
    changes = restate.find_changes(before[1].records, checked.records)
    gone = {(one.table, one.key) for one in changes if one.what == "gone"}
    unread = set(_tables_unread(checked.findings, form))
    for lost in (one for one in before[1].records if (one.table, one.key) in gone and one.table not in unread):
        if not _is_mistyped(lost, gone, checked, form) and not _is_told(stamp, lost, checked, form):
            label = f"{form.table(lost.table).tab}{WITHIN}{called(lost, form)}"
            yield dataclasses.replace(_about_rows([label]), table=lost.table, key=lost.key)


def _is_mistyped(lost: Record, gone: Collection[tuple[str, str]], checked: Checked, form: Form) -> bool:
    """Whether a row is probably there, under a key that is refused."""
    keys = form.table(lost.table).key
    blamed = [one for one in checked.findings if one.blocks and one.table == lost.table and one.field in keys]
    cells = {cell for one in blamed for cell in one.cells}
    refused = [
        one.key for one in checked.records if one.table == lost.table and not cells.isdisjoint(one.cells.values())
    ]
    return lost.key in check.explained([key for table, key in gone if table == lost.table], (), refused)


def _is_told(stamp: Stamp, lost: Record, checked: Checked, form: Form) -> bool:
    """Whether the cover names a row; its main code is enough if no row has that any more."""
    names, code = form.table(lost.table).key, lost.key.split(";")[0]
    left = any(one.table == lost.table and one.key.split(";")[0] == code for one in checked.records)
    return is_named(stamp.whats_new, lost, names if left else names[:1])


def _tables_unread(findings: Iterable[Finding], form: Form) -> Iterator[str]:
    """Yield the tables whose rows cannot be told from one another: the sheet is lost, or a column of its key."""
    for one in findings:
        if one.code in ("sheet_missing", "headers_missing") or (
            one.code in ("column_missing", "column_disagrees", "column_twice")
            and one.table
            and one.field in form.table(one.table).key
        ):
            yield one.table or ""


def _about_rows(labels: Sequence[str]) -> Finding:
    names = [label.rpartition(WITHIN)[2] for label in labels]
    return messages.finding(
        "rows_lost",
        rows=BETWEEN.join(labels),
        expected="; ".join(f"Deleted: {name}" for name in names),
        expected_zh=BETWEEN.join(f"删除 {name}" for name in names),
    )


def called(record: Record, form: Form) -> str:
    """Return how an office calls a record: what it typed as its key."""
    return " · ".join(told for name in form.table(record.table).key if (told := record.typed.get(name, "")))


def is_named(text: str, record: Record, names: Sequence[str]) -> bool:
    """Whether an office says of a row that it is gone, by its code or words: its name alone, or with why.

    >>> from pipeline.model import Period
    >>> row = Record("", "", Period(2014, 4), "stories", "JS-S02", "", 5, {}, {}, {})
    >>> gone = "JS-S02属上季度", "JS-S01、JS-S02", "更正JS-S01，合并后删JS-S02", "Deleted: JS-S02"
    >>> kept = "更正了 JS-S02 的文字", "删除 JS-S020", "JS-S02 内容不变", "未删除 JS-S02", "JS-S02 配图更清楚"
    >>> {is_named(text, row, ["story_code"]) for text in gone}, {is_named(text, row, ["story_code"]) for text in kept}
    ({True}, {False})
    """
    kept = zip(names, record.key.split(";"), strict=False)
    parts = [{key, record.typed.get(name) or key} for name, key in kept if key]
    clauses = [one for one in CLAUSES.split(values.normal(text)) if _says_gone(one, parts)]
    return any(all(any(_stands(part, one) for part in ways) for ways in parts) for one in clauses)


def _says_gone(clause: str, parts: Sequence[Collection[str]]) -> bool:
    if STAYS.search(clause):
        return False
    if GONE.search(clause):
        return True
    rest = CODES.sub("", clause)
    for part in (part for ways in parts for part in ways):
        rest = rest.replace(values.normal(part), "")
    return not KEPT.search(clause) and (bool(WHY.search(rest)) or not any(letter.isalpha() for letter in rest))


def _stands(part: str, clause: str) -> bool:
    """Whether a word stands in a text as a whole one."""
    return bool(re.search(rf"(?<![0-9a-z-]){re.escape(values.normal(part))}(?![0-9a-z-])", clause))


def _are_parts(night: Night, submission: Submission, checked: Checked, rules: str) -> bool:
    """Whether two workbooks share no row, as when an office splits its return among several."""
    found = night.store.examined(submission.sha256, rules)
    assert found is not None, "it is good, so it was examined"
    before, now = (
        {(one.table, one.key) for one in some.records if one.table != "cover"} for some in (found[1], checked)
    )
    return bool(before) and bool(now) and not before & now


def is_good(night: Night, submission: Submission, rules: str, known: Known) -> bool:
    """Whether nothing keeps a submission out, neither in itself nor beside the registers."""
    found = night.store.examined(submission.sha256, rules)
    return found is not None and judged_by(found[1], known, night.library).accepted


def sent(night: Night, one: Stamp | Submission) -> list[Submission]:
    """Return what the office sent for its form and period, in the order it came."""
    place = one.form, one.office, one.period
    return [other for other in night.store.submissions() if (other.form, other.office, other.period) == place]


def earlier(night: Night, one: Submission) -> list[Submission]:
    """Return what the office sent before a submission for its form and period."""
    return list(takewhile(lambda other: other.id != one.id, sent(night, one)))


# ---- what a person reads of it -------------------------------------------------------------------------


def why(found: Sequence[Finding]) -> str | None:
    """Return the reasons as the ledger keeps them; None if a return need not wait."""
    rows = [one.params["rows"] for one in found if one.blocks and one.code == "rows_lost"]
    others = [one.code for one in found if one.blocks and one.code != "rows_lost"]
    return f"{LOST}{BETWEEN.join(rows)}" if rows else others[0] if others else None


def held_because(version: int, why: str | None) -> Finding | None:
    """Return what a return is told that waits for a person; None if the project office holds it by an act."""
    if why and why.startswith(LOST):
        return _about_rows(why.removeprefix(LOST).split(BETWEEN))
    return _about_version(why, version) if why in ("same_version_differs", "parts") else None


def told(found: Iterable[Finding], checked: Checked) -> list[Finding]:
    """Return the reasons with their place on the cover; rows for which the same is so are one."""
    groups: dict[tuple[str, str | None, bool], list[Finding]] = {}
    for one in found:
        groups.setdefault((one.code, one.excepted_by, one.trial), []).append(one)
    return [on_cover(_together(group), checked) for group in groups.values()]


def _together(group: Sequence[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    joined = _about_rows([one.params["rows"] for one in group])
    return dataclasses.replace(
        group[0], expected=joined.expected, params={**group[0].params, **joined.params}, key=None
    )


def on_cover(one: Finding, checked: Checked) -> Finding:
    """Return a reason at the field of the cover where it is answered, with what stands there."""
    cover = next((record for record in checked.records if record.table == "cover"), None)
    if cover is None:
        return one
    field = WHERE[one.code]
    cells = (at,) if (at := cover.cells.get(field)) else ()
    return dataclasses.replace(
        one, sheet=cover.sheet, cells=cells, table="cover", field=field, key=None, found=cover.typed.get(field, "")
    )
