"""What a workbook shows is what is read, or a finding says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from support.workbooks import repacked, with_sheet_xml, workbook

from ogpld.errors import SourceError
from ogpld.report import Severity
from ogpld.sources import InputTable, table_of
from ogpld.sources.numberformat import plain_number, printed_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def read(content: bytes) -> InputTable:
    """Return the only table of a workbook."""
    (table,) = table_of(content, "t.xlsx")
    return table


def remarks(table: InputTable) -> list[tuple[str, str, str]]:
    """Return severity, place and message of what was noticed."""
    return [(f.severity.value, str(f.where[0]), f.message) for f in table.remarks]


def with_cell(xml: str) -> bytes:
    """Return a workbook whose cell B2, in column `n`, is this element."""
    return with_sheet_xml(b'<c r="B2" t="n"><v>7</v></c>', xml.encode())


def shared(item: str) -> bytes:
    """Return a workbook whose cell B2 is a shared string."""
    listed = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    return repacked(
        with_cell('<c r="B2" t="s"><v>0</v></c>'),
        lambda part, old: old.replace(b"</Types>", listed.encode()) if part[0] == "[" else old,
        {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si>{item}</si></sst>'.encode()},
    )


# ---- strings: ECMA-376 part 1, 22.9.2.19 ----

ESCAPES = {
    "a_x000D_\nb": "a b",
    "_x000D__x000A_x": "x",
    "_x005F_x000D_": "_x000D_",
    "_x005F_x005F_": "_x005F_",
    "x_x00e9_y": "xéy",
    "_xD83D__xDE00_": "😀",
    "_x20_ _x000G_ _X000D_": "_x20_ _x000G_ _X000D_",
}
PLACES: dict[str, Callable[[str], bytes]] = {
    "shared": lambda text: shared(f"<t>{text}</t>"),
    "rich": lambda text: shared(
        f"<r><t>{text[:1]}</t></r>".replace(text[:1], "") + f"<r><t>{text}</t></r>"
    ),
    "inline": lambda text: with_cell(f'<c r="B2" t="inlineStr"><is><t>{text}</t></is></c>'),
    "inline rich": lambda text: with_cell(
        f'<c r="B2" t="inlineStr"><is><r><t>{text}</t></r></is></c>'
    ),
    "formula": lambda text: with_cell(f'<c r="B2" t="str"><f>A1</f><v>{text}</v></c>'),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stored", ESCAPES)
def test_escapes_are_decoded_wherever_strings_stand(place: str, stored: str) -> None:
    """A line break is a blank; an escaped underscore protects what follows."""
    table = read(PLACES[place](stored))
    assert table.rows[0].cells["n"] == ESCAPES[stored]
    assert not table.remarks


def test_escapes_are_decoded_in_headers_and_names_of_sheets() -> None:
    """A header that was broken into two lines is one name."""
    content = workbook({"Our_x0020_plan": [["key", "ti_x000D_\ntle"], ["A", "b"]]})
    table = read(content)
    assert table.name == "t.xlsx#Our plan"
    assert table.header == ("key", "ti tle")


def test_phonetic_hints_are_no_text() -> None:
    """A reading aid stands beside the text, not in it (18.4.6)."""
    table = read(shared('<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>'))
    assert table.rows[0].cells["n"] == "東京"


@pytest.mark.parametrize(
    ("stored", "severity", "named"),
    [
        ("_x0001_", "Violation", "U+0001 (START OF HEADING)"),
        ("_x0000_", "Violation", "U+0000 (NULL)"),
        ("_xFFFE_", "Violation", "U+FFFE (NONCHARACTER)"),
        ("_xD800_", "Violation", "U+D800 (LONE SURROGATE)"),
        ("_x0092_", "Warning", "U+0092 (CONTROL CHARACTER)"),
        ("\u200b", "Warning", "U+200B (ZERO WIDTH SPACE)"),
    ],
)
def test_characters_that_an_escape_brings_in_are_found(
    stored: str, severity: str, named: str
) -> None:
    """XML cannot carry them, so they hide in escapes."""
    warnings = remarks(read(shared(f"<t>a{stored}b</t>")))
    assert [(s, place) for s, place, _ in warnings] == [(severity, "t.xlsx#S, row 2, column n")]
    assert named in warnings[0][2]


def test_a_name_with_a_control_character_is_refused() -> None:
    """Rows are told by the names of columns and sheets."""
    for sheets in ({"S": [["k_x0001_"], ["a"]]}, {"S_x0001_": [["k"], ["a"]]}):
        with pytest.raises(SourceError, match=r"U\+0001 \(START OF HEADING\)"):
            table_of(workbook(sheets), "t.xlsx")


# ---- what is hidden, what is merged ----


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_passed_over_and_named(state: str) -> None:
    """One rule for data, lists and explanations."""

    def edit(book: Workbook) -> None:
        book["Old draft"].sheet_state = state

    sheets = {"S": [["key"], ["a"]], "Old draft": [["key"], ["b"]]}
    table = read(workbook(sheets, edit))
    assert table.name == "t.xlsx#S"
    assert remarks(table) == [
        ("Warning", "t.xlsx#Old draft", "the sheet 'Old draft' is hidden and was passed over")
    ]


def test_a_refusal_says_that_a_sheet_is_hidden() -> None:
    """The rows somebody looks for are in it."""

    def edit(book: Workbook) -> None:
        book["Data"].sheet_state = "hidden"

    content = workbook({"Empty": [["key"]], "Data": [["key"], ["a"]]}, edit)
    with pytest.raises(SourceError, match="no rows; the sheet 'Data' is hidden"):
        table_of(content, "t.xlsx")
    content = workbook({"Data": [["key"], ["a"]], "S": []}, edit)
    content = repacked(content, lambda _, data: data.replace(b'state="visible"', b'state="hidden"'))
    with pytest.raises(SourceError, match="no sheet of cells but hidden ones: 'Data', 'S'"):
        table_of(content, "t.xlsx")


def test_hidden_rows_and_columns_are_read_and_named() -> None:
    """Hidden rows and columns are read and named, those hidden by a filter too."""

    def edit(book: Workbook) -> None:
        sheet = book["S"]
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[5].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["C"].hidden = True

    rows = [["key", "n", "empty"], ["a", 1, None], ["b", 2, None], ["c", 3, None]]
    table = read(workbook({"S": rows}, edit))
    assert [row.cells["key"] for row in table.rows] == ["a", "b", "c"]
    assert remarks(table) == [
        ("Warning", "t.xlsx#S, row 3", "1 rows are hidden and were read: 3"),
        ("Warning", "t.xlsx#S, row 1, column n", "1 columns are hidden and were read: 'n'"),
    ]

    def filtered(book: Workbook) -> None:
        edit(book)
        book["S"].auto_filter.ref = "A1:B4"

    assert (
        "1 rows are hidden or filtered out" in remarks(read(workbook({"S": rows}, filtered)))[0][2]
    )


def test_merged_cells_are_named_where_something_is_lost() -> None:
    """Down, across, and in the header; an empty area loses nothing."""

    def edit(book: Workbook) -> None:
        for area in ("B2:B3", "C2:D2", "E1:F1", "A5:B6"):
            book["S"].merge_cells(area)

    rows = [list("kbcdef"), ["x", "y", "z", None, "e", None], ["x2"], ["x3"]]
    table = read(workbook({"S": rows}, edit))
    assert table.rows[1].cells["b"] == ""
    assert [(f.where[0].row, f.where[0].column, f.cell) for f in table.remarks] == [
        (1, "E", "e"),
        (2, "b", "y"),
        (2, "c", "z"),
    ]
    assert {f.severity for f in table.remarks} == {Severity.WARNING}


# ---- numbers ----

PRINTED = [
    ("2.1", "0.00", "2.10"),
    ("7", "0000", "0007"),
    ("3", '"EE"0000', "EE0003"),
    ("5", "\\N0", "N5"),
    ("0.5", "0%", "50%"),
    ("0.125", "0.0%", "12.5%"),
    ("1234", "#,##0", "1,234"),
    ("1234567.5", "#,##0.00", "1,234,567.50"),
    ("12", "#,##0", "12"),
    ("1234.5", '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "1,234.50 €"),
    ("1234", "[$€-425]#,##0", "€1,234"),
    ("-2.1", "0.00_);[Red]\\(0.00\\)", "(2.10)"),
    ("-3", "0.0", "-3.0"),
    ("0", '0.0;-0.0;"0"0', "00"),
    ("2", "0.##", "2"),
    ("2.5", "0", "3"),
    ("2.1", "General", "2.1"),
    ("2.1", "@", "2.1"),
    ("2.1", "General;General", "2.1"),
    ("12000", "0.00E+00", None),
    ("0.5", "# ?/?", None),
    ("1234", "0,", None),
    ("5", "[>3]0;0.0", None),
    ("5", ";;;", None),
    ("123456789", "000-00-0000", None),
    ("1234567", '#,##0.0,,"M"', None),
]


@pytest.mark.parametrize(("number", "code", "printed"), PRINTED)
def test_a_number_is_printed_as_its_cell_shows_it(
    number: str, code: str, printed: str | None
) -> None:
    """Formats that need more than digits and text are not written out."""
    assert printed_number(number, code) == printed


@pytest.mark.parametrize(
    ("stored", "plain"),
    [
        ("0.30000000000000004", "0.3"),
        ("2.2999999999999998", "2.3"),
        ("3.0", "3"),
        ("1E3", "1000"),
        ("1e-7", "0.0000001"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1E+20", "100000000000000000000"),
        ("100", "100"),
    ],
)
def test_artefacts_of_binary_fractions_are_no_digits(stored: str, plain: str) -> None:
    """Spreadsheet programs keep fifteen digits."""
    assert plain_number(stored) == plain


def formatted(value: object, code: str) -> InputTable:
    """Return the table with this value in this number format."""

    def edit(book: Workbook) -> None:
        book["S"]["B2"].number_format = code

    return read(workbook({"S": [["key", "n"], ["a", value]]}, edit))


def test_what_is_shown_is_read_and_what_is_stored_stands_beside_it() -> None:
    """A printed number is a text, a count is a number."""
    row = formatted(2.1, "0.00").rows[0]
    assert row.cells["n"] == "2.10"
    assert row.value("n", "2.10") == "2.1"
    row = formatted(2.1, "General").rows[0]
    assert (row.cells["n"], row.stored) == ("2.1", None)


@pytest.mark.parametrize(
    ("value", "code", "text", "message"),
    [
        (12000, "0.00E+00", "12000", "shown in the format '0.00E+00'"),
        (0.5, "# ?/?", "0.5", "shown in the format '# ?/?'"),
        (2.126, "0.00", "2.13", "shows fewer digits than its number has"),
        (2.6, "0", "3", "shows fewer digits"),
        (5, ";;;", "5", "shown in the format ';;;'"),
        ("text", ";;;", "text", "shown in the format ';;;'"),
    ],
)
def test_a_number_that_is_not_read_as_shown_is_a_warning(
    value: object, code: str, text: str, message: str
) -> None:
    """The place, the format and what was read."""
    table = formatted(value, code)
    assert table.rows[0].cells["n"] == text
    ((severity, place, warning),) = remarks(table)
    assert (severity, place) == ("Warning", "t.xlsx#S, row 2, column n")
    assert message in warning


@pytest.mark.parametrize(
    ("value", "code"), [(1234, "#,##0"), (0.5, "0%"), (True, "0.00"), (3, "@"), ("007", "0")]
)
def test_what_is_read_as_shown_needs_no_word(value: object, code: str) -> None:
    """No warning for what nobody can misread."""
    assert not formatted(value, code).remarks


def test_a_number_longer_than_programs_keep_is_a_warning() -> None:
    """Its last digits were lost when it was typed."""
    table = read(with_cell('<c r="B2"><v>1234567890123456789</v></c>'))
    assert table.rows[0].cells["n"] == "1234567890123456789"
    assert "more than 15 digits" in remarks(table)[0][2]
    assert not read(with_cell('<c r="B2"><v>123456789012345</v></c>')).remarks


def test_a_number_stored_with_a_point_is_whole() -> None:
    """3.0 is three; some programs store it so."""
    assert read(with_cell('<c r="B2"><v>3.0</v></c>')).rows[0].cells["n"] == "3"


def test_dates_count_from_the_workbooks_own_day() -> None:
    """Old workbooks of the Macintosh begin in 1904."""
    content = formatted_bytes(date(2018, 7, 1), "yyyy-mm-dd")
    old = repacked(content, lambda _, d: d.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'))
    assert read(content).rows[0].cells["n"] == "2018-07-01"
    assert read(old).rows[0].cells["n"] == "2022-07-02"


def formatted_bytes(value: object, code: str) -> bytes:
    """Return the workbook `formatted` reads."""

    def edit(book: Workbook) -> None:
        book["S"]["B2"].number_format = code

    return workbook({"S": [["key", "n"], ["a", value]]}, edit)


def test_elapsed_time_is_a_duration() -> None:
    """Elapsed time ([h]:mm) is read as a duration, not as a time of the day."""
    table = formatted(timedelta(hours=26), "[h]:mm:ss")
    assert table.rows[0].cells["n"] == "1 day, 2:00:00"
    assert "shown in the format '[h]:mm:ss'" in remarks(table)[0][2]


def test_notes_are_not_read_and_named() -> None:
    """Those of the header explain our templates; below it somebody may have meant them."""

    def edit(book: Workbook) -> None:
        for place in ("A1", "B2"):
            book["S"][place].comment = Comment("No, 8!", "clerk")

    warnings = remarks(read(workbook({"S": [["key", "n"], ["a", 7]]}, edit)))
    assert warnings == [("Info", "t.xlsx", "1 cells have notes, which are not read: B2")]


def test_a_sheet_may_have_a_number_sign_in_its_name() -> None:
    """File and sheet are told apart all the same."""
    table = read(workbook({"Plan #2": [["key"], ["a"]]}))
    assert (table.file, table.sheet) == ("t.xlsx", "Plan #2")


# ---- Strict Open XML ----


def strict(content: bytes) -> bytes:
    """Return a workbook as 'Strict Open XML Spreadsheet' names its parts."""

    def replace(_: str, data: bytes) -> bytes:
        data = data.replace(MAIN.encode(), STRICT.encode())
        return data.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    return repacked(content, replace)


def test_a_strict_workbook_says_the_same() -> None:
    """Numbers, formats, texts, hidden sheets; and dates, which it writes as ISO 8601."""

    def edit(book: Workbook) -> None:
        book["S"]["B2"].number_format = "0.00"
        book["T"].sheet_state = "hidden"

    content = workbook({"S": [["key", "n"], ["a", 2.1]], "T": [["key"], ["b"]]}, edit)
    assert read(strict(content)) == read(content)
    iso = with_cell('<c r="B2" t="d"><v>2018-07-01</v></c>')
    assert read(strict(iso)).rows[0].cells["n"] == "2018-07-01"


# ---- other kinds of files ----

HTML = b"<html><body><table><tr><td>key</td></tr></table></body></html>"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
OTHERS = {
    "web page": (HTML, "a web page (HTML)"),
    "XML of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "an XML spreadsheet of 2003",
    ),
    "old Excel": (OLD, "an old Excel file (.xls)"),
    "password": (OLD + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "old Word": (OLD + "WordDocument".encode("utf-16-le"), "an old Word file"),
    "PDF": (b"%PDF-1.4", "a PDF"),
    "Numbers": (repacked(workbook({"S": []}), None, {"Index/Document.iwa": b"x"}), "Apple Numbers"),
    "Word": (repacked(workbook({"S": []}), None, {"word/document.xml": b"<a/>"}), "(.docx)"),
    "CSV": (b"key,title\nA,b\n", "the file is no workbook (.xlsx)"),
}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [(name, "xlsx") for name in OTHERS]
    # a ZIP with these suffixes is told by its suffix alone, and text is CSV
    + [(n, s) for n in OTHERS if n not in {"Numbers", "Word", "CSV"} for s in ("xls", "csv")],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(name: str, suffix: str) -> None:
    """A file is known by its content and refused with what to do, under any name."""
    content, message = OTHERS[name]
    with pytest.raises(SourceError) as caught:
        table_of(content, f"t.{suffix}")
    assert message in str(caught.value)
    assert "save" in caught.value.hint
    assert "CSV UTF-8" in caught.value.hint


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "xlsm", "ods", "numbers", "tsv"])
def test_a_suffix_that_is_not_read_is_explained(suffix: str) -> None:
    """A suffix that is not read is explained, even where the bytes do not tell the kind of file."""
    with pytest.raises(SourceError, match=rf"no reader for '\.{suffix}' files: this is a"):
        table_of(b"key\nA\n", f"t.{suffix}")


def test_markup_in_a_cell_is_text() -> None:
    """An escape of XML is not one of Open XML."""
    assert read(shared(f"<t>{escape('<b> & _x')}</t>")).rows[0].cells["n"] == "<b> & _x"
