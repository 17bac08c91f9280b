"""What was assessed of things: each answer with its scale, who gave it, when, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.iris import natural
from ogpld.model import Code, Model
from ogpld.rdf import CODE, NS, SKOS, NamedNode, term_text
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.links import Description
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import list_of
from ogpld.wording import label, quantity

#: Phases, the one that says most of what became of a promise first.
_PHASES = ("end-of-term", "mid-term", "design")
#: Indicators of plans that say most of how a plan was made and reported on, in this order.
PROCESS = (
    "multistakeholder-forum",
    "public-influence",
    "regular-forum",
    "self-assessment-published",
    "contrary-to-process",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scale; `answer` is whether it is the one that was given."""

    label: str
    definition: str
    answer: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One assessment.

    Attributes:
        iri: of the assessment.
        thing: IRI of what was assessed.
        href: where the assessment's own page is.
        indicator: notation; `label` is its name, `definition` what it asks.
        phase: name of the phase; `phase_code` its notation.
        assessor: name of who assessed; `assessor_code` its notation.
        dimension: name of the OGP value it is asked for, "" for all.
        scale: notation of the code list of its values.
        code: notation of the value, "" for none; `text` is its name, or the reason why there is none.
        number: what was counted, in words, "" for nothing.
        report: the report it stands in, None for none.
        cells: what it was read from.
    """

    iri: str
    thing: str
    href: str
    indicator: str
    label: str
    definition: str
    phase: str
    phase_code: str
    assessor: str
    assessor_code: str
    dimension: str
    scale: str
    code: str
    text: str
    number: str
    report: Value | None
    cells: tuple[Value, ...]

    @property
    def assessed(self) -> bool:
        """Whether it has a value; a reason why there is none is no assessment."""
        return bool(self.code)


@dataclass(frozen=True, slots=True)
class IndicatorAnswers:
    """An indicator in a phase, with its answers: one, or one for each OGP value.

    Attributes:
        steps: its scale from the lowest step on; empty for yes and no.
    """

    answers: tuple[Answer, ...]
    steps: tuple[Step, ...]

    @property
    def first(self) -> Answer:
        """The first of its answers."""
        return self.answers[0]

    @property
    def assessed(self) -> bool:
        """Whether one of its answers has a value."""
        return any(answer.assessed for answer in self.answers)


class Definitions:
    """What the codes of a model are called and mean, by IRI."""

    def __init__(self, model: Model) -> None:
        self.codes: Mapping[str, Code] = {
            code.iri: code for scheme in model.schemes.values() for code in scheme.codes
        }
        #: Codes that only assessments of one phase have, with that phase.
        self.phase_only = _texts(model, NS("phaseOnly"))
        self._meanings = _texts(model, SKOS("definition"))

    def label(self, iri: str) -> str:
        """Return the name of a code in the language of the page, else the last step of its IRI; "" for ""."""
        code = self.codes.get(iri)
        return label(code.label, iri) if code else iri.rpartition("/")[2]

    def meaning(self, iri: str) -> str:
        """Return the definition of a code, "" where none is held."""
        return self._meanings.get(iri, "")

    def phase(self, notation: str) -> str:
        """Return the name of a phase by its notation."""
        return self.label(CODE(f"phase/{notation}").value)


def _texts(model: Model, predicate: NamedNode) -> Mapping[str, str]:
    return {
        term_text(quad.subject): term_text(quad.object)
        for quad in model.quads
        if quad.predicate == predicate
    }


def definitions_of(serving: OpenRelease) -> Definitions:
    """Return the definitions of the codes of a release, kept while there is room."""
    return serving.cached("code definitions", lambda: Definitions(serving.model))


def read_answers(
    serving: OpenRelease, about: Description, things: Collection[str], only: str = ""
) -> Sequence[Answer]:
    """Return what was assessed of some things, in the order of the list of indicators, last phase first.

    Args:
        serving: the release.
        about: what the page has of its thing.
        things: the IRIs of what was assessed.
        only: the assessment that is wanted; "" for all.
    """
    if not things:
        return ()
    by_assessment: dict[str, list[Mapping[str, str]]] = {}
    for row in serving.select("assessments-of", things=[NamedNode(iri) for iri in things]):
        if only in {"", row["assessment"]}:
            by_assessment.setdefault(row["assessment"], []).append(row)
    names = definitions_of(serving)
    scheme = serving.model.schemes[list_of(serving.model, "indicator")]
    places = {code.notation: place for place, code in enumerate(scheme.codes)}
    answers = [_answer(serving, about, names, rows) for rows in by_assessment.values()]

    def rank(answer: Answer) -> tuple[int, int, str, str]:
        phases = _PHASES.index(answer.phase_code) if answer.phase_code in _PHASES else len(_PHASES)
        return phases, places.get(answer.indicator, len(places)), answer.dimension, answer.href

    return sorted(answers, key=rank)


def _answer(
    serving: OpenRelease,
    about: Description,
    names: Definitions,
    rows: Sequence[Mapping[str, str]],
) -> Answer:
    row = rows[0]
    indicator = row["indicator"].rpartition("/")[2]
    cells = sorted({each["cell"] for each in rows if "cell" in each}, key=natural)
    report = about.link(row["report"]) if "report" in row else None
    if report and "kind" in row:
        report = Value(names.label(row["kind"]), report.href, language="")
    return Answer(
        iri=row["assessment"],
        thing=row["thing"],
        href=about.link(row["assessment"]).href,
        indicator=indicator,
        label=names.label(row["indicator"]),
        definition=names.meaning(row["indicator"]),
        phase=names.label(row["phase"]),
        phase_code=row["phase"].rpartition("/")[2],
        assessor=names.label(row["assessor"]),
        assessor_code=row["assessor"].rpartition("/")[2],
        dimension=names.label(row.get("dimension", "")),
        scale=serving.model.scales.get(indicator, ""),
        code=row.get("value", "").rpartition("/")[2],
        text=names.label(row["value"]) if "value" in row else names.label(row.get("reason", "")),
        number=_number(row),
        report=report,
        cells=tuple(about.read_from(cell) for cell in cells),
    )


def _number(row: Mapping[str, str]) -> str:
    """Return what was counted beside a value, in words."""
    parts = (
        quantity(int(row[name]), name.removesuffix("s")) if row[name].isdigit() else row[name]
        for name in ("days", "steps")
        if name in row
    )
    return ", ".join(parts)


def by_indicator(
    serving: OpenRelease, answers: Sequence[Answer], cycle: int | None = None
) -> Iterator[IndicatorAnswers]:
    """Yield the answers of one thing by indicator and phase, each with its scale in a cycle."""
    groups: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.indicator, answer.phase_code, answer.assessor_code), []).append(
            answer
        )
    for several in groups.values():
        yield IndicatorAnswers(tuple(several), tuple(_steps(serving, several[0], cycle)))


def _steps(serving: OpenRelease, answer: Answer, cycle: int | None) -> Iterator[Step]:
    """Yield the scale of an answer from its lowest step on, then what is no grade; yes and no are none."""
    scheme = serving.model.schemes.get(answer.scale)
    if scheme is None or len(scheme.codes) <= 2:  # noqa: PLR2004  (yes and no)
        return
    names = definitions_of(serving)
    phase = CODE(f"phase/{answer.phase_code}").value
    for code in sorted(
        scheme.codes, key=lambda code: (code.off_scale, code.rank is None, code.rank or 0)
    ):
        is_answer = code.notation == answer.code
        in_phase = names.phase_only.get(code.iri, phase) == phase
        if is_answer or (in_phase and (cycle is None or code.covers(cycle))):
            yield Step(label(code.label, code.iri), names.meaning(code.iri), is_answer)
