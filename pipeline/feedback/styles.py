"""A workbook's styles -> the same, with ours behind them; those that carry our marks are known again."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.feedback.looks import FONT, LINE, LOOKS, MARKS, Look, Mark
from pipeline.feedback.package import Element, NotMarked, Package, beside, child, children, local
from pipeline.model import Severity

MOST = 60_000  # styles that Excel opens, with some room
SIDES = ("left", "right", "top", "bottom")


@dataclass(slots=True)
class Styles:
    """The styles of one workbook; all that is added stands behind what was there, so no number changes."""

    package: Package
    part: str
    _made: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def root(self) -> Element:
        """The root of the part, to be looked at."""
        return self.package.tree(self.part)

    def group(self, name: str) -> Element:
        """Return the list of fonts, fills, borders or cellXfs."""
        found = child(self.root, name)
        if found is None:
            raise NotMarked(f"its styles have no {name}")
        return found

    def ours(self) -> set[int]:
        """Return the numbers of the styles that carry one of our marks."""
        fills, borders = (
            list(children(self.group(name), one)) for name, one in (("fills", "fill"), ("borders", "border"))
        )
        found = set()
        for number, style in enumerate(children(self.group("cellXfs"), "xf")):
            fill, border = int(style.get("fillId", "0")), int(style.get("borderId", "0"))
            if Mark(_filled(fills[fill]), _edged(borders[border])) in MARKS.values():
                found.add(number)
        return found

    def marked(self, style: int, severity: Severity) -> int:
        """Return the style that is like another one but for our fill and border."""
        mark = MARKS[severity]
        fill, border = self._fill(mark.fill), self._border(dict.fromkeys(SIDES, ("medium", mark.edge)))
        return self._like(style, fill, border, f"marked {severity}")

    def cleared(self, style: int) -> int:
        """Return the style that is like another one but without fill and border."""
        return self._like(style, 0, 0, "cleared")

    def _like(self, style: int, fill: int, border: int, use: str) -> int:
        key = (use, str(style))
        if key not in self._made:
            styles = list(children(self.group("cellXfs"), "xf"))
            made = copy.deepcopy(styles[style])
            for name, number in (("fill", fill), ("border", border)):
                made.set(f"{name}Id", str(number))
                made.set(f"apply{name.title()}", "1")
            self._made[key] = self._append("cellXfs", made)
        return self._made[key]

    def look(self, name: str) -> int:
        """Return the style of a look of the first sheet."""
        key = ("look", name)
        if key not in self._made:
            self._made[key] = self._append("cellXfs", self._style(LOOKS[name]))
        return self._made[key]

    def _style(self, look: Look) -> Element:
        lines = {"top": ("medium", look.top), "bottom": ("medium", look.bottom)}
        if look.hairline:
            lines["bottom"] = ("thin", LINE)
        told = {
            "numFmtId": "0",
            "fontId": str(self._font(look)),
            "fillId": str(self._fill(look.fill) if look.fill else 0),
            "borderId": str(self._border({side: line for side, line in lines.items() if line[1]})),
        }
        if child(self.root, "cellStyleXfs") is not None:
            told["xfId"] = "0"
        style = etree.Element(beside(self.root, "xf"), {**told, **dict.fromkeys(APPLIED, "1")})
        told = {"vertical": "center", "horizontal": "right" if look.right else "left"}
        told |= {"wrapText": "1"} if look.wrap else {}
        told |= {"indent": str(look.indent)} if look.indent else {}
        etree.SubElement(style, beside(self.root, "alignment"), told)
        return style

    def _font(self, look: Look) -> int:
        font = etree.Element(beside(self.root, "font"))
        for name, value in (("b", look.bold), ("u", look.underline)):
            if value:
                etree.SubElement(font, beside(font, name))
        etree.SubElement(font, beside(font, "sz"), val=f"{look.size:g}")
        etree.SubElement(font, beside(font, "color"), rgb=f"FF{look.colour}")
        etree.SubElement(font, beside(font, "name"), val=FONT)
        return self._once("fonts", repr((look.bold, look.underline, look.size, look.colour)), font)

    def _fill(self, colour: str) -> int:
        fill = etree.Element(beside(self.root, "fill"))
        pattern = etree.SubElement(fill, beside(fill, "patternFill"), patternType="solid")
        etree.SubElement(pattern, beside(fill, "fgColor"), rgb=f"FF{colour}")
        etree.SubElement(pattern, beside(fill, "bgColor"), indexed="64")
        return self._once("fills", colour, fill)

    def _border(self, lines: dict[str, tuple[str, str]]) -> int:
        border = etree.Element(beside(self.root, "border"))
        for side in SIDES:
            kind, colour = lines.get(side, ("", ""))
            line = etree.SubElement(border, beside(border, side), {"style": kind} if kind else {})
            if kind:
                etree.SubElement(line, beside(border, "color"), rgb=f"FF{colour}")
        etree.SubElement(border, beside(border, "diagonal"))
        return self._once("borders", repr(lines), border)

    def _once(self, group: str, key: str, element: Element) -> int:
        if (group, key) not in self._made:
            self._made[group, key] = self._append(group, element)
        return self._made[group, key]

    def _append(self, name: str, element: Element) -> int:
        """Put an element behind the others of a list; return its number."""
        self.package.touch(self.part)
        group = self.group(name)
        number = sum(1 for _ in children(group, str(etree.QName(element).localname)))
        if number > MOST:
            raise NotMarked("it has as many styles as Excel can hold")
        group.append(element)
        group.set("count", str(number + 1))
        return number


APPLIED = ("applyFont", "applyFill", "applyBorder", "applyAlignment")


def _filled(fill: Element) -> str:
    """Return the colour of a plain fill; "" for any other."""
    pattern = child(fill, "patternFill")
    colour = child(pattern, "fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    return _rgb(colour)


def _edged(border: Element) -> str:
    """Return the colour of a border that is the same medium line on all sides; "" for any other."""
    lines = [child(border, name) for name in SIDES]
    edges = {_rgb(child(one, "color")) if one is not None and one.get("style") == "medium" else "" for one in lines}
    return edges.pop() if len(edges) == 1 else ""


def _rgb(colour: Element | None) -> str:
    return "" if colour is None else colour.get("rgb", "").upper()[-6:]


def styles_of(package: Package) -> Styles:
    """Return the styles of a workbook; NotMarked if it has none that can be added to."""
    part = package.target(package.book, "styles")
    if part is None:
        raise NotMarked("it has no styles")
    found = Styles(package, part)
    if child(found.group("cellXfs"), "xf") is None:
        raise NotMarked("its styles have no cellXfs")
    for name, usual in LISTS.items():
        if child(found.root, name) is None:
            _put_list(package.touch(part), name, usual)
    return found


# The lists that some programs leave out where every cell is plain, in their order, with what Excel begins them.
LISTS: Mapping[str, str] = {
    "fonts": '<fonts xmlns="{0}"><font><sz val="11"/><name val="Calibri"/></font></fonts>',
    "fills": '<fills xmlns="{0}"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
    "borders": '<borders xmlns="{0}"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
}
BEFORE = ("numFmts", *LISTS)


def _put_list(root: Element, name: str, usual: str) -> None:
    before = BEFORE[: BEFORE.index(name)]
    at = next((at for at, one in enumerate(root) if local(one) not in ("", *before)), len(root))
    root.insert(at, etree.fromstring(usual.format(etree.QName(root).namespace)))
