"""Times as typed -> days, spans known as far as they were said, and quarters; and back to the page."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from pipeline.model import Cell, Field, Lists, Period, Span, State, Value, Words
from pipeline.values.words import TIMES, Answer, fault, from_serial, given, normal, refused, told

MONTHS = [name.casefold() for name in calendar.month_name]
_MONTH = "|".join(
    rf"{name[:3]}(?:{name[3:]}|\.)?" if name != "september" else r"sept?(?:ember|\.)?" for name in MONTHS[1:]
)
PARTS = {"early": 1, "mid": 11, "late": 21, "上旬": 1, "初": 1, "中旬": 11, "中": 11, "下旬": 21, "底": 21, "末": 21}
PART_WORDS = {1: ("early", "上旬"), 11: ("mid", "中旬"), 21: ("late", "下旬")}
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
LONGEST = 60  # signs of a time that is said
FIRST_SERIAL, LAST_SERIAL = 36526, 73050  # 2000 to 2099 as Excel counts days
TENTH = Decimal("0.1")
Said = tuple[date, date, str]  # first day, last day, precision

_WEEKDAY = re.compile(  # beside a day, before it or behind
    r" ?\(?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])\)?|"
    rf"(?:^|[ (]+)(?P<en>{'|'.join(f'{name[:3]}(?:{name[3:].casefold()})?' for name in map(str.casefold, calendar.day_name))})\b[.,) ]*"
)
_DAYS = [
    re.compile(
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?:[ t]0?0:00(?::00(?:\.0{1,9})?)?(?:z|[+-]\d{2}:\d{2})?)?"
    ),
    re.compile(r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<name>{_MONTH}),? (?P<year>\d{{4}})"),
    re.compile(rf"(?P<name>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"),
]
_MONTHS = [
    re.compile(rf"(?P<name>{_MONTH}),? (?P<year>\d{{4}})"),
    re.compile(r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月份?"),
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})"),
]
_PARTS = [
    re.compile(rf"(?P<part>early|mid|late)[- ](?P<name>{_MONTH}),? (?P<year>\d{{4}})"),
    re.compile(r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月份?(?P<part>上旬|中旬|下旬|初|中|底|末)"),
]
_QUARTERS = [
    re.compile(r"q(?P<quarter>[1-4])[ /-]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[ -]?q(?P<quarter>[1-4])"),
    re.compile(r"(?P<year>\d{4}) ?年 ?第?(?P<quarter>[一二三四1-4]) ?季度"),
]
_YEARS = [re.compile(r"(?P<year>\d{4}) ?年?")]
_BY = [
    re.compile(r"(?P<rest>\d{4} ?年) ?[底末](?:之前|以前|前)?"),
    re.compile(r"(?:the )?end of (?P<rest>\d{4})"),
    re.compile(r"by (?:the end of |end of )?(?P<rest>.+)"),
    re.compile(r"(?P<rest>.+?)(?:之前|以前|前)"),
]


def _match(patterns: list[re.Pattern[str]], text: str) -> dict[str, str] | None:
    return next((match.groupdict() for pattern in patterns if (match := pattern.fullmatch(text))), None)


def _month(found: dict[str, str]) -> int:
    name = found.get("name")
    return next(n for n, full in enumerate(MONTHS) if n and full.startswith(name[:3])) if name else int(found["month"])


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _day_of(found: dict[str, str]) -> Said:
    when = date(int(found["year"]), _month(found), int(found["day"]))
    return when, when, "day"


def _month_of(found: dict[str, str]) -> Said:
    year, month = int(found["year"]), _month(found)
    return date(year, month, 1), _last(year, month), "month"


def _part_of(found: dict[str, str]) -> Said:
    year, month, first = int(found["year"]), _month(found), PARTS[found["part"]]
    start = date(year, month, first)
    return start, _last(year, month) if first == 21 else start + timedelta(days=9), "part"


def _quarter_of(found: dict[str, str]) -> Said:
    year, last = int(found["year"]), 3 * _quarter(found["quarter"])
    return date(year, last - 2, 1), _last(year, last), "quarter"


def _quarter(text: str) -> int:
    return QUARTERS.get(text) or int(text)


def _year_of(found: dict[str, str]) -> Said:
    return date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31), "year"


_SAID: tuple[tuple[list[re.Pattern[str]], Callable[[dict[str, str]], Said]], ...] = (
    (_DAYS, _day_of),
    (_QUARTERS, _quarter_of),
    (_PARTS, _part_of),
    (_MONTHS, _month_of),
    (_YEARS, _year_of),
)


def span_of(text: str) -> Span | None:
    """Return the time that words say, as far as they say it; None if they say none.

    >>> span_of("early March 2015").end
    datetime.date(2015, 3, 10)
    """
    folded = normal(text)
    if len(folded) > LONGEST:
        return None
    if said := _span(folded):
        return Span(*said, text.strip())
    by = _match(_BY, folded)
    said = _span(by["rest"]) if by else None
    return Span(None, said[1], "by", text.strip()) if said else None


def _span(folded: str) -> Said | None:
    """Return the time that words say which do not say "by"; a weekday beside it must be that of the day."""
    if beside := _WEEKDAY.search(folded):
        said = _time(_WEEKDAY.sub("", folded, count=1).strip())
        return said if said and said[2] == "day" and said[0].weekday() == _weekday(beside) else None
    return _time(folded)


def _weekday(found: re.Match[str]) -> int:
    """Return the number of a weekday, Monday being 0."""
    if found["zh"]:
        return min("一二三四五六日天".index(found["zh"]), 6)
    return next(at for at, name in enumerate(calendar.day_name) if name.casefold().startswith(found["en"][:3]))


def _time(folded: str) -> Said | None:
    """Return the time that words say without a weekday."""
    for patterns, read in _SAID:
        if found := _match(patterns, folded):
            try:
                return read(found)
            except ValueError:  # 31 February
                return None
    return None


def _refused(code: str, cell: Cell, field: Field) -> Answer:
    """Return the refusal of what says no time: why there is no such day, where one is named."""
    why = _impossible(normal(told(cell)))
    return refused("no_such_day", cell, field, why_en=why.en, why_zh=why.zh) if why else refused(code, cell, field)


def _impossible(folded: str) -> Words | None:
    """Return why there is no day as words say it; None if they say no day at all.

    >>> _impossible("2014-11-31").en, _impossible("2014年13月1日").zh, _impossible("2014-12-09(周三)").en
    ('November 2014 has 30 days', '一年只有 12 个月', '9 December 2014 is a Tuesday')
    """
    said = _time(_WEEKDAY.sub("", folded, count=1).strip())
    if said:
        day = said[0]
        names = calendar.day_name[day.weekday()], "一二三四五六日"[day.weekday()]
        words = Words(f"{show_day(day, 'en')} is a {names[0]}", f"{show_day(day, 'zh')}是星期{names[1]}")
        return words if said[2] == "day" else None
    found = _match(_DAYS, folded) or _match(_MONTHS, folded)
    return _beyond(int(found["year"]), _month(found)) if found else None


def _beyond(year: int, month: int) -> Words | None:
    if not 1 <= month <= 12:
        return Words("a year has 12 months", "一年只有 12 个月")
    if not date.min.year <= year <= date.max.year:
        return None
    last = _last(year, month)
    return Words(f"{_show_month(last, 'en')} has {last.day} days", f"{_show_month(last, 'zh')}只有 {last.day} 天")


def _in_years(answer: Answer, cell: Cell, field: Field) -> Answer:
    """Return the answer, or the refusal of a year that nobody can mean, as of a plain 2014 that Excel shows as 1905."""
    plain = answer[0].plain
    ends = (plain.start, plain.end) if isinstance(plain, Span) else (plain,)
    years = [one.year for one in ends if isinstance(one, (date, Period))]
    least, most = field.minimum or date.min.year, field.maximum or date.max.year
    if all(least <= year <= most for year in years):
        return answer
    return refused("year_not_expected", cell, field, f"{least}–{most}")


def day(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A day."""
    return _in_years(_day(cell, field), cell, field)


def _day(cell: Cell, field: Field) -> Answer:
    if isinstance(cell.typed, Decimal):
        return _serial(cell, field, "not_a_day")
    span = span_of(told(cell))
    return given(span.end) if span and span.precision == "day" else _refused("not_a_day", cell, field)


def _serial(cell: Cell, field: Field, code: str) -> Answer:
    """A day as Excel counts it; a plain number that can only be one is taken with a note."""
    assert isinstance(cell.typed, Decimal)
    when = from_serial(cell.typed, cell.date1904)
    if when and cell.format == "date":
        return given(when)
    if when and cell.format not in TIMES and FIRST_SERIAL <= cell.typed <= LAST_SERIAL:
        return given(when, fault("day_as_number", cell, field, when.isoformat()))
    return refused(code, cell, field)


def when(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A time as far as it is known."""
    return _in_years(_when(cell, field), cell, field)


def _when(cell: Cell, field: Field) -> Answer:
    if isinstance(cell.typed, Decimal) and cell.format not in ("month", "year"):
        return _number(cell, cell.typed, field)
    span = span_of(told(cell))
    return given(span) if span else _refused("not_a_when", cell, field)


def _number(cell: Cell, number: Decimal, field: Field) -> Answer:
    """A number that may be a day as Excel counts it, or a month or year as a person types it."""
    if cell.format == "date" or number >= FIRST_SERIAL:
        value, found = _serial(cell, field, "not_a_when")
        at = value.plain
        return (
            (Value(State.GIVEN, Span(at, at, "day", at.isoformat())), found) if isinstance(at, date) else (value, found)
        )
    if number > 0 and number % 1 == TENTH:  # Excel keeps a typed 2014.10 as 2014.1
        year = int(number)
        ways = {"expected": f"{year}-01 / {year}-10", "expected_zh": f"{year} 年 1 月还是 {year} 年 10 月"}
        return refused("month_ambiguous", cell, field, **ways)
    span = span_of(told(cell))
    return given(span) if span else _refused("not_a_when", cell, field)


def period(cell: Cell, field: Field, lists: Lists, unit: str | None) -> Answer:
    """A quarter."""
    found = _match(_QUARTERS, normal(told(cell)))
    if found is None:
        return refused("not_a_period", cell, field)
    return _in_years(given(Period(int(found["year"]), _quarter(found["quarter"]))), cell, field)


# ---- on the page ---------------------------------------------------------------------------------


def show_day(at: date, language: str) -> str:
    """Return a day.

    >>> show_day(date(2014, 12, 9), "en"), show_day(date(2014, 12, 9), "zh")
    ('9 December 2014', '2014年12月9日')
    """
    return (
        f"{at.year}年{at.month}月{at.day}日"
        if language == "zh"
        else f"{at.day} {calendar.month_name[at.month]} {at.year}"
    )


def _show_month(at: date, language: str) -> str:
    return f"{at.year}年{at.month}月" if language == "zh" else f"{calendar.month_name[at.month]} {at.year}"


def show_period(quarter: Period, language: str) -> str:
    """Return a quarter."""
    return (
        f"{quarter.year}年第{'一二三四'[quarter.quarter - 1]}季度"
        if language == "zh"
        else f"Q{quarter.quarter} {quarter.year}"
    )


def show_span(span: Span, language: str) -> str:
    """Return a time as it was said, in the page's language.

    >>> show_span(Span(None, date(2014, 12, 31), "by", ""), "zh")
    '2014年12月前'
    """
    start = span.start or span.end
    shows: dict[str, Callable[[], str]] = {
        "day": lambda: show_day(start, language),
        "part": lambda: _show_part(start, language),
        "month": lambda: _show_month(start, language),
        "quarter": lambda: show_period(Period(start.year, (start.month + 2) // 3), language),
        "year": lambda: f"{start.year}年" if language == "zh" else str(start.year),
        "by": lambda: _show_by(span.end, language),
    }
    return shows[span.precision]()


def _show_part(start: date, language: str) -> str:
    en, zh = PART_WORDS[start.day]
    return _show_month(start, "zh") + zh if language == "zh" else f"{en} {_show_month(start, 'en')}"


def _show_by(end: date, language: str) -> str:
    inner = _show_month(end, language) if end == _last(end.year, end.month) else show_day(end, language)
    return f"{inner}前" if language == "zh" else f"by {inner}"


def show_range(start: Span, end: Span | None, language: str) -> str:
    """Return from when to when, saying month and year once where they are the same.

    >>> nine, eleven = span_of("9 December 2014"), span_of("11 December 2014")
    >>> show_range(nine, eleven, "en"), show_range(nine, eleven, "zh")
    ('9–11 December 2014', '2014年12月9—11日')
    """
    if end is None or (start.start, start.end) == (end.start, end.end):
        return show_span(start, language)
    one, two = show_span(start, language), show_span(end, language)
    dash = "—" if language == "zh" else "–"
    if start.precision != end.precision or start.precision not in ("day", "month"):
        return one + dash + two
    return _joined_zh(one, two, dash) if language == "zh" else _joined_en(one, two, dash)


def _joined_en(one: str, two: str, dash: str) -> str:
    words, others = one.split(" "), two.split(" ")
    while len(words) > 1 and words[-1] == others[len(others) - (len(one.split(" ")) - len(words)) - 1]:
        words.pop()
    return " ".join(words) + dash + two


def _joined_zh(one: str, two: str, dash: str) -> str:
    for mark in ("月", "年"):
        head, found, rest = one.partition(mark)
        if found and rest and two.startswith(head + mark):
            tail = two[len(head + mark) :]
            return (one.removesuffix("日") if mark == "月" else one) + dash + tail
    return one + dash + two
