"""Rules of a return beside what is known of others: registers, the quarter before, what indicators ask."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline import values
from pipeline.check.names import NAMES, bare
from pipeline.check.records import placed
from pipeline.check.rows import ANY_PREFIX, example, fits, office_of
from pipeline.check.settle import is_called
from pipeline.messages import CATALOGUE, finding
from pipeline.model import (
    Bound,
    Checked,
    Field,
    Finding,
    Form,
    Known,
    Library,
    Period,
    Record,
    Rules,
    Table,
    Value,
    Words,
)

Codes = Mapping[str, Collection[str]]  # what may be referred to, by table
MOST_GUESSES = 500  # codes that one which is not known is compared with
MOST_ASKED = 300  # codes that are not known and are compared: in a workbook with more, something else is wrong
MOST_FAULTY = 100  # refused codes of a table that others may have meant
ALIKE = 0.75  # from here on, of 1, a code is probably a slip of another
KINDS_THAT_JUMP = ("count", "amount", "measured")
RATIOS = ("share", "relative", "points")


def judge_beside(
    checked: Checked, form: Form, known: Known, indicators: Iterable[str], rules: Rules
) -> Iterator[Finding]:
    """Yield what a return says that the registers, its own other tables or the quarter before do not know."""
    registers = _Registers(checked, form, known, indicators)
    before = {(one.table, one.key): one for one in known.history.get(checked.stamp.office if checked.stamp else "", ())}
    asked = {
        table.name: [field for field in table.fields if (field.ref or field.or_ref) and field.kind != "stamp"]
        for table in form.tables
    }
    named = {table.name: [field for field in table.fields if field.file_of] for table in form.tables}
    numbers = {table.name: [one for one in table.fields if one.kind in KINDS_THAT_JUMP] for table in form.tables}
    for record in checked.records:
        for field in asked[record.table]:
            yield from registers.judge(record, field)
        for field in named[record.table]:
            yield from picture_beside(record, field, form.table(record.table), known)
        last = before.get((record.table, record.key))
        for field in numbers[record.table] if last else ():
            yield from times_before(record, last, field, rules)  # type: ignore[arg-type]


def picture_beside(record: Record, field: Field, table: Table, known: Known) -> Iterator[Finding]:
    """A picture that is named by its file lies beside the workbook."""
    instead, name = str(field.file_of), record[field.name]
    if known.pictures is None or not name.given or record[instead].given:
        return
    if known.picture(record.office, str(name.plain)) is None:
        words = table.field(instead).title
        one = finding("picture_not_beside", instead_en=words.en, instead_zh=words.zh)
        yield placed(one, record, field.name, field.title)


class _Registers:
    """The codes that may stand in a return, and what was probably meant by one that may not."""

    def __init__(self, checked: Checked, form: Form, known: Known, indicators: Iterable[str]) -> None:
        self._known = known
        self._own = {table.name: table for table in form.tables}
        codes: dict[str, set[str]] = {"indicators": set(indicators)}
        codes |= {name: _codes(known.rows(name)) for name in known.tables}
        for record in checked.records:
            codes.setdefault(record.table, set()).add(record.key.split(";")[0])
        for name, before in _of_before(known.history.get(checked.stamp.office if checked.stamp else "", ()), form):
            codes.setdefault(name, set()).update(before)
        codes["activities"] = codes.get("activities", set()) | codes.get("joint", set())
        self._codes: Codes = codes
        self._meant: dict[tuple[str, str], str | None] = {}
        self._blamed: dict[str, Collection[str]] = {}
        self._records = checked.records
        self._prefixes = {str(row["office"].plain): str(row["prefix"].plain) for row in known.rows("offices")}
        self._faulty = {name: _faulty(checked, table) for name, table in self._own.items()}
        for record in checked.records:
            for field in (one for one in self._own[record.table].fields if one.or_ref and one.pattern):
                if not self._is_ours(record, field) and len(self._faulty[record.table]) < MOST_FAULTY:
                    self._faulty[record.table][record.key] = None

    def judge(self, record: Record, field: Field) -> Iterator[Finding]:
        """Yield what is to be said of a code that refers to a register or another table."""
        if record.values[field.name].given:
            yield from self._unknown(record, field) if field.ref else ()
            yield from self._unregistered(record, field) if field.or_ref and field.pattern else ()

    def _unknown(self, record: Record, field: Field) -> Iterator[Finding]:
        """A code that refers to another table stands there, unless that table is blamed for it already."""
        ref = str(field.ref)
        known = self._codes.get(ref, ())
        for code in _referred(record, field):
            if code not in known and (known or ref in self._own) and not self._is_blamed(ref, code):
                near = self._nearest(ref, code)
                typed = record.typed.get(field.name, code) if field.kind == "code" else code  # of several, that one
                one = finding("unknown_reference", found=typed, expected=near, **did_you_mean(near), **self._list(ref))
                yield placed(one, record, field.name, field.title)

    def _list(self, ref: str) -> dict[str, str]:
        """Return how a list of codes is called: a sheet of the workbook itself, the definitions, or the project office's."""
        if ref == "indicators":
            return dict.fromkeys(("list_en", "list_zh"), "indicators.yaml")
        if ref in self._own:
            tab = self._own[ref].tab
            return {"list_en": f"the sheet '{tab}'", "list_zh": f"工作表“{tab}”"}
        return {"list_en": "the project office's list", "list_zh": "项目办公室的名册"}

    def _is_blamed(self, ref: str, code: str) -> bool:
        """Whether the row referred to may be one whose own code is missing or was refused."""
        faulty = self._faulty.get(ref, {})
        if faulty and ref not in self._blamed:
            self._blamed[ref] = explained(self._codes_asked(ref), self._codes.get(ref, ()), faulty)
        return "" in faulty or code in self._blamed.get(ref, ())

    def _codes_asked(self, ref: str) -> list[str]:
        """Return the codes by which the rows of this return refer to a table, each once."""
        asking = {
            name: [one for one in table.fields if one.ref == ref and one.kind != "stamp"]
            for name, table in self._own.items()
        }
        every = (
            code
            for record in self._records
            for field in asking[record.table]
            if record[field.name].given
            for code in _referred(record, field)
        )
        return list(dict.fromkeys(every))

    def _nearest(self, ref: str, code: str) -> str | None:
        """Return the code that was probably meant: one whose name was typed, or one that looks like it."""
        if (ref, code) not in self._meant and len(self._meant) < MOST_ASKED:
            self._meant[ref, code] = self._named(ref, code) or nearest(code, self._codes.get(ref, ()))
        return self._meant.get((ref, code))

    def _named(self, ref: str, typed: str) -> str | None:
        names = [name for pair in NAMES for name in pair]
        rows = (row for row in self._known.rows(ref) for name in names if _says(row[name], bare(typed)))
        return next((row.key.split(";")[0] for row in rows), None)

    def _unregistered(self, record: Record, field: Field) -> Iterator[Finding]:
        """A code that is not the office's own is one of the register of joint activities."""
        if self._is_ours(record, field):
            return
        pattern, prefix = str(field.pattern), self._prefixes.get(record.office, "XX")
        other = office_of(record.key, pattern, self._prefixes)
        like = example(pattern, prefix)
        if other:
            whose = self._known.called(other)
            one = finding("code_of_other_office", expected=like, other_en=whose.en, other_zh=whose.zh)
        else:
            joint = self._codes.get(str(field.or_ref), ())
            near = nearest(record.key, [one for one in joint if one[:2].casefold() == record.key[:2].casefold()])
            one = finding("not_own_code", expected=near, like=like, **did_you_mean(near))
        yield placed(one, record, field.name, field.title)

    def _is_ours(self, record: Record, field: Field) -> bool:
        prefix = self._prefixes.get(record.office, ANY_PREFIX)
        own = not self._prefixes or fits(record.key, str(field.pattern), prefix)
        return own or record.key in self._codes.get(str(field.or_ref), ())


def explained(asked: Sequence[str], known: Collection[str], faulty: Collection[str]) -> Collection[str]:
    """Return the codes asked for and not known that a refused one explains: one alike, else as many as are left of both.

    >>> sorted(explained(["JS-001", "JS-02"], ["JS-003"], ["JS-O2", "Works"]))
    ['JS-001', 'JS-02']
    >>> explained(["JS-001", "JS-002"], [], ["Works"]), explained(["JS-001", "Works"], ["Works"], ["Works"])
    (set(), set())
    """
    unknown = [code for code in asked if code not in known]
    if len(unknown) > MOST_ASKED:
        return set()
    alike = {code for code in unknown if any(_is_like(code, typed) for typed in faulty)}
    rest = [code for code in unknown if code not in alike]
    spare = [typed for typed in faulty if typed not in asked and not any(_is_like(code, typed) for code in unknown)]
    return alike | set(rest) if len(rest) <= len(spare) else alike


def _referred(record: Record, field: Field) -> tuple[str, ...]:
    """Return the codes in a field that refers to a table."""
    plain = record[field.name].plain
    return plain if isinstance(plain, tuple) else (str(plain),)


def _of_before(records: Iterable[Record], form: Form) -> Iterator[tuple[str, Collection[str]]]:
    """Yield (table, codes) of what the quarter before had or referred to, for tables that begin anew each quarter."""
    anew = {table.name for table in form.tables if table.carry != "all"}
    asking = {table.name: [one for one in table.fields if one.ref in anew] for table in form.tables}
    for record in records:
        if record.table in anew:
            yield record.table, {record.key.split(";")[0]}
        for field in asking.get(record.table, ()):
            if record[field.name].given:
                yield str(field.ref), _referred(record, field)


def _says(name: Value, wanted: str) -> bool:
    return isinstance(name.plain, str) and bare(name.plain) == wanted


def _codes(records: Iterable[Record]) -> set[str]:
    return {record.key.split(";")[0] for record in records}


def _faulty(checked: Checked, table: Table) -> dict[str, None]:
    """Return what was typed for keys of a table that are refused already; "" if any may be meant by them."""
    own = [one for one in checked.findings if one.table == table.name and one.severity == "error"]
    lost = [""] if any(one.code in ("sheet_missing", "headers_missing", "rows_above") for one in own) else []
    keys = [typed for one in own if table.key and one.field == table.key[0] for typed in one.several]
    return dict.fromkeys([*lost, *keys][:MOST_FAULTY])


def nearest(code: str, known: Collection[str]) -> str | None:
    """Return the known code that was probably meant; None if none looks like it, or several do.

    A code is no slip of one that differs from it in digits only, as its neighbours in a register do, or in whose it is.

    >>> nearest("taixin", ["taixing", "beijing"]), nearest("moon", ["taixing", "beijing"])
    ('taixing', None)
    >>> nearest("js-OO1", ["JS-001", "JS-002"]), nearest("JS-003", ["JS-001", "JS-002"])
    ('JS-001', None)
    """
    wanted = _in_plain_letters(code)
    some = sorted(one for one in known if one[:4].casefold() == code[:4].casefold() or len(known) <= MOST_GUESSES)
    if same := [one for one in some if _in_plain_letters(one) == wanted]:
        return same[0]
    some = [one for one in some[:MOST_GUESSES] if _shape(one) != _shape(code) and _whose(one) == _whose(code)]
    near = [one for one in some if values.is_near(code, one)] or difflib.get_close_matches(code, some, 2, ALIKE)
    return near[0] if len(near) == 1 else None


def _in_plain_letters(code: str) -> str:
    """Return a code with the letters that are typed for digits as digits, whatever their case."""
    return code.casefold().translate(str.maketrans("oil", "011"))


def _shape(code: str) -> str:
    return re.sub("[0-9]", "0", code)


def _whose(code: str) -> str:
    """Return the two letters that say whose a code is, the office's or those of joint activities; "" if there are none."""
    return code[:2] if re.match("[A-Z]{2}-", code) else ""


def _is_like(one: str, two: str) -> bool:
    return values.is_near(one, two) or difflib.SequenceMatcher(None, one, two).ratio() >= ALIKE


def did_you_mean(near: str | None) -> dict[str, str]:
    """Return the sentence that names what was probably meant, as messages ask for it; empty if there is nothing."""
    return {
        "hint_en": f" Did you mean {near}?" if near else "",
        "hint_zh": f"是否应为 {near}？" if near else "",
    }


def times_before(record: Record, last: Record, field: Field, rules: Rules) -> Iterator[Finding]:
    """A number is not ten times that of the quarter before, nor a tenth of it."""
    now, was = record[field.name], last[field.name]
    small, large = sorted((_size(now), _size(was)))
    if now.unit == was.unit and small > 0 and large >= rules.least and large >= rules.times * small:
        one = finding("times_before", before=last.typed.get(field.name, ""), times=str(rules.times))
        yield placed(one, record, field.name, field.title)


def _size(value: Value) -> Decimal:
    """Return how large a number is, in whole units; 0 for what is no exact number, or a ratio."""
    if not value.given or value.bound is not Bound.EXACT or value.unit in RATIOS:
        return Decimal(0)
    number = abs(Decimal(value.plain)) if isinstance(value.plain, (int, Decimal)) else Decimal(0)
    return number / 100 if value.unit == "fen" else number


# ---- what indicators ask ---------------------------------------------------------------------------


def unregistered_conditions(library: Library, known: Known, office: str) -> tuple[Finding, ...]:
    """Return where an indicator asks for a code that its register lacks: no row can ever meet it.

    A register that nobody has sent yet judges nothing.

    Args:
        office: whom the findings are for, the project office.
    """
    refs = {
        (table.name, field.name): field.ref
        for form in library.forms.values()
        for table in form.tables
        for field in table.fields
        if field.ref and known.rows(field.ref)
    }
    return tuple(
        one
        for indicator in library.indicators.values()
        for table, where in indicator.conditions()
        for name, wanted in where.items()
        if (ref := refs.get((table, name)))
        for one in _not_in(known, ref, wanted, indicator.code, name, office)
    )


def _not_in(
    known: Known, ref: str, wanted: Iterable[str], indicator: str, field: str, office: str
) -> Iterator[Finding]:
    codes = _codes(known.rows(ref))
    for code in wanted:
        if code not in codes:
            near = difflib.get_close_matches(code, codes, 1, 0)[0]
            said = {"indicator": indicator, "asked": field, "register": ref, "office": office}
            yield finding("condition_not_registered", found=code, expected=near, **said)


# ---- what the project office lets pass --------------------------------------------------------------


def unknown_exceptions(
    library: Library, known: Known, office: str, period: Period, returns: Mapping[str, Sequence[Record]]
) -> tuple[Finding, ...]:
    """Return where an exception names a finding, table, field or row that there is not: it lets nothing pass.

    Args:
        office: whom the findings are for, the project office.
        period: of the returns; exceptions of others are not asked for their rows.
        returns: the rows of each office's return that was judged last.
    """
    tables = {table.name: table for form in library.forms.values() for table in form.tables}
    rows = [row for row in known.rows("exceptions") if row["period"].plain == period and _names_a_row(row)]
    lost = (row for row in rows if not _has_row(row, returns.get(str(row["office"].plain))))
    return tuple(
        _no_exception(row, tables["exceptions"].field(name), ways, office)
        for row in known.rows("exceptions")
        for name, ways in _ways(row, tables).items()
        if row[name].given and str(row[name].plain) not in ways
    ) + tuple(_no_exception(row, tables["exceptions"].field("key"), {}, office) for row in lost)


def _names_a_row(row: Record) -> bool:
    """Whether an exception is for a row of the return, and not for one that it no longer has."""
    return row["key"].given and row["finding"].plain != "rows_lost"


def _has_row(row: Record, records: Sequence[Record] | None) -> bool:
    """Whether an exception names a row that its office has; true as long as no return of it was judged."""
    tables = (one for one in records or () if not row["table"].given or one.table == row["table"].plain)
    return records is None or any(is_called(str(row["key"].plain), one) for one in tables)


def _ways(row: Record, tables: Mapping[str, Table]) -> dict[str, dict[str, Words]]:
    """Return what an exception may name, with the titles: findings, tables, and the fields of its table."""
    table = tables.get(str(row["table"].plain))
    fields = table.fields if table else tuple(field for one in tables.values() for field in one.fields)
    return {
        "finding": {code: Words(code, code) for code in CATALOGUE},
        "table": {name: one.title for name, one in tables.items()},
        "field": {one.name: one.title for one in fields},
    }


def _no_exception(row: Record, field: Field, ways: Mapping[str, Words], office: str) -> Finding:
    typed = values.normal(str(row[field.name].plain))
    titled = [name for name, title in ways.items() if typed in (values.normal(title.en), values.normal(title.zh))]
    near = titled[0] if titled else nearest(typed, ways)
    return placed(finding("exception_no_match", office=office, **did_you_mean(near)), row, field.name, field.title)
