"""The shared texts and the styles of a workbook -> what its cells refer to by number."""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.errors import RefusedFile
from pipeline.read.formats import shows
from pipeline.read.package import MOST_CELLS, Package, whole
from pipeline.read.runs import PLAIN, STRUCK, joined, run_of

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def shared_texts(package: Package, part: str | None) -> list[str]:
    """Return the shared strings: runs joined, phonetic guides left out."""
    data = package.part(part) if part is not None else None
    if part is None or data is None:
        return []
    plain = _plain_texts(package, part, data)
    return _TextEvents(package).read(part, data) if plain is None else plain


def _plain_texts(package: Package, part: str, data: bytes) -> list[str] | None:
    """Return the texts where each is one plain run; None if any is out of the ordinary."""
    package.check(part, data)
    text = data.decode("utf-8-sig", "replace")
    if "<!" in text or "&" in text or "\r" in text or text.find("<?", 5) > 0:
        return None
    found = _PLAIN_TEXT.findall(text)
    if len(found) > MOST_CELLS:
        raise _too_many()
    return [unescape(one) for one in found] if len(found) == text.count("<si") == text.count("<t") else None


_PLAIN_TEXT = re.compile(r"<si><t(?: [^<>]*+)?+>([^<]*+)</t></si>")


def _too_many() -> RefusedFile:
    return RefusedFile("too_many_cells", found=f"{MOST_CELLS:,} +", expected=f"{MOST_CELLS:,}")


class _TextEvents:
    """Shared strings as their elements go by."""

    def __init__(self, package: Package) -> None:
        self._package, self._found, self._parts = package, [""] * 0, [""] * 0
        self._listens = self._phonetic = False
        self._run = PLAIN

    def read(self, part: str, data: bytes) -> list[str]:
        parser = self._package.parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        self._package.give(part, parser, data)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self._listens = not self._phonetic
            self._parts += [self._run] if self._listens else []
        elif name == "si":
            self._parts.clear()
            self._run = PLAIN
        elif name == "r":
            self._run = PLAIN
        elif name == "rPh":
            self._phonetic = True
        else:
            self._run = run_of(name, attributes) or self._run

    def _end(self, name: str) -> None:
        self._listens = False
        name = name.rpartition(":")[2]
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._found.append(unescape(joined("".join(self._parts))))
            if len(self._found) > MOST_CELLS:
                raise _too_many()

    def _text(self, chunk: str) -> None:
        if self._listens:
            self._parts.append(chunk)


def unescape(text: str) -> str:
    """Return a text with what Excel writes for characters that XML cannot hold; half of one is U+FFFD.

    >>> unescape("a_x000D_b"), unescape("_x005F_x0041_"), unescape("_xD83D__xDE00_"), unescape("_xD800_!")
    ('a\\rb', '_x0041_', '😀', '\ufffd!')
    """
    if "_x" not in text:
        return text
    meant = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return meant.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def struck_styles(package: Package, part: str | None) -> frozenset[str]:
    """Return the cell styles that strike through all that stands in a cell, by their number as cells write it."""
    fonts: list[bool] = []
    styles: list[int] = []
    within = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("fonts", "cellXfs", "dxfs", "cellStyleXfs"):
            within[0] = name
        elif name == "font" and within[0] == "fonts":
            fonts.append(False)
        elif fonts and within[0] == "fonts" and run_of(name, attributes) == STRUCK:
            fonts[-1] = True
        elif name == "xf" and within[0] == "cellXfs":
            styles.append(whole(attributes.get("fontId")))

    package.parse(part, start)
    struck = {str(style) for style, font in enumerate(styles) if font < len(fonts) and fonts[font]}
    return frozenset(struck | ({""} if "0" in struck else set()))


def formats_of(package: Package, part: str | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return what each cell style shows, and the code of its format, by its number as cells write it; "" for none."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            within.append(name)
        elif name == "xf" and within:
            ids.append(whole(attributes.get("numFmtId")))

    def end(name: str) -> None:
        if name == "cellXfs":
            within.clear()

    package.parse(part, start, end)
    shown = {number: shows(number, codes.get(number)) for number in set(ids)}
    styles = {str(style): shown[number] for style, number in enumerate(ids)}
    written = {str(style): codes[number] for style, number in enumerate(ids) if number in codes}
    none = {"": styles.get("0", "general")}
    return defaultdict(lambda: "general", styles, **none), {**written, "": written.get("0", "")}
