"""Answer without a model: `python bench/agents/reference_agent.py [--server URL] > answers.jsonl`.

It reads the question's text and has the tools of `/mcp`, and nothing else: no gold query. Each rule is a
pattern of words with a query whose places are filled by what `search` and `schema` find. The rules were
written by people who had read the hundred questions. They show that the tools suffice to answer them, and
say nothing about understanding language.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from agent_rules import COUNTS_OF, NOTHING_OF, RULES, TOPICS, Rule
from benchmark import BenchmarkError, Question, Source, load_questions, source_of

from ogpld.agents.tool import Json
from ogpld.errors import OgpldError

#: Least score of a match that is taken for what a question names.
_SURE = 0.82
_MOST = 500


class Refusal(Exception):
    """What the tools show that the data cannot answer, by the code of the reason."""


class ReferenceAgent:
    """An agent of rules.

    Args:
        source: what is asked; only its tools are used.
    """

    def __init__(self, source: Source) -> None:
        self._call = source.call
        text = self._call("schema")["text"]
        self._prefixes = dict(re.findall(r"PREFIX (\w+): <(.+?)>", text))

    def answer(self, question: str) -> Json:
        """Return the answer to a question in the form that `score.py` reads, without its id."""
        try:
            for pattern, reason in TOPICS:
                if re.search(pattern, question, re.IGNORECASE):
                    raise Refusal(reason)
            for rule in RULES:
                if match := re.fullmatch(rule.pattern, question):
                    return self._by_rule(rule, match.groupdict())
        except Refusal as refusal:
            return {"refused": True, "reason": str(refusal)}
        return {}

    def _by_rule(self, rule: Rule, names: Mapping[str, str]) -> Json:
        places = {name: self._place(name, text) for name, text in names.items() if text}
        if rule.needs:
            self._require(rule, places)
        if rule.named:
            values = {name: names[name] for name in rule.values}
            result = self._tool("ask_question", name=rule.named, values=values, limit=_MOST)
        elif rule.coverage:
            result = self._tool("coverage")
            return {"answer": result["release"], "citations": [self._release_address(result)]}
        else:
            result = self._sparql(Template(rule.query).substitute(places))
        rows = [[cell for cell in row.values() if cell is not None] for row in result["rows"]]
        if not rows and rule.empty:
            raise Refusal(rule.empty)
        answer = _SHAPES[rule.form](rows)
        content: Json = {
            "answer": answer,
            "citations": [result["permanentAddress"]],
            "receipts": sorted(_rows(result))[:20],
        }
        if rule.unknown:
            counted = self._sparql(Template(COUNTS_OF + rule.unknown + " }").substitute(places))
            content["unknown"] = counted["rows"][0]["value"]
        return content

    def _place(self, name: str, text: str) -> str:
        """Return what stands in a query for a name in the question."""
        kind, _, scheme = name.partition("__")
        if kind == "member":
            return self._member(text)
        if kind in {"body", "commitment"}:
            return self._thing({"body": "Institution", "commitment": "Commitment"}[kind], text)
        if kind == "code":
            return self._code(scheme.replace("_", "-"), text)
        return re.sub(r"[\"\\]", "", text)

    def _member(self, text: str) -> str:
        """Return the member of a name; refuse where the data holds nothing of it."""
        result = self._tool("search", text=text, **{"class": "Member"}, limit=1)
        match = next(iter(result["matches"]), None)
        if match is None or match["score"] < _SURE:
            raise Refusal("member-not-covered")
        key = match["thing"].rpartition("/")[2]
        held = " ".join(self._tool("coverage", member=key)["held"])
        if NOTHING_OF in held:
            raise Refusal("member-not-covered")
        return f"<{match['thing']}>"

    def _thing(self, name: str, text: str) -> str:
        """Return the thing of a class that a text names."""
        result = self._tool("search", text=text, **{"class": name}, limit=1)
        if not result["matches"]:
            raise Refusal("not-known")
        return f"<{result['matches'][0]['thing']}>"

    def _code(self, scheme: str, text: str) -> str:
        """Return the code of a list whose label begins as a text does; labels are singular."""
        lines = re.findall(r"<(\S+)> ([^\n(:]+)", self._tool("schema", name=scheme)["text"])
        wanted = text.casefold()
        exact = [iri for iri, label in lines if label.strip().casefold() == wanted]
        near = [iri for iri, label in lines if label.casefold()[:6] == wanted[:6]]
        if not exact + near:
            raise Refusal("not-recorded")
        return f"<{(exact + near)[0]}>"

    def _require(self, rule: Rule, places: Mapping[str, str]) -> None:
        """Refuse where `coverage` shows that the data cannot answer."""
        member = places.get("member", "").rpartition("/")[2].rstrip(">")
        result = self._tool("coverage", **({"member": member} if member else {}))
        if rule.needs == "shares" and "need not hold for all" in " ".join(result["held"]):
            raise Refusal("not-representative")
        if any(p["property"] == rule.needs and not p["things"] for p in result["values"]):
            raise Refusal("not-recorded")

    def _sparql(self, query: str) -> Json:
        """Return what the tool answers to a query, with the prefixes that `schema` names declared."""
        used = {name for name in re.findall(r"(\w+):\w", query) if name in self._prefixes}
        head = " ".join(f"PREFIX {name}: <{self._prefixes[name]}>" for name in sorted(used))
        return self._tool("sparql", query=f"{head}\n{query}", limit=_MOST)

    def _tool(self, tool: str, **arguments: object) -> Json:
        result = self._call(tool, **arguments)
        if result.get("isError"):
            raise BenchmarkError(f"{tool} {json.dumps(arguments)[:400]}: {result['text']}")
        return result

    @staticmethod
    def _release_address(result: Json) -> str:
        base = result["permanentAddress"].partition("release/")[0]
        return f"{base}release/{result['release']}"


def _rows(result: Json) -> Iterator[str]:
    """Yield the rows of sources among the receipts of an answer."""
    for receipt in result["receipts"]:
        yield from (row for row in receipt["rows"] if "#row=" in row)


def _number(rows: list[list[Any]]) -> Any:
    return rows[0][0]


def _items(rows: list[list[Any]]) -> list[Any]:
    return list(dict.fromkeys(row[0] for row in rows))


def _values(rows: list[list[Any]]) -> dict[str, Any]:
    return {str(row[0]): row[-1] for row in rows}


def _most(rows: list[list[Any]]) -> list[Any]:
    return [row[0] for row in rows if row[-1] == rows[0][-1]]


_SHAPES: Mapping[str, Callable[[list[list[Any]]], Any]] = {
    "number": _number,
    "items": _items,
    "values": _values,
    "most": _most,
}


def answers_of(source: Source, questions: list[Question]) -> Iterator[Json]:
    """Yield the agent's answers, a line each."""
    agent = ReferenceAgent(source)
    for question in questions:
        yield {"id": question.id, **agent.answer(question.text)}


def main() -> int:
    """Write the answers to standard output; return 0, or 2 where nothing can be asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="home with the release to ask")
    parser.add_argument("--server", help="address of a server to ask, in place of a home")
    options = parser.parse_args()
    try:
        with source_of(options.home, options.server) as source:
            for answer in answers_of(source, load_questions()):
                print(json.dumps(answer, ensure_ascii=False))
    except (BenchmarkError, OgpldError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
