"""What a release says, read from the whole of its data."""

from __future__ import annotations

from ogpld.rdf import parse_quads, term_text
from ogpld.release import Release


def statements_by_thing(release: Release) -> dict[str, set[str]]:
    """Return what a release says of each thing and its parts; graphs and rows aside."""
    statements: dict[str, set[str]] = {}
    base = release.manifest.base_iri
    for quad in parse_quads(b"".join(release.lines()), "nq"):
        subject = term_text(quad.subject)
        if subject.startswith(f"{base}id/") and f"{base}source/" not in str(quad.object):
            statements.setdefault(subject.partition("#")[0], set()).add(str(quad.triple))
    return statements
