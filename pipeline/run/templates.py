"""A Word template -> what is wrong with it, and what it may use; nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import check
from pipeline.errors import PipelineError
from pipeline.form import load_library
from pipeline.messages import say
from pipeline.model import Finding
from pipeline.run.ask import refuse_undefined
from pipeline.run.basis import Basis
from pipeline.run.write import REPORTS, Report
from pipeline.settings import Settings
from pipeline.store import open_store

if TYPE_CHECKING:  # Word is only loaded when there is something to fill
    from pipeline.report import Made

KINDS = {report.name: report for report in REPORTS if report.name == report.template}


def check_templates(settings: Settings, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return for each template its file, its report and its faults, as `score template check --json` says it.

    A template is checked as that of the report of its name; one of another name as that in
    which it has the fewest faults.  Where nothing is reckoned yet the names in it cannot be
    looked up, and `names` says so.
    """
    told = []
    asked = {path: [KINDS[path.name]] if path.name in KINDS else list(KINDS.values()) for path in paths}
    made = {kind: _made(settings, kind) for kinds in asked.values() for kind in kinds}
    for path, kinds in asked.items():
        checked = [(kind, _checked(path, made[kind])) for kind in kinds]
        kind, found = min(checked, key=lambda pair: len(pair[1]))
        faults = [
            {"code": one.code, "severity": str(one.severity), "message": {"en": say(one).en, "zh": say(one).zh}}
            for one in found
        ]
        told.append({"file": str(path), "report": kind.name, "names": made[kind] is not None, "faults": faults})
    return told


def template_fields(settings: Settings, name: str) -> list[tuple[str, str]]:
    """Return what the template of a report may use, each with what it says today.

    Raises:
        PipelineError: nothing is reckoned yet, so there is nothing to show.
    """
    from pipeline import report

    made = _made(settings, _report(name))
    if made is None:
        raise PipelineError("Nothing is computed yet, so there are no values to show. Do `score run` first.")
    return [(use.path, use.today) for use in report.fields_of(made.context, made.offers)]


def _report(name: str) -> Report:
    """Return the report that a template is for."""
    if name not in KINDS:
        raise PipelineError(f"There is no report {name!r}. Name one of: {', '.join(KINDS)}.")
    return KINDS[name]


def _checked(path: Path, made: Made | None) -> list[Finding]:
    from pipeline import report

    if made is None:
        return report.check_template(path.read_bytes(), None, path.name)
    return report.check_template(path.read_bytes(), made.context, path.name, made.offers)


def _made(settings: Settings, kind: Report) -> Made | None:
    from pipeline import report

    pages = {"donor-report.docx": report.donor_report}.get(kind.template or "", report.newsletter)
    library = load_library(settings.templates, check.TABLE_RULES)
    with open_store(settings.archive, settings.ledger, library) as store:
        reckonings = store.reckonings()
        if not reckonings:
            return None
        period, reckoning = list(reckonings.items())[-1]
        refuse_undefined(store.figures(reckoning), library)
        return pages(Basis(store, library, period, reckoning).material, kind.language)
