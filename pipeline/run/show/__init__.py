"""What the ledger knows -> what the status page tells, and the page in its place.

look       the quarter it is about, and which return says how an office stands
offices    the matrix and the first sentence     targets    figures against targets
findings   what waits for a person; restatements documents  what went out, drafts, what lies beside
"""

from __future__ import annotations

from pipeline import files
from pipeline.errors import TemplateError
from pipeline.model import Words
from pipeline.page import status_page, without_run
from pipeline.run.night import Night
from pipeline.run.show.documents import documents_told
from pipeline.run.show.findings import findings_told, restated_told, waiting_told
from pipeline.run.show.look import Look, both, local, look_at
from pipeline.run.show.offices import due_day, offices_told, sentence, without
from pipeline.run.show.targets import figures_told

PAGE = "index.html"


def show_status(night: Night) -> None:
    """Put the status page in its place, if it tells something else than before.

    That another night was done is no news: it changes the page and stands in no summary.
    """
    template = night.settings.templates / "status.html"
    look = look_at(night)
    if look is None or not template.is_file():
        return
    try:
        data = status_page(template.read_text(encoding="utf-8"), _told(look))
    except TemplateError as error:
        night.outcome.troubles.append(str(error))
        return
    path = night.settings.reports / PAGE
    before = path.read_bytes() if path.is_file() else b""
    if files.write_if_new(path, data) and without_run(data) != without_run(before):
        night.outcome.written.append(PAGE)


def _told(look: Look) -> dict[str, object]:
    """Return what the template of the page may use."""
    offices = offices_told(look)
    due = due_day(look)
    return {
        "period": str(look.newest),
        "sentence": sentence(offices, look.newest),
        "last_run": both(look.night.timetable.night_of(look.night.now)),
        "next_run": _next_run(look.night),
        "last_news": _last_news(look),
        "due": both(due) if due else None,
        "quarters": [str(quarter) for quarter in look.quarters],
        "offices": offices,
        "figures": figures_told(look),
        "without": without(offices),
        "findings": findings_told(look),
        "waiting": waiting_told(look),
        "ignored": look.night.outcome.ignored,
        "documents": documents_told(look),
        "restatements": restated_told(look),
    }


def _next_run(night: Night) -> Words:
    """Return when the night after this one begins, on the office's clock."""
    timetable = night.timetable
    begins = timetable.next_after(night.now, timetable.night_of(night.now)).astimezone(timetable.zone)
    day, hour = both(begins.date()), f"{begins:%H:%M}"
    return Words(f"{day.en}, {hour} ({night.settings.zone})", f"{day.zh} {hour}（{night.settings.zone}）")


def _last_news(look: Look) -> Words | None:
    """Return when something last came."""
    moments = [one.received_at for one in look.submissions]
    return both(local(look.night, max(moments))) if moments else None
