"""npm's ldes-client replicates every member of `/ldes`, in any order, and follows what is published later."""

from __future__ import annotations

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from edits import retitle, withdraw
from programs import NODE, node, output
from running import wait_for
from sites import Site, serve_site

from ogpld.rdf import RDF, XSD, DefaultGraph, NamedNode, Quad, Triple, parse_quads
from ogpld.release import Release, Shelf
from ogpld.release.log import read_log
from ogpld.release.lookup import thing_of

NAME = "ldes-client"
CLIENT = NODE / ".bin/ldes-client"
AS = "https://www.w3.org/ns/activitystreams#"


@dataclass
class Member:
    """A change as the client emitted it: what it is, when, of which thing, and the thing's statements."""

    kind: str = ""
    published: str = ""
    thing: str = ""
    content: set[Triple] = field(default_factory=set)


#: The client abbreviates some literals as Turtle does, in lines that are otherwise N-Quads.
_SHORT = re.compile(
    r"^(<[^>]*> <[^>]*>) (?:([-+]?\d+)|([-+]?\d+\.\d+)|(true|false)) (<.*)$", re.MULTILINE
)


def _long(line: re.Match[str]) -> str:
    before, *values, after = line.groups()
    named = zip(values, ("integer", "decimal", "boolean"), strict=True)
    value, datatype = next((value, name) for value, name in named if value)
    return f'{before} "{value}"^^<{XSD.iri}{datatype}> {after}'


def members(text: str) -> dict[str, Member]:
    """Return the members of a client's output, by IRI and in its order."""
    found: dict[str, Member] = {}
    for quad in parse_quads(_SHORT.sub(_long, text), "nq"):
        if quad.graph_name != DefaultGraph():
            assert isinstance(quad.graph_name, NamedNode)
            found.setdefault(quad.graph_name.value, Member()).content.add(quad.triple)
            continue
        assert isinstance(quad.subject, NamedNode)
        member = found.setdefault(quad.subject.value, Member())
        _state(member, quad)
    return found


def _state(member: Member, quad: Quad) -> None:
    value = getattr(quad.object, "value", "")
    if quad.predicate == RDF("type"):
        member.kind = value.removeprefix(AS)
    elif quad.predicate.value == f"{AS}published":
        member.published = value
    elif quad.predicate.value == f"{AS}object":
        member.thing = value


def logged(release: Release) -> set[tuple[str, str, str]]:
    """Return member, kind and thing of every change of a release, from its change log."""
    base = release.manifest.base_iri
    return {
        (f"{base}release/{release.id}#{c.thing.removeprefix(f'{base}id/')}", c.kind, c.thing)
        for c in read_log(release)
    }


def told(found: dict[str, Member]) -> set[tuple[str, str, str]]:
    """Return member, kind and thing of what a client emitted."""
    return {(iri, member.kind, member.thing) for iri, member in found.items()}


def said(release: Release) -> dict[str, set[Triple]]:
    """Return what a release says of each thing with its parts."""
    found: dict[str, set[Triple]] = {}
    begin = f"<{release.manifest.base_iri}id/".encode()
    lines = [line for line in release.lines() if line.startswith(begin)]
    for line, quad in zip(lines, parse_quads(b"".join(lines), "nq"), strict=True):
        thing = thing_of(line.split(b" ", 1)[0])[1:-1].decode()
        found.setdefault(thing, set()).add(quad.triple)
    return found


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with three releases: the shipped data, a corrected title, a member withdrawn."""
    with serve_site(tmp_path_factory.mktemp("changed")) as site:
        retitle(site.data, "EE0045", "A title that was corrected")
        site.publish()
        withdraw(site.data, "FIN")
        site.publish()
        yield site


@pytest.mark.counterpart(NAME)
@pytest.mark.parametrize("order", ["none", "ascending"])
def test_every_member_arrives(changed: Site, tmp_path: Path, order: str) -> None:
    """Each change of the log once, with what its release said of the thing; in order where asked for."""
    program = node(NAME, "ldes-client")
    text = output([program, CLIENT, f"{changed.url}/ldes", "-o", order], cwd=tmp_path)
    releases = Shelf(changed.settings.home).releases()
    found = members(text)
    assert told(found) == set.union(*(logged(release) for release in releases))
    assert Counter(m.kind for m in found.values()).keys() == {"Create", "Update", "Delete"}
    for release in releases:
        data = said(release)
        for iri, _, thing in logged(release):
            assert found[iri].content == data.get(thing, set()), iri
    if order == "ascending":
        times = [member.published for member in found.values()]
        assert times == sorted(times)
        assert len(set(times)) == len(releases)


@contextmanager
def follower(address: str, folder: Path) -> Iterator[Path]:
    """Let a client follow a stream; yield the file it writes to."""
    written = folder / "followed.nq"
    command = [node(NAME, "ldes-client"), CLIENT, address, "-f", "--poll-interval", "200"]
    with written.open("wb") as out, (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=out, stderr=log, cwd=folder)
    try:
        yield written
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def whole(written: Path) -> str:
    """Return the lines of a file that is being written, without one that is cut."""
    return written.read_text().rpartition("\n")[0]


@pytest.mark.counterpart(NAME)
def test_a_follower_receives_what_is_published_later(own_site: Site, tmp_path: Path) -> None:
    """The changes of two releases that come while it runs, and nothing twice."""
    with follower(f"{own_site.url}/ldes", tmp_path) as written:
        (first,) = Shelf(own_site.settings.home).releases()
        expected = logged(first)
        wait_for(lambda: told(members(whole(written))) == expected, 60)
        retitle(own_site.data, "EE0045", "A title that was corrected")
        expected |= logged(own_site.publish())
        wait_for(lambda: told(members(whole(written))) == expected, 60)
        withdraw(own_site.data, "FIN")
        expected |= logged(own_site.publish())
        wait_for(lambda: told(members(whole(written))) == expected, 60)
        lines = [line for line in whole(written).splitlines() if line]
        assert len(lines) == len(set(lines))
