"""The authority lists: a small table, and nothing that is not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.catalogue.authority import authorities, authority, check_settings, unsaid
from ogpld.catalogue.licence import licence_of
from ogpld.config import Settings
from ogpld.errors import ConfigError
from ogpld.rdf import NamedNode, parse_quads, term_text
from ogpld.release import Release
from ogpld.settings_reader import load_settings

_EU = "http://publications.europa.eu/resource/authority/"


def test_the_table_is_in_order() -> None:
    """Every URI is where its list and code say it is, once, with a label."""
    lines = (ROOT / "ogpld/catalogue/authorities.csv").read_text("utf-8").splitlines()[1:]
    assert len(lines) == len(authorities())
    homes = {
        "scheme": _EU,
        "publisher-type": "http://purl.org/adms/publishertype/",
        "licence-type": "http://purl.org/adms/licencetype/",
    }
    for uri, entry in authorities().items():
        assert uri == homes.get(entry.list, f"{_EU}{entry.list}/") + entry.code
        assert entry.label.strip() == entry.label != ""


def test_every_country_of_the_data_is_in_it(release: Release) -> None:
    """The shipped territories name none that is not checked."""
    named = {
        term_text(quad.object)
        for quad in parse_quads(b"".join(release.lines()), "nq")
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(_EU + "country/")
    }
    assert len(named) > 60
    assert named <= authorities().keys()


def test_code_takes_its_uris_from_it() -> None:
    """No module spells one out."""
    spelt = [
        (path.name, address)
        for path in sorted(Path(ROOT / "ogpld").rglob("*.py"))
        for address in re.findall(r"resource/authority/[a-z-]+/[A-Z_]+", path.read_text("utf-8"))
    ]
    assert not spelt


def test_codes_nobody_knows_are_refused() -> None:
    """By name, with those there are."""
    check_settings(Settings(publisher_type="NationalAuthority", frequency="ANNUAL"))
    for setting in ("publisher_type", "frequency"):
        with pytest.raises(ConfigError, match=setting):
            check_settings(Settings(**{setting: "Whatever"}))  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        authority("country", "NOWHERE")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("publisher_iri", "example.org"),
        ("publisher_iri", "https://example.org/<x>"),
        ("contact_url", "javascript:alert(1)"),
        ("contact_email", "nobody"),
        ("contact_email", "a@b"),
    ],
)
def test_addresses_are_addresses(setting: str, value: str) -> None:
    """Settings that are published as addresses must be addresses."""
    with pytest.raises(ConfigError, match=setting):
        load_settings({setting: value}, environment={})


def test_what_is_not_said() -> None:
    """The settings an operator has to make."""
    assert unsaid(Settings()) == (
        "publisher_name",
        "publisher_type",
        "contact_email or contact_url",
    )
    made = Settings(publisher_name="X", publisher_type="Company", contact_url="https://x.org/")
    assert unsaid(made) == ()


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        ("http://creativecommons.org/licenses/by/4.0", "CC_BY_4_0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
    ],
)
def test_licences_by_their_eu_entry(page: str, code: str) -> None:
    """With their name and kind."""
    licence = licence_of(page)
    assert licence.uri == f"{_EU}licence/{code}"
    assert licence.page == page
    assert licence.title
    assert licence.kind in authorities()


def test_a_licence_nobody_knows_stays_what_it_is() -> None:
    """A licence that is not in the table stays as it is, with no label made up for it."""
    licence = licence_of("https://example.org/terms")
    assert (licence.uri, licence.title, licence.kind) == ("https://example.org/terms", "", "")
