"""What a page of a class is made from: a thing of a release, with what the release says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from ogpld.rdf import NamedNode, term_text
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.links import Description
from ogpld.web.pages.tables import Value


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing a page is about.

    Attributes:
        serving: the release.
        about: what the store says of the thing.
        incoming: number of things that point at it, by property; `about` may hold fewer.
    """

    serving: OpenRelease
    about: Description
    incoming: Mapping[str, int]

    @property
    def iri(self) -> str:
        """The IRI of the thing."""
        return self.about.root

    @property
    def key(self) -> str:
        """The last step of its IRI."""
        return self.iri.rpartition("/")[2]

    def values(self, predicate: NamedNode) -> tuple[Value, ...]:
        """Return the values of a property of the thing, as pages show them."""
        return self.about.values_of(predicate)

    def text(self, predicate: NamedNode) -> str:
        """Return the first value of a property as text, "" for none."""
        return next((value.text for value in self.values(predicate)), "")

    def pointing(self, predicate: NamedNode, segment: str) -> list[str]:
        """Return what of a class points here by a property, as far as the document lists it."""
        place = f"{self.serving.iris.base}id/{segment}/"
        return [
            subject
            for subject, quads in self.about.by_subject.items()
            if subject.startswith(place)
            and "#" not in subject
            and any(q.predicate == predicate and term_text(q.object) == self.iri for q in quads)
        ]

    def things(self, class_name: str, keys: Iterable[str]) -> Mapping[str, Value]:
        """Return links to things of a class by their keys, with what each is called."""
        segment = self.serving.model.classes[class_name].segment
        iris = {key: self.serving.iris.thing(segment, key).value for key in keys}
        self.about.learn(self.serving.names(iris.values()))
        return {key: self.about.link(iri) for key, iri in iris.items()}

    def list_href(self, class_name: str, predicate: NamedNode) -> str:
        """Return the address of the list of those of a class that point here by a property."""
        segment = self.serving.model.classes[class_name].segment
        parameter = self.serving.context.keys[predicate.value][0].name
        path = quote(f"{self.serving.path_prefix}/doc/{segment}")
        return f"{path}?{urlencode({parameter: self.key})}"
