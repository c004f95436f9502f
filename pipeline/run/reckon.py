"""A period -> its reckoning: which returns count, their rows merged, the figures computed."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline import check, indicators, merge, messages
from pipeline.model import Checked, Figure, Finding, Known, Library, Period, Record, Stamp, Submission
from pipeline.run import hold
from pipeline.run.judge import judged_apart
from pipeline.run.known import (
    OUT,
    PROJECT,
    fingerprint,
    history_of,
    known_of,
    newest,
    project_returns,
    rules_by_form,
)
from pipeline.run.night import Night
from pipeline.store import Examined, Store

EDITIONS = (check.RULES_EDITION, merge.RULES_EDITION, indicators.RULES_EDITION)


def reckon(night: Night, period: Period) -> None:
    """Compute a period anew if anything that it rests on has changed."""
    store, library = night.store, night.library
    projects = project_returns(store, library)
    rules = rules_by_form(library, projects)
    candidates = [one for one in store.submissions() if one.period == period and one.state not in OUT]
    if not projects:  # returns are not judged by registers that nobody knows; the last reckoning stays
        judge(night, Known({}), [one for one in candidates if one.form == PROJECT], rules)
        return
    previous = before(store, period)
    reckoning = _id(period, previous, library, candidates, rules, projects, store.photos.known())
    if store.has_reckoning(reckoning):
        return
    pictures = store.photos.by_office()
    known = known_of(period, projects, library, done_before(store, previous), history_of(store, period), pictures)
    counting, judged = judge(night, known, candidates, rules)
    missing = owing(known, period, {one.submission.office for one in counting}, candidates)
    merged = merge.merge_returns(
        period, [record for one in counting for record in one.checked.records], missing, known, library
    )
    asked = check.unregistered_conditions(library, known, night.settings.project_office)
    useless = check.unknown_exceptions(
        library, known, night.settings.project_office, period, _returns(night, candidates, judged, rules)
    )
    found = (*merged.findings, *asked, *useless)
    merged = dataclasses.replace(merged, findings=settled(found, period, known, library))
    night.outcome.notes += [messages.say(one).en for one in asked]
    figures = indicators.compute_indicators(merged, library.indicators.values(), known, _so_far(store, previous))
    rests_on = {one.submission.id: one for one in (*projects[:1], *counting)}.values()
    store.save_reckoning(reckoning, previous, library.sha256, merged, figures, rests_on, judged)
    night.outcome.reckoned.append(str(period))


def _returns(
    night: Night, candidates: Iterable[Submission], judged: Collection[str], rules: Mapping[str, str]
) -> dict[str, tuple[Record, ...]]:
    """Return the rows of each office's newest return, whether it counts or not."""
    newest_first = sorted((one for one in candidates if one.id in judged), key=newest)
    found = {one.office: night.store.examined(one.sha256, rules[one.form]) for one in newest_first}
    return {office: examined[1].records for office, examined in found.items() if examined}


def _id(
    period: Period,
    previous: str | None,
    library: Library,
    candidates: Iterable[Submission],
    rules: Mapping[str, str],
    projects: Sequence[Examined],
    photos: Iterable[tuple[str, str]],
) -> str:
    """Return the fingerprint of all inputs of a period's computation."""
    returns = sorted((one.id, one.sha256, rules[one.form]) for one in candidates)
    ours = [one.submission.sha256 for one in projects]
    return fingerprint(str(period), previous, library.sha256, EDITIONS, returns, ours, sorted(photos))


def before(store: Store, period: Period) -> str | None:
    """Return the reckoning of the last period before this one."""
    return next((reckoning for when, reckoning in reversed(store.reckonings().items()) if when < period), None)


def _so_far(store: Store, previous: str | None) -> dict[str, Figure]:
    """Return what the periods before amount to, by the figure's id."""
    return {one.id: one for one in store.figures(previous) if one.aspect == "cumulative"} if previous else {}


def done_before(store: Store, previous: str | None) -> frozenset[str]:
    """Return the codes of activities that earlier periods counted as done."""
    if previous is None:
        return frozenset()
    records = store.records(examination for _, examination in store.counted(previous)).values()
    return frozenset(
        record.key for record in records if record.table == "activities" and record["status"].plain == "done"
    )


def judge(
    night: Night, known: Known, candidates: Sequence[Submission], rules: Mapping[str, str]
) -> tuple[list[Examined], dict[str, tuple[Finding, ...]]]:
    """Return of each office the newest version that nothing keeps out, and what the registers say of each judged."""
    counting: dict[tuple[str, str], Examined] = {}
    judged: dict[str, tuple[Finding, ...]] = {}
    for one in sorted(candidates, key=newest, reverse=True):
        place = (one.form, one.office)
        new = one.state == "received"
        if place not in counting or new:
            number, checked, found = _judged(night, known, one, rules[one.form])
        if new:  # the first time that it is told anything
            waits = hold.reasons(night, hold.earlier(night, one), checked, rules[one.form], known)
            night.store.count(one.id, (*checked.findings, *hold.told(waits, checked)))
        if place in counting:
            night.store.stand(one.id, "superseded", night.at, counting[place].submission.id)
            continue
        judged[one.id] = found
        night.store.stand(one.id, "accepted" if checked.accepted else "needs_correction", night.at)
        if checked.accepted:
            counting[place] = Examined(one, number, checked)
    return list(counting.values()), judged


def _judged(night: Night, known: Known, submission: Submission, rules: str) -> tuple[int, Checked, tuple[Finding, ...]]:
    """Return an examination's number, the workbook judged, and what was found beside the examination's own."""
    examined = night.store.examined(submission.sha256, rules)
    assert examined is not None, f"{submission.id} was not examined"
    number, checked = examined
    own, beside = judged_apart(checked, known, night.library)
    return number, dataclasses.replace(checked, findings=(*own, *beside)), beside


def settled(findings: Iterable[Finding], period: Period, known: Known, library: Library) -> tuple[Finding, ...]:
    """Return what was found across returns, exceptions of its offices let pass, rules on trial marked."""
    tried = check.on_trial(findings, library.rules.trial)
    return tuple(two for one in tried for two in check.let_pass([one], one.params.get("office", ""), period, known))


def owing(
    known: Known, period: Period, here: Collection[str], candidates: Iterable[Submission]
) -> list[tuple[str, str]]:
    """Return (office, why) of each office that owes the period and is not among those with a return that counts."""
    sent = {one.office for one in candidates}
    offices = [str(row["office"].plain) for row in known.rows("offices") if owes(row, period)]
    return [(office, "needs_correction" if office in sent else "not_sent") for office in offices if office not in here]


def owes(row: Record, period: Period) -> bool:
    """Whether an office of the register owes a return for a period."""
    start, end = row["owes_from"].plain, row["owes_until"].plain
    return (not isinstance(start, Period) or start <= period) and (not isinstance(end, Period) or period <= end)


def other_period(stamp: Stamp, offices: Iterable[Record], now: Period) -> Finding | None:
    """Return what is said of a return for a quarter that its office does not owe, or that has not begun; None if it is due.

    Args:
        stamp: of the return.
        offices: the register.
        now: the quarter of the moment.
    """
    row = next((row for row in offices if row["office"].plain == stamp.office), None)
    if row is None:
        return None
    start, end = row["owes_from"].plain, row["owes_until"].plain
    last = min(end, now) if isinstance(end, Period) else now
    if owes(row, stamp.period) and stamp.period <= last:
        return None
    expected = {"expected": f"from {start} to {last}", "expected_zh": f"{start} 至 {last}"}
    return messages.finding("other_period", found=str(stamp.period), **expected)
