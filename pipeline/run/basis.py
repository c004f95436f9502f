"""A reckoning -> all that its reports are made from, each fetched when a report first asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline import merge
from pipeline.evidence import Sources, explain_figure, remark_cell
from pipeline.model import Figure, Indicator, Known, Library, MergedRow, Period, Restatement
from pipeline.run.known import known_of, project_returns, with_pictures
from pipeline.run.reckon import before, done_before, owing
from pipeline.run.restated import restated_for
from pipeline.run.trace import sources, sources_of
from pipeline.store import Store

if TYPE_CHECKING:
    from pipeline.report import Material


class Basis:
    """What the reports of a period rest on."""

    def __init__(self, store: Store, library: Library, period: Period, reckoning: str) -> None:
        self.store, self.library, self.period, self.reckoning = store, library, period, reckoning

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures of the period."""
        return self.store.figures(self.reckoning)

    @cached_property
    def known(self) -> Known:
        """Registers and decisions of the project office, and what earlier periods counted."""
        done = done_before(self.store, before(self.store, self.period))
        pictures = self.store.photos.by_office()
        known = known_of(self.period, project_returns(self.store, self.library), self.library, done, pictures=pictures)
        tables = {name: tuple(with_pictures(rows, known, self.library)) for name, rows in known.tables.items()}
        return replace(known, tables=tables)

    @cached_property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """(office, why) of each that owes a return and has none that counts."""
        candidates = [one for one in self.store.submissions() if one.period == self.period]
        counting = {name for name, _ in self.store.counted(self.reckoning)}
        here = {one.office for one in candidates if one.id in counting}
        return tuple(owing(self.known, self.period, here, candidates))

    @cached_property
    def tables(self) -> Mapping[str, tuple[MergedRow, ...]]:
        """The rows of all returns of the period that count, merged as they were reckoned."""
        own = {one.id for one in self.store.submissions() if one.period == self.period}
        examined = [number for name, number in self.store.counted(self.reckoning) if name in own]
        records = with_pictures(self.store.records(examined).values(), self.known, self.library)
        return merge.merge_returns(self.period, records, self.missing, self.known, self.library).tables

    @cached_property
    def restated(self) -> tuple[tuple[str, Restatement], ...]:
        """(period, restatement) of what this report has to say: see `restated_for`."""
        return restated_for(self.store, self.period)

    @cached_property
    def material(self) -> Material:
        """What the pages are made from."""
        from pipeline import report  # Word is only loaded when there is something to fill

        return report.Material(
            self.period,
            tuple(self.figures),
            self.tables,
            self.known,
            self.library,
            self.store.archive.bytes_of,
            self.missing,
            self.restated,
        )

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """Every figure with its cells, as `score explain` says it."""
        found = sources(self.store, self.reckoning, self.figures)
        return [_explained(figure, self.library.indicators[figure.code], found) for figure in self.figures]

    @cached_property
    def cells(self) -> Mapping[str, tuple[str, ...]]:
        """What is said of each number that is printed as it was typed, by its record and field."""
        rows = [source for name in TYPED for row in self.tables.get(name, ()) for source in row.sources]
        found = sources_of(self.store, self.reckoning, {row.ref for row in rows})
        return {
            f"{row.ref} {field}": remark_cell(
                found.submissions[row.ref].file, row.sheet, cell, row.typed.get(field, "")
            )
            for row in rows
            for field in TYPED[row.table]
            if (cell := row.cells.get(field)) and row[field].given
        }


TYPED: Mapping[str, tuple[str, ...]] = {  # numbers that pages print as they were typed
    "results": ("before", "after", "change"),
    "contributions": ("amount_rmb",),
}


def _explained(figure: Figure, indicator: Indicator, found: Sources) -> dict[str, Any]:
    """Return a figure with its cells, those that are left out with what was typed there."""
    told = explain_figure(figure, indicator, found)
    typed = [found.records[one.record].typed.get(one.field or "", "") if one.record else "" for one in figure.left_out]
    left_out = [{**one, "typed": text} for one, text in zip(told["left_out"], typed, strict=True)]
    return {**told, "left_out": left_out}
