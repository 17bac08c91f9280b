"""The table of media types is one table, and whoever needs one selects from it."""

from __future__ import annotations

import re
from collections import Counter

from support.running import ROOT

from ogpld.catalogue.authority import authorities, authority
from ogpld.formats import FORMATS, media
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS
from ogpld.web.http.responses import OFFERS
from ogpld.web.sparql.protocol import GRAPHS, SOLUTIONS

#: A media type in a text of its own, or as the type of a link.
_WRITTEN = re.compile(r"""['"](?:application|text)/[a-z][^'" ]*['"]|type="(?:application|text)/""")
#: The reader of Accept headers knows what browsers are sent; the doctor and the stores, which stand below it, may
#: not import the table, and what runs as a file of its own may import nothing.
_APART = {
    "formats/media.py",
    "formats/negotiation.py",
    "stores/remote/engine_results.py",
    "workers/service_request.py",
}


def test_no_media_type_stands_outside_of_the_table() -> None:
    """Neither in code nor in the links of a page."""
    package = ROOT / "ogpld"
    files = [*package.rglob("*.py"), *package.glob("web/templates/*.html")]
    names = {str(path.relative_to(package)): path for path in files}
    assert names.keys() >= _APART
    for name, path in names.items():
        if name not in _APART and not name.startswith("doctor/"):
            assert not _WRITTEN.search(path.read_text("utf-8")), name


def test_no_namespace_stands_outside_of_the_bridge() -> None:
    """`rdf.py` has them all; the doctor has its own."""
    package = ROOT / "ogpld"
    for path in package.rglob("*.py"):
        name = str(path.relative_to(package))
        if name != "rdf.py" and not name.startswith("doctor/"):
            assert not re.search(r"\bNamespace\(", path.read_text("utf-8")), name


def test_every_media_type_stands_once() -> None:
    """So that a type means one row, and the name of a format one format."""
    assert max(Counter(row.type for row in media.MEDIA_TYPES).values()) == 1
    assert max(Counter(row.name for row in FORMATS).values()) == 1


def test_every_file_type_is_one_of_the_eu() -> None:
    """What the catalogue says of a file is in the EU's list."""
    for row in media.MEDIA_TYPES:
        if row.file_type:
            assert authority("file-type", row.file_type) in authorities(), row


def test_the_protocol_offers_what_the_store_writes() -> None:
    """The names of the store's forms are those of the table; tables that are made of them follow."""
    names = tuple(offer.name for offer in SOLUTIONS)
    assert names == (*SOLUTION_FORMS, "xlsx", "parquet")
    assert {offer.name for offer in GRAPHS} > set(GRAPH_FORMS)


def test_a_name_means_one_of_the_forms() -> None:
    """Notation3 where there is Notation3, Turtle where not; the same for JSON."""
    assert "text/n3" in next(offer for offer in OFFERS if offer.name == "ttl").aliases
    for offers in (OFFERS, GRAPHS, SOLUTIONS):
        names = Counter(name for offer in offers for name in (offer.media_type, *offer.aliases))
        assert max(names.values()) == 1, names
    assert "text/rdf+n3" in next(offer for offer in GRAPHS if offer.name == "n3").aliases
