"""Messages and the functions that give them -> docs/rules.md: python -m docs.making.rules

Each code with how grave it is, where it comes from, what it means and both sentences.  What
a rule means is its docstring; what else means what is in meanings.yaml.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.check import TABLE_RULES
from pipeline.form import load_library
from pipeline.messages import CATALOGUE, FORM, NEWSLETTER, READ, REFUSALS, TEMPLATES, TOGETHER, TYPED, Message

ROOT = Path(__file__).parents[2]
MEANINGS: Mapping[str, str] = yaml.safe_load((Path(__file__).parent / "meanings.yaml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs" / "rules.md"
GROUPS: tuple[tuple[str, Mapping[str, Message]], ...] = (
    ("What cannot be taken as a workbook of ours", REFUSALS),
    ("How a cell was typed", TYPED),
    ("What was read, left out, or read with a doubt", READ),
    ("How the workbook keeps to its form", FORM),
    ("A return beside registers, other returns and decisions", TOGETHER),
    ("Word templates", TEMPLATES),
    ("The newsletter", NEWSLETTER),
)
ORDER = ("read", "values", "check", "merge", "run", "examine", "report")  # who is asked first where a code comes from
HEAD = """# Rules

What the pipeline says to people, by code. This page is made from the code (`make docs`).

**error** keeps the return out until it is corrected, or the project office lets it pass in its sheet “已知例外” (`exceptions`), with who and why.
**warning** is accepted and asks. **note** only tells. One fault down a column is one finding of several cells; what only follows from another fault is not said.

A rule on trial says so and keeps nothing out: put its code under `trial` in `templates/rules.yaml`{trial}.
A number from {least} on is asked about when it differs from that of the quarter before by a factor of {times}. No number is more than {maximum}, unless its field has a `maximum` of its own; no time lies outside {years}.

`score check FILE --json` gives these codes; `score status --json` counts what every return was told when it came (`counted`).
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A function that gives a code."""

    file: str
    function: str
    meaning: str

    @property
    def rank(self) -> int:
        """How early it is asked: where a cell is read before where a return is judged."""
        stage = self.file.split("/")[1].removesuffix(".py")
        return ORDER.index(stage) if stage in ORDER else len(ORDER)


def page() -> str:
    """Return the page."""
    rules = load_library(ROOT / "templates", TABLE_RULES).rules
    most = ", ".join(f"{number:,} ({kind})" for kind, number in rules.maximum.items())
    trial = f" (now: {', '.join(sorted(rules.trial))})" if rules.trial else " (now: none)"
    years = "–".join(str(year) for year in rules.years or ())
    head = HEAD.format(trial=trial, times=rules.times, least=rules.least, maximum=most, years=years)
    given, asked = sources(), asked_by()
    parts = [
        f"## {title}\n\n" + "\n".join(_entry(code, message, given[code], asked) for code, message in group.items())
        for title, group in GROUPS
    ]
    return head + "\n" + "\n".join(parts)


def _entry(code: str, message: Message, source: Source, asked: Mapping[str, list[str]]) -> str:
    forms = asked.get(source.function, [])
    tables = f" Asked by {', '.join(forms)}." if forms else ""
    said = f"> {plain(message.en)}\n>\n> {plain(message.zh)}\n"
    where = f"**{message.severity}** · {source.file}, `{source.function}`"
    return f"### `{code}`\n{where}\n\n{MEANINGS.get(code, source.meaning)}{tables}\n\n{said}"


def plain(sentence: str) -> str:
    """Return a sentence with its places as a reader understands them.

    >>> plain("{label_en!r} is {found}; see {{%tr")
    '‹label› is ‹found›; see {%tr'
    """
    named = re.sub(r"\{(\w+?)(?:_en|_zh)?(?:!r)?\}", r"‹\1›", sentence.replace("{{", "\0").replace("}}", "\1"))
    return named.replace("\0", "{").replace("\1", "}")


def sources() -> dict[str, Source]:
    """Return for each code the function that gives it, the first on the way from the cell."""
    found: dict[str, list[Source]] = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        if file == "pipeline/messages.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tables = _tables(tree)
        for function in _functions(tree):
            source = Source(file, function.name, _meaning(ast.get_docstring(function)))
            for code in _codes(function, tables):
                found.setdefault(code, []).append(source)
    return {code: min(several, key=lambda one: one.rank) for code, several in found.items()}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield the functions, those within others for themselves."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _tables(tree: ast.Module) -> dict[str, set[str]]:
    """Return the codes that stand in each table of a module."""
    return {
        target.id: _named(node)
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and _named(node)
    }


def _named(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in CATALOGUE}


def _codes(function: ast.FunctionDef, tables: Mapping[str, set[str]]) -> set[str]:
    """Return the codes that a function names, itself or in a table that it looks into."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return _named(function).union(*(codes for name, codes in tables.items() if name in used))


def _meaning(docstring: str | None) -> str:
    """Return the first paragraph of a docstring as a statement.

    >>> _meaning("Yield the rows that are hidden.  They are read.\\n\\nMore.")
    'The rows that are hidden. They are read.'
    """
    text = " ".join((docstring or "").split("\n\n")[0].split())
    text = re.sub(r"^(?:Return|Yield|Give) ", "", text)
    return text[:1].upper() + text[1:]


def asked_by() -> dict[str, list[str]]:
    """Return for each rule that forms name the tables that ask for it."""
    found: dict[str, list[str]] = {}
    for form in load_library(ROOT / "templates", TABLE_RULES).forms.values():
        for table in form.tables:
            for rule in table.rules:
                found.setdefault(rule, []).append(f"`{form.name}.{table.name}`")
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT).as_posix()}: {len(CATALOGUE)} codes\n")
