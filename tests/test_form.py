"""Forms, lists and indicators are data: what is misspelt is refused by line, what is new needs no code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.check import TABLE_RULES
from pipeline.errors import DescriptorError
from pipeline.form import load_library
from pipeline.messages import say
from pipeline.model import Library
from pipeline.run import run
from pipeline.run.ask import explain
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.values import KINDS
from tests.build import workbook
from tests.conftest import NOW, ROOT, Send
from tests.test_story import PROJECT, training


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the shipped descriptors, to be spoilt."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return tmp_path / "templates"


def change(path: Path, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which stands there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_forms_have_their_tables(library: Library) -> None:
    assert {name: len(form.tables) for name, form in library.forms.items()} == {"province": 11, "project": 26}
    assert len(library.indicators) == 18


def test_every_kind_is_asked_somewhere(library: Library) -> None:
    asked = {field.kind for form in library.forms.values() for table in form.tables for field in table.fields}
    assert asked == set(KINDS)


def test_every_rule_that_a_form_names_exists() -> None:
    assert load_library(ROOT / "templates", TABLE_RULES)


SPOILT = [
    (
        "forms/province.yaml",
        "kind: count, counts: people, title: Employees",
        "kind: cuont, counts: people, title: Employees",
        "line 42: `cuont` is no kind. Did you mean `count`?",
    ),
    (
        "forms/province.yaml",
        "counts: people, title: Employees",
        "counts: poeple, title: Employees",
        "line 42: `poeple` is no entry of the list `counted`. Did you mean `people`?",
    ),
    (
        "forms/province.yaml",
        "required: true, ref: places",
        "requierd: true, ref: places",
        "line 39: `requierd` is no word of a field. Did you mean `required`?",
    ),
    (
        "forms/province.yaml",
        "list: sector",
        "list: sectors",
        "line 40: `sectors` is no list of lists.yaml. Did you mean `sector`?",
    ),
    (
        "forms/province.yaml",
        "ref: programmes",
        "ref: programs",
        "line 41: `programs` is no table. Did you mean `programmes`?",
    ),
    (
        "forms/province.yaml",
        "part_of: employees",
        "part_of: employes",
        "line 43: `employes` is no field of this table. Did you mean `employees`?",
    ),
    ("forms/province.yaml", "key: [enterprise_code]", "key: [enterprise]", "is no field of `enterprises`"),
    (
        "forms/province.yaml",
        "required: true, minimum: 1",
        "required: yes, minimum: 1",
        "true or false was expected, not 'yes'",
    ),
    ("forms/province.yaml", 'required_if: "version > 1"', 'required_if: "version >> 1"', "is no condition"),
    (
        "forms/province.yaml",
        "rules: [change_stands_alone]",
        "rules: [change_stands_lone]",
        "is no rule. Did you mean `change_stands_alone`?",
    ),
    (
        "forms/project.yaml",
        "like: province.cover",
        "like: province.covers",
        "is no table of a form. Did you mean `province.cover`?",
    ),
    ("lists.yaml", "done: [Completed, 已完成, 完成]", "done: [Completed]", "needs its English and its Chinese words"),
    (
        "indicators.yaml",
        "from: partners, where: {agreement: embeds",
        "from: partner, where: {agreement: embeds",
        "`partner` is no table. Did you mean `partners`?",
    ),
    (
        "indicators.yaml",
        "of: [trainers]",
        "of: [trainer]",
        "`trainer` is no field of `activities`. Did you mean `trainers`?",
    ),
    ("indicators.yaml", "number: stated", "number: started", "Did you mean `stated`?"),
    ("indicators.yaml", "status: done}", "state: done}", "`state` is no field of `activities`"),
    (
        "indicators.yaml",
        "kind: [tot, tot_toe], module: 1",
        "kind: [tot, tottoe], module: 1",
        "`tottoe` is no code of the list `activity_kind`. Did you mean `tot_toe`?",
    ),
    (
        "indicators.yaml",
        "code: paying_partners",
        "code: embedding_institutions",
        "line 10: the indicator `embedding_institutions` stands in line 7 already. Rename or delete one.",
    ),
    (
        "forms/province.yaml",
        "{name: sector, ",
        "{name: place, ",
        "line 40: the field `place` stands in line 39 already. Rename or delete one.",
    ),
    (
        "forms/province.yaml",
        "- name: practices",
        "- name: results",
        "the table `results` stands in line",
    ),
    (
        "forms/province.yaml",
        "name: province",
        "name: project",
        "the form `project` stands in templates/forms/project.yaml, line",
    ),
    ("indicators.yaml", "objective: 3", "objective: 99", "`99` is no objective of lists.yaml. Known are: 1, 2, 3."),
    ("indicators.yaml", "pays: true", "pays: ture", "`ture` is no answer to `pays`. Did you mean `true`?"),
    ("indicators.yaml", "enterprise_code.sector", "enterprise_code.sectr", "Did you mean `sector`?"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), SPOILT)
def test_what_is_not_known_is_refused_with_its_line(templates: Path, file: str, old: str, new: str, told: str) -> None:
    change(templates / file, old, new)
    with pytest.raises(DescriptorError) as refused:
        load_library(templates, TABLE_RULES)
    assert told in str(refused.value)
    assert str(refused.value).startswith(f"templates/{file}, line ")


def test_a_key_that_stands_twice_is_refused(templates: Path) -> None:
    change(templates / "lists.yaml", "per:  ", "module:  ")
    with pytest.raises(DescriptorError, match=r"`module` stands here twice"):
        load_library(templates)


def test_a_new_field_and_an_indicator_over_it_are_edits_of_templates_alone(
    office: Settings, send: Send, library: Library
) -> None:
    send("project-office", form="project", **PROJECT)
    send("east", activities=[training("EA-2014Q4-01", trainers=1)])  # still in the older edition
    province, indicators = office.templates / "forms" / "province.yaml", office.templates / "indicators.yaml"
    change(province, 'edition: "2014.2"', 'edition: "2014.3"')
    change(
        province,
        "  - {name: answers,     kind: count",
        '  - {name: young, kind: count, since: "2014.3", unite: sum, title: of whom under 30, title_zh: 其中30岁以下}\n  - {name: answers,     kind: count',
    )
    with indicators.open("a", encoding="utf-8") as file:
        file.write(
            "- {code: young_trainees, objective: 2, level: output, unit: people, title: Young trainees, title_zh: 青年学员,\n"
            "   number: sum, of: [young], from: activities, where: {status: done}, over_time: sum, splits: [office]}\n"
        )
    newer = load_library(office.templates)
    (office.inbox / "north").mkdir()
    (office.inbox / "north" / "n.xlsx").write_bytes(
        workbook(newer.forms["province"], "north", activities=[training("NO-2014Q4-01", young=4)])
    )

    assert run(office, NOW).code == 0

    told = explain(office, "young_trainees")
    assert told["value"] == "4"
    assert [(one["file"], one["typed"], one["cell"]) for one in told["addends"]] == [("north/n.xlsx", "4", "Z5")]
    assert [(one["office"], one["why"]) for one in told["left_out"]] == [("east", "not_asked"), ("west", "not_sent")]


def test_a_newer_edition_than_ours_is_not_taken(office: Settings, send: Send, library: Library) -> None:
    path = send("north", cover={"edition": "2015.1"})
    outcome = run(office, NOW)
    assert outcome.refused == [path.relative_to(office.inbox).as_posix()]
    assert outcome.code == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("defect_rate", []),
        (
            "defect_rat",
            [
                "indicators.yaml: defect_rate_change_pct counts rows where measure is 'defect_rat', which the sheet measures does not have, so no row is counted. The nearest is 'defect_rate'. Correct indicators.yaml, or add the code to the sheet.",
                "indicators.yaml：指标 defect_rate_change_pct 只统计 measure 为“defect_rat”的行，但 measures 表中没有该代码，因此没有任何行计入。最接近的是“defect_rate”。请修改 indicators.yaml，或在该表中增加此代码。",
            ],
        ),
    ],
)
def test_an_indicator_that_asks_for_a_code_of_no_register_is_said(
    office: Settings, send: Send, asked: str, told: list[str]
) -> None:
    measures = [
        {"measure": code, "name_en": code, "name_zh": code, "unit": "share", "better": "lower", "decimals": 1}
        for code in ("defect_rate", "on_time_delivery", "capacity_per_head", "benefit")
    ]
    send("project-office", form="project", **{**PROJECT, "measures": measures})
    change(office.templates / "indicators.yaml", "where: {measure: defect_rate}", f"where: {{measure: {asked}}}")
    assert run(office, NOW).notes == told[:1]
    library = load_library(office.templates, TABLE_RULES)
    with open_store(office.archive, office.ledger, library) as store:
        (reckoning,) = store.reckonings().values()
        found = [
            one for _, one in store.findings(reckoning, of_returns=False) if one.code == "condition_not_registered"
        ]
    assert [text for one in found for text in (say(one).en, say(one).zh)] == told
