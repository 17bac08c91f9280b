"""What the release in service holds of members and plans, said wherever a number could mislead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from ogpld.catalogue.coverage import (
    Coverage,
    MemberCoverage,
    PlanCoverage,
    SourceText,
    read_coverage,
)
from ogpld.queries.named import NamedQuery
from ogpld.web.current.open_release import OpenRelease
from ogpld.wording import language, titled

#: Classes whose lists and answers are counts of what was read.
_COUNTED = frozenset({"Commitment", "ActionPlan", "Assessment", "Milestone", "SubCommitment"})


class CoverageSentence(str):
    """A sentence of ours with texts of sources in it: plain as it is, in HTML with their languages.

    Attributes:
        source_texts: the texts that are not in the language of the sentence.
    """

    __slots__ = ("source_texts",)

    source_texts: tuple[SourceText, ...]

    @classmethod
    def of(cls, held: Coverage | MemberCoverage | PlanCoverage, name: str = "") -> CoverageSentence:
        """Return what is held as a sentence; `name` stands before it where it does not say of what."""
        text = titled(name, str(held)) if name else str(held)
        sentence = cls(text[:1].upper() + text[1:] + ".")
        own = language()
        sentence.source_texts = tuple(
            t for t in held.source_texts if t.shown_language not in {"", own}
        )
        return sentence

    def behind(self, name: str) -> CoverageSentence:
        """Return the same behind the name of what it is about."""
        sentence = CoverageSentence(titled(name, f"{self[:1].lower()}{self[1:]}"))
        sentence.source_texts = self.source_texts
        return sentence

    def __html__(self) -> str:
        """Return it as templates show it."""
        html = escape(str(self))
        languages = {str(escape(each.text)): each.language for each in self.source_texts}
        texts = sorted(filter(None, languages), key=len, reverse=True)
        if not texts:
            return html

        def marked(match: re.Match[str]) -> str:
            text = Markup(match[0])  # noqa: S704  (it is of what was escaped)
            return Markup('<span lang="{}">{}</span>').format(languages[match[0]], text)

        pattern = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts))
        return Markup(pattern.sub(marked, html))  # noqa: S704


def coverage(serving: OpenRelease) -> Coverage:
    """Return the coverage of a release, kept while there is room."""

    def read() -> Coverage:
        return read_coverage(
            serving.select_named("coverage-plans", "plan"),
            serving.select_named("coverage-members", "member"),
            serving.select("coverage-graphs"),
            serving.select("graph-selections"),
        )

    return serving.cached("coverage", read)


def of_things(serving: OpenRelease, iris: Iterable[str]) -> list[CoverageSentence]:
    """Return the statements about those of some things that are members or plans."""
    held = coverage(serving)
    statements = (held.members.get(iri) or held.plans.get(iri) for iri in iris)
    return [CoverageSentence.of(one) for one in statements if one is not None]


def of_list(
    serving: OpenRelease, name: str, filters: Mapping[str, Iterable[str]]
) -> list[CoverageSentence]:
    """Return the statements for a list: of the members and plans it is narrowed to, else of the whole.

    Args:
        serving: the release.
        name: class of the list.
        filters: IRIs or other values by facet.
    """
    if name not in _COUNTED:
        return []
    held = coverage(serving)
    sentences = []
    for iri in (value for values in filters.values() for value in values):
        if iri in held.members:
            member = held.members[iri]
            sentences.append(CoverageSentence.of(member, "" if member.held else member.name))
        elif iri in held.plans:
            sentences.append(CoverageSentence.of(held.plans[iri], held.plans[iri].name))
    return sentences or [CoverageSentence.of(held)]


def covered(
    query: NamedQuery, values: Mapping[str, str], serving: OpenRelease
) -> list[CoverageSentence]:
    """Return the statements for a question: of the member it is asked about, else of the whole."""
    if not (query.unknown or query.parameters):
        return []
    iris = [
        serving.iris.thing(serving.model.classes[p.kind].segment, values.get(p.name) or p.default)
        for p in query.parameters
        if p.kind in {"Member", "ActionPlan"}
    ]
    return of_list(serving, "Commitment", {"": [iri.value for iri in iris]})
