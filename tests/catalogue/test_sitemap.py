"""Sitemaps keep to the protocol."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ogpld.catalogue.sitemap import PAGE, SitemapEntry, files, index, newest, urlset

_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_what_xml_takes_for_markup_is_escaped() -> None:
    """Addresses with & are read back as they were."""
    root = ET.fromstring(urlset([SitemapEntry("https://x.example/?a=1&b=2", "2026-01-01")]))  # noqa: S314  (our own)
    assert [(u.find(f"{_SPACE}loc").text, u.find(f"{_SPACE}lastmod").text) for u in root] == [  # type: ignore[union-attr]
        ("https://x.example/?a=1&b=2", "2026-01-01")
    ]


def test_a_date_that_is_not_known_is_not_told() -> None:
    """There is no lastmod then."""
    assert b"lastmod" not in urlset([SitemapEntry("https://x.example/")])
    assert b"<sitemap><loc>https://x.example/1.xml</loc></sitemap>" in index(
        [SitemapEntry("https://x.example/1.xml")]
    )


def test_no_file_has_more_addresses_than_allowed() -> None:
    """50,000 are one file, one more are two; there is a file even with none."""
    assert [files(n) for n in (0, 1, PAGE, PAGE + 1)] == [1, 1, 1, 2]
    assert PAGE == 50_000


def test_a_list_changed_when_one_of_its_things_did() -> None:
    """With one whose date is not known, that of the list is not known either."""
    assert (
        newest([SitemapEntry("a", "2026-01-01"), SitemapEntry("b", "2026-02-01")]) == "2026-02-01"
    )
    assert newest([SitemapEntry("a", "2026-01-01"), SitemapEntry("b")]) == ""
    assert newest([]) == ""
