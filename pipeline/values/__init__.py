"""A cell as typed -> the answer, and an answer -> what the ledger keeps and a page shows.  Pure.

    words    code text long choice flag stamp codes picture
    numbers  count amount share measured
    times    day when period

`KINDS` is the table of all kinds; every kind also takes the words of the list `instead`
("not recorded", 不适用) for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.model import BLANK, Bound, Cell, Field, Lists, Period, Picture, Span, State, Value
from pipeline.values import numbers, times, words
from pipeline.values.numbers import show_number
from pipeline.values.said import counted_in
from pipeline.values.times import show_day, show_period, show_range, show_span, span_of
from pipeline.values.words import Answer, instead_of, is_near, normal, refused, told

__all__ = [
    "KINDS",
    "Kind",
    "comparable",
    "counted_in",
    "is_near",
    "keep",
    "likeness",
    "normal",
    "parse",
    "restore",
    "show",
    "show_day",
    "show_number",
    "show_period",
    "show_range",
    "span_of",
    "told",
]

Parse = Callable[[Cell, Field, Lists, str | None], Answer]
Show = Callable[[Value, Field, str, Lists], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of answer is read, kept, shown, and formatted in a blank form."""

    parse: Parse
    show: Show
    excel: str = "@"
    keep: Callable[[Any], Any] = lambda plain: plain
    restore: Callable[[Any], Any] = lambda kept: kept


def parse(cell: Cell | None, field: Field, lists: Lists, unit: str | None = None) -> Answer:
    """Return the answer in a cell, and what is to be said of how it was typed (without its place).

    Never raises.  A blank is BLANK without a finding; UNREADABLE always has an error.

    Args:
        cell: what stands there; None for nothing.
        field: what was asked.
        lists: the lists of words.
        unit: of a measured value: number, rmb, share, relative, points or amount.
    """
    if cell is None:
        return BLANK, ()
    if cell.error or cell.picture or cell.typed is None:
        return _untyped(cell, field, lists, unit)
    if isinstance(cell.typed, str):
        if not cell.typed.strip():
            return BLANK, ()
        state = instead_of(cell.typed, lists)
        if state:
            return Value(state), ()
    if cell.format == "other" and field.kind in SHOWN:
        return refused("shown_otherwise", cell, field)
    return KINDS[field.kind].parse(cell, field, lists, unit)


SHOWN = ("text", "long", "code", "codes")  # kinds that would take for an answer what only says how a number is shown


def _untyped(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """Return the answer in a cell that shows an error or a picture, or in which nothing is typed."""
    if field.kind == "picture" and (cell.picture or cell.error):
        return words.picture(cell, field, lists, unit)
    if cell.error in words.PICTURE_FAULTS:
        return refused("picture_in_cell", cell, field)
    if cell.error:
        return refused("error_cell", cell, field)
    if cell.typed is None:
        code = "formula_without_value" if cell.formula else "picture_in_cell"
        return refused(code, cell, field) if cell.formula or cell.picture else (BLANK, ())
    return parse(cell._replace(picture=None), field, lists, unit)


def keep(value: Value) -> Any:
    """Return the answer as the ledger keeps it, in JSON; a blank is null."""
    if value == BLANK:
        return None
    if not value.given:
        return {"s": str(value.state)}
    kept: dict[str, Any] = {"v": _kept(value.plain)}
    if value.bound is not Bound.EXACT:
        kept["b"] = str(value.bound)
    return {**kept, "u": value.unit} if value.unit else kept


def _kept(plain: object) -> object:
    """Return a plain value in JSON's types; `Kind.restore` is the way back."""
    if isinstance(plain, Span):
        return [plain.start.isoformat() if plain.start else None, plain.end.isoformat(), plain.precision, plain.said]
    if isinstance(plain, Picture):
        return [plain.sha256, plain.width, plain.height, plain.clean]
    if isinstance(plain, (Decimal, Period)):
        return str(plain)
    if isinstance(plain, date):
        return plain.isoformat()
    return list(plain) if isinstance(plain, tuple) else plain


def restore(kept: Any, kind: str) -> Value:
    """Return the answer that `keep` made this of."""
    if kept is None:
        return BLANK
    if "s" in kept:
        return Value(State(kept["s"]))
    return Value(State.GIVEN, KINDS[kind].restore(kept["v"]), Bound(kept.get("b", Bound.EXACT)), kept.get("u"))


def comparable(value: Value) -> object:
    """Return what an answer is compared with another's by: a time by its days, words whatever their width and case."""
    if isinstance(value.plain, Span):
        return value.plain.start, value.plain.end
    return (normal(value.plain) if isinstance(value.plain, str) else value.plain), value.bound


def likeness(answers: Sequence[Value]) -> tuple[object, ...]:
    """Return what several answers of a row are compared with another row's by; nothing if one is not given.

    >>> likeness([Value(State.GIVEN, "Ａ"), BLANK]), likeness([Value(State.GIVEN, "Ａ")])
    ((), (('a', <Bound.EXACT: 'exact'>),))
    """
    return tuple(comparable(one) for one in answers) if all(one.given for one in answers) else ()


STATES: Mapping[State, tuple[str, str]] = {
    State.BLANK: ("", ""),
    State.NOT_RECORDED: ("not recorded", "未统计"),
    State.NOT_APPLICABLE: ("not applicable", "不适用"),
    State.NOT_ASKED: ("not asked", "未设此项"),
    State.UNREADABLE: ("unreadable", "无法识别"),
    State.WITHHELD: ("withheld", "不公开"),
}


def show(value: Value, field: Field, language: str, lists: Lists) -> str:
    """Return the answer as a page shows it, in `language` (en or zh); typed again it is the same answer."""
    if not value.given:
        return STATES[value.state][int(language == "zh")]
    return KINDS[field.kind].show(value, field, language, lists)


def _as_kept(value: Value, field: Field, language: str, lists: Lists) -> str:
    return str(value.plain)


def _entry(value: Value, field: Field, language: str, lists: Lists) -> str:
    return lists[str(field.list)][str(value.plain)].words[language]


def _yes_or_no(value: Value, field: Field, language: str, lists: Lists) -> str:
    return ("是" if value.plain else "否") if language == "zh" else ("yes" if value.plain else "no")


def _day(value: Value, field: Field, language: str, lists: Lists) -> str:
    return show_day(value.plain, language) if isinstance(value.plain, date) else ""


def _span(value: Value, field: Field, language: str, lists: Lists) -> str:
    return show_span(value.plain, language) if isinstance(value.plain, Span) else ""


def _period(value: Value, field: Field, language: str, lists: Lists) -> str:
    return show_period(value.plain, language) if isinstance(value.plain, Period) else ""


def _listed(value: Value, field: Field, language: str, lists: Lists) -> str:
    return (
        ("、" if language == "zh" else "; ").join(value.plain) if isinstance(value.plain, tuple) else str(value.plain)
    )


def _nothing(value: Value, field: Field, language: str, lists: Lists) -> str:
    return ""


def _to_span(kept: list[Any]) -> Span:
    start, end, precision, said = kept
    return Span(date.fromisoformat(start) if start else None, date.fromisoformat(end), precision, said)


def _to_period(kept: str) -> Period:
    year, quarter = kept.split("-Q")
    return Period(int(year), int(quarter))


def _to_picture(kept: list[Any]) -> Picture:
    return Picture(*kept)


DAY_FORMAT = 'yyyy"年"m"月"d"日"'
KINDS: Mapping[str, Kind] = {
    "code": Kind(words.code, _as_kept),
    "text": Kind(words.text, _as_kept),
    "long": Kind(words.text, _as_kept, "General"),  # a cell formatted as text shows at most 255 letters
    "stamp": Kind(words.text, _as_kept),
    "choice": Kind(words.choice, _entry),
    "flag": Kind(words.flag, _yes_or_no),
    "codes": Kind(words.codes, _listed, restore=tuple),
    "picture": Kind(words.picture, _nothing, "General", restore=_to_picture),
    "count": Kind(numbers.count, numbers.show, "#,##0"),
    "amount": Kind(numbers.amount, numbers.show, "#,##0.00"),
    "share": Kind(numbers.share, numbers.show, "0.00%", restore=Decimal),
    "measured": Kind(numbers.measured, numbers.show, "General", restore=Decimal),
    "day": Kind(times.day, _day, DAY_FORMAT, restore=date.fromisoformat),
    "when": Kind(times.when, _span, restore=_to_span),
    "period": Kind(times.period, _period, restore=_to_period),
}
