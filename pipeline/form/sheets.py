"""One sheet of a blank form: a table of rows, a card, or the guide."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from pipeline import values
from pipeline.form.guidance import Guidance
from pipeline.form.looks import NARROW, WIDTHS, Looks
from pipeline.model import Bound, Field, Form, Lists, Table, Value, Words

if TYPE_CHECKING:
    from pipeline.form.blank import Known

NBSP = "\u00a0"
LISTS = "清单 Lists"
ANCHORS, HEADER, FIRST, CARD = 2, 3, 4, 3  # rows, from 0
LAST = 503  # the last row with checks and lists
PAGE = 230  # letters that one lying page holds, made smaller
UNSCALED, HEIGHT = 125, 490  # letters and points of one that is not
FIRST_PAGE = 0.8  # of an even part surely stands on the first of several pages
LARGE = 1.8  # letters that one of a title is wide
HEAD, HEAD_LINE = 46, 15  # points of a head of two lines, and of a line
ROW, PICTURE_ROW = 21, 72  # points
HINT = 54  # letters that a line of the guide's third column surely holds
SHOWN = 25  # rows with a grid, at most
ADVICE = {"show_error": True, "error_type": "warning"}  # she may keep what we did not expect: the check will ask
UNITS = {"rmb": '#,##0.00" 元"'}  # no share: she types the sign, and a plain 1.5 that shows as 150.00% is read as 1.5%
CODED = ("places", "programmes", "measures", "joint")  # registers of which the guide lists codes and names
PROTECT = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_columns", "insert_rows", "delete_rows", "sort", "autofilter", "objects"),
    True,
)  # fmt: skip
Row = Mapping[str, Value | str | int]


@dataclass(frozen=True, slots=True)
class Names:
    """What may be picked: lists by defined name, for a table of the form the name of its own codes, and names for codes."""

    lists: Mapping[str, Sequence[str]]
    own: dict[str, str]
    called: Mapping[str, Mapping[str, str]]  # by register and code, what is picked where the code is asked

    def said(self, field: Field, code: str) -> str:
        """Return what is picked where a code is asked."""
        return code if field.ref in self.own else self.called.get(field.ref or "", {}).get(code, code)


def own_name(book: Workbook, table: Table) -> str:
    """Define the codes that she types into a table as a list for other sheets; return its name."""
    name = f"own_{table.name}"
    sheet, column = f"'{table.tab}'", [field.name for field in table.fields].index(table.key[0])
    codes = f"{sheet}!{xl_range_abs(FIRST, column, LAST, column)}"
    top = codes.split(":")[0]
    book.define_name(name, f"=OFFSET({top},0,0,MAX(1,COUNTA({codes})),1)")
    return name


# ---- a table of rows --------------------------------------------------------------------------------------


def write_rows(
    book: Workbook,
    looks: Looks,
    table: Table,
    rows: Sequence[Row],
    known: Known,
    lists: Lists,
    guidance: Guidance,
    names: Names,
) -> None:
    """Write a sheet of rows under headers, with what is carried over, lists, hints and checks."""
    sheet = book.add_worksheet(table.tab)
    folded = {field.name for field in table.fields if _is_folded(field, table, known.language, rows)}
    top = _write_top(sheet, looks, table, known, guidance, folded)
    pictures = any(field.kind == "picture" for field in table.fields)
    above = top + 10 * len(rows) + _head_height(table, folded) - HEAD
    shown = max(len(rows) + 5, _fitting(table, folded, above, PICTURE_ROW if pictures else ROW))
    for number in range(shown):
        sheet.set_row(FIRST + number, PICTURE_ROW if pictures else ROW + 10 if number < len(rows) else ROW)
    for column, field in enumerate(table.fields):
        sheet.write_string(ANCHORS, column, f"#{field.name}", looks["anchor"])
        _write_head(sheet, looks, column, field, required=_is_asked(field, table))
        _set_column(sheet, looks, table, column, folded)
        _check(sheet, column, field, table, guidance, names)
        for number in range(shown):
            row = rows[number] if number < len(rows) else {}
            at = FIRST + number, column
            _write_cell(sheet, looks, at, field, row.get(field.name), table, lists, known.language, names)
        _show_units(book, sheet, column, field, table, names)
    sheet.set_row(ANCHORS, None, None, {"hidden": True})
    sheet.set_row(HEADER, _head_height(table, folded))
    sheet.freeze_panes(FIRST, 1)
    _set_page(sheet, table.title, guidance, wide=_pages(table, folded))
    sheet.repeat_rows(HEADER)
    sheet.repeat_columns(0)
    sheet.protect("", PROTECT)


def _write_top(
    sheet: Worksheet, looks: Looks, table: Table, known: Known, guidance: Guidance, folded: Collection[str]
) -> float:
    """Write title, whose form it is and how to fill it in, as wide as the table or its first page; return how high that is."""
    first, last, room = _first_page(table, folded)
    title = f"{table.title.zh}  {table.title.en}"
    whose = f"SCORE · {known.title.zh} {known.title.en} · {known.period}"
    sheet.write_string(0, first, title, looks["title"])
    sheet.set_row(0, 30)
    if room >= LARGE * wide(title) + wide(whose):
        sheet.write_string(0, last, whose, looks["whose"])
    how = guidance.how["rows"]
    if first < last:
        sheet.merge_range(1, first, 1, last, "", looks["how"])
    sheet.write_string(1, first, _lines(how), looks["how"])
    height = 4 + 13 * (-(-1.5 * len(how.zh) // room) + -(-len(how.en) // (1.3 * room)))
    sheet.set_row(1, height)
    return height


def _first_page(table: Table, folded: Collection[str]) -> tuple[int, int, float]:
    """Return the columns that a title stands over, first and last, and how many letters that is.

    What is printed on several pages side by side repeats its first column on each: there a
    title would be cut off, so it begins in the next one.
    """
    wide, total = _pages(table, folded), _letters(table, folded)
    seen = [column for column, field in enumerate(table.fields) if field.name not in folded]
    over = seen[1:] if wide > 1 and len(seen) > 1 else seen
    most = total if wide == 1 else FIRST_PAGE * total / wide
    last, room = over[0], 0.0
    for column in over:
        width = _width(table.fields[column])
        if room and room + width > most:
            break
        last, room = column, room + width
    return over[0], last, room


def _write_head(sheet: Worksheet, looks: Looks, column: int, field: Field, *, required: bool) -> None:
    star = (looks["star"], " *") if required else ()
    sheet.write_rich_string(
        HEADER,
        column,
        *(looks["head zh"], field.title.zh, *star, looks["head en"], f"\n{field.title.en}"),
        looks["head"],
    )


def wide(text: str) -> int:
    """Return how many letters a text is wide: a Chinese sign is two.

    >>> wide("活动  Activities")
    16
    """
    return sum(2 if sign > "\u2e80" else 1 for sign in text)


def _head_height(table: Table, folded: Collection[str]) -> float:
    """Return how high the heads must be for the longest of them to be whole."""
    lines = [
        -(-1.1 * wide(f"{field.title.zh} *") // _width(field)) + -(-0.9 * len(field.title.en) // (_width(field) - 1))
        for field in table.fields
        if field.name not in folded
    ]
    return max(HEAD, 2 + HEAD_LINE * max(lines))


def _is_asked(field: Field, table: Table) -> bool:
    """Whether a column gets its star: required, or one of a group of which one is."""
    return field.required or any(field.name in group for group in table.one_of)


def _set_column(sheet: Worksheet, looks: Looks, table: Table, column: int, folded: Collection[str]) -> None:
    """Make a column as wide as its kind needs, free to be filled in, and folded if it is the other language's."""
    field = table.fields[column]
    beside = column > 0 and table.fields[column - 1].name in folded and field.name not in folded
    options = {"level": 1, "hidden": True} if field.name in folded else {"collapsed": True} if beside else {}
    sheet.set_column(column, column, _width(field), looks.free(_shown(field), grid=False), options)


def _letters(table: Table, folded: Collection[str]) -> float:
    """Return how wide a table is."""
    return sum(_width(field) for field in table.fields if field.name not in folded)


def _pages(table: Table, folded: Collection[str]) -> int:
    """Return how many lying pages a table takes side by side."""
    return -(-int(_letters(table, folded)) // PAGE)


def _fitting(table: Table, folded: Collection[str], above: float, row: float) -> int:
    """Return how many rows get a grid, so that one printed page is a form: as many as fit below what stands above."""
    scale = min(1.0, UNSCALED * _pages(table, folded) / _letters(table, folded))
    return min(SHOWN, int((HEIGHT / scale - 76 - above) // row))


def _width(field: Field) -> float:
    return max(WIDTHS.get(field.kind, NARROW), 2.1 * min(len(field.title.zh), 9) + 3)


def _is_folded(field: Field, table: Table, language: str, rows: Sequence[Row]) -> bool:
    """Whether a column is for words in the language that the office need not write, and nothing stands only there."""
    base, _, ending = field.name.rpartition("_")
    other = f"{base}_{language}"
    if ending not in ("en", "zh") or ending == language or other not in {one.name for one in table.fields}:
        return False
    return not field.required and all(other in row or field.name not in row for row in rows)


def _shown(field: Field) -> str:
    return values.KINDS[field.kind].excel


def _write_cell(
    sheet: Worksheet,
    looks: Looks,
    at: tuple[int, int],
    field: Field,
    value: Value | str | int | None,
    table: Table,
    lists: Lists,
    language: str,
    names: Names,
) -> None:
    """Write one cell: what is carried over, its key locked; else free."""
    ours = value is not None and (field.name in table.key or field.kind == "stamp")
    look = looks.locked(_shown(field)) if ours else looks.free(_shown(field))
    typed = typed_again(value, field, lists, language, names) if isinstance(value, Value) else value
    if typed is None or typed == "":
        sheet.write_blank(*at, None, look)
    elif isinstance(typed, date):
        sheet.write_datetime(*at, typed, look)
    elif isinstance(typed, (int, Decimal)):
        sheet.write_number(*at, typed, look)
    else:
        sheet.write_string(*at, typed, look)


def typed_again(value: Value, field: Field, lists: Lists, language: str, names: Names) -> str | int | date | Decimal:
    """Return what to type so that it is read as that value again."""
    plain = value.plain
    if value.given and field.kind == "day" and isinstance(plain, date):
        return plain
    if value.given and field.kind == "count" and isinstance(plain, int) and value.bound is Bound.EXACT:
        return plain
    if value.given and field.kind == "choice":
        return lists[str(field.list)][str(plain)].words.together
    if value.given and field.kind == "code":
        return names.said(field, str(plain))
    return values.show(value, field, language, lists).replace(NBSP, " ")


# ---- hints, lists and checks ------------------------------------------------------------------------------


def _check(sheet: Worksheet, column: int, field: Field, table: Table, guidance: Guidance, names: Names) -> None:
    """Give a column its list or its check, and what appears beside its cells."""
    sheet.data_validation(FIRST, column, LAST, column, validation(field, table, column, FIRST, guidance, names))


def validation(field: Field, table: Table, column: int, row: int, guidance: Guidance, names: Names) -> dict[str, Any]:
    """Return a cell's check: a list to pick from, a number, or only a hint."""
    hint = _hint(field, table, guidance)
    shared = {"ignore_blank": True, "input_title": field.title.zh[:32], "input_message": hint[:255], **ADVICE}
    source = _source(field, table, row, names)
    if source:
        return {**shared, "validate": "list", "source": source, "error_message": _both(guidance.words["not_in_list"])}
    if field.kind in ("count", "amount"):
        cell = f"{xl_col_to_name(column)}{row + 1}"
        message = _both(guidance.words["not_a_number"])
        return {**shared, "validate": "custom", "value": f"=OR(ISTEXT({cell}),{cell}>=0)", "error_message": message}
    return {**shared, "validate": "any"}


def _source(field: Field, table: Table, row: int, names: Names) -> str | None:
    """Return the defined name that a field is picked from; of a field of a table it depends on that table's cell."""
    order = [one.name for one in table.fields]
    if field.name == "field" and "table" in order and "fields_tables" in names.lists:
        return f'=INDIRECT("fields_"&${xl_col_to_name(order.index("table"))}{row + 1})'
    if field.name == "table" and "fields_tables" in names.lists:
        return "=fields_tables"
    wanted = [f"list_{field.list}", "list_flag" if field.kind == "flag" else "", f"reg_{field.ref}"]
    if field.kind == "codes":
        return None  # several codes in one cell are no entry of a list
    if field.ref in names.own and not (table.key and field.name == table.key[0] and field.ref == table.name):
        return f"={names.own[field.ref]}"
    return next((f"={name}" for name in wanted if name in names.lists), None)


def _hint(field: Field, table: Table, guidance: Guidance) -> str:
    kind = "choice" if field.kind == "code" and field.ref in CODED else field.kind  # its names are picked
    said = [guidance.hints[kind]]
    said += [guidance.words["bound"]] if field.bound else []
    may_be_unknown = not (field.kind == "code" and field.name in table.key)
    said += [guidance.words["required" if may_be_unknown else "needed"]] if field.required else []
    said += [guidance.words["see_codes"]] if field.ref in CODED else []
    return "".join(_ended(one.zh, "。") for one in said) + "\n" + " ".join(_ended(one.en, ".") for one in said)


def _ended(text: str, stop: str) -> str:
    """Return a sentence with its stop, so that another may follow."""
    return text if text.endswith(stop) else text + stop


def _both(words: Words) -> str:
    return f"{words.zh}\n{words.en}"[:255]


def _show_units(book: Workbook, sheet: Worksheet, column: int, field: Field, table: Table, names: Names) -> None:
    """Let a measured value show as money once its row's measure is picked; what is shown is what is read."""
    if field.kind != "measured" or not field.unit_of:
        return
    picked = xl_col_to_name([one.name for one in table.fields].index(field.unit_of))
    for unit, shown in UNITS.items():
        if f"unit_{unit}" in names.lists:
            rule = f"=ISNUMBER(MATCH(${picked}{FIRST + 1},unit_{unit},0))"
            look = book.add_format({"num_format": shown})
            sheet.conditional_format(FIRST, column, LAST, column, {"type": "formula", "criteria": rule, "format": look})


# ---- the page ---------------------------------------------------------------------------------------------


def _set_page(sheet: Worksheet, title: Words, guidance: Guidance, *, wide: int = 0) -> None:
    """Make it fit A4: rows lying and so many pages wide, cards on one page; with the lines to sign at its foot."""
    if wide:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.5, 0.5, 0.5, 0.8)
    sheet.fit_to_pages(wide or 1, 0 if wide else 1)
    words = guidance.words
    sign = f"{words['filled'].zh} ____________   {words['approved'].zh} ____________   （{words['seal'].zh}）"
    sheet.set_footer(f"&L&8{title.zh}  {sign}&R&8&P / &N")
    sheet.hide_gridlines(2)


# ---- a card -----------------------------------------------------------------------------------------------


def write_card(
    book: Workbook,
    looks: Looks,
    table: Table,
    rows: Sequence[Row],
    known: Known,
    lists: Lists,
    guidance: Guidance,
    names: Names,
) -> None:
    """Write a card: label, value and hidden anchor, one field a line; on the cover also the place for the seal."""
    sheet = book.add_worksheet(table.tab)
    sheet.write_string(0, 0, f"{table.title.zh}  {table.title.en}", looks["title"])
    sheet.set_row(0, 30)
    sheet.merge_range(1, 0, 1, 1, _lines(guidance.how["card"]), looks["how"])
    sheet.set_row(1, 44)
    row = rows[0] if rows else {}
    for number, field in enumerate(table.fields, CARD):
        star = (looks["label star"], " *") if field.required else ()
        zh, en = field.title.zh, field.title.en
        sheet.write_rich_string(
            number, 0, *(looks["label zh"], zh, *star, looks["label en"], f"\n{en}"), looks["label"]
        )
        _write_cell(sheet, looks, (number, 1), field, row.get(field.name), table, lists, known.language, names)
        sheet.write_string(number, 2, f"#{field.name}", looks["anchor"])
        sheet.data_validation(number, 1, number, 1, validation(field, table, 1, number, guidance, names))
        sheet.set_row(number, 60 if field.kind == "long" else 31)
    for column, width, options in ((0, 46, {}), (1, 58, {}), (2, 10, {"hidden": True})):
        sheet.set_column(column, column, width, None, options)
    if table.name == "cover":
        _write_signatures(sheet, looks, CARD + len(table.fields) + 1, guidance)
    _set_page(sheet, table.title, guidance)
    sheet.protect("", PROTECT)


def _write_signatures(sheet: Worksheet, looks: Looks, row: int, guidance: Guidance) -> None:
    words = guidance.words
    for number, name in enumerate(("filled", "approved")):
        sheet.set_row(row + 2 * number, 34)
        sheet.write_string(row + 2 * number + 1, 0, f"{words[name].zh} {words[name].en}", looks["sign"])
    sheet.merge_range(row, 1, row + 3, 1, f"{words['seal'].zh}  {words['seal'].en}", looks["seal"])


def _lines(words: Words) -> str:
    return f"{words.zh}\n{words.en}"


# ---- the guide --------------------------------------------------------------------------------------------


def write_guide(
    book: Workbook,
    looks: Looks,
    form: Form,
    lists: Lists,
    known: Known,
    guidance: Guidance,
    names: Names,
    titles: Mapping[str, Words],
) -> None:
    """Write how to fill in the form, in both languages, with the example and the codes to use."""
    words = guidance.words
    sheet = book.add_worksheet(f"{words['guide'].zh} {words['guide'].en}")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 62)
    sheet.write_string(0, 0, f"{words['guide'].zh}  {words['guide'].en}", looks["title"])
    sheet.write_string(0, 2, f"SCORE · {known.title.zh} {known.title.en} · {known.period}", looks["whose"])
    sheet.set_row(0, 30)
    sheet.write_string(2, 0, "#guide", looks["anchor"])
    sheet.set_row(2, None, None, {"hidden": True})
    row = 3
    for number, rule in enumerate(guidance.rules, 1):
        sheet.merge_range(row, 0, row, 2, f"{number}. {rule.zh}\n{rule.en}", looks["said"])
        sheet.set_row(row, 34)
        row += 1
    row = _write_example(sheet, looks, row + 1, form, lists, known, guidance, names)
    _write_codes(sheet, looks, row + 1, known, guidance, titles)
    _set_page(sheet, words["guide"], guidance)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write_example(
    sheet: Worksheet,
    looks: Looks,
    row: int,
    form: Form,
    lists: Lists,
    known: Known,
    guidance: Guidance,
    names: Names,
) -> int:
    """Write the example row, one field a line; return the row after it."""
    table = next((one for one in form.tables if one.name == guidance.example_table), None)
    if table is None:
        return row
    title = guidance.words["example"]
    _section(sheet, looks, row, f"{title.zh} {title.en}: {table.title.zh} {table.title.en}")
    for field in table.fields:
        if field.name in guidance.example:
            row += 1
            typed = guidance.example[field.name].replace("{OFFICE}", known.prefix)
            entry = lists.get(field.list or "", {}).get(typed)
            shown = entry.words.together if entry else names.said(field, typed)
            sheet.write_string(row, 0, f"{field.title.zh} {field.title.en}", looks["table"])
            sheet.write_string(row, 1, shown, looks["example"])
            hint = _hint(field, table, guidance).replace("\n", " ")
            sheet.write_string(row, 2, hint, looks["table"])
            sheet.set_row(row, 15.5 * max(2, -(-wide(hint) // HINT)))
    return row + 1


def _write_codes(
    sheet: Worksheet, looks: Looks, row: int, known: Known, guidance: Guidance, titles: Mapping[str, Words]
) -> None:
    """Write the codes of the registers with their names."""
    title = guidance.words["codes"]
    _section(sheet, looks, row, f"{title.zh} {title.en}")
    for name in CODED:
        words = titles.get(name, Words(name, name))
        for record in known.registers.get(name, ()):
            row += 1
            said = [record[field].plain for field in ("name_zh", "title_zh", "name_en", "title_en")]
            sheet.write_string(row, 0, f"{words.zh} {words.en}", looks["table"])
            sheet.write_string(row, 1, record.key, looks["table"])
            sheet.write_string(row, 2, " · ".join(str(one) for one in said if one), looks["table"])


def _section(sheet: Worksheet, looks: Looks, row: int, text: str) -> None:
    sheet.write_string(row, 0, text, looks["section"])
    sheet.write_blank(row, 1, None, looks["section"])
    sheet.write_blank(row, 2, None, looks["section"])
