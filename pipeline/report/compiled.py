"""The bytes of a template -> what can be filled again and again; all faults that can be seen before filling.

The dialect is docxtpl's, and its `patch_xml` prepares each part: tags split over runs are
joined, `{%tr …`, `{%p …` take their row or paragraph away.  Every tag then gets a line of
its own, so that whatever Jinja says of a line can be said of a tag and its cell.
"""

from __future__ import annotations

import bisect
import difflib
import functools
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.messages import finding
from pipeline.model import Finding, Severity
from pipeline.report.parts import Packed, pack, read_parts
from pipeline.report.signs import FULL_WIDTH, NARROW, is_single, loose_signs
from pipeline.report.tags import Paragraph, Place, Tag, paragraphs_of, tags_of

LIVE = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/core\.xml")
BEGUN = re.compile(r"[{｛](?:<[^>]*>)*[{%｛％]")
DECLARED = re.compile(r"\s*<\?xml[^>]*\?>\s*")
OPENED = re.compile(r"(?:\{\{|\{%)[-+]?")
IN_ATTRIBUTE = re.compile(r'="[^"<]*\{[{%]')
FILLING = "the filling under way"  # no template can spell this name
NOWHERE = Tag("", Place("word/document.xml", (), 1, ""))
LITERAL = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}  # docxtpl's way to print a tag's own signs


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a template asked for in vain, and what it could have asked for there."""

    name: str
    offers: tuple[str, ...]


class NotThere(jinja2.UndefinedError):
    """A template asks for what is not there; `asked` says what."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.name)
        self.asked = asked


class Missing(StrictUndefined):
    """What is not there: whatever a template does with it is an error that knows its neighbours."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> Any:
        holder = None if self._undefined_obj is jinja2.utils.missing else self._undefined_obj
        return Asked(str(self._undefined_name), names_of(holder))

    def __init__(self, *facts: Any, **more: Any) -> None:
        super().__init__(*facts, **more)
        self._undefined_exception = NotThere


def names_of(holder: object) -> tuple[str, ...]:
    """Return what can be asked of a value: the keys of a mapping, the fields of a noun."""
    if isinstance(holder, Mapping):
        return tuple(map(str, holder))
    return tuple(field.name for field in fields(holder)) if is_dataclass(holder) else ()


@pass_context
def _print(context: Context, value: object) -> object:
    return context.parent[FILLING].print(value)


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=Missing, autoescape=True, finalize=_print)
for _name in ("lipsum", "cycler", "joiner"):  # of no use on a page
    ENVIRONMENT.globals.pop(_name)


@dataclass(frozen=True, slots=True)
class Found:
    """A part with tags as Jinja can read it."""

    name: str
    head: str  # the XML declaration
    code: str
    tags: tuple[Tag, ...]
    lines: tuple[int, ...]  # of each tag
    in_attributes: bool  # tags stand in attributes too

    def tag_at(self, line: int | None) -> Tag:
        """Return the tag that a line of the code belongs to."""
        number = bisect.bisect_right(self.lines, line or 1) - 1
        return self.tags[max(number, 0)] if self.tags else NOWHERE


@dataclass(frozen=True, slots=True)
class Part(Found):
    """A part with tags, ready to be filled."""

    filled: jinja2.Template


@dataclass(frozen=True, slots=True)
class Template:
    """A template, compiled: the parts to be filled, and the others as they stand in the archive."""

    order: tuple[str, ...]
    live: tuple[Part, ...]
    still: Mapping[str, Packed]
    source: Mapping[str, bytes]


class Faulty(Exception):
    """A template cannot be filled; `finding` says why, but for the template's name."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.code)
        self.finding = found


@functools.lru_cache(maxsize=16)
def compile_template(data: bytes) -> Template:
    """Return the template, ready to be filled; the work is done once for the same bytes.

    Raises:
        Faulty: one of its tags cannot be understood or would lose text.
    """
    source = open_template(data)
    texts = live_parts(source)
    live = tuple(_part(name, text) for name, text in texts.items())
    still = {name: pack(name, part) for name, part in source.items() if name not in texts}
    return Template(tuple(source), live, MappingProxyType(still), MappingProxyType(source))


def open_template(data: bytes) -> dict[str, bytes]:
    """Return the parts of a template; Faulty if it is no Word document."""
    try:
        parts = read_parts(data)
        for name in ("[Content_Types].xml", "word/document.xml"):
            ET.fromstring(parts[name])
    except (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, RuntimeError) as error:
        raise Faulty(finding("template_not_word", why=str(error))) from error
    return parts


def live_parts(source: Mapping[str, bytes]) -> dict[str, str]:
    """Return the text of each part that holds a tag."""
    texts = {name: part.decode("utf-8") for name, part in source.items() if LIVE.fullmatch(name)}
    return {name: text for name, text in texts.items() if BEGUN.search(text)}


def _part(name: str, text: str) -> Part:
    for fault in static_faults(name, text):
        if fault.severity is Severity.ERROR:
            raise Faulty(fault)
    part = prepared(name, text)
    try:
        filled = ENVIRONMENT.from_string(part.code)
    except jinja2.TemplateSyntaxError as error:
        raise Faulty(unreadable(error, list(part.tags), part.lines)[-1]) from error
    return Part(**{one.name: getattr(part, one.name) for one in fields(Found)}, filled=filled)


def prepared(name: str, text: str) -> Found:
    """Return a part as Jinja can read it, with the tag that each line of it belongs to."""
    tags = tags_of(name, text)
    head, patched = patch(text)
    lines = tuple(_lines(patched))
    tags = tags if len(tags) == len(lines) else _by_order(tags, patched)
    return Found(name, head, patched, tuple(tags), lines, bool(IN_ATTRIBUTE.search(text)))


def patch(text: str) -> tuple[str, str]:
    """Return the XML declaration of a part and the rest as Jinja can read it, each tag beginning a line."""
    declared = DECLARED.match(text)
    head = declared.group(0) if declared else ""
    patched: str = DocxTemplate(io.BytesIO()).patch_xml(text[len(head) :])
    for typed, meant in LITERAL.items():
        patched = patched.replace(typed, "{% raw %}" + meant + "{% endraw %}")
    return head, OPENED.sub(lambda opened: opened.group(0) + "\n", patched.replace("\n", " "))


def _lines(patched: str) -> Iterator[int]:
    """Give the line on which the inside of each tag begins."""
    return (number + 2 for number, _ in enumerate(OPENED.finditer(patched)))


def _by_order(tags: list[Tag], patched: str) -> list[Tag]:
    """Return a tag for each line where joining and patching made more or fewer: by its words, in order."""
    found, at = [], 0
    for text in re.findall(r"(?:\{\{|\{%)[-+]?\n(.*?)(?:\}\}|%\})", patched, re.DOTALL):
        inside = text.strip()
        at = next((number for number in range(at, len(tags)) if inside in tags[number].text), at)
        found.append(tags[at] if tags else Tag(text, Place("word/document.xml", (), 1, text)))
    return found


# ---- faults that can be seen ----------------------------------------------------------------

BLOCK = re.compile(r"\{%(tr|tc|p)\s")
KINDS = {
    "p": ("paragraph", "a paragraph", "段"),
    "tr": ("row", "a row", "行"),
    "tc": ("cell", "a cell", "格"),
}


def static_faults(name: str, text: str) -> Iterator[Finding]:
    """Give what can be seen in a part before it is read: signs, lost text, blocks that end elsewhere."""
    yield from lost_text(paragraphs_of(name, text))
    yield from _apart(tags_of(name, text))


HEADED = re.compile(r"\{%(tr|tc|p|r)?[-+]?\s+(\w+)")
BLOCKS = ("for", "if", "macro", "call", "filter", "with")
LEVELS: Mapping[str, Any] = {  # what the two ends of a block have in common
    "tr": lambda place: (place.cells[:-1], place.cells[-1][:1] if place.cells else ()),
    "tc": lambda place: (place.cells[:-1], place.cells[-1][:2] if place.cells else ()),
    "p": lambda place: place.cells,
    "r": lambda place: (place.cells, place.paragraph),
}


def _apart(tags: Iterable[Tag]) -> Iterator[Finding]:
    """Give the tags that end a block elsewhere than where it began: in another table, row or paragraph."""
    begun: list[tuple[str, Tag]] = []
    for tag in tags:
        headed = HEADED.match(tag.text)
        kind, word = (headed[1] or "r", headed[2]) if headed else ("", "")
        if word in BLOCKS:
            begun.append((kind, tag))
        elif begun and (word.startswith("end") or word in ("else", "elif")):
            while word.removeprefix("end") != word_of(begun[-1][1]) and any(
                word.removeprefix("end") == word_of(other) for _, other in begun
            ):
                begun.pop()  # a block whose end is missing is said by itself
            level, first = begun.pop() if word.startswith("end") else begun[-1]
            if word != "endset" and (kind != level or LEVELS[kind](tag.place) != LEVELS[kind](first.place)):
                yield at(
                    tag.place,
                    "template_apart",
                    found=tag.text,
                    first=first.text,
                    first_en=first.place.words.en,
                    first_zh=first.place.words.zh,
                )


def lost_text(paragraphs: Iterable[Paragraph]) -> Iterator[Finding]:
    """Give a finding for each text that would be printed as a tag's own signs, or lost beside a block tag."""
    together = list(paragraphs)
    for one in together:
        for typed in FULL_WIDTH.findall(one.place.text):
            if typed != (narrow := typed.translate(NARROW)):
                yield at(one.place, "template_braces", found=typed, expected=narrow)
        for typed, wanted in loose_signs(FULL_WIDTH.sub("", one.place.text)):
            code = "template_brace" if is_single(typed) else "template_signs"
            yield at(one.place, code, found=typed, expected=wanted)
        if block := BLOCK.search(one.place.text):
            yield from _beside(one, block.group(1), together)


def _beside(one: Paragraph, kind: str, together: list[Paragraph]) -> Iterator[Finding]:
    around = {
        "p": [one],
        "tr": [other for other in together if other.row and other.row == one.row],
        "tc": [other for other in together if (other.row, other.column) == (one.row, one.column)],
    }[kind]
    text = " ".join(other.place.text for other in around)
    tag = re.search(r"\{%" + kind + r"\s.*?%\}", text, re.DOTALL)
    beside = text.replace(tag.group(0), "", 1).strip() if tag else ""
    if tag and beside:
        what, own, chinese = KINDS[kind]
        words = {"what_en": what, "what_en_own": own, "what_zh": chinese, "beside": beside}
        yield at(one.place, "template_beside", found=tag.group(0), **words)


def without_end(error: jinja2.TemplateSyntaxError, tags: Iterable[Tag]) -> list[Tag]:
    """Return the tags whose block nothing ends, from the outermost, if that is what Jinja could not read."""
    begun: list[Tag] = []
    for tag in tags if str(error.message).startswith("Unexpected end of template") else ():
        word = word_of(tag)
        if word in BLOCKS:
            begun.append(tag)
        elif word.startswith("end") and begun:
            begun.pop()
    return begun


def word_of(tag: Tag) -> str:
    """Return the word that a tag begins with: for, if, endfor; nothing for one that prints."""
    headed = HEADED.match(tag.text)
    return headed[2] if headed else ""


def unreadable(error: jinja2.TemplateSyntaxError, tags: list[Tag], lines: tuple[int, ...]) -> list[Finding]:
    """Return what Jinja could not read, at its tag: each block without an end, or the one thing that it says."""
    if begun := without_end(error, tags):
        return [endless(tag) for tag in begun]
    number = max(bisect.bisect_right(lines, error.lineno) - 1, 0)
    tag = tags[number] if tags else NOWHERE
    why = str(error.message)
    if found := unknown(why, tag):
        return [found]
    chinese = in_chinese(why)
    if re.search(r"unknown tag '(tr|tc|p|r)'", why):
        why += "; {%tr, {%tc, {%p and {%r are written without a blank after %"
        chinese += "；{%tr、{%tc、{%p、{%r 的 % 后不能有空格"
    return [at(tag.place, "template_syntax", found=tag.text, why_en=why.rstrip("."), why_zh=chinese)]


CHINESE = {  # what Jinja says, and the same in Chinese
    r"Encountered unknown tag '(.+?)'": "没有“{}”这种标签",
    r"Unexpected end of template": "缺少结束标签",
    r"unexpected '(.+?)'": "“{}”是多余的",
    r"expected token '(.+?)', got '(.+?)'": "此处应为“{}”，实为“{}”",
}


def in_chinese(why: str) -> str:
    """Return what Jinja could not read, in Chinese.

    >>> in_chinese("Encountered unknown tag 'endfro'.")
    '没有“endfro”这种标签'
    """
    found = ((said, words) for pattern, words in CHINESE.items() if (said := re.search(pattern, why)))
    return next((words.format(*said.groups()) for said, words in found), "标签写法有误")


def endless(tag: Tag) -> Finding:
    """Return the finding about a block that nothing ends."""
    end = f"{{% end{word_of(tag)} %}}"
    return at(
        tag.place, "template_syntax", found=tag.text, why_en=f"its end {end} is missing", why_zh=f"缺少结束标签 {end}"
    )


def unknown(why: str, tag: Tag) -> Finding | None:
    """Return the finding about a filter or test that Jinja does not know; None if it says something else."""
    said = re.match(r"No (filter|test) named '(.+?)'", why)
    if said is None:
        return None
    known = ENVIRONMENT.filters if said[1] == "filter" else ENVIRONMENT.tests
    return at(tag.place, "template_filter", found=tag.text, asked=said[2], **hint(said[2], known))


def at(place: Place, code: str, **words: str) -> Finding:
    """Return a finding about a template with its place in both languages."""
    found, expected = words.pop("found", None), words.pop("expected", None)
    return finding(
        code, found=found, expected=expected, place_en=place.words.en, place_zh=place.words.zh, name="{name}", **words
    )


def hint(asked: str, offers: Iterable[str]) -> dict[str, str]:
    """Return the nearest offer as a question in both languages; nothing if none is near.

    >>> hint("titel", ["title", "unit"])["hint_en"]
    ' Did you mean "title"?'
    """
    near = difflib.get_close_matches(asked, list(offers), 1)
    words = {"hint_en": f' Did you mean "{near[0]}"?', "hint_zh": f"是否应为“{near[0]}”？"} if near else {}
    return {"hint_en": "", "hint_zh": ""} | words
