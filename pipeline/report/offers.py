"""What is empty today -> what would stand there, so that a template can be looked through without waiting for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.report.printable import Term

ROW = "number title unit baseline target value cumulative reached_pct bar women reason off"
RESULT = "measure note before after change only_change bar"
ITEM = "code place date headline text"
DONOR: Mapping[str, str] = {  # a list or a group, and the names in it; [] stands for each of a list
    "off_target[]": f"{ROW} reached",
    "participants.rows[]": "office women men total",
    "participants.legend[]": "swatch name",
    "results[]": "name",
    "results[].rows[]": RESULT,
    "result_charts[]": "better chart",
    "partners[]": "name partner_kind agreement status since pays paragraphs[]",
    "contributions[]": "activity office payer in_form amount sample_mark",
    "stories[][][]": "place headline paragraphs[]",
    "upcoming[]": "when title place audience paragraphs[]",
    "returns.rows[]": "office counted state lacking",
    "restatements[]": "title period old new change why[]",
}
NEWSLETTER: Mapping[str, str] = {
    "news.left[]": ITEM,
    "news.right[]": ITEM,
    "comment": "code headline person role portrait first[] rest[]",
    "upcoming[]": ITEM,
    "hub": "sources",
    "hub.stories[]": ITEM,
    "hub.enterprises[]": "code name office",
    "hub.enterprises[].rows[]": RESULT,
    "pairs[]": "code title before after before_caption after_caption",
}


def paths_of(offers: Mapping[str, str]) -> tuple[str, ...]:
    """Return each name by its whole path.

    >>> paths_of({"pairs[]": "title notes[]"})
    ('pairs[].title', 'pairs[].notes[]')
    """
    return tuple(f"{holder}.{name}" for holder, names in offers.items() for name in names.split())


def with_offers(context: Mapping[str, object], paths: Iterable[str]) -> dict[str, object]:
    """Return what a template may use, with one thing of each kind where there is none today.

    >>> with_offers({"pairs": [], "status": Term("Draft")}, ["pairs[].title"])
    {'pairs': [{'title': Term(text='')}], 'status': Term(text='Draft')}
    """
    known = tuple(paths)
    return {name: _filled(name, value, known) for name, value in context.items()}


def _filled(path: str, value: Any, paths: tuple[str, ...]) -> Any:
    if value is None or value == []:
        offered = any(one.startswith((f"{path}.", f"{path}[]")) for one in paths)
        return _sample(path, paths) if offered else value
    if isinstance(value, dict):
        return {name: _filled(f"{path}.{name}", inner, paths) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(f"{path}[]", one, paths) for one in value]
    return value


def _sample(path: str, paths: tuple[str, ...]) -> Any:
    """Return what stands at a path: a list of one, a group of names, or a word."""
    rest = [one.removeprefix(path) for one in paths if one.startswith((f"{path}.", f"{path}[]"))]
    if any(one.startswith("[]") for one in rest):
        return [_sample(f"{path}[]", paths)]
    names = dict.fromkeys(one[1:].split(".")[0].split("[")[0] for one in rest)
    return {name: _sample(f"{path}.{name}", paths) for name in names} or Term("")
