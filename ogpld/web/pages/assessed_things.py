"""What the assessments that point at a thing or a code are about, as links."""

from __future__ import annotations

from collections.abc import Mapping

from ogpld.rdf import NS, NamedNode
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value


def assessed_things(subject: Subject) -> Mapping[str, Value]:
    """Return links to what is assessed, by the IRI of the assessment; none where that is the thing itself."""
    serving, about = subject.serving, subject.about
    definition = serving.model.classes.get("Assessment")
    if definition is None or NS("assesses").value in subject.incoming:
        return {}
    place = f"{serving.iris.base}id/{definition.segment}/"
    assessments = [NamedNode(s) for s in about.by_subject if s.startswith(place) and "#" not in s]
    if not assessments:
        return {}
    rows = serving.select("assessed", things=assessments)
    about.learn(serving.names(row["about"] for row in rows))
    return {row["thing"]: about.link(row["about"]) for row in rows}
