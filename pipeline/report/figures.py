"""Every figure by its id, for templates: {{ figures['trained_trainers/sex=women'] }}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.model import Indicator
from pipeline.report.page import show_figure
from pipeline.report.printable import Shown
from pipeline.report.writer import Writer

ASPECTS = ("value", "cumulative", "baseline", "target", "reached_pct")
SEXES = ("women", "men")


class Figures(Mapping[str, Shown]):
    """The figures as the page shows them; one that could be there and that nobody gave is a dash.

    What no quarter could have, because it is misspelt, is not there.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __getitem__(self, name: str) -> Shown:
        figure = self._writer.figures.get(name)
        indicator = self._indicator(name)
        if indicator is None or (figure is None and not self._could_be(name, indicator)):
            raise KeyError(name)
        return show_figure(figure, name, self._writer.language, signed=indicator.number == "median")

    def __iter__(self) -> Iterator[str]:
        return iter(self._writer.figures)

    def __len__(self) -> int:
        return len(self._writer.figures)

    def _indicator(self, name: str) -> Indicator | None:
        return self._writer.material.library.indicators.get(name.split("/")[0].split(".")[0])

    def _could_be(self, name: str, indicator: Indicator) -> bool:
        """Whether a quarter could have such a figure: its aspect, and its slice by the splits of the indicator."""
        head, *slices = name.split("/")
        pairs = [tuple(one.partition("=")[::2]) for one in slices]
        splits = [tuple(split.rpartition(".")[2] for split in names) for names in indicator.splits]
        known = all(code in self._codes(split, indicator) for split, code in pairs)
        return (
            (head.partition(".")[2] or "value") in ASPECTS
            and known
            and (not pairs or tuple(split for split, _ in pairs) in splits)
        )

    def _codes(self, split: str, indicator: Indicator) -> set[str]:
        """Return the codes that a split can have: sexes, fields summed, entries of its list, rows of its register."""
        if split in ("sex", "role"):
            return set(SEXES if split == "sex" else indicator.of)
        if split == "office":
            return {row.key for row in self._writer.offices()}
        fields = [field for table in self._writer.tables.values() for field in table.fields if field.name == split]
        lists = {code for field in fields for code in self._writer.material.library.lists.get(field.list or "", ())}
        return lists | {row.key for field in fields if field.ref for row in self._writer.rows(field.ref)}
