"""A figure's id -> what it is called on a page: indicator, aspect and the part of it."""

from __future__ import annotations

from pipeline.model import Field, Indicator
from pipeline.report.material import tied
from pipeline.report.words import say
from pipeline.report.writer import Writer


def title_of(name: str, writer: Writer) -> str:
    """Return a figure in words: Managers and workers trained, cumulative, women."""
    head = name.split("/")[0]
    code, _, aspect = head.partition(".")
    indicator = writer.material.library.indicators.get(code)
    if indicator is None:
        return name
    parts = [indicator.title[writer.language], *([say(aspect, writer.language)] if aspect else [])]
    return say("listing", writer.language).join([*parts, *parts_of(name, writer)])


def parts_of(name: str, writer: Writer) -> list[str]:
    """Return the groups that a figure is of: Jiangsu, women."""
    head, *slices = name.split("/")
    indicator = writer.material.library.indicators[head.partition(".")[0]]
    return [_part(indicator, *one.partition("=")[::2], writer=writer) for one in slices]


def _part(indicator: Indicator, split: str, code: str, *, writer: Writer) -> str:
    """Return one of the groups that an indicator is broken down by: women, Jiangsu, Quality Management."""
    if split == "office":
        return writer.office_name(code)
    if split == "sex":
        return say(f"of_{code}", writer.language)
    if split == "role":
        return writer.table(str(indicator.table)).field(code).title[writer.language]
    field = field_of(indicator, split, writer)
    return entry(field, code, writer) if field else code


def field_of(indicator: Indicator, split: str, writer: Writer) -> Field | None:
    """Return the field that an indicator is broken down by, of its table or of one that this refers to."""
    paths = {path.rpartition(".")[2]: path for paths in indicator.splits for path in paths}
    if split not in paths or indicator.table is None:
        return None
    first, _, rest = paths[split].partition(".")
    field = writer.table(indicator.table).field(first)
    return writer.table(str(field.ref)).field(rest) if rest else field


def entry(field: Field, code: str, writer: Writer) -> str:
    """Return a code in the words of its list or register."""
    if field.kind == "flag":
        return say("yes", writer.language)
    entries = writer.material.library.lists.get(field.list or "", {})
    if code in entries:
        return tied(entries[code].words[writer.language])
    row = writer.register(field.ref or "", code)
    quoted = writer.quote_in(row, "name") or writer.quote_in(row, "title") if row else None
    return quoted.text if quoted else code
