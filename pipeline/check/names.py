"""What a row is called -> its code: where a code is asked, its name is right too, if no other row has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline import values
from pipeline.model import Record, Words

NAMES = (("name_en", "name_zh"), ("title_en", "title_zh"))  # what a person types where a code is asked
Codes = Mapping[str, str]  # by name, as `bare` has it


def bare(text: str) -> str:
    """Return a name without blanks, capitals and full width.

    >>> bare("镇 Ｔown")
    '镇town'
    """
    return values.normal(text).replace(" ", "")


def codes_of(rows: Mapping[str, Iterable[Words]]) -> dict[str, str]:
    """Return the code of each row by what it may be called: either name, both together, the code; not what two are called.

    >>> codes_of({"a": [Words("East", "东")], "b": [Words("New East", "东")]})
    {'a': 'a', 'east': 'a', '东east': 'a', 'b': 'b', 'neweast': 'b', '东neweast': 'b'}
    """
    called: dict[str, set[str]] = {}
    for code, several in rows.items():
        for name in (code, *(way for words in several for way in (words.en, words.zh, words.together))):
            called.setdefault(bare(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in called.items() if name and len(codes) == 1}


def rows_called(records: Iterable[Record]) -> dict[str, list[Words]]:
    """Return how the rows of a table of the return are called, by the code that others refer to."""
    found: dict[str, list[Words]] = {}
    for record in records:
        names = (tuple(str(record[name].plain or "") for name in pair) for pair in NAMES)
        if record.key:
            found.setdefault(record.key.split(";")[0], []).extend(Words(*pair) for pair in names if any(pair))
    return found
