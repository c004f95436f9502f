"""What the project office decided -> how returns stand, what is locked, what went out, what is restated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline import files
from pipeline.model import Period, Record, Submission
from pipeline.restate import closest, find_edits, find_restatements, find_undone
from pipeline.run.known import project_returns, tables_of
from pipeline.run.night import Night
from pipeline.store import Act, Store

DOCUMENTS = {"donor_report": "donor-report.docx", "newsletter": "newsletter.docx"}


def learn_acts(night: Night) -> None:
    """Note the acts of the project office's sheet that are new; reports are issued when they are written."""
    known = {(act.code, act.act, act.period) for _, act in night.store.acts()}
    for row in acts_in_force(night):
        act = act_of(row, night.at)
        if act.act != "issue" and (act.code, act.act, act.period) not in known:
            decide(night, act)


def acts_in_force(night: Night) -> tuple[Record, ...]:
    """Return the rows of the sheet `acts` of the workbook in force."""
    return tables_of(project_returns(night.store, night.library)).get("acts", ())


def act_of(row: Record, at: str) -> Act:
    """Return a row of the sheet `acts` as an act."""
    texts = {name: str(row[name].plain) if row[name].given else "" for name in ("report", "office", "by")}
    told = {"file": row["file_name"], "reason": row["reason_en"], "dated": row["dated"]}
    more = {name: str(value.plain) if value.given else "" for name, value in told.items()}
    return Act(act=str(row["act"].plain), period=str(row["period"].plain), at=at, code=row.key, **texts, **more)


def decide(night: Night, act: Act) -> None:
    """Keep an act, and say so; of what went out, also how many places a person had changed in it.

    An act that names nothing that is there is not kept: it is said until it is corrected.
    """
    if fault := fault_of(act, night.store.submissions()):
        night.outcome.troubles.append(fault)
        return
    night.store.decide(act)
    edited = f", places that a person changed: {len(act.edits.splitlines())}" if act.edits else ""
    night.outcome.acts.append(f"{act.act} {act.report or act.office or act.period} ({act.code}{edited})")


def fault_of(act: Act, submissions: Sequence[Submission]) -> str:
    """Return what is wrong with an act in a sentence; "" if what it names is there."""
    of_period = [one for one in submissions if str(one.period) == act.period]
    there = [one for one in of_period if one.office == act.office]
    if act.act in ("lock", "unlock") and not of_period:
        return f"Act {act.code} is about {act.period}, but for that quarter nothing came. Correct the quarter."
    if act.act not in RULING:
        return ""
    if not there:
        return f"Act {act.code} is about what {act.office} sent for {act.period}, but nothing came. Correct office or quarter."
    if act.act == "choose" and not any(_is_named(one, act.file) for one in there):
        known = ", ".join(f"{one.id} ({one.file})" for one in there)
        return (
            f"Act {act.code} chooses {act.file!r}, but what {act.office} sent for {act.period} is: {known}. "
            "Name one of these by its file, or by its id if two have the same file."
        )
    return ""


RULING = ("hold", "send_back", "choose")


def _is_named(one: Submission, named: str) -> bool:
    return named in (one.id, one.file, one.file.rpartition("/")[2])


def rule(night: Night, period: Period) -> None:
    """Let the returns of a period stand as the acts say: held, sent back, or the one that was chosen."""
    submissions = [one for one in night.store.submissions() if one.period == period]
    for submission, (state, why) in rulings(submissions, [act for _, act in night.store.acts()]).items():
        night.store.stand(submission, state, night.at, why)


def rulings(submissions: Sequence[Submission], acts: Iterable[Act]) -> dict[str, tuple[str, str]]:
    """Return how submissions stand by the acts, the last act on each the deciding one.

    An act is about what had come when it was made known; what comes later stands on its own.
    Of several returns in files of the same name the one that came last is chosen.
    """
    found: dict[str, tuple[str, str]] = {}
    for act in acts:
        there = [
            one
            for one in submissions
            if one.office == act.office and str(one.period) == act.period and one.received_at <= act.at
        ]
        found |= {one.id: standing for one, standing in _ruled(act, there)}
    return found


def _ruled(act: Act, there: Sequence[Submission]) -> Iterator[tuple[Submission, tuple[str, str]]]:
    """Give each return that an act is about, and how it stands by it."""
    chosen = [one for one in there if _is_named(one, act.file)][-1:] if act.act == "choose" else []
    for one in there:
        if act.act in ("hold", "send_back"):
            yield one, ("held" if act.act == "hold" else "sent_back", f"{act.code}: {act.reason}")
        elif chosen:
            standing = ("received", "chosen") if one in chosen else ("held", f"{act.file} was chosen")
            yield one, (standing[0], f"{act.code}: {standing[1]}")


def is_locked(night: Night, period: Period) -> bool:
    """Whether a period is locked: by the last act on it, else by the calendar."""
    last = [act.act for _, act in night.store.acts() if act.period == str(period) and act.act in ("lock", "unlock")][
        -1:
    ]
    if last:
        return last == ["lock"]
    calendar = tables_of(project_returns(night.store, night.library)).get("calendar", ())
    rows = [row for row in calendar if row["period"].plain == period]
    today = night.now.astimezone(night.timetable.zone).date().isoformat()
    return any(row["locked_on"].given and str(row["locked_on"].plain) <= today for row in rows)


# ---- what went out ---------------------------------------------------------------------------------


def issue_reports(night: Night) -> None:
    """Issue what the sheet `acts` says went out and was not issued yet."""
    known = {(act.code, act.period) for _, act in night.store.acts() if act.act == "issue"}
    for row in acts_in_force(night):
        act = act_of(row, night.at)
        if act.act == "issue" and (act.code, act.period) not in known:
            issue(night, act)


def issue(night: Night, act: Act) -> None:
    """Keep the bytes that really went out, and freeze the figures that they were made from."""
    name = DOCUMENTS.get(act.report, "")
    period = next((when for when in night.periods() if str(when) == act.period), None)
    drafts = night.store.reckoned_drafts(period, name) if period else []
    path = (
        night.settings.inbox / night.settings.project_office / act.file
        if act.file
        else night.settings.reports / act.period / name
    )
    if not drafts or not path.is_file():
        night.outcome.troubles.append(
            f"Act {act.code} issues {act.report or 'no report'} of {act.period}, but {path.name} is not there. "
            "Put the file that went out beside the project office's workbook, or correct the act."
        )
        return
    data = path.read_bytes()
    sha256 = night.store.archive.keep(data, path.suffix)
    draft = draft_behind(night.store, drafts, data)
    frozen = night.store.freeze(draft.reckoning, night.store.printed(draft.sha256))
    before = [
        number for number, other in issues(night.store) if other.report == act.report and other.period <= act.period
    ]
    told = {
        name: getattr(act, name)
        for name in ("act", "period", "dated", "by", "at", "code", "report", "office", "file", "reason")
    }
    edits = find_edits(night.store.archive.bytes_of(draft.sha256), data)
    decide(night, Act(**told, sha256=sha256, reckoning=frozen, edits="\n".join(edits)))
    night.store.announce(before, issues(night.store)[-1][0])


def draft_behind(store: Store, drafts: Sequence[Any], data: bytes) -> Any:
    """Return the draft that a document was made from; a person may have edited it since."""
    content = files.content(data)
    same = [draft for draft in drafts if draft.content == content]
    likely = drafts[:MOST_DRAFTS]
    return same[0] if same else likely[closest(data, [store.archive.bytes_of(one.sha256) for one in likely])]


MOST_DRAFTS = 30  # that a document is compared with


def issues(store: Store) -> list[tuple[int, Act]]:
    """Return the issues in their order."""
    return [(number, act) for number, act in store.acts() if act.act == "issue"]


def last_issues(store: Store) -> dict[int, Act]:
    """Return of each report of each period the issue that went out last."""
    newest = {(act.report, act.period): (number, act) for number, act in issues(store)}
    return dict(newest.values())


def find_restated(night: Night) -> None:
    """Compare the last issue of each report with its period's newest figures; keep what differs from what was last said."""
    reckonings = {str(period): (period, reckoning) for period, reckoning in night.store.reckonings().items()}
    for number, act in last_issues(night.store).items():
        if act.period not in reckonings:
            continue
        period, reckoning = reckonings[act.period]
        figures, printed = night.store.frozen(act.reckoning, period)
        kept = [one for said_in, _, one in night.store.restatements() if said_in == number]
        said = {one.figure: one.new for one in kept}
        found = find_restatements(figures, night.store.figures(reckoning), printed)
        new = [one for one in found if said.get(one.figure) != one.new] + find_undone(kept, found)
        night.store.restate(number, new)
        night.outcome.restated += [f"{one.figure}@{act.period}: {one.old} → {one.new}" for one in new]
