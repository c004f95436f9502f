"""Words typed at a terminal -> a run or an answer; the one place with a clock and a voice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from pipeline import __version__, files
from pipeline.errors import Busy, CannotWrite, PipelineError
from pipeline.model import Period
from pipeline.settings import Settings, load_settings
from pipeline.values import show_day

if TYPE_CHECKING:  # the run is only loaded by the commands that need it
    from pipeline.run import Outcome

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for other programs.")]
InPeriod = Annotated[str | None, typer.Option("--period", help="A quarter, like 2014-Q4; the newest if left out.")]


@app.callback(invoke_without_command=True)
def folder(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--folder", help="The project folder, with pipeline.toml.")] = Path(),
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """Quarterly returns in Excel become checked records, explained figures and Word reports."""
    if version:
        typer.echo(f"score-pipeline {__version__}")
        raise typer.Exit
    context.obj = folder


@app.command()
def run(
    context: typer.Context,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only if the night's run is due and was not done.")] = False,
    period: Annotated[str | None, typer.Option("--period", help="Only this quarter, like 2014-Q4.")] = None,
) -> None:
    """Take what is new, check it, merge it, fill the reports.  Safe to repeat.

    Exit codes: 0 done; 1 done, and something waits for a person; 2 could not be done; 3 another run is at work.
    """
    settings, now, wanted = _settings(context), _now(), _period(period)
    with files.alone(settings.var):
        pass  # before the program is loaded: while another run is at work this one leaves within a second
    with _failure_told(settings, now):
        from pipeline.run import run as run_night
        from pipeline.run import run_if_due

        outcome = run_if_due(settings, now, _now) if if_due else run_night(settings, now, wanted, _now)
    if outcome is None:
        typer.echo("Not due: this night's run was done.")
        return
    _say_outcome(outcome)
    raise typer.Exit(outcome.code)


@contextmanager
def _failure_told(settings: Settings, started: datetime) -> Iterator[None]:
    """Leave a line in the log and in the health if a run cannot be done."""
    try:
        yield
    except Busy:
        raise
    except Exception as error:
        from pipeline.run.tell import tell_failure

        told = str(error) if isinstance(error, PipelineError) else repr(error)
        try:
            tell_failure(settings, started, _now(), told)
        except CannotWrite as full:
            if str(full) != told:
                typer.echo(str(full), err=True)
        raise


def _say_outcome(outcome: Outcome) -> None:
    from pipeline.run.tell import HEADINGS, items_of

    if not outcome.news():
        typer.echo("Nothing new: everything in the inbox is known and the reports are up to date.")
    for name, items in items_of(outcome).items():
        lines = [", ".join(items)] if name in outcome.news() else items
        for line in lines:
            typer.echo(f"{HEADINGS[name][0]}: {line}")
    if outcome.ignored:
        typer.echo(f"Ignored: {_files(outcome.ignored)} left by programs.")


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


@app.command()
def serve(context: typer.Context) -> None:
    """Stay up and start `run --if-due` again and again, each in a process of its own.  Ends on Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # before all else: what follows takes a second to load
        signal.signal(number, lambda *_: stop.set())
    from pipeline.serve import Server

    settings = _settings(context)
    command = [sys.executable, "-m", "pipeline", "--folder", str(settings.folder), "run", "--if-due"]
    beat = _signs_of_life(settings)
    server = Server(
        lambda: _start(command, settings, stop, beat), settings.wake_minutes, _local_now, _trouble_of(settings)
    )
    typer.echo(f"Serving {settings.folder}: a run is due each day from {settings.hour}:00 {settings.zone}.")
    while not stop.is_set():
        server.tick()
        beat(True)
        stop.wait(TICK)
    beat(False)
    typer.echo("Ended.")


TICK = 5.0  # seconds between two looks at the timetable


def _local_now() -> datetime:
    return datetime.now().astimezone()


def _now() -> datetime:
    return datetime.now(UTC)


def _signs_of_life(settings: Settings) -> Callable[[bool], None]:
    """Return what gives a sign of life; where it cannot be written that is said once, and the service goes on."""
    said = ""

    def beat_now(serving: bool) -> None:
        from pipeline.run.tell import beat

        nonlocal said
        try:
            beat(settings, _now(), {"serving": serving})
            said = ""
        except CannotWrite as error:
            if str(error) != said:
                typer.echo(str(error), err=True)
            said = str(error)

    return beat_now


def _trouble_of(settings: Settings) -> Callable[[str], None]:
    """Return what says a trouble of the service, at the terminal and in the log."""

    def say(text: str) -> None:
        from pipeline.run.tell import tell_trouble

        typer.echo(text, err=True)
        try:
            tell_trouble(settings, _now(), text)
        except CannotWrite as error:
            typer.echo(str(error), err=True)

    return say


def _start(command: list[str], settings: Settings, stop: threading.Event, beat: Callable[[bool], None]) -> None:
    """Start a run and wait for it; one that hangs, or that is at work when we are told to end, is ended."""
    from pipeline.serve import attend

    process = subprocess.Popen(command)
    if not attend(process, settings.longest_minutes * 60, stop, lambda: beat(True), TICK):
        typer.echo("The run was ended: it took too long, or the service ends. The next one goes on where it stopped.")


@app.command()
def act(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="issue, lock, unlock, hold, choose or send-back.")],
    period: Annotated[str, typer.Option("--period", help="The quarter, like 2014-Q4.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")],
    report: Annotated[str, typer.Option("--report", help="For issue: donor_report or newsletter.")] = "",
    office: Annotated[str, typer.Option("--office", help="For hold, choose, send-back: the office.")] = "",
    file: Annotated[str, typer.Option("--file", help="For issue: what went out; for choose: the workbook.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
) -> None:
    """Decide what the sheet `acts` of the project office's workbook decides; then run."""
    from pipeline.run import Act
    from pipeline.run import act as decide

    name = what.replace("-", "_")
    if name not in NEEDS:
        raise PipelineError(f"{what!r} is no act. Known are: {', '.join(NEEDS)}.")
    given = {"report": report, "office": office, "file": file}
    if missing := [option for option in NEEDS[name] if not given[option]]:
        raise PipelineError(f"`score act {what}` needs --{missing[0]}.")
    now = _now()
    quarter, at = str(_period(period)), now.isoformat(timespec="microseconds")
    told = Act(name, quarter, now.date().isoformat(), by, at, f"cli-{now:%Y%m%dT%H%M%S}", reason=reason, **given)
    settings = _settings(context)
    with _failure_told(settings, now):
        outcome = decide(settings, now, told, _now)
    _say_outcome(outcome)
    raise typer.Exit(outcome.code)


NEEDS: dict[str, tuple[str, ...]] = {
    "issue": ("report",),
    "lock": (),
    "unlock": (),
    "hold": ("office",),
    "choose": ("office", "file"),
    "send_back": ("office",),
}


@app.command()
def verify(context: typer.Context) -> None:
    """Say whether archive, ledger and issued reports agree.  Exit code 1 if they do not."""
    from pipeline.run.keep import verify as look_over

    faults = look_over(_settings(context))
    for fault in faults:
        typer.echo(fault)
    if not faults:
        typer.echo("Archive, ledger and issued reports agree.")
    raise typer.Exit(int(bool(faults)))


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the ledger again from the archive alone; reports stay as they are."""
    from pipeline.run import alone
    from pipeline.run.keep import rebuild as make_again

    settings = _settings(context)
    with alone(settings):
        outcome = make_again(settings, _now())
    typer.echo(f"The ledger was made again from the archive: {len(outcome.reckoned)} computations.")


@app.command()
def check(
    context: typer.Context, files: Annotated[list[Path], typer.Argument(help="Workbooks.")], json: Json = False
) -> None:
    """Check workbooks without taking them.  Exit code 1 if one would not be accepted."""
    from pipeline.run.ask import check_files

    if missing := [path for path in files if not path.is_file()]:
        raise PipelineError(f"There is no file {missing[0]}. Name the workbook with its folder.")
    told = check_files(_settings(context), files, _now())
    if json:
        _say_json({"files": told})
    else:
        _say_checked(told)
    raise typer.Exit(int(not all(one["accepted"] for one in told)))


@app.command()
def forms(
    context: typer.Context,
    period: Annotated[
        str | None, typer.Option("--period", help="A quarter, like 2015-Q1; today's if left out.")
    ] = None,
    office: Annotated[str | None, typer.Option("--office", help="One office only, like jiangsu.")] = None,
) -> None:
    """Write the blank workbooks, filled with what is known, into the offices' folders of answers."""
    from pipeline.run.blanks import write_blanks

    for path in write_blanks(_settings(context), _period(period), office, _now()):
        typer.echo(path.as_posix())


@app.command()
def status(context: typer.Context, json: Json = False) -> None:
    """Say who has sent, who has not, what is wrong, and when the last run was."""
    from pipeline.run.ask import status as ask_status

    settings = _settings(context)
    told = ask_status(settings)
    if json:
        _say_json(told)
    else:
        _say_status(told, ZoneInfo(settings.zone), _now())


@app.command()
def explain(
    context: typer.Context,
    figure: Annotated[str, typer.Argument(help="A figure, like trained_trainers/sex=women.")],
    period: InPeriod = None,
    json: Json = False,
) -> None:
    """Say where a figure comes from: file, sheet and cell of every value in it."""
    from pipeline.run.ask import explain as ask_explain

    told = ask_explain(_settings(context), figure, _period(period))
    if json:
        _say_json(told)
    else:
        _say_explained(told)


@app.command()
def figures(context: typer.Context, period: InPeriod = None, json: Json = False) -> None:
    """List all figures of a period."""
    from pipeline.run.ask import figures as ask_figures

    told = ask_figures(_settings(context), _period(period))
    if json:
        _say_json({"figures": told})
    else:
        for one in told:
            typer.echo(f"{one['figure']:60} {_value(one)}")


template = typer.Typer(no_args_is_help=True, help="Look at the Word templates: what is wrong, what they may use.")
app.add_typer(template, name="template")


@template.command("check")
def check_template(
    context: typer.Context, files: Annotated[list[Path], typer.Argument(help="Word templates.")], json: Json = False
) -> None:
    """Say all that is wrong with Word templates, and where.  Exit code 1 if one could not be filled."""
    from pipeline.run.templates import check_templates

    if missing := [path for path in files if not path.is_file()]:
        raise PipelineError(f"There is no file {missing[0]}. Name the template with its folder.")
    told = check_templates(_settings(context), files)
    if json:
        _say_json({"files": told})
    else:
        _say_templates(told)
    raise typer.Exit(int(any(fault["severity"] == "error" for one in told for fault in one["faults"])))


@template.command("fields")
def list_template_fields(
    context: typer.Context,
    report: Annotated[str, typer.Argument(help="A report's template.")] = "donor-report.docx",
    json: Json = False,
) -> None:
    """List what a template may use, with today's values; [] stands for each of a list."""
    from pipeline.run.templates import template_fields

    told = template_fields(_settings(context), report)
    if json:
        _say_json({"fields": [{"field": field, "today": today} for field, today in told]})
    else:
        for field, today in told:
            typer.echo(f"{field:52} {' '.join(today.split())[:60]}")


def main() -> NoReturn:
    """Run the command line; what a person must act on is said in a sentence, with exit code 2 or 3."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a Chinese console of Windows is cp936
    try:
        app()
    except Busy as error:
        typer.echo(str(error), err=True)
        sys.exit(3)
    except PipelineError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except Exception:  # noqa: BLE001  a fault of ours must not end with 1, which means: done, and something waits
        traceback.print_exc()
        typer.echo("This is a fault of the program. Send the lines above to whoever looks after it.", err=True)
        sys.exit(2)
    sys.exit(0)


def _settings(context: typer.Context) -> Settings:
    return load_settings(context.obj.resolve())


def _period(text: str | None) -> Period | None:
    if text is None:
        return None
    year, _, quarter = text.upper().partition("-Q")
    if not (year.isdigit() and quarter in ("1", "2", "3", "4")):
        raise PipelineError(f"{text!r} is no quarter. Write it like 2014-Q4.")
    return Period(int(year), int(quarter))


def _say_json(told: Any) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _say_checked(told: list[dict[str, Any]]) -> None:
    for one in told:
        typer.echo(
            f"{one['file']}: {'accepted' if one['accepted'] else 'not accepted'} · {'可接收' if one['accepted'] else '须改正'}"
        )
        for finding in one["findings"]:
            where = f"{finding['sheet']}!{','.join(finding['cells'])}" if finding["sheet"] else "–"
            typer.echo(f"  {finding['severity']:8}{where}")
            typer.echo(f"          {finding['message']['en']}\n          {finding['message']['zh']}")


def _say_templates(told: list[dict[str, Any]]) -> None:
    for one in told:
        state = (
            "nothing wrong · 没有问题"
            if not one["faults"]
            else f"{len(one['faults'])} faults · {len(one['faults'])}处问题"
        )
        typer.echo(f"{one['file']} ({one['report']}): {state}")
        if not one["names"]:
            typer.echo("  Nothing is computed yet, so names were not looked up. 尚未计算，未核对名称。")
        for fault in one["faults"]:
            typer.echo(f"  {fault['severity']:8}{fault['message']['en']}\n          {fault['message']['zh']}")


def _say_status(told: dict[str, Any], zone: ZoneInfo, now: datetime) -> None:
    last, due = told["last_run"], told["next_run"]
    typer.echo(f"Last run: {_moment(last['ended_at'], zone)} ({zone.key})" if last else "No run yet.")
    if due:
        late = "was due " if datetime.fromisoformat(due) < now else ""
        typer.echo(f"Next run: {late}{_moment(due, zone)} ({zone.key})")
    for period in told["periods"]:
        typer.echo(f"{period['period']}")
        for one in period["returns"]:
            _say_return(one, zone)
        sent = {one["office"] for one in period["returns"]}
        for one in period["missing"]:
            if one["office"] not in sent:
                typer.echo(f"  {one['office']:16} {one['why'].replace('_', ' ')}")
        _say_counted([one for one in told["counted"] if one["period"] == period["period"]])
    for one in told["restatements"]:
        causes = "; ".join(cause["en"] for cause in one["causes"])
        typer.echo(f"Restated: {one['figure']} was {one['old']} in {one['said_in']}, is {one['new']} today: {causes}")
    for one in told["waiting"]:
        typer.echo(f"Waiting: {one['file']}: {one['message']['en']}")
    for one in told["unanswered"]:
        typer.echo(f"To be answered: {one['file'] or one['office']}: {one['message']['en']}")
    _say_ignored([one["kind"] for one in told["ignored"]])


def _moment(at: str, zone: ZoneInfo) -> str:
    """Return a moment for the eye, to the minute, on the office's clock."""
    local = datetime.fromisoformat(at).astimezone(zone)
    return f"{show_day(local.date(), 'en')}, {local:%H:%M}"


def _say_return(one: dict[str, Any], zone: ZoneInfo) -> None:
    """Say how a return stands and stood, why it waits, and what it says otherwise than the one before."""
    typer.echo(f"  {one['id']:26} version {one['version']:<3} {one['state'].replace('_', ' '):17} {one['file']}")
    stood = [f"{stand['state'].replace('_', ' ')} {_moment(stand['at'], zone)}" for stand in one["stood"]]
    typer.echo(f"      {'; '.join(stood)}")
    why = one["stood"][-1]["why"]
    if one["waits"]:
        typer.echo(f"      {one['waits']['en']}")
    elif why and one["state"] in BY_ACT:
        typer.echo(f"      {BY_ACT[one['state']]}: {why}")
    if one["changes"]:
        _say_changes(one["changes"])


BY_ACT = {"held": "held by the project office", "sent_back": "sent back by the project office"}
CHANGES_SHOWN = 20  # the others stand in the JSON


def _say_changes(changes: list[dict[str, Any]]) -> None:
    counts = [f"{sum(one['what'] == what for one in changes)} {what}" for what in ("new", "changed", "gone")]
    typer.echo(f"      against the version before: {', '.join(counts)}")
    for one in changes[:CHANGES_SHOWN]:
        field = f", {one['field']}: {one['old'] or '–'} → {one['new'] or '–'}" if one["field"] else ""
        typer.echo(f"        {one['what']:8} {one['table']} {one['key']}{field}")
    if len(changes) > CHANGES_SHOWN:
        typer.echo(f"        and {len(changes) - CHANGES_SHOWN} more: score status --json")


def _say_ignored(kinds: list[str]) -> None:
    """Say how many files are no workbooks, or nothing."""
    junk, beside = kinds.count("junk"), kinds.count("beside")
    if kinds:
        typer.echo(
            f"Ignored: {_files(junk)} left by programs; beside the workbooks: {_files(beside)} (pictures, documents)."
        )


def _say_counted(counted: list[dict[str, Any]]) -> None:
    """Say how often each code was told to the returns of a period."""
    cells: dict[str, int] = {}
    for one in counted:
        cells[one["code"]] = cells.get(one["code"], 0) + one["cells"]
    often = sorted(cells.items(), key=lambda item: (-item[1], item[0]))
    if often:
        typer.echo("  told so far: " + ", ".join(f"{code} {number}" for code, number in often))


def _say_explained(told: dict[str, Any]) -> None:
    title = told["definition"]["title"]
    typer.echo(f"{told['figure']}@{told['period']} = {_value(told)}\n{title['en']} · {title['zh']}")
    for one in told["addends"]:
        changed = f"  corrected by {one['corrected_by']}" if one["corrected_by"] else ""
        typer.echo(
            f"  {_rounded(one['value']):>10} {one['role']:8} {one['file']}  {one['sheet']}!{one['cell']}  typed {one['typed']!r}{changed}"
        )
    for one in told["left_out"]:
        cell = f"!{one['cell']}" if one["cell"] else ""  # an older edition has none
        where = f"{one['file']}  {one['sheet']}{cell}" if one["file"] else one["office"]
        typer.echo(f"  without {where}: {one['why'].replace('_', ' ')}")


def _value(told: dict[str, Any]) -> str:
    """Return a figure's value for the eye; unrounded values stand in the JSON."""
    if told["value"] is None:
        return str(told["state"]).replace("_", " ")
    bound = "" if told["bound"] == "exact" else told["bound"].replace("_", " ") + " "
    notes = [f"{told['part']} of {told['whole']}"] if told["part"] and told["unit"] == "%" else []
    notes += [f"n = {told['n']}"] if told.get("definition", {}).get("number") == "median" else []
    notes += ["rests on a sample value or an estimate"] if told["sample"] else []
    after = f" ({', '.join(notes)})" if notes else ""
    return f"{bound}{_rounded(told['value'])} {told['unit']}{after}"


def _rounded(number: str) -> str:
    """Return a number with two decimals at most, rounded half up."""
    if "." not in number:
        return number
    return f"{Decimal(number).quantize(Decimal('0.01'), ROUND_HALF_UP)}"
