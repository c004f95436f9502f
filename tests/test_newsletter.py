"""Every fact of the real quarter stands in the newsletter; nothing private does; what is too long is said."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline import pdf
from pipeline.model import BLANK, Library, MergedRow, Record, State, Value
from pipeline.report import Made, Material, Pictured, Quoted, fill_document, newsletter
from pipeline.run import run
from pipeline.run.basis import Basis
from pipeline.settings import Settings
from pipeline.store import open_store
from tests.conftest import NOW, ROOT

PUBLIC = ("public", "named", "consent")


@pytest.fixture(scope="module")
def material(shipped: Settings, library: Library) -> Material:
    """What the newsletter of the real quarter is made from, with its pictures in memory."""
    with open_store(shipped.archive, shipped.ledger, library) as store:
        [(period, reckoning)] = store.reckonings().items()
        found = Basis(store, library, period, reckoning).material
        shots = [row["picture"].plain for row in found.rows("photos")]
        kept = {shot.clean: found.picture(shot.clean) for shot in shots}  # type: ignore[union-attr]
        return dataclasses.replace(found, picture=kept.__getitem__)


def words(data: bytes) -> str:
    """Return the text of a Word file, a blank where Word has one that must not be parted."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode() for name in ("word/document.xml", "word/header1.xml")]
    text = re.sub(r"<[^>]+>", "", "".join(parts).replace("</w:p>", " | "))
    return text.replace("\u00a0", " ").replace("’", "'").replace("&amp;", "&")


def filled(made: Made, language: str = "en") -> bytes:
    name = "newsletter.docx" if language == "en" else f"newsletter.{language}.docx"
    return fill_document((ROOT / "templates" / name).read_bytes(), made.context, name).data


FACTS = """
China Newsletter | ISSUE NO. | 5 | December 2014
Sustaining Competitive and Responsible Enterprises (SCORE)
Five issues since April | the last of 2014 | In 2015 we plan an e-mail edition
Ho Chi Minh City, Viet Nam | 1–5 December | regional training workshop | Geneva, China, Indonesia, India and Viet Nam
3–4 December four representatives of the national CEC and the Chongqing CEC | employers' organizations
marketing and business plans for sustainability
Xiamen, Fujian | November | SECO | Zhang Xubiao visited a supplier of SWITCHER | refunds 1 % of its purchases, in cash, to the workers
RMB 1,130 each
Asia Wang | SCORE trainer, Managing Director of NEWAsia Solutions Limited
BSCI has kept the training going | October it engaged NEWAsia Solutions for technical advice and for counselling inside the factories
bottom line that brands draw | which violations an audit counts as major, and how each of them can be solved
does not fully engage the workers, he has found, has very little impact
Continued on page 2 | Trainer's comment, continued
Yunnan | November | HR handbook for enterprises, on recruitment | on the basis of the SCORE HR module
International Cooperation Department | MoHRSS | public employment services department of Yunnan HRSS | Yunnan HRSS leads
Two rounds of training of trainers (ToT) will test it
Taixing, Jiangsu | 9–11 December | Module 2, Quality Management | five enterprises | Jia Hongwei | first factory visit
Deyang, Sichuan | 19–23 December | Module 1, Workplace Cooperation | second round | training of trainers (ToT) and the training of enterprises (ToE)
Six local trainers, two of them women | six local small and medium-sized enterprises, mostly machine builders
Guangdong · Zhejiang · Anhui · Jiangsu | Four factories in the ILO-ETI pilot | completed Module 1 | further modules depend on
Chongqing | November | Zhang Xubiao and the Chongqing CEC | SME Bureau | Changan Automobile
The CEC has asked the bureau for funding | Changan will bring trainers of its own in 2015
Shanghai | early March 2015 | New trainers for SGS | apply | qualifications are reviewed | signs a licence agreement with the ILO
Beijing | February or March 2015 | seminar of experts | local context, cases and experience | training material | Chinese SMEs
CSR practice sharing hub | By December 2014 all five had completed Module 1
Yucheng Futong Electric | Improvement team meets | weekly, every Thursday | Employee suggestions | 307
Defect rate, key processes | 4.13 % | 0.61 % | −3.52 points | Less is better: defect rate
Production capacity per head | +35.88 % | On-time delivery | 88.6 % | 92.58 % | +3.98 points
Shengbao Vehicle | Employee suggestions a month | more than 100 | Benefit in three months | more than RMB 255,700
monthly | Review and release conference
Runyuan Warp Knitting Machinery | Standards manuals | 42 | Fixation standards
Teho Metal | Copper powder recovery | 97.5 % | 98.5 % | All suggestions were implemented
Tailai Decelerator | Problems solved | 110 | On-time delivery | improved | Production cycle
Before and after: Moving oil barrels | took two workers | A handling cart lowered the labour and raised efficiency
"""


@pytest.mark.parametrize("line", FACTS.strip().splitlines())
def test_every_fact_stands_in_the_newsletter(shipped: Settings, line: str) -> None:
    text = words((shipped.reports / "2014-Q4" / "newsletter.docx").read_bytes())
    assert [fact for fact in line.split(" | ") if fact not in text] == []


CHINESE = "中国简报 期号 5 2014年12月 越南胡志明市 12月1—5日 福建厦门 广东·浙江·安徽·江苏 每人1,130元 2015年3月上旬 超过255,700元 +3.98个百分点 每周四召开 培训师说（续） 没有工人参与，改变有限"


def test_the_chinese_edition_says_it_in_chinese(shipped: Settings) -> None:
    text = words((shipped.reports / "2014-Q4" / "newsletter.zh.docx").read_bytes()).replace(" ", "")
    assert [fact for fact in CHINESE.split() if fact not in text] == []
    assert "Latest news" not in text


def test_pictures_have_words_for_those_who_do_not_see_them(shipped: Settings) -> None:
    with zipfile.ZipFile(shipped.reports / "2014-Q4" / "newsletter.docx") as archive:
        found = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', archive.read("word/document.xml").decode())
    assert len(found) == 6
    assert [alt[:22] for alt in found] == [
        "Drawing: a man with sh",
        "Bars: before 4.13\u00a0%, a",
        "Bars: before 88.6\u00a0%, a",
        "Bars: before 97.5\u00a0%, a",
        "Drawing: two workers i",
        "Drawing: one worker pu",
    ]


def test_the_shipped_quarter_fits(material: Material) -> None:
    assert newsletter(material, "en").findings == ()
    assert newsletter(material, "zh").findings == ()


# ---- privacy --------------------------------------------------------------------------------


def quoted(value: object) -> Iterator[Quoted]:
    if isinstance(value, Quoted):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from quoted(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from quoted(inner)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_internal_or_personal_is_in_the_context(material: Material, language: str) -> None:
    fields = {
        (table.name, field.name): field.privacy
        for form in material.library.forms.values()
        for table in form.tables
        for field in table.fields
    }
    records = {one.ref: one for rows in material.tables.values() for row in rows for one in row.sources}
    records |= {one.ref: one for rows in material.known.tables.values() for one in rows}
    found = list(quoted(newsletter(material, language).context))
    assert len(found) > 60
    assert {fields[records[one.record].table, one.field] for one in found} <= set(PUBLIC)


def changed(material: Material, table: str, key: str, **values: Value) -> Material:
    """Return the material with some values of one row changed."""

    def row(one: MergedRow) -> MergedRow:
        if one.key != key:
            return one
        sources = tuple(dataclasses.replace(source, values={**source.values, **values}) for source in one.sources)
        return dataclasses.replace(one, values={**one.values, **values}, sources=sources)

    assert key in {one.key for one in material.rows(table)}
    tables = {**material.tables, table: tuple(row(one) for one in material.rows(table))}
    return dataclasses.replace(material, tables=tables)


def given(plain: Any) -> Value:
    return Value(State.GIVEN, plain)


def codes(made: Made) -> list[str]:
    return [one.code for one in made.findings]


def test_without_consent_a_story_is_left_out_and_that_is_said(material: Material) -> None:
    made = newsletter(changed(material, "stories", "CQ-S01", consent=given("missing")))
    assert codes(made) == ["newsletter_no_consent"]
    assert "Changan" not in words(filled(made))


def test_consent_that_ended_before_the_report_is_none(material: Material) -> None:
    ended = changed(material, "photos", "PO-F01", consent_until=given(date(2015, 1, 19)))
    holds = changed(material, "photos", "PO-F01", consent_until=given(date(2015, 1, 20)))
    assert newsletter(ended).context["comment"]["portrait"] is None  # type: ignore[index]
    assert newsletter(holds).context["comment"]["portrait"] is not None  # type: ignore[index]


def test_an_enterprise_that_may_not_be_named_is_one_of_its_place(material: Material) -> None:
    text = words(filled(newsletter(changed(material, "enterprises", "JS-002", may_be_named=given(False)))))
    assert "Shengbao" not in text
    assert "An enterprise in Taixing" in text


def test_half_a_pair_is_no_pair(material: Material) -> None:
    made = newsletter(changed(material, "photos", "JS-F02", consent=given("missing")))
    assert codes(made) == ["newsletter_half_pair"]
    assert "oil barrels" not in words(filled(made))


# ---- hard data ------------------------------------------------------------------------------

LONG = (
    "Jiangsu Taixing Yucheng Futong Electrical Machinery and Precision Instruments Manufacturing Group Company Limited"
)


def laid_out(material: Material, *rows: Record) -> Material:
    tables = {**material.known.tables, "layout": rows}
    return dataclasses.replace(material, known=dataclasses.replace(material.known, tables=tables))


def layout(material: Material) -> tuple[Record, ...]:
    return material.known.rows("layout")


def long_name(material: Material) -> Material:
    return changed(material, "enterprises", "JS-001", name_en=given(LONG))


def twelve(material: Material) -> Material:
    stories = [row for row in layout(material) if row["source"].plain == "stories" and row["item"].plain != "JS-S02"]
    return laid_out(material, *layout(material), *stories[:6])


def nothing(material: Material) -> Material:
    return laid_out(material)


def chinese_only(material: Material) -> Material:
    return changed(material, "stories", "CQ-S01", headline_en=BLANK, text_en=BLANK)


def no_portrait(material: Material) -> Material:
    return changed(material, "photos", "PO-F01", picture=BLANK)


HARD = {
    long_name: ["newsletter_too_long"],
    twelve: ["newsletter_too_long"],
    nothing: ["newsletter_nothing"],
    chinese_only: ["newsletter_untranslated", "newsletter_untranslated"],
    no_portrait: [],
}


@pytest.mark.parametrize("hard", HARD, ids=lambda one: one.__name__)
def test_hard_data_is_printed_and_what_is_too_long_is_said(material: Material, hard: Any) -> None:
    made = newsletter(hard(material))
    assert codes(made) == HARD[hard]
    assert "China Newsletter" in words(filled(made))


def test_too_long_says_which_page_how_much_and_which_items(material: Material) -> None:
    [found] = newsletter(twelve(material)).findings
    assert found.params["page"] == "1"
    assert int(found.params["lines"]) > 20
    assert "YN-S01" in found.params["items"]


def test_nothing_is_cut(material: Material) -> None:
    text = words(filled(newsletter(long_name(material))))
    assert LONG in text
    assert "长安汽车将于2015年派出自己的培训师参与培训。" in words(filled(newsletter(chinese_only(material))))


def test_what_the_project_office_edited_is_printed_instead(material: Material) -> None:
    first, *others = layout(material)
    edited = dataclasses.replace(first, values={**first.values, "headline_en": given("Shorter")})
    text = words(filled(newsletter(laid_out(material, edited, *others))))
    assert "Shorter" in text
    assert "A recruitment handbook takes shape" not in text


def test_an_item_that_nobody_sent_is_said(material: Material) -> None:
    first, *others = layout(material)
    gone = dataclasses.replace(first, values={**first.values, "item": given("YN-S99")})
    [found] = newsletter(laid_out(material, gone, *others)).findings
    assert (found.code, found.params["item"]) == ("newsletter_unknown_item", "YN-S99")


def test_pictures_are_as_fine_as_print_and_no_finer(material: Material) -> None:
    pair = newsletter(material).context["pairs"][0]  # type: ignore[index]
    assert isinstance(pair["before"], Pictured)
    with zipfile.ZipFile(io.BytesIO(filled(newsletter(material)))) as archive:
        sizes = {Image.open(archive.open(name)).size for name in archive.namelist() if name.endswith(".jpeg")}
    assert sizes == {(343, 428), (992, 496)}


# ---- two pages, as LibreOffice breaks them ----------------------------------------------------

OFFICE = next((one for one in pdf.NAMES if shutil.which(one)), None)


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_two_pages_stay_two_and_what_does_not_fit_was_said(material: Material) -> None:
    hard = {one.__name__: newsletter(one(material)) for one in HARD}
    made = {"en": newsletter(material), "zh": newsletter(material, "zh"), **hard}
    documents = {name: filled(one, "zh" if name == "zh" else "en") for name, one in made.items()}
    pages = {name: _pages(data) for name, data in pdf.make_pdfs(documents, OFFICE or "", 120).items()}
    said = {name for name, one in made.items() if "newsletter_too_long" in codes(one)}
    assert {name for name, count in pages.items() if count != 2} == said == {"twelve", "long_name"}


def _pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", data))


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_a_pdf_is_the_same_bytes_each_time(material: Material) -> None:
    documents = {"n": filled(newsletter(material))}
    assert pdf.make_pdfs(documents, OFFICE or "", 120) == pdf.make_pdfs(documents, OFFICE or "", 120)


def test_without_libreoffice_there_is_a_note_and_no_error(shipped: Settings) -> None:
    settings = dataclasses.replace(shipped, libreoffice="no-such-program")
    outcome = run(settings, NOW)
    assert outcome.code == 0
    assert [note[:45] for note in outcome.notes] == ["No PDF was made, because LibreOffice was not "]
    assert not list(Path(shipped.reports).rglob("*.pdf"))


def test_a_converter_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **more: Any) -> None:
        raise subprocess.TimeoutExpired(command, more["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(pdf.NotConverted, match="longer than 7 seconds"):
        pdf.make_pdfs({"a": b""}, "soffice", 7)


def test_where_pages_are_too_long_no_page_is_promised_and_the_comment_stays_whole(material: Material) -> None:
    text = words(filled(newsletter(twelve(material))))
    assert "Continued on page" not in text
    assert "Trainer’s comment\t1" not in text
    assert newsletter(material).context["fits"] is True
    assert newsletter(long_name(material)).context["fits"] is True  # only page 2 is too long


def test_one_sentence_more_has_room_and_two_are_said(material: Material) -> None:
    own = next(row for row in material.rows("stories") if row.key == "GD-S01")
    said = str(own["text_en"].plain)

    def longer(times: int) -> list[str]:
        text = said + " The suppliers and their workers are waiting for it." * times
        return codes(newsletter(changed(material, "stories", "GD-S01", text_en=given(text))))

    assert (longer(0), longer(4)) == ([], ["newsletter_too_long"])


def test_of_page_2_what_makes_it_long_is_named_the_table_too(material: Material) -> None:
    [found] = newsletter(long_name(material)).findings
    assert found.params["items_en"].startswith("JS-001 (table of results), SH-P01")
    assert "PO-Q01" not in found.params["items_en"]
