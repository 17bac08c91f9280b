"""`/dataset/{name}.bib` and its like: how a dataset, or a release of the whole, is cited."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint

from ogpld.catalogue.citation import Citation, cite
from ogpld.formats import media
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.responses import respond
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.routes.catalogue import missing_dataset
from ogpld.web.routes.releases import find_release
from ogpld.wording import quantity

routes = Blueprint(__name__.rpartition(".")[2], __name__)


_BY_SUFFIX = {style.name: style for style in STYLES}
_RULE = ", ".join(f"'{style.name}'" for style in STYLES)


@routes.get(f"/dataset/<name>.<any({_RULE}):suffix>")
def dataset(request: ReleaseRequest, name: str, suffix: str) -> Response:
    """Answer with how a dataset is cited as it is now."""
    current = request.release
    catalogue_facts = facts(current)
    described = catalogue_facts.named(name)
    if described is None:
        raise missing_dataset(request, name)
    manifest = current.release.manifest
    cited = cite(catalogue_facts, described, current.settings, current.release.id, manifest.created)
    return _answer(request, cited, suffix)


@routes.get(f"/release/<name>.<any({_RULE}):suffix>")
def release(request: ReleaseRequest, name: str, suffix: str) -> Response:
    """Answer with how a release of the whole is cited."""
    current = request.release
    release_cited = find_release(request, name)
    catalogue_facts = facts(current)
    manifest = release_cited.manifest
    cited = cite(
        catalogue_facts, catalogue_facts.whole, current.settings, release_cited.id, manifest.created
    )
    size_in_words = (
        f"{quantity(manifest.quads, 'statement')} in {quantity(manifest.graphs, 'named graph')}."
    )
    return _answer(
        request,
        replace(cited, description=f"{catalogue_facts.whole.title}. {size_in_words}"),
        suffix,
    )


def _answer(request: ReleaseRequest, cited: Citation, suffix: str) -> Response:
    """Return a citation; the publisher it names is a setting, so none is for ever."""
    style = _BY_SUFFIX[suffix]
    request.state.cacheable = True
    return respond(request, STYLES[style](cited), media.offer_of(style), negotiated=False)
