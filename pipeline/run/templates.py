"""A Word template -> what is wrong with it, and what it may use; nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline import check
from pipeline.errors import PipelineError
from pipeline.form import load_library
from pipeline.messages import say
from pipeline.run.ask import refuse_undefined
from pipeline.run.basis import Basis
from pipeline.run.write import REPORTS, Report
from pipeline.settings import Settings
from pipeline.store import open_store

KINDS = {report.name: report for report in REPORTS if report.name == report.template}


def check_templates(settings: Settings, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return for each template its file, its report and its faults, as `score template check --json` says it.

    A template is checked as that of the report of its name; one of another name as that in
    which it has the fewest faults.  Where nothing is reckoned yet the names in it cannot be
    looked up, and `names` says so.
    """
    from pipeline import report

    told = []
    asked = {path: [KINDS[path.name]] if path.name in KINDS else list(KINDS.values()) for path in paths}
    contexts = {kind: _context(settings, kind) for kinds in asked.values() for kind in kinds}
    for path, kinds in asked.items():
        checked = [(kind, report.check_template(path.read_bytes(), contexts[kind], path.name)) for kind in kinds]
        kind, found = min(checked, key=lambda pair: len(pair[1]))
        context = contexts[kind]
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
    """Return the report that a template is for."""
    if name not in KINDS:
        raise PipelineError(f"There is no report {name!r}. Name one of: {', '.join(KINDS)}.")
    return KINDS[name]


def _context(settings: Settings, kind: Report) -> Mapping[str, object] | None:
    from pipeline import report

    pages = {"donor-report.docx": report.donor_report}.get(kind.template or "", report.newsletter)
    library = load_library(settings.templates, check.TABLE_RULES)
    with open_store(settings.archive, settings.ledger, library) as store:
        reckonings = store.reckonings()
        if not reckonings:
            return None
        period, reckoning = list(reckonings.items())[-1]
        refuse_undefined(store.figures(reckoning), library)
        return pages(Basis(store, library, period, reckoning).material, kind.language).context
