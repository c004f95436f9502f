"""A period's rows and the sheet `layout` -> what the template of the newsletter may use.

The project office decides what is printed, in which order, and how it is shortened or
translated; nothing is chosen or cut here.  `fit` measures it, `results` makes the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.messages import finding
from pipeline.model import MergedRow, Picture, Record
from pipeline.report import fit
from pipeline.report.material import Editor, Made, Material, Row, has_consent, of, places_of, ref_of, term
from pipeline.report.offers import NEWSLETTER, paths_of
from pipeline.report.printable import Pictured, Quoted, Term
from pipeline.report.results import NO_VALUE, enterprises

POOL = ("stories", "quotes", "photos", "upcoming")  # tables whose rows can be laid out
PORTRAIT, PAIR = (29.0, 36.25), (84.0, 42.0)  # mm
TOP, FLOOR = (0.5, 0.3), (0.5, 0.85)  # what stays of a picture that is too high: a face, what stands on the floor
FIRST_PART = {"en": 330, "zh": 130}  # signs of the comment that page 1 takes, in whole sentences
SENTENCE = {
    "en": re.compile(r".+?(?:[.!?][”’\")]*(?=\s)|$)\s*", re.DOTALL),
    "zh": re.compile(r".+?(?:[。！？][”’」]*|$)"),
}


def newsletter(material: Material, language: str = "en") -> Made:
    """Return what the template of the newsletter may use.

    `issue` masthead, project, number, month, intro · `news.left`, `news.right`, `upcoming`
    items with place, date, headline, text · `comment` headline, person, role, portrait,
    first, rest · `hub` stories, enterprises (see `results`), sources · `pairs` title,
    before, after and their captions · `lower` measures of which less is better · `fits`
    whether page 1 holds what stands on it, so that it is known what begins on page 2.
    """
    editor = Editor(material, language)
    asked = Layout(editor)
    news = [*asked.stories(("news", "innovation")), *asked.activities()]
    comment = asked.comment()
    hub = _hub(asked, editor)
    context: dict[str, object] = {
        "language": term(language, "en-GB", "zh-CN"),
        "period": Term(str(material.period)) if language == "en" else _period(material),
        "issue": _issue(editor),
        "news": fit.columns(news, language) if news else None,
        "comment": comment,
        "upcoming": asked.upcoming(),
        "hub": hub,
        "lower": _lower(hub, editor),
        "pairs": asked.pairs(),
        "sources": _sources(material, editor),
    }
    fits = 1 not in fit.over_by(context, language)
    context |= {"fits": fits, "comment": comment if fits else _whole(comment)}
    if any(map(material.rows, POOL)) and not (news or comment or hub or context["upcoming"] or context["pairs"]):
        editor.findings.append(finding("newsletter_nothing", name="{name}", period=str(material.period)))
    editor.findings += fit.too_long({**context, "comment": comment}, language)
    return Made(context, tuple(editor.findings), paths_of(NEWSLETTER))


def _whole(comment: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a comment in one piece: where page 1 is too long, nobody knows on which page it goes on."""
    return {**comment, "first": [*comment["first"], *comment["rest"]], "rest": []} if comment else None


def _period(material: Material) -> Term:
    when = material.period
    return Term(f"{when.year}年第{'一二三四'[when.quarter - 1]}季度")


def _issue(editor: Editor) -> dict[str, object]:
    """Return the texts of the card `issue`; a dash where one is not given, which is said."""
    editor.tell_lacking("issue", (f"masthead_{editor.language}", f"project_{editor.language}", "issue_no", "month"))
    rows = editor.material.known.rows("issue")
    if not rows:
        return {**dict.fromkeys(("masthead", "project", "number", "month"), NO_VALUE), "intro": None}
    row = rows[0]
    return {
        **{stem: editor.words(row, stem) or NO_VALUE for stem in ("masthead", "project")},
        "number": editor.quote(row, "issue_no") or NO_VALUE,
        "month": editor.when(row, "month") or NO_VALUE,
        "intro": editor.words(row, "intro"),
    }


def _sources(material: Material, editor: Editor) -> Term:
    """Return the names of the offices whose returns are in, in the order of the register."""
    sent = {source.office for rows in material.tables.values() for row in rows for source in row.sources}
    names = [editor.words(row, "name") for row in material.known.rows("offices") if row.key in sent]
    return Term(("、" if editor.language == "zh" else ", ").join(name.text for name in names if name))


class Layout:
    """The rows that the project office wants printed, in its order, by the table they stand in."""

    def __init__(self, editor: Editor) -> None:
        self.editor, self.material = editor, editor.material
        chosen = [row for row in self.material.known.rows("layout") if row["use"].plain is True]
        self.chosen = sorted(chosen, key=lambda row: (not row["order"].given, row["order"].plain or 0, row.key))

    def of(self, source: str) -> list[Record]:
        """Return the chosen rows of a source."""
        return [row for row in self.chosen if row["source"].plain == source]

    def found(self, source: str, key: str) -> Iterator[tuple[Record, MergedRow]]:
        """Give each chosen row of a source with the row it names; one that is nowhere is said."""
        for asked in self.of(source):
            rows = of(self.material.rows(source), key, asked["item"].plain)
            if not rows:
                self.editor.tell("newsletter_unknown_item", asked, field="item", item=str(asked["item"].plain))
            for row in rows[:1]:
                assert isinstance(row, MergedRow), "the tables hold merged rows"
                yield asked, row

    def allowed(self, source: str, key: str) -> Iterator[tuple[Record, MergedRow]]:
        """Give those among them that the people concerned agreed to."""
        for asked, row in self.found(source, key):
            if has_consent(row, self.editor.dated):
                yield asked, row
            else:
                self.editor.tell("newsletter_no_consent", row, field="consent")

    def edited(self, asked: Record, row: MergedRow, stem: str, own: str | None = None) -> Quoted | None:
        """Return a text as the project office edited it, else as the office typed it."""
        return self.editor.quote(asked, f"{stem}_{self.editor.language}") or self.editor.words(row, own or stem)

    def stories(self, sections: Sequence[str]) -> list[dict[str, object]]:
        """Return the stories of some sections as items."""
        return [
            {
                "code": row.key,
                "place": self._where(row),
                "date": self._date(row),
                "headline": self.edited(asked, row, "headline"),
                "text": self.edited(asked, row, "text"),
            }
            for asked, row in self.allowed("stories", "story_code")
            if row["section"].plain in sections
        ]

    def activities(self) -> list[dict[str, object]]:
        """Return activities that are printed by themselves, without a story."""
        return [
            {
                "code": row.key,
                "place": self._where(row),
                "date": self.editor.when(row, "starts", "ends"),
                "headline": self.edited(asked, row, "headline", "title"),
                "text": self.edited(asked, row, "text", "summary"),
            }
            for asked, row in self.found("activities", "activity_code")
        ]

    def upcoming(self) -> list[dict[str, object]]:
        """Return what is planned; a time that nobody has said is left out."""
        return [
            {
                "code": row.key,
                "place": self._where(row),
                "date": self.editor.planned(row),
                "headline": self.edited(asked, row, "headline", "title"),
                "text": self.edited(asked, row, "text"),
            }
            for asked, row in self.found("upcoming", "plan_code")
        ]

    def _activity(self, row: Row) -> MergedRow | None:
        code = row["activity_code"].plain if row["activity_code"].given else None
        found = of(self.material.rows("activities"), "activity_code", code) if code else []
        return found[0] if found and isinstance(found[0], MergedRow) else None

    def _where(self, row: MergedRow) -> Quoted:
        """Return where it was: all places of a joint activity, in the order of its offices."""
        activity = row if row.table == "activities" else self._activity(row)
        places = places_of(activity, self.material) if activity else []
        if len(places) > 1:
            text = " · ".join(self.editor.place(code, alone=True) for code in places)
        else:
            text = self.editor.place(row["place"].plain) if row["place"].given else ""
        return Quoted(text, ref_of(row, "place"), "place")

    def _date(self, row: MergedRow) -> Quoted | None:
        """Return when it was: what the story says, else its activity; the year of the issue goes without saying."""
        activity = self._activity(row)
        said = self.editor.when(row, "happened")
        said = said or (self.editor.when(activity, "starts", "ends") if activity else None)
        year = self.material.period.year
        short = said.text.removesuffix(f" {year}").removeprefix(f"{year}年") if said else ""
        return Quoted(short, said.record, said.field) if said else None

    def comment(self) -> dict[str, object] | None:
        """Return the comment, parted between two pages at the end of a sentence."""
        for asked, row in self.allowed("quotes", "quote_code"):
            person = self.editor.quote(row, "person")
            lead, text = self.editor.words(row, "lead"), self.edited(asked, row, "text")
            first, rest = parted([one for one in (lead, text) if one], self.editor.language)
            return {
                "code": row.key,
                "headline": self.editor.quote(asked, f"headline_{self.editor.language}"),
                "person": person,
                "role": self.editor.words(row, "role"),
                "portrait": self._portrait(row.key),
                "first": first,
                "rest": rest,
            }
        return None

    def _portrait(self, quote: str) -> Pictured | None:
        rows = of(of(self.material.rows("photos"), "quote_code", quote), "moment", "portrait")
        shown = [self._pictured(row, PORTRAIT, TOP) for row in rows if has_consent(row, self.editor.dated)]
        return next((one for one in shown if one), None)

    def _pictured(self, row: Row, box: tuple[float, float], keep: tuple[float, float]) -> Pictured | None:
        picture, alt = row["picture"].plain, self.editor.words(row, "alt")
        if not isinstance(picture, Picture):
            return None
        return Pictured(self.material.picture(picture.clean), *box, alt.text if alt else "", keep=keep)

    def pairs(self) -> list[dict[str, object]]:
        """Return the pictures of before and after; without consent to both there is no pair."""
        return [pair for asked in self.of("photos") if (pair := self._pair(asked))]

    def _pair(self, asked: Record) -> dict[str, object] | None:
        rows = of(self.material.rows("photos"), "pair", asked["item"].plain)
        sides = {str(row["moment"].plain): row for row in rows if has_consent(row, self.editor.dated)}
        pictures: dict[str, object] = {
            name: self._pictured(sides[name], PAIR, FLOOR) for name in ("before", "after") if name in sides
        }
        if len(pictures) < 2 or None in pictures.values():
            self.editor.tell("newsletter_half_pair", asked, field="item", item=str(asked["item"].plain))
            return None
        captions = {f"{name}_caption": self.editor.words(sides[name], "caption") for name in pictures}
        title = self.editor.quote(asked, f"headline_{self.editor.language}") or self._story(sides["before"])
        return {"code": asked.key, "title": title, **pictures, **captions}

    def _story(self, photo: Row) -> Quoted | None:
        rows = of(self.material.rows("stories"), "story_code", photo["story_code"].plain)
        return self.editor.words(rows[0], "headline") if rows else None


def parted(texts: Sequence[Quoted], language: str) -> tuple[list[Quoted], list[Quoted]]:
    """Return the texts that page 1 takes and those that open page 2, cut at the end of a sentence.

    >>> one = Quoted("First. " + "Second is long. " * 40, "r", "f")
    >>> first, rest = parted([one], "en")
    >>> first[0].text[-5:], rest[0].text[:6], len(first[0].text) <= 400
    ('long.', 'Second', True)
    """
    first: list[Quoted] = []
    rest: list[Quoted] = []
    room = FIRST_PART[language]
    for text in texts:
        kept, left = "", ""
        for sentence in SENTENCE[language].findall(text.text):
            if not left and not rest and (len(kept) + len(sentence.strip()) <= room or not (first or kept)):
                kept += sentence
            else:
                left += sentence
        room -= len(kept)
        first += [Quoted(kept.strip(), text.record, text.field)] if kept.strip() else []
        rest += [Quoted(left.strip(), text.record, text.field)] if left.strip() else []
    return first, rest


def _hub(asked: Layout, editor: Editor) -> dict[str, object] | None:
    """Return the stories of the sharing hub and the enterprises' results; None if there is nothing."""
    stories = asked.stories(("hub",))
    codes = [row["item"] for row in asked.of("enterprises")]
    wanted = [str(one.plain) for one in codes]
    known = {str(row["enterprise_code"].plain) for row in editor.material.rows("enterprises")}
    for row in asked.of("enterprises"):
        if row["item"].plain not in known:
            editor.tell("newsletter_unknown_item", row, field="item", item=str(row["item"].plain))
    table = enterprises(editor, [code for code in wanted if code in known])
    return {"stories": stories, "enterprises": table, "sources": _offices(table, editor)} if stories or table else None


def _offices(table: Sequence[Mapping[str, object]], editor: Editor) -> Term:
    offices = {str(one["office"]) for one in table}
    names = [editor.words(row, "name") for row in editor.material.known.rows("offices") if row.key in offices]
    return Term(("、" if editor.language == "zh" else ", ").join(name.text for name in names if name))


def _lower(hub: Mapping[str, object] | None, editor: Editor) -> Term | None:
    """Return the measures in the table of which less is better."""
    measured = [row for row in editor.material.rows("results") if row["after"].given or row["change"].given]
    used = {row["measure"].plain for row in measured} if hub and hub["enterprises"] else set()
    rows = [row for row in editor.material.known.rows("measures") if row.key in used and row["better"].plain == "lower"]
    names = [name.text for row in rows if (name := editor.words(row, "name"))]
    return Term(("、" if editor.language == "zh" else ", ").join(names).lower()) if names else None
