"""A stranger's document against our shapes, beside a release it may point into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.running import ROOT

from ogpld.errors import DocumentError, SourceError
from ogpld.formats.blank import blank_workbook
from ogpld.model import Model
from ogpld.rdf import serialise
from ogpld.release import Release
from ogpld.report import Report
from ogpld.stores.embedded import EmbeddedStore
from ogpld.validate.task import prepare

Send = Callable[..., Report]
BASE = "http://localhost:8000/"
TURTLE = f"""
@prefix o: <https://w3id.org/ogpld/ns#> . @prefix d: <http://purl.org/dc/terms/> .
@prefix s: <https://schema.org/> . @prefix x: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}id/commitment/EE0999> a o:Commitment ; d:title "Open it"@en ; d:identifier "EE0999" ;
  o:member <{BASE}id/member/EST> ; o:plan <{BASE}id/action-plan/EST06> ;
"""


@pytest.fixture(scope="module")
def send(release: Release) -> Send:
    """Check a document as a worker does, each time beside a fresh copy of the release."""
    run = prepare(release.path)

    def sent(body: bytes | str, name: str = "", kind: str = "", class_name: str = "") -> Report:
        store = EmbeddedStore.load(release.data)
        head: dict[str, Any] = {"name": name, "type": kind, "class": class_name, "base": BASE}
        head["most"] = 100_000
        content = body.encode() if isinstance(body, str) else body
        reply, report = run(store, head, content)
        result = Report.from_json(report)
        assert reply["findings"] == len(result.findings)
        assert reply["refused"] == result.refused
        return result

    return sent


def test_a_table_points_at_its_cells(send: Send) -> None:
    """Row and column and what is printed there, for what the mapping and what the shapes find."""
    report = send(
        "key,title@en,member,plans,startDate,endDate\n"
        "EE0998,Open everything,EST,EST06,2022-07,2021\n"
        "EE0999,,EST,EST09,soon,2024\n",
        "commitments.csv",
    )
    places = {
        (f.severity.value, w.row, w.column, f.cell)
        for f in report.findings
        for w in f.where
        if w.file == "commitments.csv"
    }
    assert ("Violation", 3, "plans", "EST09") in places
    assert ("Violation", 3, "startDate", "soon") in places
    assert ("Violation", 3, "title@en", None) in places
    assert ("Warning", 2, "startDate", "2022-07") in places  # ends before it starts: computed
    assert not any("ogpld check" in f.hint for f in report.findings)


def test_what_a_document_points_at_may_be_in_the_release(send: Send) -> None:
    """Member, plan and codes are known; nothing else is found."""
    report = send(TURTLE + 's:startDate "2023"^^x:gYear .', kind="text/turtle")
    assert report.findings == ()


def test_a_thing_is_taken_from_the_document_alone(send: Send, release: Release) -> None:
    """What the release says of the same thing is no second title."""
    document = (
        TURTLE.replace("EE0999", "EE0050").replace("EST06", "EST03") + 's:endDate "2017"^^x:gYear .'
    )
    assert not send(document, kind="ttl").refused
    assert "EE0050" in b"".join(release.lines()).decode()


def test_our_own_documents_conform(send: Send, release: Release) -> None:
    """What is published can be sent back, in every format."""
    store = EmbeddedStore.load(release.data)
    iri = f"{BASE}id/commitment/EE0050"
    rows = [q.triple for q in store.engine if str(q.subject) == f"<{iri}>"]
    for form in ("ttl", "nt", "rdf", "jsonld"):
        report = send(serialise(rows, form), kind=form)
        assert not report.refused, report.as_text()


def test_a_document_of_ours_conforms(send: Send, release: Release) -> None:
    """With the labels of what it points to, the links to it, and what it says of itself."""
    store = EmbeddedStore.load(release.data)
    for path in ("commitment/EE0050", "action-plan/EST03", "member/EST"):
        document = store.describe(f"{BASE}id/{path}", 100)
        about = f"<{BASE}doc/{path}> <http://xmlns.com/foaf/0.1/primaryTopic> <{BASE}id/{path}> .\n"
        report = send(document.quads + about.encode(), kind="nq")
        assert not report.refused, report.as_text()
        assert "no type the shapes know" not in report.as_text(), report.as_text()


def test_what_no_shape_is_about_is_told(send: Send) -> None:
    """Silence would be taken for a pass."""
    report = send("<http://e.org/a> <http://e.org/p> 1 .", kind="ttl")
    assert [f.message for f in report.findings] == [
        "It has no type the shapes know, so it was not checked."
    ]


def test_a_report_that_is_too_large_is_refused(send: Send) -> None:
    """Before it is read, kept and written in the process of all clients."""
    rows = "".join(f"<http://e.org/{n}> <http://e.org/p> 1 .\n" for n in range(1_000))
    with pytest.raises(DocumentError, match="1,000 findings") as caught:
        send(rows, kind="ttl")
    assert caught.value.code == "document-too-large"
    assert "in parts" in caught.value.hint


HEAD = f"""
@prefix o: <https://w3id.org/ogpld/ns#> . @prefix d: <http://purl.org/dc/terms/> .
@prefix s: <https://schema.org/> . @prefix c: <{BASE}id/commitment/> .
"""


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ('c:EE0050 o:member <http://nope.example/> ; s:startDate "next spring" .', "There are two starts"),
        ('c:EE0050 s:startDate "2019" .', "There are two starts"),
        ('c:EE0050 a o:Commitment ; d:title "untagged" .', "title"),
        ('c:EE0050 d:title "untagged" .', "title"),
        ("c:EE0050 a o:Member .", "The name is missing"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_thing_of_the_release_is_checked(
    send: Send, statements: str, words: str
) -> None:
    """Without a type it has the one the release knows; a name that is another one is a statement too."""
    report = send(HEAD + statements, kind="ttl")
    assert report.refused, report.as_text()
    assert words in report.as_text()
    assert not [f for f in report.findings if "no type the shapes know" in f.message]


def test_what_only_repeats_the_release_describes_nothing(send: Send) -> None:
    """Names, types and links that stand there: so documents say what points at their thing."""
    document = f"""{HEAD}
        c:EE0050 o:member <{BASE}id/member/EST> . <{BASE}id/member/EST> a o:Member .
        <{BASE}id/assessment/EE0050-completion-results-report> o:assesses c:EE0050 .
    """
    report = send(document, kind="ttl")
    assert report.findings == ()


@pytest.mark.parametrize("statement", ["o:plan 5", "o:completion 5", "o:relevant true"])
def test_a_new_thing_without_a_type_is_told(send: Send, statement: str) -> None:
    """Also where a shape is about whatever has a property: it looks at nothing else."""
    report = send(
        f'{HEAD} c:EE0999 d:title "untagged" ; o:member <http://nope.example/> ; {statement} .',
        kind="ttl",
    )
    assert [f for f in report.findings if "no type the shapes know" in f.message]


XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *(("ttl", "# nothing"), ("trig", "@prefix a: <a:> ."), ("nt", "# nothing"), ("nq", "\n")),
        *(("jsonld", "[]"), ("json", "{}"), ("jsonld", '{"@context": {}}'), ("rdf", XML)),
    ],
)
def test_a_document_without_statements_is_refused(send: Send, kind: str, body: str) -> None:
    """In every form: there is nothing that could conform."""
    with pytest.raises(DocumentError, match="makes no statement") as error:
        send(body, kind=kind)
    assert error.value.hint


def test_blank_nodes_and_odd_forms_are_found(send: Send) -> None:
    """The rules about published statements hold for sent ones."""
    report = send(TURTLE + 'o:note "x"@en-GB , [] ; s:startDate "soon" .', kind="ttl")
    messages = {f.message for f in report.findings}
    assert "a blank node; published things have IRIs" in messages
    assert any("There are two starts, or it is no year" in m for m in messages)


def test_a_workbook_is_read(send: Send, model: Model) -> None:
    """An empty template has no rows, and says so."""
    with pytest.raises(SourceError):
        send(blank_workbook(model, ["Commitment"]), "plan.xlsx")


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"\xff\xfe", "ttl", DocumentError),
        (b"PK\x03\x04", "xlsx", SourceError),
        (b"a,b\n1\n", "csv", SourceError),
        (b"a;b\n1;2\n", "text/csv", SourceError),
        (b"", "csv", SourceError),
        (b"", "application/pdf", DocumentError),
    ],
)
def test_a_bad_document_is_one_error(send: Send, body: bytes, kind: str, error: type) -> None:
    """A document that cannot be read is one error, not a report with a finding."""
    with pytest.raises(error):
        send(body, kind=kind)


def test_the_examples_of_the_ontology_can_be_sent(send: Send) -> None:
    """Each example file of a class is a document one could send."""
    for file in sorted((ROOT / "ontology" / "examples").glob("*.ttl")):
        send(file.read_bytes(), file.name)
