"""Choose a form by `Accept` (RFC 9110 section 12.5.1) and by name (contract.md section 4).

q-values and specificity are honoured. HTML is chosen when it is listed by name with a q at least that
of any other form; a wildcard alone never means HTML. No header, an empty one and `*/*` give the first
offer. This is the only place that reads an Accept header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Longest Accept header looked at; longer ones are refused by the caller.
HEADER_LIMIT = 4096
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that can be had.

    Attributes:
        name: short name.
        media_type: what it is sent as.
        aliases: other media types it answers to.
        names: other short names, for `format=`.
        profile: for JSON-LD, the shape that was asked for, "" for what it is when nobody asks.
        inline: for JSON-LD, whether the document brings its context along.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    profile: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """One element of an Accept header; `profile` is the text of that parameter."""

    type: str
    quality: float
    profile: str = ""

    @property
    def specificity(self) -> int:
        """2 for a media type, 1 for `text/*`, 0 for `*/*`."""
        if self.type == "*/*":
            return 0
        return 1 if self.type.endswith("/*") else 2


def parse_accept(header: str) -> list[Range]:
    """Return the media ranges of a header; what is malformed is passed over.

    Parameters other than q and profile are dropped. A profile does not decide about the media type:
    `application/ld+json;profile="…"` asks for JSON-LD first.
    """
    ranges = []
    for element in _split(header, ","):
        media_type, *parameters = (part.strip() for part in _split(element, ";"))
        media_type = media_type.lower()
        if media_type == "*":
            media_type = "*/*"
        if media_type.count("/") != 1:
            continue
        quality, profile = 1.0, ""
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = _quality(value.strip())
            elif name.strip().lower() == "profile":
                profile = value.strip().strip('"')
        ranges.append(Range(media_type, quality, profile))
    return ranges


def _split(text: str, separator: str) -> list[str]:
    """Split outside of quoted strings."""
    parts, quoted, start = [], False, 0
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _quality(text: str) -> float:
    """Return a q-value between 0 and 1; nonsense counts as 0."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return min(max(value, 0.0), 1.0) if value == value else 0.0  # noqa: PLR0124  (NaN)


def _best(offer: Offer, ranges: Sequence[Range]) -> tuple[float, int]:
    """Return quality and specificity of the most specific range that covers an offer."""
    best = (0.0, -1)
    for media_type in (offer.media_type, *offer.aliases):
        for element in ranges:
            covers = element.type in {media_type, media_type.split("/")[0] + "/*", "*/*"}
            if element.type.endswith("/*") and media_type != offer.media_type:
                continue  # a wildcard speaks of what is sent, not of aliases
            if covers and (element.specificity, element.quality) > (best[1], best[0]):
                best = (element.quality, element.specificity)
    return best


def negotiate(header: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that suits an Accept header best, None when none does (406)."""
    if header is None or not header.strip():
        return offers[0]
    ranges = parse_accept(header)
    if not ranges:
        return offers[0]
    chosen: Offer | None = None
    reached = (0.0, -1)
    html: tuple[Offer, float] | None = None
    only_html = all(offer.media_type in _HTML for offer in offers)
    for offer in offers:
        quality, specificity = _best(offer, ranges)
        if offer.media_type in _HTML and not only_html:
            listed = [r.quality for r in ranges if r.type in _HTML]
            if listed and max(listed) > 0:
                html = (offer, max(listed))
            continue
        if quality > 0 and (quality, specificity) > reached:
            chosen, reached = offer, (quality, specificity)
    if html is not None and html[1] >= reached[0]:
        return html[0]
    return chosen


def by_name(name: str, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer a `format=` or `_mediatype=` parameter or a suffix names, None if unknown."""
    wanted = name.strip().lower().replace(" ", "+")  # a plus sign in a query string reads as blank
    for offer in offers:
        if wanted in {offer.name, offer.media_type, *offer.aliases, *offer.names}:
            return offer
    return None
