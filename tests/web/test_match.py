"""`/match`: a table goes in and comes back with ids, whatever it is sent as; the command does the same."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from openpyxl import Workbook, load_workbook
from support.pages import BROWSER
from support.running import Server
from support.workbooks import repacked, workbook

from ogpld.cli.main import main

TABLE = "id;Country\r\n007;Estonia\r\n2.10;=1+1\r\n;\r\n"
KINDS = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
EVIL = '"><script>alert(1)</script>'


def _rows(answer: requests.Response, separator: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(answer.content.decode(), newline="")
    return list(csv.DictReader(text, delimiter=separator))


def _send(server: Server, body: bytes, kind: str = "text/csv", **fields: str) -> requests.Response:
    headers = {"Content-Type": kind}
    url = f"{server.url}/match"
    return requests.post(url, data=body, headers=headers, params=fields, timeout=60)


def _workbook() -> bytes:
    book = Workbook()
    book.active.append(["Country", "n"])
    book.active.append(["Estonia", 2.5])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_table_comes_back(server: Server) -> None:
    """Its cells as they were, its separator too; the header says what was matched."""
    answer = _send(server, TABLE.encode())
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Match-Summary"].startswith("column=2, guessed, yes=1, ")
    rows = _rows(answer, ";")
    assert [(row["id"], row["Country"]) for row in rows] == [
        ("007", "Estonia"),
        ("2.10", "=1+1"),
        ("", ""),
    ]
    assert rows[0]["ogpld_id"].endswith("/id/member/EST")
    assert (rows[0]["ogpld_iso2"], rows[0]["ogpld_match"]) == ("EE", "yes")
    assert rows[1]["ogpld_match"] != "yes"
    assert not rows[1]["ogpld_id"]
    assert rows[2]["ogpld_reason"] == "empty"


def test_a_form(server: Server) -> None:
    """As `curl -F` sends it: fields of the form count as parameters do."""
    answer = requests.post(
        f"{server.url}/match",
        files={"file": ("my table.csv", "a,b\nx,Estonia\n")},
        data={"type": "member", "column": "b", "format": "xlsx"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    assert 'filename="my_table-matched.xlsx"' in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    header, row = sheet.iter_rows(values_only=True)
    cells = dict(zip(header, row, strict=True))
    assert cells["ogpld_key"] == "EST"
    assert isinstance(cells["ogpld_score"], int | float)


def test_a_form_with_many_fields(server: Server) -> None:
    """Whichever of them is the text."""
    fields = {**{f"f{n}": "1" for n in range(11)}, "text": "Name\nEstonia\n"}
    answer = requests.post(f"{server.url}/match", data=fields, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (400, "form")


@pytest.mark.parametrize("as_parts", [True, False])
def test_a_form_with_text(server: Server, *, as_parts: bool) -> None:
    """The text is CSV and `type` the class that is meant, in both forms that there are."""
    fields = {"text": "Land & Leute;n\r\nEstonia;50 %\r\n", "type": "Member", "column": "1"}
    answer = requests.post(
        f"{server.url}/match",
        files={name: (None, value) for name, value in fields.items()} if as_parts else None,
        data=None if as_parts else fields,
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    (row,) = _rows(answer, ";")
    assert (row["Land & Leute"], row["n"], row["ogpld_key"]) == ("Estonia", "50 %", "EST")


@pytest.mark.parametrize(
    ("name", "kind"), [("a.ttl", "text/csv"), ("a.jsonld", ""), ("", "image/png"), ("a.tsv", "")]
)
def test_only_what_is_read_here_is_offered(server: Server, name: str, kind: str) -> None:
    """What /validate takes is no table; the suffix of a name counts more than the type."""
    for answer in (
        _send(server, b"a\n1\n", kind, name=name),
        requests.post(
            f"{server.url}/match", files={"file": (name or "a", "a\n1\n", kind)}, timeout=60
        ),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (415, "media-type"), problem
        assert sorted(problem["available"]) == sorted(KINDS)
        assert "turtle" not in problem["hint"]


def test_a_workbook(server: Server) -> None:
    """Comes back as workbook, or as CSV where that is asked for."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = _send(server, _workbook(), kind)
    row = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))[1]
    assert row[:2] == ("Estonia", 2.5)
    assert "EST" in row
    rows = _rows(_send(server, _workbook(), kind, format="csv"))
    assert (rows[0]["n"], rows[0]["ogpld_key"]) == ("2.5", "EST")


def test_cells_of_a_workbook_stay_what_they_are(server: Server) -> None:
    """Numbers to the last digit, booleans, errors; elapsed time in hours where it becomes text."""
    rows: list[list[object]] = [["Country", "n", "b", "e", "t"], ["Estonia", 7, True, "#N/A", 1.25]]

    def edit(book: Workbook) -> None:
        book["S"]["E2"].number_format = "[hh]:mm:ss"

    def exact(part: str, data: bytes) -> bytes:
        return (
            data.replace(b"<v>7</v>", b"<v>0.30000000000000004</v>") if "sheet1" in part else data
        )

    content = repacked(workbook({"S": rows}, edit), exact)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = _send(server, content, kind, column="Country")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [(cell.value, cell.data_type) for cell in sheet[2][1:4]]
    assert cells == [(0.1 + 0.2, "n"), (True, "b"), ("#N/A", "e")]
    assert (sheet["E2"].value, sheet["E2"].number_format) == (timedelta(hours=30), "[hh]:mm:ss")
    (row,) = _rows(_send(server, content, kind, column="Country", format="csv"))
    assert (row["b"], row["e"], row["t"]) == ("TRUE", "#N/A", "30:00:00")


@pytest.mark.parametrize(
    ("body", "kind", "fields", "status", "code"),
    [
        (b"", "text/csv", {}, 400, "document-missing"),
        (b"a,b\n1,2\n", "text/csv", {}, 400, "table-column"),
        (b"a,b\n1,2\n", "text/csv", {"column": "c"}, 400, "table-column"),
        (b"a\n1\n", "text/csv", {"type": "planet"}, 400, "usage"),
        (b"a\n1\n", "text/csv", {"format": "ods"}, 400, "parameter"),
        (b"a\n1\n", "text/csv", {"sheet": "s"}, 400, "source"),
        (b"a\n1\n", "text/csv", {"colum": "a"}, 400, "unknown-parameter"),
        (b"a\n\xe9\n", "text/csv", {}, 400, "source"),
        (b'a\n"1\n', "text/csv", {}, 400, "source"),
        (b"PK\x03\x04", "text/csv", {"name": "a.xlsx"}, 400, "source"),
        (b"<a> <b> <c> .", "text/turtle", {}, 415, "media-type"),
        (b"a\n" + b"1\n" * 20_001, "text/csv", {}, 413, "table-too-large"),
    ],
)
def test_what_is_refused(
    server: Server, body: bytes, kind: str, fields: dict[str, str], status: int, code: str
) -> None:
    """With a code, and what to do."""
    answer = _send(server, body, kind, **fields)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert problem["hint"]


def test_the_page(server: Server) -> None:
    """Has the form, and says that nothing is kept; its example has an answer; errors are pages too."""
    page = requests.get(f"{server.url}/match", headers={"Accept": BROWSER}, timeout=30)
    assert page.status_code == 200
    assert "Nothing you send is stored or logged" in page.text
    example = html.unescape(page.text.partition('name="text" value="')[2].partition('"')[0])
    fields = {"text": (None, example), "column": (None, "Country")}
    rows = _rows(requests.post(f"{server.url}/match", files=fields, timeout=30))
    assert [row["ogpld_match"] for row in rows] == ["yes", "no", ""]
    assert rows[0]["ogpld_label"] == rows[0]["Country"]
    error = requests.post(
        f"{server.url}/match",
        files={"file": ("a.csv", f"{EVIL},b\n1,2\n")},
        headers={"Accept": BROWSER},
        timeout=30,
    )
    assert error.status_code == 400
    assert EVIL not in error.text


def test_a_look_before_the_file(server: Server) -> None:
    """Rows by answer, and the cells to decide on; what was sent is text and no markup."""
    table = "Country,n\nEstonia,1\nEstonai Repblic,2\n<script>alert(1)</script>,3\n,4\n"
    answer = _send(server, table.encode(), format="html", name="my.csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in answer.headers
    summary = answer.headers["Match-Summary"].removeprefix("column=1, guessed, ").split(", ")
    counts = dict(count.split("=") for count in summary)
    assert (counts["yes"], counts["empty"]) == ("1", "1")
    assert f"1 match, {counts['unsure']} unsure, {counts['no']} nothing, 1 empty." in answer.text
    assert "<td>3</td><td>Estonai Repblic</td>" in answer.text
    assert "<script>alert" not in answer.text


def test_the_command(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same table from the shell; it overwrites nothing and leaves nothing half-written."""
    table, output = tmp_path / "t.csv", tmp_path / "out.csv"
    table.write_bytes(TABLE.encode())
    arguments = ["--home", str(home), "match", str(table), "--type", "member"]
    assert main([*arguments, "--column", "Country", "-o", str(output)]) == 0
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["id"] for row in rows] == ["007", "2.10", ""]
    assert rows[0]["ogpld_iso3"] == "EST"
    before = output.read_bytes()
    assert main([*arguments, "-o", str(output)]) == 2
    assert main([*arguments, "--column", "Land", "-o", str(tmp_path / "no.csv")]) == 1
    assert "table-column" in capsys.readouterr().err
    assert output.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "t.csv"]


@pytest.mark.parametrize(
    ("heading", "words"),
    [("riik", "chosen by its name"), ("kus", "chosen by its cells, as no heading tells")],
)
def test_a_table_of_a_clerk(server: Server, heading: str, words: str) -> None:
    """Headings in Estonian are usual names, and cells tell where none is; the page says which it was."""
    body = f"{heading},muu\nEstonia,1\nLatvia,2\n".encode()
    answer = _send(server, body, format="html")
    assert answer.status_code == 200
    assert "column=1, guessed, yes=2" in answer.headers["Match-Summary"]
    assert words in answer.text


def test_the_page_leads_to_what_is_meant(server: Server) -> None:
    """To the things of certain and of unsure cells, which the file names by their keys alone."""
    table = b"Country\nEstonia\nKorea\nNowhereland\n"
    answer = _send(server, table, format="html", type="member", column="Country")
    rows = answer.text.partition("<main")[2].split("<tr>")
    links = [row for row in rows if "/doc/member/" in row]
    assert any('<a href="/doc/member/EST"><bdi>Estonia</bdi></a>' in row for row in links)
    assert all("Nowhereland" not in row for row in links)
    unsure = [
        row for row in _rows(_send(server, table, type="member")) if row["ogpld_match"] == "unsure"
    ]
    for row in unsure:
        key = row["ogpld_reason"].split()[1]
        assert f'<a href="/doc/member/{key}"><bdi>{row["ogpld_label"]}</bdi></a>' in answer.text
