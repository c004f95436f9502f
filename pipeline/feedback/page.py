"""A file that could not be opened -> one page that says what it is and what to do."""

from __future__ import annotations

import html
from dataclasses import dataclass

from pipeline.feedback import words
from pipeline.feedback.looks import BAD, BAD_PALE, FONT, INK, LINE, PETROL, SLATE
from pipeline.messages import say
from pipeline.model import Finding

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PAGE = f"""<!DOCTYPE html>
<html lang="{{lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{title}}</title><style>
body {{{{ font: 17px/1.6 Calibri, Carlito, "{FONT}", "Noto Sans CJK SC", sans-serif; color: #{INK}; max-width: 46em; margin: 2em auto; padding: 0 1em }}}}
h1 {{{{ font-size: 27px; line-height: 1.3; color: #{BAD}; background: #{BAD_PALE}; border-top: 3px solid #{BAD}; padding: .6em .7em; margin: 0 0 1em }}}}
h2 {{{{ font-size: 18px; color: #{PETROL}; border-top: 2px solid #{PETROL}; padding-top: .5em; margin: 1.6em 0 .4em }}}}
dl {{{{ display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.2em; margin: 0 }}}} dt {{{{ color: #{SLATE} }}}} dd {{{{ margin: 0; overflow-wrap: anywhere }}}}
.what {{{{ font-size: 20px; margin: .3em 0 }}}} footer {{{{ color: #{SLATE}; font-size: 15px; border-top: 1px solid #{LINE}; margin-top: 2em; padding-top: .6em }}}}
@page {{{{ size: A4; margin: 20mm }}}}
</style></head><body>
<h1>{{title}}</h1>
<dl><dt>{{file_title}}</dt><dd>{{file}}</dd><dt>{{when_title}}</dt><dd>{{when}}</dd></dl>
<h2>{{what_title}}</h2><p class="what">{{what}}</p>
<ol>{{steps}}</ol>
<footer>{{foot}}</footer>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be taken: which, when it came, why, and where its remedy is to be put."""

    language: str
    file: str
    received: str
    folder: str
    why: Finding


def refusal_page(refused: Refused) -> bytes:
    """Return the page, to be opened by a double click on any machine."""
    language = refused.language
    several = words.PAGE_STEPS_OF.get(refused.why.code, words.PAGE_STEPS)
    steps = "".join(f"<li>{html.escape(one[language].format(folder=refused.folder))}</li>" for one in several)
    told = {
        "title": words.PAGE_TITLE[language],
        "file_title": words.PAGE_FILE[language],
        "file": refused.file,
        "when_title": words.PAGE_WHEN[language],
        "when": refused.received,
        "what_title": words.PAGE_WHAT[language],
        "what": say(refused.why)[language],
        "foot": words.PAGE_FOOT[language],
    }
    escaped = {name: html.escape(text) for name, text in told.items()}
    return PAGE.format(lang=LANGUAGES[language], steps=steps, **escaped).encode()
