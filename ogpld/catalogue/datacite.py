"""The fields DataCite asks for when a DOI is registered (Metadata Schema 4.5), as JSON and XML.

There is no DOI in them: whoever registers one adds it. `:unav` is the schema's own word (appendix 3) for
a publisher or creator nobody has named.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from ogpld.catalogue.citation import Author, Citation

_KERNEL = "http://datacite.org/schema/kernel-4"
_SCHEMA = "https://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNKNOWN = ":unav"


def datacite_json(cited: Citation) -> bytes:
    """Return the fields as DataCite's REST API takes them, under `attributes`."""
    publisher = cited.publisher or _UNKNOWN
    fields: dict[str, Any] = {
        "creators": [_creator(author) for author in _creators(cited)],
        "titles": [{"title": cited.title, "lang": "en"}],
        "publisher": publisher,
        "publicationYear": int(cited.year),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Linked open data"},
        "url": cited.url,
        "version": cited.version,
        "language": "en",
        "dates": [{"date": cited.date, "dateType": "Issued"}],
        "subjects": [{"subject": keyword, "lang": "en"} for keyword in cited.keywords],
        "rightsList": [{"rightsUri": cited.licence}],
        "descriptions": [
            {"description": cited.description, "descriptionType": "Abstract", "lang": "en"}
        ],
        "alternateIdentifiers": [
            {"alternateIdentifier": cited.url, "alternateIdentifierType": "URL"}
        ],
        "relatedIdentifiers": _related(cited),
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    document = {"data": {"type": "dois", "attributes": fields}}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _creators(cited: Citation) -> tuple[Author, ...]:
    return cited.authors or (Author(_UNKNOWN),)


def _creator(author: Author) -> dict[str, str]:
    if not author.forename:
        return {"name": author.family, "nameType": "Organizational"}
    return {
        "name": author.inverted,
        "nameType": "Personal",
        "givenName": author.forename,
        "familyName": author.family,
    }


def _related(cited: Citation) -> list[dict[str, str]]:
    if cited.url == cited.whole:
        return []
    return [
        {
            "relatedIdentifier": cited.whole,
            "relatedIdentifierType": "URL",
            "relationType": "IsVersionOf",
        }
    ]


def datacite_xml(cited: Citation) -> bytes:
    """Return the fields as XML; its identifier is the address until there is a DOI."""
    ET.register_namespace("", _KERNEL)
    root = ET.Element(
        f"{{{_KERNEL}}}resource", {f"{{{_XSI}}}schemaLocation": f"{_KERNEL} {_SCHEMA}"}
    )
    publisher = cited.publisher or _UNKNOWN
    _add(root, "identifier", cited.url, identifierType="URL")
    creators = _add(root, "creators")
    for author in _creators(cited):
        creator = _add(creators, "creator")
        kind = "Personal" if author.forename else "Organizational"
        _add(creator, "creatorName", author.inverted, nameType=kind)
        if author.forename:
            _add(creator, "givenName", author.forename)
            _add(creator, "familyName", author.family)
    _add(_add(root, "titles"), "title", cited.title)
    _add(root, "publisher", publisher)
    _add(root, "publicationYear", cited.year)
    _add(root, "resourceType", "Linked open data", resourceTypeGeneral="Dataset")
    subjects = _add(root, "subjects")
    for keyword in cited.keywords:
        _add(subjects, "subject", keyword)
    _add(_add(root, "dates"), "date", cited.date, dateType="Issued")
    _add(root, "language", "en")
    for link in _related(cited):
        _add(
            _add(root, "relatedIdentifiers"),
            "relatedIdentifier",
            link["relatedIdentifier"],
            relatedIdentifierType="URL",
            relationType=link["relationType"],
        )
    _add(root, "version", cited.version)
    _add(_add(root, "rightsList"), "rights", "", rightsURI=cited.licence)
    _add(_add(root, "descriptions"), "description", cited.description, descriptionType="Abstract")
    text = ET.tostring(root, encoding="unicode", xml_declaration=True)
    return f"{text}\n".encode()


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_KERNEL}}}{name}", attributes)
    element.text = text
    return element
