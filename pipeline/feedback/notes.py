"""The notes of a sheet: ours put in and taken off, hers kept.

A note is a comment and, in an old drawing, the box in which it shows.  Our words in it are
known by how they begin and end (see `model`), whoever a program says has written it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.feedback.cells import Place, address_of, place_of
from pipeline.feedback.looks import FONT, NOTE_PALE
from pipeline.feedback.package import Element, NotMarked, Package, beside, child, children, local
from pipeline.model import ANSWER_AUTHOR, ANSWER_RULE, her_words, our_words, without

THREADED = "tc="  # the author of a comment that only stands for a conversation
NOBODY = ""  # the author of what she wrote into a note of ours: who she is, it does not say

VML = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
EXCEL = "urn:schemas-microsoft-com:office:excel"
KIND = "_x0000_t202"
BOXES = f"""<xml xmlns:v="{VML}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/>
</o:shapelayout><v:shapetype id="{KIND}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""
BOX = f"""<v:shape xmlns:v="{VML}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}" type="#{KIND}" fillcolor="{NOTE_PALE}" o:insetmode="auto">
<v:fill color2="{NOTE_PALE}"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor/><x:AutoFill>False</x:AutoFill><x:Row/><x:Column/>
</x:ClientData></v:shape>"""
WIDE_SIGNS = "“”‘’…—・"
WIDE, LINE_SIGNS = 3, 34  # columns and signs of a box's line
LAST_LEFT, LAST_TOP = 16_380, 1_048_550  # from which a box still fits on the sheet
AFTER_BOXES = frozenset(
    ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
)
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
PRESERVE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}


@dataclass(slots=True)
class Notes:
    """The notes of one sheet of a package."""

    package: Package
    sheet: str
    relation: str  # the namespace in which a sheet points to its drawing

    # ---- taking off

    def take_off(self) -> None:
        """Take our notes off; what she wrote herself stays, also what she wrote into one of ours."""
        part = self.package.target(self.sheet, "comments")
        if part is None or not any(_has_ours(one) for one in _comments(self.package.tree(part))):
            return
        root = self.package.touch(part)
        gone = set()
        for comment in filter(_has_ours, _comments(root)):
            if her_words(_words(comment)):
                _leave_hers(root, comment)
            else:
                gone.add(place_of(comment.get("ref", "")))
                _list(root).remove(comment)
        self._take_boxes(gone)
        if not _comments(root):
            self.package.unrelate(self.sheet, part)
            self.package.remove(part)

    def _take_boxes(self, gone: set[Place]) -> None:
        part = self._drawn() if gone else None
        if part is None:
            return
        boxes = self.package.touch(part)
        for box in [one for one in boxes if _stands_at(one) in gone]:
            boxes.remove(box)
        if child(boxes, "shape") is None:
            self.package.touch(self.sheet).remove(self._drawing())
            self.package.unrelate(self.sheet, part)
            self.package.remove(part)

    def _drawing(self) -> Element | None:
        return child(self.package.tree(self.sheet), "legacyDrawing")

    def _drawn(self) -> str | None:
        """Return the part that holds the boxes, as the sheet points to it: a header's picture has such a part too."""
        drawing = self._drawing()
        pointed = drawing.get(f"{{{self.relation}}}id") if drawing is not None else None
        related = self.package.related(self.sheet)
        return next((part for name, _, part in related if name == pointed and self.package.has(part)), None)

    # ---- putting in

    def put(self, said: Mapping[Place, str]) -> None:
        """Put a note at each place; where she has one, ours is put before it."""
        part = self.package.target(self.sheet, "comments") or self._new_comments()
        root = self.package.touch(part)
        there = {place_of(one.get("ref", "")): one for one in _comments(root)}
        talked = {place for place, one in there.items() if _author(root, one).startswith(THREADED)}
        new = {place: text for place, text in said.items() if place not in there}
        for place, text in said.items():
            if place in there and place not in talked:
                _prepend(there[place], text)
        author = _number_of(root, ANSWER_AUTHOR) if new else 0
        for place, text in new.items():
            _list(root).append(_comment(root, place, text, author))
        _list(root)[:] = sorted(_list(root), key=lambda one: place_of(one.get("ref", "")))
        if new:
            self._put_boxes(new)

    def _new_comments(self) -> str:
        part = self.package.free("xl/answerComments{}.xml")
        space = str(etree.QName(self.package.tree(self.sheet)).namespace)
        root = etree.Element(f"{{{space}}}comments", nsmap={None: space})
        for name in ("authors", "commentList"):
            etree.SubElement(root, beside(root, name))
        self.package.add(part, root, COMMENTS)
        self.package.relate(self.sheet, "comments", part)
        return part

    def _put_boxes(self, said: Mapping[Place, str]) -> None:
        part = self._boxes_part()
        boxes = self.package.touch(part)
        if not any(one.get("id") == KIND for one in boxes):  # a drawing of buttons alone has another kind
            boxes.insert(0, child(etree.fromstring(BOXES % 1), "shapetype"))
        last = max([_number(one) for one in boxes] + [int(_block(boxes)) * 1024])
        for number, (place, text) in enumerate(said.items(), last + 1):
            boxes.append(_box(place, text, number))

    def _boxes_part(self) -> str:
        if self._drawing() is not None:
            found = self._drawn()
            if found is None:
                raise NotMarked("the boxes of its notes are missing")
            return found
        part = self.package.free("xl/drawings/answerNotes{}.vml")
        block = 900 + int(part.removeprefix("xl/drawings/answerNotes").removesuffix(".vml"))
        self.package.add(part, etree.fromstring(BOXES % block), None)
        self.package.default("vml", DRAWING)
        sheet = self.package.touch(self.sheet)
        made = etree.Element(beside(sheet, "legacyDrawing"))
        made.set(f"{{{self.relation}}}id", self.package.relate(self.sheet, "vmlDrawing", part))
        sheet.insert(next((at for at, one in enumerate(sheet) if local(one) in AFTER_BOXES), len(sheet)), made)
        return part


# ---- comments ---------------------------------------------------------------------------------------------


def _list(root: Element) -> Element:
    found = child(root, "commentList")
    if found is None:
        raise NotMarked("its notes have no list")
    return found


def _comments(root: Element) -> list[Element]:
    return list(children(_list(root), "comment"))


def _author(root: Element, comment: Element) -> str:
    authors = child(root, "authors")
    names = [one.text or "" for one in children(authors, "author")] if authors is not None else []
    number = int(comment.get("authorId", "0"))
    return names[number] if number < len(names) else ""


def _number_of(root: Element, author: str) -> int:
    """Return the number of an author, who is put in if need be."""
    authors = child(root, "authors")
    if authors is None:
        raise NotMarked("its notes have no authors")
    names = [one.text or "" for one in children(authors, "author")]
    if author not in names:
        etree.SubElement(authors, beside(root, "author")).text = author
        return len(names)
    return names.index(author)


def _comment(root: Element, place: Place, text: str, author: int) -> Element:
    comment = etree.Element(beside(root, "comment"), ref=address_of(place), authorId=str(author))
    etree.SubElement(comment, beside(root, "text")).append(_run(root, text))
    return comment


def _run(root: Element, text: str) -> Element:
    run = etree.Element(beside(root, "r"))
    looks = etree.SubElement(run, beside(root, "rPr"))
    for name, value in (("sz", "9"), ("rFont", FONT), ("family", "2")):
        etree.SubElement(looks, beside(root, name), val=value)
    etree.SubElement(run, beside(root, "t"), PRESERVE).text = text
    return run


def _prepend(comment: Element, text: str) -> None:
    """Put our words before those of a note of hers."""
    told = child(comment, "text")
    if told is None:
        raise NotMarked("a note has no text")
    for plain in list(children(told, "t")):  # a plain text beside runs would be lost
        run = etree.Element(beside(comment, "r"))
        told.replace(plain, run)
        run.append(plain)
    told.insert(0, _run(comment, f"{text}\n{ANSWER_RULE}\n"))


def _has_ours(comment: Element) -> bool:
    """Whether a note is ours or has words of ours; those in a conversation are not to be taken off."""
    author = _author(comment.getroottree().getroot(), comment)
    return author == ANSWER_AUTHOR or (not author.startswith(THREADED) and bool(our_words(_words(comment))))


def _words(comment: Element) -> str:
    return "".join(one.text or "" for one in _texts(comment))


def _texts(comment: Element) -> list[Element]:
    return [one for one in comment.iter() if local(one) == "t" and local(one.getparent()) in ("r", "text")]


def _leave_hers(root: Element, comment: Element) -> None:
    """Take our words out of a note, of which what is left is hers."""
    spans, at = our_words(_words(comment)), 0
    for one in _texts(comment):
        text, holder = one.text or "", one.getparent()
        left = without(text, spans, at)
        if left != text:
            one.text = left
            one.attrib.update(PRESERVE)
        if text and not left and local(holder) == "r":
            holder.getparent().remove(holder)
        at += len(text)
    if _author(root, comment) == ANSWER_AUTHOR:
        comment.set("authorId", str(_number_of(root, NOBODY)))


# ---- the boxes in which they show ----------------------------------------------------------------------------


def _client(box: Element) -> Element | None:
    return child(box, "ClientData")


def _stands_at(box: Element) -> Place | None:
    """Return the cell that a box belongs to; None if it is no note's."""
    client = _client(box)
    if client is None or client.get("ObjectType") != "Note":
        return None
    row, column = (child(client, name) for name in ("Row", "Column"))
    if row is None or column is None:
        return None
    return int(row.text or 0) + 1, int(column.text or 0) + 1


def _number(box: Element) -> int:
    digits = box.get("id", "").rpartition("_s")[2]
    return int(digits) if digits.isdigit() else 0


def _block(boxes: Element) -> str:
    """Return the block of numbers that a drawing has for its boxes."""
    blocks = [one.get("data", "0") for one in boxes.iter(f"{{{OFFICE}}}idmap")]
    first = blocks[0].split(",")[0] if blocks else "0"
    return first if first.isdigit() else "0"


def _box(place: Place, text: str, number: int) -> Element:
    """Return the box of a note, beside its cell and as high as its text."""
    row, column = place
    lines = sum(max(-(-width(line) // LINE_SIGNS), 1) for line in text.split("\n"))
    box = etree.fromstring(BOX)
    height = min(max(lines, 2), 16)
    box.set("id", f"_x0000_s{number}")
    box.set(
        "style",
        f"position:absolute;margin-left:60pt;margin-top:2pt;width:190pt;height:{height * 13 + 8}pt;z-index:{number % 1024};visibility:hidden",
    )
    client = _client(box)
    assert client is not None, "the pattern has it"
    left, top = min(column, LAST_LEFT), min(max(row - 2, 0), LAST_TOP)
    anchor = f"{left}, 15, {top}, 10, {left + WIDE}, 15, {top + height * 13 // 15 + 1}, 4"
    for name, told in (("Anchor", anchor), ("Row", str(row - 1)), ("Column", str(column - 1))):
        element = child(client, name)
        assert element is not None, "the pattern has it"
        element.text = told
    return box


def width(text: str) -> int:
    """Return how wide a text is, a Chinese character or quotation mark being two.

    >>> width("第2次"), width("“是”")
    (5, 6)
    """
    return sum(2 if ord(sign) > 0x2E7F or sign in WIDE_SIGNS else 1 for sign in text)
