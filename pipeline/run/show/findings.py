"""What waits for a person: decisions, corrections, questions; files that wait; what was said and is different today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline import messages
from pipeline.model import Bound, Finding, Indicator, Library, Period, Severity, Submission, Words
from pipeline.run.ask import restatements, why_held
from pipeline.run.collect import WAITING
from pipeline.run.show.look import Look, latest, name_of, ruling
from pipeline.values import show_number, show_period

ORDER = ("hold", "error", "warning")  # what keeps a return out of the figures stands first


@dataclass(frozen=True, slots=True)
class _Open:
    """Something that waits for a person: hold, error or warning."""

    kind: str
    office: str
    period: Period | None
    text: Words
    sheet: str = ""
    cells: str = ""


def findings_told(look: Look) -> list[dict[str, Any]]:
    """Return what waits in every quarter that is open, decisions first; of another quarter than the page's, which."""
    names = {str(row["office"].plain): name_of(row) for row in look.offices()}
    found = [*_held(look), *_of_returns(look), *_refused(look), *_across(look)]
    return [
        {
            "kind": one.kind,
            "office": names.get(one.office, Words(one.office, one.office)),
            "period": str(one.period) if one.period not in (None, look.newest) else None,
            "sheet": one.sheet,
            "cells": one.cells,
            "text": one.text,
        }
        for one in sorted(found, key=lambda one: (ORDER.index(one.kind), one.office))
    ]


def _told(one: Finding, office: str, period: Period | None) -> _Open:
    return _Open(str(one.severity), office, period, messages.say(one), one.sheet or "", ", ".join(one.cells))


def _is_open(one: Finding) -> bool:
    return one.severity is not Severity.NOTE and not one.excepted_by


def _held(look: Look) -> list[_Open]:
    """Return the returns that the project office has to decide on, each with the reason."""
    shown = (look.newest, *look.open_periods)
    wanted = [one for one in latest(look.submissions, look.acts) if one.period in shown and look.stands(one) != "ok"]
    told = [(one, _reason(one, look)) for one in wanted]
    return [_Open(KINDS[look.stands(one)], one.office, one.period, reason) for one, reason in told if reason]


KINDS = {"hold": "hold", "back": "error"}


def _reason(one: Submission, look: Look) -> Words | None:
    """Return why a return waits or was sent back; None if its own findings say it."""
    if one.state == "received":
        return LOCKED
    if one.state == "held" and (found := why_held(look.night.store, one)):
        return messages.say(found)
    act = ruling(one, look.acts)
    if act is None or one.state not in ACTED:
        return None
    words, why = ACTED[one.state], f"{act.code}: {act.reason}" if act.reason else act.code
    return Words(words.en.format(why), words.zh.format(why))


LOCKED = Words(
    "It came after the quarter was locked, so it does not count. Unlock the quarter if it is to count.",
    "报送时该季度已锁定，因此未计入。如需计入，请先解锁该季度。",
)
ACTED = {
    "held": Words("The project office leaves this return out ({}).", "项目办公室暂不采用本次报送（{}）。"),
    "sent_back": Words("The project office sent this return back ({}).", "项目办公室已退回本次报送（{}）。"),
}


def _of_returns(look: Look) -> list[_Open]:
    """Return what offices have to correct or answer in returns that no decision keeps out."""
    open_returns = [one for one in latest(look.submissions, look.acts) if look.stands(one) != "hold"]
    wanted = [one for one in open_returns if one.period in look.open_periods]
    return [
        _told(finding, one.office, one.period)
        for one in wanted
        for finding in look.findings.get(one.id, ())
        if _is_open(finding)
    ]


def _refused(look: Look) -> list[_Open]:
    return [_told(one, taking.office, None) for taking, one in look.night.store.refusals() if _is_open(one)]


def _across(look: Look) -> list[_Open]:
    """Return what was found across the returns of a quarter."""
    store = look.night.store
    return [
        _told(one, office or "", period)
        for period, reckoning in store.reckonings().items()
        if period in look.open_periods
        for office, one in store.findings(reckoning, of_returns=False)
        if _is_open(one)
    ]


def waiting_told(look: Look) -> list[Words]:
    """Return the files in the inbox that are not taken yet, and why."""
    waiting = [one for one in look.night.store.seen() if one.state != "taken"]
    return [Words(f"{one.file}: {WAITING[one.why].en}", f"{one.file}：{WAITING[one.why].zh}") for one in waiting]


# ---- what was said and is different today ---------------------------------------------------------------


def restated_told(look: Look) -> list[dict[str, Any]]:
    """Return what issued reports said otherwise: the figure in words with old and new value, and the causes."""
    return [
        {"text": in_words(one["figure"], one["old"], one["new"], look), "causes": one["causes"]}
        for one in restatements(look.night.store)
    ]


def in_words(figure: str, old: str, new: str, look: Look) -> Words:
    """Return a restatement as a person says it: what the figure counts, of whom, when; its old and its new value."""
    name, _, when = figure.partition("@")
    year, _, quarter = when.partition("-Q")
    period = Period(int(year), int(quarter))
    indicator = look.night.library.indicators.get(name.split("/")[0].split(".")[0])
    en, zh = (
        (
            _named(name, indicator, look, language),
            show_period(period, language),
            *(_value(text, name, indicator, language) for text in (old, new)),
        )
        for language in ("en", "zh")
    )
    return Words(f"{en[0]}, {en[1]}: {en[2]} → {en[3]}", f"{zh[0]}，{zh[1]}：{zh[2]} → {zh[3]}")


def _named(name: str, indicator: Indicator | None, look: Look, language: str) -> str:
    """Return a figure's name in words: what it counts, which aspect of it, of whom."""
    head, *slices = name.split("/")
    aspect = ASPECTS.get(head.partition(".")[2])
    title = indicator.title[language] if indicator else head
    parts = [aspect[language]] if aspect else []
    parts += [split_in_words(*one.partition("=")[::2], look, language) for one in slices]
    return ("，" if language == "zh" else ", ").join([title, *parts])


ASPECTS = {
    "cumulative": Words("so far", "累计"),
    "baseline": Words("baseline", "基线"),
    "target": Words("target", "目标"),
    "reached_pct": Words("per cent of the target", "目标完成率"),
}
SEXES = {"women": Words("women", "女性"), "men": Words("men", "男性"), "unknown": Words("sex not reported", "性别未报")}


def split_in_words(split: str, code: str, look: Look, language: str) -> str:
    """Return whose part of a figure a slice is: women, an office, an entry of a list or a row of a register."""
    if split == "sex" and code in SEXES:
        return SEXES[code][language]
    if split == "office":
        rows = [row for row in look.offices() if row["office"].plain == code]
        return name_of(rows[0])[language] if rows else code
    return _entry(split, code, look.night.library, language) or _registered(split, code, look, language) or code


def _fields(library: Library, name: str) -> list[Any]:
    tables = [table for form in library.forms.values() for table in form.tables]
    return [field for table in tables for field in table.fields if field.name == name]


def _entry(split: str, code: str, library: Library, language: str) -> str:
    """Return an entry of a list in words; of a split by field (`role`), the field's title."""
    if split == "role":
        return next((str(field.title[language]) for field in _fields(library, code)), "")
    lists = [library.lists[field.list] for field in _fields(library, split) if field.list]
    return next((str(entries[code].words[language]) for entries in lists if code in entries), "")


def _registered(split: str, code: str, look: Look, language: str) -> str:
    """Return what a row of a register is called."""
    rows = [row for field in _fields(look.night.library, split) if field.ref for row in look.known.rows(field.ref)]
    named = [row for row in rows if row.key == code and f"name_{language}" in row.values]
    return str(named[0][f"name_{language}"].plain) if named else ""


def _value(text: str, name: str, indicator: Indicator | None, language: str) -> str:
    """Return a value that a restatement tells, rounded as its page shows it."""
    found = NUMBER.search(text)
    if found is None or indicator is None:
        return text
    unit, decimals = ("%", 0) if ".reached_pct" in name else (indicator.unit, indicator.decimals)
    bound = next((one for one in Bound if text.startswith(one.replace("_", " "))), Bound.EXACT)
    number = Decimal(found.group().replace(",", "").replace("−", "-"))
    return show_number(number, unit=unit, decimals=decimals, bound=bound, language=language)


NUMBER = re.compile(
    r"[−-]?\d[\d,]*(?:\.\d+)?"
)  # as a restatement tells it: 36.25, more than 33.3 %, RMB 1,000, −85.2 %
