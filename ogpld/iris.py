"""The IRI policy (docs/contract.md#iris): every instance IRI is minted and read here.

Thing `{base}id/{segment}/{key}`, document `{base}doc/{segment}/{key}`, representation with a suffix,
graph `{base}graph/{source}/{unit}`. Segments come from the ontology (`ogpld:pathSegment`), so that a
new class needs no line here. Keys match `[A-Za-z0-9][A-Za-z0-9-]*`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from ogpld.rdf import NamedNode

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
#: First part of the names of graphs that no source is read into.
OWN_GRAPHS = frozenset(
    [
        "catalogue",
        "codes",
        "derived",
        "identity",
        "ontology",
        "provenance",
        "queries",
        "reconciled",
        "shapes",
        "submitted",
        "verdicts",
        "void",
    ]
)
_SEGMENT = re.compile(r"[a-z][a-z-]*")


def slug(text: str) -> str:
    """Return a key made from text: letters and digits in ASCII, joined by dashes.

    Accents are dropped, other scripts transliterated; "" where nothing of the text can be. Different
    texts can have the same key (`ogpld.sources.names` tells).

    >>> slug("Ouellé, Côte d'Ivoire")
    'ouelle-cote-d-ivoire'
    >>> slug("Зобов'язання")
    'zobov-yazannya'
    """
    plain = text if text.isascii() else "".join(map(_ascii, unicodedata.normalize("NFC", text)))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


@lru_cache(4096)
def _ascii(char: str) -> str:
    """Return a character in ASCII: what it decomposes to, else its transliteration."""
    if decomposed := unicodedata.normalize("NFKD", char).encode("ascii", "ignore"):
        return decomposed.decode("ascii")
    letters = anyascii(char)
    # signs for sounds ASCII lacks (a soft sign is ') would cut words in two
    return re.sub("['\"`]", "", letters) if unicodedata.category(char)[0] in "LM" else letters


def natural(text: str) -> tuple[str, ...]:
    """Return a key that sorts `m1-2` before `m1-10`."""
    return tuple(part.zfill(8) if part.isdigit() else part for part in re.split(r"(\d+)", text))


def is_key(text: str) -> bool:
    """Say whether `text` can be a key."""
    return KEY.fullmatch(text) is not None


def cell_iri(table: str, row: int, column: int) -> NamedNode:
    """Mint the IRI of one cell of a source table.

    Rows and columns count from 1, the header is row 1 (RFC 7111 section 2.3, CSVW's cells).

    Args:
        table: IRI of the table, as `Iris.source` gives it.
        row: number of the row.
        column: position of the column in the published table.
    """
    return NamedNode(f"{table}#cell={row},{column}")


@dataclass(frozen=True, slots=True)
class Iris:
    """Mint and read the IRIs of one deployment.

    Attributes:
        base: the configured `base_iri`, ending in a slash; never taken from a request.
        path_prefix: path in front of the documents of one release, `/release/{id}`; "" for those of the
            release in service. It is part of addresses, never of the IRIs of things.
    """

    base: str
    path_prefix: str = ""

    def thing(self, segment: str, key: str, part: str = "") -> NamedNode:
        """Mint a thing's IRI, or with `part` the hash IRI of a part that needs no page.

        Raises:
            ValueError: when segment or key break the policy.
        """
        if not _SEGMENT.fullmatch(segment) or not KEY.fullmatch(key):
            raise ValueError(f"{segment!r}/{key!r} is not a valid path and key")
        if part and not KEY.fullmatch(part):
            raise ValueError(f"{part!r} is not a valid part")
        return NamedNode(f"{self.base}id/{segment}/{key}" + (f"#{part}" if part else ""))

    def graph(self, source: str, unit: str = "") -> NamedNode:
        """Mint the IRI of a named graph: `{base}graph/{source}[/{unit}]`."""
        return NamedNode(f"{self.base}graph/{source}" + (f"/{unit}" if unit else ""))

    def source(self, source: str, file: str, row: int | None = None) -> NamedNode:
        """Mint the IRI of a source table or of one of its rows; `cell_iri` has those of cells."""
        fragment = f"#row={row}" if row is not None else ""
        return NamedNode(f"{self.base}source/{source}/{file}{fragment}")

    @property
    def printed_totals(self) -> NamedNode:
        """The statistical data set of the numbers that reports print (RDF Data Cube)."""
        return NamedNode(f"{self.base}dataset/printed-totals")

    @property
    def context(self) -> str:
        """The address of the JSON-LD context of the day."""
        return f"{self.base}context.jsonld"

    @property
    def endpoint(self) -> str:
        """Path of the SPARQL endpoint over the release."""
        return f"{self.path_prefix}/sparql"

    def document(self, thing: str) -> str:
        """Return the document IRI of a thing's IRI (its fragment dropped)."""
        return f"{self.base}doc/" + thing.split("#", 1)[0].removeprefix(f"{self.base}id/")

    def is_thing(self, iri: str) -> bool:
        """Say whether `iri` is a thing of this deployment."""
        return iri.startswith(f"{self.base}id/")

    def path(self, iri: str) -> str | None:
        """Return the absolute path of an IRI under the base, or None for foreign IRIs.

        Redirects and links use paths, so that a site served elsewhere still works.
        """
        if not iri.startswith(self.base):
            return None
        return "/" + iri.removeprefix(self.base)
