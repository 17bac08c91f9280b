"""Find the JSON-LD frame of a class, and link it and its schema."""

from __future__ import annotations

from ogpld.formats import media
from ogpld.formats.profiles import NAMESPACE
from ogpld.model.frames import Frame, Frames
from ogpld.web.http.problems import Problem

SCHEMA = media.offer_of(media.JSON_SCHEMA)


def find_frame(frames: Frames, name: str, code: str) -> Frame:
    """Return the frame somebody names.

    Raises:
        Problem: for an unknown one, of the code given, with all there are.
    """
    frame = frames.find(name)
    if frame is None:
        paths = [f"/frame/{known_name}.jsonld" for known_name in frames.by_name]
        raise Problem(
            code,
            f"There is no frame {name[:80]!r}.",
            f"there are: {', '.join(paths)}",
            available=paths,
        )
    return frame


def frame_links(frame: Frame, *, framed: bool) -> list[str]:
    """Return Link values that lead to a frame, and to the schema that describes what it makes.

    Args:
        frame: the frame of the class.
        framed: whether the answer has its shape.
    """
    return [frame_link(frame), *([schema_link(frame)] if framed else ())]


def frame_link(frame: Frame) -> str:
    """Return the Link value of a frame."""
    return f'</frame/{frame.name}.jsonld>; rel="{NAMESPACE}frame"; type="{media.JSON_LD.type}"'


def schema_link(frame: Frame) -> str:
    """Return the Link value of the schema of what a frame makes."""
    return f'</schema/{frame.name}.json>; rel="describedby"; type="{SCHEMA.media_type}"'
