"""Property paths of shapes (SHACL section 2.3.1): as SPARQL text, and as the statements they read.

What a path reads is needed to know which focus nodes a changed statement can affect.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.rdf import NamedNode


@dataclass(frozen=True, slots=True)
class InversePath:
    """`sh:inversePath`: from object to subject."""

    path: AnyPath


@dataclass(frozen=True, slots=True)
class SequencePath:
    """A list: one path after the other."""

    paths: tuple[AnyPath, ...]


@dataclass(frozen=True, slots=True)
class AlternativePath:
    """`sh:alternativePath`: one path or the other."""

    paths: tuple[AnyPath, ...]


@dataclass(frozen=True, slots=True)
class RepeatedPath:
    """`sh:zeroOrMorePath` (`*`), `sh:oneOrMorePath` (`+`), `sh:zeroOrOnePath` (`?`)."""

    path: AnyPath
    sign: str


AnyPath = NamedNode | InversePath | SequencePath | AlternativePath | RepeatedPath


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A kind of statement that a constraint on a focus node reads.

    Attributes:
        way: SPARQL path from the focus node to the end of the statement that is reached first, ""
            when that is the focus node itself.
        predicate: predicate of the statement, None for any.
        inverse: whether its object is reached first.
        subject_class: class its subject must be an instance of to count, "" for any.
        object_class: the same of its object.
    """

    way: str
    predicate: str | None
    inverse: bool = False
    subject_class: str = ""
    object_class: str = ""


def sparql(path: AnyPath) -> str:
    """Return the path as SPARQL 1.1 writes it (section 9.1)."""
    match path:
        case NamedNode():
            return str(path)
        case InversePath(inner):
            return f"^({sparql(inner)})" if not isinstance(inner, NamedNode) else f"^{inner}"
        case SequencePath(parts):
            return "/".join(_in_brackets(part) for part in parts)
        case AlternativePath(parts):
            return "(" + "|".join(_in_brackets(part) for part in parts) + ")"
        case RepeatedPath(inner, sign):
            return f"({sparql(inner)}){sign}"


def _in_brackets(path: AnyPath) -> str:
    text = sparql(path)
    return f"({text})" if isinstance(path, SequencePath) else text


def first_steps(path: AnyPath) -> tuple[str, ...]:
    """Return the properties of the focus node a path begins with."""
    statements, _ = reads(path, "")
    return tuple(r.predicate for r in statements if not r.way and not r.inverse and r.predicate)


def reads(path: AnyPath, way: str) -> tuple[tuple[ReadStatement, ...], str]:
    """Return what a path reads that starts at the end of `way`, and the path to its own end."""
    return _reads(path, way, inverse=False)


def _reads(path: AnyPath, way: str, *, inverse: bool) -> tuple[tuple[ReadStatement, ...], str]:
    match path:
        case NamedNode():
            step = f"^{path}" if inverse else str(path)
            return (ReadStatement(way, path.value, inverse),), f"{way}/{step}" if way else step
        case InversePath(inner):
            return _reads(inner, way, inverse=not inverse)
        case SequencePath(parts):
            statements: tuple[ReadStatement, ...] = ()
            for part in reversed(parts) if inverse else parts:
                more, way = _reads(part, way, inverse=inverse)
                statements += more
            return statements, way
        case AlternativePath(parts):
            return _branches(parts, way, inverse=inverse)
        case RepeatedPath(inner, sign):
            _, once = _reads(inner, "", inverse=inverse)
            again = f"({once})*" if sign in "*+" else ""
            before = f"{way}/{again}" if way and again else way or again
            statements, _ = _reads(inner, before, inverse=inverse)
            step = f"({once}){sign}"
            return statements, f"{way}/{step}" if way else step


def _branches(
    parts: tuple[AnyPath, ...], way: str, *, inverse: bool
) -> tuple[tuple[ReadStatement, ...], str]:
    statements: tuple[ReadStatement, ...] = ()
    for part in parts:
        statements += _reads(part, way, inverse=inverse)[0]
    ends = (_reads(part, "", inverse=inverse)[1] for part in parts)
    step = "(" + "|".join(f"({end})" for end in ends) + ")"
    return statements, f"{way}/{step}" if way else step
