"""What named graphs of ours are called on pages; those of sources have the name of the source."""

from __future__ import annotations

from ogpld.wording import gettext as _
from ogpld.wording import marked

#: Graphs of the release itself, as `ogpld/pipeline/provenance.py` calls them.
OWN = frozenset(
    {
        marked("Code lists"),
        marked("Ontology"),
        marked("Shapes"),
        marked("Where each graph comes from"),
        marked("Catalogue of this data set"),
        marked("Questions of this site as example queries"),
        marked("What this data gives for published figures"),
        marked("Ids of commitments that were given to something else"),
    }
)


def graph_name(label: str) -> str:
    """Return what a graph with a label of ours is called on the page, "" for another label."""
    if label in OWN:
        return _(label)
    kind, _comma, unit = label.partition(" statements: ")
    if kind == "Derived" and unit:
        return _("Derived statements: %(unit)s", unit=unit)
    if kind == "Reconciled" and unit:
        return _("Reconciled statements: %(unit)s", unit=unit)
    return ""
