"""Find the searches for words in a query: `text:query`, `ql:contains-word`, `ogpld:search`.

One pass over the tokens, without recursion (docs/contract.md#text-search). A search is a statement of its own
or a part of one; it is taken out, and VALUES with what was found can stand where the statement began. What is
written as a search and is none is refused: an engine would look for statements with such a property, and find
none.

Long because the three spellings share one pass, which knows groups, statements and filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NoReturn
from urllib.parse import urljoin

from ogpld.errors import QuerySearchError
from ogpld.stores.nothing import SEARCH_FUNCTION
from ogpld.stores.tokens import CLOSERS, OPENERS, Token, place, scan, string_value, unescape

TEXT = "http://jena.apache.org/text#"
QL = "http://qlever.cs.uni-freiburg.de/builtin-functions/"
TEXT_QUERY = f"{TEXT}query"
CONTAINS_WORD = f"{QL}contains-word"
CONTAINS_ENTITY = f"{QL}contains-entity"

#: How a text says which words it means: as Lucene, as QLever, or each word may go on.
Syntax = Literal["lucene", "words", "beginnings"]

_WORTH_A_LOOK = re.compile(r"query|contains-|search|\\|apache|qlever", re.IGNORECASE)
_TERM_WORDS = frozenset({"A", "TRUE", "FALSE"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
#: Variables that a list in front of `text:query` has at most: thing, score, name.
_MOST_TERMS = 3
#: Arguments of the function: the thing and the words.
_ARGUMENTS = 2
_TEXT_FORMS = '?s text:query "words" or (?s ?score ?name) text:query (rdfs:label "words" 10)'
_FUNCTION_FORM = 'FILTER(ogpld:search(?s, "words"))'
_WORD_FORM = '?name ql:contains-word "words*"'
_ENTITY_FORM = "?name ql:contains-entity ?thing"

_PATH = frozenset("/|^*+?")

_Unit = list[int]


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


@dataclass(frozen=True, slots=True)
class SearchReading:
    """What of a query is about searches.

    Attributes:
        searches: all of them.
        patterns: those that have solutions.
        deletions: start and end of what is to be taken out of the text.
    """

    searches: tuple[Search, ...]
    patterns: tuple[SearchPattern, ...]
    deletions: tuple[tuple[int, int], ...]


def read_searches(text: str, base: str = "") -> SearchReading | None:
    """Return the searches of a query, None where there are none.

    Args:
        text: a query.
        base: IRI that relative ones are resolved against.

    Raises:
        QuerySearchError: for a search that is none.
        QueryError: for text that has no tokens.
    """
    if not _WORTH_A_LOOK.search(text):
        return None
    tokens = list(scan(text))
    names = _Names(tokens, base)
    special = {
        number: iri
        for number, token in enumerate(tokens)
        if number >= names.prologue
        and token.kind in {"iri", "name"}
        and _is_special(iri := names.resolve(token))
    }
    return _SearchReader(text, tokens, names, special).reading() if special else None


def refusal(text: str, start: int, what: str, hint: str) -> QuerySearchError:
    """Return the refusal of a search, with its place."""
    line, column = place(text, start)
    return QuerySearchError(
        f"{what} (line {line}, column {column})", line=line, column=column, hint=hint
    )


def _is_special(iri: str) -> bool:
    return iri == SEARCH_FUNCTION or iri.startswith((TEXT, QL))


class _Names:
    """The prefixes of a query, and what its names stand for.

    Attributes:
        prologue: number of the first token after the declarations.
    """

    def __init__(self, tokens: list[Token], base: str) -> None:
        self._base = base
        self._prefixes: dict[str, str] = {}
        self.prologue = len(tokens)
        for number, token in enumerate(tokens):
            if token.kind == "word" and token.keyword.startswith(tuple(_FORMS)):
                self.prologue = number
                break
            if token.kind != "iri":
                continue
            before = tokens[number - 1] if number else None
            if before is not None and before.keyword == "BASE":
                self._base = self.resolve(token)
            elif before is not None and before.kind == "name":
                name = before.text
                glued = number == 1 or tokens[number - 2].keyword != "PREFIX"
                name = re.sub("^prefix", "", name, flags=re.IGNORECASE) if glued else name
                self._prefixes[name[:-1]] = self.resolve(token)

    def resolve(self, token: Token) -> str:
        """Return the IRI of a token, "" for a name whose prefix is not declared."""
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in self._prefixes:
                return ""
            return self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)
        iri = unescape(token.text[1:-1])
        if _SCHEME.match(iri) or not self._base:
            return iri
        try:
            return urljoin(self._base, iri)
        except ValueError:
            return iri


@dataclass(slots=True)
class _Statement:
    """Statements that are nothing but a search: start, end, and end with the dot that may follow."""

    start: int
    end: int
    dot: int


@dataclass(slots=True)
class _Group:
    """An open group.

    Attributes:
        is_pattern: whether statements in it are patterns.
        outside: offset of the `GRAPH ?g` it belongs to, None for any other.
        is_plain: whether it has nothing but statements so far.
        in_graph: whether it is in such a clause, however deep.
        statement: numbers of the tokens of the open statement.
        skip: whether a clause that is no statement goes on.
        depth: brackets that are open in it.
        bound: where the first statement with a variable begins, by variable.
    """

    is_pattern: bool = False
    outside: int | None = None
    is_plain: bool = True
    in_graph: bool = False
    statement: _Unit = field(default_factory=list)
    skip: bool = False
    depth: int = 0
    bound: dict[str, int] = field(default_factory=dict)
    patterns: list[SearchPattern] = field(default_factory=list)
    entities: list[tuple[int, SearchPattern]] = field(default_factory=list)
    filters: list[tuple[SearchPattern, int]] = field(default_factory=list)
    removed: list[_Statement] = field(default_factory=list)


class _SearchReader:
    """One pass over the tokens of a query that has searches."""

    def __init__(
        self, text: str, tokens: list[Token], names: _Names, special: dict[int, str]
    ) -> None:
        self._text = text
        self._tokens = tokens
        self._names = names
        self._special = special
        self._unread = dict(special)
        self._searches: list[Search] = []
        self._patterns: list[SearchPattern] = []
        self._deletions: list[tuple[int, int]] = []
        self._groups = [_Group()]

    def reading(self) -> SearchReading:
        """Return the searches.

        Raises:
            QuerySearchError: for one that is none.
        """
        for number in range(self._names.prologue, len(self._tokens)):
            self._take(number)
        for number, iri in self._unread.items():
            self._refuse_unread(number, iri)
        return SearchReading(
            tuple(self._searches), tuple(self._patterns), tuple(sorted(self._deletions))
        )

    def _take(self, number: int) -> None:
        token, group = self._tokens[number], self._groups[-1]
        text = token.text if token.kind == "symbol" else ""
        if number in self._special and self._special[number] == SEARCH_FUNCTION:
            self._call(number)
        if text == "{":
            self._end_statement(group)
            group.skip, group.is_plain = True, False
            self._groups.append(self._opened(number, token, group))
        elif text == "}" and len(self._groups) > 1:
            self._end_statement(group)
            self._close(self._groups.pop())
            self._groups[-1].skip = False
        elif text in OPENERS:
            group.depth += 1
            group.statement += [] if group.skip else [number]
        elif text in CLOSERS:
            group.depth -= 1
            group.statement += [] if group.skip else [number]
            group.skip = group.skip and group.depth > 0
        elif group.depth == 0 and token.kind == "word" and token.keyword not in _TERM_WORDS:
            self._end_statement(group)
            group.skip, group.is_plain = True, False
            if token.keyword == "FILTER":
                self._filter(number, group)
        elif text == "." and group.depth == 0:
            self._end_statement(group, token.end)
        elif not group.skip:
            group.statement.append(number)

    def _opened(self, number: int, token: Token, outer: _Group) -> _Group:
        """Return the group that a bracket opens."""
        of_graph = self._tokens[number - 2].keyword == "GRAPH" if number > 1 else False
        if of_graph and self._tokens[number - 1].kind == "variable":
            outside = self._tokens[number - 2].start
            return _Group(is_pattern=True, outside=outside, in_graph=True)
        return _Group(is_pattern=token.frame.role in {"triples", "head"}, in_graph=outer.in_graph)

    def _end_statement(self, group: _Group, dot: int | None = None) -> None:
        """Look at the statement that ends here."""
        numbers, group.statement = group.statement, []
        if not numbers or not group.is_pattern:
            return
        if any(number in self._special for number in numbers):
            self._search_statement(group, numbers, dot)
            return
        start = self._tokens[numbers[0]].start
        for number in numbers if len(numbers) > 1 else ():
            if self._tokens[number].kind == "variable":
                group.bound.setdefault(self._tokens[number].text[1:], start)

    def _search_statement(self, group: _Group, numbers: _Unit, dot: int | None) -> None:
        """Take the searches out of a statement."""
        subject, *rest = self._units(numbers)
        segments = _split(rest, self._tokens, ";")
        start = self._tokens[subject[0]].start
        others, removed = [], []
        for segment in filter(None, segments):
            verb, *objects = segment
            path = self._tokens[objects[0][0]].text in _PATH if objects else False
            if len(verb) == 1 and verb[0] in self._special and not path:
                del self._unread[verb[0]]
                for units in _split(objects, self._tokens, ","):
                    self._pattern(group, verb[0], subject, units)
                removed.append(segment)
            else:
                others.append(segment)
        if not others:
            end = self._tokens[numbers[-1]].end
            group.removed.append(_Statement(start, end, dot or end))
            return
        if removed and len(subject) > 1:
            raise self._refused(
                subject[0],
                "what has other properties beside a search is no single variable or IRI",
                f"write the search as a statement of its own: {_TEXT_FORMS}",
            )
        first = self._tokens[others[0][0][0]].start
        for segment in removed:
            begin, end = self._tokens[segment[0][0]].start, self._tokens[segment[-1][-1]].end
            if end < first:  # and the semicolons after it
                continue
            self._deletions.append((begin, end))
        begin = self._tokens[rest[0][0]].start
        if begin < first:
            self._deletions.append((begin, first))

    def _units(self, numbers: _Unit) -> list[_Unit]:
        """Return terms and brackets with what is in them, one after the other."""
        units: list[_Unit] = []
        depth = 0
        for number in numbers:
            token = self._tokens[number]
            text = token.text if token.kind == "symbol" else ""
            if depth:
                units[-1].append(number)
            else:
                units.append([number])
            depth += (text in OPENERS) - (text in CLOSERS)
        return units

    def _pattern(self, group: _Group, verb: int, subject: _Unit, units: list[_Unit]) -> None:
        """Read one statement of a search."""
        iri = self._special[verb]
        start = self._tokens[subject[0]].start
        if iri == TEXT_QUERY:
            thing, score, name = self._terms(verb, subject)
            search = self._lucene(verb, units)
            self._searches.append(search)
            group.patterns.append(SearchPattern(search, start, thing, score, name))
        elif iri == CONTAINS_WORD:
            name = self._variable(verb, subject, _WORD_FORM)
            search = Search("words", *self._string(verb, units, _WORD_FORM))
            self._searches.append(search)
            group.patterns.append(SearchPattern(search, start, name=name))
        elif iri == CONTAINS_ENTITY:
            name = self._variable(verb, subject, _ENTITY_FORM)
            entity = self._term(units[0]) if len(units) == 1 else ""
            if not entity:
                raise self._refused(
                    verb, "what is called by a name is no variable or IRI", _ENTITY_FORM
                )
            search = Search("words", "", start)
            group.entities.append((verb, SearchPattern(search, start, thing=entity, name=name)))
        else:
            self._refuse_unread(verb, iri)

    def _terms(self, verb: int, subject: _Unit) -> tuple[str, str, str]:
        """Return thing, score and name of what stands before `text:query`."""
        inner = subject if len(subject) == 1 else subject[1:-1]
        is_list = len(subject) == 1 or self._tokens[subject[0]].text == "("
        terms = [self._term([number]) for number in inner]
        variables = [term for term in terms if not term.startswith("<")]
        if (
            not is_list
            or not 0 < len(terms) <= _MOST_TERMS
            or not all(terms)
            or any(term.startswith("<") for term in terms[1:])
            or len({term[1:] for term in variables}) < len(variables)
        ):
            raise self._refused(
                verb,
                "before text:query stands something else than a variable or IRI, or a list of it and of"
                " variables for the score and the name",
                _TEXT_FORMS,
            )
        thing, score, name = (*terms, "", "")[:_MOST_TERMS]
        return thing, score, name

    def _lucene(self, verb: int, units: list[_Unit]) -> Search:
        """Return the search of what stands after `text:query`."""
        if len(units) == 1 and len(units[0]) == 1:
            return Search("lucene", *self._string(verb, units, _TEXT_FORMS))
        numbers = units[0][1:-1] if len(units) == 1 else []
        inner = [self._tokens[number] for number in numbers]
        properties: list[str] = []
        while inner and inner[0].kind in {"iri", "name"}:
            properties.append(self._names.resolve(inner.pop(0)))
        text = self._string(verb, [numbers[len(properties) :][:1]], _TEXT_FORMS)
        limit = inner[1].text if len(inner) > 1 else None
        if inner[2:] or (limit is not None and not (limit.isdecimal() and int(limit[:9]))):
            raise self._refused(
                verb,
                "after the words of text:query stands something else than one whole number, the limit",
                _TEXT_FORMS,
            )
        number = None if limit is None else int(limit[:9])
        return Search("lucene", *text, tuple(dict.fromkeys(properties)), number)

    def _string(self, verb: int, units: list[_Unit], form: str) -> tuple[str, int]:
        """Return the text that is looked for, and where it stands."""
        if len(units) == 1 and len(units[0]) == 1:
            token = self._tokens[units[0][0]]
            if token.kind == "string":
                return string_value(token), token.start
            if token.kind == "variable":
                raise self._refused(
                    units[0][0],
                    f"the words that are looked for are the variable {token.text}, and not a constant",
                    f"write the words between quotes: {form}; texts of the data are compared with CONTAINS",
                )
        raise self._refused(
            verb, "what is looked for is no plain string, without language or datatype", form
        )

    def _variable(self, verb: int, unit: _Unit, form: str) -> str:
        term = self._term(unit)
        if not term.startswith(("?", "$")):
            raise self._refused(
                verb, "what has the words is a name, so it has to be a variable", form
            )
        return term

    def _term(self, unit: _Unit) -> str:
        """Return a variable, or an IRI in angle brackets; "" for anything else."""
        token = self._tokens[unit[0]]
        if len(unit) > 1 or token.kind not in {"variable", "iri", "name"}:
            return ""
        return token.text if token.kind == "variable" else f"<{self._names.resolve(token)}>"

    def _arguments(self, number: int) -> tuple[list[_Unit], int] | None:
        """Return the arguments of a call of the function, and the number of its last token."""
        opener = self._tokens[number + 1] if number + 1 < len(self._tokens) else None
        if opener is None or opener.text != "(" or opener.frame.role != "expression":
            return None
        arguments: list[_Unit] = [[]]
        for at in range(number + 2, len(self._tokens)):
            token = self._tokens[at]
            if token.frame is opener.frame and token.text == ")":
                return arguments, at
            if token.frame is opener.frame and token.text == ",":
                arguments.append([])
            else:
                arguments[-1].append(at)
        return None

    def _call(self, number: int) -> None:
        """Read a call of the function."""
        call = self._arguments(number)
        if call is None:
            return  # and it stays unread
        arguments, _ = call
        if len(arguments) != _ARGUMENTS or not all(arguments):
            raise self._refused(number, "ogpld:search has two arguments", _FUNCTION_FORM)
        text = self._string(number, [arguments[1]], _FUNCTION_FORM)
        self._searches.append(Search("beginnings", *text))
        del self._unread[number]

    def _filter(self, number: int, group: _Group) -> None:
        """Note a filter that is one call of the function, over a variable."""
        tokens = self._tokens
        bracket = tokens[number + 1].text == "(" if number + 1 < len(tokens) else False
        at = number + 1 + bracket
        if self._special.get(at) != SEARCH_FUNCTION or (call := self._arguments(at)) is None:
            return
        (argument, *_), end = call
        whole = not bracket or tokens[end + 1].frame is tokens[number + 1].frame
        if bracket and not (whole and tokens[end + 1].text == ")"):
            return
        if [tokens[n].kind for n in argument] == ["variable"] and len(call[0]) == _ARGUMENTS:
            search = Search("beginnings", *self._string(at, [call[0][1]], _FUNCTION_FORM))
            pattern = SearchPattern(search, tokens[number].start, thing=tokens[argument[0]].text)
            group.filters.append((pattern, tokens[end + bracket].end))

    def _close(self, group: _Group) -> None:
        """Say where the solutions of a group's searches are to stand."""
        words = {
            pattern.name[1:]: pattern.search for pattern in group.patterns if not pattern.thing
        }
        for verb, pattern in group.entities:
            search = words.get(pattern.name[1:])
            if search is None:
                raise self._refused(
                    verb,
                    f"ql:contains-entity of {pattern.name} stands without ql:contains-word of it",
                    f"add, in the same group: {pattern.name} {_WORD_FORM.partition(' ')[2]}",
                )
            group.patterns.append(
                SearchPattern(search, pattern.start, thing=pattern.thing, name=pattern.name)
            )
        outside = group.outside if group.is_plain else None
        for pattern in group.patterns:
            start = pattern.start if outside is None else outside
            self._patterns.append(
                SearchPattern(pattern.search, start, pattern.thing, pattern.score, pattern.name)
            )
        for statement in group.removed:
            end = statement.end if outside is None else statement.dot
            self._deletions.append((statement.start, end))
        for pattern, end in group.filters:
            # the statement binds the variable in every solution, so that joining there is filtering
            start_of = group.bound.get(pattern.thing[1:])
            if start_of is not None and not group.in_graph:
                self._patterns.append(SearchPattern(pattern.search, start_of, pattern.thing))
                self._deletions.append((pattern.start, end))

    def _refuse_unread(self, number: int, iri: str) -> NoReturn:
        """Refuse what is none of the searches that are offered."""
        forms = {
            TEXT_QUERY: _TEXT_FORMS,
            CONTAINS_WORD: _WORD_FORM,
            CONTAINS_ENTITY: _ENTITY_FORM,
            SEARCH_FUNCTION: _FUNCTION_FORM,
        }
        name = self._tokens[number].text
        if iri in forms:
            raise self._refused(
                number, f"{name} stands where nothing can be searched", f"write {forms[iri]}"
            )
        raise self._refused(
            number,
            f"{name} is not offered",
            "there are text:query, ql:contains-word with ql:contains-entity, and the function ogpld:search",
        )

    def _refused(self, number: int, what: str, hint: str) -> QuerySearchError:
        return refusal(self._text, self._tokens[number].start, what, hint)


def _split(units: list[_Unit], tokens: list[Token], sign: str) -> list[list[_Unit]]:
    """Return units between signs."""
    parts: list[list[_Unit]] = [[]]
    for unit in units:
        if tokens[unit[0]].kind == "symbol" and tokens[unit[0]].text == sign:
            parts.append([])
        else:
            parts[-1].append(unit)
    return parts
