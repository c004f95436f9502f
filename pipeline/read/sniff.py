"""Bytes that are no .xlsx -> what they are, so that a clerk is told what to do with them."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.errors import RefusedFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a file is by its first bytes.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "is_pdf"),
    (b"Rar!", "is_archive"),
    (b"7z\xbc\xaf'\x1c", "is_archive"),
    (b"\x1f\x8b", "is_archive"),
    (b"\x89PNG", "is_picture"),
    (b"\xff\xd8\xff", "is_picture"),
    (b"GIF8", "is_picture"),
    (b"{\\rtf", "is_document"),
    (b"\x09\x08", "is_xls"),  # Excel before 1997, without its envelope
    (b"\x09\x04", "is_xls"),
    (b"\x09\x02", "is_xls"),
)
# What an old Office envelope holds, by the names of its streams.
STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "password"),
    ("WordDocument", "is_document"),
    ("PowerPoint Document", "is_document"),
    ("ETExtData", "is_et"),
    ("WpsCustomData", "is_et"),
)
# What a zip holds, by the name of a part.
PARTS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "is_xlsb"),
    ("word/document.xml", "is_document"),
    ("ppt/presentation.xml", "is_document"),
    ("mimetype", "is_ods"),
)
MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "is_xml"),
    (b"opendocument", "is_ods"),
    (b"<html", "is_web_page"),
    (b"<table", "is_web_page"),
    (b"<!doctype html", "is_web_page"),
)


def refusal_of(data: bytes) -> RefusedFile:
    """Return what to say of bytes that are no zip."""
    if not data.strip(b"\0"):
        return RefusedFile("is_empty")
    if data.startswith(OLE):
        return RefusedFile(next((code for name, code in STREAMS if name.encode("utf-16-le") in data), "is_xls"))
    for magic, code in MAGIC:
        if data.startswith(magic):
            return RefusedFile(code)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"<"):
        return RefusedFile(next((code for mark, code in MARKUP if mark in head), "is_xml"))
    if head.startswith(b"mime-version:") or b"\ncontent-type: multipart/related" in head:
        return RefusedFile("is_web_page")
    if _is_text(data[:4096]):
        return RefusedFile("is_text")
    return RefusedFile("not_a_workbook")


def zip_refusal_of(names: Collection[str]) -> RefusedFile:
    """Return what to say of a zip that holds no .xlsx."""
    if "xl/workbook.xml" in names:
        return RefusedFile(
            "damaged", what="the part [Content_Types].xml is missing", what_zh="缺少部件 [Content_Types].xml"
        )
    return RefusedFile(next((code for name, code in PARTS if name in names), "is_archive"))


def _is_text(head: bytes) -> bool:
    """Whether bytes are text in one of the encodings that Chinese offices use."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end within a letter
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return not any(letter < " " and letter not in "\t\r\n\f" for letter in text)
    return False
