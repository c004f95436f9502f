"""One workbook cannot stop the others: a worker that loops, eats memory or dies is ended alone."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from concurrent.futures import Executor, Future
from datetime import timedelta

import pytest

from pipeline.check import RULES_EDITION
from pipeline.examine import Here, Limits, Workers, examine, executor, result, trace
from pipeline.messages import say
from pipeline.model import Checked, Form, Library, Severity, Terms
from pipeline.run import run
from pipeline.run.ask import check_files, status
from pipeline.settings import Settings
from tests.build import workbook
from tests.conftest import NOW, Send
from tests.test_mutations import ACTIVITIES, HARMLESS, MUTATIONS, TERMS, Spoil, part, swapped
from tests.test_mutations import good as spoilt
from tests.test_story import PROJECT, training

pytestmark = pytest.mark.nights

SMALL = Limits(workers=1, seconds=1.5, memory_mb=700)


def loop() -> None:
    """Never end."""
    while True:
        pass


def eat() -> int:
    """Ask for more memory than there may be."""
    return len(bytearray(4 << 30))


def die() -> None:
    """End the process as a crash of a library would."""
    os._exit(7)


def good(library: Library) -> bytes:
    return workbook(library.forms["province"], "north", activities=[training("NO-2014Q4-01")])


@pytest.mark.parametrize(
    "bad",
    [
        loop,
        pytest.param(eat, marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows holds no memory limit")),
        die,
    ],
)
def test_a_worker_that_goes_wrong_is_ended_and_the_next_workbook_is_read(library: Library, bad: object) -> None:
    with Workers(SMALL) as workers:
        wrong: Future[Checked] = workers.submit(bad)  # type: ignore[arg-type]
        right: Future[Checked] = workers.submit(examine, good(library), library, Terms())
        [finding] = result(wrong, SMALL).findings
        assert (finding.code, finding.expected) == ("no_answer", "1.5 s, 700 MB")
        assert result(right, Limits()).stamp is not None


def many_rows(data: bytes, form: Form) -> bytes:
    """Format nearly every row that a sheet has, as a clerk does who formats whole columns by hand."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (number, number) for number in range(100, 1_000_100))
    return part(ACTIVITIES, swapped(b"</sheetData>", rows + b"</sheetData>"))(data, form)


def many_texts(data: bytes, form: Form) -> bytes:
    """Share three million texts that no cell asks for."""
    texts = b"<sst>" + b"<si><t>x</t></si>" * 3_000_001 + b"</sst>"
    related = part(
        "workbook.xml.rels$",
        lambda xml: re.sub(rb"</Relationships>", b'<Relationship Id="t9" Type="x/sharedStrings" Target="texts.xml"/></Relationships>', xml),
    )(data, form)  # fmt: skip
    target = io.BytesIO(related)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/texts.xml", texts)
    return target.getvalue()


def many_merges(data: bytes, form: Form) -> bytes:
    """Merge the same cells a million times."""
    merges = b"<mergeCells>" + b'<mergeCell ref="A5:A7"/>' * 1_000_000 + b"</mergeCells>"
    return part(ACTIVITIES, swapped(b"</sheetData>", b"</sheetData>" + merges))(data, form)


HEAVY: list[tuple[Spoil, str | None]] = [
    (MUTATIONS["a part that inflates without end"][0], "zip_bomb"),
    (MUTATIONS["a part that says it is small and is not"][0], "damaged"),
    (MUTATIONS["parts without end"][0], "zip_bomb"),
    (MUTATIONS["millions of formatted cells"][0], "too_many_cells"),
    (MUTATIONS["a picture far too large"][0], "picture_too_large"),
    (HARMLESS["far formatted cells"], None),
    (many_rows, None),
    (many_texts, "too_many_cells"),
    (many_merges, "damaged"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "code"), HEAVY)
def test_what_is_heavy_on_purpose_is_told_what_it_is_in_bounded_time_and_memory(
    spoil: Spoil, code: str | None, library: Library
) -> None:
    """A worker that had to be ended would say `no_answer`."""
    form, limits = library.forms["province"], Limits(workers=1, seconds=30, memory_mb=1000)
    with Workers(limits) as workers:
        checked = result(workers.submit(examine, spoil(spoilt(form), form), library, TERMS), limits)
    assert {one.code for one in checked.findings if one.severity is not Severity.NOTE} == ({code} if code else set())


def test_workers_and_here_give_the_same(library: Library) -> None:
    found = []
    executor: Executor
    for executor in (Here(), Workers(Limits(workers=1))):
        with executor:
            found.append(executor.submit(examine, good(library), library, Terms()).result())
    assert found[0] == found[1]


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def truncated(library: Library) -> bytes:
    data = good(library)
    return data[: len(data) // 2]


NO_WORKBOOKS = [
    (b"Hello", "is_text", "This file is text (for example .csv), not a workbook"),
    (b"", "is_empty", "This file is empty"),
    (b"\x00\x01\x02" * 90, "not_a_workbook", "not of any kind that is known here"),
    (b"%PDF-1.4", "is_pdf", "This file is a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is_xls", "in the old .xls format (Excel 97–2003, or WPS .et)"),
    (b"<html><table></table></html>", "is_web_page", "This file is a web page"),
    (zipped(word__document="x", **{"word__document.xml": "<w/>"}), "is_document", "a Word or PowerPoint document"),
    (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is_ods", "OpenDocument"),
    (encrypted(), "password", "protected by a password"),
]


@pytest.mark.parametrize(("data", "code", "what"), NO_WORKBOOKS)
def test_what_is_no_workbook_is_told_what_it_is(library: Library, data: bytes, code: str, what: str) -> None:
    checked = examine(data, library, Terms())
    assert [finding.code for finding in checked.findings] == [code]
    assert what in say(checked.findings[0]).en
    assert not checked.accepted


def test_half_a_workbook_was_not_copied_completely(library: Library) -> None:
    assert [finding.code for finding in examine(truncated(library), library, Terms()).findings] == ["truncated"]


def test_one_bad_workbook_never_stops_the_others(office: Settings, send: Send, library: Library) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers=6, trainers_women=2)])
    send("east", folder="west")  # stamped for east, in the folder of west
    send("north", file="clinics.xlsx", cover={"form": "clinics"})
    for file, data in {"hello.xlsx": b"Hello", "secret.xlsx": encrypted(), "half.xlsx": truncated(library)}.items():
        (office.inbox / "west" / file).write_bytes(data)

    outcome = run(office, NOW)

    assert outcome.code == 1
    assert outcome.waiting == [
        "west/half.xlsx: it is not complete, as while it is copied; it is taken when it is whole"
    ]
    assert run(office, NOW + timedelta(hours=2)).waiting == []  # nobody copies for so long
    refused = {one["file"]: one["code"] for one in status(office)["refused"]}
    assert refused == {
        "north/clinics.xlsx": "wrong_form",
        "west/east.xlsx": "other_office",
        "west/half.xlsx": "truncated",
        "west/hello.xlsx": "is_text",
        "west/secret.xlsx": "password",
    }
    assert outcome.reckoned == ["2014-Q4"]
    assert "2014-Q4/donor-report.docx" in outcome.written


def test_a_workbook_at_which_our_own_code_fails_is_refused_alone_and_the_log_says_where(
    office: Settings, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("project-office", form="project", **PROJECT)
    send("north", activities=[training("NO-2014Q4-01", trainers=6, trainers_women=2)])
    bad = send("east", activities=[training("EA-2014Q4-01", trainers=6, trainers_women=2)]).read_bytes()
    whole = examine

    def failing(data: bytes, library: Library, terms: Terms) -> Checked:
        if data == bad:
            raise RecursionError("maximum recursion depth exceeded")
        return whole(data, library, terms)

    monkeypatch.setattr("pipeline.examine.examine", failing)
    outcome = run(office, NOW)

    assert outcome.refused == ["east/east.xlsx"]
    assert outcome.troubles == ["east/east.xlsx: our program failed at it (RecursionError); see var/log/score.jsonl."]
    assert outcome.code == 1
    assert outcome.reckoned == ["2014-Q4"]
    log = [json.loads(line) for line in (office.var / "log" / "score.jsonl").read_text(encoding="utf-8").splitlines()]
    [fault] = [line for line in log if line["event"] == "fault"]
    assert fault["file"] == "east/east.xlsx"
    assert "in failing" in fault["traceback"]
    assert "RecursionError: maximum recursion depth exceeded" in fault["traceback"]

    assert run(office, NOW + timedelta(hours=12)).refused == []  # it is not tried again and again
    assert [one["code"] for one in status(office)["refused"]] == ["our_fault"]
    monkeypatch.setattr("pipeline.examine.examine", whole)
    monkeypatch.setattr("pipeline.check.RULES_EDITION", RULES_EDITION + 1)  # mended
    assert run(office, NOW + timedelta(days=1)).refused == []
    assert status(office)["refused"] == []


def fail() -> None:
    """Fail as a fault of ours does."""
    raise RecursionError("maximum recursion depth exceeded")


class OddError(Exception):
    """Cannot come back from a process: it is made of more than its message."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} {two}")


def fail_oddly() -> None:
    """Fail with what cannot be told to another process."""
    raise OddError(1, 2)


def test_a_fault_that_cannot_come_back_from_its_process_breaks_no_other_call(library: Library) -> None:
    with Workers(SMALL) as workers:
        wrong: Future[Checked] = workers.submit(fail_oddly)
        assert [one.found for one in result(wrong, SMALL).findings] == ["OddError"]
        right: Future[Checked] = workers.submit(examine, good(library), library, Terms())
        assert result(right, SMALL).stamp is not None


@pytest.mark.parametrize("engine", ["process", "serial"])
def test_a_fault_of_ours_is_a_refusal_and_no_answer_is_another(engine: str, library: Library) -> None:
    with executor(engine, SMALL) as workers:
        wrong: Future[Checked] = workers.submit(fail)
        right: Future[Checked] = workers.submit(examine, good(library), library, Terms())
        [finding] = result(wrong, SMALL).findings
        assert (finding.code, finding.found) == ("our_fault", "RecursionError")
        assert "in fail" in trace(wrong)
        assert (result(right, SMALL).stamp is not None, trace(right)) == (True, "")


def test_a_return_of_a_quarter_that_is_not_owed_or_not_begun_is_another_periods(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT)  # its offices owe returns from 2014-Q4; it is January 2015
    send("north", activities=[training("NO-2014Q4-01")])
    before = send("east", file="before.xlsx", period="2013-Q1")
    to_come = send("west", file="to-come.xlsx", period="2015-Q2")

    outcome = run(office, NOW)

    refused = {one["file"]: one["code"] for one in status(office)["refused"]}
    assert refused == {"east/before.xlsx": "other_period", "west/to-come.xlsx": "other_period"}
    assert outcome.reckoned == ["2014-Q4"]
    for path in (before, to_come):
        [told] = check_files(office, [path], NOW)
        assert (told["accepted"], told["findings"][0]["code"]) == (False, "other_period")
    told = [one for one in check_files(office, [before], NOW)[0]["findings"] if one["code"] == "other_period"]
    assert [one["message"] for one in told] == [
        {
            "en": "The workbook is stamped for 2013-Q1, and your office reports from 2014-Q4 to 2015-Q1. Use the form of the quarter that you report. If 2013-Q1 is to be reported, ask the project office.",
            "zh": "该工作簿的报告期为 2013-Q1，本单位的报送范围是 2014-Q4 至 2015-Q1。请使用本期报表；如确需补报 2013-Q1，请联系项目办公室。",
        }
    ]


def test_a_return_that_came_too_early_is_taken_by_itself_when_its_quarter_has_begun(
    office: Settings, send: Send
) -> None:
    send("project-office", form="project", **PROJECT)
    send("west", file="to-come.xlsx", period="2015-Q2")
    run(office, NOW)
    assert run(office, NOW + timedelta(days=1)).news() == {}  # and it is not refused again each night

    outcome = run(office, NOW + timedelta(days=100))

    assert status(office)["refused"] == []
    assert "2015-Q2" in outcome.reckoned


def test_checking_says_the_same_without_taking(office: Settings, send: Send) -> None:
    path = send("east", folder="west")
    [told] = check_files(office, [path], NOW)
    assert not told["accepted"]
    assert told["findings"][0]["code"] == "other_office"
    assert not office.archive.exists()
    assert not office.ledger.exists()
