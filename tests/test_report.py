"""Only figures, quotes and terms get onto a page; the same inputs give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal

import pytest
from docx import Document as Word

from pipeline.errors import TemplateError
from pipeline.model import Bound, Figure, Period, State
from pipeline.report import Quoted, Shown, Term, fill_document
from pipeline.report.page import show_figure
from pipeline.run import run
from pipeline.settings import Settings
from tests.conftest import NOW, Send
from tests.test_story import send_all, training

pytestmark = pytest.mark.nights


def template(*paragraphs: str, rows: tuple[str, ...] = ()) -> bytes:
    """Return a Word template of these paragraphs, and of a table of one column."""
    word = Word()
    for text in paragraphs:
        word.add_paragraph(text)
    table = word.add_table(rows=0, cols=1)
    for text in rows:
        table.add_row().cells[0].text = text
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def text_of(data: bytes) -> list[str]:
    word = Word(io.BytesIO(data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in word.paragraphs if paragraph.text] + cells


def fill(data: bytes, **context: object) -> list[str]:
    return text_of(fill_document(data, context, "report.docx").data)


SIX = Shown("trained_trainers", "6")


def test_figures_quotes_and_terms_are_printed_and_the_figures_noted() -> None:
    document = fill_document(
        template("{{ n }} trained by {{ who }} in {{ when }}"),
        {"n": SIX, "who": Quoted("A & B <C>", "r", "f"), "when": Term("2014-Q4")},
        "r",
    )
    assert text_of(document.data) == ["6 trained by A & B <C> in 2014-Q4"]
    assert document.printed == (("trained_trainers", "6"),)


@pytest.mark.parametrize("bare", [9, Decimal("0.5"), "nine", 1.5, True, None])
def test_a_bare_value_cannot_be_printed(bare: object) -> None:
    with pytest.raises(TemplateError, match=r"is no figure and nobody's words"):
        fill(template("There were {{ n }}."), n=bare)


def test_a_bare_number_cannot_be_printed_in_a_row_loop_either() -> None:
    rows = ("{%tr for row in rows %}", "{{ row.n }}", "{%tr endfor %}")
    assert fill(template(rows=rows), rows=[{"n": SIX}, {"n": SIX}]) == ["6", "6"]
    with pytest.raises(TemplateError, match="prints 9"):
        fill(template(rows=rows), rows=[{"n": SIX}, {"n": 9}])


@pytest.mark.parametrize(
    "tag", ["{{ loop.index }}", "{{ 3 }}", "{{ n.text }}", "{{ rows|length }}", "{{ n.text ~ 'x' }}"]
)
def test_no_way_round_it(tag: str) -> None:
    rows = ("{%tr for row in rows %}", tag, "{%tr endfor %}")
    with pytest.raises(TemplateError):
        fill(template(rows=rows), rows=[1, 2], n=SIX)


def test_a_name_that_is_not_there_is_an_error_with_the_nearest() -> None:
    with pytest.raises(
        TemplateError,
        match=r"report\.docx, paragraph 1 .*asks for 'trainors', which is not there\. Did you mean \"trainers\"\?",
    ):
        fill(template("{{ trainors }}"), trainers=SIX)


def test_a_template_cannot_reach_into_the_program() -> None:
    with pytest.raises(TemplateError):
        fill(template("{{ ''.__class__.__mro__ }}"))


SHOWN: Mapping[str, tuple[Figure, str, str]] = {
    "a count": (Figure("a", "value", (), Period(2014, 4), "people", State.GIVEN, Decimal(1234)), "1,234", "1,234"),
    "a share": (
        Figure("a", "value", (), Period(2014, 4), "%", State.GIVEN, Decimal("55.5555"), decimals=1),
        "55.6\u00a0%",
        "55.6\u00a0%",
    ),
    "half up": (
        Figure("a", "value", (), Period(2014, 4), "%", State.GIVEN, Decimal("0.25"), decimals=1),
        "0.3\u00a0%",
        "0.3\u00a0%",
    ),
    "a bound": (
        Figure("a", "value", (), Period(2014, 4), "RMB", State.GIVEN, Decimal(255700), bound=Bound.MORE_THAN),
        "more than RMB\u00a0255,700",
        "超过255,700\u00a0元",
    ),
    "a sample": (Figure("a", "value", (), Period(2014, 4), "people", State.GIVEN, Decimal(6), sample=True), "6*", "6*"),
    "not recorded": (Figure("a", "value", (), Period(2014, 4), "people", State.NOT_RECORDED), "not recorded", "未统计"),
    "blank": (Figure("a", "target", (), Period(2014, 4), "people", State.BLANK), "–", "–"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_figure_is_shown_rounded_with_bound_and_mark(name: str) -> None:
    figure, en, zh = SHOWN[name]
    assert (show_figure(figure, "a", "en").text, show_figure(figure, "a", "zh").text) == (en, zh)


def test_the_same_inputs_give_the_same_bytes(office: Settings, send: Send) -> None:
    send_all(send)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    run(office, NOW)
    first = path.read_bytes()
    path.unlink()
    assert run(office, NOW).written == ["2014-Q4/donor-report.docx"]
    assert path.read_bytes() == first


def test_a_draft_that_a_person_edited_is_not_overwritten(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    path.write_bytes(b"edited in Word")
    send("west", activities=[])
    outcome = run(office, NOW)
    assert (outcome.beside, outcome.code) == (["2014-Q4/donor-report (new draft).docx"], 1)
    assert path.read_bytes() == b"edited in Word"
    assert run(office, NOW).news() == {}


def test_a_new_draft_that_a_person_edited_is_not_overwritten_either_nor_taken_away(
    office: Settings, send: Send
) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    path.write_bytes(b"edited in Word")
    send("west", activities=[])
    run(office, NOW)
    beside = path.with_name("donor-report (new draft).docx")
    beside.write_bytes(b"edited too")
    send("west", file="w2.xlsx", version=2, cover={"whats_new": "3"}, activities=[training("WE-2014Q4-01", trainers=3)])
    assert run(office, NOW).beside == ["2014-Q4/donor-report (new draft 2).docx"]
    path.unlink()
    run(office, NOW)
    assert beside.read_bytes() == b"edited too"
    assert sorted(one.name for one in path.parent.glob("donor-report*.docx")) == [
        "donor-report (new draft).docx",
        "donor-report-review.docx",
        "donor-report.docx",
    ]


def test_a_faulty_template_keeps_the_last_good_draft(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    path = office.reports / "2014-Q4" / "donor-report.docx"
    good = path.read_bytes()
    (office.templates / "donor-report.docx").write_bytes(template("{{ trained_traners }}"))
    outcome = run(office, NOW)
    assert outcome.code == 1
    assert outcome.troubles[0].startswith("donor-report.docx, paragraph 1")
    assert path.read_bytes() == good
