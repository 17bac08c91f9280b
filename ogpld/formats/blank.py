"""Empty tables to fill in: a CSV header, or an Excel workbook with code lists and explanations.

Columns, descriptions and codes come from the model (`model/tables.py`); the readers of submitted tables
take the same columns. Equal models give equal bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ogpld.csv_rows import csv_text
from ogpld.model import Model, Scheme
from ogpld.model.tables import (
    CODES_HEADER,
    TableColumn,
    how_to_write,
    is_text,
    schemes_of,
    template_columns,
)
from ogpld.rdf import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Rows that get drop-down lists.
_ROWS = 1_000
_NARROW, _WIDE = 18, 48
_STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: a template has no date of its own
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_REQUIRED = PatternFill("solid", fgColor="FFE8A3")


def blank_csv(model: Model, class_name: str, languages: tuple[str, ...] = ("en",)) -> str:
    """Return the header of a class's table as CSV (RFC 4180).

    Raises:
        ModelError: when the model has no such class.
    """
    header = (column.name for column in template_columns(model, class_name, languages))
    return csv_text([header], "\r\n")


def blank_workbook(
    model: Model, class_names: Iterable[str], languages: tuple[str, ...] = ("en",)
) -> bytes:
    """Return an Excel workbook with an empty sheet for each class and a sheet of codes.

    Raises:
        ModelError: when the model has no such class.
    """
    tables = {name: template_columns(model, name, languages) for name in class_names}
    schemes = {
        scheme.notation: scheme
        for columns in tables.values()
        for column in columns
        for scheme in schemes_of(model, column)
    }
    workbook = Workbook()
    workbook.remove(workbook.active)
    sheets = {name: workbook.create_sheet(name) for name in tables}
    ranges = _write_codes(workbook, schemes)
    for name, columns in tables.items():
        _write_sheet(sheets[name], columns, model, ranges)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _undated(buffer.getvalue())


def _write_codes(workbook: Any, schemes: dict[str, Scheme]) -> dict[str, str]:
    """Write the sheet of codes; return the cells with the labels of each list."""
    sheet = workbook.create_sheet("codes")
    sheet.append(CODES_HEADER)
    _embolden(sheet)
    ranges: dict[str, str] = {}
    row = 1
    for notation in sorted(schemes):
        first = row + 1
        for code in schemes[notation].codes:
            row += 1
            for column, text in enumerate((notation, code.notation, code.label), 1):
                _write_text(sheet.cell(row, column), text)
        ranges[notation] = f"codes!$C${first}:$C${row}"
    for letter in "ABC":
        sheet.column_dimensions[letter].width = _WIDE if letter == "C" else _NARROW
    return ranges


def _write_text(cell: Any, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # never a formula, whatever the text begins with


def _embolden(sheet: Any) -> None:
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")


def _write_sheet(
    sheet: Any, columns: tuple[TableColumn, ...], model: Model, ranges: dict[str, str]
) -> None:
    """Write header, comments and drop-down lists of one table."""
    sheet.append([column.name for column in columns])
    _embolden(sheet)
    for at, column in enumerate(columns, 1):
        letter = get_column_letter(at)
        header = sheet.cell(1, at)
        header.comment = Comment(
            _explain(column, model, sheet.title), "ogpld", height=140, width=320
        )
        if column.required:
            header.fill = _REQUIRED
        wide = column.definition is not None and is_text(column.definition)
        sheet.column_dimensions[letter].width = _WIDE if wide else _NARROW
        if column.definition is None or XSD("integer").value not in column.definition.datatypes:
            # as text, so that no program turns 2.10 into 2.1 or 2018-07 into a day
            sheet.column_dimensions[letter].number_format = "@"
        choice = _choice(column, model, ranges)
        if choice:
            rule = DataValidation(type="list", formula1=choice, allow_blank=True)
            rule.errorStyle = "warning"  # notations are as good as the labels that are listed
            rule.error = "This is not in the list of codes."
            rule.showErrorMessage = True
            rule.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(rule)


def _choice(column: TableColumn, model: Model, ranges: dict[str, str]) -> str:
    """Return the formula of the drop-down list of a column, "" for none."""
    definition = column.definition
    if definition is None or definition.max_count != 1:
        return ""
    if XSD("boolean").value in definition.datatypes:
        return '"true,false"'
    schemes = schemes_of(model, column)
    return ranges[schemes[0].notation] if len(schemes) == 1 else ""


def _explain(column: TableColumn, model: Model, class_name: str) -> str:
    """Return what a column is for and how to fill it."""
    definition = column.definition
    if definition is None:
        made_of = model.classes[class_name].key_form
        form = f"\nMade of {made_of}." if made_of else ""
        return (
            "Key: names the thing this row describes, in addresses and in other tables.\n"
            f"Required; letters, digits and dashes, no two rows the same.{form}"
        )
    lines = [f"{definition.name}: {definition.description}"]
    languages = "in English at least" if definition.english else "in one language at least"
    one = f", {languages}" if is_text(definition) else ""
    lines.append(f"Required{one}." if column.required else "Optional.")
    lines.append(f"Write {how_to_write(model, definition)}.")
    if schemes_of(model, column):
        lines.append("The sheet 'codes' has the lists.")
    if column.repeats:
        lines.append(f"Separate several by {'|' if is_text(definition) else ';'}.")
    if is_text(definition):
        key = column.name.partition("@")[0]
        lines.append(f"Another language is another column: {key}@et, {key}@fr …")
    return "\n".join(lines)


def _undated(content: bytes) -> bytes:
    """Return a package with every date in it set to the same, so that equal tables are equal bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data)
            entry = zipfile.ZipInfo(part.filename, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, data)
    return target.getvalue()
