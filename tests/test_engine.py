"""The engine prints what docxtpl prints, loses nothing, and says of each fault where it stands."""

from __future__ import annotations

import html
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from docx import Document as Word
from docxtpl import DocxTemplate
from PIL import Image

from pipeline.errors import TemplateError
from pipeline.form import load_library
from pipeline.messages import say
from pipeline.report import (
    Charted,
    Pictured,
    Quoted,
    Shown,
    Term,
    check_template,
    donor_report,
    fields_of,
    fill_document,
    newsletter,
)
from pipeline.report.drawing import sized
from pipeline.report.offers import DONOR, NEWSLETTER, paths_of
from pipeline.run.basis import Basis
from pipeline.settings import Settings
from pipeline.store import open_store
from templates.making.house import Sheet, cell, control, control_row, document, paragraph, row, run, styles, table

CONTEXT: dict[str, Any] = {
    "title": Quoted("Title & co", "r", "f"),
    "total": Shown("trained", "412"),
    "rows": [
        {"name": Term(f"Row {number}"), "score": Shown(f"score/row={number}", str(number)), "note": None}
        for number in range(3)
    ],
}


def template(*pieces: str, header: str | None = None, title: str = "{{ title }}") -> bytes:
    """Return a template in the house style: these pieces, and a last paragraph."""
    return document(
        [*pieces, paragraph("End")], styles("en"), sheet=Sheet(), properties={"title": title}, header=header
    )


def lines(*texts: str) -> list[str]:
    return [paragraph("Body Text", text) for text in texts]


def rows(*texts: str) -> str:
    """Return a table of one column, a row a text."""
    return table("Rows", (174,), *(row(cell(paragraph("Table text", text))) for text in texts))


def text_of(data: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(ET.fromstring(archive.read(part)).itertext())


def plain(value: Any) -> Any:
    """Return a context as docxtpl can print it."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return getattr(value, "text", value)


WHOLE = template(
    *lines("{{ title }}: {{ total }} “{{ title }}”", "{% if total %}yes{% else %}no{% endif %} {{ rows[0].name }}"),
    *lines("joined", "{%- for one in rows %}{{ one.name }}, {% endfor -%}", "to this"),
    control("for one in rows"),
    paragraph("heading 2", "{{ one.name }}"),
    control("if loop.first"),
    *lines("the first"),
    control("endif"),
    control("endfor"),
    table(
        "Table",
        (84, 90),
        control_row("for one in rows", 2),
        row(
            cell(paragraph("Table text", "{{ one.name }}")),
            cell(paragraph("Table text", run("a\t"), "{{ one.score }}")),
        ),
        control_row("endfor", 2),
    ),
    *lines("end"),
    header=paragraph("header", "{{ title }}"),
)


def test_the_text_is_that_of_docxtpl() -> None:
    ours = fill_document(WHOLE, CONTEXT, "w").data
    theirs, out = DocxTemplate(io.BytesIO(WHOLE)), io.BytesIO()
    theirs.render(plain(CONTEXT), autoescape=True)
    theirs.save(out)
    assert text_of(ours) == text_of(out.getvalue())
    assert "Row 2" in text_of(ours)
    assert Word(io.BytesIO(ours)).core_properties.title == "Title & co"
    assert Word(io.BytesIO(ours)).sections[0].header.paragraphs[0].text == "Title & co"


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert fill_document(WHOLE, CONTEXT, "w") == fill_document(bytes(bytearray(WHOLE)), CONTEXT, "w")


@pytest.mark.parametrize(
    "hostile",
    [
        "A & B < C > D ]]> \"quoted\" 'too'",
        "{{ 7*7 }} {% for x in y %} {# no #}",
        "</w:t></w:r></w:p>",
        "<!--figure 0-->x<!--/figure-->",
        "&#10; &amp; &lt;",
        "two\nlines\tand a tab",
        "\ue000 private \ue001 use",
        "\u202eright to left\u202c \u05d0\u05d1\u05d2",
        "emoji 🎉 and 𠮷",
        "{_{ x }_} {_% x %_}",
    ],
)
def test_what_people_type_is_printed_as_they_typed_it(hostile: str) -> None:
    data = fill_document(
        template(*lines("before {{ x }} after"), title="{{ x }}"),
        {"x": Quoted(hostile, "r", "f")},
        "t",
        {"never": ("asked",)},
    ).data
    assert Word(io.BytesIO(data)).paragraphs[0].text == f"before {hostile} after"


@pytest.mark.parametrize(
    ("sign", "named"), [("\x07", "U+0007"), ("\ud800", "U+D800"), ("\uffff", "U+FFFF"), ("\x0c", "U+000C")]
)
def test_what_xml_cannot_hold_is_seen_on_the_page_and_said(sign: str, named: str) -> None:
    done = fill_document(template(*lines("{{ title }}"), title="t"), {"title": Quoted(f"a{sign}b", "r", "f")}, "t.docx")
    assert Word(io.BytesIO(done.data)).paragraphs[0].text == "a\ufffdb"
    [found] = done.findings
    assert (found.code, found.params["signs"]) == ("unprintable", named)
    assert "Retype" in say(found).en


def test_a_comment_stands_at_each_figure_and_the_text_stays_the_same() -> None:
    remarks = {"trained": ("412 trained", "from 3 cells <&>"), "score/row=1": ("one",)}
    clean, review = (fill_document(WHOLE, CONTEXT, "w", comments) for comments in (None, remarks))
    assert text_of(clean.data) == text_of(review.data)
    word = Word(io.BytesIO(review.data))
    assert [comment.text for comment in word.comments] == ["412 trained\nfrom 3 cells <&>", "one"]
    body = zipfile.ZipFile(io.BytesIO(review.data)).read("word/document.xml").decode()
    marked = re.findall(r"<w:commentRangeStart w:id=\"(\d)\"/>(.*?)<w:commentRangeEnd", body)
    assert [(number, re.sub("<[^>]+>", "", text)) for number, text in marked] == [("0", "412"), ("1", "1")]


def picture(size: tuple[int, int] = (1600, 1200), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "JPEG", **more)
    return out.getvalue()


def test_a_picture_is_cropped_to_its_box_and_no_finer_than_print() -> None:
    with Image.open(io.BytesIO(sized(picture((4000, 3000)), 84.0, 42.0))) as made:
        assert made.size == (992, 496)
    with Image.open(io.BytesIO(sized(picture((400, 300)), 84.0, 42.0))) as small:
        assert small.size == (400, 200)


def test_a_picture_loses_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 6
    data = picture((400, 300), exif=exif)
    assert b"A camera" in data
    made = sized(data, 30.0, 40.0)
    assert b"A camera" not in made
    with Image.open(io.BytesIO(made)) as upright:
        assert upright.height > upright.width


def test_a_picture_stands_where_it_is_asked_with_its_words() -> None:
    shot = Pictured(picture(), 84, 42, 'Two "workers" & a <barrel>')
    data = fill_document(
        template(paragraph("Picture", "{{ a }}"), paragraph("Picture", "{{ b }}"), title="t"),
        {"a": shot, "b": shot},
        "t",
    ).data
    word = Word(io.BytesIO(data))
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ['Two "workers" & a <barrel>'] * 2
    assert [round(shape.width.mm) for shape in word.inline_shapes] == [84, 84]
    assert {
        shape._inline.get(side) for shape in word.inline_shapes for side in ("distT", "distB", "distL", "distR")
    } == {"0"}
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert [name for name in names if "media" in name] == ["word/media/printed1.jpeg"]


def test_a_chart_brings_its_workbook() -> None:
    chart = Charted(b"<c:chartSpace xmlns:c='x'/>", b"PK workbook", 84, 39, "Trained: 6")
    data = fill_document(template(paragraph("Picture", "{{ c }}"), title="t"), {"c": chart}, "t").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("word/embeddings/printed1.xlsx") == b"PK workbook"
        assert b"../embeddings/printed1.xlsx" in archive.read("word/charts/_rels/printed1.xml.rels")
        assert b"/word/charts/printed1.xml" in archive.read("[Content_Types].xml")
        relation = re.search(rb'r:id="(\w+)"', archive.read("word/document.xml"))
        assert relation
        assert b'Id="' + relation[1] + b'"' in archive.read("word/_rels/document.xml.rels")


def test_a_template_that_is_no_word_document_is_said_so() -> None:
    with pytest.raises(TemplateError, match=r"t\.docx is no Word document"):
        fill_document(b"nothing", {}, "t.docx")


# ---- twenty-five broken templates: each fault named at its place --------------------------------

BODY = "Body Text"
BROKEN = {  # what stands in the template -> the code of the fault, the place, what it says
    "a name": (lines("{{ titel }}"), "template_undefined", "paragraph 1", 'Did you mean "title"?'),
    "a field": (lines("{{ rows[0].nam }}"), "template_undefined", "paragraph 1", 'Did you mean "name"?'),
    "a field in a row": ([rows("{%tr for r in rows %}", "{{ r.scor }}", "{%tr endfor %}")], "template_undefined", "table 1, row 2, cell 1", 'Did you mean "score"?'),
    "a field of text": (lines("{{ title.txt }}"), "template_undefined", "paragraph 1", 'Did you mean "text"?'),
    "a name in a loop": (lines("{% for r in rwos %}{% endfor %}"), "template_undefined", "paragraph 1", 'Did you mean "rows"?'),
    "a name in a condition": (lines("x", "{% if totl %}{% endif %}"), "template_undefined", "paragraph 2", 'Did you mean "total"?'),
    "a name behind another": (lines("{{ title }} {{ titel }}"), "template_undefined", "paragraph 1", "{{ titel }}"),
    "a filter": (lines("{{ title | uper }}"), "template_filter", "paragraph 1", 'Did you mean "upper"?'),
    "a test": (lines("{% if total is evn %}{% endif %}"), "template_filter", "paragraph 1", 'Did you mean "even"?'),
    "an expression": (lines("{{ title + }}"), "template_syntax", "paragraph 1", "{{ title + }}"),
    "an unknown tag": (lines("{% fro r in rows %}"), "template_syntax", "paragraph 1", "fro"),
    "a blank in tr": ([rows("{% tr for r in rows %}")], "template_syntax", "table 1, row 1, cell 1", "without a blank"),
    "no end": ([control("for r in rows"), *lines("{{ r.name }}")], "template_syntax", "paragraph", "endfor"),
    "an end too many": (lines("{% endif %}"), "template_syntax", "paragraph 1", "{% endif %}"),
    "text beside a paragraph's tag": (lines("Also {%p if total %}", "{%p endif %}"), "template_beside", "paragraph 1", "'Also'"),
    "text beside a row's tag": ([table("T", (80, 94), row(cell(paragraph(BODY, "{%tr for r in rows %}")), cell(paragraph(BODY, "lost"))), control_row("endfor", 2))], "template_beside", "table 1, row 1", "'lost'"),
    "full-width braces": (lines("｛｛ title ｝｝"), "template_braces", "paragraph 1", "Type {{ title }}"),
    "a full-width brace": (lines("{｛ title ｝}"), "template_braces", "paragraph 1", "English keyboard"),
    "a full-width tag": (lines("｛％ if total ％｝"), "template_braces", "paragraph 1", "{% if total %}"),
    "a block over two cells": ([table("T", (80, 94), row(cell(paragraph(BODY, "{% for r in rows %}")), cell(paragraph(BODY, "{% endfor %}"))))], "template_apart", "table 1, row 1, cell 2", "another level"),
    "a row that ends in a paragraph": ([rows("{%tr for r in rows %}", "x"), control("endfor")], "template_apart", "paragraph", "another level"),
    "a bare number": (lines("{{ 5 }}"), "template_bare", "paragraph 1", "prints 5"),
    "a bare field": (lines("{{ total.text }}"), "template_bare", "paragraph 1", "'412'"),
    "a division by nothing": (lines("{% if 1 / 0 %}{% endif %}"), "template_failed", "paragraph 1", "division by zero"),
    "a way out": (lines("{{ title.__class__.__mro__ }}"), "template_undefined", "paragraph 1", "__class__"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_says_what_is_wrong_and_where(name: str) -> None:
    pieces, code, place, words = BROKEN[name]
    with pytest.raises(TemplateError) as caught:
        fill_document(template(*pieces), CONTEXT, "report.docx")
    found = caught.value.finding
    assert found is not None
    assert (found.code, found.params["name"]) == (code, "report.docx")
    assert place in say(found).en
    assert words in say(found).en
    assert re.search("[\u4e00-\u9fff]", say(found).zh)


@pytest.mark.parametrize("name", BROKEN)
def test_the_check_finds_what_filling_would(name: str) -> None:
    pieces, code, place, words = BROKEN[name]
    told = [(one.code, say(one).en) for one in check_template(template(*pieces), CONTEXT, "report.docx")]
    assert any(one == code and place in text and words in text for one, text in told), told


def test_there_are_twenty_five() -> None:
    assert len(BROKEN) == 25


def test_all_faults_are_said_in_one_go() -> None:
    pieces = [
        *lines("{{ titel }} {{ title | uper }}", "｛｛ x ｝｝"),
        rows("{%tr for r in rows %}", "{{ r.scor }}", "{%tr endfor %}"),
    ]
    found = check_template(template(*pieces, header=paragraph("header", "{{ totl }}")), CONTEXT, "r.docx")
    assert sorted(one.code for one in found) == [
        "template_braces",
        "template_filter",
        "template_undefined",
        "template_undefined",
        "template_undefined",
    ]
    assert any("header, paragraph 1" in say(one).en for one in found)


def test_one_fault_does_not_hide_another() -> None:
    pieces = lines("{{ figurs.trained }}", "{{ 7 }}", "{{ 7 * 7 }}", "{% if total %}", "{{ title | nofilt }}")
    told = [say(one).en for one in check_template(template(*pieces), CONTEXT, "r.docx")]
    assert len(told) == 5, told
    for place, words in (
        ("paragraph 1", "'figurs'"),
        ("paragraph 2", "prints 7,"),
        ("paragraph 3", "prints 49,"),
        ("paragraph 4", "endif"),
        (
            "paragraph 5",
            "'nofilt', which is no filter or test that is known. A figure or a text is printed without any",
        ),
    ):
        assert [text for text in told if place in text and words in text], (place, words, told)


def test_every_block_without_an_end_is_named_and_what_stands_in_them_too() -> None:
    pieces = lines("{% if total %}", "{% for r in rows %}", "{{ titel }}")
    told = [say(one).en for one in check_template(template(*pieces), CONTEXT, "r.docx")]
    assert [one.split(" (")[0] for one in told] == ["r.docx, paragraph 1", "r.docx, paragraph 2", "r.docx, paragraph 3"]
    assert [words in one for words, one in zip(("{% endif %}", "{% endfor %}", "'titel'"), told, strict=True)] == [
        True
    ] * 3


def test_a_style_and_words_for_a_picture_that_are_missing_are_said() -> None:
    shot = fill_document(
        template(paragraph("Picture", "{{ x }}"), title="t"), {"x": Pictured(picture(), 20, 20, "")}, "t"
    )
    with zipfile.ZipFile(io.BytesIO(shot.data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b'w:val="Picture"', b'w:val="MyOwn"')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [(one.code, one.found) for one in check_template(out.getvalue(), {}, "t")] == [
        ("template_style", "MyOwn"),
        ("template_alt", "Picture 1"),
    ]


def test_a_good_template_has_no_faults() -> None:
    assert check_template(WHOLE, CONTEXT, "w") == []
    assert check_template(WHOLE, None, "w") == []


def test_escaped_text_is_counted_once() -> None:
    data = fill_document(template(*lines("{{ title }}"), title="t"), {"title": Quoted("a & b", "r", "f")}, "t").data
    assert html.unescape(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()).count("a & b") == 1


# ---- what is empty today ------------------------------------------------------------------------------


def test_a_loop_over_what_is_empty_today_is_looked_into() -> None:
    loop = [control("for one in pairs"), *lines("{{ one.titel }}"), control("endfor")]
    asked = template(*loop, *lines("{% if comment %}{{ comment.headlin }}{% endif %}"))
    context = {**CONTEXT, "pairs": [], "comment": None}
    offers = paths_of({"pairs[]": "title", "comment": "headline"})
    assert check_template(asked, context, "report.docx") == []
    told = [say(one).en for one in check_template(asked, context, "report.docx", offers)]
    assert [text.partition("asks for ")[2].partition(", which")[0] for text in told] == ["'titel'", "'headlin'"]


@pytest.mark.parametrize(
    ("name", "make", "offers"), [("donor", donor_report, DONOR), ("newsletter", newsletter, NEWSLETTER)]
)
def test_what_is_offered_is_what_there_is(shipped: Settings, name: str, make: Any, offers: Mapping[str, str]) -> None:
    library = load_library(shipped.templates)
    with open_store(shipped.archive, shipped.ledger, library) as store:
        [(period, reckoning)] = store.reckonings().items()
        made = make(Basis(store, library, period, reckoning).material, "en")
    today = {use.path for use in fields_of(made.context)}
    held = {holder: {one for one in today if one.startswith(f"{holder}.")} for holder in offers}
    assert sum(map(bool, held.values())) >= len(offers) - 1  # only restatements are empty in the real case
    for holder, names in held.items():
        own = {one for one in names if "[]." not in one.removeprefix(f"{holder}.")}
        assert own <= set(paths_of(offers)) or not own
    assert {use.path for use in fields_of(made.context, made.offers)} >= today - {"restatements[]"}


# ---- tags that are none: said once, at their place, and nothing else for them -------------------------

LOOSE = {
    "{{ title }": ("template_signs", "{{ title }}"),
    "{{ title ": ("template_signs", "{{ title }}"),
    "title }}": ("template_signs", "{{ title }}"),
    "{ title }": ("template_brace", "{{ title }}"),
    "{# note ": ("template_signs", "{# … #}"),
    "{{ title｝｝": ("template_braces", "{{ title}}"),
}


@pytest.mark.parametrize("typed", LOOSE)
def test_a_tag_that_is_not_whole_is_said_at_its_place_and_nothing_else(typed: str) -> None:
    found = check_template(template(*lines("{{ title }}", f"Here: {typed}", "{{ total }}")), CONTEXT, "report.docx")
    assert [(one.code, one.expected, one.params["place_en"].partition(" (")[0]) for one in found] == [
        (*LOOSE[typed], "paragraph 2")
    ]


@pytest.mark.parametrize("typed", ["{p if total %}", "%p if total %}", "%p if total %"])
def test_a_block_that_begins_in_half_a_tag_has_its_end(typed: str) -> None:
    pieces = [*lines(typed, "{{ total }}"), control("else"), *lines("none"), control("endif")]
    [one] = check_template(template(*pieces), CONTEXT, "report.docx")
    assert (one.code, one.expected) == ("template_signs", "{%p if total %}")


def test_an_end_that_is_misspelt_or_missing_is_the_only_fault() -> None:
    inner = [control("if total"), *lines("{{ r.name }}"), control("endif")]
    misspelt = [control("for r in rows"), *inner, control("endfro"), *lines("{{ title }}")]
    [one] = check_template(template(*misspelt), CONTEXT, "report.docx")
    assert "did you mean 'endfor'" in say(one).en
    assert "是否应为“endfor”" in say(one).zh
    missing = [control("for r in rows"), *inner[:-1], control("endfor"), *lines("{{ title }}")]
    [one] = check_template(template(*missing), CONTEXT, "report.docx")
    assert (one.found, one.params["why_zh"]) == ("{%p if total %}", "缺少结束标签 {% endif %}")


def test_words_formatted_by_hand_are_said() -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Look here</w:t></w:r></w:p>"
    [one] = check_template(template(bold), CONTEXT, "report.docx")
    assert (one.code, one.found, one.severity) == ("template_by_hand", "Look here", "warning")


def test_a_run_says_too_that_a_style_is_not_there() -> None:
    lost = '<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr><w:r><w:t>{{ title }}</w:t></w:r></w:p>'
    done = fill_document(template(lost), CONTEXT, "report.docx")
    assert [(one.code, one.found) for one in done.findings] == [("template_style", "Gone")]
