"""The headers and footers of printed pages -> the words in them that neither a program nor our form writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.read.rows import NOTE
from pipeline.values import normal

NUMBERED = re.compile(r"(?:(?:第|共|[Pp]ages?|of|/)\s*)*&[PN]\s*页?[，,]?")  # which page of how many
CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]{1,3}|[A-Z])')  # of looks, place, file, day
TO_SIGN = re.compile(r"\w*[:：]?\s*_{3,}")  # a label before a line that is to be written on
AROUND = " \t()（）:：-–—"


def own_words(said: Sequence[str], names: Sequence[str]) -> str:
    """Return what headers and footers say, but for page numbers, names of the sheet and lines to sign.

    >>> own_words(["&C单位：万元", "&L&8活动  填表人签字 ______ （盖章）&R&P / &N"], ["活动 Activities"])
    '单位：万元'
    """
    plain = (CODE.sub(" ", NUMBERED.sub(" ", one)).replace("&&", "&") for one in said)
    words = [word for one in plain for word in TO_SIGN.sub(" ", one).split()]
    return " ".join(word for word in words if not _is_ours(word.strip(AROUND), names))


def _is_ours(word: str, names: Sequence[str]) -> bool:
    """Whether a word is a name of the sheet, a label of a line to sign, or only signs."""
    if not any(sign.isalnum() for sign in word):
        return True
    label = word.isalnum() and NOTE.fullmatch(normal(f"{word}:"))
    return bool(label) or any(normal(word) in normal(name) for name in names)
