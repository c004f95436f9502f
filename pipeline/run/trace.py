"""Figures -> the records they point to, and the workbook that each came with."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipeline.evidence import Sources
from pipeline.model import Figure, Record, Submission
from pipeline.store import Store


def sources(store: Store, reckoning: str, figures: Iterable[Figure]) -> Sources:
    """Return the records that figures point to, with the submission each came with."""
    return sources_of(store, reckoning, {ref for figure in figures for ref in _refs(figure)})


def sources_of(store: Store, reckoning: str, refs: Collection[str]) -> Sources:
    """Return records by their refs, with the submission each came with."""
    submissions = {one.id: one for one in store.submissions()}
    records: dict[str, Record] = {}
    owners: dict[str, Submission] = {}
    for name, examination in store.counted(reckoning):
        for ref, record in store.records([examination], refs).items():
            records.setdefault(ref, record)
            owners.setdefault(ref, submissions[name])
    return Sources(records, owners)


def _refs(figure: Figure) -> set[str]:
    """Return the records behind a figure: its addends, what corrected them, and the rows it lacks."""
    corrected = {addend.corrected_by for addend in figure.addends if addend.corrected_by}
    return (
        {addend.record for addend in figure.addends} | corrected | {one.record for one in figure.left_out if one.record}
    )
