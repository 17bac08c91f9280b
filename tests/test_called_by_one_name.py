"""A thing is called by one name everywhere, also where none of its names is in English."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import permutations
from types import SimpleNamespace

import pytest
from support.running import ROOT

from ogpld.catalogue.ldes import StreamPage, page_quads
from ogpld.dumps.belonging import Belonging
from ogpld.dumps.thing_reader import things
from ogpld.iris import Iris
from ogpld.language_tags import nearest_label, nearest_name
from ogpld.model import Model, load_model
from ogpld.rdf import RDFS, Literal, Quad, parse_quads, term_text
from ogpld.release.changes import CREATE, Change, changes_of
from ogpld.release.patch import Difference
from ogpld.search.name_table import named_things
from ogpld.statistics.release_records import read_statistics
from ogpld.web.pages.graphs import Graph

BASE = "https://data.example/"
MEMBER = f"{BASE}id/member/XYZ"
#: Names of a member; the nearest of the first three is `Beta`, which stands neither first nor last in any order.
NAMES = (("Zeta", "fr"), ("Alpha", "ka"), ("Beta", "und"))


class _Lines:
    """A release of one member, of whose names and those of its territory alone there are lines."""

    def __init__(self, names: tuple[tuple[str, str], ...], model: Model) -> None:
        self.id, self.iris, self._model = "1-0", Iris(BASE), model
        self.manifest = SimpleNamespace(base_iri=BASE, created="2026-11-30T00:00:00Z")
        statements = [
            f"<{MEMBER}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ogpld/ns#Member>",
            f'<{MEMBER}#territory> <{RDFS("label").value}> "Land"@en',
            *(f"<{MEMBER}> <{RDFS('label').value}> {Literal(t, language=tag)}" for t, tag in names),
        ]
        self._content = [f"{text} <{BASE}graph/x> .\n".encode() for text in statements]

    def model(self) -> Model:
        return self._model

    def lines(self) -> list[bytes]:
        return sorted(self._content)

    @cached_property
    def quads(self) -> list[Quad]:
        return list(parse_quads(b"".join(self._content), "nq"))


@pytest.fixture(scope="module")
def model() -> Model:
    """Return the shipped model."""
    return load_model(ROOT / "ontology", ROOT / "shapes")


def _in_tables(release: _Lines) -> str:
    belonging = Belonging(release.model(), release.iris)
    belonging.read(things(release.lines()))
    return belonging.labels[MEMBER]


def _in_search(release: _Lines) -> str:
    return next(named_things(release)).label  # type: ignore[arg-type]


def _in_statistics(release: _Lines) -> str:
    return read_statistics(release).members["XYZ"].label  # type: ignore[arg-type]


def _in_the_log(release: _Lines) -> str:
    lines = release.lines()
    changes = changes_of(Difference(tuple(lines)), BASE, lambda _: lines, old_base="")
    return next(change.label for change in changes if change.thing == MEMBER)


def _in_the_stream(release: _Lines) -> str:
    """A log of an earlier version has no language; every name of the thing has the label's text here."""
    page = StreamPage(release, 1, [Change(MEMBER, CREATE, "Same")])  # type: ignore[arg-type]
    same = [Literal("Same", language=q.object.language) for q in release.quads if _is_label(q)]
    quads = [q for q in release.quads if not _is_label(q)]
    text = "".join(f"<{MEMBER}> <{RDFS('label').value}> {name} .\n" for name in same)
    quads += parse_quads(text, "nq")
    content = page_quads(release.iris, page, {MEMBER: quads})
    tag = next(q.object.language for q in content if "#member/" in q.subject.value and _labels(q))
    return next(q.object.value for q in release.quads if _is_label(q) and q.object.language == tag)


def _in_the_vocabulary(release: _Lines) -> str:
    return Graph(release.quads).text(MEMBER, RDFS("label"))


def _labels(quad: Quad) -> bool:
    return quad.predicate == RDFS("label")


def _is_label(quad: Quad) -> bool:
    return _labels(quad) and term_text(quad.subject) == MEMBER


@pytest.mark.parametrize(
    "reading",
    [_in_tables, _in_search, _in_statistics, _in_the_log, _in_the_stream, _in_the_vocabulary],
)
@pytest.mark.parametrize(
    ("names", "name"),
    [
        (NAMES, "Beta"),
        (NAMES[:2], "Zeta"),  # any, in the order of tags
        ((*NAMES, ("Omega", "en")), "Omega"),
        ((("Machine", "en-t-fr"), ("Zeta", "fr")), "Machine"),
        ((("Machine", "en-t-fr"), ("Yonder", "en-GB"), ("Beta", "und")), "Machine"),
    ],
)
def test_one_name_everywhere(
    reading: Callable[[_Lines], str], names: tuple[tuple[str, str], ...], name: str, model: Model
) -> None:
    """Tables, search, statistics, the change log, its stream and the vocabulary call it alike (docs/contract.md)."""
    assert nearest_name(names, "en")[0] == name
    for order in permutations(names):
        assert nearest_label(Literal(t, language=tag) for t, tag in order).value == name
        assert reading(_Lines(order, model)) == name


def test_the_new_name_comes_before_the_old_one(model: Model) -> None:
    """The log tells the name that the release has, in whatever language, else the nearest of the one before."""
    old, new = _Lines((("Old", "en"),), model).lines(), _Lines((("Zeta", "fr"),), model).lines()
    difference = Difference.between(old, new)
    changes = changes_of(difference, BASE, lambda _: new, old_base="")
    assert [(c.label, c.language) for c in changes] == [("Zeta", "fr")]
    gone = changes_of(
        Difference((), tuple(_Lines(NAMES, model).lines())), BASE, lambda _: [], old_base=""
    )
    assert [(c.kind, c.label, c.language) for c in gone] == [("Delete", "Beta", "und")]
