"""UTF-8 that was read as Windows-1252 is told with its cell and what was probably meant; other text is not."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.running import ROOT
from support.workbooks import workbook

from ogpld.report import Severity
from ogpld.sources import table_of
from ogpld.sources.misread import meant_text

#: Bytes without a character in Windows-1252 stay as they are, as in spreadsheet programs.
GAPS = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def misread(text: str) -> str:
    """Return a text written as UTF-8 and read as Windows-1252."""
    return "".join(GAPS.get(b) or bytes([b]).decode("cp1252") for b in text.encode())


MEANT = [
    "Publiõh A \u2013 x",
    "Avaandmed ja läbipaistvus: “avatus”",
    "coût",
    "CÔTE D\u2019IVOIRE",
    "l\u2019État",
    "São Tomé e Príncipe",
    "à la carte",
    "Привет",
    "Ελλάδα",
    "100 €",
    "« mot »",
    "Łódź, Žilina",
]
RIGHT = [
    "Ã",
    "NÃO",
    "MAÇÃ»",
    "«MAÇû",
    "AMANHÖSEXTA",
    "“AMANHÔ",
    "CAFÉ…",
    "QUALITÉ™",
    "CAFÉ\u2013BAR",
    "MENÜ…",
    "ÉTÉ\u2013HIVER",
    "Õigusloome läbipaistvus \u2013 kava",
    "Käskkiri „Jah“, š ja ž",
    "« Données ouvertes »",
    "Île-de-France, Âge d\u2019or",
    "Â",
    "50 °C ± 2",
    "été…",
]


@pytest.mark.parametrize("text", MEANT)
def test_what_was_meant_is_found(text: str) -> None:
    """Once or twice over, in any script."""
    assert meant_text(misread(text)) == text
    assert meant_text(misread(misread(text))) == text


@pytest.mark.parametrize("text", RIGHT)
def test_text_that_is_right_is_let_be(text: str) -> None:
    """Capitals with tilde, circumflex and acute; quotation marks; signs."""
    assert meant_text(text) == ""


@given(st.text(st.sampled_from("aeiou -äõüšžéèàçãñßÄÕÉ«»“”\u2013—…\u2019€.,"), max_size=30))
def test_what_was_meant_is_not_told_again(text: str) -> None:
    """A text that is told is longer than what was meant."""
    meant = meant_text(text)
    assert len(meant) < len(text) or not meant


def test_no_shipped_cell_is_told() -> None:
    """In any of the tables."""
    for path in (ROOT / "data").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [cell for row in csv.reader(file) for cell in row if meant_text(cell)] == []


def test_a_cell_is_told_with_the_probable_text() -> None:
    """In CSV and in workbooks: a Warning; the text is read as it stands."""
    wrong = "PubliÃµh A â€“ x"
    content = f"key,title\na,plain\nb,{wrong}\nc,Ãµ\n".encode()
    (table,) = table_of(content, "t.csv")
    first, second = table.remarks
    assert first.severity is Severity.WARNING
    assert [(w.file, w.row, w.column) for w in first.where] == [("t.csv", 3, "title")]
    assert first.message == "the cell looks like UTF-8 that was read as Windows-1252"
    assert first.hint.startswith("was it 'Publiõh A \u2013 x'? ")
    assert first.cell == wrong
    assert second.hint.startswith("was it 'õ'? ")
    assert table.rows[1].cells["title"] == wrong
    (sheet,) = table_of(workbook({"a": [["key", "title"], ["b", wrong]]}), "t.xlsx")
    assert [remark.hint for remark in sheet.remarks] == [first.hint]


def test_a_header_is_told_too() -> None:
    """It would be another column."""
    (table,) = table_of("key,pealkirjad Ãµ\na,b\n".encode(), "t.csv")
    (remark,) = table.remarks
    assert remark.where[0].row == 1


def test_contact_data_is_not_repeated_in_other_letters() -> None:
    """What a cell to be withheld was meant to be is not in the report."""
    (table,) = table_of("key,lead\na,JÃ¼ri jyri@pere.example\n".encode(), "t.csv")
    (remark,) = table.remarks
    assert "pere" not in remark.hint
