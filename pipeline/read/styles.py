"""The shared texts and the styles of a workbook -> what its cells refer to by number."""

from __future__ import annotations

import re

from pipeline.errors import RefusedFile
from pipeline.read.package import MOST_CELLS, Package, whole

# Built-in formats that show a date; 27 to 36 and 50 to 58 are those of Chinese Excel and WPS.
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENT_IDS = {9, 10}
NUMBER_IDS = {*range(1, 9), *range(11, 14), *range(37, 45), 48}
TEXT_ID = 49


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def shared_texts(package: Package, part: str | None) -> list[str]:
    """Return the shared strings: runs joined, phonetic guides left out."""
    found: list[str] = []
    parts: list[str] = []
    listens = phonetic = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal listens, phonetic
        name = name.rpartition(":")[2]
        if name == "t":
            listens = not phonetic
        elif name == "si":
            parts.clear()
        elif name == "rPh":
            phonetic = True

    def end(name: str) -> None:
        nonlocal listens, phonetic
        listens = False
        name = name.rpartition(":")[2]
        if name == "si":
            found.append(unescape("".join(parts)))
            if len(found) > MOST_CELLS:
                raise RefusedFile("too_many_cells", found=f"{MOST_CELLS:,} +", expected=f"{MOST_CELLS:,}")
        elif name == "rPh":
            phonetic = False

    def text(chunk: str) -> None:
        if listens:
            parts.append(chunk)

    parser = package.parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    if part is not None:
        package.feed(part, parser)
    return found


def unescape(text: str) -> str:
    """Return a text with what Excel writes for characters that XML cannot hold.

    >>> unescape("a_x000D_b"), unescape("_x005F_x0041_")
    ('a\\rb', '_x0041_')
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def formats_of(package: Package, part: str | None) -> dict[str | None, str]:
    """Return what each cell style shows, by its number as cells write it; None for cells without one."""
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
    shown = {number: _shows(number, codes.get(number)) for number in set(ids)}
    styles: dict[str | None, str] = {str(style): shown[number] for style, number in enumerate(ids)}
    return {**styles, None: styles.get("0", "general")}


def _shows(number: int, code: str | None) -> str:
    """Return what a number format shows.

    >>> _shows(31, None), _shows(164, 'yyyy"年"m"月"d"日"'), _shows(165, "0.00%"), _shows(0, None)
    ('date', 'date', 'percent', 'general')
    """
    if code is None:
        ids = ((DATE_IDS, "date"), (PERCENT_IDS, "percent"), (NUMBER_IDS, "number"), ({TEXT_ID}, "text"))
        return next((shown for known, shown in ids if number in known), "general")
    bare = _LITERAL.sub("", code.split(";")[0]).lower().strip()
    if "general" in bare or not bare:
        return "general"
    if bare == "@":
        return "text"
    if re.search(r"[ymdhs]", bare) and not re.search(r"[0#?]", re.sub(r"\.0+", "", bare)):
        return "date"
    return "percent" if "%" in bare else "number"
