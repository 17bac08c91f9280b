"""The page of an institution: the commitments it leads and supports, with how they are graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.rdf import DCTERMS, NS, ORG
from ogpld.web.pages.commitment_rows import CommitmentRow, read_commitments
from ogpld.web.pages.grade_charts import GradeChart, chart_of_commitments
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value
from ogpld.wording import gettext as _


@dataclass(frozen=True, slots=True)
class Role:
    """What a body has to do with commitments.

    Attributes:
        title: the role.
        anchor: of its section.
        total: how many commitments; `rows` are the first of them.
        list_href: the list of all of them.
    """

    title: str
    anchor: str
    total: int
    rows: Sequence[CommitmentRow]
    list_href: str


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """What institution.html shows.

    Attributes:
        outcome: what became of the commitments it leads.
        roles: those in which it has commitments.
    """

    kind: tuple[Value, ...]
    member: tuple[Value, ...]
    parents: tuple[Value, ...]
    others: tuple[Value, ...]
    outcome: Outcome
    chart: GradeChart | None
    roles: tuple[Role, ...]
    plans: tuple[Value, ...]


def institution_page(subject: Subject) -> InstitutionPage:
    """Return what the page of an institution shows."""
    about = subject.about
    led, rows = read_commitments(subject, NS("lead"))
    roles = [_role(subject, _("Leads"), "lead", len(led), rows)]
    supported, rows = read_commitments(subject, NS("supporting"))
    roles.append(_role(subject, _("Supports"), "supporting", len(supported), rows))
    return InstitutionPage(
        kind=subject.values(ORG("classification")),
        member=subject.values(NS("member")),
        parents=subject.values(ORG("subOrganizationOf")),
        others=(*subject.values(DCTERMS("replaces")), *subject.values(DCTERMS("isReplacedBy"))),
        outcome=outcome_of(subject.serving.model, led),
        chart=chart_of_commitments(subject.serving.statistics, led),
        roles=tuple(role for role in roles if role.total),
        plans=tuple(
            about.link(iri) for iri in sorted(subject.pointing(NS("coordinator"), "action-plan"))
        ),
    )


def _role(
    subject: Subject, title: str, name: str, total: int, rows: Sequence[CommitmentRow]
) -> Role:
    href = subject.list_href("Commitment", NS(name))
    return Role(title, name, total, rows, href)
