"""What to enter where, so that a portal or a client takes up the data: one entry a program.

Every value is this deployment's own. What a program does with deletions is its own way, and told, because
it decides what its users see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ogpld.config import Settings
from ogpld.formats import media

#: The formats that portals read, what most of them ask for first, of those that documents have.
HARVESTED = tuple(
    row for name in ("rdf", "jsonld", "ttl") for row in media.FORMATS if row.name == name
)


@dataclass(frozen=True, slots=True)
class HarvestValue:
    """A value to copy, and the name of the field it goes into.

    Attributes:
        field: name of the field.
        text: the value, "" where nobody has said it yet.
        setting: name of the setting that would say it.
    """

    field: str
    text: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Harvester:
    """A program that takes up data.

    Attributes:
        key: anchor of its section.
        name: what it is called.
        what: what it is and what it needs.
        values: what to enter.
        deletions: what happens to what is not there any more.
    """

    key: str
    name: str
    what: str
    values: tuple[HarvestValue, ...]
    deletions: str


def portals(base: str, settings: Settings, catalogue: str) -> tuple[Harvester, ...]:
    """Return the entries of portals.

    Args:
        base: base IRI of the release.
        settings: who publishes and answers questions.
        catalogue: short name to register the catalogue by.
    """
    turtle = f"{base}catalog.{media.TURTLE.name}"
    first, *others = HARVESTED[:2]
    piveau = {"address": turtle, "catalogue": catalogue}
    contact = settings.contact_email or settings.contact_url
    return (
        Harvester(
            "ckan",
            "CKAN",
            "With the extensions ckanext-harvest and ckanext-dcat (plugins harvest and "
            "dcat_rdf_harvester, profile euro_dcat_ap_3), into an organisation of the portal. It asks "
            "HEAD first and reads at most 50 MB.",
            (
                HarvestValue("URL", turtle),
                HarvestValue("Source type", "Generic DCAT RDF Harvester (dcat_rdf)"),
                HarvestValue("Configuration", json.dumps({"rdf_format": media.TURTLE.type})),
                HarvestValue("Update frequency", "DAILY"),
                HarvestValue(
                    "Command line",
                    f"ckan harvester source create {catalogue} {turtle} dcat_rdf {catalogue} true "
                    "ORGANISATION",
                ),
            ),
            "A data set that is not in the catalogue any more is deleted at the next harvest.",
        ),
        Harvester(
            "udata",
            "udata (data.gouv.fr and others)",
            "The DCAT backend, in the administration under Harvesters.",
            (
                HarvestValue("URL", f"{base}catalog.{first.name}"),
                HarvestValue("Implementation", "DCAT (dcat)"),
                *(HarvestValue(f"As {row.title}", f"{base}catalog.{row.name}") for row in others),
            ),
            "A data set that is not in the catalogue any more is kept, and archived after a while "
            "(seven days at data.gouv.fr).",
        ),
        Harvester(
            "piveau",
            "piveau",
            "The segment importing-rdf of a pipe reads the whole catalogue, which is one document.",
            (HarvestValue("config of piveau-consus-importing-rdf", json.dumps(piveau, indent=2)),),
            "The importer sends the list of identifiers after the data sets; the hub deletes what "
            "is not in it.",
        ),
        Harvester(
            "data-europa-eu",
            "data.europa.eu",
            "A catalogue is registered by writing to the portal, with the fields below. It is read "
            "about once a day; only data sets whose description changed are written.",
            (
                HarvestValue("Interface", f"{base}catalog.{first.name}"),
                HarvestValue("Kind of interface", f"DCAT-AP 3 as {first.title}"),
                HarvestValue("Home page", base),
                HarvestValue("Title", settings.title),
                HarvestValue("Publisher", settings.publisher_name, "publisher_name"),
                HarvestValue("Contact", contact, "contact_email"),
                HarvestValue("Default language", "en"),
                HarvestValue(
                    "Check before registering (POST the catalogue there)",
                    "https://data.europa.eu/api/mqa/shacl/validation/report",
                ),
            ),
            "The portal runs piveau, and deletes as piveau does.",
        ),
    )


def clients(base: str, exists: Callable[[str], bool]) -> tuple[Harvester, ...]:
    """Return the entries of programs that follow changes or ask; `exists` tells what is served."""
    return tuple(entry for path, entry in _clients(base) if exists(path))


def _clients(base: str) -> Iterator[tuple[str, Harvester]]:
    yield (
        "/ldes",
        Harvester(
            "ldes",
            "Event stream (LDES)",
            "Every version of every thing. Full pages never change; a client that comes back reads "
            "only what is new.",
            (
                HarvestValue("Address", f"{base}ldes"),
                HarvestValue("With ldes-client", f"npx ldes-client {base}ldes -o ascending"),
            ),
            "A thing that was withdrawn is a member of its own that says so.",
        ),
    )
    yield (
        "/activity",
        Harvester(
            "activitystreams",
            "ActivityStreams (IIIF Change Discovery)",
            "The same log as an ordered collection: begin at last and walk prev.",
            (HarvestValue("Address", f"{base}activity"),),
            "A withdrawal is an activity of type Delete.",
        ),
    )
    yield (
        "/sparql",
        Harvester(
            "sparql",
            "SPARQL clients",
            "Any client of the SPARQL 1.1 Protocol. A bare GET describes the service and its limits.",
            (
                HarvestValue("Endpoint", f"{base}sparql"),
                HarvestValue(
                    "With Comunica",
                    f"npx -p @comunica/query-sparql comunica-sparql {base}sparql "
                    "'SELECT * { ?s ?p ?o } LIMIT 5'",
                ),
            ),
            "Queries are answered from the release in service; any kept release has an endpoint of "
            "its own under /release/.",
        ),
    )
