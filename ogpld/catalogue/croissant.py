"""Croissant 1.1 for the CSV tables of a dataset: what machine-learning tools load.

The files are those of one release, under addresses that never change, because their digests stand here.
"""

from __future__ import annotations

import json
from typing import Any

from ogpld.catalogue.agents import publisher_name
from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.config import Settings
from ogpld.dumps.dump_index import DumpFile

_CONFORMS = "http://mlcommons.org/croissant/1.1"
_TABLES = {"csv", "tidy"}
_TYPES = {"integer": "sc:Integer", "boolean": "sc:Boolean", "date": "sc:Date"}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def has_tables(dataset: Dataset) -> bool:
    """Say whether a dataset has tables to describe."""
    return any(file.kind in _TABLES for file in dataset.files)


def croissant(
    facts: DatasetFacts, dataset: Dataset, settings: Settings, tables: dict[str, Any]
) -> bytes:
    """Return the Croissant description of a dataset.

    Args:
        facts: of the release.
        dataset: the dataset; it has tables.
        settings: the publisher.
        tables: the CSVW description of the same tables, which says what their columns are.
    """
    files = [file for file in dataset.files if file.kind in _TABLES]
    schemas = {table["url"]: table["tableSchema"] for table in tables["tables"]}
    published = dataset.issued or facts.manifest.created
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": dataset.iri,
        "conformsTo": _CONFORMS,
        "name": dataset.title,
        "description": dataset.description,
        "license": dataset.licence,
        "url": dataset.iri,
        "creator": {
            "@type": "sc:Organization",
            "name": publisher_name(facts.base, settings),
            "url": settings.publisher_iri or facts.base,
        },
        "datePublished": published,
        "version": f"{facts.dumps.partition('-')[0]}.0.0",
        "keywords": list(dataset.keywords),
        "citeAs": f"{publisher_name(facts.base, settings)}: {dataset.title}. "
        f"Release {facts.dumps}. {dataset.iri}",
        "distribution": [_object(facts, file) for file in files],
        "recordSet": [_records(file, schemas[_plain(file)]) for file in files],
    }
    if dataset.modified:
        document["dateModified"] = dataset.modified
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(file: DumpFile) -> str:
    return file.file.partition("/")[2]


def _object(facts: DatasetFacts, file: DumpFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": _plain(file),
        "name": _plain(file),
        "description": file.holds,
        "contentUrl": f"{facts.base}dump/{facts.dumps}/{file.file}",
        "contentSize": f"{file.bytes} B",
        "encodingFormat": file.encoding_format,
        "sha256": file.sha256,
    }


def _records(file: DumpFile, schema: dict[str, Any]) -> dict[str, Any]:
    name = _plain(file).removesuffix(".csv")
    fields = [
        _field(name, _plain(file), column) for column in schema["columns"] if "titles" in column
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": file.holds,
        "key": {"@id": f"{name}/{schema['primaryKey']}"},
        "field": fields,
    }


def _field(record: str, file: str, column: dict[str, Any]) -> dict[str, Any]:
    datatype = column["datatype"]
    kind = _TYPES.get(datatype, "sc:Text") if isinstance(datatype, str) else "sc:Text"
    if column.get("separator"):
        kind = "sc:Text"
    return {
        "@type": "cr:Field",
        "@id": f"{record}/{column['name']}",
        "name": column["titles"],
        "description": column.get("dc:description", "Names the row's thing."),
        "dataType": kind,
        "source": {"fileObject": {"@id": file}, "extract": {"column": column["titles"]}},
    }
