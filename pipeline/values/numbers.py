"""Numbers as typed -> counts, amounts, shares and measured values with their bounds, and back to the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pipeline.model import Bound, Cell, Field, Finding, Lists, State, Value
from pipeline.values.words import TIMES, Answer, fault, normal, refused

HUNDRED = Decimal(100)
NBSP, MINUS = "\u00a0", "\u2212"
RATIOS = ("share", "relative", "points")  # units of a measured value that is kept as a ratio

_BEFORE: tuple[tuple[str, Bound], ...] = (
    ("more than|over|above|>(?!=)|超过|逾|多于|大于", Bound.MORE_THAN),
    ("at least|no less than|>=|≥|不少于|不低于|至少", Bound.AT_LEAST),
    ("less than|under|below|<(?!=)|不到|不足|少于|低于|小于", Bound.LESS_THAN),
    ("at most|no more than|up to|<=|≤|不超过|不多于|最多|至多", Bound.AT_MOST),
)
_AFTER: tuple[tuple[str, Bound], ...] = (
    ("及以上|or more|\\+", Bound.AT_LEAST),
    ("及以下|or less", Bound.AT_MOST),
    ("以上", Bound.MORE_THAN),
    ("以下", Bound.LESS_THAN),
)
_BOUNDS = [(re.compile(f"(?:{words})\\s*(?P<rest>.*)"), bound) for words, bound in _BEFORE]
_BOUNDS += [(re.compile(f"(?P<rest>.*?)\\s*(?:{words})(?P<tail>\\s*元)?"), bound) for words, bound in _AFTER]

_NUMBER = re.compile(
    r"(?P<before>rmb|cny|¥|人民币|百分之)?\s*"
    r"(?P<number>[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?)\s*"
    r"(?P<after>[^\d\s.,+-][^\d]{0,24})?"
)
_PLAIN = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(%?)")  # as nearly all numbers are typed that are typed as text
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("%", "per cent", "percent", "pct"), "%"),
    **dict.fromkeys(("rmb", "cny", "¥", "人民币", "元", "yuan", "人民币元", "元人民币"), "rmb"),
    **dict.fromkeys(("万元", "万", "万元人民币"), "wan"),
    **dict.fromkeys(("个百分点", "百分点", "points", "point", "percentage points", "percentage point", "pp"), "points"),
}


class _Said(NamedTuple):
    """A number as it was said: with a bound, and the unit typed beside it."""

    number: Decimal
    bound: Bound = Bound.EXACT
    unit: str = ""  # "" % rmb wan points, or another word


def _said(cell: Cell) -> _Said | None:
    """Return the number in a cell; None if there is none."""
    if isinstance(cell.typed, Decimal):
        if cell.format in TIMES:  # Excel makes a day of "1-2": its serial is no answer
            return None
        return _Said(cell.typed, unit="%" if cell.format == "percent" else "")
    if not isinstance(cell.typed, str):
        return None
    if simple := _PLAIN.fullmatch(cell.typed):
        number = Decimal(simple[1])
        return _Said(number / HUNDRED, unit="%") if simple[2] else _Said(number)
    if any(unicodedata.category(letter) in ("No", "Nl") for letter in cell.typed):
        return None
    text = normal(cell.typed).replace(MINUS, "-").replace("–", "-")
    bound, text = _unbound(text)
    match = _NUMBER.fullmatch(text)
    return _counted(match, bound) if match else None


def _unbound(text: str) -> tuple[Bound, str]:
    """Return the bound that a text begins or ends with, and the rest."""
    for pattern, bound in _BOUNDS:
        match = pattern.fullmatch(text)
        if match and any(letter.isdigit() for letter in match["rest"]):
            return bound, match["rest"] + (match.groupdict().get("tail") or "")
    return Bound.EXACT, text


def _counted(match: re.Match[str], bound: Bound) -> _Said:
    before, after = match["before"] or "", (match["after"] or "").strip()
    unit = "%" if before == "百分之" else _UNITS.get(after, after) or _UNITS.get(before, "")
    number = Decimal(re.sub("[, ]", "", match["number"]))
    return _Said(number / HUNDRED if unit in ("%", "points") else number, bound, unit)


def _checked(said: _Said, cell: Cell, field: Field) -> Answer | None:
    """Return the refusal of a bound or sign that the field does not ask for; None if all is well."""
    if said.bound is not Bound.EXACT and not field.bound:
        return refused("bound_not_asked", cell, field, f"{said.number:f}")
    if said.number < 0 and not field.signed:
        return refused("negative", cell, field)
    return None


def _above(number: Decimal, cell: Cell, field: Field) -> Answer | None:
    """Return the refusal of a number beyond the field's maximum: a slip of the hand, or a telephone number."""
    if field.maximum is None or number <= field.maximum:
        return None
    return refused("above_maximum", cell, field, f"{field.maximum:,}")


def _valued(plain: int | Decimal, said: _Said, unit: str | None, *found: Finding) -> Answer:
    return Value(State.GIVEN, plain, said.bound, unit), found


def count(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A whole number."""
    said = _said(cell)
    if said is None or said.unit in ("%", "rmb", "wan", "points") or said.number != said.number.to_integral_value():
        return refused("not_a_count", cell, field)
    if wrong := _checked(said, cell, field):
        return wrong
    if field.minimum is not None and said.number < field.minimum:
        return refused("below_minimum", cell, field, str(field.minimum))
    if too_much := _above(said.number, cell, field):
        return too_much
    return _valued(
        int(said.number),
        said,
        None,
        *([fault("unit_typed_in", cell, field, str(int(said.number)))] if said.unit else []),
    )


def _money(cell: Cell, field: Field) -> tuple[_Said, tuple[Finding, ...]] | Answer:
    """Return what was said in RMB, or the refusal."""
    said = _said(cell)
    if said is None or said.unit not in ("", "rmb", "wan"):
        return refused("not_an_amount", cell, field)
    if wrong := _checked(said, cell, field):
        return wrong
    if said.unit != "wan":
        return said, ()
    yuan = _Said(said.number * 10_000, said.bound, "rmb")
    return yuan, (fault("amount_in_wan", cell, field, f"{yuan.number.normalize():,f}"),)


def amount(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """Money: kept in fen, a whole number."""
    said, found = _money(cell, field)
    if isinstance(said, Value):
        return said, found
    fen = said.number * HUNDRED
    if too_much := _above(said.number, cell, field):
        return too_much
    if fen != fen.to_integral_value():
        return refused("finer_than_fen", cell, field)
    return _valued(int(fen), said, "fen", *found)


def share(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A share: kept as the ratio; a plain number over 1 is per cent, and one up to 1 may mean either."""
    said = _said(cell)
    unit = unit or "share"
    units = ("", "%", "points") if unit == "points" else ("", "%")
    if said is None or said.unit not in units:
        return refused("not_a_share", cell, field)
    if wrong := _checked(said, cell, field):
        return wrong
    if said.unit or said.number == 0:
        return _valued(said.number, said, unit)
    if abs(said.number) <= 1:
        return refused("share_ambiguous", cell, field, f"{plain(said.number * HUNDRED)}% / {plain(said.number)}%")
    return _valued(
        said.number / HUNDRED, said, unit, fault("share_read_as_percent", cell, field, f"{plain(said.number)}%")
    )


def measured(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A value in the unit of its row's measure: a number, RMB, or a share."""
    if unit is None:
        return refused("measure_missing", cell, field)
    if unit in RATIOS:
        return share(cell, field, lists, unit)
    if unit == "rmb":
        said, found = _money(cell, field)
        return (said, found) if isinstance(said, Value) else _valued(said.number, said, unit, *found)
    return _measured_number(cell, field, unit)


def _measured_number(cell: Cell, field: Field, unit: str) -> Answer:
    said = _said(cell)
    if said is None or said.unit in ("%", "points"):
        return refused("not_a_number", cell, field)
    if wrong := _checked(said, cell, field):
        return wrong
    return _valued(
        said.number, said, unit, *([fault("unit_typed_in", cell, field, plain(said.number))] if said.unit else [])
    )


def plain(number: Decimal) -> str:
    """Return a number in digits, without an exponent or idle zeros.

    >>> plain(Decimal("4.10")), plain(Decimal("2E+3"))
    ('4.1', '2000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---- on the page ---------------------------------------------------------------------------------

BOUND_WORDS: Mapping[Bound, tuple[str, str]] = {
    Bound.EXACT: ("", ""),
    Bound.MORE_THAN: ("more than ", "超过"),
    Bound.AT_LEAST: ("at least ", "至少"),
    Bound.AT_MOST: ("at most ", "最多"),
    Bound.LESS_THAN: ("less than ", "不到"),
}
PATTERNS: Mapping[str, tuple[str, str]] = {  # how a number stands with its unit, in English and Chinese
    "%": (f"{{}}{NBSP}%", f"{{}}{NBSP}%"),
    "RMB": (f"RMB{NBSP}{{}}", f"{{}}{NBSP}元"),
    "points": (f"{{}}{NBSP}points", f"{{}}{NBSP}个百分点"),
}
PAGE_UNITS = {"share": "%", "relative": "%", "points": "points", "rmb": "RMB", "fen": "RMB"}


def show_number(number: Decimal, *, unit: str, decimals: int, bound: Bound, language: str, signed: bool = False) -> str:
    """Return a number as a page shows it: rounded half up, with its bound and unit.

    >>> show_number(Decimal("55.5555"), unit="%", decimals=1, bound=Bound.EXACT, language="en").replace(NBSP, " ")
    '55.6 %'
    >>> show_number(Decimal(255700), unit="RMB", decimals=0, bound=Bound.MORE_THAN, language="zh").replace(NBSP, " ")
    '超过255,700 元'
    """
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return _dressed(f"{abs(rounded):,f}", rounded, unit, bound, language, signed)


def _dressed(digits: str, number: Decimal, unit: str, bound: Bound, language: str, signed: bool) -> str:
    side = int(language == "zh")
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return BOUND_WORDS[bound][side] + PATTERNS.get(unit, ("{}", "{}"))[side].format(sign + digits)


def show(value: Value, field: Field, language: str, lists: Lists) -> str:
    """Return a typed number with all the digits it was typed with."""
    number = Decimal(str(value.plain))
    unit = value.unit or ""
    scaled = number * HUNDRED if unit in RATIOS else number / HUNDRED if unit == "fen" else number
    digits = f"{Decimal(plain(abs(scaled))):,f}"
    return _dressed(digits, scaled, PAGE_UNITS.get(unit, ""), value.bound, language, unit in ("relative", "points"))
