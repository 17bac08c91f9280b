"""The query parameters of every address, and the error for an unknown one.

`ROUTES` names the parameters of each endpoint; the lists and the questions, whose parameters come from the
model and from the query files, declare theirs with the same `Parameter`. An unknown parameter, one
given twice where one is taken, and an empty one are each a 400: passed over, they would give a complete and
wrong answer. What sites add to links that people share is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.language_tags import LANGUAGES
from ogpld.near_names import closest
from ogpld.web.http.http_messages import Request
from ogpld.web.http.languages import language_named
from ogpld.web.http.problems import Problem

#: Parameters that mail, social networks and advertisements add to links.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh"
    r"|mc_cid|mc_eid|_ga|_gl"
)
#: Values that one line of a hint names.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter.

    Attributes:
        name: as in the address.
        description: what it does, in one sentence.
        repeated: whether it may be given several times.
        blank: whether an empty value means that it is not given, as forms send it.
    """

    name: str
    description: str
    repeated: bool = False
    blank: bool = False


FORMAT = (
    Parameter("format", "Form of the answer: a suffix or a media type."),
    Parameter("_mediatype", "The same as format."),
)
PROFILE = (
    Parameter("_profile", "Shape of JSON-LD: compacted, expanded, flattened or framed."),
    Parameter("_context", "How JSON-LD gives its context: link or inline."),
)
#: Columns added to rows: see `sparql/added_columns.py`.
ADDED_COLUMNS = (
    Parameter("labels", "Language tag: adds what the things of each column are called."),
    Parameter("why", "1 adds the row of the source, the page, and how it was read."),
)
#: The language of pages; other forms are the same in any.
LANGUAGE = Parameter(
    "lang", f"Language of pages: {', '.join(LANGUAGES)}; Accept-Language where it is left out."
)
PAGE = Parameter("page", "Number of the page, from 1.")
_NONE: tuple[Parameter, ...] = (LANGUAGE,)
_FORM = (*FORMAT, LANGUAGE)
_RDF = (*FORMAT, *PROFILE, LANGUAGE)
_SOURCE = (
    *_RDF,
    Parameter("row", "Number of one row of the table; the header is row 1."),
    PAGE,
)
_REPORT = (
    PAGE,
    Parameter("severity", "Only findings of this severity: Violation, Warning or Info."),
    Parameter("about", "Only findings about this thing, by its IRI."),
)
_TEXT = Parameter(
    "q", "Text that is looked for: a name, words of it, a code or an address.", blank=True
)
_CLASS = Parameter("class", "Only things of this class, as in Commitment.", blank=True)
_SEARCH = (
    *_FORM,
    _TEXT,
    _CLASS,
    Parameter(
        "member", "Only what belongs to this member, by key, code, name or address.", blank=True
    ),
    PAGE,
    Parameter("limit", "Matches on a page, from 1 to 100; usually 20."),
)
_SUGGEST = (
    *_FORM,
    _TEXT,
    _CLASS,
    Parameter("limit", "Suggestions, from 1 to 50; usually 10."),
)
_PATTERN = (
    Parameter("subject", "IRI of the subject; every one where it is left out.", blank=True),
    Parameter("predicate", "IRI of the predicate; every one where it is left out.", blank=True),
    Parameter("object", "IRI or literal; every object where it is left out.", blank=True),
)
_CHECKED = (
    Parameter("name", "File name of the document that is sent.", blank=True),
    Parameter("class", "Class of the rows of a table that is sent.", blank=True),
)
_MATCHED = (
    Parameter("name", "File name of the table that is sent.", blank=True),
    Parameter("type", "Class of the things that are meant, by name.", blank=True),
    Parameter("column", "Name or number of the column to match.", blank=True),
    Parameter("member", "Name or number of a column with the member of each row.", blank=True),
    Parameter("sheet", "Name of the sheet of a workbook.", blank=True),
    Parameter("format", "Form of the answer: csv, xlsx, or html for a summary.", blank=True),
    LANGUAGE,
)

_ID = Parameter("id", "Identifier, as /reconcile gives it.")
_TYPE = Parameter("type", "Name of a class.")

#: Endpoints that look at their parameters themselves.
#: `/sparql` and `POST /q`: clients send parameters of their own, and the contract has unknown ones ignored.
#: Redirects hand the query on to an address that looks at it. Lists and questions: see
#: `lists/list_request.py` and `routes/queries.py`; charts: `pages/chart_parameters.py`.
ELSEWHERE = frozenset(
    {
        "sparql.endpoint",
        "sparql.end_named",
        "past.endpoint",
        "past.current",
        "past.current_endpoint",
        "things.thing",
        "dumps.current",
        "releases.current_release",
        "releases.current_report",
        "things.listing",
        "past.listing",
        "past.chart",
        "past.chart_embed",
        "charts.chart",
        "charts.embed",
        "charts.compare",
        "queries.question",
        "queries.left_out",
        "permanent_queries.register",
    }
)

#: The parameters of each other endpoint.
ROUTES: Mapping[str, tuple[Parameter, ...]] = {
    "static": _NONE,
    "site.home": _RDF,
    "site.graph": _RDF,
    "site.source_table": _SOURCE,
    "site.health": _NONE,
    "site.live": _NONE,
    "site.ready": _NONE,
    "things.document": _RDF,
    "vocabulary.ontology": (*_RDF, PAGE),
    "vocabulary.ontology_version": (*_RDF, PAGE),
    "vocabulary.shapes": (*_RDF, PAGE),
    "vocabulary.lists": _FORM,
    "vocabulary.code_list": _RDF,
    "vocabulary.code": _RDF,
    "json_shapes.context": _NONE,
    "json_shapes.context_version": _NONE,
    "json_shapes.frame": _NONE,
    "json_shapes.schema": _NONE,
    "agents.endpoint": (),
    "queries.questions": _FORM,
    "permanent_queries.query": _FORM,
    "releases.releases": _RDF,
    "releases.release": _RDF,
    "releases.compared": (*_FORM, PAGE),
    "releases.validation": (*_RDF, *_REPORT),
    "releases.table": _SOURCE,
    "release_files.index": _NONE,
    "release_files.listed": _NONE,
    "release_files.download": _NONE,
    "past.document": _RDF,
    "past.graph": _RDF,
    "past.timemap": _FORM,
    "feeds.stream": _FORM,
    "feeds.stream_page": _FORM,
    "feeds.activity": _FORM,
    "feeds.activity_page": _FORM,
    "feeds.atom": (
        PAGE,
        LANGUAGE,
        Parameter("member", "Only what belongs to this member, one entry a release; key or name."),
        Parameter("policy-area", "Only what has this policy area; its notation or name."),
    ),
    "fragments.pattern": (
        *_PATTERN,
        PAGE,
        Parameter("part", "Number of the hundred statements of the page that people see, from 1."),
        *_FORM,
    ),
    "catalogue.whole": _RDF,
    "catalogue.dataset": _RDF,
    "catalogue.tables": _NONE,
    "citations.dataset": _NONE,
    "citations.release": _NONE,
    "codebook_tables.tables": _FORM,
    "codebook_tables.table": _FORM,
    "dumps.listed": _FORM,
    "dumps.index": _NONE,
    "dumps.ro_crate": _NONE,
    "dumps.download": _NONE,
    "discovery.void": _FORM,
    "discovery.api_catalog": _FORM,
    "discovery.linkset": _FORM,
    "discovery.robots": _NONE,
    "discovery.icon": _NONE,
    "harvest.harvest": _FORM,
    "machines.machines": _FORM,
    "machines.description": _NONE,
    "documentation.index": (*_FORM, PAGE),
    "documentation.document": (*_FORM, PAGE),
    "documentation.design": _FORM,
    "erasures.listing": _RDF,
    "claims.listing": _RDF,
    "claims.claim": _RDF,
    "errors.error_codes": _FORM,
    "errors.error_code": _FORM,
    "charts.charts": _FORM,
    "search.search": _SEARCH,
    "search.suggest": _SUGGEST,
    "search.opensearch": _NONE,
    "reconciliation.endpoint": (
        Parameter("queries", "Queries by name, as JSON (Reconciliation API 0.2)."),
        Parameter("extend", "Things and the properties wanted of them, as JSON."),
    ),
    "reconciliation.draft_manifest": _NONE,
    "reconciliation.draft_match": _NONE,
    "reconciliation.draft_extend": _NONE,
    "reconciliation.suggest": (
        Parameter("prefix", "What was typed so far.", blank=True),
        Parameter("cursor", "How many suggestions to leave out."),
    ),
    "reconciliation.flyout": (_ID,),
    "reconciliation.view": (_ID,),
    "reconciliation.preview_page": (_ID,),
    "reconciliation.proposals": (_TYPE, Parameter("limit", "How many properties to give.")),
    "sitemap.sitemap": _NONE,
    "sitemap.sitemap_file": _NONE,
    "match.form": _NONE,
    "match.match": _MATCHED,
    "validate.form": _RDF,
    "validate.check": (*_RDF, *_CHECKED),
    "validate.template": _NONE,
}


def parameter_values(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the parameters of the request and their values; what sites add to links is left out."""
    return {name: values for name, values in request.args.lists() if not _TRACKING.fullmatch(name)}


def content_parameters(request: Request) -> list[tuple[str, str]]:
    """Return the parameters that say what is asked for: not those of form and language, nor empty ones."""
    others = {parameter.name for parameter in (*FORMAT, *PROFILE, LANGUAGE)}
    values = {n: v for n, v in parameter_values(request).items() if n not in others}
    return [(name, value) for name, several in values.items() for value in several if value]


def check(request: Request, parameters: Iterable[Parameter]) -> None:
    """Refuse a request with other parameters than these.

    Raises:
        Problem: 400 for an unknown one, one given twice where one is taken, an empty one, or an unknown
            language.
    """
    declared = {parameter.name: parameter for parameter in parameters}
    for name, values in parameter_values(request).items():
        parameter = declared.get(name)
        if parameter is None:
            raise _unknown(name, declared)
        if len(values) > 1 and not parameter.repeated:
            raise Problem(
                "parameter-repeated",
                f"{name} is given {len(values)} times, and is taken once.",
                "leave one",
                parameter=name,
            )
        if not parameter.blank and not all(value.strip() for value in values):
            raise Problem(
                "parameter-empty",
                f"{name} is given without a value.",
                f"leave it out, or give one: {parameter.description}",
                parameter=name,
            )
        if parameter is LANGUAGE and not language_named(values[0]):
            raise _no_language(values[0])


def _no_language(text: str) -> Problem:
    return unknown_value(
        "language-unknown",
        f"There are no pages in {text[:80]!r}.",
        LANGUAGE.name,
        text,
        list(LANGUAGES),
        {name: tag for tag, name in LANGUAGES.items()},
    )


def whole_only(request: Request, form: str, names: Iterable[str]) -> None:
    """Refuse parameters that choose a part, where the answer is in a form that has everything.

    Args:
        request: the request.
        form: name of the form.
        names: the parameters, which pages take.

    Raises:
        Problem: 400 when one is given.
    """
    for name in names:
        if name in request.args:
            raise Problem(
                "parameter-of-pages",
                f"{name} chooses a part of the page; as {form} there is only the whole.",
                f"leave {name} out, or ask for HTML",
                parameter=name,
            )


def _unknown(name: str, available: Iterable[str]) -> Problem:
    # the one of whole addresses says nothing of what is taken
    listed = [name for name in available if name != LANGUAGE.name]
    detail = f"There is no parameter {name[:80]!r} here."
    return unknown_value("unknown-parameter", detail, name[:80], name, listed)


def unknown_value(
    code: str,
    detail: str,
    parameter: str,
    text: str,
    available: Sequence[str],
    also: Mapping[str, str] | None = None,
) -> Problem:
    """Return the 400 of an unknown value or parameter, with those there are and the one that is most like it.

    Args:
        code: stable code of the problem.
        detail: what is wrong, a sentence.
        parameter: name of the parameter.
        text: the value that was given.
        available: the values there are.
        also: further names of the values, such as labels.
    """
    more = f" and {len(available) - _NAMED} more" if len(available) > _NAMED else ""
    listed = ", ".join(available[:_NAMED])
    there = f"there are: {listed}{more}" if available else f"leave {parameter} out: there are none"
    nearest = closest(text, available, also)
    problem = Problem(
        code,
        detail,
        f"did you mean {nearest}? {there}" if nearest else there,
        parameter=parameter,
        available=list(available),
        **({"suggestion": nearest} if nearest else {}),
    )
    problem.wanted = text[:80]
    return problem
