"""A Reading -> checked records, and everything that a person should look at.  Pure.

    names     a name that stands where a code is asked
    records   what was typed in a row becomes a record; who sent it
    rows      rules of one row
    tables    rules of a table, and of a table beside the others of its return
    others    rules of a return beside registers, the quarter before, and the project office's decisions
    settle    one fault is one finding: gathered, without its consequences, on trial, let pass

A rule is a small generator whose docstring is its documentation (docs/rules.md); those that
a form names in `rules` are `TABLE_RULES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.check.names import codes_of, rows_called
from pipeline.check.others import explained, judge_beside, unknown_exceptions, unregistered_conditions
from pipeline.check.records import key_of, read_records, stamp_of
from pipeline.check.rows import holds, units_differ
from pipeline.check.settle import gather, let_pass, on_trial, without_columns, without_consequences, without_needless
from pipeline.check.tables import TABLE_RULES, judge_table, nothing_to_report, silence
from pipeline.model import (
    AS_SHIPPED,
    Checked,
    Finding,
    Form,
    Known,
    Lists,
    Reading,
    Record,
    Rules,
    Stamp,
    Table,
    Terms,
)

__all__ = [
    "RULES_EDITION",
    "TABLE_RULES",
    "against",
    "check_reading",
    "explained",
    "holds",
    "key_of",
    "let_pass",
    "on_trial",
    "unknown_exceptions",
    "unregistered_conditions",
    "without_consequences",
]

RULES_EDITION = 4  # raised by hand when a rule means something else or failed, so that workbooks are looked at anew


def check_reading(reading: Reading, lists: Lists, terms: Terms, rules: Rules = AS_SHIPPED) -> Checked:
    """Return the records of a workbook and every finding, in the order of the form.

    All rules look at all rows, so that an office gets one answer and not one for each time
    it sends.  Bad data is what it is for: the one thing that stops it is a cover that does
    not say who sends what for when.

    Raises:
        RefusedFile: the cover's stamps are not those of an office and a period.
    """
    [cover] = read_records(reading, reading.form.table("cover"), lists, terms, None)[0]
    stamp = stamp_of(cover, reading)
    read = list(_read_tables(reading, lists, terms, stamp))
    beside = {table.name: records for table, records, _ in read}
    findings = list(reading.findings)
    for table, records, typed in read:
        findings += [*typed, *units_differ(records, table, lists), *judge_table(records, table, stamp, terms, beside)]
    nothing = nothing_to_report(reading)
    findings += silence(reading, beside, nothing)
    together = tuple(record for _, records, _ in read for record in records)
    told = gather(without_needless(without_columns(findings, findings)))
    return Checked(stamp, together, nothing, on_trial(told, rules.trial, together))


def _read_tables(
    reading: Reading, lists: Lists, terms: Terms, stamp: Stamp
) -> Iterator[tuple[Table, list[Record], list[Finding]]]:
    """Yield each table with its records and what is to be said of how they were typed; a table knows the names before it."""
    called = {register: codes_of(rows) for register, rows in terms.names.items()}
    for table in reading.form.tables:
        records, typed = read_records(reading, table, lists, terms, stamp, called)
        called[table.name] = codes_of(rows_called(records))
        yield table, records, typed


def against(
    checked: Checked, form: Form, known: Known, indicators: Iterable[str] = (), rules: Rules = AS_SHIPPED
) -> tuple[Finding, ...]:
    """Return what a return's records say that the registers, its own other tables or the quarter before do not know.

    A register that nobody has sent yet judges nothing.
    """
    found = without_columns(judge_beside(checked, form, known, indicators, rules), checked.findings)
    return on_trial(gather(found), rules.trial)
