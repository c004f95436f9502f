"""The nightly job, from the inbox to the reports.  Read `run` first: it is the whole way.

inbox/<office>/* ─ intake ─ examine (read ─ check) ─ store     one workbook: pure, cached, in a killable worker
open periods:  store ─ check.against ─ merge ─ indicators ─ store
               store ─ feedback ─ publish ─> reports/feedback/<office>/
               store ─ report ─ pdf ─ publish ─> reports/<period>/

collect   new files: kept, examined, placed        known   what they are read by and judged against
reckon    a period: which returns count, figures   write   its reports
letters   what each office is told                 answer  its own workbook, marked, in its folder
blanks    the form of a new quarter, for each office
ask       status, explain, check: nothing changes
show      the status page                          tell    health, log, summary
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline import __version__, check, examine, files
from pipeline.errors import PipelineError
from pipeline.form import load_library
from pipeline.model import Period
from pipeline.run.answer import answer_offices
from pipeline.run.ask import unanswered
from pipeline.run.blanks import offer_blanks
from pipeline.run.collect import collect, take_deliveries
from pipeline.run.decide import decide, find_restated, is_locked, issue, issue_reports, learn_acts, rule
from pipeline.run.night import Night, Outcome
from pipeline.run.reckon import reckon
from pipeline.run.show import show_status
from pipeline.run.tell import tell
from pipeline.run.write import write_pdfs, write_reports
from pipeline.settings import Settings
from pipeline.store import Act, open_store
from pipeline.timetable import Timetable

__all__ = ["Act", "Outcome", "act", "alone", "run", "run_if_due"]


def run(
    settings: Settings, now: datetime, period: Period | None = None, clock: Callable[[], datetime] | None = None
) -> Outcome:
    """Take what is new, examine it, compute the periods it touches and fill their reports.

    Idempotent: with nothing new it writes nothing but its own line in the ledger.  A
    workbook or template that cannot be taken never stops the others.

    Args:
        settings: of the installation.
        now: the moment, for receipts, the journal and the timetable; no report depends on it.
        period: the one to compute and report; all that are open if left out.
        clock: asked when the run has ended; the moment of its start stands for that if left out.

    Raises:
        PipelineError: settings, descriptors or archive need a person, or another run is at work.
    """
    if not settings.inbox.is_dir():
        raise PipelineError(
            f"The inbox {settings.inbox} is not there, so nothing was looked at. Is the shared folder connected? "
            "If it lies elsewhere, say so in pipeline.toml, [folders] inbox."
        )
    with alone(settings), a_night(settings, now, clock) as night:
        take_deliveries(night)
        collect(night)
        learn_acts(night)
        wanted = [when for when in night.periods() if period in (None, when) and not is_locked(night, when)]
        for when in wanted:
            rule(night, when)
            reckon(night, when)
        answer_offices(night, [when for when in night.periods() if period in (None, when)])
        issue_reports(night)  # the drafts that lay there before tonight's are written
        find_restated(night)
        for when in wanted:
            write_reports(night, when)
        write_pdfs(night)
        offer_blanks(night)
        show_status(night)
        night.outcome.unanswered = [str(one) for one in unanswered(night.store, night.library)]
        tell(night)
        return night.outcome


def run_if_due(settings: Settings, now: datetime, clock: Callable[[], datetime] | None = None) -> Outcome | None:
    """Do the night's run if it is due and was not done; None if there is nothing to do."""
    library = load_library(settings.templates, check.TABLE_RULES)
    with open_store(settings.archive, settings.ledger, library) as store:
        last = store.last_run()
    done = date.fromisoformat(last.night) if last else None
    due = Timetable(settings.hour, ZoneInfo(settings.zone)).due(now, done)
    return run(settings, now, clock=clock) if due else None


def act(settings: Settings, now: datetime, decided: Act, clock: Callable[[], datetime] | None = None) -> Outcome:
    """Do what the project office decided at the command line, as the sheet `acts` would; then run."""
    with alone(settings), a_night(settings, now) as night:
        (issue if decided.act == "issue" else decide)(night, decided)
        troubles = night.outcome.troubles
        acts = night.outcome.acts
    outcome = run(settings, now, clock=clock)
    outcome.troubles, outcome.acts = [*troubles, *outcome.troubles], [*acts, *outcome.acts]
    return outcome


@contextmanager
def a_night(settings: Settings, now: datetime, clock: Callable[[], datetime] | None = None) -> Iterator[Night]:
    """Give all that a run works with; its start and end stand in the ledger."""
    library = load_library(settings.templates, check.TABLE_RULES)
    cost = examine.Limits(settings.workers, settings.seconds, settings.memory_mb)
    with (
        examine.executor(settings.engine, cost) as workers,
        open_store(settings.archive, settings.ledger, library) as store,
    ):
        night = Night(settings, library, store, workers, cost, now, clock)
        number = store.begin_run(__version__, night.timetable.night_of(now), night.at)
        if store.was_cut_short():
            files.sweep(settings.archive, settings.reports, settings.var)
        yield night
        store.end_run(number, night.ended_at(), "done", night.outcome.news())


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the lock of the installation; Busy if another run does."""
    with files.alone(settings.var):
        yield
