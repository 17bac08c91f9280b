"""What search engines for data find in the pages: schema.org as a block of data."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, g, request
from markupsafe import Markup

from ogpld.catalogue.schemaorg import Node, as_block, catalogue_node, dataset_node
from ogpld.formats import media
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import Serving

routes = Blueprint("searchengines", __name__)


@routes.app_context_processor
def _offered() -> dict[str, Callable[[], Markup]]:
    return {"schema_org": schema_org}


def schema_org() -> Markup:
    """Return the script element of the page at hand: home and datasets have one, others nothing."""
    current: Serving | None = g.get("serving")
    node = _node(current, request.path) if current is not None and not current.place else None
    if node is None:
        return Markup()
    # every character that could end the element is escaped in the JSON itself
    block = Markup(as_block(node))  # noqa: S704
    return Markup('<script type="{}">\n{}\n</script>').format(media.JSON_LD.type, block)


def _node(current: Serving, path: str) -> Node | None:
    if path == "/":
        return catalogue_node(facts(current), current.settings)
    place, _, name = path.rpartition("/")
    if place != "/dataset":
        return None
    known = facts(current)
    found = known.named(name.partition(".")[0])
    return dataset_node(known, found, current.settings) if found else None
