"""A text is the same text whichever Unicode normalization form it was typed in."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from support.registers import TABLE, read_register, write_register
from support.workbooks import workbook

from ogpld.errors import SourceError, Where
from ogpld.model import Code, Model, Scheme
from ogpld.report import Severity
from ogpld.sources import read_table, table_of
from ogpld.sources.ledger import read_ledger
from ogpld.sources.reconciliation import read_reconciliation

FORMS = ["NFC", "NFD"]
LINES = (
    "Número,commitment,identifier,value, Título,commitment,title,text:es, Área,commitment,policyAreas,code,"
    " Órgano,commitment,lead,names, Órgano,commitment,leadText,text:es, Dirección,,,withhold,reason"
)
TABLE_OF_ROWS = (
    "Número,Título,Área,Órgano,Dirección\n"
    "XY1,Información,open-data,Ministerio de Economía,Ñ\nXY1,Información,open-data,Ministerio de Economía,Ñ\n"
)


@pytest.mark.parametrize("table", FORMS)
@pytest.mark.parametrize("others", FORMS)
def test_every_comparison_finds_the_other_form(
    tmp_path: Path, model: Model, table: str, others: str
) -> None:
    """Columns, fixes, equal rows, keys of the ledger, reconciliation; withheld columns stay withheld."""
    toml = TABLE.replace("{No}", "{Número}").replace(
        "things.commitment]", 'things.commitment]\nwhen = { "Título" = "Público" }'
    )
    folder = write_register(
        tmp_path / "source",
        normalize(table, TABLE_OF_ROWS),
        normalize(others, LINES),
        normalize(others, toml),
        normalize(others, "".join(
            f"register.csv,{row},Título,Información,Público,better\n" for row in (2, 3)
        )),
    )  # fmt: skip
    (tmp_path / "reconciliation").mkdir()
    (tmp_path / "reconciliation" / "a.csv").write_text(
        "text,part,institution,evidence,member\n"
        + normalize(others, "Ministerio de Economía,Ministerio,XYZ-economy,same,\n")
    )
    (tmp_path / "identity.csv").write_text(
        "key,official_id,member,plan,printed_number,title,first_seen,last_seen,replaced_by\n"
        + normalize(
            others, "XY1-1,XY1,M,M01,,Otro,2020,2020,\nXY1-2,XY1,M,M01,,Público,2022,2022,\n"
        )
    )
    read = read_register(
        folder,
        model,
        read_ledger(tmp_path / "identity.csv"),
        read_reconciliation(tmp_path / "reconciliation"),
    )
    (values,) = (v for key, v in read.values.items() if key == "XY1-2")
    assert values["title"] == {"Público"}
    assert values["leadText"] == {"Ministerio de Economía"}
    assert values["lead"] == {"http://x.example/id/institution/XYZ-economy"}
    assert not [f for f in read.findings if f.severity is Severity.VIOLATION]
    assert "repeats another" in "".join(read.messages())
    of_table = [f for f in read.findings if f.where[0].file == "register.csv"]
    assert ("normalization" in str(of_table)) is (table == "NFD")
    withheld = read_table(folder / "register.csv", ["Dirección"])
    assert {row.cells["Dirección"] for row in withheld.rows} == {""}


def test_each_column_is_told_once(tmp_path: Path) -> None:
    """An Info with the places, the header among them; CSV and workbooks alike."""
    rows = [["key", "Té"], ["a", "é"], ["b", "e"], ["c", "ó é"]]
    decomposed = [[normalize("NFD", cell) for cell in row] for row in rows]
    csv = "".join(",".join(row) + "\n" for row in decomposed)
    for table in (
        table_of(csv.encode(), "t.csv")[0],
        table_of(workbook({"S": decomposed}), "t.xlsx")[0],
    ):
        assert [list(row.cells.values()) for row in table.rows] == rows[1:]
        assert table.header == ("key", "Té")
        (finding,) = table.remarks
        assert (finding.severity, finding.cell) == (Severity.INFO, None)
        assert finding.where == tuple(Where(table.name, row, "Té") for row in (1, 2, 4))
        assert finding.message == (
            "3 cells of the column are in another Unicode normalization form than NFC; they were read "
            "in NFC"
        )
    (tmp_path / "t.csv").write_text(csv)
    assert len(read_table(tmp_path / "t.csv").remarks) == 1


def test_two_columns_with_one_name_are_refused() -> None:
    """As those that are the same byte for byte."""
    content = f"{normalize('NFC', 'Té')},{normalize('NFD', 'Té')}\n1,2\n"
    with pytest.raises(SourceError, match="stands twice, in two Unicode normalization forms"):
        table_of(content.encode(), "t.csv")


def test_codes_are_found_in_either_form() -> None:
    """Labels of a list of one's own, too."""
    code = Code("http://x.example/a", "a", normalize("NFD", "Código"))
    scheme = Scheme("http://x.example/", "x", "X", "", "Code", closed=True, file="", codes=(code,))
    for form in FORMS:
        assert scheme.find(normalize(form, "CÓDIGO")) is code
