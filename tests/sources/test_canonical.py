"""Tables in our own layout become statements, each with the cell it was read from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.workbooks import workbook

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris
from ogpld.language_codes import language_problem
from ogpld.model import Model
from ogpld.model.tables import (
    class_called,
    computed,
    header,
    is_text,
    properties_by_key,
    template_classes,
    template_columns,
)
from ogpld.rdf import NS, canonical_lines
from ogpld.report import Finding, Severity
from ogpld.sources import InputTable, table_of
from ogpld.sources import canonical as canonical_module
from ogpld.sources.canonical import map_tables
from ogpld.sources.row_context import Output

IRIS = Iris("http://x.example/")
BASE = "http://x.example/id/"
TITLE = "http://purl.org/dc/terms/title"


def mapped(model: Model, text: str, class_name: str | None = None, name: str = "t.csv") -> Output:
    """Map a table given as CSV text."""
    return map_tables(table_of(text.encode(), name), model, IRIS, class_name)


def statements(output: Output) -> set[tuple[str, str, str]]:
    """Return subject key, property and value of every statement, shortened for reading."""
    triples = set()
    for quad in output.quads:
        value = str(quad.object)
        for long, short in ((BASE, ""), ("https://w3id.org/ogpld/", ""), ("XMLSchema#", "xsd:")):
            value = value.replace(long, short)
        value = value.replace("http://www.w3.org/2001/", "")
        predicate = re.split(r"[/#]", quad.predicate.value)[-1]
        triples.add((str(quad.subject)[1:-1].removeprefix(BASE), predicate, value))
    return triples


def one(output: Output) -> Finding:
    """Return the only finding."""
    assert len(output.problems) == 1, [f.as_text() for f in output.problems]
    return output.problems[0]


def test_every_kind_of_value_becomes_its_term(model: Model) -> None:
    """Text, date, integer, boolean, code, thing, link; the class and nothing else beside them."""
    plan = mapped(
        model,
        "key,title@en,title@ET,identifier,member,number,cycle,startDate,endDate,approved,"
        "coordinator,priority@en,page\n"
        "EST09,A plan; with more,Kava,AP_EST09,EST,+9,2026,2026-07-01,2028-06,2026,"
        "EST-a; http://y.example/b,One; and | Two,https://y.example/a;b; http://y.example/c\n",
        "ActionPlan",
        "My plan.csv",
    )
    assert plan.problems == []
    thing = "action-plan/EST09"
    assert statements(plan) == {
        (thing, "type", "<ns#ActionPlan>"),
        (thing, "title", '"A plan; with more"@en'),
        (thing, "title", '"Kava"@et'),
        (thing, "identifier", '"AP_EST09"'),
        (thing, "member", "<member/EST>"),
        (thing, "number", '"9"^^<xsd:integer>'),
        (thing, "cycle", '"2026"^^<xsd:integer>'),
        (thing, "startDate", '"2026-07-01"^^<xsd:date>'),
        (thing, "endDate", '"2028-06"^^<xsd:gYearMonth>'),
        (thing, "approved", '"2026"^^<xsd:gYear>'),
        (thing, "coordinator", "<institution/EST-a>"),
        (thing, "coordinator", "<http://y.example/b>"),
        (thing, "priority", '"One; and"@en'),
        (thing, "priority", '"Two"@en'),
        (thing, "page", "<https://y.example/a;b>"),
        (thing, "page", "<http://y.example/c>"),
    }
    assert {str(q.graph_name) for q in plan.quads} == {"<http://x.example/graph/submitted/my-plan>"}


def test_codes_are_found_by_notation_label_or_address(model: Model) -> None:
    """What a drop-down list shows, what the list calls it, what it is."""
    scheme = model.schemes["completion"]
    code = scheme.codes[0]
    for written in (code.notation, code.label.upper(), code.iri):
        output = mapped(
            model,
            "key,title@en,printedNumber,commitment,milestoneStatus\n"
            f"EE1-m2-10,T,2.10,EE1,{written}\n",
        )
        assert output.problems == []
        assert ("milestone/EE1-m2-10", "milestoneStatus", f"<code/completion/{code.notation}>") in (
            statements(output)
        )
        assert ("milestone/EE1-m2-10", "printedNumber", '"2.10"') in statements(output)
    areas = model.schemes["policy-area"].codes[:3]
    output = mapped(
        model,
        "key,title@en,member,plans,policyAreas\n"
        f'EE1,T,EST,EST08;EST09,"{areas[0].label}; {areas[1].notation} | {areas[2].iri};"\n',
    )
    assert output.problems == []
    codes = {value for _, name, value in statements(output) if name == "policyArea"}
    assert codes == {f"<code/policy-area/{code.notation}>" for code in areas}
    assert {v for _, name, v in statements(output) if name == "plan"} == {
        "<action-plan/EST08>",
        "<action-plan/EST09>",
    }


def test_an_assessment_takes_its_value_from_the_scale_of_its_indicator(model: Model) -> None:
    """The same word is another code in another scale; things of several classes name theirs."""
    output = mapped(
        model,
        "key,assesses,indicator,phase,assessor,value\n"
        "EE1-1,commitment/EE1,completion,end-of-term,irm,Complete\n"
        "EST09-2,http://x.example/id/action-plan/EST09,specificity,end-of-term,irm,specificity/high\n"
        "EE1-3,EE1,completion,end-of-term,irm,Splendid\n",
    )
    triples = statements(output)
    assert ("assessment/EE1-1", "assesses", "<commitment/EE1>") in triples
    assert ("assessment/EE1-1", "value", "<code/completion/complete>") in triples
    assert ("assessment/EST09-2", "value", "<code/specificity/high>") in triples
    assert ("assessment/EST09-2", "assesses", "<action-plan/EST09>") in triples
    assert [(str(f.where[0]), f.message, f.hint.split(",")[0]) for f in output.problems] == [
        (
            "t.csv, row 4, column assesses",
            "'EE1' is not a web address",
            "write an http(s) address; a thing of ours also as commitment/KEY; one value only",
        ),
        (
            "t.csv, row 4, column value",
            "'Splendid' is not in the scale 'completion'",
            f"use one of: {model.schemes['completion'].codes[0].label}",
        ),
    ]


#: Column, cell, what is said about it; every one is found in the same run.
BAD_CELLS = [
    (
        "member",
        "E ST",
        "'E ST' is no key (Member)",
        "a key (Member), or an http(s) address; one value only",
    ),
    ("number", "two", "'two' is not a whole number", "a whole number in digits; one value only"),
    ("cycle", "2026.5", "'2026.5' is not a whole number", "digits"),
    ("startDate", "1.7.2026", "'1.7.2026' is not a date", "2016 or 2016-07 or 2016-07-01"),
    ("endDate", "2026-02-30", "'2026-02-30' is not a date", "2016-07-01"),
    ("coordinator", "EST-a; b c; d e", "'b c' is no key (Institution)", "separated by ;"),
    ("page", "www.example.org", "'www.example.org' is not a web address", "http(s)"),
    ("source", "javascript:alert(1)", "'javascript:alert(1)' is not", "http(s)"),
]


def test_a_number_past_every_engine_is_named_as_such(model: Model) -> None:
    """It is a whole number; what is wrong is its size. Nothing is published in its place."""
    for digits, text in (("9" * 18, ""), ("9" * 19, "9" * 19), ("-" + "9" * 5000, "-" + "9" * 39)):
        table = f"key,title@en,number\nEST09,Good,{digits}\n"
        output = mapped(model, table, "action plans", "plan.csv")
        numbers = {value for _, name, value in statements(output) if name == "number"}
        if not text:
            assert not output.problems
            assert len(numbers) == 1
            continue
        finding = one(output)
        assert finding.where == (Where("plan.csv", 2, "number"),)
        assert finding.message.startswith(f"'{text}")
        assert "digits; whole numbers of up to 18 are read" in finding.message
        assert numbers == set()


def test_every_bad_cell_is_a_violation_at_its_place(model: Model) -> None:
    """File, row, column, printed value, hint; the good cells of the row are read."""
    columns = [column for column, *_ in BAD_CELLS]
    cells = ",".join(cell for _, cell, *_ in BAD_CELLS)
    output = mapped(
        model,
        f"key,title@en,{','.join(columns)}\nEST08,Good,,,,,,,,\nEST09,Good,{cells}\n",
        "action plans",
        "plan.csv",
    )
    findings = [f for f in output.problems if "'d e'" not in f.message]
    assert len(output.problems) == len(findings) + 1
    for finding, (column, cell, message, hint) in zip(findings, BAD_CELLS, strict=True):
        assert finding.severity is Severity.VIOLATION
        assert finding.where == (Where("plan.csv", 3, column),)
        assert finding.cell == cell
        assert message in finding.message
        assert hint in finding.hint
        assert finding.focus == f"{BASE}action-plan/EST09"
    assert statements(output) == {
        ("action-plan/EST08", "type", "<ns#ActionPlan>"),
        ("action-plan/EST08", "title", '"Good"@en'),
        ("action-plan/EST09", "type", "<ns#ActionPlan>"),
        ("action-plan/EST09", "title", '"Good"@en'),
        ("action-plan/EST09", "coordinator", "<institution/EST-a>"),
    }


def test_codes_and_booleans_that_are_none_are_shown_with_the_choice(model: Model) -> None:
    """A code of no list, an address that is no code, an indicator of no scale."""
    output = mapped(
        model,
        "key,title@en,printedNumber,commitment,milestoneStatus\n"
        "EE1-m1,T,1,EE1,finished\nEE1-m2,T,1,EE1,https://w3id.org/ogpld/code/completion/finished\n",
    )
    first, second = output.problems
    assert "'finished' is not in the code list 'completion'" in first.message
    assert first.hint.startswith("use one of: ")
    assert "is not in the code list 'completion'" in second.message
    assert [f.where[0].row for f in output.problems] == [2, 3]
    output = mapped(model, "key,assesses,indicator,value\na,http://x.example/a,,yes\n")
    assert one(output).message == "'yes' is no code"
    assert "scheme/notation" in one(output).hint


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("Public Procurement, Open Contracting", "write Public Procurement; Open Contracting"),
        ("Public Procurement / Open Contracting", "write Public Procurement; Open Contracting"),
        ("Public Procurment", "did you mean Public Procurement? use one of: "),
        ("qqqqqqqq", "; several are separated by ;"),
        ("Public Procurement, Nonsense", "; several are separated by ;"),
    ],
)
def test_a_code_that_is_none_says_which_is_meant(model: Model, cell: str, hint: str) -> None:
    """Several in one cell are told apart by the mark that parts them."""
    output = mapped(model, f'key,title@en,member,plans,policyAreas\nEE1,T,EST,EST09,"{cell}"\n')
    assert hint in one(output).hint


def test_booleans_are_true_or_false(model: Model) -> None:
    """Words of clerks become the one canonical form; anything else is refused."""
    definition = next(c for c in model.classes.values() if c.name == "Commitment")
    keys = properties_by_key(model, definition)
    columns = [k for k, p in keys.items() if p.datatypes and p.datatypes[0].endswith("boolean")]
    assert columns
    assert {keys[k].iri for k in columns} <= computed(model)


def test_keys_must_be_there_be_keys_and_be_different(model: Model) -> None:
    """A row that names nothing, or the same thing again, is not read; both rows are named."""
    output = mapped(
        model,
        "key,title@en,member,plans\n"
        "EE1,One,EST,EST09\n"
        ",Two,EST,EST09\n"
        "EE 3,Three,EST,EST09\n"
        ",,,\n"
        "EE1,Five,EST,EST09\n",
    )
    assert [(f.where, f.message) for f in output.problems] == [
        ((Where("t.csv", 3, "key"),), "the row has no key"),
        ((Where("t.csv", 4, "key"),), "'EE 3' is no key"),
        (
            (Where("t.csv", 6, "key"), Where("t.csv", 2, "key")),
            "the key 'EE1' stands twice; the row was not read",
        ),
    ]
    assert all(f.severity is Severity.VIOLATION and f.hint for f in output.problems)
    assert {v for _, name, v in statements(output) if name == "title"} == {'"One"@en'}


ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk
kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
BAD_COLUMNS = {
    "titel@en": ("has no column 'titel@en'", "did you mean title@en?"),
    "Title@et": ("has no column 'Title@et'", "did you mean title@et?"),
    "start date": ("has no column 'start date'", "did you mean startDate?"),
    "Action plan": ("has no column 'Action plan'", "did you mean plans?"),
    "zzzzz": ("has no column 'zzzzz'", "it has title, identifier"),
    "theme": ("does not say in which language", "write theme@en, theme@et"),
    "theme@x y": ("names 'x y' for a language, which is no language tag", "theme@sr-Latn"),
    "theme@en_US": ("its parts are joined with '-', as in en-US", "theme@x-easy"),
    "theme@ge": ("no language has the code 'ge'", "did you mean theme@ka (Georgian)?"),
    "theme@georgian": ("no language has the code 'georgian'", "did you mean theme@ka"),
    "theme@Ukrainian": ("eight characters", "did you mean theme@uk"),
    "theme@cz": ("no language has the code 'cz'", "did you mean theme@cs (Czech)?"),
    "theme@dk": ("no language has the code 'dk'", "did you mean theme@da (Danish)?"),
    "theme@gr": ("no language has the code 'gr'", "did you mean theme@el (Greek)?"),
    "theme@ua": ("no language has the code 'ua'", "did you mean theme@uk (Ukrainian)?"),
    "theme@jp": ("no language has the code 'jp'", "did you mean theme@ja (Japanese)?"),
    "theme@est": ("'est' is written 'et'", "did you mean theme@et (Estonian)?"),
    "theme@fre": ("'fre' is written 'fr'", "did you mean theme@fr (French)?"),
    "theme@deu": ("'deu' is written 'de'", "did you mean theme@de (German)?"),
    "theme@twi": ("'twi' is written 'tw'", "did you mean theme@tw"),
    "lead@en": ("names a language, but holds no text", "write lead"),
    "title@EN": ("stands twice", "keep one"),
}


@pytest.mark.parametrize(
    "tag", ["x-easy", "sr-Latn", "zh-Hant-TW", "de-CH-1996", "i-klingon", "en-a-bbb-x-ccc", "EN-gb"]
)
def test_a_column_may_have_any_language_tag(model: Model, tag: str) -> None:
    """RFC 5646 in full; what is published has the tag in lower case (contract)."""
    output = mapped(model, f"key,title@en,title@{tag},member,plans\nEE1,T,Other,EST,EST09\n")
    assert not output.problems
    titles = {value for _, name, value in statements(output) if name == "title"}
    assert titles == {'"T"@en', f'"Other"@{tag.lower()}'}


@pytest.mark.parametrize(
    ("tag", "key", "meant"),
    [
        ("ee", "EE1", "et (Estonian)"),
        ("kr", "KR1", "ko (Korean)"),
        ("br", "BRA1", "pt (Portuguese)"),
        ("am", "AM1", "hy (Armenian)"),
        ("ga", "GAB1", "fr (French)"),
        ("tl", "TLS1", "tet (Tetum)"),
        ("in", "IN1", "hi (Hindi)"),
    ],
)
def test_the_code_of_a_country_may_be_that_of_another_language(
    model: Model, tag: str, key: str, meant: str
) -> None:
    """Where the rows are of that country: the column is read, and the language is proposed with its name."""
    output = mapped(model, f"key,title@en,member,plans,theme@{tag}\n{key},T,EST,EST09,x\n")
    finding = one(output)
    assert finding.severity is Severity.WARNING
    assert "is also the code of the country" in finding.message
    language, name = meant.split(" ")
    assert finding.hint == f"write theme@{language} if it is in {name[1:-1]}"
    assert f'"x"@{tag}' in {value for _, _, value in statements(output)}
    other = mapped(model, f"key,title@en,member,plans,theme@{tag}\nGH1,T,EST,EST09,x\n")
    assert not other.problems


def test_every_language_of_two_letters_is_known() -> None:
    """ISO 639-1, none of which is that of a country."""
    assert not any(map(language_problem, ISO_639_1.split()))
    for tag in ("cnr", "quc", "nah", "und", "mul", "art-lojban"):
        assert language_problem(tag) == ""


@pytest.mark.parametrize(
    "tags",
    [
        "quz gug ayr kmr cmn arb als zsm pes uzn swh lvs ekk khk npi ory fat",
        "in iw ji jw mo bh sh tl",
    ],
)
def test_codes_that_are_languages_are_taken_as_they_are(tags: str) -> None:
    """Languages that belong to a larger one, and codes that have been replaced, are in the registry."""
    assert not any(map(language_problem, tags.split()))


@pytest.mark.parametrize("name", BAD_COLUMNS)
def test_a_column_nobody_can_explain_is_a_violation_with_a_proposal(
    model: Model, name: str
) -> None:
    """The other columns are read all the same."""
    message, hint = BAD_COLUMNS[name]
    output = mapped(model, f"key,title@en,member,plans,{name}\nEE1,T,EST,EST09,x\n")
    finding = one(output)
    assert finding.severity is Severity.VIOLATION
    assert finding.where == (Where("t.csv", 1, name),)
    assert message in finding.message
    assert hint in finding.hint
    assert len(output.quads) == 4


def test_computed_columns_are_passed_over_and_said_so(model: Model) -> None:
    """A table that was exported carries them; what they say is derived again."""
    output = mapped(
        model, "key,title@en,member,plans,starred,earliestStart\nE1,T,EST,EST09,maybe,x\n"
    )
    assert [(f.severity, f.where[0].column) for f in output.problems] == [
        (Severity.INFO, "starred"),
        (Severity.INFO, "earliestStart"),
    ]
    assert len(output.quads) == 4


def test_without_a_key_column_nothing_is_read(model: Model) -> None:
    """The column that was probably meant is named."""
    with pytest.raises(
        SourceError, match=r"t\.csv, row 1: the table of Commitment has no column"
    ) as e:
        mapped(model, "Key,title@en,member,plans\nEE1,T,EST,EST09\n")
    assert "'Key'" in e.value.hint
    with pytest.raises(SourceError, match="no column 'key'"):
        mapped(model, "title@en,member,plans\nT,EST,EST09\n")


def test_a_table_of_nothing_we_know_is_refused(model: Model) -> None:
    """By header, and by the class the sender names."""
    with pytest.raises(
        SourceError, match=r"t\.csv, row 1: the columns are those of no table"
    ) as error:
        mapped(model, "a,b,c\n1,2,3\n")
    assert "ogpld template" in error.value.hint
    with pytest.raises(SourceError, match="there is no table of 'Identifier'") as error:
        mapped(model, "key,title@en\n1,2\n", "Identifier")
    assert "Commitment" in error.value.hint


def test_every_template_is_recognised_by_its_header(model: Model) -> None:
    """Neither file name nor sheet name is needed."""
    for definition in template_classes(model):
        for names in (
            [column.name for column in template_columns(model, definition.name)],
            list(header(model, definition.name)),
        ):
            row = ["k", *["" for _ in names[1:]]]
            output = mapped(model, ",".join(names) + "\n" + ",".join(row) + "\n")
            assert statements(output) == {
                (f"{definition.segment}/k", "type", f"<ns#{definition.name}>")
            }


def test_sheets_are_known_by_name_and_keys_are_shared(model: Model) -> None:
    """A workbook of a plan: three classes, one graph, places with sheet, row and column."""
    content = workbook(
        {
            "Milestones": [["key", "title@en", "commitment"], ["EE1-m1", "Do", "EE1"]],
            "Commitment": [
                ["key", "title@en", "member", "plans", "startDate"],
                ["EE1", "One", "EST", "EST09", "soon"],
            ],
            "sub-commitments": [["key", "title@en"], ["EE1", "Part"]],
            "codes": [["scheme", "notation", "label"], ["a", "b", "c"]],
        }
    )
    output = map_tables(table_of(content, "plan.xlsx"), model, IRIS)
    assert ("milestone/EE1-m1", "commitment", "<commitment/EE1>") in statements(output)
    assert ("commitment/EE1", "type", "<ns#Commitment>") in statements(output)
    assert {str(q.graph_name) for q in output.quads} == {"<http://x.example/graph/submitted/plan>"}
    soon, twice = output.problems
    assert soon.where == (Where("plan.xlsx#Commitment", 2, "startDate"),)
    assert twice.where == (
        Where("plan.xlsx#sub-commitments", 2, "key"),
        Where("plan.xlsx#Commitment", 2, "key"),
    )
    mapped = map_tables(table_of(content, "plan.xlsx"), model, IRIS, "Commitment")
    assert statements(mapped) == statements(output)
    with pytest.raises(SourceError, match="no rows"):
        map_tables(table_of(content, "plan.xlsx")[-1:], model, IRIS)


def test_every_statement_and_every_thing_knows_its_cell(model: Model) -> None:
    """The trace has file, row, column and printed text; an empty column is a place too."""
    output = mapped(model, "key,title@et,member,plans,theme@en\nEE1,T,EST,EST08;EST09,\n")
    trace = output.trace
    for quad in output.quads:
        subject, predicate = quad.subject.value, quad.predicate.value
        (cell,) = trace.find(subject, predicate, str(quad.object))
        assert cell.where.file == "t.csv"
        assert cell.where.row == 2
        assert cell.where.column in {"key", "title@et", "member", "plans"}
        assert cell.text
    (cell,) = trace.find(f"{BASE}commitment/EE1", NS("plan").value, f"<{BASE}action-plan/EST09>")
    assert (cell.where, cell.text) == (Where("t.csv", 2, "plans"), "EST08;EST09")
    assert [c.where for c in trace.find(f"{BASE}commitment/EE1", None, None)] == [Where("t.csv", 2)]
    assert trace.column_of("t.csv", NS("theme").value) == "theme@en"


def test_csv_and_xlsx_give_the_same_statements(model: Model) -> None:
    """The type of the file is no part of what it says."""
    rows = [
        ["key", "title@en", "title@et", "member", "number", "cycle", "startDate", "page"],
        ["EST09", "A  plan", "Kava", "EST", "9", "2026", "2026-07", "http://y.example/"],
        ["EST10", "Next", "", "EST", "10", "2028", "2028", ""],
    ]
    text = "\n".join(",".join(row) for row in rows)
    typed = [[int(c) if c.isdigit() else c or None for c in row] for row in rows]
    from_csv = mapped(model, text, None, "plan.csv")
    from_xlsx = map_tables(table_of(workbook({"S": typed}), "plan.xlsx")[:1], model, IRIS)
    assert from_csv.problems == from_xlsx.problems == []
    assert sorted(canonical_lines(from_csv.quads)) == sorted(canonical_lines(from_xlsx.quads))


def test_a_wrong_file_gives_a_short_report(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many unreadable cells the rest is left, and that is said; a cell has few values."""
    monkeypatch.setattr(canonical_module, "PROBLEM_LIMIT", 3)
    rows = "".join(f"EE{n},T,E ST,EST09\n" for n in range(9))
    output = mapped(model, "key,title@en,member,plans\n" + rows)
    assert len(output.problems) == 5
    assert output.problems[-1].where == (Where("t.csv", 6),)
    assert "more than 3 cells cannot be read" in output.problems[-1].message
    many = ";".join(f"EST{n}" for n in range(201))
    output = mapped(model, f"key,title@en,member,plans\nEE1,T,EST,{many}\n")
    assert "201 values, more than 200" in one(output).message


def test_only_unreadable_cells_of_the_table_itself_end_its_reading(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was noticed while the file was read is none, however much; nor are cells of other tables."""
    dash = "\u200b-"  # a character nobody sees: a Warning each
    rows = "".join(f"EE{n},T{dash},EST,EST09\n" for n in range(1_200))
    output = mapped(model, "key,title@en,member,plans\n" + rows)
    assert {finding.severity for finding in output.problems} == {Severity.WARNING}
    assert len(output.problems) == 1_001
    assert "commitment/EE1199" in {subject for subject, _, _ in statements(output)}
    monkeypatch.setattr(canonical_module, "PROBLEM_LIMIT", 3)
    header, keys = ["key", "title@en", "member", "plans"], range(9)
    bad = [[f"EE{n}", "T", "E ST" if n < 4 else "EST", "EST09"] for n in keys]
    plans = [["key", "title@en", "member"], *[[f"EST0{n}", "T", "EST"] for n in keys]]
    content = workbook({"Commitment": [header, *bad], "ActionPlan": plans})
    output = map_tables(table_of(content, "plan.xlsx"), model, IRIS)
    assert [f.where for f in output.problems if "cannot be read" in f.message] == [
        (Where("plan.xlsx#Commitment", 6),)
    ]
    assert ("action-plan/EST08", "title", '"T"@en') in statements(output)


def test_names_of_files_make_safe_graphs(model: Model) -> None:
    """Whatever the sender calls the file, the graph has one segment of letters and digits."""
    for name, unit in {
        "": "table",
        "提案.csv": "table",
        "../../Etc Passwd.csv": "etc-passwd",
        "a#b.csv": "a",
        "x" * 500 + ".csv": "x" * 60,
    }.items():
        output = map_tables(table_of(b"key,name\np,P\n", name, ".csv"), model, IRIS)
        assert {str(q.graph_name) for q in output.quads} == {
            f"<http://x.example/graph/submitted/{unit}>"
        }


def test_the_computed_properties_are_those_the_shapes_call_so(model: Model, root: Path) -> None:
    """A shortcut that is added to the shapes may not appear in templates."""
    text = (root / "shapes" / "shortcuts.ttl").read_text()
    shortcuts = {NS(name).value for name in re.findall(r"sh:path ogpld:(\w+)", text)}
    assert shortcuts
    assert shortcuts <= computed(model)
    described = {
        p.iri for c in model.classes.values() for p in c.properties if "computed" in p.description
    } - {p.iri for c in ("Indicator", "IndicatorWindow") for p in model.classes[c].properties}
    assert described <= computed(model)


def test_no_code_that_may_stand_beside_others_holds_a_separator(model: Model) -> None:
    """Else its label could not be written."""
    for definition in template_classes(model):
        for prop in definition.properties:
            if prop.scheme and prop.max_count is None:
                for code in model.schemes[prop.scheme].codes:
                    assert not re.search(r";|\s\|\s", code.label + code.notation)


def test_classes_are_called_by_many_names(model: Model) -> None:
    """Class, path or label, singular or plural, any case; no substring."""
    for text, name in {
        "commitments": "Commitment",
        "ACTION-PLAN": "ActionPlan",
        "Action plans": "ActionPlan",
        "irm-cluster": "Cluster",
        "clusters": "Cluster",
        "persons": "Author",
        "Sub-commitment": "SubCommitment",
    }.items():
        definition = class_called(model, text)
        assert definition is not None, text
        assert definition.name == name
    for text in ("", "s", "plan", "commit", "Identifier", "code", "Sheet1"):
        assert class_called(model, text) is None


def test_templates_ask_for_what_a_clerk_knows(model: Model) -> None:
    """Key, then required columns, then the others; nothing computed, no part without a table."""
    for definition in template_classes(model):
        columns = template_columns(model, definition.name, ("et", "en"))
        assert columns[0].name == "key"
        wanted = [column.required for column in columns]
        assert wanted == sorted(wanted, reverse=True)
        keys = properties_by_key(model, definition)
        names = {column.name.partition("@")[0] for column in columns}
        assert {key for key, field in keys.items() if field.min_count} <= names
        assert not names & {"derivedFrom", "earliestStart", "latestEnd", "starred", "statusEvent"}
        assert not names & {"otherIdentifiers", "conflictsWith", "territory", "isReplacedBy"}
        for column in columns:
            if column.definition and is_text(column.definition):
                assert column.language in {"et", "en"}
    assert isinstance(InputTable("a", (), ()).sheet, str)


def test_numbers_count_as_printed_where_they_are_no_numbers(model: Model) -> None:
    """2.10 is another commitment's number than 2.1; a whole number is one in every format."""

    def formats(book: Workbook) -> None:
        book["Commitment"]["B2"].number_format = "0.00"
        book["Commitment"]["C2"].number_format = "0.00"
        book["Plan"]["B2"].number_format = "#,##0"
        book["Plan"]["C2"].number_format = "0.0"

    sheets = {
        "Commitment": [["key", "printedNumber", "identifier"], ["EE0901", 2.1, 7]],
        "Plan": [["key", "cycle", "number"], ["EST09", 2026, 9]],
    }
    output = map_tables(table_of(workbook(sheets, formats), "t.xlsx"), model, IRIS)
    assert output.problems == []
    triples = statements(output)
    assert ("commitment/EE0901", "printedNumber", '"2.10"') in triples
    assert ("commitment/EE0901", "identifier", '"7.00"') in triples
    assert {o for _, p, o in triples if p == "cycle"} == {'"2026"^^<xsd:integer>'}
    assert {o for _, p, o in triples if p == "number"} == {'"9"^^<xsd:integer>'}


def test_what_was_noticed_while_reading_is_a_finding(model: Model) -> None:
    """What is noticed while reading becomes a finding, on sheets without statements too."""
    sheets = {
        "codes": [["scheme", "notation", "label"], ["a", "b", "c\u200bd"]],
        "Commitment": [["key", "title@en"], ["EE0901", "Tw_x0001_o"]],
        "Draft": [["key"], ["EE0902"]],
    }

    def hide(book: Workbook) -> None:
        book["Draft"].sheet_state = "hidden"

    output = map_tables(table_of(workbook(sheets, hide), "t.xlsx"), model, IRIS)
    assert [(f.severity, str(f.where[0])) for f in output.problems] == [
        (Severity.WARNING, "t.xlsx#Draft"),
        (Severity.WARNING, "t.xlsx#codes, row 2, column label"),
        (Severity.VIOLATION, "t.xlsx#Commitment, row 2, column title@en"),
    ]
    assert {f.focus for f in output.problems} == {"http://x.example/graph/submitted/t"}
    assert not [q for q in output.quads if "\x01" in str(q.object)]


def test_a_key_that_begins_with_another_thing_is_told(model: Model) -> None:
    """One column was sorted without the others; what belongs to nothing of ours is not compared."""
    output = mapped(
        model,
        "key,assesses,indicator,phase,assessor,value\n"
        "EE1-completion,commitment/EE2,completion,end-of-term,irm,Complete\n"
        "EE2-completion,http://x.example/id/commitment/EE2,completion,end-of-term,irm,Limited\n"
        "EE1,commitment/EE1-2,completion,end-of-term,irm,Limited\n"
        "other,https://y.example/EE3,completion,end-of-term,irm,Limited\n",
    )
    assert [(f.severity, [str(w) for w in f.where], f.message) for f in output.problems] == [
        (
            Severity.WARNING,
            [f"t.csv, row {row}, column key", f"t.csv, row {row}, column assesses"],
            "the key does not begin with the one in 'assesses'",
        )
        for row in (2, 4)
    ]
    assert "XY0012-completion-results-report" in output.problems[0].hint
    output = mapped(
        model,
        "key,title@en,printedNumber,commitment\nEE1-m1,T,1,EE1\nEE1-m2,T,2,EE2\n",
    )
    assert [str(w) for w in one(output).where][1] == "t.csv, row 3, column commitment"


def test_two_addresses_with_a_comma_between_are_none(model: Model) -> None:
    """They would be published as one that leads nowhere; a comma elsewhere is part of an address."""
    row = "key,title@en,printedNumber,commitment,source\nEE1-m1,T,1,EE1,"
    output = mapped(model, f'{row}"https://a.example/1,https://b.example/2"\n')
    assert one(output).message.endswith("is not a web address")
    assert "several are separated by ;" in one(output).hint
    assert mapped(model, f'{row}"https://a.example/1,2?q=http://b.example/"\n').problems == []
