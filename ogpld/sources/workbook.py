"""The parts of a workbook (.xlsx, ECMA-376 part 1, SpreadsheetML): sheets, strings, formats, cells.

Both conformance classes are read, Transitional and Strict, which differ in namespaces and in dates
(`t="d"`). Nothing is passed over here: rows, columns and sheets say whether they are hidden, formulas
whether their result was saved. `package.py` has looked at every part before; a part that is missing or
strange raises whatever Python raises; `one_sentence` makes an error with a place of it.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from ogpld.errors import SourceError, Where
from ogpld.sources.characters import unescaped

_MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)
_RELATION = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_YES = {"1", "true", "on"}
#: Rows a sheet has; one further down comes without cells.
LAST_ROW = 1_048_576


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell as stored.

    Attributes:
        kind: `n`, `s`, `b`, `e` or `d`; strings of all sorts are `s`.
        text: what is stored, None for nothing; strings are decoded (22.9.2.19).
        code: its number format.
        formula: whether it has a formula.
        struck: whether its text, or a part of it, is struck through.
    """

    kind: str
    text: str | None
    code: str
    formula: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as stored: its number, whether it is hidden, and its cells by place from 0."""

    number: int
    hidden: bool
    cells: dict[int, SheetCell]


@dataclass(slots=True)
class Sheet:
    """A sheet of cells.

    Attributes:
        title: its name.
        part: name of its part.
        hidden: whether its tab is hidden or very hidden.
        hidden_columns: first and last place of hidden columns; complete once rows are read.
        filtered: whether it has a filter; complete once all rows are read.
    """

    title: str
    part: str
    hidden: bool
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    filtered: bool = False


class Workbook:
    """An open workbook.

    Args:
        archive: its package, checked.

    Attributes:
        sheets: the sheets of cells, in the order of their tabs.
        epoch: day 0 of its dates.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {name.lower(): name for name in archive.namelist()}
        main = next(t for kind, t in self._related("").values() if kind == "officeDocument")
        root = self._tree(main)
        space = _space(root.tag)
        related = self._related(main)
        properties = root.find(f"{space}workbookPr")
        old = properties is not None and properties.get("date1904", "") in _YES
        self.epoch = MAC_EPOCH if old else WINDOWS_EPOCH
        self.sheets = []
        for sheet in root.iterfind(f"{space}sheets/{space}sheet"):
            kind, part = related[next(sheet.attrib[n] for n in _RELATION if n in sheet.attrib)]
            if kind == "worksheet":
                hidden = sheet.get("state", "visible") != "visible"
                self.sheets.append(Sheet(unescaped(sheet.attrib["name"]), part, hidden))
        parts = {**self._typed(), **dict(related.values())}
        self._strings = (
            self._read_strings(parts["sharedStrings"]) if "sharedStrings" in parts else []
        )
        self._codes, self._struck = (
            self._read_formats(parts["styles"]) if "styles" in parts else ([], [])
        )

    def _open(self, part: str) -> Any:
        return self._archive.open(self._parts[part.lower()])

    def _tree(self, part: str) -> ET.Element:
        with self._open(part) as stream:
            return ET.parse(stream).getroot()  # noqa: S314  (no DOCTYPE, sizes judged: package.py)

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return last word of the type, and part, of what a part relates to, by id (part 2, 9.3)."""
        folder, name = posixpath.split(part)
        parts = {}
        for link in self._tree(posixpath.join(folder, "_rels", f"{name}.rels")):
            if link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, link.attrib["Target"]))
                kind = link.attrib["Type"].rpartition("/")[2]
                parts[link.attrib["Id"]] = (kind, target.lstrip("/"))
        return parts

    def _typed(self) -> dict[str, str]:
        """Return the parts by the last word of their content type, as some programs name no other."""
        return {
            entry.get("ContentType", "").rpartition(".")[2].removesuffix("+xml"): part.lstrip("/")
            for entry in self._tree("[Content_Types].xml")
            if (part := entry.get("PartName"))
        }

    def _read_strings(self, part: str) -> list[tuple[str, bool]]:
        """Return the shared strings (18.4), and whether a part of each is struck through."""
        strings = []
        with self._open(part) as stream:
            root: ET.Element | None = None
            for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314
                if root is None:
                    root, item = element, f"{_space(element.tag)}si"
                elif event == "end" and element.tag == item:
                    strings.append((_string(element), _is_struck(element)))
                    root.clear()
        return strings

    def _read_formats(self, part: str) -> tuple[list[str], list[bool]]:
        """Return of each cell style its number format (18.8.30), and whether its font (18.8.22) is struck."""
        root = self._tree(part)
        space = _space(root.tag)
        own = {
            int(entry.attrib["numFmtId"]): entry.attrib["formatCode"]
            for entry in root.iterfind(f"{space}numFmts/{space}numFmt")
        }
        fonts = [_is_struck(font) for font in root.iterfind(f"{space}fonts/{space}font")]
        styles = root.findall(f"{space}cellXfs/{space}xf")
        numbers = [int(style.get("numFmtId", 0)) for style in styles]
        codes = [own.get(n) or BUILTIN_FORMATS.get(n, "General") for n in numbers]
        struck = [int(style.get("fontId", 0)) for style in styles]
        return codes, [font < len(fonts) and fonts[font] for font in struck]

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that are stored (18.3.1.73), and learn what is hidden of it."""
        with self._open(sheet.part) as stream:
            events = ET.iterparse(stream, ("start", "end"))  # noqa: S314
            space = _space(next(events)[1].tag)
            data: ET.Element | None = None
            number = 0
            for event, element in events:
                if event == "start":
                    data = element if element.tag == f"{space}sheetData" else data
                elif element.tag == f"{space}row":
                    number = int(element.get("r", number + 1))
                    hidden = element.get("hidden") in _YES or element.get("ht") == "0"
                    cells = self._cells(element, space, number) if number <= LAST_ROW else ()
                    yield SheetRow(number, hidden, dict(cells))
                    if data is not None:
                        data.clear()
                elif element.tag == f"{space}col":
                    if element.get("hidden") in _YES or element.get("width") == "0":
                        ends = int(element.attrib["min"]) - 1, int(element.attrib["max"]) - 1
                        sheet.hidden_columns.append(ends)
                elif element.tag == f"{space}autoFilter":
                    sheet.filtered = True

    def _cells(self, row: ET.Element, space: str, number: int) -> Iterator[tuple[int, SheetCell]]:
        at = -1
        names = f"{space}f", f"{space}v", f"{space}is"
        for element in row.iterfind(f"{space}c"):
            place = element.get("r")
            column = place_of(place) if place else (number, at + 1)
            if column[0] != number or column[1] <= at:
                raise ValueError(place)
            at = column[1]
            yield at, self._cell(element, *names)

    def _cell(
        self, element: ET.Element, formula_tag: str, value: str, inline_tag: str
    ) -> SheetCell:
        """Return what a cell holds (18.3.1.4)."""
        style = int(element.get("s", 0))
        code = self._codes[style] if self._codes or style else "General"
        struck = bool(self._struck) and self._struck[style]
        kind = element.get("t", "n")
        formula = element.find(formula_tag) is not None
        text = element.findtext(value)
        if kind == "inlineStr":
            inline = element.find(inline_tag)
            if inline is not None:
                return SheetCell("s", _string(inline), code, formula, struck or _is_struck(inline))
            return SheetCell("s", None, code, formula)
        if kind == "s" and text is not None:
            string, is_struck = self._strings[int(text)]
            return SheetCell("s", string, code, formula, struck or is_struck)
        if kind in {"s", "str"}:
            return SheetCell("s", None if text is None else unescaped(text), code, formula, struck)
        return SheetCell(kind, text or None, code, formula, struck)


def place_of(reference: str) -> tuple[int, int]:
    """Return row from 1 and column from 0 of a cell: `B3` is (3, 1)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(reference)
        column = column * 26 + ord(letter) - 64
    if not letters:
        raise ValueError(reference)
    return int(reference[len(letters) :]), column - 1


def _space(tag: str) -> str:
    """Return the namespace of a part's root; it decides what the elements of the part are."""
    space = next((space for space in _MAIN if tag.startswith(space)), None)
    if space is None:
        raise ValueError(tag)
    return space


def _string(item: ET.Element) -> str:
    """Return a string of runs (18.4.8); phonetic hints (18.4.6) are no part of it."""
    space = _space(item.tag)
    runs = (run.findtext(f"{space}t") for run in item if run.tag == f"{space}r")
    own = item.findtext(f"{space}t", "")
    return unescaped(own + "".join(run or "" for run in runs))


def _is_struck(element: ET.Element) -> bool:
    """Say whether a font, or a run of a string, is struck through (18.4.10)."""
    space = _space(element.tag)
    return any(strike.get("val", "1") in _YES for strike in element.iter(f"{space}strike"))


@contextmanager
def one_sentence(where: Where) -> Iterator[None]:
    """Make whatever a strange part raises one sentence with a place."""
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        raise SourceError(
            "the workbook cannot be read: its parts do not fit together",
            where=where,
            hint="open it in a spreadsheet program, save it again as .xlsx, or as 'CSV UTF-8'",
        ) from error
