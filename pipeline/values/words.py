"""Words as typed -> codes, texts, choices and flags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from pipeline.messages import finding
from pipeline.model import Cell, Entry, Field, Finding, Lists, State, Value

MOST_LISTS = 256
SHORT = 80  # signs of a text that is worth remembering
Answer = tuple[Value, tuple[Finding, ...]]
UNREADABLE = Value(State.UNREADABLE)
_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd-\uffff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe0f\ufeff]")  # what chat programs paste along
_SEPARATORS = re.compile(r"[;,、\n\r]+")
TIMES = {"date": 10, "month": 7, "year": 4}  # formats that show a time, and the signs of 2014-12-09 that they show
PICTURE_FAULTS = ("picture_too_large", "picture_unreadable")
YES = {"是", "yes", "y", "√", "✓", "☑", "是的", "1", "true", "有", "✔"}
NO = {"否", "no", "n", "×", "x", "0", "false", "无", "没有", "✗"}


def normal(text: str) -> str:
    """Return a text as words are compared: width and case folded, blanks collapsed.

    >>> normal(" Ｗomen\\n（其中） ")
    'women (其中)'
    """
    return _short(text) if len(text) < SHORT else _normal(text)


def _normal(text: str) -> str:
    return " ".join(_folded(text).split()).casefold()


_short = lru_cache(maxsize=1 << 14)(_normal)  # headers and words of lists are compared again and again


def _folded(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def told(cell: Cell) -> str:
    """Return what stands in a cell, as a person would say it.

    >>> told(Cell(Decimal("0.0413"), "percent")), told(Cell(True))
    ('4.13%', 'yes')
    >>> told(Cell(Decimal(41982), "date")), told(Cell(Decimal(41982), "month"))
    ('2014-12-09', '2014-12')
    """
    if isinstance(cell.typed, str) and not cell.error:
        return cell.typed
    if cell.error or cell.typed is None:
        return cell.error or (f"={cell.formula}" if cell.formula else "")
    if isinstance(cell.typed, bool):
        return "yes" if cell.typed else "no"
    if isinstance(cell.typed, Decimal):
        day = from_serial(cell.typed, cell.date1904) if cell.format in TIMES else None
        if day:
            return day.isoformat()[: TIMES[cell.format]]
        return f"{(cell.typed * 100).normalize():f}%" if cell.format == "percent" else f"{cell.typed:f}"
    return str(cell.typed)


def from_serial(number: Decimal, date1904: bool) -> date | None:
    """Return the day that Excel counts; None if it counts none.  Its calendar of 1900 has a 29 February.

    >>> from_serial(Decimal(41982), False), from_serial(Decimal(-1), False)
    (datetime.date(2014, 12, 9), None)
    """
    days = int(number)
    if not 0 < days < 2_958_466 - 1462 * date1904 or (days == 60 and not date1904):
        return None
    start = date(1904, 1, 1) if date1904 else date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    return start + timedelta(days=days)


def fault(code: str, cell: Cell, field: Field, expected: str | None = None, **params: str) -> Finding:
    """Return a finding about how a cell was typed, in the field's words."""
    return finding(
        code, found=told(cell), expected=expected, label_en=field.title.en, label_zh=field.title.zh, **params
    )


def refused(code: str, cell: Cell, field: Field, expected: str | None = None, **params: str) -> Answer:
    """Return an unreadable answer and the finding that says why."""
    return UNREADABLE, (fault(code, cell, field, expected, **params),)


def given(plain: object, *found: Finding) -> Answer:
    """Return a given answer and what is to be said of it."""
    return Value(State.GIVEN, plain), found  # type: ignore[arg-type]


def instead_of(text: str, lists: Lists) -> State | None:
    """Return the state that a word stands for, "not recorded" or "not applicable"; None for any other word."""
    if "instead" not in lists:
        return None
    known, initials = _spellings(lists["instead"])
    begins = normal(text.lstrip()[:1])  # most texts begin as none of these words: no more need be compared
    code = None if begins and begins not in initials else known.get(normal(text))
    return State(code) if code else None


Spellings = tuple[Mapping[str, str], frozenset[str]]  # folded -> code, and the letters with which they begin
_KNOWN: dict[int, tuple[Mapping[str, Entry], Spellings]] = {}  # by the list itself: its words are many to hash


def _spellings(entries: Mapping[str, Entry]) -> Spellings:
    """Return what may be typed for each entry of a list; the first entry wins."""
    kept = _KNOWN.get(id(entries))
    if kept is None or kept[0] is not entries:
        if len(_KNOWN) > MOST_LISTS:
            _KNOWN.clear()
        kept = _KNOWN[id(entries)] = (entries, _spelled(entries))
    return kept[1]


def code_of(text: str, entries: Mapping[str, Entry]) -> str | None:
    """Return the entry of a list that a word is for; None if it is for none."""
    return _spellings(entries)[0].get(normal(text))


def _spelled(entries: Mapping[str, Entry]) -> Spellings:
    found: dict[str, str] = {}
    for code, entry in entries.items():
        both = f"{entry.words.zh} {entry.words.en}"  # as the blank form's lists have it
        for spelling in (code, entry.words.en, entry.words.zh, both, *entry.spellings):
            found.setdefault(normal(spelling), code)
    return found, frozenset(spelling[:1] for spelling in found)


def code(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A code: width folded; in capitals or small letters as its pattern has them, else as typed."""
    return given(_cased(_BLANKS.sub("", _folded(told(cell))), field))


def _cased(text: str, field: Field) -> str:
    pattern = field.pattern or ""
    if "{OFFICE}" in pattern or "[A-Z]" in pattern:
        return text.upper()
    return text.lower() if "[a-z]" in pattern else text


def codes(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """Several codes, separated by ; , 、 or line breaks."""
    parts = [_BLANKS.sub("", part) for part in _SEPARATORS.split(_folded(told(cell)))]
    found = [_cased(part, field) for part in parts if part]
    once = tuple(dict.fromkeys(found))
    return given(once, *([fault("code_twice", cell, field)] if len(once) < len(found) else []))


def text(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A text as it was typed; characters that no page can hold are taken out, with a note."""
    typed = told(cell)
    if not (typed.isprintable() and unicodedata.is_normalized("NFC", typed)):
        typed = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n")
    typed = typed.strip()
    clean = typed if typed.isprintable() else _CONTROL.sub("", typed)
    if not clean:
        return Value(State.BLANK), ()
    return given(clean, *([fault("control_characters", cell, field)] if clean != typed else []))


def choice(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """An entry of a list, by its code, its words in either language or another spelling."""
    entries = lists[str(field.list)]
    known, _ = _spellings(entries)
    typed = normal(told(cell))
    if typed in known:
        return given(known[typed])
    near = {known[spelling] for spelling in known if is_near(typed, spelling)}
    if len(near) == 1:
        words = entries[near.pop()].words
        return refused("near_miss", cell, field, f"{words.zh} {words.en}")
    listed = [entry.words for entry in entries.values()]
    en, zh = ", ".join(words.en for words in listed), "、".join(words.zh for words in listed)
    return refused("not_in_list", cell, field, en, expected_zh=zh)


def is_near(one: str, two: str) -> bool:
    """Whether a letter put in, left out, changed or swapped makes one word the other.

    >>> is_near("meetnig", "meeting"), is_near("visit", "other")
    (True, False)
    """
    if abs(len(one) - len(two)) > 1 or min(len(one), len(two)) < 2:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    a, b = one[start:], two[start:]
    swapped = a[1::-1] + a[2:] if len(a) > 1 else a
    return b in (a[1:], swapped) or a == b[1:] or a[1:] == b[1:]


def flag(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """Yes or no."""
    if isinstance(cell.typed, bool):
        return given(cell.typed)
    typed = normal(told(cell))
    if typed in YES or typed in NO:
        return given(typed in YES)
    return refused("not_a_flag", cell, field, "yes / no", expected_zh="是 / 否")


def picture(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A picture over or in the cell."""
    if cell.picture:
        return given(cell.picture)
    return refused(cell.error if cell.error in PICTURE_FAULTS else "not_a_picture", cell, field)
