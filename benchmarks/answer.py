"""What an answer costs, and how many strange workbooks are not touched.

python -m benchmarks.answer

Each workbook is answered with three marks on its second sheet; times are medians in
milliseconds beside the time that openpyxl takes to load and save it.  After that every
part that is not among those an answer may write anew is compared byte for byte.  Strange
are the workbooks of tests/test_mutations.py: written in other ways, spoilt, and with one
attribute or text of their XML exchanged by chance; only those that the reader takes count.
"""

from __future__ import annotations

import io
import random
import statistics
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl import load_workbook

from pipeline.examine import examine
from pipeline.feedback import Item, Letter, answer_workbook
from pipeline.form import load_library
from pipeline.model import Library, Severity
from tests.test_mutations import HARMLESS, MUTATIONS, TERMS, good, part, token_swapped

ROOT = Path(__file__).parent.parent
REPEATS = 5
BY_CHANCE = 400
MAY_CHANGE = ("[Content_Types].xml", "styles.xml", "workbook.xml", ".rels", "xl/worksheets/", "xl/comments", ".vml")
STYLED = ["xl/workbook.xml$", "sheet3.xml$", "styles.xml$", "rels$", "Content_Types"]


def letter(tab: str) -> Letter:
    """Return an answer with three marks on a sheet."""
    items = tuple(Item(Severity.ERROR, "请改正。", tab, (cell,), "", "x", "0") for cell in ("B5", "C6", "D40"))
    return Letter("zh", "back", "江苏", "2014年第四季度", 1, "2015年1月9日", "", "inbox/jiangsu", 40, items)


def shipped() -> dict[str, bytes]:
    """Return the workbooks in inbox/."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / "inbox").rglob("*.xlsx"))}


def strange(library: Library) -> Iterator[bytes]:
    """Yield workbooks that the reader takes, however they are written."""
    form = library.forms["province"]
    for spoil in (*HARMLESS.values(), *(one for one, _ in MUTATIONS.values())):
        yield spoil(good(form), form)
    for seed in range(BY_CHANCE):
        luck = random.Random(seed)
        try:
            yield part(luck.choice(STYLED), lambda xml, luck=luck: token_swapped(xml, luck))(good(form), form)
        except AssertionError:
            continue  # the change changed nothing


def milliseconds(do: Callable[[], object]) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        do()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def load_and_save(data: bytes) -> None:
    """Do what is never done to an office's workbook."""
    load_workbook(io.BytesIO(data)).save(io.BytesIO())


def lost(before: bytes, after: bytes) -> set[str]:
    """Return the parts that an answer changed and may not."""
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        names = set(new.namelist())
        other = {name for name in old.namelist() if name not in names or old.read(name) != new.read(name)}
    return {name for name in other if not any(part in name for part in MAY_CHANGE)}


def main() -> None:
    """Print the figures."""
    library = load_library(ROOT / "templates")
    books = shipped()
    told = letter("活动 Activities")
    ours = [milliseconds(lambda data=data: answer_workbook(data, told, "")) for data in books.values()]
    saved = [milliseconds(lambda data=data: load_and_save(data)) for data in books.values()]
    print(
        f"{len(books)} shipped workbooks: {statistics.median(ours):.1f} ms an answer (at most {max(ours):.1f}), ",
        end="",
    )
    print(f"openpyxl load and save {statistics.median(saved):.1f} ms")
    print(
        f"parts changed that need not be: {sum(len(lost(data, answer_workbook(data, told, '').data)) for data in books.values())}"
    )
    counts: Counter[str] = Counter()
    times = []
    for data in strange(library):
        if examine(data, library, TERMS).stamp is None:
            continue
        started = time.perf_counter()
        made = answer_workbook(data, told, "")
        times.append((time.perf_counter() - started) * 1000)
        counts["refused" if made.refused else "marked"] += 1
        counts["parts changed that need not be"] += 0 if made.refused else len(lost(data, made.data))
    print(f"{len(times)} strange workbooks that the reader takes: {statistics.median(times):.1f} ms; {dict(counts)}")


if __name__ == "__main__":
    main()
