"""Name files that are no table we read, by their first bytes or their parts, and say what to do."""

from __future__ import annotations

from collections.abc import Collection

#: What helps for every file of another kind.
SAVE = "save it as an Excel workbook (.xlsx), without password and macros, or as 'CSV UTF-8'"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Names of streams of a compound file.
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_BEGINNINGS = (
    (b"PK\x03\x04", "a workbook (.xlsx) or another ZIP"),
    (_OLE, "an old Excel file (.xls)"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"ID;P", "a SYLK file (.slk)"),
    (b"\x1f\x8b", "compressed (.gz)"),
)
#: Parts that tell what a ZIP is that is no workbook.
_PARTS = (
    ("xl/vbaproject.bin", "the workbook has macros (.xlsm)"),
    ("xl/workbook.bin", "the workbook is binary (.xlsb)"),
    ("mimetype", "the file is an OpenDocument (.ods)"),
    ("word/document.xml", "the file is a text document (.docx)"),
    ("ppt/presentation.xml", "the file is a presentation (.pptx)"),
    ("index/document.iwa", "the file is of Apple Numbers (.numbers)"),
    ("index.zip", "the file is of Apple Numbers (.numbers)"),
)
#: Suffixes of tables that are not read, and what such files are.
SUFFIXES = {
    ".xls": "an old Excel file",
    ".xlsb": "a binary Excel workbook",
    ".xlsm": "an Excel workbook with macros",
    ".xltx": "an Excel template",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "a file of Apple Numbers",
    ".tsv": "a table separated by tabs",
    ".txt": "text",
    ".htm": "a web page",
    ".html": "a web page",
    ".pdf": "a PDF",
    ".zip": "a ZIP",
}


def kind_of(content: bytes) -> str:
    """Return what a file is that is neither CSV nor a ZIP of parts, "" where its bytes do not tell."""
    for beginning, what in _BEGINNINGS:
        if content.startswith(beginning):
            return ole_kind(content) if beginning == _OLE else what
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        return "a web page (HTML)"
    if start.startswith((b"<?xml", b"<workbook")):
        if b"schemas-microsoft-com:office:spreadsheet" in start or b"<workbook" in start:
            return "an XML spreadsheet of 2003 (.xml)"
        return "a web page (HTML)" if b"<html" in start else "an XML file"
    return ""


def ole_kind(content: bytes) -> str:
    """Return what a compound file (OLE) is: protected, of old Excel, or something else."""
    if _PROTECTED in content:
        return "a workbook protected by a password"
    if _WORD in content:
        return "an old Word file (.doc)"
    return "an old Excel file (.xls)"


def package_kind(parts: Collection[str]) -> str:
    """Return a sentence about a ZIP with these parts that is no workbook, "" for a workbook."""
    names = {part.lower() for part in parts}
    for part, what in _PARTS:
        if part in names:
            return what
    if "[content_types].xml" not in names:
        return "the file is a ZIP, but no workbook"
    return ""
