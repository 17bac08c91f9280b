"""`/dataset/{name}.bib` and its like: how a dataset, or a release of the whole, is cited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from ogpld.catalogue.citation import Citation, bibtex, cite, csl, ris
from ogpld.catalogue.datacite import datacite_json, datacite_xml
from ogpld.formats.negotiation import Offer
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.request import serving
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import respond
from ogpld.web.routes.releases import find_release

routes = Blueprint("citing", __name__)


@dataclass(frozen=True, slots=True)
class Style:
    """A form of citation: its suffix, its media type, what people call it, what writes it."""

    suffix: str
    media_type: str
    title: str
    write: Callable[[Citation], bytes]


STYLES = (
    Style("bib", "application/x-bibtex", "BibTeX", bibtex),
    Style("ris", "application/x-research-info-systems", "RIS", ris),
    Style("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON", csl),
    Style(
        "datacite.json", "application/vnd.datacite.datacite+json", "DataCite JSON", datacite_json
    ),
    Style("datacite.xml", "application/vnd.datacite.datacite+xml", "DataCite XML", datacite_xml),
)
_BY_SUFFIX = {style.suffix: style for style in STYLES}
_RULE = ", ".join(f"'{style.suffix}'" for style in STYLES)


@routes.app_context_processor
def _listed() -> dict[str, tuple[Style, ...]]:
    return {"citation_styles": STYLES}


@routes.get(f"/dataset/<name>.<any({_RULE}):suffix>")
def dataset(name: str, suffix: str) -> Response:
    """Answer with how a dataset is cited as it is now."""
    current = serving()
    known = facts(current)
    found = known.named(name)
    if found is None:
        raise Problem("not-found", f"There is no data set {name}.", "see /catalog")
    manifest = current.release.manifest
    cited = cite(known, found, current.settings, current.release.id, manifest.created)
    return _answer(cited, suffix)


@routes.get(f"/release/<name>.<any({_RULE}):suffix>")
def release(name: str, suffix: str) -> Response:
    """Answer with how a release of the whole is cited."""
    current = serving()
    found = find_release(name)
    known = facts(current)
    manifest = found.manifest
    cited = cite(known, known.whole, current.settings, found.id, manifest.created)
    told = f"{manifest.quads:,} statements in {manifest.graphs:,} named graphs."
    return _answer(replace(cited, description=f"{known.whole.title}. {told}"), suffix)


def _answer(cited: Citation, suffix: str) -> Response:
    """Return a citation; the publisher it names is a setting, so none is for ever."""
    style = _BY_SUFFIX[suffix]
    keep(request.environ)
    offer = Offer(style.suffix, style.media_type)
    return respond(style.write(cited), offer, negotiated=False)
