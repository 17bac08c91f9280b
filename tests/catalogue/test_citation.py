"""Citations say what is so: the release, its day, its address, and nobody as author whom nobody named."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ogpld.catalogue.citation import Citation, bibtex, csl, ris
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
NAMED = replace(CITED, publisher="Example & Sons")
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
