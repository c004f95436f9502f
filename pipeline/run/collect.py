"""New files -> kept, examined and placed: a return, the same again, or nothing that can be taken."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import examine, files, intake, messages
from pipeline.model import Checked, Finding, Library, Period, Record, Submission, Terms, Words
from pipeline.run import hold
from pipeline.run.beside import take_pictures
from pipeline.run.judge import judged_by
from pipeline.run.known import PROJECT, known_today, project_returns, project_terms, rules_of, tables_of, terms_of
from pipeline.run.night import Night, period_of
from pipeline.run.reckon import other_period
from pipeline.run.tell import tell_fault
from pipeline.store import Seen, Taking


def take_deliveries(night: Night) -> None:
    """Keep the bytes of every new whole file and note its taking; what is not whole waits and is named."""
    night.store.catch_up()
    before = {one.file: one for one in night.store.seen()}
    deliveries = intake.list_deliveries(night.settings.inbox)
    take_pictures(night, deliveries)
    wanted = [one for one in deliveries if one.kind in ("workbook", "conflict")]
    night.store.see([look(night, delivery, before.get(delivery.file)) for delivery in wanted])
    night.outcome.ignored = sum(one.kind == "junk" for one in deliveries)
    night.outcome.waiting = [f"{one.file}: {WAITING[one.why].en}" for one in night.store.seen() if one.state != "taken"]


WAITING = {
    "changing": Words("it is being written to; it is taken when it is whole", "正在写入，写完后收取"),
    "empty": Words("it is empty; it is taken when it is whole", "文件为空，完整后收取"),
    "incomplete": Words(
        "it is not complete, as while it is copied; it is taken when it is whole",
        "文件不完整（可能正在复制），完整后收取",
    ),
    "too_large": Words(
        "it is larger than 120 MB and is not read; make its pictures smaller and save it again",
        "文件超过120 MB，未读取；请压缩图片后重新保存",
    ),
    "no_folder": Words(
        "it lies in no office's folder, so it is not known whose it is; put it into the folder of its office",
        "文件未放在任何单位的文件夹中，无法判断属于哪个单位；请移入相应单位的文件夹",
    ),
    "conflict": Words(
        "it is a sync program's second copy; keep one of the two under the workbook's own name and delete the other",
        "这是同步软件生成的冲突副本；请只保留一份并使用工作簿原名，删除另一份",
    ),
}


def look(night: Night, delivery: intake.Delivery, before: Seen | None) -> Seen:
    """Take a file if it is whole, or has been incomplete for so long that nobody is copying any more."""
    seen_since = before.since if before else night.at
    if not delivery.office:
        return Seen(delivery.file, "", "", "waiting", "no_folder", seen_since)
    if delivery.kind == "conflict":
        return Seen(delivery.file, delivery.office, "", "conflict", "conflict", seen_since)
    data, why = intake.claim(delivery.path)
    sha256 = files.sha256(data)
    since = before.since if before and before.sha256 == sha256 else night.at
    if why and (why in ("changing", "too_large") or night.minutes_since(since) < max(night.settings.wait_minutes, 1)):
        return Seen(delivery.file, delivery.office, sha256, "waiting", why, since)
    if night.store.take(delivery.office, delivery.file, data, night.at):
        night.outcome.taken.append(delivery.file)
    return Seen(delivery.file, delivery.office, sha256, "taken", "", since)


def collect(night: Night) -> None:
    """Examine what waits, the project office's workbook first: the others are read by what it says."""
    _collect(night, project_terms(night.library), from_project=True)
    projects = project_returns(night.store, night.library)
    terms = terms_of(projects, night.library)
    if held := _collect(night, terms, from_project=False, judged=bool(projects)):
        night.outcome.troubles.append(f"{NO_REGISTERS} {', '.join(held)}.")


NO_REGISTERS = (
    "No workbook of the project office is accepted, so it is not known which places, measures and joint activities "
    "there are. Kept, and looked at when there is one:"
)


def _collect(night: Night, terms: Terms, *, from_project: bool, judged: bool = True) -> list[str]:
    """Examine and place what waits; return the files that cannot be judged as long as no register is known."""
    rules = rules_of(night.library, terms)
    office = night.settings.project_office
    offices = () if from_project else tables_of(project_returns(night.store, night.library)).get("offices", ())
    _look_again(night, terms, rules, offices, from_project=from_project)
    waiting = [
        (number, taking) for number, taking in night.store.arrivals() if (taking.office == office) is from_project
    ]
    placed = [one.sha256 for one in night.store.submissions() if (one.form == PROJECT) is from_project]
    examine_all(night, terms, rules, [*placed, *(taking.sha256 for _, taking in waiting)])
    held = [taking.file for _, taking in waiting if not judged and not _is_refused(night, taking, terms, rules)]
    for number, taking in sorted(waiting, key=lambda one: _version(night, one[1], rules)):
        if taking.file not in held:
            place(night, number, taking, terms, rules, offices)
    return held


def _look_again(night: Night, terms: Terms, rules: str, offices: Sequence[Record], *, from_project: bool) -> None:
    """Take up what was refused for a reason that the register, time or a mended program has done away with."""
    again = [number for number, one in night.store.refused_for("office_unknown") if one.office in terms.prefixes]
    for number, one in night.store.refused_for("our_fault"):
        ours = (one.office == night.settings.project_office) is from_project
        again += [number] if ours and not night.store.is_examined(one.sha256, rules) else []
    early = night.store.refused_for("other_period") if offices else []
    examine_all(night, terms, rules, [one.sha256 for _, one in early])
    for number, one in early:
        found = night.store.examined(one.sha256, rules)
        if found and _untimely(night, found[1], offices) is None:
            again.append(number)
    if again:
        night.store.take_up(again)


def _version(night: Night, taking: Taking, rules: str) -> int:
    """Return the typed version of an arrival, in whose order those of one night are placed."""
    found = night.store.examined(taking.sha256, rules)
    return found[1].stamp.version if found and found[1].stamp else 0


def _is_refused(night: Night, taking: Taking, terms: Terms, rules: str) -> bool:
    """Whether an arrival is no return whatever the registers say: no workbook of ours, or another office's."""
    found = night.store.examined(taking.sha256, rules)
    return found is not None and _misplaced(night, found[1], taking, terms) is not None


def _misplaced(night: Night, checked: Checked, taking: Taking, terms: Terms) -> Finding | None:
    return misplaced(checked, taking.office, night.settings.project_office, terms, night.library)


def examine_all(night: Night, terms: Terms, rules: str, wanted: Sequence[str]) -> None:
    """Examine each workbook that was not yet looked at under these rules."""
    new = [sha256 for sha256 in dict.fromkeys(wanted) if not night.store.is_examined(sha256, rules)]
    calls = [
        (one, night.workers.submit(examine.examine, night.store.archive.bytes_of(one), night.library, terms))
        for one in new
    ]
    for sha256, call in calls:
        if where := examine.trace(call):
            tell_fault(night, night.store.file_of(sha256), where)
        night.store.save_examination(sha256, rules, examine.result(call, night.cost))


def place(night: Night, number: int, taking: Taking, terms: Terms, rules: str, offices: Sequence[Record]) -> None:
    """Say what an arrival is: a return, the same again, or nothing that can be taken."""
    found = night.store.examined(taking.sha256, rules)
    assert found is not None, f"{taking.file} was not examined"
    checked = found[1]
    refusal = _misplaced(night, checked, taking, terms) or _untimely(night, checked, offices)
    if refusal:
        night.store.place(number, "refused", refusal.code, [refusal])
        night.outcome.refused.append(taking.file)
        return
    stamp = checked.stamp
    assert stamp is not None, "what is not refused has its stamp"
    before = hold.sent(night, stamp)
    if any(is_same(night, one, checked, rules) for one in before):
        night.store.place(number, "same")
        night.outcome.same.append(taking.file)
        return
    why, told = _why_it_waits(night, before, checked, rules, stamp.period) if before else (None, [])
    name = night.store.submit(number, taking, stamp, "held" if why else "received", why)
    if why:
        night.store.count(name, told)


def _why_it_waits(
    night: Night, before: Sequence[Submission], checked: Checked, rules: str, period: Period
) -> tuple[str | None, list[Finding]]:
    """Return why a version waits for a person, None if it need not, and all that it is told while it waits."""
    known = known_today(night.store, night.library, period)
    judged = judged_by(checked, known, night.library)
    found = hold.reasons(night, before, judged, rules, known)
    why = hold.why(found) if judged.accepted else None  # what is wrong in itself is sent back for that
    return why, [*hold.told(found, checked), *judged.findings]


def misplaced(checked: Checked, office: str, project_office: str, terms: Terms, library: Library) -> Finding | None:
    """Return why a file is not taken: nobody's folder, no workbook of ours, another office's, or another form's.

    Args:
        checked: what examining it found.
        office: the folder that it lies in.
        project_office: the folder of the project office, which alone sends its form.
        terms: with the offices of the register; none as long as it is not known.
        library: the forms that there are.
    """
    if terms.prefixes and office not in (*terms.prefixes, project_office):
        return messages.finding("office_unknown", found=office)
    if checked.stamp is None:
        return checked.findings[0]
    if checked.stamp.office != office:
        whose, here = terms.called(checked.stamp.office), terms.called(office)
        names = {"whose_en": whose.en, "whose_zh": whose.zh, "here_en": here.en, "here_zh": here.zh}
        return messages.finding("other_office", found=checked.stamp.office, expected=office, **names)
    wanted = [name for name in library.forms if (name == PROJECT) is (office == project_office)]
    if checked.stamp.form not in wanted:
        return messages.finding("wrong_form", **messages.wrong_form(checked.stamp.form, library.forms, wanted))
    return None


def _untimely(night: Night, checked: Checked, offices: Sequence[Record]) -> Finding | None:
    """Return why a return is not taken: its quarter is none that the office owes, or has not begun."""
    now = period_of(night.now, night.settings.zone)
    return other_period(checked.stamp, offices, now) if checked.stamp else None


def is_same(night: Night, submission: Submission, checked: Checked, rules: str) -> bool:
    """Whether a submission says the same, whatever its bytes: records, ticks and what keeps it out are equal."""
    before = night.store.examined(submission.sha256, rules)
    return before is not None and told(before[1]) == told(checked)


def told(checked: Checked) -> tuple[object, ...]:
    """Return what a workbook says, without where it stands, in an order of its own.

    A sheet that was missing and is there again says no more in its records than before, but
    what kept the return out is gone.
    """
    records = [(record.table, record.key, dict(record.values)) for record in checked.records]
    errors = [
        (one.code, one.table, one.key, one.field, one.found, one.params.get("label_en"))
        for one in checked.findings
        if one.blocks
    ]
    return sorted(records, key=repr), checked.nothing, sorted(errors, key=repr)
