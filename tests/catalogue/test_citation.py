"""Citations say what is so: the release, its day, its address, and nobody as author whom nobody named."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ogpld.catalogue.citation import Author, Citation, bibtex, csl, read_authors, ris, sentence
from ogpld.catalogue.datacite import datacite_json, datacite_xml

CITED = Citation(
    key="ogpld-3-abc",
    title="Plans & 100 % {commitments}_",
    url="https://data.example.org/release/3-abc",
    whole="https://data.example.org/dataset/ogpld",
    version="3-abc",
    date="2026-11-28",
    publisher="",
    licence="https://creativecommons.org/licenses/by/4.0/",
    description="Two\nlines.",
    keywords=("open government", "action plan"),
)
NAMED = replace(CITED, publisher="Example & Sons", authors=(Author("Example & Sons"),))
_KERNEL = "{http://datacite.org/schema/kernel-4}"


def test_bibtex_escapes_what_tex_takes_for_commands() -> None:
    """A title with &, %, braces and underscores compiles."""
    text = bibtex(NAMED).decode()
    assert text.startswith("@misc{ogpld-3-abc,\n")
    assert r"title = {{Plans \& 100 \% \{commitments\}\_}}" in text
    assert r"author = {{Example \& Sons}}" in text
    assert "version = {3-abc}" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("write", [bibtex, ris, csl])
def test_nobody_is_made_an_author(write: object) -> None:
    """Without a publisher in the settings there is no author and no publisher."""
    text = write(CITED).decode().lower()  # type: ignore[operator]
    assert "author" not in text
    assert "publisher" not in text
    assert "au  -" not in text
    assert "doi" not in text


def test_ris_has_one_line_a_field_and_ends() -> None:
    """Lines end in CRLF, texts are on one line, the record is closed."""
    lines = ris(NAMED).decode().split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert "AB  - Two lines." in lines
    assert [line for line in lines if line.startswith("KW")] == [
        "KW  - open government",
        "KW  - action plan",
    ]
    assert "DA  - 2026/11/28" in lines


def test_csl_json_is_a_dataset_with_its_version() -> None:
    """Citation processors read a list of items."""
    (item,) = json.loads(csl(NAMED))
    assert (item["type"], item["version"], item["URL"]) == ("dataset", "3-abc", CITED.url)
    assert item["issued"] == {"date-parts": [[2026, 11, 28]]}
    assert item["author"] == [{"literal": "Example & Sons"}]


def test_datacite_has_the_mandatory_fields_but_a_doi() -> None:
    """Creators, titles, publisher, year and type; what nobody said is the schema's own word for it."""
    fields = json.loads(datacite_json(CITED))["data"]["attributes"]
    assert fields["creators"] == [{"name": ":unav", "nameType": "Organizational"}]
    assert fields["publisher"] == ":unav"
    assert fields["publicationYear"] == 2026
    assert fields["types"]["resourceTypeGeneral"] == "Dataset"
    assert fields["relatedIdentifiers"][0]["relatedIdentifier"] == CITED.whole
    assert "doi" not in fields


def test_datacite_xml_says_the_same() -> None:
    """In the order of kernel 4, with the address as identifier."""
    root = ET.fromstring(datacite_xml(NAMED))  # noqa: S314  (our own)
    assert root.findtext(f"{_KERNEL}publisher") == "Example & Sons"
    assert root.findtext(f"{_KERNEL}titles/{_KERNEL}title") == CITED.title
    identifier = root.find(f"{_KERNEL}identifier")
    assert identifier is not None
    assert (identifier.text, identifier.get("identifierType")) == (CITED.url, "URL")
    assert root.findtext(f"{_KERNEL}version") == "3-abc"


AWKWARD = (
    'He said "no" {and {left}',
    "Ünïcödé 中文 \u0410\u0411 — ok",
    "Two\nlines\r\nand\ta tab\u2028and more",
    r"C:\path \input{x} $x_1^2$ 100% #1 ~a & b",
    "} , note = {x",
    "ER  - \r\nTY  - BOOK",
    "@misc{x, title={y}}",
)


def _read_bibtex(text: str) -> dict[str, str]:
    """Return the fields of one entry, read by the rules of BibTeX: braces count, unless they are escaped."""
    entry = re.fullmatch(r"@misc\{([^\s,{}]+),\n(.*)\}\n", text, re.DOTALL)
    assert entry, text
    fields, rest = {}, entry[2]
    while rest.strip():
        start = re.match(r"\s*(\w+) = \{", rest)
        assert start, rest
        depth, at = 1, start.end()
        while depth:
            if rest[at] == "\\" and rest[at + 1] in "{}&%$#_":
                at += 1
            else:
                depth += {"{": 1, "}": -1}.get(rest[at], 0)
            at += 1
        fields[start[1]] = rest[start.end() : at - 1]
        assert rest[at : at + 2] == ",\n"
        rest = rest[at + 2 :]
    return fields


def _plain(tex: str) -> str:
    """Return a text without the escapes of TeX."""
    commands = {"textbackslash{}": "\\", "textasciitilde{}": "~", "textasciicircum{}": "^"}
    tex = tex[1:-1] if tex.startswith("{") and tex.endswith("}") else tex
    return re.sub(r"\\(text\w+\{\}|[{}&%$#_])", lambda match: commands.get(match[1], match[1]), tex)


@pytest.mark.parametrize("title", AWKWARD)
def test_awkward_titles_come_back(title: str) -> None:
    """What each form is read as is the title on one line; nothing of it becomes a field or a record."""
    one_line = " ".join(title.split())
    authors = (Author(title), Author("O'Brien, Jr {x}", "Seán & Co"))
    cited = replace(CITED, title=title, authors=authors, container=title, publisher=title)
    fields = _read_bibtex(bibtex(cited).decode())
    assert _plain(fields["title"]) == one_line
    assert _plain(fields["booktitle"]) == one_line
    assert "note" in fields
    lines = ris(cited).decode().split("\r\n")
    assert [line[:6] for line in lines[:4]] == ["TY  - ", "TI  - ", "T2  - ", "AU  - "]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert [line for line in lines if line.startswith("ER")] == ["ER  - "]
    assert f"TI  - {one_line}" in lines
    (item,) = json.loads(csl(cited))
    assert item["title"] == one_line
    assert len(sentence(cited).splitlines()) == 1


#: Types of the variables that are used, of the schema of CSL-JSON (csl-data.json, version 1.0).
_TEXTS = ("id", "type", "title", "container-title", "publisher", "version", "URL", "abstract",
          "keyword", "note")  # fmt: skip


@pytest.mark.parametrize("cited", [CITED, NAMED, replace(NAMED, authors=(Author("Doe", "Jane"),))])
def test_csl_json_has_the_types_of_its_schema(cited: Citation) -> None:
    """Texts are texts, a date has parts of numbers, names are of a person or of a body; nothing is empty."""
    (item,) = json.loads(csl(cited))
    assert set(item) <= {*_TEXTS, "issued", "author"}
    assert all(isinstance(item[name], str) and item[name] for name in set(_TEXTS) & set(item))
    (parts,) = item["issued"]["date-parts"]
    assert [type(part) for part in parts] == [int, int, int]
    assert all(set(name) in ({"literal"}, {"family", "given"}) for name in item.get("author", ()))


def test_the_sentence_names_who_is_named() -> None:
    """Authors by APA's rules; else the publisher, once; else the title comes first."""
    authors = read_authors("Doe, Jane Ann; {Ministry of Labour, Trade};; Ünal, Jean-Paul ; Body")
    cited = replace(NAMED, title="Estonia", authors=authors, container="The data")
    end = "In The data. Example & Sons. https://data.example.org/release/3-abc"
    day, title = "(2026, November 28).", "Estonia (release 3-abc) [Data set]."
    names = "Doe, J. A., Ministry of Labour, Trade, Ünal, J.-P., & Body."
    assert sentence(cited) == f"{names} {day} {title} {end}"
    by_publisher = sentence(replace(NAMED, title="Estonia"))
    assert by_publisher == f"Example & Sons. {day} {title} https://data.example.org/release/3-abc"
    nobody = sentence(replace(CITED, title="Estonia"))
    assert nobody == f"{title} {day} https://data.example.org/release/3-abc"


def test_bodies_and_persons_are_told_apart() -> None:
    """A body stays whole in BibTeX and has no parts in DataCite; a person has both names."""
    cited = replace(NAMED, authors=read_authors("Doe, Jane; Rock and Roll; {A, B}"))
    fields = _read_bibtex(bibtex(cited).decode())
    assert fields["author"] == "{Doe}, {Jane} and {Rock and Roll} and {A, B}"
    creators = json.loads(datacite_json(cited))["data"]["attributes"]["creators"]
    assert [creator["nameType"] for creator in creators] == [
        "Personal",
        "Organizational",
        "Organizational",
    ]
    assert creators[0]["familyName"] == "Doe"
