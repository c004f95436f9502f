"""The donor report of the real case, its review copy, and small cases that are hard on it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from docx import Document as Word
from openpyxl import Workbook, load_workbook

from pipeline import pdf
from pipeline.form import load_library
from pipeline.model import Library, Period, Record
from pipeline.report import Charted, Pictured, Quoted, Shown, Term, donor_report, fill_document
from pipeline.run import Act, act, run
from pipeline.run.ask import figures
from pipeline.run.basis import Basis
from pipeline.settings import Settings, load_settings
from pipeline.store import open_store
from tests.conftest import NOW, ROOT, Send
from tests.test_case_2014q4 import as_shown
from tests.test_merge import CORRECTION
from tests.test_story import PROJECT, send_all, training

pytestmark = pytest.mark.nights

Q4 = Period(2014, 4)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEMPLATE = ROOT / "templates" / "donor-report.docx"


def report_of(settings: Settings, name: str = "donor-report.docx") -> bytes:
    return (settings.reports / "2014-Q4" / name).read_bytes()


def context_of(settings: Settings, language: str = "en") -> tuple[Mapping[str, object], Basis]:
    """Return what the template may use, and what it rests on."""
    library = load_library(settings.templates)
    with open_store(settings.archive, settings.ledger, library) as store:
        basis = Basis(store, library, Q4, store.reckonings()[Q4])
        return donor_report(basis.material, language).context, basis


@pytest.fixture(scope="module")
def context(shipped: Settings) -> Mapping[str, object]:
    return context_of(shipped)[0]


def words_in(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t")).replace("\u00a0", " ")


def table(data: bytes, caption: str) -> list[list[str]]:
    """Return the rows of the table whose caption begins so."""
    for one in Word(io.BytesIO(data)).element.body.iter(W + "tbl"):
        found = one.find(f"{W}tblPr/{W}tblCaption")
        if found is not None and str(found.get(W + "val")).startswith(caption):
            return [[words_in(cell) for cell in row.iter(W + "tc")] for row in one.iter(W + "tr")]
    raise AssertionError(f"no table {caption!r}")


def words_of(data: bytes) -> str:
    """Return the words of a document, a paragraph a line."""
    return "\n".join(map(words_in, Word(io.BytesIO(data)).element.body.iter(W + "p")))


# ---- the real case ------------------------------------------------------------------------------------


def test_the_numbers_of_the_chart_stand_beside_it(shipped: Settings) -> None:
    assert table(report_of(shipped), "Participants by province and sex") == [
        ["Province", "Women", "Men", "In all"],
        ["Jiangsu", "8*", "12*", "20*"],
        ["Sichuan", "7*", "17*", "24*"],
    ]
    assert "Not recorded: Guangdong, Zhejiang and Anhui." in words_of(report_of(shipped))


def test_the_logframe_prints_the_figures_of_the_case(shipped: Settings) -> None:
    rows = {row[0]: row for row in table(report_of(shipped), "Log-frame")}
    told = {
        number: [*rows[number][2:7], rows[number][8]] for number in ("1.2", "1.4", "2.1", "2.5", "3.2", "3.4", "3.6")
    }
    assert told == {
        "1.2": ["0", "7", "1", "6*", "86 %", ""],
        "1.4": ["0.0 %", "40.0 %", "50.0 %*", "50.0 %*", "", ""],
        "2.1": ["0", "35", "6", "30*", "86 %", "2"],
        "2.5": ["0", "960", "44*", "454*", "47 %", "15*"],
        "3.2": ["–", "60.0 %", "55.6 %", "55.6 %", "", ""],
        "3.4": ["–", "+5.00", "+3.98", "+3.98", "", ""],
        "3.6": ["0", "2,000,000", "more than 255,700", "more than 255,700*", "> 13 %", ""],
    }


def test_a_reason_stands_below_the_row_whose_due_target_is_missed(shipped: Settings) -> None:
    reasons = [row[0][:40] for row in table(report_of(shipped), "Log-frame") if row[0].startswith("Reason.")]
    assert reasons == ["Reason. BSCI joined those that pay. The ", "Reason. No licence was signed in the qua"]


def test_the_results_of_the_enterprises_are_printed_as_typed(shipped: Settings) -> None:
    rows = table(report_of(shipped), "Results that enterprises reported")
    assert ["Yucheng Futong Electric", "Employee suggestions", "–", "307", ""] in rows
    assert ["", "On-time delivery", "88.6 %", "92.58 %", "+3.98 points"] in rows
    assert ["", "Production capacity per head", "–", "–", "+35.88 %"] in rows
    assert ["Shengbao Vehicle", "Employee suggestions a month", "–", "more than 100", ""] in rows
    assert ["", "Benefit in three months", "–", "more than RMB 255,700", ""] in rows
    assert ["", "On-time delivery", "–", "improved", ""] in rows
    assert len([row for row in rows if row[0]]) == 1 + 5  # the head and five enterprises; ETI suppliers reported none


def test_who_has_not_sent_and_what_lacks_is_said(shipped: Settings) -> None:
    rows = {row[0]: row[1:] for row in table(report_of(shipped), "Returns by office")}
    assert rows["Liaoning"] == ["Has not sent", "All figures of the quarter"]
    assert rows["Yunnan"] == ["Counted", "–"]
    assert rows["Anhui"][1].startswith("Managers and workers trained; ")
    assert len(rows) == 1 + 11 + 1  # the head, the offices, the rule at the end
    assert "None. No figure of an earlier report has changed." in words_of(report_of(shipped))


def test_an_empty_section_of_the_narrative_is_a_visible_gap(shipped: Settings) -> None:
    assert "To write: What is planned for the next quarter, and what is needed for it." in words_of(report_of(shipped))


def test_every_indicator_is_defined_in_the_annex(shipped: Settings, library: Library) -> None:
    rows = table(report_of(shipped), "Definitions of the indicators")[1:-1]
    assert [row[0] for row in rows][:2] == ["1.1", "1.2"]
    assert len(rows) == len(library.indicators)
    assert (
        "Sum of Trainers trained. From the sheet Activities, where Kind is “Training of trainers (ToT)”" in rows[5][1]
    )


# ---- nothing without evidence -------------------------------------------------------------------------

LEAVES = (Shown, Quoted, Term, Charted, Pictured, bool, type(None))


def leaves(value: object) -> Iterator[object]:
    """Give every value that a template can reach."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def test_a_template_reaches_nothing_but_printable_things(context: Mapping[str, object]) -> None:
    found = list(leaves(context))
    assert len(found) > 300
    assert [one for one in found if not isinstance(one, LEAVES)] == []


def masked(value: object) -> object:
    """Return a context whose figures, quotes and terms have no digits."""
    if isinstance(value, Mapping):
        return {name: masked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return replace(value, text=re.sub(r"\d", "#", value.text)) if isinstance(value, (Shown, Quoted, Term)) else value


def test_every_printed_digit_is_of_a_figure_or_of_somebodys_words(context: Mapping[str, object]) -> None:
    document = fill_document(TEMPLATE.read_bytes(), masked(context), "report")  # type: ignore[arg-type]
    own = [line for line in words_of(document.data).splitlines() if re.search(r"\d", line)]
    assert own == [
        line for line in own if "100 %" in line and line.startswith("The pale track")
    ]  # the template's own words
    assert "#" in words_of(document.data)


def test_our_own_words_hold_no_numbers_of_the_case(context: Mapping[str, object]) -> None:
    digits = {one.text for one in leaves(context) if isinstance(one, Term) and re.search(r"\d", one.text)}
    allowed = re.compile(r"\d(\.\d+)?|Q4|2014-Q4|October–December 2014")
    assert {text for text in digits if not allowed.fullmatch(text)} == set()


def test_what_is_noted_as_printed_are_figures_of_the_reckoning(shipped: Settings) -> None:
    known = {one["figure"] for one in figures(shipped)}
    with open_store(shipped.archive, shipped.ledger, load_library(shipped.templates)) as store:
        draft = store.draft(Q4, "donor-report.docx")
        printed = store.printed(draft.sha256) if draft else {}
    assert len(printed) > 80
    assert {name for name, text in printed.items() if name not in known and text != "–"} == set()


def test_only_what_may_be_printed_is_in_the_context(shipped: Settings, context: Mapping[str, object]) -> None:
    library, (_, basis) = load_library(shipped.templates), context_of(shipped)
    records = {one.ref: one for rows in basis.known.tables.values() for one in rows}
    records |= {one.ref: one for rows in basis.tables.values() for row in rows for one in row.sources}
    quoted = [one for one in leaves(context) if isinstance(one, Quoted) and one.record]
    assert len(quoted) > 100
    assert [one for one in quoted if not may_be_printed(records[one.record], one.field, library)] == []


def may_be_printed(record: Record, name: str, library: Library) -> bool:
    """Whether a field is public, or its row says that it may be printed; as the forms have it, read anew."""
    tables = [one for form in library.forms.values() for one in form.tables if one.name == record.table]
    privacy = tables[0].field(name).privacy
    flags = {"enterprises": "may_be_named", "report": "officer_agrees", "activities": "lead_trainer_agrees"}
    if privacy == "named":
        return record[flags[record.table]].plain is True
    if privacy == "consent":
        return record["consent"].plain in ("given", "not_needed")
    return privacy == "public"


@pytest.mark.parametrize(
    "name",
    ["trained_traners", "trained_trainers/sex=woman", "trained_trainers.total", "trained_trainers/place=taixing"],
)
def test_a_figure_that_no_quarter_can_have_is_not_there(context: Mapping[str, Any], name: str) -> None:
    with pytest.raises(KeyError):
        context["figures"][name]


@pytest.mark.parametrize(
    "name", ["trained_trainers/office=beijing", "signed_agreements/agreement=licence", "expert_trainers/sex=women"]
)
def test_a_figure_that_nobody_gave_this_quarter_is_a_dash_or_said_not_to_be_recorded(
    context: Mapping[str, Any], name: str
) -> None:
    assert context["figures"][name].text in ("–", "not recorded")


# ---- charts -------------------------------------------------------------------------------------------


def charts(data: bytes) -> Iterator[tuple[dict[str, list[str | None]], dict[str, list[Any]]]]:
    """Give of each chart its series as drawn and as in the workbook behind it: name -> values by category."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(name for name in archive.namelist() if re.fullmatch(r"word/charts/[^/]+\.xml", name)):
            root = ET.fromstring(archive.read(name))
            relation = archive.read(name.replace("charts/", "charts/_rels/") + ".rels").decode()
            target = re.search(r'Target="\.\./([^"]+)"', relation)
            assert target
            sheet = load_workbook(io.BytesIO(archive.read(f"word/{target[1]}"))).active
            columns = [list(column) for column in sheet.iter_cols(values_only=True)]
            drawn = {str(one.findtext(f"{C}tx//{C}v")): points(one) for one in root.iter(C + "ser")}
            yield drawn, {str(column[0]): column[1:] for column in columns[1:]}


def points(series: ET.Element) -> list[str | None]:
    count = int(series.find(f"{C}val//{C}ptCount").get("val", "0"))  # type: ignore[union-attr]
    found = {
        int(one.get("idx", "")): one.findtext(f"{C}v")
        for one in series.iter(C + "pt")
        if one in list(series.find(f"{C}val//{C}numCache"))
    }  # type: ignore[arg-type]
    return [found.get(at) for at in range(count)]


def test_charts_are_native_and_hold_the_figures(shipped: Settings) -> None:
    value = {one["figure"]: one["value"] for one in figures(shipped)}
    found = list(charts(report_of(shipped)))
    for drawn, behind in found:
        assert drawn == {
            name: [None if one is None else str(one) for one in numbers] for name, numbers in behind.items()
        }
    participants = next(drawn for drawn, _ in found if "Women" in drawn)
    assert participants == {
        name: [value[f"trained_participants/office={office}/sex={name.lower()}"] for office in ("jiangsu", "sichuan")]
        for name in ("Women", "Men")
    }
    results = sorted(str(drawn) for drawn, _ in found if "Before" in drawn)
    assert results == [
        "{'Before': ['4.13'], 'After': ['0.61']}",
        "{'Before': ['88.6', '97.5'], 'After': ['92.58', '98.5']}",
    ]


# ---- the review copy ----------------------------------------------------------------------------------


def comments(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ET.fromstring(archive.read("word/comments.xml"))
    return ["\n".join("".join(line.itertext()) for line in one.iter(W + "p")) for one in root.iter(W + "comment")]


def test_the_review_copy_says_the_same_with_a_comment_at_every_figure(shipped: Settings) -> None:
    review = report_of(shipped, "donor-report-review.docx")
    assert words_of(review) == words_of(report_of(shipped))
    with open_store(shipped.archive, shipped.ledger, load_library(shipped.templates)) as store:
        draft = store.draft(Q4, "donor-report.docx")
        printed = store.printed(draft.sha256) if draft else {}
    heads = {text.splitlines()[0] for text in comments(review)}
    known = {one["figure"] for one in figures(shipped)}
    assert {one for one in heads if "›" not in one} == {f"{name}@2014-Q4" for name in printed if name in known}
    cells = {one.rpartition(" = ")[2] for one in heads if "›" in one}
    assert {"307", "0.61%"} <= cells


def test_comments_name_cells_that_hold_what_was_typed(shipped: Settings, books: dict[str, Workbook]) -> None:
    cells = {
        found
        for text in comments(report_of(shipped, "donor-report-review.docx"))
        for found in re.findall(r"^(\S+\.xlsx) › (.+?)!([A-Z]+\d+) = (.*?)(?: \([^()]*\))?$", text, re.MULTILINE)
    }
    assert len(cells) > 60
    for file, sheet, cell, typed in cells:
        assert as_shown(books[file][sheet][cell]) == typed


def test_a_comment_reads_well(shipped: Settings) -> None:
    [text, *_] = [
        one
        for one in comments(report_of(shipped, "donor-report-review.docx"))
        if one.startswith("trained_trainers/sex=women@")
    ]
    assert text.splitlines() == [
        "trained_trainers/sex=women@2014-Q4",
        "Trainers trained (first module), women: 2",
        "Made as: Sum of Trainers trained (of whom women). From the sheet Activities, where Kind is “Training of trainers (ToT)” or “ToT and ToE together”; Module is “Workplace Cooperation”; Status is “Completed”.",
        "From 1 cell:",
        "sichuan/sichuan-2014-Q4.xlsx › 活动 Activities!V5 = 2",
        "See evidence.xlsx, sheet trained_trainers",
        "Not in it:",
        "liaoning: has not sent",
    ]


def test_the_same_inbox_gives_the_same_bytes(shipped: Settings, tmp_path: Path) -> None:
    for name in ("inbox", "templates", "pipeline.toml"):
        (tmp_path / name).symlink_to(shipped.folder / name)
    other = load_settings(tmp_path)
    run(other, NOW.replace(year=2016))
    for name in ("donor-report.docx", "donor-report-review.docx", "evidence.xlsx"):
        assert report_of(other, name) == report_of(shipped, name)


# ---- the template -------------------------------------------------------------------------------------


def test_the_template_has_a_look_by_named_styles_only() -> None:
    with zipfile.ZipFile(TEMPLATE) as archive:
        parts = {
            name: archive.read(name)
            for name in archive.namelist()
            if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", name)
        }
        styles = archive.read("word/styles.xml").decode()
    direct = {
        child.tag.removeprefix(W)
        for data in parts.values()
        for one in ET.fromstring(data).iter()
        if one.tag in (W + "rPr", W + "pPr")
        for child in one
    }
    assert direct == {"rStyle", "pStyle"}
    assert 'w:eastAsia="Microsoft YaHei"' in styles
    assert 'w:lang w:val="en-GB" w:eastAsia="zh-CN"' in styles
    assert any(b"NUMPAGES" in data for data in parts.values())


def test_tables_are_named_and_heads_repeat_and_rows_do_not_break(shipped: Settings) -> None:
    body = Word(io.BytesIO(report_of(shipped))).element.body
    tables = list(body.iter(W + "tbl"))
    assert len(tables) > 12
    assert all(one.find(f"{W}tblPr/{W}tblCaption") is not None for one in tables)
    assert len(list(body.iter(W + "tblHeader"))) == 8  # every table of rows
    whole = [row for row in body.iter(W + "tr") if row.find(f"{W}trPr/{W}cantSplit") is not None]
    assert len(whole) > 90


def test_every_picture_and_chart_says_what_it_shows(shipped: Settings) -> None:
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    told = [one.get("descr") for one in Word(io.BytesIO(report_of(shipped))).element.body.iter(drawing)]
    assert "Bars of participants by province and sex. Jiangsu: Women 8, Men 12; Sichuan: Women 7, Men 17" in told
    assert len(told) > 12
    assert all(told)


# ---- hard cases ---------------------------------------------------------------------------------------

ENTERPRISE = {
    "enterprise_code": "NO-001",
    "name_en": "Secret Works",
    "may_be_named": "否",
    "place": "town",
    "sector": "金属",
}
STORY = {
    "story_code": "NO-S01",
    "section": "地方动态",
    "place": "town",
    "headline_en": "News",
    "text_en": "Text.",
    "consent": "未取得",
}
MEASURE = {
    "measure": "defect_rate",
    "name_en": "Defect rate",
    "name_zh": "不良率",
    "unit": "share",
    "better": "lower",
    "decimals": 2,
}
RESULT = {
    "enterprise_code": "NO-001",
    "module": "工作场所合作",
    "measure": "defect_rate",
    "per": "累计",
    "basis": "企业记录",
}


def written(office: Settings, send: Send, project: Mapping[str, Any] = {}, **north: Any) -> str:
    """Return the words of the report of a small case."""
    send("project-office", form="project", **{**PROJECT, **project})
    send("north", **{"activities": [training("NO-2014Q4-01", trainers=6, trainers_women=2)], **north})
    outcome = run(office, NOW)
    assert (outcome.troubles, outcome.refused, outcome.unanswered) == ([], [], [])
    return words_of(report_of(office))


def test_with_nothing_but_figures_there_is_a_report(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    text = words_of(report_of(office))
    assert text.count("To write: Nothing is written here yet.") == 7
    assert "No enterprise has measured a share both before and after." in text
    assert "West has not sent" in text
    assert "None: every target that is due was reached" in text


def test_a_due_target_that_is_missed_without_a_reason_shows_the_gap(office: Settings, send: Send) -> None:
    row = {
        "indicator": "trained_trainers",
        "baseline": 0,
        "opening": 0,
        "target": 35,
        "target_on": "December 2014",
        "basis": "register",
    }
    text = written(office, send, {"logframe": [row]})
    assert "Reason. The project office has given no reason yet." in text
    assert "2.1  Trainers trained (first module)17 %" in text


def test_an_enterprise_that_may_not_be_named_is_one_in_its_place(office: Settings, send: Send) -> None:
    text = written(
        office,
        send,
        {"measures": [MEASURE]},
        enterprises=[ENTERPRISE],
        results=[{**RESULT, "before": "未统计", "after": "5%"}],
    )
    assert "An enterprise in Town" in text
    assert "Secret" not in text


def test_a_story_without_consent_stays_out(office: Settings, send: Send) -> None:
    assert "News" not in written(office, send, stories=[STORY])


def test_a_story_in_chinese_only_and_a_very_long_name_are_printed(office: Settings, send: Send) -> None:
    name = "The Very Long Established Precision Machinery and Electrical Equipment Manufacturing Company " * 2
    story = {
        **STORY,
        "headline_en": None,
        "text_en": None,
        "headline_zh": "镇上的消息",
        "text_zh": "只有中文。",
        "consent": "已书面同意",
    }
    text = written(
        office,
        send,
        {"measures": [MEASURE]},
        enterprises=[{**ENTERPRISE, "name_en": name, "may_be_named": "是"}],
        results=[{**RESULT, "before": "8%", "after": "5%"}],
        stories=[story],
    )
    assert "镇上的消息" in text
    assert name.strip() in text
    assert "−3 points" in text


def test_the_report_can_be_filled_in_chinese(shipped: Settings) -> None:
    context, _ = context_of(shipped, "zh")
    text = words_of(fill_document(TEMPLATE.read_bytes(), context, "report").data)
    assert "辽宁未报送" in text
    assert "受训培训师人数（模块一）" in text
    assert "泰兴五家企业进入质量管理模块" in text


# ---- pages, as LibreOffice breaks them ----------------------------------------------------------------

OFFICE = next((one for one in pdf.NAMES if shutil.which(one)), None)
MM = 72 / 25.4
NARRATIVE = ("at_a_glance", "objective_1", "objective_2", "objective_3", "sustainability", "outlook", "data_quality")
LONG_NAME = "Jiangsu Taixing Yucheng Futong Electrical Machinery and Precision Instruments Manufacturing Group"


def hard(office: Settings, send: Send) -> bytes:
    """Return the report of long names, twelve stories, a narrative of many lines and long words."""
    texts = [{"section": name, "prompt": "?", "text_en": "A long account of the quarter. " * 40} for name in NARRATIVE]
    send("project-office", form="project", **{**PROJECT, "measures": [MEASURE], "narrative": texts})
    send(
        "north",
        activities=[training("NO-2014Q4-01", trainers=6, trainers_women=2, title_en="Training " * 30)],
        enterprises=[{**ENTERPRISE, "name_en": LONG_NAME, "may_be_named": "是"}],
        results=[{**RESULT, "before": "12%", "after": "5%", "note_en": "x" * 120}],
        stories=[
            {**STORY, "story_code": f"NO-S{n:02}", "consent": "无可识别人员", "text_en": "A sentence. " * 60}
            for n in range(1, 13)
        ],
    )
    outcome = run(office, NOW)
    assert (outcome.troubles, outcome.refused, outcome.unanswered) == ([], [], [])
    return report_of(office)


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_on_every_page_words_stay_within_the_margins_and_no_heading_stands_last(
    shipped: Settings, office: Settings, send: Send, tmp_path: Path
) -> None:
    documents = {"shipped": report_of(shipped), "hard": hard(office, send)}
    headings = {text for data in documents.values() for text in headings_of(data)}
    assert len(headings) > 12
    made = pdf.make_pdfs(documents, OFFICE or "", 120)
    pages = {name: pages_of(data, tmp_path / f"{name}.pdf") for name, data in made.items()}
    assert len(pages["shipped"]) == 8
    assert len(pages["hard"]) > 8
    for name, found in pages.items():
        for number, lines in enumerate(found, 1):
            outside = [text for text, (left, _, right, foot) in lines if left < 17 or right > 193.5 or foot > 290]
            assert outside == [], (name, number)
            text = [one for one, (_, _, _, foot) in lines if foot < 280]  # the footer stands below
            assert text, (name, number)
            assert text[-1] not in headings, (name, number)


def headings_of(data: bytes) -> list[str]:
    """Return the headings as the page has them, in capitals where the style says so."""
    paragraphs = Word(io.BytesIO(data)).element.body.iter(W + "p")
    styled = [(str(one.style), words_in(one)) for one in paragraphs if one.style]
    return [text.upper() if style == "Heading1" else text for style, text in styled if style.startswith("Heading")]


def pages_of(data: bytes, path: Path) -> list[list[tuple[str, tuple[float, ...]]]]:
    """Return of each page its lines in reading order, each with its box in mm: left, top, right, foot."""
    path.write_bytes(data)
    told = subprocess.run(["pdftotext", "-bbox-layout", str(path), "-"], capture_output=True, check=True).stdout
    page, line, word = ("{http://www.w3.org/1999/xhtml}" + name for name in ("page", "line", "word"))
    return [
        sorted(
            (
                (
                    " ".join(str(one.text) for one in part.iter(word)),
                    tuple(float(part.attrib[side]) / MM for side in ("xMin", "yMin", "xMax", "yMax")),
                )
                for part in sheet.iter(line)
            ),
            key=lambda one: one[1][3],
        )
        for sheet in ET.fromstring(told).iter(page)
    ]


# ---- what was reported and is different today ---------------------------------------------------------


def issued(office: Settings, send: Send, correct: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows that say what changed in the quarter's own new draft, after a correction or a new return."""
    send_all(send)
    run(office, NOW)
    at = (NOW + timedelta(hours=1)).isoformat(timespec="microseconds")
    act(office, NOW, Act("issue", "2014-Q4", "2015-01-21", "Officer", at, "cli-issue", report="donor_report"))
    assert "None. No figure of an earlier report has changed." in words_of(report_of(office))
    send(**correct)
    run(office, NOW + timedelta(hours=3))
    return table(report_of(office), "Restatements")


def test_a_correction_after_the_issue_stands_in_a_table_with_figure_change_and_reason(
    office: Settings, send: Send
) -> None:
    newer = {"file": "p2.xlsx", "form": "project", "version": 2, "cover": {"whats_new": "One correction"}}
    rows = issued(office, send, {"name": "project-office", **newer, **PROJECT, "corrections": [CORRECTION]})
    assert rows[0] == ["Figure", "Reported", "Today", "Change", "Why, and who decided"]
    why = "Correction K01: One left on the first day. Decided by: Project-Office."
    found = {row[0]: row[1:] for row in rows[1:] if len(row) == 5}
    assert found["Trainers trained (first module)2014-Q4"] == ["10", "9", "−1", why]
    assert found["Trainers trained (first module), cumulative2014-Q4"] == ["34", "33", "−1", why]


def test_a_new_return_is_named_with_the_version_on_its_cover(office: Settings, send: Send) -> None:
    own = training("NO-2014Q4-01", trainers=7, trainers_women=2)
    joint = training("JT-2014Q4-01", trainers=3, trainers_women="未统计")
    newer = {"file": "v2.xlsx", "version": 4, "cover": {"whats_new": "One more"}, "activities": [own, joint]}
    rows = issued(office, send, {"name": "north", **newer})
    assert {row[4] for row in rows[1:] if len(row) == 5} == {"Return of North for 2014-Q4, version 4."}


# ---- what is not written or not sent yet --------------------------------------------------------------


def test_a_section_written_in_chinese_only_is_a_gap_and_that_is_said(office: Settings, send: Send) -> None:
    section = {"section": "at_a_glance", "prompt": "What the quarter brought.\n概括本季度。", "text_zh": "五家企业。"}
    text = written(office, send, {"narrative": [section]})
    assert "五家企业" not in text
    assert "To write: What the quarter brought." in text
    [note] = [one for one in run_again(office) if "at_a_glance" in one]
    assert "is written in the other language only" in note


def run_again(office: Settings) -> list[str]:
    shutil.rmtree(office.reports / "2014-Q4")
    return run(office, NOW).notes


def test_a_quarter_without_a_workbook_of_the_project_office_has_drafts_and_says_what_lacks(
    office: Settings, send: Send, library: Library
) -> None:
    send_all(send)
    run(office, NOW)
    path = send("north", activities=[training("NO-2015Q1-01", trainers=6, trainers_women=2)], file="next.xlsx")
    change_period(path, "2015-Q1")
    outcome = run(office, NOW + timedelta(days=90))
    assert (outcome.troubles, outcome.refused) == ([], [])
    lacking = [one for one in outcome.notes if "does not give" in one]
    assert [one.partition(":")[0] for one in lacking] == ["donor-report.docx", "newsletter.docx", "newsletter.zh.docx"]
    assert "does not give “Issue number”, “Month” (sheet “Newsletter issue”), so a dash stands there." in lacking[1]
    newsletter = words_of((office.reports / "2015-Q1" / "newsletter.docx").read_bytes())
    assert newsletter.startswith("SCORE\nNews\n")
    assert "Progress report  ·  A donor" in words_of((office.reports / "2015-Q1" / "donor-report.docx").read_bytes())


def change_period(path: Path, period: str) -> None:
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "2014-Q4":
                    cell.value = period
    book.save(path)
