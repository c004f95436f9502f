"""Where a code is asked, the name of its row is right too: a clerk picks 泰兴, and not taixing."""

from __future__ import annotations

import dataclasses
import io

import pytest
from openpyxl import load_workbook

from pipeline.examine import examine
from pipeline.form import load_guidance, write_blank
from pipeline.model import Form, Library, Record, Terms, Words
from tests.conftest import ROOT
from tests.test_forms import known, register
from tests.test_mutations import TERMS, edited, good, typed
from tests.test_read import both

pytestmark = pytest.mark.nights


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


BLANK_FORMS = True  # real ones
PLACES = {
    "town": (Words("Town", "镇"), Words("Village", "村")),  # it was a village
    "east": (Words("The East", "东区"),),
    "new-east": (Words("New East", "东区"),),
}
MEASURES = {"defect_rate": (Words("Defects", "不良率"),), "benefit": (Words("Benefit", "效益"),)}
NAMED = dataclasses.replace(TERMS, names={"places": PLACES, "measures": MEASURES})


def record(data: bytes, table: str, library: Library, terms: Terms = NAMED) -> Record:
    return next(one for one in examine(data, library, terms).records if one.table == table)


@pytest.mark.parametrize(
    "name", ["town", "镇", "Town", "TOWN", "镇 Town", "镇Town", " 镇\u3000town ", "Ｔｏｗｎ", "村 Village"]
)
def test_a_name_of_the_register_is_its_code(name: str, form: Form, library: Library) -> None:
    data = typed("activities", "place", name)(good(form), form)
    found = record(data, "activities", library)
    assert (found["place"].plain, found.typed["place"].strip()) == ("town", name.strip())
    assert examine(data, library, NAMED).findings == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("东区", "东区"), ("东区 The East", "east"), ("New East", "new-east"), ("twon", "twon"), ("east", "east")],
)
def test_a_name_that_two_have_is_no_code_and_neither_is_a_slip(
    name: str, code: str, form: Form, library: Library
) -> None:
    data = typed("activities", "place", name)(good(form), form)
    assert record(data, "activities", library)["place"].plain == code


def test_a_measure_picked_by_its_name_says_in_which_unit_the_row_is(form: Form, library: Library) -> None:
    change = both(typed("results", "measure", "不良率 Defects"), typed("results", "before", "4.13%"))
    found = record(change(good(form), form), "results", library)
    assert found["measure"].plain == "defect_rate"
    assert str(found["before"].plain) == "0.0413"


def test_the_name_of_a_row_of_her_own_is_its_code_too(form: Form, library: Library) -> None:
    own = record(good(form), "enterprises", library)
    data = typed("results", "enterprise_code", str(own["name_zh"].plain or own["name_en"].plain))(good(form), form)
    found = record(data, "results", library)
    assert found["enterprise_code"].plain == own.key
    assert found.key.startswith(own.key)


def test_two_rows_of_one_name_are_told_apart_by_their_codes_only(form: Form, library: Library) -> None:
    def twice(book: object, form: Form) -> None:
        sheet = book[form.table("enterprises").tab]  # type: ignore[index]
        for column, cell in enumerate(sheet[5], 1):
            sheet.cell(6, column).value = cell.value
        sheet.cell(6, 1).value = "NO-009"

    own = record(good(form), "enterprises", library)
    name = str(own["name_zh"].plain or own["name_en"].plain)
    data = both(edited(twice), typed("results", "enterprise_code", name))(good(form), form)
    assert record(data, "results", library)["enterprise_code"].plain == name.replace(" ", "")


def test_the_form_offers_the_names_and_reads_what_is_picked(form: Form, library: Library) -> None:
    registers = (*known().registers["places"], register("places", place="e", name_en="East", name_zh="东"))
    twins = [register("places", place=code, name_en="Same", name_zh="同") for code in ("s1", "s2")]
    whose = known()
    whose = dataclasses.replace(whose, registers={**whose.registers, "places": (*registers, *twins)})
    book = load_workbook(io.BytesIO(write_blank(form, library, load_guidance(ROOT / "templates"), whose)))
    lists = {cell.value: column for column in book["清单 Lists"].iter_cols() if (cell := column[1]).value}
    assert [cell.value for cell in lists["reg_places"][2:] if cell.value] == ["镇 Town", "东 East", "s1", "s2"]
    assert [cell.value for cell in lists["reg_measures"][2:] if cell.value] == ["不良率 Defects", "效益 Benefit"]
    assert {"benefit", "效益 Benefit", "效益", "Benefit"} <= {cell.value for cell in lists["unit_rmb"]}


def test_the_form_asks_for_no_code_that_is_not_recorded_and_says_which_register_a_code_is_of(
    form: Form, library: Library
) -> None:
    book = load_workbook(io.BytesIO(write_blank(form, library, load_guidance(ROOT / "templates"), known())))
    checks = book[form.table("enterprises").tab].data_validations.dataValidation
    prompts = {str(one.sqref)[0]: str(one.prompt) for one in checks}
    fields = [field.name for field in form.table("enterprises").fields]
    place = "ABCDEFGHIJ"[fields.index("place")]
    assert prompts["A"] == "填写编号。必填。\nA code. Must be filled in."
    assert prompts[place].startswith("请从下拉列表中选择。必填；不掌握的填“未统计”。编号与名称的对照见")
    guide = book["填报说明 How to fill"]
    assert ("地名 Places", "town", "镇 · Town") in {tuple(cell.value for cell in row[:3]) for row in guide.rows}
