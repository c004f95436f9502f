"""Numbers as typed -> counts, amounts, shares and measured values with their bounds, and back to the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from pipeline.model import Bound, Cell, Field, Finding, Lists, State, Value
from pipeline.values.said import HUNDRED, ITEMS, MINUS, UNKNOWN, WOMEN, Said, said_in
from pipeline.values.words import Answer, fault, refused

NBSP = "\u00a0"
RATIOS = ("share", "relative", "points")  # units of a measured value that is kept as a ratio


def _checked(said: Said, cell: Cell, field: Field) -> Answer | None:
    """Return the refusal of a bound or sign that the field does not ask for; None if all is well."""
    if said.bound is not Bound.EXACT and not field.bound:
        return refused("bound_not_asked", cell, field, f"{said.number:f}")
    if said.number < 0 and not field.signed:
        return refused("negative", cell, field)
    return None


def _above(number: Decimal, cell: Cell, field: Field) -> Answer | None:
    """Return the refusal of a number beyond the field's maximum: a slip of the hand, or a telephone number."""
    if field.maximum is None or abs(number) <= field.maximum:
        return None
    return refused("above_maximum", cell, field, f"{field.maximum:,}")


def _taken(said: Said, cell: Cell, field: Field) -> tuple[Finding, ...]:
    """Return which number was taken, if more than digits was typed: a question if it was multiplied."""
    code = "number_scaled" if said.scaled else "unit_typed_in" if said.unit or said.spaced else ""
    return (fault(code, cell, field, plain(said.number)),) if code else ()


def _valued(plain: int | Decimal, said: Said, unit: str | None, *found: Finding) -> Answer:
    return Value(State.GIVEN, plain, said.bound, unit), found


def count(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A whole number."""
    said = said_in(cell, lists)
    if said is None or not _is_number_of(said, field) or said.number != said.number.to_integral_value():
        return refused("not_a_count", cell, field)
    if wrong := _counts_another(said, cell, field, lists) or _checked(said, cell, field):
        return wrong
    if field.minimum is not None and said.number < field.minimum:
        return refused("below_minimum", cell, field, str(field.minimum))
    if too_much := _above(said.number, cell, field):
        return too_much
    return _valued(int(said.number), said, None, *_taken(said, cell, field))


def _is_number_of(said: Said, field: Field) -> bool:
    """Whether the word beside a number leaves it what was asked; women are counted only where a part is asked."""
    return said.unit not in ("%", "points", "rmb", UNKNOWN) and (said.unit != WOMEN or field.part_of is not None)


def _counts_another(said: Said, cell: Cell, field: Field, lists: Lists) -> Answer | None:
    """Return the refusal of a number with a word of another thing than the field counts: 12人 of enterprises."""
    if not field.counts or said.unit in ("", field.counts, ITEMS, WOMEN):
        return None
    words = lists["counted"][field.counts].words
    return refused("counts_another", cell, field, counted_en=words.en, counted_zh=words.zh)


def _money(cell: Cell, field: Field, lists: Lists) -> tuple[Said, tuple[Finding, ...]] | Answer:
    """Return what was said in RMB, or the refusal."""
    said = said_in(cell, lists)
    if said is None or said.unit not in ("", "rmb"):
        return refused("not_an_amount", cell, field)
    if wrong := _checked(said, cell, field):
        return wrong
    if said.scaled:
        return said, (fault("amount_in_wan", cell, field, f"{Decimal(plain(said.number)):,f}"),)
    return said, _taken(said, cell, field) if said.spaced else ()


def amount(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """Money: kept in fen, a whole number."""
    said, found = _money(cell, field, lists)
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
    said = said_in(cell, lists)
    unit = unit or "share"
    units = ("", "%", "points") if unit == "points" else ("", "%")
    if said is None or said.unit not in units or said.scaled or said.spaced:
        return refused("not_a_share", cell, field)
    percent = said.number * HUNDRED if said.unit else said.number
    if wrong := _checked(said, cell, field) or _above(percent, cell, field):
        return wrong
    if not said.unit and 0 < abs(percent) <= 1:
        ways = f"{plain(percent * HUNDRED)}%", f"{plain(percent)}%"
        return refused("share_ambiguous", cell, field, " / ".join(ways), expected_zh=" 还是 ".join(ways))
    read = f"{plain(percent)}%"
    found = [] if said.unit or percent == 0 else [fault("share_read_as_percent", cell, field, read)]
    found += [fault("share_over_whole", cell, field, read=read)] if unit == "share" and percent > HUNDRED else []
    return _valued(percent / HUNDRED, said, unit, *found)


def measured(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A value in the unit of its row's measure: a number, RMB, or a share."""
    if unit is None:
        return refused("measure_missing", cell, field)
    if unit in RATIOS:
        return share(cell, field, lists, unit)
    if unit == "rmb":
        said, found = _money(cell, field, lists)
        if isinstance(said, Value):
            return said, found
        return _above(said.number, cell, field) or _valued(said.number, said, unit, *found)
    return _measured_number(cell, field, lists, unit)


def _measured_number(cell: Cell, field: Field, lists: Lists, unit: str) -> Answer:
    said = said_in(cell, lists)
    if said is None or not _is_number_of(said, field):
        return refused("not_a_number", cell, field)
    if wrong := _checked(said, cell, field) or _above(said.number, cell, field):
        return wrong
    return _valued(said.number, said, unit, *_taken(said, cell, field))


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
    digits = Context(prec=max(number.adjusted(), 0) + decimals + 2)  # as many as it has: 28 are no limit of a page
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, digits)
    return _dressed(f"{rounded.copy_abs():,f}", rounded, unit, bound, language, signed)


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
