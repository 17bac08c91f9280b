"""Validate with pySHACL the shapes outside of the compiled subset, and read its report.

rdflib gets every literal as it is written and takes ill-typed ones for what they are. pySHACL matches
patterns with Python's `re`; what has another meaning there is refused.

pySHACL never sees a file name or an address: only graphs in memory, no imports, no JavaScript, no
advanced features, and rdflib's SPARQL may load nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import pyshacl
import rdflib.plugins.sparql

from ogpld.errors import GateRefusedError
from ogpld.rdf import (
    RDF,
    SH,
    SHAPES,
    XSD,
    BlankNode,
    Literal,
    Quad,
    Triple,
    parse_quads,
    quads_to_graph,
    term_text,
)
from ogpld.shacl.constraint_parameters import unusable_pattern
from ogpld.shacl.shapes import DelegatedShape, Node, Term
from ogpld.shacl.shapes_graph import IllFormedShapeError, ShapesGraph
from ogpld.shacl.validation_results import ValidationResult
from ogpld.shacl.wellformed import LEXICAL_SPACES, is_well_formed
from ogpld.stores.xpath_regex import RegexError, blocks, engine_regex

_TINY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://w3id.org/ogpld/shapes#tiny> a sh:NodeShape ; sh:targetNode 1 ; sh:pattern "2" ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o FILTER (REGEX(STR(?o), 'x')) }" ] ;
  sh:property [ sh:path [ sh:zeroOrMorePath sh:path ] ; sh:minCount 1 ] .
"""
_TIMES = {rdflib.URIRef(XSD(name).value) for name in ("date", "dateTime", "time")}
_TARGETS = {
    *(SH("targetNode"), SH("targetClass"), SH("targetSubjectsOf"), SH("targetObjectsOf")),
    SH("target"),
}

#: Parts that mean the same in Python's dialect and in XPath's, and the two that are rewritten.
_COMMON = re.compile(
    r"""
    (?P<dot>\.) | (?P<end>\$) | \(\?: | [^\\\[\]?.$] | (?<!\()\?
    | \\[nrtd\\|.?*+(){}\[\]^$/-]
    | \[\^?(?:-(?!-))?(?:
        (?:[^\\\[\]&~|-]|\\[\\|.?*+(){}\[\]^$/-])-(?:[^\\\[\]&~|-]|~(?!~)|\\[\\|.?*+(){}\[\]^$/-])
        |[^\\\[\]&~|-]|\\[nrtd\\|.?*+(){}\[\]^$/-])+-?\]
    """,
    re.VERBOSE | re.ASCII,
)


def python_regex(pattern: str, flags: str) -> str:
    """Return an expression as Python's `re` has it, for the flags i and m.

    Raises:
        RegexError: for an expression that is none, or that Python would take for another.
    """
    engine_regex(pattern, flags)
    out, at = [], 0
    while at < len(pattern):
        part = _COMMON.match(pattern, at)
        if part is None or set(flags) - {"i", "m"}:
            raise RegexError(f"pySHACL has another dialect (character {at + 1})")
        end = "$" if "m" in flags else r"\Z"
        out.append(r"[^\n\r]" if part["dot"] else end if part["end"] else part[0])
        at = part.end()
    return "".join(out)


def judge(
    data: Iterable[Quad], shapes: Iterable[Quad], delegated: Sequence[DelegatedShape]
) -> list[ValidationResult]:
    """Return the results of pySHACL for the delegated shapes.

    Args:
        data: the data, graph names of no matter.
        shapes: the whole shapes graph.
        delegated: the shapes to be judged.

    Raises:
        GateRefusedError: when pySHACL fails, ill-formed shapes included; that is never a pass.
    """
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    _bind_datatypes()
    wanted = {d.node for d in delegated}
    statements = list(data)
    rules = [q for q in _as_pyshacl_reads(list(shapes), wanted, statements) if not _aims(q, wanted)]
    normalises, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        _, report, _ = pyshacl.validate(
            data_graph=_check_dates(quads_to_graph(statements)),
            shacl_graph=quads_to_graph(rules),
            advanced=False,
            js=False,
            inference="none",
            do_owl_imports=False,
            allow_infos=False,
            allow_warnings=False,
        )
    except Exception as error:
        raise GateRefusedError(
            f"the validator failed: {error}", hint="correct the shapes; nothing was validated"
        ) from error
    finally:
        rdflib.NORMALIZE_LITERALS = normalises
    if not isinstance(report, rdflib.Graph):
        raise GateRefusedError(f"the validator gave no report: {report}")
    return _results(parse_quads(report.serialize(format="nt", encoding="utf-8"), "nt"))


def warm_up() -> None:
    """Load every file that pySHACL needs, for a process that may open none later."""
    blocks()
    quads = list(parse_quads(_TINY, "ttl"))
    judge(quads, quads, [DelegatedShape(SHAPES("tiny"), "")])


@lru_cache(maxsize=1)
def _bind_datatypes() -> None:
    """Make rdflib check literals against the lexical spaces of their datatypes, as `is_well_formed` does."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # it tells of every ill-typed literal

    def reader(datatype: str) -> Callable[[str], Any]:
        convert = rdflib.term.XSDToPython.get(rdflib.URIRef(datatype)) or str

        def read(text: str) -> Any:
            if not is_well_formed(text, datatype):
                raise ValueError(f"{text!r} is not in the lexical space of {datatype}")
            try:
                return convert(text)
            except (ValueError, ArithmeticError):  # a year past 9999
                return text

        return read

    for name in LEXICAL_SPACES:
        iri = XSD(name).value
        rdflib.term.bind(rdflib.URIRef(iri), _XsdValue, reader(iri), datatype_specific=True)


class _XsdValue:
    """Python type that rdflib is given for a datatype whose values are only read."""


def _check_dates(data: rdflib.Graph) -> rdflib.Graph:
    """Return the graph; refuse dates that Python cannot hold, as pySHACL takes them for ill-typed.

    Raises:
        ValueError: for such a date, which is a failure of the validator.
    """
    literals = {term for term in data.objects() if isinstance(term, rdflib.Literal)}
    for term in literals:
        if term.datatype in _TIMES and isinstance(term.value, str):
            raise ValueError(f"{term.n3()} is a time that pySHACL cannot hold")
    return data


def _as_pyshacl_reads(
    shapes: Sequence[Quad], wanted: set[Node], data: Sequence[Quad]
) -> Iterator[Quad]:
    """Yield the shapes, rewritten where pySHACL departs from the specification.

    The patterns of shapes to be judged are in Python's dialect; and pySHACL matches a range of
    several subtags with the same tag only, so the tags of the data that begin with one join the list
    (RFC 4647 section 3.3.1).

    Raises:
        UsageError: for a pattern that Python would take for another.
    """
    graph = ShapesGraph(shapes)
    tags = {q.object.language or "" for q in data if isinstance(q.object, Literal)}
    reached: set[Term] = set(wanted)
    waiting: list[Term] = list(wanted)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal | Triple):
            continue
        for values in graph.properties(node).values():
            waiting += [value for value in values if value not in reached]
            reached |= set(values)
    for quad in shapes:
        node = quad.subject
        if quad.predicate == SH("languageIn"):
            yield from _language_list(quad, graph, tags)
            continue
        if quad.predicate != SH("pattern") or node not in reached or isinstance(node, Triple):
            yield quad
            continue
        flags = "".join(term_text(flag) for flag in graph.all(node, SH("flags")))
        try:
            pattern = Literal(python_regex(term_text(quad.object), flags))
        except RegexError as error:
            raise unusable_pattern(node, quad.object, str(error)) from error
        yield Quad(node, quad.predicate, pattern)


def _language_list(quad: Quad, graph: ShapesGraph, tags: set[str]) -> Iterator[Quad]:
    """Yield an `sh:languageIn` with the tags of the data that its ranges match."""
    try:
        members = list(graph.members(quad.object))
    except IllFormedShapeError:  # pySHACL says what is wrong
        yield quad
        return
    ranges = [f"{term_text(member).lower()}-" for member in members]
    longer = sorted(tag for tag in tags if any(tag.startswith(begin) for begin in ranges))
    head: Term = quad.object
    for tag in longer:
        node = BlankNode()
        yield Quad(node, RDF("first"), Literal(tag))
        yield Quad(node, RDF("rest"), head)
        head = node
    yield Quad(quad.subject, quad.predicate, head)


def _aims(quad: Quad, wanted: set[Node]) -> bool:
    """Say whether a statement gives a target to a shape that is not to be judged.

    pySHACL's own option `use_shapes` is of no use: it forgets the shapes inside of those it is given
    and so passes what it should refuse.
    """
    if quad.subject in wanted:
        return False
    implicit = quad.predicate == RDF("type") and not term_text(quad.object).startswith(SH.iri)
    return implicit or quad.predicate in _TARGETS


def _results(quads: Iterable[Quad | Triple]) -> list[ValidationResult]:
    """Return the results of a report; nested ones explain and are no results (section 3.6)."""
    graph = ShapesGraph(quads)
    return [
        _result(graph, node)
        for head in graph.with_object(RDF("type"), SH("ValidationReport"))
        for node in graph.all(head, SH("result"))
        if not isinstance(node, Literal | Triple)
    ]


def _result(graph: ShapesGraph, node: Node) -> ValidationResult:
    def one(name: str) -> Any:
        return graph.one(node, SH(name))

    path = one("resultPath")
    return ValidationResult(
        one("focusNode"),
        None if path is None else graph.path(path),
        one("value"),
        one("sourceConstraintComponent").value,
        one("sourceShape"),
        one("resultSeverity").value,
        tuple(m for m in graph.all(node, SH("resultMessage")) if isinstance(m, Literal)),
        constraint=one("sourceConstraint"),
    )
