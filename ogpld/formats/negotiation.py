"""Choose a form by `Accept` (RFC 9110 section 12.5.1) and by name (docs/contract.md#negotiation).

q-values and specificity are honoured. What counts is the media type that is sent: who refuses it
(`;q=0`, RFC 9110 section 12.4.2) does not get it under an alias. HTML is chosen when it is listed by name
with a q at least that of any other form; a wildcard alone means HTML only where it admits nothing else. No
header, an empty one and `*/*` give the first offer. This is the only place that reads an Accept header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Longest Accept header looked at; longer ones are refused by the caller.
HEADER_LIMIT = 4096
#: Characters of headers, and how many of those, that are remembered with what was made of them.
_SHORT, _HEADERS = 200, 512
#: What is sent to browsers; the second is what they may call it.
PAGE_TYPES = ("text/html", "application/xhtml+xml")
#: A weight (RFC 9110 section 12.4.2), and `.2` without its zero, which Java's HTTP client sends.
_WEIGHT = re.compile(r"0?\.\d*|0|1(?:\.0*)?", re.ASCII)


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
        second_name_of: media type of the form that is the same under its own name; who refuses that gets
            this one by name alone.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    profile: str = ""
    inline: bool = False
    second_name_of: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """One element of an Accept header.

    Attributes:
        type: media type or wildcard, lower case.
        quality: its weight.
        profile: text of the parameter of that name.
        narrowed: whether it has parameters that what is sent does not have by itself.
    """

    type: str
    quality: float
    profile: str = ""
    narrowed: bool = False


def parse_accept(header: str) -> list[Range]:
    """Return the media ranges of a header; one that is malformed is passed over, with its weight.

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
        weight, profile, narrowed = "1", "", False
        for parameter in parameters:
            name, _, value = (part.strip() for part in parameter.partition("="))
            if name.lower() == "q":
                weight = value
            elif name.lower() == "profile":
                profile = value.strip('"')
            elif name:
                narrowed |= (name.lower(), value.strip('"').lower()) != ("charset", "utf-8")
        quality = weight_of(weight)
        if quality is not None:
            ranges.append(Range(media_type, quality, profile, narrowed))
    return ranges


def weight_of(text: str) -> float | None:
    """Return a weight as a number (RFC 9110 section 12.4.2), None for what is none."""
    return float(text) if _WEIGHT.fullmatch(text) and text != "." else None


def parse_weights(header: str) -> list[tuple[str, float]]:
    """Return what a header lists, in small letters, with its weights; what is malformed is passed over.

    For headers of tokens, such as Accept-Language and Accept-Encoding: their elements have no parameter but
    the weight, and no quoted strings.
    """
    weighted = []
    for element in header.lower().split(","):
        value, _, parameter = (part.strip() for part in element.partition(";"))
        name, _, text = (part.strip() for part in (parameter or "q=1").partition("="))
        weight = weight_of(text) if name == "q" else None
        if value and weight is not None:
            weighted.append((value, weight))
    return weighted


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


def _weight(media_type: str, ranges: Sequence[Range], *, wild: bool) -> tuple[float, int] | None:
    """Return quality and specificity a header gives a media type that is sent, None where it has no word.

    A range with parameters that are not sent decides only where the type is not listed without, and never
    against it; a profile is a shape that can be sent.
    """
    listed = [r for r in ranges if r.type == media_type]
    plain = [r.quality for r in listed if not (r.narrowed or r.profile)]
    shaped = [r.quality for r in listed if r.profile and r.quality > 0]
    narrowed = [r.quality for r in listed if r.narrowed and r.quality > 0]
    if decisive := [*plain, *shaped] or narrowed:
        return max(decisive), 2
    for specificity, wildcard in ((1, media_type.partition("/")[0] + "/*"), (0, "*/*")):
        covering = [r.quality for r in ranges if wild and r.type == wildcard and not r.narrowed]
        if covering:
            return max(covering), specificity
    return None


def _best(offer: Offer, ranges: Sequence[Range], *, wild: bool = True) -> tuple[float, int]:
    """Return quality and specificity of an offer; 0 for one that is not acceptable.

    Args:
        offer: the form.
        ranges: the header.
        wild: whether wildcards count.
    """
    sent = _weight(offer.media_type, ranges, wild=True)
    if sent is not None and sent[0] == 0:
        return sent
    if offer.second_name_of and _weight(offer.second_name_of, ranges, wild=False) == (0.0, 2):
        wild = False
    named = (r.quality for r in ranges if r.type in offer.aliases and r.quality > 0)
    best = _weight(offer.media_type, ranges, wild=wild) or (0.0, -1)
    return max(best, (max(named, default=0.0), 2))


class Offers(tuple[Offer, ...]):
    """Offers that stay, and are one key as a whole: what headers make of them is remembered."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


def negotiate(header: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that suits an Accept header best, None when none does (406)."""
    if header is None or not header.strip():
        return offers[0]
    if isinstance(offers, Offers) and len(header) <= _SHORT:
        return _negotiate_again(header, offers)
    return _negotiate(header, offers)


def _negotiate(header: str, offers: Sequence[Offer]) -> Offer | None:
    ranges = parse_accept(header)
    if not ranges:
        return offers[0]
    pages = [offer for offer in offers if offer.media_type in PAGE_TYPES]
    others = [offer for offer in offers if offer not in pages]
    chosen, reached = _first_best((offer, _best(offer, ranges)) for offer in others)
    page, listed = _first_best((offer, _best(offer, ranges, wild=False)) for offer in pages)
    if page is not None and listed[0] >= reached[0]:
        return page
    if chosen is not None:
        return chosen
    return _first_best((offer, _best(offer, ranges)) for offer in pages)[0]


_negotiate_again = lru_cache(_HEADERS)(_negotiate)


def _first_best(
    weighed: Iterable[tuple[Offer, tuple[float, int]]],
) -> tuple[Offer | None, tuple[float, int]]:
    """Return the first offer of the highest quality and specificity, None where none is acceptable."""
    chosen: Offer | None = None
    reached = (0.0, -1)
    for offer, weight in weighed:
        if weight[0] > 0 and weight > reached:
            chosen, reached = offer, weight
    return chosen, reached


def by_name(name: str, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer a `format=` or `_mediatype=` parameter or a suffix names, None if unknown."""
    wanted = name.strip().lower().replace(" ", "+")  # a plus sign in a query string reads as blank
    for offer in offers:
        if wanted in {offer.name, offer.media_type, *offer.aliases, *offer.names}:
            return offer
    return None
