"""The look of a template -> styles that it lacks, pictures without words, what was formatted by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.model import Finding
from pipeline.report.compiled import at
from pipeline.report.tags import paragraphs_of

STYLE_ID = re.compile(r'<w:style\b[^>]*w:styleId="([^"]+)"')


def missing_styles(source: Mapping[str, bytes]) -> Iterator[Finding]:
    """Give the places whose style the template does not define, each style once."""
    defined = set(STYLE_ID.findall(source.get("word/styles.xml", b"").decode("utf-8")))
    told: set[str] = set()
    for part in _pages(source):
        for one in paragraphs_of(part, source[part].decode("utf-8")):
            for style in one.styles:
                if style not in defined and style not in told:
                    told.add(style)
                    yield at(one.place, "template_style", found=style)


def unseen_pictures(source: Mapping[str, bytes]) -> Iterator[Finding]:
    """Give the pictures without words for those who do not see them, where they stand."""
    for part in _pages(source):
        for one in paragraphs_of(part, source[part].decode("utf-8")):
            for name in one.unseen:
                yield at(one.place, "template_alt", found=name)


def done_by_hand(source: Mapping[str, bytes]) -> Iterator[Finding]:
    """Give the paragraphs in which words have a look of their own, beside the styles."""
    for part in _pages(source):
        for one in paragraphs_of(part, source[part].decode("utf-8")):
            if one.by_hand:
                yield at(one.place, "template_by_hand", found=one.by_hand)


def _pages(source: Mapping[str, bytes]) -> list[str]:
    return [name for name in source if re.fullmatch(r"word/(?:document|header\d*|footer\d*)\.xml", name)]
