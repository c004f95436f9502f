"""What is so -> the status page: one file that needs no network and no script.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jinja2 import StrictUndefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from pipeline.errors import TemplateError

OF_THE_RUN = re.compile(rb"<!-- run -->.*?<!-- /run -->", re.DOTALL)  # stands so in templates/status.html


def status_page(template: str, told: Mapping[str, object]) -> bytes:
    """Return the page in both languages, everything told escaped.

    Args:
        template: templates/status.html.
        told: what it may use; texts in both languages are `Words`.

    Raises:
        TemplateError: the template asks for what is not there.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        return environment.from_string(template).render(told).encode()
    except JinjaError as error:
        raise TemplateError(f"status.html cannot be filled: {error}. Correct templates/status.html.") from error


def without_run(page: bytes) -> bytes:
    """Return a page without what it says of the run itself, which every night changes.

    >>> without_run(b"All in. <!-- run -->Last run: today<!-- /run --> Bye.")
    b'All in.  Bye.'
    """
    return OF_THE_RUN.sub(b"", page)
