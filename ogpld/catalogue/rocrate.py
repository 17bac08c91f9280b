"""RO-Crate 1.2 for the dumps of a release: flat JSON-LD that names every file with size and digest."""

from __future__ import annotations

import json
from typing import Any

from ogpld.catalogue.agents import publisher
from ogpld.catalogue.licence import licence_of
from ogpld.config import Settings
from ogpld.dumps.dump_index import WHOLE, DumpFile, DumpIndex
from ogpld.release import Manifest

PROFILE = "https://w3id.org/ro/crate/1.2"


def crate(manifest: Manifest, index: DumpIndex, settings: Settings) -> bytes:
    """Return `ro-crate-metadata.json`.

    Args:
        manifest: of the release.
        index: the list of its dumps.
        settings: title, licence and publisher.
    """
    who = publisher(manifest.base_iri, settings)
    licence = licence_of(settings.licence)
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{settings.title}, release {manifest.id}",
        "description": (
            f"The dumps of release {manifest.id}: {manifest.quads:,} statements as N-Quads, Turtle, "
            "JSON-LD, tables and SQLite, whole and member by member."
        ),
        "datePublished": manifest.created,
        "license": {"@id": licence.page},
        "identifier": manifest.id,
        "version": str(manifest.sequence),
        "url": f"{manifest.base_iri}dump/{manifest.id}",
        "isBasedOn": {"@id": f"{manifest.base_iri}release/{manifest.id}"},
        "hasPart": [{"@id": f"{name}/"} for name in index.datasets],
    }
    named = [{"@id": who, "@type": "Organization", "name": settings.publisher_name}]
    if settings.publisher_name:  # an operator who is not named may be anything
        root["publisher"] = {"@id": who}
    else:
        named = []
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": PROFILE},
        },
        root,
        *(_folder(name, manifest, index) for name in index.datasets),
        *map(_file, index.files),
        {
            "@id": licence.page,
            "@type": "CreativeWork",
            "name": licence.title or licence.page,
            "description": "The licence the data is published under. Terms of the sources are "
            f"told source by source at {manifest.base_iri}dataset/{WHOLE}.",
        },
        *named,
        {
            "@id": f"{manifest.base_iri}release/{manifest.id}",
            "@type": "CreativeWork",
            "name": f"Release {manifest.id}",
            "description": "The release the dumps were made from: its manifest and validation report.",
        },
    ]
    document = {"@context": f"{PROFILE}/context", "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _folder(name: str, manifest: Manifest, index: DumpIndex) -> dict[str, Any]:
    state = index.datasets[name]
    folder: dict[str, Any] = {
        "@id": f"{name}/",
        "@type": "Dataset",
        "name": f"Dataset {name}",
        "description": f"{state.statements:,} statements; see {manifest.base_iri}dataset/{name}",
        "hasPart": [{"@id": file.file} for file in index.of(name)],
    }
    return folder | ({"dateModified": state.modified} if state.modified else {})


def _file(file: DumpFile) -> dict[str, Any]:
    return {
        "@id": file.file,
        "@type": "File",
        "name": f"{file.dataset}: {file.title}",
        "description": file.holds,
        "encodingFormat": file.encoding_format,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }
