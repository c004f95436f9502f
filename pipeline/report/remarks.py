"""Figures that somebody may ask about -> Word comments beside them.

While a part is being filled a figure with a comment stands between two XML comments, which
no text can imitate; afterwards they become the marks of a Word comment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

AUTHOR, INITIALS = "SCORE", "S"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RUN = re.compile(r"<w:r(?: [^>]*)?>(?:(?!</w:r>).)*?<!--figure \d+-->(?:(?!</w:r>).)*</w:r>", re.DOTALL)
LOOK = re.compile(r"<w:rPr>.*?</w:rPr>", re.DOTALL)
MARKED = re.compile(r"<!--figure (\d+)-->(.*?)<!--/figure-->", re.DOTALL)
LEFT = re.compile(r"<!--/?figure[ \d]*-->")


def mark(number: int, text: str) -> str:
    """Return the text of a figure that comment `number` belongs to."""
    return f"<!--figure {number}-->{text}<!--/figure-->"


def place_comments(text: str) -> str:
    """Return the part with Word's marks where figures are marked; the look of the words stays."""
    return LEFT.sub("", RUN.sub(lambda run: _split(run.group(0)), text))


def _split(run: str) -> str:
    """Return a run cut at its marked figures, each piece in the run's look."""
    found = LOOK.search(run)
    look = found.group(0) if found else ""

    def commented(one: re.Match[str]) -> str:
        number, words = one.groups()
        return (
            f'</w:t></w:r><w:commentRangeStart w:id="{number}"/><w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>'
            f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
            f'<w:r>{look}<w:t xml:space="preserve">'
        )

    return MARKED.sub(commented, run)


def comments_xml(remarks: Sequence[tuple[str, ...]]) -> bytes:
    """Return the part that holds the comments, a paragraph a line."""
    told = "".join(
        f'<w:comment w:id="{number}" w:author="{AUTHOR}" w:initials="{INITIALS}">{_paragraphs(lines)}</w:comment>'
        for number, lines in enumerate(remarks)
    )
    return f'{HEAD}<w:comments xmlns:w="{MAIN}">{told}</w:comments>'.encode()


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
