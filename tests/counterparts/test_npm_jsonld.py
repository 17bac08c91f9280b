"""The jsonld package of npm reads every JSON-LD document to the statements its N-Triples make."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from support.programs import NODE, node, output
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.rdf import parse_quads, serialise, term_text
from ogpld.release import Release
from ogpld.web.server.create_application import create_wsgi_application

HERE = Path(__file__).parent
NAME = "npm-jsonld"
CODE = "https://w3id.org/ogpld/code/"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


def addresses(release: Release) -> list[str]:
    """Return the path of every document: of things, graphs, codes, and of what describes them."""
    base = release.manifest.base_iri
    subjects = {line.split(b" ", 1)[0][1:-1].decode().partition("#")[0] for line in release.lines()}
    paths = {
        s.removeprefix(base).replace("id/", "/doc/", 1)
        for s in subjects
        if s.startswith(f"{base}id/")
    }
    paths |= {
        f"/{s.removeprefix(base)}" for s in subjects if re.match(f"{base}(graph|dataset)/", s)
    }
    paths |= {f"/code/{s.removeprefix(CODE)}" for s in subjects if s.startswith(CODE)}
    return [*sorted(paths), "/catalog", f"/release/{release.id}/validation"]


def fetched(client: Client, path: str, media_type: str) -> bytes:
    """Return the body of a path in a form it must have."""
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.status_code == 200, path
    assert answer.content_type.partition(";")[0] == media_type, path
    return answer.data


def contexts(document: bytes) -> set[str]:
    """Return the addresses of the contexts a document names."""
    read = json.loads(document)
    context = read.get("@context", []) if isinstance(read, dict) else []
    entries = context if isinstance(context, list) else [context]
    return {entry for entry in entries if isinstance(entry, str)}


@dataclass
class Documents:
    """Documents in files, each with the statements it should make, for Node to read in one process."""

    program: str
    folder: Path
    contexts: dict[str, str] = field(default_factory=dict)
    pairs: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def add(
        self, address: str, document: bytes, rdf: bytes, form: str = "ttl", *, part: bool = False
    ) -> None:
        """Add a document that should say what Turtle or N-Quads say, or a part of it."""
        written = self.folder / f"{len(self.pairs)}.jsonld"
        written.write_bytes(document)
        statements = written.with_suffix(".nq")
        statements.write_bytes(serialise(parse_quads(rdf, form), "nq"))
        self.pairs.append((address, str(written), str(statements), part))

    def add_context(self, address: str, context: bytes) -> None:
        """Let a context be loaded by its address."""
        file = self.folder / f"context-{len(self.contexts)}"
        file.write_bytes(context)
        self.contexts[address] = str(file)

    def differing(self) -> list[dict[str, Any]]:
        """Return what Node tells of the documents that make other statements."""
        job = self.folder / "job.json"
        job.write_text(json.dumps({"contexts": self.contexts, "documents": self.pairs}))
        environment = {**os.environ, "NODE_PATH": str(NODE)}
        output_text = output([self.program, HERE / "jsonld.cjs", job], env=environment)
        differences: list[dict[str, Any]] = json.loads(output_text)
        return differences


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    """No documents yet, and a Node to read them."""
    return Documents(node(NAME, "jsonld"), tmp_path)


def gather(
    documents: Documents,
    client: Client,
    release: Release,
    paths: list[str],
    query_string: str = "",
    *,
    part: bool = False,
) -> None:
    """Add the documents of paths, asked for in some shape, and the contexts they name."""
    named: set[str] = set()
    for path in paths:
        written = fetched(client, path + query_string, "application/ld+json")
        named |= contexts(written)
        # a page of a list names its neighbours in its own form
        plain = path.partition("?")[0]
        written = written.replace(f"{plain}.jsonld".encode(), f"{plain}.ttl".encode())
        address = release.manifest.base_iri.rstrip("/") + path + query_string
        documents.add(address, written, fetched(client, path, "text/turtle"), part=part)
    for context in sorted(named - documents.contexts.keys()):
        path = urlsplit(context).path
        documents.add_context(context, fetched(client, path, "application/ld+json"))


@pytest.mark.counterpart(NAME)
def test_every_document_makes_the_same_statements(
    documents: Documents, client: Client, release: Release
) -> None:
    """All of the shipped release; an address outside of our contexts is never asked."""
    gather(documents, client, release, addresses(release))
    assert len(documents.pairs) > 2000
    differing = documents.differing()
    assert not differing, f"{len(differing)} differ, such as {differing[:3]}"


@pytest.mark.counterpart(NAME)
@pytest.mark.parametrize(
    "query_string",
    ["?_profile=expanded", "?_profile=flattened", "?_profile=framed", "?_context=inline"],
)
def test_every_shape_makes_the_same_statements(
    documents: Documents, client: Client, release: Release, query_string: str
) -> None:
    """Things of every class; a framed document is the thing and what belongs to it, no more."""
    things: dict[str, list[str]] = {}
    for path in addresses(release):
        if path.startswith("/doc/"):
            things.setdefault(path.split("/")[2], []).append(path)
    assert len(things) == 9, things.keys()
    chosen = [path for paths in things.values() for path in paths[:: len(paths) // 10 + 1]]
    gather(documents, client, release, chosen, query_string, part="framed" in query_string)
    differing = documents.differing()
    assert not differing, f"{len(differing)} differ, such as {differing[:3]}"


@pytest.mark.counterpart(NAME)
def test_every_list_makes_the_same_statements(
    documents: Documents, client: Client, release: Release
) -> None:
    """The first pages of the list of each class."""
    classes = {path.split("/")[2] for path in addresses(release) if path.startswith("/doc/")}
    gather(documents, client, release, [f"/doc/{name}" for name in sorted(classes)])
    gather(documents, client, release, ["/doc/assessment?page=2", "/doc/commitment?member=EST"])
    assert documents.differing() == []


@pytest.mark.counterpart(NAME)
def test_graphs_the_endpoint_gives_make_the_same_statements(
    documents: Documents, client: Client, release: Release
) -> None:
    """CONSTRUCT and DESCRIBE."""
    plan = f"<{release.manifest.base_iri}id/action-plan/EST04>"
    queries = (f"DESCRIBE {plan}", f"CONSTRUCT {{ ?s ?p {plan} }} WHERE {{ ?s ?p {plan} }}")
    paths = [f"/sparql?{urlencode({'query': query})}" for query in queries]
    gather(documents, client, release, paths)
    assert documents.differing() == []


@pytest.mark.counterpart(NAME)
def test_the_event_stream_makes_the_same_statements(documents: Documents, client: Client) -> None:
    """Its root and every page, with their named graphs."""
    root = fetched(client, "/ldes", "application/n-quads")
    nodes = {
        urlsplit(term_text(quad.object)).path
        for quad in parse_quads(root, "nq")
        if quad.predicate.value == "https://w3id.org/tree#node"
    }
    assert len(nodes) > 5
    for path in ("/ldes", *sorted(nodes)):
        forms = ("application/ld+json", "application/n-quads")
        written, quads = (fetched(client, path, form) for form in forms)
        documents.add(path, written, quads, "nq")
    assert documents.differing() == []


@pytest.mark.counterpart(NAME)
def test_a_difference_is_told(documents: Documents) -> None:
    """A statement too many or lacking, a context that is not ours, a key without a meaning."""
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    thing = b'{"@id": "https://example.org/a", "%s": "%s"}'
    turtle = f'<https://example.org/a> <{label}> "same" .'.encode()
    documents.add("https://example.org/same", thing % (label.encode(), b"same"), turtle)
    documents.add("https://example.org/other", thing % (label.encode(), b"other"), turtle)
    documents.add("https://example.org/key", thing % (b"label", b"same"), turtle)
    foreign = b'{"@context": "https://example.org/context", "@id": "https://example.org/a"}'
    documents.add("https://example.org/foreign", foreign, turtle)
    other, key, context = documents.differing()
    assert other == {
        "address": "https://example.org/other",
        "only": [[turtle.decode()], [turtle.decode().replace("same", "other")]],
    }
    assert key["address"] == "https://example.org/key"
    assert "loading remote context failed" in context["error"]
