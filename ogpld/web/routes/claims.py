"""`/claims`: published figures, what the release in service gives for each, and whether they agree."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from flask import Blueprint

from ogpld.claims.badge import badge
from ogpld.claims.printed_value import value_as_printed
from ogpld.claims.verdicts import FILE, WORDS, Verdict, read_verdicts
from ogpld.csv_rows import csv_text
from ogpld.formats import media
from ogpld.formats.profiles import PLAIN
from ogpld.queries import load
from ogpld.rdf import NamedNode, Triple, parse_quads
from ogpld.release import Release
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.document import write_triples
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, OFFERS, choose, respond
from ogpld.web.lists.list_index import ask
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_CSV, _SVG = map(media.offer_of, (media.CSV, media.SVG))
#: Forms of all claims, and of one.
CLAIMS_OFFERS = (*OFFERS, _CSV)
CLAIM_OFFERS = (*CLAIMS_OFFERS, _SVG)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as it is in the release in service; every field as text, "" where there is none.

    Attributes:
        id: its key.
        figure: as printed.
        counts: what it counts.
        citation: title of the text that publishes it.
        issued: when that was published.
        source: address of it.
        comparison: how it is compared, in words.
        expected: what is compared.
        tolerance: of that.
        note: a remark.
        verdict: notation of the code list `verdict`.
        value: what the data gives.
        reason: why.
        release: the release that gives it.
    """

    id: str
    figure: str
    counts: str
    citation: str
    issued: str
    source: str
    comparison: str
    expected: str
    tolerance: str
    note: str
    verdict: str
    value: str
    reason: str
    release: str

    @property
    def words(self) -> str:
        """The verdict in words."""
        return WORDS.get(self.verdict, self.verdict)

    def as_printed(self, value: str) -> str:
        """Return what the data gives, as the figure is printed: its decimals, its unit."""
        return value_as_printed(value, self.figure, self.expected)

    @property
    def as_verdict(self) -> Verdict:
        """The verdict with its value."""
        return Verdict(self.id, self.verdict, self.value, self.reason)


def claims_of(current: OpenRelease) -> dict[str, ClaimRow]:
    """Return the claims of a release by key, in order of it."""

    def read() -> dict[str, ClaimRow]:
        claims: dict[str, ClaimRow] = {}
        names = [field.name for field in fields(ClaimRow)][:-1]
        for texts in ask(current, load("claims")):
            cells = dict(zip(names, texts, strict=True))
            for name in ("id", "verdict"):
                cells[name] = cells[name].rpartition("/")[2]
            claims[cells["id"]] = ClaimRow(**cells, release=current.release.id)
        return claims

    return current.cached("claims", read)


@routes.get("/claims")
@routes.get("/claims.<suffix>")
def listing(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with all claims and their verdicts."""
    current = request.release
    claims = list(_some(current).values())
    offer, negotiated = choose(request, CLAIMS_OFFERS, suffix, profiles=PLAIN)
    if offer is HTML:
        numbers = {name: sum(c.verdict == name for c in claims) for name in WORDS}
        body = render(request, "claims.html", claims=claims, numbers=numbers, words=WORDS).encode()
    elif offer is _CSV:
        body = _table(claims)
    else:
        triples = [t for claim in claims for t in _statements(current, claim.id)]
        body = write_triples(current, triples, f"{current.iris.base}claims", offer)
    request.state.cacheable = True
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path="/claims",
        offers=CLAIMS_OFFERS,
        profiles=PLAIN,
    )


@routes.get("/claims/<name>")
def claim(request: ReleaseRequest, name: str) -> Response:
    """Answer with a claim: its figure, its query, its verdict in every kept release, its badge."""
    current = request.release
    claims = _some(current)
    key, _, suffix = name.partition(".")
    if key not in claims:
        raise Problem("not-found", f"There is no claim {key[:80]!r}.", "see /claims")
    row = claims[key]
    offer, negotiated = choose(request, CLAIM_OFFERS, suffix, profiles=PLAIN)
    if offer is HTML:
        body = render(
            request,
            "claim.html",
            claim=row,
            query=_query_of(current.release, key),
            base=current.iris.base,
            history=_history(current, key),
            words=WORDS,
        ).encode()
    elif offer is _CSV:
        body = _table([row])
    elif offer is _SVG:
        body = badge(f"OGP data, {row.id}", row.as_verdict)
    else:
        iri = current.iris.thing("claim", key).value
        body = write_triples(current, _statements(current, key), iri, offer)
    request.state.cacheable = True
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path=f"/claims/{key}",
        offers=CLAIM_OFFERS,
        profiles=PLAIN,
    )


def _some(current: OpenRelease) -> dict[str, ClaimRow]:
    """Return the claims of a release.

    Raises:
        Problem: 404 where it has none.
    """
    claims = claims_of(current)
    if not claims:
        raise Problem("not-found", "This data has no claims.", "see /queries")
    return claims


def _table(claims: list[ClaimRow]) -> bytes:
    """Return claims as CSV (RFC 4180)."""
    names = [field.name for field in fields(ClaimRow)]
    return csv_text([names, *map(astuple, claims)], "\r\n").encode()


def _statements(current: OpenRelease, key: str) -> list[Triple]:
    """Return what the release states of a claim."""
    iri = current.iris.thing("claim", key)
    described = current.store.describe(iri.value, 0).quads
    return [
        quad.triple
        for quad in parse_quads(described, "nq")
        if isinstance(quad.subject, NamedNode) and quad.subject == iri
    ]


def _query_of(release: Release, key: str) -> str:
    """Return the query of a claim with the base its relative addresses need, "" where it is not asked."""
    try:
        text = (release.path / "claims" / f"{key}.rq").read_text(encoding="utf-8")
    except OSError:
        return ""
    return f"BASE <{release.manifest.base_iri}>\n{text}"


def _history(current: OpenRelease, key: str) -> list[tuple[Release, Verdict]]:
    """Return the verdict in each kept release that has one, newest first."""
    releases = current.release_store.releases()[::-1]
    return [
        (release, verdict)
        for release in releases
        if (release.path / FILE).is_file() and (verdict := read_verdicts(release.path).get(key))
    ]
