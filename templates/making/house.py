"""The house style -> pieces of a Word template: palette, fonts, named styles, paragraphs, tables.

A piece is a text of WordprocessingML; `document` makes a file of them.  Everything that has
a look has it by a named style, so that an office can change it in one place in Word.

    document(body, styles("en"), margins=…)    paragraph("Body Text", "{{ text }}")
    table("Latest news", [84, 6, 84], row(cell(…), cell(), cell(…)))
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from pipeline.files import stable_zip

MADE = datetime(2015, 1, 1, tzinfo=UTC)  # a template has no date of its own
PALETTE = {
    "ink": "1C2B33",  # text
    "slate": "52626B",  # dates, captions, heads of tables, notes
    "petrol": "0E4F5C",  # title, heads of sections, key numbers, "after"
    "sienna": "A8481F",  # place names, "continued", mark of samples, women; nothing else
    "pale": "C3CFD3",  # men and "before"; always with an edge
    "edge": "5F737D",  # outline of pale bars, rules of groups
    "tint": "E8EFEF",  # panels, total rows
    "paper": "F6F2EA",  # the box on sample values
    "line": "C7D0D3",  # hairlines between rows
    "white": "FFFFFF",
}
BODY, HEAD, CJK = "Calibri", "Cambria", "Microsoft YaHei"
TEXT_WIDTH = 174  # mm: 6 columns of 24 and 5 gutters of 6
Rule = tuple[float, str]  # thickness in pt, colour
Edge = tuple[float, str, int]  # and the distance from the text in pt


def twips(mm: float) -> int:
    """Return millimetres as twentieths of a point.

    >>> twips(174)
    9865
    """
    return round(mm * 1440 / 25.4)


# ---- named styles ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Style:
    """A named style; sizes and spaces in pt.  `line` is exact, None is automatic."""

    kind: str = "paragraph"
    base: str | None = "Normal"
    font: str = BODY
    size: float | None = 10
    color: str | None = "ink"
    bold: bool | None = None
    caps: bool | None = None
    track: float | None = None
    raised: bool = False
    line: float | None = 13.5
    before: float = 0
    after: float = 0
    align: str | None = None
    top: Edge | None = None
    bottom: Edge | None = None
    between: Edge | None = None
    tab: float | None = None  # one right tab, mm
    indent: float | None = None  # mm
    indent_right: float | None = None
    keep_next: bool = False
    keep_lines: bool = False
    page_break: bool = False
    outline: int | None = None


def _character(**more: Any) -> Style:
    return Style(**{"kind": "character", "base": None, "font": "", "size": None, "color": None, "line": None} | more)


STYLES: dict[str, Style] = {
    "Normal": Style(base=None),
    "Title": Style(font=HEAD, size=40, color="petrol", line=42),
    "Masthead line": Style(size=8.5, color="slate", caps=True, track=0.6, line=11),
    "Issue number": Style(font=HEAD, size=42, color="white", line=43, after=3),
    "Issue label": Style(size=8.5, color="white", bold=True, track=0.6, line=11),
    "Lede": Style(font=HEAD, size=12, line=16.5),
    "heading 1": Style(
        color="petrol",
        bold=True,
        caps=True,
        track=1.2,
        line=13,
        after=6,
        top=(1.5, "petrol", 4),
        keep_next=True,
        outline=0,
    ),
    "Panel heading": Style(
        color="petrol", bold=True, caps=True, track=1.2, line=13, before=5, after=4, keep_next=True, outline=0
    ),
    "heading 2": Style(font=HEAD, size=13, bold=True, line=15.5, after=2.5, keep_next=True, keep_lines=True, outline=1),
    "heading 3": Style(bold=True, after=1, keep_next=True, outline=2),
    "Kicker": Style(size=8, color="sienna", bold=True, caps=True, track=0.7, line=11, keep_next=True),
    "Body Text": Style(after=4, keep_lines=True),
    "Wide text": Style(base="Body Text", after=4, indent_right=30, keep_lines=True),  # under a head over all columns
    "Story": Style(base="Body Text", after=9, keep_lines=True),
    "Panel text": Style(base="Body Text", font=HEAD, size=11, line=15.5, after=4, keep_lines=True),
    "Continued": Style(size=8.5, color="sienna", bold=True, line=11, align="right"),
    "caption": Style(size=8.5, color="slate", line=11),
    "Byline": Style(base="caption", size=9, color="slate", line=11, after=4),
    "Contents line": Style(size=9.5, tab=54),
    "Side line": Style(size=9, line=12.5, tab=46, bottom=(0.5, "line", 2), between=(0.5, "line", 2)),
    "Key number": Style(font=HEAD, size=32, color="petrol", line=36, before=2),
    "Table head": Style(size=8, color="slate", bold=True, line=10.5, keep_next=True),
    "Table head number": Style(
        base="Table head", size=8, color="slate", bold=True, line=10.5, align="right", keep_next=True
    ),
    "Table text": Style(size=9, line=11.5),
    "Table number": Style(base="Table text", size=9, line=11.5, align="right"),
    "Row group": Style(base="Table text", size=9, color="petrol", bold=True, line=11.5),
    "Table reason": Style(size=9, line=12, indent=7, indent_right=30, keep_lines=True),
    "Table note": Style(size=8, color="slate", line=10.5, before=5),
    "Picture": Style(size=9, line=None),  # an exact line would cut an inline picture off
    "Bar": Style(size=6, line=None, before=1.5),
    "Legend": Style(size=9, line=None, before=2, after=3, keep_next=True),
    "header": Style(size=8.5, color="slate", line=11, tab=TEXT_WIDTH),
    "footer": Style(size=8.5, color="slate", line=11, tab=TEXT_WIDTH),
    "Gap": Style(size=4, line=9),
    "Wide gap": Style(size=4, line=14),
    "Page start": Style(size=1, line=1, page_break=True),
    "End": Style(size=1, line=1),
    "Control": Style(size=8, color="slate", line=10),  # a paragraph with a {%p … %} only: never printed
    "Strong": _character(bold=True),
    "Value": _character(bold=True, color="petrol"),
    "Muted": _character(color="slate"),
    "Label": _character(size=8, bold=True, color="slate"),
    "Date": _character(size=9, color="slate", bold=False, caps=False, track=0),
    "Sample": _character(bold=True, color="sienna", raised=True),
}
CHINESE: dict[str, dict[str, Any]] = {  # what differs in a Chinese edition; Latin within it stays in Calibri
    "Normal": {"line": 16.5},
    "Title": {"size": 36, "line": 46, "font": CJK},
    "Masthead line": {"caps": False, "size": 9.5, "line": 13, "track": 0.4},
    "Issue label": {"size": 9.5, "line": 13, "track": 0},
    "Lede": {"size": 12, "line": 20},
    "heading 1": {"size": 10.5, "line": 14, "caps": False, "track": 0.8},
    "Panel heading": {"size": 10.5, "line": 14, "caps": False, "track": 0.8},
    "heading 2": {"size": 12, "line": 17, "font": CJK},
    "heading 3": {"line": 16.5},
    "Kicker": {"size": 9, "line": 13, "caps": False, "track": 0},
    "Body Text": {"line": 16.5, "align": "both"},
    "Wide text": {"line": 16.5, "indent_right": None},
    "Story": {"line": 16.5, "align": "both"},
    "Panel text": {"size": 10.5, "line": 18, "align": "both", "font": CJK},
    "caption": {"size": 9, "line": 13},
    "Byline": {"size": 9, "line": 13},
    "Side line": {"line": 14},
    "Table head": {"size": 9, "line": 12},
    "Table head number": {"size": 9, "line": 12},
    "Table text": {"line": 12.5},
    "Table number": {"line": 12.5},
    "Row group": {"line": 12.5},
    "Table reason": {"line": 13},
    "Table note": {"size": 8.5, "line": 12},
    "header": {"size": 9, "line": 12},
    "footer": {"size": 9, "line": 12},
}


def styles(language: str = "en", **changed: Mapping[str, Any]) -> dict[str, Style]:
    """Return the house styles of a language's edition; `changed` is what one document has otherwise.

    A name's spaces are underscores there: styles("en", Table_text={"size": 9.5, "line": 12.5}).
    """
    special = {name.replace("_", " "): dict(more) for name, more in changed.items()}
    edition = CHINESE if language == "zh" else {}
    return {
        name: dataclasses.replace(style, **(edition.get(name, {}) | special.get(name, {})))
        for name, style in STYLES.items()
    }


def style_id(name: str) -> str:
    """Return the id of a style in the file.

    >>> style_id("heading 1"), style_id("Table text")
    ('Heading1', 'TableText')
    """
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _style_xml(name: str, style: Style) -> str:
    paragraph = style.kind == "paragraph"
    base = f'<w:basedOn w:val="{style_id(style.base)}"/>' if style.base else ""
    default = ' w:default="1"' if name == "Normal" else ""
    properties = f"<w:pPr>{_paragraph_xml(style)}</w:pPr>" if paragraph else ""
    return (
        f'<w:style w:type="{style.kind}"{default} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>{base}'
        f"<w:qFormat/>{properties}<w:rPr>{_run_xml(style)}</w:rPr></w:style>"
    )


def _paragraph_xml(style: Style) -> str:
    """Return the properties of a paragraph in the order that the schema wants."""
    flags = {"keepNext": style.keep_next, "keepLines": style.keep_lines, "pageBreakBefore": style.page_break}
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{round(edge[0] * 8)}" w:space="{edge[2]}" w:color="{PALETTE[edge[1]]}"/>'
        for side, edge in (("top", style.top), ("bottom", style.bottom), ("between", style.between))
        if edge
    )
    line = f' w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else ' w:line="240" w:lineRule="auto"'
    sides = {"left": style.indent, "right": style.indent_right}
    indent = "".join(f' w:{side}="{twips(mm)}"' for side, mm in sides.items() if mm)
    return "".join(
        (
            *(f"<w:{name}/>" for name, on in flags.items() if on),
            "<w:widowControl/>",
            f"<w:pBdr>{borders}</w:pBdr>" if borders else "",
            f'<w:tabs><w:tab w:val="right" w:pos="{twips(style.tab)}"/></w:tabs>' if style.tab else "",
            f'<w:spacing w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}"{line}/>',
            f"<w:ind{indent}/>" if indent else "",
            f'<w:jc w:val="{style.align}"/>' if style.align else "",
            f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else "",
        )
    )


def _run_xml(style: Style) -> str:
    """Return the properties of a run in the order that the schema wants."""
    latin = BODY if style.font == CJK else style.font
    fonts = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{CJK}" w:cs="{latin}"/>' if latin else ""
    flags = {"b": style.bold, "caps": style.caps}
    size = round(style.size * 2) if style.size else 0
    return "".join(
        (
            fonts,
            *(f'<w:{name} w:val="{int(on)}"/>' for name, on in flags.items() if on is not None),
            f'<w:color w:val="{PALETTE[style.color]}"/>' if style.color else "",
            f'<w:spacing w:val="{round(style.track * 20)}"/>' if style.track is not None else "",
            f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "",
            '<w:vertAlign w:val="superscript"/>' if style.raised else "",
        )
    )


DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{BODY}" w:hAnsi="{BODY}" w:eastAsia="{CJK}" '
    f'w:cs="{BODY}"/><w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
)
BUILT_IN = (
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
)

# ---- paragraphs -----------------------------------------------------------------------------


def run(text: str, style: str | None = None) -> str:
    """Return words in one look; a tab and a line break stand in them as such."""
    look = f'<w:rPr><w:rStyle w:val="{style_id(style)}"/></w:rPr>' if style else ""
    inside = escape(text).replace("\t", "</w:t><w:tab/><w:t>").replace("\n", "</w:t><w:br/><w:t>")
    inside = inside.replace("<w:t>", '<w:t xml:space="preserve">')
    return f'<w:r>{look}<w:t xml:space="preserve">{inside}</w:t></w:r>'


def field(instruction: str, style: str | None = None) -> str:
    """Return a field that Word computes: PAGE, NUMPAGES."""
    look = f'<w:rPr><w:rStyle w:val="{style_id(style)}"/></w:rPr>' if style else ""
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>1</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(style: str, *pieces: str) -> str:
    """Return a paragraph in a named style; a piece that is no run yet becomes one."""
    runs = "".join(piece if piece.startswith("<w:r>") else run(piece) for piece in pieces if piece)
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/></w:pPr>{runs}</w:p>'


def control(tag: str) -> str:
    """Return a paragraph that holds a {%p … %} and is never printed.

    >>> control("for one in news").count("{%p for one in news %}")
    1
    """
    return paragraph("Control", "{%p " + tag + " %}")


# ---- tables ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell before its table gives it a width; `span` columns wide."""

    content: str
    span: int
    properties: str


def cell(
    *content: str,
    span: int = 1,
    borders: Mapping[str, Rule] | None = None,
    fill: str | None = None,
    margins: Mapping[str, float] | None = None,
    align: str | None = None,
) -> Cell:
    """Return a cell: its paragraphs, rules by side, fill, inner margins by side in mm, vertical place."""
    sides = [(side, (borders or {})[side]) for side in ("top", "left", "bottom", "right") if side in (borders or {})]
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{round(pt * 8)}" w:space="0" w:color="{PALETTE[color]}"/>'
        for side, (pt, color) in sides
    )
    inner = "".join(
        f'<w:{side} w:w="{twips((margins or {})[side])}" w:type="dxa"/>'
        for side in ("top", "left", "bottom", "right")
        if side in (margins or {})
    )
    properties = (
        (f"<w:tcBorders>{rules}</w:tcBorders>" if rules else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{PALETTE[fill]}"/>' if fill else "")
        + (f"<w:tcMar>{inner}</w:tcMar>" if inner else "")
        + (f'<w:vAlign w:val="{align}"/>' if align else "")
    )
    return Cell("".join(content) or paragraph("End"), span, properties)


def row(*cells: Cell, head: bool = False, split: bool = False, height: float | None = None) -> tuple[str, list[Cell]]:
    """Return a row; it does not break over pages unless `split`, and repeats on each if `head`."""
    properties = (
        ("" if split else "<w:cantSplit/>")
        + (f'<w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/>' if height else "")
        + ("<w:tblHeader/>" if head else "")
    )
    return (f"<w:trPr>{properties}</w:trPr>" if properties else ""), list(cells)


def control_row(tag: str, columns: int) -> tuple[str, list[Cell]]:
    """Return a row that holds a {%tr … %} and is never printed."""
    return row(cell(paragraph("Control", "{%tr " + tag + " %}"), span=columns))


def table(
    caption: str,
    widths: Sequence[float],
    *rows: tuple[str, list[Cell]],
    padding: tuple[float, float] = (0, 0),
) -> str:
    """Return a table of fixed widths in mm, without rules of its own; `padding` is that of a cell above and below.

    Text stands on the grid: cells have no margin at their sides.
    """
    above, below = (twips(mm) for mm in padding)
    margins = f'<w:top w:w="{above}" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
    margins += f'<w:bottom w:w="{below}" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    look = "".join(f' w:{name}="{on}"' for name, on in LOOK.items())
    grid = "".join(f'<w:gridCol w:w="{twips(mm)}"/>' for mm in widths)
    body = "".join(f"<w:tr>{properties}{_cells(cells, widths)}</w:tr>" for properties, cells in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar><w:tblLook w:val="0600"{look}/>'
        f"<w:tblCaption w:val={quoteattr(caption)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


LOOK = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1}


def _cells(cells: Sequence[Cell], widths: Sequence[float]) -> str:
    done, at = [], 0
    for one in cells:
        width = sum(map(twips, widths[at : at + one.span]))
        span = f'<w:gridSpan w:val="{one.span}"/>' if one.span > 1 else ""
        done.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{one.properties}</w:tcPr>{one.content}</w:tc>'
        )
        at += one.span
    assert at == len(widths), f"a row of {at} columns in a table of {len(widths)}"
    return "".join(done)


# ---- the file -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """An A4 page: margins, and where header and footer stand; mm."""

    top: float = 18
    right: float = 18
    bottom: float = 12
    left: float = 18
    header: float = 9
    footer: float = 8


def document(
    body: Sequence[str],
    named: Mapping[str, Style],
    *,
    sheet: Sheet,
    properties: Mapping[str, str],
    header: str | None = None,
    footer: str | None = None,
    first_header: str | None = None,
    first_footer: str | None = None,
) -> bytes:
    """Return a Word file; the same bytes each time.

    Args:
        header: the paragraph on top of each page (None: nothing); the first page has `first_header`.
        properties: title, subject, language… of the file; they may hold tags of the template.
    """
    word = Document()
    _set_styles(word, named)
    _set_page(word, sheet)
    section = word.sections[0]
    section.different_first_page_header_footer = (header, footer) != (first_header, first_footer)
    parts = (
        (section.header, header),
        (section.footer, footer),
        (section.first_page_header, first_header),
        (section.first_page_footer, first_footer),
    )
    for part, content in parts:
        _put(part, content)
    _set_body(word, body)
    _set_properties(word, properties)
    out = io.BytesIO()
    word.save(out)
    return stable_zip(out.getvalue())


def _set_styles(word: Any, named: Mapping[str, Style]) -> None:
    element = word.styles.element
    for child in list(element):
        element.remove(child)
    pieces = DEFAULTS + BUILT_IN + "".join(_style_xml(name, style) for name, style in named.items())
    for child in list(parse_xml(f"<w:styles {nsdecls('w')}>{pieces}</w:styles>")):
        element.append(child)


def _set_page(word: Any, sheet: Sheet) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(sheet.top), Mm(sheet.right)
    section.bottom_margin, section.left_margin = Mm(sheet.bottom), Mm(sheet.left)
    section.header_distance, section.footer_distance = Mm(sheet.header), Mm(sheet.footer)


def _put(part: Any, content: str | None) -> None:
    if content is None:
        return
    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    for child in _parsed(content):
        element.append(child)


def _set_body(word: Any, body: Sequence[str]) -> None:
    element = word.element.body
    for child in list(element)[:-1]:
        element.remove(child)
    for number, child in enumerate(_parsed("".join(body))):
        element.insert(number, child)


def _parsed(content: str) -> list[Any]:
    return list(parse_xml(f"<w:body {nsdecls('w')}>{content}</w:body>"))


def _set_properties(word: Any, properties: Mapping[str, str]) -> None:
    core = word.core_properties
    core.author, core.comments, core.created, core.modified = "SCORE", "", MADE, MADE
    for name, text in properties.items():
        setattr(core, name, text)
    for relations in (word.part.rels, word.part.package.rels):  # a stale look and styles in python-docx's own template
        for number, relation in list(relations.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/thumbnail")):
                del relations[number]
