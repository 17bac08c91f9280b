"""Check an Office Open XML package (ECMA-376 part 2: a ZIP of XML parts) before anybody parses it.

A workbook comes from strangers: sizes, number of parts, compression methods and every XML part are
judged here from the bytes in memory. What passes holds no DOCTYPE, so no entities.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  (zipfile decodes old names with it; a confined worker cannot load it)
import io
import re
import zipfile
from xml.parsers import expat

from ogpld.errors import SourceError, Where
from ogpld.sources.kinds import SAVE, kind_of, package_kind

#: Bytes the parts may have when expanded; OGP's own sheet of all commitments has about 20 MB.
EXPANDED_LIMIT = 64 * 1024 * 1024
#: How many times larger the parts may be than the file; real workbooks stay below 30.
RATIO_LIMIT = 200
#: Below this size a high ratio harms nobody (an empty sheet repeats itself).
RATIO_FREE = 1024 * 1024
#: Parts a workbook may have; real ones have ten to fifty.
PARTS_LIMIT = 1_000
#: XML elements of all parts, and how deep they may lie; a cell is one to three, a sheet is six deep.
ELEMENTS_LIMIT = 2_000_000
DEPTH_LIMIT = 64

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCODINGS = {"utf-8", "us-ascii", "ascii"}
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")


class _PartError(Exception):
    """A part is no XML that is read here; the text says why."""


def check_package(content: bytes, name: str) -> tuple[dict[str, list[str]], list[str]]:
    """Refuse a file that is no plain workbook or would harm its reader.

    Returns:
        The merged areas of each sheet that has any (`E2:E3`), by the name of its part; and the cells
        below a header that have notes.

    Raises:
        SourceError: saying what the file is instead, or which part is past which limit.
    """
    where = Where(name)
    if not content.startswith(b"PK") and (kind := kind_of(content)):
        raise SourceError(f"the file is no workbook (.xlsx), but {kind}", where=where, hint=SAVE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if kind := package_kind([part.filename for part in parts]):
                raise SourceError(kind, where=where, hint=SAVE)
            _check_sizes(parts, len(content), where)
            look = _Look()
            for part in parts:
                _check_part(part.filename, archive.read(part), name, look)
            return look.merged, look.notes
    except (SourceError, MemoryError):
        raise
    except zipfile.BadZipFile as error:
        raise SourceError("the file is no workbook (.xlsx)", where=where, hint=SAVE) from error
    except Exception as error:  # zipfile and zlib raise many kinds on damaged parts
        raise SourceError("the workbook is damaged", where=where, hint=SAVE) from error


def _check_sizes(parts: list[zipfile.ZipInfo], size: int, where: Where) -> None:
    """Refuse what would expand too far, before a byte of it is expanded."""
    if len(parts) > PARTS_LIMIT:
        raise SourceError(
            f"the workbook has {len(parts)} parts, more than {PARTS_LIMIT}", where=where, hint=SAVE
        )
    if len({part.filename for part in parts}) < len(parts):
        raise SourceError("the workbook has a part twice", where=where, hint=SAVE)
    for part in parts:
        if part.flag_bits & 1:
            raise SourceError("the workbook is encrypted", where=where, hint=SAVE)
        if part.compress_type not in _METHODS:
            raise SourceError(
                f"the part {part.filename[:80]!r} is packed in an unusual way",
                where=where,
                hint=SAVE,
            )
    expanded = sum(part.file_size for part in parts)
    if expanded > EXPANDED_LIMIT:
        raise SourceError(
            f"the workbook expands to {expanded} bytes, more than {EXPANDED_LIMIT}",
            where=where,
            hint="send fewer sheets or rows, or CSV",
        )
    if expanded > max(RATIO_FREE, RATIO_LIMIT * size):
        raise SourceError(
            f"the workbook expands to more than {RATIO_LIMIT} times its size",
            where=where,
            hint="send CSV, or a workbook with less repetition",
        )


def _check_part(part: str, data: bytes, name: str, look: _Look) -> None:
    """Refuse a part with a DOCTYPE, XML that is none, or XML that would cost its reader too much."""
    if not _MARKUP.match(data):
        if part.endswith((".xml", ".rels")) and data.strip():
            raise SourceError(f"the part {part[:80]!r} is not XML", where=Where(name), hint=SAVE)
        return
    try:
        look.over(part, data)
    except _PartError as error:
        raise SourceError(
            f"the part {part[:80]!r} {error}", where=Where(name), hint=SAVE
        ) from error
    except (expat.ExpatError, ValueError) as error:
        if part.endswith(
            ".vml"
        ):  # Excel writes drawings that are not well-formed; nobody reads them
            return
        raise SourceError(
            f"the part {part[:80]!r} is not well-formed XML: {error}",
            where=Where(name),
            hint=SAVE,
        ) from error


class _Look:
    """Look over the parts of a package without building anything from them.

    Attributes:
        merged: merged areas by part.
        notes: cells below row 1 that have notes, whatever their sheet.
    """

    def __init__(self) -> None:
        self.merged: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self._part = ""
        self._left = ELEMENTS_LIMIT
        self._depth = 0
        self._sheet = False
        self._row = 0
        self._column = (0, "")

    def over(self, part: str, data: bytes) -> None:
        """Look over one part."""
        self._part = part
        self._depth = self._row = 0
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(data, True)  # noqa: FBT003  (expat's own signature)

    def _doctype(self, *_: object) -> None:
        raise _PartError("declares a DOCTYPE")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise _PartError(f"is in the encoding {encoding[:20]!r}, not in UTF-8")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._left -= 1
        if self._depth > DEPTH_LIMIT:
            raise _PartError(f"is nested more than {DEPTH_LIMIT} deep")
        if self._left < 0:
            raise _PartError(f"is past {ELEMENTS_LIMIT} elements")
        local = name.rpartition(":")[2]
        if self._depth == 1:
            self._sheet = local == "worksheet"
        elif (
            local == "comment"
            and attributes.get("ref", "").lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "1"
        ):
            self.notes += [attributes["ref"]] if "ref" in attributes else []
        elif self._sheet and local == "row":
            number = int(attributes.get("r", self._row + 1))
            if number <= self._row:
                raise _PartError(f"has row {number} after row {self._row}")
            self._row, self._column = number, (0, "")
        elif self._sheet and local == "c" and "r" in attributes:
            letters = attributes["r"].rstrip("0123456789")
            column = (len(letters), letters)
            if column <= self._column:
                raise _PartError(f"has cells of row {self._row} out of order")
            self._column = column
        elif self._sheet and local == "mergeCell" and "ref" in attributes:
            self.merged.setdefault(self._part, []).append(attributes["ref"])

    def _end(self, _name: str) -> None:
        self._depth -= 1
