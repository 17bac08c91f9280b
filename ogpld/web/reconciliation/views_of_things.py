"""What a thing is, in a few lines of HTML that other sites may show in a frame."""

from __future__ import annotations

from html import escape

from ogpld.search.candidates import Candidate
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.pages.links import local_path
from ogpld.web.reconciliation.batches import Extension
from ogpld.web.reconciliation.extending import extend
from ogpld.web.reconciliation.reconciler import classes

#: What pages of other sites may do with a preview: show it, and no more.
PREVIEW_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_LINES = ("member", "plan", "lead", "completion", "iso2", "wikidata")
_LABEL_LENGTH = 400


def thing(current: OpenRelease, iri: str) -> Candidate:
    """Return the thing of an IRI.

    Raises:
        Problem: 404 where there is none.
    """
    exact = [c for c in current.matcher.match(iri, limit=1) if c.reason == "identifier"]
    if not exact or exact[0].iri != iri:
        raise Problem(
            "not-found", f"There is no thing {iri[:200]}.", "ask with an id that /reconcile gave"
        )
    return exact[0]


def page_path(current: OpenRelease, iri: str) -> str:
    """Return the path of this site that an IRI leads to.

    Raises:
        Problem: 404 where it has no page here.
    """
    path = local_path(iri, current.iris)
    if path is None:
        raise Problem("not-found", f"{iri[:200]} has no page here.", "look it up where it is")
    return path


def summary(current: OpenRelease, iri: str) -> str:
    """Return a piece of HTML: label, class, and the values that tell a thing from others.

    Raises:
        Problem: 404 where there is no such thing.
    """
    described = thing(current, iri)
    label = classes(current).get(described.class_name, described.class_name)
    extended = extend(current, Extension((iri,), _LINES))
    lines = []
    for column in extended["meta"]:
        values = [
            str(next(iter(cell.values())) if "name" not in cell else cell["name"])
            for cell in extended["rows"][iri][column["id"]]
        ]
        if values:
            lines.append(f"<li>{escape(column['name'])}: {escape(', '.join(values))}</li>")
    return (
        f'<main><p><span role="heading" aria-level="1"><strong>{escape(described.label[:_LABEL_LENGTH])}'
        f"</strong></span><br>{escape(label)} {escape(described.key)}</p><ul>{''.join(lines)}</ul></main>"
    )


def preview(current: OpenRelease, iri: str) -> bytes:
    """Return a page with the summary of a thing.

    Raises:
        Problem: 404 where there is no such thing.
    """
    body = summary(current, iri)
    title = escape(thing(current, iri).label[:_LABEL_LENGTH])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{body}</body></html>\n"
    ).encode()
