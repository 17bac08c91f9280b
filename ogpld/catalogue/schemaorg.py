"""A dataset in schema.org, as search engines for data read it from its page.

https://developers.google.com/search/docs/appearance/structured-data/dataset: a name, a description of 50
to 5,000 characters, a licence; downloads with their address. Only what the page itself shows.
"""

from __future__ import annotations

import json
from typing import Any

from ogpld.catalogue.authority import authorities
from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.config import Settings

_CONTEXT = "https://schema.org/"
#: What could end a script element or a line of script, as JSON writes it otherwise.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}

Node = dict[str, Any]


def dataset_node(facts: DatasetFacts, dataset: Dataset, settings: Settings) -> Node:
    """Return the page's description of a dataset; its parts are named, each is described on its own page."""
    node = {"@context": _CONTEXT, **_summary(dataset)}
    node["includedInDataCatalog"] = {
        "@type": "DataCatalog",
        "name": facts.whole.title,
        "url": facts.base,
    }
    if dataset.name != facts.whole.name:
        node["isPartOf"] = _summary(facts.whole)
    elif len(facts.datasets) > 1:
        node["hasPart"] = [{"@id": part.iri} for part in facts.datasets[1:]]
    node |= _coverage(dataset) | _dates(dataset) | _people(settings)
    if dataset.sources:
        node["isBasedOn"] = [
            {"@type": "CreativeWork", "name": source.title}
            | ({"publisher": _organisation(source.publisher)} if source.publisher else {})
            for source in dataset.sources
        ]
    if dataset.files:
        node["distribution"] = [
            {
                "@type": "DataDownload",
                "name": file.title,
                "description": file.holds,
                "encodingFormat": file.encoding_format,
                "contentUrl": f"{facts.base}dump/{facts.dumps}/{file.file}",
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in dataset.files
        ]
    return node


def catalogue_node(facts: DatasetFacts, settings: Settings) -> Node:
    """Return the home page's description: the catalogue, its main dataset, and the IRIs of the others.

    Each dataset is described on its own page; all of them here would outweigh the page many times.
    """
    return {
        "@context": _CONTEXT,
        "@type": "DataCatalog",
        "@id": f"{facts.base}catalog",
        "name": facts.whole.title,
        "description": facts.whole.description,
        "url": facts.base,
        "license": facts.whole.licence,
        **_people(settings),
        "dataset": [
            _summary(facts.whole),
            *(
                {"@id": dataset.iri}
                for dataset in facts.datasets
                if dataset.name != facts.whole.name
            ),
        ],
    }


def as_block(node: Node) -> str:
    """Return JSON that can stand in a script element: data that nothing in it can end."""
    return json.dumps(node, ensure_ascii=False, indent=1).translate(_ESCAPES)


def _summary(dataset: Dataset) -> Node:
    """Return what a dataset is called wherever it is named: all that search engines demand."""
    return {
        "@type": "Dataset",
        "@id": dataset.iri,
        "name": dataset.title,
        "description": dataset.description,
        "url": dataset.iri,
        "identifier": dataset.iri,
        "license": dataset.licence,
        "isAccessibleForFree": True,
        "keywords": list(dataset.keywords),
    }


def _coverage(dataset: Dataset) -> Node:
    coverage: Node = {}
    if dataset.start:
        coverage["temporalCoverage"] = f"{dataset.start}/{dataset.end or '..'}"
    names = authorities()
    places = [
        {"@type": "Place", "name": names[uri].label, "sameAs": uri}
        for uri in dataset.spatial
        if uri in names
    ]
    if not places and dataset.place:
        places = [{"@type": "Place", "name": dataset.place}]
    if places:
        coverage["spatialCoverage"] = places
    return coverage


def _dates(dataset: Dataset) -> Node:
    dates = {
        "datePublished": dataset.issued,
        "dateModified": dataset.modified,
        "version": dataset.version,
    }
    return {name: value for name, value in dates.items() if value}


def _people(settings: Settings) -> Node:
    """Return who publishes; nobody is named until the operator says who."""
    if not settings.publisher_name:
        return {}
    publisher = _organisation(settings.publisher_name)
    if settings.publisher_iri:
        publisher |= {"@id": settings.publisher_iri, "url": settings.publisher_iri}
    return {"creator": publisher, "publisher": publisher}


def _organisation(name: str) -> Node:
    return {"@type": "Organization", "name": name}
