"""A Figure -> file, sheet and cell of every value that went into it.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.model import Addend, Figure, Indicator, LeftOut, Record, Submission


@dataclass(frozen=True, slots=True)
class Sources:
    """The records that figures point to, by ref, and the submission that each came with."""

    records: Mapping[str, Record]
    submissions: Mapping[str, Submission]  # by the ref of a record


def explain_figure(figure: Figure, indicator: Indicator, sources: Sources) -> dict[str, Any]:
    """Return the figure as `score explain --json` says it; numbers are texts, files stand below inbox/.

    The values of the addends add up to the value of a sum or count; those with the role
    `part` and those with the role `whole` to the two sums of a ratio.
    """
    return {
        **tell_figure(figure),
        "definition": _definition(figure, indicator),
        "addends": [_addend(addend, sources) for addend in figure.addends],
        "left_out": [_left_out(one, sources) for one in figure.left_out],
    }


def tell_figure(figure: Figure) -> dict[str, Any]:
    """Return the figure without its addends, as `score figures --json` says it."""
    return {
        "figure": figure.id,
        "period": str(figure.period),
        "value": _text(figure.value),
        "unit": figure.unit,
        "state": str(figure.state),
        "bound": str(figure.bound),
        "n": figure.n,
        "part": _text(figure.part),
        "whole": _text(figure.whole),
        "sample": figure.sample,
    }


def _text(number: Decimal | None) -> str | None:
    """Return a number in plain digits.

    >>> _text(Decimal("2E+1")), _text(Decimal("3.9800")), _text(None)
    ('20', '3.98', None)
    """
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _definition(figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """Return what the number means, as indicators.yaml has it."""
    told = {
        "code": indicator.code,
        "title": {"en": indicator.title.en, "zh": indicator.title.zh},
        "aspect": figure.aspect,
        "number": indicator.number,
        "from": indicator.table,
        "of": list(indicator.of),
        "where": {field: list(wanted) for field, wanted in indicator.where.items()},
        "over_time": indicator.over_time,
    }
    return {name: value for name, value in told.items() if value}


def _addend(addend: Addend, sources: Sources) -> dict[str, Any]:
    return {
        **_place(addend.record, addend.field, sources),
        "value": _text(addend.value),
        "role": addend.role,
        "bound": str(addend.bound),
        "sample": addend.sample,
        "corrected_by": _correction(addend.corrected_by, sources),
    }


def _place(ref: str, field: str, sources: Sources) -> dict[str, Any]:
    record, submission = sources.records[ref], sources.submissions[ref]
    return {
        "office": record.office,
        "file": submission.file,
        "version": submission.version,
        "sheet": record.sheet,
        "cell": record.cells.get(field),
        "typed": record.typed.get(field, ""),
    }


def _correction(ref: str | None, sources: Sources) -> str | None:
    """Return the correction behind a value: its code and the cell it stands in."""
    if ref is None:
        return None
    record, submission = sources.records[ref], sources.submissions[ref]
    return f"{record.key} ({submission.file}, {record.sheet}!{record.cells.get('instead', '')})"


def _left_out(one: LeftOut, sources: Sources) -> dict[str, Any]:
    nowhere = {"file": None, "sheet": None, "cell": None}
    place = _place(one.record, one.field or "", sources) if one.record else nowhere
    return {"office": one.office, **{name: place[name] for name in nowhere}, "why": one.why}
