"""Nothing -> templates/newsletter.docx and newsletter.zh.docx: two A4 pages, one script, two editions.

python -m templates.making.newsletter
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from templates.making.house import (
    Cell,
    Sheet,
    cell,
    control,
    control_row,
    document,
    field,
    paragraph,
    row,
    run,
    styles,
    table,
)

WORDS = {  # what stands in the template itself: English, Chinese
    "number": ("ISSUE NO.", "期号"),
    "latest": ("Latest news", "最新动态"),
    "comment": ("Trainer’s comment", "培训师说"),
    "coming": ("Coming up", "近期计划"),
    "hub": ("CSR practice sharing hub", "企业社会责任实践分享"),
    "hub_short": ("Practice sharing hub", "实践分享"),
    "to_page": ("Continued on page\u00a02 →", "下接第2版 →"),
    "continued": ("Trainer’s comment, continued", "培训师说（续）"),
    "enterprise": ("Enterprise", "企业"),
    "measure": ("Measure", "项目"),
    "before": ("Before", "之前"),
    "after": ("After", "之后"),
    "change": ("Change", "变化"),
    "pair": ("Before and after: ", "改进前后："),
    "was": ("Before.", "之前。"),
    "is": ("After.", "之后。"),
    "publisher": ("Published by", "编发"),
    "mail": ("The e-mail edition", "电子邮件版"),
    "mail_text": (
        "To receive the newsletter by e-mail, write to the project office.",
        "如需通过电子邮件接收本简报，请告知项目办公室。",
    ),
    "source": ("Where the figures come from", "数据来源"),
    "source_text": (
        "The offices’ returns for {{ period }}; any figure can be traced to its cell.",
        "各单位{{ period }}报表。每个数字均可追溯到单元格。",
    ),
    "header": ("  ·  No. {{ issue.number }}, {{ issue.month }}\t", "  ·  第{{ issue.number }}期，{{ issue.month }}\t"),
    "note": (
        "A dash: no value was given. Bars: before above after, from zero.",
        "“–”表示未提供数值。对比条上为之前，下为之后，均从零起。",
    ),
    "note_lower": (
        "{% if lower %} Less is better: {{ lower }}.{% endif %}",
        "{% if lower %}以低为好：{{ lower }}。{% endif %}",
    ),
    "note_source": (
        " Source: the enterprises, by the return of {{ hub.sources }}.",
        "来源：企业自报，由{{ hub.sources }}上报。",
    ),
}
CLOSER: dict[str, dict[str, dict[str, Any]]] = {  # two pages hold a quarter: a little closer than the house style
    "en": {
        "Body_Text": {"size": 9.5, "line": 12.75, "after": 3},
        "Wide_text": {"size": 9.5, "line": 12.75, "after": 3},
        "Story": {"size": 9.5, "line": 12.75, "after": 7},
        "Panel_text": {"size": 10.5, "line": 14.5, "after": 3},
        "Table_text": {"size": 8.5, "line": 11},
        "Table_number": {"size": 8.5, "line": 11},
        "Row_group": {"size": 8.5, "line": 11},
        "Gap": {"line": 6},
    },
    "zh": {
        "Body_Text": {"size": 9.5, "line": 15.5, "after": 3},
        "Wide_text": {"size": 9.5, "line": 15.5, "after": 3},
        "Story": {"size": 9.5, "line": 15, "after": 8},
        "Panel_text": {"size": 10, "line": 16.5, "after": 3, "align": "left"},
        "Table_text": {"size": 8.5, "line": 11},
        "Table_number": {"size": 8.5, "line": 11},
        "Row_group": {"size": 8.5, "line": 11},
        "caption": {"size": 9, "line": 12},
        "Gap": {"line": 7},
    },
}
RESULTS = {"en": (46, 49, 13, 33, 19, 14), "zh": (46, 46, 13, 30, 25, 14)}
CONTENTS = (
    ("news", "latest", "{% if fits %}1{% endif %}"),
    ("comment", "comment", "{% if fits %}{% if comment.rest %}1–2{% else %}1{% endif %}{% endif %}"),
    ("upcoming", "coming", "{% if fits %}2{% endif %}"),
    ("hub", "hub_short", "{% if fits %}2{% endif %}"),
)
PETROL, EDGE, LINE = (1.5, "petrol"), (0.75, "edge"), (0.5, "line")


def make(language: str) -> bytes:
    """Return the template of a language's edition; the same bytes each time."""
    words = {name: pair[language == "zh"] for name, pair in WORDS.items()}
    body = [*_front(words), *_back(words, language)]
    comma = "，" if language == "zh" else ", "
    title = "{{ issue.masthead }}" + comma + words["header"].strip(" ·\t")
    return document(
        body,
        styles(language, **CLOSER[language]),
        sheet=Sheet(),
        header=paragraph("header", run("{{ issue.masthead }}", "Strong"), run(words["header"]), field("PAGE")),
        first_header=paragraph("header"),
        footer=None,
        first_footer=None,
        properties={
            "title": title,
            "subject": "{{ issue.project }}" + comma + "{{ period }}",
            "language": "{{ language }}",
        },
    )


def _front(words: dict[str, str]) -> Iterator[str]:
    yield _masthead(words)
    yield paragraph("Gap")
    yield _introduction(words)
    yield paragraph("Gap")
    yield control("if news")
    yield paragraph("heading 1", words["latest"])
    # A row that began with a kept paragraph would keep LibreOffice's whole table together, on the next page.
    columns = [cell(paragraph("End"), *_items(f"news.{side}", "Story")) for side in ("left", "right")]
    yield table(words["latest"], (84, 6, 84), row(columns[0], cell(), columns[1], split=True))
    yield paragraph("End")
    yield control("endif")
    yield control("if comment")
    yield control("if comment.portrait")
    yield _panel(words, portrait=True)
    yield control("else")
    yield _panel(words, portrait=False)
    yield control("endif")
    yield control("endif")


def _masthead(words: dict[str, str]) -> str:
    name = cell(
        paragraph("Masthead line", "{{ issue.project }}"),
        paragraph("Title", "{{ issue.masthead }}"),
        borders={"top": (3, "petrol")},
        align="bottom",
    )
    number = cell(
        paragraph("Issue label", words["number"]),
        paragraph("Issue number", "{{ issue.number }}"),
        paragraph("Issue label", "{{ issue.month }}"),
        fill="petrol",
        margins={"top": 2.5, "left": 5, "bottom": 2.5, "right": 4},
        align="bottom",
    )
    return table("{{ issue.masthead }}", (114, 6, 54), row(name, cell(), number, height=29))


def _introduction(words: dict[str, str]) -> str:
    contents = [
        piece
        for name, word, page in CONTENTS
        for piece in (
            control(f"if {name}"),
            paragraph("Contents line", run(words[word] + "\t"), run(page, "Date")),
            control("endif"),
        )
    ]
    lede = cell(control("if issue.intro"), paragraph("Lede", "{{ issue.intro }}"), control("endif"), paragraph("End"))
    return table(words["latest"], (114, 6, 54), row(lede, cell(), cell(*contents, paragraph("End"))))


def _items(source: str, style: str) -> list[str]:
    """Return the paragraphs of a list of news: place and date, headline, text."""
    return [
        control(f"for item in {source}"),
        paragraph("Kicker", run("{{ item.place }}"), run("{% if item.date %}  ·  {{ item.date }}{% endif %}", "Date")),
        control("if item.headline"),
        paragraph("heading 2", "{{ item.headline }}"),
        control("endif"),
        control("if item.text"),
        paragraph(style, "{{ item.text }}"),
        control("endif"),
        control("endfor"),
        paragraph("End"),
    ]


def _panel(words: dict[str, str], *, portrait: bool) -> str:
    text = cell(
        paragraph("Kicker", words["comment"]),
        control("if comment.headline"),
        paragraph("heading 2", "{{ comment.headline }}"),
        control("endif"),
        paragraph("Byline", "{{ comment.person }}{% if comment.role %} · {{ comment.role }}{% endif %}"),
        control("for text in comment.first"),
        paragraph("Panel text", "{{ text }}"),
        control("endfor"),
        control("if comment.rest"),
        paragraph("Continued", words["to_page"]),
        control("endif"),
        paragraph("End"),
        fill="tint",
        borders={"top": PETROL},
        margins={"top": 3, "left": 4, "bottom": 2, "right": 5},
    )
    face = cell(
        paragraph("Picture", "{{ comment.portrait }}"),
        fill="tint",
        borders={"top": PETROL},
        margins={"top": 4, "left": 4, "bottom": 4, "right": 0},
    )
    if portrait:
        return table(words["comment"], (38, 136), row(face, text))
    return table(words["comment"], (174,), row(text))


def _back(words: dict[str, str], language: str) -> Iterator[str]:
    yield paragraph("Page start")
    yield _second(words)
    yield paragraph("End")
    yield control("if hub")
    yield paragraph("heading 1", words["hub"])
    yield control("for story in hub.stories")
    yield paragraph("heading 2", "{{ story.headline }}")
    yield paragraph("Wide text", "{{ story.text }}")
    yield control("endfor")
    yield control("if hub.enterprises")
    yield _results(words, RESULTS[language])
    yield paragraph("Table note", words["note"] + words["note_lower"] + words["note_source"])
    yield control("endif")
    yield paragraph("Gap")
    yield control("endif")
    yield control("for pair in pairs")
    yield paragraph("heading 1", words["pair"] + "{{ pair.title }}")
    yield _pair(words)
    yield paragraph("Gap")
    yield control("endfor")
    yield _contact(words)
    yield paragraph("End")


def _second(words: dict[str, str]) -> str:
    rest = cell(
        control("if comment and comment.rest"),
        paragraph("heading 1", words["continued"]),
        control("for text in comment.rest"),
        paragraph("Panel text", "{{ text }}"),
        control("endfor"),
        control("endif"),
        paragraph("End"),
    )
    coming = cell(
        control("if upcoming"),
        paragraph("heading 1", words["coming"]),
        control("endif"),
        *_items("upcoming", "Story"),
    )
    return table(words["coming"], (84, 6, 84), row(rest, cell(), coming, split=True))


def _results(words: dict[str, str], widths: tuple[float, ...]) -> str:
    under = {"bottom": (1, "petrol")}
    heads = [
        cell(paragraph(style, words[name]), borders=under, align="bottom")
        for name, style in (
            ("enterprise", "Table head"),
            ("measure", "Table head"),
            ("before", "Table head number"),
            ("after", "Table head number"),
            ("change", "Table head number"),
        )
    ]
    head = row(*heads, cell(paragraph("Table head"), borders=under), head=True)
    rows = [
        control_row("for one in hub.enterprises", 6),
        control_row("for line in one.rows", 6),
        *_either("line.note", [_line(None)], [*_either("loop.last", [_line(EDGE)], [_line(LINE)])]),
        control_row("if line.note", 6),
        *_either("loop.last", [_note(EDGE)], [_note(LINE)]),
        control_row("endif", 6),
        control_row("endfor", 6),
        control_row("endfor", 6),
    ]
    return table(words["hub"], widths, head, *rows, padding=(0.3, 0.3))


Row = tuple[str, list[Cell]]


def _either(condition: str, one: list[Row], other: list[Row]) -> list[Row]:
    return [control_row(f"if {condition}", 6), *one, control_row("else", 6), *other, control_row("endif", 6)]


def _line(rule: tuple[float, str] | None) -> Row:
    """Return the row of a measure; the rule below an enterprise's last one goes all the way."""
    first = {"bottom": rule} if rule == EDGE else {}
    others = {"bottom": rule} if rule else {}
    after = "{% if line.only_change %}{{ line.after }}{% endif %}"
    change = "{% if line.only_change %}{{ line.change }}{% endif %}"
    plain = "{% if not line.only_change %}{{ line.change }}{% endif %}"
    strong = "{% if not line.only_change %}{{ line.after }}{% endif %}"
    return row(
        cell(
            paragraph("Row group", "{% if loop.first %}{{ one.name }}{% endif %}"),
            borders=first,
            margins={"right": 1.5},
        ),
        cell(paragraph("Table text", "{{ line.measure }}"), borders=others),
        cell(paragraph("Table number", "{{ line.before }}"), borders=others),
        cell(paragraph("Table number", run(strong, "Value"), run(after)), borders=others),
        cell(paragraph("Table number", run(plain), run(change, "Value")), borders=others),
        cell(
            control("if line.bar"),
            paragraph("Bar", "{{ line.bar }}"),
            control("endif"),
            paragraph("End"),
            borders=others,
            margins={"left": 2},
        ),
    )


def _note(rule: tuple[float, str]) -> Row:
    first = {"bottom": rule} if rule == EDGE else {}
    close = {"top": 0.0}
    return row(
        cell(paragraph("Table text"), borders=first, margins=close),
        cell(paragraph("Table text", run("{{ line.note }}", "Muted")), span=5, borders={"bottom": rule}, margins=close),
    )


def _pair(words: dict[str, str]) -> str:
    pictures = [cell(paragraph("Picture", f"{{{{ pair.{side} }}}}")) for side in ("before", "after")]
    captions = [
        cell(
            paragraph("caption", run(words[word], "Strong"), run(f" {{{{ pair.{side}_caption }}}}")),
            margins={"top": 1.5},
        )
        for side, word in (("before", "was"), ("after", "is"))
    ]
    return table(
        words["pair"] + "{{ pair.title }}",
        (84, 6, 84),
        row(pictures[0], cell(), pictures[1]),
        row(captions[0], cell(), captions[1]),
    )


def _contact(words: dict[str, str]) -> str:
    texts = (
        ("publisher", "{{ issue.project }}"),
        ("mail", words["mail_text"]),
        ("source", words["source_text"]),
    )
    cells = [
        cell(
            paragraph("caption", run(words[name], "Strong")),
            paragraph("caption", text),
            borders={"top": PETROL},
            margins={"top": 2},
        )
        for name, text in texts
    ]
    gutter = cell(borders={"top": PETROL})
    return table(words["publisher"], (54, 6, 54, 6, 54), row(cells[0], gutter, cells[1], gutter, cells[2]))


if __name__ == "__main__":
    Path("templates/newsletter.docx").write_bytes(make("en"))
    Path("templates/newsletter.zh.docx").write_bytes(make("zh"))
