"""Rules of one row: what a field asks of its answer, and of the others beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from pipeline import values
from pipeline.check.records import placed, told_of
from pipeline.messages import finding
from pipeline.model import (
    Bound,
    Condition,
    Field,
    Finding,
    Lists,
    Record,
    Span,
    Stamp,
    State,
    Table,
    Terms,
    Value,
    Words,
)

Rule = Callable[[Record, Field, Table], Iterator[Finding]]


def judge_rows(records: Sequence[Record], table: Table) -> Iterator[Finding]:
    """Yield what the rules say of each field of each row, each with its place."""
    asked = [
        (field.name, state, field, rule) for field in table.fields for rule, state, asks in FIELD_RULES if asks(field)
    ]
    for record in records:
        answers = record.values
        for name, state, field, rule in asked:
            if answers[name].state is state:
                for one in rule(record, field, table):
                    yield placed(one, record, name, field.title)


def required(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A required answer is missing.  A zero counts as an answer, and so does "not recorded"."""
    yield finding("required", **_hint(field))


def _hint(field: Field) -> dict[str, str]:
    hint = HINTS.get(field.kind, Words("", ""))
    return {"hint_en": hint.en, "hint_zh": hint.zh}


UNKNOWN = Words(" If it is not known, type “not recorded”.", "不掌握的填“未统计”。")
NONE = Words(" If there were none, type 0; if it is not known, “not recorded”.", "没有的填 0，不掌握的填“未统计”。")
HINTS: Mapping[str, Words] = {  # what may be typed where there is nothing to type, by kind
    **dict.fromkeys(("count", "amount", "share", "measured"), NONE),
    **dict.fromkeys(("choice", "flag", "day", "when"), UNKNOWN),
}


def required_if(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """An answer is required because of another one in the same row."""
    condition = field.required_if
    if condition and holds(condition, record):
        other = table.field(condition.field).title
        said = {"other_en": other.en, "other_zh": other.zh, "other": record.typed.get(condition.field, "")}
        yield finding("required_if", **said, **_hint(field))


def no_code(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A code by which a row is known is one: "not recorded" or "n/a" would be the same for several rows."""
    if field.name in table.key:
        yield finding("no_code")


def part_of(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A part (of whom women) is at most its whole."""
    part, whole = _number(record[field.name]), _number(record[str(field.part_of)])
    if part is not None and whole is not None and part > whole:
        words = table.field(str(field.part_of)).title
        typed = record.typed.get(str(field.part_of), "")
        yield finding(
            "part_exceeds_whole",
            expected=f"0 – {typed}",
            whole_en=words.en,
            whole_zh=words.zh,
            whole=typed,
            at=record.cells.get(str(field.part_of), ""),
        )


def not_before(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """An end is not before its start."""
    start, end = record[str(field.not_before)].plain, record[field.name].plain
    if isinstance(start, Span) and isinstance(end, Span) and start.start and end.end < start.start:
        words = table.field(str(field.not_before)).title
        typed = record.typed.get(str(field.not_before), "")
        yield finding("ends_before_start", other_en=words.en, other_zh=words.zh, other=typed)


def units_differ(records: Sequence[Record], table: Table, lists: Lists) -> Iterator[Finding]:
    """Numbers of one measure in one row are typed in one unit: 5天 before and 36小时 after are no change from 5 to 36."""
    fields = [field for field in table.fields if field.kind == "measured" and field.unit_of]
    for record in records if len(fields) > 1 else ():
        plain = [field for field in fields if record[field.name].unit == "number" and record[field.name].given]
        units = [(field, values.counted_in(record.typed[field.name], lists)) for field in plain]
        said = [(field, unit) for field, unit in units if unit]
        for (first, unit), (other, unlike) in pairwise(said):
            if unit != unlike:
                words = {"other_en": first.title.en, "other_zh": first.title.zh, "other": record.typed[first.name]}
                yield told_of("units_differ", record, table, other.name, **words)


def other_language(record: Record, field: Field, table: Table) -> Iterator[Finding]:
    """A text is in the language that its field asks for; names and terms of the other one may stand in it."""
    text, asked = str(record[field.name].plain), field.name[-2:]
    chinese, latin = len(CHINESE.findall(text)), len(LATIN.findall(text))
    if chinese > latin if asked == "en" else not chinese and len(WORD.findall(text)) >= PROSE:
        typed = LANGUAGES["zh" if asked == "en" else "en"]
        words = {"asked_en": LANGUAGES[asked].en, "asked_zh": LANGUAGES[asked].zh}
        yield finding("other_language", found=text[:QUOTED], **words, typed_en=typed.en, typed_zh=typed.zh)


CHINESE, LATIN, WORD = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z]"), re.compile("[A-Za-z]{2,}")
PROSE = 12  # words that are no name or term any more
QUOTED = 80  # signs
LANGUAGES = {"en": Words("English", "英文"), "zh": Words("Chinese", "中文")}


FIELD_RULES: tuple[tuple[Rule, State, Callable[[Field], bool]], ...] = (  # each with the answers and fields it is for
    (required, State.BLANK, lambda field: field.required),
    (required_if, State.BLANK, lambda field: field.required_if is not None),
    (no_code, State.NOT_RECORDED, lambda field: field.required and field.kind == "code"),
    (no_code, State.NOT_APPLICABLE, lambda field: field.required and field.kind == "code"),
    (part_of, State.GIVEN, lambda field: field.part_of is not None),
    (not_before, State.GIVEN, lambda field: field.not_before is not None),
    (other_language, State.GIVEN, lambda field: field.kind in ("text", "long") and field.name[-3:] in ("_en", "_zh")),
)


def _number(value: Value) -> int | Decimal | None:
    exact = value.given and value.bound is Bound.EXACT and not isinstance(value.plain, bool)
    return value.plain if exact and isinstance(value.plain, (int, Decimal)) else None


def holds(condition: Condition, record: Record) -> bool:
    """Whether a condition of a form holds for a row.

    >>> from pipeline.model import Period
    >>> holds(Condition("status", "in", ("done",)), Record("", "", Period(2014, 4), "", "", "", 5, {}, {}, {}))
    False
    """
    value = record[condition.field]
    if condition.op == "given" and value.state is State.UNREADABLE:  # it was typed, and needs the other to be read
        return True
    if not value.given:
        return False
    text = str(value.plain).lower() if isinstance(value.plain, bool) else str(value.plain)
    return OPERATIONS[condition.op](text, condition.values)


OPERATIONS: Mapping[str, Callable[[str, tuple[str, ...]], bool]] = {
    "given": lambda text, wanted: True,
    "==": lambda text, wanted: text in wanted,
    "in": lambda text, wanted: text in wanted,
    "!=": lambda text, wanted: text not in wanted,
    "not in": lambda text, wanted: text not in wanted,
    ">": lambda text, wanted: text.isdigit() and int(text) > int(wanted[0]),
}


# ---- groups of fields, and codes -------------------------------------------------------------------


def one_of(record: Record, table: Table, stamp: Stamp, terms: Terms) -> Iterator[Finding]:
    """At least one of a group is given; a joint activity takes its title from the register."""
    for group in table.one_of:
        registered = all(table.field(name).unite == "register" for name in group)
        if any(record[name].state is not State.BLANK for name in group) or (
            registered and _is_joint(record, table, stamp, terms)
        ):
            continue
        titles = [table.field(name).title for name in group]
        words = {
            "names_en": " / ".join(title.en for title in titles),
            "names_zh": " / ".join(title.zh for title in titles),
        }
        yield told_of("one_of", record, table, group[0], words["names_en"], **words, expected_zh=words["names_zh"])


def _is_joint(record: Record, table: Table, stamp: Stamp, terms: Terms) -> bool:
    """Whether a row's code may be one of the register of joint activities instead of the office's own."""
    if stamp.office not in terms.prefixes:
        return True
    codes = [field for field in table.fields if field.or_ref and field.pattern]
    return any(record[field.name].given and not _fits(record, field, stamp, terms) for field in codes)


def _fits(record: Record, field: Field, stamp: Stamp, terms: Terms) -> bool:
    return fits(str(record[field.name].plain), str(field.pattern), terms.prefixes.get(stamp.office, ANY_PREFIX))


def pattern(record: Record, field: Field, stamp: Stamp, terms: Terms) -> Iterator[Finding]:
    """A code is written as the form says, with the office's own prefix."""
    if not record[field.name].given or _fits(record, field, stamp, terms):
        return
    prefix = terms.prefixes.get(stamp.office, "XX")
    other = office_of(str(record[field.name].plain), str(field.pattern), terms.prefixes)
    code = "code_of_other_office" if other else "wrong_pattern"
    whose = terms.called(other or "")
    words = {"other_en": whose.en, "other_zh": whose.zh} if other else {}
    one = finding(code, expected=example(str(field.pattern), prefix), **words)
    yield placed(one, record, field.name, field.title)


ANY_PREFIX = "[A-Z]{2}"


def fits(code: str, pattern: str, prefix: str) -> bool:
    """Whether a code is as a pattern of a form has it, with the prefix of an office in it."""
    return bool(re.fullmatch(pattern.replace("{OFFICE}", prefix), code))


def office_of(code: str, pattern: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the office whose code it is by its prefix; None if it is nobody's.

    >>> office_of("SC-001", r"{OFFICE}-\\d{3}", {"jiangsu": "JS", "sichuan": "SC"})
    'sichuan'
    """
    whose = prefixes.items() if "{OFFICE}" in pattern else ()
    return next((office for office, prefix in whose if fits(code, pattern, prefix)), None)


def example(pattern: str, prefix: str = "") -> str:
    """Return a code as a pattern has it, for a person to copy.

    >>> example(r"{OFFICE}-\\d{4}Q[1-4]-\\d{2}", "JS"), example("[A-Z]{2}"), example("[a-z]+(-[a-z]+)*")
    ('JS-0000Q1-00', 'AA', 'a')
    """
    plain = re.sub(r"\([^()]*\)\*", "", pattern.replace("{OFFICE}", prefix))
    plain = re.sub(r"\\d|\[(.)[^\]]*\]", lambda match: match[1] or "0", plain)
    return re.sub(r"(.)\{(\d)\}", lambda match: match[1] * int(match[2]), plain).replace("+", "")
