"""Two numbers -> a small picture: before above, after below, both from zero."""

from __future__ import annotations

import functools
import io
from decimal import Decimal

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 14.0, 3.3  # mm
DOTS = 600 / 25.4
PALE, EDGE, PETROL = "#C3CFD3", "#5F737D", "#0E4F5C"


@functools.lru_cache(maxsize=256)
def pair_bar(before: Decimal, after: Decimal) -> bytes:
    """Return the picture as PNG: the longer bar fills the width; what is not above zero has no length."""
    wide, high = round(WIDTH * DOTS), round(HEIGHT * DOTS)
    image = Image.new("P", (wide, high))
    image.putpalette([*_rgb("#FFFFFF"), *_rgb(PALE), *_rgb(EDGE), *_rgb(PETROL)])
    draw, most = ImageDraw.Draw(image), max(before, after, Decimal(1).scaleb(-9))
    bar = (high - round(0.5 * DOTS)) // 2
    first, second = (max(round(0.5 * DOTS), int(max(one, Decimal(0)) / most * (wide - 1))) for one in (before, after))
    draw.rectangle((0, 0, first, bar - 1), fill=1, outline=2, width=round(0.22 * DOTS))
    draw.rectangle((0, high - bar, second, high - 1), fill=3)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, bits=2)
    return out.getvalue()


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
