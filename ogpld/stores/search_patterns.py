"""Find the searches for words in a query: `text:query`, `ql:contains-word`, `ogpld:search`.

One pass over the tokens, without recursion (docs/contract.md#text-search). A search is a statement of its own
or a part of one; it is taken out, and VALUES with what was found can stand where the statement began. What is
written as a search and is none is refused: an engine would look for statements with such a property, and find
none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.stores.empty_store import SEARCH_FUNCTION
from ogpld.stores.query_names import QueryNames
from ogpld.stores.search_forms import (
    ARGUMENTS,
    CONTAINS_ENTITY,
    CONTAINS_WORD,
    ENTITY_FORM,
    FUNCTION_FORM,
    QL,
    TEXT,
    TEXT_FORMS,
    TEXT_QUERY,
    WORD_FORM,
    Search,
    SearchForms,
    SearchPattern,
    Unit,
)
from ogpld.stores.tokens import CLOSERS, OPENERS, PATH_OPERATORS, TERM_WORDS, Token, mentions, scan

WORTH_A_LOOK = ("query", "contains-", "search", "\\", "apache", "qlever")


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


def may_search(text: str) -> bool:
    """Say whether a query may have searches: without a look at its tokens, and never no where it has."""
    return mentions(text, WORTH_A_LOOK)


def read_searches(text: str, base: str = "") -> SearchReading | None:
    """Return the searches of a query, None where there are none.

    Args:
        text: a query.
        base: IRI that relative ones are resolved against.

    Raises:
        QuerySearchError: for a search that is none.
        QueryError: for text that has no tokens.
    """
    if not may_search(text):
        return None
    tokens = list(scan(text))
    names = QueryNames(tokens, base)
    special = {
        number: iri
        for number, token in enumerate(tokens)
        if number >= names.prologue
        and token.kind in {"iri", "name"}
        and _is_special(iri := names.resolve(token))
    }
    return _SearchReader(text, tokens, names, special).reading() if special else None


def _is_special(iri: str) -> bool:
    return iri == SEARCH_FUNCTION or iri.startswith((TEXT, QL))


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
    statement: Unit = field(default_factory=list)
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
        self, text: str, tokens: list[Token], names: QueryNames, special: dict[int, str]
    ) -> None:
        self._tokens = tokens
        self._prologue = names.prologue
        self._forms = SearchForms(text, tokens, names)
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
        for number in range(self._prologue, len(self._tokens)):
            self._take(number)
        for number, iri in self._unread.items():
            self._forms.refuse_unread(number, iri)
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
        elif group.depth == 0 and token.kind == "word" and token.keyword not in TERM_WORDS:
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

    def _search_statement(self, group: _Group, numbers: Unit, dot: int | None) -> None:
        """Take the searches out of a statement."""
        subject, *rest = self._units(numbers)
        segments = _split(rest, self._tokens, ";")
        start = self._tokens[subject[0]].start
        others, removed = [], []
        for segment in filter(None, segments):
            verb, *objects = segment
            path = self._tokens[objects[0][0]].text in PATH_OPERATORS if objects else False
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
            raise self._forms.refused(
                subject[0],
                "what has other properties beside a search is no single variable or IRI",
                f"write the search as a statement of its own: {TEXT_FORMS}",
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

    def _units(self, numbers: Unit) -> list[Unit]:
        """Return terms and brackets with what is in them, one after the other."""
        units: list[Unit] = []
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

    def _pattern(self, group: _Group, verb: int, subject: Unit, units: list[Unit]) -> None:
        """Read one statement of a search."""
        iri = self._special[verb]
        start = self._tokens[subject[0]].start
        if iri == TEXT_QUERY:
            thing, score, name = self._forms.terms(verb, subject)
            search = self._forms.lucene(verb, units)
            self._searches.append(search)
            group.patterns.append(SearchPattern(search, start, thing, score, name))
        elif iri == CONTAINS_WORD:
            name = self._forms.variable(verb, subject, WORD_FORM)
            search = Search("words", *self._forms.string(verb, units, WORD_FORM))
            self._searches.append(search)
            group.patterns.append(SearchPattern(search, start, name=name))
        elif iri == CONTAINS_ENTITY:
            name = self._forms.variable(verb, subject, ENTITY_FORM)
            entity = self._forms.term(units[0]) if len(units) == 1 else ""
            if not entity:
                raise self._forms.refused(
                    verb, "what is called by a name is no variable or IRI", ENTITY_FORM
                )
            search = Search("words", "", start)
            group.entities.append((verb, SearchPattern(search, start, thing=entity, name=name)))
        else:
            self._forms.refuse_unread(verb, iri)

    def _call(self, number: int) -> None:
        """Read a call of the function."""
        call = self._forms.arguments(number)
        if call is None:
            return  # and it stays unread
        arguments, _ = call
        if len(arguments) != ARGUMENTS or not all(arguments):
            raise self._forms.refused(number, "ogpld:search has two arguments", FUNCTION_FORM)
        text = self._forms.string(number, [arguments[1]], FUNCTION_FORM)
        self._searches.append(Search("beginnings", *text))
        del self._unread[number]

    def _filter(self, number: int, group: _Group) -> None:
        """Note a filter that is one call of the function, over a variable."""
        tokens = self._tokens
        bracket = tokens[number + 1].text == "(" if number + 1 < len(tokens) else False
        at = number + 1 + bracket
        if self._special.get(at) != SEARCH_FUNCTION or (call := self._forms.arguments(at)) is None:
            return
        (argument, *_), end = call
        whole = not bracket or tokens[end + 1].frame is tokens[number + 1].frame
        if bracket and not (whole and tokens[end + 1].text == ")"):
            return
        if [tokens[n].kind for n in argument] == ["variable"] and len(call[0]) == ARGUMENTS:
            search = Search("beginnings", *self._forms.string(at, [call[0][1]], FUNCTION_FORM))
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
                raise self._forms.refused(
                    verb,
                    f"ql:contains-entity of {pattern.name} stands without ql:contains-word of it",
                    f"add, in the same group: {pattern.name} {WORD_FORM.partition(' ')[2]}",
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


def _split(units: list[Unit], tokens: list[Token], sign: str) -> list[list[Unit]]:
    """Return units between signs."""
    parts: list[list[Unit]] = [[]]
    for unit in units:
        if tokens[unit[0]].kind == "symbol" and tokens[unit[0]].text == sign:
            parts.append([])
        else:
            parts[-1].append(unit)
    return parts
