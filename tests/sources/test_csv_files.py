"""CSV files as programs write them are read; what would be lost or misread is named with its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.registers import read_register, write_register

from ogpld.errors import SourceError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.sources import InputTable, read_table, table_of
from ogpld.sources.characters import REMARKS_LIMIT
from ogpld.sources.csvfile import comma_separated, table_csv
from ogpld.sources.fixes import read_fixes
from ogpld.sources.ledger import read_ledger
from ogpld.sources.mapper import open_source
from ogpld.sources.plain_table import TableLimits, plain_table
from ogpld.sources.reconciliation import Reconciliation, read_reconciliation
from ogpld.sources.source_description import read_source
from ogpld.sources.table import InputRow

HEADER, ROW = "key,title@en,member", "EE0901,Publish A,EST"
CELLS = {"key": "EE0901", "title@en": "Publish A", "member": "EST"}


def read(content: str | bytes) -> InputTable:
    """Return the table of a CSV file."""
    (table,) = table_of(content if isinstance(content, bytes) else content.encode(), "t.csv")
    return table


def refused(content: str | bytes) -> str:
    """Return the sentence a CSV file is refused with."""
    with pytest.raises(SourceError) as caught:
        read(content)
    assert caught.value.hint
    return str(caught.value)


ENDS = {
    "blank line": f"{HEADER}\n{ROW}\n\n",
    "many": f"{HEADER}\r\n{ROW}\r\n\r\n\r\n",
    "blanks": f"{HEADER}\n{ROW}\n   \n\t\n",
    "separators": f"{HEADER}\n{ROW}\n,,\n,,\n",
    "too many separators": f"{HEADER}\n{ROW}\n,,,,,,\n",
    "too few separators": f"{HEADER}\n{ROW}\n,\n",
    "separators and blanks": f"{HEADER}\n{ROW}\n , ,\u00a0\n",
    "quoted blanks": f'{HEADER}\n{ROW}\n"","",""\n',
    "no final newline": f"{HEADER}\n{ROW}",
    "empty last columns": f"{HEADER},,\n{ROW},,\n",
    "blank last column": f"{HEADER}, \n{ROW}, \n",
    "trailing delimiter": f"{HEADER},\n{ROW},\n",
    "trailing delimiter below": f"{HEADER}\n{ROW},,\n",
    "trailing delimiter above": f"{HEADER},\n{ROW},\n,,,\n",
    "carriage returns": f"{HEADER}\r{ROW}\r",
    "both": f"{HEADER}\r\n{ROW}\n\r\n",
    "mark": f"\ufeff{HEADER}\n{ROW}\n",
}


@pytest.mark.parametrize("name", ENDS)
def test_files_end_in_many_ways(name: str) -> None:
    """One row, with its three cells, and no remark."""
    table = read(ENDS[name])
    assert [(row.number, row.cells) for row in table.rows] == [(2, CELLS)]
    assert not table.remarks


def test_rows_keep_their_numbers_behind_blank_ones() -> None:
    """The number is the one a spreadsheet program shows."""
    table = read(f"{HEADER}\n\n,,\n{ROW}\n")
    assert [row.number for row in table.rows] == [4]


def test_a_column_without_name_may_stay_empty() -> None:
    """As in a workbook."""
    assert read("key,,n\nA,,1\n").rows[0].cells == {"key": "A", "n": "1"}
    message = refused("key,,n\nA,,1\nB,x,2\n")
    assert message.startswith("t.csv, row 1: column 2 has no name, but row 3 holds 'x' there")


REFUSALS = {
    "instruction": ("sep=;\nkey;n\nA;1\n", "t.csv, row 1: the first line, 'sep=;'"),
    "instruction, comma": ("sep=,\nkey,n\nA,1\n", "t.csv, row 1: the first line, 'sep=,'"),
    "a header that nothing separates": ('"No"x,"Short\n1,2\n', "not well-formed CSV"),
    "semicolons in a row alone": (
        "key,title\nA;b\n",
        "t.csv, row 2: the row has 1 cells, the header has 2",
    ),
    "semicolons, ragged": (
        "key;title\nA;b;c\n",
        "t.csv, row 2: the row has 3 cells, the header has 2",
    ),
    "semicolons, Windows-1252": (
        "key;title\nA;\u2019\n".encode("cp1252"),
        "t.csv, line 2, row 2, column title: the byte 0x92 is not UTF-8",
    ),
    "blank first": (f"\n{HEADER}\n{ROW}\n", "t.csv, row 1: the first row is blank"),
    "UTF-16 LE": (f"{HEADER}\n".encode("utf-16-le"), "UTF-16"),
    "UTF-16 BE": (f"{HEADER}\n".encode("utf-16-be"), "UTF-16"),
    "never closed": (
        f'{HEADER}\n{ROW}\nEE2,"Open,EST\nEE3,C,EST\n',
        "t.csv, row 3: not well-formed CSV: unexpected end of data; the row begins in line 3",
    ),
    "never closed, quotes later": (
        f'{HEADER}\n"a\nb",c,d\nEE2,"Open,EST\nEE3,"C",EST\n',
        "t.csv, row 3: not well-formed CSV: ',' expected after '\"'; the row begins in line 4",
    ),
    "never closed, long": (
        f'{HEADER}\n{ROW}\nEE2,"Open,EST\n' + "x\n" * 90_000,
        "row 3: a cell has more than 131072 characters; its row begins in line 3",
    ),
    "shorter": (f"{HEADER}\n{ROW}\nEE2,B\n", "t.csv, row 3: the row has 2 cells, the header has 3"),
    "longer": (f"{HEADER}\n{ROW},x\n", "t.csv, row 2: the row has 4 cells, the header has 3"),
    "Windows-1252": (
        f'{HEADER}\nEE1,"a\nb \u2019",EST\n'.encode("cp1252"),
        "t.csv, line 3, row 2, column title@en: the byte 0x92 is not UTF-8; in Windows-1252 it is \u2019",
    ),
    "Latin-1 header": (
        "key,ülevaade\nA,b\n".encode("latin-1"),
        "t.csv, line 1, row 1: the byte 0xfc is not UTF-8; in Windows-1252 it is ü",
    ),
    "surrogate": (b"key,n\nA,\xed\xa0\x80\n", "t.csv, line 2, row 2, column n: the byte 0xed"),
    "control in a name": (
        "key,ti\x01tle\nA,b\n",
        "t.csv, row 1, column 2: the name ti\\x01tle holds",
    ),
}


SEPARATED = {
    "semicolons": (
        "key;n;note, long\nA;2,5;b, c\n",
        {"key": "A", "n": "2,5", "note, long": "b, c"},
    ),
    "quoted": ('"key";"note"\r\n"A";"b;c"\r\n', {"key": "A", "note": "b;c"}),
    "a mark": ('\ufeff"key";"note, long"\n"A";"b"\n', {"key": "A", "note, long": "b"}),
    "tabs": ("key\tnote\nA\tb\n", {"key": "A", "note": "b"}),
    "bars": ('"key"|"note; more"|x\n"A"|"b"|c\n', {"key": "A", "note; more": "b", "x": "c"}),
    "commas and semicolons": ("key,a;b,c\nA,1;2,3\n", {"key": "A", "a;b": "1;2", "c": "3"}),
    "one column": ("key\nA;b\n", {"key": "A;b"}),
}


@pytest.mark.parametrize("name", SEPARATED)
def test_what_separates_the_header_separates_the_rows(name: str) -> None:
    """As spreadsheet programs write CSV where the comma is in numbers; `/match` reads them alike."""
    content, cells = SEPARATED[name]
    table = read(content)
    assert [(row.number, row.cells) for row in table.rows] == [(2, cells)]
    assert not table.remarks
    plain = plain_table(content.encode(), "t.csv", ".csv", TableLimits(9, 99))
    assert plain.header == list(cells)


def test_a_table_is_published_with_commas() -> None:
    """The same cells in the same rows, blank ones too; one with commas as it is."""
    assert comma_separated(b"a,b\r\n1;2,3\r\n") == b"a,b\r\n1;2,3\r\n"
    content = '\ufeffa;b\r\n"1;x";2,5\r\n\r\n"y\nz";\r\n'
    assert comma_separated(content.encode()) == b'a,b\n1;x,"2,5"\n\n"y\nz",\n'


@given(
    st.sampled_from(";\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.lists(st.text('ab\r\n",;|\t ', max_size=5), min_size=2, max_size=2), max_size=4),
)
def test_a_table_published_with_commas_has_the_same_cells(
    separator: str, end: str, rows: list[list[str]]
) -> None:
    """Whatever separates its columns and ends its lines, and whatever of that its cells hold."""
    rows = [["one", "two"], *rows]
    lines = (separator.join('"' + c.replace('"', '""') + '"' for c in row) + end for row in rows)
    published = comma_separated("".join(lines).encode()).decode()
    assert list(csv.reader(io.StringIO(published, newline=""), strict=True)) == rows


def test_a_carriage_return_in_a_published_cell_is_quoted() -> None:
    """Whatever the version of Python; line ends are as before."""
    assert comma_separated(b'a;b\n"x\ry";2\n') == b'a,b\n"x\ry",2\n'
    assert table_csv(["a"], [InputRow(2, {"a": "x\ry"})]) == b'a\n"x\ry"\n'


def test_a_mapped_table_with_semicolons(tmp_path: Path, model: Model) -> None:
    """Rows keep their numbers in findings and in the published table, which has commas."""
    lines = "No,commitment,identifier,value, Title,commitment,title,text:en,"
    table = b"No;Title\r\nXY1;One, two\r\n\r\nXY 3;Three\r\n"
    folder = write_register(tmp_path, table, lines)
    register = read_register(folder, model)
    assert register.values["XY1"]["title"] == {"One, two"}
    (finding,) = register.findings
    assert [(place.row, place.column) for place in finding.where] == [(4, "No")]
    opened = open_source(read_source(folder), model, Iris("http://x.example/"), Reconciliation({}))
    assert opened.published() == {"register.csv": b'No,Title\nXY1,"One, two"\n\nXY 3,Three\n'}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_such_csv_says_where_and_what_to_do(name: str) -> None:
    """File, row, column or line."""
    content, message = REFUSALS[name]
    assert message in refused(content)


def test_rows_swallowed_by_a_quote_are_named() -> None:
    """A quote closed rows later is well-formed CSV; the commas in between tell."""
    table = read(f'{HEADER}\n{ROW}\nEE2,"Open,EST\nEE3,C,EST\nEE4,D",EST\n')
    ((finding),) = table.remarks
    assert str(finding.where[0]) == "t.csv, row 3, column title@en"
    assert "look like rows" in finding.message
    assert not read(f'{HEADER}\nEE2,"First, second\nand third, fourth",EST\n').remarks


def test_rows_are_told_by_the_line_ends_of_csv_alone() -> None:
    """Other signs that break lines are a part of the text: a row that has one looks like a row."""
    table = read(f'{HEADER}\n{ROW}\nEE2,"Open\u2028it,EST\nEE3,C\u0085D,EST\nEE4,D",EST\n')
    assert [f for f in table.remarks if "look like rows" in f.message]


def test_rows_swallowed_by_a_quote_in_a_column_that_is_not_wanted_are_named(
    tmp_path: Path,
) -> None:
    """Without what is in the cell."""
    content = f'{HEADER}\n{ROW}\nEE2,"Open,EST\nEE3,C,EST\nEE4,D",EST\n'
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    table = read_table(tmp_path / "t.csv", ["title@en"])
    ((finding),) = table.remarks
    assert str(finding.where[0]) == "t.csv, row 3, column title@en"
    assert "look like rows" in finding.message
    assert "Open" not in str(finding)


VIOLATIONS = {
    "\x00": "U+0000 (NULL)",
    "\x01": "U+0001 (START OF HEADING)",
    "\x0b": "U+000B (VERTICAL TABULATION)",
    "\x0c": "U+000C (FORM FEED)",
    "\x19": "U+0019 (END OF MEDIUM)",
    "\x1c": "U+001C (FILE SEPARATOR)",
    "\ufffe": "U+FFFE (NONCHARACTER)",
    "\uffff": "U+FFFF (NONCHARACTER)",
}
WARNINGS = {
    "\x7f": "U+007F (CONTROL CHARACTER)",
    "\x85": "U+0085 (CONTROL CHARACTER)",
    "\x92": "U+0092 (CONTROL CHARACTER)",
    "\xad": "U+00AD (SOFT HYPHEN)",
    "\u200b": "U+200B (ZERO WIDTH SPACE)",
    "\ufeff": "U+FEFF (ZERO WIDTH NO-BREAK SPACE)",
    "\u2060": "U+2060 (WORD JOINER)",
    "\u202a": "U+202A (LEFT-TO-RIGHT EMBEDDING)",
    "\u202e": "U+202E (RIGHT-TO-LEFT OVERRIDE)",
    "\u2066": "U+2066 (LEFT-TO-RIGHT ISOLATE)",
    "\u2069": "U+2069 (POP DIRECTIONAL ISOLATE)",
    "\u200e": "U+200E (LEFT-TO-RIGHT MARK)",
    "\u200c": "U+200C (ZERO WIDTH NON-JOINER)",
    "\ufffd": "U+FFFD (REPLACEMENT CHARACTER)",
    "\ue0b7": "U+E0B7 (PRIVATE USE)",
    "\ufdd0": "U+FDD0 (NONCHARACTER)",
    "\U0001ffff": "U+1FFFF (NONCHARACTER)",
}


@pytest.mark.parametrize(
    ("character", "place"),
    [
        (character, place)
        for character in (*VIOLATIONS, *WARNINGS)
        for place in ("a{}b", "{}ab", "ab{}")
        if (character, place) != ("\u200c", "{}ab")  # no letter stands before it
    ],
)
def test_invisible_characters_are_named_with_their_cell(character: str, place: str) -> None:
    """What XML cannot carry is a Violation and is not read on; what misleads is a Warning."""
    table = read(f"{HEADER}\n{ROW}\nEE2,{place.format(character)},EST\n")
    (finding,) = table.remarks
    bad = character in VIOLATIONS
    assert finding.severity.value == ("Violation" if bad else "Warning")
    assert str(finding.where[0]) == "t.csv, row 3, column title@en"
    assert (VIOLATIONS if bad else WARNINGS)[character] in finding.message
    assert finding.hint
    assert (finding.cell or "").isprintable()
    text = table.rows[1].cells["title@en"]
    assert text == " ".join(place.format("\ufffd" if bad else character).split())


@pytest.mark.parametrize(
    "text",
    ["نمی‌خواهم", "שלום\u200e A", "👨‍👩‍👧", "a\u00a0: b", "a\u2028b", "a\tb", "क्‍ष", "é", "日本"],
)
def test_what_scripts_need_is_no_remark(text: str) -> None:
    """Joiners, marks beside letters that run the other way, blanks of all sorts."""
    assert not read(f"{HEADER}\nEE2,{text},EST\n").remarks


def test_escapes_of_a_spreadsheet_are_a_warning_in_csv() -> None:
    """Somebody's program did not decode them; CSV has no such escapes."""
    table = read(f"{HEADER}\nEE2,Publish_x000D_ A,EST\n")
    (finding,) = table.remarks
    assert (finding.severity.value, finding.where[0].column) == ("Warning", "title@en")
    assert "'_x000D_'" in finding.message
    assert "U+000D (CARRIAGE RETURN)" in finding.message


def test_a_list_of_remarks_says_when_it_ends() -> None:
    """The last one is as bad as the worst that is not listed."""
    rows = "".join(f"K{n},a\u200bb,EST\n" for n in range(REMARKS_LIMIT)) + "Z,a\x01,EST\n"
    warnings = read(f"{HEADER}\n{rows}").remarks
    assert len(warnings) == REMARKS_LIMIT + 1
    assert warnings[-1].severity.value == "Violation"
    assert "the others are not listed" in warnings[-1].message


# ---- the tables that are no data ----


def test_the_tables_beside_the_data_end_as_others_do(tmp_path: Path) -> None:
    """Fixes, ledger and reconciliation: blank lines are no lines."""
    (tmp_path / "fixes.csv").write_text("table,row,column,from,to,reason\nt,2,a,x,y,why\n,,,,,\n\n")
    assert not read_fixes(tmp_path, ["t"]).remarks
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "a.csv").write_text("text,part,institution,evidence\nA,A,a,seen\n,,,\n")
    assert read_reconciliation(tmp_path / "bodies").find("A") == ("a",)
    columns = "key,official_id,member,plan,printed_number,title,first_seen,last_seen,replaced_by"
    (tmp_path / "identity.csv").write_text(f"{columns},\nA,A,EST,EST05,2.10,T,2020,2020,,\n\n")
    assert read_ledger(tmp_path / "identity.csv").entries["A"].printed_number == "2.10"


def test_the_tables_beside_the_data_carry_no_control_characters(tmp_path: Path) -> None:
    """What they say is published, so they are refused with the place."""
    (tmp_path / "fixes.csv").write_text("table,row,column,from,to,reason\nt,2,a,x,y\x01,why\n")
    with pytest.raises(SourceError, match=r"fixes\.csv, row 2, column to: the cell holds U\+0001"):
        read_fixes(tmp_path, ["t"])
    (tmp_path / "fixes.csv").write_text("table,row,column,from,to,reason\nt,2,a,x,y\u200b,why\n")
    (finding,) = read_fixes(tmp_path, ["t"]).remarks
    assert "U+200B" in finding.message


def test_columns_that_are_not_read_are_not_judged(tmp_path: Path) -> None:
    """A withheld column is not published."""
    (tmp_path / "t.csv").write_text("key,mail\nA,a\x01b\n")
    assert not read_table(tmp_path / "t.csv", ["mail"]).remarks
