"""Where in its tables a release found what it says: statements that change when other rows come or go.

`prov:wasDerivedFrom …/source/…#row=25` is about the tables of one release. A thing whose row moved did not
change, and who follows the changes of things has no use for its number: the memento has it.
"""

from __future__ import annotations

from ogpld.rdf import PROV, Quad, term_text

_FROM = PROV("wasDerivedFrom")


def row_mark(base: str) -> bytes:
    """Return what stands in a line of N-Quads after the subject when the line names a row."""
    return f" {_FROM} <{base}source/".encode()


def names_row(quad: Quad, base: str) -> bool:
    """Say whether a statement names the row a thing was read from."""
    return quad.predicate == _FROM and term_text(quad.object).startswith(f"{base}source/")
