"""What a question may be asked about: a thing by key, a code, a day, a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ogpld.errors import UsageError
from ogpld.iris import Iris, is_key
from ogpld.model import Model
from ogpld.rdf import XSD, Literal, NamedNode

_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class NamedQueryParameter:
    """What a question may be asked about.

    Attributes:
        name: its place in the query, and its name in addresses.
        kind: class, `code:LIST`, `date` or `integer`.
        default: value when none is given, as it is typed.
        label: what a form says.
    """

    name: str
    kind: str
    default: str
    label: str

    @property
    def code_list(self) -> str:
        """The list a code is from, "" for other kinds."""
        return self.kind.removeprefix("code:") if self.kind.startswith("code:") else ""

    def term(self, text: str, model: Model, iris: Iris) -> NamedNode | Literal:
        """Return the value a text means.

        Raises:
            UsageError: naming the parameter, the value and what is allowed.
        """
        if self.kind == "date" and _DAY.fullmatch(text):
            return Literal(text, datatype=XSD("date"))
        if self.kind == "integer" and _WHOLE.fullmatch(text):
            return Literal(str(int(text)), datatype=XSD("integer"))
        if self.code_list:
            code = model.schemes[self.code_list].find(text)
            if code is not None:
                return NamedNode(code.iri)
        elif self.kind in model.classes and is_key(text):
            return iris.thing(model.classes[self.kind].segment, text)
        raise UsageError(f"{self.name} cannot be {text[:80]!r}", hint=f"give {self.allowed(model)}")

    def allowed(self, model: Model) -> str:
        """Say in words what may be given."""
        if self.kind == "date":
            return "a day such as 2019-05-01"
        if self.kind == "integer":
            return "a whole number"
        if self.code_list:
            return f"a code of the list {self.code_list}, such as {self.default}"
        label = model.classes[self.kind].label if self.kind in model.classes else self.kind
        return f"the key of a thing of the class {label}"
