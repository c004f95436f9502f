"""The nouns that stages hand to one another.  No behaviour beyond reading well.

Form ─ Reading ─ Checked ─ Merged ─ Figure ─ Document
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What is known of an answer.  Only GIVEN carries a value; the others never turn into zero."""

    GIVEN = "given"
    BLANK = "blank"
    NOT_RECORDED = "not_recorded"  # typed: 未统计, not recorded
    NOT_APPLICABLE = "not_applicable"  # typed: 不适用, n/a, /
    NOT_ASKED = "not_asked"  # the edition of the form had no such field
    UNREADABLE = "unreadable"  # a finding says why
    WITHHELD = "withheld"  # known, but not to be printed (consent, privacy)


class Bound(StrEnum):
    """How far a number is to be believed: exactly, or only as a limit."""

    EXACT = "exact"
    MORE_THAN = "more_than"  # "more than 100": a sum with it is itself "more than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class Severity(StrEnum):
    """ERROR keeps the return out, WARNING asks, NOTE tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter; prints as 2014-Q4.

    >>> str(Period(2014, 4)), Period(2014, 4).previous
    ('2014-Q4', Period(year=2014, quarter=3))
    """

    year: int
    quarter: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"

    @property
    def previous(self) -> Period:
        """The quarter before."""
        return Period(self.year - (self.quarter == 1), (self.quarter + 2) % 4 + 1)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    en: str
    zh: str

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    @property
    def together(self) -> str:
        """The text as a list offers it: both languages, where they differ."""
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}".strip()


# What an answer puts into an office's workbook, so that it is known when it comes back.
ANSWER_ANCHOR = "#answer"  # stands in a hidden cell of its first sheet
ANSWER_AUTHOR = "SCORE 核对 Check"  # of its notes
ANSWER_SIGNS = Words("[Check] ", "【核对】")  # with which they begin: LibreOffice forgets authors
ANSWER_BEGINS: Mapping[Severity, Words] = {
    Severity.ERROR: Words(f"{ANSWER_SIGNS.en}To correct: ", f"{ANSWER_SIGNS.zh}须改正："),
    Severity.WARNING: Words(f"{ANSWER_SIGNS.en}Question: ", f"{ANSWER_SIGNS.zh}疑问："),
}
ANSWER_ENDS = Words(" [end {}]", "【完 {}】")  # of every sentence of ours, with its check: what stands outside is hers
ANSWER_RULE = "————————"  # between our sentences and a note of hers


def answer_sentence(severity: Severity, text: str, language: str) -> str:
    """Return a sentence as it stands in a note of an answer; signs of ours that it quotes lose an edge.

    >>> answer_sentence(Severity.ERROR, "“[end]”?", "en")
    '[Check] To correct: “end”? [end 35]'
    """
    told = _QUOTED.sub(lambda sign: sign[0][1:-1][: len(ANSWER_RULE) - 2], text)
    return f"{ANSWER_BEGINS[severity][language]}{told}{ANSWER_ENDS[language].format(check_of(told))}"


def check_of(text: str) -> str:
    """Return two digits by which a sentence is known to stand as it was written, whatever its blanks."""
    return str(zlib.crc32("".join(text.replace("_x000D_", "").split()).encode()) % 90 + 10)


def our_words(text: str) -> list[tuple[int, int]]:
    """Return where words of ours stand in the text of a note, each with the room behind it.

    A sentence that somebody wrote into is hers.  One without an end, of an answer of old, is ours
    up to the rule or the next one, but only where nothing of hers stands before it; one of old
    with an end has no check.

    >>> our_words("【核对】须改正：一。【完】 无误。"), our_words("您写的【核对】须改正：不对。")
    ([(0, 14)], [])
    >>> our_words("【核对】须改正：一。【完 85】"), our_words("【核对】须改正：一，是的。【完 85】")
    ([(0, 16)], [])
    """
    spans: list[tuple[int, int]] = []
    at, alone = 0, True
    for one in _OURS.finditer(text):
        alone = alone and _says_nothing(text[at : one.start()])
        if _is_whole(one) if one["end"] else alone:
            spans.append(one.span())
            at = one.end()
    if spans and _says_nothing(text[: spans[0][0]]) and not without(text[spans[0][0] :], spans, spans[0][0]).strip():
        return [(0, len(text))]
    return spans


def _is_whole(sentence: re.Match[str]) -> bool:
    """Whether a sentence of ours with an end stands as it was written."""
    check = "".join(filter(str.isdigit, sentence["end"]))
    return not check or check == check_of(sentence["said"])


def without(text: str, spans: Sequence[tuple[int, int]], at: int = 0) -> str:
    """Return a text without those parts; they are counted from a beginning that lies `at` signs before it."""
    starts = [*(max(start - at, 0) for start, _ in spans), len(text)]
    ends = [0, *(max(end - at, 0) for _, end in spans)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def her_words(text: str) -> str:
    """Return what of a note's text is not ours.

    >>> her_words("【核对】疑问：一。【完】 无误。")
    '无误。'
    """
    return without(text, our_words(text)).strip()


def _says_nothing(text: str) -> bool:
    """Whether a text is blank or only a name, as programs write it over a note."""
    return not text.strip() or _NAME.fullmatch(text) is not None


def _any_of(signs: Iterable[Words]) -> str:
    """Return a pattern of some signs in both languages, whatever blanks are in them."""
    return "|".join(r"\s+".join(map(re.escape, sign.split())) for words in signs for sign in (words.en, words.zh))


_BEGIN, _ROOM = _any_of(ANSWER_BEGINS.values()), r"(?:\s|_x000D_)*"
_END = r"\[end(?:\s*\d\d)?\]|【完(?:\s*\d\d)?】"  # ANSWER_ENDS, and that of old
_NAME = re.compile(rf"{_ROOM}[^\n:：]{{1,60}}[:：]{_ROOM}")
_QUOTED = re.compile(rf"—{{{len(ANSWER_RULE)},}}|{_BEGIN}|{_END}")
_OURS = re.compile(
    rf"(?:{re.escape(ANSWER_AUTHOR)}[:：]{_ROOM})?(?:{_BEGIN})"
    rf"(?:(?P<said>(?:(?!{_BEGIN}|{ANSWER_RULE}).)*?)(?P<end>{_END})|.*?(?={_BEGIN}|{ANSWER_RULE}|\Z))"
    rf"{_ROOM}(?:{ANSWER_RULE}{_ROOM})?",
    re.DOTALL,
)


# ---- the form ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """`field op values`, as written in a form: status == completed, kind in (tot, toe), version > 1.

    `op` is one of: given, ==, !=, in, not in, >.
    """

    field: str
    op: str = "given"
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question.  `kind` says how it is typed, checked, kept and shown (see `values`)."""

    name: str
    title: Words
    kind: str
    required: bool = False
    required_if: Condition | None = None
    privacy: str = "internal"  # public | internal | named | consent | personal
    list: str | None = None  # the list of lists.yaml that a choice is picked from
    ref: str | None = None  # the table whose keys may stand here, or `indicators`
    or_ref: str | None = None  # a code of that table is right too, whatever the pattern says
    part_of: str | None = None  # never more than that field
    not_before: str | None = None
    unite: str = "same"  # same sum union earliest latest lead register weakest
    file_of: str | None = None  # it names a file beside the workbook, whose picture stands for that field
    counts: str | None = None  # the entry of the list `counted` that a number counts
    unit_of: str | None = None  # the field, whose row or own choice gives the unit
    basis: str | None = None  # the field that says where this number comes from, if not the row's own `basis`
    bound: bool = False  # "more than 100" is an answer
    signed: bool = False
    unique: bool = False
    minimum: int | None = None  # of a time the first year
    maximum: int | None = (
        None  # more than that is a slip of the hand; money in yuan, shares in per cent, times in years
    )
    pattern: str | None = None
    since: str | None = None  # the edition that first asked it
    was: tuple[str, ...] = ()  # names and headers of this field in earlier editions


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: rows under headers, or a card of label and value."""

    name: str
    title: Words
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    layout: str = "rows"  # rows | card
    silence: str = "quiet"  # tick: empty only with "nothing to report" | quiet: may be empty
    scope: str = "period"  # period: of its quarter | register: the newest accepted one is in force
    one_of: tuple[tuple[str, ...], ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()  # rows that agree in all of a group are probably one
    carry: str | Condition | tuple[str, ...] | None = None  # what the next form starts with: rows, or fields of all
    rules: tuple[str, ...] = ()
    since: str | None = None
    edition: str | None = None  # that of the form it is like, where it is another form's

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def entitled(self, field: Field) -> Words:
        """Return a field's title; of those that several share ("of whom women") with that of its whole."""
        if field.part_of is None or sum(one.title == field.title for one in self.fields) < 2:
            return field.title
        whole = self.field(field.part_of).title
        return Words(f"{whole.en}: {field.title.en}", f"{whole.zh}：{field.title.zh}")

    @property
    def tab(self) -> str:
        """The sheet's name: both languages where Excel's 31 characters allow, else Chinese."""
        both = f"{self.title.zh} {self.title.en}"
        return both if len(both) <= 31 else self.title.zh


@dataclass(frozen=True, slots=True)
class Form:
    """A form in its newest edition; `sha256` is that of its descriptor and the lists."""

    name: str
    edition: str
    title: Words
    tables: tuple[Table, ...]
    sha256: str
    editions: tuple[str, ...] = ()  # that were ever sent out

    @property
    def known_editions(self) -> frozenset[str]:
        """The editions of which a workbook may come: all that the form names anywhere."""
        since = [one.since for table in self.tables for one in table.fields] + [table.since for table in self.tables]
        return frozenset((*self.editions, self.edition, *(one for one in since if one)))

    def table(self, name: str) -> Table:
        """Return the table of that name; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its words, and other spellings that are taken for it."""

    words: Words
    spellings: tuple[str, ...] = ()


Lists = Mapping[str, Mapping[str, Entry]]  # list -> code -> entry, in the order of lists.yaml


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two sums of a ratio: of fields, or of distinct codes."""

    sum: tuple[str, ...] = ()
    distinct: str | None = None
    table: str | None = None  # where it differs from the indicator's
    where: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    within_whole: bool = False  # only codes that are in the whole count


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a number of the log-frame means (indicators.yaml)."""

    code: str
    title: Words
    objective: int
    level: str
    unit: str
    number: str  # count distinct sum ratio median stated
    table: str | None = None
    where: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    of: tuple[str, ...] = ()
    women: tuple[str, ...] = ()
    as_: str | None = None  # of a median: relative | points
    part: Part | None = None
    whole: Part | None = None
    over_time: str = "sum"  # sum first_time latest ratio_of_sums pooled
    splits: tuple[tuple[str, ...], ...] = ()
    better: str = "higher"
    decimals: int = 0

    @property
    def kind(self) -> str:
        """The unit in which offices type its values: share, rmb or number (see `values`)."""
        return {"%": "share", "RMB": "rmb"}.get(self.unit, "number")

    def conditions(self) -> list[tuple[str, Mapping[str, tuple[str, ...]]]]:
        """Return each table that the number is made from, with the conditions on its rows."""
        parts = [(part.table or self.table, part.where) for part in (self.part, self.whole) if part]
        return [(table, where) for table, where in ((self.table, self.where), *parts) if table]


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the rules are (rules.yaml)."""

    trial: frozenset[str] = frozenset()  # codes of findings that are only tried out: they keep nothing out
    times: int = 10  # how many times the value of the quarter before is asked about
    least: int = 100  # numbers below it jump without a question
    maximum: Mapping[str, int] = dataclasses.field(default_factory=dict)  # by kind, where a field has none
    years: tuple[int, int] | None = None  # the first and last that a time may lie in, where a field has no bounds


AS_SHIPPED = Rules()


@dataclass(frozen=True, slots=True)
class Library:
    """All that templates/ says about forms, lists, rules and indicators; `sha256` covers every word of it."""

    forms: Mapping[str, Form]
    lists: Lists
    indicators: Mapping[str, Indicator]
    sha256: str
    rules: Rules = AS_SHIPPED


# ---- what was typed, and where --------------------------------------------------------------


class Cell(NamedTuple):  # a frozen dataclass takes three times as long to make, and there are millions
    """What stands in one cell; where it stands is said by its row and column, so that equal ones can be shared."""

    typed: str | Decimal | bool | None = None  # text as typed; a number as stored, a text if its format adds words
    format: str = "general"  # what its number format shows: number percent date month year text other
    formula: str | None = None
    error: str | None = None  # "#REF!", or the code of what is wrong with the picture in it
    date1904: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it came, by the SHA-256 of its bytes, and its size in pixels, upright.

    `clean` is the SHA-256 of the copy without metadata: only that is ever shown to anybody.
    """

    sha256: str
    width: int
    height: int
    clean: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A time known as far as it was said.

    >>> Span(None, date(2014, 12, 31), "by", "by December 2014").precision
    'by'
    """

    start: date | None  # None only where precision is `by`
    end: date
    precision: str  # day part month quarter year by
    said: str


Plain = int | Decimal | bool | str | date | Span | Period | Picture | tuple[str, ...]


class Value(NamedTuple):
    """One answer after reading: its state, the value if there is one, and how far it is to be believed."""

    state: State
    plain: Plain | None = None
    bound: Bound = Bound.EXACT
    unit: str | None = None  # of a measured value: number | share | rmb | relative | points | amount

    @property
    def given(self) -> bool:
        """Whether there is a value."""
        return self.state is State.GIVEN


BLANK = Value(State.BLANK)
NOT_ASKED = Value(State.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something for a person to look at; its words come from `messages` by `code` and `params`."""

    code: str
    severity: Severity
    sheet: str | None = None
    cells: tuple[str, ...] = ()  # one fault down a column is one finding
    table: str | None = None
    field: str | None = None
    key: str | None = None
    found: str | None = None
    expected: str | None = None
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    excepted_by: str | None = None  # the ref of the project office's exception that lets it pass
    trial: bool = False  # its rule is only tried out
    parts: tuple[Finding, ...] = ()  # what is to be said of each of its cells, where that differs

    @property
    def several(self) -> tuple[str, ...]:
        """What stands in its cells; once if it is the same in all."""
        return tuple(one.found or "" for one in self.parts) or ((self.found or ""),)

    @property
    def at_cells(self) -> tuple[Finding, ...]:
        """What is to be said at each of its cells, on trial or let pass as all of it."""
        return tuple(dataclasses.replace(one, trial=self.trial, excepted_by=self.excepted_by) for one in self.parts)

    @property
    def blocks(self) -> bool:
        """Whether it keeps its return out."""
        return self.severity is Severity.ERROR and self.excepted_by is None and not self.trial


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet under its table's fields, still as typed."""

    number: int
    cells: Mapping[str, Cell]  # a field that the sheet has no column for is absent
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was found in a workbook; `name` is the tab's own."""

    table: str
    name: str
    rows: tuple[Row, ...]
    columns: Mapping[str, str]  # field -> its column, AB; on a card the cell of its value, B7
    hidden: bool = False
    hidden_columns: tuple[str, ...] = ()  # AB; folded ones too

    def at(self, row: Row, field: str) -> str | None:
        """Return the cell where a field stands in a row; None if the sheet does not have it."""
        column = self.columns.get(field)
        return column if column is None or row.number == 0 else f"{column}{row.number}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook, read: its sheets by table, and what reading found."""

    form: Form
    edition: str
    sheets: Mapping[str, Sheet]
    findings: tuple[Finding, ...]

    def asks(self, table: Table, since: str | None) -> bool:
        """Whether the workbook's edition has what came into a table with `since`.

        What an older edition lacks, with no word of since when it is asked, is not asked.
        """
        if since is None:
            return self.edition == (table.edition or self.form.edition)
        return _numbers(since) <= _numbers(self.edition)


def _numbers(edition: str) -> list[int]:
    return [int(number) for number in edition.split(".")]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a workbook is read by beside its form: units of measures, prefixes of offices, names.

    `units` says for a table (measures, indicators) which unit each of its codes is typed in,
    `names` for a register (offices, places …) how the row of each code is called, and was before.
    """

    units: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    prefixes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    names: Mapping[str, Mapping[str, tuple[Words, ...]]] = dataclasses.field(default_factory=dict)

    def called(self, office: str) -> Words:
        """Return the name of an office; its code where no register has one."""
        return self.names.get("offices", {}).get(office, (Words(office, office),))[0]


@dataclass(frozen=True, slots=True)
class Record:
    """One checked row.  `ref` (jiangsu/2014-Q4/v1/progress/7) never changes; figures point to it."""

    ref: str
    office: str
    period: Period
    table: str
    key: str  # the key fields as kept, joined by ";"
    sheet: str
    row: int
    values: Mapping[str, Value]
    cells: Mapping[str, str]  # field -> B7, also where nothing stands
    typed: Mapping[str, str]  # field -> what stood there

    def __getitem__(self, field: str) -> Value:
        return self.values.get(field, NOT_ASKED)


def names_of(registers: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, Words]]:
    """Return how the rows of each register are called, by their codes; of registers whose rows have names."""
    found: dict[str, dict[str, Words]] = {}
    for register, records in registers.items():
        for one in records:
            if one["name_en"].given or one["name_zh"].given:
                words = [str(one[name].plain or one.key) for name in ("name_en", "name_zh")]
                found.setdefault(register, {})[one.key] = Words(*words)
    return found


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who sent a workbook, for which form, edition and period, as stands on its cover."""

    form: str
    edition: str
    office: str
    period: Period
    version: int
    signed_on: date | None = None
    whats_new: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of examining one workbook: a pure result of its bytes and the form."""

    stamp: Stamp | None  # None where the file is no workbook of ours
    records: tuple[Record, ...]
    nothing: frozenset[str]  # tables ticked "nothing to report"
    findings: tuple[Finding, ...]
    pictures: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether nothing blocks it."""
        return self.stamp is not None and not any(finding.blocks for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Submission:
    """One workbook that came: who, for when, which version, whether it counts."""

    id: str  # jiangsu/2014-Q4/v2
    office: str
    period: Period
    form: str
    edition: str
    version: int
    sha256: str
    file: str  # below inbox/
    state: str  # received accepted needs_correction held sent_back superseded
    received_at: str  # UTC; never printed in a report


# ---- what it amounts to ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What one return is judged against: registers, decisions and what was counted before.

    `tables` are those of the project office's workbook in force (and, for tables of a
    quarter, of that quarter's).  `done` are the keys of activities that an earlier period
    counted, `history` by office the records of its return that counted last before the period,
    `pictures` by office those that lie beside its workbooks, by their file names in small letters;
    None if nobody looked.
    """

    tables: Mapping[str, tuple[Record, ...]]
    done: frozenset[str] = frozenset()
    history: Mapping[str, tuple[Record, ...]] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Mapping[str, Picture]] | None = None

    def rows(self, table: str) -> tuple[Record, ...]:
        """Return the rows of a table; none if the project office has not sent it."""
        return self.tables.get(table, ())

    def called(self, office: str) -> Words:
        """Return the name of an office; its code where the register does not have it."""
        row = next((row for row in self.rows("offices") if row["office"].plain == office), None)
        names = [str(row[name].plain or office) if row else office for name in ("name_en", "name_zh")]
        return Words(*names)

    def picture(self, office: str, name: str) -> Picture | None:
        """Return the picture of that name beside an office's workbooks; folders are not asked, the ending may lack."""
        there = (self.pictures or {}).get(office, {})
        wanted = name.strip().replace("\\", "/").rpartition("/")[2].lower()
        alike = [picture for file, picture in there.items() if file.rpartition(".")[0] == wanted]
        return there.get(wanted) or (alike[0] if len(alike) == 1 else None)


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row as the indicators see it: one record, or the records of one joint activity united.

    `sources` are the records it came from, the lead office's first; `values` the united
    ones; `basis` names the field that says where a number comes from, for those that have
    one of their own; `corrections` names the decided row behind a changed value by (ref, field).
    """

    table: str
    key: str
    sources: tuple[Record, ...]
    values: Mapping[str, Value]
    unite: Mapping[str, str] = dataclasses.field(default_factory=dict)
    basis: Mapping[str, str] = dataclasses.field(default_factory=dict)
    corrections: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)

    def __getitem__(self, field: str) -> Value:
        return self.values.get(field, NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a correction or decision on names: applied, not_needed or no_match."""

    decided: str  # the ref of the project office's row
    outcome: str
    target: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One row or office that is not in a figure, and why: blank, not_recorded, not_sent…"""

    office: str
    why: str
    record: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows of one period as the indicators see them, and every row that did not get there."""

    period: Period
    tables: Mapping[str, tuple[MergedRow, ...]]
    findings: tuple[Finding, ...]  # with `params["office"]`: whom they are for
    decided: tuple[Decided, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[tuple[str, str], ...]  # (office, not_sent | needs_correction | held)


@dataclass(frozen=True, slots=True)
class Addend:
    """One value that went into a figure, and the record and field it stands in."""

    record: str
    field: str
    role: str  # value | same (counted with another row) | part | whole | before | after | opening
    value: Decimal
    of: str = ""  # the code that was counted, where codes are
    corrected_by: str | None = None
    bound: Bound = Bound.EXACT
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a reckoning.  `id` is what templates and `score explain` say.

    Unrounded: rounding belongs to the page.  `value` is in `unit`; a ratio also carries
    its two sums, so that it can be added up again.
    """

    code: str
    aspect: str  # value cumulative baseline target reached_pct
    slice: tuple[tuple[str, str], ...]
    period: Period
    unit: str
    state: State
    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    bound: Bound = Bound.EXACT
    n: int = 0
    decimals: int = 0
    sample: bool = False
    addends: tuple[Addend, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def id(self) -> str:
        """trained_trainers/sex=women; the value's own aspect is left out."""
        aspect = "" if self.aspect == "value" else f".{self.aspect}"
        return self.code + aspect + "".join(f"/{split}={code}" for split, code in self.slice)


@dataclass(frozen=True, slots=True)
class Restatement:
    """A number that was said in an issued report and is different today, and why."""

    figure: str
    old: str
    new: str
    causes: tuple[Words, ...]
    was: Figure | None = None  # as it was reported, and
    now: Figure | None = None  # as it is today, where the reckonings are at hand


@dataclass(frozen=True, slots=True)
class Change:
    """What one version says otherwise than the one before: a row, or one field of it."""

    what: str  # new | changed | gone
    table: str
    key: str
    field: str = ""
    old: str = ""
    new: str = ""
