"""The pictures of a package -> each with its cell, decoded, as it is shown and without metadata.

floating        xl/drawings: the cell under its top left corner
Microsoft 365   "place in cell": an error cell with a rich value that leads to the picture
WPS             a cell with =DISPIMG("ID_…"), looked up in xl/cellimages.xml
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageOps

from pipeline.model import Picture
from pipeline.read.drawings import Look, Place, Turn, read_shapes, shapes_of
from pipeline.read.package import Package, Relations, whole

MOST_PIXELS = 60_000_000
MOST_PICTURE_BYTES = 30 << 20
EDGE = 2400  # the longer side of a clean copy: 20 cm in print
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")  # a phone's MPO opens as JPEG
# All that Pillow raises for bytes that are no picture, or no whole one.
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError)

_DISPIMG = re.compile(r'DISPIMG\(\s*"([^"]+)"')
WHOLE = Look()  # of a picture that is shown as it came
ORIENTATION = 0x0112  # of Exif: how the camera was held
HELD = {  # what undoes it
    2: (Turn(across=True),),
    3: (Turn(degrees=180),),
    4: (Turn(over=True),),
    5: (Turn(across=True, degrees=270),),
    6: (Turn(degrees=90),),
    7: (Turn(across=True, degrees=90),),
    8: (Turn(degrees=270),),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture over or in a cell; `fault` says why there is none, in a code of `messages`."""

    picture: Picture | None
    data: bytes = b""  # of the clean copy
    fault: str | None = None
    instead: bool = False  # it stands in the cell, whose error or formula is only its shell


class Pool:
    """All pictures of a workbook, each decoded once."""

    def __init__(self, package: Package, relations: Relations) -> None:
        self._package = package
        self._parts = {kind.lower(): part for kind, part in relations.values()}
        self._decoded: dict[tuple[str, Look], Placed] = {}
        self._wps: Mapping[str, tuple[str, Look]] | None = None
        self._rich: Mapping[int, str] | None = None

    def of_sheet(self, sheet: str, inside: Mapping[Place, tuple[str, str | None]]) -> dict[Place, list[Placed]]:
        """Return the pictures of a sheet by place, but for those that are hidden or bound to no cell (see `around`).

        Args:
            sheet: the name of its part.
            inside: (formula or text, number of the rich value) of cells that may hold one.
        """
        found: dict[Place, list[Placed]] = defaultdict(list)
        for place, (text, rich) in inside.items():
            part, look = self._in_cell(text, rich)
            if part:
                found[place].append(self._decode(part, look, instead=True))
        for drawing, one in shapes_of(self._package, sheet):
            if one.relation is not None and one.place and not one.hidden:
                part = self._package.relations(drawing).get(one.relation, ("", ""))[1]
                found[one.place].append(self._decode(part, one.look))
        return dict(found)

    def _in_cell(self, text: str, rich: str | None) -> tuple[str, Look]:
        if rich is not None:
            self._rich = _rich_values(self._package, self._parts) if self._rich is None else self._rich
            return self._rich.get(whole(rich), ""), WHOLE
        named = _DISPIMG.search(text)
        if not named:
            return "", WHOLE
        self._wps = _cell_images(self._package, self._parts) if self._wps is None else self._wps
        return self._wps.get(named[1], ("", WHOLE))

    def _decode(self, part: str, look: Look, *, instead: bool = False) -> Placed:
        if (part, look) not in self._decoded:
            self._decoded[part, look] = clean(self._package.part(part) or b"", look)
        one = self._decoded[part, look]
        return Placed(one.picture, one.data, one.fault, instead)


def clean(data: bytes, look: Look = WHOLE) -> Placed:
    """Return a picture as it is shown and without metadata, with the fingerprints of both; or why it cannot be."""
    if len(data) > MOST_PICTURE_BYTES:
        return Placed(None, fault="picture_too_large")
    try:
        decoded = _decoded(data, look)
    except (Image.DecompressionBombError, MemoryError):
        return Placed(None, fault="picture_too_large")
    except UNREADABLE:
        return Placed(None, fault="picture_unreadable")
    if decoded is None:
        return Placed(None, fault="picture_too_large")
    kind, shown = decoded
    width, height = shown.size
    copy = _encoded(kind, shown)
    return Placed(Picture(_sha(data), width, height, _sha(copy)), copy)


def _decoded(data: bytes, look: Look) -> tuple[str, Image.Image] | None:
    """Return what kind of picture the bytes are and the picture, as it is shown; None if it is too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            kind = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
            return kind, _shown(_in_eight_bits(image), look)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 8 bits a colour; ValueError if nobody says which of its numbers is white."""
    image.load()
    if image.mode in ("I", "F"):  # measurements: a grey photograph of 16 bits opens as one of the kinds of I;16
        raise ValueError(image.mode)
    if not image.mode.startswith("I;16"):
        return image
    return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")  # at once, all above 255 were white


def _shown(image: Image.Image, look: Look) -> Image.Image:
    """Return what is shown of a picture, the way it is.

    A program that turns a picture has read how the camera was held, and says all of it in the
    drawing; what it cuts off it measures on the picture as it came.
    """
    turns = look.turns or HELD.get(image.getexif().get(ORIENTATION, 1), ())
    left, top, right, bottom = look.cut
    width, height = image.size
    box = round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height)
    rest = image.crop(box) if any(look.cut) else image
    shown = rest.convert("RGBA" if rest.has_transparency_data else "RGB")
    for turn in turns:
        shown = _turned(shown, turn)
    return shown


def _turned(image: Image.Image, turn: Turn) -> Image.Image:
    """Return a picture mirrored and turned; one that stands aslant no larger than a copy, on nothing or on white."""
    if turn.across:
        image = ImageOps.mirror(image)
    if turn.over:
        image = ImageOps.flip(image)
    if turn.degrees % 90:
        image.thumbnail((EDGE, EDGE))
    ground = (255, 255, 255, 0)[: len(image.getbands())]
    return image.rotate(-turn.degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def _encoded(kind: str, upright: Image.Image) -> bytes:
    """Return a copy of at most EDGE pixels a side, with nothing in it but the picture."""
    bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    bare.thumbnail((EDGE, EDGE))
    target = io.BytesIO()
    bare.save(target, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return target.getvalue()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _relation(attributes: Mapping[str, str], ending: str) -> str:
    return next((value for key, value in attributes.items() if key.endswith(ending)), "")


def _cell_images(package: Package, parts: Mapping[str, str]) -> dict[str, tuple[str, Look]]:
    """Return the pictures that WPS keeps for DISPIMG: name -> part, and how it is shown."""
    registry = parts.get("cellimage", "xl/cellimages.xml")
    relations = package.relations(registry)
    images = (one for one in read_shapes(package, registry) if one.relation is not None)
    return {one.name: (relations.get(one.relation or "", ("", ""))[1], one.look) for one in images}


# ---- place in cell: cell -> metadata -> rich value -> relation -> part -------------------------------------


def _rich_values(package: Package, parts: Mapping[str, str]) -> dict[int, str]:
    """Return the pictures that Microsoft 365 keeps for cells: number of the cell's value metadata -> part."""
    targets = _rich_targets(package, parts.get("richvaluerel", ""))
    keys = _rich_keys(package, parts.get("rdrichvaluestructure", ""))
    values = _rich_rows(package, parts.get("rdrichvalue", parts.get("richvalue", "")))
    found = {}
    for number, value in enumerate(_metadata(package, parts.get("sheetmetadata", "")), 1):
        structure, texts = values[value] if 0 <= value < len(values) else (-1, [])
        named = dict(zip(keys[structure] if 0 <= structure < len(keys) else (), texts, strict=False))
        local = next((text for key, text in named.items() if key.startswith("_rvRel:LocalImageIdentifier")), None)
        if local is not None and whole(local, -1) in targets:
            found[number] = targets[whole(local, -1)]
    return found


def _metadata(package: Package, part: str) -> list[int]:
    """Return for each value metadata, in order, the rich value it points to; -1 for none."""
    path: list[str] = []
    future: dict[str, list[int]] = defaultdict(list)
    types: list[str] = []
    pointers: list[list[tuple[int, int]]] = []
    within = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        if name == "metadataType":
            types.append(attributes.get("name", ""))
        elif name == "futureMetadata":
            within[0] = attributes.get("name", "")
        elif name == "bk":
            if "futureMetadata" in path:
                future[within[0]].append(-1)
            else:
                pointers.append([])
        elif name == "rvb" and future[within[0]]:
            future[within[0]][-1] = whole(attributes.get("i"), -1)
        elif name == "rc" and "valueMetadata" in path and pointers:
            pointers[-1].append((whole(attributes.get("t")), whole(attributes.get("v"), -1)))
        elif name == "valueMetadata":
            pointers.clear()  # what stood before are the metadata of cells, not of their values

    def end(_: str) -> None:
        path.pop()

    package.parse(part, start, end)
    return [_pointed(one, types, future) for one in pointers]


def _pointed(pointers: Iterable[tuple[int, int]], types: list[str], future: Mapping[str, list[int]]) -> int:
    for kind, index in pointers:
        if 0 < kind <= len(types) and types[kind - 1] == "XLRICHVALUE":
            values = future.get("XLRICHVALUE", [])
            return values[index] if 0 <= index < len(values) else index
    return -1


def _rich_keys(package: Package, part: str) -> list[list[str]]:
    found: list[list[str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "s":
            found.append([])
        elif name == "k" and found:
            found[-1].append(attributes.get("n", ""))

    package.parse(part, start)
    return found


def _rich_rows(package: Package, part: str) -> list[tuple[int, list[str]]]:
    """Return (structure, texts) of each rich value."""
    found: list[tuple[int, list[str]]] = []
    listens = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        listens[0] = name == "v" and bool(found)
        if name == "rv":
            found.append((whole(attributes.get("s")), []))
        elif name == "v" and found:
            found[-1][1].append("")

    def end(_: str) -> None:
        listens[0] = False

    def text(chunk: str) -> None:
        if listens[0]:
            found[-1][1][-1] += chunk

    package.parse(part, start, end, text)
    return found


def _rich_targets(package: Package, part: str) -> dict[int, str]:
    relations = package.relations(part)
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "rel":
            found.append(relations.get(_relation(attributes, ":id"), ("", ""))[1])

    package.parse(part, start)
    return {number: target for number, target in enumerate(found) if target}
