"""How each office stands in each quarter, and the sentence that says it of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from pipeline.model import Checked, Finding, Period, Record, Severity, Submission, Words
from pipeline.run.answer import ENDINGS, folder_of, stem_of
from pipeline.run.blanks import FEEDBACK
from pipeline.run.reckon import owes
from pipeline.run.show.look import Look, both, listed, local, name_of
from pipeline.values import show_day, show_period

ASKED = ("ok", "ask", "nil", "hold", "back", "none", "wait")
TOLD = (
    ("hold", Words("Waiting for a decision", "等待裁定")),
    ("back", Words("To correct", "须改正")),
    ("none", Words("Overdue", "逾期未报")),
    ("ask", Words("With questions", "有疑问")),
)


def offices_told(look: Look) -> list[dict[str, Any]]:
    """Return the lines of the matrix: each office, how it stands in each quarter, and what is to be done."""
    return [_office(row, look) for row in look.offices()]


def _office(row: Record, look: Look) -> dict[str, Any]:
    office = str(row["office"].plain)
    last = look.standing(office, look.newest)
    return {
        "name": name_of(row),
        "cells": [{"state": state(row, when, look), "when": _when(row, when, look)} for when in look.quarters],
        "counts": _version_that_counts(office, look) is not None,
        "act": _act(office, last, look),
        "answer": _answer(look, office, last),
    }


def _answer(look: Look, office: str, last: Submission | None) -> str:
    """Return the link to what an office was told of the newest quarter; to all its answers if there is none of it."""
    folder = folder_of(look.night, office)
    stem = stem_of(look.night, last) if last else ""
    given = [stem + ending for ending in ENDINGS if last and (folder / (stem + ending)).is_file()]
    place = f"{FEEDBACK}/{office}/"
    return quote(place + given[0]) if given else place if folder.is_dir() else ""


def state(row: Record, period: Period, look: Look) -> str:
    """Return how an office stands in a quarter: ok, ask, hold, back, none, nil, wait or free."""
    last = look.standing(str(row["office"].plain), period)
    if last is None:
        return _unsent(row, period, look)
    if (stands := look.stands(last)) != "ok":
        return stands
    if _questions(look.findings.get(last.id, ())):
        return "ask"
    examined = look.night.store.last_examined(last.sha256)
    return "nil" if examined and _is_empty(examined) else "ok"


def _questions(found: Sequence[Finding]) -> int:
    return sum(one.severity is Severity.WARNING and not one.excepted_by for one in found)


def _is_empty(checked: Checked) -> bool:
    return all(record.table in ("cover", "enterprises") for record in checked.records)


def _unsent(row: Record, period: Period, look: Look) -> str:
    """Return how an office stands that sent nothing: it owes nothing here, is late, or has time."""
    first = min((one.period for one in look.submissions), default=period)
    if period < first or not owes(row, period):
        return "free"
    due = due_day(look)
    return "none" if period < look.newest or (due is not None and look.today > due) else "wait"


def due_day(look: Look) -> date | None:
    """Return when the returns of the page's quarter are due, by the calendar of the project office."""
    days = [row["due_on"].plain for row in look.known.rows("calendar") if row["period"].plain == look.newest]
    return next((day for day in days if isinstance(day, date)), None)


def _when(row: Record, period: Period, look: Look) -> Words | None:
    last = look.standing(str(row["office"].plain), period)
    if last:
        return both(local(look.night, last.received_at))
    due = due_day(look)
    asked = due is not None and period == look.newest and state(row, period, look) != "free"
    return Words(f"due {show_day(due, 'en')}", f"截止 {show_day(due, 'zh')}") if due and asked else None


def _version_that_counts(office: str, look: Look) -> int | None:
    """Return which version of an office's return is in the figures of the quarter; None if it is left out."""
    here = [one for one in look.submissions if (one.office, one.period) == (office, look.newest)]
    return next((one.version for one in reversed(here) if one.id in look.counted), None)


def _act(office: str, last: Submission | None, look: Look) -> Words | None:
    """Return what is to be done about an office's return, if anything, and what counts until then."""
    if last is None:
        return None
    stands, counts = look.stands(last), _version_that_counts(office, look)
    todo = _todo(stands, look.findings.get(last.id, ()))
    if todo is None or stands == "ok" or counts is None:
        return todo
    return Words(f"{todo.en}; until then version {counts} counts", f"{todo.zh}；在此之前以第{counts}次报送计入")


def _todo(stands: str, found: Sequence[Finding]) -> Words | None:
    if stands == "hold":
        return Words("The project office decides", "由项目办公室裁定")
    cells = sum(max(len(one.cells), 1) for one in found if one.blocks)
    if cells:
        return Words(f"Correct {cells} {_plural('cell', cells)} and send again", f"请改正{cells}处后重新报送")
    if stands == "back":
        return Words("Change what the project office asks and send again", "请按项目办公室的要求修改后重新报送")
    asked = _questions(found)
    return Words(f"Answer {asked} {_plural('question', asked)}", f"请答复{asked}个疑问") if asked else None


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def sentence(offices: Sequence[dict[str, Any]], period: Period) -> Words:
    """Return the first sentence: who is in, and who must act."""
    last = [(one["cells"][-1]["state"], one) for one in offices]
    asked = [one for stands, one in last if stands in ASKED]
    counting = sum(one["counts"] for one in asked)
    en = [f"{counting} of {len(asked)} offices are in for {show_period(period, 'en')}."]
    zh = [f"{show_period(period, 'zh')}：{len(asked)} 个单位中 {counting} 个已接收。"]
    for name, words in TOLD:
        if names := [one["name"] for stands, one in last if stands == name]:
            en.append(f"{words.en}: {listed(names).en}.")
            zh.append(f"{words.zh}：{listed(names).zh}。")
    return Words(" ".join(en), "".join(zh))


def without(offices: Sequence[dict[str, Any]]) -> Words | None:
    """Return whose returns the figures lack; None if nobody's."""
    lacking = [one["name"] for one in offices if one["cells"][-1]["state"] in ASKED and not one["counts"]]
    return Words(f"Without {listed(lacking).en}.", f"不含{listed(lacking).zh}。") if lacking else None
