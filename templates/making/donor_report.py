"""Nothing -> templates/donor-report.docx: the quarterly report to the donor, in the house style.

python -m templates.making.donor_report

This makes the template once; afterwards the office edits the .docx itself, in Word or WPS.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from templates.making.house import (
    Cell,
    Sheet,
    Style,
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

Row = tuple[str, list[Cell]]
QUARTERS, THIRDS, HALVES, PANEL = [39, 6, 39, 6, 39, 6, 39], [54, 6, 54, 6, 54], [84, 6, 84], [114, 6, 54]
HAIR, EDGE, HEAVY, TOP = (0.5, "line"), (0.75, "edge"), (1, "petrol"), (1.5, "petrol")
MARK = run("{{ sample_mark }}", "Sample")
REPORT_TABLE = {"size": 9.5, "line": 12.5}


def make() -> bytes:
    """Return the template; the same bytes each time."""
    body = [*_front(), *_logframe(), *_measured(), *_carried(), *_told(), *_back(), *_annex(), paragraph("End")]
    return document(
        body,
        _styles(),
        sheet=Sheet(bottom=16),
        properties={
            "title": "{{ report.title_en }}, {{ months }}",
            "subject": "SCORE China, {{ period }}",
            "language": "en-GB",
        },
        header=paragraph("header", run("Donor report", "Strong"), run(" · {{ months }}\tSCORE China")),
        footer=_footer(),
        first_footer=_footer(),
    )


def _styles() -> dict[str, Style]:
    """Return the house styles with the larger table text of a report, and what only it has."""
    named = styles(
        "en",
        Table_text=REPORT_TABLE,
        Table_number=REPORT_TABLE,
        Row_group={**REPORT_TABLE, "keep_next": True},
        Sample={"raised": False},
        Lede={"after": 4},
        Masthead_line={"caps": False},
        Bar={"size": 9, "before": 2.5},
    )
    to_write = Style(
        base="Body Text",
        size=10,
        color="sienna",
        bold=True,
        top=(0.75, "sienna", 3),
        bottom=(0.75, "sienna", 3),
        after=4,
    )
    kept = {f"{name} kept": Style(base=name, align=named[name].align, keep_next=True, **REPORT_TABLE)
            for name in ("Table text", "Table number")}  # fmt: skip
    return {**named, "To write": to_write, **kept}


def _footer() -> str:
    left = run("{{ period }} · {{ status }}, {{ report.dated }}\tPage ")
    return paragraph("footer", left, field("PAGE"), run(" of "), field("NUMPAGES"))


# ---- pieces ------------------------------------------------------------------------------------------


def _gutters(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells with an empty one between each two."""
    return [one for at, given in enumerate(cells) for one in ([cell(), given] if at else [given])]


def _sided(
    caption: str, widths: Sequence[float], *cells: Cell, split: bool = False, height: float | None = None
) -> str:
    return table(caption, widths, row(*_gutters(cells), split=split, height=height))


def _section(name: str, style: str = "Body Text") -> list[str]:
    """Return the paragraphs of a section of the narrative, or the gap that is to be filled."""
    return [
        control(f"for text in narrative.{name}.paragraphs"),
        paragraph(style, "{{ text }}"),
        control("endfor"),
        *_gap(name),
    ]


def _gap(name: str) -> list[str]:
    """Return the prompt of a section that nobody has written."""
    return [
        control(f"if narrative.{name}.gap"),
        paragraph("To write", "To write: {{ narrative." + name + ".gap }}"),
        control("endif"),
    ]


def _head(*titles: str, numbers: Sequence[str] = (), inset: str = "") -> Row:
    """Return a head row that repeats; the title `inset` stands 4 mm from the number before it."""
    return row(
        *(
            cell(
                paragraph("Table head number" if title in numbers else "Table head", title),
                borders={"bottom": HEAVY},
                align="bottom",
                margins={"left": 4} if title == inset else None,
            )
            for title in titles
        ),
        head=True,
    )


def _line(*paragraphs: str, rule: tuple[float, str] = HAIR, frm: int = 0) -> Row:
    """Return a row with a rule below, from the column `frm` on."""
    return row(*(cell(one, borders={"bottom": rule} if at >= frm else None) for at, one in enumerate(paragraphs)))


def _end(columns: int) -> Row:
    return row(cell(paragraph("End"), span=columns, borders={"top": HEAVY}))


def _note(*pieces: str) -> str:
    return paragraph("Table note", *pieces)


# ---- page 1 ------------------------------------------------------------------------------------------


def _front() -> list[str]:
    return [_title(), paragraph("Gap"), _facts(), paragraph("Wide gap"), _glance(), paragraph("Wide gap"), *_key_figures(),
            paragraph("Wide gap"), *_done(), _note(MARK, run(" rests on a sample value or an estimate; see the last section before the annex."))]  # fmt: skip


def _title() -> str:
    title = cell(
        paragraph("Masthead line", "{{ report.title_en }}  ·  {{ report.donor_en }}"),
        paragraph("Title", "Donor report"),
        borders={"top": (3, "petrol")},
        align="bottom",
    )
    period = cell(
        paragraph("Issue label", "SCORE CHINA"),
        paragraph("Issue number", "{{ quarter }}"),
        paragraph("Issue label", "{{ months }}"),
        fill="petrol",
        margins={"left": 5, "right": 4, "top": 2.5, "bottom": 2.5},
        align="bottom",
    )
    return _sided("Title: donor report and its period", PANEL, title, period, height=29)


FACTS = (
    ("Status", "{{ status }}"),
    ("Date of the report", "{{ report.dated }}"),
    ("Returns", "{{ returns.sentence }}"),
    ("Every figure traced to its cell", "evidence.xlsx"),
)


def _facts() -> str:
    rules = {"top": HAIR, "bottom": HAIR}
    cells = [
        cell(paragraph("Table text", run(name, "Label")), paragraph("Table text", text), borders=rules,
             margins={"top": 1.2, "bottom": 1.2})
        for name, text in FACTS
    ]  # fmt: skip
    return _sided("About this report", QUARTERS, *cells)


def _glance() -> str:
    left = cell(
        paragraph("Panel heading", "The period at a glance"),
        control("for text in narrative.at_a_glance.paragraphs"),
        control("if loop.first"),
        paragraph("Lede", "{{ text }}"),
        control("else"),
        paragraph("Body Text", "{{ text }}"),
        control("endif"),
        control("endfor"),
        *_gap("at_a_glance"),
        borders={"top": TOP},
    )
    right = cell(
        paragraph("Panel heading", "Due and off target"),
        control("for row in off_target"),
        paragraph("Side line", "{{ row.number }}  {{ row.title }}\t", run("{{ row.reached }}", "Value")),
        control("endfor"),
        control("if off_target"),
        _note("Per cent of the target. The reasons stand in the log-frame."),
        control("else"),
        paragraph("Body Text", "None: every target that is due was reached, within the tolerance."),
        control("endif"),
        borders={"top": TOP},
        fill="tint",
        margins={"left": 4, "right": 4, "bottom": 3},
    )
    return _sided("The period at a glance", PANEL, left, right, split=True)


KEYS = (
    ("enterprises_in_training", "enterprises in training", "Target {{ figures['enterprises_in_training.target'] }}"),
    (
        "trained_enterprises",
        "enterprises completed a module",
        "{{ figures['trained_enterprises.cumulative'] }} since the start, target {{ figures['trained_enterprises.target'] }}",
    ),
    (
        "trained_trainers",
        "trainers trained",
        "{% if figures['trained_trainers/sex=women'].given %}{{ figures['trained_trainers/sex=women'] }} women. {% endif %}{{ figures['trained_trainers.cumulative'] }} since the start, target {{ figures['trained_trainers.target'] }}",
    ),
    (
        "trained_participants",
        "managers and workers trained",
        "{% if figures['trained_participants/sex=women'].given %}{{ figures['trained_participants/sex=women'] }} women. {% endif %}{{ figures['trained_participants.cumulative'] }} since the start, target {{ figures['trained_participants.target'] }}",
    ),
)


def _key_figures() -> list[str]:
    cells = [
        cell(
            paragraph(
                "Key number", f"{{% if figures['{code}'].given %}}{{{{ figures['{code}'] }}}}{{% else %}}–{{% endif %}}"
            ),
            paragraph("heading 3", name),
            paragraph("Table text", run(more, "Muted")),
        )
        for code, name, more in KEYS
    ]
    return [
        paragraph("heading 1", "Key figures of the quarter"),
        _sided("Key figures of the quarter", QUARTERS, *cells),
    ]


def _done() -> list[str]:
    cells = [
        cell(
            paragraph("heading 3", "{{ objectives[" + str(at) + "].number }}  {{ objectives[" + str(at) + "].title }}"),
            *_section(f"objective_{at + 1}"),
        )
        for at in range(3)
    ]
    return [
        paragraph("heading 1", "What was done, by objective"),
        _sided("What was done, by objective", THIRDS, *cells, split=True),
    ]


# ---- the log-frame -----------------------------------------------------------------------------------

LOGFRAME = [7, 51, 16, 15, 20, 20, 17, 16, 12]
HEADS = (
    ("Baseline", "baseline"),
    ("Target", "target"),
    ("This quarter", "value"),
    ("Cumulative", "cumulative"),
    ("% of target", "reached_pct"),
)


def _logframe() -> list[str]:
    return [
        paragraph("Page start"),
        paragraph("heading 1", "Log-frame: where the project stands"),
        paragraph(
            "Body Text",
            "Where a target that is due is missed or passed by more than the project tolerates, the reason stands below its row.",
        ),
        table(
            "Log-frame: baseline, target, this quarter, cumulative, per cent of the target, women",
            LOGFRAME,
            _logframe_head(),
            control_row("for objective in objectives", len(LOGFRAME)),
            row(
                cell(
                    paragraph("Row group", "{{ objective.number }}  {{ objective.title }}"),
                    span=len(LOGFRAME),
                    fill="tint",
                    margins={"left": 2, "top": 1.1, "bottom": 1.1},
                )
            ),
            control_row("for row in objective.rows", len(LOGFRAME)),
            control_row("if row.reason", len(LOGFRAME)),
            _indicator(" kept"),
            row(
                cell(
                    paragraph("Table reason", run("Reason. ", "Strong"), run("{{ row.reason }}")),
                    span=len(LOGFRAME),
                    borders={"bottom": HAIR},
                    margins={"top": 0, "bottom": 1.6},
                )
            ),
            control_row("else", len(LOGFRAME)),
            _indicator(rule=HAIR),
            control_row("endif", len(LOGFRAME)),
            control_row("endfor", len(LOGFRAME)),
            control_row("endfor", len(LOGFRAME)),
            _end(len(LOGFRAME)),
            padding=(1.1, 1.1),
        ),
        _note(
            "The pale track of a bar ends at 100 % of the target. Shares are ratios of sums and medians are of enterprises, both "
            "of the quarters in this system; neither has a per cent of target. Other cumulative values hold what was achieved before. An empty cell: not applicable. A dash: nobody gave a value. ",
            MARK,
            run(" rests on a sample value or an estimate; at the head of a column, all of it does."),
        ),
    ]


def _logframe_head() -> Row:
    named = [
        cell(
            paragraph("Table head number", title, run("{{ columns." + name + " }}", "Sample")),
            borders={"bottom": HEAVY},
            align="bottom",
        )
        for title, name in HEADS
    ]
    first = cell(paragraph("Table head", "Indicator"), span=2, borders={"bottom": HEAVY}, align="bottom")
    bar = cell(paragraph("Table head", ""), borders={"bottom": HEAVY})
    women = cell(
        paragraph("Table head number", "Women", run("{{ columns.women }}", "Sample")),
        borders={"bottom": HEAVY},
        align="bottom",
    )
    return row(first, *named, bar, women, head=True)


def _indicator(kept: str = "", rule: tuple[float, str] | None = None) -> Row:
    """Return the row of an indicator; `kept` on the page of its reason, or with a rule below."""
    borders = {"bottom": rule} if rule else None
    numbers = [
        cell(paragraph(f"Table number{kept}", "{{ row." + name + " }}"), borders=borders)
        for name in ("baseline", "target", "value", "cumulative")
    ]
    return row(
        cell(paragraph(f"Table text{kept}", run("{{ row.number }}", "Muted")), borders=borders),
        cell(paragraph(f"Table text{kept}", "{{ row.title }}"), borders=borders),
        *numbers,
        cell(paragraph(f"Table number{kept}", run("{{ row.reached_pct }}", "Value")), borders=borders),
        cell(paragraph("Bar", "{% if row.bar %}{{ row.bar }}{% endif %}"), borders=borders, margins={"left": 2}),
        cell(paragraph(f"Table number{kept}", "{{ row.women }}"), borders=borders),
    )


# ---- charts and results ------------------------------------------------------------------------------

LEGEND = "{{% for key in {} %}}{{{{ key.swatch }}}}\u00a0{{{{ key.name }}}}\u2003{{% endfor %}}"
RESULTS = [45, 51, 16, 40, 22]


def _measured() -> list[str]:
    return [
        paragraph("Page start"),
        _sided(
            "Charts: who took part, and what enterprises measured", HALVES, _took_part(), _before_after(), split=True
        ),
        paragraph("Wide gap"),
        paragraph("heading 1", "Results that enterprises reported"),
        _results(),
        _note(
            "A dash: nobody gave a value. “More than” is a lower bound. The figures are the enterprises’ own; changes are never "
            "added up across enterprises. Shares change in points, all else in per cent."
        ),
        *_medians(),
    ]


def _took_part() -> Cell:
    return cell(
        paragraph("heading 1", "Who took part"),
        control("if figures['women_participants_pct'].given"),
        paragraph("heading 2", "Women were {{ figures['women_participants_pct'] }} of the participants"),
        control("else"),
        paragraph("heading 2", "Nobody has reported how many were women"),
        control("endif"),
        control("if participants.chart"),
        paragraph(
            "caption",
            "{{ figures['trained_participants/sex=women'] }} women and {{ figures['trained_participants/sex=men'] }} men by province",
        ),
        paragraph("Legend", LEGEND.format("participants.legend")),
        paragraph("Picture", "{{ participants.chart }}"),
        _participants(),
        control("endif"),
        control("if participants.lacking.text"),
        _note("Not recorded: {{ participants.lacking }}."),
        control("endif"),
        paragraph("End"),
    )


def _participants() -> str:
    """Return the numbers of the chart as a table, so that each has its comment in the review copy."""
    columns = ("{{ row.women }}", "{{ row.men }}", "{{ row.total }}")
    return table(
        "Participants by province and sex",
        [36, 16, 16, 16],
        _head("Province", "Women", "Men", "In all", numbers=("Women", "Men", "In all")),
        control_row("for row in participants.rows", 4),
        _line(paragraph("Table text", "{{ row.office }}"), *(paragraph("Table number", one) for one in columns)),
        control_row("endfor", 4),
        padding=(0.6, 0.6),
    )


def _before_after() -> Cell:
    return cell(
        paragraph("heading 1", "What enterprises measured"),
        paragraph("heading 2", "Before and after the training"),
        paragraph("caption", "Shares in per cent; every axis starts at zero"),
        control("if result_charts"),
        paragraph("Legend", LEGEND.format("result_legend")),
        control("endif"),
        control("for one in result_charts"),
        paragraph("Legend", run("{{ one.better }}", "Strong")),
        paragraph("Picture", "{{ one.chart }}"),
        control("endfor"),
        control("if not result_charts"),
        paragraph("Body Text", "No enterprise has measured a share both before and after."),
        control("endif"),
    )


def _results() -> str:
    first = [
        paragraph("Row group", "{{ enterprise.name }}"),
        paragraph("Table text", "{{ row.measure }}"),
        paragraph("Table number", "{{ row.before }}"),
        paragraph("Table number", run("{{ row.after }}", "Value")),
        paragraph("Table number", "{{ row.change }}"),
    ]
    later = [paragraph("Table text"), *first[1:]]
    tags = ["for enterprise in results", "for row in enterprise.rows", "if loop.first"]
    note = cell(paragraph("Table text", run("{{ row.note }}", "Muted")), span=4, margins={"top": 0})
    return table(
        "Results that enterprises reported: before, after, change",
        RESULTS,
        _head("Enterprise", "Measure", "Before", "After", "Change", numbers=("Before", "After", "Change")),
        *(control_row(tag, 5) for tag in tags),
        _rule_above(first, EDGE),
        control_row("else", 5),
        _rule_above(later, HAIR, frm=1),
        control_row("endif", 5),
        control_row("if row.note", 5),
        row(cell(paragraph("Table text"), margins={"top": 0}), note),
        control_row("endif", 5),
        *(control_row("endfor", 5) for _ in range(2)),
        _end(5),
        padding=(0.85, 0.85),
    )


def _rule_above(paragraphs: Sequence[str], rule: tuple[float, str], frm: int = 0) -> Row:
    return row(
        *(
            cell(one, borders={"top": rule} if at >= frm else None, margins={"right": 0 if at else 2})
            for at, one in enumerate(paragraphs)
        )
    )


MEDIANS = ("defect_rate_change_pct", "on_time_delivery_change_points", "capacity_change_pct")


def _medians() -> list[str]:
    texts = "Median changes of the log-frame: defect rate {{ figures['%s'] }}, on-time delivery {{ figures['%s'] }}, capacity per head {{ figures['%s'] }}."
    given = " or ".join(f"figures['{code}'].given" for code in MEDIANS)
    return [control(f"if {given}"), _note(texts % MEDIANS), control("endif")]


# ---- sustainability ----------------------------------------------------------------------------------


def _carried() -> list[str]:
    who = paragraph("Table text", run("{{ partner.name }}", "Value"))
    kind = paragraph("Table text", run("{{ partner.partner_kind }}", "Muted"))
    what = [
        paragraph("Table text", run("{{ partner.agreement }}", "Strong")),
        control("for text in partner.paragraphs"),
        paragraph("Table text", "{{ text }}"),
        control("endfor"),
    ]
    facts = ("{{ partner.status }}", "{{ partner.since }}", "{{ partner.pays }}")
    paid = ("{{ one.activity }}", "{{ one.office }}", "{{ one.payer }}", "{{ one.in_form }}")
    return [
        paragraph("Page start"),
        paragraph("heading 1", "Sustainability: what goes on without the project"),
        *_section("sustainability"),
        paragraph("Gap"),
        paragraph("heading 2", "Partners, licences and agreements"),
        table(
            "Partners, licences and agreements",
            [48, 62, 22, 32, 10],
            _head("Partner", "What is agreed", "Status", "Since", "Pays"),
            control_row("for partner in partners", 5),
            row(
                cell(who + kind, borders={"bottom": HAIR}, margins={"right": 2}),
                cell(*what, borders={"bottom": HAIR}, margins={"right": 4}),
                *(cell(paragraph("Table text", one), borders={"bottom": HAIR}) for one in facts),
            ),
            control_row("endfor", 5),
            control_row("if not partners", 5),
            row(cell(paragraph("Table text", "{{ nothing }}"), span=5)),
            control_row("endif", 5),
            _end(5),
            padding=(0.85, 0.85),
        ),
        paragraph("Wide gap"),
        paragraph("heading 2", "Who paid for training"),
        paragraph(
            "Body Text",
            "Others than the ILO bore {{ figures['local_cost_share_pct'] }} of the training costs that were reported for the quarter; the target is {{ figures['local_cost_share_pct.target'] }}.",
        ),
        table(
            "Who paid for training",
            [66, 28, 34, 18, 28],
            _head("Training", "Province", "Paid by", "In", "Amount", numbers=("Amount",)),
            control_row("for one in contributions", 5),
            _line(
                *(paragraph("Table text", one) for one in paid),
                paragraph("Table number", "{{ one.amount }}", run("{{ one.sample_mark }}", "Sample")),
            ),
            control_row("endfor", 5),
            control_row("if not contributions", 5),
            row(cell(paragraph("Table text", "{{ nothing }}"), span=5)),
            control_row("endif", 5),
            _end(5),
            padding=(0.85, 0.85),
        ),
        _note(MARK, run(" rests on a sample value or an estimate.")),
    ]


# ---- stories and plans -------------------------------------------------------------------------------


def _told() -> list[str]:
    columns = [
        cell(
            paragraph("End"),  # a row that began with a kept paragraph would keep LibreOffice's whole table together
            control(f"for story in part[{at}]"),
            paragraph("Kicker", "{{ story.place }}"),
            paragraph("heading 2", "{{ story.headline }}"),
            control("for text in story.paragraphs"),
            paragraph("Story", "{{ text }}"),
            control("endfor"),
            control("endfor"),
        )
        for at in range(2)
    ]
    plans = cell(
        paragraph("Table text", run("{{ plan.title }}", "Value")),
        control("for text in plan.paragraphs"),
        paragraph("Table text", "{{ text }}"),
        control("endfor"),
        borders={"bottom": HAIR},
    )
    return [
        paragraph("Page start"),
        paragraph("heading 1", "Stories of the quarter"),
        control("if stories"),
        table(
            "Stories of the quarter",
            HALVES,
            control_row("for part in stories", 3),
            row(*_gutters(columns)),
            control_row("endfor", 3),
        ),
        control("else"),
        paragraph("Body Text", "{{ nothing }}"),
        control("endif"),
        paragraph("Gap"),
        paragraph("heading 1", "Coming up"),
        *_section("outlook"),
        table(
            "Coming up",
            [40, 30, 104],
            _head("When", "Where", "What"),
            control_row("for plan in upcoming", 3),
            row(
                cell(paragraph("Table text", "{{ plan.when }}"), borders={"bottom": HAIR}),
                cell(
                    paragraph("Table text", "{% if plan.place %}{{ plan.place }}{% endif %}"), borders={"bottom": HAIR}
                ),
                plans,
            ),
            control_row("endfor", 3),
            control_row("if not upcoming", 3),
            row(cell(paragraph("Table text", "{{ nothing }}"), span=3)),
            control_row("endif", 3),
            padding=(0.85, 0.85),
        ),
    ]


# ---- how far the figures can be trusted --------------------------------------------------------------

TRUST = (
    ("Blank is not zero.", "An empty answer stays a gap. A total names the offices that it lacks."),
    ("Bounds stay bounds.", "What is known only from below is printed as such, and makes a sum a lower bound."),
    ("Self-reported results.", "Enterprises measure themselves; the trainer sees the records, nobody audits them."),
    ("Points and per cent.", "The difference of two shares is given in points; a growth rate in per cent."),
)


def _back() -> list[str]:
    return [
        paragraph("Page start"),
        paragraph("heading 1", "Completeness of returns"),
        paragraph("heading 2", "{{ returns.sentence }}"),
        table(
            "Returns by office",
            [40, 50, 84],
            _head("Office", "Return", "Indicators that lack a value of this office"),
            control_row("for one in returns.rows", 3),
            _line(
                paragraph("Table text", "{{ one.office }}"),
                paragraph(
                    "Table text",
                    "{% if one.counted %}{{ one.state }}{% else %}",
                    run("{{ one.state }}", "Value"),
                    run("{% endif %}"),
                ),
                paragraph("Table text", "{{ one.lacking }}"),
            ),
            control_row("endfor", 3),
            _end(3),
            padding=(0.75, 0.75),
        ),
        _note("An activity that several offices report together counts once and names them all."),
        paragraph("Wide gap"),
        paragraph("heading 1", "Restatements of earlier reports"),
        control("if restatements"),
        _restated(),
        _note(
            "Rounded as they are printed. Shares change in points. “Reported” is what the last report of the quarter said."
        ),
        control("endif"),
        control("if not restatements"),
        paragraph("Body Text", "{{ nothing }}. No figure of an earlier report has changed."),
        control("endif"),
        paragraph("Wide gap"),
        paragraph("heading 1", "How far the figures can be trusted"),
        *_section("data_quality"),
        _sided("How far the figures can be trusted", HALVES, *_trusted()),
        paragraph("Gap"),
        _samples(),
        paragraph("Wide gap"),
        _signed(),
    ]


def _restated() -> str:
    why = [control("for text in one.why"), paragraph("Table text", "{{ text }}"), control("endfor")]
    numbers = [
        cell(paragraph("Table number", run(text, style) if style else text), borders={"bottom": HAIR})
        for text, style in (("{{ one.old }}", ""), ("{{ one.new }}", "Value"), ("{{ one.change }}", ""))
    ]
    return table(
        "Restatements: figure, reported, today, change, why and who",
        [52, 23, 23, 22, 54],
        _head(
            "Figure",
            "Reported",
            "Today",
            "Change",
            "Why, and who decided",
            numbers=("Reported", "Today", "Change"),
            inset="Why, and who decided",
        ),
        control_row("for one in restatements", 5),
        row(
            cell(
                paragraph("Table text", "{{ one.title }}"),
                paragraph("Table text", run("{{ one.period }}", "Muted")),
                borders={"bottom": HAIR},
                margins={"right": 2},
            ),
            *numbers,
            cell(*why, borders={"bottom": HAIR}, margins={"left": 4}),
        ),
        control_row("endfor", 5),
        _end(5),
        padding=(0.85, 0.85),
    )


def _trusted() -> list[Cell]:
    said = [paragraph("Body Text", run(name + " ", "Strong"), run(text)) for name, text in TRUST]
    return [cell(*said[:2]), cell(*said[2:])]


def _samples() -> str:
    text = paragraph(
        "Body Text",
        MARK,
        run(" Sample values. ", "Strong"),
        run(
            "Values that ship with the system to show its form, and estimates, are marked wherever they are printed. "
            "They disappear when the project office enters its own."
        ),
    )
    box = cell(
        text, fill="paper", borders={"top": (1, "sienna")}, margins={"left": 4, "right": 4, "top": 2.5, "bottom": 1.5}
    )
    return table("Sample values", [174], row(box))


def _signed() -> str:
    cells = [
        cell(
            paragraph("Table text", run(name, "Label")),
            paragraph("Table text", "{% if officer %}{{ officer }}{% endif %}" if at == 0 else ""),
            borders={"top": EDGE},
        )
        for at, name in enumerate(("Prepared by", "Checked by", "Released by"))
    ]
    blank = row(cell(span=5), height=12)
    return table("Signatures", THIRDS, blank, row(*_gutters(cells)))


# ---- annex -------------------------------------------------------------------------------------------


def _annex() -> list[str]:
    said = cell(
        paragraph("Table text", run("{{ one.title }}", "Value")),
        paragraph("Table text", "{{ one.made }}"),
        paragraph(
            "Table text", run("{{ one.over_time }}{% if one.broken_down %}. {{ one.broken_down }}{% endif %}.", "Muted")
        ),
        control("if one.limits"),
        paragraph("Table text", run("{{ one.limits }}.", "Muted")),
        control("endif"),
        borders={"bottom": HAIR},
    )
    return [
        paragraph("Page start"),
        paragraph("heading 1", "Annex: what each indicator means"),
        paragraph(
            "Body Text",
            "{{ returns.sentence }}. An indicator whose rows lack a value of an office that has sent names the office.",
        ),
        table(
            "Definitions of the indicators",
            [9, 165],
            row(
                cell(paragraph("Table head", "No."), borders={"bottom": HEAVY}),
                cell(paragraph("Table head", "Definition"), borders={"bottom": HEAVY}),
                head=True,
            ),
            control_row("for one in definitions", 2),
            row(cell(paragraph("Table text", run("{{ one.number }}", "Muted")), borders={"bottom": HAIR}), said),
            control_row("endfor", 2),
            _end(2),
            padding=(0.85, 0.85),
        ),
    ]


if __name__ == "__main__":
    Path("templates/donor-report.docx").write_bytes(make())
