"""A tab and a card of the form -> its one row, each answer beside its label; and what stands elsewhere on it."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.messages import finding
from pipeline.model import Field, Finding, Form, Row, Sheet, Table
from pipeline.read.cells import Tab
from pipeline.read.headers import anchors_changed, anchors_of, bare, named, spelled, unit_stated
from pipeline.read.rows import somewhere, states_a_unit
from pipeline.read.sheet import Place, address
from pipeline.values import normal, told

CARD_ROWS = 400
QUOTED, SIGNS = 3, 80  # texts of hers that a sentence quotes, and signs of each
ANCHOR = re.compile("#[a-z][a-z0-9_]*")
BEFORE = re.compile("^[^:：\n]*[:：]", re.MULTILINE)  # in a line that ends on a title: "Nothing to report: Activities"
SIGN = re.compile(r"[^\d,。;:]*(?:签字|签名|签章|盖章|公章|signature|seal)[^\d,。;:]*")  # a place to sign or to seal
NAME = re.compile("[a-z][a-z0-9_]*")  # of a register, on the guide of an earlier form
NAMES = " · "  # between the names of a row of a register, on the guide
GAP, WIDTH = 3, 3  # rows from one of ours on the guide to the next, and columns, at most
Fold = Callable[[str], str]
Text = tuple[int, int, str]  # row, column, what stands there


def read_card(tab: Tab, card: Table) -> Sheet | None:
    """Return a card's one row: the value stands right of its label, and left of its hidden anchor."""
    found = _places(tab, card)
    if found is None:
        return None
    places = {name: _filled(tab, several) for name, several in found.items()}
    cells = {name: cell for name, place in places.items() if (cell := tab.cell(*place))}
    columns = {name: address(*place) for name, place in places.items()}
    return Sheet(card.name, tab.name, (Row(0, cells),), columns, tab.hidden)


def _places(tab: Tab, card: Table) -> dict[str, Sequence[Place]] | None:
    """Return where each field's value may stand, its own place first; None if the tab is not that card.

    Label and anchor disagree where a column was put in.  It is the one in which less stands:
    the form itself fills in its stamps.
    """
    texts = list(tab.texts(CARD_ROWS))
    wrong = {place for _, place, _ in _misplaced(texts, card)}
    anchors = {anchor: field.name for field in card.fields for anchor in anchors_of(field)}
    trusted = [text for text in texts if (text[0], text[1]) not in wrong]
    anchored, labelled = _beside(trusted, anchors, str.strip, -1), _labelled(texts, card)
    if not anchored and 2 * len(labelled) <= len(card.fields):
        return None
    pairs = {name: (labelled[name], at) for name, at in anchored.items() if labelled.get(name, (0, 0))[0] == at[0]}
    own, other = (sum(bool(_said(tab, pair[side])) for pair in pairs.values()) for side in (0, 1))
    names = [field.name for field in card.fields if field.name in anchored or field.name in labelled]
    ways = {name: (labelled, anchored) if name in pairs and own >= other else (anchored, labelled) for name in names}
    return {name: list(dict.fromkeys(way[name] for way in ways[name] if name in way)) for name in names}


def _filled(tab: Tab, places: Sequence[Place]) -> Place:
    return next((place for place in places if somewhere(tab.cell(*place))), places[0])


def _beside(texts: Sequence[Text], names: Mapping[str, str], fold: Fold, step: int) -> dict[str, Place]:
    """Return the place `step` columns beside each of `names` that the sheet has, by field."""
    found = [(row, column, names.get(fold(text))) for row, column, text in texts]
    return {field: (row, column + step) for row, column, field in reversed(found) if field and column + step > 0}


# ---- labels and marks ----------------------------------------------------------------------------------


def with_ticks(card: Table, form: Form) -> Table:
    """Return the cover with its generated line "nothing to report" for each table that needs one."""
    if card.name != "cover":
        return card
    return dataclasses.replace(card, fields=(*card.fields, *_ticks(form)))


def _ticks(form: Form) -> tuple[Field, ...]:
    """Return the generated fields of a form's cover: nothing_<table>, a flag."""
    return tuple(
        Field(f"nothing_{table.name}", table.title, "flag") for table in form.tables if table.silence == "tick"
    )


def _labels(card: Table) -> dict[str, str]:
    return {normal(text): field.name for field in reversed(card.fields) for text in spelled(field)}


def _labelled(texts: Sequence[Text], card: Table) -> dict[str, Place]:
    """Return the place right of each field's label; before a title the form may have put words of its own."""
    labels = _labels(card)
    return {**_beside(texts, labels, _ending, 1), **_beside(texts, labels, bare, 1)}


def _ending(text: str) -> str:
    """Return a label without the words before its colon.

    >>> _ending("本季无：活动\\nNothing to report: Activities")
    '活动 activities'
    """
    return bare(BEFORE.sub("", text)) if BEFORE.search(text) else ""


def _misplaced(texts: Sequence[Text], card: Table) -> list[tuple[str, Place, str]]:
    """Return our marks on a card that stand in the line of another field: (field of the line, place, what it says)."""
    lines = _lines(texts, card)
    return [
        (lines[row], (row, column), text)
        for row, column, text in texts
        if ANCHOR.fullmatch(text.strip()) and row in lines and text.strip() not in anchors_of(card.field(lines[row]))
    ]


def _lines(texts: Sequence[Text], card: Table) -> dict[int, str]:
    """Return the field whose label stands in a row, by row."""
    labels = _labels(card)
    found = ((row, labels.get(bare(text)) or labels.get(_ending(text))) for row, _, text in reversed(texts))
    return {row: field for row, field in found if field}


def _changed(tab: Tab, card: Table) -> list[tuple[str, Place, str]]:
    """Return what stands where our marks stood: marks of other fields, and whatever was pasted over them."""
    texts = list(tab.texts(CARD_ROWS))
    ours = {mark for field in card.fields for mark in anchors_of(field)}
    columns = Counter(column for _, column, text in texts if text.strip() in ours).most_common(1)
    places = {row: ((row, column), field) for column, _ in columns for row, field in _lines(texts, card).items()}
    pasted = [(field, place, _said(tab, place)) for place, field in places.values()]
    others = [one for one in pasted if one[2] and not ANCHOR.fullmatch(one[2]) and not states_a_unit(one[2])]
    return sorted([*_misplaced(texts, card), *others], key=lambda one: one[1])


# ---- what is to be said of it -----------------------------------------------------------------------------


def told_of_card(tab: Tab, card: Table) -> Iterator[Finding]:
    """Yield what is wrong on a card: changed marks, two cells for one answer, units, and texts of her own."""
    changed = _changed(tab, card)
    yield from anchors_changed(tab, card, changed)
    places = _places(tab, card)
    if places is None:
        return
    yield from _put_in(tab, card, places)
    elsewhere = _elsewhere(tab, card, places)
    for row, column, text in elsewhere:
        if states_a_unit(text):
            yield unit_stated(tab, card, text, (address(row, column),))
    first = min(row for several in places.values() for row, _ in several)
    ours = _titles(tab, card, first)
    said = {place for _, place, _ in changed}
    own = [one for one in elsewhere if not (states_a_unit(one[2]) or one[0] in ours or one[:2] in said)]
    yield from own_texts(tab, card, own)


def _put_in(tab: Tab, card: Table, places: Mapping[str, Sequence[Place]]) -> Iterator[Finding]:
    """Yield the answers beside which a column was put in, with something else in it."""
    for name, (own, *others) in places.items():
        for at in others:
            text = _said(tab, at)
            if at[0] == own[0] and text and text != _said(tab, own):
                words = card.field(name).title
                one = finding("beside_answer", found=text, label_en=words.en, label_zh=words.zh, **named(card))
                yield dataclasses.replace(one, sheet=tab.name, cells=(address(*at),), table=card.name, field=name)


def _elsewhere(tab: Tab, card: Table, places: Mapping[str, Sequence[Place]]) -> list[Text]:
    """Return what stands on a card and is no answer, no label, no mark of ours and no place to sign."""
    labels, answers = _labels(card), {place for several in places.values() for place in several}
    found = [(row, column, _said(tab, (row, column))) for row in tab.filled for column in tab.row(row)]
    return [
        (row, column, text)
        for row, column, text in found
        if text and (row, column) not in answers and not _is_ours(text, labels)
    ]


def _is_ours(text: str, labels: Mapping[str, str]) -> bool:
    """Whether a text is a label, a hidden mark or a place to sign."""
    known = bare(text) in labels or _ending(text) in labels
    return known or bool(ANCHOR.fullmatch(text) or SIGN.fullmatch(normal(text)))


def _said(tab: Tab, place: Place) -> str:
    """Return what stands at a place in words; "" for nothing, and for a picture, which may be a seal."""
    cell = tab.cell(*place)
    return told(cell).strip() if cell else ""


def _titles(tab: Tab, card: Table, first: int) -> Sequence[int]:
    """Return the rows above the first answer that are ours: that of the title, and the next, of how to fill it in."""
    titles = {normal(card.title.en), normal(card.title.zh)}
    title = next((row for row, _, text in tab.texts(first - 1) if any(one in normal(text) for one in titles)), 1)
    return range(title, min(title + 2, first))


def own_texts(tab: Tab, table: Table | None, texts: Sequence[Text]) -> Iterator[Finding]:
    """Yield what she wrote on a sheet of ours where nothing is asked."""
    if texts:
        quoted = " / ".join(" ".join(text.split())[:SIGNS] for _, _, text in texts[:QUOTED])
        words = named(table) if table else {"table_en": tab.name, "table_zh": tab.name}
        one = finding("own_text", found=quoted + (" …" if len(texts) > QUOTED else ""), **words)
        cells = tuple(address(row, column) for row, column, _ in texts)
        yield dataclasses.replace(one, sheet=tab.name, cells=cells, table=table.name if table else None)


def beside_guide(tab: Tab) -> list[Text]:
    """Return what stands on the guide and is not ours, whatever our words were.

    Ours are three columns, with never three blank rows between.  Below the first of the codes,
    each between its register and its names in both languages, there is nothing else.
    """
    found, codes, before, below = list[Text](), False, 0, False
    for row in tab.filled:
        texts = {column: text for column in tab.row(row) if (text := _said(tab, (row, column)))}
        listed = {1, 2} <= set(texts) and (bool(NAME.fullmatch(texts[1])) or 3 in texts)
        below |= bool(texts) and before > 0 and row > before + GAP
        codes |= listed and (bool(NAME.fullmatch(texts[1])) or NAMES in texts[3])
        theirs = below or (codes and not listed)
        found += [(row, column, text) for column, text in texts.items() if theirs or column > WIDTH]
        before = row if texts else before
    return found
