"""Pictures as a person sees them in Excel: cut, turned, hidden, written twice; and the words that lie over the cells."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from pipeline.examine import examine
from pipeline.model import Checked, Form, Library, Picture, Severity
from pipeline.read.pictures import clean
from tests.build import Drawn, workbook
from tests.test_mutations import ACTIVITIES, ROWS, TERMS, Spoil, good, part, swapped
from tests.test_read import WPS, in_cell

DRAWINGML = b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
COLOURS = ("red", "lime", "blue", "yellow")  # at the corners of the picture, from the top left as one reads
NAMES = {(255, 0, 0): "red", (0, 255, 0): "lime", (0, 0, 255): "blue", (255, 255, 0): "yellow", (255, 255, 255): "white"}  # fmt: skip


@pytest.fixture(scope="module")
def form(library: Library) -> Form:
    return library.forms["province"]


def four_colours(kind: str = "PNG", **how: object) -> bytes:
    """Return a picture of four fields, 40 pixels wide and 20 high."""
    image, target = Image.new("RGB", (40, 20)), io.BytesIO()
    for number, colour in enumerate(COLOURS):
        left, top = number % 2 * 20, number // 2 * 10
        image.paste(colour, (left, top, left + 20, top + 10))
    image.save(target, kind, **how)  # type: ignore[arg-type]
    return target.getvalue()


def turned_by_camera() -> bytes:
    """Return the same as a photograph that says it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    return four_colours("PNG", exif=exif)


def photographed(form: Form, picture: bytes) -> bytes:
    photos = [{**ROWS["photos"][0], "picture": Drawn(picture)}]
    return workbook(form, "north", **{**ROWS, "photos": photos})


def drawn(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the drawing of the sheet of photographs."""
    return part("drawing1.xml$", change)


def looked(form: Form, library: Library, spoil: Spoil, picture: bytes | None = None) -> Checked:
    data = photographed(form, picture) if picture else good(form)
    return examine(spoil(data, form), library, TERMS)


def told(checked: Checked) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(one.code, one.cells, one.found) for one in checked.findings]


def corners(checked: Checked) -> tuple[tuple[int, int], list[str]]:
    """Return how large the clean copy of the only picture is, and its corners, from the top left as one reads."""
    [data] = checked.pictures.values()
    with Image.open(io.BytesIO(data)) as copy:
        shown = copy.convert("RGB")
    right, bottom = shown.width - 1, shown.height - 1
    places = ((0, 0), (right, 0), (0, bottom), (right, bottom))
    return shown.size, [NAMES[shown.getpixel(place)] for place in places]  # type: ignore[index]


# ---- as it is shown ---------------------------------------------------------------------------------------


def cut(sides: bytes) -> Callable[[bytes], bytes]:
    return swapped(b"<a:stretch", b"<a:srcRect " + DRAWINGML + b" " + sides + b"/><a:stretch")


def turned(how: bytes) -> Callable[[bytes], bytes]:
    return swapped(b"<spPr>", b"<spPr><a:xfrm " + DRAWINGML + b" " + how + b"/>")


def in_a_group(how: bytes) -> Callable[[bytes], bytes]:
    about = b'<grpSp><nvGrpSpPr><cNvPr id="7" name="g"/></nvGrpSpPr><grpSpPr><a:xfrm ' + DRAWINGML + b" " + how + b"/></grpSpPr>"  # fmt: skip
    return lambda xml: xml.replace(b"<pic>", about + b"<pic>").replace(b"</pic>", b"</pic></grpSp>")


def enlarged(xml: bytes) -> bytes:
    return xml.replace(b"<a:fillRect/>", b'<a:fillRect r="-100000"/>')


RED, LIME, BLUE, YELLOW = COLOURS
SHOWN = {
    "as it came": (lambda xml: xml + b"\n", (40, 20), [RED, LIME, BLUE, YELLOW]),
    "cut on the right": (cut(b'r="50000"'), (20, 20), [RED, RED, BLUE, BLUE]),
    "cut on the left and below": (cut(b'l="50000" b="50000"'), (20, 10), [LIME] * 4),
    "cut, as Strict writes it": (cut(b'r="50%"'), (20, 20), [RED, RED, BLUE, BLUE]),
    "with room around it": (cut(b'l="-50000" r="-50000"'), (40, 20), [RED, LIME, BLUE, YELLOW]),
    "larger than its frame": (enlarged, (20, 20), [RED, RED, BLUE, BLUE]),
    "turned right": (turned(b'rot="5400000"'), (20, 40), [BLUE, RED, YELLOW, LIME]),
    "turned left": (turned(b'rot="-5400000"'), (20, 40), [LIME, YELLOW, RED, BLUE]),
    "turned over": (turned(b'rot="10800000"'), (40, 20), [YELLOW, BLUE, LIME, RED]),
    "mirrored": (turned(b'flipH="1"'), (40, 20), [LIME, RED, YELLOW, BLUE]),
    "upside down": (turned(b'flipV="true"'), (40, 20), [BLUE, YELLOW, RED, LIME]),
    "mirrored, then turned": (turned(b'rot="5400000" flipH="1"'), (20, 40), [YELLOW, LIME, BLUE, RED]),
    "in a group that is turned": (in_a_group(b'rot="5400000"'), (20, 40), [BLUE, RED, YELLOW, LIME]),
    "a little aslant": (turned(b'rot="2700000"'), (44, 44), ["white"] * 4),
}


@pytest.mark.parametrize("way", SHOWN)
def test_a_picture_is_printed_as_it_is_shown(way: str, form: Form, library: Library) -> None:
    change, size, expected = SHOWN[way]
    checked = looked(form, library, drawn(change), four_colours())
    assert checked.findings == ()
    assert corners(checked) == (size, expected)


def test_a_picture_that_wps_keeps_in_a_cell_is_printed_as_it_is_shown(form: Form, library: Library) -> None:
    cell, parts, relations = WPS
    registry = parts["xl/cellimages.xml"].replace(b"</xdr:blipFill>", b'<a:srcRect r="50000"/></xdr:blipFill>')
    made = {**parts, "xl/cellimages.xml": registry, "xl/media/wps.png": four_colours()}
    checked = examine(in_cell(good(form), form, cell, made, relations), library, TERMS)
    assert (checked.findings, corners(checked)) == ((), ((20, 20), [RED, RED, BLUE, BLUE]))


def test_of_a_picture_that_is_cut_the_original_stays_known(form: Form, library: Library) -> None:
    checked = looked(form, library, drawn(cut(b'r="50000"')), four_colours())
    [picture] = [one["picture"].plain for one in checked.records if one.table == "photos"]
    assert isinstance(picture, Picture)
    whole = clean(four_colours()).picture
    assert whole
    assert (picture.sha256, picture.width, picture.clean != whole.clean) == (whole.sha256, 20, True)


def test_a_program_that_turns_a_picture_has_read_how_the_camera_was_held(form: Form, library: Library) -> None:
    """Excel writes the turn that the camera asks for into the drawing, and leaves the picture as it came."""
    upright = ((20, 40), [BLUE, RED, YELLOW, LIME])
    asis = looked(form, library, drawn(lambda xml: xml + b"\n"), turned_by_camera())
    once = looked(form, library, drawn(turned(b'rot="5400000"')), turned_by_camera())
    assert corners(asis) == corners(once) == upright


def test_what_is_cut_is_cut_before_the_camera_is_asked(form: Form, library: Library) -> None:
    checked = looked(form, library, drawn(cut(b'r="50000"')), turned_by_camera())
    assert corners(checked) == ((20, 20), [BLUE, RED, BLUE, RED])


@pytest.mark.parametrize("held", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(held: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    data = four_colours("PNG", exif=exif)
    placed = clean(data)
    with Image.open(io.BytesIO(data)) as source, Image.open(io.BytesIO(placed.data)) as copy:
        assert ImageOps.exif_transpose(source).tobytes() == copy.tobytes()


def test_a_picture_of_which_nothing_is_left_is_not_printed_whole(form: Form, library: Library) -> None:
    checked = looked(form, library, drawn(cut(b'l="60000" r="60000"')))
    assert "picture_unreadable" in {one.code for one in checked.findings}
    assert not checked.pictures


def test_a_hidden_picture_is_not_taken_without_a_word(form: Form, library: Library) -> None:
    checked = looked(form, library, drawn(swapped(b'<cNvPr id="1"', b'<cNvPr hidden="1" id="1"')))
    assert ("picture_hidden", ("B5",), "") in told(checked)
    assert not checked.pictures


# ---- 16 bits ----------------------------------------------------------------------------------------------


def grey(mode: str, kind: str, *samples: bytes) -> bytes:
    """Return a picture two pixels wide."""
    target = io.BytesIO()
    Image.frombytes(mode, (2, 1), b"".join(samples)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(("mode", "kind"), [("I;16", "PNG"), ("I;16", "TIFF"), ("I;16B", "TIFF")])
def test_a_grey_of_sixteen_bits_is_no_white(mode: str, kind: str) -> None:
    order = "big" if mode == "I;16B" else "little"
    placed = clean(grey(mode, kind, *((value).to_bytes(2, order) for value in (0x2000, 0xFFFF))))  # type: ignore[arg-type]
    with Image.open(io.BytesIO(placed.data)) as copy:
        shown = copy.convert("L")
    assert [shown.getpixel((at, 0)) for at in (0, 1)] == [0x20, 0xFF]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_measurement_is_no_photograph(mode: str) -> None:
    assert clean(grey(mode, "TIFF", bytes(4), bytes(4))).fault == "picture_unreadable"


# ---- where it stands, and how often -------------------------------------------------------------------------


def in_two_ways(xml: bytes) -> bytes:
    """Write the picture for two kinds of programs, as Excel does with what older ones do not know."""
    before, picture, after = xml.partition(b"<pic>")[0], xml[xml.index(b"<pic>") : xml.index(b"</pic>") + 6], xml.partition(b"</pic>")[2]  # fmt: skip
    opened = b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="a14">'
    return before + opened + picture + b"</mc:Choice><mc:Fallback>" + picture + b"</mc:Fallback></mc:AlternateContent>" + after  # fmt: skip


def for_old_programs_only(xml: bytes) -> bytes:
    ways = in_two_ways(xml)
    first, last = ways.index(b"<pic>"), ways.index(b"</pic>") + 6
    return ways[:first] + b"<contentPart/>" + ways[last:]


@pytest.mark.parametrize("change", [in_two_ways, for_old_programs_only])
def test_a_picture_that_is_written_in_two_ways_is_one(
    change: Callable[[bytes], bytes], form: Form, library: Library
) -> None:
    checked = looked(form, library, drawn(change))
    assert checked.findings == ()
    assert len(checked.pictures) == 1


def bound_to_the_page(xml: bytes) -> bytes:
    first, last = xml.index(b"<oneCellAnchor>"), xml.index(b"</from>") + 7
    placed = xml[:first] + b'<absoluteAnchor><pos x="100" y="100"/>' + xml[last:]
    return placed.replace(b"</oneCellAnchor>", b"</absoluteAnchor>")


def test_a_picture_that_is_bound_to_no_cell_is_not_lost_without_a_word(form: Form, library: Library) -> None:
    checked = looked(form, library, drawn(bound_to_the_page))
    assert ("picture_without_cell", (), "") in told(checked)


# ---- words over the cells, and around the page --------------------------------------------------------------


def text_box(text: str, about: str = "") -> Callable[[bytes], bytes]:
    box = (
        "<twoCellAnchor><from><col>3</col><row>20</row></from><to><col>6</col><row>24</row></to>"
        f'<sp><nvSpPr><cNvPr id="9" name="TextBox 1"{about}/><cNvSpPr txBox="1"/></nvSpPr><spPr/><txBody>'
        f"<a:p {DRAWINGML.decode()}><a:r><a:t>{text}</a:t></a:r></a:p></txBody></sp></twoCellAnchor></wsDr>"
    )
    return swapped(b"</wsDr>", box.encode())


def bar(about: str = "") -> Callable[[bytes], bytes]:
    """Draw a black bar over the picture, as who covers a face with it."""
    shape = (
        "<twoCellAnchor><from><col>1</col><row>4</row></from><to><col>2</col><row>5</row></to>"
        f'<sp><nvSpPr><cNvPr id="9" name="矩形 1"{about}/><cNvSpPr/></nvSpPr><spPr/></sp></twoCellAnchor></wsDr>'
    )
    return swapped(b"</wsDr>", shape.encode())


BOXES = {
    "a bar over a face": (bar(), [("shape_over_picture", ("B5",), "")]),
    "a hidden bar": (bar(' hidden="1"'), []),
    "她的话": (text_box("这两张照片请勿刊登，当事人未同意"), [("box_not_read", ("D21",), "这两张照片请勿刊登，当事人未同意")]),
    "a unit": (text_box("金额单位：万元"), [("unit_stated", ("D21",), "金额单位：万元")]),
    "no words": (text_box(" "), []),
    "hidden, as what Excel keeps for a button": (text_box("Check Box 1", ' hidden="1"'), []),
}  # fmt: skip


@pytest.mark.parametrize("way", BOXES)
def test_a_text_box_is_not_read_and_not_passed_over(way: str, form: Form, library: Library) -> None:
    change, expected = BOXES[way]
    assert told(looked(form, library, drawn(change))) == expected


def page(*said: str) -> Spoil:
    """Give a sheet a header and footer of its printed pages."""
    names = ("oddHeader", "oddFooter")
    words = "".join(f"<{name}>{text}</{name}>" for name, text in zip(names, said, strict=False))
    return part(ACTIVITIES, swapped(b"</worksheet>", f"<headerFooter>{words}</headerFooter></worksheet>".encode()))


PAGES = {
    "words of hers": (("&amp;C本表缺无锡数据",), [("page_words_not_read", (), "本表缺无锡数据")]),
    "a unit": (("&amp;R&amp;10单位：万元",), [("unit_in_page", (), "单位：万元")]),
    "hers in the footer": (("", "&amp;L&amp;8活动  初稿&amp;R&amp;8&amp;P / &amp;N"), [("page_words_not_read", (), "初稿")]),
    "LibreOffice's own": (('&amp;C&amp;"Times New Roman,Regular"&amp;12&amp;A', '&amp;C&amp;"Times New Roman,Regular"&amp;12Page &amp;P'), []),
    "Excel's own": (("&amp;C第 &amp;P 页，共 &amp;N 页", "&amp;CPage &amp;P of &amp;N&amp;R&amp;D"), []),
    "the name of the sheet": (("&amp;C&amp;K000000活动 Activities",), []),
    "a line to sign": (("", "&amp;L填表人：______  审核人：______（盖章）"), []),
}  # fmt: skip


@pytest.mark.parametrize("way", PAGES)
def test_what_is_printed_around_the_page_is_not_read_and_not_passed_over(
    way: str, form: Form, library: Library
) -> None:
    said, expected = PAGES[way]
    assert told(looked(form, library, page(*said))) == expected


# ---- formulas that were not calculated ------------------------------------------------------------------------


def calculated(how: bytes) -> Spoil:
    """Say in the workbook how it was calculated, with one formula in it."""

    def spoil(data: bytes, form: Form) -> bytes:
        formula = part(ACTIVITIES, swapped(b"<v>6</v>", b"<f>2+10</f><v>6</v>"))(data, form)
        return part("workbook.xml$", swapped(b'<calcPr calcId="124519" fullCalcOnLoad="1"', b"<calcPr " + how))(formula, form)  # fmt: skip

    return spoil


@pytest.mark.parametrize("how", [b'calcMode="manual" calcCompleted="0" calcOnSave="0"', b'calcCompleted="false"'])
def test_a_value_that_the_workbook_itself_calls_old_is_asked_about(how: bytes, form: Form, library: Library) -> None:
    [one] = looked(form, library, calculated(how)).findings
    assert (one.code, one.cells, one.found, one.severity) == ("formula_not_calculated", ("U5",), "=2+10", Severity.WARNING)  # fmt: skip


@pytest.mark.parametrize(
    "how", [b'calcMode="manual"', b'fullCalcOnLoad="1" calcId="1"', b'calcId="191029" calcCompleted="1"']
)
def test_a_workbook_that_was_calculated_is_asked_nothing(how: bytes, form: Form, library: Library) -> None:
    assert looked(form, library, calculated(how)).findings == ()
