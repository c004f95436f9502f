"""A number as a clerk says it -> the number, with its bound and the unit typed beside it.

A word that may change what the number means makes it none: it is refused, never guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from pipeline.model import Bound, Cell, Lists
from pipeline.values.words import TIMES, code_of, normal

HUNDRED = Decimal(100)
MINUS = "\u2212"
LONGEST = 80  # signs of a number that is said in words
UNKNOWN, ITEMS, PEOPLE, WOMEN = "?", "items", "people", "women"  # units: another word, and of the list `counted`

_BEFORE: tuple[tuple[str, Bound], ...] = (
    ("more than|over|above|>(?!=)|超过|逾|多于|大于", Bound.MORE_THAN),
    ("at least|no less than|>=|≥|不少于|不低于|至少", Bound.AT_LEAST),
    ("less than|under|below|<(?!=)|不到|不足|少于|低于|小于", Bound.LESS_THAN),
    ("at most|no more than|up to|<=|≤|不超过|不多于|最多|至多", Bound.AT_MOST),
)
_AFTER: tuple[tuple[str, Bound], ...] = (
    ("及以上|or more|\\+", Bound.AT_LEAST),
    ("及以下|or less|or fewer|以内", Bound.AT_MOST),
    ("以上|多|余", Bound.MORE_THAN),
    ("以下", Bound.LESS_THAN),
)
_BOUNDS = [(re.compile(f"(?:{words})\\s*(?P<rest>.*)(?P<tail>)"), bound) for words, bound in _BEFORE]
_BOUNDS += [(re.compile(f"(?P<rest>.*?)\\s*(?:{words})(?P<tail>\\D*)"), bound) for words, bound in _AFTER]

_NUMBER = re.compile(
    r"(?P<before>rmb|cny|¥|人民币|百分之)?\s*"
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?: \d{3})+|\d+)(?:\.\d+)?)\s*"
    r"(?P<after>[^\d\s.,+-]\D{0,24})?"
)
_PLAIN = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(%?)")  # as nearly all numbers are typed that are typed as text
# Two numbers: a line break, tab or wide blank between them, or a Chinese comma between digits that are not wide
_APART = re.compile(r"\d(?![ \u00a0\u2007\u2009\u202f]\d)\s+\d|[0-9]，|，[0-9]")
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("%", "per cent", "percent", "pct", "百分之"), "%"),
    **dict.fromkeys(("rmb", "cny", "¥", "人民币", "元", "yuan", "人民币元", "元人民币"), "rmb"),
    **dict.fromkeys(("个百分点", "百分点", "points", "point", "percentage points", "percentage point", "pp"), "points"),
}
_TIMES: Mapping[str, int] = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_SCALED = re.compile(f"({'|'.join(sorted(_TIMES, key=len, reverse=True))})\\s*(.*)")


class Said(NamedTuple):
    """A number as it was said: with a bound, and the unit typed beside it."""

    number: Decimal
    bound: Bound = Bound.EXACT
    unit: str = ""  # "" % rmb points, what is counted, women of those, or another word
    scaled: bool = False  # said in thousands, 万 and the like: multiplied already
    spaced: bool = False  # its thousands are set apart by blanks


def said_in(cell: Cell, lists: Lists) -> Said | None:
    """Return the number in a cell; None if there is none, or more than one."""
    if isinstance(cell.typed, Decimal):
        if cell.format in TIMES:  # Excel makes a day of "1-2": its serial is no answer
            return None
        return Said(cell.typed, unit="%" if cell.format == "percent" else "")
    if not isinstance(cell.typed, str):
        return None
    if simple := _PLAIN.fullmatch(cell.typed):
        number = Decimal(simple[1])
        return Said(number / HUNDRED, unit="%") if simple[2] else Said(number)
    return _said(cell.typed, lists)


def counted_in(typed: str, lists: Lists) -> str:
    """Return what is counted by the word beside a number; "" without one, or where there is no number.

    >>> counted_in("36", {}), counted_in("many", {})
    ('', '')
    """
    said = _said(typed, lists)
    return said.unit if said else ""


def _said(typed: str, lists: Lists) -> Said | None:
    """Return the number that words say.

    >>> _said("1.5万多", {})
    Said(number=Decimal('15000.0'), bound=<Bound.MORE_THAN: 'more_than'>, unit='', scaled=True, spaced=False)
    >>> _said("120 135", {}), _said("1,200\\n300", {})
    (None, None)
    """
    if len(typed) > LONGEST or _APART.search(typed.strip()):
        return None
    if any(unicodedata.category(letter) in ("No", "Nl") for letter in typed):
        return None
    bound, text = _unbound(normal(typed).replace(MINUS, "-").replace("–", "-"))
    match = _NUMBER.fullmatch(text)
    return _counted(match, bound, lists) if match else None


def _unbound(text: str) -> tuple[Bound, str]:
    """Return the bound that a text begins with or that stands after its number, and the rest."""
    for pattern, bound in _BOUNDS:
        match = pattern.fullmatch(text)
        if match and any(letter.isdigit() for letter in match["rest"]):
            return bound, match["rest"] + match["tail"]
    return Bound.EXACT, text


def _counted(match: re.Match[str], bound: Bound, lists: Lists) -> Said:
    before = _UNITS.get(match["before"] or "", "")
    after, times = _unit((match["after"] or "").strip(), lists)
    unit = after if before in ("", after) else before if not after else UNKNOWN
    number = Decimal(re.sub("[, ]", "", match["number"])) * times
    divided = number / HUNDRED if unit in ("%", "points") else number
    return Said(divided, bound, unit, times > 1, " " in match["number"])


def _unit(word: str, lists: Lists) -> tuple[str, int]:
    """Return the unit that a word after a number says, and by how much it multiplies the number.

    >>> _unit("万元", {}), _unit("百分点", {}), _unit("k", {})
    (('rmb', 10000), ('points', 1), ('?', 1))
    """
    if word in _UNITS:
        return _UNITS[word], 1
    scaled = _SCALED.fullmatch(word)
    rest, times = (scaled[2], _TIMES[scaled[1]]) if scaled else (word, 1)
    return _UNITS.get(rest) or _of(rest, lists), times


def _of(word: str, lists: Lists) -> str:
    """Return what a word says is counted: as the list `counted` has it, or two of its words, 名员工."""
    known = lists.get("counted", {})
    parts = [(word,), *((word[:n], word[n:]) for n in (1, 2) if word[n:])]
    for part in parts if word else ():
        codes = {code_of(one, known) or UNKNOWN for one in part}
        if UNKNOWN not in codes:
            return _of_all(codes)
    return UNKNOWN if word else ""


def _of_all(codes: set[str]) -> str:
    """Return what is counted if words are put together: 个企业 are enterprises, 名女工 women; 家人 is nothing.

    >>> _of_all({"items", "enterprises"}), _of_all({"people", "women"}), _of_all({"enterprises", "people"})
    ('enterprises', 'women', '?')
    """
    told = codes - {ITEMS} or codes
    if told == {WOMEN, PEOPLE}:
        return WOMEN
    return next(iter(told)) if len(told) == 1 else UNKNOWN
