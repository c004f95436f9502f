"""The items of the newsletter -> two columns, and what is too long for its place.

An estimate from the widths of letters; nothing is cut.  The numbers are those of the
styles in the templates (size and line in points, space after).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.messages import finding
from pipeline.model import Finding, Words
from pipeline.report.measure import POINTS, lines

COLUMN, WHOLE, PANEL, LEDE, MEASURE, NAME = 84.0, 174.0, 127.0, 114.0, 49.0, 46.0  # mm
PAGE = (297 - 18 - 12) * POINTS
RESERVE = 8 * POINTS  # that page 1 keeps free: other programs break lines otherwise than these widths say
WIDE = {"en": WHOLE - 30, "zh": WHOLE}
MASTHEAD, GAP, HEADING, EDGE = 29 * POINTS, 7.0, 24.5, 7 * POINTS
PORTRAIT = 44.5 * POINTS  # the picture with the space around it
PAIR = 43.5 * POINTS


class Type(NamedTuple):
    """How a text is set: font, size, line, space after."""

    font: str
    size: float
    line: float
    after: float
    bold: bool = False


TYPES: Mapping[str, Mapping[str, Type]] = {
    "en": {
        "kicker": Type("Calibri", 8, 11, 0),
        "headline": Type("Cambria", 13, 15.5, 2.5, bold=True),
        "text": Type("Calibri", 9.5, 12.75, 7),
        "panel": Type("Cambria", 10.5, 14.5, 3),
        "byline": Type("Calibri", 9, 11, 4),
        "lede": Type("Cambria", 12, 16.5, 0),
        "contents": Type("Calibri", 9.5, 13.5, 0),
        "caption": Type("Calibri", 8.5, 11, 0),
        "row": Type("Calibri", 8.5, 11, 2.2),
        "note": Type("Calibri", 8, 10.5, 5),
    },
    "zh": {
        "kicker": Type("Calibri", 9, 13, 0),
        "headline": Type("Calibri", 12, 17, 2.5, bold=True),
        "text": Type("Calibri", 9.5, 15, 8),
        "panel": Type("Calibri", 10, 16.5, 3),
        "byline": Type("Calibri", 9, 13, 4),
        "lede": Type("Cambria", 12, 20, 0),
        "contents": Type("Calibri", 9.5, 16.5, 0),
        "caption": Type("Calibri", 9, 12, 0),
        "row": Type("Calibri", 8.5, 11, 2.2),
        "note": Type("Calibri", 8.5, 12, 5),
    },
}
Item = Mapping[str, Any]


def height(text: object, kind: str, language: str, width: float = COLUMN) -> float:
    """Return about how high a text stands, in points, with the space after it; 0 for none."""
    style = TYPES[language][kind]
    count = lines(_text(text), width, font=style.font, size=style.size, bold=style.bold)
    return count * style.line + style.after if count else 0.0


def _text(one: object) -> str:
    return str(getattr(one, "text", one or ""))


def _item(item: Item, language: str) -> float:
    return TYPES[language]["kicker"].line + sum(
        height(item[name], kind, language) for name, kind in (("headline", "headline"), ("text", "text"))
    )


def columns(items: Sequence[Item], language: str) -> dict[str, list[Item]]:
    """Return the items down the left column and then down the right, about equally high."""
    heights = [_item(item, language) for item in items]
    ways = range(1, len(items) + 1)
    cut = min(ways, key=lambda at: (max(sum(heights[:at]), sum(heights[at:])), -at), default=0)
    return {"left": list(items[:cut]), "right": list(items[cut:])}


def too_long(context: Mapping[str, Any], language: str) -> Iterator[Finding]:
    """Give a finding for each page that is too long, and for each text that has not the lines it needs."""
    for page, over in over_by(context, language, RESERVE).items():
        yield _page(page, over / TYPES[language]["text"].line, context, language)
    yield from _slots(context, language)


def over_by(context: Mapping[str, Any], language: str, reserve: float = 0) -> dict[int, float]:
    """Return by how many points each page is higher than it may be, where page 1 keeps a reserve."""
    used = {1: first_page(context, language) + reserve, 2: second_page(context, language)}
    return {page: high - PAGE for page, high in used.items() if high > PAGE}


def _page(page: int, over: float, context: Mapping[str, Any], language: str) -> Finding:
    found = _on_first(context, language) if page == 1 else _on_second(context, language)
    longest = sorted(found, key=lambda code: -found[code])[:3]
    rows = {str(one["code"]) for one in (context["hub"] or {"enterprises": []})["enterprises"]}
    told = {
        side: mark.join(f"{code}{table}" if code in rows else code for code in longest) or "–"
        for side, mark, table in (("en", ", ", " (table of results)"), ("zh", "、", "（成效表）"))
    }
    words = {"items": ", ".join(longest), "items_en": told["en"], "items_zh": told["zh"]}
    return finding("newsletter_too_long", name="{name}", page=str(page), lines=str(int(over) + 1), **words)


Heights = dict[str, float]


def _on_first(context: Mapping[str, Any], language: str) -> Heights:
    """Return the items that make page 1 as high as it is, each with its height."""
    comment = context["comment"]
    said = {str(comment["code"]): sum(height(one, "panel", language) for one in comment["first"])} if comment else {}
    return {str(item["code"]): _item(item, language) for item in _news(context)} | said


def _on_second(context: Mapping[str, Any], language: str) -> Heights:
    """Return the items that make page 2 as high as it is: of its two columns, those of the higher one."""
    comment, hub = context["comment"], context["hub"]
    said = {str(comment["code"]): sum(height(one, "panel", language) for one in comment["rest"])} if comment else {}
    coming = {str(item["code"]): _item(item, language) for item in context["upcoming"]}
    table = {
        str(one["code"]): sum(_row(row, one["name"] if row is one["rows"][0] else "", language) for row in one["rows"])
        for one in (hub["enterprises"] if hub else ())
    }
    stories = {str(one["code"]): _item(one, language) for one in (hub["stories"] if hub else ())}
    return max(said, coming, key=lambda column: sum(column.values())) | table | stories


def _news(context: Mapping[str, Any]) -> list[Item]:
    return [*context["news"]["left"], *context["news"]["right"]] if context["news"] else []


def first_page(context: Mapping[str, Any], language: str) -> float:
    """Return about how high page 1 stands, in points."""
    intro = max(height(context["issue"]["intro"], "lede", language, LEDE), 4 * TYPES[language]["contents"].line)
    sides = context["news"] or {"left": [], "right": []}
    news = max(sum(_item(item, language) for item in side) for side in sides.values())
    return MASTHEAD + GAP + intro + GAP + (HEADING + news if news else 0) + _panel(context["comment"], language)


def _panel(comment: Item | None, language: str) -> float:
    if comment is None:
        return 0.0
    wide = PANEL if comment["portrait"] else WHOLE - 9
    kinds = TYPES[language]
    text = kinds["kicker"].line + height(comment["headline"], "headline", language, wide)
    text += height(f"{_text(comment['person'])}, {_text(comment['role'])}", "byline", language, wide)
    text += sum(height(one, "panel", language, wide) for one in comment["first"])
    text += kinds["kicker"].line if comment["rest"] else 0
    return max(text + EDGE, PORTRAIT if comment["portrait"] else 0)


def second_page(context: Mapping[str, Any], language: str) -> float:
    """Return about how high page 2 stands, in points."""
    comment, hub = context["comment"], context["hub"]
    rest = sum(height(one, "panel", language) for one in comment["rest"]) if comment else 0
    coming = sum(_item(item, language) for item in context["upcoming"])
    top = max(rest, coming) + (HEADING if rest or coming else 0)
    pairs = sum(HEADING + PAIR + _captions(pair, language) + GAP for pair in context["pairs"])
    return top + (_hub(hub, language) if hub else 0) + pairs + 3 * TYPES[language]["caption"].line + GAP


def _captions(pair: Item, language: str) -> float:
    return max(height(f"Before. {_text(pair[f'{side}_caption'])}", "caption", language) for side in ("before", "after"))


def _hub(hub: Item, language: str) -> float:
    kinds = TYPES[language]
    stories = sum(
        height(one["headline"], "headline", language, WHOLE) + height(one["text"], "text", language, WIDE[language]) - 6
        for one in hub["stories"]
    )
    rows = [(row, one["name"] if row is one["rows"][0] else "") for one in hub["enterprises"] for row in one["rows"]]
    table = sum(_row(row, name, language) for row, name in rows) + (
        kinds["row"].line + kinds["row"].after if rows else 0
    )
    return HEADING + stories + table + (kinds["note"].line + kinds["note"].after if rows else 0) + GAP


def _row(row: Item, name: object, language: str) -> float:
    kind = TYPES[language]["row"]
    wanted = (row["measure"], MEASURE, False), (name, NAME, True)
    high = max(1, *(lines(_text(text), width, size=kind.size, bold=bold) for text, width, bold in wanted))
    note = lines(_text(row["note"]), 127, size=kind.size)
    return high * kind.line + kind.after + (note * kind.line + kind.after if note else 0)


SLOTS = (  # what has its lines, of which kind, how many, in a column of how many mm
    ("headline", "headline", 2, COLUMN, Words("headline", "标题")),
    ("text", "text", 11, COLUMN, Words("text", "正文")),
)


def _slots(context: Mapping[str, Any], language: str) -> Iterator[Finding]:
    for item in (*_news(context), *context["upcoming"]):
        for name, kind, most, width, what in SLOTS:
            yield from _slot(item["code"], item[name], kind, most, width, what, language)
    yield from _slot("issue", context["issue"]["intro"], "lede", 5, LEDE, Words("introduction", "卷首语"), language)
    for pair in context["pairs"]:
        for side in ("before", "after"):
            text = _text(pair[f"{side}_caption"])
            yield from _slot(pair["code"], text, "caption", 2, COLUMN - 12, Words("caption", "图片说明"), language)


def _slot(
    code: object, text: object, kind: str, most: int, width: float, what: Words, language: str
) -> Iterator[Finding]:
    style = TYPES[language][kind]
    over = lines(_text(text), width, font=style.font, size=style.size, bold=style.bold) - most
    if over > 0:
        words = {"item": str(code), "what_en": what.en, "what_zh": what.zh, "lines": str(over)}
        yield finding("newsletter_slot", found=_text(text)[:40], name="{name}", **words)
