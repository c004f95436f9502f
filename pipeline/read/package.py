"""Bytes -> the parts of an Office package, inflated within limits."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.errors import RefusedFile
from pipeline.read.sniff import refusal_of, zip_refusal_of

MOST_BYTES = 120 << 20
MOST_INFLATED = 400 << 20
MOST_IN_A_PART = 200 << 20
MOST_PARTS = 20_000
MOST_CELLS = 3_000_000  # of a sheet, formatted ones too: those cost as much to look at; and of shared texts
CHUNK = 1 << 18

# All that zipfile raises for an archive that is not what it says.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    ValueError,
    RuntimeError,
    KeyError,
)
Relations = Mapping[str, tuple[str, str]]  # id -> (kind, part)
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@dataclass(slots=True)
class Package:
    """The parts of an .xlsx by name (any case, any slash); what inflates too far is refused."""

    archive: zipfile.ZipFile
    names: Mapping[str, zipfile.ZipInfo]
    inflated: int = field(default=0, init=False)

    @property
    def book(self) -> str:
        """The name of the part that lists the sheets."""
        main = [part for kind, part in self.relations("").values() if kind == "officeDocument"]
        named = next((name for name in self.names if name.endswith("workbook.xml")), "xl/workbook.xml")
        return next((part for part in main if part.lower() in self.names), named)

    def part(self, name: str) -> bytes | None:
        """Return a part's bytes; None if there is none."""
        return b"".join(self._chunks(name)) if name.lower() in self.names else None

    def _chunks(self, name: str) -> Iterator[bytes]:
        size = 0
        try:
            with self.archive.open(self.names[name.lower()]) as stream:
                while chunk := stream.read(CHUNK):  # at its end the checksum is compared
                    size += len(chunk)
                    self.inflated += len(chunk)
                    if size > MOST_IN_A_PART or self.inflated > MOST_INFLATED:
                        raise _bomb(size, self.inflated)
                    yield chunk
        except BROKEN as error:
            raise RefusedFile("damaged", what=f"the part {name}", what_zh=f"部件 {name}") from error

    def parser(self) -> expat.XMLParserType:
        """Return a parser that refuses a document type definition."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartDoctypeDeclHandler = _refuse_dtd
        return parser

    def feed(self, name: str, parser: expat.XMLParserType) -> None:
        """Give a part's XML to a parser; RefusedFile if it is broken."""
        data = self.part(name)
        if data is not None:
            self.give(name, parser, data)

    def give(self, name: str, parser: expat.XMLParserType, data: bytes) -> None:
        """Give the bytes of a part to a parser; RefusedFile if they are no XML."""
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:  # the last two of an encoding it does not know
            raise RefusedFile("damaged", what=f"{name}: {error}", what_zh=f"{name}：{error}") from error

    def check(self, name: str, data: bytes) -> None:
        """See that the bytes of a part are XML without a document type definition."""
        self.give(name, self.parser(), data)

    def parse(
        self, name: str | None, start: Start | None = None, end: End | None = None, text: Text | None = None
    ) -> None:
        """Feed a part to the handlers; names come without their prefix.  A part that is not there says nothing."""
        if name is None:
            return
        parser = self.parser()
        if start:
            parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
        if end:
            parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
        if text:
            parser.CharacterDataHandler = text
        self.feed(name, parser)

    def relations(self, part: str) -> Relations:
        """Return what a part points to inside the package: id -> (kind, part)."""
        folder = posixpath.dirname(part)
        found: dict[str, tuple[str, str]] = {}
        for one in self._pointers(part):
            if one.get("TargetMode") != "External":
                target = one.get("Target", "").replace("\\", "/")
                where = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                found[one.get("Id", "")] = (one.get("Type", "").rsplit("/", 1)[-1], where)
        return found

    def outside(self, part: str) -> Mapping[str, str]:
        """Return what a part points to outside the package, as written: id -> address."""
        pointers = self._pointers(part)
        return {one.get("Id", ""): one.get("Target", "") for one in pointers if one.get("TargetMode") == "External"}

    def _pointers(self, part: str) -> list[dict[str, str]]:
        folder, base = posixpath.split(part)
        return self.attributes(posixpath.join(folder, "_rels", base + ".rels"), "Relationship")

    def attributes(self, part: str, name: str) -> list[dict[str, str]]:
        """Return the attributes of every element of that name in a part."""
        found: list[dict[str, str]] = []
        self.parse(part, lambda one, attributes: found.append(attributes) if one == name else None)
        return found


def open_package(data: bytes) -> Package:
    """Return the package; RefusedFile says what the bytes are if they are none of ours."""
    if len(data) > MOST_BYTES:
        raise RefusedFile("too_large", found=f"{len(data) >> 20} MB", expected=f"{MOST_BYTES >> 20} MB")
    if not data.startswith(b"PK"):
        raise refusal_of(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise RefusedFile("truncated") from error
    infos = archive.infolist()
    _limit(infos)
    names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
    if "[content_types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise zip_refusal_of(names)
    if len(names) < len(infos):
        raise RefusedFile("damaged", what="a part stands in it twice", what_zh="含有重复的部件")
    return Package(archive, names)


def _limit(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_PARTS:
        raise RefusedFile("zip_bomb", found=f"{len(infos)} parts", expected=f"{MOST_PARTS} parts")
    total = sum(info.file_size for info in infos)
    if total > MOST_INFLATED:
        raise _bomb(0, total)
    if any(info.flag_bits & 1 for info in infos):
        raise RefusedFile("password")


def _bomb(size: int, total: int) -> RefusedFile:
    most = MOST_IN_A_PART if size > MOST_IN_A_PART else MOST_INFLATED
    return RefusedFile("zip_bomb", found=f"> {max(size, total, most) >> 20} MB", expected=f"{most >> 20} MB")


def whole(text: str | None, other: int = 0) -> int:
    """Return a whole number of a part's attribute; `other` if it is none.

    >>> whole("12"), whole("x"), whole(None, -1)
    (12, 0, -1)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else other


def _refuse_dtd(*_: object) -> None:
    raise RefusedFile("unsafe_xml")
