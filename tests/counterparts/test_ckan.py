"""ckanext-dcat's own parser reads every data set of the catalogue, the same from each of its forms."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from support.programs import output, python
from support.sites import Site, datasets

from ogpld.release import ReleaseStore

HERE = Path(__file__).parent
FORMS = ("ttl", "jsonld", "rdf")

Pages = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def read(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The data sets the parser finds in each form, fetched as a portal does: HEAD, then GET."""
    program = python("ckan", "ckan")
    folder = tmp_path_factory.mktemp("catalogue")
    arguments: list[str] = []
    for form in FORMS:
        address = f"{site.url}/catalog.{form}"
        assert requests.head(address, timeout=30).status_code == 200
        answer = requests.get(address, timeout=30)
        assert answer.status_code == 200
        file = folder / f"catalog.{form}"
        file.write_bytes(answer.content)
        arguments += [answer.headers["Content-Type"].split(";")[0], str(file)]
    pages = json.loads(output([program, HERE / "portal/parse.py", *arguments]))
    assert [page["next"] for page in pages] == [None] * 3, "the catalogue is one document"
    return {
        form: sorted(page["datasets"], key=uri) for form, page in zip(FORMS, pages, strict=True)
    }


def extra(dataset: dict[str, Any], name: str) -> str | None:
    """Return a value the parser keeps beside CKAN's own fields."""
    return next((str(e["value"]) for e in dataset["extras"] if e["key"] == name), None)


def uri(dataset: dict[str, Any]) -> str:
    """Return the IRI of a data set, by which a portal knows it again."""
    iri = extra(dataset, "uri")
    assert iri, dataset["title"]
    return iri


def comparable(dataset: dict[str, Any]) -> str:
    """Return a data set as one text, whatever order its parts were read in."""

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: ordered(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return sorted(map(ordered, value), key=lambda inner: json.dumps(inner, sort_keys=True))
        if isinstance(value, str) and value.startswith("["):
            return ordered(json.loads(value))
        return value

    return json.dumps(ordered(dataset), sort_keys=True, indent=1)


@pytest.mark.counterpart("ckan")
def test_every_form_has_the_same_data_sets(site: Site, read: Pages) -> None:
    """IRIs, texts, publishers, contacts, distributions: whichever address a portal was given."""
    turtle, *others = (read[form] for form in FORMS)
    (release,) = ReleaseStore(site.settings.home).releases()
    assert {uri(d) for d in turtle} == datasets(release)
    for other in others:
        assert [uri(d) for d in other] == [uri(d) for d in turtle]
        assert [comparable(d) for d in other] == [comparable(d) for d in turtle]


@pytest.mark.counterpart("ckan")
def test_every_data_set_says_whose_it_is(read: Pages) -> None:
    """Title, description, publisher, contact, licence and theme, in CKAN's fields.

    CKAN knows a licence by its own address or by the name it has for it.
    """
    for dataset in read["ttl"]:
        assert dataset["license_id"] == "cc-by", uri(dataset)
        assert dataset["title"], uri(dataset)
        assert dataset["notes"], uri(dataset)
        for field in ("publisher_name", "contact_name", "theme"):
            assert extra(dataset, field), (uri(dataset), field)


@pytest.mark.counterpart("ckan")
def test_every_distribution_can_be_fetched_and_checked(site: Site, read: Pages) -> None:
    """What every download is and its SHA-256; where the data can be asked for as well.

    An address that has an rdfs:label is taken for its label.
    """
    for dataset in read["ttl"]:
        assert dataset["url"].startswith(uri(dataset)), "the landing page"
        assert requests.head(dataset["url"], timeout=30).status_code == 200
        downloads = [r for r in dataset["resources"] if r.get("download_url")]
        assert len(downloads) > 2, uri(dataset)
        for resource in dataset["resources"]:
            for field in ("name", "url", "format", "license"):
                assert resource.get(field), (uri(dataset), resource["uri"], field)
            for field in ("url", "access_url"):
                assert resource[field].startswith(f"{site.url}/"), (uri(dataset), resource)
            answer = requests.head(resource["url"], allow_redirects=True, timeout=30)
            assert answer.status_code == 200, resource["url"]
        for resource in downloads:
            for field in ("mimetype", "hash", "hash_algorithm"):
                assert resource.get(field), (uri(dataset), resource["uri"], field)


@pytest.mark.counterpart("ckan")
def test_a_download_is_what_the_catalogue_says(read: Pages) -> None:
    """Size and SHA-256 of the smallest data set's files."""
    smallest = min(read["ttl"], key=lambda d: sum(int(r.get("size") or 0) for r in d["resources"]))
    for resource in smallest["resources"]:
        if resource.get("download_url"):
            content = requests.get(resource["download_url"], timeout=30).content
            assert len(content) == int(resource["size"]), resource["url"]
            assert hashlib.sha256(content).hexdigest() == resource["hash"].lower()
