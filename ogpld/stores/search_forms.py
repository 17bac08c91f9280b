"""How one search for words is written: `text:query`, `ql:contains-word`, `ogpld:search`, and what they take.

What is written as a search and is none is refused, with its place (docs/contract.md#text-search).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from ogpld.errors import QuerySearchError
from ogpld.stores.empty_store import SEARCH_FUNCTION
from ogpld.stores.query_names import QueryNames
from ogpld.stores.tokens import Token, place, refusal, string_value

TEXT = "http://jena.apache.org/text#"
QL = "http://qlever.cs.uni-freiburg.de/builtin-functions/"
TEXT_QUERY = f"{TEXT}query"
CONTAINS_WORD = f"{QL}contains-word"
CONTAINS_ENTITY = f"{QL}contains-entity"

#: How a text says which words it means: as Lucene, as QLever, or each word may go on.
Syntax = Literal["lucene", "words", "beginnings"]

#: Numbers of the tokens of a term, or of a bracket with what is in it.
Unit = list[int]
#: Variables that a list in front of `text:query` has at most: thing, score, name.
_MOST_TERMS = 3
#: Arguments of the function: the thing and the words.
ARGUMENTS = 2
TEXT_FORMS = '?s text:query "words" or (?s ?score ?name) text:query (rdfs:label "words" 10)'
FUNCTION_FORM = 'FILTER(ogpld:search(?s, "words"))'
WORD_FORM = '?name ql:contains-word "words*"'
ENTITY_FORM = "?name ql:contains-entity ?thing"


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it is written.

    Attributes:
        syntax: how its text is read.
        text: what is looked for.
        start: offset of the text in the query.
        properties: IRIs of the properties that may state the name; any, when there are none.
        limit: how many solutions it has at most, None for all.
    """

    syntax: Syntax
    text: str
    start: int
    properties: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class SearchPattern:
    """A search that has solutions.

    Attributes:
        search: the search.
        start: offset where they can stand in the query.
        thing: variable (with its sign) of what is found, or an IRI, or "" where nobody wants to know.
        score: variable of the score, "" for none.
        name: variable of the name, "" for none.
    """

    search: Search
    start: int
    thing: str = ""
    score: str = ""
    name: str = ""


class SearchForms:
    """The parts of the searches of a query.

    Args:
        text: the query.
        tokens: those of the query; a number below is the place of one in them.
        names: what its names stand for.
    """

    def __init__(self, text: str, tokens: Sequence[Token], names: QueryNames) -> None:
        self._text = text
        self._tokens = tokens
        self._names = names

    def terms(self, verb: int, subject: Unit) -> tuple[str, str, str]:
        """Return thing, score and name of what stands before `text:query`."""
        inner = subject if len(subject) == 1 else subject[1:-1]
        is_list = len(subject) == 1 or self._tokens[subject[0]].text == "("
        terms = [self.term([number]) for number in inner]
        variables = [term for term in terms if not term.startswith("<")]
        if (
            not is_list
            or not 0 < len(terms) <= _MOST_TERMS
            or not all(terms)
            or any(term.startswith("<") for term in terms[1:])
            or len({term[1:] for term in variables}) < len(variables)
        ):
            raise self.refused(
                verb,
                "before text:query stands something else than a variable or IRI, or a list of it and of"
                " variables for the score and the name",
                TEXT_FORMS,
            )
        thing, score, name = (*terms, "", "")[:_MOST_TERMS]
        return thing, score, name

    def lucene(self, verb: int, units: list[Unit]) -> Search:
        """Return the search of what stands after `text:query`."""
        if len(units) == 1 and len(units[0]) == 1:
            return Search("lucene", *self.string(verb, units, TEXT_FORMS))
        numbers = units[0][1:-1] if len(units) == 1 else []
        inner = [self._tokens[number] for number in numbers]
        properties: list[str] = []
        while inner and inner[0].kind in {"iri", "name"}:
            properties.append(self._names.resolve(inner.pop(0)))
        text = self.string(verb, [numbers[len(properties) :][:1]], TEXT_FORMS)
        limit = inner[1].text if len(inner) > 1 else None
        if inner[2:] or (limit is not None and not (limit.isdecimal() and int(limit[:9]))):
            raise self.refused(
                verb,
                "after the words of text:query stands something else than one whole number, the limit",
                TEXT_FORMS,
            )
        number = None if limit is None else int(limit[:9])
        return Search("lucene", *text, tuple(dict.fromkeys(properties)), number)

    def string(self, verb: int, units: list[Unit], form: str) -> tuple[str, int]:
        """Return the text that is looked for, and where it stands."""
        if len(units) == 1 and len(units[0]) == 1:
            token = self._tokens[units[0][0]]
            if token.kind == "string":
                return string_value(token), token.start
            if token.kind == "variable":
                raise self.refused(
                    units[0][0],
                    f"the words that are looked for are the variable {token.text}, and not a constant",
                    f"write the words between quotes: {form}; texts of the data are compared with CONTAINS",
                )
        raise self.refused(
            verb, "what is looked for is no plain string, without language or datatype", form
        )

    def variable(self, verb: int, unit: Unit, form: str) -> str:
        """Return the variable of a name, with its sign."""
        term = self.term(unit)
        if not term.startswith(("?", "$")):
            raise self.refused(
                verb, "what has the words is a name, so it has to be a variable", form
            )
        return term

    def term(self, unit: Unit) -> str:
        """Return a variable, or an IRI in angle brackets; "" for anything else."""
        token = self._tokens[unit[0]]
        if len(unit) > 1 or token.kind not in {"variable", "iri", "name"}:
            return ""
        return token.text if token.kind == "variable" else f"<{self._names.resolve(token)}>"

    def arguments(self, number: int) -> tuple[list[Unit], int] | None:
        """Return the arguments of a call of the function, and the number of its last token."""
        opener = self._tokens[number + 1] if number + 1 < len(self._tokens) else None
        if opener is None or opener.text != "(" or opener.frame.role != "expression":
            return None
        arguments: list[Unit] = [[]]
        for at in range(number + 2, len(self._tokens)):
            token = self._tokens[at]
            if token.frame is opener.frame and token.text == ")":
                return arguments, at
            if token.frame is opener.frame and token.text == ",":
                arguments.append([])
            else:
                arguments[-1].append(at)
        return None

    def refuse_unread(self, number: int, iri: str) -> NoReturn:
        """Refuse what is none of the searches that are offered."""
        forms = {
            TEXT_QUERY: TEXT_FORMS,
            CONTAINS_WORD: WORD_FORM,
            CONTAINS_ENTITY: ENTITY_FORM,
            SEARCH_FUNCTION: FUNCTION_FORM,
        }
        name = self._tokens[number].text
        if iri in forms:
            raise self.refused(
                number, f"{name} stands where nothing can be searched", f"write {forms[iri]}"
            )
        raise self.refused(
            number,
            f"{name} is not offered",
            "there are text:query, ql:contains-word with ql:contains-entity, and the function ogpld:search",
        )

    def refused(self, number: int, what: str, hint: str) -> QuerySearchError:
        """Return the refusal of what begins with a token."""
        where = place(self._text, self._tokens[number].start)
        return refusal(QuerySearchError, where, what, hint)
