"""A Word document -> its parts as lines that a person can review; `make accept` keeps them in tests/golden/.

    python -m tests.golden

Each filled part is a list of paragraphs with their styles, tables with their captions,
pictures and charts with their sizes and words.  Every other part is the template's own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from typer.main import get_command
from typer.testing import CliRunner

from pipeline import cli
from pipeline.run import run
from pipeline.settings import load_settings

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLDEN = HERE / "golden"
DOCUMENTS = {  # the document, and the template that it is made from
    "donor-report.docx": "donor-report.docx",
    "donor-report-review.docx": "donor-report.docx",
    "newsletter.docx": "newsletter.docx",
    "newsletter.zh.docx": "newsletter.zh.docx",
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}inline"
EMU = 36000


def told(data: bytes) -> dict[str, list[str]]:
    """Return the lines of each part that holds words: the text, headers and footers, comments, charts, properties."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    return {name: lines for name, part in sorted(parts.items()) if (lines := list(_lines(name, ET.fromstring(part))))}


def _lines(name: str, root: ET.Element) -> Iterator[str]:
    if name.startswith("word/charts/"):
        yield from _chart(root)
    elif name == "docProps/core.xml":
        yield from (f"{one.tag.rpartition('}')[2]}: {one.text}" for one in root if one.text)
    elif name.rpartition("/")[2].startswith(("document", "header", "footer", "comments")):
        yield from _block(root, "")


def _block(element: ET.Element, indent: str) -> Iterator[str]:
    for child in element:
        if child.tag == W + "p":
            yield f"{indent}{_paragraph(child)}"
        elif child.tag == W + "tbl":
            caption = child.find(f"{W}tblPr/{W}tblCaption")
            yield f"{indent}[table: {caption.get(W + 'val') if caption is not None else ''}]"
            yield from _rows(child, indent + "  ")
        elif child.tag != W + "tr":
            yield from _block(child, indent)


def _rows(table: ET.Element, indent: str) -> Iterator[str]:
    for row in table.findall(W + "tr"):
        cells = row.findall(W + "tc")
        plain = [cell.findall(W + "p") for cell in cells]
        if all(len(one) == 1 and not cell.findall(W + "tbl") for one, cell in zip(plain, cells, strict=True)):
            yield indent + " | ".join(_paragraph(one[0]) for one in plain)
            continue
        for cell in cells:
            yield f"{indent}[cell]"
            yield from _block(cell, indent + "  ")


def _paragraph(paragraph: ET.Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    said = [*_runs(paragraph)]
    return f"{style.get(W + 'val') if style is not None else '-'}: {''.join(said)}".rstrip()


def _runs(paragraph: ET.Element) -> Iterator[str]:
    for one in paragraph.iter():
        if one.tag == W + "t":
            yield (one.text or "").replace("\u00a0", "°")
        elif one.tag in (W + "tab", W + "br") and one.tag != W + "tabs":
            yield "→" if one.tag == W + "tab" and not one.attrib else "↵" if one.tag == W + "br" else ""
        elif one.tag == W + "commentReference":
            yield f"[comment {one.get(W + 'id')}]"
        elif one.tag == DRAWN:
            yield _picture(one)


def _picture(inline: ET.Element) -> str:
    extent, words, *_ = inline
    size = " × ".join(f"{int(extent.attrib[side]) / EMU:.1f}" for side in ("cx", "cy"))
    return f"[picture {size} mm: {words.get('descr')}]"


def _chart(root: ET.Element) -> Iterator[str]:
    for series in root.iter(C + "ser"):
        parts = {part: [value.text for value in series.findall(f"{C}{part}//{C}v")] for part in ("tx", "cat", "val")}
        yield f"{parts['tx']}: " + ", ".join(
            f"{name} {value}" for name, value in zip(*list(parts.values())[1:], strict=False)
        )


def helped() -> str:
    """Return what `--help` says of each command, as on a terminal of 100 columns."""
    app, type_in = get_command(cli.app), CliRunner()
    words = [
        (),
        *((name,) for name in app.commands),
        *(("template", name) for name in app.commands["template"].commands),
    ]  # type: ignore[attr-defined]
    told = [
        type_in.invoke(
            cli.app, [*one, "--help"], env={"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}, prog_name="score"
        ).output
        for one in words
    ]
    return "".join("\n".join(line.rstrip() for line in text.splitlines()) + "\n" for text in told)


def accept() -> None:
    """Write what the documents of the shipped case say today; the difference is for a person to review."""
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "help.txt").write_text(helped(), encoding="utf-8")
    with TemporaryDirectory() as folder:
        for name in ("inbox", "templates"):
            (Path(folder) / name).symlink_to(ROOT / name)
        (Path(folder) / "pipeline.toml").write_text('[reports]\nlibreoffice = "none"\n', encoding="utf-8")
        from tests.conftest import NOW

        settings = load_settings(Path(folder))
        run(settings, NOW)
        for name in DOCUMENTS:
            text = written(told((settings.reports / "2014-Q4" / name).read_bytes()))
            (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")


def written(parts: dict[str, list[str]]) -> str:
    """Return the parts as a page of text."""
    return "".join(f"==== {name}\n" + "\n".join(lines) + "\n" for name, lines in parts.items())


if __name__ == "__main__":
    accept()
