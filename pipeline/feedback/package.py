"""The bytes of a workbook -> its parts, of which only those that are touched are written anew."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline import files

Element = Any  # lxml has no types

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"
MACROS = "macroEnabled"
OLD_DRAWING = ".vml"  # Excel writes these without a declaration
SIGNED = "digital-signature/origin"  # a signature says that nothing was changed since


class NotMarked(Exception):
    """The workbook is built in a way that is not known here, so that nothing in it is touched."""


# What a package that is not what it says makes zipfile, lxml and our look-ups raise.
STRANGE = (
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    ValueError,
)


@dataclass(slots=True)
class Package:
    """The parts of an .xlsx by their names as written; names are found in any case, with any slash."""

    parts: dict[str, bytes]
    _names: dict[str, str] = field(default_factory=dict)
    _trees: dict[str, Element] = field(default_factory=dict)
    _book: str = ""
    touched: set[str] = field(default_factory=set)  # parts that are written anew

    def __post_init__(self) -> None:
        self._names = {_folded(name): name for name in self.parts}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return _folded(part) in self._names

    def bytes_of(self, part: str) -> bytes:
        """Return a part as it came; KeyError if there is none."""
        return self.parts[self._names[_folded(part)]]

    def tree(self, part: str) -> Element:
        """Return the root of a part, to be looked at; KeyError if there is none."""
        name = self._names[_folded(part)]
        if name not in self._trees:
            self._trees[name] = parse(self.parts[name])
        return self._trees[name]

    def touch(self, part: str) -> Element:
        """Return the root of a part that is about to be changed."""
        root = self.tree(part)
        self.touched.add(self._names[_folded(part)])
        return root

    def add(self, part: str, root: Element, content_type: str | None) -> None:
        """Put in a new part; its content type is left out where the ending says it."""
        self._names[_folded(part)] = part
        self.parts[part] = b""
        self._trees[part] = root
        self.touched.add(part)
        if content_type:
            types = self.touch(CONTENT_TYPES)
            etree.SubElement(types, _type("Override"), PartName=f"/{part}", ContentType=content_type)

    def remove(self, part: str) -> None:
        """Take out a part with its relations and its content type; what is not there is out already."""
        for name in (part, relations_part(part)):
            if self.has(name):
                written = self._names.pop(_folded(name))
                del self.parts[written]
                self._trees.pop(written, None)
                self.touched.discard(written)
        stale = [one for one in self.tree(CONTENT_TYPES) if _folded(one.get("PartName", "")) == _folded(part)]
        for one in stale:
            self.touch(CONTENT_TYPES).remove(one)

    def free(self, pattern: str) -> str:
        """Return the first name of a pattern, as xl/answer{}.xml, that is not taken."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def default(self, ending: str, content_type: str) -> None:
        """Say the content type of an ending, if that is not said yet."""
        types = self.tree(CONTENT_TYPES)
        if not any(one.get("Extension", "").lower() == ending for one in types):
            one = etree.Element(_type("Default"), Extension=ending, ContentType=content_type)
            self.touch(CONTENT_TYPES).insert(0, one)

    # ---- what points to what

    def related(self, part: str) -> list[tuple[str, str, str]]:
        """Return (id, kind, part) of what a part points to inside the package."""
        name = relations_part(part)
        return [
            (one.get("Id", ""), one.get("Type", "").rsplit("/", 1)[-1], _target(part, one))
            for one in (self.tree(name) if self.has(name) else ())
            if isinstance(one.tag, str) and one.get("TargetMode") != "External"
        ]

    def target(self, part: str, kind: str) -> str | None:
        """Return the part of a kind that a part points to; None if there is none."""
        return next((name for _, one, name in self.related(part) if one == kind and self.has(name)), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point to another; return the id."""
        name = relations_part(part)
        if not self.has(name):
            self.add(name, etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS}), None)
        root = self.touch(name)
        taken = {one.get("Id") for one in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        made = {"Id": f"rId{number}", "Type": f"{self.relation_kinds()}/{kind}", "Target": f"/{target}"}
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", made)
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> None:
        """Let a part no longer point to another."""
        name = relations_part(part)
        for one in list(self.tree(name)) if self.has(name) else ():
            if isinstance(one.tag, str) and _folded(_target(part, one)) == _folded(target):
                self.touch(name).remove(one)
        if self.has(name) and not len(self.tree(name)):
            self.remove(name)

    def relation_kinds(self) -> str:
        """Return how the types of relations begin: Strict workbooks have another."""
        types = [one.get("Type", "") for one in self.tree(relations_part(self.book))]
        return next((one.rsplit("/", 1)[0] for one in types if one.endswith("/worksheet")), RELATED)

    @property
    def book(self) -> str:
        """The part that lists the sheets."""
        if not self._book:
            named = next((name for name in self.parts if _folded(name).endswith("workbook.xml")), "xl/workbook.xml")
            self._book = self.target("", "officeDocument") or named
        return self._book

    @property
    def has_macros(self) -> bool:
        """Whether it is an .xlsm."""
        return any(MACROS in one.get("ContentType", "") for one in self.tree(CONTENT_TYPES))

    @property
    def is_signed(self) -> bool:
        """Whether it carries a digital signature."""
        root = relations_part("")
        return self.has(root) and any(one.get("Type", "").endswith(SIGNED) for one in self.tree(root))

    def saved(self) -> bytes:
        """Return the workbook: what was touched anew, all else as it came, the same bytes each time."""
        for name in self.touched:
            told = {} if name.endswith(OLD_DRAWING) else {"xml_declaration": True, "standalone": True}
            self.parts[name] = etree.tostring(self._trees[name].getroottree(), encoding="UTF-8", **told)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(self.parts, key=lambda name: name != CONTENT_TYPES):
                archive.writestr(_member(name), self.parts[name])
        return target.getvalue()


def open_package(data: bytes) -> Package:
    """Return the parts of a workbook; one of STRANGE if the bytes are no package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        if len({_folded(name) for name in names}) < len(names):
            raise NotMarked("a part stands in it twice")
        return Package({name: archive.read(name) for name in names})


def parse(data: bytes) -> Element:
    """Return the root of some XML; NotMarked if it has a document type definition."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotMarked("it contains a document type definition")
    return root


def relations_part(part: str) -> str:
    """Return where it stands what a part points to.

    >>> relations_part("xl/workbook.xml"), relations_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(parent: Element, name: str) -> Iterator[Element]:
    """Yield the children of that name, whatever their namespace."""
    return (one for one in parent if local(one) == name)


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of that name; None if there is none."""
    return next(children(parent, name), None)


def beside(parent: Element, name: str) -> str:
    """Return a name in the namespace of `parent`: Strict workbooks have another."""
    return f"{{{etree.QName(parent).namespace}}}{name}"


def _target(part: str, relation: Element) -> str:
    target = relation.get("Target", "").replace("\\", "/")
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target)).lstrip("/")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _type(name: str) -> str:
    return f"{{{TYPES}}}{name}"


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, files.EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 0
    return member
