"""Merged rows -> the figures of a period, each with every value that went into it.  Pure.

An indicator is first taken apart into `Item`s: one value of one record, labelled with what
it may be broken down by.  Every figure, the whole or a slice, is then made from the items
that belong to it by one of five ways to make a number.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.model import (
    Addend,
    Bound,
    Figure,
    Indicator,
    Known,
    LeftOut,
    Merged,
    MergedRow,
    Part,
    Period,
    Record,
    State,
    Value,
)

RULES_EDITION = 2  # raised by hand when a number is made differently, so that figures are computed anew

Slice = tuple[tuple[str, str], ...]
Labels = Mapping[str, tuple[str, ...]]
WEAK = {"estimate", "sample"}  # a figure that rests on one of these is marked
HUNDRED = Decimal(100)
IN_HUNDREDTHS = {"share", "relative", "points"}
UPWARD, DOWNWARD = {Bound.MORE_THAN, Bound.AT_LEAST}, {Bound.AT_MOST, Bound.LESS_THAN}


@dataclass(frozen=True, slots=True)
class Item:
    """One value of one record, or why it is not there; `labels` say which slices it belongs to."""

    office: str
    record: str
    field: str
    role: str = "value"
    value: Decimal | None = None
    of: str = ""
    bound: Bound = Bound.EXACT
    sample: bool = False
    corrected_by: str | None = None
    why: str = ""
    labels: Labels = dataclasses.field(default_factory=dict)


def compute_indicators(
    merged: Merged, indicators: Iterable[Indicator], known: Known, earlier: Mapping[str, Figure]
) -> tuple[Figure, ...]:
    """Return the figures of every indicator, in the order of indicators.yaml.

    For each: the value of the quarter and its slices, what it amounts to with earlier
    quarters (`cumulative`), and from the log-frame `baseline`, `target`, `reached_pct`.

    A share of a group is the ratio of the sums, never the mean of shares; a change is a
    median with n.  Only given values count: a row or office that lacks one is named in
    `left_out`, never taken as zero.  Bounds survive; nothing is rounded.

    Args:
        merged: the rows of the quarter.
        indicators: the definitions.
        known: the project office's log-frame, targets and stated values.
        earlier: the cumulative figures of the quarter before, by id.
    """
    rows = _Rows(merged)
    return tuple(figure for indicator in indicators for figure in _figures(indicator, rows, known, earlier))


def _figures(indicator: Indicator, rows: _Rows, known: Known, earlier: Mapping[str, Figure]) -> Iterator[Figure]:
    items = list(ITEMS[indicator.number](indicator, rows, known))
    missing = () if indicator.number == "stated" else tuple(LeftOut(office, why) for office, why in rows.merged.missing)
    heard = rows.heard(known)
    values = [
        _figure(indicator, rows.merged.period, "value", place, _within(items, place), missing, heard=heard)
        for place in _slices(indicator, items)
    ]
    cumulative = [figure for value in values if (figure := _cumulative(indicator, value, known, earlier))]
    planned = list(_planned(indicator, rows.merged.period, known))
    yield from values
    yield from cumulative
    yield from planned
    yield from _reached(indicator, cumulative, planned)


# ---- the rows and what they may be broken down by -----------------------------------------------------


class _Rows:
    """The merged rows, and those that they refer to."""

    def __init__(self, merged: Merged) -> None:
        self.merged = merged
        self._by_code = {
            (first, _text(row[first])): row
            for rows in merged.tables.values()
            for row in reversed(rows)
            for first in list(row.values)[:1]
            if ";" not in row.key  # only tables whose first field alone is the key can be referred to
        }

    def of(self, table: str | None, where: Mapping[str, tuple[str, ...]]) -> list[MergedRow]:
        """Return the rows of a table for which all conditions hold."""
        return [
            row
            for row in self.merged.tables.get(table or "", ())
            if all(_text(row[field]) in wanted for field, wanted in where.items())
        ]

    def heard(self, known: Known) -> bool:
        """Whether a return counts of any office that owes one, beside that which keeps the registers."""
        keepers = {record.office for record in known.rows("offices")}
        offices = {source.office for rows in self.merged.tables.values() for row in rows for source in row.sources}
        return not self.merged.missing or bool(offices - keepers)

    def labels(self, row: MergedRow, indicator: Indicator) -> dict[str, tuple[str, ...]]:
        """Return what the row says for each split of the indicator; a blank belongs to no slice."""
        names = {name for split in indicator.splits for name in split} - {"office", "sex", "role"}
        found = {name.rpartition(".")[2]: self._codes(row, name) for name in names}
        return {name: codes for name, codes in found.items() if codes}

    def _codes(self, row: MergedRow | None, name: str) -> tuple[str, ...]:
        first, _, rest = name.partition(".")
        if row is None or not row[first].given:
            return ()
        if rest:
            return self._codes(self._by_code.get((first, _text(row[first]))), rest)
        plain = row[first].plain
        return plain if isinstance(plain, tuple) else (_text(row[first]),)


def _text(value: Value) -> str:
    """Return a value as conditions and slices write it."""
    if not value.given:
        return ""
    return str(value.plain).lower() if isinstance(value.plain, bool) else str(value.plain)


def _slices(indicator: Indicator, items: Sequence[Item]) -> Iterator[Slice]:
    """Return the whole, then each slice that some item belongs to."""
    yield ()
    for split in indicator.splits:
        names = [name.rpartition(".")[2] for name in split]
        codes = [tuple(item.labels.get(name, ()) for name in names) for item in items]
        found = {place for one in codes for place in _product(one)}
        for place in sorted(found):
            yield tuple(zip(names, place, strict=True))


def _product(codes: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return every combination of one code each.

    >>> _product([("a", "b"), ("x",)])
    [('a', 'x'), ('b', 'x')]
    """
    places: list[tuple[str, ...]] = [()]
    for one in codes:
        places = [(*place, code) for place in places for code in one]
    return places


def _within(items: Iterable[Item], place: Slice) -> list[Item]:
    """Return the items of a slice.  Those of one sex only belong to slices that ask for it."""
    asked = dict(place)
    return [
        item
        for item in items
        if item.labels.get("sex", ("",)) == (asked.get("sex", ""),)
        and all(code in item.labels.get(name, ()) for name, code in place if name != "sex")
    ]


# ---- items: what an indicator is made of ------------------------------------------------------------


def _item(row: MergedRow, source: Record, field: str, labels: Labels, **more: Any) -> Item:
    return Item(
        office=source.office,
        record=source.ref,
        field=field,
        sample=_is_weak(source, row.basis.get(field)),
        corrected_by=row.corrections.get((source.ref, field)),
        labels={**labels, "office": (source.office,)},
        **more,
    )


def _counted(row: MergedRow, field: str, of: str, labels: Labels, role: str = "value") -> Iterator[Item]:
    """One item a source: `of` is counted once, however many sources say it."""
    for source in row.sources:
        yield _item(row, source, field, labels, role=role, value=Decimal(1), of=of)


def _count_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    for row in rows.of(indicator.table, indicator.where):
        yield from _counted(row, next(iter(row.values)), row.key, rows.labels(row, indicator))


def _distinct_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    [field] = indicator.of
    for row in rows.of(indicator.table, indicator.where):
        yield from _counted(row, field, _text(row[field]), rows.labels(row, indicator))


def _sum_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    for row in rows.of(indicator.table, indicator.where):
        labels = rows.labels(row, indicator)
        for field in indicator.of:
            yield from _summed(row, field, {**labels, "role": (field,)})
        for whole, part in zip(indicator.of, indicator.women, strict=False):
            yield from _by_sex(row, whole, part, {**labels, "role": (whole,)})


def _summed(row: MergedRow, field: str, labels: Labels, role: str = "value", sign: int = 1) -> Iterator[Item]:
    """One item for each source where the field is united by summing, else one for the row."""
    sources = row.sources if row.unite.get(field) == "sum" else row.sources[:1]
    for source in sources:
        value = source[field]
        if not value.given:
            yield _item(row, source, field, labels, why=str(value.state), role=role)
        else:
            yield _item(row, source, field, labels, role=role, value=sign * number(value, field), bound=value.bound)


def _by_sex(row: MergedRow, whole: str, part: str, labels: Labels) -> Iterator[Item]:
    """The women as typed; the men as the whole less the women, where both are known."""
    yield from _summed(row, part, {**labels, "sex": ("women",)})
    both = [source for source in row.sources if source[whole].given and source[part].given]
    men = {**labels, "sex": ("men",)}
    for source in row.sources:
        alone = dataclasses.replace(row, sources=(source,))
        if source in both:
            yield from _summed(alone, whole, men)
            yield from _summed(alone, part, men, sign=-1)
        else:
            lacking = part if source[whole].given else whole
            yield _item(row, source, lacking, men, why=str(source[lacking].state))


def _ratio_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    part, whole = indicator.part, indicator.whole
    assert part is not None
    assert whole is not None
    if whole.distinct:
        yield from _of_codes(indicator, whole, "whole", rows)
        yield from _of_codes(indicator, part, "part", rows)
    else:
        yield from _of_sums(indicator, part, whole, rows)


def _of_codes(indicator: Indicator, part: Part, role: str, rows: _Rows) -> Iterator[Item]:
    field = str(part.distinct)
    for row in rows.of(part.table or indicator.table, {**indicator.where, **part.where}):
        yield from _counted(row, field, _text(row[field]), rows.labels(row, indicator), role)


def _of_sums(indicator: Indicator, part: Part, whole: Part, rows: _Rows) -> Iterator[Item]:
    """Both sums of each source that has all fields of both; a source that lacks one enters neither."""
    for row in rows.of(indicator.table, indicator.where):
        labels = rows.labels(row, indicator)
        in_part = all(_text(row[field]) in wanted for field, wanted in part.where.items())
        for source in row.sources:
            yield from _both(row, source, part.sum, whole.sum, labels, in_part)


def _both(
    row: MergedRow, source: Record, part: Sequence[str], whole: Sequence[str], labels: Labels, in_part: bool
) -> Iterator[Item]:
    alone = dataclasses.replace(row, sources=(source,))
    for index, field in enumerate(whole):
        own = {**labels, "role": (field,)}
        fields = [field, *(part[index : index + 1])]
        lacking = [name for name in fields if not source[name].given]
        if lacking:
            yield _item(row, source, lacking[0], own, why=str(source[lacking[0]].state))
            continue
        yield from _summed(alone, field, own, "whole")
        if in_part:
            yield from _summed(alone, fields[-1], own, "part")


def _median_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    for row in rows.of(indicator.table, indicator.where):
        labels = rows.labels(row, indicator)
        source = row.sources[0]
        change, fields = _change(source, str(indicator.as_))
        if change is None:
            yield _item(row, source, "after", labels, why=_why_no_change(source))
            continue
        yield _item(row, source, fields[-1], labels, value=change)
        for field in fields if len(fields) > 1 else ():
            yield _item(row, source, field, labels, role=field, value=number(source[field], field))


def _change(source: Record, kind: str) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return a row's change in per cent or points, and the fields it was made from."""
    before, after, change = source["before"], source["after"], source["change"]
    exact = before.given and after.given and before.bound is after.bound is Bound.EXACT
    if exact and not (kind == "relative" and number(before, "before") == 0):
        old, new = number(before, "before"), number(after, "after")
        return (new - old) * HUNDRED / old if kind == "relative" else new - old, ("before", "after")
    if change.given and change.bound is Bound.EXACT and _text(source["change_as"]) == kind:
        return number(change, "change"), ("change",)
    return None, ()


def _why_no_change(source: Record) -> str:
    states = [source[field].state for field in ("after", "before")]
    return next((str(state) for state in states if state is not State.GIVEN), "bound")


def _stated_items(indicator: Indicator, rows: _Rows, known: Known) -> Iterator[Item]:
    for record in known.rows("stated"):
        if record.key == indicator.code and record.period == rows.merged.period:
            row = MergedRow("stated", record.key, (record,), record.values)
            yield from _summed(row, "value", {})
            if ("sex",) in indicator.splits:
                yield from _by_sex(row, "value", "women", {})


ITEMS: Mapping[str, Callable[[Indicator, _Rows, Known], Iterator[Item]]] = {
    "count": _count_items,
    "distinct": _distinct_items,
    "sum": _sum_items,
    "ratio": _ratio_items,
    "median": _median_items,
    "stated": _stated_items,
}


def number(value: Value, field: str) -> Decimal:
    """Return a given value in the unit that figures have: per cent for shares, RMB for amounts.

    >>> number(Value(State.GIVEN, Decimal("0.0413"), unit="share"), "before")
    Decimal('4.1300')
    """
    plain = Decimal(str(value.plain))
    if value.unit in IN_HUNDREDTHS:
        return plain * HUNDRED
    return plain / HUNDRED if value.unit == "fen" else plain


# ---- figures: what items amount to --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """What a number amounts to: the parts of a `Figure` that its addends decide."""

    addends: tuple[Addend, ...]
    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    bound: Bound = Bound.EXACT


def _figure(
    indicator: Indicator,
    period: Period,
    aspect: str,
    place: Slice,
    items: Sequence[Item],
    missing: Sequence[LeftOut],
    *,
    heard: bool,
) -> Figure:
    """Return the figure that these items amount to; none of them is a zero only if some office was `heard`."""
    offices = {code for name, code in place if name == "office"}
    lacking = [LeftOut(item.office, item.why, item.record, item.field) for item in items if item.value is None]
    absent = [one for one in missing if not offices or one.office in offices]
    addends = [_addend(item, item.value) for item in items if item.value is not None]
    return _put(indicator, period, aspect, place, addends, (*lacking, *absent), nothing_is_zero=heard and not lacking)


def _addend(item: Item, value: Decimal) -> Addend:
    return Addend(item.record, item.field, item.role, value, item.of, item.corrected_by, item.bound, item.sample)


def _put(
    indicator: Indicator,
    period: Period,
    aspect: str,
    place: Slice,
    addends: Sequence[Addend],
    left_out: tuple[LeftOut, ...],
    *,
    nothing_is_zero: bool,
) -> Figure:
    made = WAYS[_way(indicator)](addends)
    known = made.value is not None and (bool(addends) or (nothing_is_zero and indicator.number != "stated"))
    return Figure(
        code=indicator.code,
        aspect=aspect,
        slice=place,
        period=period,
        unit=indicator.unit,
        state=State.GIVEN if known else _unknown(addends, left_out),
        value=made.value if known else None,
        part=made.part,
        whole=made.whole,
        bound=made.bound,
        n=sum(addend.role not in ("opening", "before", "after") for addend in made.addends),
        decimals=indicator.decimals,
        sample=any(addend.sample for addend in made.addends),
        addends=made.addends,
        left_out=left_out,
    )


def _unknown(addends: Sequence[Addend], left_out: Sequence[LeftOut]) -> State:
    """Return why there is no value: no row was asked it, it applies to no row, or else it is not recorded."""
    reasons = {one.why for one in left_out if one.record}
    alone = (state for state in (State.NOT_ASKED, State.NOT_APPLICABLE) if reasons == {str(state)} and not addends)
    return next(alone, State.NOT_RECORDED)


def _way(indicator: Indicator) -> str:
    codes = indicator.number == "ratio" and indicator.whole is not None and indicator.whole.distinct
    return "ratio_of_codes" if codes else indicator.number


def _codes_once(addends: Sequence[Addend]) -> _Made:
    """Each code counts once, the first time it is said; an opening counts as it stands."""
    seen: set[str] = set()
    told = []
    for addend in addends:
        if addend.role == "opening":
            told.append(addend)
            continue
        again = addend.of in seen
        seen.add(addend.of)
        told.append(dataclasses.replace(addend, value=Decimal(not again), role="same" if again else "value"))
    return _Made(tuple(told), value=sum((one.value for one in told), Decimal(0)), bound=_bound(told) or Bound.EXACT)


def _added(addends: Sequence[Addend]) -> _Made:
    """The sum; a bound makes it a bound, and bounds that point both ways make no total."""
    bound = _bound(addends)
    total = sum((addend.value for addend in addends), Decimal(0))
    return _Made(tuple(addends), value=None if bound is None else total, bound=bound or Bound.EXACT)


def _bound(addends: Iterable[Addend]) -> Bound | None:
    found = {addend.bound for addend in addends} - {Bound.EXACT}
    if found & UPWARD and found & DOWNWARD:
        return None
    return next(iter(found & {Bound.MORE_THAN, Bound.LESS_THAN} or found), Bound.EXACT)


def _ratio_of_sums(addends: Sequence[Addend]) -> _Made:
    """The ratio of the two sums in per cent, and the sums."""
    part, whole = (
        sum((addend.value for addend in addends if addend.role == role), Decimal(0)) for role in ("part", "whole")
    )
    return _Made(tuple(addends), part * HUNDRED / whole if whole else None, part, whole)


def _ratio_of_codes(addends: Sequence[Addend]) -> _Made:
    """Of the codes in the whole, the share that is in the part too; each code once in each."""
    whole = {addend.of: addend for addend in reversed(addends) if addend.role == "whole"}
    part = {addend.of: addend for addend in reversed(addends) if addend.role == "part" and addend.of in whole}
    return _ratio_of_sums([*reversed(part.values()), *reversed(whole.values())])


def _middle(addends: Sequence[Addend]) -> _Made:
    """The median of the changes."""
    changes = [addend.value for addend in addends if addend.role == "value"]
    return _Made(tuple(addends), statistics.median(changes) if changes else None)


WAYS: Mapping[str, Callable[[Sequence[Addend]], _Made]] = {
    "count": _codes_once,
    "distinct": _codes_once,
    "sum": _added,
    "stated": _added,
    "ratio": _ratio_of_sums,
    "ratio_of_codes": _ratio_of_codes,
    "median": _middle,
}


# ---- over time, and against the log-frame --------------------------------------------------------------


def _cumulative(indicator: Indicator, value: Figure, known: Known, earlier: Mapping[str, Figure]) -> Figure | None:
    """Return what the quarters amount to so far; None for a slice that no opening is known of.

    `latest` is the quarter's own.  All others are made anew from the addends of all
    quarters, so that a code counts once over the years and a median is one of all changes.
    """
    before = earlier.get(dataclasses.replace(value, aspect="cumulative").id)
    if indicator.over_time == "latest":
        return dataclasses.replace(value, aspect="cumulative")
    opened = indicator.over_time in ("sum", "first_time")
    if opened and value.slice not in ((), (("sex", "women"),), (("sex", "men"),)):
        return None
    opening = list(_opening(indicator, value.slice, known)) if opened else []
    past = [addend for addend in before.addends if addend.role != "opening"] if before else []
    left_out = (*(before.left_out if before else ()), *value.left_out)
    zero = not opened or bool(opening)
    figure = _put(
        indicator,
        value.period,
        "cumulative",
        value.slice,
        [*opening, *past, *value.addends],
        left_out,
        nothing_is_zero=zero,
    )
    return figure if zero else dataclasses.replace(figure, state=State.BLANK, value=None)


def _opening(indicator: Indicator, place: Slice, known: Known) -> Iterator[Addend]:
    """Return what was achieved before the first quarter in this system; men are the whole less the women."""
    sex = dict(place).get("sex")
    wanted = {
        None: (("opening", 1),),
        "women": (("opening_women", 1),),
        "men": (("opening", 1), ("opening_women", -1)),
    }[sex]
    for record in known.rows("logframe"):
        if record.key == indicator.code and all(record[field].given for field, _ in wanted):
            for field, sign in wanted:
                value = record[field]
                yield Addend(
                    record.ref,
                    field,
                    "opening",
                    sign * number(value, field),
                    bound=value.bound,
                    sample=_is_weak(record),
                )


def _is_weak(record: Record, own: str | None = None) -> bool:
    """Whether a number is an estimate or a sample: what its own field says of it, else what its row says."""
    basis = record[own] if own and record[own].given else record["basis"]
    return basis.given and basis.plain in WEAK


def _planned(indicator: Indicator, period: Period, known: Known) -> Iterator[Figure]:
    """Return baseline and targets, each with the cell it is typed in."""
    for record in known.rows("logframe"):
        if record.key == indicator.code:
            yield _typed(indicator, period, "baseline", (), record, "baseline")
            yield _typed(indicator, period, "target", (), record, "target")
            if indicator.women:
                women = dataclasses.replace(indicator, unit="%", decimals=0)
                yield _typed(women, period, "target", (("sex", "women"),), record, "target_women")
    for record in known.rows("targets"):
        if record["indicator"].plain == indicator.code:
            place = tuple((name, str(record[name].plain)) for name in ("office", "until") if record[name].given)
            yield _typed(indicator, period, "target", place, record, "target")


def _typed(indicator: Indicator, period: Period, aspect: str, place: Slice, record: Record, field: str) -> Figure:
    """Return a figure that is one typed value."""
    value = record[field]
    amount = number(value, field) if value.given else None
    addend = Addend(record.ref, field, "value", amount, sample=_is_weak(record)) if amount is not None else None
    return Figure(
        code=indicator.code,
        aspect=aspect,
        slice=place,
        period=period,
        unit=indicator.unit,
        state=value.state,
        value=amount,
        bound=value.bound,
        n=int(value.given),
        decimals=indicator.decimals,
        sample=bool(addend and addend.sample),
        addends=(addend,) if addend else (),
        left_out=() if addend else (LeftOut(record.office, str(value.state), record.ref, field),),
    )


def _reached(indicator: Indicator, cumulative: Sequence[Figure], planned: Sequence[Figure]) -> Iterator[Figure]:
    """Return how much of the target is reached, in per cent; only counts and sums have such a share."""
    if indicator.number not in ("count", "distinct", "sum", "stated"):
        return
    [so_far] = [figure for figure in cumulative if not figure.slice]
    for target in planned:
        if target.aspect != "target" or target.slice:
            continue
        known = so_far.value is not None and target.value is not None and target.value != 0
        parts = [dataclasses.replace(one, role="part") for one in so_far.addends]
        wholes = [dataclasses.replace(one, role="whole") for one in target.addends]
        yield dataclasses.replace(
            so_far,
            aspect="reached_pct",
            unit="%",
            decimals=0,
            state=State.GIVEN if known else State.NOT_RECORDED,
            value=so_far.value * HUNDRED / target.value if so_far.value is not None and target.value else None,
            part=so_far.value,
            whole=target.value,
            sample=so_far.sample or target.sample,
            addends=(*parts, *wholes),
        )
