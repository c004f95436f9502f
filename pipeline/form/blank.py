"""A form and what is known of an office -> the workbook it fills in, the same bytes each time."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook

from pipeline.form.guidance import Guidance
from pipeline.form.looks import Looks
from pipeline.form.sheets import LISTS, UNITS, Names, own_name, write_card, write_guide, write_rows
from pipeline.model import Field, Form, Library, Lists, Period, Record, Table, Value, Words, names_of

MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # of every blank form: the same form has the same bytes
Values = Mapping[str, Value]
PAIR = 31  # letters that Excel allows in the name of a sheet


@dataclass(frozen=True, slots=True)
class Known:
    """Whose form it is and what is known already."""

    office: str
    title: Words
    prefix: str
    language: str  # of the office: the other language's columns are folded
    period: Period
    registers: Mapping[str, Sequence[Record]]
    rows: Mapping[str, Sequence[Values]]  # what each table starts with


def write_blank(form: Form, library: Library, guidance: Guidance, known: Known) -> bytes:
    """Return the blank workbook of an office: every sheet with its headers, lists, checks and what is carried over.

    The reader finds its columns by the hidden anchors.  What is ours is locked, what is
    hers is free; the same form for the same office and rows is the same bytes.
    """
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{form.title.en} {known.period}", "author": "SCORE", "created": MADE})
    looks = Looks(book)
    names = _names(book, form, library, known)
    tables = [_with_ticks(table, form, guidance) for table in form.tables]
    for table in tables:
        write = write_card if table.layout == "card" else write_rows
        write(book, looks, table, _stamped(table, form, known), known, library.lists, guidance, names)
    titles = {table.name: table.title for one in library.forms.values() for table in one.tables}
    write_guide(book, looks, form, library.lists, known, guidance, names, titles)
    _write_lists(book, names)
    book.get_worksheet_by_name(form.tables[0].tab).activate()
    book.close()
    return target.getvalue()


def _with_ticks(table: Table, form: Form, guidance: Guidance) -> Table:
    """Return the cover with a line "nothing to report" for each table that needs one."""
    if table.name != "cover":
        return table
    nothing = guidance.words["nothing"]
    ticks = tuple(
        Field(f"nothing_{one.name}", Words(nothing.en + one.title.en, nothing.zh + one.title.zh), "flag")
        for one in form.tables
        if one.silence == "tick"
    )
    return dataclasses.replace(table, fields=(*table.fields, *ticks))


def _stamped(table: Table, form: Form, known: Known) -> Sequence[Mapping[str, Value | str | int]]:
    """Return the rows that a table starts with; of the cover our stamps."""
    if table.name != "cover":
        return known.rows.get(table.name, ())
    return [
        {"form": form.name, "edition": form.edition, "office": known.office, "period": str(known.period), "version": 1}
    ]


# ---- lists to pick from -----------------------------------------------------------------------------------


def _names(book: Workbook, form: Form, library: Library, known: Known) -> Names:
    """Return what may be picked, by the defined name of each list."""
    lists = {f"list_{name}": listed(library.lists, name) for table in form.tables for name in _lists_of(table)}
    refs = {field.ref for table in form.tables for field in table.fields if field.ref}
    called = offered(known.registers)
    registers = {f"reg_{name}": list(called.get(name, {}).values()) for name in sorted(refs)}
    registers["reg_indicators"] = list(library.indicators) if "indicators" in refs else []
    units = {f"unit_{unit}": _measures(known, library, unit) for unit in UNITS}
    fields = {f"fields_{name}": titles for name, titles in _fields(form, library).items()}
    found = {**lists, "list_flag": ["是", "否"], **registers, **units, **fields}
    names = Names({name: items for name, items in found.items() if items}, {}, called)
    for table in form.tables:
        if table.key and table.layout == "rows" and table.name in refs:
            names.own[table.name] = own_name(book, table)
    return names


def _lists_of(table: Table) -> list[str]:
    return [field.list for field in table.fields if field.list]


def listed(lists: Lists, name: str) -> list[str]:
    """Return the entries of a list as they are picked: both languages, where they differ."""
    return [entry.words.together for entry in lists[name].values()]


def offered(registers: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, str]]:
    """Return by register and code what is picked: the name in both languages, or the code where two rows are called so."""
    names, found = names_of(registers), {}
    for register, records in registers.items():
        codes = list(dict.fromkeys(record.key.split(";")[0] for record in records))
        said = {code: names.get(register, {}).get(code, Words(code, code)).together for code in codes}
        times = Counter(said.values())
        found[register] = {code: text if times[text] == 1 else code for code, text in said.items()}
    return found


def _measures(known: Known, library: Library, unit: str) -> list[str]:
    """Return what says that a value is in that unit: measures, by code or name, and indicators."""
    rows, names = known.registers.get("measures", ()), names_of(known.registers).get("measures", {})
    codes = [row.key for row in rows if row["unit"].plain == unit]
    called = [names.get(code, Words(code, code)) for code in codes]
    ways = [way for words in called for way in (words.together, words.zh, words.en)]
    indicators = [code for code, indicator in library.indicators.items() if indicator.kind == unit]
    return [*dict.fromkeys([*codes, *ways]), *indicators]


def _fields(form: Form, library: Library) -> dict[str, list[str]]:
    """Return the tables and their fields, where a form corrects other forms' rows: a list that depends on another."""
    if not any({"table", "field"} <= {field.name for field in table.fields} for table in form.tables):
        return {}
    tables = {table.name: table for other in library.forms.values() for table in other.tables}
    found = {name: [field.name for field in table.fields] for name, table in tables.items()}
    return {**found, "tables": list(tables)}


def _write_lists(book: Workbook, names: Names) -> None:
    """Write the lists on a sheet that nobody sees, and give each its name."""
    sheet = book.add_worksheet(LISTS)
    sheet.write_string(0, 0, "#lists")
    for column, (name, items) in enumerate(names.lists.items()):
        sheet.write_string(1, column, name)
        sheet.write_column(2, column, items)
        book.define_name(name, f"='{LISTS}'!{_range(column, len(items))}")
    sheet.very_hidden()


def _range(column: int, length: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return str(xl_range_abs(2, column, 1 + length, column))
