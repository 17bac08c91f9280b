"""A triple pattern as the parameters of a Triple Pattern Fragments server write it.

A term is written as in Hydra's ExplicitRepresentation (Hydra Core Vocabulary, 5.5): an IRI as it is, a
literal in quotes with `@` and its language or `^^` and its datatype. `?name` and nothing at all stand for
every term; a name that stands twice stands for one term. What is between the outer quotes is the text itself,
without escapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from ogpld.rdf import XSD, Literal, NamedNode, Variable
from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem

Term = NamedNode | Literal | Variable

#: The parameters, in the order of a statement.
POSITIONS = ("subject", "predicate", "object")
#: Characters of a term.
_LONGEST = 8_000
_LITERAL = re.compile(
    r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype>\S+))?',
    re.DOTALL,
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_NAME = re.compile(r"\?[A-Za-z0-9_]+")
#: In front of names of the request's own, which may be those of POSITIONS.
_OWN = "own_"
_EXPECTED_IRI = "an IRI like https://w3id.org/ogpld/ns#Commitment"
_EXPECTED = f'{_EXPECTED_IRI}, or a literal: "a text", "a text"@en, "2014"^^{XSD("gYear").value}'


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """Three terms, some of them variables.

    Attributes:
        terms: subject, predicate and object.
    """

    terms: tuple[Term, Term, Term]

    @property
    def is_everything(self) -> bool:
        """Whether every statement matches."""
        return len({term for term in self.terms if isinstance(term, Variable)}) == len(self.terms)

    @property
    def by_position(self) -> dict[str, Term]:
        """The terms by the name of their parameter."""
        return dict(zip(POSITIONS, self.terms, strict=True))

    @property
    def query(self) -> str:
        """The pattern as it stands in addresses, the same however it was written; "" for everything."""
        if self.is_everything:
            return ""
        texts = {name: written(term) for name, term in self.by_position.items()}
        return "&".join(f"{name}={quote(text, safe='')}" for name, text in texts.items() if text)


def read_pattern(request: Request) -> TriplePattern:
    """Return the pattern a request asks for.

    Raises:
        Problem: 400 for a term that cannot be read or cannot stand where it stands.
    """
    texts = {name: request.args.get(name, "").strip() for name in POSITIONS}
    for name, text in texts.items():
        # a variable that stands once is any term, whatever it is called
        if _NAME.fullmatch(text) and [*texts.values()].count(text) == 1:
            texts[name] = ""
    subject, predicate, value = (_read(name, text) for name, text in texts.items())
    return TriplePattern((subject, predicate, value))


def written(term: Term) -> str:
    """Return a term as parameters have it; "" for a variable that is named after its place."""
    if isinstance(term, Variable):
        return "" if term.value in POSITIONS else f"?{term.value.removeprefix(_OWN)}"
    if not isinstance(term, Literal):
        return term.value
    if term.language:
        return f'"{term.value}"@{term.language}'
    plain = term.datatype == XSD("string")
    return f'"{term.value}"' if plain else f'"{term.value}"^^{term.datatype.value}'


def _read(name: str, text: str) -> Term:
    """Return the term of a parameter."""
    if not text:
        return Variable(name)
    if len(text) > _LONGEST:
        raise _unreadable(name, text, f"is longer than {_LONGEST:,} characters")
    if _NAME.fullmatch(text):
        return Variable(_OWN + text[1:])
    try:
        if text.startswith('"'):
            return _literal(name, text)
        iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text
        if not _ABSOLUTE.fullmatch(iri) or iri.startswith("_:"):
            raise ValueError(text)
        return NamedNode(iri)
    except ValueError as error:
        what = "is a blank node, and there are none" if text.startswith("_:") else "is no term"
        raise _unreadable(name, text, what) from error


def _literal(name: str, text: str) -> Literal:
    if name != "object":
        raise _unreadable(name, text, "is a literal")
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if language := match["language"]:
        return Literal(match["text"], language=language.lower())
    datatype = match["datatype"]
    if datatype is None:
        return Literal(match["text"])
    iri = datatype.removeprefix("<").removesuffix(">")
    iri = XSD(iri.removeprefix("xsd:")).value if iri.startswith("xsd:") else iri
    if not _ABSOLUTE.fullmatch(iri):
        raise ValueError(text)
    return Literal(match["text"], datatype=NamedNode(iri))


def _unreadable(name: str, text: str, what: str) -> Problem:
    expected = _EXPECTED if name == "object" else _EXPECTED_IRI
    return Problem(
        "parameter",
        f"{name}={text[:80]} {what}.",
        f"{name} takes {expected}; leave it out for every term",
        parameter=name,
    )
