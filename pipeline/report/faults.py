"""A template and what it may use -> everything that is wrong with it, and everything that it may use.

Names are looked up in today's values without filling anything, in every branch; what only
filling can show (a bare number, XML that Word could not open) is tried at the end.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any

import jinja2
from jinja2 import nodes

from pipeline.errors import TemplateError
from pipeline.model import Finding, Severity
from pipeline.report.compiled import (
    BLOCKS,
    ENVIRONMENT,
    Faulty,
    Found,
    at,
    endless,
    hint,
    live_parts,
    names_of,
    open_template,
    prepared,
    static_faults,
    unreadable,
    without_end,
    word_of,
)
from pipeline.report.dress import done_by_hand, missing_styles, unseen_pictures
from pipeline.report.fill import fill_document
from pipeline.report.offers import with_offers
from pipeline.report.printable import Charted, Pictured, Quoted, Shown, Term
from pipeline.report.signs import repaired
from pipeline.report.tags import Tag

LEAVES = (Shown, Quoted, Term, Pictured, Charted)
SIGNS = ("template_braces", "template_brace", "template_signs")
TRIES = 20  # tags of a part that cannot be read, before the rest is left


def check_template(
    data: bytes, context: Mapping[str, object] | None, name: str, offers: Sequence[str] = ()
) -> list[Finding]:
    """Return every fault of a template, part by part in the order in which they stand.

    Args:
        context: what it may use today; None if nothing was reckoned yet, and names are not looked up.
        offers: what is there on other days, where a list or group is empty today.
    """
    names = with_offers(context, offers) if context is not None else None
    try:
        source = open_template(data)
    except Faulty as fault:
        return [_named(fault.finding, name)]
    found: list[Finding] = []
    for part, text in live_parts(source).items():
        found += [one for one in static_faults(part, text) if one.code in SIGNS]
        found += static_faults(part, better := repaired(text))
        found += _in_code(prepared(part, better), names)
    found += [*missing_styles(source), *unseen_pictures(source), *done_by_hand(source)]
    if context is not None and not any(one.severity is Severity.ERROR for one in found):
        found += _filling(data, context, name)
    return [_named(one, name) for number, one in enumerate(found) if one not in found[:number]]


def _named(one: Finding, name: str) -> Finding:
    return dataclasses.replace(one, params={**one.params, "name": name})


def _filling(data: bytes, context: Mapping[str, object], name: str) -> Iterator[Finding]:
    """Give the fault that filling with today's values meets."""
    try:
        fill_document(data, context, name)
    except TemplateError as error:
        if error.finding:
            yield error.finding


# ---- names ----------------------------------------------------------------------------------


def _in_code(part: Found, context: Mapping[str, object] | None) -> Iterator[Finding]:
    """Give the tags of a part that cannot be read, and the names in it that are not there."""
    told, code = _whole(part)
    yield from told
    for _ in range(TRIES):
        try:
            tree = ENVIRONMENT.parse(code)
        except jinja2.TemplateSyntaxError as error:
            yield from unreadable(error, list(part.tags), part.lines)
            shorter = _ended(code, error, part) or _without(code, error.lineno)
            if shorter == code:
                return
            code = shorter
            continue
        yield from _Names(part, context).look(tree)
        return


def _whole(part: Found) -> tuple[list[Finding], str]:
    """Return what is wrong with the ends of blocks, and the code with the ends that were meant."""
    lines, begun, told = part.code.split("\n"), list[Tag](), list[Finding]()
    for tag, line in zip(part.tags, part.lines, strict=False):
        word = word_of(tag)
        near = difflib.get_close_matches(word, ENDS, 1, 0.7) if word.startswith("en") and word not in ENDS else []
        if near:
            told.append(_misspelt(tag, word, near[0]))
            lines[line - 1] = lines[line - 1].replace(word, near[0], 1)
            word = near[0]
        if word in BLOCKS:
            begun.append(tag)
        elif any(word == f"end{word_of(one)}" for one in begun):
            while word != f"end{word_of(begun[-1])}":
                told.append(endless(begun[-1]))
                lines[line - 2] = re.sub(r"(\{%[-+]?)$", f"{{% end{word_of(begun.pop())} %}}" + r"\1", lines[line - 2])
            begun.pop()
    return told, "\n".join(lines)


ENDS = [f"end{word}" for word in BLOCKS]


def _misspelt(tag: Tag, word: str, near: str) -> Finding:
    words = {"why_en": f"there is no {word!r}; did you mean {near!r}", "why_zh": f"没有“{word}”，是否应为“{near}”"}
    return at(tag.place, "template_syntax", found=tag.text, **words)


def _ended(code: str, error: jinja2.TemplateSyntaxError, part: Found) -> str:
    """Return the code with the ends that its blocks lack, so that the rest is looked at too; "" for another fault."""
    ends = [f"{{% end{word_of(tag)} %}}" for tag in reversed(without_end(error, part.tags))]
    return code + "".join(ends) if ends else ""


def _without(code: str, line: int) -> str:
    """Return the code without the inside of the tag on a line; the lines stay where they are."""
    lines = code.split("\n")
    opened, closed = lines[line - 2 : line - 1], lines[line - 1 : line]
    if not opened or not closed or not re.search(r"(\{\{|\{%)[-+]?$", opened[0]):
        return code
    lines[line - 2] = re.sub(r"(\{\{|\{%)[-+]?$", "{#", opened[0])
    lines[line - 1] = re.sub(r"[-+]?(\}\}|%\})", "#}", closed[0], count=1)
    return "\n".join(lines)


Samples = list[object]  # today's values of an expression; none of them: nothing is known of it


class _Names:
    """Looks up what a part asks for, through loops and conditions."""

    def __init__(self, part: Found, context: Mapping[str, object] | None) -> None:
        self.part, self.found = part, list[Finding]()
        self.known = context is not None
        self.scope: dict[str, Samples] = {name: [value] for name, value in (context or {}).items()}
        self.scope |= {name: [] for name in (*ENVIRONMENT.globals, "loop")}

    def look(self, node: nodes.Node) -> list[Finding]:
        self.visit(node)
        return self.found

    def visit(self, node: nodes.Node) -> Samples:
        """Return today's values of an expression; note what is not there."""
        return VISITS.get(type(node), _Names.others)(self, node)

    def others(self, node: Any) -> Samples:
        for child in node.iter_child_nodes():
            self.visit(child)
        return []

    def name(self, node: Any) -> Samples:
        if node.ctx == "load" and node.name not in self.scope and self.known:
            self._note(node, node.name, self.scope)
        return self.scope.get(node.name, [])

    def attribute(self, node: Any) -> Samples:
        return self._of(node, self.visit(node.node), node.attr)

    def item(self, node: Any) -> Samples:
        samples = self.visit(node.node)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._of(node, samples, node.arg.value)
        self.visit(node.arg)
        return [one for sample in samples if isinstance(sample, (list, tuple)) for one in sample]

    def _of(self, node: Any, samples: Samples, name: str) -> Samples:
        holders = [one for one in samples if isinstance(one, Mapping) or is_dataclass(one)]
        has = [one for one in holders if name in (one if isinstance(one, Mapping) else names_of(one))]
        methods = any(hasattr(one, name) for one in holders if isinstance(one, Mapping))
        if holders and not has and not methods:
            self._note(node, name, [offer for one in holders for offer in names_of(one)])
        return [one[name] if isinstance(one, Mapping) else getattr(one, name) for one in has]

    def loop(self, node: Any) -> Samples:
        samples = self.visit(node.iter)
        elements = [one for sample in samples if isinstance(sample, (list, tuple)) for one in sample]
        with_target = {one.name: elements for one in node.target.find_all(nodes.Name)}
        with_target |= {one.name: elements for one in [node.target] if isinstance(one, nodes.Name)}
        outside, self.scope = self.scope, {**self.scope, **with_target}
        for child in (*node.body, *([node.test] if node.test else [])):
            self.visit(child)
        self.scope = outside
        for child in node.else_:
            self.visit(child)
        return []

    def assign(self, node: Any) -> Samples:
        samples = self.visit(node.node)
        if isinstance(node.target, nodes.Name):
            self.scope = {**self.scope, node.target.name: samples}
        return []

    def filter(self, node: Any) -> Samples:
        known = ENVIRONMENT.filters if isinstance(node, nodes.Filter) else ENVIRONMENT.tests
        if node.name not in known:
            tag = self.part.tag_at(node.lineno)
            words = hint(node.name, known)
            self.found.append(at(tag.place, "template_filter", found=tag.text, asked=node.name, **words))
        if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
            return []  # asking whether something is there is no fault
        return self.others(node)

    def output(self, node: Any) -> Samples:
        """Note what is printed and is the same whatever the values: nobody's figure, nobody's words."""
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData) and (told := _constant(child)):
                tag = self.part.tag_at(child.lineno)
                self.found.append(at(tag.place, "template_bare", found=tag.text, asked=told))
        return self.others(node)

    def _note(self, node: Any, name: str, offers: Iterable[str]) -> None:
        tag = self.part.tag_at(node.lineno)
        words = hint(name, dict.fromkeys(offers))
        self.found.append(at(tag.place, "template_undefined", found=tag.text, asked=name, **words))


def _constant(node: nodes.Expr) -> str:
    """Return what an expression of constants alone comes to, as it would be printed; "" for any other."""
    try:
        return repr(node.as_const())
    except nodes.Impossible:
        return ""


VISITS: Mapping[type[nodes.Node], Callable[[_Names, Any], Samples]] = {
    nodes.Output: _Names.output,
    nodes.Name: _Names.name,
    nodes.Getattr: _Names.attribute,
    nodes.Getitem: _Names.item,
    nodes.For: _Names.loop,
    nodes.Assign: _Names.assign,
    nodes.Filter: _Names.filter,
    nodes.Test: _Names.filter,
}


# ---- what may be used -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """Something that a template may use: how it is written, and what it is today."""

    path: str  # issue.number, news.left[].headline
    today: str


def fields_of(context: Mapping[str, object], offers: Sequence[str] = ()) -> list[Use]:
    """Return all that a template may use, with today's values; [] stands for each of a list.

    >>> fields_of({"items": [{"name": Term("A")}, {"name": Term("B"), "note": Term("C")}]})
    [Use(path='items[].name', today='A'), Use(path='items[].note', today='C')]
    """
    found: dict[str, str] = {}
    for path, today in _fields("", with_offers(context, offers)):
        found[path] = found.get(path) or today
    return [Use(path, today) for path, today in found.items()]


def _fields(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            plain = re.fullmatch(r"[A-Za-z_]\w*", str(name))
            step = (f".{name}" if path else str(name)) if plain else f'["{name}"]'
            yield from _fields(path + step, inner)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        if not value:
            yield f"{path}[]", ""
        for one in value:
            yield from _fields(f"{path}[]", one)
    elif not isinstance(value, str):  # a code is there to be compared, not printed
        yield path, _today(value)


def _today(value: object) -> str:
    if isinstance(value, (Pictured, Charted)):
        return f"[{value.alt}]"
    return str(value.text) if isinstance(value, (Shown, Quoted, Term)) else "" if value is None else str(value)
