"""Sets of nodes to be checked, as SPARQL patterns that bind one variable to them."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.rdf import RDF
from ogpld.shacl.patterns import Subclasses
from ogpld.shacl.property_paths import AnyPath, sparql
from ogpld.shacl.shapes import Target
from ogpld.stores.validation_store import ValidationStore

#: Stands in a pattern for the variable that is bound last.
LAST = "\x01"


@dataclass(frozen=True, slots=True)
class Scope:
    """Nodes to be checked.

    Attributes:
        pattern: group graph pattern with a place for the variable.
        depth: number of variables it binds before.
    """

    pattern: str
    depth: int = 0

    @property
    def variable(self) -> str:
        """The variable usually bound."""
        return f"?n{self.depth}"

    @property
    def branches(self) -> int:
        """How many kinds of target the nodes come from; a node may come from several."""
        return self.pattern.count(" UNION ") + 1

    def text(self, variable: str | None = None) -> str:
        """Return the pattern with a variable of this name."""
        return self.pattern.replace(LAST, variable or self.variable)

    def along(self, path: AnyPath | None) -> Scope:
        """Return the nodes a path leads to; without a path the same."""
        if path is None:
            return self
        return Scope(f"{self.text()} {self.variable} {sparql(path)} {LAST} .", self.depth + 1)

    def where(self, condition: str) -> Scope:
        """Return the nodes of which a condition, written for `LAST`, is true."""
        return Scope(f"{self.pattern} FILTER({condition})", self.depth)

    @classmethod
    def marked(cls, name: str) -> Scope:
        """Return the nodes of a mark."""
        return cls(ValidationStore.members_of(name, LAST))

    @classmethod
    def of_targets(cls, targets: tuple[Target, ...], mark: str, subclasses: Subclasses) -> Scope:
        """Return the focus nodes of targets (SHACL section 2.1.3).

        Args:
            targets: at least one.
            mark: name of a mark that holds the nodes of node targets.
            subclasses: the class hierarchy of the data.
        """
        parts: list[str] = []
        for target in targets:
            if target.kind == "class":
                kinds = sorted(subclasses(target.value), key=str)  # type: ignore[arg-type]
                parts += [f"{LAST} {RDF('type')} {kind} ." for kind in kinds]
            elif target.kind == "subjects-of":
                parts.append(f"{LAST} {target.value} ?t .")
            elif target.kind == "objects-of":
                parts.append(f"?t {target.value} {LAST} .")
            else:
                parts.append(ValidationStore.members_of(mark, LAST))
        parts = list(dict.fromkeys(parts))
        return cls(parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {p} }}" for p in parts))

    def within(self, mark: str) -> Scope:
        """Return the nodes that a mark holds as well."""
        return Scope(f"{ValidationStore.members_of(mark, LAST)} {self._group()}", self.depth)

    def _group(self) -> str:
        return f"{{ {self.pattern} }}" if " UNION " in self.pattern else self.pattern
