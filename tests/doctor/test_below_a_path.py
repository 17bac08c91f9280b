"""A server below a path of its host, and addresses that the doctor makes from others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.little import Answer, Request, serving

from ogpld.doctor import check_catalogue
from ogpld.doctor.client import Client
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.server_map import EntryPoints, ExaminedServer, without_suffix

TURTLE = {"content-type": "text/turtle"}
CATALOGUE = b"<#c> a <http://www.w3.org/ns/dcat#Catalog> ."
VOID = b"<#d> a <http://rdfs.org/ns/void#Dataset> ."
#: What the host has.
PAGES = {
    "/ogp/": Answer(200, TURTLE, CATALOGUE),
    "/named": Answer(200, TURTLE, CATALOGUE),
    "/ogp/robots.txt": Answer(200, {"content-type": "text/plain"}, b"below"),
    "/robots.txt": Answer(200, {"content-type": "text/plain"}, b"of the host"),
    "/.well-known/void": Answer(200, TURTLE, VOID),
}


@pytest.fixture
def host() -> Iterator[str]:
    """A host whose site is below /ogp/, with a catalogue in one form and without a suffix."""

    def respond(request: Request) -> Answer:
        return PAGES.get(request.path, Answer(404))

    with serving(respond) as address:
        yield address


@pytest.mark.parametrize("catalogue", ["", "named"])
def test_other_forms_of_a_catalogue_are_looked_for_beside_it(host: str, catalogue: str) -> None:
    """An address without a suffix is not cut at a dot of its host."""
    start = EntryPoints(catalog=host + catalogue if catalogue else "")
    site = ExaminedServer(f"{host}ogp/", Client(ExaminationLimits()), start)
    beside = host + (catalogue or "ogp/catalog")
    urls = {failure.reply.url for failure in check_catalogue.forms(site)}
    assert urls == {f"{beside}.jsonld", f"{beside}.rdf"}


def test_paths_are_looked_for_below_the_address(host: str) -> None:
    """What stands at the root of a host by its nature is looked for there where there is none below."""
    site = ExaminedServer(f"{host}ogp/", Client(ExaminationLimits()))
    assert site.at("/sparql") == f"{host}ogp/sparql"
    assert site.robots.text == "below"
    assert site.void is not None
    assert site.void[0].url == f"{host}.well-known/void"
    assert not site.api_catalog.ok


@pytest.mark.parametrize(
    ("url", "stem"),
    [
        ("http://127.0.0.1:8212/ogp/", "http://127.0.0.1:8212/ogp/"),
        ("http://127.0.0.1:8212/catalog", "http://127.0.0.1:8212/catalog"),
        ("http://127.0.0.1:8212/catalog.ttl", "http://127.0.0.1:8212/catalog"),
        ("https://data.example.org/catalog-v1.2", "https://data.example.org/catalog-v1.2"),
        ("https://data.example.org/catalog.xml", "https://data.example.org/catalog"),
    ],
)
def test_only_a_suffix_is_taken_off(url: str, stem: str) -> None:
    """That of a form, at the end."""
    assert without_suffix(url) == stem
