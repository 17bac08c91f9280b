"""One addition for each row of "you want to add | you touch" in CONTRIBUTING.md, and the proof of it.

An addition writes to a copy of the checkout. Its proof is a program or some tests that run in the copy, or
an address with what a server of the copy answers there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

from ogpld.queries.named import load_named
from support.checkout import Checkout
from support.sample_data import WHOLE

Edit = Callable[[Checkout], None]


@dataclass(frozen=True)
class Addition:
    """What is added for a row.

    Attributes:
        edit: writes it.
        program: Python that fails where it does not work.
        tests: tests of the copy.
        path: an address that shows it.
        shows: a text in the answer there.
        like: the row whose files are touched, where its own says "nothing".
    """

    edit: Edit
    program: str = ""
    tests: tuple[str, ...] = ()
    path: str = ""
    shows: str = ""
    like: str = ""


ADDITIONS: dict[str, Addition] = {}
#: Rows that are tried by tests of their own, which ask a copy for documents, lists and queries.
ELSEWHERE = {"an output format": "tests/formats/test_new_format.py"}


def addition(
    row: str, *, program: str = "", tests: str = "", path: str = "", shows: str = "", like: str = ""
) -> Callable[[Edit], Edit]:
    """Register what is added for a row."""

    def register(edit: Edit) -> Edit:
        proof = dedent(program)
        ADDITIONS[row] = Addition(edit, proof, tuple(tests.split()), path, shows, like)
        return edit

    return register


_MEDIA = "ogpld/formats/media.py"


def a_media_type(copy: Checkout, name: str, fields: str) -> None:
    """Add a row to the table of media types."""
    copy.insert(_MEDIA, r"^#: Every form of data", f"{name} = MediaType({fields})\n\n", before=True)
    copy.insert(_MEDIA, r"^MEDIA_TYPES\b.*\(\n", f"    {name},\n")


_CASE = """# {comment}
@base <http://localhost:8000/id/> .
@prefix ogpld: <https://w3id.org/ogpld/ns#> .
<institution/TST-archive> a ogpld:Institution ; ogpld:hasArchive {value} .
"""


@addition(
    "a property",
    tests="tests/test_shapes.py::test_every_property_has_its_cases_and_an_example",
    program="""
    from ogpld.model import load_model
    from ogpld.rdf import parse_quads
    from support.oracle import by_engine, read, shapes_graph
    from support.running import ROOT
    model = load_model()
    assert any(p.iri.endswith("#hasArchive") for p in model.classes["Institution"].properties)
    shapes = read(shapes_graph())
    for case, expected in (("valid", False), ("invalid", True)):
        file = ROOT / f"tests/shapes/institution/{case}/archive.ttl"
        rows = by_engine(list(parse_quads(file.read_bytes(), "ttl")), shapes)
        assert any("Institution-hasArchive" in row[4] for row in rows) is expected
    """,
)
def a_property(copy: Checkout) -> None:
    """Add a yes/no property of institutions."""
    copy.append(
        "ontology/ogp.ttl",
        "\nogpld:hasArchive a owl:DatatypeProperty ; rdfs:isDefinedBy <https://w3id.org/ogpld/ns#> ;\n"
        '  rdfs:label "has an archive"@en ;\n  rdfs:comment "Whether it has an archive."@en ;\n'
        "  schema:domainIncludes ogpld:Institution ;\n  rdfs:range xsd:boolean .\n",
    )
    copy.append(
        "ontology/examples/institution.ttl",
        "\n<institution/EST-government-office> ogpld:hasArchive true .\n",
    )
    copy.insert("shapes/institution.ttl", r"sh:property\s+", "ogpldsh:Institution-hasArchive , ")
    copy.append(
        "shapes/institution.ttl",
        "\nogpldsh:Institution-hasArchive a sh:PropertyShape ; sh:path ogpld:hasArchive ;\n"
        '  sh:name "Has an archive"@en ;\n  sh:description "Whether it has an archive."@en ;\n'
        "  sh:group ogpldsh:group-identification ; sh:order 35 ;\n"
        "  sh:datatype xsd:boolean ; sh:maxCount 1 ;\n"
        '  sh:message "Write true or false, once."@en .\n',
    )
    copy.write(
        "tests/shapes/institution/valid/archive.ttl",
        _CASE.format(comment="An archive.", value="true"),
    )
    copy.write(
        "tests/shapes/institution/invalid/archive.ttl",
        _CASE.format(
            comment="expects: Institution-hasArchive DatatypeConstraintComponent", value='"some"'
        ),
    )


addition(
    "a filter of lists",
    like="a property",
    program="""
    from ogpld.model import load_model
    from ogpld.model.context import make_context
    from ogpld.model.facets import BOOLEAN, facets_of
    model = load_model()
    facets = facets_of(model, make_context(model), model.classes["Institution"])
    assert facets["hasArchive"].kind == BOOLEAN
    """,
)(a_property)


@addition(
    "a code",
    program="""
    from ogpld.model import load_model
    assert load_model().schemes["region"].find("antarctica").label == "Antarctica"
    """,
)
def a_code(copy: Checkout) -> None:
    """Add a region."""
    copy.append("ontology/codelists/region.csv", "antarctica,Antarctica,\n")


@addition(
    "a code list",
    program="""
    from ogpld.model import load_model
    from ogpld.rdf import parse_quads
    from support.running import ROOT
    model = load_model()
    assert model.schemes["instrument"].find("decree").label == "Decree"
    assert model.schemes["instrument"].closed
    shapes = parse_quads((ROOT / "shapes/codes.ttl").read_bytes(), "ttl")
    assert any(q.subject.value.endswith("#in-instrument") for q in shapes)
    """,
)
def a_code_list(copy: Checkout) -> None:
    """Add a list of instruments."""
    copy.append(
        "ontology/codelists/index.csv",
        "instrument,Instruments,By what something is decided.,Code,yes,,,instrument.csv,,,,\n",
    )
    copy.write("ontology/codelists/instrument.csv", "notation,prefLabel@en\ndecree,Decree\n")
    copy.append(
        "shapes/codes.ttl",
        "\nogpldsh:in-instrument a sh:NodeShape ; sh:property ogpldsh:in-instrument-scheme .\n"
        "ogpldsh:in-instrument-scheme a sh:PropertyShape ; sh:path skos:inScheme ;\n"
        "  sh:hasValue <https://w3id.org/ogpld/code/instrument> ;\n"
        '  sh:message "The code is not in the list Instruments."@en .\n',
    )


#: Publish two tables of the copy, one of them with this name, and read the statements.
_PUBLISH = """
    import shutil
    from pathlib import Path
    from ogpld.cli import main
    from ogpld.release import ReleaseStore
    for folder in Path("data/sources").iterdir():
        if folder.name not in {"members", "institutions", "archives"}:
            shutil.rmtree(folder)
    def lines():
        assert main(["--home", "home", "build", "--sources", "data/sources", "--allow-shrink"]) == 0
        return b"".join(ReleaseStore(Path("home")).current().lines()).decode()
"""


@addition(
    "a table of data",
    program=_PUBLISH + "    assert 'institution/TST-archive> <http://www.w3.org/2004' in lines()\n",
)
def a_table(copy: Checkout) -> None:
    """Add a table with one institution."""
    folder = "data/sources/archives"
    source = (copy.root / "data/sources/institutions/source.toml").read_text(encoding="utf-8")
    source = source.replace("institutions.csv", "archives.csv").replace(
        'unit = "institutions"', 'unit = "archives"'
    )
    copy.write(f"{folder}/source.toml", source)
    mapping = (copy.root / "data/sources/institutions/mapping.csv").read_text(encoding="utf-8")
    copy.write(f"{folder}/mapping.csv", mapping.replace("institutions.csv", "archives.csv"))
    table = (copy.root / "data/sources/institutions/institutions.csv").read_text(encoding="utf-8")
    header = table.splitlines()[0]
    row = {"key": "TST-archive", "name_en": "Archive", "type": "agency", "member": "EST"}
    cells = [row.get(column, "") for column in header.split(",")]
    copy.write(f"{folder}/archives.csv", f"{header}\n{','.join(cells)}\n")


@addition(
    "a way to read a cell",
    program=_PUBLISH
    + """
    mapping = Path("data/sources/institutions/mapping.csv")
    text = mapping.read_text(encoding="utf-8").replace(
        "note,body,note,text:en", "note,body,note,shouted"
    )
    mapping.write_text(text, encoding="utf-8")
    assert "PUBLISHER OF THE REPORTS OF ITS INDEPENDENT REPORTING MECHANISM" in lines()
    """,
)
def a_way_to_read_a_cell(copy: Checkout) -> None:
    """Add `shouted`, an English text in capitals."""
    copy.insert(
        "ogpld/sources/cells.py",
        r"^CELLS\b",
        dedent('''\
        def shouted_of(line: Line, columns: Columns) -> Action:
            """State an English text in capitals."""
            predicate = NamedNode(columns.property(line).iri)

            def state(context: RowContext, text: str) -> None:
                shouted = Literal(text.upper(), language="en")
                context.add(context.things[line.thing], predicate, shouted, line.column)

            return state


        '''),
        before=True,
    )
    copy.insert("ogpld/sources/cells.py", r"^CELLS\b.*\{\n", '    "shouted": shouted_of,\n')
    copy.insert("ogpld/sources/mapping.py", r"^HOWS = frozenset\(\s*\[\n", '        "shouted",\n')


@addition(
    "a question",
    tests="tests/queries/test_answers_others.py::test_every_question_is_numbered_and_recounted",
    program="""
    import gzip
    from pathlib import Path
    from ogpld.iris import Iris
    from ogpld.model import load_model
    from ogpld.queries.named import load_named
    from ogpld.stores import Query
    from ogpld.stores.embedded import EmbeddedStore
    line = '<http://x.example/s> <http://x.example/p> "o" <http://x.example/g> .\\n'
    Path("one.nq.gz").write_bytes(gzip.compress(line.encode()))
    text = load_named()["all-there-is"].bound({}, load_model(), Iris("http://localhost:8000/"))
    assert EmbeddedStore.load(Path("one.nq.gz"), 1).answer(Query(text, ("csv", ""))).rows == 1
    """,
)
def a_question(copy: Checkout) -> None:
    """Add a question that leaves nothing out, under the next number, and a test that asks it."""
    number = len(load_named()) + 1
    copy.write(
        "ogpld/queries/named/all-there-is.rq",
        f"# number: {number}\n# topic: Linking\n# title: What is there?\n"
        "# description: Every subject.\n# whole: it asks for no value.\n"
        "SELECT DISTINCT ?thing WHERE { ?thing ?p ?o } ORDER BY ?thing\n",
    )
    copy.write(
        "tests/queries/test_all_there_is.py",
        '"""One subject."""\n\n\ndef test_subjects(ask) -> None:\n    """Recount."""\n'
        '    assert len(ask("all-there-is")) == 1\n',
    )


@addition(
    "a claim",
    program="""
    from pathlib import Path
    from ogpld.claims.claim_table import read_claims
    last = read_claims(Path("data/claims/claims.csv"))[-1]
    assert (last.id, last.expected) == ("X1", ("3",))
    assert "COUNT" in last.query
    """,
)
def a_claim(copy: Checkout) -> None:
    """Add a figure and its query."""
    # the copy has the small set, which has no claims
    for name in ("source.toml", "mapping.csv"):
        copy.write(f"data/claims/{name}", (WHOLE / "claims" / name).read_text(encoding="utf-8"))
    copy.write(
        "data/claims/claims.csv",
        "id,figure,counts,comparison,expected,tolerance,about,reason,note,citation,issued,source\n"
        "X1,3,things,equal,3,,,,,A text,2014,https://example.org/text\n",
    )
    copy.write("data/claims/X1.rq", "SELECT (COUNT(*) AS ?n) { ?s a ?c }\n")


@addition(
    "a comparison of claims",
    program="""
    from ogpld.claims.claim_table import COMPARISONS
    from ogpld.claims.comparing import _RULES
    from ogpld.model import load_model
    assert "not-equal" in COMPARISONS and _RULES["not-equal"](1, 2)
    assert "not-equal" in {c.notation for c in load_model().schemes["comparison"].codes}
    """,
)
def a_comparison(copy: Checkout) -> None:
    """Add a comparison that agrees where another does not."""
    copy.insert("ogpld/claims/claim_table.py", r'COMPARISONS = \("equal", ', '"not-equal", ')
    copy.insert(
        "ogpld/claims/comparing.py",
        r'^    "rounded": _rounded,\n',
        '    "not-equal": lambda value, printed: value != printed,\n',
    )
    copy.append("ontology/codelists/comparison.csv", "not-equal,Not equal,Each value is another.\n")


@addition(
    "a file type of tables",
    program="""
    from ogpld.sources import table_of
    (table,) = table_of(b"key\\tname\\nA\\tx\\n", "t.tsv")
    assert [dict(row.cells) for row in table.rows] == [{"key": "A", "name": "x"}]
    """,
)
def a_file_type(copy: Checkout) -> None:
    """Add tables whose cells are separated by tabs."""
    copy.write(
        "ogpld/sources/tabfile.py",
        dedent('''\
        """Read tables separated by tabs."""

        from ogpld.sources.csvfile import read_csv


        def read_tabs(content, name, remarks):
            """Yield the one table of a file."""
            yield name, read_csv(content.replace(b"\\t", b","), name, remarks=remarks)
        '''),
    )
    copy.insert(
        "ogpld/sources/__init__.py",
        r"^from ogpld\.sources\.table import",
        "from ogpld.sources.tabfile import read_tabs\n",
        before=True,
    )
    copy.insert("ogpld/sources/__init__.py", r"^READERS\b.*\{", '".tsv": read_tabs, ')


@addition("a chart", path="/chart/completion-by-lead", shows="Office")
def a_chart(copy: Checkout) -> None:
    """Add a chart by what no chart counts by yet."""
    copy.insert(
        "ogpld/charts/chart_list.py",
        r"^_OTHERS = \(\n",
        '    Chart("completion-by-lead", "Completion of commitments, by body", "By lead.", '
        '"completion", "lead", ("member",)),\n',
    )


@addition(
    "a query of ours",
    program="""
    from ogpld.queries import bind, load
    from ogpld.rdf import NamedNode
    text = bind(load("kinds-of"), thing=NamedNode("http://x.example/a"))
    assert text == "SELECT ?kind WHERE { <http://x.example/a> a ?kind }\\n"
    """,
)
def a_query(copy: Checkout) -> None:
    """Add a query with one place."""
    copy.write("ogpld/queries/kinds-of.rq", "SELECT ?kind WHERE { ${thing} a ?kind }\n")


@addition("a page", path="/colophon", shows="<p>Set in type.</p>")
def a_page(copy: Checkout) -> None:
    """Add a page without values."""
    copy.write(
        "ogpld/web/templates/colophon.html",
        '{% extends "base.html" %}\n{% block title %}Colophon{% endblock %}\n'
        "{% block main %}<h1>Colophon</h1><p>Set in type.</p>{% endblock %}\n",
    )
    copy.append(
        "ogpld/web/routes/site.py",
        '\n\n@routes.get("/colophon")\ndef colophon(request: ReleaseRequest) -> Response:\n'
        '    """Answer with the page."""\n    body = render(request, "colophon.html").encode()\n'
        "    return respond(request, body, HTML, negotiated=False)\n",
    )
    copy.insert(
        "ogpld/web/http/parameters.py",
        r'^ +"site\.health": ',
        '    "site.colophon": _NONE,\n',
        before=True,
    )
    copy.insert(
        "docs/contract.md", r"^\| `/healthz` ", "| `/colophon` | how it is set | |\n", before=True
    )


@addition(
    "a page of its own for a class", path="/doc/milestone/EE0050-m1.html", shows="<p>Of EE0050.</p>"
)
def a_page_of_its_own_for_a_class(copy: Checkout) -> None:
    """Add one for milestones."""
    copy.write(
        "ogpld/web/pages/milestone_page.py",
        '"""The page of a milestone: of what it is."""\n\nfrom __future__ import annotations\n\n'
        "from ogpld.rdf import NS\nfrom ogpld.web.pages.subject import Subject\n\n\n"
        "def milestone_page(subject: Subject) -> list[str]:\n"
        '    """Return the keys of its commitments."""\n'
        '    return [iri.rpartition("/")[2] for iri in subject.about.objects(NS("commitment"))]\n',
    )
    copy.write(
        "ogpld/web/templates/milestone.html",
        '{% extends "class_page.html" %}\n{% block lead %}\n'
        "<p>Of {{ own|join }}.</p>\n{% endblock %}\n",
    )
    copy.insert(
        "ogpld/web/pages/class_pages.py",
        r"^from ogpld\.web\.pages\.plan_page ",
        "from ogpld.web.pages.milestone_page import milestone_page\n",
        before=True,
    )
    copy.insert(
        "ogpld/web/pages/class_pages.py",
        r'^    "Cluster": ',
        '    "Milestone": ClassPage(milestone_page, "milestone.html"),\n',
        before=True,
    )


@addition("a query parameter", path="/healthz?verbose=1", shows='"release"')
def a_query_parameter(copy: Checkout) -> None:
    """Let `/healthz` take a parameter; without the line it is a 400."""
    copy.insert(
        "ogpld/web/http/parameters.py",
        r'^ +"site\.health": ',
        '(Parameter("verbose", "Say more."),) + ',
    )
    copy.insert("docs/contract.md", r"^\| `/healthz` \|[^|]*\| ", "`verbose` ")


@addition(
    "a parameter of lists",
    path="/doc/member.jsonld?starts=E&limit=1",
    shows="starts=E&limit=1&page=2",
)
def a_parameter_of_lists(copy: Checkout) -> None:
    """Let lists be narrowed to keys that start with a text."""
    copy.insert(
        "ogpld/web/lists/list_parameters.py",
        r"^AFTER_FILTERS = \(\n",
        '    ListParameter(name="starts", description="Beginning of keys.", '
        "values=lambda request: _text(request.starts)),\n",
    )
    copy.insert("ogpld/model/facets.py", r"^LIST_PARAMETERS\b.*\n +\[\n", '        "starts",\n')
    request = "ogpld/web/lists/list_request.py"
    copy.insert(request, r"^    all_of: tuple.*\n", '    starts: str = ""\n')
    copy.insert(
        request,
        r"^        _all_of\(request, by_key, meant\),\n",
        '        request.args.get("starts", ""),\n',
    )
    copy.insert(
        "ogpld/web/lists/selection.py",
        r"^    if list_request\.text:\n",
        "    beginning = list_request.starts\n"
        '    members = [t for t in members if t.rpartition("/")[2].startswith(beginning)]\n',
        before=True,
    )
    copy.insert("docs/contract.md", r"^\| `/doc/\{class\}` \|[^|]*\| ", "`starts`, ")


@addition("a service", path="/.well-known/api-catalog", shows="/robots.txt")
def a_service(copy: Checkout) -> None:
    """Name the rules for robots as a service."""
    copy.insert(
        "ogpld/catalogue/services.py",
        r"^SERVICES\b.*\(\n",
        '    Service("/robots.txt", "Rules for robots"),\n',
    )


@addition("a harvester", path="/harvest", shows="Portal of tests")
def a_harvester(copy: Checkout) -> None:
    """Add a portal."""
    copy.insert(
        "ogpld/catalogue/harvesters.py",
        r"^    return \(\n",
        '        Harvester("tests", "Portal of tests", "None.", (HarvestValue("URL", turtle),), "None."),\n',
    )


@addition("a style of citation", path="/dataset/ogpld.cite", shows="cited: ")
def a_citation(copy: Checkout) -> None:
    """Add a citation of one line."""
    copy.append(
        "ogpld/catalogue/citation.py",
        '\n\ndef one_line(cited: Citation) -> bytes:\n    """Return a line."""\n'
        '    return f"cited: {cited.title}".encode()\n',
    )
    copy.insert(
        "ogpld/web/pages/citation_styles.py",
        r"^from ogpld\.catalogue\.citation import ",
        "one_line, ",
    )
    copy.insert(
        "ogpld/web/pages/citation_styles.py",
        r"^STYLES\b.*\{\n",
        "    media.CITE: one_line,\n",
    )
    a_media_type(copy, "CITE", '"cite", "text/x-cite", "One line"')


@addition(
    "a SHACL component",
    program="""
    from ogpld.rdf import parse_quads
    from ogpld.shacl.validator import validate
    head = "@prefix : <http://e.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
    def violations(text):
        data = list(parse_quads((head + f":a :p {text} .").encode(), "ttl"))
        shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:shouted true ] ."
        return [str(r.messages[0].value) for r in validate(data, list(parse_quads((head + shapes).encode(), "ttl"))).results]
    assert violations('"LOUD"') == []
    assert violations('"quiet"') == ["The text is not in capitals."]
    """,
)
def a_component(copy: Checkout) -> None:
    """Add `sh:shouted`: texts are in capitals."""
    copy.insert(
        "ogpld/shacl/constraint_parameters.py", r"^PARAMETERS\b.*\{\n", '    "shouted": a_flag,\n'
    )
    copy.insert(
        "ogpld/shacl/patterns.py",
        r'^def fault\((?:.*\n)+?    """(?:.*\n)*?    """\n',
        '    if constraint.component == "Shouted":\n        return f"STR({value}) != UCASE(STR({value}))"\n',
    )
    copy.insert(
        "ogpld/shacl/sentences.py",
        r"^_SENTENCES\b.*\{\n",
        '    "Shouted": "The text is not in capitals.",\n',
    )


@addition(
    "a type of document to check",
    tests="tests/validate/test_documents.py::test_what_the_page_accepts_is_what_is_read",
    program="""
    from ogpld.validate.documents import read_document
    from ogpld.web.http.submission import ACCEPTED
    (quad,) = read_document(b"<a> <b> <c> .", "text/x-turtle", base="http://e.org/", context=None)
    assert quad.subject.value == "http://e.org/a"
    assert any("text/x-turtle" in kind.aliases for kind in ACCEPTED)
    """,
)
def a_document_type(copy: Checkout) -> None:
    """Add an old name of Turtle."""
    copy.insert(_MEDIA, r"^TURTLE\b(?:.*\n)+?    aliases=\(", '"text/x-turtle", ')


@addition(
    "a hostile query",
    program="""
    from support.corpus import corpus
    assert any(case.name == "an addition" for case in corpus())
    """,
)
def a_hostile_query(copy: Checkout) -> None:
    """Add a case."""
    copy.insert(
        "tests/hostile/queries.json",
        r"\A\[\n",
        '  {"name": "an addition", "query": "ASK {", "expect": [400], "guarded": false},\n',
    )


@addition(
    "a tool for agents",
    program="""
    from ogpld.web.agents import toolbox
    class Serving:
        def __getattr__(self, name):
            return self
    toolbox.introduction = lambda serving: ""
    tools = toolbox.toolbox(Serving(), print).tools
    (shout,) = [tool for tool in tools if tool.name == "shout"]
    assert shout.result({"text": "a"}) == {"text": "A"}
    """,
)
def a_tool(copy: Checkout) -> None:
    """Add a tool that writes in capitals."""
    copy.insert(
        "ogpld/web/agents/agent_tools.py",
        r"^    def questions\(",
        '    def shout(self, text: str) -> Json:\n        """Return capitals."""\n'
        '        return {"text": text.upper()}\n\n',
        before=True,
    )
    copy.insert(
        "ogpld/web/agents/toolbox.py",
        r"^        \(\n",
        '            Tool("shout", "Capitals", "Write in capitals.", tools.shout, '
        '(Argument("text", "string", "Text."),), output(text=_TEXT)),\n',
    )


@addition(
    "a fault that publishing may meet", tests="tests/faults/test_small_fault.py::test_no_sources"
)
def a_fault(copy: Checkout) -> None:
    """Add a case over the small data of these tests."""
    copy.write(
        "tests/faults/test_small_fault.py",
        '"""A fault."""\n\n\ndef test_no_sources(small_data):\n    """Nothing to publish from."""\n'
        '    assert (small_data / "sources/members").is_dir()\n',
    )


@addition(
    "a form of dumps",
    program=_PUBLISH
    + """
    from ogpld.dumps.dump_index import read_index
    lines()
    index = read_index(ReleaseStore(Path("home")).current())
    (file,) = [file for file in index.files if file.kind == "count" and file.dataset == "ogpld"]
    from ogpld.formats import media
    assert media.by_type(file.media_type).file_type == "TXT"
    """,
)
def a_form_of_dumps(copy: Checkout) -> None:
    """Add a file with the number of tables."""
    copy.write(
        "ogpld/dumps/count_file.py",
        dedent('''\
        """A file that says how many tables there are."""

        from ogpld.dumps.digest_files import Packed, entry
        from ogpld.formats.media import COUNT


        def write_count(folder, name, number):
            """Write the file and return its entry."""
            file = Packed(folder / "count.txt.gz")
            file.write(str(number).encode())
            file.close()
            return entry(file.sealed, name, "count", "Count", "How many tables.", COUNT.type)
        '''),
    )
    copy.insert(
        "ogpld/dumps/tabular.py",
        r"^from ogpld\.dumps\.csvw import",
        "from ogpld.dumps.count_file import write_count\n",
        before=True,
    )
    copy.insert(
        "ogpld/dumps/tabular.py",
        r"^        self\._database\.close\(\)",
        "        yield write_count(self._folder, dataset, len(self._tables))\n",
        before=True,
    )
    a_media_type(copy, "COUNT", '"count", "text/x-count", "Count", file_type="TXT"')


@addition(
    "a value of an EU list",
    program="""
    from ogpld.catalogue.authority import authority
    assert authority("access-right", "TESTED") == "http://x.example/access-right/TESTED"
    """,
)
def an_authority(copy: Checkout) -> None:
    """Add an access right."""
    copy.append(
        "ogpld/catalogue/authorities.csv",
        "http://x.example/access-right/TESTED,access-right,TESTED,tested\n",
    )


@addition(
    "a limit",
    tests="tests/test_docs.py::test_every_setting_is_documented",
    program="""
    from ogpld.settings_reader import load_settings
    assert load_settings({}, {"OGPLD_SHOUT_LENGTH": "5"}).shout_length == 5
    """,
)
def a_limit(copy: Checkout) -> None:
    """Add a setting and its line in the documentation of settings."""
    copy.insert(
        "ogpld/config.py", r"^    page_links: int\b", "    shout_length: int = 10\n", before=True
    )
    copy.insert(
        "ogpld/config.py", r"^        page_links: ", "        shout_length: letters.\n", before=True
    )
    copy.append(
        "tests/web/test_limits.py",
        '\n\ndef test_shout_length() -> None:\n    """The bound of an addition."""\n',
    )


@addition(
    "a check of servers",
    tests="tests/doctor/test_defects.py::test_a_defect_is_found[shouts] tests/doctor/test_defects.py::test_every_check_has_a_defect_that_only_it_must_find",
)
def a_check(copy: Checkout) -> None:
    """Add a check of the health page's type, and a server that fails it."""
    copy.insert(
        "ogpld/doctor/check_errors.py",
        r"^_ERRORS\b",
        dedent('''\
        def no_shouting(site: ExaminedServer) -> Iterator[CheckFailure]:
            """Errors are not in capitals."""
            reply = site.client.get(site.at(_NOWHERE), "application/json")
            if b"SHOUTED" in reply.body:
                yield CheckFailure(reply, "it shouts")


        '''),
        before=True,
    )
    copy.insert(
        "ogpld/doctor/check_errors.py",
        r"^CHECKS\b.*\(\n",
        '    Check("errors.quiet", "errors are not in capitals", _ERRORS, no_shouting),\n',
    )
    copy.insert(
        "tests/support/defects.py",
        r"^DEFECTS\b.*\(\n",
        '    _d("shouts", "errors.quiet", lambda a, r: r.text("", "SHOUTED ") if r.status == 404 else None),\n',
    )


@addition(
    "a hostile document",
    tests="tests/validate/test_documents.py::test_a_bad_document_has_one_clear_error[unended.ttl] tests/validate/test_documents.py::test_the_corpus_is_complete",
)
def a_hostile_document(copy: Checkout) -> None:
    """Add a document that ends too early."""
    copy.write("tests/hostile/documents/unended.ttl", "<http://e.org/a> <http://e.org/b>\n")
    copy.insert(
        "tests/hostile/documents/expected.json",
        r"\A\{\n",
        ' "unended.ttl": {"code": "document-malformed", "line": 2},\n',
    )


@addition(
    "a counterpart (a program of others)",
    tests="tests/counterparts/test_pins.py::test_requirements_are_pinned tests/counterparts/test_addition.py::test_addition",
)
def a_counterpart(copy: Checkout) -> None:
    """Add a Python program of its own environment, a test that wants it, and its name."""
    pins = "".join(f"package-{number}==1.{number}\n" for number in range(12))
    copy.write("tests/counterparts/addition.txt", pins)
    copy.write(
        "tests/counterparts/test_addition.py",
        '"""A counterpart."""\n\nimport pytest\n\n\n@pytest.mark.counterpart("addition")\n'
        'def test_addition():\n    """It is named."""\n',
    )
    copy.insert(".ci/run", r'^export OGPLD_REQUIRE="', "addition,")
