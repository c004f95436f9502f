"""A Word template and what it may use -> the document; nothing without evidence gets onto a page."""

from __future__ import annotations

import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, UndefinedError
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from pipeline import files
from pipeline.errors import TemplateError
from pipeline.report.printable import Quoted, Shown, Term


@dataclass(frozen=True, slots=True)
class Document:
    """A filled document and the figures on its pages, in order."""

    data: bytes
    printed: tuple[tuple[str, str], ...]  # (figure, text)


def fill_document(template: bytes, context: Mapping[str, object], name: str) -> Document:
    """Return the template filled; the same inputs give the same bytes.

    Raises:
        TemplateError: it asks for what is not there, or for a number without evidence.
    """
    printed: list[tuple[str, str]] = []
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_guard(printed))
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(dict(context), environment, autoescape=True)
    except UndefinedError as error:
        raise TemplateError(
            f"{name} asks for something that is not there: {error}.{_nearest(str(error), context)}"
        ) from error
    except JinjaError as error:
        raise TemplateError(f"{name} cannot be filled: {error}. Correct the template in Word.") from error
    out = io.BytesIO()
    document.save(out)
    return Document(files.stable_zip(out.getvalue()), tuple(printed))


def _guard(printed: list[tuple[str, str]]) -> Any:
    """Return what Jinja calls before it prints: it lets figures, quotes and terms through, and nothing else."""

    def guard(value: object) -> object:
        if isinstance(value, StrictUndefined):
            return value  # speaks for itself when it is printed
        if isinstance(value, Shown):
            printed.append((value.figure, value.text))
        elif not isinstance(value, (Quoted, Term)):
            raise TemplateError(
                f"A template prints {str(value)!r}, which is no figure and nobody's words. "
                "Print a figure, a text of the workbooks, or write it into the template."
            )
        return value.text

    return guard


def _nearest(error: str, context: Mapping[str, object]) -> str:
    asked = error.split("'")[1] if "'" in error else ""
    near = difflib.get_close_matches(asked, context, 1)
    return f" Did you mean {near[0]!r}?" if near else ""
