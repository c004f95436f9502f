"""A share of a target -> the small bar that stands beside it, a picture at print size; the same bytes each time."""

from __future__ import annotations

import io
from decimal import Decimal

from PIL import Image, ImageDraw

DPI, MM_PER_INCH = 600, 25.4
WIDTH_MM, HEIGHT_MM = 13.5, 2.6
ROOM = 125  # per cent of the target that the picture has room for
SWATCH_MM = (3.2, 2.4)
COLORS = {
    "petrol": (14, 79, 92),
    "sienna": (168, 72, 31),
    "pale": (195, 207, 211),
    "edge": (95, 115, 125),
    "tint": (232, 239, 239),
    "line": (199, 208, 211),
    "ink": (28, 43, 51),
    "white": (255, 255, 255),
}


def target_bar(percent: Decimal, *, lower_bound: bool = False) -> bytes:
    """Return a PNG: a pale track up to 100 %, the bar, a tick at 100 %.

    A lower bound ends in an arrow and two chevrons; what is longer than the picture is cut
    off aslant.
    """
    width, height = _pixels(WIDTH_MM), _pixels(HEIGHT_MM)
    image = Image.new("RGB", (width, height), COLORS["white"])
    pen = ImageDraw.Draw(image)
    whole, top, foot = width * 100 / ROOM, int(height * 0.16), int(height * 0.84)
    pen.rectangle((0, top, whole, foot), fill=COLORS["tint"], outline=COLORS["line"], width=max(2, _pixels(0.12)))
    shown = float(max(Decimal(0), min(percent, Decimal(ROOM)))) / 100 * whole
    end = max(shown, whole + _pixels(0.75)) if percent > 100 else shown
    if lower_bound:
        _arrow(pen, end, top, foot)
    elif percent > 0:
        pen.rectangle((0, top, end, foot), fill=COLORS["petrol"])
        if percent > ROOM:
            _cuts(pen, end, width, height)
    _tick(pen, whole, height, halo=percent > 100)
    return _png(image)


def swatch(fill: str, *, edge: bool = False, dashed: bool = False) -> bytes:
    """Return a PNG: the key to a colour of a chart, with its outline."""
    width, height, line = _pixels(SWATCH_MM[0]), _pixels(SWATCH_MM[1]), _pixels(0.2)
    image = Image.new("RGB", (width, height), COLORS["white"])
    pen = ImageDraw.Draw(image)
    frame = (0, 0, width - 1, height - 1)
    pen.rectangle(frame, fill=COLORS[fill], outline=COLORS["edge"] if edge else None, width=line)
    for at in range(_pixels(0.5), width, _pixels(0.9)) if dashed else ():
        pen.rectangle((at, 0, at + _pixels(0.4), line - 1), fill=COLORS["white"])
        pen.rectangle((at, height - line, at + _pixels(0.4), height), fill=COLORS["white"])
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(out, "PNG", optimize=True, dpi=(DPI, DPI))
    return out.getvalue()


def _pixels(mm: float) -> int:
    return round(mm / MM_PER_INCH * DPI)


def _arrow(pen: ImageDraw.ImageDraw, end: float, top: int, foot: int) -> None:
    half = (foot - top) / 2
    tip = max(end, half)
    pen.polygon(
        [(0, top), (tip - half, top), (tip + half * 0.6, top + half), (tip - half, foot), (0, foot)],
        fill=COLORS["petrol"],
    )
    for nth in (1, 2):
        at = tip + nth * half * 1.25
        points = [(at - half, top), (at + half * 0.6, top + half), (at - half, foot)]
        pen.line(points, fill=COLORS["petrol"], width=max(3, _pixels(0.22)), joint="curve")


def _cuts(pen: ImageDraw.ImageDraw, end: float, width: int, height: int) -> None:
    for nth in (0.045, 0.085):
        line = [(end - width * (nth + 0.03), height), (end - width * (nth - 0.012), 0)]
        pen.line(line, fill=COLORS["white"], width=max(4, _pixels(0.3)))


def _tick(pen: ImageDraw.ImageDraw, at: float, height: int, *, halo: bool) -> None:
    half = max(4, _pixels(0.35)) / 2
    if halo:
        room = half + _pixels(0.16)
        pen.rectangle((at - room, 0, at + room, height), fill=COLORS["white"])
    pen.rectangle((at - half, 0, at + half, height), fill=COLORS["ink"])
