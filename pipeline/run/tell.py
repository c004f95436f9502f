"""An outcome -> what those who look after the machine read: health, a log, a summary of each run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import __version__, files
from pipeline.errors import CannotWrite
from pipeline.run.night import Night, Outcome
from pipeline.settings import Settings

HEADINGS: Mapping[str, tuple[str, str]] = {
    "taken": ("Taken", "已收取"),
    "same": ("The same again, no effect", "内容相同，不计"),
    "refused": ("Could not be taken", "无法收取"),
    "reckoned": ("Computed", "已计算"),
    "acts": ("Acts", "操作"),
    "restated": ("Restated", "重述"),
    "written": ("Written", "已生成"),
    "answers": ("Answers to offices", "给各单位的答复"),
    "forms": ("Blank forms", "空白报表"),
    "beside": ("Edited by a person: the new draft lies beside it", "稿件已被人修改，新稿放在旁边"),
    "kept": ("Edited by a person: the new draft still lies beside it", "稿件已被人修改，新稿仍在旁边"),
    "waiting": ("Waiting", "等待中"),
    "troubles": ("To be answered", "待处理"),
    "unanswered": ("To be answered", "待处理"),
    "notes": ("To be looked at", "请留意"),
}


def tell(night: Night) -> None:
    """Write the run's line into var/log/, var/health.json, and a summary into reports/log/ if there was news."""
    outcome = night.outcome
    told = {"version": __version__, "code": outcome.code, "ignored": outcome.ignored}
    _log(night.settings, night.at, "run", {**told, **items_of(outcome)})
    due, ended = night.timetable.next_after(night.now, night.timetable.night_of(night.now)), night.ended_at()
    health = {"started_at": night.at, "ended_at": ended, "last_success": ended, "exit_code": outcome.code}
    more = {"error": None, "next_due": due.isoformat(), "version": __version__}
    beat(night.settings, datetime.fromisoformat(ended), {**health, **more})
    if outcome.news():
        name = f"{night.timetable.night_of(night.now)}-{night.now:%H%M%S}.md"
        files.write(night.settings.reports / "log" / name, summary(night).encode())


def tell_failure(settings: Settings, started: datetime, ended: datetime, error: str) -> None:
    """Write that a run could not be done into var/log/ and var/health.json; its last success stays what it was.

    Raises:
        CannotWrite: that cannot be written either.
    """
    _log(settings, started.isoformat(), "run", {"version": __version__, "code": 2, "error": error})
    told = {"started_at": started.isoformat(), "ended_at": ended.isoformat(), "exit_code": 2, "error": error}
    beat(settings, ended, told)


def tell_fault(night: Night, file: str, where: str) -> None:
    """Say that our own code failed at a file, and write into var/log/ where.

    Raises:
        CannotWrite: that cannot be written.
    """
    failure = where.strip().splitlines()[-1].split(":")[0]
    night.outcome.troubles.append(f"{file}: our program failed at it ({failure}); see var/log/score.jsonl.")
    _log(night.settings, night.at, "fault", {"version": __version__, "file": file, "traceback": where})


def tell_trouble(settings: Settings, now: datetime, error: str) -> None:
    """Write into var/log/ what kept the program that stays up from starting a run.

    Raises:
        CannotWrite: that cannot be written either.
    """
    _log(settings, now.isoformat(), "serve", {"error": error})


def _log(settings: Settings, at: str, event: str, told: Mapping[str, Any]) -> None:
    path = settings.var / "log" / "score.jsonl"
    try:
        files.append(path, json.dumps({"at": at, "event": event, **told}, ensure_ascii=False))
    except OSError as error:
        raise CannotWrite(f"{path} could not be written: {error.strerror}. Make room or see to its rights.") from error


def beat(settings: Settings, now: datetime, told: Mapping[str, Any]) -> None:
    """Put what is told into var/health.json, with the moment of this sign of life."""
    path = settings.var / "health.json"
    health = {**_health(path), **told, "beat_at": now.isoformat()}
    files.write(path, json.dumps(health, ensure_ascii=False, indent=1).encode())


def _health(path: Path) -> dict[str, Any]:
    """Return what the file of health says; nothing if it is missing or broken: the next sign of life makes it good."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def items_of(outcome: Outcome) -> dict[str, list[str]]:
    """Return what a run did and what waits for a person, in the order of `HEADINGS`; only what there is."""
    return {name: items for name in HEADINGS if (items := getattr(outcome, name))}


def summary(night: Night) -> str:
    """Return the run as a page that a person reads, in both languages."""
    when = night.now.astimezone(night.timetable.zone)
    parts = [f"# {when:%Y-%m-%d %H:%M} {night.settings.zone}"]
    for name, items in items_of(night.outcome).items():
        en, zh = HEADINGS[name]
        parts.append(f"## {en} · {zh}\n" + "\n".join(f"- {item}" for item in items))
    if night.outcome.ignored:
        parts.append(f"## Ignored · 已略过\n- {night.outcome.ignored}")
    return "\n\n".join(parts) + "\n"
