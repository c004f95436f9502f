"""The shipped inbox holds the real case of 2014-Q4: every fact, as its office typed it, and nothing copied."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.form import load_library
from pipeline.model import Form, Table
from tests.build import ANCHOR_ROW, CARD_ROW, FIRST_ROW, HEADER_ROW, workbook
from tests.case.make import HERE, OFFICES, PERIOD, PROJECT_FOLDER, PROJECT_OFFICE, make, rows_of

INBOX = PROJECT_FOLDER / "inbox"

# (office, table): facts of facts-2014-q4.md; what " | " parts stands in one row.
FACTS = {
    ("project-office", "issue"): [
        "China Newsletter",
        "5",
        "December 2014 | April 2014 | yes",
        "Sustaining Competitive and Responsible Enterprises (SCORE)",
        "Five issues since April | the last of 2014 | In 2015 we plan an e-mail edition",
        "自四月以来 | 2014年的最后一期 | 2015年拟推出电子邮件版",
    ],
    ("project-office", "activities"): [
        "PO-2014Q4-01 | Regional training workshop | 2014-12-01 | 2014-12-05 | ho_chi_minh_city",
        "PO-2014Q4-01 | staff from Geneva, China, Indonesia, India and Viet Nam",
        "PO-2014Q4-02 | employers' organizations | 2014-12-03 | 2014-12-04 | National CEC; Chongqing CEC | 4",
        "PO-2014Q4-02 | Four representatives | marketing and business plans for sustainability",
        "PO-2014Q4-03 | Visit | November 2014 | xiamen | SECO | SWITCHER",
    ],
    ("project-office", "places"): [
        "ho_chi_minh_city | Ho Chi Minh City | 胡志明市 | Viet Nam | 越南",
        "xiamen | Xiamen | 厦门 | Fujian | 福建",
        "taixing | 泰兴 | 江苏",
        "deyang | 德阳 | 四川",
    ],
    ("project-office", "stories"): [
        "PO-S01 | 1 % of its purchases | in cash | RMB 1,130 each | SCORE manager Zhang Xubiao",
        "PO-S01 | 采购额的1% | 现金 | 1,130元 | Zhang Xubiao",
        "PO-S02 | 3–4 December | four representatives of the national CEC and the Chongqing CEC | marketing and business plans",
        "PO-S02 | 日内瓦、中国、印度尼西亚、印度和越南 | 12月3—4日 | 四名代表",
    ],
    ("project-office", "quotes"): [
        "Asia Wang | SCORE trainer, Managing Director of NEWAsia Solutions Limited",
        "the ILO and BSCI trained suppliers | In October | technical advice | inside the factories",
        "The bottom line that brands draw | violations an audit counts as major | solved",
        "does not fully engage the workers | very little impact",
        "品牌的底线要求 | 主要违规 | 收效甚微",
    ],
    ("project-office", "partners"): ["BSCI | October 2014 | NEWAsia | technical advice and in-factory counselling"],
    ("project-office", "photos"): ["PO-F01 | Portrait | PO-Q01 | picture"],
    ("project-office", "logframe"): [
        "trained_trainers | 0 | 24 | 14 | 35 | 60% | Sample value",
        "trained_participants | 410 | 127 | 960 | 40% | Sample value",
        "local_cost_share_pct | 0% | 40% | Sample value",
        "defect_rate_change_pct | 0% | -10% | Sample value",
        "on_time_delivery_change_points | 5 | Sample value",
        "reported_benefit_rmb | 2000000 | Sample value",
    ],
    ("project-office", "joint"): ["JT-2014Q4-01 | guangdong; zhejiang; anhui; jiangsu"],
    ("project-office", "offices"): ["liaoning | LN | 2014-Q4"],
    ("project-office", "calendar"): ["2014-Q4 | 2015-01-10", "2015-Q1 | 2015-04-10"],
    ("project-office", "report"): ["State Secretariat for Economic Affairs (SECO)", "2015-01-20", "10%"],
    ("yunnan", "activities"): [
        "2014年11月 | ILO; MoHRSS International Cooperation Department; public employment services department of Yunnan HRSS",
        "handbook on recruitment for enterprises | SCORE HR module | Yunnan HRSS leads",
        "Two rounds of ToT will test",
    ],
    ("yunnan", "stories"): [
        "International Cooperation Department | HR handbook | Two rounds",
        "云南省人社厅牵头 | 两轮",
    ],
    ("yunnan", "upcoming"): ["YN-P01 | first round", "YN-P02 | second round"],
    ("yunnan", "partners"): ["YN-C01 | 纳入自有项目 | 已商定"],
    ("jiangsu", "activities"): [
        "JS-2014Q4-01 | Module 2 Quality Management | 2014-12-09 | 2014-12-11 | taixing | Jia Hongwei | 5 | 1",
        "JT-2014Q4-01 | eti | jiangsu | One ETI supplier",
    ],
    ("jiangsu", "stories"): [
        "JS-S01 | five enterprises | Jia Hongwei | first factory visit",
        "JS-S01 | 模块二“质量管理” | 首次入厂辅导",
        "JS-S02 | By December 2014 | Module 1",
    ],
    ("jiangsu", "enterprises"): [
        "JS-001 | Yucheng Futong Electric | 是 | taixing",
        "JS-002 | Shengbao Vehicle",
        "JS-003 | Runyuan Warp Knitting Machinery",
        "JS-004 | Teho Metal",
        "JS-005 | Tailai Decelerator",
    ],
    ("jiangsu", "progress"): ["JS-001 | 工作场所合作 | by December 2014", "JS-101 | JT-2014Q4-01 | 已完成"],
    ("jiangsu", "results"): [
        "JS-001 | suggestions | 累计 | 307",
        "JS-001 | defect_rate | 4.13% | 0.61% | Key processes",
        "JS-001 | capacity_per_head | 35.88% | 相对变化",
        "JS-001 | on_time_delivery | 88.6% | 92.58%",
        "JS-002 | suggestions | 每月 | more than 100",
        "JS-002 | benefit | 三个月 | more than RMB 255,700",
        "JS-003 | standards_manuals | 42 | Fixation standards",
        "JS-004 | copper_recovery | 97.5% | 98.5% | All suggestions were implemented",
        "JS-005 | problems_solved | 110",
        "JS-005 | on_time_delivery | 未统计 | 改善",
        "JS-005 | production_cycle | 改善",
    ],
    ("jiangsu", "practices"): [
        "JS-001 | 改善小组例会 | 每周 | Every Thursday",
        "JS-002 | 建议评审发布会 | 每月 | Review and release conference",
        "JS-004 | 合理化建议制度",
    ],
    ("jiangsu", "photos"): [
        "JS-F01 | 改善前 | JS-A | picture | oil barrels took two workers | 两名工人",
        "JS-F02 | 改善后 | JS-A | picture | handling cart lowered the labour and raised efficiency | 搬运车",
    ],
    ("jiangsu", "contributions"): ["20000 | 示例数据", "10,000元 | 示例数据", "RMB 30,000 | 示例数据"],
    ("sichuan", "activities"): [
        "SC-2014Q4-01 | 2 | 2014年12月19日 | 2014年12月23日 | deyang | 6 | ToT and ToE | 示例数据"
    ],
    ("sichuan", "stories"): [
        "Six local trainers, two of them women | six local small and medium-sized enterprises | second round",
        "六名本地培训师（其中女性两名） | 六家本地中小企业 | 机械行业 | 第二轮",
    ],
    ("sichuan", "enterprises"): ["SC-001 | 否 | 机械", "SC-006 | 其他"],
    ("guangdong", "activities"): ["JT-2014Q4-01 | 1 | Four factories of the ILO-ETI pilot | a review of Module 1"],
    ("guangdong", "stories"): ["Guangdong, Zhejiang, Anhui and Jiangsu | review", "四家工厂 | 评估"],
    ("zhejiang", "activities"): ["JT-2014Q4-01 | zhejiang | a review of Module 1"],
    ("anhui", "activities"): ["JT-2014Q4-01 | anhui | a review of Module 1"],
    ("chongqing", "activities"): [
        "2014年11月 | Chongqing CEC; Chongqing SME Bureau; Changan Automobile | Zhang Xubiao"
    ],
    ("chongqing", "stories"): ["Zhang Xubiao | asked the bureau for funding | trainers of its own in 2015"],
    ("chongqing", "partners"): ["CQ-C01 | 资助培训 | 已申请", "CQ-C02 | Changan Automobile | 派出自有培训师 | 2015年"],
    ("shanghai", "upcoming"): ["early March 2015 | SGS | qualifications are reviewed | licence agreement with the ILO"],
    ("shanghai", "partners"): ["SH-C01 | SGS | 计划中"],
    ("beijing", "upcoming"): ["2015年2月 | 2015年3月 | local context, cases and experience | Chinese SMEs"],
}
STATED = [(office, table, fact) for (office, table), facts in FACTS.items() for fact in facts]


@cache
def form_of(office: str) -> Form:
    return load_library(PROJECT_FOLDER / "templates").forms["project" if office == PROJECT_OFFICE else "province"]


def path_of(office: str, inbox: Path = INBOX) -> Path:
    return inbox / office / f"{office}-{PERIOD}.xlsx"


@cache
def book_of(office: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path_of(office))


def shown(cell: Cell) -> str:
    """What a person sees in a cell: 4.13% for 0.0413 formatted so."""
    if isinstance(cell.value, datetime.datetime):
        return cell.value.date().isoformat()
    if cell.number_format.endswith("%") and cell.value is not None:
        return f"{(Decimal(str(cell.value)) * 100).normalize():f}%"
    return "" if cell.value is None else str(cell.value)


def rows_shown(sheet: Worksheet, table: Table) -> list[list[str]]:
    """The rows of a sheet, a picture as "picture"; a card is one row."""
    if table.layout == "card":
        return [[shown(sheet.cell(row, 2)) for row in range(CARD_ROW, sheet.max_row + 1)]]
    pictures = {(image.anchor._from.row + 1, image.anchor._from.col + 1) for image in sheet._images}
    rows = sheet.iter_rows(min_row=FIRST_ROW, max_col=len(table.fields))
    return [["picture" if (cell.row, cell.column) in pictures else shown(cell) for cell in row] for row in rows]


def holds(row: list[str], fact: str) -> bool:
    """Whether every part of a fact stands in a row: words anywhere in a cell, a number as the whole cell."""
    return all(any(part == cell or (not part.isdigit() and part in cell) for cell in row) for part in fact.split(" | "))


def everything(office: str) -> Iterator[str]:
    for sheet in book_of(office).worksheets:
        yield from (shown(cell) for row in sheet.iter_rows() for cell in row)


def contents(path: Path) -> Mapping[tuple[str, str], tuple[object, str]]:
    """Every filled cell of a workbook with its number format, and every picture."""
    book = openpyxl.load_workbook(path)
    cells = {
        (sheet.title, cell.coordinate): (cell.value, cell.number_format)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    pictures = {
        (sheet.title, f"picture {number}"): (hashlib.sha256(image._data()).hexdigest(), str(image.anchor._from.row))
        for sheet in book.worksheets
        for number, image in enumerate(sheet._images)
    }
    return {**cells, **pictures}


def test_ten_offices_have_sent_and_liaoning_has_not() -> None:
    assert set(OFFICES) == {
        "jiangsu", "sichuan", "yunnan", "chongqing", "shanghai", "beijing", "guangdong", "zhejiang", "anhui", "project-office",
    }  # fmt: skip
    assert sorted(path.relative_to(INBOX) for path in INBOX.rglob("*.xlsx")) == sorted(
        path_of(office).relative_to(INBOX) for office in OFFICES
    )


@pytest.mark.parametrize("office", OFFICES)
def test_the_shipped_inbox_is_what_the_script_makes(office: str, made: Path) -> None:
    expected = contents(path_of(office, made))
    assert len(expected) > 100
    assert contents(path_of(office)) == expected


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inbox = tmp_path_factory.mktemp("inbox")
    make(inbox)
    return inbox


def test_made_twice_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    for path in make(tmp_path):
        assert path.read_bytes() == (made / path.relative_to(tmp_path)).read_bytes()


@pytest.mark.parametrize(("office", "table", "fact"), STATED)
def test_a_fact_of_the_quarter_stands_in_its_sheet(office: str, table: str, fact: str) -> None:
    sheet = form_of(office).table(table)
    assert any(holds(row, fact) for row in rows_shown(book_of(office)[sheet.tab], sheet))


def test_the_table_of_facts_is_not_thin() -> None:
    assert len(STATED) >= 60
    assert {office for office, _, _ in STATED} == set(OFFICES)


@pytest.mark.parametrize("office", OFFICES)
def test_the_hidden_anchors_are_the_fields_of_the_form(office: str) -> None:
    for table in form_of(office).tables:
        sheet = book_of(office)[table.tab]
        if table.layout == "rows":
            assert [cell.value for cell in sheet[ANCHOR_ROW]] == [f"#{field.name}" for field in table.fields]
            assert sheet.row_dimensions[ANCHOR_ROW].hidden
            assert [cell.value for cell in sheet[HEADER_ROW]] == [f"{f.title.en}\n{f.title.zh}" for f in table.fields]
        else:
            anchors = [sheet.cell(row, 3).value for row in range(CARD_ROW, CARD_ROW + len(table.fields))]
            assert anchors == [f"#{field.name}" for field in table.fields]
            assert sheet.column_dimensions["C"].hidden


@pytest.mark.parametrize("office", OFFICES)
def test_there_are_the_rows_that_were_typed_and_no_example_rows(office: str) -> None:
    said = rows_of(office)
    for table in form_of(office).tables:
        if table.layout == "rows":
            keys = [row[0] for row in rows_shown(book_of(office)[table.tab], table)]
            assert keys == [row[table.fields[0].name] for row in said.get(table.name, [])], table.name


@pytest.mark.parametrize("office", OFFICES)
def test_empty_tables_are_ticked_and_filled_ones_are_not(office: str) -> None:
    cover = book_of(office)[form_of(office).table("cover").tab]
    ticks = {
        cover.cell(row, 3).value: cover.cell(row, 2).value
        for row in range(CARD_ROW, cover.max_row + 1)
        if str(cover.cell(row, 3).value).startswith("#nothing_")
    }
    silent = [table.name for table in form_of(office).tables if table.silence == "tick"]
    assert ticks == {f"#nothing_{name}": None if name in rows_of(office) else "是" for name in silent}


def test_no_sentence_is_copied_from_the_newsletter() -> None:
    """The newsletter's sentences are kept as hashes of their words in lower case."""
    sentences = set((HERE / "newsletter-sentences.sha256").read_text(encoding="utf-8").split())
    assert len(sentences) > 50
    texts = {
        words(part)
        for office in OFFICES
        for text in everything(office)
        for part in [text, *re.split(r"[.!?:]\s", text)]
    }
    assert not {text for text in texts if hashlib.sha256(text.encode()).hexdigest()[:16] in sentences}


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def test_every_printed_text_is_in_both_languages() -> None:
    """What one language has the other has too; names stay as the office typed them."""
    lone = {"name_en", "provider_en", "brand_en", "title_en", "donor_en", "note_en"}
    for office in OFFICES:
        for table, rows in rows_of(office).items():
            for row in [rows] if isinstance(rows, Mapping) else rows:
                english = {name[:-3] for name in row if name.endswith("_en") and name not in lone}
                assert english == {name[:-3] for name in row if name.endswith("_zh")} - {n[:-3] for n in lone}, (
                    office,
                    table,
                )


@pytest.mark.parametrize("office", OFFICES)
def test_workbooks_are_small(office: str) -> None:
    assert path_of(office).stat().st_size < 100_000


# ---- the writer --------------------------------------------------------------------------------


def read_back(data: bytes, tab: str) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data))[tab]


def test_values_stand_as_they_were_typed() -> None:
    form = form_of("jiangsu")
    row = {"activity_code": "=1+1", "managers": "１２", "workers": 12, "starts": datetime.date(2014, 12, 9)}
    sheet = read_back(workbook(form, activities=[row]), form.table("activities").tab)
    typed = {sheet.cell(ANCHOR_ROW, cell.column).value: cell for cell in sheet[FIRST_ROW] if cell.value is not None}
    assert {name: cell.value for name, cell in typed.items()} == {
        "#activity_code": "=1+1",
        "#managers": "１２",
        "#workers": 12,
        "#starts": datetime.datetime(2014, 12, 9),  # noqa: DTZ001 - a cell has no zone
    }
    assert typed["#activity_code"].data_type == "s"


def ticked(data: bytes) -> list[object]:
    """The anchors of the lines of a cover that say 是."""
    return [
        row[2].value
        for row in read_back(data, form_of("jiangsu").table("cover").tab).iter_rows()
        if row[1].value == "是"
    ]


def test_ticks_can_be_left_out() -> None:
    form = form_of("jiangsu")
    assert ticked(workbook(form, tick=False)) == []
    assert ticked(workbook(form, tick=False, nothing=("results",))) == ["#nothing_results"]
    assert "#nothing_results" in ticked(workbook(form))


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(AssertionError, match="has no activty_code"):
        workbook(form_of("jiangsu"), activities=[{"activty_code": "JS-2014Q4-01"}])
