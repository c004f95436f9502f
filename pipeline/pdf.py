"""A Word document -> its PDF, where LibreOffice is present; the same document is the same bytes.

One call for all documents, in a profile and a folder of its own, stopped when it takes too long.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline import files
from pipeline.errors import PipelineError

NAMES = ("soffice", "libreoffice")
PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
STANDS_FOR = {  # the fonts of Word, and those of the same widths that a machine without Word has
    "Calibri": "Carlito",
    "Cambria": "Caladea",
    "Microsoft YaHei": "Noto Sans CJK SC",
    "SimSun": "Noto Serif CJK SC",
}
EXPORT = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'  # readable to a screen reader
DATE = b"D:20000101000000+00'00'"  # a PDF has no date of its own
CHANGING = {  # what differs from one conversion to the next, to be replaced by as many signs
    rb"/(?:CreationDate|ModDate) ?\((D:[^)]*)\)": lambda found: (
        DATE if len(found) == len(DATE) else DATE[:16].ljust(len(found), b"Z")
    ),
    rb"/ID\s*\[\s*<([0-9A-Fa-f]+)>": lambda found: b"0" * len(found),
    rb"/ID\s*\[\s*<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>": lambda found: b"0" * len(found),
    rb"/DocChecksum\s*/([0-9A-Fa-f]+)": lambda found: b"0" * len(found),
}


class NotConverted(PipelineError):
    """There is no PDF; the message says why and what to do."""


def find_converter(named: str) -> str:
    """Return the program that makes PDFs: the one named, or with "auto" LibreOffice where it is usually installed.

    Raises:
        NotConverted: there is none.
    """
    candidates = NAMES + PLACES if named == "auto" else (named,)
    found = next((path for one in candidates if (path := shutil.which(one))), None)
    if found is None:
        raise NotConverted(
            "No PDF was made, because LibreOffice was not found. Install it, or write its place into pipeline.toml, "
            '[reports], libreoffice; "none" there says that no PDF is wanted. The Word documents are complete.'
        )
    return found


def make_pdfs(documents: Mapping[str, bytes], program: str, seconds: int) -> dict[str, bytes]:
    """Return the PDF of each document by the document's name, all in one call.

    Raises:
        NotConverted: LibreOffice did not start, took too long, or left a document out.
    """
    with tempfile.TemporaryDirectory(prefix=files.OWN, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sources = [folder / f"{number}.docx" for number, _ in enumerate(documents)]
        for source, data in zip(sources, documents.values(), strict=True):
            files.write(source, data)
        files.write(folder / "fonts.conf", _fonts().encode())
        _convert(program, folder, sources, seconds)
        made = {name: source.with_suffix(".pdf") for name, source in zip(documents, sources, strict=True)}
        if missing := [name for name, path in made.items() if not path.is_file()]:
            raise NotConverted(
                f"LibreOffice made no PDF of {', '.join(missing)}. Open the document in it and look why."
            )
        return {name: steady(path.read_bytes()) for name, path in made.items()}


def _convert(program: str, folder: Path, sources: list[Path], seconds: int) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--norestore", "--convert-to", EXPORT, "--outdir", str(folder)]
    fonts = {"FONTCONFIG_FILE": str(folder / "fonts.conf")} if os.name == "posix" else {}
    try:
        subprocess.run(
            [*command, *map(str, sources)],
            env={**os.environ, **fonts},
            timeout=seconds,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NotConverted(
            f"LibreOffice took longer than {seconds} seconds and was stopped; the next run tries again."
        ) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise NotConverted(
            f"LibreOffice could not be used ({error}). Start it once by hand and look what it says."
        ) from error


def _fonts() -> str:
    """Return what makes LibreOffice take fonts of the same widths, and Chinese, not Japanese, shapes."""
    matches = "".join(
        f'<match target="pattern"><test name="family"><string>{wanted}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{instead}</string></edit></match>'
        for wanted, instead in STANDS_FOR.items()
    )
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    return f'{head}<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{matches}</fontconfig>'


def steady(data: bytes) -> bytes:
    """Return a PDF without what differs from one conversion to the next; no byte moves.

    >>> steady(b"/CreationDate(D:20261124121500+01'00')")
    b"/CreationDate(D:20000101000000+00'00')"
    """
    for pattern, instead in CHANGING.items():
        data = re.sub(pattern, lambda found, instead=instead: _put(found, instead(found[1])), data)  # type: ignore[misc]
    return data


def _put(found: re.Match[bytes], instead: bytes) -> bytes:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return found[0][:start] + instead + found[0][end:]
