"""templates/ -> the forms, lists, rules and indicators, each with the line it stands in.

A descriptor is a Data Package in YAML with a few words of our own.  Whatever is not known
is refused with its file and line and, where there is one, the name that was probably meant.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import DescriptorError
from pipeline.messages import CATALOGUE
from pipeline.model import (
    AS_SHIPPED,
    Condition,
    Entry,
    Field,
    Form,
    Indicator,
    Library,
    Lists,
    Part,
    Rules,
    Table,
    Words,
)
from pipeline.values import KINDS

SPLITS = {"office", "sex", "role"}  # beside the fields of the table
NUMBERS = ("count", "distinct", "sum", "ratio", "median", "stated")
OVER_TIME = ("sum", "first_time", "latest", "ratio_of_sums", "pooled")
PRIVACY = ("public", "internal", "named", "consent", "personal")
UNITE = ("same", "sum", "union", "earliest", "latest", "lead", "register", "weakest")
MEASURED = ("count", "amount", "measured")  # kinds of which a maximum can be said
TIMES = ("day", "when", "period")  # kinds of which it can be said which years are plausible
COMPUTED = {"results": {"measured", "change"}}  # what merge adds to a row for indicators to ask

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_library(folder: Path, rules: Collection[str] | None = None) -> Library:
    """Return the forms, lists and indicators described in `folder`.

    Args:
        folder: templates/, with forms/*.yaml, lists.yaml, indicators.yaml and rules.yaml.
        rules: the names of rules that a table may ask for; None leaves them unchecked.

    Raises:
        DescriptorError: an unknown key, kind, list, reference or field, with its line.
    """
    names = ("lists.yaml", "indicators.yaml", "rules.yaml")
    paths = [*(folder / name for name in names), *sorted((folder / "forms").glob("*.yaml"))]
    texts = {path: path.read_text(encoding="utf-8") for path in paths if path.name != names[2] or path.is_file()}
    lists = _read_lists(_compose(paths[0], texts[paths[0]]))
    strict = _read_rules(_compose(paths[2], texts[paths[2]])) if paths[2] in texts else AS_SHIPPED
    asked = _sha([text for path, text in texts.items() if path != paths[1]])  # all but the indicators
    forms = _read_forms([_compose(path, texts[path]) for path in paths[3:]], asked, lists)
    _refer(forms, lists, rules)
    indicators = _read_indicators(_compose(paths[1], texts[paths[1]]), forms, lists)
    read = {name: _in_bounds(form, strict) for name, (form, _) in forms.items()}
    return Library(read, lists, indicators, _sha(texts.values()), strict)


def _sha(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


# ---- YAML with lines ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    """A place in a descriptor: what stands there and where."""

    raw: yaml.Node
    file: str

    def fault(self, text: str) -> DescriptorError:
        return DescriptorError(f"{self.file}, line {self.raw.start_mark.line + 1}: {text}")

    def items(self) -> dict[str, _Node]:
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.fault("names with values were expected here, like `name: cover`.")
        found: dict[str, _Node] = {}
        for key, value in self.raw.value:
            if key.value in found:
                raise _Node(key, self.file).fault(f"`{key.value}` stands here twice. Delete one.")
            found[key.value] = _Node(value, self.file)
        return found

    def list(self) -> list[_Node]:
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.fault("a list was expected here, like `[a, b]`.")
        return [_Node(value, self.file) for value in self.raw.value]

    def text(self) -> str:
        if not isinstance(self.raw, yaml.ScalarNode):
            raise self.fault("one word or sentence was expected here.")
        return str(self.raw.value)

    def flag(self) -> bool:
        if self.text() not in ("true", "false"):
            raise self.fault(f"true or false was expected, not {self.text()!r}.")
        return self.text() == "true"

    def whole(self) -> int:
        if not re.fullmatch(r"-?\d+", self.text()):
            raise self.fault(f"a whole number was expected, not {self.text()!r}.")
        return int(self.text())

    def texts(self) -> tuple[str, ...]:
        """One text, or a list of them."""
        nodes = self.list() if isinstance(self.raw, yaml.SequenceNode) else [self]
        return tuple(node.text() for node in nodes)

    def among(self, known: Collection[str], what: str) -> str:
        return _known(self, self.text(), known, what)


def _compose(path: Path, text: str) -> _Node:
    file = f"templates/{path.name}" if path.parent.name != "forms" else f"templates/forms/{path.name}"
    try:
        raw = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DescriptorError(f"{file}, line {line}: this is not YAML ({error.problem}).") from error
    if raw is None:
        raise DescriptorError(f"{file} is empty.")
    return _Node(raw, file)


def _known(node: _Node, name: str, known: Collection[str], what: str) -> str:
    if name in known:
        return name
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f" Did you mean `{near[0]}`?" if near else f" Known are: {', '.join(sorted(known))}."
    raise node.fault(f"`{name}` is no {what}.{hint}")


def _once(nodes: Sequence[_Node], names: Iterable[str], what: str) -> None:
    """Refuse a name that stands twice: the second would take the place of the first in silence."""
    seen: dict[str, _Node] = {}
    for node, name in zip(nodes, names, strict=True):
        if name in seen:
            first = seen[name]
            where = f"{first.file}, " if first.file != node.file else ""
            raise node.fault(
                f"the {what} `{name}` stands in {where}line {first.raw.start_mark.line + 1} already. Rename or delete one."
            )
        seen[name] = node


Reader = Callable[[_Node], Any]


def _take(node: _Node, readers: Mapping[str, Reader], needed: Sequence[str], what: str) -> dict[str, Any]:
    """Return what stands under the known keys, read; refuse unknown keys and missing ones."""
    items = node.items()
    for key, value in items.items():
        _known(value, key, readers, f"word of {what}")
    if missing := [key for key in needed if key not in items]:
        raise node.fault(f"{what} needs `{missing[0]}`.")
    return {key: readers[key](value) for key, value in items.items()}


def _words(taken: dict[str, Any]) -> dict[str, Any]:
    """Fold `title` and `title_zh` into one pair of words."""
    title = Words(taken.pop("title"), taken.pop("title_zh"))
    return {**taken, "title": title}


_CONDITION = re.compile(r"(?P<field>\w+)(?:\s*(?P<op>==|!=|>|not in|in)\s*\(?(?P<values>[\w\s,.-]*)\)?)?")


def _condition(node: _Node) -> Condition:
    match = _CONDITION.fullmatch(node.text().strip())
    if not match:
        raise node.fault(
            f"{node.text()!r} is no condition. Write `status == done`, `kind in (tot, toe)` or `version > 1`."
        )
    values = tuple(value.strip() for value in (match["values"] or "").split(",") if value.strip())
    return Condition(match["field"], match["op"] or "given", values)


# ---- lists -------------------------------------------------------------------------------------


def _read_lists(node: _Node) -> Lists:
    return {
        name: {code: _entry(entry) for code, entry in codes.items().items()} for name, codes in node.items().items()
    }


def _entry(node: _Node) -> Entry:
    texts = node.texts()
    if len(texts) < 2:
        raise node.fault("an entry needs its English and its Chinese words: `done: [Completed, 已完成]`.")
    return Entry(Words(texts[0], texts[1]), texts[2:])


# ---- rules -------------------------------------------------------------------------------------


def _read_rules(node: _Node) -> Rules:
    """Return how strict the rules are; an installation without rules.yaml has them as shipped."""
    return Rules(**_take(node, RULES, (), "rules.yaml"))


def _trial(node: _Node) -> frozenset[str]:
    return frozenset(code.among(CATALOGUE, "code of a finding") for code in node.list())


def _maximum(node: _Node) -> dict[str, int]:
    for kind in node.items():
        _known(node, kind, MEASURED, "kind that has a maximum")
    return {kind: most.whole() for kind, most in node.items().items()}


def _years(node: _Node) -> tuple[int, int]:
    years = [one.whole() for one in node.list()]
    if len(years) != 2 or years[0] > years[1]:
        raise node.fault("the first and the last year are needed: `years: [2000, 2049]`.")
    return years[0], years[1]


def _in_bounds(form: Form, rules: Rules) -> Form:
    """Return the form, each of its numbers and times with the bounds of its kind where it has none of its own."""
    return replace(form, tables=tuple(_bounded(table, rules) for table in form.tables))


def _bounded(table: Table, rules: Rules) -> Table:
    return replace(table, fields=tuple(_bounded_field(field, rules) for field in table.fields))


def _bounded_field(field: Field, rules: Rules) -> Field:
    first, last = rules.years if field.kind in TIMES and rules.years else (None, rules.maximum.get(field.kind))
    return replace(
        field,
        minimum=first if field.minimum is None else field.minimum,
        maximum=last if field.maximum is None else field.maximum,
    )


# ---- forms -------------------------------------------------------------------------------------


def _read_forms(nodes: Sequence[_Node], sha256: str, lists: Lists) -> dict[str, tuple[Form, _Node]]:
    forms: dict[str, tuple[Form, _Node]] = {}
    for node in nodes:
        taken = _words(_take(node, FORM, ("name", "edition", "title", "title_zh", "resources"), "a form"))
        resources = taken.pop("resources")
        tables = tuple(_table(resource, lists) for resource in resources)
        _once(resources, [table.name for table in tables], "table")
        _once([*(other for _, other in forms.values()), node], [*forms, taken["name"]], "form")
        forms[taken["name"]] = (Form(**taken, tables=tables, sha256=sha256), node)
    return {name: (_resolve(form, node, forms), node) for name, (form, node) in forms.items()}


def _table(node: _Node, lists: Lists) -> Table:
    if "like" in node.items():
        taken = _take(node, {"name": _Node.text, "like": _Node.text}, ("name",), "a table that is like another")
        return Table(taken["name"], Words("", ""), (), rules=(taken["like"],))
    taken = _words(_take(node, TABLE, ("name", "title", "title_zh", "fields"), "a table"))
    fields = taken["fields"]
    taken["fields"] = tuple(_field(field, lists) for field in fields)
    _once(fields, [field.name for field in taken["fields"]], "field")
    return Table(**taken)


def _field(node: _Node, lists: Lists) -> Field:
    taken = _words(_take(node, FIELD, ("name", "kind", "title", "title_zh"), "a field"))
    if "list" in taken:
        _known(node.items()["list"], taken["list"], lists, "list of lists.yaml")
    if "counts" in taken:
        _known(node.items()["counts"], taken["counts"], lists.get("counted", {}), "entry of the list `counted`")
    if taken["kind"] == "choice" and "list" not in taken:
        raise node.fault(f"`{taken['name']}` is a choice and needs a `list`.")
    return Field(**taken)


def _resolve(form: Form, node: _Node, forms: Mapping[str, tuple[Form, _Node]]) -> Form:
    """Return the form with tables that are `like` another's put in full."""
    resources = node.items()["resources"].list()
    tables = tuple(
        _like(table, place, forms) if not table.fields else table
        for table, place in zip(form.tables, resources, strict=True)
    )
    return replace(form, tables=tables)


def _like(table: Table, node: _Node, forms: Mapping[str, tuple[Form, _Node]]) -> Table:
    known = {
        f"{name}.{other.name}": replace(other, edition=form.edition)
        for name, (form, _) in forms.items()
        for other in form.tables
        if other.fields
    }
    target = node.items()["like"].among(known, "table of a form")
    return replace(known[target], name=table.name)


def _refer(forms: Mapping[str, tuple[Form, _Node]], lists: Lists, rules: Collection[str] | None) -> None:
    """Refuse what points to a table, field or rule that is not there."""
    tables = {table.name for form, _ in forms.values() for table in form.tables} | {"indicators"}
    for form, node in forms.values():
        for table, place in zip(form.tables, node.items()["resources"].list(), strict=True):
            if "like" not in place.items():
                _refer_table(table, place, tables, rules)


def _refer_table(table: Table, node: _Node, tables: Collection[str], rules: Collection[str] | None) -> None:
    names = {field.name for field in table.fields}
    for name in [*table.key, *(name for group in (*table.one_of, *table.alike) for name in group)]:
        _known(node, name, names, f"field of `{table.name}`")
    for rule in table.rules if rules is not None else ():
        _known(node.items()["rules"], rule, rules or (), "rule")
    if isinstance(table.carry, Condition):
        _known(node.items()["carry"], table.carry.field, names, f"field of `{table.name}`")
    for name in table.carry if isinstance(table.carry, tuple) else ():
        _known(node.items()["carry"], name, names, f"field of `{table.name}`")
    for field, place in zip(table.fields, node.items()["fields"].list(), strict=True):
        _refer_field(field, place, names, tables)


def _refer_field(field: Field, node: _Node, names: Collection[str], tables: Collection[str]) -> None:
    items = node.items()
    for key in ("part_of", "not_before", "unit_of", "basis", "file_of"):
        if key in items:
            items[key].among(names, "field of this table")
    for key in ("ref", "or_ref"):
        if key in items:
            items[key].among(tables, "table")
    if field.required_if:
        _known(items["required_if"], field.required_if.field, names, "field of this table")
    if field.pattern:
        _pattern(items["pattern"], field.pattern)


def _pattern(node: _Node, pattern: str) -> None:
    try:
        re.compile(pattern.replace("{OFFICE}", "XX"))
    except re.error as error:
        raise node.fault(f"{pattern!r} is no pattern ({error}).") from error


# ---- indicators --------------------------------------------------------------------------------


def _read_indicators(node: _Node, forms: Mapping[str, tuple[Form, _Node]], lists: Lists) -> dict[str, Indicator]:
    tables = {table.name: table for form, _ in forms.values() for table in form.tables}
    taken = _take(node, {"indicators": _Node.list}, ("indicators",), "indicators.yaml")
    found = [_indicator(item, tables) for item in taken["indicators"]]
    _once(taken["indicators"], [indicator.code for indicator in found], "indicator")
    for item, indicator in zip(taken["indicators"], found, strict=True):
        _known(item.items()["objective"], str(indicator.objective), lists["objective"], "objective of lists.yaml")
        _refer_codes(item, indicator, tables, lists)
    return {indicator.code: indicator for indicator in found}


def _indicator(node: _Node, tables: Mapping[str, Table]) -> Indicator:
    taken = _words(
        _take(
            node,
            INDICATOR,
            ("code", "objective", "level", "unit", "title", "title_zh", "number", "over_time"),
            "an indicator",
        )
    )
    taken["table"], taken["as_"] = taken.pop("from", None), taken.pop("as", None)
    indicator = Indicator(**taken)
    if indicator.number == "ratio" and not (indicator.part and indicator.whole):
        raise node.fault("a ratio needs `part` and `whole`.")
    if indicator.number != "stated":
        _refer_indicator(indicator, node, tables)
    return indicator


def _refer_indicator(indicator: Indicator, node: _Node, tables: Mapping[str, Table]) -> None:
    for part in (indicator.part, indicator.whole):
        if part:
            table = part.table or indicator.table
            _asked(node, table, [*part.sum, *part.where, *([part.distinct] if part.distinct else [])], tables)
    if indicator.table or indicator.number != "ratio":
        _asked(node, indicator.table, [*indicator.of, *indicator.women, *indicator.where], tables)
        splits = [name for split in indicator.splits for name in split if name not in SPLITS]
        for name in splits:
            _split(node, name, tables[str(indicator.table)], tables)


def _refer_codes(node: _Node, indicator: Indicator, tables: Mapping[str, Table], lists: Lists) -> None:
    """Refuse a condition on a choice that names no code of its list, and one on a yes or no that is neither."""
    for table, where in indicator.conditions():
        fields = {field.name: field for field in tables[table].fields}
        for name, code in ((name, code) for name, wanted in where.items() for code in wanted if name in fields):
            field = fields[name]
            if field.list:
                _known(node, code, lists[field.list], f"code of the list `{field.list}`")
            elif field.kind == "flag":
                _known(node, code, ("true", "false"), f"answer to `{name}`")


def _asked(node: _Node, name: str | None, fields: Sequence[str], tables: Mapping[str, Table]) -> None:
    if name is None:
        raise node.fault("the indicator needs `from`: the table that its rows are in.")
    table = tables[_known(node, name, tables, "table")]
    names = {field.name for field in table.fields} | COMPUTED.get(name, set())
    for field in fields:
        _known(node, field, names, f"field of `{name}`")


def _split(node: _Node, name: str, table: Table, tables: Mapping[str, Table]) -> None:
    first, _, rest = name.partition(".")
    _known(node, first, {field.name for field in table.fields} | SPLITS, f"field of `{table.name}`")
    if rest:
        target = table.field(first).ref
        _asked(node, target, [rest], tables)


def _part(node: _Node) -> Part:
    taken = _take(node, PART, (), "the part of a ratio")
    within = taken.pop("within", None)
    if within not in (None, "whole"):
        raise node.fault(f"`within` can only be `whole`, not {within!r}.")
    return Part(
        **{{"from": "table"}.get(key, key): value for key, value in taken.items()}, within_whole=within is not None
    )


def _where(node: _Node) -> dict[str, tuple[str, ...]]:
    return {field: value.texts() for field, value in node.items().items()}


def _groups(node: _Node) -> tuple[tuple[str, ...], ...]:
    return tuple(group.texts() for group in node.list())


def _splits(node: _Node) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(split.split("+")) for split in node.texts())


def _among(known: Collection[str], what: str) -> Reader:
    return lambda node: node.among(known, what)


def _carry(node: _Node) -> str | Condition | tuple[str, ...]:
    if isinstance(node.raw, yaml.SequenceNode):
        return node.texts()
    return node.text() if node.text() in ("all", "pool") else _condition(node)


TITLES: dict[str, Reader] = {"name": _Node.text, "title": _Node.text, "title_zh": _Node.text}
FORM: dict[str, Reader] = {**TITLES, "edition": _Node.text, "editions": _Node.texts, "resources": _Node.list}
TABLE: dict[str, Reader] = {
    **TITLES,
    "layout": _among(("rows", "card"), "layout"),
    "key": _Node.texts,
    "silence": _among(("tick", "quiet"), "way of silence"),
    "scope": _among(("period", "register"), "scope"),
    "carry": _carry,
    "one_of": _groups,
    "alike": _groups,
    "rules": _Node.texts,
    "since": _Node.text,
    "fields": _Node.list,
}
FIELD: dict[str, Reader] = {
    **TITLES,
    "kind": _among(KINDS, "kind"),
    "required": _Node.flag,
    "required_if": _condition,
    "privacy": _among(PRIVACY, "privacy"),
    "list": _Node.text,
    "ref": _Node.text,
    "or_ref": _Node.text,
    "part_of": _Node.text,
    "not_before": _Node.text,
    "unite": _among(UNITE, "way to unite"),
    "counts": _Node.text,
    "unit_of": _Node.text,
    "basis": _Node.text,
    "file_of": _Node.text,
    "bound": _Node.flag,
    "signed": _Node.flag,
    "unique": _Node.flag,
    "minimum": _Node.whole,
    "maximum": _Node.whole,
    "pattern": _Node.text,
    "since": _Node.text,
    "was": _Node.texts,
}
RULES: dict[str, Reader] = {
    "trial": _trial,
    "times": _Node.whole,
    "least": _Node.whole,
    "maximum": _maximum,
    "years": _years,
}
PART: dict[str, Reader] = {
    "sum": _Node.texts,
    "distinct": _Node.text,
    "from": _Node.text,
    "where": _where,
    "within": _Node.text,
}
INDICATOR: dict[str, Reader] = {
    "code": _Node.text,
    "title": _Node.text,
    "title_zh": _Node.text,
    "objective": _Node.whole,
    "level": _among(("output", "outcome", "impact"), "level"),
    "unit": _Node.text,
    "number": _among(NUMBERS, "way to make a number"),
    "from": _Node.text,
    "where": _where,
    "of": _Node.texts,
    "women": _Node.texts,
    "as": _among(("relative", "points"), "way to express a change"),
    "part": _part,
    "whole": _part,
    "over_time": _among(OVER_TIME, "way over time"),
    "splits": _splits,
    "better": _among(("higher", "lower", "neither"), "direction"),
    "decimals": _Node.whole,
}
