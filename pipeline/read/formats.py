"""The code of a number format -> what a person sees of a number in it: the number, a unit beside it, or another one."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

# Built-in formats that show a date; 27 to 36 and 50 to 58 are those of Chinese Excel and WPS.
MONTH_IDS = {17, 27, 36, 50, 52, 57}
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)} - MONTH_IDS
PERCENT_IDS = {9, 10}
NUMBER_IDS = {*range(1, 9), *range(11, 14), *range(37, 45), 48}
TEXT_ID = 49

# Words beside a number that change nothing: money is asked in RMB, and a count is of people.
HARMLESS = frozenset(("", "元", "¥", "￥", "rmb", "cny", "人民币", "人民币元", "元人民币", "人"))
SIGNS = "-−()（）"  # of a number below zero, in a section of its own
OTHER = "other"  # what such a format shows is not the number
YEN = "JPY"  # ¥ of a Japanese locale, which is no RMB

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|general|g/通用格式|e[+-]|.', re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>) ?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\]")
_DIGITS = re.compile(r"[0#?]|general|g/通用格式|e[+-]", re.IGNORECASE)
_HOLDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


class Section(NamedTuple):
    """One part of a format: for which numbers, and what it shows of them."""

    before: str
    after: str
    kind: str  # general | number | percent
    digits: bool  # whether it shows the number at all
    other: bool  # it shows another number: thousands left out, a sign put between the digits
    hidden: bool  # it shows nothing at all, as ;;; does
    operator: str = ""
    limit: Decimal = Decimal(0)
    places: tuple[str, ...] = ()  # from the first digit to the last; none if thousands are left out


class Dress(NamedTuple):
    """A format that shows more than a number, or another one."""

    code: str
    sections: tuple[Section, ...]


def shows(number: int, code: str | None) -> str:
    """Return what a number format shows: general number percent date month year text.

    >>> shows(31, None), shows(164, 'yyyy"年"m"月"d"日"'), shows(165, "0.00%"), shows(0, None)
    ('date', 'date', 'percent', 'general')
    >>> shows(57, None), shows(164, "mmm-yy"), shows(165, "yyyy")
    ('month', 'month', 'year')
    """
    if code is None:
        ids = ((MONTH_IDS, "month"), (DATE_IDS, "date"), (PERCENT_IDS, "percent"), (NUMBER_IDS, "number"))
        return next((shown for known, shown in (*ids, ({TEXT_ID}, "text")) if number in known), "general")
    bare = _LITERAL.sub("", code.split(";")[0]).lower().strip()
    if "general" in bare or not bare:
        return "general"
    if bare == "@":
        return "text"
    if re.search(r"[ymdhs]", bare) and not re.search(r"[0#?]", re.sub(r"\.0+", "", bare)):
        return _time(bare)
    return "percent" if "%" in bare else "number"


def _time(bare: str) -> str:
    """Return how much of a date a format shows: one of the time of day counts as the day."""
    if re.search("[dhs]|aaa", bare):
        return "date"
    return "month" if "m" in bare else "year"


def dress_of(code: str) -> Dress | None:
    r"""Return what a format shows beside the number; None if every number simply stands in it, or a time.

    >>> dress_of("#,##0.00"), dress_of('yyyy"年"'), dress_of('0.00"元"'), dress_of('0_ ;\\-0_ ;"-"??_ ;@')
    (None, None, None, None)
    """
    if shows(164, code) in ("date", "month", "year", "text"):
        return None
    sections = tuple(_section(tokens) for tokens in _parts(code) if "@" not in tokens)[:3]
    plain = all(_harmless(one, below=at > 0) and one.kind == sections[0].kind for at, one in enumerate(sections))
    return None if plain or not code else Dress(code, sections)


def _parts(code: str) -> list[list[str]]:
    """Return the signs of each part of a format: for numbers above zero, below zero, zero, and for texts."""
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: Sequence[str]) -> Section:
    places = [at for at, token in enumerate(tokens) if _DIGITS.fullmatch(token)]
    first, last = (places[0], places[-1]) if places else (len(tokens), len(tokens))
    condition = next((found for token in tokens if (found := _CONDITION.fullmatch(token))), None)
    return Section(
        before="".join(map(_word, tokens[:first])),
        after="".join(map(_word, tokens[last + 1 :])),
        hidden=not places and all(not _word(token).strip() for token in tokens) and not _only_colours(tokens),
        kind="percent" if "%" in tokens else "general" if len(places) == 1 and len(tokens[first]) > 2 else "number",
        digits=bool(places),
        other=_shortened(tokens) or any(_word(token).strip(" /") for token in tokens[first : last + 1]),
        operator=condition[1] if condition else "",
        limit=Decimal(condition[2] if condition else 0),
        places=() if _shortened(tokens) else tuple(tokens[first : last + 1]),
    )


def _only_colours(tokens: Sequence[str]) -> bool:
    """Whether a section says a colour or a condition and no more: the number is shown as it is."""
    return bool(tokens) and all(token[0] == "[" for token in tokens)


def _shortened(tokens: Sequence[str]) -> bool:
    """Whether a comma stands where it leaves out thousands: with no digit behind it."""
    return any(one == "," and not _DIGITS.fullmatch(two) for one, two in pairwise([*tokens, ""]))


def _word(token: str) -> str:
    """Return what one sign of a format shows beside the digits: nothing, a blank or words."""
    if token.startswith("[$"):
        money, _, locale = token[2:-1].partition("-")
        return YEN if money in ("¥", "￥") and locale.endswith("411") else money
    if token[0] in "[*" or token in (".", ",", "%") or _DIGITS.fullmatch(token):
        return ""
    return " " if token[0] == "_" and len(token) == 2 else token.strip('"') if token[0] == '"' else token[-1:]


def _harmless(one: Section, *, below: bool) -> bool:
    """Whether a number stands in a section as it is stored."""
    words = (f"{one.before}{one.after}").replace(" ", "").replace("\u00a0", "")
    words = words.strip(SIGNS) if below else words.removeprefix("+")
    return not one.other and not one.hidden and not one.operator and words.casefold() in HARMLESS


def dressed(number: Decimal, dress: Dress) -> tuple[str | Decimal, str]:
    """Return what a person sees of a number, as she might have typed it, and what its format shows.

    All digits are told, not only those that the format leaves.  Signs between digits are put
    there (000-0000); a format that shows another number, or nothing, is told before the number,
    so that nobody takes it for one, and shows what is `other`.

    >>> yi, wan, thousands = (dress_of(code) for code in ('[<=1]0%;0"%"', '0.00"万元"', "0.0,"))
    >>> dressed(Decimal("0.5"), yi), dressed(Decimal("4.13"), yi), dressed(Decimal("25.574"), wan)
    ((Decimal('0.5'), 'percent'), ('4.13%', 'general'), ('25.574万元', 'general'))
    >>> dressed(Decimal(25570), thousands)
    ('[0.0,] 25570', 'other')
    >>> dressed(Decimal(1201), dress_of("000-000")), dressed(Decimal(1), dress_of('"JS-"000'))
    (('001-201', 'general'), ('JS-001', 'general'))
    """
    one, at = _chosen(number, dress.sections)
    below = number <= 0 and at > 0
    if _harmless(one._replace(operator=""), below=below):
        return number, one.kind
    digits = _digits(abs(number), one)
    if digits is None:
        return f"[{dress.code}] {number:f}", OTHER
    if not one.digits:
        return one.before, "general"
    sign = "-" if number < 0 and not (below and set(SIGNS) & set(one.before)) else ""
    return f"{sign}{one.before}{digits}{one.after}".strip(), "general"


def _digits(number: Decimal, one: Section) -> str | None:
    """Return the digits that a section shows, with the signs between them; None if it shows another number, or none."""
    whole = number == number.to_integral_value() and set(one.places) <= {"0", "#", *_between(one.places)}
    if one.hidden or (one.other and not (whole and _between(one.places))):
        return None
    if one.kind == "percent":
        return f"{number * 100:f}%"
    if not whole:
        return f"{number:f}"
    digits = f"{number:f}".rjust(one.places.count("0"), "0")
    return _filled(digits, one.places) if one.other else digits


def _between(places: Sequence[str]) -> set[str]:
    """Return the signs between digits that are only put there."""
    return {token for token in places if _word(token) and not _DIGITS.fullmatch(token)}


def _filled(digits: str, places: Sequence[str]) -> str:
    """Return digits set into their places from the right; what is left over stands in the first."""
    left, shown = list(digits), ""
    for token in reversed(places):
        shown = (left.pop() if left else "") + shown if token in ("0", "#") else _word(token) + shown
    return "".join(left) + shown


def _chosen(number: Decimal, sections: Sequence[Section]) -> tuple[Section, int]:
    """Return the section that a number is shown by, and which it is."""
    usual = (("", 0), (">=", 0), (">", 0))[len(sections) - 1] if sections else ("", 0)
    for at, one in enumerate(sections[:-1]):
        sign, limit = (one.operator, one.limit) if one.operator else (usual[0] if at == 0 else "<", Decimal(0))
        if _HOLDS[sign](number, limit):
            return one, at
    return sections[-1], len(sections) - 1
