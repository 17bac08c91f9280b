"""Pages of their own: what they say is what queries count; what is unknown is said to be unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from support.pages import Reader, main_text

from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.context import make_context
from ogpld.queries.named import load_named
from ogpld.rdf import CODE, DCTERMS, NS, RDF, RDFS, SCHEMA, Literal, NamedNode, Quad
from ogpld.release import Release, ReleaseStore
from ogpld.statistics import Grade, Record, Statistics
from ogpld.statistics.record import MemberRecord, PlannedValue, PlanRecord
from ogpld.stores import Query
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import answer_document
from ogpld.web.pages.answer import answer
from ogpld.web.pages.class_pages import CLASS_PAGES
from ogpld.web.pages.cluster_page import ClusterPage
from ogpld.web.pages.commitment_page import Moment, moment_order
from ogpld.web.pages.commitment_rows import ROWS
from ogpld.web.pages.links import Description, by_language
from ogpld.web.pages.member_page import member_page
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.plan_page import plan_page
from ogpld.web.pages.plan_records import Elsewhere, elsewhere_of
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.templates import environment_of
from ogpld.web.routes.site import home as home_page

_BROWSER = {"Accept": "text/html"}
_PREFIX = "PREFIX o: <https://w3id.org/ogpld/ns#> PREFIX id: <http://localhost:8000/id/>\n"


@pytest.fixture(scope="module")
def opened(release: Release, home: Path) -> Iterator[OpenRelease]:
    """The sample data with one worker."""
    current = OpenRelease.open(release, ReleaseStore(home), Settings(home=home, workers=1))
    yield current
    current.store.close()


def page(release: OpenRelease, segment: str, key: str) -> str:
    """Return the page of a thing."""
    path = f"{release.path_prefix}/doc/{segment}/{key}"
    request = ReleaseRequest.plain(release, path, headers=_BROWSER)
    response = answer(request, answer_document, segment, key)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


@pytest.fixture(scope="module")
def number(opened: OpenRelease) -> Callable[[str], int]:
    """The number that a query answers."""

    def ask(pattern: str) -> int:
        text = f"{_PREFIX}SELECT (COUNT(DISTINCT ?c) AS ?n) {{ ?c a o:Commitment . {pattern} }}"
        body = opened.store.answer(Query(text, ("csv", "")), trusted=True).body
        return int(body.decode().split()[-1])

    return ask


@pytest.mark.parametrize("key", ["EST", "GEO", "NLD"])
def test_what_a_member_page_says_is_what_queries_count(
    opened: OpenRelease, number: Callable[[str], int], key: str
) -> None:
    """Commitments assessed at the end, those of them that were carried out, and those nobody knows of."""
    of_member = f"?c o:member id:member\\/{key} ."
    at_end = number(f"{of_member} ?c o:completion ?v")
    done = number(f"{of_member} ?c o:completion ?v ; o:highCompletion true")
    unknown = number(
        f"{of_member} FILTER NOT EXISTS {{ ?c o:completion ?v }} "
        "FILTER NOT EXISTS { ?c o:midTermCompletion ?m }"
    )
    text = main_text(page(opened, "member", key))
    if at_end == 1:
        assert "The one commitment assessed at the end of its plan was " in text
    elif at_end:
        assert f"Of the {at_end} commitments" in text
        assert re.search(rf"plan, {done} (was|were) completed or substantially completed", text)
    if 0 < unknown < number(of_member):
        noun = "commitment" if unknown == 1 else "commitments"
        assert f"For {unknown} {noun} no assessment of completion is available here" in text


def test_printed_and_counted_numbers_are_those_of_the_question(opened: OpenRelease) -> None:
    """A plan's page shows each difference that the named query finds, with the same numbers."""
    body = opened.store.answer(
        Query(load_named()["printed-and-counted"].text, ("csv", "")), trusted=True
    ).body.decode()
    rows = [line.split(",") for line in body.split()[1:]]
    assert rows
    for plan, _, printed, counted in rows:
        text = main_text(page(opened, "action-plan", plan.rpartition("/")[2]))
        assert f"Commitments assessed {printed} {counted}" in text


def test_what_was_assessed_for_another_plan_is_counted_there(opened: OpenRelease) -> None:
    """Two commitments are of EST05 and EST06, and only reports on the latter assess them."""
    text = main_text(page(opened, "action-plan", "EST05"))
    assert "Commitments assessed 4 4 " in text
    assert "Commitments with an open government lens 4 4 " in text
    assert "The one commitment assessed at the end of its plan was completed" in text
    assert "2 of them were assessed in reports on another of their plans" in text
    text = main_text(page(opened, "action-plan", "EST06"))
    assert "The one commitment assessed at the end of its plan was completed" in text
    assert "Commitments with an open government lens 2 4 " in text
    assert "another of" not in text
    member = main_text(page(opened, "member", "EST"))
    assert "Estonia Action Plan 2020-2022: 6 in all (Substantial 1, Unknown 5)" in member
    assert "Estonia Action Plan 2022-2024: 4 in all (Substantial 1, Unknown 3)" in member


def test_a_reason_for_no_value_is_no_assessment(opened: OpenRelease) -> None:
    """It counts neither in the sums of the whole nor on the page of what was to be assessed."""

    def rows(text: str) -> list[list[str]]:
        body = opened.store.answer(Query(_PREFIX + text, ("csv", "")), trusted=True).body
        return [line.split(",") for line in body.decode().split()[1:]]

    [[valued]] = rows("SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a o:Assessment ; o:value ?v }")
    [[without]] = rows("SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a o:Assessment ; o:noValue ?v }")
    assert int(without)
    words = f"{int(valued):,} assessments, besides {int(without):,} places where a source says why"
    assert words in facts(opened).whole.description
    response = answer(ReleaseRequest.plain(opened, "/", headers=_BROWSER), home_page)
    text = main_text(response.get_data(as_text=True))
    assert f"{int(valued):,} Assessments and {int(without):,} without a value" in text
    [[iri, number], *_] = rows(
        "SELECT ?c (COUNT(DISTINCT ?place) AS ?n) { ?c a o:Commitment . ?none o:assesses ?c ; o:noValue ?r . "
        "?a o:assesses ?c ; o:value ?v ; o:indicator ?i ; o:phase ?p ; o:assessor ?by . "
        "BIND(CONCAT(STR(?i), STR(?p), STR(?by)) AS ?place) } GROUP BY ?c ORDER BY ?n ?c"
    )
    text = main_text(page(opened, "commitment", iri.rpartition("/")[2]))
    assert f"How it was assessed {number} " in text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("one", "1 of the commitments that the IRM assessed together"),
        ("more", "1 of the 3 commitments that the IRM assessed together, as the source names them"),
    ],
)
def test_a_cluster_of_which_one_commitment_is_held(key: str, words: str) -> None:
    """It was not assessed together with itself: the page says how many a source names, where it does."""
    outcome = Outcome(1, 0, 0, 0, 0, 1)
    cluster = ClusterPage((), "", 3 if key == "more" else 0, outcome, None, (), "")
    template = environment_of("en").get_template("cluster.html")
    lead = "".join(template.blocks["lead"](template.new_context({"own": cluster, "outcome": str})))
    assert words in " ".join(lead.split())


def test_a_value_without_a_report_holds_for_each_plan(opened: OpenRelease) -> None:
    """The end of the term was assessed for the other plan, mid-term for this one, the star in no report."""
    record = replace(
        opened.statistics.records[0],
        key="C",
        plans=("P1", "P2"),
        reported=("", "P1", "P2"),
        planned=(
            PlannedValue("completion", "complete", ("P2",)),
            PlannedValue("midTermCompletion", "limited", ("P1",)),
            PlannedValue("potentialImpact", "minor", ("",)),
        ),
    )
    elsewhere = elsewhere_of([record], "P1")
    assert elsewhere == {"C": Elsewhere(here=True, shortcuts=frozenset({"completion"}))}
    in_plan = opened.statistics.within(record, {"P1"})
    assert in_plan.completion == Grade("completion", "completion", "limited", "mid-term")
    assert in_plan.ambition == Grade("potential-impact", "potential-impact", "minor", "design")


@pytest.mark.parametrize(
    ("segment", "key", "phrases"),
    [
        ("member", "EST", ["In this data", "Plans", "Identifiers and names", "All statements"]),
        ("action-plan", "EST04", ["Plan 4 of Estonia", "Commitments 6", "Printed and counted"]),
        ("commitment", "EE0050", ["What was promised", "Independent Reporting Mechanism", "Major"]),
        ("report", "EST04-design-report", ["What it assessed", "Printed totals"]),
        ("institution", "EST-riigikogu", ["It leads", "Riigikogu"]),
        ("assessment", "EE0050-completion-results-report", ["Complete", "The scale"]),
        ("irm-cluster", "EST02-irm-1", ["that the IRM assessed together"]),
    ],
)
def test_a_page_of_its_own_has_everything(
    opened: OpenRelease, segment: str, key: str, phrases: list[str]
) -> None:
    """It is whole HTML, light, has its data's forms and everything the generic page says; so in the past."""
    for release in (opened, opened.as_past):
        html = page(release, segment, key)
        text, reader = main_text(html), Reader()
        reader.feed(html)
        assert not reader.wrong, reader.wrong
        assert len(reader.ids) == len(set(reader.ids))
        assert len(html.encode()) < 100_000
        for phrase in (*phrases, "All statements", "How this was read", "Cite as", "Versions"):
            assert phrase in text, phrase
        own = html.partition("<h1>")[2].partition("<footer")[0]
        links = re.findall(r'href="([^"]*/doc/[^"]*)"', own)
        assert f"{release.path_prefix}/doc/{segment}/{key}.ttl" in links
        assert all(
            link.startswith((f"{release.path_prefix}/doc/", "/release/", "http")) for link in links
        )


def test_a_class_without_a_page_of_its_own_has_the_generic_one(opened: OpenRelease) -> None:
    """Statements in the open, nothing folded."""
    assert "Milestone" not in CLASS_PAGES
    row = opened.select("things", kind=NS("Milestone"))[0]["thing"]
    html = page(opened, "milestone", row.rpartition("/")[2])
    assert "<h2>Identification</h2>" in html
    assert 'id="statements"' not in html


def test_links_to_texts_say_where_they_lead(opened: OpenRelease) -> None:
    """Not by a bare host; copies at third parties come last and are called so."""
    page_of_plan = page(opened, "action-plan", "EST04")
    links = re.findall(r'<a href="https?://[^"]+" rel="nofollow[^>]*>(.*?)</a>', page_of_plan)
    texts = [re.sub("<[^>]+>", "", link).strip() for link in links]
    assert "read at www.opengovpartnership.org" in texts
    assert any(text.startswith("copy on a third party's site: ") for text in texts)
    assert not [text for text in texts if re.fullmatch(r"[\w-]+(\.[\w-]+)+", text)]
    about = Description((), "", opened.model, opened.iris)
    addresses = ("https://docslib.org/a", "https://www.slidelegend.com/b", "https://x.example/c")
    values = sorted(map(about.link, addresses), key=by_language)
    assert [value.is_copy for value in values] == [False, True, True]


def test_parts_have_anchors_and_iris_to_copy(opened: OpenRelease) -> None:
    """The territory of a member, and the numbers that a report prints."""
    html = page(opened, "member", "EST")
    assert 'id="territory"' in html
    assert "<code>http://localhost:8000/id/member/EST#territory</code>" in html
    html = page(opened, "report", "EST04-design-report")
    assert 'id="commitments-assessed"' in html
    assert "http://localhost:8000/id/report/EST04-design-report#commitments-assessed" in html


# -- data of a country that there is not

_IRIS = Iris("http://data.example.org/")
_DONE = Grade("completion", "completion", "complete", "end-of-term")
_HALF = Grade("completion", "completion", "limited", "mid-term")


def record(number: int, completion: Grade | None, **more: Any) -> Record:
    """Return a commitment of Ruritania."""
    key = f"RU{number:04}"
    plain = Record(
        iri=_IRIS.thing("commitment", key).value,
        key=key,
        title=f"Promise {number}",
        member="RUR",
        plans=("RUR01",),
        region=None,
        cycles=(2031,),
        leads=(),
        policy_areas=(),
        completion=completion,
        ambition=None,
        relevance=None,
        results=None,
        relevant_to=(),
        assessed=completion is not None,
        start=None,
        end=None,
    )
    return replace(plain, **more)


def subject_of(
    model: Model, segment: str, key: str, kind: str, records: list[Record], **rows: Any
) -> Subject:
    """Return a thing of a release in which the queries answer `rows`, or nothing."""
    plan = PlanRecord(_IRIS.thing("action-plan", "RUR01").value, "RUR01", "Plan of Ruritania", "RUR",
                      2031, None, None, None)  # fmt: skip
    member = MemberRecord(_IRIS.thing("member", "RUR").value, "RUR", "Ruritania", None)
    statistics = Statistics(model, records, {"RUR01": plan}, {"RUR": member}, {})
    cache: dict[object, object] = {}
    serving = SimpleNamespace(
        model=model,
        iris=_IRIS,
        path_prefix="",
        context=make_context(model),
        statistics=statistics,
        select=lambda name, **_: rows.get(name.replace("-", "_"), []),
        names=lambda iris: {iri: (iri.rpartition("/")[2], "") for iri in iris},
        cached=lambda name, make: cache.setdefault(name, make()),
    )
    iri, graph = _IRIS.thing(segment, key), _IRIS.graph("a", "b")
    quads = [
        Quad(iri, RDF("type"), NS(kind), graph),
        Quad(iri, RDFS("label"), Literal("Ruritania", language="en"), graph),
        Quad(iri, DCTERMS("identifier"), Literal(key), graph),
    ]
    about = Description(quads, iri.value, model, _IRIS)
    return Subject(cast(OpenRelease, serving), about, {})


def test_any_country_is_described_by_its_own_data(model: Model) -> None:
    """Nothing of another country, the newest plan first, unknown numbers unknown."""
    plans = [
        {"plan": _IRIS.thing("action-plan", "RUR01").value, "label": "Plan", "cycle": "2031",
         "end": "2033-06", "stated": "7"},
        {"plan": _IRIS.thing("action-plan", "RUR00").value, "cycle": "2029"},
    ]  # fmt: skip
    records = [record(1, _DONE), record(2, _HALF), record(3, None)]
    view = member_page(subject_of(model, "member", "RUR", "Member", records, plans_of=plans))
    assert [(plan.period, plan.held, plan.stated) for plan in view.plans] == [
        ("2031 to 2033", 3, "7"),
        ("from 2029", 0, ""),
    ]
    assert view.outcome == Outcome(3, 1, 1, 1, 0, 1)
    assert view.latest_plan is view.plans[0]
    assert (view.latest_report, view.bodies, view.unmatched) == (None, (), 3)
    assert view.commitments_href == "/doc/commitment?member=RUR"


@pytest.mark.parametrize(
    ("end", "place"), [("2023-06-30", 1), ("2023-06", 1), ("2023-12", 3), ("2023", 3), ("", 4)]
)
def test_a_course_is_in_its_order(end: str, place: int) -> None:
    """An end whose day is known stands at it; one of a year is behind what else was in that year."""
    reports = ["2021-08-01", "2023-07-01", "2023-11", "2024-03-15"]
    course = [Moment(end, "End"), *(Moment(day, "") for day in reports)]
    dates = [moment.date for moment in sorted(course, key=moment_order)]
    assert dates == [*reports[:place], end, *reports[place:]]


def test_a_member_without_data_is_not_said_to_have_done_nothing(model: Model) -> None:
    """No plan, no commitment, no chart."""
    view = member_page(subject_of(model, "member", "RUR", "Member", []))
    assert (view.plans, view.charts, view.latest_plan, view.outcome.total) == ((), (), None, 0)


@pytest.mark.parametrize(
    ("years", "events", "joined"),
    [
        ([], [], ()),
        (["2031"], [], ("2031",)),
        ([], [("joined", "2033-08")], ("2033-08",)),
        (["2032"], [("joined", "2033-04")], ("2032", "2033-04")),
        (["2033"], [("joined", "2033-04-02"), ("suspended", "2034")], ("2033-04-02",)),
        (["2031"], [("withdrawn", "2034-05")], ("2031",)),
        (["2031"], [("removed", "2034-05"), ("joined", "2036")], ("2036",)),
    ],
)
def test_a_member_joined_when_years_and_events_say(
    model: Model, years: list[str], events: list[tuple[str, str]], joined: tuple[str, ...]
) -> None:
    """An event is a date of joining as good as a year; what is less exact or over is left out."""
    subject = subject_of(model, "member", "RUR", "Member", [])
    member, graph = _IRIS.thing("member", "RUR"), _IRIS.graph("a", "b")
    quads = list(subject.about.by_subject[member.value])
    quads += [Quad(member, NS("joined"), Literal(year), graph) for year in years]
    for kind, day in events:
        event = NamedNode(f"{member.value}#{kind}")
        quads += [
            Quad(member, NS("statusEvent"), event, graph),
            Quad(event, NS("status"), CODE(f"member-status/{kind}"), graph),
            Quad(event, SCHEMA("startDate"), Literal(day), graph),
        ]
    about = Description(quads, member.value, model, _IRIS)
    assert member_page(replace(subject, about=about)).joined == joined


def test_a_member_page_does_not_contradict_its_events(opened: OpenRelease) -> None:
    """What the first sentence says of joining is what the list of events says."""
    assert "in OGP since 2012 or April 2013 (sources differ)" in main_text(
        page(opened, "member", "FIN")
    )
    kosovo = main_text(page(opened, "member", "XKX"))
    assert "in OGP since August 2023" in kosovo
    assert "no date of joining" not in kosovo


def test_a_long_list_is_cut_and_says_where_all_of_it_is(model: Model) -> None:
    """A plan of more commitments than a page shows; all are counted."""
    records = [record(number, None) for number in range(ROWS + 30)]
    rows = [{"commitment": r.iri, "number": str(n)} for n, r in enumerate(records)]
    view = plan_page(
        subject_of(model, "action-plan", "RUR01", "ActionPlan", records, commitments_by=rows)
    )
    assert (view.held, len(view.rows), view.outcome.unknown) == (ROWS + 30, ROWS, ROWS + 30)
    assert view.list_href == "/doc/commitment?plans=RUR01"
    assert [row.number for row in view.rows[:3]] == ["0", "1", "2"]
    assert view.rows[0].marks["completion"].grade.css_class == "grade-unknown"


def test_an_outcome_adds_up(model: Model) -> None:
    """At the end, at mid-term only, unknown: together all; only grades that mean it count as done."""
    grades = [
        _DONE,
        replace(_DONE, code="substantial"),
        replace(_DONE, code="withdrawn"),
        _HALF,
        None,
    ]
    outcome = outcome_of(model, [record(n, grade) for n, grade in enumerate(grades)])
    assert outcome.at_end + outcome.at_mid_term + outcome.unknown == outcome.total == 5
    assert (outcome.done_at_end, outcome.done_at_mid_term) == (2, 0)
    assert outcome_of(model, []) == Outcome(0, 0, 0, 0, 0, 0)


def test_names_of_every_page_are_those_of_the_model(model: Model) -> None:
    """Each class with a page of its own is one of the model that has pages."""
    assert all(model.classes[name].segment for name in CLASS_PAGES)
    assert NamedNode(model.classes["Member"].iri) == NS("Member")


def test_a_commitment_leads_up_and_sideways(opened: OpenRelease) -> None:
    """To its member, plan and list, and to the commitments before and after it in its plan; every one is met."""
    record = opened.statistics.by_key["EE0050"]
    keys = [r.key for r in opened.statistics.records if r.plan == record.plan]
    html = page(opened, "commitment", "EE0050")
    trail = html.partition('<nav class="kind"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', trail) == [
        "/doc/member/EST",
        f"/doc/action-plan/{record.plan}",
        "/doc/commitment",
    ]
    met = ["EE0050"]
    for direction in ("prev", "next"):
        key = "EE0050"
        while neighbour := re.search(
            rf'<a rel="{direction}" href="/doc/commitment/([^"]+)"', page(opened, "commitment", key)
        ):
            key = neighbour[1]
            met.append(key)
    assert sorted(met) == sorted(keys)


def test_a_commitment_page_says_nothing_twice(opened: OpenRelease) -> None:
    """Its title is the heading, a body is not printed as itself, a definition stands once; findings are folded."""
    html = page(opened, "commitment", "EE0050")
    assert "<dt>Title</dt>" not in html
    assert not re.search(r">Riigikogu</bdi></a>[^\n]*printed as[^\n]*>Riigikogu<", html)
    assessed = html.partition('id="assessed"')[2].partition("</section>\n</div>")[0]
    definitions = re.findall(r'<p class="facts"><span>([^<]+)</span>', assessed)
    assert len(definitions) == len(set(definitions)) > 1
    report = page(opened, "report", next(iter(_with_findings(opened))))
    assert re.search(r'<section id="findings">\n<details>\n<summary>For editors', report)


def _with_findings(opened: OpenRelease) -> Iterator[str]:
    """Yield the keys of the reports that the check found something in."""
    place = f"{opened.iris.base}id/report/"
    yield from (i.removeprefix(place) for i in sorted(opened.findings) if i.startswith(place))
