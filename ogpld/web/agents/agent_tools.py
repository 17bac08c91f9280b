"""What the tools answer: search, schema, questions, SPARQL, one thing, coverage.

Callers' queries go to the workers by the way that `run` is, with its limits and budgets; nothing that is
sent is evaluated here. Every answer has the release, what the data cannot say, and the address that gives it
again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from ogpld.agents.tool import Json
from ogpld.errors import UsageError
from ogpld.model.schema import ClassDef
from ogpld.queries import bind, load
from ogpld.queries.named import NamedQuery, load_named
from ogpld.queries.named.unknown import summary
from ogpld.rdf import PREFIXES, RDF, NamedNode
from ogpld.stores import Answer, Query
from ogpld.web.agents.agent_names import (
    class_of_name,
    model_name,
    near_names,
    near_questions,
    other_words,
    properties_of_name,
    reasons_for_nothing,
    search_class,
    thing_of_name,
)
from ogpld.web.agents.answer_parts import (
    MOST_ROWS,
    ROWS,
    code_address,
    envelope,
    limits_of,
    named_and_receipted,
    page_of,
    part_of,
    permanent_address,
    plain_row,
    things_in,
    unknown_cells,
)
from ogpld.web.agents.known_values import check_owners, known_values
from ogpld.web.agents.model_text import class_text, codes_text, overview, property_lines, short
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import coverage, covered, of_list
from ogpld.web.lists.list_index import labels
from ogpld.web.lists.receipts import graph_origins, statements_of
from ogpld.web.lists.thing_names import defaults, key_of, typed_value

Run = Callable[[Query], Answer]
_TYPE = RDF("type").value
_UNSTABLE = (
    "The answer may be another each time it is asked (SERVICE, NOW, RAND, UUID, blank nodes that are made), "
    "so it has no address to cite: give the query and the release."
)
_ABSENT = "No row is no proof: what nobody has read or coded is absent here."


class AgentTools:
    """The functions behind the tools; each takes checked arguments and returns JSON.

    Args:
        serving: the release.
        run: what answers callers' queries.
    """

    def __init__(self, serving: OpenRelease, run: Run) -> None:
        self._serving = serving
        self._run = run

    def search(self, text: str, limit: int = ROWS, offset: int = 0, **more: str) -> Json:
        """Return the things that a text may mean, best first."""
        serving = self._serving
        name, member = more.get("class", ""), more.get("member", "")
        classes = (search_class(serving, name),) if name else ()
        if member:
            member = key_of(serving, serving.model.classes["Member"], member, "member")
        results = serving.search_index.search(
            text, classes=classes, limit=limit, offset=offset, member=member
        )
        matches = [
            {
                "thing": match.iri,
                "class": match.class_name,
                "label": match.label,
                "matched": match.topic or match.name,
                "member": match.member,
                "score": match.score,
            }
            for match in results.matches
        ]
        part, extent = part_of(matches, offset, results.total, exact=results.exact)
        sentences: list[str] = [*of_list(serving, "Commitment", {})]
        if not results.total:
            nothing = f"Nothing here is called {text[:80]!r}. {_ABSENT}"
            sentences += [nothing, *other_words(serving, text)]
        return {
            **envelope(serving, sentences, self._release_address()),
            "matches": part,
            **extent,
        }

    def schema(self, name: str = "") -> Json:
        """Return classes with numbers of things, or one class or code list in full.

        Raises:
            UsageError: for a name that is neither.
        """
        model = self._serving.model
        meant = model_name(self._serving, name)
        if meant in model.classes:
            lines = list(class_text(self._serving, model.classes[meant]))
        elif meant in model.schemes:
            lines = list(codes_text(self._serving, model.schemes[meant]))
        elif properties := properties_of_name(self._serving, name):
            lines = [
                f"{short(definition.iri)} has {line}"
                for definition, prop in properties
                for line in property_lines(self._serving, definition, (prop,))
            ]
        elif name:
            raise UsageError(
                f"there is no class, no code list and no property {name[:80]!r}",
                hint=near_names(self._serving, name),
            )
        else:
            lines = list(overview(self._serving))
        sentences = of_list(self._serving, "Commitment", {})
        return {
            **envelope(self._serving, sentences, self._release_address()),
            "text": "\n".join(lines),
        }

    def questions(self) -> Json:
        """Return the questions that have names."""
        serving = self._serving
        values = {query.name: defaults(serving, query) for query in load_named().values()}
        listed = [
            {
                "name": query.name,
                "title": query.title,
                "topic": query.topic,
                "parameters": [
                    {
                        "name": p.name,
                        "label": p.label,
                        "allowed": p.allowed(serving.model),
                        "default": values[query.name].get(p.name, p.default),
                    }
                    for p in query.parameters
                ],
            }
            for query in load_named().values()
        ]
        sentences = of_list(serving, "Commitment", {})
        return {**envelope(serving, sentences, self._release_address()), "questions": listed}

    def ask_question(
        self,
        name: str,
        values: Mapping[str, str] | None = None,
        limit: int = ROWS,
        offset: int = 0,
    ) -> Json:
        """Return the answer to a question.

        Raises:
            UsageError: for an unknown question or value, with candidates.
            QueryError: as the workers raise it.
        """
        serving = self._serving
        query = load_named().get(name)
        if query is None:
            raise UsageError(f"there is no question {name[:80]!r}", hint=near_questions(name))
        full = defaults(serving, query) | self._keys(query, values or {})
        text = query.bound(full, serving.model, serving.iris)
        sentences = [query.caveat, *covered(query, full, serving)]
        content = self._answer(text, limit, offset, sentences)
        if not content["total"]:
            content["cannotSay"] += [query.unanswered] if query.unanswered else []
        return {
            **content,
            "title": query.title,
            "values": {p.name: full.get(p.name) or p.default for p in query.parameters},
            **self._left_out(query, full),
        }

    def sparql(self, query: str, limit: int = ROWS, offset: int = 0) -> Json:
        """Return the answer to a query of the caller.

        Raises:
            QueryError: as the workers raise it.
        """
        return self._answer(query, limit, offset, [])

    def get(self, thing: str, limit: int = MOST_ROWS, offset: int = 0) -> Json:
        """Return what the release says of a thing.

        Raises:
            UsageError: for something that is none, or that the release does not know.
        """
        serving = self._serving
        iri = thing_of_name(serving, thing)
        node = NamedNode(iri)
        quads = sorted((n, v, g) for _, g, n, v in statements_of([iri], serving.select))
        if not quads:
            raise UsageError(f"the release says nothing of {iri[:200]}", hint="call search")
        origins = graph_origins(serving)
        sources: dict[str, list[str]] = {}
        for name, value, graph in quads:
            if name == PREFIXES["prov"] + "wasDerivedFrom":
                sources.setdefault(graph, []).append(value)
        statements = []
        for name, value, graph in quads:
            origin = origins.get(graph)
            statements.append(
                {
                    "property": short(name),
                    "value": value,
                    "graph": graph,
                    "how": origin.how if origin else "the model",
                    "rows": sources.get(graph, []),
                    "pages": list(origin.pages) if origin else [],
                }
            )
        part, extent = page_of(statements, offset, limit)
        own = [value for _, value, _ in quads if serving.iris.is_thing(value)]
        types = {value for _, value, _ in quads}
        sentences = limits_of(serving, [iri, *own], [{"graph": graph} for graph in sources])
        text = bind(load("thing-statements"), thing=node)
        links = serving.select("thing-links", thing=node)
        return {
            **envelope(serving, sentences, permanent_address(serving, text)),
            "thing": iri,
            "document": serving.iris.document(iri)
            if serving.iris.is_thing(iri)
            else code_address(serving, iri),
            "statements": part,
            **extent,
            "labels": {key: label for key, (label, _) in labels(serving, [iri, *own]).items()},
            "notKnown": self._not_known(types, {name for name, _, _ in quads}),
            "linkedFrom": {short(row["property"]): int(row["things"]) for row in links},
        }

    def coverage(self, member: str = "", plan: str = "", **more: str) -> Json:
        """Return what is held of a member, a plan or the whole.

        Raises:
            UsageError: for an unknown one, with candidates, and for a plan that is not the member's.
        """
        serving = self._serving
        definition = class_of_name(serving, more.get("class") or "Commitment")
        wanted = {"Member": ("member", member), "ActionPlan": ("plan", plan)}
        owners = {
            name: self._owner(serving.model.classes[name], text, parameter)
            for name, (parameter, text) in wanted.items()
            if text
        }
        check_owners(serving, owners)
        iris = list(owners.values())
        held = coverage(serving)
        sentences = of_list(serving, "Commitment", {"": iris})
        left_out = {
            text for iri in iris if iri in held.members for text in held.members[iri].leaves_out
        }
        left_out = left_out or set() if iris else set(serving.left_out.values())
        counts, text = known_values(serving, definition, owners)
        return {
            **envelope(serving, sentences, permanent_address(serving, text)),
            "held": sentences,
            "leavesOut": sorted(left_out),
            "class": definition.name,
            "things": counts.get(_TYPE, 0),
            "values": [
                {"property": short(p.iri), "name": p.name, "things": counts.get(p.iri, 0)}
                for p in definition.properties
            ],
        }

    def _answer(self, text: str, limit: int, offset: int, sentences: list[str]) -> Json:
        """Return the answer to a query, with receipts and what it cannot say."""
        serving = self._serving
        answer = self._run(Query(text, ("json", "nt"), base=f"{serving.iris.base}sparql"))
        address = permanent_address(serving, text)
        sentences += [] if address else [_UNSTABLE]
        if answer.kind == "graph":
            triples = answer.body.decode().removesuffix("\n").split("\n") if answer.body else []
            part, extent = page_of(triples, offset, limit)
            subjects = [line.partition(">")[0][1:] for line in part if line.startswith("<")]
            named = named_and_receipted(serving, dict.fromkeys(subjects, ()))
            more = {"triples": part, **extent}
            things = subjects
        else:
            content = json.loads(answer.body)
            if "boolean" in content:
                more = {"boolean": content["boolean"], "total": 1, "returned": 1, "complete": True}
                if not content["boolean"]:
                    sentences += [f"The pattern has no match. {_ABSENT}"]
                    sentences += reasons_for_nothing(serving, text)
                named, things = {"labels": {}, "receipts": []}, []
            else:
                names, rows = content["head"]["vars"], content["results"]["bindings"]
                if all(term["value"] == "0" for row in rows for term in row.values()):
                    sentences += [_ABSENT, *reasons_for_nothing(serving, text)]
                sentences += unknown_cells(names, rows)
                plain = [plain_row(names, row) for row in rows]
                part, extent = page_of(plain, offset, limit)
                beside = things_in(rows[offset : offset + len(part)])
                named = named_and_receipted(serving, beside)
                more = {"columns": names, "rows": part, **extent}
                things = list(beside)
        sentences += limits_of(serving, things, named["receipts"])
        return {**envelope(serving, sentences, address), "query": text, **more, **named}

    def _left_out(self, query: NamedQuery, values: Mapping[str, str]) -> Json:
        """Return how many things a question leaves out for a value that is not known, and their list."""
        if not query.unknown:
            return {"leftOut": {"total": 0, "why": query.whole or "not told"}}
        serving = self._serving
        text = query.bound_unknown(values, serving.model, serving.iris)
        body = self._run(Query(text, ("json", ""))).body
        unknown = summary(
            row["notKnown"]["value"] for row in json.loads(body)["results"]["bindings"]
        )
        groups = [{"notKnown": label, "things": number} for label, number in unknown.groups]
        return {
            "leftOut": {
                "total": unknown.total,
                "groups": groups,
                "list": permanent_address(serving, text),
            }
        }

    def _keys(self, query: NamedQuery, values: Mapping[str, str]) -> dict[str, str]:
        """Return values with names of things and codes as keys and notations."""
        parameters = {parameter.name: parameter for parameter in query.parameters}
        return {
            name: typed_value(self._serving, parameters[name], text)
            if text and name in parameters
            else text
            for name, text in values.items()
        }

    def _owner(self, definition: ClassDef, text: str, parameter: str) -> str:
        """Return the IRI of the member or plan that has this key or name.

        Raises:
            UsageError: where there is none, which is to be said, not guessed.
        """
        serving = self._serving
        try:
            key = key_of(serving, definition, text, parameter)
        except UsageError as error:
            hint = f"{error.hint}; where none is meant, this release holds nothing of it: say so"
            raise UsageError(error.message, hint=hint) from error
        return serving.iris.thing(definition.segment, key).value

    def _not_known(self, types: set[str], stated: set[str]) -> list[str]:
        """Return the properties of a thing's classes of which it has no value."""
        classes = [d for iri, d in self._serving.model.by_class_iri.items() if iri in types]
        missing = (
            p for definition in classes for p in definition.properties if p.iri not in stated
        )
        return list(dict.fromkeys(short(p.iri) for p in missing))

    def _release_address(self) -> str:
        return f"{self._serving.iris.base}release/{self._serving.release.id}"
