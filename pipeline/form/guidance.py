"""templates/guidance.yaml -> the words that help a clerk to fill in a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import DescriptorError
from pipeline.model import Words

FILE = "guidance.yaml"
SECTIONS = ("how", "rules", "example", "hints", "bound", "required", "needed", "not_in_list", "not_a_number", "words")


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a blank form says beside its questions, in both languages."""

    how: Mapping[str, Words]  # by the layout of a table
    rules: Sequence[Words]
    example_table: str
    example: Mapping[str, str]  # field -> what is typed, codes for entries of lists
    hints: Mapping[str, Words]  # by the kind of answer
    words: Mapping[str, Words]


def load_guidance(folder: Path) -> Guidance:
    """Return the guidance of `folder`, templates/.

    Raises:
        DescriptorError: a section is missing, or a text is not given in both languages.
    """
    try:
        said = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DescriptorError(f"templates/{FILE} cannot be read ({error}).") from error
    if not isinstance(said, dict) or (missing := [name for name in SECTIONS if name not in said]):
        raise DescriptorError(f"templates/{FILE} needs {', '.join(missing) if isinstance(said, dict) else SECTIONS}.")
    single = {name: _words(said[name], name) for name in ("bound", "required", "needed", "not_in_list", "not_a_number")}
    return Guidance(
        how=_mapped(said["how"]),
        rules=[_words(one, "rules") for one in said["rules"]],
        example_table=said["example"]["table"],
        example={name: str(typed) for name, typed in said["example"]["row"].items()},
        hints=_mapped(said["hints"]),
        words={**single, **_mapped(said["words"])},
    )


def _mapped(said: Mapping[str, Any]) -> dict[str, Words]:
    return {name: _words(pair, name) for name, pair in said.items()}


def _words(pair: Any, name: str) -> Words:
    if not isinstance(pair, list) or len(pair) != 2:
        raise DescriptorError(f"templates/{FILE}: `{name}` needs two texts, English and Chinese: [..., ...].")
    return Words(str(pair[0]), str(pair[1]))
