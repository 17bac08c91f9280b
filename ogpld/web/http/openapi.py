"""An OpenAPI 3.1 description of the site, made from its routes and the parameters declared for them.

Nothing is written twice: addresses come from the routing table, sentences from the docstrings of the
routes, parameters from `http/parameters.py`, the lists' facets and the questions' files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ogpld import __version__
from ogpld.formats import media
from ogpld.web.http.parameters import FORMAT, Parameter

#: A variable part of a routing rule, with its converter if it has one.
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^:<>]+)>")
#: Names of groups by first path segment; the rest are about the site.
_GROUPS = (
    ("Things and lists", ("id", "doc", "graph", "source", "timemap")),
    ("Questions and SPARQL", ("queries", "sparql", "query", "q", "fragments")),
    ("Search and matching", ("search", "suggest", "opensearch.xml", "reconcile", "match")),
    ("Catalogue and files", ("catalog", "dataset", "dump", ".well-known", "void", "linkset", "claims")),
    ("Releases and changes", ("release", "releases", "feed.atom", "ldes", "activity", "erasures")),
    ("Model", ("ns", "shapes", "code", "context", "context.jsonld", "frame", "schema", "template")),
)  # fmt: skip
_OTHERS = "Site"
#: Methods that OpenAPI 3.1 has a field for; QUERY is not among them.
_METHODS = ("get", "post", "delete")

_ERROR = "A problem: what is wrong, and what to do (RFC 9457)."
#: What every path may answer instead of what was asked for.
_PROBLEM = {"description": _ERROR, "content": {media.PROBLEM.type: {"schema": {"type": "object"}}}}
_PROBLEMS = {status: {"$ref": "#/components/responses/Problem"} for status in ("4XX", "5XX")}


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address does.

    Attributes:
        rule: the address, its variable parts as `<name>` or `<converter:name>`.
        methods: in capitals.
        summary: what it does, one sentence.
        parameters: those of the query.
        media_types: forms of the answer, () where it has one of its own kind.
        body: media types of what is sent, () where nothing is.
        status: of the answer, where all is well; one of a redirect has no form of its own.
    """

    rule: str
    methods: frozenset[str]
    summary: str
    parameters: tuple[Parameter, ...] = ()
    media_types: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    status: int = 200

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it: `/doc/{segment}`."""
        return _VARIABLE.sub(r"{\1}", self.rule)

    @property
    def group(self) -> str:
        """The group it is listed in."""
        first = self.rule.split("/")[1].partition(".<")[0]
        return next((name for name, segments in _GROUPS if first in segments), _OTHERS)


def openapi(
    operations: Iterable[Operation], *, title: str, description: str, server: str, licence: str
) -> dict[str, Any]:
    """Return the description, in the order of the addresses.

    Args:
        operations: what there is.
        title: name of the site.
        description: what it is, with its limits, in Markdown.
        server: address that the paths stand below.
        licence: address of the licence of the data.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in sorted(operations, key=lambda o: o.path):
        item = paths.setdefault(operation.path, {})
        for method in _METHODS:
            if method.upper() in operation.methods:
                item.setdefault(method, _operation(operation, method))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "description": description,
            "license": {"name": "Licence of the data", "url": licence},
        },
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in (*(name for name, _ in _GROUPS), _OTHERS)],
        "paths": paths,
        "components": {"responses": {"Problem": _PROBLEM}},
    }


def _operation(operation: Operation, method: str) -> dict[str, Any]:
    variables = _VARIABLE.findall(operation.rule)
    name = re.sub(r"\W+", "-", operation.path).strip("-") or "home"
    status = HTTPStatus.NO_CONTENT if method == "delete" else HTTPStatus(operation.status)
    answer: dict[str, Any] = {"description": operation.summary}
    if 300 <= status < 400:  # noqa: PLR2004
        answer["headers"] = {"Location": {"description": "Where it is.", **_STRING}}
    elif status == HTTPStatus.OK and operation.media_types:
        answer["content"] = {media_type: {} for media_type in operation.media_types}
    described: dict[str, Any] = {
        "operationId": f"{method}-{name}",
        "summary": operation.summary,
        "tags": [operation.group],
        "parameters": [
            *({"name": v, "in": "path", "required": True, **_STRING} for v in variables),
            *(_query_parameter(parameter, operation) for parameter in operation.parameters),
        ],
        "responses": {str(status.value): answer, **_PROBLEMS},
    }
    if operation.body and method == "post":
        described["requestBody"] = {
            "required": True,
            "content": {media_type: {} for media_type in operation.body},
        }
    return described


_STRING: Mapping[str, Any] = {"schema": {"type": "string"}}


def _query_parameter(parameter: Parameter, operation: Operation) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if parameter.name == FORMAT[0].name and operation.media_types:
        value["examples"] = list(operation.media_types[:1])
    schema = {"type": "array", "items": value} if parameter.repeated else value
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": schema,
        **({"allowEmptyValue": True} if parameter.blank else {}),
    }
