"""The documents of the quarter: what went out, the drafts, and the new drafts beside those that a person edited."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.model import Words
from pipeline.publish import BESIDE, CHANGES
from pipeline.run.show.look import Look, both
from pipeline.store import Act

WORD, PDF = Words("Word", "Word"), Words("PDF", "PDF")
IN_CHINESE = Words("In Chinese, Word", "中文版，Word"), Words("In Chinese, PDF", "中文版，PDF")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A report with its documents: {file name: what it is}; `report` is what an act calls it."""

    title: Words
    report: str
    documents: dict[str, Words]


KINDS = (
    _Kind(
        Words("Donor report", "捐助方报告"),
        "donor_report",
        {
            "donor-report.docx": WORD,
            "donor-report.pdf": PDF,
            "donor-report-review.docx": Words("Review copy, each figure with its sources", "审阅本：每个数字附来源"),
        },
    ),
    _Kind(
        Words("Newsletter", "简报"),
        "newsletter",
        {
            "newsletter.docx": WORD,
            "newsletter.pdf": PDF,
            "newsletter.zh.docx": IN_CHINESE[0],
            "newsletter.zh.pdf": IN_CHINESE[1],
        },
    ),
    _Kind(
        Words("Data", "数据"),
        "",
        {"evidence.xlsx": Words("Evidence: every figure down to its cells", "依据：每个数字到单元格")},
    ),
)
STATES = {  # of a report: whether it went out, whether its draft was edited
    (False, False): Words("draft", "草稿"),
    (False, True): Words("draft, edited by a person", "草稿，已被人修改"),
    (True, False): Words("issued on {}", "{}已发布"),
    (True, True): Words("issued on {}; draft edited by a person", "{}已发布；草稿已被人修改"),
}
ISSUED = Words("As it went out on {}", "{}发布的原件")
NEW_DRAFT = Words("New draft, beside the one that was edited", "新稿，放在被修改的稿件旁")
WHAT_IS_NEW = Words("What is new in it", "新稿中的变化")
BESIDES = ((BESIDE, NEW_DRAFT), (CHANGES, WHAT_IS_NEW))  # what `publish` puts beside a draft, perhaps numbered


def documents_told(look: Look) -> list[dict[str, Any]]:
    """Return the kinds of documents that there are, each with how it stands and its files."""
    return [told for kind in KINDS if (told := _kind(kind, look))["documents"]]


def _kind(kind: _Kind, look: Look) -> dict[str, Any]:
    issued = [act for act in look.acts if act.act == "issue" and act.report == kind.report and _here(act, look)]
    folder = look.night.settings.reports / str(look.newest)
    drafts = [one for name, title in kind.documents.items() for one in _drafts(folder / name, title, look)]
    edited = any(one["title"] is NEW_DRAFT for one in drafts)
    words = STATES[bool(issued), edited] if kind.report else None
    went_out = [one for act in issued for one in _issued(act, look)]
    return {
        "title": kind.title,
        "state": _filled(words, issued[-1]) if words and issued else words,
        "documents": [*went_out, *drafts],
    }


def _here(act: Act, look: Look) -> bool:
    return act.period == str(look.newest)


def _filled(words: Words, act: Act) -> Words:
    day = both(date.fromisoformat(act.dated))
    return Words(words.en.format(day.en), words.zh.format(day.zh))


def _issued(act: Act, look: Look) -> Iterator[dict[str, Any]]:
    """Give the bytes that went out, as the archive keeps them."""
    path = next((look.night.settings.archive / act.sha256[:2]).glob(f"{act.sha256}*"), None)
    if path:
        name = f"{act.report.replace('_', '-')} {act.period} issued {act.dated}{path.suffix}"
        yield {**_document(path, _filled(ISSUED, act), look), "name": name}


def _drafts(path: Path, title: Words, look: Look) -> Iterator[dict[str, Any]]:
    """Give a draft, and what lies beside it if a person edited it."""
    names = [(pattern.format(stem=path.stem, nth="*", suffix=path.suffix), words) for pattern, words in BESIDES]
    beside = [(one, words) for name, words in names for one in sorted(path.parent.glob(name))]
    wanted = [(path, title), *beside]
    return (_document(one, words, look) for one, words in wanted if one.is_file())


def _document(path: Path, title: Words, look: Look) -> dict[str, Any]:
    size = f"{max(path.stat().st_size // 1024, 1)} KB"
    return {"href": _link(path, look.night.settings.reports), "name": path.name, "title": title, "size": size}


def _link(path: Path, page: Path) -> str:
    """Return the way from the page to a file; what lies on another drive of Windows has none but its own address."""
    try:
        return quote(Path(os.path.relpath(path, page)).as_posix())
    except ValueError:
        return path.as_uri()
