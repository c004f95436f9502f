"""What the ledger knows -> what the status page tells, and the page in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline import files, messages
from pipeline.errors import TemplateError
from pipeline.model import Checked, Figure, Finding, Indicator, Known, Period, Record, Severity, Submission, Words
from pipeline.page import status_page
from pipeline.run.answer import ENDINGS, folder_of, stem_of
from pipeline.run.ask import findings_of, restatements
from pipeline.run.blanks import FEEDBACK
from pipeline.run.collect import WAITING
from pipeline.run.known import known_of, project_returns
from pipeline.run.night import Night
from pipeline.run.reckon import owes
from pipeline.values import show_day, show_number, show_period

QUARTERS = 4
BAR_END = Decimal(125)  # per cent at the right end of a bar; the mark at 100 stands at four fifths
DOCUMENTS = {
    "donor-report.docx": Words("Donor report, Word", "捐助方报告（Word）"),
    "donor-report.pdf": Words("Donor report, PDF", "捐助方报告（PDF）"),
    "donor-report-review.docx": Words("Review copy, each figure with its sources", "审阅本：每个数字附来源"),
    "newsletter.docx": Words("Newsletter, Word", "简报（英文，Word）"),
    "newsletter.pdf": Words("Newsletter, PDF", "简报（英文，PDF）"),
    "newsletter.zh.docx": Words("Newsletter in Chinese, Word", "简报（中文，Word）"),
    "newsletter.zh.pdf": Words("Newsletter in Chinese, PDF", "简报（中文，PDF）"),
    "evidence.xlsx": Words("Evidence: every figure down to its cells", "依据：每个数字到单元格"),
}


@dataclass(frozen=True, slots=True)
class _Look:
    """What the parts of the page are made from."""

    night: Night
    known: Known
    quarters: tuple[Period, ...]
    submissions: tuple[Submission, ...]
    findings: dict[str, tuple[Finding, ...]]  # by submission: of the newest quarter's last ones

    @property
    def newest(self) -> Period:
        return self.quarters[-1]


def show_status(night: Night) -> None:
    """Put the status page in its place, if it tells something else than before."""
    template = night.settings.templates / "status.html"
    look = _look(night)
    if look is None or not template.is_file():
        return
    try:
        data = status_page(template.read_text(encoding="utf-8"), _told(look))
    except TemplateError as error:
        night.outcome.troubles.append(str(error))
        return
    if files.write_if_new(night.settings.reports / "index.html", data):
        night.outcome.written.append("index.html")


def _look(night: Night) -> _Look | None:
    periods = night.periods()
    if not periods:
        return None
    quarters = [periods[-1]]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].previous)
    known = known_of(periods[-1], project_returns(night.store, night.library), night.library)
    submissions = tuple(night.store.submissions())
    last = {(one.form, one.office): one for one in submissions if one.period == periods[-1]}
    findings = {one.id: findings_of(one, night.store, night.library) for one in last.values()}
    return _Look(night, known, tuple(quarters), submissions, findings)


def _told(look: _Look) -> dict[str, object]:
    """Return what the template of the page may use."""
    offices = [_office(row, look) for row in _rows(look)]
    return {
        "period": str(look.newest),
        "sentence": _sentence(offices, look.newest),
        "last_news": _last_news(look),
        "nightly": _nightly(look),
        "due": _both(due) if (due := _due(look)) else None,
        "quarters": [str(quarter) for quarter in look.quarters],
        "offices": offices,
        "figures": _figures(look),
        "without": _without(offices),
        "findings": _findings(look),
        "waiting": [
            Words(f"{one.file}: {WAITING[one.why].en}", f"{one.file}：{WAITING[one.why].zh}")
            for one in look.night.store.seen()
            if one.state != "taken"
        ],
        "downloads": _downloads(look),
        "restatements": restatements(look.night.store),
    }


def _rows(look: _Look) -> list[Record]:
    return sorted(look.known.rows("offices"), key=lambda row: int(str(row["order"].plain)) if row["order"].given else 0)


def _name(row: Record) -> Words:
    return Words(str(row["name_en"].plain), str(row["name_zh"].plain))


def _both(day: date) -> Words:
    return Words(show_day(day, "en"), show_day(day, "zh"))


def _due(look: _Look) -> date | None:
    days = [row["due_on"].plain for row in look.known.rows("calendar") if row["period"].plain == look.newest]
    return next((day for day in days if isinstance(day, date)), None)


def _last_news(look: _Look) -> Words | None:
    """Return when something last came: not when the program last looked, or a quiet night would change the page."""
    moments = [one.received_at for one in look.submissions]
    return _both(_local(look.night, max(moments))) if moments else None


def _local(night: Night, at: str) -> date:
    return datetime.fromisoformat(at).astimezone(night.timetable.zone).date()


def _nightly(look: _Look) -> Words:
    settings = look.night.settings
    return Words(f"each night at {settings.hour}:00, {settings.zone}", f"每晚 {settings.hour}:00（{settings.zone}）")


# ---- offices by quarters ------------------------------------------------------------------------------


def _office(row: Record, look: _Look) -> dict[str, Any]:
    """Return a line of the matrix: the office, how it stands in each quarter, and what it has to do."""
    office = str(row["office"].plain)
    last = _last(office, look.newest, look)
    found = look.findings.get(last.id, ()) if last else ()
    return {
        "name": _name(row),
        "cells": [
            {"state": _state(row, quarter, look), "when": _when(row, quarter, look)} for quarter in look.quarters
        ],
        "act": _act(last, found),
        "answer": _answer(look, office, last),
    }


def _answer(look: _Look, office: str, last: Submission | None) -> str:
    """Return the link to what an office was told of the newest quarter; to all its answers if there is none of it."""
    folder = folder_of(look.night, office)
    stem = stem_of(look.night, last) if last else ""
    given = [stem + ending for ending in ENDINGS if last and (folder / (stem + ending)).is_file()]
    place = f"{FEEDBACK}/{office}/"
    return quote(place + given[0]) if given else place if folder.is_dir() else ""


def _last(office: str, period: Period, look: _Look) -> Submission | None:
    return next((one for one in reversed(look.submissions) if (one.office, one.period) == (office, period)), None)


def _state(row: Record, period: Period, look: _Look) -> str:
    """Return how an office stands in a quarter: ok, ask, back, none, nil, wait or free."""
    last = _last(str(row["office"].plain), period, look)
    if last is None:
        return _unsent(row, period, look)
    if last.state not in ("accepted", "superseded"):
        return "back"
    if any(one.severity is Severity.WARNING and not one.excepted_by for one in look.findings.get(last.id, ())):
        return "ask"
    examined = look.night.store.last_examined(last.sha256)
    return "nil" if examined and _is_empty(examined) else "ok"


def _is_empty(checked: Checked) -> bool:
    return all(record.table in ("cover", "enterprises") for record in checked.records)


def _unsent(row: Record, period: Period, look: _Look) -> str:
    """Return how an office stands that sent nothing: it owes nothing here, is late, or has time."""
    first = min((one.period for one in look.submissions), default=period)
    if period < first or not owes(row, period):
        return "free"
    due = _due(look)
    today = look.night.now.astimezone(look.night.timetable.zone).date()
    return "none" if period < look.newest or (due is not None and today > due) else "wait"


def _when(row: Record, period: Period, look: _Look) -> Words | None:
    last = _last(str(row["office"].plain), period, look)
    if last:
        return _both(_local(look.night, last.received_at))
    due = _due(look)
    asked = due is not None and period == look.newest and _state(row, period, look) != "free"
    return Words(f"due {show_day(due, 'en')}", f"截止 {show_day(due, 'zh')}") if due and asked else None


def _act(last: Submission | None, found: Sequence[Finding]) -> Words | None:
    """Return what an office has to do, if anything."""
    if last is None:
        return None
    cells = sum(max(len(one.cells), 1) for one in found if one.blocks)
    if last.state == "held":
        return Words("Waits for a person to decide", "等待人工决定")
    if cells:
        return Words(f"Correct {cells} and send again", f"请改正 {cells} 处后重新报送")
    questions = sum(one.severity is Severity.WARNING and not one.excepted_by for one in found)
    return Words(f"Answer {questions} questions", f"请答复 {questions} 个疑问") if questions else None


def _sentence(offices: Sequence[dict[str, Any]], period: Period) -> Words:
    """Return the first sentence: who is in, and who must act."""
    states = {
        name: [one["name"] for one in offices if one["cells"][-1]["state"] == name]
        for name in ("ok", "ask", "nil", "back", "none", "wait")
    }
    accepted = len(states["ok"]) + len(states["ask"]) + len(states["nil"])
    asked = sum(map(len, states.values()))
    en = [f"{accepted} of {asked} offices are in for {show_period(period, 'en')}."]
    zh = [f"{show_period(period, 'zh')}：{asked} 个单位中 {accepted} 个已接收。"]
    for name, told_en, told_zh in (
        ("back", "To correct", "须改正"),
        ("none", "Overdue", "逾期未报"),
        ("ask", "With questions", "有疑问"),
    ):
        if states[name]:
            en.append(f"{told_en}: {', '.join(one.en for one in states[name])}.")
            zh.append(f"{told_zh}：{'、'.join(one.zh for one in states[name])}。")
    return Words(" ".join(en), "".join(zh))


def _without(offices: Sequence[dict[str, Any]]) -> Words | None:
    lacking = [one["name"] for one in offices if one["cells"][-1]["state"] in ("back", "none", "wait")]
    en, zh = ", ".join(one.en for one in lacking), "、".join(one.zh for one in lacking)
    return Words(f"Without {en}.", f"不含{zh}。") if lacking else None


# ---- figures, findings, files -------------------------------------------------------------------------


def _figures(look: _Look) -> list[dict[str, Any]]:
    """Return each indicator with what is reached of its target."""
    reckoning = look.night.store.reckonings().get(look.newest)
    figures = {figure.id: figure for figure in look.night.store.figures(reckoning)} if reckoning else {}
    counts: dict[int, int] = {}
    told = []
    for indicator in look.night.library.indicators.values():
        counts[indicator.objective] = counts.get(indicator.objective, 0) + 1
        number = f"{indicator.objective}.{counts[indicator.objective]}"
        told.append({"number": number, "title": indicator.title, **_against_target(indicator, figures)})
    return told


def _against_target(indicator: Indicator, figures: dict[str, Figure]) -> dict[str, Any]:
    so_far, target, reached = (
        figures.get(f"{indicator.code}.{aspect}") for aspect in ("cumulative", "target", "reached_pct")
    )
    share = reached.value if reached else None
    return {
        "value": _shown(so_far),
        "target": _shown(target),
        "reached": _shown(reached) if share is not None else Words("", ""),
        "width": f"{min(max(share, Decimal(0)), BAR_END) * 100 / BAR_END:.1f}" if share is not None else None,
        "open": bool(reached and reached.bound != "exact"),
    }


def _shown(figure: Figure | None) -> Words:
    if figure is None or figure.value is None:
        return Words("–", "–")
    texts = [
        show_number(figure.value, unit=figure.unit, decimals=figure.decimals, bound=figure.bound, language=language)
        for language in ("en", "zh")
    ]
    mark = "*" if figure.sample and figure.aspect != "reached_pct" else ""
    return Words(texts[0] + mark, texts[1] + mark)


def _findings(look: _Look) -> list[dict[str, Any]]:
    """Return what offices have to correct or answer, errors first."""
    names = {str(row["office"].plain): _name(row) for row in _rows(look)}
    found = [(name.split("/")[0], one) for name, all_found in look.findings.items() for one in all_found]
    found += [(taking.office, one) for taking, one in look.night.store.refusals()]
    reckoning = look.night.store.reckonings().get(look.newest)
    found += (
        [(office or "", one) for office, one in look.night.store.findings(reckoning, of_returns=False)]
        if reckoning
        else []
    )
    shown = [(office, one) for office, one in found if one.severity is not Severity.NOTE and not one.excepted_by]
    return [
        {
            "severity": str(one.severity),
            "office": names.get(office, Words(office, office)),
            "sheet": one.sheet,
            "cells": ", ".join(one.cells),
            "text": messages.say(one),
        }
        for office, one in sorted(shown, key=lambda pair: (str(pair[1].severity), pair[0]))
    ]


def _downloads(look: _Look) -> list[dict[str, Any]]:
    folder = look.night.settings.reports / str(look.newest)
    there = [(name, title, folder / name) for name, title in DOCUMENTS.items() if (folder / name).is_file()]
    return [
        {"href": f"{look.newest}/{name}", "name": name, "title": title, "size": _size(path)}
        for name, title, path in there
    ]


def _size(path: Path) -> str:
    return f"{max(path.stat().st_size // 1024, 1)} KB"
