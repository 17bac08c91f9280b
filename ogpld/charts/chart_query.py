"""The SPARQL query that answers with the rows of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.charts.chart_list import Chart
from ogpld.charts.chart_rows import NOTHING_HELD, OF_MID_TERM, Filters
from ogpld.iris import Iris
from ogpld.rdf import CODE, DCTERMS, NS, RDFS, SKOS, Literal, prologue
from ogpld.statistics import GROUPS, Measure
from ogpld.statistics.measures import YES_NO, Shortcut
from ogpld.statistics.statistics import MID_TERM

_PREFIXES = {
    "assessor": f"{CODE.iri}assessor/",
    "dcterms": DCTERMS.iri,
    "indicator": f"{CODE.iri}indicator/",
    "ogpld": NS.iri,
    "phase": f"{CODE.iri}phase/",
    "rdfs": RDFS.iri,
    "skos": SKOS.iri,
    YES_NO: f"{CODE.iri}{YES_NO}/",
}
#: Classes of which some things have no English name.
_IN_ANY_LANGUAGE = frozenset({"Institution"})
_COUNT = "(COUNT(DISTINCT ?commitment) AS ?commitments)"
_MID_TERM = f"(COUNT(DISTINCT ?atMidTerm) AS ?{OF_MID_TERM})"


def chart_query(
    chart: Chart, title: str, measures: Mapping[str, Measure], filters: Filters, iris: Iris
) -> str:
    """Return the query of a chart: its columns are those of `chart_rows.COLUMNS`, its order theirs.

    Args:
        chart: the chart.
        title: what it shows, which is the query's first comment.
        measures: the measures of the release.
        filters: what it is narrowed to.
        iris: the IRI policy of the release.
    """
    measure = measures[chart.measure]
    part = _part(chart, filters)
    lines = [
        *narrowing_patterns(filters, iris),
        *_group(chart, measures, part),
        *grade_patterns(measure, measures, part),
        *_mid_term_patterns(measure),
    ]
    counts = f"{_COUNT} {_MID_TERM}" if measure.latest_key else _COUNT
    if chart.measure == "coverage" and chart.by == "member":
        body = _with_empty_members(lines, filters, iris)
    else:
        body = ["  ?commitment a ogpld:Commitment .", *(f"  {line}" for line in lines)]
    text = "\n".join(
        [
            f"SELECT ?group ?label ?grade ?gradeLabel {counts} WHERE {{",
            *body,
            "}",
            "GROUP BY ?group ?label ?grade ?gradeLabel",
            "ORDER BY ?label ?group ?gradeLabel ?grade",
        ]
    )
    return with_head(title, text)


def with_head(title: str, text: str) -> str:
    """Return a query with its title as a comment, in one line, and its prefixes."""
    return f"# {' '.join(title.split())}\n{prologue(text, _PREFIXES)}{text}\n"


def narrowing_patterns(filters: Filters, iris: Iris) -> list[str]:
    """Return patterns that leave the commitments that filters name."""
    lines = []
    for name, value in filters.items():
        if name == "member":
            lines.append(f"?commitment ogpld:member {iris.thing('member', value)} .")
        elif name == "cycle":
            lines.append(f"?commitment {_path(name)} ?year . FILTER(STR(?year) = {Literal(value)})")
        else:
            lines.append(f"?commitment {_path(name)} {CODE(f'{name}/{value}')} .")
    return lines


@dataclass(frozen=True, slots=True)
class _Part:
    """The plan or cycle that commitments are counted in, as which they were assessed.

    Attributes:
        variable: what it is bound to.
        path: that leads from a commitment, and from what a report is on, to it.
    """

    variable: str
    path: str


def _part(chart: Chart, filters: Filters) -> _Part | None:
    """Return the plan or cycle that a chart counts in, None where it counts in all of them."""
    if chart.by in {"plan", "cycle"}:
        return _Part("?group", _path(chart.by))
    return _Part("?year", _path("cycle")) if "cycle" in filters else None


def _elsewhere(part: _Part | None, measure: Measure, shortcut: Shortcut, variable: str) -> str:
    """Return a pattern that binds a variable where a value does not hold for a plan or cycle.

    It does not where reports on others alone have it; one in no report about a plan holds for each.
    """
    if part is None:
        return ""
    by = dict.fromkeys(w.assessor for w in measure.windows if w.shortcut == shortcut.name)
    assessors = ", ".join(f"assessor:{name}" for name in sorted(by))

    def given(name: str) -> str:
        return (
            f"?{name} ogpld:assesses ?commitment ; ogpld:indicator indicator:{shortcut.indicator} ; "
            f"ogpld:phase phase:{shortcut.phase} ; ogpld:assessor ?{name}By ; ogpld:value ?{name}Value . "
            f"FILTER(?{name}By IN ({assessors}))"
        )

    return (
        f"OPTIONAL {{ SELECT DISTINCT ?commitment {part.variable} (true AS ?{variable}) WHERE {{ "
        f"?commitment {part.path} {part.variable} , ?another . FILTER(?another != {part.variable}) "
        f"{given('there')} ?there ogpld:report/{part.path} ?another . "
        f"FILTER NOT EXISTS {{ {given('here')} ?here ogpld:report/{part.path} {part.variable} }} "
        f"FILTER NOT EXISTS {{ {given('apart')} "
        "FILTER NOT EXISTS { ?apart ogpld:report/ogpld:plan ?any } } } }"
    )


def _group(chart: Chart, measures: Mapping[str, Measure], part: _Part | None) -> list[str]:
    """Return patterns that bind the group and its label, which is "Unknown" for none."""
    if chart.by in measures:
        names = ("group", "label", "Unknown")
        return _value(measures[chart.by], names, chart.by, part, scale=True)
    grouping, path = GROUPS[chart.by], _path(chart.by)
    if not grouping.kind and not grouping.code_list:
        return [
            f"OPTIONAL {{ ?commitment {path} ?group }}",
            'BIND(COALESCE(STR(?group), "Unknown") AS ?label)',
        ]
    other_labels = grouping.kind if grouping.kind in _IN_ANY_LANGUAGE else ""
    labelled = _labelled("?group", "?name", other_labels)
    return [
        f"OPTIONAL {{ ?commitment {path} ?group . {labelled} }}",
        'BIND(COALESCE(?name, "Unknown") AS ?label)',
    ]


def _path(by: str) -> str:
    """Return the property path from a commitment to what it is counted by."""
    return "/".join(f"ogpld:{name}" for name in GROUPS[by].path)


def _labelled(thing: str, name: str, kind: str = "") -> str:
    """Return patterns that bind the label of a thing that is bound, its key where it has none.

    Args:
        thing: its variable.
        name: that of the label.
        kind: name of its class where a label in another language does, "" where English alone does.
    """
    english = f'OPTIONAL {{ {thing} rdfs:label {name}Label . FILTER(LANG({name}Label) = "en") }} '
    labels = [f"STR({name}Label)", f'REPLACE(STR({thing}), "^.*/", "")']
    other = ""
    if kind:
        labels.insert(1, f"{name}Other")
        first = f"SELECT {thing} (MIN(STR({name}Any)) AS {name}Other)"
        any_label = f"{thing} a ogpld:{kind} ; rdfs:label {name}Any"
        other = f"OPTIONAL {{ {first} WHERE {{ {any_label} }} GROUP BY {thing} }} "
    return f"{english}{other}BIND(COALESCE({', '.join(labels)}) AS {name})"


def _value(
    measure: Measure,
    names: tuple[str, str, str],
    stem: str,
    part: _Part | None = None,
    *,
    scale: bool = False,
) -> list[str]:
    """Return patterns that bind the value that counts, that of the first shortcut with one, and its label.

    Args:
        measure: the measure.
        names: of the variables for value and label, and the label where there is no value.
        stem: what other variables begin with.
        part: the plan or cycle that values have to hold for, None for any.
        scale: whether the label begins with the label of the scale.
    """
    lines, values, labels = [], [], []
    for number, shortcut in enumerate(measure.shortcuts, 1):
        value, name = f"?{stem}{number}", f"?{stem}Name{number}"
        elsewhere = f"{stem}Elsewhere{number}"
        if pattern := _elsewhere(part, measure, shortcut, elsewhere):
            lines.append(pattern)
        held = f" FILTER(!BOUND(?{elsewhere}))" if part else ""
        if shortcut.scale == YES_NO:
            lines.append(f"OPTIONAL {{ ?commitment ogpld:{shortcut.name} {value}{held} }}")
            values.append(f"IF({value}, yes-no:yes, yes-no:no)")
            names_of_scale = (g.scale_label for g in measure.grades if g.scale == YES_NO)
            head = f"{next(names_of_scale, '')}: " if scale else ""
            labels.append(f'IF({value}, "{head}Yes", "{head}No")')
            continue
        patterns = [
            f"?commitment ogpld:{shortcut.name} {value} .",
            f'{value} rdfs:label {name} . FILTER(LANG({name}) = "en")',
        ]
        if scale:
            patterns.append(
                f"{value} skos:inScheme {value}Scheme . {value}Scheme rdfs:label {name}Scale ."
            )
            patterns.append(f'FILTER(LANG({name}Scale) = "en")')
        lines.append(f"OPTIONAL {{ {' '.join(patterns)}{held} }}")
        values.append(value)
        labels.append(f'CONCAT(STR({name}Scale), ": ", STR({name}))' if scale else f"STR({name})")
    value, label, unknown = names
    return [
        *lines,
        f"BIND(COALESCE({', '.join(values)}) AS ?{value})",
        f'BIND(COALESCE({", ".join(labels)}, "{unknown}") AS ?{label})',
    ]


def grade_patterns(
    measure: Measure, measures: Mapping[str, Measure], part: _Part | None = None
) -> list[str]:
    """Return patterns that bind the grade and its label.

    Args:
        measure: what is graded.
        measures: the measures of the release.
        part: the plan or cycle that grades have to hold for, None for any.
    """
    if measure.name != "coverage":
        return _value(measure, ("grade", "gradeLabel", measure.unknown.label), "value", part)
    completion, other = (grade.label for grade in measure.grades)
    by_irm = (
        "?assessment ogpld:assesses ?commitment ; ogpld:assessor ?assessor ; ogpld:value ?value . "
        "FILTER(?assessor = assessor:irm)"
    )
    of_completion = measures["completion"]
    patterns = []
    for number, shortcut in enumerate(of_completion.shortcuts, 1):
        elsewhere = f"completionElsewhere{number}"
        held = f" FILTER(!BOUND(?{elsewhere}))" if part else ""
        patterns += [
            *filter(None, [_elsewhere(part, of_completion, shortcut, elsewhere)]),
            f"OPTIONAL {{ ?commitment ogpld:{shortcut.name} ?completion{number}{held} }}",
        ]
    is_known = " || ".join(
        f"BOUND(?completion{number})" for number in range(1, len(of_completion.shortcuts) + 1)
    )
    otherwise = f'IF(BOUND(?assessor), "{other}", "{measure.unknown.label}")'
    return [
        *patterns,
        f"OPTIONAL {{ SELECT DISTINCT ?commitment ?assessor WHERE {{ {by_irm} }} }}",
        f'BIND(IF({is_known}, "{completion}", {otherwise}) AS ?gradeLabel)',
    ]


def _mid_term_patterns(measure: Measure) -> list[str]:
    """Return patterns that bind the commitment once more where its latest grade is of mid-term."""
    if not measure.latest_key:
        return []
    final = [n for n, each in enumerate(measure.shortcuts, 1) if each.phase != MID_TERM]
    is_known = " || ".join(f"BOUND(?value{number})" for number in final)
    return [f"BIND(IF(BOUND(?grade) && !({is_known}), ?commitment, ?nothing) AS ?atMidTerm)"]


def _with_empty_members(lines: list[str], filters: Filters, iris: Iris) -> list[str]:
    """Return patterns that have members of which no commitment is held as well."""
    empty = ["?group a ogpld:Member ."]
    if "region" in filters:
        region = CODE(f"region/{filters['region']}")
        empty.append(f"?group ogpld:region {region} .")
    others = {name: value for name, value in filters.items() if name != "region"}
    narrowed = " ".join(narrowing_patterns(others, iris))
    return [
        "  {",
        "    ?commitment a ogpld:Commitment .",
        *(f"    {line}" for line in lines),
        "  } UNION {",
        *(f"    {line}" for line in (*empty, _labelled("?group", "?label"))),
        f"    MINUS {{ ?commitment a ogpld:Commitment ; ogpld:member ?group . {narrowed} }}",
        f'    BIND("{NOTHING_HELD}" AS ?gradeLabel)',
        "  }",
    ]
