"""What an agent can learn of a release: its schema, examples, answers to queries, descriptions of things.

Queries run in the worker pool under the limits of the public endpoint; nothing runs in this process.
Texts are short, because whoever reads them pays by the word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.iris import is_key
from ogpld.model import Model
from ogpld.model.schema import ClassDef, PropertyDef
from ogpld.queries import bind, load
from ogpld.queries.named import NamedQuery, load_named
from ogpld.queries.named.unknown import summary
from ogpld.rdf import PREFIXES, NamedNode
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.workers.pool import QueryService

_NAMESPACES = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


class AgentTools:
    """Answers about one release.

    Args:
        release: verified before it is opened.
        settings: whose limits hold.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        release.verify()
        self.release = release
        self.settings = settings
        self.iris = release.iris
        self.model: Model = release.model()
        self._pool = QueryService.for_release(release, settings)
        self._pool.start()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def introduction(self) -> str:
        """Return what an agent should know before it asks."""
        settings = self.settings
        return (
            "Action plans, commitments, milestones and assessments of the Open Government "
            f"Partnership as RDF, release {self.release.id}. Read the schema first, then an example "
            "near to your question, then query with SPARQL 1.1. The default graph is the union of "
            "all sources. What nobody has read or coded is absent, not zero; the data covers "
            "what its sources cover, so counts say nothing of the Partnership as a whole. An "
            f"answer has at most {settings.query_rows:,} rows, {settings.query_bytes:,} bytes and "
            f"takes at most {settings.query_deadline:g} s; past a limit it is an error, never a "
            "part: use LIMIT and OFFSET. An example says how many things its answer leaves out "
            "because a value is not known; the example NAME/unknown lists them. SERVICE and "
            "updates are refused."
        )

    def schema(self, name: str = "") -> str:
        """Return classes with numbers of things, or one class or code list in full.

        Raises:
            UsageError: for a name that is neither.
        """
        if name in self.model.classes:
            return "\n".join(self._class(self.model.classes[name]))
        if name in self.model.schemes:
            codes = self.model.schemes[name].codes
            lines = [f"<{code.iri}> {code.label}" for code in codes]
            return f"{len(codes)} codes of the list {name}:\n" + "\n".join(lines)
        if name:
            raise UsageError(
                f"there is no class and no code list {name[:80]!r}",
                hint="call schema without a name for the list of both",
            )
        return "\n".join(self._overview())

    def examples(self, name: str = "") -> str:
        """Return the questions that have names, or one with its query.

        Raises:
            UsageError: for a name that is none.
        """
        named = load_named()
        if name in named:
            return self._example(named[name])
        stem = name.removesuffix("/unknown")
        if stem in named and named[stem].unknown:
            unknown = named[stem].bound_unknown(self._defaults(named[stem]), self.model, self.iris)
            return f"What {stem} leaves out because a value is not known\n\n{unknown}"
        if name:
            raise UsageError(
                f"there is no example {name[:80]!r}", hint="call examples without a name"
            )
        return "\n".join(f"{query.name}: {query.title}" for query in named.values())

    def query(self, text: str, form: str = "csv") -> str:
        """Return the answer to a SPARQL query: csv or json for rows, Turtle for graphs.

        Raises:
            QueryError: as the pool raises it.
            UsageError: for another form.
        """
        if form not in {"csv", "json"}:
            raise UsageError(f"there is no form {form[:20]!r}", hint="use csv or json")
        request = Query(text, (form, "ttl"), base=f"{self.iris.base}sparql")
        return self._pool.answer(request).body.decode()

    def describe(self, thing: str) -> str:
        """Return what the release says of a thing, as Turtle.

        Args:
            thing: its IRI, or class path and key as in `commitment/KEY`.

        Raises:
            UsageError: for something that is neither, or that the release does not know.
        """
        segment, _, key = thing.partition("/")
        iri = thing
        if segment in self.model.by_segment and is_key(key):
            iri = self.iris.thing(segment, key).value
        elif not re.fullmatch(r'https?://[^\s<>"{}|\\^`]+', thing):
            raise UsageError(
                f"{thing[:80]!r} is no IRI and no class with key", hint="write commitment/KEY"
            )
        if not self._pool.describe(iri, 1).quads:
            raise UsageError(f"the release says nothing of {iri[:200]}", hint="search with query")
        return self._pool.answer(Query(f"DESCRIBE <{iri}>", ("", "ttl"))).body.decode()

    def _overview(self) -> Iterator[str]:
        yield "Prefixes (declare those you use):"
        yield "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
        yield f"\nThings have IRIs {self.iris.base}id/CLASS/KEY. Classes, with the number of things:"
        for definition in self.model.classes.values():
            number = self.release.manifest.classes.get(definition.name, 0)
            if number or definition.segment:
                keys = ", ".join(_short(p.iri) for p in definition.properties)
                yield f"\n{_short(definition.iri)} ({number}): {definition.comment}\n  {keys}"
        yield "\nCode lists (call schema with a name for the codes):"
        yield ", ".join(f"{name} ({len(s.codes)})" for name, s in self.model.schemes.items())

    def _class(self, definition: ClassDef) -> Iterator[str]:
        number = self.release.manifest.classes.get(definition.name, 0)
        yield f"{_short(definition.iri)}: {definition.comment} {number} things in this release."
        if definition.segment:
            yield f"IRIs: {self.iris.base}id/{definition.segment}/KEY"
        for prop in definition.properties:
            yield f"{_short(prop.iri)} {_count(prop)} {_range(prop)}: {prop.description}"

    def _defaults(self, query: NamedQuery) -> dict[str, str]:
        """Return the things an example is about: the question's own, or others of the release."""
        values = {}
        for parameter in query.parameters:
            if definition := self.model.classes.get(parameter.kind):
                wanted = self.iris.thing(definition.segment, parameter.default)
                text = bind(load("example-thing"), kind=NamedNode(definition.iri), wanted=wanted)
                rows = json.loads(self.query(text, "json"))["results"]["bindings"]
                things = [row["thing"]["value"] for row in rows]
                if things and wanted.value not in things:
                    values[parameter.name] = things[0].rpartition("/")[2]
        return values

    def _example(self, query: NamedQuery) -> str:
        lines = [query.title, query.description]
        lines += [f"Mind: {query.caveat}"] if query.caveat else []
        lines += [f"An empty answer means: {query.unanswered}"] * bool(query.unanswered)
        if query.unknown:
            unknown = query.bound_unknown(self._defaults(query), self.model, self.iris)
            rows = json.loads(self.query(unknown, "json"))["results"]["bindings"]
            left_out = summary(row["notKnown"]["value"] for row in rows)
            lines.append(f"{left_out}. The example {query.name}/unknown lists them.")
        elif query.whole:
            lines.append(f"Nothing is left out because a value is not known: {query.whole}.")
        lines += ["", query.bound(self._defaults(query), self.model, self.iris)]
        return "\n".join(lines)


def _short(iri: str) -> str:
    """Return an IRI with its prefix."""
    for prefix, namespace in _NAMESPACES:
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _count(definition: PropertyDef) -> str:
    most = "*" if definition.max_count is None else str(definition.max_count)
    return f"[{definition.min_count}..{most}]"


def _range(definition: PropertyDef) -> str:
    """Say what kind of values a property has."""
    if definition.scheme:
        return f"code of {definition.scheme}"
    if definition.thing:
        return _short(definition.thing) if ":" in definition.thing else definition.thing
    if definition.datatypes:
        return " or ".join(_short(datatype) for datatype in definition.datatypes)
    return "IRI" if definition.links else "text"
