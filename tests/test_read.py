"""Reading beside two other readers, and the round trip: what was meant, typed in any accepted way, comes back."""

from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from pipeline.errors import RefusedFile
from pipeline.examine import examine
from pipeline.model import Bound, Cell, Form, Library, Period, Span, State, Terms
from pipeline.read import read_workbook
from pipeline.read.cells import Tab, read_tabs
from pipeline.read.package import Package, open_package
from pipeline.read.pictures import clean
from pipeline.read.sheet import Sheeted, address, read_events, read_sheet
from tests.build import Drawn, Percent, workbook
from tests.conftest import few, many
from tests.test_mutations import (
    HARMLESS,
    MUTATIONS,
    TERMS,
    Spoil,
    good,
    on,
    part,
    picture,
    rich,
    run,
    spoilt_by,
    struck,
    typed,
)

EXCEL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SERIAL, MIDNIGHT = date(1899, 12, 30), datetime.min.time()  # where Excel counts from
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def tabs_of(data: bytes) -> dict[str, Tab]:
    return {tab.name: tab for tab in read_tabs(open_package(data))}


def book(sheet: str, **parts: str) -> bytes:
    """Return a workbook of one sheet from its rows in XML, as Excel never writes them but may."""
    target = io.BytesIO()
    written = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="s" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{EXCEL}">{sheet}</worksheet>'
        if "<worksheet" not in sheet
        else sheet,
        **parts,
    }
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in written.items():
            archive.writestr(name, text.encode("utf-8", "surrogateescape"))
    return target.getvalue()


def one(data: bytes, at: tuple[int, int] = (1, 1)) -> Cell | None:
    return tabs_of(data)["S"].cell(*at)


# ---- one cell, however it is written ---------------------------------------------------------------------

STYLES = f'<styleSheet xmlns="{EXCEL}"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[$-804]aaaa;@"/><numFmt numFmtId="166" formatCode="0.0%;[Red]-0.0%"/><numFmt numFmtId="167" formatCode="#,##0&quot;元&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="31"/><xf numFmtId="57"/><xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="49"/><xf numFmtId="167"/></cellXfs></styleSheet>'
TEXTS = f'<sst xmlns="{EXCEL}"><si><t>泰兴</t><rPh sb="0" eb="2"><t>タイコウ</t></rPh></si><si><r><rPr><b/></rPr><t xml:space="preserve">rich </t></r><r><t>text</t></r></si><si><t>line_x000D_end _x005F_x0041_ x</t></si><si><t/></si></sst>'
SAID: list[tuple[str, dict[str, Any]]] = [
    ('<c r="A1" t="s"><v>0</v></c>', {"typed": "泰兴"}),
    ('<c r="A1" t="s"><v>1</v></c>', {"typed": "rich text"}),
    ('<c r="A1" t="s"><v>2</v></c>', {"typed": "line\rend _x0041_ x"}),
    ('<c r="A1" t="s"><v>3</v></c>', {"typed": ""}),
    ('<c r="A1" t="s"><v> 0 </v></c>', {"typed": "泰兴"}),
    ('<c r="A1" t="s"><v>00</v></c>', {"typed": "泰兴"}),
    ('<c r="A1" t="s">\n <v>\n1\n</v>\n</c>', {"typed": "rich text"}),
    ('<c r="A1" t="inlineStr"><is><t>in&amp;line</t></is></c>', {"typed": "in&line"}),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t> b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', {"typed": "a b"}),
    ('<c r="A1"><v>4.1300000000000003E-2</v></c>', {"typed": Decimal("0.0413")}),
    ('<c r="A1"><f>SUM(1.1,2.2)</f><v>3.3000000000000003</v></c>', {"typed": Decimal("3.3"), "formula": "SUM(1.1,2.2)"}),
    ('<c r="A1"><v>1385.3000000000002</v></c>', {"typed": Decimal("1385.3")}),
    ('<c r="A1"><v>120.00000000000001</v></c>', {"typed": Decimal(120)}),
    ('<c r="A1"><v>0.30000000000000004</v></c>', {"typed": Decimal("0.3")}),
    ('<c r="A1"><v>123456789012.345</v></c>', {"typed": Decimal("123456789012.345")}),
    ('<c r="A1" s="1"><v>41982</v></c>', {"typed": Decimal(41982), "format": "date"}),
    ('<c r="A1" s="2"><v>41982</v></c>', {"typed": Decimal(41982), "format": "date"}),
    ('<c r="A1" s="3"><v>41982</v></c>', {"typed": Decimal(41982), "format": "month"}),
    ('<c r="A1" s="4"><v>0.5</v></c>', {"typed": Decimal("0.5"), "format": "percent"}),
    ('<c r="A1" s="5"><v>0.5</v></c>', {"typed": Decimal("0.5"), "format": "percent"}),
    ('<c r="A1" s="6" t="str"><v>0.5</v></c>', {"typed": "0.5", "format": "text"}),
    ('<c r="A1" s="7"><v>5</v></c>', {"typed": Decimal(5), "format": "number"}),
    ('<c r="A1" s="99"><v>5</v></c>', {"typed": Decimal(5), "format": "general"}),
    ('<c r="A1" t="b"><v>1</v></c>', {"typed": True}),
    ('<c r="A1" t="e"><v>#N/A</v></c>', {"error": "#N/A"}),
    ('<c r="A1" t="d"><v>2014-12-09</v></c>', {"typed": "2014-12-09"}),
    ('<c r="A1"><f>SUM(B1:B3)</f><v>6</v></c>', {"typed": Decimal(6), "formula": "SUM(B1:B3)"}),
    ('<c r="A1"><f>SUM(B1:B3)</f></c>', {"formula": "SUM(B1:B3)"}),
    ('<c r="A1" t="str"><f>IF(B1&gt;0,1,"")</f><v></v></c>', {"typed": "", "formula": 'IF(B1>0,1,"")'}),
    ('<c r="A1" t="str">\n <f>"a"&amp;"b"</f>\n <v>ab </v>\n</c>', {"typed": "ab ", "formula": '"a"&"b"'}),
    ('<c><v>7</v></c>', {"typed": Decimal(7)}),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "said"), SAID)
@pytest.mark.parametrize("by_events", [False, True])
def test_a_cell_says_what_stands_in_it(xml: str, said: dict[str, Any], by_events: bool) -> None:
    comment = "<!-- so that it is read event by event -->" if by_events else ""
    data = book(f"<sheetData>{comment}<row>{xml}</row></sheetData>", **{"xl/styles.xml": STYLES, "xl/sharedStrings.xml": TEXTS})  # fmt: skip
    assert one(data) == Cell(**said)


@pytest.mark.parametrize("xml", ['<c r="A1" t="s"><v/></c>', '<c r="A1" s="1"/>', '<c r="A1" t="str"><v></v></c>'])
@pytest.mark.parametrize("comment", ["", "<!-- so that it is read event by event -->"])
def test_a_cell_that_says_nothing_is_none(xml: str, comment: str) -> None:
    data = book(
        f"<sheetData>{comment}<row>{xml}</row></sheetData>", **{"xl/styles.xml": STYLES, "xl/sharedStrings.xml": TEXTS}
    )
    assert one(data) is None


@pytest.mark.parametrize("number", ["9", "-1", "x", "0.0", "1_0"])
@pytest.mark.parametrize("comment", ["", "<!-- so that it is read event by event -->"])
def test_a_shared_text_that_is_not_there_is_damage(number: str, comment: str) -> None:
    xml = f'<sheetData>{comment}<row><c r="A1" t="s"><v>{number}</v></c></row></sheetData>'
    with pytest.raises(RefusedFile, match="damaged"):
        one(book(xml, **{"xl/sharedStrings.xml": TEXTS}))


def test_a_formula_written_once_for_several_cells_is_that_of_each() -> None:
    xml = '<row r="1"><c r="A1"><f t="shared" ref="A1:B1" si="0">C1*2</f><v>2</v></c><c r="B1"><f t="shared" si="0"/></c></row>'
    assert [cell.formula for cell in tabs_of(book(f"<sheetData>{xml}</sheetData>"))["S"].row(1).values()] == [
        "C1*2"
    ] * 2


def test_what_is_hidden_and_merged_is_known() -> None:
    xml = '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="4" hidden="1"><c r="A4"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A4:B6"/></mergeCells>'
    for comment in ("", "<!-- -->"):
        [sheeted] = [tab.sheeted for tab in tabs_of(book(xml + comment)).values()]
        assert (sheeted.hidden_rows, sheeted.hidden_columns, sheeted.merges) == ({4}, [(2, 3)], [((4, 1), (6, 2))])


def test_days_counted_from_1904_are_marked() -> None:
    data = book('<sheetData><row><c s="1"><v>40520</v></c></row></sheetData>', **{"xl/styles.xml": STYLES})
    later = part("workbook.xml$", lambda xml: xml.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>'))
    cell = one(later(data, None))  # type: ignore[arg-type]
    assert cell
    assert (cell.date1904, cell.format) == (True, "date")


@pytest.mark.parametrize("way", [*MUTATIONS, *HARMLESS])
def test_the_fast_way_and_the_slow_way_to_read_a_sheet_agree(way: str, form: Form) -> None:
    if way in ("a part that inflates without end", "millions of formatted cells"):
        pytest.skip("large on purpose")
    try:
        package = open_package(spoilt_by(way, form))
        sheets = [name for name in package.names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        parts = {name: package.part(name) or b"" for name in sheets}
    except RefusedFile:
        return
    assert parts
    for name, xml in parts.items():
        if xml not in COMPARED:  # most ways leave most sheets as they are
            assert told(read_sheet, package, name) == told(by_events, package, name)
            COMPARED.add(xml)


COMPARED: set[bytes] = set()


SHEET = f'<worksheet xmlns="{EXCEL}">'
CELL = '<c r="A1"><v>1</v></c>'
ODD: list[tuple[str, bool]] = [  # a sheet, and whether the pattern takes it
    (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n{SHEET}<sheetData><row r="1" spans="1:2" ht="15" x14ac:dyDescent="0.3">{CELL}</row></sheetData></worksheet>', True),
    (f'\ufeff{SHEET}<sheetData><row r="1">{CELL}</row></sheetData></worksheet>', True),
    (f'{SHEET}<sheetData><row r="1" hidden="1">{CELL}</row><row r="2" hidden="0"/><row r="3" s="1" hidden="true"/></sheetData></worksheet>', True),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><f>A2&amp;"&lt;"</f><v>&#20013;&#38;lt; &#10;</v></c></row></sheetData></worksheet>', True),
    (f'{SHEET}<cols><col min="2" max="3" hidden="1"/></cols><sheetData/></worksheet>', False),
    (f'{SHEET}<sheetData></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>', True),
    (f'{SHEET}<sheetData><row r="1"><c r="B1"><v>2</v></c>{CELL}</row></sheetData></worksheet>', True),
    (f'{SHEET}<sheetData><row r="1">{CELL}</row><row r="1"><c r="B1"><v>2</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="2">{CELL}</row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1">{CELL}</row></sheetData><sheetData><row r="2"><c r="A2"><v>2</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<!-- <sheetData> --><sheetData><row r="1">{CELL}</row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1">{CELL}<!-- {CELL} --></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v><![CDATA[<v>1</v>]]></v></c></row></sheetData></worksheet>', False),
    (f'<?xml version="1.0" encoding="ISO-8859-1"?>{SHEET}<sheetData><row r="1">{CELL}</row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v>a]]>b</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v>\x01</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v>\ufffe</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v>&#55296;</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1" r="2">{CELL}</row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1" ht="1"a="2">{CELL}</row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"/></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData></worksheet>', False),
    (f'{SHEET}<sheetData><row r="1"><c r="A1" t="str"><f t="shared" si="0">B1</f><v>1</v></c></row></sheetData></worksheet>', False),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "plain"), ODD)
def test_a_sheet_written_in_an_odd_way_is_read_the_same_both_ways(sheet: str, plain: bool) -> None:
    package = open_package(book(sheet))
    name = "xl/worksheets/sheet1.xml"
    fast, slow = (told(read, package, name) for read in (read_sheet, by_events))
    assert fast == slow
    if plain:
        assert slow[0] != "refused"
    by_pattern = not isinstance(fast[0], str) and any(
        isinstance(row, str) for row in read_sheet(package, name).rows.values()
    )
    assert by_pattern is (plain and "<v>" in sheet)


def by_events(package: Package, name: str) -> Sheeted:
    return read_events(package, name, package.part(name) or b"")


def told(read: Callable[[Package, str], Sheeted], package: Package, name: str) -> Any:
    try:
        return told_by(read(package, name))
    except RefusedFile as refused:
        return "refused", refused.code


@pytest.mark.parametrize("seed", range(40))
def test_a_sheet_spoilt_sign_by_sign_is_read_the_same_both_ways(seed: int, form: Form) -> None:
    """The pattern takes nothing that the parser would refuse, and says nothing else."""
    luck, name = random.Random(seed), "xl/worksheets/sheet3.xml"
    xml = open_package(good(form)).part(name) or b""
    for _ in range(10):
        at = luck.randrange(xml.find(b"<sheetData>"), len(xml))
        sign = luck.choice([b"<", b">", b"&", b'"', b" ", b"&#0;", b"&#38;lt;", b"\x01", b"\r\n", b"]]>", b"<!-- -->", b"<c/>", b"/", b"="])  # fmt: skip
        package = open_package(
            book((xml[:at] + sign + xml[at + luck.randrange(3) :]).decode("utf-8", "surrogateescape"))
        )
        part = "xl/worksheets/sheet1.xml"
        assert told(read_sheet, package, part) == told(by_events, package, part)


def told_by(sheeted: Sheeted) -> Any:
    cells = {row: raws for row in sorted(sheeted.rows) if (raws := sheeted.raws(row))}
    return cells, sheeted.merges, sheeted.hidden_rows, sheeted.hidden_columns, sheeted.inside


MAIN_ROW = f'<sheetData><row r="1">{CELL}</row></sheetData>'
DROP_DOWN = '<extLst><ext xmlns:x14="urn:x14"><x14:dataValidation><xm:f xmlns:xm="urn:xm">Sheet9!$A$1:$A$3</xm:f></x14:dataValidation></ext></extLst>'
STRANGE: list[tuple[str, str | Decimal]] = [  # a sheet, and what A1 says or how the workbook is refused
    ('<sheetData><row r="1"><c r="$A$1"><v>1</v></c></row></sheetData>', "far_cell"),
    ('<sheetData><row r="1"><c r="$1"><v>1</v></c></row></sheetData>', "far_cell"),
    ('<sheetData><row r="1"><c r="A$1"><v>1</v></c></row></sheetData>', "far_cell"),
    (f'<sheetData><row r="1">{CELL}</row><row r="2"><c r="B2"/></row></sheetData>{DROP_DOWN}', Decimal(1)),
    (f'<cols><col min="2" max="2" hidden="1"/></cols>{MAIN_ROW}{DROP_DOWN}', Decimal(1)),
    (f'{MAIN_ROW}<extLst><ext xmlns:x14="urn:x14"><x14:sheetData><x14:row r="1"><x14:c r="A1"><x14:v>9</x14:v></x14:c></x14:row></x14:sheetData></ext></extLst>', Decimal(1)),
    (f'{MAIN_ROW}<extLst><ext><sheetData><row r="1"><c r="A1"><v>9</v></c></row></sheetData></ext></extLst>', Decimal(1)),
    ('<sheetData><row r="1"><c r="A1"><v>1</v><extLst><v>9</v></extLst></c></row></sheetData>', Decimal(1)),
    ('<sheetData><row r="1"><c r="A1"><v>1</v><z:v xmlns:z="urn:z">9</z:v></c></row></sheetData>', "damaged"),
    ('<sheetData><row r="1"><c r="A1"><v>1</v><v xmlns="urn:z">9</v></c></row></sheetData>', "damaged"),
    ('<sheetData><row r="1"><c r="A1"><v>1</v><v>9</v></c></row></sheetData>', "damaged"),
    ('<sheetData><row r="1"><c r="A1"><v>1<z/>9</v></c></row></sheetData>', "damaged"),
    ('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>1</t></is><v>9</v></c></row></sheetData>', "damaged"),
    (f'<sheetData><row r="1">{CELL}<c r="A1"><v>9</v></c></row></sheetData>', "damaged"),
    (f'<sheetData><row r="1">{CELL}</row><row r="1"><c r="A1"><v>9</v></c></row></sheetData>', "damaged"),
    (f'<sheetData>{CELL}</sheetData>', "damaged"),
    (f'{MAIN_ROW}<sheetData><row r="2"/></sheetData>', "damaged"),
    (f'<worksheet xmlns="urn:z">{MAIN_ROW}</worksheet>', "damaged"),
    (f'<worksheet xmlns="urn:z"><sheetData>{MAIN_ROW}</sheetData></worksheet>', "damaged"),
    (f'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">{MAIN_ROW}</worksheet>', Decimal(1)),
    (f'<m:worksheet xmlns:m="{EXCEL}"><m:sheetData><m:row r="1"><m:c r="A1"><m:v>1</m:v></m:c></m:row></m:sheetData></m:worksheet><!-- <worksheet -->', Decimal(1)),
    (f'<sheetData><row r="1"><c r="A1" xmlns="{EXCEL}"><v>1</v></c></row></sheetData>', Decimal(1)),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "said"), STRANGE)
def test_only_cells_in_their_place_are_read_and_none_is_said_twice(sheet: str, said: str | Decimal) -> None:
    """Nothing else in the XML may take the place of what she typed, and no reference makes the reader wait for ever."""
    data = book(sheet)
    if isinstance(said, str):
        with pytest.raises(RefusedFile, match=said):
            one(data)
    else:
        assert one(data) == Cell(said)


@pytest.mark.parametrize("encoding", ["GBK", "gb18030", "shift_jis", "no-such"])
def test_a_sheet_in_an_encoding_that_xml_parsers_do_not_know_is_damage(
    encoding: str, form: Form, library: Library
) -> None:
    data = part("sheet3.xml$", lambda xml: b'<?xml version="1.0" encoding="%b"?>' % encoding.encode() + xml[xml.find(b"<worksheet") :])(good(form), form)  # fmt: skip
    assert [one.code for one in examine(data, library, TERMS).findings] == ["damaged"]


@pytest.mark.parametrize(
    "moment", ["2014-12-09T00:00:00.000", "2014-12-09T00:00:00Z", "2014-12-09T00:00:00.000+08:00", "2014-12-09T00:00"]
)
def test_a_day_that_is_written_as_a_moment_is_that_day(moment: str, form: Form, library: Library) -> None:
    day = f't="d"><v>{moment}</v></c>'.encode()
    data = part("sheet3.xml$", lambda xml: re.sub(rb'(<c r="I5"[^>]*?)(?: t="n")?><v>[^<]*</v></c>', rb"\1 " + day, xml))(good(form), form)  # fmt: skip
    checked = examine(data, library, TERMS)
    starts = next(one for one in checked.records if one.table == "activities")["starts"].plain
    assert isinstance(starts, Span)
    assert (starts.start, starts.precision, checked.findings) == (date(2014, 12, 9), "day", ())


IN_ITSELF: list[tuple[str, object, object, str, set[str]]] = [  # a measure, a change in the unit itself, what is read
    ("defect_rate", 5, Decimal("0.05"), "points", {"share_read_as_percent"}),
    ("defect_rate", "5%", Decimal("0.05"), "points", set()),
    ("defect_rate", "-5个百分点", Decimal("-0.05"), "points", set()),
    ("defect_rate", Percent(Decimal("0.05")), Decimal("0.05"), "points", set()),
    ("defect_rate", 0.5, None, "", {"share_ambiguous"}),
    ("benefit", "2.5万元", Decimal(25000), "rmb", {"amount_in_wan"}),
    ("suggestions", 5, Decimal(5), "amount", set()),
]


@pytest.mark.parametrize(("measure", "change", "read", "unit", "said"), IN_ITSELF)
def test_a_change_in_the_unit_itself_is_read_in_that_of_its_measure(
    measure: str, change: object, read: object, unit: str, said: set[str], form: Form, library: Library
) -> None:
    row = {"enterprise_code": "NO-001", "measure": measure, "per": "累计", "change": change, "change_as": "绝对值", "basis": "企业记录"}  # fmt: skip
    checked = examine(workbook(form, "north", results=[row]), library, TERMS)
    value = next(one for one in checked.records if one.table == "results")["change"]
    found = {one.code for one in checked.findings if one.field == "change"}
    assert (value.plain if value.given else None, value.unit or "", found) == (read, unit, said)


# ---- two other readers -----------------------------------------------------------------------------------


def ours(data: bytes) -> dict[tuple[str, str], Any]:
    """Return what stands in every cell, as openpyxl would put it."""
    return {
        (tab.name, address(row, column)): plain(cell)
        for tab in tabs_of(data).values()
        for row in tab.filled
        for column, cell in tab.row(row).items()
        if plain(cell) is not None
    }


def plain(cell: Cell) -> Any:
    if cell.error:
        return cell.error if cell.error.startswith("#") else None  # a picture's fault is no text
    if isinstance(cell.typed, Decimal):
        if cell.format == "date":
            return datetime.combine(SERIAL, MIDNIGHT) + timedelta(days=float(cell.typed))
        return float(cell.typed)
    return cell.typed or (cell.typed if cell.typed is False else None)


def openpyxls(data: bytes) -> dict[tuple[str, str], Any]:
    with contextlib.suppress(Exception):  # what it does not read at all is no cells
        return {
            (sheet.title, cell.coordinate): float(cell.value) if type(cell.value) in (int, float) else cell.value
            for sheet in load_workbook(io.BytesIO(data), data_only=True)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and cell.value != ""
        }
    return {}


def calamines(data: bytes) -> dict[tuple[str, str], Any]:
    found = {}
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in read.sheet_names:
        rows: list[list[Any]] = []
        with contextlib.suppress(python_calamine.WorksheetNotFound):
            rows = read.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    midnight = isinstance(value, date) and not isinstance(value, datetime)
                    found[name, address(row, column)] = datetime.combine(value, MIDNIGHT) if midnight else value
    return found


# Ways after which another reader differs, and why ours is right.
OPENPYXL_DIFFERS = {
    "strict": "sees no sheets in Strict OOXML",
    "backslashes": "finds no sheet by a path of Windows",
    "characters nobody sees": "leaves _x0007_ as it is written",
}
CALAMINE_DIFFERS = {
    "an error cell": "loses the error: the cell is empty to it",
    "backslashes": "finds no sheet by a path of Windows",
}
READABLE = [
    way
    for way, (_, code) in MUTATIONS.items()
    if code
    not in {
        *("damaged", "truncated", "unsafe_xml", "far_cell", "zip_bomb", "too_many_cells", "password", "not_a_workbook"),
        *("picture_too_large",),
    }
    and not code.startswith("is_")
]


# Two cells at two corners: other readers make all seventeen thousand million between them.
BESIDE = [*READABLE, *(way for way in HARMLESS if way != "far formatted cells")]


@pytest.mark.parametrize("way", BESIDE)
def test_openpyxl_reads_the_same(way: str, form: Form) -> None:
    data = spoilt_by(way, form)
    assert (ours(data) == openpyxls(data)) is (way not in OPENPYXL_DIFFERS)


@pytest.mark.parametrize("way", BESIDE)
def test_calamine_reads_the_same(way: str, form: Form) -> None:
    data = spoilt_by(way, form)
    assert (ours(data) == calamines(data)) is (way not in CALAMINE_DIFFERS)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=12)
ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_")  # openpyxl writes such a text as it is, and every reader undoes it
STOOD = st.one_of(
    WORDS.filter(lambda text: text.strip() == text and not text.startswith("=") and not ESCAPES.search(text)),
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=3, allow_nan=False).map(float),
    st.booleans(),
    st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
)
SHEETS = st.lists(st.dictionaries(st.tuples(st.integers(0, 40), st.integers(0, 30)), STOOD, max_size=12), min_size=1, max_size=3)  # fmt: skip


def generated(sheets: list[dict[tuple[int, int], Any]], program: str) -> bytes:
    """Return a workbook of these cells as one of two programs writes it."""
    target = io.BytesIO()
    if program == "XlsxWriter":
        with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
            for number, cells in enumerate(sheets):
                sheet = book.add_worksheet(f"表{number}")
                for (row, column), value in cells.items():
                    (sheet.write_string if isinstance(value, str) else sheet.write)(row, column, value)
        return target.getvalue()
    made = Workbook()
    made.remove(made.worksheets[0])
    for number, cells in enumerate(sheets):
        page = made.create_sheet(f"表{number}")
        for (row, column), value in cells.items():
            page.cell(row + 1, column + 1, value)
    made.save(target)
    return target.getvalue()


def three_readers_agree(program: str, sheets: list[dict[tuple[int, int], Any]]) -> None:
    data = generated(sheets, program)
    read = {name: rounded(reader(data)) for name, reader in (("ours", ours), ("openpyxl", openpyxls), ("calamine", calamines))}  # fmt: skip
    written = {(f"表{number}", address(row + 1, column + 1)): value for number, cells in enumerate(sheets) for (row, column), value in cells.items()}  # fmt: skip
    assert read["ours"] == rounded(written)
    assert read["openpyxl"] == read["ours"]
    assert read["calamine"] == read["ours"]


PROGRAMS = pytest.mark.parametrize("program", ["XlsxWriter", "openpyxl"])
test_three_readers_agree_on_whatever_is_written = PROGRAMS(few(10)(given(sheets=SHEETS)(three_readers_agree)))
test_three_readers_agree_on_much_that_is_written = PROGRAMS(many(150)(given(sheets=SHEETS)(three_readers_agree)))


def rounded(cells: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """Return cells with numbers as floats and moments to the second: days are stored as fractions."""
    return {at: _rounded(value) for at, value in cells.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return float(value) if type(value) is int else value


def test_a_chinese_date_format_is_a_date_to_us_and_a_number_to_openpyxl() -> None:
    data = book('<sheetData><row r="1"><c r="A1" s="2"><v>41982</v></c></row></sheetData>', **{"xl/styles.xml": STYLES})
    cell = one(data)
    assert cell
    assert cell.format == "date"
    assert plain(cell) == datetime.combine(date(2014, 12, 9), MIDNIGHT)


# ---- pictures --------------------------------------------------------------------------------------------


def phone_picture() -> bytes:
    """Return a photograph that lies on its side, with the place it was taken at in it."""
    image = Image.new("RGB", (60, 40), "white")
    image.paste("navy", (0, 0, 60, 10))
    exif = image.getexif()
    exif[0x0112] = 6  # turn right
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, comment=b"secret words")
    return target.getvalue()


def test_a_picture_is_turned_upright_and_says_nothing_more() -> None:
    placed = clean(phone_picture())
    assert placed.picture
    assert (placed.picture.width, placed.picture.height) == (40, 60)
    assert placed.picture.clean != placed.picture.sha256
    with Image.open(io.BytesIO(placed.data)) as copy:
        assert (copy.size, dict(copy.getexif()), copy.info.get("comment")) == ((40, 60), {}, None)
        assert copy.getpixel((35, 30))[2] > copy.getpixel((35, 30))[0]  # type: ignore[index]
    assert b"secret" not in placed.data


def test_a_large_picture_is_kept_as_large_as_print_needs() -> None:
    placed = clean(picture((5000, 100)))
    assert placed.picture
    assert placed.picture.width == 5000
    with Image.open(io.BytesIO(placed.data)) as copy:
        assert copy.size == (2400, 48)


def in_cell(data: bytes, form: Form, cell: str, parts: dict[str, bytes], relations: str) -> bytes:
    """Put another cell in place of the floating picture of the good workbook, with the parts it needs."""
    at = form.table("photos").tab
    tabs = [table.tab for table in form.tables]
    sheet = f"xl/worksheets/sheet{tabs.index(at) + 1}.xml"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            text = source.read(name)
            if name == sheet:
                text = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b"", text)
                text = re.sub(rb"<(drawing|legacyDrawing) [^>]*>", b"", text)
                text = text.replace(b'<c r="D5"', cell.encode() + b'<c r="D5"')
                assert cell.encode() in text
            if name == sheet.replace("worksheets/", "worksheets/_rels/") + ".rels":
                continue
            if name == "xl/_rels/workbook.xml.rels":
                text = text.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            changed.writestr(name, text)
        for name, text in parts.items():
            changed.writestr(name, text)
    return target.getvalue()


WPS = (
    '<c r="B5" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>',
    {
        "xl/cellimages.xml": f'<etc:cellImages xmlns:etc="e" xmlns:xdr="x" xmlns:a="a" xmlns:r="{RELATIONS}"><etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="ID_1"/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></etc:cellImage></etc:cellImages>'.encode(),
        "xl/_rels/cellimages.xml.rels": b'<Relationships><Relationship Id="rId1" Type="x/image" Target="media/wps.png"/></Relationships>',
        "xl/media/wps.png": picture(),
    },
    '<Relationship Id="w1" Type="http://www.wps.cn/officeDocument/2020/cellImage" Target="cellimages.xml"/>',
)
RICH = "http://schemas.microsoft.com/office/2017/06/relationships"
M365 = (
    '<c r="B5" t="e" vm="1"><v>#VALUE!</v></c>',
    {
        "xl/metadata.xml": b'<metadata xmlns:xlrd="x"><metadataTypes count="1"><metadataType name="XLRICHVALUE"/></metadataTypes><futureMetadata name="XLRICHVALUE" count="1"><bk><extLst><ext><xlrd:rvb i="0"/></ext></extLst></bk></futureMetadata><valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>',
        "xl/richData/rdrichvalue.xml": b'<rvData count="1"><rv s="0"><v>0</v><v>5</v></rv></rvData>',
        "xl/richData/rdrichvaluestructure.xml": b'<rvStructures count="1"><s t="_localImage"><k n="_rvRel:LocalImageIdentifier" t="i"/><k n="CalcOrigin" t="i"/></s></rvStructures>',
        "xl/richData/richValueRel.xml": f'<richValueRels xmlns:r="{RELATIONS}"><rel r:id="rId1"/></richValueRels>'.encode(),
        "xl/richData/_rels/richValueRel.xml.rels": b'<Relationships><Relationship Id="rId1" Type="x/image" Target="../media/m365.png"/></Relationships>',
        "xl/media/m365.png": picture(),
    },
    f'<Relationship Id="m1" Type="{RELATIONS}/sheetMetadata" Target="metadata.xml"/>'
    f'<Relationship Id="m2" Type="{RICH}/rdRichValue" Target="richData/rdrichvalue.xml"/>'
    f'<Relationship Id="m3" Type="{RICH}/rdRichValueStructure" Target="richData/rdrichvaluestructure.xml"/>'
    f'<Relationship Id="m4" Type="{RICH}/richValueRel" Target="richData/richValueRel.xml"/>',
)


@pytest.mark.parametrize("way", ["floating", "WPS", "Microsoft 365"])
def test_a_picture_is_found_however_it_was_put_into_its_cell(way: str, form: Form, library: Library) -> None:
    """A picture in a cell stands there as an error or a formula: it is neither."""
    how = {"WPS": WPS, "Microsoft 365": M365}.get(way)
    checked = examine(in_cell(good(form), form, *how) if how else good(form), library, TERMS)
    assert checked.findings == ()
    [photo] = [record for record in checked.records if record.table == "photos"]
    expected = clean(picture())
    assert (photo["picture"].plain, photo.cells["picture"]) == (expected.picture, "B5")
    assert dict(checked.pictures) == {expected.picture.clean: expected.data}  # type: ignore[union-attr]


# ---- merged cells, and what is hidden ---------------------------------------------------------------------


def test_a_merged_cell_says_the_same_for_each_of_its_rows(form: Form, library: Library) -> None:
    rows: list[dict[str, object]] = [
        {"enterprise_code": "NO-001", "module": "质量管理", "status": "培训中"},
        {"enterprise_code": None, "module": "清洁生产", "status": "培训中"},
    ]
    book = load_workbook(io.BytesIO(workbook(form, "north", progress=rows)))
    book[form.table("progress").tab].merge_cells("A5:A6")
    target = io.BytesIO()
    book.save(target)
    reading, _ = read_workbook(target.getvalue(), library.forms)
    progress = reading.sheets["progress"]
    assert [row.cells["enterprise_code"].typed for row in progress.rows] == ["NO-001", "NO-001"]
    assert [progress.at(row, "enterprise_code") for row in progress.rows] == ["A5", "A6"]


def merged_over(cells: str, *typed: tuple[str, object]) -> Spoil:
    """Merge cells of the results, after typing into some of them."""

    def change(sheet: Worksheet) -> None:
        for at, value in typed:
            sheet[at].value = value  # type: ignore[union-attr]
        sheet.merge_cells(cells)

    return on("results", change)


BENEFITS = [("C5", "benefit"), ("C6", "benefit"), ("F5", 255700), ("F6", None), ("E5", None)]
MERGES = {
    "money of two rows": (merged_over("F5:F6", *BENEFITS), ["F6"]),
    "a share before and after": (merged_over("E5:F5"), ["F5"]),
    "a word for two rows": (merged_over("F5:F6", ("F5", "未统计")), None),
}


@pytest.mark.parametrize("way", MERGES)
def test_a_number_merged_over_cells_keeps_the_return_out_for_it_would_be_counted_twice(
    way: str, form: Form, library: Library
) -> None:
    spoil, cells = MERGES[way]
    found = [one for one in examine(spoil(good(form), form), library, TERMS).findings if one.code == "merged_number"]
    assert [list(one.cells) for one in found] == ([cells] if cells else [])
    assert all(one.blocks for one in found)


RAISED: list[tuple[list[Any], str, set[str]]] = [
    (["307", run("1", vertAlign="superscript")], "307^1", {"not_a_number"}),
    (["307", run("1)", vertAlign="superscript")], "307^1)", {"not_a_number"}),
    ([run("2", vertAlign="superscript"), "307"], "2^307", {"not_a_number"}),
    (["10", run("2", vertAlign="subscript")], "10^2", {"not_a_number"}),
    ([run("30", b=True), "7"], "307", set()),
    ([run("30", vertAlign="baseline", strike=False), run("7")], "307", set()),
    ([struck("120"), " 135"], " 135", {"struck_text"}),
    (["1", struck("2"), "35"], "135", {"struck_text"}),
    ([struck("120")], "", {"struck_text", "one_of"}),
]


@pytest.mark.parametrize(("runs", "read", "said"), RAISED)
@pytest.mark.parametrize("shared", [False, True])
def test_a_raised_digit_joins_no_number_and_what_is_struck_through_is_said(
    runs: list[Any], read: str, said: set[str], shared: bool, form: Form, library: Library
) -> None:
    data = rich("results", "F6", *runs)(good(form), form)
    checked = examine(apart(data, form) if shared else data, library, TERMS)
    [record] = [one for one in checked.records if (one.table, one.row) == ("results", 6)]
    assert (record.typed.get("after", ""), {one.code for one in checked.findings}) == (read, said)


def crossed(table: str, *cells: str) -> Spoil:
    """Strike through cells as a whole, as a person does who marks them."""

    def change(sheet: Worksheet) -> None:
        for at in cells:
            sheet[at].font = Font(strike=True)  # type: ignore[union-attr]

    return on(table, change)


CROSSED: list[
    tuple[tuple[str, ...], list[tuple[str, ...]]]
] = [  # what is struck through, and the cells of each finding
    (("U5",), [("U5",)]),
    (("U5", "U6", "U7"), [("U5", "U6", "U7")]),
    (tuple(f"{letter}6" for letter in "ABCEHIJKUV"), [tuple(f"{letter}6" for letter in "ABCEHIJKUV")]),
    (("D5", "D6"), []),  # nothing stands there
]


@pytest.mark.parametrize(("cells", "told"), CROSSED)
def test_cells_struck_through_as_a_whole_are_said_once_for_a_row_or_column(
    cells: tuple[str, ...], told: list[tuple[str, ...]], form: Form, library: Library
) -> None:
    found = examine(crossed("activities", *cells)(good(form), form), library, TERMS).findings
    assert [(one.code, one.cells, one.blocks) for one in found] == [("struck_text", at, True) for at in told]


def test_a_line_of_the_cover_that_is_struck_through_is_said(form: Form, library: Library) -> None:
    found = examine(crossed("cover", *(f"B{row}" for row in range(3, 30)))(good(form), form), library, TERMS).findings
    assert found
    assert {one.code for one in found} == {"struck_text"}


def apart(data: bytes, form: Form) -> bytes:
    """Put the rich text of a cell among the shared ones, as Excel does."""
    found: list[bytes] = []

    def take(xml: bytes) -> bytes:
        text = re.search(rb'<c r="F6"[^>]*><is>(.*?)</is>', xml)
        assert text
        found.append(text[1])
        return xml.replace(text[0], b'<c r="F6" t="s"><v>0</v>')

    number = [table.name for table in form.tables].index("results") + 1
    taken = part(f"sheet{number}.xml$", take)(data, form)
    shared = f'<Relationship Id="rT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    taken = part("workbook.xml.rels$", lambda xml: xml.replace(b"</Relationships>", shared.encode()))(taken, form)
    target = io.BytesIO(taken)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{EXCEL}"><si>'.encode() + found[0] + b"</si></sst>")
    return target.getvalue()


def test_words_keep_their_lowered_digits(form: Form, library: Library) -> None:
    data = rich("activities", "C5", "CO", run("2", vertAlign="subscript"), " saved")(good(form), form)
    checked = examine(data, library, TERMS)
    assert checked.findings == ()
    assert "CO2 saved" in [one.typed.get("title_en") for one in checked.records]


def headed(table: str, field: str, header: str, *, marks: bool = True) -> Spoil:
    """Change one header; without our marks it is all that is known of its column."""
    change = typed(table, field, header, row=4)
    return change if marks else both(change, on(table, lambda sheet: sheet.delete_rows(3)))


def both(first: Spoil, then: Spoil) -> Spoil:
    return lambda data, form: then(first(data, form), form)


HEADERS: list[tuple[str, str, str, str, str]] = [  # a field, its header now, what is said with our marks, and without
    ("contributions", "amount_rmb", "金额（万元）", "header_changed", "column_missing"),
    ("contributions", "amount_rmb", "Amount, USD", "header_changed", "column_missing"),
    ("contributions", "amount_rmb", "Amuont, RMB", "header_near", "header_near"),
    ("contributions", "amount_rmb", "金额，元", "header_near", "header_near"),
    ("contributions", "amount_rmb", "金额 元 Amount RMB", "header_near", "header_near"),
    ("enterprises", "employees_women", "其中男性", "header_changed", "column_missing"),
    ("enterprises", "employees_women", "of whom men\n其中男性", "header_changed", "column_missing"),
    ("enterprises", "employees_women", "of whom woman\n其中女性", "header_changed", "column_missing"),
    ("contributions", "amount_rmb", "金额 万元", "header_changed", "column_missing"),
    ("activities", "managers", "管理人圆", "header_near", "header_near"),  # an input method's slip, and a sign missing
    ("activities", "managers", "Managers\n管里人员", "header_near", "header_near"),
    ("activities", "managers", "Managers\n管理人次", "header_changed", "column_missing"),
    ("activities", "managers", "管理理人员", "header_near", "header_near"),
    ("activities", "managers", "理管人员", "header_near", "header_near"),
    ("activities", "managers", "管人员", "header_near", "header_near"),
    ("activities", "managers", "非管理人员", "header_changed", "column_missing"),
    ("activities", "managers", "管理人园们", "header_changed", "column_missing"),
    ("enterprises", "employees_women", "of whom women\n其中女姓", "header_near", "header_near"),
    ("enterprises", "employees_women", "of whom women\n其中女", "header_near", "header_near"),
    ("enterprises", "employees_women", "of whom women\n其中性", "header_changed", "column_missing"),
    ("results", "before", "改善中", "header_changed", "column_missing"),
    ("results", "before", "Befor", "header_near", "header_near"),
    ("results", "before", "Before, %", "header_changed", "column_missing"),
    ("results", "before", "改善后", "column_disagrees", "column_missing"),
    ("activities", "round", "2014", "header_changed", "column_missing"),
]


@pytest.mark.parametrize(("table", "field", "header", "marked", "bare"), HEADERS)
@pytest.mark.parametrize("marks", [True, False])
def test_a_header_that_says_something_else_is_never_passed_over(
    table: str, field: str, header: str, marked: str, bare: str, marks: bool, form: Form, library: Library
) -> None:
    spoil = headed(table, field, header, marks=marks)
    codes = {one.code for one in examine(spoil(good(form), form), library, TERMS).findings}
    assert (marked if marks else bare) in codes
    assert marks or "header_near" not in codes or bare == "header_near"


def test_a_header_of_an_earlier_edition_is_ours(form: Form, library: Library) -> None:
    import dataclasses

    table = form.table("activities")
    fields = tuple(dataclasses.replace(field, was=("届次",)) if field.name == "round" else field for field in table.fields)  # fmt: skip
    newer = dataclasses.replace(form, tables=tuple(dataclasses.replace(one, fields=fields) if one is table else one for one in form.tables))  # fmt: skip
    data = headed("activities", "round", "届次")(good(form), form)
    assert not read_workbook(data, {"province": newer})[0].findings


ABOVE: dict[str, tuple[Spoil, tuple[str, str] | None]] = {  # the rows, and what is quoted of them
    "two rows above the headers": (on("activities", lambda sheet: sheet.insert_rows(4, 2) or fill(sheet, 4, 5)), ("4, 5", "NO-2014Q4-01")),
    "the row of headers replaced": (on("activities", lambda sheet: fill(sheet, 4)), ("4", "NO-2014Q4-03")),
    "a title of two cells above our marks": (on("activities", lambda sheet: add(sheet, A2="某省项目办公室", C2="2014年第四季度")), None),
    "a caption over the headers": (on("activities", lambda sheet: sheet.insert_rows(4) or add(sheet, L4="培训人数")), None),
    "a note above the headers": (on("activities", lambda sheet: sheet.insert_rows(4) or add(sheet, A4="填表人：张三", C4="审核人：李四")), None),
}  # fmt: skip


UNITS: list[tuple[dict[str, str], list[str]]] = [  # what stands above the headers or below the data, and what is quoted
    ({"A2": "单位：万元"}, ["单位：万元"]),
    ({"A1": "费用（单位:人民币 千元）"}, ["费用（单位:人民币 千元）"]),
    ({"D1": "Unit: USD"}, ["Unit: USD"]),
    ({"A9": "单位：万元"}, ["单位：万元"]),
    ({"A2": "单位：元"}, []),
    ({"A2": "单位：人"}, []),
    ({"A2": "单位：南京万通公司"}, []),
    ({"A2": "填报单位：江苏省项目办"}, []),
]


@pytest.mark.parametrize(("typed", "quoted"), UNITS)
def test_a_unit_that_is_stated_for_the_whole_table_is_never_passed_over(
    typed: dict[str, str], quoted: list[str], form: Form, library: Library
) -> None:
    data = on("contributions", lambda sheet: add(sheet, **typed))(good(form), form)
    found = examine(data, library, TERMS).findings
    assert [(one.found, one.blocks) for one in found] == [(text, True) for text in quoted]
    assert {one.code for one in found} <= {"unit_stated"}


NO_DATA: list[tuple[dict[str, object], str]] = [  # below the data of activities, and as what it is left out
    ({"A8": "填表人：", "C8": "王芳", "E8": "2015年4月3日"}, "note_not_read"),
    ({"A8": "填表人：王芳", "E8": "联系电话：", "F8": 13812345678, "I8": date(2015, 4, 3)}, "note_not_read"),
    ({"A8": "单位：人"}, "note_not_read"),
    ({"C8": "以上数据来自签到表"}, "note_not_read"),
    ({address(8, column): column for column in range(1, 34)}, "header_again"),
]
DATA: list[dict[str, object]] = [
    {"A8": "填表人：", "C8": "王芳", "U8": 12},
    {"A8": "NO-2014Q4-04", "C8": "备注：培训"},
    {"B8": "备注：", "A8": "NO-2014Q4-04", "U8": 12},
    {"C8": "以上海为中心的培训"},
    {"C8": "※质量培训", "E8": "质量管理"},
    {"A8": 1, "B8": 2, "C8": 3},
]


@pytest.mark.parametrize(("typed", "code"), NO_DATA)
def test_a_line_to_sign_and_a_line_of_column_numbers_are_no_data(
    typed: dict[str, object], code: str, form: Form, library: Library
) -> None:
    data = on("activities", lambda sheet: add(sheet, **typed))(good(form), form)
    assert [one.code for one in examine(data, library, TERMS).findings] == [code]


BELOW: list[tuple[dict[str, object], list[int]]] = [  # below the rows 5 and 6 of enterprises, and the rows left out
    ({"A8": "以上企业均已签约"}, [8]),
    ({"A9": "制表日期：2015年1月6日"}, [9]),
    ({"A8": "填报单位：江苏", "A9": "数据来源：企业"}, [8, 9]),
    ({"A9": "（以下空白）"}, [9]),
    ({"A8": "———", "A9": "*NO-001为ETI企业"}, [8, 9]),
    ({"A8": "本季度共培训5家企业"}, [8]),
    ({"A8": "Signed by all enterprises"}, [8]),
    ({"A8": "以上企业均已签约", "A9": "Signed by all"}, [8, 9]),
    ({"A8": "以上企业均已签约", "B8": "Works"}, []),
    ({"A8": "以上企业均已签约", "A9": "NO-003", "B9": "Works"}, []),  # a row of data below it
    *[({"A8": code}, []) for code in ("NO-003", "NO003", "ＮＯ—003", "no 003", "003", "NO-003（新增）", "NO-3", 3, "wuxi", "2015-01-06")],
]  # fmt: skip


@pytest.mark.parametrize(("typed", "left"), BELOW)
def test_a_line_below_the_data_that_is_no_code_is_a_note(
    typed: dict[str, object], left: list[int], form: Form, library: Library
) -> None:
    data = on("enterprises", lambda sheet: add(sheet, **typed))(good(form), form)
    reading, _ = read_workbook(data, library.forms)
    assert [(one.code, one.cells) for one in reading.findings] == [("note_not_read", (f"A{row}",)) for row in left]
    rows = {5, 6, *(int(at[1:]) for at in typed)} - set(left)
    assert {row.number for row in reading.sheets["enterprises"].rows} == rows


@pytest.mark.parametrize("typed", DATA)
def test_a_row_that_may_be_data_is_not_left_out(typed: dict[str, object], form: Form, library: Library) -> None:
    data = on("activities", lambda sheet: add(sheet, **typed))(good(form), form)
    reading, _ = read_workbook(data, library.forms)
    assert [row.number for row in reading.sheets["activities"].rows] == [5, 6, 7, 8]


def fill(sheet: Worksheet, *rows: int) -> None:
    """Type a row of data over others."""
    for row in rows:
        for column in range(1, 40):
            sheet.cell(row, column).value = sheet.cell(7, column).value


def add(sheet: Worksheet, **typed: object) -> None:
    for at, value in typed.items():
        sheet[at].value = value  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ABOVE)
def test_rows_above_the_headers_are_not_lost_in_silence(way: str, form: Form, library: Library) -> None:
    spoil, said = ABOVE[way]
    found = [one for one in examine(spoil(good(form), form), library, TERMS).findings if one.code == "rows_above"]
    assert [(one.params["rows"], one.found) for one in found] == ([said] if said else [])
    assert all(one.blocks for one in found)


def test_hidden_rows_columns_and_sheets_are_read_and_known(form: Form, library: Library) -> None:
    book = load_workbook(io.BytesIO(good(form)))
    sheet = book[form.table("activities").tab]
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    found = read_workbook(target.getvalue(), library.forms)[0].sheets["activities"]
    assert ([row.hidden for row in found.rows], found.hidden) == ([False, True, False], True)
    assert "C" in found.hidden_columns


def test_a_field_with_an_earlier_name_is_found_under_it(form: Form, library: Library) -> None:
    import dataclasses

    table = form.table("progress")
    renamed = dataclasses.replace(table.field("completed_on"), name="finished_on", was=("completed_on",))
    fields = tuple(renamed if field.name == "completed_on" else field for field in table.fields)
    newer = dataclasses.replace(form, tables=tuple(dataclasses.replace(table, fields=fields) if one is table else one for one in form.tables))  # fmt: skip
    rows = [{"enterprise_code": "NO-001", "module": "质量管理", "status": "已完成", "completed_on": "2014-12"}]
    data = workbook(form, "north", progress=rows)
    [row] = read_workbook(data, {"province": newer})[0].sheets["progress"].rows
    assert row.cells["finished_on"].typed == "2014-12"


# ---- the round trip ---------------------------------------------------------------------------------------


def either(*ways: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(ways)


def full(text: object) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in str(text))


COUNTS = st.integers(0, 99_999).flatmap(
    lambda n: st.tuples(st.just(n), either(n, str(n), f" {n:,} ", full(n), f"{n}.0", float(n)))
)
DAYS = st.dates(date(2001, 1, 1), date(2030, 12, 31)).flatmap(
    lambda day: st.tuples(
        st.just(day),
        either(day, day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", full(f"{day.year}年{day.month}月{day.day}日"), f"{day.day} {day:%B} {day.year}", (day - SERIAL).days),
    )
)  # fmt: skip
SHARES = st.integers(101, 99_999).flatmap(
    lambda n: st.tuples(
        st.just(Decimal(n) / 100_000),
        either(Percent(Decimal(n) / 100_000), f"{Decimal(n) / 1000}%", full(Decimal(n) / 1000) + "％", f"{Decimal(n) / 1000} %"),
    )
)  # fmt: skip
AMOUNTS = st.integers(0, 10**9).flatmap(
    lambda n: st.tuples(st.just(n * 100), either(n, f"RMB {n:,}", f"￥{n}", f"{n}元", full(n)))
)
FLAGS = st.booleans().flatmap(
    lambda flag: st.tuples(
        st.just(flag), either("是", "yes", "√", 1, True) if flag else either("否", "No", "×", 0, False)
    )
)
STATES = st.sampled_from([(State.NOT_RECORDED, "未统计"), (State.NOT_RECORDED, "不详"), (State.NOT_APPLICABLE, "/")])


def what_was_meant_comes_back(
    trainers: list[Any], starts: Any, share: Any, amount: Any, flag: Any, bound: Any, form: Form, library: Library
) -> None:
    code = "NO-2014Q4-{:02}"
    activities = [
        {"activity_code": code.format(n), "kind": "ToT", "title_en": "T", "module": "质量管理", "status": "已完成", "starts": starts[1], "place": "town", "trainers": typed, "basis": "估计"}
        for n, (_, typed) in enumerate(trainers, 1)
    ]  # fmt: skip
    paid = {"activity_code": code.format(1), "payer": "参训企业", "in_form": "现金", "amount_rmb": bound[1].format(f"{amount[0] // 100:,}") if bound[0] is not Bound.EXACT else amount[1], "basis": "估计"}  # fmt: skip
    result = {
        "enterprise_code": "NO-001",
        "measure": "defect_rate",
        "per": "累计",
        "after": share[1],
        "basis": "企业记录",
    }
    enterprise = {
        "enterprise_code": "NO-001",
        "name_zh": "厂",
        "may_be_named": flag[1],
        "place": "town",
        "sector": "机械",
    }
    data = workbook(
        form, "north", activities=activities, contributions=[paid], results=[result], enterprises=[enterprise]
    )

    checked = examine(data, library, TERMS)

    assert not [finding for finding in checked.findings if finding.blocks]
    rows = {table: [one for one in checked.records if one.table == table] for table in ("activities", "contributions", "results", "enterprises")}  # fmt: skip
    assert len(rows["activities"]) == len(trainers)
    for record, (meant, _) in zip(rows["activities"], trainers, strict=True):
        value = record["trainers"]
        assert (value.state if isinstance(meant, State) else value.plain) == meant
        when = record["starts"].plain
        assert isinstance(when, Span)
        assert (when.start, when.end) == (starts[0], starts[0])
    assert (rows["contributions"][0]["amount_rmb"].plain, rows["contributions"][0]["amount_rmb"].bound) == (
        amount[0],
        bound[0],
    )
    assert rows["results"][0]["after"].plain == share[0]
    assert rows["enterprises"][0]["may_be_named"].plain == flag[0]
    assert checked.stamp
    assert checked.stamp.period == Period(2014, 4)


TYPED = given(
    trainers=st.lists(st.one_of(COUNTS, STATES), min_size=1, max_size=4),
    starts=DAYS,
    share=SHARES,
    amount=AMOUNTS,
    flag=FLAGS,
    bound=st.sampled_from([(Bound.MORE_THAN, "more than {}"), (Bound.MORE_THAN, "{}以上"), (Bound.AT_LEAST, "≥{}"), (Bound.EXACT, "{}")]),
)  # fmt: skip
test_what_was_meant_comes_back_however_it_was_typed = few(8)(TYPED(what_was_meant_comes_back))
test_what_was_meant_comes_back_however_often_it_was_typed = many(100)(TYPED(what_was_meant_comes_back))


def test_the_same_bytes_are_read_the_same_twice(form: Form, library: Library) -> None:
    data = workbook(form, "north", photos=[{"photo_code": "NO-F01", "picture": Drawn(phone_picture())}])
    assert examine(data, library, Terms()) == examine(data, library, Terms())


def test_an_empty_workbook_of_somebody_else_is_refused_with_the_reason(library: Library) -> None:
    target = io.BytesIO()
    Workbook().save(target)
    [finding] = examine(target.getvalue(), library, Terms()).findings
    assert finding.code == "no_cover"
