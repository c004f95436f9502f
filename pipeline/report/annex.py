"""indicators.yaml -> what each number means, in sentences, and who has sent and is not wholly in it.

The annex says it of each indicator, the comments of the review copy of each figure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from pipeline.model import Figure, Indicator, Part, Table
from pipeline.report.printable import Term
from pipeline.report.sections import is_partly, named_offices
from pipeline.report.titles import entry, field_of, parts_of, title_of
from pipeline.report.words import WORDS, say
from pipeline.report.writer import Writer


def definitions(writer: Writer) -> list[dict[str, object]]:
    """Return for each indicator `number title made over_time broken_down limits`."""
    seen: dict[int, int] = {}
    found = []
    for indicator in sorted(writer.material.library.indicators.values(), key=lambda one: one.objective):
        seen[indicator.objective] = seen.get(indicator.objective, 0) + 1
        found.append(_definition(f"{indicator.objective}.{seen[indicator.objective]}", indicator, writer))
    return found


def _definition(number: str, indicator: Indicator, writer: Writer) -> dict[str, object]:
    language = writer.language
    over = "sum_over" if indicator.over_time == "sum" else indicator.over_time
    splits = listed_splits(indicator, writer)
    return {
        "number": Term(number),
        "title": Term(indicator.title[language]),
        "made": Term(_made(indicator, writer)),
        "over_time": Term(say("over_time", language, say(over, language))),
        "broken_down": Term(say("broken_down", language, splits)) if splits else None,
        "limits": _limits(writer.figures.get(indicator.code), writer),
    }


def _limits(figure: Figure | None, writer: Writer) -> Term | None:
    """Return the offices that have sent and give no value at all, and those of which only some rows lack one."""
    lacking = [one for one in figure.left_out if one.record] if figure else []
    wholly, partly = ([one for one in lacking if is_partly(figure, one.office) is side] for side in (False, True))
    told = [
        say(word, writer.language, named_offices(some, writer))
        for word, some in (("limits", wholly), ("limits_partly", partly))
        if some
    ]
    return Term(("。" if writer.language == "zh" else ". ").join(told)) if told else None


def described(writer: Writer) -> dict[str, tuple[str, str]]:
    """Return of each figure, by its id, what it is called and how it is made, as a comment beside it says it."""
    indicators = writer.material.library.indicators
    return {
        name: (title_of(name, writer), _made_of(figure, indicators[figure.code], writer))
        for name, figure in writer.figures.items()
    }


def _made_of(figure: Figure, indicator: Indicator, writer: Writer) -> str:
    """Return how one figure is made: a typed cell, a share of the target, the rows of its group."""
    language, split = writer.language, dict(figure.slice)
    if figure.aspect in ("baseline", "target"):
        name = "targets" if figure.slice and "sex" not in split else "logframe"
        return say("typed_in", language, writer.table(name).title[language])
    if figure.aspect == "reached_pct":
        return say("of_target", language)
    made = _made(_grouped(indicator, split), writer, less=split.get("sex") == "men")
    groups = [title for title in parts_of(figure.id, writer) if len(split) > ("sex" in split) + ("role" in split)]
    only = [say("only", language, say("comma", language).join(groups))] if groups else []
    over = [_over_time(indicator, language)] if figure.aspect == "cumulative" else []
    return " ".join([made, *only, *over]) if language == "en" else "".join([made, *only, *over])


def _grouped(indicator: Indicator, split: Mapping[str, str]) -> Indicator:
    """Return the indicator as it is made for women, or for one of the fields that are summed."""
    if "role" in split:
        return dataclasses.replace(indicator, of=(split["role"],))
    return dataclasses.replace(indicator, of=indicator.women) if split.get("sex") == "women" else indicator


def _over_time(indicator: Indicator, language: str) -> str:
    over = "sum_over" if indicator.over_time == "sum" else indicator.over_time
    return say("over_time", language, say(over, language)) + ("。" if language == "zh" else ".")


def _made(indicator: Indicator, writer: Writer, *, less: bool = False) -> str:
    """Return how the number is made: Sum of Trainers trained. From the sheet Activities, where …

    With `less`, of the men: the whole less its women.
    """
    language = writer.language
    way = _way(indicator, writer)
    if less:
        titles = (_title(indicator.table, name, writer) for name in indicator.women)
        way = say("less", language, way, say("comma", language).join(titles))
    parts = [way]
    if indicator.table:
        source = say("from", language, writer.table(indicator.table).title[language])
        where = _where(indicator.where, writer.table(indicator.table), writer)
        parts.append(source + (say("comma", language) + say("where", language, where) if where else ""))
    stop = "。" if language == "zh" else ". "
    return stop.join(parts) + stop.strip()


def _way(indicator: Indicator, writer: Writer) -> str:
    language = writer.language
    if indicator.number == "ratio" and indicator.part and indicator.whole:
        return say(
            "ratio", language, _part(indicator, indicator.part, writer), _part(indicator, indicator.whole, writer)
        )
    named = indicator.number in ("sum", "distinct")
    fields = [_title(indicator.table, name, writer) for name in indicator.of] if named else []
    return say(indicator.number, language, say("comma", language).join(fields))


def _part(indicator: Indicator, part: Part, writer: Writer) -> str:
    """Return one of the two sums of a ratio: its fields, and what holds of its rows."""
    language = writer.language
    table = writer.table(str(part.table or indicator.table))
    names = part.sum or ((part.distinct,) if part.distinct else ())
    text = say("comma", language).join(dict.fromkeys(_title(table.name, name, writer) for name in names))
    if part.table and part.table != indicator.table:
        text = f"{text} ({table.title[language]})"
    where = _where(part.where, table, writer)
    return say("part_where", language, text, where) if where else text


def _title(table: str | None, name: str, writer: Writer) -> str:
    found = writer.table(str(table))
    field, language = found.field(name), writer.language
    if field.part_of is None:
        return field.title[language]
    return say("part_of", language, found.field(field.part_of).title[language], field.title[language])


def _where(where: Mapping[str, tuple[str, ...]], table: Table, writer: Writer) -> str:
    """Return conditions in words: Kind is Training of trainers or Training of enterprises; Status is Completed."""
    language = writer.language
    told = []
    for name, wanted in where.items():
        if name not in {field.name for field in table.fields}:
            told.append(say(name, language) if name in WORDS else name)
            continue
        field = table.field(name)
        texts = [say("entry", language, entry(field, code, writer)) for code in wanted]
        told.append(say("is", language, field.title[language], say("or", language).join(texts)))
    return say("semicolon", language).join(told)


def listed_splits(indicator: Indicator, writer: Writer) -> str:
    """Return what an indicator is broken down by, in words."""
    language = writer.language
    told = [say("with", language).join(_split(indicator, name, writer) for name in split) for split in indicator.splits]
    return say("comma", language).join(told)


def _split(indicator: Indicator, name: str, writer: Writer) -> str:
    if f"by_{name}" in WORDS:
        return say(f"by_{name}", writer.language)
    target = field_of(indicator, name.rpartition(".")[2], writer)
    assert target is not None, "the library has checked what indicators are broken down by"
    return target.title[writer.language].lower() if writer.language == "en" else target.title.zh
