"""Read dumps as somebody else would: RDF by the library, tables by what their metadata says."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from ogpld.rdf import RDF, XSD, Literal, NamedNode, Triple, parse_quads

_PLACE = re.compile(r"\{(\+?)(\w+)\}")


def unpacked(path: Path) -> bytes:
    """The content of a compressed file."""
    return gzip.decompress(path.read_bytes())


def triples(path: Path) -> set[Triple]:
    """The statements of an N-Quads or Turtle dump, without their graphs."""
    form = path.name.split(".")[1]
    return {quad.triple for quad in parse_quads(unpacked(path), form)}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def metadata(folder: Path) -> dict[str, Any]:
    """The CSVW metadata of a folder's tables."""
    document: dict[str, Any] = json.loads((folder / "csv-metadata.json").read_text("utf-8"))
    return document


def converted(folder: Path) -> Iterator[Triple]:
    """The statements the tables make, read by their metadata (W3C csv2rdf, minimal mode).

    Of the recommendation only what our metadata may use: table groups, headers, separators, languages,
    datatypes by name or with a format, aboutUrl, propertyUrl, valueUrl, virtual columns, suppressed output.
    """
    group = metadata(folder)
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    for table in group["tables"]:
        with (folder / table["url"]).open(encoding="utf-8", newline="") as file:
            yield from table_statements(file, table)


def table_statements(file: Iterable[str], table: dict[str, Any]) -> Iterator[Triple]:
    """The statements of one table, given its lines with their ends and its metadata."""
    schema = table["tableSchema"]
    columns = [c for c in schema["columns"] if not c.get("virtual")]
    names = [c["name"] for c in columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w*", name) for name in names)
    keys = set()
    reader = csv.reader(file)
    assert next(reader) == [c["titles"] for c in columns]
    for cells in reader:
        assert len(cells) == len(columns)
        values = dict(zip(names, cells, strict=True))
        assert values[schema["primaryKey"]] not in keys
        keys.add(values[schema["primaryKey"]])
        subject = NamedNode(_expanded(schema["aboutUrl"], values))
        for column in schema["columns"]:
            statements = list(_cell(subject, column, values))  # checks values in any case
            if not (table.get("suppressOutput") or column.get("suppressOutput")):
                yield from statements


def _cell(subject: NamedNode, column: dict[str, Any], values: dict[str, str]) -> Iterator[Triple]:
    text = values.get(column["name"], "")
    assert not (column.get("required") and not text), (column["name"], values)
    if not text and not column.get("virtual"):
        return
    parts = text.split(column["separator"]) if "separator" in column else [text]
    for part in parts:
        _check(part, column)
    url = column.get("propertyUrl", f"file:///table#{column['name']}")
    predicate = NamedNode(url.replace("rdf:", RDF.iri) if url.startswith("rdf:") else url)
    if "valueUrl" in column:
        yield Triple(subject, predicate, NamedNode(_expanded(column["valueUrl"], values)))
        return
    for part in parts:
        yield Triple(subject, predicate, _literal(part, column))


def _check(text: str, column: dict[str, Any]) -> None:
    datatype = column.get("datatype", "string")
    if isinstance(datatype, dict):
        assert re.fullmatch(datatype["format"], text), (column["name"], text)
    elif datatype == "integer":
        assert re.fullmatch(r"-?\d+", text), (column["name"], text)
    elif datatype == "boolean":
        assert text in {"true", "false"}, (column["name"], text)


def _literal(text: str, column: dict[str, Any]) -> Literal:
    language, datatype = column.get("lang", "und"), column["datatype"]
    if datatype == "string" and language != "und":  # `und` is what CSVW calls no language
        return Literal(text, language=language)
    if isinstance(datatype, dict):
        datatype = datatype["base"]
    return Literal(text, datatype=XSD(datatype))


def _expanded(template: str, values: dict[str, str]) -> str:
    """A URI template of the simple kinds (RFC 6570, levels 1 and 2), made absolute."""

    def value(match: re.Match[str]) -> str:
        safe = ":/?#[]@!$&'()*+,;=%" if match[1] else ""
        return quote(values[match[2]], safe=safe)

    return urljoin("file:///", _PLACE.sub(value, template))
