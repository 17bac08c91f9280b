"""What the data holds of a member and of a plan, in words: pages, lists, answers and the catalogue say it.

Numbers are counted in the release; how many commitments a plan has, and how a source was selected, is what
sources say (`ogpld:numberOfCommitments`, `ogpld:selection`). Where nobody says, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ogpld.wording import gettext as _
from ogpld.wording import language, marked, ngettext, number, own_name, quantity

Row = Mapping[str, str]
#: How the sources of the shipped data were selected, as their source.toml says it.
_SELECTIONS = frozenset(
    {
        marked("chosen by topic"),
        marked("as the copy given to the build holds them; the public copy is chosen by topic"),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class SourceText:
    """A text of a source with the tag of its language.

    Sentences of any language have it as it is, but for what the shipped data says of a selection.
    """

    text: str
    language: str = "en"

    def __str__(self) -> str:
        """Return the text, in the language that is written in where there are words for it."""
        return _(self.text) if self.language == "en" and self.text in _SELECTIONS else self.text

    @property
    def shown_language(self) -> str:
        """The tag of what `str` gives."""
        return self.language if str(self) == self.text else language()


@dataclass(frozen=True, slots=True)
class PlanCoverage:
    """What is held of a plan.

    Attributes:
        label: name of the plan.
        member: IRI of its member.
        held: commitments in the data.
        stated: number a source gives it, None where none does.
        note: which source, and how others count, None where nobody says.
        iri: of the plan.
    """

    label: str
    member: str
    held: int
    stated: int | None = None
    note: SourceText | None = None
    iri: str = ""

    @property
    def name(self) -> str:
        """Its name in the language that is written in, where there is one."""
        return (own_name(self.iri) or (self.label,))[0]

    def __str__(self) -> str:
        """Return it in words, without the name of the plan: `1 of 23 commitments`."""
        if self.stated is None and not self.held:
            return _("no commitments read; how many it has is not known here")
        if self.stated is None:
            return ngettext(
                "%(number)s commitment read; how many it has is not known here",
                "%(number)s commitments read; how many it has is not known here",
                self.held,
            )
        if self.held <= self.stated:
            counted = ngettext(
                "%(part)s of %(number)s commitment",
                "%(part)s of %(number)s commitments",
                self.stated,
                part=number(self.held),
            )
        else:
            counted = ngettext(
                "%(number)s commitment in the data where a source counts %(stated)s",
                "%(number)s commitments in the data where a source counts %(stated)s",
                self.held,
                stated=number(self.stated),
            )
        note = f" ({self.note})" if self.note else ""
        return f"{counted}{note}"

    @property
    def source_texts(self) -> tuple[SourceText, ...]:
        """The texts of sources that the sentence has."""
        return (self.note,) if self.note else ()

    @property
    def short(self) -> bool:
        """Whether the data is known to have fewer commitments than the plan."""
        return self.stated is not None and self.held < self.stated


@dataclass(frozen=True, slots=True)
class MemberCoverage:
    """What is held of a member.

    Attributes:
        label: name of the member.
        held: commitments in the data.
        selected: number of those that were selected from more, by how they were.
        leaves_out: what these sources leave out.
        plans: its plans, those known to have more commitments than the data.
        iri: of the member.
    """

    label: str
    held: int
    selected: Mapping[SourceText, int] = field(default_factory=dict)
    leaves_out: tuple[str, ...] = ()
    plans: tuple[PlanCoverage, ...] = ()
    iri: str = ""

    @property
    def name(self) -> str:
        """Its name in the language that is written in, where there is one."""
        return (own_name(self.iri) or (self.label,))[0]

    def __str__(self) -> str:
        """Return it in words: `9 of Latvia's commitments, 6 of them chosen by topic; percentages …`."""
        if not self.held:
            return _("no commitments read for this member")
        whose = f"{self.label}'" if self.label.endswith("s") else f"{self.label}'s"
        parts = [
            ngettext(
                "%(number)s of %(whose)s commitments",
                "%(number)s of %(whose)s commitments",
                self.held,
                whose=whose if language() == "en" else self.name,  # others put it another way
            )
        ]
        for selection, chosen in self.selected.items():
            parts.append(
                f", {selection}"
                if chosen == self.held
                else _(", %(number)s of them %(how)s", number=number(chosen), how=selection)
            )
        if self.selected:
            parts.append(_("; percentages over these need not hold for all its commitments"))
        parts += [
            _(
                "; of %(plan)s %(part)s of %(whole)s",
                plan=plan.name,
                part=number(plan.held),
                whole=number(plan.stated or 0),
            )
            for plan in self.plans
            if plan.short
        ]
        return "".join(parts)

    @property
    def source_texts(self) -> tuple[SourceText, ...]:
        """The texts of sources that the sentence has."""
        return tuple(self.selected)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a release holds, by the IRI of a member or plan."""

    members: Mapping[str, MemberCoverage]
    plans: Mapping[str, PlanCoverage]

    def __str__(self) -> str:
        """Return it in words for the whole: numbers over it invite the same wrong conclusions."""
        held = [member for member in self.members.values() if member.held]
        chosen = [member for member in held if member.selected]
        total = sum(member.held for member in held)
        if len(held) < len(self.members):
            text = ngettext(
                "%(number)s commitment from %(part)s of the %(members)s",
                "%(number)s commitments from %(part)s of the %(members)s",
                total,
                part=number(len(held)),
                members=quantity(len(self.members), "member"),
            )
        else:
            text = ngettext(
                "%(number)s commitment of %(members)s",
                "%(number)s commitments of %(members)s",
                total,
                members=quantity(len(self.members), "member"),
            )
        if not chosen:
            return text
        selected = _(
            "%(number)s of them, from %(members)s, are only a selection (%(how)s): percentages over these"
            " need not hold for all commitments",
            number=number(sum(sum(member.selected.values()) for member in chosen)),
            members=quantity(len(chosen), "member"),
            how=_(" or ").join(map(str, self.source_texts)),
        )
        return f"{text}. {selected}"

    @property
    def source_texts(self) -> tuple[SourceText, ...]:
        """The texts of sources that the sentence has."""
        held = [member for member in self.members.values() if member.held]
        return tuple(sorted({text for member in held for text in member.selected}))


def read_coverage(
    plans: Iterable[Row], members: Iterable[Row], graphs: Iterable[Row], selections: Iterable[Row]
) -> Coverage:
    """Return the coverage of a release.

    Args:
        plans: rows of the query `coverage-plans`.
        members: rows of `coverage-members`.
        graphs: rows of `coverage-graphs`.
        selections: rows of `graph-selections`.
    """
    by_plan: dict[str, PlanCoverage] = {}
    for row in plans:
        stated = int(row["stated"]) if row.get("stated") else None
        label = row.get("label") or row["plan"].rpartition("/")[2]
        note = SourceText(row["note"]) if row.get("note") else None
        plan_coverage = PlanCoverage(
            label, row["member"], int(row["held"]), stated, note, row["plan"]
        )
        by_plan.setdefault(row["plan"], plan_coverage)
    selected, left_out = _by_member(graphs, tuple(selections))
    by_member: dict[str, MemberCoverage] = {}
    for row in members:
        iri = row["member"]
        member_coverage = MemberCoverage(
            row.get("label") or iri.rpartition("/")[2],
            int(row["held"]),
            selected.get(iri, {}),
            tuple(left_out.get(iri, ())),
            tuple(plan for plan in by_plan.values() if plan.member == iri),
            iri,
        )
        by_member.setdefault(iri, member_coverage)
    return Coverage(by_member, by_plan)


def _by_member(
    graphs: Iterable[Row], selections: Iterable[Row]
) -> tuple[dict[str, dict[SourceText, int]], dict[str, list[str]]]:
    """Return for members what stands only in selections, by how, and what their graphs leave out."""
    ways: dict[str, set[SourceText]] = {}
    missing: dict[str, set[str]] = {}
    for row in selections:
        if "selection" in row:
            way = SourceText(row["selection"], row.get("language", ""))
            ways.setdefault(row["graph"], set()).add(way)
        if "leavesOut" in row:
            missing.setdefault(row["graph"], set()).add(row["leavesOut"])
    selected: dict[str, dict[SourceText, int]] = {}
    left_out: dict[str, set[str]] = {}
    for row in graphs:
        member = row["member"]
        names = set(row["typed"].split()) & set(row["graphs"].split())
        left_out.setdefault(member, set()).update(*(missing.get(name, ()) for name in names))
        if all(name in ways for name in names):
            counts = selected.setdefault(member, {})
            for way in sorted(set().union(*(ways[name] for name in names))):
                counts[way] = counts.get(way, 0) + int(row["held"])
    return selected, {member: sorted(texts) for member, texts in left_out.items()}
