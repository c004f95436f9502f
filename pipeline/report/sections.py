"""What offices and the project office wrote -> the sections of a report in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.model import Figure, LeftOut, MergedRow, Record
from pipeline.report.material import OTHER, excerpt, of, places_of
from pipeline.report.measure import lines
from pipeline.report.page import SAMPLE_MARK
from pipeline.report.printable import Quoted, Term
from pipeline.report.words import listed, say, term
from pipeline.report.writer import Writer

SECTIONS = ("at_a_glance", "objective_1", "objective_2", "objective_3", "sustainability", "data_quality", "outlook")
COLUMN = 84  # mm wide, and below the heading of its page
ROOM = 640  # points high, with room to spare
LINE, PLACE, HEADLINE, AFTER = 13.5, 13.5, 15.5, 9  # points, as the template's styles have them
WEAK = ("estimate", "sample")


def narrative(writer: Writer) -> dict[str, object]:
    """Return each section with its `paragraphs`; where there are none, `gap` is what is to be written there."""
    rows = {row.key: row for row in writer.known.rows("narrative")}
    return {name: _section(rows.get(name), writer) for name in dict.fromkeys([*SECTIONS, *rows])}


def _section(row: Record | None, writer: Writer) -> dict[str, object]:
    own = writer.quote(row, f"text_{writer.language}") if row else None
    paragraphs = writer.paragraphs(row, "text") if own else []
    if row and not own and row[f"text_{OTHER[writer.language]}"].given:
        _tell_untranslated(row, writer)
    return {"paragraphs": paragraphs, "gap": None if paragraphs else _prompt(row, writer)}


def _tell_untranslated(row: Record, writer: Writer) -> None:
    """Note that a section is written in the other language only: nobody's report mixes the two."""
    table, name = writer.table("narrative"), f"text_{writer.language}"
    other = str(row[f"text_{OTHER[writer.language]}"].plain)
    words = {"table_en": table.title.en, "table_zh": table.title.zh}
    field = table.field(name).title
    writer.tell(
        "narrative_untranslated", row, field=name, found=excerpt(other), **words, field_en=field.en, field_zh=field.zh
    )


def _prompt(row: Record | None, writer: Writer) -> Quoted | Term:
    """Return what the sheet asks for: its line in the page's language, the English one first."""
    asked = str(row["prompt"].plain).splitlines() if row and row["prompt"].given else []
    if row is None or not asked:
        return term("to_write", writer.language)
    return Quoted(asked[-1] if writer.language == "zh" else asked[0], row.ref, "prompt")


Story = dict[str, Any]


def stories(writer: Writer) -> list[list[list[Story]]]:
    """Return the stories that may be printed: `place headline paragraphs`, in rows of two columns.

    A row is never taller than a page; its columns are about as long as one another.
    """
    found: list[Story] = [
        {
            "place": _where(row, writer),
            "headline": writer.quote_in(row, "headline"),
            "paragraphs": writer.paragraphs(row, "text"),
        }
        for row in writer.rows("stories")
    ]
    told = [story for story in found if story["headline"] and story["paragraphs"]]
    return [_halved(part) for part in _parted(told)]


def _where(row: Record, writer: Writer) -> Quoted | None:
    """Return where a story happened: all places of a joint activity, as the newsletter has them."""
    found = of(writer.material.rows("activities"), "activity_code", row["activity_code"].plain)
    activity = next((one for one in found if isinstance(one, MergedRow)), None)
    places = places_of(activity, writer.material) if activity and row["activity_code"].given else []
    if len(places) < 2:
        return writer.place_of(row)
    return Quoted(" · ".join(writer.place(code, alone=True) for code in places), row.ref, "place")


def _height(story: Story) -> float:
    """Return about how many points a story takes in its column."""
    headline = lines(story["headline"].text, COLUMN, font="Cambria", size=13, bold=True)
    return PLACE + headline * HEADLINE + sum(lines(one.text, COLUMN) * LINE + AFTER for one in story["paragraphs"])


def _parted(told: list[Story]) -> list[list[Story]]:
    """Return the stories in parts that fit a page, each a row of the table that they stand in."""
    parts: list[list[Story]] = []
    for story in told:
        if not parts or max(sum(map(_height, column)) for column in _halved([*parts[-1], story])) > ROOM:
            parts.append([])
        parts[-1].append(story)
    return parts


def _halved(part: list[Story]) -> list[list[Story]]:
    """Return a left and a right column; a story goes left while its middle lies in the first half."""
    heights = [_height(story) for story in part]
    left = [sum(heights[: at + 1]) - height / 2 <= sum(heights) / 2 for at, height in enumerate(heights)]
    return [[story for story, first in zip(part, left, strict=True) if first is side] for side in (True, False)]


def upcoming(writer: Writer) -> list[dict[str, object]]:
    """Return what is planned: `when title place audience text`; a date that is open is said to be."""
    found = sorted(writer.rows("upcoming"), key=lambda row: _first_day(row))
    return [
        {
            "when": writer.planned(row) or term("open_date", writer.language),
            "title": writer.quote_in(row, "title"),
            "place": writer.place_of(row),
            "audience": writer.quote_in(row, "for"),
            "paragraphs": writer.paragraphs(row, "text"),
        }
        for row in found
    ]


def _first_day(row: Record) -> str:
    """Return what plans are ordered by; those without a date come last."""
    span = row["starts"].plain
    return str(getattr(span, "start", None) or getattr(span, "end", None) or "9999")


# ---- sustainability -------------------------------------------------------------------------------------


def partners(writer: Writer) -> list[dict[str, object]]:
    """Return each partner with `name kind agreement status since pays paragraphs`."""
    return [
        {
            "name": writer.quote_in(row, "name"),
            **{field: writer.quote(row, field) or Term("") for field in ("partner_kind", "agreement", "status")},
            "since": writer.quote(row, "since") or Term(""),
            "pays": writer.quote(row, "pays") or Term(""),
            "paragraphs": writer.paragraphs(row, "text"),
        }
        for row in writer.rows("partners")
    ]


def contributions(writer: Writer) -> list[dict[str, object]]:
    """Return who paid for which training: `activity payer in_form amount sample_mark`."""
    return [
        {
            "activity": _activity(row, writer),
            "office": Term(writer.office_name(row.office)),
            **{field: writer.quote(row, field) or Term("") for field in ("payer", "in_form")},
            "amount": writer.quote(row, "amount_rmb") or Term(say("not_recorded", writer.language)),
            "sample_mark": Term(SAMPLE_MARK if row["basis"].plain in WEAK else ""),
        }
        for row in writer.rows("contributions")
    ]


def _activity(row: Record, writer: Writer) -> Quoted | Term:
    """Return the title of the activity that a row is about."""
    code = str(row["activity_code"].plain)
    titled = writer.quote_in(writer.register("activities", code), "title")
    joint = writer.quote_in(writer.register("joint", code), "title")
    return titled or joint or Term(code)


# ---- completeness ---------------------------------------------------------------------------------------


def returns(figures: Iterable[Figure], writer: Writer) -> dict[str, object]:
    """Return `all_in`, a `sentence` that names who has not sent, and `rows`: `office state lacking counted`.

    `lacking` names the indicators of the quarter that miss a value of that office.
    """
    missing, language = dict(writer.material.missing), writer.language
    gaps = _gaps(figures)
    offices = [row.key for row in writer.offices()]
    here = {source.office for rows in writer.material.tables.values() for row in rows for source in row.sources}
    return {
        "all_in": not missing,
        "sentence": Term(_sentence(missing, writer)),
        "rows": [
            {
                "office": Term(writer.office_name(office)),
                "counted": office not in missing,
                "state": term(missing.get(office, "counted"), language),
                "lacking": _lacking(office, missing, gaps, writer),
            }
            for office in offices
            if office in missing or office in here
        ],
    }


def _sentence(missing: Mapping[str, str], writer: Writer) -> str:
    """Return who has not sent, and whose return does not count, in a sentence; or that all are in."""
    language = writer.language
    absent = [writer.office_name(office) for office, why in missing.items() if why == "not_sent"]
    waiting = [writer.office_name(office) for office, why in missing.items() if why != "not_sent"]
    told = (
        [say("has_not_sent" if len(absent) == 1 else "have_not_sent", language, listed(absent, language))]
        if absent
        else []
    )
    told += [say("not_counted", language, listed(waiting, language))] if waiting else []
    return say("semicolon", language).join(told) or say("all_sent", language)


def _gaps(figures: Iterable[Figure]) -> dict[str, dict[str, bool]]:
    """Return the indicators that lack a value of an office that has sent, by office; True if only some rows do."""
    gaps: dict[str, dict[str, bool]] = {}
    for figure in figures:
        if figure.aspect == "value" and not figure.slice:
            for one in figure.left_out:
                if one.record:
                    gaps.setdefault(one.office, {})[figure.code] = is_partly(figure, one.office)
    return gaps


def is_partly(figure: Figure | None, office: str) -> bool:
    """Whether a figure has some value of an office all the same."""
    return figure is not None and any(addend.record.split("/")[0] == office for addend in figure.addends)


def _lacking(office: str, missing: Mapping[str, str], gaps: Mapping[str, Mapping[str, bool]], writer: Writer) -> Term:
    language = writer.language
    if office in missing:
        return term("all_figures", language)
    indicators = writer.material.library.indicators
    titles = [
        say("in_part", language, indicators[code].title[language]) if partly else indicators[code].title[language]
        for code, partly in gaps.get(office, {}).items()
    ]
    return Term(say("semicolon", language).join(titles)) if titles else term("nothing_lacks", language)


def named_offices(left_out: Iterable[LeftOut], writer: Writer) -> str:
    """Return the offices that are not, or not wholly, in a figure."""
    offices = {one.office for one in left_out}
    ordered = [row.key for row in writer.offices() if row.key in offices]
    return listed([writer.office_name(office) for office in ordered], writer.language)
