"""A tab and its columns -> the rows of data: merged cells filled, what is no data left out and said."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, islice

from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import Cell, Finding, Row, Table, Words
from pipeline.read.cells import Tab
from pipeline.read.package import MOST_CELLS
from pipeline.read.sheet import address
from pipeline.values import normal

NUMBERS = ("count", "amount", "share", "measured")  # merged over cells, one may be meant for all together
MOST_DATA_ROWS = 100_000  # of a table: an office has dozens, and each is looked at by every rule
QUOTED = 40  # ranges of rows that a sentence names, at most
NAMED = 1000  # cells that a finding names, at most: an office has dozens of rows

TOTAL = re.compile(
    r"(?:(?:以上|本页|本季度?|本表|全部|各?企业|各?活动|各?单位|全省)?(?:合计|总计|小计|共计|累计|汇总|总数)数?"
    r"|(?:grand |sub-? ?)?total(?:s|amount)?|sum) ?(?:\(?(?:元|万元|人|人次|家|个|rmb|cny|yuan)\)?)?"
)
NOTE = re.compile(
    r"(?:备?注|附注|说明|提示|填表人|制表人?|填报人|审核人?|复核人?|单位负责人|负责人|计量单位|单位|签字|签名|盖章|公章|联系人|联系电话|填表日期|日期"
    r"|notes?|n\.b\.|remarks?|sources?|filled by|approved by|signature|signed|seal|date)\s*[\d一二三四五]?\s*[:.、(].*"
    r"|[*※].*",
    re.DOTALL,
)
SCALE = re.compile(r"\(?(?:rmb|cny|¥)? ?(?:10,?000|1,?000|'000|[十百千万亿]+元)\)?")  # a cell of nothing else
UNIT = re.compile(  # of a whole table, other than yuan and people
    r"以[十百千万亿]+(?:元|人|人次)计|(?:单位|unit|currency)s? ?(?::|均?为|均?是) ?[^,，。;；:]{0,12}?(?:[十百千万亿]+(?:元|人|次|rmb|美元|[,，、;；)]|$)|美元|欧元|港元|港币|日元|usd|us\$|\$|eur|€|hkd|thousand|million|1,?000)"
)
OTHER = (  # than yuan, and no number before it: 10万元 is a sum
    r"(?<![\d.几数])(?:(?:人民币|rmb|cny)? ?[十百千万亿]+(?:元|美元)|美元|欧元|港元|港币|日元|usd|us\$|eur|€|hkd"
    r"|(?:rmb|cny|yuan) ?(?:thousands?|millions?|'000|10,?000|1,?000|[十百千万亿]+元?)"
    r"|(?:thousands?|millions?)(?: of)? (?:rmb|cny|yuan))"
)
SAID = re.compile(  # of the amounts, in a sentence
    rf"(?:金额|单位|数据|数字|费用|amounts?|figures?)[^\d,。;:不勿非别]{{0,8}}?(?:以|按|为|用|是|:|in) ?{OTHER}(?! ?\d|以上|以下|以内|左右|多)"
)
ENTITLED = re.compile(  # at the end of a title
    rf"\((?:金额|单位|amounts?)? ?:? ?(?:in )?{OTHER}\)|(?:金额|(?<!not) in |[,、]) ?{OTHER}$"
)
ABOVE = re.compile(r"(?:以上|上述|本表)(?:各项|所有|全部)?(?:数据|数字|信息|内容|人数|金额|情况).*", re.DOTALL)
CODE = re.compile(r"[A-Z]{2}-[0-9A-Z-]{0,12}[0-9]")
MEANT = re.compile(r"(?<![a-z])[a-z]{1,4}[\W_]*\d")  # a code, or what may be one: JS-007, js 7, JS007
WORDS = re.compile(r"[\u3400-\u9fff]|[a-z]{5}.* | .*[a-z]{5}")  # one word of Latin may be a code
SIGNS = re.compile(r"[\W_]+")
SUMS = re.compile(r"\b(?:SUM|SUBTOTAL)\s*\(", re.IGNORECASE)
Cells = dict[int, Cell]  # by column


def data_rows(
    tab: Tab, table: Table, columns: Mapping[int, str], first: int
) -> tuple[tuple[Row, ...], set[int], list[Finding]]:
    """Return the rows that hold data, the columns that hold anything, and what was found about the other rows."""
    if len(tab.filled) > MOST_DATA_ROWS:
        many, most = (f"{rows:,} × {len(columns)}" for rows in (len(tab.filled), MOST_DATA_ROWS))
        raise RefusedFile("too_many_cells", found=many, expected=most)
    filled = set[int]()
    rows = {
        number: cells for number in tab.filled if number >= first and (cells := _cells(tab, number, columns, filled))
    }
    left = {number: why for number, cells in rows.items() if (why := _no_data(cells, table, columns))}
    left = dict(sorted({**dict.fromkeys(_below(rows, left, table, columns), "note_not_read"), **left}.items()))
    kept = {number: cells for number, cells in rows.items() if number not in left}
    merged = _spread(tab, kept, columns, first)
    found = tuple(
        Row(
            number,
            {columns[column]: cell for column, cell in kept[number].items()},
            number in tab.sheeted.hidden_rows,
        )
        for number in sorted(kept)
    )
    told = [*_left_out(rows, left, table, tab), *_hidden(found, table, tab), *_merged(merged, table, tab, columns)]
    return found, filled, told + list(_pictures(tab, table, columns, found, first))


def _cells(tab: Tab, row: int, columns: Mapping[int, str], filled: set[int]) -> Cells:
    """Return the cells of a row under the form's columns; none if only blanks stand there."""
    every = tab.row(row)
    filled.update(every)
    cells = {column: cell for column, cell in every.items() if column in columns}
    return cells if any(somewhere(cell) for cell in cells.values()) else {}


def somewhere(cell: Cell | None) -> bool:
    """Whether anything stands in a cell; blanks and spaces are nothing."""
    if cell is None:
        return False
    if cell.typed is None:  # a formula without a value; one that shows an empty text stands there for nothing
        return bool(cell.formula or cell.error or cell.picture)
    return not isinstance(cell.typed, str) or bool(cell.typed.strip() or cell.error or cell.picture)


# ---- rows that are no data --------------------------------------------------------------------------------


def _no_data(cells: Cells, table: Table, columns: Mapping[int, str]) -> str | None:
    """Return why a row is no data, as a code of `messages`; None if it is data."""
    name, cell = next(_filled(cells, columns))
    if name in table.key and isinstance(cell.typed, str) and CODE.fullmatch(cell.typed):
        return None  # as nearly all rows begin: no total, note or header is written so
    return next((code for code, holds in LEFT_OUT.items() if holds(cells, table, columns)), None)


def is_data(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """Whether a row is data, and no subtotal, note or headers again."""
    return _no_data(cells, table, columns) is None


def _filled(cells: Cells, columns: Mapping[int, str]) -> Iterator[tuple[str, Cell]]:
    """Yield the answers of a row: nearly always the first one says that it is data, and no more are looked at."""
    return ((columns[column], cell) for column, cell in cells.items() if somewhere(cell))


def _is_subtotal(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """A row that says "total" and has no key, or only sums what stands above."""
    if any(name in table.key and not _says(cell, TOTAL) for name, cell in _filled(cells, columns)):
        return False
    filled = dict(_filled(cells, columns))
    words = [name for name, cell in filled.items() if _says(cell, TOTAL)]
    if any(table.field(name).kind != "choice" for name in words):  # 累计 is an entry of a list, too
        return True
    others = [cell for name, cell in filled.items() if name not in words]
    return bool(others) and all(SUMS.search(cell.formula or "") for cell in others)


def _is_header(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """The headers again, as on a second page."""
    heads = (
        isinstance(cell.typed, str) and normal(cell.typed.replace("*", " ")) in _heads(table.field(name).title)
        for name, cell in _filled(cells, columns)
    )
    return (all(heads) and len(list(_filled(cells, columns))) > 1) or _is_numbered(cells, table, columns)


@lru_cache(maxsize=1024)
def _heads(title: Words) -> frozenset[str]:
    """Return how a field's header may read, folded."""
    return frozenset(map(normal, (f"{title.en} {title.zh}", f"{title.zh} {title.en}", title.en, title.zh)))


def _is_note(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """Words below the data: "注：…", a line to sign, or a sentence where a code belongs."""
    if all(_says(cell, NOTE) for _, cell in _filled(cells, columns)):
        return True
    if _is_signed(cells, table, columns):
        return True
    (name, cell), *more = islice(_filled(cells, columns), 2)
    if more:
        return False
    text = cell.typed.strip() if isinstance(cell.typed, str) else ""
    if _says(cell, ABOVE):
        return True
    return table.field(name).kind == "code" and (len(text) > 30 or bool(re.search(r"[，。；,;.]\s*\S", text)))


def _below(rows: Mapping[int, Cells], left: Collection[int], table: Table, columns: Mapping[int, str]) -> Iterator[int]:
    """Yield the last rows in which words stand where a code belongs, and nothing else: no row of data is below them."""
    for number in sorted(rows, reverse=True):
        if number not in left and not _holds_only_words(rows[number], table, columns):
            return
        yield number


def _holds_only_words(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """Whether words stand where the code of a row belongs, and nothing else."""
    (name, cell), *more = _filled(cells, columns)
    field = table.field(name)
    return not more and name in table.key and bool(field.pattern or field.ref) and _is_words(cell)


def _is_words(cell: Cell) -> bool:
    """Whether a cell holds words, or a line of signs, and nothing by which a code may be meant."""
    said = normal(cell.typed) if isinstance(cell.typed, str) else ""
    return bool(said) and not MEANT.search(said) and bool(WORDS.search(said) or SIGNS.fullmatch(said))


def _is_signed(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """A line to sign that is spread over cells: no code among its keys, no number but a day or one behind its label."""
    filled = list(_filled(cells, columns))
    if not _is_label(filled[0][1]) or any(name in table.key and is_code(cell) for name, cell in filled):
        return False
    before = [Cell(), *(cell for _, cell in filled)]
    pairs = zip(before, (cell for _, cell in filled), strict=False)
    return all(isinstance(cell.typed, str) or cell.format == "date" or _is_label(label) for label, cell in pairs)


def _is_label(cell: Cell) -> bool:
    return isinstance(cell.typed, str) and ":" in normal(cell.typed) and len(cell.typed) < QUOTED and _says(cell, NOTE)


def is_code(cell: Cell) -> bool:
    """Whether a cell holds a code, and nothing else."""
    return isinstance(cell.typed, str) and bool(CODE.fullmatch(cell.typed.strip().upper()))


def _is_unit(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """A line that states a unit for the whole table."""
    [(_, cell), *more] = _filled(cells, columns)
    short = isinstance(cell.typed, str) and (len(cell.typed) < QUOTED or _says(cell, NOTE))
    return not more and short and states_a_unit(str(cell.typed))


def states_a_unit(text: str) -> bool:
    """Whether a text states a unit in which no column is read.

    >>> states_a_unit("单位：万元"), states_a_unit("单位：元"), states_a_unit("填报单位：江苏省")
    (True, False, False)
    """
    said = normal(text)
    return bool(UNIT.search(said) or SAID.search(said) or SCALE.fullmatch(said))


def is_entitled_in_a_unit(text: str) -> bool:
    """Whether a title states a unit behind its words; of a column of her own it is that column's.

    >>> is_entitled_in_a_unit("费用（万元）"), is_entitled_in_a_unit("费用（元）"), is_entitled_in_a_unit("投入10万元")
    (True, False, False)
    """
    return states_a_unit(text) or bool(ENTITLED.search(normal(text)))


def _is_numbered(cells: Cells, table: Table, columns: Mapping[int, str]) -> bool:
    """The numbers of the columns, 1, 2, 3, … under all of them."""
    told = [str(cell.typed).strip() for _, cell in _filled(cells, columns)]
    return len(told) > 2 and len(told) == len(columns) and told == [str(at) for at in range(1, len(told) + 1)]


def _says(cell: Cell, pattern: re.Pattern[str]) -> bool:
    text = normal(cell.typed) if isinstance(cell.typed, str) else ""
    return bool(pattern.fullmatch(text) or pattern.fullmatch(text.rstrip(": ").replace(" ", "")))


LEFT_OUT = {
    "unit_stated": _is_unit,
    "subtotal_left_out": _is_subtotal,
    "header_again": _is_header,
    "note_not_read": _is_note,
}


def _left_out(rows: Mapping[int, Cells], left: Mapping[int, str], table: Table, tab: Tab) -> Iterator[Finding]:
    for number, code in left.items():
        column, cell = next((column, cell) for column, cell in sorted(rows[number].items()) if somewhere(cell))
        found = str(cell.typed if cell.typed is not None else f"={cell.formula}")
        yield _placed(finding(code, found=" ".join(found.split())[:80]), tab, table, [address(number, column)])


def _hidden(rows: Sequence[Row], table: Table, tab: Tab) -> Iterator[Finding]:
    """Yield the rows that hold data and cannot be seen: they are read all the same."""
    numbers = [row.number for row in rows if row.hidden]
    if numbers:
        cells = [address(number, 1) for number in numbers]
        yield _placed(finding("hidden_rows", rows=ranges(numbers)), tab, table, cells)


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers in their order, those that follow one another as one range.

    >>> ranges([5, 6, 7, 9, 12, 13])
    '5–7, 9, 12–13'
    """
    groups = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ends = [(group[0][1], group[-1][1]) for group in (list(found) for _, found in groups)]
    told = [str(first) if first == last else f"{first}–{last}" for first, last in ends]
    return ", ".join(told[:QUOTED]) + (" …" if len(told) > QUOTED else "")


def _placed(one: Finding, tab: Tab, table: Table, cells: Sequence[str], field: str | None = None) -> Finding:
    words = {"table_en": table.title.en, "table_zh": table.title.zh}
    if field:
        title = table.field(field).title
        words |= {"label_en": title.en, "label_zh": title.zh}
    return dataclasses.replace(
        one, sheet=tab.name, cells=tuple(cells[:NAMED]), table=table.name, field=field, params={**words, **one.params}
    )


# ---- merged cells -----------------------------------------------------------------------------------------


def _spread(tab: Tab, rows: dict[int, Cells], columns: Mapping[int, str], first: int) -> dict[int, list[str]]:
    """Put the value of a merge into all its cells whose row has other data; return by column where a number went."""
    numbers = sorted(rows)
    went: dict[int, list[str]] = defaultdict(list)
    steps = 0
    for (top, left), (bottom, right) in tab.sheeted.merges:
        steps += len(columns)
        if steps > MOST_CELLS:
            raise RefusedFile("damaged", what="merged cells that overlap", what_zh="合并单元格相互重叠")
        value = tab.cell(top, left) if top >= first else None
        inside = [column for column in columns if left <= column <= right]
        if value is None or not somewhere(value) or not inside:
            continue
        for number in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            steps += len(inside)
            if all(left <= column <= right for column, cell in rows[number].items() if somewhere(cell)):
                continue
            for column in inside:
                if (number, column) != (top, left):
                    rows[number][column] = value
                    went[column] += [address(number, column)] if _is_number(value) else []
    return went


def _is_number(cell: Cell) -> bool:
    """Whether a cell may hold a number; "not recorded" merged over rows is the answer of each."""
    return not isinstance(cell.typed, str) or any(letter.isdigit() for letter in cell.typed)


def _merged(went: Mapping[int, Sequence[str]], table: Table, tab: Tab, columns: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the merges of a number: one for all cells, or one for each?  A sum would count it several times."""
    for column, cells in went.items():
        if cells and table.field(columns[column]).kind in NUMBERS:
            yield _placed(finding("merged_number"), tab, table, cells, columns[column])


# ---- pictures ---------------------------------------------------------------------------------------------


def _pictures(tab: Tab, table: Table, columns: Mapping[int, str], rows: Sequence[Row], first: int) -> Iterator[Finding]:
    """Yield the cells with two pictures, and the pictures that stand where none is asked."""
    asked = {column for column, name in columns.items() if table.field(name).kind == "picture"}
    twice = [place for place, placed in tab.pictures.items() if len(placed) > 1 and place[1] in asked]
    if twice:
        yield _placed(finding("picture_twice"), tab, table, [address(*place) for place in twice], columns[twice[0][1]])
    elsewhere = [
        (row, column)
        for (row, column), placed in tab.pictures.items()
        if (row < first or column not in asked) and not (column in columns and row >= first and placed[0].instead)
    ]
    if elsewhere:
        yield _placed(finding("picture_elsewhere"), tab, table, [address(*place) for place in elsewhere])
