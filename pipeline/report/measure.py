"""A text and a column -> about how many lines it takes, from the widths of the letters."""

from __future__ import annotations

import re
from collections.abc import Mapping

FULL = 1000  # the width of a Chinese sign, in thousandths of the size
OTHER = 520  # of a Latin sign that is not in the table
POINTS = 72 / 25.4  # in a millimetre
# Widths of the signs from space to ~ in Calibri and Cambria (Carlito and Caladea have the same).
CALIBRI = """226 326 401 498 507 715 682 221 303 303 498 498 250 306 252 386 507 507 507 507 507 507 507 507 507 507 268 268
498 498 498 463 894 579 544 533 615 488 459 631 623 252 319 520 420 855 646 662 517 673 543 459 487 642 567 890 519 487
468 307 386 307 498 498 291 479 525 423 525 498 305 471 525 230 239 455 230 799 525 527 525 525 349 391 335 525 452 715
433 453 395 314 460 314 498"""
CAMBRIA = """220 286 393 619 506 890 687 237 382 382 427 554 205 329 206 490 517 362 472 461 492 475 470 470 485 478 264 264
554 554 554 422 885 599 579 519 625 540 509 539 696 343 304 630 501 888 693 599 533 599 613 453 557 687 598 889 571 557
507 350 490 350 554 371 151 470 520 421 520 441 313 459 554 277 255 525 271 813 558 480 520 501 396 392 325 546 470 720
483 482 428 387 316 387 712"""
BOLD = 1.03  # how much wider the bold letters are, on the whole


def _table(widths: str) -> Mapping[str, int]:
    known = {chr(32 + number): int(width) for number, width in enumerate(widths.split())}
    return {**known, "\u00a0": known[" "], "’": known["'"], "‘": known["'"], "–": known["_"], "…": FULL}


FONTS: Mapping[str, Mapping[str, int]] = {"Calibri": _table(CALIBRI), "Cambria": _table(CAMBRIA)}
WORD = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|[ \t\n]+")
HANGING = frozenset("，。、；：！？）》”’%")  # never begins a line; it moves what stands before it


def lines(text: str, width: float, *, font: str = "Calibri", size: float = 10, bold: bool = False) -> int:
    """Return about how many lines a text takes in a column of `width` mm.

    >>> lines("Five enterprises move on to quality", 84, font="Cambria", size=13, bold=True)
    1
    >>> lines("质量" * 24, 84)
    3
    >>> lines("", 84)
    0
    """
    room = width * POINTS * FULL / size / (BOLD if bold else 1)
    count, used = 1, 0.0
    for word in WORD.findall(text):
        wide = sum(FONTS[font].get(sign, FULL if sign >= "\u2e80" else OTHER) for sign in word)
        if used + wide > room and not word.isspace() and word not in HANGING:
            count, used = count + 1, 0.0
        used = used + wide if used or not word.isspace() else 0.0
        while used > room and wide > room:  # a word that is longer than the line
            count, used = count + 1, used - room
    return count if text.strip() else 0
