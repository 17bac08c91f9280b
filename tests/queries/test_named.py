"""A file that breaks the form of a question is refused with its line; values become terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpld.errors import ModelError, UsageError
from ogpld.iris import Iris
from ogpld.language_tags import LANGUAGES
from ogpld.model import Model
from ogpld.queries import named
from ogpld.queries.named import PAGE_PARAMETERS, NamedQuery, load_named, parse_named
from ogpld.web.routes.queries import parameters_of

IRIS = Iris("http://x.example/")
HEAD = "# number: 1\n# topic: Time\n# title: T\n# description: D\n#   goes on.\n"
BODY = "SELECT * WHERE { ?s ?p ?o }\nORDER BY ?s\n"


def test_a_head_is_read_with_its_further_lines() -> None:
    """Text goes on in lines with two more blanks; the query begins after the head."""
    query = parse_named("x", f"{HEAD}# caveat: C\n{BODY}")
    assert (query.number, query.topic, query.description) == (1, "Time", "D goes on.")
    assert (query.caveat, query.unanswered, query.text) == ("C", "", BODY)


def test_a_title_stands_in_other_languages_as_well() -> None:
    """In the same file; one in a language that pages are not in is refused."""
    query = parse_named("x", f"{HEAD}# title@et: P\n#   jätkub\n{BODY}")
    assert (query.title, query.titles) == ("T", {"et": "P jätkub"})
    with pytest.raises(ModelError, match="unknown entry 'title@de'"):
        parse_named("x", f"{HEAD}# title@de: P\n{BODY}")


@pytest.mark.parametrize("query", load_named().values(), ids=load_named())
def test_a_question_is_asked_in_each_language_of_pages(query: NamedQuery) -> None:
    """Estonian and French pages listed them in English."""
    assert set(query.titles) == set(LANGUAGES) - {"en"}
    assert all(title.endswith("?") for title in query.titles.values())
    assert query.titles["fr"].endswith("\u202f?")


def test_a_query_is_kept_as_it_stands() -> None:
    """Signs that break lines for people are no line ends of a file."""
    body = BODY.replace("?o }", "'a\u2028b\u0085c' }")
    assert parse_named("x", HEAD + body).text == body


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEAD.replace("# title: T\n", "") + BODY, "'title' is missing"),
        (HEAD.replace("Time", "Tiem") + BODY, "unknown topic 'Tiem'"),
        (HEAD.replace(": 1", ": one") + BODY, "'one' is no number"),
        (HEAD + "# tilte: x\n" + BODY, "unknown entry 'tilte'"),
        (HEAD + "# topic: Time\n" + BODY, "'topic' stands twice"),
        (HEAD + "# parameter: day | date\n" + BODY, "four parts"),
        (HEAD + "# parameter: day | date | 2020-01-01 | Day\n" + BODY, "'day' is used nowhere"),
        (HEAD + BODY.replace("?s ?p", "${s} ?p"), "'s' has no parameter"),
        (HEAD + "#odd\n" + BODY, "no entry of a question"),
        (
            HEAD + "# parameter: lang | number | 1 | L\n" + BODY.replace("?s ?p", "${lang} ?p"),
            "parameter 'lang' already",
        ),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(content: str, words: str) -> None:
    """With the name of the file."""
    with pytest.raises(ModelError, match=words.replace("(", r"\(")) as error:
        parse_named("broken", content)
    assert "broken.rq" in str(error.value)


def test_no_question_can_take_what_the_page_of_every_question_takes() -> None:
    """The loader knows these parameters, which the room of questions cannot import."""
    query = next(iter(load_named().values()))
    own = {parameter.name for parameter in query.parameters}
    assert {p.name for p in parameters_of(query)} - own == PAGE_PARAMETERS


def test_two_questions_have_two_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message names both files and the number that is free."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.rq").write_text(HEAD + BODY, encoding="utf-8")
    monkeypatch.setattr(named.resources, "files", lambda _: tmp_path)
    with pytest.raises(ModelError, match=r"(one|two)\.rq too") as error:
        load_named.__wrapped__()
    assert "take 2" in str(error.value)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("led-by", {"institution": "EST-x> . ?a ?b ?c"}, "institution cannot be"),
        ("led-by", {"body": "x"}, "no parameter 'body'"),
        ("opened-government", {"x": "1"}, "it takes none"),
        ("running-on", {"day": "2019-13-01"}, "such as 2019-05-01"),
        ("running-on", {"day": "tomorrow"}, "day cannot be 'tomorrow'"),
        ("under-an-area", {"area": "fishing"}, "a code of the list policy-area"),
        ("areas-with-strong-results", {"minimum": "3) } #"}, "a whole number"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused(
    model: Model, name: str, values: dict[str, str], words: str
) -> None:
    """Naming the parameter and what is allowed; nothing reaches the query as text."""
    with pytest.raises(UsageError) as error:
        load_named()[name].bound(values, model, IRIS)
    assert words in str(error.value)


def test_values_become_terms(model: Model) -> None:
    """Keys under the deployment's base, codes by label or notation, days and numbers typed."""
    queries = load_named()
    assert "<http://x.example/id/institution/A-b>" in queries["led-by"].bound(
        {"institution": "A-b"}, model, IRIS
    )
    area = "<https://w3id.org/ogpld/code/policy-area/open-data>"
    assert area in queries["under-an-area"].bound({"area": "Open Data"}, model, IRIS)
    day = '"2020-02-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert day in queries["running-on"].bound({"day": "2020-02-01"}, model, IRIS)
