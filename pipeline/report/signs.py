"""The XML of a part -> braces that are typed wrongly, and the part as it was probably meant."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

WHOLE = re.compile(
    r"\{\{(?:(?!\{\{|\{%).)*?\}\}|\{%(?:(?!\{\{|\{%).)*?%\}|\{#(?:(?!\{\{|\{%).)*?#\}|\{_\{|\}_\}|\{_%|%_\}", re.DOTALL
)
FULL_WIDTH = re.compile(r"[｛{][｛{%％][^}｝]*[}｝%％][}｝]")
NARROW = str.maketrans("｛｝％（）＿．，“”‘’", "{}%()_.,\"\"''")
WORDS = "if|for|else|elif|endif|endfor|set"
LOOSE = re.compile(
    rf"[%％](?:p|tr|tc|r)\s+(?:{WORDS})\b[^{{}}｛｝\0]*[%％][}}｝]?"  # %p if x %}
    r"|[{｛][{｛%％#]?[^{}｛｝\0]*(?:[%％#]?[}｝]{1,2})?"  # {{ x }   {p if x %}   { x }   {# note
    r"|(?:[\w.\[\]'/=]+\s*)?(?:[}｝]{2}|[%％][}｝])"  # x }}
)
SINGLE = re.compile(r"[{｛]\s*[A-Za-z_][\w.]*(?:\[[^\]]*\])?\s*[}｝]")
BLOCK = re.compile(rf"(?:(p|tr|tc|r)\s+)?({WORDS})\b(.*)", re.DOTALL)
PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>(?:(?!<w:p[ >]).)*?</w:p>", re.DOTALL)
TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")


def loose_signs(text: str) -> Iterator[tuple[str, str]]:
    """Give (what is typed, what was probably meant) of each piece of a tag that is none.

    >>> list(loose_signs("{{ period }} · { status } and {p if x %}"))
    [('{ status }', '{{ status }}'), ('{p if x %}', '{%p if x %}')]
    >>> list(loose_signs("{{ status } is open")), list(loose_signs("a set {1, 2}"))
    ([('{{ status }', '{{ status }}')], [])
    """
    masked = WHOLE.sub(lambda found: "\0" * len(found.group(0)), text)
    for found in LOOSE.finditer(masked):
        typed = found.group(0).strip()
        if is_single(typed) or re.search(r"^[%％]|[{｛][{｛%％#]|[}｝]{2}|[%％][}｝]", typed):
            yield typed, meant(typed)


def is_single(typed: str) -> bool:
    """Whether it is a name in single braces, which could also be a person's own words."""
    return SINGLE.fullmatch(typed) is not None


def meant(typed: str) -> str:
    """Return the tag that somebody wanted to type."""
    narrow = typed.translate(NARROW)
    if narrow.startswith("{#"):
        return "{# … #}"
    inner = narrow.strip("{}%# ")
    block = BLOCK.fullmatch(inner)
    return f"{{%{block[1] or ''} {block[2]}{block[3]} %}}" if block else f"{{{{ {inner} }}}}"


def repaired(xml: str) -> str:
    """Return a part with its wrongly typed tags as they were meant, so that the rest of it can be looked at."""
    return PARAGRAPH.sub(lambda found: _paragraph(found.group(0)), xml)


def _narrowed(typed: str) -> str:
    """Return a block typed with full-width signs as it was meant; what only prints is left out."""
    narrow = typed.translate(NARROW)
    return narrow if narrow.startswith("{%") or narrow == typed else ""


def _paragraph(xml: str) -> str:
    text = html.unescape("".join(piece for _, piece, _ in TEXT.findall(xml)))
    better = FULL_WIDTH.sub(lambda found: _narrowed(found.group(0)), text)
    for typed, wanted in list(loose_signs(better)):
        better = better.replace(typed, "" if wanted.startswith("{#") else wanted, 1)
    if better == text:
        return xml
    pieces = iter([better])
    return TEXT.sub(lambda found: f"{found[1]}{escape(next(pieces, ''))}{found[3]}", xml)
