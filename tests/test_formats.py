"""A number is read as a person sees it: with the unit that its format shows, or not at all if that is another number."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from pipeline.examine import examine
from pipeline.model import Form, Library, Span, State
from pipeline.read.formats import dress_of, dressed
from tests.test_mutations import TERMS, good, typed


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def answer(form: Form, library: Library, at: tuple[str, str, int], value: object, code: str) -> tuple[object, ...]:
    """Return what is read of a number in a format, and the codes of what is said of it."""
    table, field, row = at
    checked = examine(typed(table, field, value, row, code)(good(form), form), library, TERMS)
    [record] = [one for one in checked.records if (one.table, one.row) == (table, row)]
    said = {one.code for one in checked.findings if one.field == field}
    plain = record[field].plain
    return (plain.precision, plain.start) if isinstance(plain, Span) else plain, record[field].state, said


MONEY, PEOPLE = ("contributions", "amount_rmb", 5), ("enterprises", "employees", 5)
SHARE, NUMBER, STARTS = ("results", "before", 5), ("results", "after", 6), ("activities", "starts", 5)
HEADLINE, CODE = ("stories", "headline_zh", 5), ("enterprises", "enterprise_code", 5)
REFUSED = State.UNREADABLE
SHOWN: list[tuple[tuple[str, str, int], object, str, object, set[str]]] = [
    (MONEY, 25.57, '0.00"万元"', 25_570_000, {"amount_in_wan"}),
    (MONEY, 25.57, 'General"万元"', 25_570_000, {"amount_in_wan"}),
    (MONEY, 25.57, r"0.00\万\元", 25_570_000, {"amount_in_wan"}),
    (MONEY, 25.57, '#,##0.00"元"', 2557, set()),
    (MONEY, 25.57, "¥#,##0.00", 2557, set()),
    (MONEY, 25.57, "[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", 2557, set()),
    (MONEY, 25.57, r'_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 2557, set()),
    (MONEY, 0, r'_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, set()),
    (MONEY, 25, '0"千元"', 2_500_000, {"amount_in_wan"}),
    (MONEY, 25.57, "[$$-409]#,##0.00", REFUSED, {"not_an_amount"}),
    (MONEY, 25.57, "[$¥-411]#,##0", REFUSED, {"not_an_amount"}),
    (MONEY, 25.57, "$#,##0.00", REFUSED, {"not_an_amount"}),
    (MONEY, 25.57, '"US$"#,##0', REFUSED, {"not_an_amount"}),
    (MONEY, 25.57, '#,##0.00 "USD"', REFUSED, {"not_an_amount"}),
    (MONEY, 25570, "0.0,", REFUSED, {"not_an_amount"}),
    (MONEY, 25570, "#,", REFUSED, {"not_an_amount"}),
    (MONEY, 255700, r'0\.0,"万元"', REFUSED, {"not_an_amount"}),
    (PEOPLE, 120, '0"人"', 120, set()),
    (PEOPLE, 120, '0"以上"', REFUSED, {"bound_not_asked"}),
    (PEOPLE, 120, '">"0', REFUSED, {"bound_not_asked"}),
    (PEOPLE, 120, "-0", REFUSED, {"negative"}),
    (PEOPLE, 120, "000-000", REFUSED, {"not_a_count"}),
    (NUMBER, 307, '0"以上"', Decimal(307), set()),
    (NUMBER, 307, "# ?/?", Decimal(307), set()),
    (NUMBER, 307, "0.00E+00", Decimal(307), set()),
    (NUMBER, 307, "[DBNum2][$-804]General", Decimal(307), set()),
    (SHARE, 4.13, '0.00"%"', Decimal("0.0413"), set()),
    (SHARE, 4.13, r"0.00\%", Decimal("0.0413"), set()),
    (SHARE, 4.13, '[<=1]0.00%;0.00"%"', Decimal("0.0413"), set()),
    (SHARE, 0.9, '[<=1]0.00%;0.00"%"', Decimal("0.9"), set()),
    (SHARE, 0.0413, "0.00%;[Red]-0.00%", Decimal("0.0413"), set()),
    (STARTS, 41974, 'yyyy"年"m"月"', ("month", date(2014, 12, 1)), set()),
    (STARTS, 41974, "mmm-yy", ("month", date(2014, 12, 1)), set()),
    (STARTS, 41974, "[$-409]mmmm yyyy", ("month", date(2014, 12, 1)), set()),
    (STARTS, 41974, "yyyy", ("year", date(2014, 1, 1)), set()),
    (STARTS, 2014, '0"年"', ("year", date(2014, 1, 1)), set()),
    (STARTS, 41982, 'yyyy"年"m"月"d"日"', ("day", date(2014, 12, 9)), set()),
    (STARTS, 41982, "yyyy/m/d h:mm", ("day", date(2014, 12, 9)), set()),
    (PEOPLE, 24, ";;;", REFUSED, {"not_a_count"}),
    (PEOPLE, 24, ";;", REFUSED, {"not_a_count"}),
    (PEOPLE, 0, "0;-0;", REFUSED, {"not_a_count"}),
    (PEOPLE, 0, "0;-0;;@", REFUSED, {"not_a_count"}),
    (PEOPLE, 24, "0;-0;", 24, set()),
    (PEOPLE, 24, "0;;", 24, set()),
    (MONEY, 0, "#,##0;-#,##0;", REFUSED, {"not_an_amount"}),
    (NUMBER, 307, '""', REFUSED, {"not_a_number"}),
    (PEOPLE, 41974, "mmm-yy", REFUSED, {"not_a_count"}),
    (("activities", "ends", 5), 41982, '"2014年12月"', ("month", date(2014, 12, 1)), set()),
    (HEADLINE, 25570, "0.0,", REFUSED, {"shown_otherwise"}),
    (HEADLINE, 5, ";;;", REFUSED, {"shown_otherwise"}),
    (HEADLINE, 13812345678, "000-0000-0000", "138-1234-5678", set()),
    (HEADLINE, 5, '0"号楼"', "5号楼", set()),
    (HEADLINE, 5, '"JS-"000', "JS-005", set()),
    (HEADLINE, -12, "00-00", "-00-12", set()),
    (HEADLINE, 2.5, "00-00", REFUSED, {"shown_otherwise"}),
    (CODE, 7, '"NO-"000', "NO-007", set()),
    (CODE, 7, ";;;", REFUSED, {"shown_otherwise"}),
    (("photos", "consent_until", 5), 41974, "yyyy-mm", REFUSED, {"not_a_day"}),
]


@pytest.mark.parametrize(("at", "value", "code", "read", "said"), SHOWN)
def test_a_number_is_read_with_what_its_format_shows(
    at: tuple[str, str, int], value: object, code: str, read: object, said: set[str], form: Form, library: Library
) -> None:
    plain, state, found = answer(form, library, at, value, code)
    assert (state if state is REFUSED else plain) == read
    assert said <= found
    assert not found - said - {"outside_period", "part_exceeds_whole"}


def test_a_sign_below_zero_is_never_lost() -> None:
    for code in ('0"万元"', '0"万元";0"万元"', '0"万元";-0"万元"'):
        dress = dress_of(code)
        assert dress
        assert dressed(Decimal(-5), dress) == ("-5万元", "general")


def test_the_formats_of_our_own_form_leave_numbers_as_they_are(form: Form, library: Library) -> None:
    with zipfile.ZipFile(BytesIO(good(form))) as book:
        styles = book.read("xl/styles.xml").decode()
    codes = [one.replace("&quot;", '"') for one in re.findall(r'formatCode="([^"]*)"', styles)]
    assert codes
    assert [dress_of(code) for code in codes] == [None] * len(codes)


@pytest.mark.parametrize(
    "code", ["", ";", ";;;", '"', "[", "\\", "_", "*", "@", "[<=", "[$", '"x', "0;0;0;0;0;0", "[=1]"]
)
def test_a_format_that_is_none_does_no_harm(code: str) -> None:
    dress = dress_of(code)
    assert dress is None or dressed(Decimal(5), dress)
