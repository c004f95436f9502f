"""How a blank form looks: fonts, colours, widths; one format for each use, made once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "Microsoft YaHei"
INK, SLATE, PETROL, SIENNA = "#1C2B33", "#52626B", "#0E4F5C", "#A8481F"
TINT, LINE, STAR = "#E8EFEF", "#C7D0D3", "#FFD9A0"
GRID = {"border": 1, "border_color": LINE}
FREE = {"locked": False, "valign": "vcenter", "text_wrap": True, "align": "left", "indent": 1}
RIGHT = {"align": "right", "indent": 1}  # numbers that are added up stand below one another
USES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "font_color": PETROL, "valign": "vcenter"},
    "whose": {"font_color": SLATE, "align": "right", "valign": "vcenter"},
    "how": {"font_size": 9.5, "font_color": SLATE, "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "font_color": PETROL, "bottom": 2, "bottom_color": PETROL},
    "anchor": {"font_size": 8, "font_color": SLATE},
    "head": {"bg_color": PETROL, "align": "center", "valign": "vcenter", "text_wrap": True, **GRID},
    "head zh": {"bold": True, "font_color": "#FFFFFF"},
    "head en": {"font_size": 9, "font_color": "#FFFFFF"},
    "star": {"bold": True, "font_color": STAR},
    "label star": {"bold": True, "font_color": SIENNA},
    "label": {"bold": True, "bg_color": TINT, "text_wrap": True, "valign": "vcenter", "indent": 1, **GRID},
    "label en": {"font_size": 9, "font_color": SLATE},
    "label zh": {"bold": True},
    "ours": {
        "bg_color": TINT,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "left",
        "indent": 1,
        "num_format": "@",
        **GRID,
    },
    "example": {"bg_color": TINT, "italic": True, "text_wrap": True, "valign": "top", "indent": 1, **GRID},
    "said": {"text_wrap": True, "valign": "top"},
    "table": {"text_wrap": True, "valign": "top", "indent": 1, **GRID},
    "sign": {"top": 1, "top_color": SLATE, "font_size": 9, "font_color": SLATE, "valign": "top"},
    "seal": {"border": 4, "border_color": SLATE, "align": "center", "valign": "vcenter", "font_color": SLATE},
}
WIDTHS = {
    "long": 44,
    "text": 24,
    "picture": 30,
    "code": 16,
    "codes": 30,
    "choice": 19,
    "when": 18,
    "day": 16,
    "stamp": 28,
    "measured": 18,  # 12,345,678.00 元
}
NARROW = 11.5


class Looks:
    """The formats of one workbook by their use; those of cells also by their number format."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def __getitem__(self, use: str) -> Format:
        return self._format(use, "", USES[use])

    def free(self, shown: str, *, grid: bool = True) -> Format:
        """Return the format of a cell that she fills in."""
        look = {
            **FREE,
            **(RIGHT if shown.startswith(("#", "0")) else {}),
            **(GRID if grid else {}),
            "num_format": shown,
        }
        return self._format(f"free {grid}", shown, look)

    def locked(self, shown: str) -> Format:
        """Return the format of a cell that was filled in by us."""
        return self._format("locked", shown, {**USES["ours"], "num_format": shown})

    def _format(self, use: str, shown: str, look: Mapping[str, Any]) -> Format:
        if (use, shown) not in self._made:
            base = {"font_name": FONT, "font_size": 10.5, "font_color": INK}
            self._made[use, shown] = self._book.add_format({**base, **look})
        return self._made[use, shown]
