"""The bytes of a Word file -> its parts, and back; the same parts are the same bytes.

Parts that a template does not change are compressed once and copied as they are.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

DATE = 0x21  # 1980-01-01, the first day that an archive can name
STORED, DEFLATED = 0, 8
UTF8 = 0x800
LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


@dataclass(frozen=True, slots=True)
class Packed:
    """A part as it stands in the archive."""

    name: bytes
    data: bytes
    size: int
    crc: int
    method: int


def read_parts(data: bytes) -> dict[str, bytes]:
    """Return the parts by name, in the order of the archive; of a part that stands there twice, the last."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.filename.endswith("/")}


def pack(name: str, data: bytes) -> Packed:
    """Return a part as it stands in an archive; pictures and workbooks are compressed already."""
    if name.startswith(("word/media/", "word/embeddings/")):
        return Packed(name.encode(), data, len(data), zlib.crc32(data), STORED)
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return Packed(name.encode(), deflate.compress(data) + deflate.flush(), len(data), zlib.crc32(data), DEFLATED)


def join(parts: Iterable[Packed]) -> bytes:
    """Return the archive of some parts."""
    body, index, at, count = [], [], 0, 0
    for one in parts:
        facts = (UTF8, one.method, 0, DATE, one.crc, len(one.data), one.size, len(one.name), 0)
        head = struct.pack("<4s5H3I2H", LOCAL, 20, *facts)
        body += [head, one.name, one.data]
        index.append(struct.pack("<4s6H3I5H2I", CENTRAL, 20, 20, *facts, 0, 0, 0, 0, at) + one.name)
        at += len(head) + len(one.name) + len(one.data)
        count += 1
    listing = b"".join(index)
    return b"".join(body) + listing + struct.pack("<4s4H2IH", END, 0, 0, count, count, len(listing), at, 0)
