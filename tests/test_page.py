"""The status page: read without a script, in two languages, on a phone, by everybody; and it tells nothing that is not so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import TemplateError
from pipeline.model import Library
from pipeline.page import status_page
from pipeline.run import Act, a_night, act, run
from pipeline.run.ask import status as ask_status
from pipeline.run.show.findings import in_words
from pipeline.run.show.look import look_at
from pipeline.settings import Settings
from tests.conftest import NOW, ROOT, Send, installation, sender
from tests.test_nights import issue_now
from tests.test_story import OFFICES, PROJECT, training

pytestmark = pytest.mark.nights

CALENDAR = {"calendar": [{"period": "2014-Q4", "due_on": NOW.date() - timedelta(days=11)}]}
DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium")
QUIET = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync hide-scrollbars"


def page(office: Settings) -> str:
    return (office.reports / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Settings:
    """An installation with a bit of everything: accepted, wrong, missing, an issue and a restatement."""
    office = installation(tmp_path_factory.mktemp("full"))
    send = sender(office, library)
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[training("NO-2014Q4-01", trainers=6, trainers_women=2)])
    run(office, NOW)
    issue_now(office)
    send(
        "north",
        file="v2.xlsx",
        version=2,
        cover={"whats_new": "5, not 6"},
        activities=[training("NO-2014Q4-01", trainers=5, trainers_women=2)],
    )
    send("east", activities=[training("EA-2014Q4-01", trainers="<b>two</b>")])
    run(office, NOW + timedelta(hours=2))
    return office


def test_the_first_sentence_says_who_is_in_and_who_must_act(full: Settings) -> None:
    assert "2 of 4 offices are in for Q4 2014. To correct: East. Overdue: West." in page(full)
    assert "2014年第四季度：4 个单位中 2 个已接收。须改正：东省。逾期未报：西省。" in page(full)


def test_a_quarter_that_is_over_is_not_said_to_be_due_yet(office: Settings, send: Send) -> None:
    owes = [{**row, "owes_until": "2014-Q4"} if row["office"] == "west" else row for row in OFFICES]
    own = [training("NO-2014Q4-01", trainers=6, trainers_women=2)]
    send("project-office", form="project", **{**PROJECT, "offices": owes})
    send("north", activities=own)
    send("project-office", file="p2.xlsx", form="project", period="2015-Q1", **{**PROJECT, "offices": owes})
    send("north", file="n2.xlsx", period="2015-Q1", activities=[])
    run(office, datetime(2015, 4, 2, tzinfo=UTC))  # the first quarter of 2015 has ended, too
    east, west = (row_of(page(office), name) for name in ("East", "West"))
    assert [one["class"] for one in (east, west)] == [
        ["free", "free", "none", "wait"],
        ["free", "free", "none", "free"],
    ]


def row_of(html: str, name: str) -> dict[str, list[str]]:
    """Return the states of an office's line, the oldest quarter first."""
    [line] = [one for one in html.split("<tr") if f">{name}<" in one and 'scope="row"' in one]
    return {"class": re.findall(r'<td class="(?:now )?(ok|ask|hold|back|none|nil|wait|free)"', line)}


def test_states_are_told_by_shape_and_word_and_not_by_colour_alone(full: Settings) -> None:
    for state, word in (("ok", "Accepted"), ("back", "Sent back"), ("none", "Not sent, overdue")):
        assert (
            f'<td class="now {state}"><span class="cell"><svg class="i" aria-hidden="true"><use href="#i-{state}"/></svg><span class="w"><span lang="en">{word}</span>'
            in page(full)
        )


def test_what_is_wrong_stands_there_escaped_and_what_was_restated_with_its_cause(full: Settings) -> None:
    told = page(full)
    assert "&lt;b&gt;two&lt;/b&gt;" in told
    assert "<b>two</b>" not in told
    assert '<span lang="en">Trainers trained (first module), Q4 2014: 6 → 5</span>' in told
    assert '<span lang="zh-CN">受训培训师人数（模块一），2014年第四季度：6 → 5</span>' in told
    assert "return of north for 2014-Q4, v2" in told


def test_nothing_is_fetched_and_no_script_runs(full: Settings) -> None:
    told = page(full)
    assert "default-src 'none'" in told
    assert "<script" not in told
    assert "http" not in told.replace('http-equiv="Content-Security-Policy"', "")


def test_a_quiet_run_in_the_same_night_leaves_the_page_alone(full: Settings) -> None:
    run(full, NOW + timedelta(hours=3))
    before = (full.reports / "index.html").stat().st_mtime_ns
    run(full, NOW + timedelta(hours=4))
    assert (full.reports / "index.html").stat().st_mtime_ns == before


def test_a_quiet_night_changes_the_date_of_the_last_run_alone_and_that_is_no_news(full: Settings) -> None:
    run(full, NOW + timedelta(hours=3))
    before, logs = page(full), sorted((full.reports / "log").iterdir())
    assert '<dt><span lang="en">Last run</span>' in before
    assert "21 January 2015" in before
    outcome = run(full, NOW + timedelta(days=3))
    after = page(full)
    assert (outcome.news(), sorted((full.reports / "log").iterdir())) == ({}, logs)
    assert after != before
    assert without_run(after) == without_run(before)
    assert "24 January 2015" in after
    assert "25 January 2015, 02:00" in after  # the next run


def without_run(html: str) -> str:
    before, _, rest = html.partition("<!-- run -->")
    return before + rest.partition("<!-- /run -->")[2]


OWN = training("NO-2014Q4-01", trainers=6, trainers_women=2)


def hold_north(send: Send, office: Settings) -> None:
    """North's first version counts; then it sends the same version with other content."""
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    send("north", file="again.xlsx", activities=[training("NO-2014Q4-01", trainers=7, trainers_women=2)])
    run(office, NOW + timedelta(hours=2))


def test_what_waits_for_a_decision_has_a_state_a_sentence_and_a_reason_of_its_own(office: Settings, send: Send) -> None:
    hold_north(send, office)
    told = page(office)
    assert row_of(told, "North")["class"][-1] == "hold"
    assert "Waiting for a decision: North." in told
    assert "等待裁定：北省。" in told
    assert "To correct" not in told
    assert "Version 1 of this return was already accepted with other content." in told
    assert '<tr class="hold">' in told
    assert "nobody has anything to correct or answer" not in told
    assert "until then version 1 counts" in told


def test_a_return_that_an_act_holds_waits_with_the_reason_of_the_act(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    at = (NOW + timedelta(hours=1)).isoformat()
    told = Act("hold", "2014-Q4", "2015-01-21", "O", at, "A07", office="north", reason="the <list> is asked for")
    act(office, NOW + timedelta(hours=1), told)
    assert row_of(page(office), "North")["class"][-1] == "hold"
    assert "The project office leaves this return out (A07: the &lt;list&gt; is asked for)." in page(office)
    assert "Without North, East, West." in page(office)


def test_a_version_that_was_not_chosen_waits_for_nobody(office: Settings, send: Send) -> None:
    hold_north(send, office)
    at = (NOW + timedelta(hours=3)).isoformat()
    told = Act("choose", "2014-Q4", "2015-01-21", "O", at, "A08", office="north", file="north.xlsx")
    act(office, NOW + timedelta(hours=3), told)
    assert row_of(page(office), "North")["class"][-1] == "ok"
    assert "Waiting for a decision:" not in page(office)


def test_who_counts_is_what_the_reckoning_counted(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    send("east", activities=[training("EA-2014Q4-01", trainers=4, trainers_women=2)])
    run(office, NOW)
    send("north", file="again.xlsx", activities=[training("NO-2014Q4-01", trainers=7, trainers_women=2)])
    send("east", file="v2.xlsx", version=2, activities=[training("EA-2014Q4-01", trainers="two")])
    run(office, NOW + timedelta(hours=2))
    assert "3 of 4 offices are in for Q4 2014. Waiting for a decision: North. To correct: East." in page(office)
    assert "Without West." in page(office)


def test_an_early_return_of_the_next_quarter_does_not_turn_the_page(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("east", activities=[training("EA-2014Q4-01", trainers="two")])
    send("north", file="early.xlsx", period="2015-Q1", activities=[training("NO-2015Q1-01", trainers="three")])
    outcome = run(office, NOW)
    told = page(office)
    assert outcome.code == 1
    assert "for Q4 2014" in told
    assert "is 'two'; a whole number was expected" in told.replace("&#39;", "'")
    assert "is 'three'; a whole number was expected" in told.replace("&#39;", "'")
    marked = [one for one in told.split("<tr") if '<span class="other">2015-Q1</span>' in one]
    assert marked
    assert all(">North<" in one for one in marked)
    assert 'href="2014-Q4/evidence.xlsx"' in told
    run(office, datetime(2015, 3, 31, 15, tzinfo=UTC))
    assert "for Q4 2014" in page(office)
    run(office, datetime(2015, 3, 31, 17, tzinfo=UTC))  # already April on the office's clock
    assert "for Q1 2015" in page(office)


def test_documents_stand_by_kind_with_what_went_out_and_what_lies_beside(full: Settings) -> None:
    told = page(full)
    assert '<h3><span><span lang="en">Donor report</span>' in told
    assert "issued on 21 January 2015" in told
    [sha256] = {one["sha256"] for one in ask_status(full)["acts"]}
    [kept] = full.archive.rglob(f"{sha256}*")
    assert f'href="../archive/{sha256[:2]}/{kept.name}"' in told
    assert "Newsletter" in told
    assert "draft" in told


def test_a_new_draft_beside_an_edited_one_is_offered(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    draft = office.reports / "2014-Q4" / "donor-report.docx"
    shutil.copy(office.templates / "donor-report.docx", draft)
    send("east", activities=[training("EA-2014Q4-01", trainers=4, trainers_women=2)])
    run(office, NOW + timedelta(hours=2))
    told = page(office)
    assert 'href="2014-Q4/donor-report%20%28new%20draft%29.docx"' in told
    assert 'href="2014-Q4/donor-report%20%28what%20is%20new%29.txt"' in told


def test_a_restatement_of_a_part_says_whose(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    issue_now(office)
    fewer = [training("NO-2014Q4-01", trainers=6, trainers_women=1)]
    send("north", file="v2.xlsx", version=2, cover={"whats_new": "1 woman"}, activities=fewer)
    run(office, NOW + timedelta(hours=2))
    told = page(office)
    assert "Trainers trained (first module), women, Q4 2014: 2 → 1" in told
    assert "受训培训师人数（模块一），女性，2014年第四季度：2 → 1" in told
    assert "sex=women" not in told


@pytest.mark.parametrize(
    ("figure", "old", "new", "said"),
    [
        (
            "trained_trainers/office=north/sex=men@2014-Q4",
            "more than 5",
            "–",
            (
                "Trainers trained (first module), North, men, Q4 2014: more than 5 → –",
                "北省，男性，2014年第四季度：超过5 → –",
            ),
        ),
        (
            "training_events/kind=workshop@2014-Q4",
            "3",
            "4",
            ("Training events held, Workshop, Q4 2014: 3 → 4", "研讨会，2014年第四季度：3 → 4"),
        ),
        (
            "training_events/place=town@2014-Q4",
            "3",
            "4",
            ("Training events held, Town, Q4 2014: 3 → 4", "镇，2014年第四季度：3 → 4"),
        ),
        (
            "local_cost_share_pct@2014-Q4",
            "33.3333",
            "36.25",
            ("the ILO, Q4 2014: 33.3 % → 36.3 %", "2014年第四季度：33.3 % → 36.3 %"),
        ),
        ("gone_since@2014-Q4", "3.5", "4", ("gone_since, Q4 2014: 3.5 → 4", "gone_since，2014年第四季度：3.5 → 4")),
    ],
)
def test_a_figure_is_named_in_words_and_its_values_are_rounded(
    full: Settings, library: Library, figure: str, old: str, new: str, said: tuple[str, str]
) -> None:
    with a_night(full, NOW) as night:
        look = look_at(night)
        assert look
        told = in_words(figure, old, new, look)
    assert (said[0] in told.en.replace("\xa0", " "), said[1] in told.zh.replace("\xa0", " ")) == (True, True), told


def test_a_return_after_the_quarter_was_locked_waits_and_says_so(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    at = NOW + timedelta(hours=1)
    act(office, at, Act("lock", "2014-Q4", "2015-01-21", "O", at.isoformat(), "A9"))
    send("east", activities=[training("EA-2014Q4-01", trainers=4, trainers_women=2)])
    run(office, NOW + timedelta(hours=2))
    told = page(office)
    assert row_of(told, "East")["class"][-1] == "hold"
    assert "It came after the quarter was locked, so it does not count." in told
    assert "2 of 4 offices are in" in told


def test_a_return_that_an_act_sent_back_says_the_reason(office: Settings, send: Send) -> None:
    send("project-office", form="project", **PROJECT, **CALENDAR)
    send("north", activities=[OWN])
    run(office, NOW)
    at = NOW + timedelta(hours=1)
    told = Act("send_back", "2014-Q4", "2015-01-21", "O", at.isoformat(), "A3", office="north", reason="no list")
    act(office, at, told)
    assert row_of(page(office), "North")["class"][-1] == "back"
    assert "The project office sent this return back (A3: no list)." in page(office)
    assert "Change what the project office asks and send again" in page(office)


def test_no_target_is_not_a_target_of_nothing(full: Settings) -> None:
    assert "of</span>" in page(full)
    assert not re.search(r'目标</span> <span lang="en">–', page(full))


def test_before_anything_came_there_is_no_page_and_no_trouble(office: Settings) -> None:
    assert run(office, NOW).code == 0
    assert not (office.reports / "index.html").exists()


def test_a_template_that_asks_for_what_is_not_there_is_said() -> None:
    with pytest.raises(TemplateError, match=r"status\.html cannot be filled: 'sentense' is undefined"):
        status_page("{{ sentense }}", {"sentence": "x"})


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium."""
    if not (DRIVER and BROWSER):
        pytest.skip("Chromium or its driver is not installed")
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for word in QUIET.split():
        options.add_argument(f"--{word}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    opened = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield opened
    opened.quit()


def open_page(browser: Any, path: Path, width: int, language: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    browser.get(path.resolve().as_uri())
    browser.execute_script(f"document.getElementById('{language}').click()")


@pytest.mark.chromium
@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_the_window_and_has_no_barrier(full: Settings, browser: Any, width: int, language: str) -> None:
    look_for_barriers(full, browser, width, language)


@pytest.mark.chromium
@pytest.mark.parametrize("width", [360, 1400])
def test_what_waits_for_a_decision_has_no_barrier_either(
    office: Settings, send: Send, browser: Any, width: int
) -> None:
    hold_north(send, office)
    send("east", file="early.xlsx", period="2015-Q1", activities=[training("EA-2015Q1-01", trainers="three")])
    run(office, NOW + timedelta(hours=3))
    look_for_barriers(office, browser, width, "en")


def look_for_barriers(office: Settings, browser: Any, width: int, language: str) -> None:
    open_page(browser, office.reports / "index.html", width, language)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    pytest.importorskip("axe_core_python")
    axe = resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    browser.execute_script(axe)
    found = browser.execute_async_script("const done = arguments[arguments.length - 1]; axe.run().then(done)")
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found["violations"]] == []
    assert len(found["passes"]) > 15


@pytest.mark.chromium
def test_each_language_shows_its_own_words_only(full: Settings, browser: Any) -> None:
    open_page(browser, full.reports / "index.html", 1400, "zh")
    shown = browser.find_element("tag name", "main").text
    assert "逾期未报" in shown
    assert "Not sent" not in shown


def test_the_shipped_template_is_the_one_that_is_tested(office: Settings) -> None:
    assert (office.templates / "status.html").read_bytes() == (ROOT / "templates" / "status.html").read_bytes()
