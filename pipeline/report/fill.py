"""A Word template and what it may use -> the document; nothing without evidence gets onto a page.

    compiled   the template, once          drawing    pictures and charts
    tags       where a tag stands          remarks    Word comments at figures
    samples    the mark of a sample, in its style

Text is written as text: escaped on the way in, checked to be XML on the way out, and read
back from the finished file, so that nothing printed can be lost.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import traceback
import xml.parsers.expat as expat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import markupsafe

from pipeline.errors import TemplateError
from pipeline.messages import finding, say
from pipeline.model import Finding
from pipeline.report.compiled import (
    FILLING,
    Faulty,
    Missing,
    NotThere,
    Part,
    Template,
    at,
    compile_template,
    hint,
    open_template,
    unknown,
)
from pipeline.report.drawing import Drawings, relations_xml
from pipeline.report.dress import missing_styles
from pipeline.report.parts import join, pack, read_parts
from pipeline.report.printable import Charted, Pictured, Quoted, Shown, Term
from pipeline.report.remarks import COMMENTS_TYPE, comments_xml, mark, place_comments
from pipeline.report.samples import has_style, mark_sample, place_samples

CODE = "<template>"  # the file name that Jinja gives to compiled text
UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML
REPLACED = "\ufffd"
BROKEN_TEXT = re.compile(r"<w:t(?: [^>]*)?>[^<]*</w:t>")
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
SPOKEN = re.compile(r'(?:w:val|descr|title)="([^"]*)"')  # attributes that hold words
BETWEEN = {  # a line's end and a tab, until they stand in a text of Word's
    "&#10;": '</w:t><w:br/><w:t xml:space="preserve">',
    "&#9;": '</w:t><w:tab/><w:t xml:space="preserve">',
}
ENDINGS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Markup = markupsafe.Markup


@dataclass(frozen=True, slots=True)
class Document:
    """A filled document, the figures on its pages in order, and what could not be printed as it was typed."""

    data: bytes
    printed: tuple[tuple[str, str], ...]  # (figure, text)
    findings: tuple[Finding, ...] = ()


def fill_document(
    template: bytes,
    context: Mapping[str, object],
    name: str,
    comments: Mapping[str, tuple[str, ...]] | None = None,
) -> Document:
    """Return the template filled; the same inputs give the same bytes.

    Args:
        comments: the lines of the Word comment at each figure, by its id, and at each text, by record and field.

    Raises:
        TemplateError: it asks for what is not there, or for a number without evidence.
    """
    try:
        compiled = compile_template(template)
        filling = Filling(comments or {}, has_style(compiled.source.get("word/styles.xml", b"")))
        texts = {part.name: _filled(part, context, filling) for part in compiled.live}
        data = _written(compiled, texts, filling)
        _read_back(data, compiled, filling)
    except Faulty as fault:
        raise refusal(fault.finding, name) from fault
    named = (_named(one, name) for one in (*filling.findings, *_looks(template)))
    return Document(data, tuple(filling.figures), tuple(named))


@functools.lru_cache(maxsize=16)
def _looks(template: bytes) -> tuple[Finding, ...]:
    """Return which styles a template lacks: its pages are printed, and not as they should look."""
    return tuple(missing_styles(open_template(template)))


def _named(one: Finding, name: str) -> Finding:
    return dataclasses.replace(one, params={**one.params, "name": name})


def refusal(fault: Finding, name: str) -> TemplateError:
    """Return the error that stops a template, in one sentence."""
    named = _named(fault, name)
    return TemplateError(say(named).en, named)


class Unprintable(Exception):
    """A template prints what is neither a figure nor anybody's words."""


@dataclass(slots=True)
class Filling:
    """One document in the making: what has been printed so far, and where."""

    comments: Mapping[str, tuple[str, ...]]
    styled: bool = False  # the template has a style for the mark of samples
    part: str = ""
    plain: bool = False  # tags of the part stand in attributes, where no run can be cut
    figures: list[tuple[str, str]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)  # part -> what was printed in it, escaped
    remarks: list[tuple[str, ...]] = field(default_factory=list)
    drawings: Drawings = field(default_factory=Drawings)
    findings: list[Finding] = field(default_factory=list)

    def print(self, value: object) -> object:
        """Return what stands on the page for a value: figures, quotes, terms and pictures, and nothing else."""
        if isinstance(value, Shown):
            return self._figure(value)
        if isinstance(value, (Quoted, Term)):
            return self._words(value)
        if isinstance(value, (Pictured, Charted)):
            return Markup(self.drawings.draw(dataclasses.replace(value, alt=self._clean(value.alt)), self.part))
        if isinstance(value, Missing):
            return str(value)  # speaks for itself when it is printed
        raise Unprintable(f"{value!r}"[:80])

    def _figure(self, value: Shown) -> object:
        self.figures.append((value.figure, value.text))
        text = self._text(value.text)
        if value.sample and self.styled and not self.plain:
            text = mark_sample(text)
        if value.figure in self.comments and self.part == "word/document.xml":
            self.remarks.append(self.comments[value.figure])
            return Markup(mark(len(self.remarks) - 1, text))
        return Markup(text)

    def _words(self, value: Quoted | Term) -> object:
        text = self._text(value.text)
        typed = f"{value.record} {value.field}" if isinstance(value, Quoted) else ""
        if typed in self.comments and self.part == "word/document.xml":
            self.remarks.append(self.comments[typed])
            return Markup(mark(len(self.remarks) - 1, text))
        return Markup(text)

    def _text(self, text: str) -> str:
        escaped = str(markupsafe.escape(self._clean(text)))
        if "\n" in escaped or "\t" in escaped:
            escaped = escaped.replace("\n", "&#10;").replace("\t", "&#9;")
        self.texts.setdefault(self.part, []).append(escaped)
        return escaped

    def _clean(self, text: str) -> str:
        """Return the text as XML can hold it; what it cannot hold is seen on the page, and said."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if signs := sorted({f"U+{ord(sign):04X}" for sign in UNHOLDABLE.findall(text)}):
            text = UNHOLDABLE.sub(REPLACED, text)
            found = finding("unprintable", found=text[:60], signs=", ".join(signs))
            self.findings += [] if found in self.findings else [found]
        return text


# ---- filling a part -------------------------------------------------------------------------


def _filled(part: Part, context: Mapping[str, object], filling: Filling) -> bytes:
    filling.part = part.name
    filling.plain = part.in_attributes or not part.name.startswith("word/")
    try:
        text = part.filled.render({**context, FILLING: filling})
    except Exception as error:  # whatever a tag's expression can raise
        raise Faulty(_fault(error, part, context)) from error
    if filling.remarks:
        text = place_comments(text)
    if filling.styled:
        text = place_samples(text)
    if "&#10;" in text or "&#9;" in text:
        text = BROKEN_TEXT.sub(_breaks, text)
    data = (part.head + text).encode("utf-8")
    _check_xml(data, part)
    return data


def _breaks(found: re.Match[str]) -> str:
    text = found.group(0)
    for sign, instead in BETWEEN.items():
        text = text.replace(sign, instead)
    return text


def _fault(error: Exception, part: Part, context: Mapping[str, object]) -> Finding:
    """Return what an expression raised, at its tag."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == CODE]
    tag = part.tag_at(lines[-1] if lines else None)
    if isinstance(error, NotThere):
        offers = error.asked.offers or tuple(context)
        return at(
            tag.place, "template_undefined", found=tag.text, asked=error.asked.name, **hint(error.asked.name, offers)
        )
    if isinstance(error, Unprintable):
        return at(tag.place, "template_bare", found=tag.text, asked=str(error))
    if found := unknown(str(error), tag):
        return found
    return at(tag.place, "template_failed", found=tag.text, why=str(error).rstrip(".") or type(error).__name__)


def _check_xml(data: bytes, part: Part) -> None:
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        before = data[: _offset(data, error)].decode("utf-8", "ignore")
        near = next((text for text in reversed(TEXT.findall(before)) if text.strip()), "")
        tag = next((one for one in reversed(part.tags) if near and near in one.place.text), part.tags[0])
        raise Faulty(at(tag.place, "template_broken", why=expat.ErrorString(error.code), found=near)) from error


def _offset(data: bytes, error: expat.ExpatError) -> int:
    lines = data.split(b"\n")
    return sum(len(line) + 1 for line in lines[: error.lineno - 1]) + error.offset


# ---- the file -------------------------------------------------------------------------------


def _written(template: Template, texts: dict[str, bytes], filling: Filling) -> bytes:
    """Return the file: parts of the template in its order, then those that the document brought."""
    changed = dict(texts)
    if filling.remarks:
        filling.drawings.new["word/comments.xml"] = comments_xml(filling.remarks)
        filling.drawings.types["/word/comments.xml"] = COMMENTS_TYPE
        filling.drawings.relate("word/document.xml", "comments", "comments.xml")
    for part, relations in filling.drawings.relations.items():
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels"
        changed[path] = relations_xml(relations, template.source.get(path, b""))
    if filling.drawings.new:
        changed["[Content_Types].xml"] = _types(template.source["[Content_Types].xml"], filling.drawings)
    parts = [pack(name, changed[name]) if name in changed else template.still[name] for name in template.order]
    added = {name: data for name, data in changed.items() if name not in template.source} | filling.drawings.new
    return join([*parts, *(pack(name, data) for name, data in added.items())])


def _types(old: bytes, drawings: Drawings) -> bytes:
    text = old.decode("utf-8")
    endings = sorted({name.rpartition(".")[2] for name in drawings.new} & set(ENDINGS))
    defaults = "".join(
        f'<Default Extension="{ending}" ContentType="{ENDINGS[ending]}"/>'
        for ending in endings
        if f'Extension="{ending}"' not in text
    )
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in drawings.types.items())
    opened = text.index(">", text.index("<Types")) + 1
    return (text[:opened] + defaults + text[opened:].replace("</Types>", overrides + "</Types>")).encode()


def _read_back(data: bytes, template: Template, filling: Filling) -> None:
    """Fault if something printed is not in the finished file, in the order in which it was printed."""
    written = read_parts(data)
    for part in template.live:
        text, place = _text_of(written[part.name].decode("utf-8"), part), 0
        for printed in filling.texts.get(part.name, ()):
            place = text.find(printed, place)
            if place < 0:
                raise Faulty(finding("template_lost", found=printed))
            place += len(printed)


def _text_of(xml: str, part: Part) -> str:
    """Return the words of a part as they stand there; where tags stand in attributes, these too."""
    if not part.in_attributes and part.name.startswith("word/"):
        if "<w:br/>" in xml or "<w:tab/>" in xml:
            xml = xml.replace("<w:br/>", "<w:t>&#10;</w:t>").replace("<w:tab/>", "<w:t>&#9;</w:t>")
        return "".join(TEXT.findall(xml))
    xml = xml.replace("<w:br/>", "&#10;").replace("<w:tab/>", "&#9;")
    return re.sub(r"<[^>]*>", lambda tag: " ".join(SPOKEN.findall(tag.group(0))), xml)


def texts_of(data: bytes, parts: Sequence[str] = ("word/document.xml",)) -> str:
    """Return the words of a Word file as they stand in some of its parts, escaped as in XML."""
    written = read_parts(data)
    return "\n".join("".join(TEXT.findall(written[part].decode("utf-8"))) for part in parts)
