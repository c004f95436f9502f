"""pipeline.toml -> the settings of an installation.

A name that is not known is refused with the one that was probably meant.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import SettingsError

FILE = "pipeline.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how much a workbook may cost; folders are below the project folder."""

    folder: Path
    inbox: Path
    reports: Path
    archive: Path
    var: Path
    templates: Path
    project_office: str
    hour: int  # at which the night's run is due, on the clock of `zone`
    zone: str
    wake_minutes: int  # how often `score serve` asks whether a run is due
    longest_minutes: int  # after which `score serve` ends a run that hangs
    wait_minutes: int  # how long a file that is not complete may stay so before it counts as damaged
    engine: str  # process: killable workers | serial: in this process, for a look without limits
    workers: int
    seconds: int  # that one workbook may take
    memory_mb: int  # that one workbook may take; not held on Windows

    @property
    def ledger(self) -> Path:
        """Where the ledger lies."""
        return self.var / "ledger.sqlite"


SECTIONS: Mapping[str, Mapping[str, Any]] = {
    "folders": {"inbox": "inbox", "reports": "reports", "archive": "archive", "var": "var", "templates": "templates"},
    "offices": {"project_office": "project-office"},
    "nights": {"hour": 2, "zone": "Asia/Shanghai", "wake_minutes": 30, "longest_minutes": 120},
    "intake": {"wait_minutes": 60},
    "reading": {"engine": "process", "workers": 2, "seconds": 60, "memory_mb": 2048},
}


def load_settings(folder: Path) -> Settings:
    """Return the settings of a project folder; what pipeline.toml leaves out is as shipped.

    Raises:
        SettingsError: there is no pipeline.toml, or it says something unknown or impossible.
    """
    path = folder / FILE
    if not path.is_file():
        raise SettingsError(f"There is no {FILE} in {folder}. Go to the project folder, or name it with --folder.")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE} is not TOML: {error}.") from error
    _refuse_unknown(given, SECTIONS, "section")
    values: dict[str, Any] = {}
    for section, known in SECTIONS.items():
        _refuse_unknown(given.get(section, {}), known, f"setting of [{section}]")
        values |= {
            name: _typed(section, name, given.get(section, {}).get(name, usual), usual) for name, usual in known.items()
        }
    return Settings(
        folder=folder,
        **{f.name: _placed(folder, f.name, values[f.name]) for f in fields(Settings) if f.name != "folder"},
    )


def _placed(folder: Path, name: str, value: Any) -> Any:
    return folder / value if name in SECTIONS["folders"] else value


def _refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any], what: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(known)}."
            raise SettingsError(f"{FILE}: {name!r} is no {what}. {hint}")


def _typed(section: str, name: str, value: Any, usual: Any) -> Any:
    right, expected = RIGHT.get(name, (lambda given: not isinstance(given, int) or given >= 1, "at least 1"))
    if type(value) is not type(usual):
        kind = "a whole number" if isinstance(usual, int) else "a text"
        raise SettingsError(f"{FILE}, [{section}]: {name!r} is {value!r}; {kind} was expected, like {usual!r}.")
    if not right(value):
        raise SettingsError(f"{FILE}, [{section}]: {name!r} is {value!r}; {expected} was expected, like {usual!r}.")
    return value


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return False


RIGHT: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "hour": (lambda hour: 0 <= hour <= 23, "0 to 23"),
    "wait_minutes": (lambda minutes: minutes >= 0, "0 or more"),
    "zone": (_is_zone, "a time zone"),
    "engine": (lambda engine: engine in ("process", "serial"), "'process' or 'serial'"),
}
