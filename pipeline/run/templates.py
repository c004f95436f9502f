"""A Word template -> what is wrong with it, and what it may use; nothing changes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline import check
from pipeline.errors import PipelineError
from pipeline.form import load_library
from pipeline.messages import say
from pipeline.run.basis import Basis
from pipeline.run.write import REPORTS, Report
from pipeline.settings import Settings
from pipeline.store import open_store


def check_templates(settings: Settings, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return for each template its file, its report and its faults, as `score template check --json` says it.

    A template is checked as that of the report whose name is nearest to the file's.  Where
    nothing is reckoned yet the names in it cannot be looked up, and `names` says so.
    """
    from pipeline import report

    told = []
    for path in paths:
        kind = _report(path.name)
        context = _context(settings, kind)
        found = report.check_template(path.read_bytes(), context, path.name)
        faults = [
            {"code": one.code, "severity": str(one.severity), "message": {"en": say(one).en, "zh": say(one).zh}}
            for one in found
        ]
        told.append({"file": str(path), "report": kind.name, "names": context is not None, "faults": faults})
    return told


def template_fields(settings: Settings, name: str) -> list[tuple[str, str]]:
    """Return what the template of a report may use, each with what it says today.

    Raises:
        PipelineError: nothing is reckoned yet, so there is nothing to show.
    """
    from pipeline import report

    context = _context(settings, _report(name))
    if context is None:
        raise PipelineError("Nothing is computed yet, so there are no values to show. Do `score run` first.")
    return [(use.path, use.today) for use in report.fields_of(context)]


def _report(name: str) -> Report:
    """Return the report that a template is for: the one of its name, else of the nearest."""
    known = {report.template: report for report in reversed(REPORTS) if report.template}
    near = difflib.get_close_matches(name, known, 1, cutoff=0)
    return known[name] if name in known else known[near[0]]


def _context(settings: Settings, kind: Report) -> Mapping[str, object] | None:
    from pipeline import report

    pages = {"donor-report.docx": report.donor_report}.get(kind.template or "", report.newsletter)
    library = load_library(settings.templates, check.TABLE_RULES)
    with open_store(settings.archive, settings.ledger, library) as store:
        reckonings = store.reckonings()
        if not reckonings:
            return None
        period, reckoning = list(reckonings.items())[-1]
        return pages(Basis(store, library, period, reckoning).material, kind.language).context
