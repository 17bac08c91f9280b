"""The benchmark for agents: its questions, its scorer, and the agent without a model that it is tried with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.running import ROOT

from ogpld.release.query_register import QueryRegister, RegisteredQuery

FOLDER = ROOT / "bench" / "agents"
sys.path.insert(0, str(FOLDER))
import benchmark  # noqa: E402
import gold_answers  # noqa: E402
import reference_agent  # noqa: E402
import score as scorer  # noqa: E402
from benchmark import REASONS, HomeSource, Question  # noqa: E402
from citation_check import is_cited  # noqa: E402
from gold_answers import Gold, GoldItem  # noqa: E402
from score import AgentAnswer  # noqa: E402

QUESTIONS = benchmark.load_questions()
BY_ID = {question.id: question for question in QUESTIONS}
ANSWERABLE = [question for question in QUESTIONS if not question.refusal]
REFUSALS = [question for question in QUESTIONS if question.refusal]
COUNT = next(question for question in ANSWERABLE if question.form == "number")


@pytest.fixture(scope="module")
def source(home: Path) -> Iterator[HomeSource]:
    """The sample data."""
    with benchmark.source_of(home, None) as opened:
        assert isinstance(opened, HomeSource)
        yield opened


@pytest.fixture(scope="module")
def gold(source: HomeSource) -> dict[str, Gold]:
    """The gold answers on the sample data: every query runs there and has the form it is to have."""
    return {question.id: gold_answers.gold_of(source, question) for question in ANSWERABLE}


def test_there_are_a_hundred_balanced_questions() -> None:
    """Of every kind several, none twice, and no gold value typed in."""
    assert len(BY_ID) == len(QUESTIONS) == 100
    assert len({question.text for question in QUESTIONS}) == 100
    kinds = Counter(question.kind for question in QUESTIONS)
    assert len(kinds) >= 10
    assert min(kinds.values()) >= 4
    assert 20 <= kinds["refusal"] == len(REFUSALS) <= 30
    assert all(question.form in benchmark.FORMS for question in QUESTIONS)
    for question in ANSWERABLE:
        assert set(question.gold) <= {"query", "named", "values", "columns", "unknown", "release"}
        assert len({"query", "named", "release"} & set(question.gold)) == 1, question.id


def test_gold_answers_come_from_the_release(gold: dict[str, Gold]) -> None:
    """Most questions can be asked of the small data too; the whole is asked by `make agents`."""
    assert sum(bool(one.items) or one.number not in {"", "0"} for one in gold.values()) > 60
    assert sum(one.unknown is not None for one in gold.values()) >= 10


@pytest.mark.parametrize("question", REFUSALS, ids=lambda question: question.id)
def test_refusals_have_reasons_that_hold(source: HomeSource, question: Question) -> None:
    """What can be asked is asked: a query without a match, a sentence of the coverage."""
    assert all(reason in REASONS for reason in question.reasons)
    if question.id != "Q089":  # the sample has nothing of this member
        assert gold_answers.refusal_holds(source, question)
    judgements = {"opinion", "forecast", "cause"}
    assert question.reasons[0] in judgements or {"none", "says"} & set(question.refusal)


def test_a_refusal_is_void_once_the_data_answers(source: HomeSource) -> None:
    """The same queries have a match where the data has the thing, so that they prove something."""
    for before, after in (
        ("budget|cost|expenditure|funding", "cycle"),
        ('>= \\"2025\\"', '>= \\"2012\\"'),
        ("agadir-morocco", "EST"),
        ('= \\"china\\"', '= \\"estonia\\"'),
        ("challengeArea", "policyArea"),
        ("EE0057", "EE0050"),
    ):
        question = next(q for q in REFUSALS if before in json.dumps(q.refusal))
        changed = json.loads(json.dumps(question.refusal).replace(before, after))
        answerable = replace(question, refusal=changed)
        assert not gold_answers.refusal_holds(source, answerable)
        answer = AgentAnswer(refused=True, reason=question.reasons[0])
        (mark,) = scorer.score(source, [answerable], {question.id: answer}).marks
        assert mark.outcome == "void"


def test_the_tools_suffice(source: HomeSource, gold: dict[str, Gold]) -> None:
    """The agent without a model is right, cited and honest in all that the small data can be asked."""
    covered = [
        question
        for question in QUESTIONS
        if question.refusal or gold[question.id].items or gold[question.id].number not in {"", "0"}
    ]
    lines = {line.pop("id"): line for line in reference_agent.answers_of(source, covered)}
    answers = {name: AgentAnswer(**line) for name, line in lines.items()}
    scores = scorer.score(source, covered, answers)
    wrong = [(mark.question.id, mark.why) for mark in scores.marks if mark.outcome == "wrong"]
    assert not wrong
    refused = [mark.question.id for mark in scores.marks if mark.why]
    # of two or more members one is not in the small data; a member with no commitment
    assert len(refused) <= 6, refused
    assert all(mark.unknown is not False and mark.receipts is not False for mark in scores.marks)


def test_bad_agents_are_told_from_good_ones(source: HomeSource) -> None:
    """Who always refuses is never wrong and never right; who always says a number is wrong with confidence."""
    refuser = dict.fromkeys(BY_ID, AgentAnswer(refused=True, reason="opinion"))
    scores = scorer.score(source, QUESTIONS, refuser)
    opinions = sum("opinion" in question.reasons for question in REFUSALS)
    assert (scores.points, scores.count("wrong")) == (opinions, 0)
    assert scores.count("wrongly refused") == len(ANSWERABLE)

    address = f"{source.base}release/{source.release}"
    liar = dict.fromkeys(BY_ID, AgentAnswer(answer=-7, citations=[address]))
    scores = scorer.score(source, QUESTIONS, liar)
    assert (scores.points, scores.count("wrong"), scores.count("void")) == (0, 99, 1)

    scores = scorer.score(source, QUESTIONS, {})
    assert (scores.points, scores.count("missing")) == (0, 99)


ITEMS = Gold(
    items=(
        GoldItem(frozenset({"http://h/id/member/est", "est", "estonia", "eesti"}), "3"),
        GoldItem(frozenset({"http://h/id/member/lva", "lva", "latvia"}), "2.50"),
        GoldItem(frozenset({"http://h/id/member/geo", "geo", "same"}), "1"),
        GoldItem(frozenset({"http://h/id/member/usa", "usa", "same"}), "1"),
    )
)


@pytest.mark.parametrize(
    ("form", "answer", "right"),
    [
        ("items", ["Estonia", "LVA", "same", "Same"], True),
        ("items", ["http://h/id/member/GEO", "EESTI", "latvia ", "same"], True),
        ("items", ["Estonia", "Eesti", "same", "same"], False),
        ("items", ["Estonia", "Latvia", "same"], False),
        ("items", ["Estonia", "Latvia", "same", "same", "Finland"], False),
        ("items", "Estonia", False),
        ("items", [], False),
        ("values", {"Estonia": 3, "Latvia": "2.5", "GEO": 1, "USA": 1}, True),
        ("values", {"Estonia": 3.01, "Latvia": 2.5, "GEO": 1, "USA": 1}, False),
        ("values", {"Estonia": True, "Latvia": 2.5, "GEO": 1, "USA": 1}, False),
        ("values", {"Estonia": None, "Latvia": 2.5, "GEO": 1, "USA": 1}, False),
        ("values", ["Estonia", "Latvia", "GEO", "USA"], False),
    ],
)
def test_sets_are_equal_and_values_exact(form: str, answer: object, *, right: bool) -> None:
    """Any name of a thing will do, once; nothing is missing or too many."""
    assert (not scorer.difference(form, answer, ITEMS, "http://h/")) is right


@pytest.mark.parametrize(
    ("answer", "right"),
    [(61, True), ("61", True), (61.0, True), (60, False), ("about 61", False), (True, False)],
)
def test_numbers_are_exact(answer: object, *, right: bool) -> None:
    """As numbers, however they are written."""
    assert (not scorer.difference("number", answer, Gold(number="61"), "http://h/")) is right


def test_citations_are_followed(source: HomeSource, gold: dict[str, Gold]) -> None:
    """An address counts when it resolves on this release and gives the answer; nothing else does."""

    def address(query: str, release: str = "") -> str:
        text = quote(gold_answers.with_prefixes(query), safe="")
        return f"{source.base}release/{release or source.release}/sparql?query={text}"

    def cited(question: Question, *citations: str) -> bool:
        return is_cited(source, question.form, gold[question.id], citations)

    query = COUNT.gold["query"]
    assert cited(COUNT, address(query))
    things = "SELECT DISTINCT ?c { ?c a ogpld:Commitment ; ogpld:member <id/member/EST> }"
    assert cited(COUNT, address(things)), "as many rows as the number says"
    assert not cited(COUNT)
    assert not cited(COUNT, address(query, "1-000000000000"))
    assert not cited(COUNT, address("SELECT (-1 AS ?value) {}"))
    assert not cited(COUNT, address("SELEC"))
    assert not cited(COUNT, "https://example.org/", "no address", f"{source.base}q/{'0' * 32}")

    lead = next(question for question in ANSWERABLE if "leads commitment" in question.text)
    assert cited(lead, f"{source.base}id/commitment/EE0050")
    assert cited(lead, f"{source.base}doc/commitment/EE0050")
    assert not cited(lead, f"{source.base}id/commitment/EE0051")
    assert not cited(lead, f"{source.base}id/commitment/EE0050> ?a ?b . ?c ?d <x:y")


def test_registered_queries_are_citations(
    source: HomeSource, gold: dict[str, Gold], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/q/{digest}` is looked up in the register of the home, and is of this release."""
    register = QueryRegister(tmp_path)
    monkeypatch.setattr(benchmark, "QueryRegister", lambda _home: register)
    text = gold_answers.with_prefixes(COUNT.gold["query"])
    for release in (source.release, "1-000000000000"):
        query = RegisteredQuery.of(text, release, (), ())
        register.add(query, 1_000_000)
        address = f"{source.base}q/{query.digest}"
        same = release == source.release
        assert is_cited(source, "number", gold[COUNT.id], [address]) is same


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: no JSON"),
        ('{"id": "Q999"}', "id is that of a question"),
        ('{"id": "Q001", "result": 1}', "unknown member 'result'"),
        ('{"id": "Q001", "refused": "yes"}', "refused is neither"),
        ('{"id": "Q001", "refused": true, "reason": "tired"}', "the reason 'tired' is none"),
        (
            '{"id": "Q001", "refused": true, "reason": "cause", "answer": 1}',
            "refused, and answered",
        ),
        ('{"id": "Q001", "answer": 1, "unknown": 1.5}', "unknown is no whole number"),
        ('{"id": "Q001", "answer": 1, "citations": "x"}', "citations is no list of texts"),
        ('{"id": "Q001", "answer": 1}\n{"id": "Q001", "answer": 2}', "a second answer to Q001"),
    ],
)
def test_answers_that_cannot_be_read_are_named(tmp_path: Path, line: str, message: str) -> None:
    """With the file, the line, and what was expected."""
    path = tmp_path / "answers.jsonl"
    path.write_text(line)
    with pytest.raises(benchmark.BenchmarkError, match=message) as caught:
        scorer.read_answers(path, QUESTIONS)
    assert "answers.jsonl, line" in str(caught.value)


def test_strangers_commands_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two commands of the README, one after the other."""

    def run(script: str, *arguments: str) -> Any:
        command = [sys.executable, str(FOLDER / script), *arguments, "--home", str(home)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    answers = tmp_path / "answers.jsonl"
    answers.write_text(run("reference_agent.py").stdout)
    assert len(answers.read_text().splitlines()) == 100
    result = run("score.py", str(answers), "--name", "no model", "--at-least", "101")
    assert result.returncode == 1, result.stderr
    assert result.stdout.startswith("# no model, release 1-")
    monkeypatch.setattr(sys, "argv", ["score.py", str(tmp_path / "none.jsonl")])
    assert scorer.main() == 2
