"""The documents of the real case say, part by part, what was accepted; their words are those that docxtpl prints."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from docxtpl import DocxTemplate

from pipeline.form import load_library
from pipeline.report import Charted, Pictured, donor_report, fill_document, newsletter
from pipeline.run.basis import Basis
from pipeline.settings import Settings
from pipeline.store import open_store
from tests import golden
from tests.conftest import ROOT

pytestmark = pytest.mark.nights

MADE = {
    "donor-report.docx": (donor_report, "en"),
    "newsletter.docx": (newsletter, "en"),
    "newsletter.zh.docx": (newsletter, "zh"),
}
FILLED = ("word/document.xml", "word/header", "word/footer", "docProps/core.xml")  # and what filling adds


@pytest.mark.parametrize("name", golden.DOCUMENTS)
def test_a_document_says_what_was_accepted(shipped: Settings, name: str) -> None:
    today = golden.written(golden.told((shipped.reports / "2014-Q4" / name).read_bytes()))
    accepted = (golden.GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert today.splitlines() == accepted.splitlines(), "if this is meant: make accept, and review the difference"


def test_the_help_of_each_command_is_what_was_accepted() -> None:
    today, accepted = golden.helped(), (golden.GOLDEN / "help.txt").read_text(encoding="utf-8")
    assert today.count("Usage: score") == 14
    assert today.splitlines() == accepted.splitlines(), "if this is meant: make accept, and review the difference"


@pytest.mark.parametrize("name", golden.DOCUMENTS)
def test_what_holds_no_tag_is_the_templates_own(shipped: Settings, name: str) -> None:
    ours = parts((shipped.reports / "2014-Q4" / name).read_bytes())
    theirs = parts((ROOT / "templates" / golden.DOCUMENTS[name]).read_bytes())
    still = [part for part in theirs if not part.startswith(FILLED) and not part.endswith((".rels", "Types].xml"))]
    assert {"word/styles.xml", "word/settings.xml", "word/fontTable.xml"} <= set(still)
    assert [part for part in still if ours[part] != theirs[part]] == []


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", MADE)
def test_the_shipped_templates_print_what_docxtpl_prints(shipped: Settings, name: str) -> None:
    template = (ROOT / "templates" / name).read_bytes()
    context = context_of(shipped, name)
    oracle = DocxTemplate(io.BytesIO(template))
    oracle.render(Plain(context), autoescape=True)
    saved = io.BytesIO()
    oracle.save(saved)
    ours, theirs = (words(data) for data in (fill_document(template, context, name).data, saved.getvalue()))
    assert len("".join(ours)) > 1500
    assert ours == theirs


def context_of(settings: Settings, name: str) -> Mapping[str, object]:
    library = load_library(settings.templates)
    make, language = MADE[name]
    with open_store(settings.archive, settings.ledger, library) as store:
        [(period, reckoning)] = store.reckonings().items()
        material = Basis(store, library, period, reckoning).material
        return make(material, language).context


def words(data: bytes) -> list[str]:
    """Return the words of each paragraph of the text, headers and footers, in order; empty ones left out."""
    found = parts(data)
    wanted = sorted(name for name in found if name.startswith(("word/document.xml", "word/header", "word/footer")))
    texts = [
        "".join(text.text or "" for text in paragraph.iter(golden.W + "t"))
        for name in wanted
        for paragraph in ET.fromstring(found[name]).iter(golden.W + "p")
    ]
    return [text for text in texts if text.strip()]


class Plain(Mapping[str, Any]):
    """A context as docxtpl can print it: words as they stand, no pictures."""

    def __init__(self, inside: Mapping[str, Any]) -> None:
        self._inside = inside

    def __getitem__(self, name: str) -> Any:
        return plain(self._inside[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._inside)

    def __len__(self) -> int:
        return len(self._inside)


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Plain(value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (Pictured, Charted)):
        return Unseen()
    return Said(value.text, getattr(value, "given", True)) if hasattr(value, "text") else value


class Said(str):
    """Words as docxtpl prints them; a template may ask whether there are any, and whether they are a number."""

    given: bool

    def __new__(cls, text: str, given: bool) -> Said:
        said = super().__new__(cls, text)
        said.given = given
        return said

    @property
    def text(self) -> str:
        return str(self)


class Unseen:
    """A picture or chart: it is there, and has no words."""

    def __str__(self) -> str:
        return ""


def test_a_mark_of_a_sample_stands_in_its_own_style_and_the_words_are_the_same(shipped: Settings) -> None:
    report = ET.fromstring(parts((shipped.reports / "2014-Q4" / "donor-report.docx").read_bytes())["word/document.xml"])
    marks = [run for run in report.iter(golden.W + "r") if "".join(run.itertext()) == "*"]
    assert len(marks) > 10
    assert {style_of(run) for run in marks} == {"Sample"}
    assert "44*" in ["".join(one.itertext()) for one in report.iter(golden.W + "p")]


def style_of(run: ET.Element) -> str | None:
    style = run.find(f"{golden.W}rPr/{golden.W}rStyle")
    return None if style is None else style.get(golden.W + "val")
