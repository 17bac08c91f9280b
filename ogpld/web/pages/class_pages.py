"""Which classes have a page of their own; the things of all others have the generic one (`resource.html`).

A page of its own says first what people come for, and then everything the generic page says: its template
extends `class_page.html`, which folds that away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.web.pages.assessment_page import assessment_page
from ogpld.web.pages.cluster_page import cluster_page
from ogpld.web.pages.commitment_page import commitment_page
from ogpld.web.pages.institution_page import institution_page
from ogpld.web.pages.member_page import member_page
from ogpld.web.pages.plan_page import plan_page
from ogpld.web.pages.report_page import report_page
from ogpld.web.pages.subject import Subject


@dataclass(frozen=True, slots=True)
class ClassPage:
    """How the page of a class is made.

    Attributes:
        view: returns what the template shows as `own`.
        template: in `ogpld/web/templates/`.
    """

    view: Callable[[Subject], object]
    template: str


#: By local name of the class.
CLASS_PAGES: Mapping[str, ClassPage] = {
    "Member": ClassPage(member_page, "member.html"),
    "ActionPlan": ClassPage(plan_page, "plan.html"),
    "Commitment": ClassPage(commitment_page, "commitment.html"),
    "Institution": ClassPage(institution_page, "institution.html"),
    "Cluster": ClassPage(cluster_page, "cluster.html"),
    "Assessment": ClassPage(assessment_page, "assessment.html"),
    "Report": ClassPage(report_page, "report.html"),
}


def class_page(subject: Subject) -> ClassPage | None:
    """Return how the page of a thing is made, None where the generic one is all there is."""
    return next(
        (page for name in _classes(subject) if (page := CLASS_PAGES.get(name)) is not None), None
    )


def _classes(subject: Subject) -> Sequence[str]:
    classes = subject.serving.model.by_class_iri
    return [classes[iri].name for iri in subject.about.types(subject.iri) if iri in classes]
