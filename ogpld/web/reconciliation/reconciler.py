"""The answers of the Reconciliation Service API 0.2 (W3C Community Group), as OpenRefine speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ogpld import __version__
from ogpld.rdf import NS
from ogpld.search.candidates import Candidate
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.reconciliation.batches import BATCH, Query

#: What the service is called.
NAME = "Open Government Partnership: members, institutions, action plans, commitments"
#: Where in the page of a table a preview is shown, in pixels.
PREVIEW = {"width": 430, "height": 260}
#: How many suggestions there are.
_SUGGESTIONS = 10
#: Classes people have in tables first.
_FIRST = ("Commitment", "Member", "Institution", "ActionPlan")


def classes(current: OpenRelease) -> dict[str, str]:
    """Return the label of each class that can be asked for, those of most tables first."""
    names = current.matcher.classes
    order = [*(name for name in _FIRST if name in names), *(n for n in names if n not in _FIRST)]
    return {
        name: current.model.classes[name].label for name in order if name in current.model.classes
    }


def class_names(current: OpenRelease) -> dict[str, str]:
    """Return the local name of each class by every name it can be asked for by."""
    names = {name: name for name in classes(current)}
    return names | {NS(name).value: name for name in names}


def types(current: OpenRelease) -> list[dict[str, str]]:
    """Return the classes as types."""
    return [{"id": name, "name": label} for name, label in classes(current).items()]


def manifest(current: OpenRelease) -> dict[str, Any]:
    """Return what the service says of itself."""
    service = f"{current.iris.base}reconcile"

    def suggest(kind: str) -> dict[str, str]:
        return {
            "service_url": service,
            "service_path": f"/suggest/{kind}",
            "flyout_service_url": service,
            "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
        }

    return {
        "versions": ["0.2"],
        "name": NAME,
        "identifierSpace": current.iris.base,
        "schemaSpace": NS.iri,
        "documentation": f"{current.iris.base}docs/contract#reconciliation",
        "serviceVersion": __version__,
        "defaultTypes": types(current),
        "view": {"url": f"{service}/view?id={{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {kind: suggest(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/extend/propose"},
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


def candidates(current: OpenRelease, query: Query) -> list[Candidate]:
    """Return the things a query may mean, the surest first."""
    return current.matcher.match(
        query.text, classes=query.classes, properties=query.properties, limit=query.limit
    )


def results(current: OpenRelease, queries: Mapping[str, Query]) -> dict[str, Any]:
    """Return the candidates of each query of a batch."""
    labels = classes(current)
    return {
        name: {"result": [_result(c, labels) for c in candidates(current, query)]}
        for name, query in queries.items()
    }


def _result(candidate: Candidate, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": candidate.iri,
        "name": candidate.label,
        "score": candidate.score,
        "match": candidate.match,
        "type": [
            {
                "id": candidate.class_name,
                "name": labels.get(candidate.class_name, candidate.class_name),
            }
        ],
        "features": [{"id": name, "value": value} for name, value in candidate.features],
    }


def suggest_entities(current: OpenRelease, prefix: str, cursor: int) -> dict[str, Any]:
    """Return things with a name like what was typed so far."""
    labels = classes(current)
    matches = current.search_index.suggest(
        prefix, classes=tuple(labels), limit=cursor + _SUGGESTIONS
    )
    return {
        "result": [
            {
                "id": m.iri,
                "name": m.label,
                "description": ", ".join(x for x in (labels[m.class_name], m.member) if x),
                "notable": [{"id": m.class_name, "name": labels[m.class_name]}],
            }
            for m in matches[cursor:]
        ]
    }


def suggest_types(current: OpenRelease, prefix: str) -> list[dict[str, str]]:
    """Return the classes whose name begins as what was typed so far, or has a word that does."""
    return [row for row in types(current) if begins(row, prefix)]


def begins(row: Mapping[str, str], prefix: str) -> bool:
    """Tell whether an id or a name, or a word of one, begins as what was typed so far."""
    typed = prefix.strip().casefold()
    texts = [row["id"].casefold(), row["name"].casefold()]
    return any(
        text.startswith(typed) or any(w.startswith(typed) for w in re.split(r"[\s:]+", text))
        for text in texts
    )
