"""Score an agent's answers: `python bench/agents/score.py ANSWERS.jsonl [--home var | --server URL]`.

Gold answers are computed from the release that is asked, and every citation is followed there. The table goes
to standard output and, with --write, to RESULTS.md beside this file; README.md has the rules.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark import (
    QUESTIONS,
    REASONS,
    BenchmarkError,
    Question,
    Source,
    load_questions,
    read_lines,
    source_of,
)
from citation_check import is_cited, is_row
from gold_answers import Gold, GoldItem, forms_of, gold_of, is_number, refusal_holds

from ogpld.errors import OgpldError
from ogpld.model import load_model

RESULTS = Path(__file__).with_name("RESULTS.md")
#: What can become of a question, with the heading of its column.
OUTCOMES: Mapping[str, str] = {
    "correct": "correct",
    "rightly refused": "rightly refused",
    "refused for another reason": "refused for another reason",
    "wrongly refused": "wrongly refused",
    "wrong": "wrong but confident",
    "missing": "not answered",
    "void": "void",
}
_MEMBERS = {"id", "answer", "unknown", "citations", "receipts", "refused", "reason"}


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """What an agent answers to one question.

    Attributes:
        answer: a number, a text, a list of texts, or an object of numbers by name; None where it refuses.
        unknown: of how many things it says that the value is not known, None where it does not say.
        citations: addresses that give the answer, or IRIs of things that have it.
        receipts: addresses of rows of the source.
        refused: whether it refuses.
        reason: code of the reason.
    """

    answer: Any = None
    unknown: int | None = None
    citations: Sequence[str] = ()
    receipts: Sequence[str] = ()
    refused: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one question.

    Attributes:
        question: the question.
        outcome: one of `OUTCOMES`.
        cited: whether a citation resolves and gives the answer; only of what is correct.
        unknown: whether the number of those not known is right, None where nobody asks.
        receipts: whether every receipt is a row of the release, None where there is none.
        why: what is wrong, "" where nothing is.
    """

    question: Question
    outcome: str
    cited: bool = False
    unknown: bool | None = None
    receipts: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """The marks of an agent on one release."""

    release: str
    marks: Sequence[Mark] = field(default_factory=tuple)

    def count(self, outcome: str, kind: str = "") -> int:
        """Return how many questions, all or of a kind, had an outcome."""
        return sum(
            mark.outcome == outcome and (not kind or mark.question.kind == kind)
            for mark in self.marks
        )

    @property
    def cited(self) -> int:
        """Correct answers with a citation that gives them."""
        return sum(mark.cited for mark in self.marks)

    @property
    def points(self) -> int:
        """Answers that are correct and cited, and refusals that are right."""
        return self.cited + self.count("rightly refused")


def read_answers(path: Path, questions: Iterable[Question]) -> dict[str, AgentAnswer]:
    """Return the answers of a file by question.

    Raises:
        BenchmarkError: naming the line, and what was expected.
    """
    ids = {question.id for question in questions}
    answers: dict[str, AgentAnswer] = {}
    for number, line in read_lines(path):
        where = f"{path}, line {number}"
        if not isinstance(line, dict) or line.get("id") not in ids:
            raise BenchmarkError(f"{where}: expected an object whose id is that of a question")
        if more := set(line) - _MEMBERS:
            there = ", ".join(sorted(_MEMBERS))
            raise BenchmarkError(f"{where}: unknown member {min(more)!r}; there are: {there}")
        if line["id"] in answers:
            raise BenchmarkError(f"{where}: a second answer to {line['id']}; expected one")
        answers[line["id"]] = _answer(line, where)
    return answers


def _answer(line: dict[str, Any], where: str) -> AgentAnswer:
    """Return the answer of a line."""
    refused, reason, unknown = line.get("refused", False), line.get("reason"), line.get("unknown")
    if not isinstance(refused, bool):
        raise BenchmarkError(f"{where}: refused is neither true nor false")
    if refused and reason not in REASONS:
        there = ", ".join(REASONS)
        raise BenchmarkError(f"{where}: the reason {reason!r} is none; there are: {there}")
    if refused and line.get("answer") is not None:
        raise BenchmarkError(f"{where}: refused, and answered; expected one of both")
    if unknown is not None and (not isinstance(unknown, int) or isinstance(unknown, bool)):
        raise BenchmarkError(f"{where}: unknown is no whole number")
    lists = {}
    for name in ("citations", "receipts"):
        value = line.get(name) or []
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise BenchmarkError(f"{where}: {name} is no list of texts")
        lists[name] = value
    return AgentAnswer(
        line.get("answer"), unknown, lists["citations"], lists["receipts"], refused, reason or ""
    )


def score(
    source: Source, questions: Sequence[Question], answers: Mapping[str, AgentAnswer]
) -> Scores:
    """Return what becomes of each question.

    Raises:
        BenchmarkError: where a gold answer cannot be computed.
    """
    model = load_model()
    marks = []
    for question in questions:
        answer = answers.get(question.id, AgentAnswer())
        if question.refusal and not refusal_holds(source, question):
            marks.append(Mark(question, "void", why="the release can answer what is to be refused"))
        elif answer.refused or answer.answer is None or question.refusal:
            marks.append(_refusal_mark(question, answer))
        else:
            marks.append(_answer_mark(source, question, answer, gold_of(source, question, model)))
    return Scores(source.release, tuple(marks))


def _refusal_mark(question: Question, answer: AgentAnswer) -> Mark:
    """Return the mark of a refusal, or of an answer where one was due."""
    if not answer.refused:
        if answer.answer is None:
            return Mark(question, "missing", why="no answer")
        why = f"answered; due was a refusal ({question.reasons[0]})"
        return Mark(question, "wrong", why=why)
    if not question.refusal:
        return Mark(question, "wrongly refused", why=f"refused ({answer.reason})")
    if answer.reason in question.reasons:
        return Mark(question, "rightly refused")
    why = f"{answer.reason}, where {' or '.join(question.reasons)} was right"
    return Mark(question, "refused for another reason", why=why)


def _answer_mark(source: Source, question: Question, answer: AgentAnswer, gold: Gold) -> Mark:
    """Return the mark of an answer."""
    unknown = None if gold.unknown is None else answer.unknown == gold.unknown
    receipts = (
        all(is_row(source, receipt) for receipt in answer.receipts) if answer.receipts else None
    )
    if why := difference(question.form, answer.answer, gold, source.base):
        return Mark(question, "wrong", unknown=unknown, receipts=receipts, why=why)
    cited = is_cited(source, question.form, gold, answer.citations)
    why = "" if cited else "no citation gives the answer"
    return Mark(question, "correct", cited, unknown, receipts, why)


def difference(form: str, answer: object, gold: Gold, base: str) -> str:
    """Say in what an answer differs from the gold one, "" where it is the same.

    Numbers are exact. Items are a set: each is named once, by any of its forms, none is missing, none is too
    many. Values are such a set, each with its exact number.
    """
    if form == "number":
        same = is_number(answer, gold.number)
        return "" if same else f"{str(answer)[:40]}, where the release gives {gold.number}"
    if form == "values":
        if not isinstance(answer, dict):
            return "no object of numbers by name"
        pairs = [(str(name), value) for name, value in answer.items()]
    else:
        texts = answer if isinstance(answer, list) else [answer]
        pairs = [(_text(text), None) for text in texts]
    left = list(gold.items)
    for name, value in pairs:
        item = _item(left, name, base)
        if item is None:
            return f"{name[:60]!r} is not in the gold answer, or there twice"
        if form == "values" and not is_number(value, item.value):
            return f"{name[:40]}: {str(value)[:40]}, where the release gives {item.value}"
        left.remove(item)
    return f"{len(left)} of {len(gold.items)} are missing" if left else ""


def _item(items: Sequence[GoldItem], name: str, base: str) -> GoldItem | None:
    """Return the item of a name; an IRI is looked at before labels, which several things may share."""
    for form in forms_of(name, base):
        if form_items := [item for item in items if form in item.forms]:
            return min(form_items, key=lambda item: min(item.forms))
    return None


def _text(value: object) -> str:
    """Return a value of an answer as a text."""
    return json.dumps(value) if isinstance(value, (bool, int, float)) else str(value)


def table(scores: Scores, name: str) -> str:
    """Return the scores as a page in Markdown."""
    kinds = list(dict.fromkeys(mark.question.kind for mark in scores.marks))
    lines = [
        f"# {name}, release {scores.release}",
        "",
        (
            f"**{scores.points} of {len(scores.marks)}**: {scores.cited} correct and cited, "
            f"{scores.count('rightly refused')} rightly refused; {scores.count('wrong')} wrong but confident."
        ),
        "",
        f"| kind | questions | {' | '.join(OUTCOMES.values())} | cited |",
        f"|---|{'---|' * (len(OUTCOMES) + 2)}",
    ]
    for kind in [*kinds, ""]:
        marks = [mark for mark in scores.marks if not kind or mark.question.kind == kind]
        counts = " | ".join(str(scores.count(outcome, kind)) for outcome in OUTCOMES)
        cited = sum(mark.cited for mark in marks)
        lines.append(f"| {kind or '**all**'} | {len(marks)} | {counts} | {cited} |")
    for what in ("unknown", "receipts"):
        tally = Counter(getattr(mark, what) for mark in scores.marks)
        label = {"unknown": "values not known, counted rightly", "receipts": "receipts that hold"}
        lines += [
            "",
            f"{label[what].capitalize()}: {tally[True]} of {tally[True] + tally[False]} answers.",
        ]
    failures = [mark for mark in scores.marks if mark.why]
    if failures:
        lines += ["", "| question | outcome | why |", "|---|---|---|"]
        lines += [
            f"| {mark.question.id} {mark.question.text.replace('|', '/')} | {mark.outcome} "
            f"| {mark.why.replace('|', '/')} |"
            for mark in failures
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table; return 0, 1 where the points are too few, or 2 where something cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path, help="the agent's answers, JSONL")
    parser.add_argument("--home", type=Path, help="home with the release that was asked")
    parser.add_argument("--server", help="address of the server that was asked, in place of a home")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--name", default="", help="what the agent is called in the table")
    parser.add_argument("--write", action="store_true", help="write the table to RESULTS.md")
    parser.add_argument(
        "--at-least",
        type=int,
        default=0,
        metavar="N",
        help="exit with 1 where the points are fewer",
    )
    options = parser.parse_args()
    try:
        questions = load_questions(options.questions)
        answers = read_answers(options.answers, questions)
        with source_of(options.home, options.server) as source:
            scores = score(source, questions, answers)
    except (BenchmarkError, OgpldError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = table(scores, options.name or options.answers.stem)
    print(text, end="")
    if options.write:
        RESULTS.write_text(text, encoding="utf-8")
    return int(scores.points < options.at_least)


if __name__ == "__main__":
    sys.exit(main())
