"""The tidy table: one row per commitment, indicator and report, with codes, their labels and ranks.

It has what the table of assessments has, as far as it is about commitments, plus what an analysis would
otherwise have to join: the commitment's title, its member and plan, labels of everything. Columns follow
from the shapes of Assessment; names are ones that R and pandas take as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.dumps.belonging import Belonging
from ogpld.dumps.content import Content
from ogpld.dumps.dump_cells import key_of
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.schema import PropertyDef
from ogpld.model.tables import is_text, properties_by_key, separator
from ogpld.rdf import CODE, NS, XSD, Literal, NamedNode, term_text

NAME = "commitment-by-assessment"
_CLASS = "Assessment"
_ASSESSES = NS("assesses").value
_PLANS = NS("plan").value
_ABOUT = (
    ("commitment", "Key of the commitment."),
    ("commitment_title", "Title of the commitment."),
    ("member", "Key of the member whose commitment it is."),
    ("member_label", "Name of the member."),
    ("plan", "Keys of the action plans the commitment is in, separated by ;."),
    ("cycle", "Cycle of the first of these plans: the year it was submitted in."),
)
_RANK = (
    "Place of {0} among the grades of its own code list ({0}_scale), as OGP's sheet numbers them: a rank, "
    "no measure, and not to be compared between different lists, which begin at different numbers. It is "
    "empty where {0} is no grade (unclear, withdrawn, not yet, not applicable, a direction) or has no number."
)
_LAST = (("assessment", "Key of the assessment: its page tells the row of the source."),)


@dataclass(frozen=True, slots=True)
class TidyColumn:
    """A column: name, what it says, whether its cells are whole numbers, IRI of its property if any."""

    name: str
    description: str
    integer: bool = False
    property: str = ""


class Tidy:
    """The table and how its rows are made.

    Args:
        model: for the properties and codes.
        iris: the IRI policy.
        belonging: labels, plans and members.
        content: what the dataset has.
    """

    def __init__(self, model: Model, iris: Iris, belonging: Belonging, content: Content) -> None:
        self._model, self._iris, self._belonging = model, iris, belonging
        #: What stands between the plans of a commitment: keys, unless a plan is somebody else's.
        self.separator = separator(0, semicolon=_PLANS not in content.addresses)
        self._ranks = {
            code.iri: "" if code.grade is None else str(code.grade)
            for scheme in model.schemes.values()
            for code in scheme.codes
        }
        self._fields = [
            (key, definition)
            for key, definition in properties_by_key(model, model.class_named(_CLASS)).items()
            if definition.iri != _ASSESSES and definition.max_count == 1 and not is_text(definition)
        ]
        self.columns = [TidyColumn(*about, integer=about[0] == "cycle") for about in _ABOUT]
        for key, definition in self._fields:
            number = definition.datatypes == (XSD("integer").value,)
            self.columns.append(TidyColumn(key, definition.description, number, definition.iri))
            if definition.codes and not definition.scheme:
                self.columns.append(TidyColumn(f"{key}_scale", f"Code list of {key}."))
                self.columns.append(TidyColumn(f"{key}_rank", _RANK.format(key), integer=True))
            if definition.links:
                self.columns.append(TidyColumn(f"{key}_label", f"English label of {key}."))
        self.columns += [TidyColumn(*last) for last in _LAST]

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def row(self, iri: str, values: Mapping[str, list[NamedNode | Literal]]) -> list[str] | None:
        """Return the cells of an assessment, None when it is not about a commitment."""
        target = term_text(values[_ASSESSES][0]) if values.get(_ASSESSES) else ""
        plans = self._belonging.plans.get(target)
        if plans is None:
            return None
        member = self._belonging.member_of(target)
        labels = self._belonging.labels
        cells = [
            self._key(target),
            labels.get(target, ""),
            self._key(member) if member else "",
            labels.get(member, ""),
            self.separator.join(self._key(plan) for plan in plans),
            self._belonging.cycles.get(plans[0], "") if plans else "",
        ]
        for _, definition in self._fields:
            terms = values.get(definition.iri, ())
            cells += self._cells(definition, terms[0] if terms else None)
        return [*cells, self._key(iri)]

    def _cells(self, definition: PropertyDef, term: NamedNode | Literal | None) -> list[str]:
        value = term_text(term) if term is not None else ""
        label = [self._belonging.labels.get(value, "")] if definition.links else []
        if not definition.codes:
            return [self._key(value) if definition.links and value else value, *label]
        scheme, _, notation = CODE.local(value).partition("/")
        if definition.scheme:
            return [notation, *label]
        return [notation, scheme if notation else "", self._ranks.get(value, ""), *label]

    def _key(self, iri: str) -> str:
        if not self._iris.is_thing(iri):
            return iri
        segment = iri.removeprefix(f"{self._iris.base}id/").partition("/")[0]
        classes = self._model.by_segment.get(segment, ())
        return key_of(iri, classes[0], self._iris) if classes else iri
