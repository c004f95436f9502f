"""What is typed at a terminal, what comes back, and with which exit code."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.cli import main
from pipeline.run import Act, act, run
from pipeline.run.ask import status as ask_status
from pipeline.settings import Settings
from tests.conftest import NOW, ROOT, Send
from tests.test_story import PROJECT, send_all, training

pytestmark = pytest.mark.nights


def process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a project folder, in a process of its own."""
    command = [sys.executable, "-m", "pipeline", "--folder", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def score(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a project folder, without a new process: the same program, sooner."""
    said, erred = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(said), redirect_stderr(erred):
        patched.setattr(sys, "argv", ["score", "--folder", str(folder), *words])
        with pytest.raises(SystemExit) as ended:
            main()
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), read(said), read(erred))


def read(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def test_a_night_and_a_quiet_night(office: Settings, send: Send) -> None:
    send_all(send)
    first, second = process(office.folder, "run"), process(office.folder, "run")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[1] == "Computed: 2014-Q4"
    assert first.stdout.splitlines()[2].startswith("Written: 2014-Q4/donor-report.docx")
    assert (second.returncode, second.stdout) == (
        0,
        "Nothing new: everything in the inbox is known and the reports are up to date.\n",
    )


def test_an_error_that_stands_unanswered_is_exit_code_1(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers="twelve")])
    told = score(office.folder, "run")
    assert told.returncode == 1
    assert "north/north.xlsx: 'Trainers trained' is 'twelve'; a whole number was expected." in told.stdout
    assert score(office.folder, "run").returncode == 1  # still unanswered


def test_another_run_at_work_is_exit_code_3(office: Settings) -> None:
    office.var.mkdir()
    with FileLock(office.var / "run.lock"):
        told = process(office.folder, "run")
    assert (told.returncode, told.stderr) == (
        3,
        "Another run is at work. Wait until it has ended; nothing is lost by leaving now.\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "trained_traners"), "There is no figure 'trained_traners'. Did you mean 'trained_trainers'?"),
        (("explain", "trained_trainers", "--period", "2014Q4"), "'2014Q4' is no quarter. Write it like 2014-Q4."),
        (("explain", "trained_trainers@2013-Q1"), "Nothing was computed for '2013-Q1'. Known are: 2014-Q4."),
        (("check", "nowhere.xlsx"), "There is no file nowhere.xlsx. Name the workbook with its folder."),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_one_sentence(
    office: Settings, send: Send, words: tuple[str, ...], said: str
) -> None:
    send_all(send)
    run(office, NOW)
    told = score(office.folder, *words)
    assert (told.returncode, told.stderr.strip(), told.stdout) == (2, said, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[reading]\nengin = "serial"\n', "pipeline.toml: 'engin' is no setting of [reading]. Did you mean 'engine'?"),
        (
            '[reading]\nworkers = "two"\n',
            "pipeline.toml, [reading]: 'workers' is 'two'; a whole number was expected, like 2.",
        ),
        ("[reeding]\n", "pipeline.toml: 'reeding' is no section. Did you mean 'reading'?"),
        ("[reading\n", "pipeline.toml is not TOML"),
    ],
)
def test_a_setting_that_is_misspelt_is_refused(office: Settings, text: str, said: str) -> None:
    (office.folder / "pipeline.toml").write_text(text, encoding="utf-8")
    told = score(office.folder, "run")
    assert told.returncode == 2
    assert told.stderr.startswith(said)


def test_a_folder_that_is_none_of_ours_is_said(tmp_path: Path) -> None:
    assert (
        score(tmp_path, "status").stderr.strip()
        == f"There is no pipeline.toml in {tmp_path}. Go to the project folder, or name it with --folder."
    )


def test_explaining_in_json(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    told = json.loads(score(office.folder, "explain", "trained_trainers/sex=women@2014-Q4", "--json").stdout)
    assert set(told) >= {
        "figure",
        "period",
        "value",
        "unit",
        "state",
        "bound",
        "n",
        "part",
        "whole",
        "sample",
        "definition",
        "addends",
        "left_out",
    }
    assert {tuple(one)[:6] for one in told["addends"]} == {("office", "file", "version", "sheet", "cell", "typed")}
    assert told["addends"][0]["file"] == "north/north.xlsx"
    assert set(told["left_out"][0]) == {"office", "file", "sheet", "cell", "why"}
    listed = json.loads(score(office.folder, "figures", "--json").stdout)["figures"]
    assert "trained_trainers/sex=women" in {one["figure"] for one in listed}


def test_checking_in_json_names_the_cell_in_both_languages(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)
    run(office, NOW)
    rows = [
        training("NO-2014Q4-01", trainers=1, trainers_women=2),
        training("NO-2014Q4-02", kind="worksop", module=None),
    ]
    path = send("north", activities=rows)
    told = score(office.folder, "check", str(path), "--json")
    assert told.returncode == 1
    [file] = json.loads(told.stdout)["files"]
    assert not file["accepted"]
    found = {one["code"]: one for one in file["findings"]}
    assert set(found) == {"near_miss", "part_exceeds_whole"}
    assert (found["near_miss"]["cell"], found["near_miss"]["sheet"], found["near_miss"]["expected"]) == (
        "B6",
        "活动 Activities",
        "研讨会 Workshop",
    )
    assert found["part_exceeds_whole"]["message"] == {
        "en": "'of whom women' is 2, but 'Trainers trained' (U5) is 1. The part is included in the whole: correct one of the two.",
        "zh": "“其中女性”填的是 2，而“受训培训师”（U5）为 1。前者包含在后者之内，请核实后改正其中一个。",
    }


def test_a_person_reads_where_a_figure_comes_from(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    lines = score(office.folder, "explain", "trained_trainers").stdout.splitlines()
    assert lines[0] == "trained_trainers@2014-Q4 = 10 people"
    assert "north/north.xlsx  活动 Activities!U5  typed '6'" in lines[2]
    assert lines[-1] == "  without west: not sent"
    assert "west             not sent" in score(office.folder, "status").stdout


def test_a_template_of_another_name_is_checked_as_what_it_is(office: Settings, send: Send, tmp_path: Path) -> None:
    send_all(send)
    run(office, NOW)
    draft = tmp_path / "t.docx"
    shutil.copy(office.templates / "donor-report.docx", draft)
    told = score(office.folder, "template", "check", str(draft))
    assert (told.returncode, told.stdout) == (0, f"{draft} (donor-report.docx): nothing wrong · 没有问题\n")
    unknown = score(office.folder, "template", "fields", "t.docx")
    assert unknown.returncode == 2
    assert unknown.stderr.startswith("There is no report 't.docx'. Name one of: ")


def test_without_the_project_offices_workbook_the_reports_stay_and_no_template_is_blamed(
    office: Settings, send: Send
) -> None:
    send_all(send)
    run(office, NOW)
    before = (office.reports / "2014-Q4" / "donor-report.docx").read_bytes()
    indicators = office.templates / "indicators.yaml"
    text = indicators.read_text(encoding="utf-8")
    indicators.write_text(text.replace("code: trained_trainers", "code: trainers_trained"), encoding="utf-8")
    outcome = run(office, NOW)
    assert [one[:70] for one in outcome.troubles] == [
        "2014-Q4: no workbook of the project office is accepted, so the reports"
    ]
    assert (office.reports / "2014-Q4" / "donor-report.docx").read_bytes() == before
    assert any("'trained_trainers', and indicators.yaml has no such code" in one for one in outcome.unanswered)


def test_an_inbox_that_is_not_there_is_no_quiet_night(office: Settings) -> None:
    office.inbox.rmdir()
    told = score(office.folder, "run")
    assert told.returncode == 2
    assert told.stderr.startswith(f"The inbox {office.inbox} is not there, so nothing was looked at.")


def test_a_file_in_no_offices_folder_is_named(office: Settings, send: Send) -> None:
    send_all(send)
    shutil.copy(office.inbox / "north" / "north.xlsx", office.inbox / "stray.xlsx")
    told = "stray.xlsx: it lies in no office's folder, so it is not known whose it is; put it into the folder of its office"
    assert run(office, NOW).waiting == [told]
    assert f"Waiting: {told}" in score(office.folder, "status").stdout
    assert "stray.xlsx" in (office.reports / "index.html").read_text(encoding="utf-8")
    (office.inbox / "stray.xlsx").unlink()
    assert run(office, NOW).waiting == []


def test_without_registers_no_province_is_blamed_and_nothing_is_lost(office: Settings, send: Send) -> None:
    send_all(send)
    (good,) = (office.inbox / "project-office").iterdir()
    data = good.read_bytes()
    good.write_bytes(b"bad")
    (office.inbox / "north" / "junk.xlsx").write_bytes(b"bad")
    outcome = run(office, NOW)
    (trouble,) = outcome.troubles
    assert trouble.startswith("No workbook of the project office is accepted, so it is not known which places")
    assert "north/north.xlsx" in trouble
    assert sorted(one.split(":")[0] for one in outcome.unanswered) == ["north/junk.xlsx", f"project-office/{good.name}"]
    good.write_bytes(data)
    healed = run(office, NOW)
    assert (healed.troubles, healed.reckoned) == ([], ["2014-Q4"])
    assert {one["office"] for one in ask_status(office)["periods"][0]["returns"]} >= {"north", "project-office"}


def test_checking_before_the_first_run_knows_the_registers_that_lie_there(office: Settings) -> None:
    shutil.copytree(ROOT / "inbox", office.inbox, dirs_exist_ok=True)
    told = score(office.folder, "check", *map(str, sorted(office.inbox.glob("*/*.xlsx"))))
    assert (told.returncode, "须改正" in told.stdout) == (0, False)


@pytest.mark.parametrize("words", [("explain", "trained_trainers"), ("template", "fields")])
def test_a_definition_that_is_gone_is_said_in_a_sentence(office: Settings, send: Send, words: tuple[str, ...]) -> None:
    send_all(send)
    run(office, NOW)
    indicators = office.templates / "indicators.yaml"
    text = indicators.read_text(encoding="utf-8")
    indicators.write_text(text.replace("code: trained_trainers", "code: trainers_trained"), encoding="utf-8")
    told = score(office.folder, *words)
    assert (told.returncode, told.stderr) == (
        2,
        "The quarter was computed with 'trained_trainers', which templates/indicators.yaml no longer has. Run `score run`, or put back what was taken out.\n",
    )


def two_versions(office: Settings, send: Send) -> None:
    """North's version 2 changes a number, its version 2 again waits; west sends nothing; a program leaves junk."""
    send_all(send)
    run(office, NOW)
    own = training("NO-2014Q4-01", trainers=5, trainers_women=2, title_en="Training in North")
    joint = training("JT-2014Q4-01", trainers=4, trainers_women=1, title_en="Together")
    send("north", file="v2.xlsx", version=2, cover={"whats_new": "JT-2014Q4-01"}, activities=[own])
    run(office, NOW + timedelta(hours=2))
    send("north", file="v2b.xlsx", version=2, cover={"whats_new": "JT-2014Q4-01"}, activities=[own, joint])
    (office.inbox / "north" / "~$v2.xlsx").write_bytes(b"x")
    (office.inbox / "north" / "letter.docx").write_bytes(b"x")
    run(office, NOW + timedelta(hours=4))


def test_status_says_how_each_return_stood_why_it_waits_and_what_it_changed(office: Settings, send: Send) -> None:
    two_versions(office, send)
    lines = score(office.folder, "status").stdout.splitlines()
    assert lines[0] == "Last run: 21 January 2015, 14:00 (Asia/Shanghai)"
    assert lines[1].startswith("Next run: was due 22 January 2015, 02:00 (Asia/Shanghai)")
    [at] = [number for number, line in enumerate(lines) if line.startswith("  north/2014-Q4/v2 ")]
    assert lines[at].split() == ["north/2014-Q4/v2", "version", "2", "accepted", "north/v2.xlsx"]
    assert lines[at + 1] == "      received 21 January 2015, 12:00; accepted 21 January 2015, 12:00"
    assert lines[at + 2] == "      against the version before: 0 new, 1 changed, 1 gone"
    assert lines[at + 3] == "        gone     activities JT-2014Q4-01"
    assert lines[at + 4] == "        changed  activities NO-2014Q4-01, trainers: 6 → 5"
    [held] = [number for number, line in enumerate(lines) if line.startswith("  north/2014-Q4/v3 ")]
    assert "held" in lines[held]
    assert lines[held + 1].endswith("held 21 January 2015, 14:00")
    assert "Version 2 of this return was already accepted with other content." in lines[held + 2]
    assert "Ignored: 1 file left by programs; beside the workbooks: 1 file (pictures, documents)." in lines
    told = json.loads(score(office.folder, "status", "--json").stdout)
    assert told["ignored"] == [
        {"file": "north/letter.docx", "kind": "beside"},
        {"file": "north/~$v2.xlsx", "kind": "junk"},
    ]


def test_a_held_office_is_listed_once(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    at = (NOW + timedelta(hours=1)).isoformat()
    act(
        office,
        NOW + timedelta(hours=1),
        Act("hold", "2014-Q4", "2015-01-21", "O", at, "A1", office="north", reason="why"),
    )
    told = score(office.folder, "status").stdout
    assert [line for line in told.splitlines() if line.startswith("  north ")] == []
    assert "held by the project office: A1: why" in told
    [period] = ask_status(office)["periods"]
    assert {"office": "north", "why": "held"} in period["missing"]


def test_what_was_ignored_is_counted_where_people_and_machines_look(office: Settings, send: Send) -> None:
    send_all(send)
    (office.inbox / "north" / "~$north.xlsx").write_bytes(b"x")
    assert "Ignored: 1 file left by programs" in score(office.folder, "run").stdout
    line = json.loads((office.var / "log" / "score.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line["ignored"] == 1
    [page] = (office.reports / "log").glob("*.md")
    assert "## Ignored · 已略过\n- 1" in page.read_text(encoding="utf-8")


def test_an_unexpected_fault_of_ours_is_exit_code_2_with_its_traceback(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("pipeline.run.ask.status", broken)
    told = score(office.folder, "status")
    assert told.returncode == 2
    assert "ZeroDivisionError: ours" in told.stderr
    assert "Traceback" in told.stderr
    assert "This is a fault of the program" in told.stderr


def test_a_run_that_could_not_be_done_leaves_a_line_and_health(office: Settings, send: Send) -> None:
    send_all(send)
    run(office, NOW)
    health = office.var / "health.json"
    good = json.loads(health.read_text(encoding="utf-8"))
    office.inbox.rename(office.folder / "elsewhere")
    assert score(office.folder, "run").returncode == 2
    bad = json.loads(health.read_text(encoding="utf-8"))
    assert (bad["exit_code"], bad["last_success"]) == (2, good["last_success"])
    assert bad["ended_at"] > good["last_success"]
    line = json.loads((office.var / "log" / "score.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (line["event"], line["code"]) == ("run", 2)
    assert line["error"].startswith(f"The inbox {office.inbox} is not there")


def test_definitions_that_cannot_be_read_leave_a_line_too(office: Settings, send: Send) -> None:
    send_all(send)
    (office.templates / "indicators.yaml").write_text("indicators: [", encoding="utf-8")
    assert score(office.folder, "run", "--if-due").returncode == 2
    line = json.loads((office.var / "log" / "score.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (line["code"], "indicators.yaml" in line["error"]) == (2, True)


def test_another_run_at_work_is_said_within_a_second_before_anything_is_loaded(office: Settings) -> None:
    office.var.mkdir()
    code = (
        "import sys; from pipeline.cli import main; sys.argv = ['score', '--folder', sys.argv[1], 'run']\n"
        "try: main()\nexcept SystemExit as end: print(end.code, [one for one in ('sqlalchemy', 'docx', 'lxml') if one in sys.modules])"
    )
    with FileLock(office.var / "run.lock"):
        told = subprocess.run(
            [sys.executable, "-c", code, str(office.folder)], capture_output=True, text=True, check=False
        )
    assert told.stdout == "3 []\n"
