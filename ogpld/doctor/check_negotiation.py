"""Does the server answer in the form a client asks for (RFC 9110 12.5.1)?"""

from __future__ import annotations

from collections.abc import Iterator

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import ABSENT
from ogpld.doctor.sample import SampleDocument, documents
from ogpld.doctor.server_map import BROWSER, ExaminedServer

_WHY = "RFC 9110 12.5.1; /docs/contract#negotiation"
_SPECIFIC = "application/ld+json;q=0.1, application/*;q=0.9, text/*;q=0"


def _expect(
    site: ExaminedServer, document: SampleDocument, cases: tuple[tuple[str, str], ...]
) -> Iterator[CheckFailure]:
    """Yield a failure for every Accept header that is not answered with its media type."""
    for accept, expected in cases:
        if expected not in document.forms:
            continue
        reply = site.client.get(document.url, accept)
        if not reply.ok or reply.type != expected:
            label = "no Accept" if accept == ABSENT else f"Accept: {accept}"
            yield CheckFailure(reply, f"{label} gives {reply.status_line}, not {expected}")


def q_values(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The form with the highest q is sent."""
    cases = (
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("application/ld+json;q=0.5, text/turtle", "text/turtle"),
        ("text/turtle;q=0, application/ld+json;q=0.001", "application/ld+json"),
        ("text/html;q=0.1, application/ld+json;q=0.9", "application/ld+json"),
    )
    for document in documents(site)[:1]:
        yield from _expect(site, document, cases)


def specificity(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A media type that is named beats a wildcard that covers it."""
    document = documents(site)[0]
    yield from _expect(site, document, (("text/turtle, */*;q=0.1", "text/turtle"),))
    others = [f for f in document.forms if f.startswith("application/") and "ld+json" not in f]
    if others and "application/ld+json" in document.forms:
        reply = site.client.get(document.url, _SPECIFIC)
        # JSON-LD under the name application/json is covered by the wildcard as well
        if not reply.ok or reply.type not in {*others, "application/json"}:
            yield CheckFailure(
                reply, f"Accept: {_SPECIFIC} gives {reply.status_line}, not {' or '.join(others)}"
            )


def media_type_parameters(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Case, blanks and parameters of a media type do not get in the way."""
    profile = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'
    cases = (
        ("Text/Turtle ; charset=utf-8 ; Q=0.9", "text/turtle"),
        (f"{profile}, text/turtle;q=0.5", "application/ld+json"),
    )
    yield from _expect(site, documents(site)[0], cases)


def default_form(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`*/*`, an empty Accept and none give RDF, the same each time, never HTML."""
    document = documents(site)[0]
    replies = [site.client.get(document.url, accept) for accept in ("*/*", ABSENT, "")]
    for reply, label in zip(replies, ("*/*", "no Accept", "an empty Accept"), strict=True):
        if not reply.ok or not reading.media_type(reply):
            yield CheckFailure(reply, f"{label} gives {reply.status_line}, not RDF")
        elif reply.type != replies[0].type:
            yield CheckFailure(reply, f"{label} gives {reply.type}, */* gives {replies[0].type}")


def browser_form(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A browser gets HTML."""
    for document in documents(site):
        reply = site.client.get(document.url, BROWSER)
        if not reply.ok or reply.type != "text/html":
            yield CheckFailure(reply, f"a browser gets {reply.status_line}")
        elif "<html" not in reply.text.lower():
            yield CheckFailure(reply, "what is sent as text/html is no page")


def html_when_equal(site: ExaminedServer) -> Iterator[CheckFailure]:
    """HTML that is listed with a q no lower than any RDF type's is sent."""
    document = documents(site)[0]
    if "text/html" not in document.forms:
        raise NotApplicableError("documents have no HTML")
    yield from _expect(site, document, (("text/turtle, text/html", "text/html"),))


def not_acceptable(site: ExaminedServer) -> Iterator[CheckFailure]:
    """What cannot be had is 406, and the answer lists what can."""
    document = documents(site)[0]
    reply = site.client.get(document.url, "image/png")
    if reply.status != 406:  # noqa: PLR2004
        yield CheckFailure(reply, f"Accept: image/png gives {reply.status_line}, not 406")
    elif "text/turtle" not in reply.text and "text/turtle" not in reply.headers.get("link", ""):
        yield CheckFailure(reply, "406 does not list what there is")


def application_json(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`application/json` is answered with JSON-LD under that name."""
    document = documents(site)[0]
    reply = site.client.get(document.url, "application/json")
    if not reply.ok or reply.type not in {"application/json", "application/ld+json"}:
        yield CheckFailure(reply, f"Accept: application/json gives {reply.status_line}")
        return
    try:
        if not reading.same(site.graph(reply), site.graph(document.reply)):
            yield CheckFailure(reply, "says something else than the document does")
    except reading.UnreadableError as reason:
        yield CheckFailure(reply, str(reason))


def profiles(site: ExaminedServer) -> Iterator[CheckFailure]:
    """JSON-LD comes compacted, expanded and flattened, each saying the same; expanded has no context."""
    document = documents(site)[0]
    if "application/ld+json" not in document.forms:
        raise NotApplicableError("documents have no JSON-LD")
    expected = site.graph(document.reply)
    for shape in ("compacted", "expanded", "flattened"):
        accept = f'application/ld+json;profile="http://www.w3.org/ns/json-ld#{shape}"'
        reply = site.client.get(document.url, accept)
        try:
            if not reading.same(site.graph(reply), expected):
                yield CheckFailure(reply, f"{shape} says something else than the document does")
        except reading.UnreadableError as reason:
            yield CheckFailure(reply, f"{shape}: {reason}")
            continue
        if shape == "expanded" and "@context" in reply.text:
            yield CheckFailure(reply, "expanded JSON-LD has a context")


def suffixes(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Each form has an address of its own, which gives it whatever Accept says."""
    document = documents(site)[0]
    if len(document.forms) < 2:  # noqa: PLR2004
        yield CheckFailure(
            document.reply, "no Link: rel=alternate names the addresses of other forms"
        )
    for media_type, url in document.forms.items():
        if url == document.url:
            yield CheckFailure(document.reply, f"{media_type} has no address of its own")
            continue
        for accept in ("*/*", "application/n-triples", "text/html"):
            reply = site.client.get(url, accept)
            if not reply.ok or reply.type != media_type:
                yield CheckFailure(
                    reply, f"is announced as {media_type}, gives {reply.status_line}"
                )
                break


def format_parameter(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`format=` and `_mediatype=` choose the form; what is unknown is 406."""
    url = documents(site)[0].url
    for query in ("format=jsonld", "_mediatype=application/ld%2Bjson"):
        reply = site.client.get(f"{url}?{query}", "text/turtle")
        if not reply.ok or reply.type != "application/ld+json":
            yield CheckFailure(reply, f"?{query} gives {reply.status_line}")
    reply = site.client.get(f"{url}?format=nosuchformat")
    if reply.status != 406:  # noqa: PLR2004
        yield CheckFailure(reply, f"?format=nosuchformat gives {reply.status_line}, not 406")


def same_graph(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Every form is what it is announced as, and all RDF forms say the same."""
    for document in documents(site)[:1]:
        expected = site.graph(document.reply)
        for media_type, url in document.forms.items():
            reply = site.client.get(url, media_type)
            if media_type not in reading.RDF_FORMS or not reply.ok:
                continue  # suffixes tells of what does not answer
            try:
                if not reading.same(site.graph(reply, media_type), expected):
                    yield CheckFailure(reply, f"says something else than {document.reply.type}")
            except reading.UnreadableError as reason:
                yield CheckFailure(reply, str(reason))


CHECKS = (
    Check("negotiation.q-values", "the highest q-value decides", _WHY, q_values),
    Check("negotiation.specificity", "a named type beats a wildcard", _WHY, specificity),
    Check(
        "negotiation.parameters", "case and parameters do not hinder", _WHY, media_type_parameters
    ),
    Check("negotiation.default", "*/*, empty and no Accept give RDF", _WHY, default_form),
    Check("negotiation.browser", "a browser gets HTML", _WHY, browser_form),
    Check("negotiation.html-when-equal", "HTML wins where it is as welcome", _WHY, html_when_equal),
    Check(
        "negotiation.406",
        "what cannot be had is 406 with a list",
        "RFC 9110 15.5.7",
        not_acceptable,
    ),
    Check("negotiation.json", "application/json means JSON-LD", _WHY, application_json),
    Check("negotiation.profiles", "JSON-LD in the shape asked for", "JSON-LD 1.1, 6.2", profiles),
    Check(
        "negotiation.suffixes",
        "each form has its own address",
        "/docs/contract#documents",
        suffixes,
    ),
    Check(
        "negotiation.parameter",
        "format= and _mediatype= choose",
        "/docs/contract#negotiation",
        format_parameter,
    ),
    Check(
        "negotiation.same-graph",
        "all RDF forms say the same",
        "/docs/contract#documents",
        same_graph,
    ),
)
