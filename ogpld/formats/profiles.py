"""The shapes of a JSON-LD document and how they are asked for (JSON-LD 1.1 section 6.1 and appendix C).

A profile is named in an Accept header by its IRI; there, one that is unknown is passed over (RFC 6906
section 3.1). A parameter may use the last part of the IRI, and naming an unknown one is an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from ogpld.formats.negotiation import parse_accept

NAMESPACE = "http://www.w3.org/ns/json-ld#"
COMPACTED, EXPANDED, FLATTENED, FRAMED = "compacted", "expanded", "flattened", "framed"

#: Profiles of any graph; compacted is what a document is when nobody asks.
PLAIN = (COMPACTED, EXPANDED, FLATTENED)
#: Profiles of a document about a thing whose class has a frame.
PROFILES = (*PLAIN, FRAMED)


def iri_of(profile: str) -> str:
    """Return the IRI of a profile."""
    return NAMESPACE + profile


def by_iris(text: str, profiles: Sequence[str]) -> str:
    """Return the profile that a list of IRIs, separated by blanks, asks for; "" when none is known.

    Of several the one that says most about the shape: framed, flattened, expanded, compacted.
    """
    names = {word.removeprefix(NAMESPACE) for word in text.split() if word.startswith(NAMESPACE)}
    order = (FRAMED, FLATTENED, EXPANDED, COMPACTED)
    return next((name for name in order if name in names and name in profiles), "")


def by_name(text: str, profiles: Sequence[str]) -> str:
    """Return the profile that a parameter names, by IRI or short name; "" for an unknown one."""
    name = text.strip()
    return name.lower() if name.lower() in profiles else by_iris(name, profiles)


def accepted(header: str | None, media_type: str, profiles: Sequence[str]) -> str:
    """Return the profile an Accept header asks for with a media type, "" for none that is known.

    Of several elements for the type the one with the highest q counts, then one that names a profile
    known here, then the first.
    """
    best, best_profile = (0.0, False), ""
    for element in parse_accept(header or ""):
        if element.type != media_type:
            continue
        profile = by_iris(element.profile, profiles)
        if (element.quality, bool(profile)) > best:
            best, best_profile = (element.quality, bool(profile)), profile
    return best_profile
