"""A picture or chart -> what stands for it in the text, and the parts it needs."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageOps

from pipeline import files
from pipeline.report.printable import Charted, Pictured

EMU = 36000  # of Word's units, in a millimetre
DOTS = 300 / 25.4  # of print, in a millimetre
QUALITY = 85
FIRST_ID = 1000  # ids of drawings in a template are lower
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

INLINE = (  # without the four distances LibreOffice moves and clips a picture
    '</w:t></w:r><w:r><w:drawing><wp:inline xmlns:wp="' + DRAWING + 'wordprocessingDrawing" distT="0" distB="0" '
    'distL="0" distR="0"><wp:extent cx="{x}" cy="{y}"/><wp:docPr id="{id}" name="{name}" descr={alt}/>'
    '<wp:cNvGraphicFramePr/><a:graphic xmlns:a="' + DRAWING + 'main">{graphic}</a:graphic></wp:inline></w:drawing>'
    '</w:r><w:r><w:t xml:space="preserve">'
)
PICTURE = (
    '<a:graphicData uri="' + DRAWING + 'picture"><pic:pic xmlns:pic="' + DRAWING + 'picture"><pic:nvPicPr>'
    '<pic:cNvPr id="{id}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip xmlns:r="' + RELATION[:-1] + '" r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
    '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
)
CHART = (
    '<a:graphicData uri="' + DRAWING + 'chart"><c:chart xmlns:c="' + DRAWING + 'chart" '
    'xmlns:r="' + RELATION[:-1] + '" r:id="{relation}"/></a:graphicData>'
)


@dataclass(slots=True)
class Drawings:
    """What is drawn in one document, and what its archive needs for it beside the text."""

    new: dict[str, bytes] = field(default_factory=dict)
    relations: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)  # part -> id, type, target
    types: dict[str, str] = field(default_factory=dict)  # part -> its content type
    _named: dict[str, str] = field(default_factory=dict)
    _drawn: int = 0

    def draw(self, one: Pictured | Charted, part: str) -> str:
        """Return what stands in the text of `part` for a picture or chart."""
        chart = isinstance(one, Charted)
        relation = self._chart(one, part) if isinstance(one, Charted) else self._picture(one, part)
        self._drawn += 1
        facts = {
            "x": round(one.width * EMU),
            "y": round(one.height * EMU),
            "id": FIRST_ID + self._drawn,
            "name": f"{'Chart' if chart else 'Picture'} {self._drawn}",
            "alt": quoteattr(one.alt),
            "relation": relation,
        }
        return INLINE.format(**facts, graphic=(CHART if chart else PICTURE).format(**facts))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Return the id under which a part knows another one."""
        known = self.relations.setdefault(part, [])
        for relation, other, there in known:
            if (other, there) == (kind, target):
                return relation
        known.append((f"rIdS{len(known) + 1}", kind, target))
        return known[-1][0]

    def _picture(self, one: Pictured, part: str) -> str:
        data = one.data if one.drawn else sized(one.data, one.width, one.height, one.keep)
        ending = "png" if data.startswith(b"\x89PNG") else "jpeg"
        name = self._name(data, lambda number: f"media/printed{number}.{ending}")
        self.new[f"word/{name}"] = data
        return self.relate(part, "image", name)

    def _name(self, data: bytes, name: Callable[[int], str]) -> str:
        return self._named.setdefault(files.sha256(data), name(len(self._named) + 1))

    def _chart(self, one: Charted, part: str) -> str:
        number = len(self.types) + 1
        self.new[f"word/charts/printed{number}.xml"] = one.part
        self.new[f"word/embeddings/printed{number}.xlsx"] = one.workbook
        link = relations_xml([("rId1", "package", f"../embeddings/printed{number}.xlsx")])
        self.new[f"word/charts/_rels/printed{number}.xml.rels"] = link
        self.types[f"/word/charts/printed{number}.xml"] = CHART_TYPE
        return self.relate(part, "chart", f"charts/printed{number}.xml")


def relations_xml(relations: list[tuple[str, str, str]], old: bytes = b"") -> bytes:
    """Return the part that names the relations of another, those of `old` first."""
    new = "".join(f'<Relationship Id="{one}" Type="{RELATION}{kind}" Target="{to}"/>' for one, kind, to in relations)
    before = old.decode() or f'{HEAD}<Relationships xmlns="{PACKAGE}"></Relationships>'
    if "</Relationships>" not in before:  # an empty one closes itself
        before = before.rstrip().removesuffix("/>") + "></Relationships>"
    return before.replace("</Relationships>", new + "</Relationships>").encode()


@functools.lru_cache(maxsize=32)
def sized(data: bytes, width: float, height: float, keep: tuple[float, float] = (0.5, 0.5)) -> bytes:
    """Return a picture cropped to a box of that many mm and no finer than print, without its metadata."""
    with Image.open(io.BytesIO(data)) as source:
        upright = ImageOps.exif_transpose(source)
        flat = Image.new("RGB", upright.size, "white")
        shape = upright.convert("RGBA")
        flat.paste(shape, mask=shape)
    most = min(DOTS, flat.width / width, flat.height / height)  # never finer than it came
    pixels = (max(1, round(width * most)), max(1, round(height * most)))
    fitted = ImageOps.fit(flat, pixels, Image.Resampling.LANCZOS, centering=keep)
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=QUALITY, optimize=True, subsampling=0)
    return out.getvalue()
