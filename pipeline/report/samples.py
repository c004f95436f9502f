"""The mark of a sample beside a figure -> a run of its own, in the template's style `Sample`.

While a part is being filled the mark stands between two XML comments, which no text can
imitate; afterwards the run is cut there, and the words around it keep their look.
"""

from __future__ import annotations

import re

from pipeline.report.page import SAMPLE_MARK

STYLE = "Sample"
MARKED = re.compile(r"<!--sample-->(.*?)<!--/sample-->")
LOOK = re.compile(r"<w:r(?: [^>]*)?>(<w:rPr>.*?</w:rPr>)?", re.DOTALL)
OWN_STYLE = re.compile(r"<w:rStyle [^>]*/>")


def has_style(styles: bytes) -> bool:
    """Whether a template has the style."""
    return f'w:styleId="{STYLE}"'.encode() in styles


def mark_sample(text: str) -> str:
    """Return the text of a figure with its mark set apart, if it ends in one."""
    words = text.removesuffix(SAMPLE_MARK)
    return text if words == text else f"{words}<!--sample-->{SAMPLE_MARK}<!--/sample-->"


def place_samples(text: str) -> str:
    """Return the part with each mark that was set apart in the style of samples."""
    pieces, done = [], 0
    for found in MARKED.finditer(text):
        begun = max(text.rfind("<w:r>", 0, found.start()), text.rfind("<w:r ", 0, found.start()))
        run = LOOK.match(text, begun)
        look = (run and run[1]) or ""
        pieces += [text[done : found.start()], _apart(found[1], look)]
        done = found.end()
    return "".join([*pieces, text[done:]])


def _apart(mark: str, look: str) -> str:
    inside = OWN_STYLE.sub("", look.removeprefix("<w:rPr>").removesuffix("</w:rPr>"))
    return (
        f'</w:t></w:r><w:r><w:rPr><w:rStyle w:val="{STYLE}"/>{inside}</w:rPr><w:t>{mark}</w:t></w:r>'
        f'<w:r>{look}<w:t xml:space="preserve">'
    )
