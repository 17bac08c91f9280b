"""`/validate`: documents of every kind in, one report out; nothing kept, nothing run, no page broken."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from markupsafe import escape
from openpyxl import Workbook, load_workbook
from support.pages import BROWSER, FRAME_SCRIPT
from support.pages import read as whole
from support.running import ROOT, Server, wait_for
from werkzeug.test import Client, TestResponse

from ogpld.config import Settings
from ogpld.errors import ERRORS
from ogpld.rdf import SH, parse_quads
from ogpld.report import Report
from ogpld.web.current import open_release as serving
from ogpld.web.http.wordings import wording_of
from ogpld.web.routes.validate import EXAMPLE
from ogpld.web.server.create_application import create_wsgi_application

FORM = "application/x-www-form-urlencoded"
CSV = "text/csv"
FORMS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
EVIL = '"><script>alert(1)</script>'
TURTLE = """
@prefix ogpld: <https://w3id.org/ogpld/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
<http://localhost:8000/id/commitment/EE0901> a ogpld:Commitment ; dcterms:title "Open it"@en ;
  ogpld:member <http://localhost:8000/id/member/NOWHERE> .
"""


def send(
    server: Server, body: bytes | str, kind: str = CSV, **options: object
) -> requests.Response:
    """POST a document as a program does."""
    data = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": kind, "Accept": "application/json", **options.pop("headers", {})}  # type: ignore[dict-item]
    return requests.post(
        f"{server.url}/validate", data=data, headers=headers, timeout=60, **options  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_table_is_checked_cell_by_cell(server: Server) -> None:
    """File, row, column and the printed value; 200 although it does not conform."""
    answer = send(server, EXAMPLE, params={"name": "plans/draft.csv", "class": "commitment"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = answer.json()
    assert (body["conforms"], body["publishable"]) == (False, False)
    cells = {
        (place["file"], place["row"], place.get("column"), cause.get("value"))
        for cause in body["causes"]
        for place in cause["where"]
    }
    assert ("draft.csv", 4, "policyAreas", "Fiscal Opennes") in cells
    assert ("draft.csv", 4, "startDate", "next spring") in cells
    assert ("draft.csv", 3, "title@en", None) in cells


def test_what_nobody_sees_in_a_table_is_in_the_report(server: Server) -> None:
    """A control character and a hidden sheet: with their places, in every form of the report."""
    row = "key,title@en,member,plans\nEE0901,Open\x01 it,EST,EST05\n,,,\n"
    options = {"name": "draft.csv", "class": "commitment"}
    body = send(server, row, params=options).json()
    assert not body["publishable"]
    (cause,) = [c for c in body["causes"] if "U+0001 (START OF HEADING)" in str(c["messages"])]
    assert cause["severity"] == "Violation"
    assert {"file": "draft.csv", "row": 2, "column": "title@en"} in cause["where"]
    turtle = send(server, row, params=options, headers={"Accept": "text/turtle"})
    assert "START OF HEADING" in turtle.text
    assert parse_quads(turtle.content, "ttl")
    whole(send(server, row, params=options, headers={"Accept": BROWSER}).text)
    book = Workbook()
    book.create_sheet("Old draft").sheet_state = "veryHidden"
    for text in (["key", "title@en"], ["EE0901", "Open it"]):
        book.worksheets[0].append(text)
    file = io.BytesIO()
    book.save(file)
    body = send(server, file.getvalue(), params={**options, "name": "draft.xlsx"}).json()
    assert "the sheet 'Old draft' is hidden and was passed over" in str(body["causes"])


@pytest.mark.parametrize(
    ("alias", "body"),
    [
        ("application/x-turtle", "<urn:a> <urn:b> <urn:c> ."),
        ("application/x-trig", "<urn:g> { <urn:a> <urn:b> <urn:c> }"),
        ("application/json", '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}'),
        (
            "text/xml",
            '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"><u:a/></RDF>',
        ),
        ("text/plain", "<urn:a> <urn:b> <urn:c> ."),
    ],
)
def test_a_document_goes_by_every_name_of_its_media_type(
    server: Server, alias: str, body: str
) -> None:
    """The aliases of the table of media types, as in `Accept`."""
    answer = send(server, body, alias)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ["plan.xls", "plan.ods", "plan.xlsb", "plan.tsv"])
def test_a_table_of_another_kind_is_told_what_to_become(server: Server, name: str) -> None:
    """A spreadsheet of another program is refused with the form to save it in, not with media types alone."""
    answer = send(server, b"x", "application/octet-stream", params={"name": name})
    assert answer.status_code == 415
    assert "save it as an Excel workbook (.xlsx)" in answer.json()["hint"]


@pytest.mark.parametrize(
    "path", ["commitment/EE0050", "action-plan/EST03", "member/EST", "institution/EST-riigikogu"]
)
@pytest.mark.parametrize(
    "form", [*FORMS, 'application/ld+json; profile="http://www.w3.org/ns/json-ld#expanded"']
)
def test_a_document_of_the_site_can_be_sent_back(server: Server, path: str, form: str) -> None:
    """With what it says of other things, and of itself."""
    document = server.get(f"/doc/{path}", headers={"Accept": form})
    assert document.status_code == 200
    answer = send(server, document.content, document.headers["Content-Type"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["publishable"], answer.text
    assert "no type the shapes know" not in answer.text


@pytest.mark.parametrize(
    ("kind", "body"), [("text/turtle", "# nothing"), ("application/ld+json", "[]")]
)
def test_a_document_that_says_nothing_is_an_error(server: Server, kind: str, body: str) -> None:
    """Nothing was checked, so nothing conforms."""
    answer = send(server, body, kind)
    assert (answer.status_code, answer.json()["code"]) == (400, "document-malformed")


def test_a_filled_template_is_checked(server: Server) -> None:
    """The workbook a clerk gets here comes back with a row in it."""
    book = load_workbook(io.BytesIO(server.get("/template/plan.xlsx").content))
    sheet = book["Commitment"]
    header = [cell.value for cell in sheet[1]]
    for name, value in (("key", "EE0901"), ("title@en", "Open it"), ("startDate", "soon")):
        sheet.cell(2, header.index(name) + 1, value)
    file = io.BytesIO()
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    body = send(server, file.getvalue(), kind, params={"name": "plan.xlsx"}).json()
    (cause,) = [c for c in body["causes"] if c.get("value") == "soon"]
    assert (cause["where"][0]["row"], cause["where"][0]["column"]) == (2, "startDate")


def test_templates_are_handed_out(server: Server) -> None:
    """Every class has one, by its path; other names are 404."""
    links = whole(server.get("/validate", headers={"Accept": BROWSER}).text).hrefs
    templates = [href for href in links if href.startswith("/template/")]
    assert len(templates) > 10
    for href in templates:
        answer = server.get(href)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert server.get("/template/commitment.csv").text.startswith("key,title@en,")
    for name in ("plan.csv", "nothing.csv", "commitment.ods", "Commitments.csv"):
        assert server.get(f"/template/{name}").status_code == 404


@pytest.mark.parametrize("accept", FORMS)
def test_linked_data_in_a_report_graph_out(server: Server, accept: str) -> None:
    """The W3C's graph, with a head of its own that is nobody's address."""
    answer = send(server, TURTLE, "text/turtle; charset=utf-8", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, accept)
    if accept == "application/ld+json":
        assert answer.json()["id"].startswith("urn:uuid:")
        return
    triples = [q.triple for q in parse_quads(answer.content, FORMS[accept])]
    (head,) = [t for t in triples if t.predicate == SH("conforms")]
    assert head.subject.value.startswith("urn:uuid:")
    assert head.object.value == "false"


IRI = "http://localhost:8000/id/commitment/EE0901"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
KIND = "https://w3id.org/ogpld/ns#Commitment"
DOCUMENTS = [
    ("text/turtle", TURTLE),
    ("application/trig", TURTLE),
    ("application/n-triples", f"<{IRI}> <{TYPE}> <{KIND}> ."),
    ("application/n-quads", f"<{IRI}> <{TYPE}> <{KIND}> <http://localhost:8000/g> ."),
    ("application/ld+json", json.dumps({"@id": IRI, "@type": KIND})),
    (
        "application/rdf+xml",
        f'<rdf:RDF xmlns:rdf="{TYPE[:-4]}" xmlns:o="{KIND[:-10]}"><o:Commitment rdf:about="{IRI}"/></rdf:RDF>',
    ),
]


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_every_kind_of_linked_data_is_read(server: Server, kind: str, document: str) -> None:
    """Each says there is a commitment, and none has all a commitment needs."""
    answer = send(server, document, kind)
    assert answer.status_code == 200, answer.text
    assert IRI in answer.text
    assert answer.json()["publishable"] is False


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "application/json", BROWSER])
def test_the_report_is_negotiated(server: Server, accept: str) -> None:
    """As for documents: Turtle unless something else is asked for."""
    answer = send(server, EXAMPLE, headers={"Accept": accept})
    expected = {"*/*": "text/turtle", BROWSER: "text/html"}.get(accept, accept)
    assert answer.headers["Content-Type"].partition(";")[0] == expected
    language = "Accept-Language, " if expected == "text/html" else ""
    assert answer.headers["Vary"] == f"Accept, {language}Accept-Encoding"
    assert send(server, EXAMPLE, headers={"Accept": "image/png"}).status_code == 406


def test_the_page_takes_files_and_pastes(server: Server) -> None:
    """Both forms, with the report as a page."""
    form = server.get("/validate", headers={"Accept": BROWSER})
    assert form.status_code == 200
    assert "Nothing you send is stored or logged" in form.text
    whole(form.text)
    headers = {"Accept": BROWSER}
    sent = [
        requests.post(f"{server.url}/validate", files=files, data=data, headers=headers, timeout=60)
        for files, data in (
            ({"file": ("draft.csv", EXAMPLE, "application/vnd.ms-excel")}, {"class": "commitment"}),
            ({"file": ("", "")}, {"text": EXAMPLE, "type": CSV, "class": ""}),
        )
    ]
    for answer in sent:
        assert answer.status_code == 200, answer.text
        whole(answer.text)
        assert "<h1>It does not conform</h1>" in answer.text
        assert "Fiscal Opennes" in answer.text
        assert "column <bdi>policyAreas</bdi>" in answer.text
    assert "draft.csv" in sent[0].text


def test_an_urlencoded_form_is_a_form(server: Server) -> None:
    """As `curl --data-urlencode` and plain forms send it; text that is no CSV has its type."""
    kind, document = DOCUMENTS[0]
    for text, media_type in ((EXAMPLE, CSV), (document, kind)):
        fields = {"text": text, "type": media_type, "class": "commitment"}
        answer = requests.post(
            f"{server.url}/validate",
            data=fields,
            headers={"Accept": "application/json"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        parts = {name: (None, value) for name, value in fields.items()}
        same = requests.post(
            f"{server.url}/validate",
            files=parts,
            headers={"Accept": "application/json"},
            timeout=60,
        )
        assert answer.json() == same.json()


def test_a_body_is_no_form_because_a_program_says_so(server: Server) -> None:
    """`curl --data-binary` calls a body a form; a name in the address says what it is."""
    body = EXAMPLE.replace("who meets", "who&text=meets")
    parameters = {"name": "a.csv", "class": "commitment"}
    answers = [send(server, body, kind, params=parameters) for kind in (FORM, CSV)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("body", "status", "code", "hint"),
    [
        ("text=", 400, "document-missing", "text"),
        ("text=a%E9", 400, "not-utf-8", "UTF-8"),
        ("text=a" + "&a=1" * 10, 400, "form", "multipart"),
        ("text=" + "%2C" * 1_700_000, 413, "document-too-large", "multipart"),
    ],
)
def test_an_urlencoded_form_that_is_refused(
    server: Server, body: str, status: int, code: str, hint: str
) -> None:
    """With what to send instead; nobody is told that a document is large where its escapes are."""
    answer = send(server, body, FORM)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert hint in answer.json()["hint"]
    assert "document is larger" not in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/validate", "/match"])
@pytest.mark.parametrize("as_parts", [True, False])
def test_fields_that_there_are_not(server: Server, path: str, *, as_parts: bool) -> None:
    """Refused with those that there are, and so is one that is given twice."""
    for fields, code, hint in (
        ([("text", EXAMPLE), ("clas", "x"), ("typ", "y")], "unknown-parameter", "there are: file,"),
        ([("text", EXAMPLE), ("type", CSV), ("type", CSV)], "parameter-repeated", "leave one"),
        ([("text", EXAMPLE), ("text", EXAMPLE)], "parameter-repeated", "leave one"),
        ([("text", EXAMPLE), ("lang", "et")], "unknown-parameter", "there are: file,"),
    ):
        parts = [(name, (None, value)) for name, value in fields]
        answer = requests.post(
            f"{server.url}{path}",
            files=parts if as_parts else None,
            data=None if as_parts else fields,
            headers={"Accept": "application/json"},
            timeout=60,
        )
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, code), problem
        assert hint in problem["hint"]
    answer = requests.post(
        f"{server.url}{path}", files={"table": ("a.csv", EXAMPLE)}, data={"type": ""}, timeout=60
    )
    assert "'table'" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/validate", "/match"])
def test_text_of_a_form_is_utf8(server: Server, path: str) -> None:
    """Bytes that are none are refused, not replaced; the sign that says so may be written."""
    for text, is_refused in (
        (b"key\nC\xf4te d'Ivoire\n", True),
        ("key\nC\ufffdte d'Ivoire\n".encode(), False),
        ("key\nCôte d'Ivoire\n".encode(), False),
    ):
        answer = requests.post(
            f"{server.url}{path}", files={"text": (None, text), "type": (None, "")}, timeout=60
        )
        is_problem = answer.headers["Content-Type"] == "application/problem+json"
        assert (is_problem and answer.json()["code"] == "not-utf-8") == is_refused, answer.text
        if is_refused:
            assert "UTF-8" in answer.json()["hint"]


def test_a_page_shows_what_it_could_not_read(server: Server) -> None:
    """With the form and the paste again, and the status of the error."""
    data = {"text": f"{EVIL},b\n1,2\n", "type": CSV}
    answer = requests.post(
        f"{server.url}/validate",
        files={"file": ("", "")}, data=data, headers={"Accept": BROWSER}, timeout=60,
    )  # fmt: skip
    assert answer.status_code == 400
    assert "The document was not checked" in answer.text
    assert "&lt;script&gt;" in answer.text
    whole(answer.text)


@pytest.mark.parametrize("kind", [CSV, "text/turtle"])
def test_values_that_mean_harm_are_text(server: Server, kind: str) -> None:
    """Markup, addresses that run, names that turn the direction: escaped, never linked."""
    iri = "javascript:alert(1)"
    documents = {
        CSV: f'key,title@en,member,plans,startDate\nEE0901,"{EVIL.replace(chr(34), chr(34) * 2)}",{iri},\u202eX,"{EVIL.replace(chr(34), chr(34) * 2)}"\n',
        "text/turtle": f"<{iri}> a <https://w3id.org/ogpld/ns#Commitment> ; <{iri}> 1 ; "
        f"<http://purl.org/dc/terms/title> {json.dumps(EVIL)} .",
    }
    name = f"{EVIL}.{'csv' if kind == CSV else 'ttl'}"
    answer = send(server, documents[kind], kind, headers={"Accept": BROWSER}, params={"name": name, "class": "commitment"})  # fmt: skip
    assert answer.status_code in {200, 400}, answer.text
    read = whole(answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not [h for h in read.hrefs if "javascript" in h]
    assert "<script" not in answer.text.replace(FRAME_SCRIPT, "")


@pytest.mark.parametrize(
    ("kind", "body", "options", "status", "code"),
    [
        (FORM, EXAMPLE, {}, 415, "media-type"),
        ("", EXAMPLE, {}, 415, "media-type"),
        ("image/png", EXAMPLE, {}, 415, "media-type"),
        ("text/csv; charset=utf-16", EXAMPLE, {}, 415, "charset"),
        (CSV, EXAMPLE, {"headers": {"Content-Encoding": "gzip"}}, 415, "content-encoding"),
        (CSV, "", {}, 400, "document-missing"),
        (CSV, "  \n", {}, 400, "document-missing"),
        ("multipart/form-data", EXAMPLE, {}, 400, "form"),
        ("multipart/form-data; boundary=x", EXAMPLE, {}, 400, None),
    ],
)
def test_what_cannot_be_read_is_an_error(
    server: Server, kind: str, body: str, options: dict[str, object], status: int, code: str | None
) -> None:
    """As a problem with a code of its own."""
    answer = send(server, body, kind, **options)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert code is None or answer.json()["code"] == code


@pytest.mark.parametrize("path", ["/validate", "/match"])
def test_a_file_of_another_kind_is_told_to_people(server: Server, path: str) -> None:
    """Who drops a letter on the form reads which files are read, and nothing of headers."""
    files = {"file": ("letter.pdf", b"%PDF-1.7", "application/pdf")}
    answer = requests.post(server.url + path, files=files, timeout=30)
    assert answer.status_code == 415
    assert answer.json()["code"] == "media-type"
    assert "letter.pdf" in answer.json()["detail"]
    assert ".csv" in answer.json()["hint"]
    assert "Content-Type" not in answer.json()["hint"]


@pytest.mark.parametrize("tag", ["et", "fr"])
def test_what_the_form_refuses_is_told_in_its_language(server: Server, tag: str) -> None:
    """What happened and what to do, as on pages of errors."""
    files = {"file": ("letter.pdf", b"%PDF-1.7", "application/pdf")}
    headers = {"Accept": BROWSER, "Accept-Language": tag}
    answer = requests.post(server.url + "/validate", files=files, headers=headers, timeout=30)
    words = wording_of(tag).translations.gettext
    error = ERRORS["media-type"]
    assert answer.status_code == 415
    assert escape(words(error.meaning)) in answer.text
    assert escape(words(error.remedy)) in answer.text


def test_a_wrong_table_says_where(server: Server) -> None:
    """400 with the place, not a fault of ours."""
    answer = send(server, "a,b\n1,2\n", params={"name": "wrong.csv", "class": "commitment"})
    assert answer.status_code == 400
    body = answer.json()
    assert body["hint"]
    assert body["file"] == "wrong.csv"


@pytest.mark.parametrize("form", [False, True])
def test_too_much_is_refused_early(server: Server, form: bool) -> None:  # noqa: FBT001
    """413 names the limit, with a length and without; other addresses keep theirs."""
    much = b"x" * 5_000_001
    if form:
        answers = [
            requests.post(f"{server.url}/validate", files={"file": ("a.csv", much)}, timeout=60)
        ]
    else:
        chunks = (much[i : i + 100_000] for i in range(0, len(much), 100_000))
        answers = [
            send(server, much),
            requests.post(
                f"{server.url}/validate", data=chunks, headers={"Content-Type": CSV}, timeout=60
            ),
        ]
    for answer in answers:
        assert answer.status_code == 413
        assert (answer.json()["code"], answer.json()["limit"]) == ("document-too-large", 5_000_000)
    kind = {"Content-Type": "application/sparql-query"}
    other = requests.post(f"{server.url}/sparql", data=b"#" * 600_000, headers=kind, timeout=60)
    assert other.status_code == 413


def test_other_methods_are_told_what_is_allowed(server: Server) -> None:
    """405 with Allow; a preflight is answered."""
    answer = requests.put(f"{server.url}/validate", data=b"x", timeout=10)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(re.split(", *", answer.headers["Allow"]))
    assert requests.options(f"{server.url}/validate", timeout=10).status_code == 204


def test_nothing_of_a_document_stays(server: Server, home: Path) -> None:
    """A document that was checked is neither in the log, nor in the home, nor in a later answer."""
    mark = "EE0999-only-once"
    assert send(server, f"key,title@en\n{mark},x\n", params={"class": "commitment"}).ok
    assert send(server, f"<http://x.example/{mark}> a", "text/turtle").status_code == 400
    assert mark not in server.log.read_text()
    assert not [p for p in home.rglob("*.json") if mark in p.read_text()]
    assert server.get(f"/doc/commitment/{mark}").status_code == 404


# What the web does when the check is slow, broken or full: stand-ins for the task, all else is real.


@pytest.fixture
def front(
    home: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Client]:
    """A server in this process whose check does what the document says."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    monkeypatch.setattr(serving, "_TASK", "support.stand_ins:prepare")
    settings = {"validate_deadline": 1.0, **getattr(request, "param", {})}
    made = create_wsgi_application(Settings(home=home, workers=1, **settings))
    yield Client(made)
    made.current_release.close()


def post(front: Client, word: str, accept: str = "application/json") -> TestResponse:
    """Send a word as a table."""
    return front.post("/validate?class=x", data=word, content_type=CSV, headers={"Accept": accept})


@pytest.mark.parametrize(
    ("word", "limit"), [("sleep", "deadline"), ("grow", "memory"), ("abort", "memory")]
)
def test_a_check_that_is_stopped_is_503(front: Client, word: str, limit: str) -> None:
    """With the limit and when to come back; the next sender is served."""
    answer = post(front, word)
    assert (answer.status_code, answer.json["code"], answer.json["limit"]) == (
        503,
        "task-stopped",
        limit,
    )
    assert int(answer.headers["Retry-After"]) > 0
    assert post(front, "0").status_code == 200
    page = post(front, word, BROWSER)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    whole(page.text)


@pytest.mark.parametrize("front", [{"validate_queue": 0, "validate_deadline": 2.0}], indirect=True)
def test_a_full_queue_is_503_at_once(front: Client) -> None:
    """While one check runs and nobody may wait, pages are served."""
    first = threading.Thread(target=post, args=(front, "sleep"))
    first.start()
    wait_for(lambda: front.get("/healthz").json["pool"]["tasks"]["busy"], 5)
    answer = post(front, "0")
    assert (answer.status_code, answer.json["limit"]) == (503, "queue")
    assert front.get("/doc/commitment/EE0050.ttl").status_code == 200
    first.join()


def test_a_refusal_names_the_cell(front: Client) -> None:
    """400 with file, row, column and what to do, as problem and as page."""
    body = post(front, "refuse").json
    assert (body["status"], body["code"], body["hint"]) == (400, "source", "fill it")
    assert (body["file"], body["row"], body["column"]) == ("a.csv", 7, "title")
    page = post(front, "refuse", BROWSER)
    assert page.status_code == 400
    assert "no &lt;b&gt;table&lt;/b&gt;" in page.text.lower()
    assert "row 7" in page.text


def test_a_fault_of_ours_is_500(front: Client) -> None:
    """Without a word of what happened."""
    answer = post(front, "fail")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "ZeroDivision" not in answer.text


def test_the_check_is_told_what_the_sender_said(front: Client) -> None:
    """Name without folders, type, class, base; a long page says how to get the rest."""
    answer = front.post(
        "/validate?name=..%5Cmine%2Fa%00b.csv&class=Commitment",
        data="1000",
        headers={"Accept": "application/json"},
    )
    report = Report.from_json(answer.data)
    assert json.loads(report.findings[0].message) == {
        "name": "ab.csv",
        "type": CSV,
        "class": "Commitment",
        "base": "http://localhost:8000/",
        "most": 10_000_000,
    }
    page = post(front, "1000", BROWSER)
    whole(page.text)
    assert "The first 60 of 1,001 are shown" in page.text
