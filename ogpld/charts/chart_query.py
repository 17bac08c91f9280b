"""The SPARQL query that answers with the rows of a chart."""

from __future__ import annotations

from collections.abc import Mapping

from ogpld.charts.chart_list import Chart
from ogpld.charts.chart_rows import NOTHING_HELD, OF_MID_TERM, Filters
from ogpld.iris import Iris
from ogpld.rdf import CODE, DCTERMS, NS, RDFS, SKOS, Literal, prologue
from ogpld.statistics import GROUPS, Measure
from ogpld.statistics.measures import YES_NO
from ogpld.statistics.statistics import MID_TERM

_PREFIXES = {
    "assessor": f"{CODE.iri}assessor/",
    "dcterms": DCTERMS.iri,
    "ogpld": NS.iri,
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
    lines = [
        *narrowing_patterns(filters, iris),
        *_group(chart, measures),
        *grade_patterns(measure, measures),
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


def _group(chart: Chart, measures: Mapping[str, Measure]) -> list[str]:
    """Return patterns that bind the group and its label, which is "Unknown" for none."""
    if chart.by in measures:
        return _value(measures[chart.by], ("group", "label", "Unknown"), chart.by, scale=True)
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
    measure: Measure, names: tuple[str, str, str], stem: str, *, scale: bool = False
) -> list[str]:
    """Return patterns that bind the value that counts, that of the first shortcut with one, and its label.

    Args:
        measure: the measure.
        names: of the variables for value and label, and the label where there is no value.
        stem: what other variables begin with.
        scale: whether the label begins with the label of the scale.
    """
    lines, values, labels = [], [], []
    for number, shortcut in enumerate(measure.shortcuts, 1):
        value, name = f"?{stem}{number}", f"?{stem}Name{number}"
        if shortcut.scale == YES_NO:
            lines.append(f"OPTIONAL {{ ?commitment ogpld:{shortcut.name} {value} }}")
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
        lines.append(f"OPTIONAL {{ {' '.join(patterns)} }}")
        values.append(value)
        labels.append(f'CONCAT(STR({name}Scale), ": ", STR({name}))' if scale else f"STR({name})")
    value, label, unknown = names
    return [
        *lines,
        f"BIND(COALESCE({', '.join(values)}) AS ?{value})",
        f'BIND(COALESCE({", ".join(labels)}, "{unknown}") AS ?{label})',
    ]


def grade_patterns(measure: Measure, measures: Mapping[str, Measure]) -> list[str]:
    """Return patterns that bind the grade and its label."""
    if measure.name != "coverage":
        return _value(measure, ("grade", "gradeLabel", measure.unknown.label), "value")
    completion, other = (grade.label for grade in measure.grades)
    by_irm = (
        "?assessment ogpld:assesses ?commitment ; ogpld:assessor ?assessor ; ogpld:value ?value . "
        "FILTER(?assessor = assessor:irm)"
    )
    either = "|".join(f"ogpld:{shortcut.name}" for shortcut in measures["completion"].shortcuts)
    otherwise = f'IF(BOUND(?assessor), "{other}", "{measure.unknown.label}")'
    return [
        f"OPTIONAL {{ ?commitment {either} ?completion }}",
        f"OPTIONAL {{ SELECT DISTINCT ?commitment ?assessor WHERE {{ {by_irm} }} }}",
        f'BIND(IF(BOUND(?completion), "{completion}", {otherwise}) AS ?gradeLabel)',
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
