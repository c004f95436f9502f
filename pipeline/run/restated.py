"""Issued reports and today's figures -> what a report has to say of them, each cause in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.model import Period, Record, Restatement, Words
from pipeline.restate import Cause, counted_in, find_causes, told
from pipeline.store import Act, Store

DONOR = "donor_report"


def restated_for(store: Store, period: Period) -> tuple[tuple[str, Restatement], ...]:
    """Return (period, restatement) of each figure that an issued donor report said otherwise.

    Of an earlier quarter: what no report has announced yet.  Of the quarter itself: all
    that differs from the report of it that went out last, so that a new draft says it.
    """
    found = [
        (act.period, one)
        for number, act in _last_issues(store).items()
        if act.period <= str(period)
        for one in _restated(store, number, act, own=act.period == str(period))
    ]
    return tuple(sorted(found, key=lambda pair: pair[0]))


def _last_issues(store: Store) -> dict[int, Act]:
    """Return the donor report of each quarter that went out last, with its number."""
    last = {act.period: (number, act) for number, act in store.acts() if (act.act, act.report) == ("issue", DONOR)}
    return dict(last.values())


def _restated(store: Store, number: int, act: Act, *, own: bool) -> Iterator[Restatement]:
    reckonings = {str(when): (when, reckoning) for when, reckoning in store.reckonings().items()}
    if act.period not in reckonings:
        return
    when, reckoning = reckonings[act.period]
    noted = [(announced, one) for said_in, announced, one in store.restatements() if said_in == number]
    wanted = {one.figure for announced, one in noted if own or announced is None}
    said = {one.id: one for one in store.frozen(act.reckoning, when)[0]}
    today = {one.id: one for one in store.figures(reckoning)}
    words = _Told(store)
    for name in (name for name in said if name in wanted):
        was, now = said[name], today.get(name)
        announced = [one.new for announced, one in noted if announced and one.figure == name]
        old = told(was) if own or not announced else announced[-1]
        if old != told(now):
            causes = find_causes(was, now, counted_in(said.values()), counted_in(today.values()))
            why = tuple(dict.fromkeys(map(words.of, causes)))
            yield Restatement(name, old, told(now), why, was if old == told(was) else None, now)


class _Told:
    """Puts causes into the words of the records they are about."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sent = {f"{one.office}/{one.period}/v{one.version}": one for one in store.submissions()}

    def of(self, cause: Cause) -> Words:
        """Return a cause as a donor reads it: the correction with its reason, the return with its typed version."""
        return WORDS[cause.what](self, cause)

    def record(self, ref: str) -> Record | None:
        """Return the row of a workbook that a cause is about."""
        submission, table, row = ref.rsplit("/", 2)
        sent = self.sent.get(submission)
        checked = self.store.last_examined(sent.sha256) if sent else None
        rows = checked.records if checked else ()
        return next((one for one in rows if (one.table, str(one.row)) == (table, row)), None)

    def office(self, name: str) -> tuple[str, str]:
        """Return an office's name in both languages, as the newest register has it."""
        for one in reversed(self.sent.values()):
            checked = self.store.last_examined(one.sha256) if one.form == "project" else None
            for row in checked.records if checked else ():
                if row.table == "offices" and row.key == name:
                    return str(row["name_en"].plain), str(row["name_zh"].plain)
        return name, name

    def correction(self, cause: Cause) -> Words:
        record = self.record(cause.ref)
        by, by_zh = self.office(cause.ref.partition("/")[0])
        if record is None:
            return Words(f"A correction of the {by}", f"{by_zh}的更正")
        reason = str(record["reason_en"].plain or "").strip().rstrip(".")
        return Words(
            f"Correction {record.key}: {reason}. Decided by: {by}", f"更正{record.key}：{reason}。认定单位：{by_zh}"
        )

    def withdrawn(self, cause: Cause) -> Words:
        record = self.record(cause.ref)
        name = f" {record.key}" if record else ""
        by, by_zh = self.office(cause.ref.partition("/")[0])
        return Words(f"Correction{name} withdrawn. Decided by: {by}", f"更正{name.strip()}已撤回。认定单位：{by_zh}")

    def a_return(self, cause: Cause) -> Words:
        """Return whose return it is, with the version on its cover."""
        office, period, version = cause.ref.split("/")
        name, chinese = self.office(office)
        nth = version.removeprefix("v")
        return Words(f"Return of {name} for {period}, version {nth}", f"{chinese}{period}报表第{nth}版")

    def name(self, cause: Cause) -> Words:
        office, period, *_ = cause.ref.split("/")
        name, chinese = self.office(office)
        return Words(
            f"Decision on a name in the return of {name} for {period}: counted as {cause.code}",
            f"{chinese}{period}报表中的名称认定：计为{cause.code}",
        )

    def decision(self, cause: Cause) -> Words:
        office, period, *_ = cause.ref.split("/")
        name, chinese = self.office(office)
        return Words(
            f"A correction or decision that changes which rows of {name} for {period} count",
            f"更正或认定改变了{chinese}{period}报表的计入行",
        )

    def definition(self, cause: Cause) -> Words:
        return Words("The definition or the rules changed", "定义或规则已变更")


WORDS: Mapping[str, Callable[[_Told, Cause], Words]] = {
    "correction": _Told.correction,
    "withdrawn": _Told.withdrawn,
    "return": _Told.a_return,
    "name": _Told.name,
    "decision": _Told.decision,
    "definition": _Told.definition,
}
