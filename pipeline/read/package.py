"""Bytes -> the parts of an Office package, inflated within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.errors import RefusedFile

MOST_BYTES = 120 << 20
MOST_INFLATED = 400 << 20
MOST_IN_A_PART = 200 << 20
MOST_PARTS = 20_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a file is by its first bytes, in the words of the two languages.
KINDS: tuple[tuple[bytes, str, str], ...] = (
    (OLE, "in the old .xls format (or WPS .et)", "旧版 .xls（或 WPS .et）格式"),
    (b"%PDF-", "a PDF", "PDF 文件"),
    (b"Rar!", "a RAR archive", "RAR 压缩包"),
    (b"7z\xbc\xaf'\x1c", "a 7z archive", "7z 压缩包"),
    (b"\x89PNG", "a picture", "图片"),
    (b"\xff\xd8\xff", "a picture", "图片"),
)
Relations = Mapping[str, tuple[str, str]]  # id -> (kind, part)
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of an .xlsx by name (any case, any slash)."""

    archive: zipfile.ZipFile
    names: Mapping[str, zipfile.ZipInfo]

    def part(self, name: str) -> bytes | None:
        """Return a part's bytes; None if there is none.  RefusedFile if it inflates past the limit."""
        info = self.names.get(name.lower())
        if info is None:
            return None
        try:
            with self.archive.open(info) as stream:
                data = stream.read(MOST_IN_A_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise RefusedFile("damaged", what=f"the part {name}", what_zh=f"部件 {name}") from error
        if len(data) > MOST_IN_A_PART:
            raise RefusedFile(
                "too_large", found=f"{name} > {MOST_IN_A_PART >> 20} MB", expected=f"{MOST_IN_A_PART >> 20} MB"
            )
        return data

    def relations(self, part: str) -> Relations:
        """Return what a part points to inside the package: id -> (kind, part)."""
        folder, base = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                where = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], where)

        parse(self.part(posixpath.join(folder, "_rels", base + ".rels")), start)
        return found


def open_package(data: bytes) -> Package:
    """Return the package; RefusedFile says what the bytes are if they are none of ours."""
    if len(data) > MOST_BYTES:
        raise RefusedFile("too_large", found=f"{len(data) >> 20} MB", expected=f"{MOST_BYTES >> 20} MB")
    if not data.startswith(b"PK"):
        raise _refusal(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError) as error:
        raise RefusedFile("damaged", what="its end is missing", what_zh="文件末尾缺失") from error
    infos = archive.infolist()
    _limit(infos)
    names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in reversed(infos)}
    if "[content_types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise _zip_refusal(names)
    return Package(archive, names)


def _limit(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_PARTS:
        raise RefusedFile("too_large", found=f"{len(infos)} parts", expected=f"{MOST_PARTS} parts")
    total = sum(info.file_size for info in infos)
    if total > MOST_INFLATED:
        raise RefusedFile("too_large", found=f"{total >> 20} MB", expected=f"{MOST_INFLATED >> 20} MB")
    if any(info.flag_bits & 1 for info in infos):
        raise RefusedFile("password")


def _refusal(data: bytes) -> RefusedFile:
    """Return what to say of bytes that are no zip."""
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        return RefusedFile("password")
    for magic, en, zh in KINDS:
        if data.startswith(magic):
            return RefusedFile("not_a_workbook", what=en, what_zh=zh)
    if not data.strip(b"\0"):
        return RefusedFile("not_a_workbook", what="empty", what_zh="空文件")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"<"):
        return RefusedFile("not_a_workbook", what="a web page or XML", what_zh="网页或 XML 文件")
    return RefusedFile("not_a_workbook", what="a text file or something else", what_zh="文本或其他文件")


def _zip_refusal(names: Mapping[str, zipfile.ZipInfo]) -> RefusedFile:
    """Return what to say of a zip that holds no .xlsx."""
    kinds = (
        ("xl/workbook.bin", "in the binary .xlsb format", "二进制 .xlsb 格式"),
        ("word/document.xml", "a Word document", "Word 文档"),
        ("ppt/presentation.xml", "a PowerPoint presentation", "PowerPoint 演示文稿"),
        ("mimetype", "in the OpenDocument format (.ods)", "OpenDocument（.ods）格式"),
    )
    for name, en, zh in kinds:
        if name in names:
            return RefusedFile("not_a_workbook", what=en, what_zh=zh)
    return RefusedFile("not_a_workbook", what="a zip archive", what_zh="zip 压缩包")


def parse(data: bytes | None, start: Start | None = None, end: End | None = None, text: Text | None = None) -> None:
    """Feed XML to the handlers; names come without their prefix.  RefusedFile on a DTD or broken XML."""
    if data is None:
        return
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    if start:
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedFile("damaged", what=f"XML: {error}", what_zh=f"XML 错误：{error}") from error


def _refuse_dtd(*_: object) -> None:
    raise RefusedFile("unsafe_xml")
