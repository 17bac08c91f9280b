"""Find the JSON-LD frame of a class, and link it and its schema."""

from __future__ import annotations

from flask import g

from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import NAMESPACE
from ogpld.model.frames import Frame
from ogpld.web.current.open_release import Serving
from ogpld.web.http.problems import Problem

SCHEMA = Offer("json", "application/schema+json")


def find_frame(name: str, code: str) -> Frame:
    """Return the frame somebody names.

    Raises:
        Problem: of the code given, with all there are, for one there is not.
    """
    frames = _serving().frames
    found = frames.find(name)
    if found is None:
        known = list(frames.by_name)
        raise Problem(
            code,
            f"There is no frame {name[:80]!r}.",
            f"there are: {', '.join(known)}",
            available=[f"/frame/{known_name}.jsonld" for known_name in known],
        )
    return found


def frame_links(frame: Frame, *, framed: bool) -> list[str]:
    """Return Link values that lead to a frame, and to the schema that describes what it makes.

    Args:
        frame: the frame of the class.
        framed: whether the answer has its shape.
    """
    return [_frame_link(frame), *([_schema_link(frame)] if framed else ())]


def _frame_link(frame: Frame) -> str:
    return f'</frame/{frame.name}.jsonld>; rel="{NAMESPACE}frame"; type="application/ld+json"'


def _schema_link(frame: Frame) -> str:
    return f'</schema/{frame.name}.json>; rel="describedby"; type="{SCHEMA.media_type}"'


def _serving() -> Serving:
    """Return the release in service (`resource.py` needs this module, so it is not asked)."""
    found: Serving = g.serving
    return found
