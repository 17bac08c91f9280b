"""What is measured of a commitment, and the one rule which assessment counts.

The rule is that of the shortcuts (`ogpld/sources/derive.py`), which the queries ask as well: the value of the
IRM (OGP's where OGP computes the indicator), of an accepted assessment, never of a self-assessment and never
an absence. Where an indicator has shortcuts in several phases, the latest phase that has a value counts: the
end of the term before the mid-term, as the model's list of phases says by its slots. A commitment without any
of them is unknown.

So `completion` is `ogpld:completion` (end of term), or `ogpld:midTermCompletion` where that is missing; its
phase says which it is. Some measures follow one another in time and are never both assessed (the model says
of each which it excludes): ambition is the potential impact up to 2019 and the potential for results from
2020, results are "Did it open government?" and then early results. Their scales are not one scale, so a
grade always names its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.model import Code, Model, Window
from ogpld.rdf import CODE
from ogpld.statistics.record import Grade
from ogpld.wording import gettext, label, marked

#: Indicators of each measure, in the order in which they are looked at.
MEASURES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "completion": (marked("Completion"), ("completion",)),
    "ambition": (marked("Ambition"), ("potential-impact", "potential-for-results")),
    "relevance": (marked("Relevance"), ("relevant", "open-government-lens")),
    "results": (marked("Results"), ("opened-government", "early-results")),
}
#: What is held of a commitment, which is counted as a measure is; nothing by the IRM is its unknown.
COVERAGE = "coverage"
#: Grades of completion with which a promise counts as carried out.
DONE = frozenset({"complete", "substantial"})
#: Scale of the values of a shortcut that is true or false.
YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class GradeName:
    """One step of a scale.

    Attributes:
        scale: notation of its code list, `completion`.
        code: its notation, `not-started`.
        label: its name in English.
        scale_label: name of the code list in English.
    """

    scale: str
    code: str
    label: str
    scale_label: str = ""

    @property
    def key(self) -> str:
        """The step and its scale, `completion/not-started`."""
        return f"{self.scale}/{self.code}"

    @property
    def text(self) -> str:
        """Its name in the language that is written in."""
        if self.scale in {"", COVERAGE}:  # no code of the model, but words of ours
            return gettext(self.label)
        return label(self.label, CODE(self.key).value)

    @property
    def css_class(self) -> str:
        """What sets its colour in pages and charts, `grade-completion-not-started`."""
        return f"grade-{self.scale}-{self.code}" if self.scale else f"grade-{self.code}"


#: What stands for a grade that is not known, wherever grades are shown.
UNKNOWN_GRADE = GradeName("", "unknown", marked("Unknown"))


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A property of commitments with the value of an indicator in a phase.

    Attributes:
        name: local name of the property.
        indicator: notation of the indicator.
        phase: notation of the phase.
        scale: notation of the code list of its values.
    """

    name: str
    indicator: str
    phase: str
    scale: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that commitments have grades in.

    Attributes:
        name: `completion`, `ambition`, `relevance`, `results` or `coverage`.
        label: in English.
        shortcuts: where its value is looked for, the one that counts first.
        grades: the steps of its scales, the best of each scale first.
        windows: when its indicators were in use.
        unknown: what stands for a grade that is not known.
    """

    name: str
    label: str
    shortcuts: tuple[Shortcut, ...]
    grades: tuple[GradeName, ...]
    windows: tuple[Window, ...]
    unknown: GradeName = UNKNOWN_GRADE

    @property
    def latest_key(self) -> str:
        """What lists are narrowed by to its latest value, "" where no one indicator has several phases."""
        is_of_phases = len(self.shortcuts) > 1 and len({s.indicator for s in self.shortcuts}) == 1
        return f"latest{self.label}" if is_of_phases else ""

    def assessed_in(self, cycle: int) -> bool:
        """Say whether the measure was assessed at all in plans of a cycle."""
        return not self.windows or any(window.covers(cycle) for window in self.windows)


def measures_of(model: Model) -> dict[str, Measure]:
    """Return the measures by name, with the scales of a model."""
    measures = {name: _measure(name, model) for name in MEASURES}
    return {**measures, COVERAGE: _COVERAGE}


_COVERAGE = Measure(
    COVERAGE,
    marked("Coverage"),
    (),
    (
        GradeName(COVERAGE, "completion", marked("Completion known")),
        GradeName(COVERAGE, "other", marked("Assessed, completion not known")),
    ),
    (),
    GradeName("", "unknown", marked("No assessment held")),
)


def _measure(name: str, model: Model) -> Measure:
    label, indicators = MEASURES[name]
    slots = {code.notation: code.slot for code in model.schemes["phase"].codes}
    shortcuts, windows = [], []
    scales = dict.fromkeys(model.scales[each] for each in indicators if each in model.scales)
    for indicator in indicators:
        own = [window for window in model.windows_of(indicator) if window.shortcut]
        own.sort(key=lambda window: slots.get(window.phase) != "last")
        windows += own
        shortcuts += [
            Shortcut(window.shortcut, indicator, window.phase, model.scales[indicator])
            for window in own
        ]
    grades = [
        GradeName(scale, code.notation, code.label, model.schemes[scale].label)
        for scale in scales
        for code in sorted(model.schemes[scale].codes, key=_best_first)
    ]
    return Measure(name, label, tuple(shortcuts), tuple(grades), tuple(windows))


def grade_of(measure: Measure, codes: Mapping[str, str]) -> Grade | None:
    """Return the value that counts, None for none.

    Args:
        measure: what is measured.
        codes: notations of values, `true` and `false`, by the names of the shortcuts that have them.
    """
    for shortcut in measure.shortcuts:
        if code := codes.get(shortcut.name):
            if shortcut.scale == YES_NO:
                code = {"true": "yes", "false": "no"}.get(code, code)
            return Grade(shortcut.indicator, shortcut.scale, code, shortcut.phase)
    return None


def _best_first(code: Code) -> tuple[bool, bool, int]:
    """Put grades first, what is no grade of its scale last."""
    return code.off_scale, code.rank is None, -(code.rank or 0)
