"""The shape a request wants of JSON-LD, and the addresses of the others.

Parameters: `_profile` names the shape (Content Negotiation by Profile, query string form), by its short name
or its IRI; `_context=inline` brings the context along. Both also fix JSON-LD as the form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from ogpld.formats import Statements
from ogpld.formats.media import JSON_LD
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import COMPACTED, FRAMED, by_name, iri_of
from ogpld.model.frames import Frame
from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem

PARAMETER, CONTEXT = "_profile", "_context"
_IN_TYPE = re.compile(r';\s*profile\s*=\s*"?([^";]*)"?', re.IGNORECASE)


def named_profile(request: Request, profiles: Sequence[str]) -> str:
    """Return the profile the parameter names, "" when there is none.

    Raises:
        Problem: 406 for one that is not known here.
    """
    profile = request.args.get(PARAMETER, "")
    return known_profile(profile, profiles) if profile.strip() else ""


def profile_in_type(request: Request, names: Sequence[str], profiles: Sequence[str]) -> str:
    """Return the profile in a media type that a parameter names, "" when there is none.

    Raises:
        Problem: 406 for one that is not known here.
    """
    profile = next((value for name in names if (value := request.args.get(name))), "")
    return profile_of_type(profile, profiles)


def profile_of_type(media_type: str, profiles: Sequence[str]) -> str:
    """Return the profile a media type names, "" when there is none.

    Raises:
        Problem: 406 for one that is not known here.
    """
    match = _IN_TYPE.search(media_type)
    return known_profile(match[1], profiles) if match and match[1].strip() else ""


def wants_inline(request: Request) -> bool:
    """Say whether the document at hand is to bring its context along.

    Raises:
        Problem: 406 for an unknown way to give the context.
    """
    return is_inline(request.args.get(CONTEXT, ""))


def is_inline(form: str) -> bool:
    """Say whether a value of the parameter means that the context is to come along.

    Raises:
        Problem: 406 for an unknown way to give the context.
    """
    if form not in {"", "link", "inline"}:
        raise Problem(
            "not-acceptable",
            f"The context cannot be given as {form[:40]!r}.",
            "use link (the default) or inline",
            available=["link", "inline"],
        )
    return form == "inline"


def known_profile(profile: str, profiles: Sequence[str]) -> str:
    """Return the profile that is meant.

    Raises:
        Problem: 406 for one that is not known here.
    """
    match = by_name(profile, profiles)
    if not match:
        raise Problem(
            "not-acceptable",
            f"JSON-LD cannot be had here in the profile {profile[:80]!r}.",
            f"ask for one of: {', '.join(profiles)}",
            available=[iri_of(profile) for profile in profiles],
        )
    return match


def shaped(statements: Statements, offer: Offer, frame: Frame | None = None) -> Statements:
    """Return statements to be written in the shape that was asked for."""
    if not offer.profile and not offer.inline:
        return statements
    profile = offer.profile or statements.profile
    return replace(
        statements,
        profile=profile,
        inline=offer.inline,
        frame=frame if profile == FRAMED else None,
    )


def query_of(offer: Offer) -> str:
    """Return what follows the address of a JSON-LD file in another shape, "" for the usual one."""
    pairs = {}
    if offer.profile:
        pairs[PARAMETER] = offer.profile
    if offer.inline:
        pairs[CONTEXT] = "inline"
    return f"?{urlencode(pairs)}" if pairs else ""


def profile_links(path: str, offer: Offer, profiles: Sequence[str]) -> list[str]:
    """Return Link values for JSON-LD in other shapes, and what this answer's shape is.

    The profile stands in an attribute of its own (RFC 6906 section 3.2, as Signposting does), not in the
    type: many a reader of Link headers cannot take quotes inside of quotes.
    """
    values = [
        f'<{path}.jsonld?{PARAMETER}={profile}>; rel="alternate"; type="{JSON_LD.type}";'
        f' profile="{iri_of(profile)}"'
        for profile in profiles
        if profile not in {COMPACTED, offer.profile}
    ]
    if profiles and not offer.inline:
        values.append(f'<{path}.jsonld?{CONTEXT}=inline>; rel="alternate"; type="{JSON_LD.type}"')
    if offer.profile:
        values.append(f'<{iri_of(offer.profile)}>; rel="profile"')
    return values
