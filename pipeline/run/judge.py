"""A workbook examined -> what is said of it today, by itself and by the registers in force."""

from __future__ import annotations

import dataclasses

from pipeline import check
from pipeline.model import Checked, Finding, Known, Library


def judged_by(checked: Checked, known: Known, library: Library) -> Checked:
    """Return a workbook with what the registers say of it added, and known exceptions let pass."""
    own, beside = judged_apart(checked, known, library)
    return dataclasses.replace(checked, findings=(*own, *beside))


def judged_apart(checked: Checked, known: Known, library: Library) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what is said of a workbook by itself, and beside the registers and its own quarter before."""
    stamp = checked.stamp
    if stamp is None:
        return checked.findings, ()
    form = library.forms[stamp.form]
    beside = check.against(checked, form, known, library.indicators, library.rules)
    own = check.without_consequences(checked.findings, beside, form.tables)
    who = (stamp.office, stamp.period, known, checked.records)
    return check.let_pass(own, *who), check.let_pass(beside, *who)
