"""What enterprises measured -> rows of a table: before, after, change, bars, words where there is no figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from pipeline import values
from pipeline.model import Bound, MergedRow, Record, Value
from pipeline.report.bars import HEIGHT, WIDTH, pair_bar
from pipeline.report.material import Editor, of, ref_of, term
from pipeline.report.printable import Pictured, Quoted, Term

NO_VALUE = Term("–")
SHORT, SHORT_AFTER = {"en": 30, "zh": 12}, {"en": 26, "zh": 9}  # signs that stand on one line with a note
HUNDRED = Decimal(100)
TOTAL = "total"


def enterprises(editor: Editor, codes: Sequence[str]) -> list[dict[str, object]]:
    """Return for each enterprise its `name` and `rows`: measure, before, after, change, note, bar, only_change.

    One that may not be named stands there as an enterprise of its place.
    """
    register = {str(row["enterprise_code"].plain): row for row in editor.material.rows("enterprises")}
    found: list[dict[str, object]] = [
        {
            "code": code,
            "name": _name(editor, register[code]),
            "office": register[code].sources[0].office,
            "rows": [*_results(editor, code), *_practices(editor, code)],
        }
        for code in codes
    ]
    return [one for one in found if one["rows"]]


def _name(editor: Editor, row: MergedRow) -> Quoted | Term:
    place = editor.place(row["place"].plain, alone=True)
    return editor.words(row, "name") or term(editor.language, f"An enterprise in {place}", f"{place}一家企业")


def _results(editor: Editor, code: str) -> Iterator[dict[str, object]]:
    measures = {row.key: row for row in editor.material.known.rows("measures")}
    for row in of(editor.material.rows("results"), "enterprise_code", code):
        assert isinstance(row, MergedRow), "the tables hold merged rows"
        measure = measures.get(str(row["measure"].plain))
        change = _change(editor, row)
        yield {
            **_named(editor, row, measure),
            "before": editor.quote(row, "before") or NO_VALUE,
            "after": _after(editor, row),
            "change": change or Term(""),
            "only_change": not row["after"].given and row["change"].given,
            "bar": _bar(editor, row),
        }


def _named(editor: Editor, row: MergedRow, measure: Record | None) -> dict[str, object]:
    """Return the measure in words with its period; a short note stands beside it, a longer one below."""
    name = editor.words(measure, "name") if measure else None
    text = name.text if name else str(row["measure"].plain)
    per = editor.quote(row, "per") if row["per"].plain != TOTAL else None
    if per:
        text += f"（{per.text}）" if editor.language == "zh" else f" {per.text.lower()}"
    note = editor.words(row, "note")
    if note and len(text + note.text) < SHORT[editor.language]:
        joined = _joined(text, note.text, editor.language)
        return {"measure": Quoted(joined, ref_of(row, "measure"), "measure"), "note": None}
    return {"measure": Quoted(text, ref_of(row, "measure"), "measure"), "note": note}


def _joined(text: str, note: str, language: str) -> str:
    """Return two short texts as one.

    >>> _joined("weekly", "Every Thursday.", "en")
    'weekly, every Thursday'
    """
    short = note.rstrip(".。")
    return f"{text}（{short}）" if language == "zh" else f"{text}, {short[:1].lower()}{short[1:]}"


def _after(editor: Editor, row: MergedRow) -> Quoted | Term:
    """Return the value after, else how it moved in a word."""
    tendency = editor.quote(row, "tendency")
    if tendency and not row["after"].given:
        return Quoted(tendency.text.lower(), tendency.record, tendency.field)
    return editor.quote(row, "after") or NO_VALUE


def _change(editor: Editor, row: MergedRow) -> Quoted | None:
    """Return the change as it was typed, else between two exact values: points of a share, per cent of a quantity."""
    if row["change"].given:
        return editor.quote(row, "change")
    pair = _exact(row)
    if pair is None:
        return None
    before, after = pair
    share = row["after"].unit == "share"
    if not share and before == 0:
        return None
    change = (after - before) * HUNDRED if share else (after - before) / before * HUNDRED
    decimals = max(_decimals(before), _decimals(after)) if share else 1
    text = values.show_number(
        change.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP),
        unit="points" if share else "%",
        decimals=decimals,
        bound=Bound.EXACT,
        language=editor.language,
        signed=True,
    )
    return Quoted(text, ref_of(row, "after"), "after")


def _exact(row: MergedRow) -> tuple[Decimal, Decimal] | None:
    """Return both values of a row, if both are known exactly."""
    before, after = _number(row["before"]), _number(row["after"])
    return (before, after) if before is not None and after is not None else None


def _number(value: Value) -> Decimal | None:
    known = value.given and value.bound is Bound.EXACT and isinstance(value.plain, (int, Decimal))
    return Decimal(str(value.plain)) if known else None


def _decimals(share: Decimal) -> int:
    """Return the decimals of a share in per cent, as typed.

    >>> _decimals(Decimal("0.0413")), _decimals(Decimal("0.975"))
    (2, 1)
    """
    return max(0, -int((share * HUNDRED).normalize().as_tuple().exponent))


def _bar(editor: Editor, row: MergedRow) -> Pictured | None:
    pair = _exact(row)
    before, after = editor.quote(row, "before"), editor.quote(row, "after")
    if pair is None or before is None or after is None or min(pair) < 0 or max(pair) == 0:
        return None
    alt = term(
        editor.language,
        f"Bars: before {before.text}, after {after.text}",
        f"对比条：之前 {before.text}，之后 {after.text}",
    )
    return Pictured(pair_bar(*pair), WIDTH, HEIGHT, alt.text, drawn=True)


def _practices(editor: Editor, code: str) -> Iterator[dict[str, object]]:
    """Give the practices that are in place: how often in the column of the value after."""
    for row in of(editor.material.rows("practices"), "enterprise_code", code):
        if row["now"].plain is not True:
            continue
        assert isinstance(row, MergedRow), "the tables hold merged rows"
        rhythm, note = editor.quote(row, "rhythm"), editor.words(row, "note")
        said = rhythm.text.lower() if rhythm else term(editor.language, "in place", "已建立").text
        if rhythm and note and len(said + note.text) <= SHORT_AFTER[editor.language]:
            said, note = _joined(said, note.text, editor.language), None
        yield {
            "measure": editor.quote(row, "practice"),
            "before": term(editor.language, "in place", "已有") if row["before"].plain is True else NO_VALUE,
            "after": Quoted(said, ref_of(row, "practice"), "rhythm" if rhythm else "now"),
            "change": Term(""),
            "only_change": False,
            "note": note,
            "bar": None,
        }
