"""The guides: each command that stands in one is typed, in its order, in the shipped installation."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from docs.making import rules
from pipeline.messages import CATALOGUE
from pipeline.run import run
from pipeline.settings import Settings
from tests.conftest import NOW, ROOT
from tests.test_cli import score

FENCE = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\.venv/bin/)?score ([^#\n]+)", re.MULTILINE)
PAGES = ["README.md", "docs/project-office.md", "docs/template-designer.md", "docs/operator.md"]
GUIDES = [*PAGES, "docs/clerk.md", "docs/clerk.zh.md"]


def commands(page: str) -> list[str]:
    """Return the commands in the fenced blocks of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [one.strip() for block in FENCE.findall(text) for one in COMMAND.findall(block)]


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the shipped installation that makes no PDF, after its first night."""
    for name in ("templates", "inbox"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "pipeline.toml").write_text('[reports]\nlibreoffice = "none"\n', encoding="utf-8")
    assert score(tmp_path, "run").returncode == 0
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_a_guide_can_be_typed(shipped: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped)
    typed = commands(page)
    assert typed
    for command in typed:
        told = score(shipped, *shlex.split(command))
        assert (told.returncode, told.stderr) == (0, ""), command


@pytest.mark.parametrize("page", GUIDES)
def test_every_link_of_a_guide_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [one for one in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in one]
    lost = [one for one in links if not (ROOT / page).parent.joinpath(one).exists()]
    assert lost == []


def test_the_page_of_rules_is_made_from_the_code() -> None:
    """If this fails: make docs."""
    assert rules.PAGE.read_text(encoding="utf-8") == rules.page()


def test_every_code_has_its_source_and_its_meaning() -> None:
    found = rules.sources()
    assert set(found) == set(CATALOGUE)
    assert [code for code in CATALOGUE if not rules.MEANINGS.get(code, found[code].meaning)] == []
    assert set(rules.MEANINGS) <= set(CATALOGUE)


CLEARED = re.compile(r"what the shipped case reported: (.*?)\. On the cover", re.DOTALL)
OWN = ("hubei", "HB", "Hubei", "湖北")


def test_the_way_to_ones_own_offices_leads_to_a_first_run_without_a_complaint(office: Settings) -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    [listed] = CLEARED.findall(told)
    name = "project-office/project-office-2014-Q4.xlsx"
    book = load_workbook(ROOT / "inbox" / name)
    for sheet in re.split(", | and ", listed):
        [tab] = [one for one in book if one.title.split()[0] == sheet]
        tab.delete_rows(5, tab.max_row)
        tab._images = []
    for row in book["封面 Cover"].iter_rows():
        if "本季无" in str(row[0].value):
            row[1].value = "是"
    for tab, own in (("单位名录 Offices", OWN), ("地名 Places", ("wuhan", "Wuhan", "武汉", "hubei"))):
        first, *others = [row for row in book[tab].iter_rows(min_row=5) if row[0].value != "project-office"]
        for cell, text in zip(first, own, strict=False):
            cell.value = text
        for row in others:
            for cell in row:
                cell.value = None
    (office.inbox / "project-office").mkdir()
    book.save(office.inbox / name)
    outcome = run(office, NOW)
    assert (outcome.unanswered, outcome.troubles, outcome.notes) == ([], [], [])
    assert any(one.startswith("feedback/hubei/") for one in outcome.forms)
