"""Read the structure tree of a PDF, and check what PDF/UA-1 asks of it and of the rest of the file.

Each check is one of the conditions of the Matterhorn protocol that a program can decide; its number stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

STANDARD = {
    "Document", "Part", "Sect", "Div", "BlockQuote", "Caption", "NonStruct", "P", "H1", "H2", "H3", "H4", "H5", "H6",
    "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD", "Span", "Link", "Figure", "Reference",
}  # fmt: skip
PARENTS = {
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody"}, "TH": {"TR"}, "TD": {"TR"},
}  # fmt: skip
PAINTS = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
BEGINS = {"BDC", "BMC"}


@dataclass(frozen=True)
class Element:
    """An element of the tree: its type after the role map, the type of its parent, and its entries."""

    type: str
    parent: str
    entries: Dictionary


def elements(pdf: Pdf) -> Iterator[Element]:
    """Yield the elements in the order in which they are read."""
    roles = {key: str(value) for key, value in pdf.Root.StructTreeRoot.get("/RoleMap", Dictionary()).items()}
    left = [(kid, "") for kid in reversed(_kids(pdf.Root.StructTreeRoot))]
    while left:
        entries, parent = left.pop()
        name = roles.get(str(entries.S), str(entries.S)).removeprefix("/")
        yield Element(name, parent, entries)
        below = parent if name == "NonStruct" else name  # it groups, and means nothing
        left += [(kid, below) for kid in reversed(_kids(entries))]


def _kids(entries: Dictionary) -> list[Dictionary]:
    kids = entries.get("/K", [])
    kids = list(kids) if isinstance(kids, Array) else [kids]
    return [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]


def problems(path: Path) -> list[str]:
    """Return what in a PDF is against PDF/UA-1."""
    with pikepdf.open(path) as pdf:
        tree = list(elements(pdf))
        return [*_document(pdf), *_types(tree), *_headings(tree), *_figures(tree), *_tables(tree), *_lists(tree),
                *_links(pdf, tree), *_content(pdf), *_fonts(pdf)]  # fmt: skip


def _document(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "06-002 no PDF/UA identifier"
        if not metadata.get("dc:title"):
            yield "06-003 no title"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "07-001 the title is not shown"
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)) or bool(root.MarkInfo.get("/Suspects", False)):
        yield "01-007 not marked, or suspect"
    if str(root.get("/Lang", "")) != "nl":
        yield "11-006 no language"
    if pdf.is_encrypted or "/AcroForm" in root or "/OCProperties" in root:
        yield "20, 25, 26 forms, layers or a password"


def _types(tree: list[Element]) -> Iterator[str]:
    yield from (f"02-001 type {element.type}" for element in tree if element.type not in STANDARD)
    for element in tree:
        if element.parent not in PARENTS.get(element.type, {element.parent}):
            yield f"09 {element.type} in {element.parent}"


def _headings(tree: list[Element]) -> Iterator[str]:
    levels = [int(element.type[1]) for element in tree if element.type in {"H1", "H2", "H3", "H4", "H5", "H6"}]
    if levels[:1] != [1]:
        yield "14-002 the first heading is not of level 1"
    yield from (f"14-003 H{after} after H{before}" for before, after in pairwise(levels) if after > before + 1)


def _figures(tree: list[Element]) -> Iterator[str]:
    for figure in (element.entries for element in tree if element.type == "Figure"):
        if not str(figure.get("/Alt", "")).strip():
            yield "13-004 a figure without words"
        if "/K" not in figure:
            yield "13 a figure without a picture"


def _tables(tree: list[Element]) -> Iterator[str]:
    for cell in (element.entries for element in tree if element.type == "TH"):
        attributes = cell.get("/A", [])
        attributes = list(attributes) if isinstance(attributes, Array) else [attributes]
        if not any(str(each.get("/Scope", "")) in {"/Row", "/Column", "/Both"} for each in attributes):
            yield "15-003 a header without a scope"


def _lists(tree: list[Element]) -> Iterator[str]:
    for element in tree:
        if element.parent == "LI" and element.type not in {"Lbl", "LBody", "NonStruct"}:
            yield f"16 {element.type} in an item of a list"


def _links(pdf: Pdf, tree: list[Element]) -> Iterator[str]:
    inside = {
        kid.Obj.objgen
        for element in tree
        if element.type == "Link"
        for kid in (element.entries.K if isinstance(element.entries.K, Array) else [element.entries.K])
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
    }
    for number, page in enumerate(pdf.pages, 1):
        annotations = page.get("/Annots", [])
        if len(annotations) and page.get("/Tabs") != Name.S:
            yield f"28-008 tab order on page {number}"
        for link in annotations:
            if not str(link.get("/Contents", "")).strip():
                yield f"28-012 a link without words on page {number}"
            if link.objgen not in inside:
                yield f"28-011 a link outside the tree on page {number}"


def _content(pdf: Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        open_marks: list[bool] = []
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in BEGINS:
                open_marks.append(instruction.operands[0] == Name.Artifact)
                if len(set(open_marks)) > 1:
                    yield f"01-003 an artifact in real content, or the reverse, on page {number}"
            elif operator == "EMC":
                open_marks.pop()
            elif operator in PAINTS and not open_marks:
                yield f"01-005 {operator} on page {number} is neither content nor artifact"


def _fonts(pdf: Pdf) -> Iterator[str]:
    for font in (entry for entry in pdf.objects if isinstance(entry, Dictionary) and entry.get("/Type") == Name.Font):
        if "/DescendantFonts" in font and "/ToUnicode" not in font:
            yield f"10-001 {font.BaseFont} without Unicode"
        descriptor = font.get("/FontDescriptor", Dictionary())
        embedded = any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
        if font.Subtype not in (Name.Type0, Name.Type3) and not embedded:
            yield f"31-009 {font.BaseFont} is not embedded"
