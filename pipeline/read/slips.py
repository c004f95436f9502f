"""A header and what it should be -> whether they must mean the same, but for a slip of the hand or of the input method."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from pipeline.values import is_near

SHORTEST = 5  # letters of a Latin word in which a slip still leaves one word to be meant
FEWEST = 3  # signs of Chinese, likewise
MEANING = "%‰"  # punctuation to Unicode, a unit to us
LATIN = re.compile("[a-z]+")

# Signs of Chinese that tell one question from another: put in, left out or typed for another, they are no slip.
TELLING = frozenset(
    "男女前中后初末先上下左右内外大小多少高低长短新旧老青总净毛均共合累计各每其本他另首次人名位家件户台套项"
    "一二三四五六七八九十零半两双单第百千万亿元角分美币年季月周旬日天时期增减升降加扣正负不未非无没免已拟预估约应实"
    "是否有起止始终收支进出买卖税率比例差额甲乙丙丁公私省市县区"
)


def is_close(one: str, two: str, known: Collection[str] = frozenset()) -> bool:
    """Whether a header must mean what another does: signs and blanks aside, or but for one slip.

    A slip in Latin is a letter left out, put in or swapped in a long word: one put for another may
    make a word.  In Chinese, where each sign is a word, it is one that stands twice, two swapped,
    one missing, or another in its place that tells nothing apart and is not in any header.

    Args:
        one: what is typed.
        two: what was expected.
        known: the signs of all headers of the table.

    >>> is_close("modul 模块", "module 模块"), is_close("of whom: women", "of whom women")
    (True, True)
    >>> is_close("其中男性", "其中女性"), is_close("amount, usd", "amount, rmb"), is_close("share %", "share")
    (False, False, False)
    >>> is_close("管里人员", "管理人员"), is_close("管理人次", "管理人员")
    (True, False)
    """
    if _meant(one) == _meant(two):
        return True
    chinese, other = LATIN.sub("", _meant(one)), LATIN.sub("", _meant(two))
    words, others = LATIN.findall(one), LATIN.findall(two)
    if words == others:
        return _slipped_in_chinese(chinese, other, TELLING.union(known))
    slips = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    return chinese == other and len(words) == len(others) and len(slips) == 1 and _slipped_in_latin(*slips[0])


def _meant(text: str) -> str:
    """Return the letters, digits and units of a header."""
    return "".join(sign for sign in text if sign in MEANING or unicodedata.category(sign)[0] not in "PZ")


def _slipped_in_latin(one: str, two: str) -> bool:
    """Whether a letter of a long word was left out, put in, or swapped with the next one."""
    replaced = len(one) == len(two) and sum(a != b for a, b in zip(one, two, strict=True)) == 1
    return min(len(one), len(two)) >= SHORTEST and is_near(one, two) and not replaced


def _slipped_in_chinese(one: str, two: str, telling: Collection[str]) -> bool:
    """Whether one sign of some is twice, swapped with the next, missing, or another that tells nothing."""
    if len(two) < FEWEST or not is_near(one, two):
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    put, left = one[at : at + 1], two[at : at + 1]
    if len(one) > len(two):
        return put == one[at - 1 : at]
    if len(one) < len(two):
        return _is_han(left) and left not in TELLING
    return sorted(one) == sorted(two) or (_is_han(put) and _is_han(left) and put not in telling)


def _is_han(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("CJK UNIFIED")
