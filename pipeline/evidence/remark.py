"""What is said of a figure -> the comment beside it in the review copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MINUS = "−"
SHOWN = 5  # cells that a comment names; all others stand in evidence.xlsx

WAYS: Mapping[str, tuple[str, str]] = {
    "count": ("rows counted", "行数"),
    "distinct": ("different codes counted, each once", "不重复编号的个数"),
    "sum": ("sum", "合计"),
    "ratio": ("sum of the parts ÷ sum of the wholes", "部分之和÷总体之和"),
    "median": ("median", "中位数"),
    "stated": ("as the project office states it", "项目办公室填报"),
}
ASPECTS: Mapping[str, tuple[str, str]] = {
    "value": ("", ""),
    "cumulative": ("cumulative", "累计"),
    "baseline": ("baseline", "基线"),
    "target": ("target", "目标"),
    "reached_pct": ("per cent of the target", "完成目标的百分比"),
}
WHY: Mapping[str, tuple[str, str]] = {
    "blank": ("blank", "空白"),
    "not_recorded": ("not recorded", "未统计"),
    "not_applicable": ("not applicable", "不适用"),
    "not_asked": ("not asked in its edition of the form", "表格版本未设此项"),
    "unreadable": ("unreadable", "无法识别"),
    "withheld": ("withheld", "不公开"),
    "not_sent": ("has not sent", "未报送"),
    "needs_correction": ("must be corrected first", "待更正"),
    "held": ("held", "暂不采用"),
    "bound": ("only a limit is known", "仅知界限"),
    "counted_before": ("counted in an earlier quarter", "以前季度已计"),
}
BOUNDS: Mapping[str, tuple[str, str]] = {
    "exact": ("", ""),
    "more_than": ("more than ", "超过"),
    "at_least": ("at least ", "至少"),
    "at_most": ("at most ", "最多"),
    "less_than": ("less than ", "不到"),
}
ROLES: Mapping[str, tuple[str, str]] = {
    "value": ("", ""),
    "same": ("counted already", "已计入"),
    "part": ("part", "部分"),
    "whole": ("whole", "总体"),
    "before": ("before", "改善前"),
    "after": ("after", "改善后"),
    "opening": ("earlier quarters", "以往累计"),
}
WORDS: Mapping[str, tuple[str, str]] = {
    "unrounded": ("unrounded {}{}", "未舍入{}{}"),
    "median_of": ("median of {}", "{}个数值的中位数"),
    "made": ("Made as: {}", "算法：{}"),
    "from": ("from", "来自"),
    "where": ("where", "条件"),
    "no_value": ("no value", "无数值"),
    "sample": ("Rests on a sample value or an estimate.", "含示例数据或估计值。"),
    "one_cell": ("From 1 cell:", "取自1个单元格："),
    "cells": ("From {} cells:", "取自{}个单元格："),
    "no_cells": ("From no cell: no row of the period belongs to it.", "本期没有相关记录。"),
    "more": ("… all {} in evidence.xlsx, sheet {}", "……共{}个，见evidence.xlsx工作表{}"),
    "sheet": ("See evidence.xlsx, sheet {}", "见evidence.xlsx工作表{}"),
    "and_more": ("… and {} more", "……另有{}个"),
    "missing": ("Not in it:", "未计入："),
    "corrected": ("corrected by {}", "更正：{}"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A figure in the words of the page: what it is called, what is printed of it, how it is made."""

    title: str
    text: str
    made: str


def remark(told: Mapping[str, Any], language: str = "en", named: Named | None = None) -> str:
    """Return what a comment says of a figure: definition, value, the first cells, what is missing.

    Args:
        told: as `explain_figure` returns it.
        named: the words of the page; without them those of the definition.
    """
    side = int(language == "zh")
    head = _named(told, named, side) if named else _head(told, side)
    return "\n".join([*head, *_cells(told, side), *_lacking(told["left_out"], side)])


def remark_cell(file: str, sheet: str, cell: str | None, typed: str) -> tuple[str, ...]:
    """Return what a comment says of a value that is printed as an office typed it."""
    return (f"{file} › {sheet}!{cell} = {typed}",)


def _named(told: Mapping[str, Any], named: Named, side: int) -> list[str]:
    """Return the first lines in the words of the page; unrounded where the page rounds."""
    colon, unit = ("：" if side else ": "), f" {told['unit']}" if told["unit"] else ""
    exact = told["value"] is not None and "." in told["value"]
    more = [WORDS["unrounded"][side].format(short(told["value"]), unit)] if exact else []
    more += [f"{told['part']} ÷ {told['whole']}"] if told["part"] is not None and told["whole"] is not None else []
    n = [WORDS["median_of"][side].format(told["n"])] if told["definition"]["number"] == "median" and exact else []
    after = f" ({'; '.join([*more, *n])})" if [*more, *n] else ""
    return [
        f"{told['figure']}@{told['period']}",
        f"{named.title}{colon}{named.text}{after}",
        WORDS["made"][side].format(named.made),
        *([WORDS["sample"][side]] if told["sample"] else []),
    ]


def sheet_of(told: Mapping[str, Any]) -> str:
    """Return the sheet of evidence.xlsx that a figure stands on; Excel allows 31 characters."""
    return str(told["definition"]["code"])[:31]


def made_as(definition: Mapping[str, Any], side: int) -> str:
    """Return how an indicator is made, in a line: sum of trainers, from activities, where kind = tot, tot_toe."""
    of = ", ".join(definition.get("of", ()))
    parts = [f"{WAYS[definition['number']][side]}{f' ({of})' if of else ''}"]
    if "from" in definition:
        parts.append(f"{WORDS['from'][side]} {definition['from']}")
    where = [f"{field} = {', '.join(wanted)}" for field, wanted in definition.get("where", {}).items()]
    if where:
        parts.append(f"{WORDS['where'][side]} {'; '.join(where)}")
    return ", ".join(parts)


def _head(told: Mapping[str, Any], side: int) -> list[str]:
    definition = told["definition"]
    title = definition["title"]["zh" if side else "en"]
    aspect = ASPECTS[definition["aspect"]][side]
    value = WORDS["no_value"][side] if told["value"] is None else f"{BOUNDS[told['bound']][side]}{short(told['value'])}"
    sums = f" ({told['part']} ÷ {told['whole']})" if told["part"] is not None else ""
    return [
        f"{told['figure']}@{told['period']}",
        f"{title}{f', {aspect}' if aspect else ''}: {value} {told['unit']}{sums}",
        WORDS["made"][side].format(made_as(definition, side)),
        *([WORDS["sample"][side]] if told["sample"] else []),
    ]


def short(number: str) -> str:
    """Return a number with as many decimals as a comment can bear.

    >>> short("-85.23002421307506053268765133"), short("6")
    ('−85.23', '6')
    """
    text = f"{Decimal(number).quantize(Decimal('0.01'), ROUND_HALF_UP)}" if "." in number else number
    return text.replace("-", MINUS)


def _cells(told: Mapping[str, Any], side: int) -> list[str]:
    addends, sheet = told["addends"], sheet_of(told)
    if not addends:
        return [WORDS["no_cells"][side]]
    count = len({(one["file"], one["sheet"], one["cell"]) for one in addends})
    head = WORDS["one_cell"][side] if count == 1 else WORDS["cells"][side].format(count)
    last = WORDS["more" if len(addends) > SHOWN else "sheet"][side]
    told_last = last.format(len(addends), sheet) if len(addends) > SHOWN else last.format(sheet)
    return [head, *(_cell(one, side) for one in addends[:SHOWN]), told_last]


def _cell(one: Mapping[str, Any], side: int) -> str:
    """Return a cell as it stands in a comment: jiangsu/jiangsu-2014-Q4.xlsx › 活动 Activities!U5 = 6."""
    notes = [ROLES.get(one["role"], (one["role"],) * 2)[side]]
    notes += [WORDS["corrected"][side].format(one["corrected_by"])] if one["corrected_by"] else []
    after = ", ".join(note for note in notes if note)
    return f"{one['file']} › {one['sheet']}!{one['cell']} = {one['typed']}{f' ({after})' if after else ''}"


def _lacking(left_out: Sequence[Mapping[str, Any]], side: int) -> list[str]:
    """Return what is not in the figure: first offices that sent nothing, then cells without a value."""
    if not left_out:
        return []
    lines = list(dict.fromkeys(_absent(one, side) for one in sorted(left_out, key=lambda one: one["cell"] is not None)))
    more = [WORDS["and_more"][side].format(len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return [WORDS["missing"][side], *lines[:SHOWN], *more]


def _absent(one: Mapping[str, Any], side: int) -> str:
    where = f" › {one['sheet']}!{one['cell']}" if one["cell"] else ""
    return f"{one['office']}{where}: {WHY.get(one['why'], (one['why'],) * 2)[side]}"
