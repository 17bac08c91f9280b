"""The form of a CONSTRUCT or DESCRIBE result: its media type, and for JSON-LD its shape and frame.

`frame=` names a class or the address of its frame here, and makes the answer JSON-LD framed with it: always
`@graph`, whatever the number of things, each as `/schema/{class}.json` says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ogpld.formats import Statements, format_named
from ogpld.formats.media import JSON_LD
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import FRAMED, PLAIN, accepted
from ogpld.model.frames import Frame
from ogpld.rdf import canonical_triples
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.frame_links import find_frame, frame_links
from ogpld.web.http.jsonld_profile import (
    CONTEXT,
    PARAMETER,
    is_inline,
    known_profile,
    profile_of_type,
    shaped,
)
from ogpld.web.http.problems import Problem
from ogpld.web.sparql.protocol import GRAPHS, NAMES, Parameters, accepted_header, choose_form

_JSONLD = tuple(offer for offer in GRAPHS if offer.name == JSON_LD.name)


@dataclass(frozen=True, slots=True)
class ResultForm:
    """How a result is answered.

    Attributes:
        offer: its form, None where none is acceptable.
        negotiated: whether Accept decided.
        frame: the frame JSON-LD is to have.
        rows: tag of a form of rows that the store does not write, "" for others.
    """

    offer: Offer | None
    negotiated: bool
    frame: Frame | None = None
    rows: str = ""

    @property
    def tag(self) -> str:
        """What tells the form from others in an ETag."""
        offer = self.offer
        if offer is None or self.rows:
            return self.rows
        parts = (offer.name, offer.profile, self.frame.name if self.frame else "")
        return "-".join((*filter(None, parts), *(("inline",) if offer.inline else ())))

    @property
    def links(self) -> list[str]:
        """Link values of the answer: frame and schema of what was framed."""
        return frame_links(self.frame, framed=True) if self.frame else []

    def write(self, body: bytes, serving: OpenRelease) -> bytes:
        """Return a graph, given as N-Triples, in the form that was asked for.

        Raises:
            ValueError: where none is acceptable.
        """
        if self.offer is None:
            raise ValueError("there is no form to write the graph in")
        triples = canonical_triples((), body)
        statements = Statements(triples, "", serving.context, serving.iris.context)
        form = format_named(self.offer.name)
        return form.write(shaped(statements, self.offer, self.frame))


def graph_form(request: ReleaseRequest, parameters: Parameters, serving: OpenRelease) -> ResultForm:
    """Return the form a request wants graphs in.

    Raises:
        Problem: 400 for an unknown frame, 406 for an unknown profile.
    """
    frame = _frame(request, parameters, serving)
    profile_name = _first(parameters, PARAMETER)
    profile = known_profile(profile_name, (*PLAIN, FRAMED)) if profile_name else ""
    if frame is None and profile == FRAMED:
        raise Problem(
            "frame-missing",
            "It is not said with which frame the answer is to be framed.",
            "name a class: frame=commitment",
        )
    only = _JSONLD if frame or profile else GRAPHS
    offer, negotiated = choose_form(request, parameters, only)
    if offer is None or offer.name != JSON_LD.name:
        return ResultForm(offer, negotiated)
    if frame is not None:
        profile = FRAMED
    elif not profile:
        named = next((v for name in NAMES for v in parameters.get(name, ()) if ";" in v), "")
        profile = profile_of_type(named, PLAIN)
        if not profile and negotiated:
            profile = accepted(accepted_header(request), offer.media_type, PLAIN)
    inline = is_inline(_first(parameters, CONTEXT))
    return ResultForm(replace(offer, profile=profile, inline=inline), negotiated, frame)


def _frame(request: ReleaseRequest, parameters: Parameters, serving: OpenRelease) -> Frame | None:
    """Return the frame a request names, by class or by address."""
    name = _first(parameters, "frame")
    if not name:
        return None
    for place in (f"{serving.iris.base}frame/", request.address("/frame/"), "/frame/"):
        if name.startswith(place):
            name = name.removeprefix(place).removesuffix(".jsonld")
    return find_frame(serving.frames, name, "frame-unknown")


def _first(parameters: Parameters, name: str) -> str:
    return next((value.strip() for value in parameters.get(name, ()) if value.strip()), "")
