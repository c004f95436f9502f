"""What can stop a job.  The text of each is shown to a person as it stands.

PipelineError
├── SettingsError      pipeline.toml says something unknown or impossible
├── DescriptorError    a form, list or indicator in templates/ is faulty
├── TemplateError      a Word template asks for what is not there
├── RefusedFile        what came is no workbook of ours (its code is in `messages`)
├── UnknownFigure      no reckoning has the figure asked for
├── Busy               another run is at work
├── BrokenArchive      what the ledger rests on is missing or changed
└── CannotWrite        the disk is full, or a file cannot be put in its place

Bad data in a good file is not an error: it is a `Finding` (see `check`).
"""

from __future__ import annotations


class PipelineError(Exception):
    """A person has to act; the message says who and how."""


class SettingsError(PipelineError):
    """pipeline.toml says something unknown or impossible."""


class DescriptorError(PipelineError):
    """A form, list or indicator in templates/ is faulty."""


class TemplateError(PipelineError):
    """A Word template asks for what is not there, or for a number without evidence."""


class UnknownFigure(PipelineError):
    """No reckoning has the figure asked for."""


class Busy(PipelineError):
    """Another run is at work."""


class BrokenArchive(PipelineError):
    """What the ledger rests on is missing or changed."""


class CannotWrite(PipelineError):
    """The disk is full, or a file cannot be put in its place; what was there before is untouched."""


class RefusedFile(PipelineError):
    """What came cannot be taken as a workbook of ours.

    `code` is a code of `messages`, `params` the words it needs: `examine` makes the one
    finding of it that the office is answered with.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
