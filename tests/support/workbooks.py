"""Workbooks made in memory, honest ones and packages taken apart and put together wrongly."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

Rows = list[list[Any]]


def workbook(sheets: dict[str, Rows], edit: Callable[[Workbook], None] | None = None) -> bytes:
    """Return a workbook with these sheets; `edit` may change it before it is saved."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if edit:
        edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(
    content: bytes,
    replace: Callable[[str, bytes], bytes] | None = None,
    extra: dict[str, bytes] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a package with parts replaced and added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", method) as new,
    ):
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, replace(part, data) if replace else data)
        for part, data in (extra or {}).items():
            new.writestr(part, data)
    return target.getvalue()


def with_sheet_xml(old: bytes, new: bytes) -> bytes:
    """Return a one-sheet workbook whose sheet's XML was edited."""
    content = workbook({"S": [["key", "n"], ["a", 7]]})

    def replace(part: str, data: bytes) -> bytes:
        if part != "xl/worksheets/sheet1.xml":
            return data
        assert old in data, data
        return data.replace(old, new, 1)

    return repacked(content, replace)
